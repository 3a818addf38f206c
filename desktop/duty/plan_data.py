"""What the plan pane reads, in one go: the plan as its rows, and the problem behind it for everything that is explained."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING
from uuid import UUID

from db.calendar.queries import calendar_of, year_view
from db.duty.building import problem_of
from db.duty.changes import changes
from db.duty.counting import counts
from db.duty.plan_queries import last_step, plan, plan_slots, sittings_of
from db.duty.queries import bodies, seats
from db.duty.rows import BodyRow, ChangeRow, CountRow, PlanRow, SeatRow, SlotRow
from db.duty.solve.broken import broken
from db.duty.solve.problem import Problem, Sitting
from desktop.duty.board_rows import Place, places_of
from desktop.duty.people_pane_find import sounds_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Sounds = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Seen:
    """A plan and everything that is shown beside its board."""

    plan: PlanRow
    slots: tuple[SlotRow, ...]
    counts: tuple[CountRow, ...]
    seats: tuple[SeatRow, ...]
    bodies: tuple[BodyRow, ...]
    days: Mapping[date, str]
    undo: str
    changes: tuple[ChangeRow, ...]
    sounds: Mapping[UUID, Sounds]
    places: Mapping[UUID, tuple[Place, ...]]
    undo_by: str = ""  # who has made the step that can be taken back

    @cached_property
    def seat_of(self) -> dict[UUID, SeatRow]:
        """Seats by id."""
        return {seat.id: seat for seat in self.seats}

    @cached_property
    def sittings(self) -> tuple[Sitting, ...]:
        """Who sits where."""
        return sittings_of(self.slots)

    def seat_in(self, member_id: UUID, body_id: UUID) -> SeatRow | None:
        """A person's seat in a body."""
        return next((seat for seat in self.seats if (seat.member_id, seat.body_id) == (member_id, body_id)), None)


@dataclass(frozen=True)
class Case:
    """The problem of a plan as the solver and the explanations see it, and what its sittings break (by duty)."""

    problem: Problem
    sittings: tuple[Sitting, ...]
    marks: Mapping[tuple[UUID, UUID], str]


def look(session: "Session", centre_id: UUID, plan_id: UUID) -> Seen | None:
    """A plan with all that belongs to it; None when it is gone."""
    row = plan(session, centre_id, plan_id)
    if row is None:
        return None
    slots = plan_slots(session, centre_id, plan_id)
    known = tuple(seat for seat in seats(session, centre_id) if seat.body_id in row.body_ids)
    own = tuple(body for body in bodies(session, centre_id, idle=True) if body.id in row.body_ids)
    step, by = last_step(session, centre_id, plan_id)
    return Seen(
        row,
        slots,
        counts(session, centre_id, plan_id),
        known,
        own,
        _days(session, centre_id, slots),
        step,
        changes(session, centre_id, plan_id),
        {seat.member_id: sounds_of(seat.member_name) for seat in known},
        {slot.id: places_of(slot) for slot in slots},
        by,
    )


def case(session: "Session", centre_id: UUID, plan_id: UUID) -> Case:
    """The problem of a plan, and what is wrong on its board. What somebody overrode with a reason is not told again."""
    problem = problem_of(session, centre_id, plan_id)
    slots = plan_slots(session, centre_id, plan_id)
    sittings = sittings_of(slots)
    found: dict[tuple[UUID, UUID], str] = {}
    for each in broken(problem, sittings):
        if each.slot_id is not None and each.seat_id is not None:
            key = (each.slot_id, each.seat_id)
            found[key] = f"{found[key]}；{each.sentence}" if key in found else each.sentence
    return Case(problem, sittings, found)


def _days(session: "Session", centre_id: UUID, slots: tuple[SlotRow, ...]) -> dict[date, str]:
    """What the calendar says of the days on the board that differ from the plain week."""
    exceptions = calendar_of(session, centre_id).exceptions
    names: dict[date, str] = {}
    for year in sorted({slot.day.year for slot in slots}):
        names |= {day.day: day.name for day in year_view(session, centre_id, year).days}
    shown = {slot.day for slot in slots}
    return {day: "补班" if works else names.get(day) or "节假日" for day, works in exceptions.items() if day in shown}
