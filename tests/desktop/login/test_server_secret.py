"""A server whose password is not in the keyring asks for it, again when it was wrong, and ends when nobody knows it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import Engine

from db.backup_auto import AutoBackups
from db.session import Hall
from desktop.login.page import LoginPage
from desktop.login.server import ServerSecretDialog
from desktop.shell.opening import Opened
from desktop.shell.start import Start
from desktop.shell.surroundings import EXIT_NO_DATABASE, NoWindow
from tests.conftest import NOW
from tests.desktop.shell.conftest import NoPrinters, founded, migrated

__all__ = ["founded", "migrated"]
ADDRESS = "postgresql://linli_jm01_zheng@server/linli"


@pytest.fixture
def start(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    made = Start(qapp, None, lambda: NOW, tmp_path / "desk.json", printers=NoPrinters())
    made.show()
    yield made
    made.desk.work.wait()
    made.window.close()
    made.window.deleteLater()
    qapp.removeEventFilter(made.window.idle)
    qapp.removeEventFilter(made.window.scanner)


def asked(start: Start, bot: QtBot) -> ServerSecretDialog:
    found: list[ServerSecretDialog] = []

    def there() -> bool:
        found[:] = [one for one in start.window.findChildren(ServerSecretDialog) if one.isVisible()]
        return bool(found)

    bot.waitUntil(there)
    return found[0]


def test_the_right_password_opens_the_hall_after_a_wrong_one(
    start: Start, qtbot: QtBot, founded: Hall, tmp_path: Path
) -> None:
    tried: list[str] = []

    def opening(secret: str, _user: str) -> Opened:
        tried.append(secret)
        if secret != "right":
            raise NoWindow("密码不对或没有填。", EXIT_NO_DATABASE, secret_of=ADDRESS)
        assert isinstance(founded.bind, Engine)
        return Opened(founded, founded.bind, None, AutoBackups(founded.bind, tmp_path / "backups"))

    hindered: list[NoWindow] = []
    start.open(opening, hindered.append)
    for secret in ("wrong", "right"):
        dialog = asked(start, qtbot)
        QTest.keyClicks(dialog.secret, secret)
        QTest.keyClick(dialog.secret, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: start.window.findChild(LoginPage) is not None)
    assert tried == ["", "wrong", "right"]
    assert hindered == []


def test_who_does_not_know_the_password_leaves_with_the_reason(start: Start, qtbot: QtBot) -> None:
    def opening(_secret: str, _user: str) -> Opened:
        raise NoWindow("密码不对或没有填。", EXIT_NO_DATABASE, secret_of=ADDRESS)

    hindered: list[NoWindow] = []
    start.open(opening, hindered.append)
    dialog = asked(start, qtbot)
    QTest.keyClick(dialog.secret, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: bool(hindered))
    assert hindered[0].sentence == "密码不对或没有填。"
