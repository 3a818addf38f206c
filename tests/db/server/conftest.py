"""A server prepared for a hall, and people who log in to it with roles of their own."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from db.action import Actor, Request
from db.cases.models import IntakeDraft
from db.engine import make_engine
from db.ids import new_id
from db.people.actions import keep_person
from db.receipts.actions import issue
from db.receipts.content import PaperKind
from db.server.accounts import admit
from db.server.scram import server_secret
from db.server.setup import as_owner, set_up
from db.session import Hall
from db.staff.permissions import Role
from db.vault import Vault
from tests.conftest import NOW, TEST_KEY
from tests.factories.centre import make_centre, make_counter
from tests.factories.people import details
from tests.factories.receipts import case_facts
from tests.factories.staff import make_staff


def silent(_done: int, _total: int, _words: str) -> None:
    """Nobody looks."""


SECRET = server_secret("Kulangsu-4471-deng", "nobody", "没有人")


@dataclass
class Server:
    """The prepared database: its owner's hall, and a way in for each account."""

    url: URL
    hall: Hall
    superuser: Engine

    def let_in(self, staff_id: UUID) -> Engine:
        """An engine that logs in as the account's own role."""
        with self.hall.transaction() as session:
            name = admit(session, staff_id, SECRET)
        return create_engine(self.url.set(username=name), poolclass=NullPool)


@pytest.fixture(scope="package")
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


@dataclass
class Town:
    """Two halls in one database; accounts of every role in the first, a person, a receipt and a draft in each."""

    here: UUID
    there: UUID
    accounts: dict[Role, Actor]
    doors: dict[Role, Engine]
    neighbour: Actor


@pytest.fixture(scope="package")
def town(server: Server) -> Town:
    here, there = (make_centre(server.hall, now=NOW, code=code) for code in ("JM01", "GS02"))
    for centre_id in (here, there):
        clerk = make_staff(server.hall, centre_id, Role.CLERK, now=NOW, counter_id=make_counter(server.hall, centre_id))
        server.hall.run(Request(clerk, NOW, new_id()), keep_person, details=details())
        server.hall.run(Request(clerk, NOW, new_id()), issue, kind=PaperKind.RECEIVED, case=case_facts(), case_id=None)
        with server.hall.transaction() as session:
            session.add(IntakeDraft(staff_id=clerk.staff_id, centre_id=centre_id, content=b"sealed", saved_at=NOW))
    accounts = {role: make_staff(server.hall, here, role, now=NOW, password_hash=HASH) for role in Role}
    doors = {role: server.let_in(actor.staff_id) for role, actor in accounts.items()}
    return Town(here, there, accounts, doors, clerk)


HASH = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$of-nobody"
NO_RIGHT = ("42501", "23000", "LN001")
"""SQLSTATE of “insufficient privilege”, of the trigger that keeps the journal append-only, of our own functions."""


def refused(connection: Connection, statement: str) -> bool:
    """Whether the server refuses a statement for want of a right, or lets it touch no row."""
    with connection.begin_nested() as attempt:
        try:
            return connection.execute(text(statement)).rowcount == 0
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", "") not in NO_RIGHT:
                raise
            return True
        finally:
            attempt.rollback()
