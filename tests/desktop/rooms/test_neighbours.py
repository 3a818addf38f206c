"""A neighbouring centre's room (阵地共享): asked for here, approved or refused there, each through the window."""

from datetime import time, timedelta
from typing import Any
from uuid import UUID

import pytest
from pytestqt.qtbot import QtBot

from db.action import Actor, Request
from db.calendar.recurrence import Every, Pattern
from db.ids import new_id
from db.rooms.bookings import approve, reject
from db.rooms.queries import booking
from db.rooms.series import SeriesFields, book_series
from db.rooms.states import BookingState, Step
from db.staff.permissions import Role
from desktop.rooms import steps
from desktop.rooms.booking_dialog import BookingDialog
from desktop.rooms.page import RoomsPage
from desktop.rooms.room_card import facts_of
from desktop.rooms.side import SLIP
from desktop.rooms.verbs import EndDialog
from desktop.shell.desk import Desk
from tests.conftest import NOW
from tests.desktop.rooms.conftest import TODAY, Place
from tests.desktop.rooms.test_page import choose_choir
from tests.factories.centre import make_centre
from tests.factories.rooms import make_room
from tests.factories.staff import make_staff


@pytest.fixture
def neighbour(place: Place) -> Actor:
    """The manager next door."""
    hall = place.desk.hall
    return make_staff(hall, make_centre(hall, now=NOW, code="QG02"), Role.MANAGER, now=NOW)


@pytest.fixture
def offered(place: Place, neighbour: Actor) -> UUID:
    """Their room, offered to others."""
    room = make_room(place.desk.hall, neighbour, NOW, "301", shared=True)
    place.page.refresh()
    place.qtbot.waitUntil(lambda: place.page.seen is not None and place.page.seen.board.room(room) is not None)
    return room


def asked_for(place: Place, room: UUID) -> UUID:
    """Ask for their room through the dialog; the booking's id."""
    slot = place.slot("201", 14, 15)
    place.page.book_at(type(slot)(room, slot.day, slot.begins, slot.ends))
    dialog = place.page.dialog
    assert isinstance(dialog, BookingDialog)
    choose_choir(place, dialog)
    place.qtbot.waitUntil(dialog.ok.isEnabled)
    dialog.save()
    place.qtbot.waitUntil(lambda: any("提交审批" in text for _, text in place.said))
    seen = place.page.seen
    place.qtbot.waitUntil(lambda: any(row.room_id == room for row in place.page.seen.board.bookings))  # type: ignore[union-attr]
    assert seen is not None
    return next(row.id for row in place.page.seen.board.bookings if row.room_id == room)  # type: ignore[union-attr]


def test_a_neighbours_room_is_known_as_one_where_rooms_are_shown_and_chosen(place: Place, offered: UUID) -> None:
    seen = place.page.seen
    assert seen is not None
    assert {room.id for room in seen.board.rooms if room.lent} == {offered}
    room = seen.board.room(offered)
    assert room is not None
    assert room.approval == "共享，对方审批"
    assert "由该中心审批" in facts_of(room)


def next_door(qtbot: QtBot, place: Place, neighbour: Actor) -> RoomsPage:
    """The window of the owner."""
    desk = Desk(place.desk.hall, lambda: NOW)
    desk.log_in(neighbour)
    page = RoomsPage(desk)
    qtbot.addWidget(page)
    page.resize(1186, 708)
    with qtbot.waitExposed(page):
        page.show()
    page.refresh()
    qtbot.waitUntil(lambda: page.seen is not None and bool(page.seen.board.bookings))
    return page


def state(place: Place, row_id: UUID) -> BookingState:
    found = place.desk.hall.read(booking, place.actor.centre_id, row_id)
    assert found is not None
    return found.state


def test_a_neighbours_room_is_asked_for_and_approved_by_its_owner(
    qtbot: QtBot, place: Place, neighbour: Actor, offered: UUID
) -> None:
    row_id = asked_for(place, offered)
    assert state(place, row_id) is BookingState.ASKED
    place.qtbot.waitUntil(lambda: len(place.page.pane.history.rows.rows) == 1)  # the one who asked sees its story
    assert place.page.pane.buttons[SLIP].isHidden()  # the owner gives out its papers
    page = next_door(qtbot, place, neighbour)
    page._go_to(page.seen.board.bookings[0])  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: not page.pane.buttons[Step.APPROVE.value].isHidden())
    assert "申请中心 军门社区“党建+”邻里中心" in page.pane.text.text()
    page.press(Step.APPROVE.value)
    qtbot.waitUntil(lambda: state(place, row_id) is BookingState.BOOKED)
    page.desk.close()


def test_a_neighbours_room_is_refused_with_the_reason(
    qtbot: QtBot, place: Place, neighbour: Actor, offered: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    row_id = asked_for(place, offered)
    page = next_door(qtbot, place, neighbour)
    page._go_to(page.seen.board.bookings[0])  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: not page.pane.buttons[Step.REJECT.value].isHidden())
    monkeypatch.setattr(steps, "ask_reason", lambda *_given, **_named: "当天有选举")
    page.press(Step.REJECT.value)
    qtbot.waitUntil(lambda: state(place, row_id) is BookingState.REJECTED)
    found: Any = place.desk.hall.read(booking, place.actor.centre_id, row_id)
    assert found.reason == "当天有选举"
    page.desk.close()


def test_who_asked_cannot_approve_their_own_asking(place: Place, offered: UUID) -> None:
    row_id = asked_for(place, offered)
    place.page._go_to(next(row for row in place.page.seen.board.bookings if row.id == row_id))  # type: ignore[union-attr]
    place.qtbot.waitUntil(lambda: place.page.pane.row is not None)
    assert place.page.pane.buttons[Step.APPROVE.value].isHidden()
    for verb, given in ((approve, {}), (reject, {"reason": "不行"})):
        with pytest.raises(Exception, match="另一个中心"):
            place.desk.hall.run(Request(place.actor, NOW, new_id()), verb, booking_id=row_id, version=1, **given)
    assert state(place, row_id) is BookingState.ASKED


def test_a_series_in_a_neighbours_room_is_counted_where_it_is_kept(place: Place, offered: UUID) -> None:
    weekly = Pattern(Every.WEEK, TODAY + timedelta(days=1), count=3)
    place.run(book_series, pattern=weekly, fields=SeriesFields(offered, time(15), time(16), place.choir))
    place.page.bar.show_day(TODAY + timedelta(days=1))
    place.qtbot.waitUntil(lambda: place.page.seen is not None and bool(place.page.seen.board.bookings))
    row = place.page.seen.board.bookings[0]  # type: ignore[union-attr]
    place.page.steps.end(row)
    place.qtbot.waitUntil(lambda: isinstance(place.page.dialog, EndDialog))
    assert isinstance(place.page.dialog, EndDialog)
    assert "3 场" in place.page.dialog.scope.itemText(1)
    place.page.dialog.reject()
    place.page.edit(row)
    assert isinstance(place.page.dialog, BookingDialog)
    place.qtbot.waitUntil(lambda: "3 场" in place.page.dialog.scope.itemText(1))  # type: ignore[union-attr]
