"""The panel of the database server: tried before it is kept, the password never in the settings file."""

import socket
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.settings.page import SettingsPage
from desktop.settings.server import ServerPanel
from tests.desktop.settings.test_settings import opened, page
from tests.desktop.shell.conftest import House, founded, house, inside, migrated, printers

__all__ = ["founded", "house", "inside", "migrated", "page", "printers"]


def panel(page: SettingsPage) -> ServerPanel:
    shown = opened(page, "数据库服务器")
    assert isinstance(shown, ServerPanel)
    return shown


def test_a_connection_is_tried_and_the_sentence_says_what_is_wrong(page: SettingsPage, inside: House) -> None:
    shown = panel(page)
    assert shown.now.text() == "本机的数据库"
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    QTest.keyClicks(shown.address, f"postgresql://linli@127.0.0.1:{port}/hall")
    QTest.mouseClick(shown.test, Qt.MouseButton.LeftButton)
    inside.wait(lambda: f"{port} 端口上没有 PostgreSQL" in shown.told.text())
    assert shown.test.isEnabled()
    inside.wait(shown.test.hasFocus)  # not “保存”


def test_a_good_connection_is_said_to_be_good(page: SettingsPage, inside: House, postgres_url: str) -> None:
    shown = panel(page)
    shown.address.setText(postgres_url)
    QTest.mouseClick(shown.test, Qt.MouseButton.LeftButton)
    inside.wait(lambda: shown.told.text().startswith("连得上") or shown.told.text().startswith("连接正常"))


def test_the_address_is_kept_for_the_next_start_and_the_password_is_not_in_the_file(
    page: SettingsPage, inside: House, tmp_path: Path
) -> None:
    shown = panel(page)
    QTest.keyClicks(shown.address, "postgresql://linli:s3cret@server/hall")
    QTest.keyClick(shown.address, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    inside.wait(lambda: any("下次启动" in sentence for _, sentence in inside.said))
    inside.start.desk.work.wait()
    assert inside.window.memory.machine.database == "postgresql://linli@server/hall"
    assert "s3cret" not in (tmp_path / "desk.json").read_text(encoding="utf-8")


def test_nonsense_is_refused_and_stays_typed(page: SettingsPage, inside: House) -> None:
    shown = panel(page)
    QTest.keyClicks(shown.address, "our server")
    shown.save()
    assert "地址应像" in shown.form.trouble.text()
    assert shown.address.text() == "our server"
    assert inside.window.memory.machine.database == ""
