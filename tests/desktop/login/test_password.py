"""Changing one's own password: proven first, held to the rules, said in sentences."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from db.action import Request
from db.ids import new_id
from db.staff.actions import reset_password
from db.staff.login import Attempt, log_in
from db.staff.permissions import Role
from db.staff.queries import account as account_of
from desktop.login.password import PasswordDialog
from desktop.shell.desk import Desk
from tests.conftest import NOW
from tests.factories.accounts import FIRST, SECOND, hashed
from tests.factories.centre import make_centre
from tests.factories.staff import make_staff


@pytest.fixture
def centre_id(desk: Desk) -> UUID:
    return make_centre(desk.hall, now=NOW)


@pytest.fixture
def login(desk: Desk, centre_id: UUID) -> str:
    """Somebody with the password FIRST, logged in."""
    from db.staff.models import Staff

    actor = make_staff(desk.hall, centre_id, Role.CLERK, now=NOW)
    with desk.hall.transaction() as session:
        account = session.get_one(Staff, actor.staff_id)
        account.login, account.password_hash = "chen.yu", hashed(FIRST, "chen.yu").hash
    desk.log_in(actor)
    return "chen.yu"


@pytest.fixture
def dialog(desk: Desk, login: str, qtbot: QtBot) -> Iterator[PasswordDialog]:
    made = PasswordDialog(desk, login)
    qtbot.addWidget(made)
    made.show()
    yield made
    desk.work.wait()


def fill(dialog: PasswordDialog, present: str, new: str, again: str) -> None:
    for field, text in ((dialog.present, present), (dialog.new, new), (dialog.again, again)):
        field.clear()
        QTest.keyClicks(field, text)


def test_new_password_logs_in_and_the_old_does_not(
    dialog: PasswordDialog, desk: Desk, centre_id: UUID, login: str, qtbot: QtBot
) -> None:
    fill(dialog, FIRST, SECOND, SECOND)
    with qtbot.waitSignal(dialog.accepted, timeout=10_000):
        dialog.try_it()
    assert log_in(desk.hall, Attempt(centre_id, login, NOW, new_id()), SECOND).login == login
    with pytest.raises(Exception, match="不正确"):
        log_in(desk.hall, Attempt(centre_id, login, NOW, new_id()), FIRST)


@pytest.mark.parametrize(
    ("present", "new", "again", "words"),
    [
        (FIRST, SECOND, SECOND + "x", "不一样"),
        ("Nobody-4711-knows", SECOND, SECOND, "不正确"),
        (FIRST, FIRST, FIRST, "不能和现在的一样"),
        (FIRST, "short", "short", "10"),
        (FIRST, "Chen.Yu-2026-abc", "Chen.Yu-2026-abc", "登录名"),
    ],
)
def test_refusal_is_a_sentence_and_the_dialog_stays(
    dialog: PasswordDialog, qtbot: QtBot, present: str, new: str, again: str, words: str
) -> None:
    fill(dialog, present, new, again)
    dialog.try_it()
    qtbot.waitUntil(lambda: words in dialog.form.trouble.text(), timeout=10_000)
    assert dialog.isVisible()
    assert dialog.ok.isEnabled()


def test_a_password_that_was_reset_meanwhile_is_told_and_the_new_one_stays_typed(
    dialog: PasswordDialog, desk: Desk, centre_id: UUID, login: str, qtbot: QtBot
) -> None:
    one_time = "Zhongxin-2026-once"
    qtbot.waitUntil(lambda: dialog._before is not None)
    chief = make_staff(desk.hall, centre_id, Role.SYSADMIN, now=NOW)
    assert desk.actor is not None
    account = desk.hall.read(account_of, centre_id, desk.actor.staff_id)
    assert account is not None
    given = {"staff_id": account.id, "password": hashed(one_time, login), "version": account.version}
    desk.hall.run(Request(chief, NOW + timedelta(minutes=12), new_id()), reset_password, **given)
    fill(dialog, FIRST, SECOND, SECOND)
    dialog.try_it()
    qtbot.waitUntil(lambda: "11-17 09:42 被系统管理员重设" in dialog.form.trouble.text())
    assert (dialog.present.text(), dialog.new.text(), dialog.again.text()) == ("", SECOND, SECOND)
    assert dialog.focusWidget() is dialog.present
    layout = dialog.layout()
    assert layout is not None
    assert dialog.height() >= layout.totalHeightForWidth(dialog.width())  # the sentence has room
    QTest.keyClicks(dialog.present, one_time)
    with qtbot.waitSignal(dialog.accepted):
        QTest.keyClick(dialog.present, Qt.Key.Key_Return)
