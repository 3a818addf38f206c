"""The accounts page, with real clicks on a real hall."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel
from pytestqt.qtbot import QtBot
from sqlalchemy import update

from db.action import Actor, Request
from db.errors import NotAllowed
from db.ids import new_id
from db.staff import actions, queries
from db.staff.login import Attempt, log_in
from db.staff.models import Staff
from db.staff.permissions import ROLE_TITLES, Role
from db.staff.queries import StaffRow
from desktop.shell.desk import Desk
from desktop.staff import page as page_module
from desktop.staff.dialogs import EditAccountDialog, NewAccountDialog, OneTimePasswordDialog, RoleBoxes
from desktop.staff.matrix import MatrixDialog, allowed, matrix
from desktop.staff.page import StaffPage
from desktop.widgets.conflict import ConflictDialog
from tests.conftest import NOW
from tests.factories.accounts import FIRST, hashed
from tests.factories.centre import make_centre
from tests.factories.staff import make_staff


@pytest.fixture
def boss(desk: Desk) -> Actor:
    """System and security administrator in one, logged in."""
    centre_id = make_centre(desk.hall, now=NOW)
    actor = make_staff(desk.hall, centre_id, Role.SYSADMIN, Role.SECADMIN, now=NOW)
    desk.log_in(actor)
    return actor


@pytest.fixture
def page(desk: Desk, boss: Actor, qtbot: QtBot) -> StaffPage:
    made = StaffPage(desk)
    qtbot.addWidget(made)
    desk.changed.connect(made.changed)
    make(desk, boss, "chen.yu", "陈屿")
    made.show()
    made.refresh()
    qtbot.waitUntil(lambda: len(made.table.rows.rows) == 2)
    return made


def make(desk: Desk, boss: Actor, login: str, name: str) -> None:
    arguments: dict[str, Any] = {"login": login, "name": name, "password": hashed(FIRST, login)}
    desk.hall.run(Request(boss, NOW, new_id()), actions.create_staff, **arguments)


def account(desk: Desk, login: str) -> StaffRow:
    return next(row for row in desk.hall.read(queries.accounts, desk.centre_id) if row.login == login)


def pick(page: StaffPage, login: str) -> None:
    logins = [row.login for row in page.table.rows.rows]
    page.table.selectRow(logins.index(login))


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The one-time passwords that were shown; dialogs close by themselves."""
    shown: list[str] = []

    def run(dialog: OneTimePasswordDialog) -> int:
        shown.append(next(label.text() for label in dialog.findChildren(QLabel) if label.objectName() == "promise"))
        return int(QDialog.DialogCode.Accepted)

    monkeypatch.setattr(OneTimePasswordDialog, "exec", run)
    monkeypatch.setattr(page_module, "confirm", lambda *_: True)
    return shown


def fill(monkeypatch: pytest.MonkeyPatch, kind: type[QDialog], typing: Callable[[Any], None]) -> None:
    """Let a dialog be filled and answered as soon as it opens."""

    def run(dialog: Any) -> int:
        typing(dialog)
        dialog.ok.click()
        return dialog.result()  # type: ignore[no-any-return]

    monkeypatch.setattr(kind, "exec", run)


