"""The accounts page on a real server, worked by a 系统管理员 who is connected with the least grants."""

from collections.abc import Iterator
from io import BytesIO

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QLabel
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from db.ids import new_id
from db.server import roles
from db.server.accounts import server_accounts
from db.session import Hall
from db.staff.permissions import Role
from db.vault import Vault
from desktop.paper.password_slip import Slip, slip
from desktop.shell.desk import Desk
from desktop.staff import server_users
from desktop.staff.dialogs import NewAccountDialog, OneTimePasswordDialog
from desktop.staff.page import StaffPage
from tests.conftest import NOW, TEST_KEY
from tests.db.server.conftest import Server, server
from tests.desktop.staff.test_page import fill, pick
from tests.factories.centre import make_centre
from tests.factories.staff import make_staff

__all__ = ["server"]


@pytest.fixture
def page(server: Server, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[StaffPage]:
    centre_id = make_centre(server.hall, now=NOW, code=f"Q{new_id().hex[-6:].upper()}")
    boss = make_staff(server.hall, centre_id, Role.SYSADMIN, now=NOW)
    make_staff(server.hall, centre_id, Role.CLERK, now=NOW)
    desk = Desk(Hall(server.let_in(boss.staff_id), Vault(TEST_KEY)), lambda: NOW)
    bugs: list[BaseException] = []
    desk.bug.connect(bugs.append)
    desk.log_in(boss)
    monkeypatch.setattr(server_users, "confirm", lambda *_: True)
    made = StaffPage(desk)
    qtbot.addWidget(made)
    desk.changed.connect(made.changed)
    made.show()
    made.refresh()
    qtbot.waitUntil(lambda: len(made.table.rows.rows) == 2 and made.server.there)
    yield made
    desk.close()
    assert bugs == []


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The one-time passwords that each dialog showed."""
    shown: list[list[str]] = []

    def run(dialog: OneTimePasswordDialog) -> int:
        shown.append([one.text() for one in dialog.findChildren(QLabel) if one.objectName() == "promise"])
        return int(QDialog.DialogCode.Accepted)

    monkeypatch.setattr(OneTimePasswordDialog, "exec", run)
    return shown


def clerk_login(page: StaffPage) -> str:
    return next(row.login for row in page.table.rows.rows if row.roles == {Role.CLERK})


def role_there(server: Server, name: str) -> bool:
    with server.superuser.connect() as connection:
        return bool(connection.scalar(text("SELECT rolcanlogin FROM pg_roles WHERE rolname = :name"), {"name": name}))


def test_a_server_user_is_made_its_password_given_again_and_taken_away(
    page: StaffPage, server: Server, qtbot: QtBot, handed: list[list[str]]
) -> None:
    login = clerk_login(page)
    pick(page, login)
    part = page.card.server
    assert "没有服务器用户" in part.state.text()
    assert not part.dismiss.isEnabled()
    qtbot.keyClick(page, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(handed) == 1)
    qtbot.waitUntil(lambda: "待本人改服务器密码" in part.state.text())
    name = part.role.text().removeprefix("服务器用户 ")
    assert role_there(server, name)
    part.admit.click()
    qtbot.waitUntil(lambda: len(handed) == 2)
    assert handed[0] != handed[1]
    part.dismiss.click()
    qtbot.waitUntil(lambda: "没有服务器用户" in part.state.text())
    assert not role_there(server, name)


def test_a_new_account_gets_both_passwords_at_once(
    page: StaffPage, server: Server, qtbot: QtBot, handed: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def typing(dialog: NewAccountDialog) -> None:
        dialog.login.setText("lin.mei")
        dialog.name.setText("林小妹")

    fill(monkeypatch, NewAccountDialog, typing)
    page.new.click()
    qtbot.waitUntil(lambda: handed != [], timeout=30_000)
    assert [len(one) for one in handed] == [2]
    rows = page.desk.hall.read(server_accounts, page.desk.centre_id) or ()
    assert any(row.role_name.endswith("_lin.mei") for row in rows)


def test_the_reason_stands_on_the_page_and_the_account_stays_when_the_server_refuses(
    page: StaffPage, server: Server, qtbot: QtBot, handed: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    page.desk.messages.said.connect(lambda _level, sentence: said.append(sentence))
    owner = roles.owner(str(server.url.database))
    with server.superuser.begin() as connection:
        connection.execute(text(f'ALTER ROLE "{owner}" NOCREATEROLE'))
    try:
        pick(page, clerk_login(page))
        page.card.server.admit.click()
        qtbot.waitUntil(lambda: any("CREATEROLE" in one for one in said))

        def typing(dialog: NewAccountDialog) -> None:
            dialog.login.setText("wu.shan")
            dialog.name.setText("吴山")

        fill(monkeypatch, NewAccountDialog, typing)
        page.new.click()
        qtbot.waitUntil(lambda: handed != [], timeout=30_000)
        assert [len(one) for one in handed] == [1]
        assert any("账号已建立，服务器用户没有建立" in one for one in said)
    finally:
        with server.superuser.begin() as connection:
            connection.execute(text(f'ALTER ROLE "{owner}" CREATEROLE'))


def test_nothing_is_offered_for_oneself(page: StaffPage) -> None:
    me = page.desk.actor
    assert me is not None
    pick(page, next(row.login for row in page.table.rows.rows if row.id == me.staff_id))
    part = page.card.server
    assert "可以连接服务器" in part.state.text() or "待本人" in part.state.text()
    assert not part.admit.isEnabled()
    assert "设置 › 数据库服务器" in part.admit.toolTip()


def test_the_slip_says_for_whom_it_is_and_every_character_can_be_read() -> None:
    password = "kT8m-Wq3x-Zn5p"
    made = slip(Slip("军门邻里中心", "陈屿", (("服务器用户", "linli_jm01_chen", password),), "改好后请撕碎这张纸。"))
    assert made.missing == ()
    text_there = pypdfium2.PdfDocument(BytesIO(made.pdf))[0].get_textpage().get_text_range()
    plain = "".join(text_there.split())
    for words in (password, "陈屿", "linli_jm01_chen", "改好后请撕碎这张纸。"):
        assert words in plain
    assert made.pages == 1
    lines = text_there.split("\n")
    assert any("改好后请撕碎" in line for line in lines), lines


def test_the_dialog_offers_paper_where_there_is_a_printer(qtbot: QtBot, qapp: QApplication) -> None:
    from desktop.staff.handing import window_one

    for can in (True, False):
        dialog = OneTimePasswordDialog(None, [window_one("chen", "kT8m-Wq3x-Zn5p")], can_print=can)
        qtbot.addWidget(dialog)
        dialog.show()
        assert dialog.paper.isVisible() is can
