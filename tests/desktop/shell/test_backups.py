"""Automatic backups beside an open window: off its thread, told once when they fail."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from sqlalchemy import Engine, text

from db.action import Actor, Request
from db.backup_auto import AutoBackups
from db.errors import Unavailable
from db.ids import new_id
from db.session import Hall
from db.staff.actions import lock_screen
from desktop.shell.backups import BackupService
from desktop.shell.desk import Desk
from desktop.shell.work import Progress
from tests.conftest import NOW


@pytest.fixture
def auto(hall: Hall, tmp_path: Path) -> AutoBackups:
    with hall.transaction() as session:
        session.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        session.execute(text("INSERT INTO alembic_version VALUES ('0001')"))
    assert isinstance(hall.bind, Engine)
    return AutoBackups(hall.bind, tmp_path / "auto")


@pytest.fixture
def service(desk: Desk, auto: AutoBackups) -> BackupService:
    return BackupService(desk, auto)


def click(desk: Desk, actor: Actor, at: datetime) -> None:
    desk.hall.run(Request(actor, at, new_id()), lock_screen, idle=False)


def rest(desk: Desk, qtbot: QtBot, service: BackupService) -> None:
    qtbot.waitUntil(lambda: not service._busy, timeout=20_000)


def test_a_backup_is_made_when_one_is_due_and_not_again(
    desk: Desk, seated: Actor, service: BackupService, auto: AutoBackups, qtbot: QtBot
) -> None:
    service.look()
    rest(desk, qtbot, service)
    assert auto.made() == {}
    click(desk, seated, NOW)
    service.look()
    rest(desk, qtbot, service)
    assert list(auto.made()) == [NOW]
    service.look()
    rest(desk, qtbot, service)
    assert list(auto.made()) == [NOW]


def test_the_last_backup_is_made_when_the_window_closes(
    desk: Desk, seated: Actor, service: BackupService, auto: AutoBackups, monkeypatch: pytest.MonkeyPatch
) -> None:
    progress = Progress(lambda *_: None)
    assert service.at_exit(progress) is None
    click(desk, seated, NOW)
    made = service.at_exit(progress)
    assert made is not None
    assert made.file.exists()
    monkeypatch.setattr(desk, "now", lambda: NOW + timedelta(minutes=1))
    assert service.at_exit(progress) is None


def test_a_failure_is_told_once_until_a_backup_succeeds(
    desk: Desk, seated: Actor, service: BackupService, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    desk.messages.said.connect(lambda _level, sentence: told.append(sentence))
    click(desk, seated, NOW)

    def full(*_: object) -> None:
        raise Unavailable("磁盘空间不够。")

    with monkeypatch.context() as patched:
        patched.setattr(AutoBackups, "make", full)
        for _ in range(3):
            service.look()
            rest(desk, qtbot, service)
    assert told == ["自动备份没有成功：磁盘空间不够。"]
    service.look()
    rest(desk, qtbot, service)
    assert told == ["自动备份没有成功：磁盘空间不够。"]
