"""Who waits for a room's lock judges by what was committed meanwhile, on a server: another booking, the hall divided anew."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import text

from db.action import Act, Actor, Request
from db.engine import make_engine
from db.errors import Refusal, RuleBroken, Stale
from db.ids import new_id
from db.rooms import bookings
from db.rooms.bookings import book
from db.rooms.parts import divide
from db.session import Hall
from db.staff.permissions import Role
from db.vault import Vault
from tests.conftest import NOW, TEST_KEY
from tests.factories.centre import make_centre
from tests.factories.rooms import make_borrower, make_room, slot
from tests.factories.staff import make_staff

PATIENCE = 30
"""Seconds."""


@dataclass
class Setting:
    hall: Hall
    actor: Actor
    choir: UUID
    whole: UUID
    parts: tuple[UUID, UUID]
    north: UUID

    def request(self) -> Request:
        return Request(self.actor, NOW, new_id())


@pytest.fixture
def setting(postgres_url: str) -> Iterator[Setting]:
    hall = Hall(engine := make_engine(postgres_url), Vault(TEST_KEY))
    actor = make_staff(hall, make_centre(hall, now=NOW), Role.MANAGER, now=NOW)
    east, west, north = (make_room(hall, actor, NOW, number) for number in ("东", "西", "北"))
    whole = make_room(hall, actor, NOW, "整", whole_of=(east, west))
    yield Setting(hall, actor, make_borrower(hall, actor, NOW), whole, (east, west), north)
    engine.dispose()


class Waiter(threading.Thread):
    """Books the whole hall in a thread of its own, and keeps the refusal."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(daemon=True)
        self.setting, self.refusal = setting, None

    refusal: Refusal | None

    def run(self) -> None:
        of = self.setting
        try:
            of.hall.run(of.request(), book, room_id=of.whole, borrower_id=of.choir, **slot(NOW, days=1))
        except Refusal as refusal:
            self.refusal = refusal


@contextmanager
def waiting(setting: Setting, act: Act) -> Iterator[Waiter]:
    """Somebody who waits for a lock that the act holds, until the block ends and the act commits."""
    waiter = Waiter(setting)
    waiter.start()
    asked = text(
        "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"
        " WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()"
    )
    pause = threading.Event()
    for _ in range(PATIENCE * 100):
        if act.connection.execute(asked).scalar_one():
            break
        pause.wait(0.01)
    else:
        raise AssertionError("nobody waited")
    yield waiter


def test_who_waited_sees_the_booking_that_was_made_meanwhile(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    """By name and time, not only as “just taken”: the check reads anew behind the lock."""
    waiters = []
    written = bookings.write_all

    def slowly(act: Act, *given: object) -> None:
        if not waiters:
            with waiting(setting, act) as waiter:
                waiters.append(waiter)
        written(act, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(bookings, "write_all", slowly)
    east = setting.parts[0]
    setting.hall.run(setting.request(), book, room_id=east, borrower_id=setting.choir, **slot(NOW, days=1))
    waiters[0].join(PATIENCE)
    assert isinstance(waiters[0].refusal, RuleBroken)
    assert "已有“军门合唱队”的预约" in waiters[0].refusal.sentence


def test_who_waited_while_the_hall_was_divided_anew_is_told(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    """The part that came in was not locked: to book now could take it twice."""
    from db.rooms import parts

    waiters = []
    moved = parts._move

    def slowly(act: Act, *given: object) -> None:
        with waiting(setting, act) as waiter:
            waiters.append(waiter)
        moved(act, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(parts, "_move", slowly)
    whole_of = (*setting.parts, setting.north)
    setting.hall.run(setting.request(), divide, room_id=setting.whole, version=1, whole_of=whole_of)
    waiters[0].join(PATIENCE)
    assert isinstance(waiters[0].refusal, Stale)
    assert "重新划分" in waiters[0].refusal.sentence


def test_a_booking_does_not_wait_for_who_edits_its_room_or_borrower(setting: Setting) -> None:
    """It holds the journal's head when it is written, for which an edit waits at its end: each would wait for the other."""
    from db.rooms.admin import _own_borrower, own_room

    east = setting.parts[0]
    for day in (1, 2):  # what is asked ahead is another thing the second time
        with setting.hall.bind.begin() as connection:
            connection.execute(text("SET LOCAL lock_timeout = '5s'"))
            act = Act(connection, setting.request(), setting.hall.vault)
            own_room(act, east)
            _own_borrower(act, setting.choir)
            setting.hall.run(setting.request(), book, room_id=east, borrower_id=setting.choir, **slot(NOW, days=day))
            act.close()
