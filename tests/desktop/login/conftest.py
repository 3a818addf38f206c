"""A server that wants passwords, with a hall of two counters and two clerks who share a computer."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import keyring
import pytest
from sqlalchemy import URL, NullPool, create_engine, make_url, text

from db.action import Actor
from db.base import table_of
from db.keys import KeyStore
from db.server.accounts import admit
from db.server.scram import server_secret
from db.server.setup import as_owner, set_up
from db.session import Hall
from db.staff.models import Staff
from db.staff.permissions import Role
from db.vault import Vault
from tests.conftest import NOW, TEST_KEY
from tests.factories.accounts import FIRST, hashed
from tests.factories.centre import make_centre, make_counter
from tests.factories.staff import make_staff
from tests.faults.cluster import Cluster

SECRETS = {"chen": "Kulangsu-4471-deng", "wu": "Mingxi-9032-cha"}
"""Server passwords by login; both log in to the window with FIRST."""


@dataclass
class Ring:
    """A keyring of this test."""

    priority = 5
    kept: dict[str, str] = field(default_factory=dict)

    def get_password(self, _service: str, name: str) -> str | None:
        return self.kept.get(name)

    def set_password(self, _service: str, name: str, text: str) -> None:
        self.kept[name] = text


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Ring:
    made = Ring()
    monkeypatch.setattr(keyring, "get_keyring", lambda: made)
    return made


@dataclass
class Shared:
    """The server; `url` is without a user."""

    url: URL
    hall: Hall
    centre_id: UUID
    people: dict[str, Actor]

    def user(self, login: str) -> str:
        return f"{self.url.database}_jm01_{login}"

    def address(self, login: str) -> str:
        return self.url.set(username=self.user(login)).render_as_string()

    def connected(self) -> set[str]:
        """Who is connected to the hall's database, by the names of their roles."""
        asked = "SELECT DISTINCT usename FROM pg_stat_activity WHERE datname = :name AND usename <> 'postgres'"
        with self.hall.bind.connect() as connection:  # type: ignore[union-attr]
            return set(connection.scalars(text(asked), {"name": self.url.database}))


@pytest.fixture(scope="package")
def locked() -> Iterator[Cluster]:
    """A server that lets nobody but its superuser in without a password."""
    cluster = Cluster().make()
    hba = "host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
    (cluster.data / "pg_hba.conf").write_text(hba)
    admin = create_engine(cluster.url(), poolclass=NullPool)
    with admin.connect() as connection:
        connection.execute(text("SELECT pg_reload_conf()"))
    yield cluster
    cluster.remove()


@pytest.fixture(scope="package")
def served(locked: Cluster) -> Iterator[Shared]:
    url = make_url(locked.url("linli"))
    set_up(url, lambda *_: None)
    engine = as_owner(url)
    hall = Hall(engine, Vault(TEST_KEY))
    centre_id = make_centre(hall, now=NOW)
    counter_ids = [make_counter(hall, centre_id, number=number) for number in "12"]
    people = {
        login: _clerk(hall, centre_id, login, counter_id)
        for login, counter_id in zip(SECRETS, counter_ids, strict=True)
    }
    yield Shared(url.set(drivername="postgresql", username=None), hall, centre_id, people)
    engine.dispose()


@pytest.fixture
def shared(served: Shared, tmp_path: Path) -> Shared:
    """Accounts and server passwords as at the beginning; this computer holds the data key."""
    KeyStore.at(tmp_path / "home" / "keys", use_keyring=False).keep(served.hall.vault)
    with served.hall.transaction() as session:
        session.execute(text("UPDATE staff SET failures = 0, active = true"))
        for login, actor in served.people.items():
            admit(session, actor.staff_id, server_secret(SECRETS[login], login, "测试"))
        session.execute(text("UPDATE linli_login SET one_time = false"))
    return served


def _clerk(hall: Hall, centre_id: UUID, login: str, counter_id: UUID) -> Actor:
    actor = make_staff(
        hall, centre_id, Role.CLERK, now=NOW, password_hash=hashed(FIRST, "x").hash, counter_id=counter_id
    )
    with hall.transaction() as session:
        staff = table_of(Staff)
        session.execute(staff.update().where(staff.c.id == actor.staff_id).values(login=login, name=f"测试{login}"))
    return actor
