"""The idle lock: what was typed stays, only the right password opens, scans and search are shut out."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from db.journal.models import JournalEntry
from desktop.login.password import PasswordDialog
from desktop.shell.lock import Blanket
from tests.desktop.shell.conftest import PASSWORD, House


def journalled(house: House, tag: str) -> int:
    """How often the journal tells of something."""
    return house.start.desk.hall.read(lambda session: session.query(JournalEntry).filter_by(tag=tag).count())


def lock(house: House) -> None:
    house.key("Ctrl+L", house.window)
    assert house.window.lock.isVisible()
    house.wait(house.window.lock.password.hasFocus)


def test_window_locks_after_the_minutes_of_the_centre(inside: House) -> None:
    assert inside.window.idle.minutes == 5
    inside.window.idle.idle.emit()
    assert inside.window.lock.isVisible()
    inside.wait(lambda: journalled(inside, "staff.lock_screen") == 1)


def test_a_key_begins_the_minutes_anew(inside: House) -> None:
    watch = inside.window.idle
    watch._timer.setTimerType(Qt.TimerType.PreciseTimer)
    watch._timer.start(60_000)
    before = watch._timer.remainingTime()
    inside.bot.waitUntil(lambda: watch._timer.remainingTime() < before)
    low = watch._timer.remainingTime()
    QApplication.sendEvent(
        inside.window, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Shift, Qt.KeyboardModifier.NoModifier)
    )
    assert watch._timer.remainingTime() > low


def test_what_was_typed_stays_and_the_cursor_comes_back(inside: House) -> None:
    field = QApplication.focusWidget()
    assert field is not None
    QTest.keyClicks(field, "3501")
    lock(inside)
    QTest.keyClicks(inside.window.lock.password, PASSWORD)
    QTest.keyPress(inside.window.lock.password, Qt.Key.Key_Return)
    inside.wait(lambda: not inside.window.lock.isVisible())
    inside.wait(lambda: QApplication.focusWidget() is field)
    assert field.property("text") == "3501"


def test_wrong_password_keeps_it_locked_with_a_sentence(inside: House) -> None:
    lock(inside)
    QTest.keyClicks(inside.window.lock.password, "Somebody-2026-else")
    QTest.keyPress(inside.window.lock.password, Qt.Key.Key_Return)
    inside.wait(lambda: "不正确" in inside.window.lock.trouble.text())
    assert inside.window.lock.isVisible()
    assert journalled(inside, "staff.prove_refused") == 1


def test_nothing_behind_the_lock_can_be_reached(inside: House) -> None:
    shown = inside.window.page
    lock(inside)
    for key in (
        "Alt+2",
        "Ctrl+K",
        "Ctrl+Shift+W",
        "Ctrl+Shift+P",
        "Ctrl+/",
        "F9",
        "Ctrl+T",
        "Tab",
        "Tab",
        "Tab",
        "Tab",
    ):
        inside.key(key)
        assert inside.window.lock.isAncestorOf(QApplication.focusWidget())
    assert inside.window.page is shown
    assert inside.window.lock.isVisible()
    others = {inside.window, inside.window.lock}
    assert not [each for each in QApplication.topLevelWidgets() if each.isVisible() and each not in others]


def test_open_dialogs_are_covered_too_and_come_back_with_what_was_typed(inside: House) -> None:
    inside.key("Ctrl+Shift+P", inside.window)
    dialog = inside.window.findChild(PasswordDialog)
    assert dialog is not None
    QTest.keyClicks(dialog.present, "half of i")
    inside.window.idle.idle.emit()
    inside.wait(inside.window.lock.password.hasFocus)
    blanket = dialog.findChild(Blanket)
    assert blanket is not None
    assert blanket.isVisible()
    assert blanket.geometry() == dialog.rect()
    QTest.keyClicks(QApplication.focusWidget(), PASSWORD)
    QTest.keyPress(QApplication.focusWidget(), Qt.Key.Key_Return)
    inside.wait(lambda: not inside.window.lock.isVisible())
    assert dialog.isVisible()
    assert dialog.present.text() == "half of i"
    dialog.reject()


def test_window_that_opens_while_locked_is_covered(inside: House) -> None:
    lock(inside)
    late = QDialog(inside.window)
    late.resize(300, 200)
    late.show()
    inside.wait(lambda: late.findChild(Blanket) is not None)
    late.close()


def test_escape_and_closing_do_not_open_it(inside: House) -> None:
    lock(inside)
    QTest.keyClick(inside.window.lock.password, Qt.Key.Key_Escape)
    inside.window.lock.close()
    assert inside.window.lock.isVisible()


def test_somebody_else_may_log_in_instead(inside: House) -> None:
    lock(inside)
    inside.window.lock.leave.click()
    assert inside.start.desk.actor is None
    inside.wait(lambda: inside.login_page.isVisible())
    assert not inside.window.lock.isVisible()
