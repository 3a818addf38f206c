"""A server prepared for a hall, and people who log in to it with roles of their own."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import URL, Engine, NullPool, create_engine, make_url, text

from db.engine import make_engine
from db.ids import new_id
from db.server.secure import admit
from db.server.setup import as_owner, set_up
from db.session import Hall
from db.vault import Vault
from tests.conftest import TEST_KEY


def silent(_done: int, _total: int, _words: str) -> None:
    """Nobody looks."""


@dataclass
class Server:
    """The prepared database: its owner's hall, and a way in for each account."""

    url: URL
    hall: Hall
    superuser: Engine

    def let_in(self, staff_id: UUID) -> Engine:
        """An engine that logs in as the account's own role."""
        with self.hall.transaction() as session:
            name = admit(session, staff_id, "a-secret-of-40-random-letters").role_name
        return create_engine(self.url.set(username=name), poolclass=NullPool)


@pytest.fixture(scope="module")
def server(postgres_server: str) -> Iterator[Server]:
    name = f"hall_{new_id().hex[-12:]}"
    url = make_url(postgres_server.replace("/template_hall?", f"/{name}?"))
    set_up(url, silent)
    set_up(url, silent)  # again: nothing is lost, nothing is in the way
    engine = as_owner(url)
    superuser = make_engine(url)
    yield Server(url.set(drivername="postgresql+psycopg"), Hall(engine, Vault(TEST_KEY)), superuser)
    engine.dispose()
    superuser.dispose()
    admin = create_engine(
        url.set(drivername="postgresql+psycopg", database="postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool
    )
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()
