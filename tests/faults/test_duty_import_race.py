"""Managers who import the same roster at the same moment, or take the same person into a body, make it once."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from db.action import Actor, Request
from db.duty.members import SeatFields, save_seat
from db.duty.reading_roster import Draft, Sitter
from db.duty.taking_in import import_roster
from db.engine import embedded_url, make_engine
from db.ids import new_id
from db.session import Hall
from db.staff.permissions import Role
from db.vault import Vault
from tests.conftest import NOW, TEST_KEY
from tests.factories.centre import make_centre
from tests.factories.duty import make_body, make_member
from tests.factories.staff import make_staff
from tests.faults.racing import race

ROUNDS = 10


@dataclass(frozen=True)
class Setting:
    actor: Actor
    body: UUID
    members: tuple[UUID, ...]


def import_it(hall: Hall, _racer: int, number: int, setting: Setting) -> None:
    """The session of a week of the past and one of a week to come, with two people whom nobody knows yet."""
    weeks = (date(2026, 8, 5) + timedelta(weeks=number), date(2027, 1, 6) + timedelta(days=31 * number))
    drafts = tuple(
        Draft(f"第 {number} 行", day, time(9), time(11), (Sitter(f"老{number}"), Sitter(f"新{number}")))
        for day in weeks
    )
    hall.run(Request(setting.actor, NOW, new_id()), import_roster, drafts=drafts, body_id=setting.body)


def import_and_seat(hall: Hall, racer: int, number: int, setting: Setting) -> None:
    """The same roster, then the same person into the same body."""
    import_it(hall, racer, number, setting)
    member_id = setting.members[number]
    request = Request(setting.actor, NOW, new_id())
    hall.run(request, save_seat, member_id=member_id, body_id=setting.body, fields=SeatFields())


@pytest.fixture(params=["embedded", "postgres"])
def url(request: pytest.FixtureRequest, embedded_file: Path) -> str:
    if request.param == "embedded":
        return embedded_url(embedded_file).render_as_string(hide_password=False)
    found: str = request.getfixturevalue("postgres_url")
    return found


def set_up(hall: Hall) -> Setting:
    actor = make_staff(hall, make_centre(hall, now=NOW), Role.MANAGER, now=NOW)
    members = tuple(make_member(hall, actor, NOW, f"代表{at}") for at in range(ROUNDS))
    return Setting(actor, make_body(hall, actor, NOW), members)


def test_what_four_managers_enter_at_once_is_there_once(url: str) -> None:
    engine = make_engine(url)
    setting = set_up(Hall(engine, Vault(TEST_KEY)))
    scores = race(url, TEST_KEY, import_and_seat, setting, rounds=ROUNDS)
    assert [score.errors for score in scores] == [[], [], [], []]
    winners = Counter(number for score in scores for number in score.won)
    assert winners == dict.fromkeys(range(ROUNDS), 1)  # of the seat; the import is the same for everybody
    with engine.connect() as connection:
        counts = {
            table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in ("duty_slot", "duty", "duty_member", "duty_seat")
        }
        plans = connection.execute(text("SELECT count(*) FROM duty_plan WHERE state = 'archived'")).scalar_one()
    assert counts == {"duty_slot": 2 * ROUNDS, "duty": 4 * ROUNDS, "duty_member": 3 * ROUNDS, "duty_seat": 3 * ROUNDS}
    assert plans == 1
    engine.dispose()
