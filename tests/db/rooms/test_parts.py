"""Dividing a hall anew: what stands in it moves along; a borrower's phone and a room's photo stay when they are not typed."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from db.action import Actor
from db.errors import RuleBroken, Stale
from db.rooms.admin import BorrowerFields, RoomFields, close_room, edit_room, save_borrower
from db.rooms.bookings import book, cancel
from db.rooms.models import Borrower, Occupancy
from db.rooms.parts import divide
from db.rooms.queries import photo_of, rooms
from db.rooms.rules import BorrowerKind
from db.rooms.utilisation import utilisation
from db.session import Hall
from tests.conftest import NOW
from tests.factories.rooms import make_borrower, make_room, slot

Run = Callable[..., Any]


@pytest.fixture
def choir(hall: Hall, manager: Actor) -> UUID:
    return make_borrower(hall, manager, NOW)


def make_hall(hall: Hall, manager: Actor) -> tuple[UUID, UUID, UUID]:
    """The whole of two, and the two."""
    east, west = (make_room(hall, manager, NOW, number) for number in ("东", "西"))
    return make_room(hall, manager, NOW, "整", whole_of=(east, west)), east, west


def parts(hall: Hall, actor: Actor) -> dict[str, tuple[UUID, ...]]:
    return {room.number: room.parts for room in hall.read(rooms, actor.centre_id)}


def test_a_third_part_is_added_and_the_whole_takes_it_from_then_on(
    hall: Hall, run: Run, manager: Actor, choir: UUID
) -> None:
    whole, east, west = make_hall(hall, manager)
    north = make_room(hall, manager, NOW, "北")
    run(manager, book, room_id=whole, borrower_id=choir, **slot(NOW, days=1))
    assert run(manager, divide, room_id=whole, version=1, whole_of=(east, west, north)) == 2
    assert len(parts(hall, manager)["整"]) == 3
    with pytest.raises(RuleBroken, match="已有“军门合唱队”的预约"):
        run(manager, book, room_id=north, borrower_id=choir, **slot(NOW, days=1))


def test_a_part_that_is_taken_meanwhile_is_not_added(hall: Hall, run: Run, manager: Actor, choir: UUID) -> None:
    whole, east, west = make_hall(hall, manager)
    north = make_room(hall, manager, NOW, "北")
    run(manager, book, room_id=whole, borrower_id=choir, **slot(NOW, days=1))
    run(manager, close_room, room_id=north, reason="检修", **slot(NOW, days=1))
    with pytest.raises(RuleBroken, match="检修"):
        run(manager, divide, room_id=whole, version=1, whole_of=(east, west, north))
    assert len(parts(hall, manager)["整"]) == 2


def test_a_hall_that_is_no_longer_divided_frees_its_parts_and_keeps_its_bookings(
    hall: Hall, run: Run, manager: Actor, choir: UUID
) -> None:
    whole, east, _ = make_hall(hall, manager)
    made = run(manager, book, room_id=whole, borrower_id=choir, **slot(NOW, days=1))
    own = run(manager, book, room_id=east, borrower_id=choir, **slot(NOW, days=2))
    run(manager, divide, room_id=whole, version=1, whole_of=())
    found = parts(hall, manager)
    assert len(found["整"]) == 1
    assert set(found["整"]).isdisjoint(found["东"])
    run(manager, book, room_id=east, borrower_id=choir, **slot(NOW, days=1))
    with pytest.raises(RuleBroken, match="已有"):
        run(manager, book, room_id=whole, borrower_id=choir, **slot(NOW, days=1))
    sources = hall.read(lambda s: sorted(s.scalars(select(Occupancy.source_id))))
    assert {made.booking_id, own.booking_id} < set(sources)
    run(manager, cancel, booking_id=made.booking_id, version=1, reason="停办")
    run(manager, book, room_id=whole, borrower_id=choir, **slot(NOW, days=1))


def test_what_took_place_before_stays_where_it_was(hall: Hall, run: Run, manager: Actor, choir: UUID) -> None:
    whole, _, _ = make_hall(hall, manager)
    run(manager, book, room_id=whole, borrower_id=choir, **slot(NOW, days=1))
    before = hall.read(lambda s: sorted(s.scalars(select(Occupancy.part_id))))
    run(manager, divide, at=NOW + timedelta(days=3), room_id=whole, version=1, whole_of=())
    assert hall.read(lambda s: sorted(s.scalars(select(Occupancy.part_id)))) == before


def test_a_room_is_no_part_of_itself_and_a_second_editor_is_told(hall: Hall, run: Run, manager: Actor) -> None:
    whole, east, west = make_hall(hall, manager)
    with pytest.raises(RuleBroken, match="自己"):
        run(manager, divide, room_id=whole, version=1, whole_of=(whole, east))
    run(manager, divide, room_id=whole, version=1, whole_of=(east,))
    with pytest.raises(Stale):
        run(manager, divide, room_id=whole, version=1, whole_of=(east, west))


def test_a_phone_that_is_not_typed_again_stays_and_one_can_be_taken_away(hall: Hall, run: Run, manager: Actor) -> None:
    choir = make_borrower(hall, manager, NOW, phone="13800138000")

    def kept() -> tuple[bytes | None, str]:
        row = hall.read(lambda s: s.get_one(Borrower, choir))
        return row.phone_sealed, row.phone_masked

    before = kept()
    fields = BorrowerFields(BorrowerKind.GROUP, "军门合唱团", "新领队")
    run(manager, save_borrower, fields=fields, borrower_id=choir, version=1)
    assert kept() == before
    without = BorrowerFields(BorrowerKind.GROUP, "军门合唱团", "新领队", without_phone=True)
    run(manager, save_borrower, fields=without, borrower_id=choir, version=2)
    assert kept() == (None, "")


def test_a_photo_that_is_not_chosen_again_stays_and_one_can_be_taken_away(hall: Hall, run: Run, manager: Actor) -> None:
    room = make_room(hall, manager, NOW, photo=b"picture")
    run(manager, edit_room, room_id=room, version=1, fields=RoomFields("201", "书画室"))
    assert hall.read(photo_of, manager.centre_id, room) == b"picture"
    run(manager, edit_room, room_id=room, version=2, fields=RoomFields("201", "书画室", photo=b""))
    assert hall.read(photo_of, manager.centre_id, room) is None


def test_a_divided_hall_is_counted_once_in_areas_and_hours(hall: Hall, run: Run, manager: Actor, choir: UUID) -> None:
    east, west = (make_room(hall, manager, NOW, number, area=90) for number in ("东", "西"))
    whole = make_room(hall, manager, NOW, "整", whole_of=(east, west), area=180)
    run(manager, book, room_id=whole, borrower_id=choir, **slot(NOW, days=1, hour=1))
    run(manager, book, room_id=east, borrower_id=choir, **slot(NOW, days=1, hour=4))
    used = hall.read(utilisation, manager.centre_id, date(2026, 11, 18), date(2026, 11, 18))
    assert (used.service_area, used.office_area) == (180, 0)
    assert used.open_hours == 48  # two places, a day each
    assert used.booked_hours == 3  # the whole hall takes both for an hour
