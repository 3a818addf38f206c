"""A room that is offered to other centres: only its owner approves, and a change has to be approved anew."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from db.action import Actor
from db.errors import NotAllowed
from db.rooms.bookings import Booked, approve, book, cancel, change, put_back, reject
from db.rooms.states import BookingState
from db.session import Hall
from db.staff.permissions import Role
from tests.conftest import NOW
from tests.factories.centre import make_centre
from tests.factories.rooms import make_borrower, make_room, slot
from tests.factories.staff import make_staff

Run = Callable[..., Any]


@pytest.fixture
def owner(hall: Hall) -> Actor:
    return make_staff(hall, make_centre(hall, now=NOW, code="QG02"), Role.MANAGER, now=NOW)


@pytest.fixture
def room(hall: Hall, owner: Actor) -> UUID:
    return make_room(hall, owner, NOW, shared=True)


@pytest.fixture
def asked(hall: Hall, run: Run, manager: Actor, room: UUID) -> Booked:
    made: Booked = run(manager, book, room_id=room, borrower_id=make_borrower(hall, manager, NOW), **slot(NOW))
    return made


def test_a_neighbour_asks_even_if_they_may_approve_at_home(asked: Booked) -> None:
    assert asked.state == BookingState.ASKED


def test_only_the_owner_approves(run: Run, manager: Actor, owner: Actor, asked: Booked) -> None:
    for verb, given in ((approve, {}), (reject, {"reason": "不借"})):
        with pytest.raises(NotAllowed, match="由那个中心审批"):
            run(manager, verb, booking_id=asked.booking_id, version=asked.version, **given)
    assert run(owner, approve, booking_id=asked.booking_id, version=asked.version).state == BookingState.BOOKED


def test_what_the_owner_approved_is_asked_again_when_the_neighbour_moves_it(
    run: Run, manager: Actor, owner: Actor, room: UUID, asked: Booked
) -> None:
    booked = run(owner, approve, booking_id=asked.booking_id, version=asked.version)
    later = slot(NOW, days=2)
    moved = run(manager, change, booking_id=booked.booking_id, version=booked.version, room_id=room, **later)
    assert moved.state == BookingState.ASKED
    by_owner = run(owner, approve, booking_id=booked.booking_id, version=moved.version)
    again = run(
        owner, change, booking_id=booked.booking_id, version=by_owner.version, room_id=room, **slot(NOW, days=3)
    )
    assert again.state == BookingState.BOOKED


def test_either_side_gives_it_up_and_only_the_owner_brings_it_back_approved(
    run: Run, manager: Actor, owner: Actor, asked: Booked
) -> None:
    gone = run(manager, cancel, booking_id=asked.booking_id, version=asked.version, reason="不用了")
    back = run(manager, put_back, booking_id=asked.booking_id, version=gone.version)
    assert back.state == BookingState.ASKED
    gone = run(owner, cancel, booking_id=asked.booking_id, version=back.version, reason="检修")
    assert run(owner, put_back, booking_id=asked.booking_id, version=gone.version).state == BookingState.BOOKED
