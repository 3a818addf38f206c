"""A plan's problem as the database has it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from time import process_time
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, insert

from db.action import Actor
from db.base import table_of
from db.calendar.published import days_of
from db.calendar.rules import Calendar
from db.duty.building import problem_of
from db.duty.kept import pack
from db.duty.members import SeatFields, end_seat, retire_member, save_seat
from db.duty.models import Duty, DutyBody, DutyMember, DutySeat, DutySlot
from db.duty.publishing import publish
from db.duty.queries import duties_ahead, seats, turns_before
from db.duty.rules import Composition
from db.duty.solve.problem import BodyLimits, Half, Need, Want
from db.duty.stands import save_pair
from db.duty.states import DutyState, PlanState
from db.duty.workdays import Workdays
from db.errors import RuleBroken
from db.ids import new_id
from db.session import Hall
from db.staff.permissions import Role
from tests.conftest import NOW
from tests.db.duty.kit import put_duty, put_plan, put_slot
from tests.factories.calendar import make_calendar
from tests.factories.centre import make_centre
from tests.factories.duty import make_body, make_crew, make_member, make_rule, make_seat, make_stand
from tests.factories.duty_plans import fill_plan, make_plan, version_of
from tests.factories.staff import make_staff

Run = Callable[..., Any]
CALENDAR = Calendar(frozenset({2025, 2026}), {row.day: row.working for year in (2025, 2026) for row in days_of(year)})
DECEMBER = (date(2026, 12, 1), date(2026, 12, 31))
NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))


@pytest.fixture
def december(hall: Hall, manager: Actor) -> tuple[UUID, tuple[UUID, ...], UUID]:
    """A body, its six seats, and a draft for December."""
    make_calendar(hall, manager.centre_id)
    body, made = make_crew(hall, manager, NOW, 6, rest=5)
    return body, made, put_plan(hall, manager, [body], *DECEMBER)


def test_slots_carry_their_day_and_the_halls_count_of_working_days(
    hall: Hall, manager: Actor, december: tuple[UUID, tuple[UUID, ...], UUID]
) -> None:
    body, made, plan = december
    needs = (Need(1, frozenset({"党代表"})), Need(2))
    later = put_slot(hall, manager, plan, body, date(2026, 12, 9), starts=time(14), needs=needs)
    first = put_slot(hall, manager, plan, body, date(2026, 12, 2))
    put_slot(hall, manager, plan, body, date(2026, 12, 16), cancelled="停电")
    found = hall.read(problem_of, manager.centre_id, plan)
    assert [(slot.id, slot.day, slot.half) for slot in found.slots] == [
        (first, date(2026, 12, 2), Half.MORNING), (later, date(2026, 12, 9), Half.AFTERNOON),
    ]  # fmt: skip
    assert (found.slots[1].needs, found.slots[1].workday - found.slots[0].workday) == (needs, 5)
    assert found.bodies == (BodyLimits(body, "“两代表一委员”工作室", 5),)
    assert {seat.id for seat in found.seats} == set(made)
    assert sorted(found.names.values()) == [f"两代表0{at}号" for at in range(1, 7)]


def test_a_plan_of_another_centre_is_not_found(hall: Hall, manager: Actor) -> None:
    with pytest.raises(RuleBroken, match="没有找到这份轮值表"):
        hall.read(problem_of, manager.centre_id, new_id())


def test_what_a_seat_brings_is_its_history_its_credit_and_what_counts_before_the_plan(
    hall: Hall, run: Run, manager: Actor, december: tuple[UUID, tuple[UUID, ...], UUID]
) -> None:
    body, made, plan = december
    rows = {row.id: row for row in hall.read(seats, manager.centre_id)}
    fields = SeatFields("党代表", history=3, credit=2, first=date(2026, 1, 1), last=date(2027, 6, 30))
    run(manager, save_seat, member_id=rows[made[0]].member_id, body_id=body, seat_id=made[0], version=1, fields=fields)
    past = put_plan(hall, manager, [body], *NOVEMBER, PlanState.PUBLISHED)
    for at, state in enumerate((DutyState.LEFT, DutyState.COVERING, DutyState.ON_LEAVE)):
        put_duty(hall, manager, put_slot(hall, manager, past, body, date(2026, 11, 4 + at)), made[0], state)
    put_duty(hall, manager, put_slot(hall, manager, plan, body, date(2026, 12, 2)), made[0])
    seat = next(each for each in hall.read(problem_of, manager.centre_id, plan).seats if each.id == made[0])
    assert (seat.before, seat.kind, seat.first, seat.last) == (7, "党代表", date(2026, 1, 1), date(2027, 6, 30))


def test_who_is_gone_is_left_out_unless_they_sit_in_the_plan(
    hall: Hall, run: Run, manager: Actor, december: tuple[UUID, tuple[UUID, ...], UUID]
) -> None:
    body, made, plan = december
    rows = {row.id: row for row in hall.read(seats, manager.centre_id)}
    put_duty(hall, manager, put_slot(hall, manager, plan, body, date(2026, 12, 2)), made[2])
    run(manager, end_seat, seat_id=made[0], version=1, last=date(2026, 10, 31))
    run(manager, retire_member, member_id=rows[made[1]].member_id, version=1)
    run(manager, retire_member, member_id=rows[made[2]].member_id, version=1)
    found = {seat.id: seat for seat in hall.read(problem_of, manager.centre_id, plan).seats}
    assert found.keys() == set(made) - {made[0], made[1]}
    assert found[made[2]].last == date(2026, 11, 30)  # nothing of the draft may be given to them
    assert found[made[3]].last is None


def test_who_retires_keeps_what_was_and_loses_what_is_to_come(
    hall: Hall, run: Run, manager: Actor, december: tuple[UUID, tuple[UUID, ...], UUID]
) -> None:
    body, made, _ = december
    plan = put_plan(hall, manager, [body], *NOVEMBER, PlanState.PUBLISHED)
    for day in (11, 17, 18, 25):
        slot = put_slot(hall, manager, plan, body, date(2026, 11, day))
        put_duty(hall, manager, slot, made[0], DutyState.PUBLISHED)
    person = next(row for row in hall.read(seats, manager.centre_id) if row.id == made[0]).member_id
    run(manager, retire_member, member_id=person, version=1)
    ahead = [
        hall.read(duties_ahead, manager.centre_id, person, date(2026, 11, 17), *of) for of in ((), (body,), (plan,))
    ]
    assert ahead == [2, 2, 0]
    found = hall.read(problem_of, manager.centre_id, plan, NOW)
    assert next(seat for seat in found.seats if seat.id == made[0]).last == date(2026, 11, 16)
    assert len(found.fixed) == 2  # on the 17th it is half past nine


def test_duties_of_other_bodies_stand_in_the_way_and_bring_their_bodys_rest(
    hall: Hall, manager: Actor, december: tuple[UUID, tuple[UUID, ...], UUID]
) -> None:
    body, made, plan = december
    put_slot(hall, manager, plan, body, date(2026, 12, 2))
    lawyers, unused = make_body(hall, manager, NOW, "律师", rest=8), make_body(hall, manager, NOW, "法官")
    person = next(row for row in hall.read(seats, manager.centre_id) if row.id == made[0]).member_id
    second = make_seat(hall, manager, NOW, person, lawyers, kind="律师")
    stranger = make_seat(hall, manager, NOW, make_member(hall, manager, NOW, "外人"), lawyers)
    other = put_plan(hall, manager, [lawyers], *NOVEMBER, PlanState.PUBLISHED)
    slot = put_slot(hall, manager, other, lawyers, date(2026, 11, 27))
    put_duty(hall, manager, slot, second, DutyState.PUBLISHED)
    put_duty(hall, manager, slot, stranger, DutyState.PUBLISHED)
    draft = put_plan(hall, manager, [lawyers], *DECEMBER)
    put_duty(hall, manager, put_slot(hall, manager, draft, lawyers, date(2026, 12, 3)), second)
    found = hall.read(problem_of, manager.centre_id, plan)
    assert [(each.seat_id, each.day) for each in found.done] == [(second, date(2026, 11, 27))]
    assert found.slots[0].workday - found.done[0].workday == 3
    assert second in {seat.id for seat in found.seats}
    assert stranger not in {seat.id for seat in found.seats}
    assert {each.name for each in found.bodies} == {"“两代表一委员”工作室", "律师"}
    assert unused not in {each.body_id for each in found.bodies}


def test_the_duties_of_the_whole_year_are_seen_where_a_least_is_asked(
    hall: Hall, manager: Actor, december: tuple[UUID, tuple[UUID, ...], UUID]
) -> None:
    judges = make_body(hall, manager, NOW, "法官", least_a_year=2)
    seat = make_seat(hall, manager, NOW, make_member(hall, manager, NOW, "法官甲"), judges)
    early = put_plan(hall, manager, [judges], date(2026, 1, 1), date(2026, 1, 31), PlanState.ARCHIVED)
    put_duty(hall, manager, put_slot(hall, manager, early, judges, date(2026, 1, 7)), seat, DutyState.LEFT)
    plan = put_plan(hall, manager, [judges], *DECEMBER)
    put_slot(hall, manager, plan, judges, date(2026, 12, 2))
    assert [each.day for each in hall.read(problem_of, manager.centre_id, plan).done] == [date(2026, 1, 7)]


def test_an_undated_history_counts_for_the_least_of_the_year_in_which_a_body_begins_here(
    hall: Hall, manager: Actor, december: tuple[UUID, tuple[UUID, ...], UUID]
) -> None:
    judges = make_body(hall, manager, NOW, "法官", least_a_year=2)
    old, new = (
        make_seat(hall, manager, NOW, make_member(hall, manager, NOW, name), judges, history=history)
        for name, history in (("甲", 5), ("乙", 1))
    )
    plan = put_plan(hall, manager, [judges], *DECEMBER)
    put_slot(hall, manager, plan, judges, date(2026, 12, 2))
    found = hall.read(problem_of, manager.centre_id, plan)
    assert [(each.seat_id, each.day) for each in found.done] == [(old, date(2026, 1, 1))] * 2 + [
        (new, date(2026, 1, 1))
    ]
    assert found.slots[0].workday - found.done[0].workday > 200
    earlier = put_plan(hall, manager, [judges], date(2025, 5, 1), date(2025, 5, 31), PlanState.ARCHIVED)
    put_slot(hall, manager, earlier, judges, date(2025, 5, 7))
    assert hall.read(problem_of, manager.centre_id, plan).done == ()  # since 2025 the days are known


def test_leave_and_wishes_that_touch_the_months_of_the_plan_are_told(
    hall: Hall, manager: Actor, december: tuple[UUID, tuple[UUID, ...], UUID]
) -> None:
    body, made, plan = december
    put_slot(hall, manager, plan, body, date(2026, 12, 9))
    person = next(row for row in hall.read(seats, manager.centre_id) if row.id == made[0]).member_id
    make_stand(hall, manager, NOW, person, why="出差")
    make_stand(hall, manager, NOW, person, first=None, last=None, weekday=1, half=Half.MORNING, want=Want.AVOID)
    make_stand(hall, manager, NOW, person, first=date(2026, 11, 2), last=date(2026, 11, 30))
    make_stand(hall, manager, NOW, person, first=date(2027, 1, 1), last=date(2027, 1, 31))
    make_stand(hall, manager, NOW, make_member(hall, manager, NOW, "外人"))
    found = hall.read(problem_of, manager.centre_id, plan).stands
    assert [(each.person_id, each.want, each.why, each.time.weekday, each.time.half) for each in found] == [
        (person, Want.CANNOT, "出差", None, None), (person, Want.AVOID, "", 1, Half.MORNING),
    ]  # fmt: skip


def test_pairs_of_the_plans_bodies_are_told(
    hall: Hall, run: Run, manager: Actor, december: tuple[UUID, tuple[UUID, ...], UUID]
) -> None:
    body, made, plan = december
    people = [row.member_id for row in hall.read(seats, manager.centre_id) if row.id in made[:2]]
    run(manager, save_pair, body_id=body, one_id=people[0], other_id=people[1], together=False)
    pair = hall.read(problem_of, manager.centre_id, plan).pairs[0]
    assert ({pair.one, pair.other}, pair.body_id, pair.together) == (set(people), body, False)


def test_locked_duties_are_fixed_and_in_a_published_plan_those_that_have_begun(
    hall: Hall, manager: Actor, december: tuple[UUID, tuple[UUID, ...], UUID]
) -> None:
    body, made, draft = december
    slots = [put_slot(hall, manager, draft, body, date(2026, 12, 2 + at)) for at in range(2)]
    put_duty(hall, manager, slots[0], made[0], locked=True)
    put_duty(hall, manager, slots[1], made[1])
    found = hall.read(problem_of, manager.centre_id, draft, NOW + timedelta(days=300))
    assert [(each.slot_id, each.seat_id) for each in found.fixed] == [(slots[0], made[0])]
    running = put_plan(hall, manager, [body], *NOVEMBER, PlanState.PUBLISHED)
    days = [put_slot(hall, manager, running, body, date(2026, 11, 16 + at)) for at in range(5)]
    put_duty(hall, manager, days[0], made[0], DutyState.LEFT)
    put_duty(hall, manager, days[1], made[1], DutyState.PUBLISHED)
    put_duty(hall, manager, days[2], made[2], DutyState.PUBLISHED)
    put_duty(hall, manager, days[3], made[3], DutyState.ON_LEAVE, locked=True)
    put_duty(hall, manager, days[4], made[4], DutyState.SWAPPED, locked=True)

    def fixed(now: datetime | None) -> list[tuple[UUID, str]]:
        return [(each.slot_id, each.why) for each in hall.read(problem_of, manager.centre_id, running, now).fixed]

    before_nine, at_nine = datetime(2026, 11, 17, 0, 59, tzinfo=UTC), datetime(2026, 11, 17, 1, 0, tzinfo=UTC)
    assert fixed(None) == [(days[0], "已到岗"), (days[4], "已锁定")]
    assert fixed(before_nine) == fixed(None)
    assert fixed(at_nine) == [(days[0], "已到岗"), (days[1], "这一班已过"), (days[4], "已锁定")]


def test_two_of_one_name_are_told_apart(hall: Hall, manager: Actor) -> None:
    body = make_body(hall, manager, NOW)
    for post in ("区教育局", "榕荫社区", ""):
        make_seat(hall, manager, NOW, make_member(hall, manager, NOW, "林敏", unit_post=post), body)
    plan = put_plan(hall, manager, [body], *DECEMBER)
    names = hall.read(problem_of, manager.centre_id, plan).names.values()
    assert sorted(names) == ["林敏", "林敏（区教育局）", "林敏（榕荫社区）"]


def test_whose_turn_it_was_is_read_from_the_sessions_that_took_place(hall: Hall, manager: Actor) -> None:
    body = make_body(hall, manager, NOW)
    rule = make_rule(hall, manager, NOW, body)
    plan = put_plan(hall, manager, [body], *NOVEMBER, PlanState.PUBLISHED)
    for day, kind, cancelled in ((25, "党代表", ""), (4, "党代表", ""), (11, "人大代表", ""), (18, "政协委员", "停电")):
        needs = (Need(1, frozenset({kind})),)
        put_slot(hall, manager, plan, body, date(2026, 11, day), needs=needs, rule_id=rule, cancelled=cancelled)
    found = hall.read(turns_before, manager.centre_id, [body], date(2026, 12, 1))
    assert found == {rule: ("党代表", "人大代表", "党代表")}
    assert hall.read(turns_before, manager.centre_id, [body], date(2026, 11, 11)) == {rule: ("党代表",)}


@given(st.dates(date(2025, 1, 1), date(2026, 12, 30)), st.integers(0, 60))
def test_working_days_are_counted_as_by_hand(day: date, further: int) -> None:
    counted, last = Workdays(CALENDAR), min(day + timedelta(days=further), date(2026, 12, 31))
    by_hand = sum(bool(CALENDAR.works(day + timedelta(days=at + 1))) for at in range((last - day).days))
    assert counted.of(last) - counted.of(day) == by_hand


def test_where_a_year_is_not_published_monday_to_friday_are_counted() -> None:
    counted = Workdays(CALENDAR)
    assert counted.of(date(2027, 1, 8)) - counted.of(date(2026, 12, 31)) == 6
    unpublished = Workdays(Calendar(frozenset(), {date(2027, 1, 1): False}))
    assert unpublished.of(date(2027, 1, 1)) - unpublished.of(date(2026, 12, 31)) == 1


def _big_year(hall: Hall, manager: Actor) -> UUID:
    """A year of six bodies, 25 people each, sitting each working half day; a year before it is published and filled."""
    make_calendar(hall, manager.centre_id)
    centre, rows = manager.centre_id, {model: [] for model in (DutyBody, DutyMember, DutySeat, DutySlot, Duty)}  # type: ignore[var-annotated]
    bodies_ = [new_id() for _ in range(6)]
    days = [date(2025, 1, 1) + timedelta(days=at) for at in range(730)]
    plans = [
        put_plan(hall, manager, bodies_, date(year, 1, 1), date(year, 12, 31), state)
        for year, state in ((2025, PlanState.PUBLISHED), (2026, PlanState.DRAFT))
    ]
    for at, body in enumerate(bodies_):
        rows[DutyBody].append({"id": body, "centre_id": centre, "name": f"单位{at}", "rest": 5, "least_a_year": 2})
        crew = [new_id() for _ in range(25)]
        for each in crew:
            member = {"id": each, "centre_id": centre, "name": str(each)[-4:], "created_at": NOW}
            rows[DutyMember].append(member)
            rows[DutySeat].append({"id": each, "centre_id": centre, "body_id": body, "member_id": each})
        working = [day for day in days if CALENDAR.works(day)]
        for number, day in enumerate(working):
            for starts in (time(9), time(14)):
                slot = {
                    "id": new_id(), "centre_id": centre, "plan_id": plans[day.year - 2025], "body_id": body,
                    "planned": day, "day": day, "starts": starts, "ends": time(starts.hour + 2), "needs": pack((Need(),)),
                }  # fmt: skip
                rows[DutySlot].append(slot)
                if day.year == 2025:
                    sits = {"slot_id": slot["id"], "seat_id": crew[number % 25], "state": DutyState.PUBLISHED.value}
                    rows[Duty].append({"id": new_id(), "centre_id": centre, **sits})
    with hall.transaction() as session:
        for model, values in rows.items():
            session.execute(insert(table_of(model)), values)
    return plans[1]


def test_a_year_of_six_bodies_is_built_in_under_a_second_and_a_dozen_statements(
    embedded_hall: Hall,
) -> None:
    manager = make_staff(embedded_hall, make_centre(embedded_hall, now=NOW), Role.MANAGER, now=NOW)
    plan = _big_year(embedded_hall, manager)
    embedded_hall.read(problem_of, manager.centre_id, plan)
    statements: list[str] = []
    event.listen(embedded_hall._reader, "before_cursor_execute", lambda *told: statements.append(told[2]))
    began = process_time()
    found = embedded_hall.read(problem_of, manager.centre_id, plan)
    took = process_time() - began
    assert (len(found.slots), len(found.seats)) == (248 * 2 * 6, 150)
    assert len(statements) <= 14
    assert took < 1  # 0.2 s of processor time


def test_a_joiner_in_the_middle_of_a_plan_does_not_catch_up_in_the_next(hall: Hall, run: Run, manager: Actor) -> None:
    make_calendar(hall, manager.centre_id)
    body, made = make_crew(hall, manager, NOW, 2, kinds=(), composition=Composition())
    joiner = make_seat(hall, manager, NOW, make_member(hall, manager, NOW, "新来的"), body, first=date(2026, 12, 14))
    plan = make_plan(hall, manager, NOW, (body,), date(2026, 11, 18), date(2026, 12, 15))
    before = {seat.id: seat.before for seat in hall.read(problem_of, manager.centre_id, plan).seats}
    fill_plan(hall, manager, NOW, plan)
    run(manager, publish, plan_id=plan, version=version_of(hall, manager, plan))
    rows = {row.id: row for row in hall.read(seats, manager.centre_id)}
    assert [rows[seat].credit for seat in (*made, joiner)] == [0, 0, 2]  # four Wednesdays shared by two
    after = hall.read(problem_of, manager.centre_id, plan)
    assert {seat.id: seat.before for seat in after.seats} == before
    following = put_plan(hall, manager, [body], date(2026, 12, 16), date(2026, 12, 31))
    brought = [seat.before for seat in hall.read(problem_of, manager.centre_id, following).seats]
    assert sorted(brought) == [2, 2, 2]
