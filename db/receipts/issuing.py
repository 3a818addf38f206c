"""How a receipt comes to be: number, wording, signature, row. `db.receipts.actions` says who may ask for it and why."""

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import FromClause, Label, and_, bindparam, select

from db.action import Act
from db.base import table_of
from db.centre.models import Centre
from db.clock import business_date
from db.ids import new_id
from db.numbers.actions import take
from db.prepared import Prepared
from db.receipts import qr, rules
from db.receipts.claim import Claim
from db.receipts.content import CentreFacts, PaperContent, PaperKind, to_json
from db.receipts.keys import Signer, signer
from db.receipts.models import Receipt, SigningKey

_CENTRE, _KEY, _RECEIPT = table_of(Centre), table_of(SigningKey), table_of(Receipt)
_CAPTIONS = {True: "扫一扫，查进度", False: "凭此码到窗口查进度、验真伪"}
"""Under the QR code, with and without the address of a page to look it up on."""
_NEVER_VOID = {"voided_at": None, "voided_by": None, "voider_name": "", "void_reason": "", "replaced_by": None}

Make = Callable[[CentreFacts, str], PaperContent]
"""Composes a paper for the centre under the receipt's number."""


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues: the centre as papers name it, what its QR codes begin with, and the key that signs today."""

    centre: CentreFacts
    prefix: str
    key: Signer


@dataclass(frozen=True, slots=True)
class Ready:
    """What a caller has found out and taken beforehand, in the same transaction: one journey instead of three."""

    issuer: Issuer
    seq: int


@dataclass(frozen=True, slots=True)
class About:
    """What a receipt is about."""

    kind: PaperKind
    case_id: UUID | None
    case_number: str
    item_code: str
    item_name: str


@dataclass(frozen=True, slots=True)
class Minted:
    """A receipt that is held to be written."""

    id: UUID
    kind: PaperKind
    number: str


class _Settings(msgspec.Struct):
    """The part of the centre's settings that receipts need."""

    receipt_prefix: str = ""


_SETTINGS = msgspec.json.Decoder(_Settings)
_FACTS = ("name", "code", "short_name", "seal_org", "phone", "complaint_phone", "address", "hours")
_newest_key = (
    select(_KEY.c.id)
    .where(_KEY.c.centre_id == bindparam("of_centre"), _KEY.c.retired_at.is_(None))
    .order_by(_KEY.c.number.desc())
    .limit(1)
    .scalar_subquery()
)


def issuer_columns() -> tuple[Label[Any], ...]:
    """Columns for another statement, whose sources are those of `with_key`."""
    return (
        *(_CENTRE.c[name].label(f"centre_{name}") for name in (*_FACTS, "settings")),
        *(_KEY.c[name].label(f"key_{name}") for name in ("id", "public", "private_sealed")),
    )


def with_key(centre: FromClause) -> FromClause:
    """The centre (or what is joined to it) with the key that signs today; its parameter is `of_centre`."""
    return centre.outerjoin(_KEY, and_(_KEY.c.centre_id == _CENTRE.c.id, _KEY.c.id == _newest_key))


_ISSUER = Prepared(
    select(*issuer_columns()).select_from(with_key(_CENTRE)).where(_CENTRE.c.id == bindparam("of_centre"))
)


def issuer(act: Act) -> Issuer:
    """Who issues in this act."""
    return issuer_of(act, _ISSUER.row(act.connection, {"of_centre": act.centre_id}))


def issuer_of(act: Act, row: Any) -> Issuer:
    """Who issues, out of a row with `issuer_columns`; a centre without a key gets its first one.

    Raises:
        Unavailable: the data key of this machine does not open the signing key.
    """
    facts = CentreFacts(**{name: getattr(row, f"centre_{name}") for name in _FACTS})
    prefix = _SETTINGS.decode(row.centre_settings).receipt_prefix
    if row.key_id is None:
        return Issuer(facts, prefix, signer(act))
    private = act.vault.open_bytes(row.key_private_sealed, _KEY.name, _KEY.c.private_sealed.name, row.key_id)
    return Issuer(facts, prefix, Signer(private, row.key_public))


def series_of(act: Act, kinds: Sequence[PaperKind]) -> list[str]:
    """The series that papers of these kinds take their numbers from today."""
    return [rules.series(kind, business_date(act.now).year) for kind in kinds]


def mint(
    act: Act, about: About, make: Make, *, prints: int, ready: Ready | None = None, replaces: UUID | None = None
) -> Minted:
    """A new receipt with its number, its signed text, and its content as printed; written at the end of the act."""
    by = ready.issuer if ready else issuer(act)
    issued_on = business_date(act.now)
    year = issued_on.year
    seq = ready.seq if ready else take(act.connection, act.centre_id, rules.series(about.kind, year))
    number = rules.number_text(by.centre.short_name or by.centre.name, about.kind, year, seq)
    unsigned = make(by.centre, number).with_qr("", _CAPTIONS[bool(by.prefix)])
    salt = os.urandom(qr.SALT_BYTES)
    digest = qr.content_digest(salt, to_json(unsigned))
    claim = Claim(by.centre.code, rules.KIND_CODES[about.kind], issued_on, seq, about.item_code, digest)
    payload = qr.sign(claim, by.key.private, by.key.public, by.prefix)
    content = to_json(replace(unsigned, qr=payload))
    minted = Minted(new_id(), about.kind, number)
    row = {
        "id": minted.id,
        "centre_id": act.centre_id,
        "kind": about.kind,
        "year": year,
        "seq": seq,
        "number": number,
        "case_id": about.case_id,
        "case_number": about.case_number,
        "item_code": about.item_code,
        "item_name": about.item_name,
        "content": content,
        "sha256": hashlib.sha256(content).digest(),
        "salt": salt,
        "payload": payload,
        "issued_at": act.now,
        "issued_on": issued_on,
        "issued_by": act.actor.staff_id,
        "issuer_name": act.actor.name,
        "prints": prints,
        "replaces": replaces,
    }
    act.put(_RECEIPT, row | _NEVER_VOID)
    return minted
