"""A rooms page with two rooms and a hall that can be parted."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from db.action import Actor, Request
from db.ids import new_id
from db.rooms.bookings import Booked, book
from db.rooms.queries import BookingRow, booking
from desktop.rooms.geometry import Slot
from desktop.rooms.page import RoomsPage
from desktop.shell.desk import Desk
from tests.conftest import NOW
from tests.factories.rooms import make_borrower, make_room

TODAY = date(2026, 11, 17)


@dataclass
class Place:
    """The page and what stands in its database."""

    page: RoomsPage
    desk: Desk
    actor: Actor
    rooms: dict[str, UUID]
    choir: UUID
    qtbot: QtBot
    said: list[tuple[str, str]]

    def run(self, action: Any, **kwargs: Any) -> Any:
        return self.desk.hall.run(Request(self.actor, NOW, new_id()), action, **kwargs)

    def book(self, number: str, begins: float, ends: float, **more: Any) -> Booked:
        slot = self.slot(number, begins, ends)
        given = {"room_id": slot.room_id, "starts_at": slot.starts_at, "ends_at": slot.ends_at}
        made: Booked = self.run(book, borrower_id=self.choir, purpose="排练", **given, **more)
        return made

    def slot(self, number: str, begins: float, ends: float) -> Slot:
        """Hours of today in a room."""
        return Slot(self.rooms[number], TODAY, int(begins * 60), int(ends * 60))

    def row(self, made: Booked) -> BookingRow:
        found = self.desk.hall.read(booking, self.actor.centre_id, made.booking_id)
        assert found is not None
        return found

    def shown(self, made: Booked) -> None:
        """Wait until the page shows a booking as it stands."""
        wanted = self.row(made)
        self.page.refresh()
        self.qtbot.waitUntil(lambda: self.page.seen is not None and wanted in self.page.seen.board.bookings)

    def point(self, slot: Slot, part: float = 0.5) -> QPoint:
        return self.page.grid.slot_point(slot, part)

    def drag(self, start: QPoint, *stops: QPoint, drop: bool = True) -> None:
        """Press, move over the stops, let go."""
        view = self.page.grid.viewport()
        QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
        for stop in stops:
            where = QPointF(stop)
            event = QMouseEvent(
                QEvent.Type.MouseMove, where, view.mapToGlobal(where), Qt.MouseButton.NoButton,
                Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
            )  # fmt: skip
            QApplication.sendEvent(view, event)
        if drop:
            QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=stops[-1])

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier, times: int = 1) -> None:
        for _ in range(times):
            QTest.keyClick(self.page.grid, key, modifier)

    def shortcut(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """A key of the page, pressed in the grid."""
        self.page.activateWindow()
        self.page.grid.setFocus()
        self.qtbot.waitUntil(lambda: self.page.isActiveWindow() and self.page.grid.hasFocus())
        QTest.keyClick(self.page.grid, key, modifier)


@pytest.fixture
def place(qtbot: QtBot, desk: Desk, seated: Actor) -> Place:
    """The page on a Tuesday at 09:30, shown and loaded."""
    rooms = {
        number: make_room(desk.hall, seated, NOW, number, position=at, equipment=("投影",) if at == 0 else ())
        for at, number in enumerate(("201", "202"))
    }
    rooms["200"] = make_room(desk.hall, seated, NOW, "200", whole_of=tuple(rooms.values()), capacity=100, position=2)
    choir = make_borrower(desk.hall, seated, NOW)
    page = RoomsPage(desk)
    qtbot.addWidget(page)
    desk.changed.connect(page.changed)
    said: list[tuple[str, str]] = []
    desk.messages.said.connect(lambda level, text: said.append((level, text)))
    page.resize(1186, 708)
    with qtbot.waitExposed(page):
        page.show()
    page.refresh()
    qtbot.waitUntil(lambda: page.seen is not None)
    return Place(page, desk, seated, rooms, choir, qtbot, said)


def at(hour: float) -> datetime:
    """A time of today in China, as an instant."""
    return Slot(new_id(), TODAY, int(hour * 60), int(hour * 60) + 1).starts_at
