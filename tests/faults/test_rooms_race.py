"""Four clerks want the same room at the same moment, 200 times: whole hall, its parts, and series. One gets it."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from db.action import Actor, Request
from db.calendar.recurrence import Every, Pattern
from db.engine import embedded_url, make_engine
from db.ids import new_id
from db.rooms.bookings import book, change
from db.rooms.series import SeriesFields, book_series
from db.session import Hall
from db.staff.permissions import Role
from db.vault import Vault
from tests.conftest import NOW, TEST_KEY
from tests.factories.centre import make_centre
from tests.factories.rooms import make_borrower, make_room
from tests.factories.staff import make_staff
from tests.faults.racing import race

ROUNDS = 200


@dataclass(frozen=True)
class Setting:
    actor: Actor
    east: UUID
    west: UUID
    whole: UUID
    choir: UUID


def set_up(hall: Hall) -> Setting:
    actor = make_staff(hall, make_centre(hall, now=NOW), Role.MANAGER, now=NOW)
    wide = {"days_ahead": 0, "shortest_minutes": 10}
    east, west = make_room(hall, actor, NOW, "东", **wide), make_room(hall, actor, NOW, "西", **wide)
    whole = make_room(hall, actor, NOW, "全", whole_of=(east, west), **wide)
    return Setting(actor, east, west, whole, make_borrower(hall, actor, NOW))


def want_it(hall: Hall, racer: int, number: int, setting: Setting) -> None:
    """Round by round: the whole hall, a part of it, a series over it, or a booking moved onto it."""
    day = date(2027, 1, 4) + timedelta(weeks=number * 4)
    starts = NOW.replace(year=day.year, month=day.month, day=day.day, hour=1)
    request = Request(setting.actor, NOW, new_id())
    room = (setting.whole, setting.east, setting.whole, setting.east)[racer]
    hour = {"starts_at": starts, "ends_at": starts + timedelta(hours=1)}
    if number % 3 == 1 and racer % 2:
        pattern = Pattern(Every.WEEK, day, count=3)
        fields = SeriesFields(room, time(9), time(10), setting.choir)
        hall.run(request, book_series, pattern=pattern, fields=fields)
    elif number % 3 == 2:
        apart = {name: at + timedelta(hours=2 + 2 * racer) for name, at in hour.items()}
        made = hall.run(request, book, room_id=room, borrower_id=setting.choir, **apart)
        again = Request(setting.actor, NOW, new_id())
        hall.run(again, change, booking_id=made.booking_id, version=made.version, room_id=room, **hour)
    else:
        hall.run(request, book, room_id=room, borrower_id=setting.choir, **hour)


@pytest.mark.parametrize("database", ["embedded", "postgres"])
def test_four_clerks_racing_for_one_slot_get_it_exactly_once(
    database: str, embedded_file: Path, request: pytest.FixtureRequest
) -> None:
    if database == "embedded":
        url = embedded_url(embedded_file).render_as_string(hide_password=False)
    else:
        url = request.getfixturevalue("postgres_url")
    engine = make_engine(url)
    setting = set_up(Hall(engine, Vault(TEST_KEY)))
    scores = race(url, TEST_KEY, want_it, setting, rounds=ROUNDS)
    assert [score.errors for score in scores] == [[], [], [], []]
    winners = Counter(number for score in scores for number in score.won)
    assert winners == dict.fromkeys(range(ROUNDS), 1)
    with engine.connect() as connection:
        doubles = connection.execute(
            text(
                "SELECT count(*) FROM occupancy a JOIN occupancy b ON a.part_id = b.part_id AND a.id < b.id"
                " AND a.starts < b.ends AND b.starts < a.ends"
            )
        ).scalar_one()
    assert doubles == 0
    engine.dispose()
