"""The plan pane on a small hall: two bodies, eleven people, a plan of December."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from db.action import Actor, Request
from db.duty.rows import DutyRow, PlanRow, SlotRow
from db.duty.rules import Composition
from db.ids import new_id
from desktop.duty.board import DutyBoard
from desktop.duty.board_rows import Place, Spot
from desktop.duty.page import DutyPage
from desktop.duty.plan_pane import PlanPane
from desktop.shell.desk import Desk
from tests.conftest import NOW
from tests.factories.duty import BODY, make_crew, make_member, make_seat
from tests.factories.duty_plans import fill_plan, make_plan, row_of, slots_in
from tests.factories.rooms import make_room

FIRST, LAST = date(2026, 12, 1), date(2026, 12, 31)
PATIENCE_MS = 120_000
"""A solver is a process of its own: on a machine that is busy its start alone may take half a minute."""
JUDGES = ("陈建国", "林秀英", "黄志强", "郑美玲", "王海涛")


@dataclass
class Roster:
    """The page, what stands in its database, and hands to use it with."""

    page: DutyPage
    desk: Desk
    actor: Actor
    plan_id: UUID
    studio: UUID
    judges: UUID
    people: dict[str, UUID]
    seats: dict[str, UUID]
    bot: QtBot
    said: list[tuple[str, str]] = field(default_factory=list)

    @property
    def pane(self) -> PlanPane:
        pane: PlanPane = self.page.panes["plan"]
        return pane

    @property
    def board(self) -> DutyBoard:
        return self.pane.view.board

    def run(self, action: Any, **kwargs: Any) -> Any:
        return self.desk.hall.run(Request(self.actor, NOW, new_id()), action, **kwargs)

    # ---- what the database says

    @property
    def plan(self) -> PlanRow:
        return row_of(self.desk.hall, self.actor, self.plan_id)

    @property
    def slots(self) -> tuple[SlotRow, ...]:
        return slots_in(self.desk.hall, self.actor, self.plan_id)

    def slot(self, slot_id: UUID) -> SlotRow:
        return next(slot for slot in self.slots if slot.id == slot_id)

    def sitting(self, spot: Spot) -> DutyRow | None:
        """Who sits in a place as the database has it."""
        from desktop.duty.board_rows import places_of

        return places_of(self.slot(spot.slot_id))[spot.at].duty

    def name_at(self, spot: Spot) -> str:
        duty = self.sitting(spot)
        return duty.member_name if duty is not None else ""

    # ---- hands

    def of(self, body_id: UUID, at: int = 0) -> Place:
        """The how-manieth place of a body on the board."""
        places = [place for place in self.board.sheet.order if self._slot(place).body_id == body_id]
        return places[at]

    def go(self, place: Place) -> None:
        self.page.activateWindow()
        self.wait(self.page.isActiveWindow)
        self.board.setFocus()
        self.board.go_to(place.spot)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier, times: int = 1) -> None:
        for _ in range(times):
            QTest.keyClick(self.board, key, modifier)

    def wait(self, until: Callable[[], object]) -> None:
        self.bot.waitUntil(lambda: bool(until()), timeout=PATIENCE_MS)

    def dialog(self, kind: type[QDialog]) -> Any:
        """Wait for a dialog of the pane."""
        self.wait(lambda: isinstance(self.pane.dialog, kind) and self.pane.dialog.isActiveWindow())
        return self.pane.dialog

    def shown(self) -> None:
        """Wait until the board shows the plan as it stands, and what is wrong with it is known."""
        before = self.pane.view.case
        self.pane.refresh()
        self.wait(
            lambda: (
                self.pane.view.case is not before
                and self.pane.view.seen is not None
                and self.pane.view.seen.plan == self.plan
                and self.pane.view.case is not None
                and self.pane.view.case.sittings == self.pane.view.seen.sittings
            )
        )

    def drag(self, start: QPoint, end: QPoint, *, view: QWidget | None = None, drop: bool = True) -> None:
        """Press, move, let go; from another widget where `view` is given (then `end` is a point of the board)."""
        source, target = view or self.board.viewport(), self.board.viewport()
        QTest.mousePress(source, Qt.MouseButton.LeftButton, pos=start)
        self.move(source, QPointF(start) + QPointF(10, 4))
        where = source.mapFromGlobal(target.mapToGlobal(end))
        self.move(source, QPointF(where))
        if drop:
            QTest.mouseRelease(source, Qt.MouseButton.LeftButton, pos=where)

    def move(self, source: QWidget, where: QPointF) -> None:
        event = QMouseEvent(
            QEvent.Type.MouseMove, where, source.mapToGlobal(where), Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        QApplication.sendEvent(source, event)

    def _slot(self, place: Place) -> SlotRow:
        return self.board.sheet.slots[place.spot.slot_id]


def make_roster(desk: Desk, seated: Actor, qtbot: QtBot, *, filled: bool) -> Roster:
    """The page at 09:30 on a Tuesday, shown and loaded."""
    hall = desk.hall
    for at, number in enumerate(("201", "202", "203")):
        make_room(hall, seated, NOW, number, position=at)
    studio, _ = make_crew(hall, seated, NOW, 6, name=BODY, colour=0)
    judges, _ = make_crew(
        hall, seated, NOW, 0, name="法官", kinds=(), composition=Composition(people=2), colour=1, rest=3
    )
    people, seats = {}, {}
    for at, name in enumerate(JUDGES):
        people[name] = make_member(hall, seated, NOW, name)
        seats[name] = make_seat(hall, seated, NOW, people[name], judges, kind="法官", history=at)
    plan_id = make_plan(hall, seated, NOW, (studio, judges), FIRST, LAST)
    if filled:
        fill_plan(hall, seated, NOW, plan_id)
    page = DutyPage(desk)
    qtbot.addWidget(page)
    desk.changed.connect(page.changed)
    roster = Roster(page, desk, seated, plan_id, studio, judges, people, seats, qtbot)
    desk.messages.said.connect(lambda level, text: roster.said.append((level, text)))
    page.resize(1186, 680)
    with qtbot.waitExposed(page):
        page.show()
    page.show_tab("plan")
    roster.shown()
    return roster


@pytest.fixture
def roster(desk: Desk, seated: Actor, qtbot: QtBot) -> Roster:
    """A draft whose places are all filled."""
    return make_roster(desk, seated, qtbot, filled=True)


@pytest.fixture
def empty_roster(desk: Desk, seated: Actor, qtbot: QtBot) -> Roster:
    """A draft nobody sits in yet."""
    return make_roster(desk, seated, qtbot, filled=False)
