"""The way of an action: permission, one transaction, the journal, once per operation id."""

from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from db.action import REGISTRY, Act, Actor, Request, action
from db.changes import Change
from db.engine import make_engine
from db.errors import NotAllowed, RuleBroken
from db.ids import new_id
from db.journal.models import JournalEntry, JournalHead, Operation
from db.journal.rules import GENESIS, Entry, chained, sealed
from db.numbers.actions import last_taken, take
from db.session import Hall
from db.staff.models import Staff
from db.staff.permissions import Permission, Role
from db.vault import Vault
from tests.conftest import NOW, TEST_KEY
from tests.factories.centre import make_centre
from tests.factories.staff import make_staff


@dataclass(frozen=True)
class Stamped:
    id: UUID
    number: int


@action("test.stamp", Permission.TICKET_TAKE, "盖章")
def stamp(act: Act, *, spoil: bool = False) -> Stamped:
    stamped = Stamped(new_id(), take(act.session, act.centre_id, "stamp"))
    act.on("stamp", stamped.id)
    act.note(number=stamped.number)
    if spoil:
        raise RuleBroken("印泥干了。")
    return stamped


@action("test.stamp_twice", Permission.TICKET_TAKE, "盖两次章")
def stamp_twice(act: Act) -> int:
    stamp(act)
    return stamp(act).number


@action("test.plans", Permission.TICKET_TAKE, "看计划")
def plans(act: Act) -> str:
    return plans_of(act.session)


def plans_of(session: Session) -> str:
    return str(session.connection().exec_driver_sql("SHOW plan_cache_mode").scalar_one())


del REGISTRY["test.stamp"], REGISTRY["test.stamp_twice"], REGISTRY["test.plans"]  # not the product's


def entries(session: Session, centre_id: UUID) -> list[JournalEntry]:
    rows = select(JournalEntry).where(JournalEntry.centre_id == centre_id).order_by(JournalEntry.seq)
    return list(session.scalars(rows))


def test_an_action_commits_is_journalled_and_announced(hall: Hall, clerk: Actor) -> None:
    heard: list[frozenset[Change]] = []
    hall.announcer.listen(heard.append)
    request = Request(clerk, NOW, new_id())
    stamped = hall.run(request, stamp)
    assert stamped.number == 1
    assert heard == [frozenset({Change("stamp", stamped.id)})]
    [entry] = hall.read(entries, clerk.centre_id)
    assert (entry.tag, entry.subject_id, entry.op, entry.staff_id) == (
        "test.stamp", stamped.id, request.op, clerk.staff_id
    )  # fmt: skip
    assert entry.facts == '{"number":1}'


def test_the_same_operation_id_does_it_once_and_returns_the_same(hall: Hall, clerk: Actor) -> None:
    request = Request(clerk, NOW, new_id())
    first = hall.run(request, stamp)
    assert hall.run(request, stamp) == first
    assert hall.read(last_taken, clerk.centre_id, "stamp") == 1
    assert len(hall.read(entries, clerk.centre_id)) == 1


def test_a_click_that_comes_again_is_on_the_servers_disk_when_it_is_told(postgres_url: str) -> None:
    """The first time the connection died between the commit and the waiting for the disk."""
    hall = Hall(engine := make_engine(postgres_url), Vault(TEST_KEY))
    clerk = make_staff(hall, make_centre(hall, now=NOW), Role.CLERK, now=NOW)
    request, stamped = Request(clerk, NOW, new_id()), Stamped(new_id(), 1)
    row = {"centre_id": clerk.centre_id, "op": request.op, "tag": stamp.tag, "staff_id": None, "at": NOW}
    with engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")
        connection.execute(insert(Operation).values(**row, result=stamp.pack(stamped)))
        before = connection.exec_driver_sql("SELECT pg_current_wal_insert_lsn()").scalar_one()
    assert hall.run(request, stamp) == stamped
    with engine.connect() as connection:
        flushed = f"SELECT pg_current_wal_flush_lsn() > '{before}'::pg_lsn"
        assert connection.exec_driver_sql(flushed).scalar_one()
    engine.dispose()


