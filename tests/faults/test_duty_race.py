"""Publishing, booking and moving duties race for the same rooms: round by round exactly one gets the half day."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from db.action import Action, Actor, Request
from db.calendar.recurrence import Every, Pattern
from db.clock import CHINA
from db.duty.changing import substitute
from db.duty.moving import move_slot
from db.duty.plans import PlanMade, plan_new
from db.duty.publishing import Published, Vacant, publish
from db.engine import embedded_url, make_engine
from db.ids import new_id
from db.numbers.queries import counters
from db.rooms.bookings import book
from db.session import Hall
from db.staff.permissions import Role
from db.vault import Vault
from tests.conftest import NOW, TEST_KEY
from tests.factories.calendar import make_calendar
from tests.factories.centre import make_centre
from tests.factories.duty import make_body, make_member, make_rule, make_seat
from tests.factories.duty_plans import fill_plan, sitter, slots_in
from tests.factories.rooms import make_borrower, make_room
from tests.factories.staff import make_staff
from tests.faults.racing import race

ROUNDS = 12
WEDNESDAY = date(2026, 11, 25)
NINE, ELEVEN = time(9), time(11)


@dataclass(frozen=True)
class Round:
    """What the racers of a round need: the sessions of two drafts, and published sessions one and two days later."""

    day: date
    plan: UUID
    slot: UUID
    other_plan: UUID
    other_slot: UUID
    moving: tuple[UUID, UUID]


@dataclass(frozen=True)
class Setting:
    actor: Actor
    east: UUID
    choir: UUID
    rounds: tuple[Round, ...]


def set_up(hall: Hall) -> Setting:
    """A hall of two parts; one body sits in the east part, another in the whole, a third a day later."""
    centre_id = make_centre(hall, now=NOW)
    actor = make_staff(hall, centre_id, Role.MANAGER, now=NOW)
    make_calendar(hall, centre_id)
    east, west = make_room(hall, actor, NOW, "东", days_ahead=0), make_room(hall, actor, NOW, "西", days_ahead=0)
    whole = make_room(hall, actor, NOW, "全", days_ahead=0, whole_of=(east, west))
    one = body_with(hall, actor, "代表", 2, east)
    other = body_with(hall, actor, "法官", 2, whole)
    moving = [
        standing(hall, actor, body_with(hall, actor, name, day, east)) for name, day in (("律师", 3), ("民警", 4))
    ]
    rounds = []
    for number in range(ROUNDS):
        day = WEDNESDAY + timedelta(weeks=number)
        plans = [new_plan(hall, actor, body, day, day) for body in (one, other)]
        slots = [slots_in(hall, actor, plan_id)[0].id for plan_id in plans]
        rounds.append(Round(day, plans[0], slots[0], plans[1], slots[1], (moving[0][number], moving[1][number])))
    return Setting(actor, east, make_borrower(hall, actor, NOW), tuple(rounds))


def body_with(hall: Hall, actor: Actor, name: str, weekday: int, room: UUID) -> UUID:
    body_id = make_body(hall, actor, NOW, name)
    make_rule(hall, actor, NOW, body_id, Pattern(Every.WEEK, date(2026, 1, 5), weekdays=(weekday,)), room_id=room)
    return body_id


def standing(hall: Hall, actor: Actor, body_id: UUID) -> list[UUID]:
    """The sessions of a published plan, without people, in the order of weeks."""
    plan_id = new_plan(hall, actor, body_id, WEDNESDAY, WEDNESDAY + timedelta(weeks=ROUNDS))
    vacant = tuple(Vacant(slot.id, "待聘") for slot in slots_in(hall, actor, plan_id))
    run(hall, actor, publish, plan_id=plan_id, version=1, vacant=vacant)
    return [slot.id for slot in slots_in(hall, actor, plan_id)]


def new_plan(hall: Hall, actor: Actor, body_id: UUID, first: date, last: date) -> UUID:
    made: PlanMade = run(hall, actor, plan_new, body_ids=(body_id,), first=first, last=last)
    return made.plan_id


def run(hall: Hall, actor: Actor, action: Action[..., Any], **given: Any) -> Any:
    return hall.run(Request(actor, NOW, new_id()), action, **given)


def want_it(hall: Hall, racer: int, number: int, setting: Setting) -> None:
    """Publish into the part, publish into the whole (or the same plan once more), move duties onto it, or book it."""
    this = setting.rounds[number]
    if racer == 0:
        empty = (Vacant(this.slot, "待聘"),)
        run(hall, setting.actor, publish, plan_id=this.plan, version=1, vacant=empty)
    elif racer == 1:
        again = number % 3 == 0
        plan_id, slot_id = (this.plan, this.slot) if again else (this.other_plan, this.other_slot)
        run(hall, setting.actor, publish, plan_id=plan_id, version=1, vacant=(Vacant(slot_id, "待聘"),))
    elif racer == 2 and number % 4 == 3:  # now and then only: a booking is made faster than anything else here
        starts, ends = (datetime.combine(this.day, at, CHINA) for at in (NINE, ELEVEN))
        wish = {"room_id": setting.east, "borrower_id": setting.choir, "starts_at": starts, "ends_at": ends}
        run(hall, setting.actor, book, **wish)
    else:
        there = {"day": this.day, "starts": NINE, "ends": ELEVEN, "room_id": setting.east, "reason": "调整"}
        run(hall, setting.actor, move_slot, slot_id=this.moving[racer - 2], version=2, **there)


def cover_it(hall: Hall, racer: int, number: int, setting: "Covers") -> None:
    """Four managers find somebody else for the same duty."""
    duty = setting.duties[number]
    given = {"seat_id": setting.seats[racer], "reason": "因病", "override": "急"}
    run(hall, setting.actor, substitute, duty_id=duty, version=setting.version, **given)


@dataclass(frozen=True)
class Covers:
    actor: Actor
    duties: tuple[UUID, ...]
    version: int
    seats: tuple[UUID, ...]


def url_of(database: str, embedded_file: Path, request: pytest.FixtureRequest) -> str:
    if database == "embedded":
        return embedded_url(embedded_file).render_as_string(hide_password=False)
    found: str = request.getfixturevalue("postgres_url")
    return found


@pytest.mark.parametrize("database", ["embedded", "postgres"])
def test_publishing_booking_and_moving_never_take_a_half_day_twice(
    database: str, embedded_file: Path, request: pytest.FixtureRequest
) -> None:
    url = url_of(database, embedded_file, request)
    engine = make_engine(url)
    hall = Hall(engine, Vault(TEST_KEY))
    setting = set_up(hall)
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
        moved = connection.execute(text("SELECT count(*) FROM duty_change")).scalar_one()
        published = connection.execute(text("SELECT count(*) FROM duty_plan WHERE state = 'published'")).scalar_one()
        booked = connection.execute(text("SELECT count(*) FROM booking")).scalar_one()
    assert doubles == 0
    assert published - 2 == len(scores[0].won) + len(scores[1].won)
    assert moved + booked == len(scores[2].won) + len(scores[3].won)  # who lost left no change and took no number
    numbers = hall.read(counters, setting.actor.centre_id, "duty_change/")
    assert numbers == ({"duty_change/2026": moved} if moved else {})
    engine.dispose()


@pytest.mark.parametrize("database", ["embedded", "postgres"])
def test_four_managers_who_cover_the_same_duty_find_one_cover(
    database: str, embedded_file: Path, request: pytest.FixtureRequest
) -> None:
    url = url_of(database, embedded_file, request)
    engine = make_engine(url)
    hall = Hall(engine, Vault(TEST_KEY))
    centre_id = make_centre(hall, now=NOW)
    actor = make_staff(hall, centre_id, Role.MANAGER, now=NOW)
    make_calendar(hall, centre_id)
    body_id = body_with(hall, actor, "律师", 2, make_room(hall, actor, NOW, "东", days_ahead=0))
    seats = [make_seat(hall, actor, NOW, make_member(hall, actor, NOW, f"律师{at}"), body_id) for at in range(5)]
    plan_id = new_plan(hall, actor, body_id, WEDNESDAY, WEDNESDAY + timedelta(weeks=9))
    fill_plan(hall, actor, NOW, plan_id)
    done: Published = run(hall, actor, publish, plan_id=plan_id, version=2)
    duties = [sitter(slot) for slot in slots_in(hall, actor, done.plan_id)]
    busy = {duty.seat_id for duty in duties[:1]}
    others = tuple(seat for seat in seats if seat not in busy)[:4]
    setting = Covers(actor, tuple(duty.id for duty in duties), duties[0].version, others)
    scores = race(url, TEST_KEY, cover_it, setting, rounds=10)
    assert [score.errors for score in scores] == [[], [], [], []]
    winners = Counter(number for score in scores for number in score.won)
    assert winners == dict.fromkeys(range(10), 1)
    after = slots_in(hall, actor, done.plan_id)
    assert [sum(duty.covers_name != "" for duty in slot.duties) for slot in after] == [1] * 10
    assert hall.read(counters, centre_id, "duty_change/") == {"duty_change/2026": 10}
    engine.dispose()
