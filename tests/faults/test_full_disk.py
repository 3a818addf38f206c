"""A disk that fills up while cases are accepted: the click is refused whole, with a sentence; with room it goes through."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from db.action import Request
from db.cases import actions as cases
from db.cases.models import Case, CaseEvent, CaseMaterial
from db.cases.numbers import read_case_number
from db.check import damage, dangling, feature_checks
from db.engine import embedded_url, make_engine
from db.errors import Unavailable
from db.ids import new_id
from db.journal.check import journal_faults
from db.journal.models import JournalEntry
from db.receipts.models import Receipt
from db.session import Hall
from db.staff.permissions import Role
from db.vault import Vault
from tests.conftest import NOW, TEST_KEY
from tests.factories.cases import Counter, make_counter_for_cases
from tests.factories.centre import make_centre, make_counter
from tests.factories.staff import make_staff

SIZE = "12m"
TABLES = (Case, CaseEvent, CaseMaterial, Receipt, JournalEntry)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 12 MB of its own."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(place)], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"a small file system cannot be mounted here: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(place: Path) -> Path:
    """Take every byte that is left, up to the last 4 KB."""
    ballast = place / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return ballast


def rows(hall: Hall) -> list[int]:
    return [
        hall.read(lambda session, table=table: session.scalar(select(func.count()).select_from(table)))
        for table in TABLES
    ]


@pytest.fixture
def counter(small_disk: Path, embedded_template: Path) -> Iterator[Counter]:
    file = Path(shutil.copy(embedded_template, small_disk / "hall.sqlite"))
    engine = make_engine(embedded_url(file))
    hall = Hall(engine, Vault(TEST_KEY))
    centre_id = make_centre(hall, now=NOW)
    actor = make_staff(hall, centre_id, Role.CLERK, now=NOW, counter_id=make_counter(hall, centre_id))
    yield make_counter_for_cases(hall, actor, NOW)
    engine.dispose()


def test_full_disk_refuses_the_click_whole_and_room_lets_it_through(small_disk: Path, counter: Counter) -> None:
    hall = counter.hall
    for _ in range(3):
        counter.make()
    ballast = fill(small_disk)
    request, before, sentence = Request(counter.actor, NOW, new_id()), rows(hall), ""
    for _ in range(500):  # the write-ahead log may still have a little room of its own
        try:
            hall.run(request, cases.accept, intake=counter.intake())
        except Unavailable as refusal:
            sentence = refusal.sentence
            break
        request, before = Request(counter.actor, NOW, new_id()), rows(hall)
    assert "磁盘已满" in sentence
    assert "没有保存" in sentence
    assert rows(hall) == before
    ballast.unlink()
    moved = hall.run(request, cases.accept, intake=counter.intake())
    assert read_case_number(moved.number).seq == before[0] + 1
    assert rows(hall)[0] == before[0] + 1
    assert hall.read(damage) == []
    assert hall.read(dangling) == []
    assert hall.read(journal_faults, hall.vault, counter.actor.centre_id, lambda done, total, text: None) == []
    for feature, problems in feature_checks():
        assert hall.read(problems, counter.actor.centre_id) == [], feature
