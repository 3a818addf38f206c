"""The first start by keyboard: what is wrong keeps the clerk on the step, the end is a hall one can log in to."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from db.calendar.queries import published_years
from db.catalogue.models import Item
from db.centre.queries import centres, counters
from db.ids import new_id
from db.recovery import key_from_code
from db.session import Hall
from db.staff.login import Attempt, log_in
from desktop.shell.desk import Desk
from desktop.wizard.wizard import FirstStartPage
from tests.conftest import NOW

PASSWORD = "Gushan-2026-feng"


@pytest.fixture
def wizard(desk: Desk, qtbot: QtBot) -> Iterator[FirstStartPage]:
    made = FirstStartPage(desk)
    qtbot.addWidget(made)
    made.resize(1120, 680)
    made.show()
    yield made
    desk.work.wait()


def put(field: QLineEdit, text: str) -> None:
    """Type, or commit from an input method what no keyboard has keys for."""
    field.setFocus()
    field.clear()
    QTest.keyClicks(field, text) if text.isascii() else field.insert(text)


def go_on(wizard: FirstStartPage) -> None:
    QTest.keyClick(wizard, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def fill(wizard: FirstStartPage) -> None:
    """The first three steps."""
    put(wizard.centre.name, "军门社区“党建+”邻里中心")
    put(wizard.centre.code, "jm01")
    put(wizard.centre.phone, "0591-87654321")
    wizard.centre.counters.setValue(3)
    go_on(wizard)
    go_on(wizard)
    put(wizard.administrator.name, "林敏")
    put(wizard.administrator.login, "linmin")
    put(wizard.administrator.password, PASSWORD)
    put(wizard.administrator.again, PASSWORD)
    go_on(wizard)


def finish(wizard: FirstStartPage, qtbot: QtBot) -> None:
    go_on(wizard)
    qtbot.waitUntil(lambda: wizard.step is wizard.recovery, timeout=30_000)


def test_hall_is_founded_and_its_first_person_can_log_in(wizard: FirstStartPage, hall: Hall, qtbot: QtBot) -> None:
    fill(wizard)
    finish(wizard, qtbot)
    (row,) = hall.read(centres)
    assert (row.fields.name, row.fields.code) == ("军门社区“党建+”邻里中心", "JM01")
    assert "错时" in row.fields.hours
    assert [counter.number for counter in hall.read(counters, row.id)] == ["1", "2", "3"]
    assert 2026 in hall.read(published_years, row.id)
    assert hall.read(lambda session: session.query(Item).count()) == 108
    assert log_in(hall, Attempt(row.id, "linmin", NOW, new_id()), PASSWORD).actor.name == "林敏"


def test_recovery_code_gives_the_key_and_must_be_written_down(wizard: FirstStartPage, hall: Hall, qtbot: QtBot) -> None:
    fill(wizard)
    finish(wizard, qtbot)
    assert key_from_code(wizard.recovery.code.toPlainText()) == hall.vault.reveal()
    go_on(wizard)
    assert "抄下" in wizard.trouble.text()
    wizard.recovery.written.setChecked(True)
    with qtbot.waitSignal(wizard.done) as done:
        go_on(wizard)
    assert done.args == ["linmin", ""]


def test_no_password_stays_in_the_fields(wizard: FirstStartPage, qtbot: QtBot) -> None:
    fill(wizard)
    finish(wizard, qtbot)
    assert wizard.administrator.password.text() == ""
    assert wizard.administrator.again.text() == ""


def test_own_spreadsheet_leaves_the_catalogue_empty_and_asks_for_the_import(
    wizard: FirstStartPage, hall: Hall, qtbot: QtBot
) -> None:
    fill(wizard)
    wizard.catalogue.own.setChecked(True)
    finish(wizard, qtbot)
    assert hall.read(lambda session: session.query(Item).count()) == 0
    wizard.recovery.written.setChecked(True)
    with qtbot.waitSignal(wizard.done) as done:
        go_on(wizard)
    assert done.args == ["linmin", "import"]


@pytest.mark.parametrize(
    ("name", "code", "phone", "words"),
    [
        ("", "JM01", "", "中心名称"),
        ("军门", "", "", "中心代码"),
        ("军门", "军门", "", "中心代码"),
        ("军门", "A", "", "中心代码"),
        ("军门", "JM01", "abc", "电话"),
    ],
)
def test_wrong_centre_keeps_the_clerk_on_the_step(
    wizard: FirstStartPage, name: str, code: str, phone: str, words: str
) -> None:
    put(wizard.centre.name, name)
    put(wizard.centre.code, code)
    put(wizard.centre.phone, phone)
    go_on(wizard)
    assert wizard.step is wizard.centre
    assert words in wizard.trouble.text()


def test_weak_password_is_told_while_it_is_typed(wizard: FirstStartPage) -> None:
    rules = wizard.administrator.rules
    put(wizard.administrator.login, "linmin")
    put(wizard.administrator.password, "linmin1")
    assert rules.property("tone") == "warn"
    assert "登录名" in rules.text()
    put(wizard.administrator.password, PASSWORD)
    assert rules.property("tone") == "good"


def test_enter_goes_from_field_to_field_and_on(wizard: FirstStartPage) -> None:
    put(wizard.centre.name, "军门")
    QTest.keyClick(wizard.centre.name, Qt.Key.Key_Return)
    assert wizard.centre.code.hasFocus()
    put(wizard.centre.code, "JM01")
    wizard.centre.seal.setFocus()
    QTest.keyClick(wizard.centre.seal, Qt.Key.Key_Return)
    assert wizard.step is wizard.hours


def test_going_back_keeps_what_was_typed(wizard: FirstStartPage) -> None:
    fill(wizard)
    wizard.back()
    wizard.back()
    wizard.back()
    assert wizard.step is wizard.centre
    assert wizard.centre.code.text() == "jm01"
    go_on(wizard)
    assert wizard.step is wizard.hours


def test_refused_founding_leaves_nothing_and_can_be_tried_again(
    wizard: FirstStartPage, hall: Hall, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from db.errors import Unavailable

    fill(wizard)
    with monkeypatch.context() as broken:

        def full(*_: object, **__: object) -> None:
            raise Unavailable("磁盘已满，请清理后再试。")

        broken.setattr("desktop.wizard.wizard.found_centre", full)
        go_on(wizard)
        qtbot.waitUntil(lambda: "磁盘已满" in wizard.trouble.text(), timeout=10_000)
    assert hall.read(centres) == ()
    finish(wizard, qtbot)
    assert len(hall.read(centres)) == 1
