"""A published plan to change, and what is looked at before and after."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from db.action import Actor
from db.duty.changing import substitute
from db.duty.queries import seats
from db.duty.rows import DutyRow, SlotRow
from db.rooms.models import Occupancy
from db.session import Hall
from tests.conftest import NOW
from tests.factories.duty import make_crew
from tests.factories.duty_plans import make_published, sitter, slots_in, who
from tests.factories.rooms import make_room

Run = Callable[..., Any]
Crew = tuple[UUID, tuple[UUID, ...]]


@pytest.fixture(name="crew")
def crew_of_six(hall: Hall, manager: Actor) -> Crew:
    """Six members: of each kind two. In a plan of six sessions everybody sits once."""
    return make_crew(hall, manager, NOW)


@pytest.fixture(name="room")
def room_of_ten(hall: Hall, manager: Actor) -> UUID:
    return make_room(hall, manager, NOW, capacity=10)


@pytest.fixture(name="plan_id")
def published_plan(hall: Hall, manager: Actor, crew: Crew, room: UUID) -> UUID:
    return make_published(hall, manager, NOW, (crew[0],))


def duty_at(hall: Hall, manager: Actor, plan_id: UUID, at: int) -> DutyRow:
    return sitter(slots_in(hall, manager, plan_id)[at])


def peer(hall: Hall, manager: Actor, duty: DutyRow) -> UUID:
    """The other seat of the same kind."""
    return next(
        seat.id for seat in hall.read(seats, manager.centre_id) if seat.kind == duty.kind and seat.id != duty.seat_id
    )


def cover(run: Run, hall: Hall, manager: Actor, plan_id: UUID, at: int = 0, **more: Any) -> Any:
    duty = duty_at(hall, manager, plan_id, at)
    given = {"seat_id": peer(hall, manager, duty), "reason": "因病请假", **more}
    return run(manager, substitute, duty_id=duty.id, version=duty.version, **given)


def everything(slots: tuple[SlotRow, ...]) -> list[Any]:
    """All that an undo must bring back."""
    return [
        (slot.day, slot.starts, slot.ends, slot.room_id, slot.cancelled, slot.note, sorted(who(slot))) for slot in slots
    ]


def spans(hall: Hall) -> list[Any]:
    return hall.read(
        lambda session: [tuple(row) for row in session.execute(select(Occupancy.part_id, Occupancy.starts).order_by(Occupancy.starts))]
    )  # fmt: skip
