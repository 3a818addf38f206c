"""Gaps and doubles in the numbers of tickets and cases are found and named."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, text, update

from db.cases import check as case_check
from db.cases.models import Case
from db.numbers.models import NumberSeries
from db.numbers.rules import series_faults
from db.session import Hall
from db.tickets import check as ticket_check
from db.tickets.actions import take_ticket
from db.tickets.models import Ticket
from tests.factories.cases import EXAMPLES
from tests.factories.stage import Stage, set_stage


@given(st.integers(0, 50))
def test_a_whole_series_has_no_faults(last: int) -> None:
    assert series_faults("A", range(1, last + 1), last) == []


@given(st.sets(st.integers(1, 30), min_size=1), st.integers(1, 30))
def test_a_gap_is_found_wherever_it_is(numbers: set[int], counted: int) -> None:
    whole = numbers == set(range(1, max(numbers) + 1)) and counted == max(numbers)
    assert bool(series_faults("A", numbers, counted)) != whole


def test_faults_are_named() -> None:
    assert series_faults("A 号票", [1, 2, 2, 5, 9], 10) == [
        "A 号票有 1 个重号：2。",
        "A 号票缺 5 个号：3–4、6–8。",
        "A 号票的计数器是 10，最后一个号却是 9。",
    ]
    assert series_faults("A", [2, 4, 6, 8, 10, 12], 12)[0] == "A缺 6 个号：1、3、5、7、9 等。"


@pytest.fixture
def stage(embedded_hall: Hall, now: datetime) -> Stage:
    return set_stage(embedded_hall, now)


def test_tickets_of_a_day_are_whole_until_one_is_removed(stage: Stage) -> None:
    for _ in range(4):
        stage.run(take_ticket)
    assert stage.read(ticket_check.problems, stage.centre_id) == []
    with stage.hall.transaction() as session:
        session.execute(text("PRAGMA defer_foreign_keys=ON"))
        for table in ("ticket_change", "ticket_period"):
            if session.execute(text("SELECT 1 FROM sqlite_master WHERE name = :name"), {"name": table}).first():
                session.execute(text(f"DELETE FROM {table}"))
        session.execute(delete(Ticket).where(Ticket.seq.in_((2, 4))))
    assert stage.read(ticket_check.problems, stage.centre_id) == [
        "2026-11-17 A 号票缺 1 个号：2。",
        "2026-11-17 A 号票的计数器是 4，最后一个号却是 3。",
    ]


def test_a_counter_without_tickets_is_found(stage: Stage) -> None:
    with stage.hall.transaction() as session:
        session.add(NumberSeries(centre_id=stage.centre_id, series="ticket/2026-11-16/B", last=7))
    assert stage.read(ticket_check.problems, stage.centre_id) == [
        "计数器 ticket/2026-11-16/B 已到 7，却没有这一组号票。"
    ]


def test_case_numbers_are_whole_until_one_is_changed(stage: Stage) -> None:
    EXAMPLES["case.withdraw"](stage)  # any example that leaves a case behind
    assert stage.read(case_check.problems, stage.centre_id) == []
    with stage.hall.transaction() as session:
        session.execute(update(Case).values(business_date=date(2026, 11, 16)))
    assert "JM01-20261117-0001" in stage.read(case_check.problems, stage.centre_id)[0]
    with stage.hall.transaction() as session:
        session.execute(update(Case).values(number="JM01-20261117-0001-?"))
    assert "JM01-20261117-0001-?" in stage.read(case_check.problems, stage.centre_id)[0]
