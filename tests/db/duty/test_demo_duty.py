"""The duties of the demo hall are true: made by the rules, and something is going on at the moment the demo plays."""

from datetime import date

import pytest

from db.calendar.queries import calendar_of
from db.demo import DEMO_NOW, FIRST_DAY
from db.demo_duty import DutyPlay
from db.demo_rooms import build_rooms
from db.duty.board import today
from db.duty.building import problem_of
from db.duty.changes import changes
from db.duty.clashes import publish_check
from db.duty.plan_queries import plan_slots, plans, sittings_of
from db.duty.queries import bodies, members
from db.duty.reception_queries import ReceptionFilter, receptions
from db.duty.solve.checker import check
from db.duty.solve.greedy import greedy
from db.duty.solve.outcome import Planned, Settings
from db.duty.solve.problem import Plan
from db.duty.states import DutyState, PlanState
from db.session import Hall
from db.staff.permissions import Role
from tests.factories.calendar import make_calendar
from tests.factories.centre import make_centre
from tests.factories.staff import make_staff


@pytest.fixture
def play(embedded_hall: Hall) -> DutyPlay:
    """October is over: November hangs on the wall."""
    centre_id = make_centre(embedded_hall, now=FIRST_DAY)
    make_calendar(embedded_hall, centre_id)
    manager = make_staff(embedded_hall, centre_id, Role.MANAGER, Role.CLERK, now=FIRST_DAY)
    clerk = make_staff(embedded_hall, centre_id, Role.CLERK, now=FIRST_DAY)
    made = DutyPlay(embedded_hall, manager, clerk, build_rooms(embedded_hall, manager, FIRST_DAY))
    made.prepare(FIRST_DAY)
    return made


def test_november_obeys_every_rule_by_the_independent_checker(play: DutyPlay) -> None:
    hall, centre_id = play.hall, play.manager.centre_id
    assert play.november is not None
    (row,) = hall.read(plans, centre_id)
    assert (row.state, row.filled, row.proof is not None) == (PlanState.PUBLISHED, row.places, True)
    assert row.proof is not None
    sittings = tuple(sorted(sittings_of(hall.read(plan_slots, centre_id, play.november))))
    problem = hall.read(problem_of, centre_id, play.november)
    assert check(problem, Plan(sittings, row.proof)) == ()
    calendar = hall.read(calendar_of, centre_id)
    assert all(calendar.works(slot.day) for slot in problem.slots)


def test_five_bodies_or_more_with_about_forty_people_none_with_a_phone_in_clear(play: DutyPlay) -> None:
    found = play.hall.read(members, play.manager.centre_id)
    assert (len(play.hall.read(bodies, play.manager.centre_id)), len(found)) == (6, 38)
    assert [len(row.seats) for row in found].count(2) == 1
    assert all("****" in row.phone_masked for row in found)


def test_at_the_moment_of_the_demo_somebody_sits_one_is_covered_and_december_waits(play: DutyPlay) -> None:
    hall, centre_id = play.hall, play.manager.centre_id
    play.until(DEMO_NOW)
    play.today(DEMO_NOW)
    on_duty = [duty for slot in hall.read(today, centre_id, date(2026, 11, 17)) for duty in slot.duties]
    states = [duty.state for duty in on_duty]
    assert (states.count(DutyState.ARRIVED), states.count(DutyState.ON_LEAVE)) == (3, 1)
    assert DutyState.PUBLISHED in states  # one comes in the afternoon
    assert [duty.covers_name for duty in on_duty if duty.covers_name] == [
        duty.member_name for duty in on_duty if duty.state is DutyState.ON_LEAVE
    ]
    assert play.november is not None
    past = [
        duty.state
        for slot in hall.read(plan_slots, centre_id, play.november)
        if slot.day < date(2026, 11, 17)
        for duty in slot.duties
    ]
    assert set(past) == {DutyState.LEFT, DutyState.ABSENT}
    assert len(hall.read(changes, centre_id)) == 2
    assert len(hall.read(receptions, centre_id, ReceptionFilter()).rows) == 6
    december = next(row for row in hall.read(plans, centre_id) if row.state is PlanState.DRAFT)
    waiting = hall.read(publish_check, centre_id, december.id, DEMO_NOW)
    assert (december.filled, len(waiting.clashes)) == (1, 1)
    assert waiting.clashes[0].offers
    problem = hall.read(problem_of, centre_id, december.id)
    outcome = greedy(problem, Settings())
    assert isinstance(outcome, Planned)
    assert check(problem, outcome.plan) == ()