def test_the_server_keeps_its_plans_while_a_click_lasts_and_not_for_what_is_read_after_it(postgres_url: str) -> None:
    hall = Hall(engine := make_engine(postgres_url), Vault(TEST_KEY))
    clerk = make_staff(hall, make_centre(hall, now=NOW), Role.CLERK, now=NOW)
    hall.run(Request(clerk, NOW, new_id()), stamp)
    assert hall.run(Request(clerk, NOW, new_id()), plans) == "force_generic_plan"
    assert hall.read(plans_of) == "auto"
    engine.dispose()


def test_an_operation_id_of_another_action_is_refused(hall: Hall, clerk: Actor) -> None:
    request = Request(clerk, NOW, new_id())
    hall.run(request, stamp)
    with pytest.raises(RuleBroken):
        hall.run(request, stamp_twice)


def test_a_refused_action_leaves_no_number_no_entry_and_no_announcement(hall: Hall, clerk: Actor) -> None:
    heard: list[frozenset[Change]] = []
    hall.announcer.listen(heard.append)
    with pytest.raises(RuleBroken, match="印泥"):
        hall.run(Request(clerk, NOW, new_id()), stamp, spoil=True)
    assert heard == []
    assert hall.read(last_taken, clerk.centre_id, "stamp") == 0
    assert hall.read(entries, clerk.centre_id) == []


def test_the_permission_is_asked_of_the_database_not_of_the_actor(hall: Hall, clerk: Actor, auditor: Actor) -> None:
    pretender = Actor(auditor.staff_id, auditor.centre_id, auditor.name, frozenset(Permission))
    with pytest.raises(NotAllowed):
        hall.run(Request(pretender, NOW, new_id()), stamp)
    with hall.transaction() as session:
        session.execute(update(Staff).where(Staff.id == clerk.staff_id).values(active=False))
    with pytest.raises(NotAllowed):
        hall.run(Request(clerk, NOW, new_id()), stamp)


def test_an_action_within_an_action_shares_the_transaction_and_leaves_its_own_entry(hall: Hall, clerk: Actor) -> None:
    assert hall.run(Request(clerk, NOW, new_id()), stamp_twice) == 2
    tags = [entry.tag for entry in hall.read(entries, clerk.centre_id)]
    assert tags == ["test.stamp", "test.stamp", "test.stamp_twice"]


def test_entries_are_chained_and_the_head_names_the_last(hall: Hall, clerk: Actor) -> None:
    for _ in range(3):
        hall.run(Request(clerk, NOW, new_id()), stamp)
    key, previous = hall.vault.derive("journal"), GENESIS
    for row in hall.read(entries, clerk.centre_id):
        fields = {name: getattr(row, name) for name in Entry.__slots__}
        assert row.seal == sealed(key, Entry(**fields))
        assert row.previous == previous
        previous = chained(previous, row.seq, row.seal)
        assert row.hash == previous
    head = hall.read(lambda session: session.scalars(select(JournalHead)).one())
    assert (head.seq, head.hash) == (3, previous)


def test_two_centres_have_numbers_and_chains_of_their_own(hall: Hall, clerk: Actor) -> None:
    from db.staff.permissions import Role
    from tests.factories.centre import make_centre
    from tests.factories.staff import make_staff

    other = make_staff(hall, make_centre(hall, now=NOW, code="QG02"), Role.CLERK, now=NOW)
    hall.run(Request(clerk, NOW, new_id()), stamp)
    assert hall.run(Request(other, NOW, new_id()), stamp).number == 1
    count = hall.read(lambda session: session.scalar(select(func.count()).select_from(JournalEntry)))
    assert count == 2
