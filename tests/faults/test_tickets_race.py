"""Four processes take tickets and call the next on one database: no double number, no gap, nobody called twice."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid5

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.action import Actor, Request
from db.engine import embedded_url, make_engine
from db.errors import RuleBroken
from db.ids import new_id
from db.session import Hall
from db.staff.permissions import Role
from db.tickets.actions import call_next, finish, skip, start_serving, take_ticket, undo
from db.tickets.models import Ticket, TicketDay, TicketPeriod
from db.tickets.rules import Priority, Proof, QueuePolicy
from db.tickets.states import Step, TicketState
from db.vault import Vault
from tests.conftest import NOW, TEST_KEY
from tests.factories.centre import make_centre, make_counter
from tests.factories.staff import make_staff
from tests.faults.racing import race

RACERS, ROUNDS = 4, 40
CLICKS = UUID("0190b6a0-0000-7000-8000-000000000000")


@dataclass(frozen=True)
class Setting:
    centre_id: UUID
    clerks: tuple[Actor, ...]


def set_up(hall: Hall) -> Setting:
    centre_id = make_centre(hall, now=NOW)
    counters = [make_counter(hall, centre_id, number=str(n + 1)) for n in range(RACERS)]
    clerks = tuple(make_staff(hall, centre_id, Role.CLERK, now=NOW, counter_id=each) for each in counters)
    return Setting(centre_id, clerks)


def click(hall: Hall, clerk: Actor, action: object, **kwargs: object) -> object:
    return hall.run(Request(clerk, NOW, new_id()), action, **kwargs)  # type: ignore[arg-type]


def a_morning(hall: Hall, racer: int, number: int, setting: Setting) -> None:
    """Three people come for four counters; every fourth round somebody has priority; some do not answer the call."""
    clerk = setting.clerks[racer]
    if racer < 3:
        old = number % 4 == 0 and racer == 2
        priority, proof = (Priority.ELDERLY, Proof.ELDER_CARD) if old else (Priority.NONE, Proof.NONE)
        click(hall, clerk, take_ticket, priority=priority, proof=proof)
    ticket_id = click(hall, clerk, call_next).ticket_id  # type: ignore[attr-defined]
    if (number + racer) % 5 == 0:
        click(hall, clerk, skip, ticket_id=ticket_id)
    else:
        click(hall, clerk, start_serving, ticket_id=ticket_id)
        click(hall, clerk, finish, ticket_id=ticket_id)


def the_same_click(hall: Hall, racer: int, number: int, setting: Setting) -> None:
    """A click that was sent four times: by name the same operation, so it must be done once."""
    request = Request(setting.clerks[0], NOW, uuid5(CLICKS, str(number)))
    taken = hall.run(request, take_ticket)
    if taken.number != f"A{number + 1:03d}":
        raise AssertionError(f"round {number}: {taken.number}")


def empty_the_line(hall: Hall, racer: int, number: int, setting: Setting) -> None:
    """Four counters call at the same moment, until nobody waits any more."""
    clerk = setting.clerks[racer]
    ticket_id = click(hall, clerk, call_next).ticket_id  # type: ignore[attr-defined]
    click(hall, clerk, start_serving, ticket_id=ticket_id)
    click(hall, clerk, finish, ticket_id=ticket_id)


def take_it_back(hall: Hall, racer: int, number: int, setting: Setting) -> None:
    """Four windows of one clerk press undo at the same moment."""
    click(hall, setting.clerks[0], undo)


@pytest.fixture(params=["embedded", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres_url"))
    file: Path = request.getfixturevalue("embedded_file")
    return embedded_url(file).render_as_string(hide_password=False)


def sequences(session: Session) -> list[int]:
    return sorted(session.scalars(select(Ticket.seq)))


def calls(session: Session) -> dict[UUID, int]:
    rows = select(TicketPeriod.ticket_id, func.count()).where(TicketPeriod.step == Step.CALL)
    return dict(session.execute(rows.group_by(TicketPeriod.ticket_id)).all())


def undone(session: Session) -> list[int]:
    """How often each step was taken back."""
    steps = select(func.count()).where(TicketPeriod.undoes.is_not(None))
    return list(session.scalars(steps.group_by(TicketPeriod.ticket_id, TicketPeriod.undoes)))


def places(session: Session) -> tuple[int, list[int], int]:
    taken = session.scalar(select(TicketDay.taken)) or 0
    most = session.scalar(select(func.max(Ticket.overtaken))) or 0
    return taken, sorted(session.scalars(select(Ticket.place))), most


def states(session: Session) -> dict[TicketState, int]:
    return dict(session.execute(select(Ticket.state, func.count()).group_by(Ticket.state)).all())


def test_four_counters_take_and_call_without_double_gap_or_second_call(url: str) -> None:
    engine = make_engine(url)
    hall = Hall(engine, Vault(TEST_KEY))
    setting = set_up(hall)
    scores = race(url, TEST_KEY, a_morning, setting, racers=RACERS, rounds=ROUNDS)
    assert [score.errors for score in scores] == [[]] * RACERS
    assert hall.read(sequences) == list(range(1, 3 * ROUNDS + 1))
    called = hall.read(calls)
    assert set(called.values()) == {1}
    assert len(called) == sum(len(score.won) for score in scores) > 2 * ROUNDS
    by_state = hall.read(states)
    assert sum(by_state.values()) == 3 * ROUNDS
    assert by_state[TicketState.DONE] + by_state[TicketState.SKIPPED] == len(called)
    taken, order, most = hall.read(places)
    assert taken == 3 * ROUNDS
    assert len(set(order)) == len(order)
    assert most <= QueuePolicy().overtake_limit
    engine.dispose()


def test_the_same_click_sent_by_four_processes_takes_one_number(url: str) -> None:
    engine = make_engine(url)
    hall = Hall(engine, Vault(TEST_KEY))
    setting = set_up(hall)
    scores = race(url, TEST_KEY, the_same_click, setting, racers=RACERS, rounds=30)
    assert [score.errors for score in scores] == [[]] * RACERS
    assert hall.read(sequences) == list(range(1, 31))
    engine.dispose()


def test_four_counters_calling_at_once_empty_the_line_without_calling_anybody_twice(url: str) -> None:
    engine = make_engine(url)
    hall = Hall(engine, Vault(TEST_KEY))
    setting = set_up(hall)
    for _ in range(40):
        click(hall, setting.clerks[0], take_ticket)
    scores = race(url, TEST_KEY, empty_the_line, setting, racers=RACERS, rounds=15)
    assert [score.errors for score in scores] == [[]] * RACERS
    # 15 rounds of 4 are 60 calls for 40 people: each is called once, then the counters are told that nobody waits.
    assert sum(len(score.won) for score in scores) == 40
    assert sum(len(score.lost) for score in scores) == 20
    assert set(hall.read(calls).values()) == {1}
    with pytest.raises(RuleBroken, match="没有本窗口可办"):
        click(hall, setting.clerks[0], call_next)
    engine.dispose()


def test_no_step_is_taken_back_twice(url: str) -> None:
    engine = make_engine(url)
    hall = Hall(engine, Vault(TEST_KEY))
    setting = set_up(hall)
    for _ in range(10):  # 20 steps, each of which can be taken back once the one after it was
        click(hall, setting.clerks[0], take_ticket)
        click(hall, setting.clerks[0], skip, ticket_id=click(hall, setting.clerks[0], call_next).ticket_id)  # type: ignore[attr-defined]
    scores = race(url, TEST_KEY, take_it_back, setting, racers=RACERS, rounds=7)
    assert [score.errors for score in scores] == [[]] * RACERS
    assert sum(len(score.won) for score in scores) == 20
    assert hall.read(undone) == [1] * 20
    assert hall.read(states) == {TicketState.WAITING: 10}
    engine.dispose()
