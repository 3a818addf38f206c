"""Logging in: counted, journalled, locked, and never telling whether an account exists."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update

from db.action import Actor
from db.errors import NotAllowed, Stale
from db.ids import new_id
from db.journal.models import JournalEntry
from db.session import Hall
from db.staff import login as entry
from db.staff.hashes import hash_of
from db.staff.login import Attempt, LoggedIn, log_in, prove
from db.staff.models import Staff
from db.staff.passwords import hash_password, rehash
from db.staff.permissions import Permission, Role
from tests.factories.centre import make_centre
from tests.factories.staff import make_staff

PASSWORD = "Tulou-8826-shan"
HASH = rehash(PASSWORD)


@pytest.fixture
def lin(hall: Hall, centre_id: UUID, now: datetime) -> Actor:
    """A clerk whose password is PASSWORD."""
    return make_staff(hall, centre_id, Role.CLERK, now=now, password_hash=HASH)


def attempt(actor: Actor, now: datetime, **changes: object) -> Attempt:
    return replace(Attempt(actor.centre_id, actor.name, now, new_id()), **changes)  # type: ignore[arg-type]


def fail(hall: Hall, actor: Actor, now: datetime, times: int = 1) -> list[str]:
    sentences = []
    for _ in range(times):
        with pytest.raises(NotAllowed) as refused:
            log_in(hall, attempt(actor, now), "Wrong-8826-shan")
        sentences.append(refused.value.sentence)
    return sentences


def account(hall: Hall, actor: Actor) -> Staff:
    def query(session: object) -> Staff:
        found = session.scalar(select(Staff).where(Staff.id == actor.staff_id))  # type: ignore[attr-defined]
        session.expunge_all()  # type: ignore[attr-defined]
        return found  # type: ignore[no-any-return]

    return hall.read(query)


def journal(hall: Hall, centre_id: UUID) -> list[tuple[str, UUID | None, str, dict[str, object]]]:
    rows = hall.read(
        lambda session: session.execute(
            select(JournalEntry.tag, JournalEntry.staff_id, JournalEntry.staff_name, JournalEntry.facts)
            .where(JournalEntry.centre_id == centre_id)
            .order_by(JournalEntry.seq)
        ).all()
    )
    return [(row.tag, row.staff_id, row.staff_name, msgspec.json.decode(row.facts)) for row in rows]


def test_the_right_password_gives_an_actor_with_the_permissions_of_the_roles(
    hall: Hall, lin: Actor, now: datetime
) -> None:
    counter = new_id()
    found = log_in(hall, attempt(lin, now, login=lin.name.upper() + " ", counter_id=counter), PASSWORD)
    assert isinstance(found, LoggedIn)
    assert found.actor.staff_id == lin.staff_id
    assert found.actor.permissions == lin.permissions
    assert found.actor.counter_id == counter
    assert (found.must_change, found.failures_before, found.last_login_at) == (False, 0, None)
    again = log_in(hall, attempt(lin, now + timedelta(hours=1)), PASSWORD)
    assert again.last_login_at == now


def test_logging_in_is_journalled(hall: Hall, lin: Actor, now: datetime) -> None:
    log_in(hall, attempt(lin, now), PASSWORD)
    assert journal(hall, lin.centre_id) == [
        (entry.LOG_IN, lin.staff_id, account(hall, lin).name, {"failures_before": 0})
    ]


def test_a_failed_login_is_counted_and_journalled_although_it_is_refused(hall: Hall, lin: Actor, now: datetime) -> None:
    assert fail(hall, lin, now, 2) == [entry.WRONG] * 2
    assert account(hall, lin).failures == 2
    assert [(row[0], row[3]["failures"]) for row in journal(hall, lin.centre_id)] == [
        (entry.LOG_IN_REFUSED, 1),
        (entry.LOG_IN_REFUSED, 2),
    ]


def test_success_clears_the_counter_and_tells_of_the_failures(hall: Hall, lin: Actor, now: datetime) -> None:
    fail(hall, lin, now, 4)
    assert log_in(hall, attempt(lin, now), PASSWORD).failures_before == 4
    assert account(hall, lin).failures == 0


def test_the_right_password_is_refused_while_the_account_is_locked(hall: Hall, lin: Actor, now: datetime) -> None:
    fail(hall, lin, now, 5)
    with pytest.raises(NotAllowed, match="请 10 分钟后再试"):
        log_in(hall, attempt(lin, now), PASSWORD)
    with pytest.raises(NotAllowed, match="请 1 分钟后再试"):
        log_in(hall, attempt(lin, now + timedelta(minutes=9, seconds=30)), PASSWORD)
    log_in(hall, attempt(lin, now + timedelta(minutes=10)), PASSWORD)


def test_tries_during_the_lock_do_not_lengthen_it(hall: Hall, lin: Actor, now: datetime) -> None:
    fail(hall, lin, now, 5)
    fail(hall, lin, now + timedelta(minutes=5), 20)
    log_in(hall, attempt(lin, now + timedelta(minutes=10)), PASSWORD)


def test_the_second_round_of_failures_locks_for_twenty_minutes(hall: Hall, lin: Actor, now: datetime) -> None:
    fail(hall, lin, now, 5)
    later = now + timedelta(minutes=10)
    fail(hall, lin, later, 5)
    with pytest.raises(NotAllowed, match="请 20 分钟后再试"):
        log_in(hall, attempt(lin, later), PASSWORD)


@pytest.mark.usefixtures("real_hashing")
def test_an_unknown_login_gets_the_same_sentence_and_the_same_work(
    hall: Hall, lin: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hall.transaction() as session:
        session.execute(update(Staff).where(Staff.id == lin.staff_id).values(password_hash=rehash(PASSWORD)))
    asked: list[str] = []
    real = entry.is_right

    def counted(password: str, kept: str) -> bool:
        asked.append(kept)
        return real(password, kept)

    monkeypatch.setattr(entry, "is_right", counted)
    with pytest.raises(NotAllowed, match=entry.WRONG):
        log_in(hall, attempt(lin, now, login="nobody.here"), PASSWORD)
    fail(hall, lin, now)
    assert len(asked) == 2
    assert all(kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$") for kept in asked)


def test_what_was_typed_as_login_never_reaches_the_journal(hall: Hall, lin: Actor, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        log_in(hall, attempt(lin, now, login="my.password.by.mistake"), "x")
    assert journal(hall, lin.centre_id) == [(entry.LOG_IN_REFUSED, None, "", {"account": "unknown"})]


def test_a_deactivated_account_is_told_only_with_the_right_password(hall: Hall, lin: Actor, now: datetime) -> None:
    with hall.transaction() as session:
        session.execute(update(Staff).where(Staff.id == lin.staff_id).values(active=False))
    assert fail(hall, lin, now) == [entry.WRONG]
    with pytest.raises(NotAllowed, match="已停用"):
        log_in(hall, attempt(lin, now), PASSWORD)
    assert account(hall, lin).failures == 1


def test_an_account_of_another_centre_cannot_log_in_here(hall: Hall, lin: Actor, now: datetime) -> None:
    elsewhere = make_centre(hall, now=now, code="QG02", name="泉港")
    with pytest.raises(NotAllowed, match=entry.WRONG):
        log_in(hall, attempt(lin, now, centre_id=elsewhere), PASSWORD)


def test_a_one_time_password_and_an_old_password_must_be_changed(hall: Hall, lin: Actor, now: datetime) -> None:
    found = log_in(hall, attempt(lin, now + timedelta(days=90)), PASSWORD)
    assert found.must_change
    assert "90 天" in found.why_change
    with hall.transaction() as session:
        session.execute(update(Staff).where(Staff.id == lin.staff_id).values(must_change=True))
    assert "一次性密码" in log_in(hall, attempt(lin, now), PASSWORD).why_change


def test_a_password_changed_while_it_was_verified_is_stale_and_no_failure(
    hall: Hall, lin: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = hash_password("Other-8826-shan", lin.name, "x").hash

    def changed_meanwhile(_password: str, _kept: str) -> bool:
        with hall.transaction() as session:
            session.execute(update(Staff).where(Staff.id == lin.staff_id).values(password_hash=other))
        return True

    monkeypatch.setattr(entry, "is_right", changed_meanwhile)
    with pytest.raises(Stale, match="刚刚被更改"):
        log_in(hall, attempt(lin, now), PASSWORD)
    assert account(hall, lin).failures == 0


def test_the_password_is_verified_under_no_lock(
    embedded_hall: Hall, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    centre = make_centre(embedded_hall, now=now)
    lin = make_staff(embedded_hall, centre, Role.CLERK, now=now, password_hash=HASH)
    written = []

    def writes_meanwhile(_password: str, _kept: str) -> bool:
        with embedded_hall.transaction() as session:  # would wait ten seconds and fail under a lock
            session.execute(update(Staff).where(Staff.id == lin.staff_id).values(post="窗口"))
        written.append(True)
        return True

    monkeypatch.setattr(entry, "is_right", writes_meanwhile)
    log_in(embedded_hall, attempt(lin, now), PASSWORD)
    assert written == [True]


@pytest.mark.usefixtures("real_hashing")
def test_a_hash_with_weaker_settings_is_renewed_at_login(hall: Hall, centre_id: UUID, now: datetime) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    chen = make_staff(hall, centre_id, Role.CLERK, now=now, password_hash=weak)
    log_in(hall, attempt(chen, now), PASSWORD)
    assert "m=65536,t=3,p=4" in (hall.read(hash_of, chen.staff_id) or "")
    log_in(hall, attempt(chen, now), PASSWORD)


def test_proving_oneself_returns_what_was_proven_and_failures_count(hall: Hall, lin: Actor, now: datetime) -> None:
    assert prove(hall, lin, PASSWORD, now, new_id()) == HASH
    for _ in range(5):
        with pytest.raises(NotAllowed):
            prove(hall, lin, "Wrong-8826-shan", now, new_id())
    with pytest.raises(NotAllowed, match="已锁定"):
        prove(hall, lin, PASSWORD, now, new_id())
    assert [row[0] for row in journal(hall, lin.centre_id)] == [entry.PROVE] + [entry.PROVE_REFUSED] * 6


def test_the_actor_of_a_login_can_work(hall: Hall, lin: Actor, now: datetime) -> None:
    assert Permission.TICKET_CALL in log_in(hall, attempt(lin, now), PASSWORD).actor.permissions
