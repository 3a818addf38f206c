"""Changes of a published plan: numbered without gaps, with what was before and after, so that each can be read and undone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

import msgspec
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from db.action import Act
from db.clock import business_date
from db.duty.editions import hang, months_of
from db.duty.finding import duties_in
from db.duty.models import Duty, DutyChange, DutyPlan, DutySlot
from db.duty.packing import packed
from db.duty.plan_queries import slots_where
from db.duty.posting import day_text, weekday_text
from db.duty.rows import ChangeLine, ChangeRow, SlotRow
from db.duty.states import CHANGE_NAMES, COMING, DUTY_NAMES, ChangeKind, DutyState
from db.ids import new_id
from db.numbers.actions import take as take_number
from db.text import line


class SlotThen(msgspec.Struct, frozen=True):
    """Everything of a session that changes change."""

    id: UUID
    day: date
    starts: time
    ends: time
    room_id: UUID | None
    cancelled: str
    note: str
    vacant: str
    version: int


class DutyThen(msgspec.Struct, frozen=True):
    """Everything of a duty that changes change."""

    id: UUID
    slot_id: UUID
    seat_id: UUID
    need: int
    state: str
    locked: bool
    covers: UUID | None
    reason: str
    version: int


class Then(msgspec.Struct, frozen=True):
    """Some sessions and everybody in them, as they stood.

    Only after a change: `lines` is what it says of them, `stand` the leave that it came from.
    """

    slots: tuple[SlotThen, ...]
    duties: tuple[DutyThen, ...]
    lines: tuple[ChangeLine, ...] = ()
    stand: UUID | None = None


_THEN = msgspec.json.Decoder(Then)


@dataclass(frozen=True, slots=True)
class Changed:
    """A change that was made: its number, and what the plan has become."""

    change_id: UUID
    number: str
    plan_id: UUID
    plan_version: int
    edition: int


@dataclass(frozen=True, slots=True)
class Work:
    """A change in the making: what the touched sessions were before."""

    plan: DutyPlan
    slots: tuple[DutySlot, ...]
    before: Then
    rows: tuple[SlotRow, ...]


def begin(act: Act, plan: DutyPlan, slots: Collection[DutySlot]) -> Work:
    """Remember how these sessions stand, before anything is changed. The caller has locked them."""
    act.session.flush()
    ordered = tuple(sorted(slots, key=lambda slot: (slot.day, slot.starts, slot.id)))
    return Work(plan, ordered, snapshot(act, ordered), _rows(act.session, act.centre_id, ordered))


def finish(
    act: Act, work: Work, kind: ChangeKind, reason: str, *, proof: str = "", stand: UUID | None = None
) -> Changed:
    """Number the change, keep it, and hang the sheets of the months it touches as the next edition.

    Raises:
        RuleBroken: no reason is given.
    """
    why = line(reason, f"{CHANGE_NAMES[kind]}的原因", required=True)
    for slot in work.slots:
        slot.sequence += 1
    act.session.flush()
    after = snapshot(act, work.slots)
    lines = told(work.rows, _rows(act.session, act.centre_id, work.slots))
    change = DutyChange(
        id=new_id(),
        centre_id=act.centre_id,
        plan_id=work.plan.id,
        number=_number(act),
        kind=kind,
        reason=why,
        before=packed(work.before),
        after=packed(msgspec.structs.replace(after, lines=lines, stand=stand)),
        proof=proof,
        at=act.now,
        staff_id=act.actor.staff_id,
        staff_name=act.actor.name,
    )
    act.session.add(change)
    days = [slot.day for slot in work.before.slots] + [slot.day for slot in after.slots]
    edition = hang(act, work.plan, months_of(days), f"{CHANGE_NAMES[kind]}（{change.number}）")
    act.on("duty_change", change.id)
    act.touch("duty_plan", work.plan.id)
    for slot in work.slots:
        act.touch("duty_slot", slot.id)
        if slot.room_id is not None:
            act.touch("room", slot.room_id)
    act.note(number=change.number, kind=str(kind), sessions=len(work.slots), edition=edition)
    return Changed(change.id, change.number, work.plan.id, work.plan.version, edition)


def snapshot(act: Act, slots: Sequence[DutySlot]) -> Then:
    """Some sessions and everybody in them, as they stand now."""
    duties = duties_in(act, [slot.id for slot in slots])
    return Then(
        tuple(SlotThen(**{name: getattr(slot, name) for name in SlotThen.__struct_fields__}) for slot in slots),
        tuple(
            DutyThen(**{name: getattr(duty, name) for name in DutyThen.__struct_fields__})
            for duty in sorted(duties, key=lambda duty: duty.id)
        ),
    )


def then_of(kept: str) -> Then:
    """What a change kept."""
    return _THEN.decode(kept)


def new_duty(act: Act, slot_id: UUID, seat_id: UUID, need: int, state: DutyState, reason: str = "") -> Duty:
    """Somebody who sits in a session from now on."""
    duty = Duty(
        id=new_id(),
        centre_id=act.centre_id,
        slot_id=slot_id,
        seat_id=seat_id,
        need=need,
        state=state,
        locked=False,
        covers=None,
        reason=reason,
        method="",
        received=0,
        version=1,
    )
    act.session.add(duty)
    return duty


def changes(session: Session, centre_id: UUID, plan_id: UUID | None = None, most: int = 200) -> tuple[ChangeRow, ...]:
    """Changes of a plan, or of all, the newest first."""
    wanted = _asked(centre_id)
    if plan_id is not None:
        wanted = wanted.where(DutyChange.plan_id == plan_id)
    return tuple(
        _row(*row) for row in session.execute(wanted.order_by(DutyChange.at.desc(), DutyChange.id.desc()).limit(most))
    )


def change(session: Session, centre_id: UUID, change_id: UUID) -> ChangeRow | None:
    """One change."""
    found = session.execute(_asked(centre_id).where(DutyChange.id == change_id)).one_or_none()
    return None if found is None else _row(*found)


def told(before: Sequence[SlotRow], after: Sequence[SlotRow]) -> tuple[ChangeLine, ...]:
    """What is different, a line for each place: when and where first, with whom it concerns, then who."""
    return tuple(each for one, other in zip(before, after, strict=True) for each in _lines(one, other))


def _lines(before: SlotRow, after: SlotRow) -> list[ChangeLine]:
    where = (after.body_name, before.day, before.starts, before.ends, before.room_name)
    if before.cancelled != after.cancelled:
        names = "、".join(_names(before) or _names(after)) or "（空缺）"
        if after.cancelled:
            return [ChangeLine(*where, names, f"停班：{after.cancelled}")]
        return [ChangeLine(*where, f"停班：{before.cancelled}", names)]
    found = []
    if _placed(before) != _placed(after):
        who = "、".join(_names(after))
        found.append(ChangeLine(*where, _placed(before), f"{_placed(after)}，{who}" if who else _placed(after)))
    gone = [name for name in _names(before) if name not in _names(after)]
    come = [name for name in _names(after) if name not in _names(before)]
    for at in range(max(len(gone), len(come))):
        left = gone[at] if at < len(gone) else ""
        came = come[at] if at < len(come) else ""
        found.append(ChangeLine(*where, left or _covered(after, came) or "（空缺）", came or _why_open(after, left)))
    return found


def _covered(after: SlotRow, name: str) -> str:
    """Whom somebody stands in for, whose place was open before."""
    return next((duty.covers_name for duty in after.duties if duty.member_name == name and duty.state in COMING), "")


def _why_open(after: SlotRow, name: str) -> str:
    """What became of somebody whose place nobody has taken yet."""
    for duty in after.duties:
        if duty.member_name == name and duty.state in (DutyState.ON_LEAVE, DutyState.ABSENT):
            return f"（{DUTY_NAMES[duty.state]}，待安排）"
    return "（空缺）"


def _placed(slot: SlotRow) -> str:
    return (
        f"{day_text(slot.day)}{weekday_text(slot.day)} {slot.starts:%H:%M}–{slot.ends:%H:%M} {slot.room_name}".rstrip()
    )


def _names(slot: SlotRow) -> list[str]:
    return [duty.member_name for duty in slot.duties if duty.state in COMING]


def _rows(session: Session, centre_id: UUID, slots: Sequence[DutySlot]) -> tuple[SlotRow, ...]:
    """The sessions as rows, in the same order."""
    ids = [slot.id for slot in slots]
    found = {row.id: row for row in slots_where(session, DutySlot.centre_id == centre_id, DutySlot.id.in_(ids))}
    return tuple(found[slot_id] for slot_id in ids)


def _number(act: Act) -> str:
    """A number without gaps, per centre and year: “2026-0012”."""
    year = business_date(act.now).year
    return f"{year}-{take_number(act.session, act.centre_id, f'duty_change/{year}'):04d}"


def _asked(centre_id: UUID) -> Select[DutyChange, str]:
    return (
        select(DutyChange, DutyPlan.title)
        .join(DutyPlan, DutyPlan.id == DutyChange.plan_id)
        .where(DutyChange.centre_id == centre_id)
    )


def _row(row: DutyChange, title: str) -> ChangeRow:
    return ChangeRow(
        id=row.id,
        plan_id=row.plan_id,
        plan_title=title,
        number=row.number,
        kind=ChangeKind(row.kind),
        reason=row.reason,
        lines=then_of(row.after).lines,
        proof=row.proof,
        at=row.at,
        staff_name=row.staff_name,
        undone=row.undone_by is not None,
    )
