"""From rows of duties to what is printed: a member's own sheet, the sign at a door, yearly records. No Qt."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from db.clock import local
from db.duty.posting import coming, day_text, kind_text, note_text, public, time_text, weekday_text
from db.duty.rows import DutyRow, MemberRow, RecordRow, SlotRow
from db.duty.states import COMING, DUTY_NAMES, DutyState
from db.receipts.content import CentreFacts
from db.receipts.wording import day as written_day
from desktop.paper.duty_door import DoorEntry, DoorSign, Sitter
from desktop.paper.duty_list import Listing
from desktop.paper.duty_table import Column, Row

_WHEN = (
    Column("序号", 3, whole=True),
    Column("日期", 8, whole=True),
    Column("星期", 3, whole=True),
    Column("时段", 7, whole=True),
)
_SHEET = (*_WHEN, Column("轮值单位", 9), Column("地点", 9), Column("同班人员", 10), Column("备注", 10))
_RECORDS = (
    Column("序号", 3, whole=True), Column("姓名", 8, bold=True), Column("轮值单位", 10), Column("身份", 7),
    Column("单位职务", 16, centred=False), Column("应到", 3), Column("已履职", 4), Column("其中替班", 5), Column("缺席", 3),
    Column("时长（小时）", 6), Column("接待人数", 5),
)  # fmt: skip
_RECORD = (*_WHEN, Column("轮值单位", 9), Column("地点", 8), Column("到岗", 4), Column("离岗", 4), Column("接待人数", 3),
           Column("情况", 12))  # fmt: skip
_DONE = frozenset({DutyState.ARRIVED, DutyState.LEFT})
_GONE = frozenset({DutyState.REPLACED})


def member_sheet(
    centre: CentreFacts, member: MemberRow, slots: Iterable[SlotRow], first: date, last: date, today: date
) -> Listing:
    """个人轮值表: every duty of a member from day to day, also those taken over for others and those given away."""
    mine = _duties(slots, member.id, first, last)
    due = [duty for slot, duty in mine if duty.state in COMING and not slot.cancelled]
    covering = sum(1 for duty in due if duty.covers_name)
    counted = f"{len(due)} 次" + (f"（其中替班 {covering} 次）" if covering else "")
    return Listing(
        title=f"{member.name}个人轮值表",
        organisation=centre.name,
        columns=_SHEET,
        rows=tuple(_sheet_row(at, slot, duty) for at, (slot, duty) in enumerate(mine, 1)),
        facts=(
            ("轮值单位", "、".join(_seat_texts(member))),
            ("单位职务", public(member.unit_post)),
            ("起止", f"{written_day(first)}—{written_day(last)}"),
            ("轮值次数", counted),
        ),
        notes=_sheet_notes(centre),
        issued_on=written_day(today),
        empty="这一时段没有轮值",
    )


def door_sign(
    centre: CentreFacts, room: str, room_id: UUID, slots: Iterable[SlotRow], day: date, now: datetime | None = None
) -> DoorSign:
    """The sign for a room on a day; with `now` (of that day) the session that is on is marked."""
    mine = sorted((s for s in slots if s.room_id == room_id and s.day == day), key=lambda slot: slot.starts)
    return DoorSign(
        centre=centre.name,
        room=room,
        day=f"{written_day(day)}　{weekday_text(day)}",
        entries=tuple(_entry(slot, now) for slot in mine),
        phone=centre.phone if public(centre.phone) == centre.phone else "",
    )


def year_records(centre: CentreFacts, year: int, records: Sequence[RecordRow], today: date) -> Listing:
    """履职记录 of everybody in a year, with the sums."""
    rows = [
        Row(
            (
                str(at), row.member_name, row.body_name, row.kind, public(row.unit_post), str(row.planned), str(row.done),
                _figure(row.covered), _figure(row.absent), f"{row.hours:.1f}", str(row.received),
            )
        )
        for at, row in enumerate(records, 1)
    ]  # fmt: skip
    if rows:
        sums = (
            sum(row.planned for row in records), sum(row.done for row in records), sum(row.covered for row in records),
            sum(row.absent for row in records),
        )  # fmt: skip
        hours, received = sum(row.hours for row in records), sum(row.received for row in records)
        rows.append(Row(("", "合计", "", "", "", *map(str, sums), f"{hours:.1f}", str(received)), bold=True))
    return Listing(
        title=f"{centre.name}{year}年履职记录",
        organisation=centre.seal_org or centre.name,
        columns=_RECORDS,
        rows=tuple(rows),
        facts=(("人数", str(len({row.member_id for row in records}))), ("统计截至", written_day(today))),
        notes=("时长按签到、离岗登记计算；接待人数含逐条登记的接待和按班登记的人数。",),
        signatures=("制表", "审核"),
        issued_on=written_day(today),
        empty="这一年还没有履职记录",
        landscape=True,
    )


def member_record(
    centre: CentreFacts,
    year: int,
    member: MemberRow,
    slots: Iterable[SlotRow],
    records: Sequence[RecordRow],
    today: date,
) -> Listing:
    """履职记录 of one member in a year: the sums of every body, and each duty."""
    mine = _duties(slots, member.id, date(year, 1, 1), date(year, 12, 31))
    sums = [row for row in records if row.member_id == member.id]
    total = (
        f"应到 {sum(row.planned for row in sums)} 次，已履职 {sum(row.done for row in sums)} 次"
        f"（其中替班 {sum(row.covered for row in sums)} 次），缺席 {sum(row.absent for row in sums)} 次，"
        f"时长 {sum(row.hours for row in sums):.1f} 小时，接待 {sum(row.received for row in sums)} 人"
    )
    return Listing(
        title=f"{member.name}{year}年履职记录",
        organisation=centre.seal_org or centre.name,
        columns=_RECORD,
        rows=tuple(_record_row(at, slot, duty) for at, (slot, duty) in enumerate(mine, 1)),
        facts=(
            ("轮值单位", "、".join(_seat_texts(member))),
            ("单位职务", public(member.unit_post)),
            ("合计", total if sums else ""),
        ),
        signatures=("本人签字", "审核"),
        issued_on=written_day(today),
        empty="这一年还没有轮值",
    )


def _duties(slots: Iterable[SlotRow], member_id: UUID, first: date, last: date) -> list[tuple[SlotRow, DutyRow]]:
    """The duties of a member in order; a place that was changed and came back stands once, as it is now."""
    found = [
        (slot, duty)
        for slot in sorted(slots, key=lambda slot: (slot.day, slot.starts, slot.id))
        if first <= slot.day <= last
        for duty in slot.duties
        if duty.member_id == member_id
    ]
    standing = {slot.id for slot, duty in found if duty.state not in _GONE}
    left: set[UUID] = set()
    kept = []
    for slot, duty in found:
        if duty.state in _GONE:
            if slot.id in standing or slot.id in left:
                continue
            left.add(slot.id)
        kept.append((slot, duty))
    return kept


def _sheet_row(at: int, slot: SlotRow, duty: DutyRow) -> Row:
    others = "、".join(each.member_name for each in coming(slot) if each.member_id != duty.member_id)
    return Row((*_when(at, slot), slot.body_name, public(slot.room_name), others, _standing(slot, duty)))


def _record_row(at: int, slot: SlotRow, duty: DutyRow) -> Row:
    times = [f"{local(each):%H:%M}" if each else "" for each in (duty.arrived_at, duty.left_at)]
    received = str(duty.received) if duty.state in _DONE else ""
    return Row((*_when(at, slot), slot.body_name, public(slot.room_name), *times, received, _standing(slot, duty)))


def _when(at: int, slot: SlotRow) -> tuple[str, ...]:
    return (str(at), day_text(slot.day), weekday_text(slot.day), time_text(slot.starts, slot.ends))


def _standing(slot: SlotRow, duty: DutyRow) -> str:
    """What became of a duty, without the reason: a sheet is seen by others."""
    if slot.cancelled:
        return note_text(slot)
    if duty.state in (DutyState.REPLACED, DutyState.ON_LEAVE):
        instead = "、".join(each.member_name for each in coming(slot) if each.covers_name == duty.member_name)
        return f"由{instead}替班" if instead else DUTY_NAMES[duty.state]
    plain = duty.state in (DutyState.PUBLISHED, DutyState.DRAFT)
    told = [] if plain else ["已到岗" if duty.state in _DONE else DUTY_NAMES[duty.state]]
    if duty.covers_name:
        told = [each for each in told if each != DUTY_NAMES[DutyState.COVERING]] + [f"替{duty.covers_name}"]
    if slot.planned != slot.day:
        told.append(f"顺延（原{day_text(slot.planned)}）")
    return "；".join(told)


def _entry(slot: SlotRow, now: datetime | None) -> DoorEntry:
    return DoorEntry(
        time=time_text(slot.starts, slot.ends),
        body=slot.body_name,
        people=tuple(
            Sitter(public(duty.member_name), public(kind_text(duty)), public(duty.unit_post)) for duty in coming(slot)
        ),
        scope=public(slot.scope),
        mark="停班" if slot.cancelled else "正在值班" if now is not None and _is_on(slot, now) else "",
        colour=slot.colour,
    )


def _is_on(slot: SlotRow, now: datetime) -> bool:
    starts = datetime.combine(slot.day, slot.starts, local(now).tzinfo)
    ends = datetime.combine(slot.day, slot.ends, local(now).tzinfo)
    if slot.ends == time():
        ends += timedelta(days=1)
    return starts <= now < ends


def _seat_texts(member: MemberRow) -> list[str]:
    return [f"{seat.body_name}（{seat.level}{seat.kind}）" if seat.kind else seat.body_name for seat in member.seats]


def _sheet_notes(centre: CentreFacts) -> tuple[str, ...]:
    phone = centre.phone if public(centre.phone) == centre.phone else ""
    call = f"，电话 {phone}" if phone else ""
    return (f"请提前 10 分钟到岗，凭轮值证扫码签到；因故不能到岗的，请尽早告知本中心{call}，以便安排替班。",)


def _figure(number: int) -> str:
    return str(number) if number else "—"
