"""The window: pages by permission and by key, search, look, messages, counters, leaving."""

import json
from collections.abc import Iterable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QPushButton
from sqlalchemy import update

from db.centre.models import Counter
from db.session import Hall
from db.staff.models import Staff
from db.staff.permissions import Role
from desktop.login.counter import CounterDialog
from desktop.login.password import PasswordDialog
from desktop.shell import theme
from desktop.shell.keys import KeysDialog
from desktop.shell.manual import Manual
from tests.conftest import NOW
from tests.desktop.shell.conftest import LOGIN, PASSWORD, House
from tests.factories.staff import make_staff


def test_wrong_password_is_a_sentence_and_keeps_the_login(house: House) -> None:
    page = house.login_page
    house.wait(lambda: page.centre.count() == 1)
    page.login.setText(LOGIN)
    QTest.keyClicks(page.password, "not-it-2026")
    QTest.keyClick(page.password, Qt.Key.Key_Return)
    house.wait(lambda: "不正确" in page.trouble.text())
    assert page.login.text() == LOGIN
    assert page.password.hasFocus()
    assert house.window.page is None


def test_login_page_names_the_centre_and_its_counters(house: House) -> None:
    page = house.login_page
    house.wait(lambda: page.counter.count() == 3)
    assert page.name.text() == "军门社区“党建+”邻里中心"
    assert [page.counter.itemText(at) for at in range(3)] == [
        "1号窗口 综合受理",
        "2号窗口 民政社保",
        "不在窗口（后台）",
    ]


@pytest.mark.parametrize("where", ["counter", "enter"])
def test_enter_logs_in_from_the_counter_and_from_the_button(house: House, where: str) -> None:
    page = house.login_page
    house.wait(lambda: page.counter.count() == 3)
    page.login.setText(LOGIN)
    page.password.setText(PASSWORD)
    getattr(page, where).setFocus()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    house.wait(lambda: house.window.page is not None)


def test_each_page_opens_with_its_alt_key(inside: House) -> None:
    for at, key in enumerate(inside.window.nav.buttons):
        inside.key(f"Alt+{at + 1}", inside.window)
        assert inside.window.pages[key] is inside.window.page
        assert inside.window.nav.buttons[key].isChecked()


def test_pages_are_made_only_when_they_are_shown(inside: House) -> None:
    assert set(inside.window.pages) == {"counter"}
    inside.window.go("cases")
    assert set(inside.window.pages) == {"counter", "cases"}


def test_auditor_sees_the_journal_and_not_the_counter(house: House, founded: Hall) -> None:
    centre_id = house.start.desk.hall.read(lambda session: session.query(Counter.centre_id).first())[0]
    house.window.enter(make_staff(founded, centre_id, Role.AUDITOR, now=NOW))
    assert "journal" in house.window.nav.buttons
    assert "counter" not in house.window.nav.buttons
    assert house.window.go("counter") is None


