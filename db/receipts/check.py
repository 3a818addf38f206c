"""Is a scanned receipt genuine, and are the records of receipts whole?"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from db.centre.models import Centre
from db.clock import local
from db.numbers.models import NumberSeries
from db.receipts import qr, rules
from db.receipts.content import PaperKind, from_json, to_json
from db.receipts.models import Receipt, SigningKey
from db.receipts.qr import CheckKey, ReceiptDoubted, Verified
from db.receipts.queries import ReceiptSheet, sheet

_CHUNK = 500
_NAMED_GAPS = 5


class Standing(StrEnum):
    """What a scanned text turned out to be."""

    GENUINE = "genuine"
    VOID = "void"
    FORGED = "forged"
    FOREIGN = "foreign"
    UNREADABLE = "unreadable"
    UNRECORDED = "unrecorded"
    TAMPERED = "tampered"

    @property
    def label(self) -> str:
        """The Chinese word for the verdict."""
        return _LABELS[self]


_LABELS = {
    Standing.GENUINE: "真",
    Standing.VOID: "已作废",
    Standing.FORGED: "伪造或被改动",
    Standing.FOREIGN: "外中心",
    Standing.UNREADABLE: "无法识别",
    Standing.UNRECORDED: "台账无此号",
    Standing.TAMPERED: "与台账不符",
}
_DOUBTS = {
    qr.Doubt.MALFORMED: Standing.UNREADABLE,
    qr.Doubt.VERSION: Standing.UNREADABLE,
    qr.Doubt.UNKNOWN_KEY: Standing.FORGED,
    qr.Doubt.REVOKED: Standing.FORGED,
    qr.Doubt.FORGED: Standing.FORGED,
    qr.Doubt.FOREIGN: Standing.FOREIGN,
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a scanned text is, in one sentence, and the receipt it names when the records hold it."""

    standing: Standing
    sentence: str
    sheet: ReceiptSheet | None = None


def check_keys(session: Session, centre_id: UUID | None = None) -> dict[str, CheckKey]:
    """Public keys by key id: those of a centre, or every one this database knows."""
    query = select(Centre.code, SigningKey.public, SigningKey.revoked_at).join(
        Centre, Centre.id == SigningKey.centre_id
    )
    if centre_id is not None:
        query = query.where(SigningKey.centre_id == centre_id, Centre.id == centre_id)
    return {
        qr.key_id(public): CheckKey(code, public, revoked is not None)
        for code, public, revoked in session.execute(query)
    }


def check_scanned(session: Session, centre_id: UUID, text: str) -> Verdict:
    """Judge a scanned text: first its signature, then the records it must agree with."""
    centre = session.get_one(Centre, centre_id)
    try:
        verified = _verified(session, centre, text)
    except ReceiptDoubted as doubted:
        return Verdict(_DOUBTS[doubted.doubt], doubted.sentence)
    return _by_records(session, centre, verified)


def _verified(session: Session, centre: Centre, text: str) -> Verified:
    """By the centre's own keys, which nearly every receipt is signed with; the other halls' keys are asked for only then.

    Raises:
        ReceiptDoubted: with the reason.
    """
    try:
        return qr.verify(text, check_keys(session, centre.id), centre.code)
    except ReceiptDoubted as doubted:
        if doubted.doubt not in (qr.Doubt.FOREIGN, qr.Doubt.UNKNOWN_KEY):
            raise
        return qr.verify(text, check_keys(session), centre.code)


def _by_records(session: Session, centre: Centre, verified: Verified) -> Verdict:
    claim = verified.claim
    kind = next(kind for kind, code in rules.KIND_CODES.items() if code == claim.kind_code)
    row = session.scalar(
        select(Receipt).where(
            Receipt.centre_id == centre.id,
            Receipt.kind == kind,
            Receipt.year == claim.issued_on.year,
            Receipt.seq == claim.sequence,
        )
    )
    if row is None:
        number = rules.number_text(centre.short_name or centre.name, kind, claim.issued_on.year, claim.sequence)
        return Verdict(
            Standing.UNRECORDED,
            f"签名属实，但台账里没有 {number}：数据库可能是从较早的备份恢复的，请联系系统管理员核对。",
        )
    found = sheet(session, row)
    if row.payload != verified.payload or _row_faults(row, verified):
        return Verdict(
            Standing.TAMPERED, f"签名属实，但与台账里 {row.number} 的内容不符，请勿受理并联系系统管理员。", found
        )
    if row.voided_at is not None:
        return Verdict(Standing.VOID, _void_sentence(found), found)
    on = f"{local(row.issued_at):%Y年%m月%d日}"
    return Verdict(Standing.GENUINE, f"{kind.label} {row.number} 由{row.issuer_name}于{on}开出，真实有效。", found)


def _void_sentence(found: ReceiptSheet) -> str:
    said = f"回执 {found.row.number} 是本中心开出的，但已作废（{found.row.void_reason}）。"
    return said + (f"现行有效的是 {found.replaced_by[1]}。" if found.replaced_by else "")


def problems(session: Session, centre_id: UUID) -> list[str]:
    """What is wrong with the receipts of a centre, one sentence each; an empty list when all is well."""
    return [
        *_number_faults(session, centre_id),
        *_paper_faults(session, centre_id),
        *_link_faults(session, centre_id),
    ]


