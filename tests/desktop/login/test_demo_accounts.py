"""Beside the accounts of a demo hall, Enter still logs in who was typed."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from db.staff.models import Staff
from db.staff.permissions import Role
from desktop.login.page import LoginPage, ShownAccount
from desktop.shell.desk import Desk
from tests.conftest import NOW
from tests.factories.accounts import FIRST, hashed
from tests.factories.centre import make_centre
from tests.factories.staff import make_staff


def test_enter_in_the_password_does_not_press_the_account_that_gets_the_focus(desk: Desk, qtbot: QtBot) -> None:
    centre_id = make_centre(desk.hall, now=NOW)
    people = {}
    for login in ("chen.xin", "zheng.yue"):
        people[login] = make_staff(desk.hall, centre_id, Role.CLERK, now=NOW).staff_id
        with desk.hall.transaction() as session:
            account = session.get_one(Staff, people[login])
            account.login, account.password_hash = login, hashed(FIRST, login).hash
    page = LoginPage(desk, accounts=[ShownAccount("chen.xin", FIRST, "陈欣"), ShownAccount("zheng.yue", FIRST, "郑悦")])
    qtbot.addWidget(page)
    with qtbot.waitExposed(page):
        page.show()
    qtbot.waitUntil(lambda: page.centre.currentData() is not None)
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    entered = []
    page.logged_in.connect(lambda who: entered.append(who.actor.staff_id))
    QTest.keyClicks(page.login, "zheng.yue")
    QTest.keyClicks(page.password, FIRST)
    page.password.setFocus()
    QTest.keyClick(page.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(entered))
    desk.work.wait()
    QTest.qWait(0)
    assert entered == [people["zheng.yue"]]
