"""Two clerks share a counter's computer: each is connected to the server as themselves, and nobody while nobody is here."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot
from sqlalchemy import Engine, text

from db.action import Request
from db.changes import Change
from db.ids import new_id
from db.live import notify
from db.migrations.upgrade import UPGRADED
from db.migrations.version import HEAD
from db.server.accounts import own_account
from db.tickets.actions import take_ticket
from desktop.login.page import LoginPage
from desktop.login.server import ServerSecretDialog
from desktop.login.server_password import ServerPasswordDialog
from desktop.settings.page import SettingsPage
from desktop.settings.server import ServerPanel
from desktop.shell.opening import Opened, open_hall
from desktop.shell.start import Start
from desktop.shell.surroundings import NoWindow
from tests.conftest import NOW
from tests.desktop.login.conftest import SECRETS, Ring, Shared
from tests.desktop.settings.test_settings import opened
from tests.desktop.shell.conftest import NoPrinters
from tests.factories.accounts import FIRST


class Desk:
    """The shared computer: its window, and hands."""

    def __init__(self, start: Start, bot: QtBot, shared: Shared) -> None:
        self.start, self.bot, self.shared = start, bot, shared
        self.hindered: list[NoWindow] = []
        self.bugs: list[BaseException] = []
        self.said: list[str] = []
        start.desk.bug.connect(self.bugs.append)
        start.desk.messages.said.connect(lambda _level, sentence: self.said.append(sentence))

    def page(self) -> LoginPage:
        def there() -> bool:
            shown = self.start.window._rooms.currentWidget()
            return isinstance(shown, LoginPage) and shown.enter.isEnabled()

        self.bot.waitUntil(there)
        shown = self.start.window._rooms.currentWidget()
        assert isinstance(shown, LoginPage)
        return shown

    def dialog(self, kind: type[QDialog]) -> QDialog:
        found: list[QDialog] = []

        def there() -> bool:
            found[:] = [one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible()]
            return bool(found)

        self.bot.waitUntil(there)
        return found[0]

    def begin(self, login: str, password: str = FIRST) -> LoginPage:
        page = self.page()
        page.login.setText(login)
        page.password.setText(password)
        QTest.keyClick(page.password, Qt.Key.Key_Return)
        return page

    def inside(self) -> None:
        self.bot.waitUntil(lambda: self.start.window.page is not None)
        self.start.desk.work.wait()

    def give(self, secret: str) -> None:
        dialog = self.dialog(ServerSecretDialog)
        assert isinstance(dialog, ServerSecretDialog)
        QTest.keyClicks(dialog.secret, secret)
        QTest.keyClick(dialog.secret, Qt.Key.Key_Return)

    def leave(self) -> None:
        self.start.window.leave()
        self.page()
        self.start.desk.work.wait()

    def me(self) -> str:
        return self.start.desk.hall.read(lambda session: str(session.scalar(text("SELECT session_user"))))


@pytest.fixture
def computer(qapp: QApplication, qtbot: QtBot, tmp_path: Path, shared: Shared, ring: Ring) -> Iterator[Desk]:
    """Started for the first time, with the address that names chen."""
    made = Start(qapp, None, lambda: NOW, tmp_path / "desk.json", printers=NoPrinters())
    here = Desk(made, qtbot, shared)
    address = shared.address("chen")

    def opening(secret: str, user: str) -> Opened:
        return open_hall(address, tmp_path / "home", secret=secret, user=user)

    made.show()
    made.open(opening, here.hindered.append, address)
    yield here
    made.desk.work.wait()
    for page in made.window.pages.values():
        page.can_leave = lambda: True  # type: ignore[method-assign]
    made.window.close()
    made.window.deleteLater()
    qapp.removeEventFilter(made.window.idle)
    qapp.removeEventFilter(made.window.scanner)
    assert here.bugs == []
    assert here.hindered == []


@pytest.fixture
def known(computer: Desk) -> Desk:
    """It has met the server once; nobody is logged in."""
    computer.give(SECRETS["chen"])
    computer.page()
    return computer


def test_meeting_the_server_once_leaves_nobody_connected_and_the_counters_known(
    known: Desk, shared: Shared, tmp_path: Path
) -> None:
    known.start.desk.work.wait()
    known.bot.waitUntil(lambda: not shared.connected())  # a server ends a link a moment after it was let go
    page = known.page()
    assert [page.counter.itemText(row) for row in range(page.counter.count())][-1] == "不在窗口（后台）"
    assert page.counter.count() == 3
    kept = json.loads((tmp_path / "desk.json").read_text(encoding="utf-8"))
    assert kept["hall"]["code"] == "JM01"
    assert not any(secret in json.dumps(kept) for secret in SECRETS.values())


def test_each_is_connected_as_themselves_and_nobody_in_between(known: Desk, shared: Shared, ring: Ring) -> None:
    known.begin("chen")  # the keyring has had it since the first start
    known.inside()
    assert known.me() == shared.user("chen")
    assert shared.connected() == {shared.user("chen")}
    known.leave()
    known.bot.waitUntil(lambda: not shared.connected())
    known.begin("wu")
    known.give(SECRETS["wu"])
    known.inside()
    assert known.me() == shared.user("wu")
    assert shared.connected() == {shared.user("wu")}
    known.leave()
    known.begin("wu")  # not asked for a second time
    known.inside()
    assert sorted(ring.kept.values()) == sorted(SECRETS.values())
    assert all(any(shared.user(login) in name for name in ring.kept) for login in SECRETS)


def test_the_walls_of_the_second_stand_around_the_second(known: Desk, shared: Shared) -> None:
    known.begin("chen")
    known.inside()

    def seen() -> list[object]:
        asked = text("SELECT staff_id FROM linli_login WHERE linli_own_hash() IS NOT NULL")
        return known.start.desk.hall.read(lambda session: list(session.scalars(asked)))

    assert seen() == [shared.people["chen"].staff_id]
    known.leave()
    known.begin("wu")
    known.give(SECRETS["wu"])
    known.inside()
    assert seen() == [shared.people["wu"].staff_id]


def test_the_second_hears_what_others_do(known: Desk, shared: Shared) -> None:
    known.begin("chen")
    known.inside()
    known.leave()
    known.begin("wu")
    known.give(SECRETS["wu"])
    known.inside()
    told: list[object] = []
    known.start.desk.changed.connect(told.append)

    def heard() -> bool:
        """Clicks before it listens to the centre are heard by nobody: what they changed is read when it begins."""
        shared.hall.run(Request(shared.people["chen"], NOW, new_id()), take_ticket, item_id=None)
        return told != []

    known.bot.waitUntil(heard)


def test_a_wrong_password_of_the_window_lets_go_of_the_server_and_counts(known: Desk, shared: Shared) -> None:
    page = known.begin("chen", "Wrong-8826-shan")
    known.bot.waitUntil(lambda: "登录名或密码不正确" in page.trouble.text())
    known.start.desk.work.wait()
    known.bot.waitUntil(lambda: not shared.connected())
    failures = shared.hall.read(lambda session: session.scalar(text("SELECT failures FROM staff WHERE login = 'chen'")))
    assert failures == 1
    known.begin("chen")
    known.inside()


def test_a_wrong_server_password_is_asked_for_again_and_not_kept(known: Desk, ring: Ring) -> None:
    known.begin("wu")
    known.give("Not-this-4411")
    known.give(SECRETS["wu"])
    known.inside()
    assert "Not-this-4411" not in ring.kept.values()


def test_nobody_of_that_name_is_refused_like_a_wrong_password(known: Desk, shared: Shared) -> None:
    page = known.begin("nobody")
    dialog = known.dialog(ServerSecretDialog)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    known.bot.waitUntil(lambda: "没有输入服务器密码" in page.trouble.text())
    known.bot.waitUntil(lambda: not shared.connected())


def test_a_password_that_was_given_out_is_changed_before_anything_else(known: Desk, shared: Shared, ring: Ring) -> None:
    with shared.hall.transaction() as session:
        session.execute(text("UPDATE linli_login SET one_time = true"))
    known.begin("chen")
    dialog = known.dialog(ServerPasswordDialog)
    assert isinstance(dialog, ServerPasswordDialog)
    dialog.new.setText("short")
    dialog.again.setText("short")
    QTest.keyClick(dialog.again, Qt.Key.Key_Return)
    known.bot.waitUntil(lambda: "密码不符合要求" in dialog.form.trouble.text())
    for field in (dialog.new, dialog.again):
        field.setText("Sanfang-7210-qi")
    QTest.keyClick(dialog.again, Qt.Key.Key_Return)
    known.bot.waitUntil(lambda: "服务器密码已修改。" in known.said)
    known.inside()
    assert "Sanfang-7210-qi" in ring.kept.values()
    assert SECRETS["chen"] not in ring.kept.values()
    known.leave()
    known.begin("chen")  # with the new one, from the keyring
    known.inside()
    own = known.start.desk.hall.read(own_account)
    assert own is not None
    assert not own.one_time


def test_one_changes_ones_own_in_the_settings_too(known: Desk, shared: Shared, ring: Ring) -> None:
    known.begin("chen")
    known.inside()
    settings = known.start.window.go("settings")
    assert isinstance(settings, SettingsPage)
    panel = opened(settings, "数据库服务器")
    assert isinstance(panel, ServerPanel)
    assert panel.address.parent() is None  # where the data are is for who sets the centre up
    known.bot.waitUntil(lambda: shared.user("chen") in panel.now.text())
    assert panel.now.text().startswith("服务器 postgresql://")  # what is open, wherever it was named
    panel.change.click()
    dialog = known.dialog(ServerPasswordDialog)
    assert isinstance(dialog, ServerPasswordDialog)
    dialog.new.setText("Sanfang-7210-qi")
    dialog.again.setText("Sanfang-7210-qix")
    QTest.keyClick(dialog.again, Qt.Key.Key_Return)
    assert "不一样" in dialog.form.trouble.text()
    dialog.again.setText("Sanfang-7210-qi")
    QTest.keyClick(dialog.again, Qt.Key.Key_Return)
    known.bot.waitUntil(lambda: "Sanfang-7210-qi" in ring.kept.values())
    known.start.desk.work.wait()
    bind = known.start.desk.hall.bind
    assert isinstance(bind, Engine)
    bind.dispose()
    assert known.me() == shared.user("chen")  # a new connection of this window, with the new password


def test_who_does_not_change_it_is_out_again(known: Desk, shared: Shared) -> None:
    with shared.hall.transaction() as session:
        session.execute(text("UPDATE linli_login SET one_time = true"))
    known.begin("chen")
    QTest.keyClick(known.dialog(ServerPasswordDialog), Qt.Key.Key_Escape)
    known.page()
    known.start.desk.work.wait()
    known.bot.waitUntil(lambda: not shared.connected())


def test_a_window_that_is_older_than_the_database_is_told_and_logged_out(known: Desk, shared: Shared) -> None:
    known.begin("chen")
    known.inside()
    stamp = "UPDATE alembic_version SET version_num = :version"
    try:
        with shared.hall.transaction() as session:
            session.execute(text(stamp), {"version": "9999"})
            told = frozenset({Change(UPGRADED, shared.centre_id)})
            notify(session.connection(), shared.centre_id, new_id(), told)
        known.bot.waitUntil(lambda: any("已退出登录" in one and "请更新" in one for one in known.said))
        page = known.begin("chen")
        known.bot.waitUntil(lambda: "更新版本" in page.trouble.text())
    finally:
        with shared.hall.transaction() as session:
            session.execute(text(stamp), {"version": HEAD})


def test_an_account_out_of_use_is_told_on_the_login_page(known: Desk, shared: Shared) -> None:
    with shared.hall.transaction() as session:
        session.execute(text("UPDATE staff SET active = false WHERE login = 'chen'"))
    page = known.begin("chen")
    known.bot.waitUntil(lambda: "已停用" in page.trouble.text())
