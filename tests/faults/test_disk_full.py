"""A disk that fills up, and one that is read-only: the action is refused whole, with a sentence, and work goes on later."""

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from db.backup import back_up
from db.check import run_checks
from db.console.main import main
from db.engine import embedded_url, make_engine
from db.errors import Refusal, Unavailable
from db.journal import queries
from db.journal.queries import JournalFilter
from db.migrations.upgrade import prepare
from db.session import Hall
from db.tickets.actions import TicketTaken, take_ticket
from db.vault import Vault
from tests.conftest import NOW, TEST_KEY
from tests.factories.stage import Stage, set_stage

SIZE = "4m"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 4 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounting a small disk needs root")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.fixture
def stage(small_disk: Path) -> Iterator[Stage]:
    """A hall on the small disk."""
    engine = make_engine(embedded_url(small_disk / "hall.sqlite"))
    prepare(engine)
    yield set_stage(Hall(engine, Vault(TEST_KEY)), NOW)
    engine.dispose()


def fill(disk: Path) -> Path:
    """Write until nothing more goes onto the disk; the file to delete for room."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))
    return filler


def told(stage: Stage) -> int:
    return len(stage.read(queries.page, stage.centre_id, JournalFilter(tags=("ticket.take",)), limit=10_000))


def take_until_refused(stage: Stage) -> tuple[list[TicketTaken], Unavailable]:
    """What was acknowledged before the disk was full, and the refusal."""
    taken: list[TicketTaken] = []
    for _ in range(2000):
        try:
            taken.append(stage.run(take_ticket))
        except Unavailable as refusal:
            return taken, refusal
    pytest.fail("the disk never filled up")


def test_a_full_disk_refuses_the_action_whole_and_work_goes_on_when_there_is_room(
    stage: Stage, small_disk: Path
) -> None:
    stage.run(take_ticket)
    filler = fill(small_disk)
    taken, refusal = take_until_refused(stage)
    assert "磁盘已满" in refusal.sentence
    assert "没有保存" in refusal.sentence
    with pytest.raises(Unavailable, match="磁盘已满"):
        stage.run(take_ticket)
    acknowledged = 1 + len(taken)
    assert told(stage) == acknowledged  # nothing half-done, and reading still works
    filler.unlink()
    after = stage.run(take_ticket)
    assert after.number.endswith(f"{acknowledged + 1:03d}")  # no gap: the refused ones gave their number back
    assert run_checks(stage.hall, lambda *_: None) == []


def test_a_full_disk_refuses_a_backup_and_leaves_nothing_of_it(stage: Stage, small_disk: Path) -> None:
    filler = fill(small_disk)
    with pytest.raises(Unavailable, match=r"磁盘(空间不够|已满)"):
        back_up(stage.hall.bind, small_disk / "hall.backup")  # type: ignore[arg-type]
    assert [path.name for path in small_disk.iterdir() if "backup" in path.name] == []
    filler.unlink()


def test_a_disk_that_fills_up_during_a_backup_leaves_nothing_of_it(
    stage: Stage, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.backup_embedded._room_for", lambda *_: None)  # it was there a moment ago
    filler = fill(small_disk)
    with pytest.raises(Unavailable, match="磁盘已满"):
        back_up(stage.hall.bind, small_disk / "hall.backup")  # type: ignore[arg-type]
    assert [path.name for path in small_disk.iterdir() if "backup" in path.name] == []
    filler.unlink()
    back_up(stage.hall.bind, small_disk / "hall.backup")  # type: ignore[arg-type]


def test_a_full_disk_at_the_first_start_is_a_sentence(
    small_disk: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINLI_DATA_DIR", str(small_disk / "home"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    (small_disk / "home").mkdir()
    filler = fill(small_disk)
    assert main(["upgrade"], lambda: NOW) == 3
    said = capsys.readouterr().err
    assert "磁盘" in said
    assert "Traceback" not in said
    filler.unlink()
    assert main(["upgrade"], lambda: NOW) == 0


def test_a_read_only_disk_is_a_sentence(stage: Stage, small_disk: Path) -> None:
    stage.run(take_ticket)
    assert isinstance(stage.hall.bind, Engine)
    stage.hall.bind.dispose()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    try:
        with pytest.raises(Refusal, match=r"只读|打不开|磁盘"):
            stage.run(take_ticket)
    finally:
        subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    stage.run(take_ticket)
