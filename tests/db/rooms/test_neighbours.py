"""A room that is offered to other centres: only its owner approves, and a change has to be approved anew."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from db.action import Actor
from db.centre.models import Centre
from db.errors import NotAllowed
from db.receipts.content import Fields, from_json
from db.receipts.models import Receipt
from db.rooms.bookings import Booked, approve, book, cancel, change, put_back, reject
from db.rooms.slips import print_slip
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


def fields_of(hall: Hall, receipt_id: UUID) -> tuple[tuple[str, str], ...]:
    kept = from_json(hall.read(lambda session: session.get_one(Receipt, receipt_id).content))
    return next(block.rows for block in kept.blocks if isinstance(block, Fields))


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


def test_the_slip_names_the_centre_that_asked(
    hall: Hall, run: Run, manager: Actor, owner: Actor, asked: Booked
) -> None:
    home = hall.read(lambda session: session.get_one(Centre, manager.centre_id).name)
    assert ("申请中心", home) in fields_of(hall, run(owner, print_slip, booking_id=asked.booking_id).receipt_id)


def test_the_slip_of_ones_own_room_names_no_other_centre(hall: Hall, run: Run, owner: Actor, room: UUID) -> None:
    made = run(owner, book, room_id=room, borrower_id=make_borrower(hall, owner, NOW), **slot(NOW))
    names = [name for name, _ in fields_of(hall, run(owner, print_slip, booking_id=made.booking_id).receipt_id)]
    assert "借用方" in names
    assert "申请中心" not in names
