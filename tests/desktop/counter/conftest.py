"""A counter with a small catalogue, a calendar, and hands that count their keys."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from db.action import Actor, Request
from db.catalogue.actions import plant
from db.catalogue.rules import ItemContent, Material
from db.ids import new_id
from desktop.counter.page import CounterPage
from desktop.shell.desk import Desk
from tests.conftest import NOW
from tests.desktop.counter.queue_window import Window
from tests.factories.calendar import make_calendar

CARD = ItemContent(
    local_code="LY001", name="老年人优待证办理", aliases=("老人证",), department="民政", item_type="公共服务",
    role="直办", case_type="承诺件", promise_limit=5, limit_confirmed=True, basis="福建省老年人权益保障条例",
    materials=(
        Material("居民身份证", form="复印件"),
        Material("申请表", form="原件"),
        Material("近期照片", necessity="容缺", form="电子"),
    ),
)  # fmt: skip
RECEIVED = ItemContent(
    local_code="LY002", name="高龄津贴申领", department="民政", item_type="行政给付", role="收件", case_type="承诺件",
    promise_limit=10, limit_confirmed=True, materials=(Material("居民身份证", form="复印件"), Material("居民户口簿")),
)  # fmt: skip
AT_ONCE = ItemContent(
    local_code="JB001", name="社区活动室借用登记", item_type="便民服务", role="直办", case_type="即办件",
    limit_confirmed=True, materials=(),
)  # fmt: skip
GUIDED = ItemContent(
    local_code="DB001", name="不动产登记咨询", department="自然资源", item_type="公共服务", role="导办",
    case_type="承诺件", forward_to="区行政服务中心二楼不动产窗口", materials=(),
)  # fmt: skip


@dataclass
class Hands:
    """Presses keys wherever the focus is, and counts."""

    settle: Callable[[], None]
    page: CounterPage
    now: int = 0
    pressed: int = 0
    trail: list[str] = field(default_factory=list)

    def type(self, text: str) -> None:
        """One key a character; text that no keyboard has keys for goes in as an input method commits it."""
        self.pressed += len(text)
        self.trail.append(text)
        if text.isascii():
            for char in text:
                self.lift()
                QTest.keyClick(focus(), char)  # type: ignore[call-overload]
                self.settle()
        else:
            self.lift()
            target = focus()
            assert isinstance(target, QLineEdit)
            target.insert(text)
            self.settle()

    def lift(self) -> None:
        """A hand needs a fifth of a second from key to key; a reader, none."""
        self.now += 200
        self.page.guard.clock = lambda: self.now

    def press(self, *keys: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Keys one after the other."""
        for key in keys:
            self.pressed += 1
            self.trail.append(key.name)
            self.lift()
            QTest.keyClick(focus(), key, modifier)
            self.settle()


def focus() -> QWidget:
    """The widget with the focus."""
    found = QApplication.focusWidget()
    assert found is not None
    return found


@pytest.fixture
def items(desk: Desk, seated: Actor) -> dict[str, UUID]:
    """A small catalogue and the calendars of 2025 and 2026."""
    make_calendar(desk.hall, seated.centre_id)
    contents = (CARD, RECEIVED, AT_ONCE, GUIDED)
    with desk.hall.transaction() as session:
        ids = plant(session, seated.centre_id, contents, now=NOW, by=None)
    return {content.name: item_id for content, item_id in zip(contents, ids, strict=True)}


@pytest.fixture
def page(desk: Desk, items: dict[str, UUID], qtbot: QtBot) -> Iterator[CounterPage]:
    """The counter, shown and idle."""
    shown = open_page(desk, qtbot)
    yield shown
    shown.guard.watch(False)


def open_page(desk: Desk, qtbot: QtBot) -> CounterPage:
    """A counter page as the window opens it."""
    page = CounterPage(desk)
    qtbot.addWidget(page)
    page.resize(1180, 680)
    with qtbot.waitExposed(page):
        page.show()
    page.activateWindow()
    page.refresh()
    idle(desk)
    qtbot.waitUntil(lambda: page.item.picker.stock.shelf is not None and page.calendar is not None)
    page.people.applicant.focus_first()
    return page


def idle(desk: Desk) -> None:
    """Let everything that was begun end, and its answers arrive."""
    for _ in range(4):
        desk.work.wait()
        QApplication.processEvents()


@pytest.fixture
def hands(desk: Desk, page: CounterPage) -> Hands:
    return Hands(lambda: idle(desk), page)


@pytest.fixture
def act(desk: Desk, seated: Actor) -> Callable[..., Any]:
    """`act(action, **kwargs)` behind the page's back."""
    return lambda action, **kwargs: desk.hall.run(Request(seated, NOW, new_id()), action, **kwargs)


@pytest.fixture
def window(desk: Desk, seated: Actor, qtbot: QtBot) -> Window:
    made = Window(desk)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.panel.refresh()
    qtbot.waitUntil(lambda: made.panel.panel is not None)
    return made
