"""Duties in rooms: the board, free rooms, offers, posters and figures know what published rosters take."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from db.action import Actor
from db.duty.moving import cancel_slot
from db.rooms.board import board, trouble
from db.rooms.offers import check_slot, free_rooms
from db.rooms.posting import poster
from db.rooms.rules import Taken
from db.rooms.utilisation import utilisation
from db.session import Hall
from tests.conftest import NOW
from tests.factories.duty import BODY, make_crew
from tests.factories.duty_plans import make_plan, make_published, slots_in
from tests.factories.rooms import make_room

Run = Callable[..., Any]
STARTS, ENDS = datetime(2026, 11, 25, 1, tzinfo=UTC), datetime(2026, 11, 25, 3, tzinfo=UTC)
WEEK = (datetime(2026, 11, 22, 16, tzinfo=UTC), datetime(2026, 11, 29, 16, tzinfo=UTC))


@pytest.fixture
def room(hall: Hall, manager: Actor) -> UUID:
    return make_room(hall, manager, NOW, setup_minutes=15, clearing_minutes=15)


@pytest.fixture
def plan_id(hall: Hall, manager: Actor, room: UUID) -> UUID:
    return make_published(hall, manager, NOW, (make_crew(hall, manager, NOW)[0],))


def test_the_board_shows_duties_and_a_slot_beside_them_keeps_the_buffers(
    hall: Hall, manager: Actor, plan_id: UUID, room: UUID
) -> None:
    seen = hall.read(board, manager.centre_id, *WEEK, NOW)
    (duty,) = seen.closures
    assert (duty.kind, duty.room_id, duty.label) == (Taken.DUTY, room, f"{BODY}轮值")
    assert (duty.starts_at, duty.ends_at) == (STARTS, ENDS)
    row = seen.room(room)
    assert row is not None
    for later, expected in ((0, f"{BODY}轮值"), (2.25, f"{BODY}轮值"), (2.5, "")):
        begins = STARTS + timedelta(hours=later)
        assert trouble(seen, row, begins, begins + timedelta(hours=1), NOW) == expected


def test_free_rooms_and_offers_pass_a_duty_by(hall: Hall, manager: Actor, plan_id: UUID, room: UUID) -> None:
    other = make_room(hall, manager, NOW, "305")
    assert [row.id for row in hall.read(free_rooms, manager.centre_id, STARTS, ENDS, now=NOW)] == [other]
    checked = hall.read(check_slot, manager.centre_id, room, STARTS, ENDS, now=NOW)
    assert f"已有{BODY}轮值" in checked.trouble
    assert other in {offer.room_id for offer in checked.offers}


def test_posters_and_figures_count_duties(hall: Hall, manager: Actor, plan_id: UUID, room: UUID) -> None:
    entries = hall.read(poster, manager.centre_id, date(2026, 11, 25), 1).entries
    assert [(entry.what, entry.who, entry.closed) for entry in entries] == [(f"{BODY}轮值", "", False)]
    used = hall.read(utilisation, manager.centre_id, date(2026, 11, 23), date(2026, 11, 29))
    assert (used.rooms[0].booked_hours, used.by_use) == (2.0, (("轮值", 2.0),))
    assert sum(used.heat[2]) == 2.0


def test_a_draft_and_a_session_called_off_take_nothing(
    hall: Hall, run: Run, manager: Actor, plan_id: UUID, room: UUID
) -> None:
    other, _ = make_crew(hall, manager, NOW, 3, name="法官")
    make_plan(hall, manager, NOW, (other,))
    slot = slots_in(hall, manager, plan_id)[0]
    run(manager, cancel_slot, slot_id=slot.id, version=slot.version, reason="停电")
    assert hall.read(board, manager.centre_id, *WEEK, NOW).closures == ()