def _number_faults(session: Session, centre_id: UUID) -> Iterator[str]:
    """Gaps in a series, and series whose counter disagrees with its last receipt. Doubles: see `unique` on the table."""
    counters: dict[str, int] = {}
    for series, last in session.execute(
        select(NumberSeries.series, NumberSeries.last).where(
            NumberSeries.centre_id == centre_id, NumberSeries.series.like("receipt/%")
        )
    ):
        counters[series] = last
    groups = session.execute(
        select(Receipt.kind, Receipt.year, func.count(), func.max(Receipt.seq), func.count(Receipt.seq.distinct()))
        .where(Receipt.centre_id == centre_id)
        .group_by(Receipt.kind, Receipt.year)
        .order_by(Receipt.year, Receipt.kind)
    )
    for kind, year, count, last, distinct in groups:
        name = f"{kind.label}〔{year}〕"
        counted = counters.pop(rules.series(kind, year), 0)
        if count != distinct:
            yield f"{name}有 {count - distinct} 个重号。"
        if distinct != last:
            yield f"{name}缺 {last - distinct} 个号：{_missing(session, centre_id, kind, year)}。"
        if counted != last:
            yield f"{name}的计数器是 {counted}，最后一张回执却是 {last} 号。"
    for series, last in sorted(counters.items()):
        yield f"计数器 {series} 已到 {last}，却没有这一系列的回执。"


def _missing(session: Session, centre_id: UUID, kind: PaperKind, year: int) -> str:
    before = func.coalesce(func.lag(Receipt.seq).over(order_by=Receipt.seq), 0).label("before")
    inner = (
        select(Receipt.seq, before)
        .where(Receipt.centre_id == centre_id, Receipt.kind == kind, Receipt.year == year)
        .subquery()
    )
    holes = session.execute(
        select(inner.c.before + 1, inner.c.seq - 1)
        .where(inner.c.seq > inner.c.before + 1)
        .order_by(inner.c.seq)
        .limit(_NAMED_GAPS + 1)
    ).all()
    named = [f"{first}" if first == last else f"{first}–{last}" for first, last in holes[:_NAMED_GAPS]]
    return "、".join(named) + (" 等" if len(holes) > _NAMED_GAPS else "")


def _paper_faults(session: Session, centre_id: UUID) -> Iterator[str]:
    """Receipts whose kept paper, hash, number or signature do not belong together."""
    centre = session.get_one(Centre, centre_id)
    # A revoked key proves nothing to a stranger, but it did sign what it signed.
    keys = {named: replace(key, revoked=False) for named, key in check_keys(session).items()}
    rows = session.scalars(
        select(Receipt).where(Receipt.centre_id == centre_id).order_by(Receipt.id).execution_options(yield_per=_CHUNK)
    )
    for row in rows:
        try:
            verified = qr.verify(row.payload, keys, centre.code)
        except ReceiptDoubted as doubted:
            yield f"回执 {row.number} 的二维码核验不过：{doubted.sentence}"
            continue
        finally:
            session.expunge(row)
        if faults := _row_faults(row, verified):
            yield f"回执 {row.number} {'、'.join(faults)}。"


def _row_faults(row: Receipt, verified: Verified) -> list[str]:
    """In what a row differs from what was signed when it was issued."""
    claim = verified.claim
    faults = []
    if hashlib.sha256(row.content).digest() != row.sha256:
        faults.append("的内容与其哈希不符，可能被改动")
    elif not _says_what_was_signed(row, claim.digest):
        faults.append("的内容与签名时不同，可能被改动")
    signed = (claim.kind_code, claim.issued_on, claim.sequence, claim.item_code)
    if signed != (rules.KIND_CODES[row.kind], row.issued_on, row.seq, row.item_code) or row.year != row.issued_on.year:
        faults.append("的种类、日期、序号或事项与签名时不同")
    return faults


def _says_what_was_signed(row: Receipt, digest: bytes) -> bool:
    content = from_json(row.content)
    if content.number != row.number or content.qr != row.payload:
        return False
    return qr.content_digest(row.salt, to_json(replace(content, qr=""))) == digest


def _link_faults(session: Session, centre_id: UUID) -> Iterator[str]:
    """Void-and-reissued pairs of which only one names the other, and reissued receipts that are not void."""
    query = select(Receipt.id, Receipt.number, Receipt.voided_at, Receipt.replaced_by, Receipt.replaces)
    linked = query.where(
        Receipt.centre_id == centre_id, or_(Receipt.replaced_by.is_not(None), Receipt.replaces.is_not(None))
    )
    links = {row.id: row for row in session.execute(linked)}
    for row in links.values():
        new = links.get(row.replaced_by) if row.replaced_by else None
        if row.replaced_by and (new is None or new.replaces != row.id):
            yield f"回执 {row.number} 写明已由另一张代替，但那一张没有指回它。"
        if row.replaced_by and row.voided_at is None:
            yield f"回执 {row.number} 已由另一张代替，却没有作废。"
        old = links.get(row.replaces) if row.replaces else None
        if row.replaces and (old is None or old.replaced_by != row.id):
            yield f"回执 {row.number} 写明代替另一张，但那一张没有指向它。"