def test_search_box_is_one_key_away_and_escape_gives_the_cursor_back(inside: House) -> None:
    before = QApplication.focusWidget()
    inside.key("Ctrl+K", inside.window)
    assert inside.window.seek.hasFocus()
    QTest.keyClick(inside.window.seek, Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is before


def test_status_line_says_who_where_database_and_printer(inside: House) -> None:
    status = inside.window.status
    inside.wait(lambda: status.counter.text() == "1号窗口 综合受理")
    assert status.who.text() == "● 林敏"
    assert status.database.text() == "本机数据库"
    assert "默认打印机" in status.printer.text()
    assert status.clock.text() == "2026-11-17 周二 09:30"


def test_sitting_down_is_kept_and_the_old_seat_is_free_again(inside: House) -> None:
    def seats() -> dict[str, bool]:
        rows = inside.start.desk.hall.read(lambda session: list(session.query(Counter)))
        return {row.number: row.occupied_by is not None for row in rows}

    inside.wait(lambda: seats() == {"1": True, "2": False})
    inside.key("Ctrl+Shift+W", inside.window)
    dialog = inside.window.findChild(CounterDialog)
    assert dialog is not None
    inside.wait(lambda: dialog.list.count() == 3)
    QTest.keyClick(dialog.list, Qt.Key.Key_Down)
    QTest.keyClick(dialog.list, Qt.Key.Key_Return)
    inside.wait(lambda: seats() == {"1": False, "2": True})
    inside.wait(lambda: inside.window.nav.person.counter.text() == "2号窗口")
    assert inside.window.memory.machine.counter == "2"


def test_logging_out_throws_the_pages_away_and_frees_the_seat(inside: House) -> None:
    inside.key("Ctrl+Shift+L", inside.window)
    assert inside.window.pages == {}
    assert inside.start.desk.actor is None
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    inside.start.desk.linked.emit(True)  # nothing of what was thrown away hears it
    inside.wait(lambda: inside.login_page.password.hasFocus())
    hall = inside.start.desk.hall
    inside.wait(lambda: not hall.read(lambda s: s.query(Counter).filter(Counter.occupied_by.is_not(None)).count()))


def test_logging_out_of_an_account_that_may_do_nothing_any_more_complains_of_nothing(inside: House) -> None:
    hall = inside.start.desk.hall
    with hall.transaction() as session:
        session.execute(update(Staff).values(active=False))
    inside.key("Ctrl+Shift+L", inside.window)
    inside.wait(lambda: inside.login_page.password.hasFocus())
    assert inside.start.desk.work.wait()
    QApplication.processEvents()
    assert [toast.sentence for toast in inside.window.toasts.shown()] == []


def test_same_sentence_twice_is_shown_once_and_problems_stay(inside: House) -> None:
    inside.window.toasts.clear()
    messages = inside.start.desk.messages
    messages.problem("打印机没有纸了。")
    messages.problem("打印机没有纸了。")
    messages.info("已保存。")
    assert [toast.sentence for toast in inside.window.toasts.shown()] == ["打印机没有纸了。", "已保存。"]
    first = inside.window.toasts.shown()[0]
    first.findChild(QPushButton).click()
    assert [toast.sentence for toast in inside.window.toasts.shown()] == ["已保存。"]


def test_what_went_wrong_before_is_not_told_to_whoever_logs_in_next(house: House) -> None:
    house.start.desk.messages.problem("这个窗口的程序旧了，已退出登录。")
    house.start.desk.messages.warn("这台电脑没有可用的系统密钥环。")
    house.log_in()
    told = {toast.sentence for toast in house.window.toasts.shown()}
    assert "这台电脑没有可用的系统密钥环。" in told
    assert "这个窗口的程序旧了，已退出登录。" not in told


def test_long_sentences_are_shown_whole_and_inside_the_window(inside: House) -> None:
    inside.window.resize(1120, 680)
    inside.start.desk.messages.problem("打印机没有纸了，回执留在打印队列。" * 6)
    toast = inside.window.toasts.shown()[-1]
    assert toast.height() >= toast.heightForWidth(toast.width())
    assert inside.window.rect().contains(inside.window.toasts.geometry())


def test_keys_page_lists_the_keys_of_every_page(inside: House) -> None:
    inside.key("Ctrl+/", inside.window)
    dialog = inside.window.findChild(KeysDialog)
    assert dialog is not None
    words = {label.text() for label in dialog.findChildren(type(inside.window.status.who))}
    for page in inside.window.pages.values():
        assert dict(page.keys()).keys() <= words
    assert len(inside.window.pages) == len(inside.window.nav.buttons)
    dialog.close()


def test_manual_opens_at_the_chapter_of_the_page(inside: House) -> None:
    inside.window.go("receipts")
    inside.key("F1", inside.window)
    manual = inside.window.findChild(Manual)
    assert manual is not None
    assert manual.list.currentItem().data(Qt.ItemDataRole.UserRole) == "receipts"
    manual.close()


def test_type_size_and_colours_change_at_once_and_are_remembered(inside: House, tmp_path: Path) -> None:
    inside.window.memory.set_look(theme.Look(theme.Mode.LIGHT, 100))
    narrow = inside.window.nav.width()
    inside.key("Ctrl++", inside.window)
    inside.key("Ctrl+D", inside.window)
    assert inside.window.nav.width() > narrow
    assert theme.colour("bg").name().upper() == theme.DARK["bg"]

    def kept() -> dict[str, object]:
        file = tmp_path / "desk.json"
        return json.loads(file.read_text()) if file.exists() else {}

    inside.wait(lambda: (kept().get("mode"), kept().get("scale")) == ("dark", 110))
    inside.window.memory.set_look(theme.Look(theme.Mode.LIGHT, 100))


def test_type_size_stops_at_both_ends(inside: House) -> None:
    inside.window.memory.set_look(theme.Look(theme.Mode.LIGHT, 175))
    inside.key("Ctrl++", inside.window)
    assert inside.window.memory.machine.scale == 175
    inside.window.memory.set_look(theme.Look(theme.Mode.LIGHT, 100))
    inside.key("Ctrl+-", inside.window)
    assert inside.window.memory.machine.scale == 100


@pytest.mark.parametrize(("screen", "whole"), [((1366, 728), True), ((1280, 1024), True), ((1920, 1040), False)])
def test_first_window_is_never_larger_than_the_screen(
    inside: House, monkeypatch: pytest.MonkeyPatch, screen: tuple[int, int], whole: bool
) -> None:
    class Screen:
        def availableSize(self) -> QSize:
            return QSize(*screen)

    monkeypatch.setattr(inside.window, "screen", Screen)
    inside.window._first_size()
    assert inside.window.isMaximized() is whole


def test_geometry_page_login_and_counter_are_remembered(inside: House, tmp_path: Path) -> None:
    inside.window.go("receipts")
    inside.wait(lambda: inside.window.memory.machine.counter == "1")
    inside.window.close()
    kept = json.loads((tmp_path / "desk.json").read_text())
    assert (kept["login"], kept["page"], kept["counter"]) == (LOGIN, "receipts", "1")
    assert kept["geometry"]


def test_closing_leaves_a_checked_backup(inside: House, tmp_path: Path) -> None:
    inside.wait(lambda: inside.window.memory.machine.counter == "1")
    inside.window.close()
    assert list((tmp_path / "backups").rglob("linli-*.backup"))


def test_forced_change_of_password_cannot_be_put_off(house: House) -> None:
    from db.staff.login import LoggedIn

    centre_id = house.start.desk.hall.read(lambda session: session.query(Counter.centre_id).first())[0]
    actor = make_staff(house.start.desk.hall, centre_id, Role.CLERK, now=NOW)
    house.start.enter(LoggedIn(actor, "chen", True, "这是一次性密码，请先改成自己的密码。", None, 0))
    dialog = house.window.findChild(PasswordDialog)
    assert dialog is not None
    dialog.reject()
    assert house.start.desk.actor is None
    house.wait(lambda: house.login_page.isVisible())


def test_no_key_of_a_page_is_a_key_of_the_window(inside: House) -> None:
    window = inside.window

    def keys(shortcuts: Iterable[QShortcut]) -> set[str]:
        return {key.toString() for shortcut in shortcuts for key in list(shortcut.keys())}

    for place in list(window.nav.buttons):
        page = window.go(place)
        assert page is not None
        buttons = {button.shortcut().toString() for button in page.findChildren(QAbstractButton)}
        own = keys(page.findChildren(QShortcut)) | buttons - {""}
        outer = (each for each in window.findChildren(QShortcut) if each.parent() in (window, window.nav))
        taken = keys(outer) | {action.shortcut().toString() for action in window.actions()} - {""}
        assert own & taken == set(), place
