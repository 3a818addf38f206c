"""Two managers at one year: who is second sees the days that changed, and does what they wanted with one key."""

from collections.abc import Iterator
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog
from pytestqt.qtbot import QtBot

from db.action import Actor
from db.calendar.queries import published_years, year_view
from db.staff.permissions import Role
from desktop.calendar.dialog import CalendarDialog
from desktop.shell.desk import Desk
from desktop.widgets.conflict import ConflictDialog
from tests.conftest import NOW
from tests.desktop.calendar.test_editor import click, idle, works
from tests.factories.calendar import make_calendar
from tests.factories.staff import make_staff

TUESDAY, WEDNESDAY = date(2026, 11, 24), date(2026, 11, 25)
KEY, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier


def window(desk: Desk, qtbot: QtBot) -> CalendarDialog:
    """The calendar at a desk, to which no word of others comes any more: they were just a moment earlier."""
    shown = CalendarDialog(desk)
    desk.changed.disconnect(shown.editor._changed)
    qtbot.addWidget(shown)
    with qtbot.waitExposed(shown):
        shown.show()
    qtbot.waitUntil(lambda: shown.editor.view is not None)
    return shown


@pytest.fixture
def mine(desk: Desk, seated: Actor, qtbot: QtBot) -> CalendarDialog:
    make_calendar(desk.hall, seated.centre_id)
    return window(desk, qtbot)


@pytest.fixture
def theirs(mine: CalendarDialog, desk: Desk, seated: Actor, qtbot: QtBot) -> Iterator[CalendarDialog]:
    """The same year at another manager's desk."""
    other = Desk(desk.hall, lambda: NOW)
    other.log_in(make_staff(desk.hall, seated.centre_id, Role.MANAGER, now=NOW))
    yield window(other, qtbot)
    other.close()


def asked(at: CalendarDialog, qtbot: QtBot) -> ConflictDialog:
    """The question, once it is there."""
    qtbot.waitUntil(lambda: at.editor.findChild(ConflictDialog) is not None)
    found = at.editor.findChild(ConflictDialog)
    assert found is not None
    qtbot.waitUntil(found.isVisible)
    assert found.sentence.endswith("。")
    return found


def named(desk: Desk, day: date) -> str:
    return next(each.name for each in desk.hall.read(year_view, desk.centre_id, 2026).days if each.day == day)


def turn(at: CalendarDialog, day: date) -> None:
    """By the other one's mouse."""
    click(at, at.editor.desk, day)


def write(at: CalendarDialog, qtbot: QtBot, text: str) -> QInputDialog:
    """Open the question what the day of the cursor is, and type; not sent yet."""
    at.editor.note.click()
    question = at.editor.findChild(QInputDialog)
    assert question is not None
    question.setTextValue(text)
    return question


def test_two_days_turned_at_once_are_both_turned(
    mine: CalendarDialog, theirs: CalendarDialog, desk: Desk, qtbot: QtBot
) -> None:
    turn(theirs, WEDNESDAY)
    click(mine, desk, TUESDAY)
    question = asked(mine, qtbot)
    assert question.facts == (("11月25日 周三", "平常", "休"),)
    assert question.wish is not None
    assert question.wish.words == "11月24日 周二 改为休"
    qtbot.keyClick(question, KEY.Key_Return, CTRL)
    qtbot.waitUntil(lambda: works(desk, TUESDAY) is False)
    assert works(desk, WEDNESDAY) is False


def test_the_same_day_turned_at_both_is_not_turned_back(
    mine: CalendarDialog, theirs: CalendarDialog, desk: Desk, qtbot: QtBot
) -> None:
    turn(theirs, TUESDAY)
    click(mine, desk, TUESDAY)
    question = asked(mine, qtbot)
    assert not question.ok.isEnabled()
    assert "已经这样做了" in question.count.text()
    qtbot.keyClick(question, KEY.Key_Escape)
    idle(desk)
    assert works(desk, TUESDAY) is False


def test_what_is_written_about_a_day_is_not_lost_and_overwrites_nobody_unseen(
    mine: CalendarDialog, theirs: CalendarDialog, desk: Desk, qtbot: QtBot
) -> None:
    click(mine, desk, TUESDAY)
    qtbot.waitUntil(lambda: works(desk, TUESDAY) is False)
    theirs.editor.refresh()
    idle(theirs.editor.desk)
    theirs.editor.grid._go(TUESDAY)
    mine_open = write(mine, qtbot, "台风停业")
    write(theirs, qtbot, "消防检查").accept()
    qtbot.waitUntil(lambda: named(desk, TUESDAY) == "消防检查")
    mine.editor.refresh()  # the word has come, and the page knows: the question was still asked of the old year
    idle(desk)
    mine_open.accept()
    question = asked(mine, qtbot)
    assert question.facts == (("11月24日 周二", "休", "休 消防检查"),)
    assert question.wish is not None
    assert question.wish.words == "11月24日 周二 的说明写“台风停业”"
    QTest.keyClick(question, KEY.Key_Return, CTRL)
    qtbot.waitUntil(lambda: named(desk, TUESDAY) == "台风停业")


def test_a_day_that_is_plain_again_takes_no_words(
    mine: CalendarDialog, theirs: CalendarDialog, desk: Desk, qtbot: QtBot
) -> None:
    click(mine, desk, TUESDAY)
    qtbot.waitUntil(lambda: works(desk, TUESDAY) is False)
    theirs.editor.refresh()
    idle(theirs.editor.desk)
    mine_open = write(mine, qtbot, "台风停业")
    turn(theirs, TUESDAY)
    qtbot.waitUntil(lambda: works(desk, TUESDAY) is True)
    mine_open.accept()
    question = asked(mine, qtbot)
    assert not question.ok.isEnabled()
    qtbot.keyClick(question, KEY.Key_Escape)


def test_a_year_is_withdrawn_on_top_of_the_others_change_or_left(
    mine: CalendarDialog, theirs: CalendarDialog, desk: Desk, qtbot: QtBot
) -> None:
    for key in (KEY.Key_Escape, KEY.Key_Return):
        idle(desk)
        turn(theirs, TUESDAY)
        mine.editor.publish.click()
        question = asked(mine, qtbot)
        assert question.wish is not None
        assert question.wish.words == "撤下 2026 年工作日历"
        qtbot.keyClick(question, key)
        qtbot.waitUntil(lambda: mine.editor.findChild(ConflictDialog) is None)
        left = key is KEY.Key_Escape
        qtbot.waitUntil(lambda left=left: (2026 in desk.hall.read(published_years, desk.centre_id)) is left)
