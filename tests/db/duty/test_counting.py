"""Counts beside shares, and the yearly records: who covers counts, who was covered does not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from fractions import Fraction
from functools import partial
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from db.action import Actor
from db.duty.attendance import absent, arrive, depart
from db.duty.changing import leave, substitute
from db.duty.counting import counts, records, shares
from db.duty.queries import seats
from db.duty.reception import receive
from db.duty.rows import CountRow, RecordRow
from db.duty.rules import Composition
from db.duty.solve.problem import BodyLimits, Need, Problem, Seat, Slot
from db.ids import new_id
from db.session import Hall
from tests.conftest import NOW
from tests.factories.duty import make_crew, make_member, make_seat
from tests.factories.duty_plans import (
    RECEPTION,
    fill_plan,
    make_plan,
    make_published,
    make_today,
    sitter,
    slots_in,
)
from tests.factories.stage import set_stage

Run = Callable[..., Any]
BODY = new_id()


def by_name(rows: tuple[CountRow, ...] | tuple[RecordRow, ...]) -> dict[str, Any]:
    return {row.member_name: row for row in rows}


def test_history_term_and_share_stand_beside_each_other(hall: Hall, manager: Actor) -> None:
    body, _ = make_crew(hall, manager, NOW, 2, name="公益律师", kinds=(), composition=Composition())
    old = make_seat(hall, manager, NOW, make_member(hall, manager, NOW, "老律师"), body, history=4)
    plan_id = make_plan(hall, manager, NOW, (body,))
    fill_plan(hall, manager, NOW, plan_id)
    rows = by_name(hall.read(counts, manager.centre_id, plan_id))
    assert rows["老律师"].seat_id == old
    assert (rows["老律师"].history, rows["老律师"].share) == (4, 4.0)  # the six places go to the two who have none
    assert [row.share for name, row in rows.items() if name != "老律师"] == [3.0, 3.0]
    assert sum(row.term for row in rows.values()) == 6


def test_who_covers_counts_and_who_is_covered_does_not(hall: Hall, run: Run, manager: Actor) -> None:
    body, members = make_crew(hall, manager, NOW)
    plan_id = make_published(hall, manager, NOW, (body,))
    before = {row.seat_id: row.term for row in hall.read(counts, manager.centre_id, plan_id)}
    assert set(before.values()) == {1}
    duty = sitter(slots_in(hall, manager, plan_id)[0])
    other = sitter(slots_in(hall, manager, plan_id)[3]).seat_id
    run(manager, substitute, duty_id=duty.id, version=duty.version, seat_id=other, reason="病")
    after = {row.seat_id: row for row in hall.read(counts, manager.centre_id, plan_id)}
    assert (after[duty.seat_id].term, after[other].term, after[other].covering) == (0, 2, 1)
    assert sum(row.term for row in after.values()) == len(members)


def test_a_later_plan_counts_what_the_earlier_gave(hall: Hall, manager: Actor) -> None:
    body, _ = make_crew(hall, manager, NOW)
    make_published(hall, manager, NOW, (body,), first=date(2026, 11, 25), last=date(2026, 12, 9))
    later = make_plan(hall, manager, NOW, (body,), date(2026, 12, 10), date(2026, 12, 31))
    rows = hall.read(counts, manager.centre_id, later)
    assert sorted(row.history for row in rows) == [0, 0, 0, 1, 1, 1]
    assert {row.share for row in rows} == {1.0}


def statements(hall: Hall, query: Callable[[], Any]) -> int:
    """How many statements a query asks (prepared ones are not seen, and the counts use none)."""
    asked: list[str] = []

    def heard(*given: Any) -> None:
        asked.append(given[2])

    event.listen(hall.bind, "before_cursor_execute", heard)
    query()
    event.remove(hall.bind, "before_cursor_execute", heard)
    return len(asked)


def test_counts_take_the_same_few_statements_however_long_the_plan_is(embedded_hall: Hall) -> None:
    stage = set_stage(embedded_hall, NOW)
    body, _ = make_crew(embedded_hall, stage.actor, NOW)
    short = make_published(embedded_hall, stage.actor, NOW, (body,), first=date(2026, 11, 25), last=date(2026, 11, 25))
    long = make_published(embedded_hall, stage.actor, NOW, (body,), first=date(2026, 11, 26), last=date(2026, 12, 31))
    few, more = (
        statements(embedded_hall, partial(embedded_hall.read, counts, stage.centre_id, plan_id))
        for plan_id in (short, long)
    )
    assert few == more <= 16


def problem(before: list[int], places: int, kinds: list[str] | None = None, need: Need | None = None) -> Problem:
    """One body, a place on each of so many days."""
    names = kinds or [""] * len(before)
    return Problem(
        slots=tuple(
            Slot(new_id(), BODY, date(2026, 1, 1 + at), time(9), time(11), at, (need or Need(),))
            for at in range(places)
        ),
        seats=tuple(Seat(new_id(), BODY, new_id(), kind, count) for kind, count in zip(names, before, strict=True)),
        bodies=(BodyLimits(BODY, "律师"),),
    )


@given(st.lists(st.integers(0, 9), min_size=1, max_size=8), st.integers(0, 25))
def test_shares_add_up_and_lift_only_the_low(before: list[int], places: int) -> None:
    given_problem = problem(before, places)
    found = [shares(given_problem)[seat.id] for seat in given_problem.seats]
    assert sum(found) == sum(before) + places
    lifted = {share for share, count in zip(found, before, strict=True) if share > count}
    assert len(lifted) <= 1  # everybody who is given anything comes to the same height
    height = max(lifted, default=Fraction(0))
    assert all(
        share == count >= height for share, count in zip(found, before, strict=True) if share == count and lifted
    )


def test_kinds_that_are_asked_for_apart_have_shares_apart() -> None:
    asked = problem([0, 0, 0, 0], 6, ["党", "党", "人大", "人大"], Need(1, frozenset({"党"})))
    assert [shares(asked)[seat.id] for seat in asked.seats] == [3, 3, 0, 0]


def test_the_year_tells_duties_hours_and_people_received(hall: Hall, run: Run, manager: Actor) -> None:
    plan_id = make_today(hall, manager, NOW)
    slot = slots_in(hall, manager, plan_id)[0]
    duty = sitter(slot)
    come, go = datetime(2026, 11, 17, 1, 0, tzinfo=UTC), datetime(2026, 11, 17, 3, 30, tzinfo=UTC)
    signed = run(manager, arrive, duty_id=duty.id, version=duty.version, at=come)
    run(manager, depart, duty_id=duty.id, version=signed.version, received=2, at=go)
    here = replace(RECEPTION, slot_id=slot.id, receiver_id=duty.member_id, people=3)
    run(manager, receive, fields=here)
    run(manager, receive, fields=replace(RECEPTION, receiver_id=duty.member_id))  # received outside of any session
    rows = by_name(hall.read(records, manager.centre_id, 2026))
    row = rows["律师01"]
    assert (row.planned, row.done, row.covered, row.absent, row.hours, row.received) == (1, 1, 0, 0, 2.5, 6)
    assert (rows["律师02"].planned, rows["律师02"].done) == (1, 0)
    assert hall.read(records, manager.centre_id, 2025) == ()


def test_who_was_absent_and_who_covered_are_told_apart(hall: Hall, run: Run, manager: Actor) -> None:
    plan_id = make_today(hall, manager, NOW)
    duty, other = (sitter(slot) for slot in slots_in(hall, manager, plan_id))
    away = run(manager, absent, duty_id=duty.id, version=duty.version, reason="联系不上")
    run(manager, substitute, duty_id=duty.id, version=away.version, seat_id=other.seat_id, reason="缺席补位")
    cover = sitter(slots_in(hall, manager, plan_id)[0])
    run(manager, arrive, duty_id=cover.id, version=cover.version)
    rows = by_name(hall.read(records, manager.centre_id, 2026))
    assert (rows["律师01"].planned, rows["律师01"].absent, rows["律师01"].done) == (1, 1, 0)
    assert (rows["律师02"].planned, rows["律师02"].done, rows["律师02"].covered) == (1, 1, 1)
    assert rows["律师02"].hours == 1.5  # from 9:30 to the end: nobody signed out


def test_leave_is_planned_and_not_done(hall: Hall, run: Run, manager: Actor) -> None:
    plan_id = make_today(hall, manager, NOW)
    member = sitter(slots_in(hall, manager, plan_id)[1]).member_id
    run(manager, leave, member_id=member, first=date(2026, 11, 24), last=date(2026, 11, 24), why="出差")
    row = by_name(hall.read(records, manager.centre_id, 2026))["律师02"]
    assert (row.planned, row.done, row.absent) == (1, 0, 0)


def test_drafts_are_no_record(hall: Hall, manager: Actor) -> None:
    body, _ = make_crew(hall, manager, NOW)
    fill_plan(hall, manager, NOW, make_plan(hall, manager, NOW, (body,)))
    assert hall.read(records, manager.centre_id, 2026) == ()
    assert len(hall.read(seats, manager.centre_id)) == 6
