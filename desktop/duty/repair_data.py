"""A repair before it is made: leave is supposed, the fewest changes are found, nothing is written yet."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from db.duty.building import problem_of
from db.duty.plan_queries import plan, plan_slots, sittings_of
from db.duty.repairing import RepairStep
from db.duty.rows import DutyRow, PlanRow, SeatRow, SlotRow
from db.duty.solve.problem import Half, Problem, Sitting, Slot, Stand, Time, Want
from db.duty.solve.repair import Repair
from db.duty.solve.thorough import thorough_repair
from db.duty.states import EXPECTED
from desktop.duty.board_words import HALVES, day_text
from desktop.duty.session_pane import left_behind

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Leave:
    """Who does not come, when, and why; `half` None the whole day, `body_id` None in every body."""

    member_id: UUID
    first: date
    last: date
    half: Half | None = None
    body_id: UUID | None = None
    why: str = ""

    def holds(self, slot: SlotRow) -> bool:
        """Whether a session lies in it."""
        return (
            self.first <= slot.day <= self.last
            and self.half in (None, Half.of(slot.starts))
            and self.body_id in (None, slot.body_id)
        )


@dataclass(frozen=True)
class Ground:
    """What a repair starts from: the problem as it is now, the sessions, and who sits where, absentees included."""

    plan: PlanRow
    problem: Problem
    slots: tuple[SlotRow, ...]
    published: tuple[Sitting, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One place that would change, in words."""

    when: str
    body: str
    before: str
    after: str
    why: str


@dataclass(frozen=True)
class Preview:
    """What a repair would change. `begun` are open places of sessions that have begun: only a cover on the spot fills them."""

    repair: Repair
    steps: tuple[RepairStep, ...]
    lines: tuple[Line, ...]
    begun: int = 0

    @property
    def words(self) -> str:
        """“改 2 处：11月24日 周二 上午 律师 王海涛→林芳；…”."""
        told = "；".join(f"{each.when} {each.body} {each.before}→{each.after}" for each in self.lines[:4])
        return f"改 {len(self.lines)} 处：{told}{'……' if len(self.lines) > 4 else ''}"


def ground(session: "Session", centre_id: UUID, plan_id: UUID, now: datetime) -> Ground | None:
    """Read what a repair starts from; None when the plan is gone."""
    row = plan(session, centre_id, plan_id)
    if row is None:
        return None
    slots = plan_slots(session, centre_id, plan_id)
    away = tuple(
        Sitting(slot.id, gone.seat_id, need)
        for slot in slots
        if not slot.cancelled
        for need in range(len(slot.needs))
        if (gone := left_behind(slot, need)) is not None
    )
    return Ground(row, problem_of(session, centre_id, plan_id, now), slots, (*sittings_of(slots), *away))


def hit(slots: tuple[SlotRow, ...], leave: Leave, today: date) -> tuple[tuple[SlotRow, DutyRow], ...]:
    """The expected duties that a leave makes open."""
    return tuple(
        (slot, duty)
        for slot in slots
        if leave.holds(slot) and slot.day >= today and not slot.cancelled
        for duty in slot.duties
        if duty.member_id == leave.member_id and duty.state in EXPECTED
    )


def holes(slots: tuple[SlotRow, ...], today: date) -> tuple[tuple[SlotRow, DutyRow], ...]:
    """Places whose people do not come and whom nobody covers yet."""
    return tuple(
        (slot, gone)
        for slot in slots
        if slot.day >= today and not slot.cancelled
        for need in range(len(slot.needs))
        if (gone := left_behind(slot, need)) is not None
    )


def has_begun(slot: SlotRow, now: datetime) -> bool:
    """Whether a session's time has come; `now` is local."""
    return (slot.day, slot.starts) <= (now.date(), now.time())


def preview(base: Ground, leave: Leave | None, now: datetime, seats: dict[UUID, SeatRow]) -> Preview:
    """Find the fewest changes under a supposed leave (None: for what is open already) from `now` (local) on."""
    problem, since = base.problem, now.date()
    if leave is not None:
        time = Time(leave.first, leave.last, None, leave.half)
        stand = Stand(leave.member_id, Want.CANNOT, time, leave.why, leave.body_id)
        problem = replace(problem, stands=(*problem.stands, stand))
    missing = [*holes(base.slots, since), *(hit(base.slots, leave, since) if leave is not None else ())]
    gone = {(slot.id, duty.seat_id) for slot, duty in missing}
    begun = frozenset(slot.id for slot in base.slots if has_begun(slot, now))
    there = tuple(
        each for each in base.published if each.slot_id not in begun or (each.slot_id, each.seat_id) not in gone
    )
    ahead = {each for each in gone if each[0] not in begun}
    found = thorough_repair(_as_it_stands(problem, there, begun), there, since, ahead)
    slots = {slot.id: slot for slot in base.slots}
    steps = tuple(RepairStep(each.slot_id, each.need, each.before, each.after) for each in found.changes)
    lines = []
    for each in found.changes:
        slot = slots[each.slot_id]
        when = f"{day_text(slot.day)} {HALVES[Half.of(slot.starts)]}"
        lines.append(Line(when, slot.body_name, _name(each.before, seats), _name(each.after, seats), each.why))
    return Preview(found, steps, tuple(lines), len(gone) - len(ahead))


def _as_it_stands(problem: Problem, there: Iterable[Sitting], begun: frozenset[UUID]) -> Problem:
    """Sessions that have begun ask for nobody but those who sit in them: a repair does not touch them."""
    sitting = Counter((each.slot_id, each.need) for each in there)

    def settled(slot: Slot) -> Slot:
        return replace(
            slot, needs=tuple(replace(need, count=sitting[slot.id, at]) for at, need in enumerate(slot.needs))
        )  # fmt: skip

    return replace(problem, slots=tuple(settled(slot) if slot.id in begun else slot for slot in problem.slots))


def _name(seat_id: UUID | None, seats: dict[UUID, SeatRow]) -> str:
    seat = seats.get(seat_id) if seat_id is not None else None
    return seat.member_name if seat is not None else "（空缺）"