def test_a_new_account_is_made_and_its_password_shown_once_works(
    page: StaffPage, desk: Desk, qtbot: QtBot, handed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def typing(dialog: NewAccountDialog) -> None:
        dialog.login.setText("Lin.Mei")
        dialog.name.setText("林小妹")
        dialog.post.setText("一号窗口")
        dialog.role_boxes.boxes[Role.CLERK].click()

    fill(monkeypatch, NewAccountDialog, typing)
    qtbot.keyClick(page, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: handed != [], timeout=20_000)
    entered = log_in(desk.hall, Attempt(desk.centre_id, "lin.mei", NOW, new_id()), handed[0])
    assert entered.must_change
    assert account(desk, "lin.mei").roles == {Role.CLERK}
    qtbot.waitUntil(lambda: "lin.mei" in [row.login for row in page.table.rows.rows])


def test_a_form_with_a_mistake_stays_open_and_says_what_is_wrong(
    page: StaffPage, qtbot: QtBot, handed: list[str]
) -> None:
    dialog = NewAccountDialog(page, with_roles=True)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.login.setText("二号")
    dialog.ok.click()
    assert dialog.isVisible()
    assert "登录名须为" in dialog.form.trouble.text()
    dialog.login.setText("er.hao")
    dialog.ok.click()
    assert "请填写姓名" in dialog.form.trouble.text()


def test_choosing_the_auditor_takes_every_other_role_away(qtbot: QtBot) -> None:
    boxes = RoleBoxes()
    qtbot.addWidget(boxes)
    boxes.boxes[Role.CLERK].click()
    boxes.boxes[Role.MANAGER].click()
    assert boxes.roles() == {Role.CLERK, Role.MANAGER}
    boxes.boxes[Role.AUDITOR].click()
    assert boxes.roles() == {Role.AUDITOR}
    boxes.boxes[Role.CLERK].click()
    assert boxes.roles() == {Role.CLERK}


def test_ticks_outlive_anothers_change_and_what_it_was_is_shown(
    page: StaffPage, desk: Desk, boss: Actor, qtbot: QtBot
) -> None:
    pick(page, "chen.yu")
    page.card.role_boxes.boxes[Role.CLERK].setChecked(True)
    seen = account(desk, "chen.yu")
    given: dict[str, Any] = {"staff_id": seen.id, "version": seen.version, "roles": frozenset({Role.MANAGER})}
    desk.hall.run(Request(boss, NOW, new_id()), actions.set_roles, **given)
    qtbot.waitUntil(lambda: page.card.account is not None and page.card.account.roles == {Role.MANAGER})
    assert page.card.chosen() == {Role.CLERK}
    page.card.save.click()
    qtbot.waitUntil(lambda: page.findChild(ConflictDialog) is not None)
    dialog = page.findChild(ConflictDialog)
    assert dialog is not None
    assert dialog.facts[0] == ("角色", "没有角色", ROLE_TITLES[Role.MANAGER])
    dialog.ok.click()
    qtbot.waitUntil(lambda: account(desk, "chen.yu").roles == {Role.CLERK})


def test_roles_are_saved_and_said_in_words(page: StaffPage, desk: Desk, qtbot: QtBot) -> None:
    pick(page, "chen.yu")
    assert not page.card.save.isEnabled()
    page.card.role_boxes.boxes[Role.CLERK].click()
    assert "受理和办理办件" in page.card.may.text()
    page.card.save.click()
    qtbot.waitUntil(lambda: account(desk, "chen.yu").roles == {Role.CLERK})
    qtbot.waitUntil(lambda: any("窗口人员" in page.table.rows.columns[2].text(row) for row in page.table.rows.rows))


def test_nothing_is_offered_on_the_own_account(page: StaffPage, boss: Actor) -> None:
    own = next(row.login for row in page.table.rows.rows if row.id == boss.staff_id)
    pick(page, own)
    card = page.card
    assert not any(button.isEnabled() for button in (card.reset, card.unlock, card.switch, card.save))
    assert "自己的账号" in card.switch.toolTip()


def test_a_locked_account_is_shown_and_unlocked(page: StaffPage, desk: Desk, qtbot: QtBot) -> None:
    with desk.hall.transaction() as session:
        session.execute(
            update(Staff).where(Staff.login == "chen.yu").values(failures=5, locked_until=NOW + timedelta(minutes=8))
        )
    page.refresh()
    qtbot.waitUntil(lambda: any(row.failures == 5 for row in page.table.rows.rows))
    pick(page, "chen.yu")
    assert "已锁定，8 分钟后解开" in page.card.state.text()
    page.card.unlock.click()
    qtbot.waitUntil(lambda: account(desk, "chen.yu").failures == 0)
    qtbot.waitUntil(lambda: "已锁定" not in page.card.state.text())


def test_a_reset_password_is_shown_once_and_the_old_one_is_refused(
    page: StaffPage, desk: Desk, qtbot: QtBot, handed: list[str]
) -> None:
    pick(page, "chen.yu")
    page.card.reset.click()
    qtbot.waitUntil(lambda: handed != [], timeout=20_000)
    log_in(desk.hall, Attempt(desk.centre_id, "chen.yu", NOW, new_id()), handed[0])
    with pytest.raises(NotAllowed):
        log_in(desk.hall, Attempt(desk.centre_id, "chen.yu", NOW, new_id()), FIRST)


def test_an_account_is_deactivated_hidden_and_taken_into_use_again(
    page: StaffPage, desk: Desk, qtbot: QtBot, handed: list[str]
) -> None:
    pick(page, "chen.yu")
    page.card.switch.click()
    qtbot.waitUntil(lambda: len(page.table.rows.rows) == 1)
    page.inactive.click()
    assert len(page.table.rows.rows) == 2
    pick(page, "chen.yu")
    assert page.card.switch.text().startswith("恢复使用")
    page.card.switch.click()
    qtbot.waitUntil(lambda: handed != [], timeout=20_000)
    assert account(desk, "chen.yu").active


def test_name_and_post_are_edited(page: StaffPage, desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    def typing(dialog: EditAccountDialog) -> None:
        dialog.name.setText("陈𬱖")
        dialog.post.setText("代办员")

    fill(monkeypatch, EditAccountDialog, typing)
    pick(page, "chen.yu")
    qtbot.keyClick(page, Qt.Key.Key_F2)
    qtbot.waitUntil(lambda: account(desk, "chen.yu").name == "陈𬱖")
    qtbot.waitUntil(lambda: "陈𬱖" in page.card.name.text())


def test_finding_narrows_the_list(page: StaffPage) -> None:
    page.search("陈")
    assert [row.login for row in page.table.rows.rows] == ["chen.yu"]
    page.search("nobody")
    assert page.table.rows.rows == []
    assert page.card.account is None


def test_without_the_permissions_nothing_is_offered(desk: Desk, page: StaffPage, boss: Actor, qtbot: QtBot) -> None:
    desk.log_in(make_staff(desk.hall, boss.centre_id, Role.SECADMIN, now=NOW))
    page.refresh()
    qtbot.waitUntil(lambda: len(page.table.rows.rows) == 3)
    assert not page.new.isEnabled()
    pick(page, "chen.yu")
    assert not page.card.reset.isEnabled()
    assert page.card.role_boxes.isEnabled()
    assert "没有这项权限" in page.card.reset.toolTip()


def test_the_matrix_shows_every_permission_for_every_role(qtbot: QtBot) -> None:
    dialog = MatrixDialog()
    qtbot.addWidget(dialog)
    rows = {row.title: row.roles for row in matrix()}
    assert rows["查看、核对操作日志"] == {Role.AUDITOR}
    assert Role.AUDITOR not in rows["受理和办理办件"]
    assert "还没有角色" in allowed([])
    assert "备份" in allowed([Role.MANAGER])


def test_every_key_of_the_page_is_listed(page: StaffPage) -> None:
    listed = [key for key, _ in page.keys()]  # noqa: SIM118 - a method of the page
    assert {"Ctrl+N", "Ctrl+S", "F2"} <= set(listed)
    assert len(set(listed)) == len(listed)
    assert set(page.card.role_boxes.boxes) == set(ROLE_TITLES)
