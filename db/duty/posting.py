"""What hangs on the wall of a rota (公示表), composed from plain rows. Nothing private reaches it.

Columns and foot as shared/DOMAIN.md has them (两代表一委员工作室): office phones only, no ID number, no private phone. What
somebody typed into a free field is read for mobile and document numbers, and they are taken out.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time

from db.duty.rows import BodyRow, DutyRow, PosterContent, PosterLine, SlotRow
from db.duty.states import COMING, DutyState
from db.receipts.content import CentreFacts

WEEKDAYS = "一二三四五六日"
NOBODY = "暂缺"
_MOBILE = re.compile(r"(?<!\d)[1１][3-9３-９]\d[\s\-－]?\d{4}[\s\-－]?\d{4}(?!\d)")
_DOCUMENT = re.compile(r"(?<![0-9A-Za-z])\d{6}[\s\-]?\d{8}[\s\-]?\d{3}[\dXxＸｘ](?![0-9A-Za-z])")
_SPAN = re.compile(r"\d{4}年[^年]*(\d{4}年[^年]*)?轮值公示表$")
LEGAL = "涉法涉诉事项请依法向有管辖权的法院、检察院、公安、司法行政机关反映，工作室负责引导，不作受理。"
CHANGES = "如有顺延、调班，以最新公示和现场公布为准。"


def compose_poster(
    centre: CentreFacts,
    bodies: Sequence[BodyRow],
    slots: Sequence[SlotRow],
    first: date,
    last: date,
    *,
    edition: int,
    issued_on: date,
    qr: str = "",
) -> PosterContent:
    """The 公示表 of some bodies from `first` to `last`; edition 0 is a draft that has not been published.

    The sessions come in order of day, time and body; with one body the title names it, with several every line does.
    """
    places = {body.id: (body.position, body.name) for body in bodies}
    lines = [
        _line(slot)
        for slot in sorted(slots, key=lambda slot: (slot.day, slot.starts, places.get(slot.body_id, (0, "")), slot.id))
        if slot.body_id in places
    ]
    whole = PosterContent(
        title=f"{centre.name}{span_text(first, last)}轮值公示表",
        body_name="",
        lines=tuple(lines),
        phones=_phones(centre, bodies),
        organisation=centre.seal_org or centre.name,
        issued_on=f"{issued_on.year}年{issued_on.month}月{issued_on.day}日",
        edition=edition,
        qr=qr,
        notes=(CHANGES, LEGAL),
    )
    return of_body(whole, bodies[0].name) if len(bodies) == 1 else whole


def of_body(content: PosterContent, name: str) -> PosterContent:
    """The part of a 公示表 that is one body's, under its own title; other bodies' office phones are left out."""
    if content.body_name:
        return content
    span = _SPAN.search(content.title)
    at = span.start() if span else len(content.title)
    others = {line.body for line in content.lines} - {name}
    return replace(
        content,
        title=f"{content.title[:at]}{name}{content.title[at:]}",
        body_name=name,
        lines=tuple(line for line in content.lines if line.body == name),
        phones=tuple(phone for phone in content.phones if not any(phone[0].startswith(each) for each in others)),
    )


def span_text(first: date, last: date) -> str:
    """2026年11月, 2026年1—3月, 2026年, 2026年12月—2027年1月: the months a plan is of."""
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.year}年{first.month}月"
    if first.year != last.year:
        return f"{first.year}年{first.month}月—{last.year}年{last.month}月"
    if (first.month, last.month) == (1, 12):
        return f"{first.year}年"
    return f"{first.year}年{first.month}—{last.month}月"


def public(text: str) -> str:
    """The text without the mobile and document numbers that somebody typed into it."""
    return _DOCUMENT.sub("（证件号略）", _MOBILE.sub("（手机号略）", text))


def time_text(starts: time, ends: time) -> str:
    """09:00—11:30; a session that ends at midnight ends at 24:00."""
    return f"{starts:%H:%M}—{'24:00' if ends == time() else f'{ends:%H:%M}'}"


def day_text(day: date) -> str:
    """11月18日."""
    return f"{day.month}月{day.day}日"


def weekday_text(day: date) -> str:
    """周三."""
    return f"周{WEEKDAYS[day.weekday()]}"


def coming(slot: SlotRow) -> tuple[DutyRow, ...]:
    """Whoever sits in the session, in the order of its needs; nobody where it does not take place."""
    if slot.cancelled:
        return ()
    return tuple(sorted((duty for duty in slot.duties if duty.state in COMING), key=lambda duty: duty.need))


def posted(slot: SlotRow) -> tuple[DutyRow, ...]:
    """Whom the wall names for a session: whoever sits in it, and whoever was awaited in vain and nobody covers.

    An absence is no news for the wall: it can be taken back, and it is not for the public to read.
    """
    if slot.cancelled:
        return ()
    covered = {duty.covers_name for duty in slot.duties if duty.state is not DutyState.REPLACED}
    missed = [duty for duty in slot.duties if duty.state is DutyState.ABSENT and duty.member_name not in covered]
    return tuple(sorted([*coming(slot), *missed], key=lambda duty: duty.need))


def kind_text(duty: DutyRow) -> str:
    """区人大代表（第十八届）."""
    return f"{duty.level}{duty.kind}" + (f"（{duty.session}）" if duty.session else "")


def note_text(slot: SlotRow) -> str:
    """顺延, 调班, 替班 and the like, as the last column says it."""
    if slot.cancelled:
        return public(f"停班：{slot.cancelled}")
    notes = [slot.note] if slot.note else []
    if slot.planned != slot.day and "顺延" not in slot.note:
        notes.insert(0, f"顺延（原{day_text(slot.planned)}）")
    for duty in coming(slot):
        if duty.covers_name:
            notes.append(f"{duty.member_name}替{duty.covers_name}")
        elif duty.state is DutyState.SWAPPED:
            notes.append("调班" if len(coming(slot)) == 1 else f"调班（{duty.member_name}）")
    return public("；".join(dict.fromkeys(notes)))


def _line(slot: SlotRow) -> PosterLine:
    """A session as printed; several people stand on lines of their own, the same in all three columns about them."""
    people = posted(slot)
    absent = "—" if slot.cancelled else NOBODY
    return PosterLine(
        day=slot.day,
        weekday=weekday_text(slot.day),
        time=time_text(slot.starts, slot.ends),
        room=public(slot.room_name),
        members="\n".join(public(duty.member_name) for duty in people) or absent,
        kinds="\n".join(public(kind_text(duty)) for duty in people),
        unit_posts="\n".join(public(duty.unit_post) for duty in people),
        scope=public(slot.scope),
        note=note_text(slot),
        body=slot.body_name,
    )


def _phones(centre: CentreFacts, bodies: Sequence[BodyRow]) -> tuple[tuple[str, str], ...]:
    """Whom to call; a number that is a mobile is somebody's own and is left out."""
    rows = [("咨询电话", centre.phone), ("监督电话", centre.complaint_phone), ("政务服务便民热线", "12345")]
    for body in bodies:
        who = f"{body.name}联络员{body.liaison}" if body.liaison else body.name
        rows.append((public(who), body.office_phone))
    return tuple((label, number) for label, number in rows if number and public(number) == number)
