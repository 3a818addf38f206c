"""PostgreSQL lets every role listen to every channel: who does not belong to a hall cannot name the hall's."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, text, update

from db.action import Request
from db.engine import make_engine
from db.ids import new_id
from db.people.actions import keep_person
from db.rooms.models import Room
from db.session import Hall
from db.staff.permissions import Role
from db.vault import Vault
from tests.conftest import NOW, TEST_KEY
from tests.db.server.conftest import Server, Town, refused
from tests.factories.people import details
from tests.factories.rooms import make_room
from tests.factories.staff import make_staff


@contextmanager
def listening(door: Engine, *channels: str) -> Iterator[Any]:
    """A connection of the driver that listens to channels."""
    with door.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for channel in channels:
            connection.exec_driver_sql(f'LISTEN "{channel}"')
        yield connection.connection.driver_connection


def heard(driver: Any) -> list[tuple[str, str]]:
    """Channel and text of all that has been told until now: what one tells oneself comes behind what others told before."""
    driver.execute("LISTEN me; SELECT pg_notify('me', 'the end')")
    told = [(one.channel, one.payload) for one in driver.notifies(timeout=20, stop_after=1)]
    while ("me", "the end") not in told:
        told += [(one.channel, one.payload) for one in driver.notifies(timeout=20, stop_after=1)]
    return told[: told.index(("me", "the end"))]


def names(door: Engine) -> dict[UUID, str]:
    """The channels of which somebody can read the name."""
    with door.connect() as connection:
        return {row.centre_id: row.name for row in connection.execute(text("SELECT * FROM centre_channel"))}


def test_a_hall_is_heard_by_its_own_staff_and_by_nobody_else(server: Server, town: Town) -> None:
    outsider, insider = town.doors[Role.CLERK], server.let_in(town.neighbour.staff_id)
    [(centre_id, name)] = names(insider).items()
    assert centre_id == town.there
    mine = names(outsider)
    assert mine.keys() == {town.here}
    guesses = (f"linli_{town.there.hex}", f"linli_{town.there}", town.there.hex, "linli", *mine.values())
    clerk = Hall(make_engine(insider.url), Vault(TEST_KEY))
    with listening(insider, name) as one, listening(outsider, *guesses) as other:
        kept = clerk.run(Request(town.neighbour, NOW, new_id()), keep_person, details=details("郑月"))
        [(channel, payload)] = heard(one)
        assert channel == name
        assert str(kept) in payload
        assert heard(other) == []
    clerk.bind.dispose()  # type: ignore[union-attr]


def test_who_lends_a_room_does_not_lend_an_ear(server: Server, town: Town) -> None:
    manager = make_staff(server.hall, town.there, Role.MANAGER, now=NOW)
    room_id = make_room(server.hall, manager, NOW, "301")
    lending = update(Room).where(Room.id == room_id)
    try:
        with server.hall.transaction() as session:
            session.execute(lending.values(shared=True))
        with town.doors[Role.CLERK].connect() as connection:
            assert town.there in connection.scalars(text("SELECT id FROM centre")).all()
        assert names(town.doors[Role.CLERK]).keys() == {town.here}
    finally:
        with server.hall.transaction() as session:
            session.execute(lending.values(shared=False))


def test_nobody_gives_a_hall_another_name(town: Town) -> None:
    for role, door in town.doors.items():
        with door.connect() as connection:
            assert refused(connection, "UPDATE centre_channel SET name = 'linli'"), role
            assert refused(connection, "DELETE FROM centre_channel"), role
            assert refused(connection, f"INSERT INTO centre_channel VALUES ('{town.there}', 'linli')"), role


def test_every_role_of_a_hall_may_listen(town: Town) -> None:
    assert {tuple(names(door)) for door in town.doors.values()} == {(town.here,)}
