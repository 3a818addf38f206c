"""The centre's signing keys: made when first needed, changed on purpose, revoked when they may be known to others."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import undefer
from sqlalchemy.sql.base import ExecutableOption

from db.action import Act, action
from db.centre.models import Centre
from db.errors import RuleBroken
from db.ids import new_id
from db.receipts import qr
from db.receipts.models import SigningKey
from db.staff.permissions import Permission
from db.text import line

_SEALED = ("signing_key", "private_sealed")


@dataclass(frozen=True, slots=True)
class Signer:
    """The key that signs today, opened."""

    private: bytes
    public: bytes


@dataclass(frozen=True, slots=True)
class KeyMade:
    """A key that now signs: its place in the row of keys and the id that its QR codes carry."""

    key_row: UUID
    number: int
    key_id: str


def signer(act: Act) -> Signer:
    """The key of the centre that signs today; the first one is made when there is none.

    Raises:
        Unavailable: the data key of this machine does not open it.
    """
    row = _current(act, undefer(SigningKey.private_sealed)) or _make(act)
    private = act.vault.open_bytes(row.private_sealed, *_SEALED, row.id)
    return Signer(private, row.public)


@action("key.rotate", Permission.KEY_MANAGE, "更换回执签名密钥")
def rotate_key(act: Act) -> KeyMade:
    """Sign with a fresh key from now on; receipts signed with the old one stay genuine."""
    _lock(act)
    old = _current(act)
    if old is not None:
        old.retired_at = act.now
        act.touch("signing_key", old.id)
    return _told(act, _make(act))


@action("key.revoke", Permission.KEY_MANAGE, "吊销回执签名密钥")
def revoke_key(act: Act, *, key_id: str, reason: str) -> KeyMade:
    """Trust a key no more, because others may know it; a fresh one signs at once.

    Receipts it signed keep their place in the records, but their QR codes prove nothing any more.
    """
    why = line(reason, "吊销原因", required=True)
    _lock(act)
    rows = act.session.scalars(select(SigningKey).where(SigningKey.centre_id == act.centre_id))
    row = next((each for each in rows if qr.key_id(each.public) == key_id), None)
    if row is None:
        raise RuleBroken(f"本中心没有编号为 {key_id} 的签名密钥，请核对后再试。")
    if row.revoked_at is not None:
        raise RuleBroken(f"签名密钥 {key_id} 早已吊销，不必再吊销一次。")
    row.revoked_at, row.reason = act.now, why
    row.retired_at = row.retired_at or act.now
    act.session.flush()
    act.touch("signing_key", row.id)
    current = _current(act) or _make(act)
    told = _told(act, current)
    act.note(revoked=key_id, reason=why)
    return told


def _told(act: Act, row: SigningKey) -> KeyMade:
    made = KeyMade(row.id, row.number, qr.key_id(row.public))
    act.on("signing_key", row.id)
    act.note(number=made.number, key_id=made.key_id)
    return made


def _current(act: Act, *options: ExecutableOption) -> SigningKey | None:
    """The key that signs today; its private half comes along only where it is asked for (`undefer`)."""
    return act.session.scalar(
        select(SigningKey)
        .options(*options)
        .where(SigningKey.centre_id == act.centre_id, SigningKey.retired_at.is_(None))
        .order_by(SigningKey.number.desc())
        .limit(1)
    )


def _lock(act: Act) -> None:
    """Only one transaction at a time makes or retires keys of a centre."""
    act.session.execute(select(Centre.id).where(Centre.id == act.centre_id).with_for_update(key_share=True))


def _make(act: Act) -> SigningKey:
    _lock(act)
    made_meanwhile = _current(act)
    if made_meanwhile is not None:
        return made_meanwhile
    last = act.session.scalar(select(func.max(SigningKey.number)).where(SigningKey.centre_id == act.centre_id))
    private, row_id = qr.new_private_key(), new_id()
    row = SigningKey(
        id=row_id,
        centre_id=act.centre_id,
        number=(last or 0) + 1,
        public=qr.public_of(private),
        private_sealed=act.vault.seal_bytes(private, *_SEALED, row_id),
        created_at=act.now,
        reason="",
    )
    act.session.add(row)
    act.session.flush()
    return row
