"""The pane of people and rules with a body, two rules, six members and somebody of another body."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from db.action import Actor, Request
from db.duty.queries import members
from db.duty.rows import BodyRow, MemberRow
from db.ids import new_id
from desktop.duty.people_pane import PeoplePane
from desktop.shell.desk import Desk
from tests.conftest import NOW
from tests.factories.calendar import make_calendar
from tests.factories.duty import BODY, KINDS, make_body, make_member, make_rule, make_seat

NAMES = ("林志强", "张美珍", "曾国平", "陈秀英", "欧阳建国", "林雅芳")


def focused() -> QWidget:
    """Whatever has the focus."""
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


@dataclass
class Hands:
    """A pane, its desk, and fingers."""

    desk: Desk
    actor: Actor
    bot: QtBot
    said: list[tuple[str, str]] = field(default_factory=list)

    def run(self, action: Any, **kwargs: Any) -> Any:
        return self.desk.hall.run(Request(self.actor, NOW, new_id()), action, **kwargs)

    def read(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        return self.desk.hall.read(query, self.actor.centre_id, *args, **kwargs)

    def wait(self, until: Any) -> None:
        self.bot.waitUntil(until)

    def heard(self, words: str, level: str = "") -> None:
        """Wait until a sentence with these words was said."""
        self.wait(lambda: any(words in text and level in ("", at) for at, text in self.said))

    def key(self, key: str, at: QWidget | None = None) -> None:
        """Press a key combination; offscreen nobody gives the window back its focus after a dialog."""
        target = at or focused()
        target.window().activateWindow()
        self.wait(lambda: QApplication.activeWindow() is target.window())
        QTest.keySequence(target, key)

    def type(self, text: str, at: QWidget | None = None) -> None:
        """Type ASCII into whatever has the focus."""
        QTest.keyClicks(at or focused(), text)

    def enter(self, at: QWidget | None = None) -> None:
        QTest.keyClick(at or focused(), Qt.Key.Key_Return)


@dataclass
class PeoplePlace(Hands):
    """The pane of people and rules."""

    pane: PeoplePane = field(init=False)
    body_id: UUID = field(init=False)
    ids: dict[str, UUID] = field(default_factory=dict)

    @property
    def body(self) -> BodyRow:
        body = self.pane.body
        assert body is not None
        return body

    def member(self, name: str) -> MemberRow:
        found: tuple[MemberRow, ...] = self.read(members, idle=True)
        return next(row for row in found if row.name == name)

    def dialog(self, kind: type[QDialog]) -> Any:
        dialog = self.pane.dialog
        assert isinstance(dialog, kind)
        self.wait(lambda: QApplication.activeWindow() is dialog)
        return dialog

    def shown(self) -> list[str]:
        """The names in the table of members."""
        return [row.member.name for row in self.pane.members.table.rows.rows]


def make_people(desk: Desk, actor: Actor, bot: QtBot) -> PeoplePlace:
    """Everything in its place, shown and read."""
    place = PeoplePlace(desk, actor, bot)
    make_calendar(desk.hall, actor.centre_id)
    place.body_id = make_body(desk.hall, actor, NOW, BODY, liaison="陈晓", office_phone="0591-87654321", rest=8)
    make_rule(desk.hall, actor, NOW, place.body_id)
    for at, name in enumerate(NAMES):
        phone = "13800138000" if at == 0 else ""
        member = make_member(desk.hall, actor, NOW, name, unit_post="军门社区书记", phone=phone)
        make_seat(desk.hall, actor, NOW, member, place.body_id, kind=KINDS[at % 3], history=at)
        place.ids[name] = member
    lawyers = make_body(desk.hall, actor, NOW, "律师", position=1)
    place.ids["王律师"] = make_member(desk.hall, actor, NOW, "王律师", unit_post="榕城律师事务所")
    make_seat(desk.hall, actor, NOW, place.ids["王律师"], lawyers, kind="律师")
    desk.messages.said.connect(lambda level, text: place.said.append((level, text)))
    return place


def show_people(place: PeoplePlace) -> PeoplePlace:
    """Put the pane on the screen, for whoever is logged in now."""
    place.pane = PeoplePane(place.desk)
    place.bot.addWidget(place.pane)
    place.desk.changed.connect(place.pane.changed)
    place.pane.resize(1170, 640)
    with place.bot.waitExposed(place.pane):
        place.pane.show()
    place.pane.activateWindow()
    place.pane.refresh()
    place.wait(lambda: len(place.pane.seen.bodies) == 2)
    return place
