"""One booking: nothing twice, every step checked, kept and taken back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text, update

from db.action import Actor
from db.errors import RuleBroken, Stale
from db.rooms import bookings
from db.rooms.admin import bar_borrower, close_room, lift_closure
from db.rooms.models import Booking, BookingEvent, Borrower, Occupancy
from db.rooms.states import BookingState
from db.rooms.undoing import undoing
from db.session import Hall
from tests.conftest import NOW
from tests.factories.rooms import make_borrower, make_room, slot

Run = Callable[..., Any]


@pytest.fixture
def choir(hall: Hall, manager: Actor) -> UUID:
    return make_borrower(hall, manager, NOW)


@pytest.fixture
def room(hall: Hall, manager: Actor) -> UUID:
    return make_room(hall, manager, NOW)


def test_the_second_who_wants_a_taken_slot_is_told_who_has_it(run: Run, clerk: Actor, room: UUID, choir: UUID) -> None:
    run(clerk, bookings.book, room_id=room, borrower_id=choir, purpose="排练", **slot(NOW))
    with pytest.raises(RuleBroken, match=r"11月18日 08:00–09:00 已有“军门合唱队：排练”的预约"):
        run(clerk, bookings.book, room_id=room, borrower_id=choir, **slot(NOW, hour=0, hours=0.5))


def test_bookings_that_touch_do_not_clash(run: Run, clerk: Actor, room: UUID, choir: UUID) -> None:
    run(clerk, bookings.book, room_id=room, borrower_id=choir, **slot(NOW, hour=1))
    run(clerk, bookings.book, room_id=room, borrower_id=choir, **slot(NOW, hour=2))
    run(clerk, bookings.book, room_id=room, borrower_id=choir, **slot(NOW, hour=0))


def test_set_up_and_clearing_count_in(hall: Hall, run: Run, manager: Actor, choir: UUID) -> None:
    room = make_room(hall, manager, NOW, "305", setup_minutes=15, clearing_minutes=15)
    run(manager, bookings.book, room_id=room, borrower_id=choir, **slot(NOW, hour=1))
    with pytest.raises(RuleBroken):
        run(manager, bookings.book, room_id=room, borrower_id=choir, **slot(NOW, hour=2))


def test_whoever_books_the_whole_hall_takes_every_part(hall: Hall, run: Run, manager: Actor, choir: UUID) -> None:
    east, west = make_room(hall, manager, NOW, "东"), make_room(hall, manager, NOW, "西")
    whole = make_room(hall, manager, NOW, "全", whole_of=(east, west))
    run(manager, bookings.book, room_id=east, borrower_id=choir, **slot(NOW, hour=1))
    with pytest.raises(RuleBroken):
        run(manager, bookings.book, room_id=whole, borrower_id=choir, **slot(NOW, hour=1))
    run(manager, bookings.book, room_id=whole, borrower_id=choir, **slot(NOW, hour=3))
    for part in (east, west):
        with pytest.raises(RuleBroken):
            run(manager, bookings.book, room_id=part, borrower_id=choir, **slot(NOW, hour=3))


def test_a_change_is_made_in_place_and_the_second_editor_is_told(
    hall: Hall, run: Run, clerk: Actor, room: UUID, choir: UUID
) -> None:
    made = run(clerk, bookings.book, room_id=room, borrower_id=choir, **slot(NOW))
    moved = run(
        clerk, bookings.change, booking_id=made.booking_id, version=made.version, room_id=room, **slot(NOW, hour=5)
    )
    assert (moved.booking_id, moved.number, moved.version) == (made.booking_id, made.number, 2)
    with pytest.raises(Stale):
        run(clerk, bookings.change, booking_id=made.booking_id, version=1, room_id=room, **slot(NOW, hour=7))
    run(clerk, bookings.book, room_id=room, borrower_id=choir, **slot(NOW))  # the old slot is free again


def test_a_cancelled_booking_frees_its_slot_and_keeps_its_reason(
    hall: Hall, run: Run, clerk: Actor, room: UUID, choir: UUID
) -> None:
    made = run(clerk, bookings.book, room_id=room, borrower_id=choir, **slot(NOW))
    with pytest.raises(RuleBroken, match="原因"):
        run(clerk, bookings.cancel, booking_id=made.booking_id, version=1, reason=" ")
    run(clerk, bookings.cancel, booking_id=made.booking_id, version=1, reason="下雨")
    run(clerk, bookings.book, room_id=room, borrower_id=choir, **slot(NOW))
    kept = hall.read(lambda session: session.get(Booking, made.booking_id))
    assert kept is not None
    assert (kept.state, kept.reason) == (BookingState.CANCELLED, "下雨")


def test_a_cancelled_booking_comes_back_only_while_its_slot_is_free(
    run: Run, clerk: Actor, room: UUID, choir: UUID
) -> None:
    made = run(clerk, bookings.book, room_id=room, borrower_id=choir, **slot(NOW))
    gone = run(clerk, bookings.cancel, booking_id=made.booking_id, version=1, reason="下雨")
    other = run(clerk, bookings.book, room_id=room, borrower_id=choir, **slot(NOW))
    with pytest.raises(RuleBroken):
        run(clerk, bookings.put_back, booking_id=made.booking_id, version=gone.version)
    run(clerk, bookings.cancel, booking_id=other.booking_id, version=1, reason="让给合唱队")
    assert run(clerk, bookings.put_back, booking_id=made.booking_id, version=gone.version).state == BookingState.BOOKED


def test_every_step_can_be_taken_back_in_turn(run: Run, hall: Hall, clerk: Actor, room: UUID, choir: UUID) -> None:
    made = run(clerk, bookings.book, room_id=room, borrower_id=choir, **slot(NOW))
    first = slot(NOW)
    run(clerk, bookings.change, booking_id=made.booking_id, version=1, room_id=room, **slot(NOW, hour=5))
    run(clerk, bookings.cancel, booking_id=made.booking_id, version=2, reason="误点")
    assert run(clerk, bookings.undo, booking_id=made.booking_id, version=3).state == BookingState.BOOKED
    run(clerk, bookings.undo, booking_id=made.booking_id, version=4)
    row = hall.read(lambda session: session.get(Booking, made.booking_id))
    assert row is not None
    assert (row.starts_at, row.ends_at) == (first["starts_at"], first["ends_at"])
    assert run(clerk, bookings.undo, booking_id=made.booking_id, version=5).state == BookingState.CANCELLED
    with pytest.raises(RuleBroken, match="没有可以撤销"):
        run(clerk, bookings.undo, booking_id=made.booking_id, version=6)
    steps = hall.read(lambda s: list(s.scalars(select(BookingEvent.step).order_by(BookingEvent.position))))
    assert steps == ["book", "change", "cancel", "undo", "undo", "undo"]


def test_a_step_is_taken_back_beside_what_another_has_changed_since(
    run: Run, hall: Hall, clerk: Actor, manager: Actor, room: UUID, choir: UUID
) -> None:
    made = run(clerk, bookings.book, room_id=room, borrower_id=choir, **slot(NOW))
    later = {"booking_id": made.booking_id, "room_id": room, **slot(NOW, hour=5)}
    run(clerk, bookings.change, version=1, **later)
    run(manager, bookings.change, version=2, people=30, **later)
    mine = {"booking_id": made.booking_id, "version": 3, "step": 2}
    with pytest.raises(Stale, match=f"{manager.name}又改过"):
        run(clerk, bookings.undo, **mine)
    found = hall.read(undoing, clerk.centre_id, made.booking_id, clerk.staff_id, 2)
    assert found is not None
    assert found.since
    assert (found.left.people, found.now.people, found.back.people) == (0, 30, 30)
    run(clerk, bookings.undo, **mine, beside=True)
    row = hall.read(lambda session: session.get(Booking, made.booking_id))
    assert row is not None
    assert (row.starts_at, row.people) == (slot(NOW)["starts_at"], 30)
    assert row.starts_at == found.back.starts_at
    with pytest.raises(RuleBroken, match="已经撤销过"):
        run(clerk, bookings.undo, booking_id=made.booking_id, version=4, step=2)


def test_a_room_that_needs_approval_is_asked_for_and_checked_again(
    hall: Hall, run: Run, clerk: Actor, manager: Actor, choir: UUID
) -> None:
    hallroom = make_room(hall, manager, NOW, "101", needs_approval=True)
    asked = run(clerk, bookings.book, room_id=hallroom, borrower_id=choir, **slot(NOW))
    assert asked.state == BookingState.ASKED
    with hall.transaction() as session:
        session.execute(update(Borrower).values(barred_until=NOW.date() + timedelta(days=3), barred_reason="损坏音响"))
    with pytest.raises(RuleBroken, match="损坏音响"):
        run(manager, bookings.approve, booking_id=asked.booking_id, version=1)
    with hall.transaction() as session:
        session.execute(update(Borrower).values(barred_until=None))
    assert run(manager, bookings.approve, booking_id=asked.booking_id, version=1).state == BookingState.BOOKED


def test_a_barred_borrower_is_told_until_when_and_why(
    run: Run, clerk: Actor, manager: Actor, room: UUID, choir: UUID
) -> None:
    run(manager, bar_borrower, borrower_id=choir, until=NOW.date() + timedelta(days=30), reason="三次未到")
    with pytest.raises(RuleBroken, match="暂停借用至 2026-12-17，原因：三次未到"):
        run(clerk, bookings.book, room_id=room, borrower_id=choir, **slot(NOW))


def test_a_closure_of_a_week_takes_the_room_until_it_is_lifted(
    hall: Hall, run: Run, manager: Actor, room: UUID, choir: UUID
) -> None:
    closed = run(manager, close_room, room_id=room, reason="换届选举", **slot(NOW, days=2, hours=24 * 7))
    assert len(hall.read(lambda s: list(s.scalars(select(Occupancy))))) == 7
    with pytest.raises(RuleBroken, match="停用安排（换届选举）"):
        run(manager, bookings.book, room_id=room, borrower_id=choir, **slot(NOW, days=5))
    run(manager, lift_closure, closure_id=closed)
    run(manager, bookings.book, room_id=room, borrower_id=choir, **slot(NOW, days=5))


def test_a_closure_does_not_run_over_a_booking(run: Run, manager: Actor, room: UUID, choir: UUID) -> None:
    run(manager, bookings.book, room_id=room, borrower_id=choir, purpose="排练", **slot(NOW, days=3))
    with pytest.raises(RuleBroken, match=r"还有 1 项安排.*军门合唱队"):
        run(manager, close_room, room_id=room, reason="维修", **slot(NOW, days=2, hours=72))


def test_the_net_refuses_an_overlap_that_no_check_saw(
    hall: Hall, run: Run, clerk: Actor, room: UUID, choir: UUID
) -> None:
    run(clerk, bookings.book, room_id=room, borrower_id=choir, **slot(NOW, hour=1))
    run(clerk, bookings.book, room_id=room, borrower_id=choir, **slot(NOW, hour=3))
    with pytest.raises(RuleBroken, match="刚刚被别人占用"), hall.transaction() as session:
        session.execute(text("UPDATE occupancy SET ends = ends + 7200"))


def test_check_in_is_for_the_day_itself_and_use_is_registered(
    hall: Hall, run: Run, clerk: Actor, room: UUID, choir: UUID
) -> None:
    today = run(clerk, bookings.book, room_id=room, borrower_id=choir, **slot(NOW, days=0, hour=2))
    later = run(clerk, bookings.book, room_id=room, borrower_id=choir, **slot(NOW, days=2))
    with pytest.raises(RuleBroken, match="11月19日"):
        run(clerk, bookings.arrive, booking_id=later.booking_id, version=1)
    run(clerk, bookings.arrive, booking_id=today.booking_id, version=1)
    done = run(clerk, bookings.leave, booking_id=today.booking_id, version=2, people_came=23, problems="灯坏一盏")
    assert done.state == BookingState.DONE
    row = hall.read(lambda session: session.get(Booking, today.booking_id))
    assert row is not None
    assert (row.people_came, row.equipment_after, row.problems) == (23, "完好", "灯坏一盏")
