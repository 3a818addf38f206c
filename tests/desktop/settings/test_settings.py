"""The settings page: sections by permission, what is saved holds, what is refused stays typed."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from sqlalchemy import select

from db.centre.queries import centre, counters
from db.ids import new_id
from db.journal.models import JournalEntry
from db.recovery import recovery_code
from db.server.accounts import ServerAccount
from db.staff.permissions import Role
from desktop.settings.account import AccountPanel
from desktop.settings.centre import CentrePanel
from desktop.settings.counters import CountersPanel
from desktop.settings.look import LookPanel
from desktop.settings.page import SettingsPage
from desktop.settings.panel import Panel
from desktop.settings.safety import SafetyPanel
from desktop.shell import theme
from desktop.widgets.conflict import ConflictDialog
from tests.conftest import NOW
from tests.desktop.shell.conftest import House, founded, house, inside, migrated, printers
from tests.factories.staff import make_staff

__all__ = ["founded", "house", "inside", "migrated", "printers"]  # fixtures of the whole window


@pytest.fixture
def page(inside: House) -> Iterator[SettingsPage]:
    shown = inside.window.go("settings")
    assert isinstance(shown, SettingsPage)
    yield shown
    inside.start.desk.work.wait()


def opened(page: SettingsPage, title: str) -> Panel:
    """The panel of a section, opened by the arrow keys."""
    page.list.setFocus()
    for _ in range(page.list.count()):
        item = page.list.currentItem()
        if item is not None and item.text() == title:
            break
        QTest.keyClick(page.list, Qt.Key.Key_Down)
    shown = page.stack.currentWidget()
    assert isinstance(shown, Panel)
    return shown


def journalled(inside: House) -> set[str]:
    """The tags of everything in the journal."""
    return inside.start.desk.hall.read(lambda session: set(session.scalars(select(JournalEntry.tag))))


def titles(page: SettingsPage) -> list[str]:
    return [page.list.item(at).text() for at in range(page.list.count())]


def test_each_section_opens(page: SettingsPage) -> None:
    page.list.setCurrentRow(0)
    for title in titles(page):
        assert opened(page, title).isVisible()


def test_clerk_sees_what_is_theirs(house: House, inside: House) -> None:
    desk = inside.start.desk
    inside.window.leave()
    inside.window.enter(make_staff(desk.hall, desk.hall.read(lambda s: centre_of(s)), Role.CLERK, now=NOW))
    shown = inside.window.go("settings")
    assert isinstance(shown, SettingsPage)
    assert {"外观", "账号和锁屏", "打印机", "关于"} <= set(titles(shown))
    assert not {"中心资料", "窗口", "备份和检查"} & set(titles(shown))


def centre_of(session: object) -> object:
    from db.centre.models import Centre

    return session.query(Centre.id).scalar()  # type: ignore[attr-defined]


def test_centre_is_saved_by_key(page: SettingsPage, inside: House) -> None:
    panel = opened(page, "中心资料")
    assert isinstance(panel, CentrePanel)
    inside.wait(lambda: panel.code.text() == "JM01")
    panel.seal.setText("军门社区居民委员会")
    panel.seal.setFocus()
    QTest.keyClick(panel.seal, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    desk = inside.start.desk
    inside.wait(lambda: desk.hall.read(centre, desk.centre_id).fields.seal_org == "军门社区居民委员会")


def test_refused_centre_keeps_what_was_typed(page: SettingsPage, inside: House) -> None:
    panel = opened(page, "中心资料")
    assert isinstance(panel, CentrePanel)
    inside.wait(lambda: panel.code.text() == "JM01")
    panel.phone.setText("门口的电话")
    panel.save()
    inside.wait(lambda: panel.form.trouble.isVisible())
    assert panel.phone.text() == "门口的电话"


def test_the_address_on_the_wall_is_saved_and_a_bad_one_leaves_nothing_half_done(
    page: SettingsPage, inside: House
) -> None:
    panel = opened(page, "中心资料")
    assert isinstance(panel, CentrePanel)
    inside.wait(lambda: panel.code.text() == "JM01")
    desk = inside.start.desk
    panel.address.setText("军门社区10号")
    panel.wall.setText("ll.example.gov.cn/w2")
    panel.save()
    inside.wait(lambda: "http" in panel.form.trouble.text())
    assert desk.hall.read(centre, desk.centre_id).fields.address != "军门社区10号"
    panel.wall.setText("https://ll.example.gov.cn/w/")
    panel.save()
    inside.wait(lambda: desk.hall.read(centre, desk.centre_id).settings.duty_prefix == "https://ll.example.gov.cn/w/")
    assert desk.hall.read(centre, desk.centre_id).fields.address == "军门社区10号"


def test_somebody_elses_change_is_not_written_over(page: SettingsPage, inside: House) -> None:
    from db.action import Request
    from db.centre.actions import edit_centre
    from db.ids import new_id

    panel = opened(page, "中心资料")
    assert isinstance(panel, CentrePanel)
    inside.wait(lambda: panel.code.text() == "JM01")
    desk = inside.start.desk
    row = desk.hall.read(centre, desk.centre_id)
    other = make_staff(desk.hall, desk.centre_id, Role.MANAGER, now=NOW)
    panel.address.setText("军门社区10号")
    theirs = replace(row.fields, address="军门社区8号")
    desk.hall.run(Request(other, NOW, new_id()), edit_centre, version=row.version, fields=theirs)
    panel.save()
    inside.wait(lambda: panel.findChild(ConflictDialog) is not None)
    assert panel.address.text() == "军门社区10号"
    assert desk.hall.read(centre, desk.centre_id).fields.address == "军门社区8号"
    dialog = panel.findChild(ConflictDialog)
    assert dialog is not None
    dialog.reject()
    assert "没有保存" in panel.form.trouble.text()


def test_counter_is_added_renamed_and_taken_out_of_use(page: SettingsPage, inside: House) -> None:
    panel = opened(page, "窗口")
    assert isinstance(panel, CountersPanel)
    desk = inside.start.desk

    def there() -> dict[str, tuple[str, bool]]:
        rows = desk.hall.read(counters, desk.centre_id, idle=True)
        return {row.number: (row.name, row.active) for row in rows}

    inside.wait(lambda: len(panel.table.rows.rows) == 2)
    panel.new.click()
    panel.number.setText("3")
    panel.name.setText("党群服务")
    panel.save()
    inside.wait(lambda: there().get("3") == ("党群服务", True))
    inside.wait(lambda: len(panel.table.rows.rows) == 3)
    panel.table.selectRow(2)
    panel.active.setChecked(False)
    panel.save()
    inside.wait(lambda: there().get("3") == ("党群服务", False))


def test_idle_minutes_hold_at_once(page: SettingsPage, inside: House) -> None:
    panel = opened(page, "账号和锁屏")
    assert isinstance(panel, AccountPanel)
    inside.wait(lambda: panel.minutes.value() == 5)
    panel.minutes.setValue(15)
    panel.save()
    inside.wait(lambda: inside.window.idle.minutes == 15)


def test_look_takes_hold_at_once_and_follows_the_keys(page: SettingsPage, inside: House) -> None:
    panel = opened(page, "外观")
    assert isinstance(panel, LookPanel)
    inside.window.memory.set_look(theme.Look(theme.Mode.LIGHT, 100))
    panel.mode.setCurrentIndex(panel.mode.findData(theme.Mode.DARK))
    panel.mode.activated.emit(panel.mode.currentIndex())
    assert theme.colour("bg").name().upper() == theme.DARK["bg"]
    inside.key("Ctrl+D", inside.window)
    assert panel.mode.currentData() == theme.Mode.LIGHT
    assert QApplication.font().pixelSize() == 14


def test_check_reports_in_words(page: SettingsPage, inside: House) -> None:
    panel = opened(page, "备份和检查")
    assert isinstance(panel, SafetyPanel)
    panel.check.click()
    inside.wait(lambda: "没有发现问题" in panel.found.toPlainText())
    inside.wait(lambda: "check.run" in journalled(inside))


def test_the_recovery_code_is_shown_once_it_is_journalled(
    page: SettingsPage, inside: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = opened(page, "备份和检查")
    assert isinstance(panel, SafetyPanel)
    monkeypatch.setattr("desktop.settings.safety.confirm", lambda *_: False)
    panel.code.click()
    assert panel.found.toPlainText() == ""
    monkeypatch.setattr("desktop.settings.safety.confirm", lambda *_: True)
    panel.code.click()
    code = recovery_code(inside.start.desk.hall.vault.reveal())
    inside.wait(lambda: code in panel.found.toPlainText())
    assert "key.show" in journalled(inside)


def test_an_account_of_a_server_is_not_promised_backups(
    page: SettingsPage, inside: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = opened(page, "备份和检查")
    assert isinstance(panel, SafetyPanel)
    assert "窗口会自动备份" in panel.hint.text()
    own = ServerAccount(new_id(), new_id(), "linli_jm01_zheng", one_time=False)
    monkeypatch.setattr("desktop.settings.safety.own_account", lambda _session: own)
    panel.refresh()
    inside.wait(lambda: "窗口不做备份" in panel.hint.text())
    assert not panel.backup.isEnabled()


def test_backup_goes_where_it_was_told(
    page: SettingsPage, inside: House, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = opened(page, "备份和检查")
    assert isinstance(panel, SafetyPanel)
    file = f"{tmp_path}/手工.backup"
    chosen: Callable[..., tuple[str, str]] = lambda *_: (file, "")  # noqa: E731
    monkeypatch.setattr("desktop.settings.safety.QFileDialog.getSaveFileName", chosen)
    panel.backup.click()
    inside.wait(lambda: "已备份并核对" in panel.found.toPlainText())
    assert file in panel.found.toPlainText()
    inside.wait(lambda: "backup.run" in journalled(inside))
