"""What is shown of a bug: where it happened, nothing about a person; the window stays alive."""

import sys
import threading

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.shell.bugs import BugCatcher, BugDialog, blotted, report
from tests.desktop.shell.conftest import House

PERSONAL = ("陈屿", "350102199003075612", "13805912345", "350***********5612", "军门社区10号")


def a_bug() -> BaseException:
    """Something deep, whose messages quote what was typed."""
    try:
        try:
            raise ValueError(f"bad name '{PERSONAL[0]}' with {PERSONAL[1]}")
        except ValueError as cause:
            raise KeyError(
                f"{PERSONAL[2]} at {PERSONAL[4]} [SQL: INSERT INTO person VALUES ({PERSONAL[3]!r})]"
            ) from cause
    except KeyError as bug:
        return bug


def test_report_says_where_and_holds_nothing_personal() -> None:
    text = report(a_bug())
    assert "test_bugs.py" in text
    assert "KeyError" in text
    assert "ValueError" in text
    for secret in PERSONAL:
        assert secret not in text


@pytest.mark.parametrize("secret", PERSONAL)
def test_messages_are_blotted(secret: str) -> None:
    assert secret not in blotted(f"column {secret} is wrong for '{secret}' and \"{secret}\"")


def test_dialog_can_be_copied_and_the_window_goes_on(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    house.window.bugs.catch(a_bug())
    house.wait(lambda: house.window.findChild(BugDialog) is not None)
    dialog = house.window.findChild(BugDialog)
    assert dialog is not None
    dialog.copy()
    assert "test_bugs.py" in QApplication.clipboard().text()
    dialog.reject()
    house.log_in()
    assert house.window.page is not None


def test_bug_on_another_thread_is_shown_on_the_windows(house: House) -> None:
    def fail() -> None:
        house.window.bugs.catch(a_bug())

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    house.wait(lambda: house.window.findChild(BugDialog) is not None)
    dialog = house.window.findChild(BugDialog)
    assert dialog is not None
    dialog.reject()


def test_a_storm_of_bugs_opens_one_dialog(house: House) -> None:
    for _ in range(20):
        house.window.bugs.catch(a_bug())
    house.wait(lambda: len(house.window.findChildren(BugDialog)) == 1)
    house.window.findChild(BugDialog).reject()


def test_installed_catcher_takes_what_nobody_caught(
    qtbot: QtBot, house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    monkeypatch.setattr("desktop.shell.bugs.qInstallMessageHandler", lambda _: None)
    catcher: BugCatcher = house.window.bugs
    catcher.install()
    bug = a_bug()
    with qtbot.waitSignal(catcher.caught):
        sys.excepthook(type(bug), bug, bug.__traceback__)
    assert "test_bugs.py" in capsys.readouterr().err
    house.wait(lambda: house.window.findChild(BugDialog) is not None)
    house.window.findChild(BugDialog).reject()
