"""The table, quick find, detail and deadlines, on both databases."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text, update

from db.cases import actions as cases
from db.cases import queries as q
from db.cases.actions import MaterialMark, Moved
from db.cases.check import problems
from db.cases.models import Case
from db.cases.status import Lamp, Status, Verb
from db.engine import make_engine
from db.session import Hall
from db.staff.permissions import Role
from db.vault import Vault
from tests.conftest import EMBEDDED, NOW, TEST_KEY, copied_database
from tests.factories.cases import MISSING, OK, TOLERATED, Counter, another_person, make_counter_for_cases, marks
from tests.factories.centre import make_centre, make_counter
from tests.factories.people import made_up_id
from tests.factories.staff import make_staff

TODAY = date(2026, 11, 17)


@dataclass(frozen=True)
class Filled:
    """A hall with many cases, made once for the module: a file to copy, or a transaction to go back in."""

    counter: Counter
    many: list[Moved]
    file: Path | None = None
    connection: Connection | None = None


def fill(hall: Hall) -> tuple[Counter, list[Moved]]:
    """Thirty cases of the last month in several states, several of the same second."""
    centre_id = make_centre(hall, now=NOW)
    actor = make_staff(hall, centre_id, Role.CLERK, Role.MANAGER, now=NOW, counter_id=make_counter(hall, centre_id))
    counter = make_counter_for_cases(hall, actor, NOW)
    other = another_person(counter, "林𬱖", "035")
    made = []
    for number in range(30):
        counter.now = NOW - timedelta(days=30 - number // 3 * 3)
        person = other if number % 4 == 0 else counter.person_id
        moved = counter.do(cases.accept, intake=counter.intake(person_id=person))
        if number % 5 == 0:
            moved = counter.move(moved, cases.finish, outcome="granted")
        elif number % 7 == 0:
            moved = counter.move(moved, cases.pause, kind="听证", reason="申请听证")
        made.append(moved)
    counter.now = NOW
    return counter, made


@pytest.fixture(scope="module", params=["embedded", "postgres"])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """Thirty cases take a second to make and no time to find: they are made once."""
    if request.param == "embedded":
        template = request.getfixturevalue("embedded_template")
        file = Path(shutil.copy(template, tmp_path_factory.mktemp("filled") / "hall.sqlite"))
        made = fill(Hall(EMBEDDED.at(file), Vault(TEST_KEY)))
        EMBEDDED.leave()
        yield Filled(*made, file=file)
        return
    with copied_database(request.getfixturevalue("postgres_server")) as url:
        engine = make_engine(url)
        with engine.connect() as connection, connection.begin():
            yield Filled(*fill(Hall(connection, Vault(TEST_KEY))), connection=connection)
        engine.dispose()


@pytest.fixture
def busy(filled: Filled, tmp_path: Path) -> Iterator[Counter]:
    """The counter of the filled hall; what the test changes is gone after it."""
    if filled.file is not None:
        copy = Path(shutil.copy(filled.file, tmp_path / "hall.sqlite"))
        yield replace(filled.counter, hall=Hall(EMBEDDED.at(copy), Vault(TEST_KEY)))
        EMBEDDED.leave()
        return
    assert filled.connection is not None
    with filled.connection.begin_nested() as point:
        yield replace(filled.counter)
        point.rollback()


@pytest.fixture
def many(filled: Filled) -> list[Moved]:
    """Its cases, oldest first."""
    return list(filled.many)


def listing(sort: q.Sort = q.Sort.NEWEST, **chosen: Any) -> q.Listing:
    return q.Listing(q.CaseFilter(**chosen), sort, TODAY)


def all_pages(counter: Counter, which: q.Listing, size: int) -> Iterator[q.CaseRow]:
    after = None
    while rows := counter.hall.read(q.page, counter.actor.centre_id, which, after, limit=size):
        yield from rows
        after = which.cursor(rows[-1])


@pytest.mark.parametrize("sort", list(q.Sort))
def test_pages_put_together_are_the_whole_list_in_order_from_either_end(
    busy: Counter, many: list[Moved], sort: q.Sort
) -> None:
    hall, centre = busy.hall, busy.actor.centre_id
    which = listing(sort)
    whole = hall.read(q.page, centre, which, limit=500)
    assert len(whole) == hall.read(q.count, centre, which)
    assert len({row.id for row in whole}) == len(whole)
    assert list(all_pages(busy, which, 4)) == list(whole)
    middle = which.cursor(whole[10])
    assert hall.read(q.page, centre, which, None, middle, limit=4) == whole[6:10]
    for position in (0, 3, len(whole) // 2, len(whole) - 3):
        assert hall.read(q.place, centre, which, position, len(whole), 4) == whole[position : position + 4]
    keys = [which.cursor(row).key for row in whole]
    assert keys == sorted(keys, reverse=sort is q.Sort.NEWEST)


@pytest.mark.parametrize("lamp", list(Lamp))
def test_filter_of_a_lamp_shows_exactly_the_cases_that_shine_so(busy: Counter, many: list[Moved], lamp: Lamp) -> None:
    hall, centre = busy.hall, busy.actor.centre_id
    everything = hall.read(q.page, centre, listing(), limit=500)
    chosen = hall.read(q.page, centre, listing(lamp=lamp), limit=500)
    assert {row.id for row in chosen} == {row.id for row in everything if row.lamp is lamp}
    assert {row.lamp for row in everything} >= {Lamp.RED, Lamp.YELLOW, Lamp.GREEN, Lamp.PAUSED, Lamp.NONE}


def test_filters_narrow_together(busy: Counter, many: list[Moved]) -> None:
    hall, centre = busy.hall, busy.actor.centre_id
    everything = hall.read(q.page, centre, listing(), limit=500)
    since = TODAY - timedelta(days=12)
    wanted = listing(live=True, handler_id=busy.actor.staff_id, department="民政局", since=since, until=TODAY)
    found = hall.read(q.page, centre, wanted, limit=500)
    assert found
    assert {row.id for row in found} == {
        row.id
        for row in everything
        if row.status not in (Status.FINISHED, Status.DELIVERED) and row.received_at.date() >= since
    }
    assert hall.read(q.page, centre, listing(status=Status.SUSPENDED, live=False), limit=9)
    assert hall.read(q.page, centre, listing(department="没有的部门"), limit=9) == ()


def test_other_centres_cases_are_not_seen(busy: Counter, many: list[Moved]) -> None:
    hall = busy.hall
    elsewhere = make_centre(hall, now=busy.now, code="QG02", name="泉港邻里中心")
    assert hall.read(q.page, elsewhere, listing()) == ()
    assert hall.read(q.count, elsewhere, listing()) == 0
    assert hall.read(q.sheet, elsewhere, many[0].case_id, TODAY) is None
    assert hall.read(q.find, hall.vault, elsewhere, many[0].number, TODAY) == ()
    assert hall.read(q.find_number, elsewhere, many[0].number) is None


def found(counter: Counter, typed: str) -> tuple[q.CaseRow, ...]:
    return counter.hall.read(q.find, counter.hall.vault, counter.actor.centre_id, typed, TODAY)


def test_quick_find_takes_what_clerks_type_and_scan(busy: Counter, many: list[Moved]) -> None:
    case = busy.make()
    case = busy.move(case, cases.set_numbers, external_number="350102261117000001", hotline_number="FZ26111700123")
    code = busy.hall.read(lambda session: session.get_one(Case, case.case_id).query_code)
    last = many[-1].number
    assert [row.number for row in found(busy, case.number)] == [case.number]
    assert [row.number for row in found(busy, case.number.lower().replace("-", "－"))] == [case.number]
    assert found(busy, "1")[0].number == case.number  # the first case of today
    assert [row.number for row in found(busy, code[:4] + "-" + code[4:].lower())] == [case.number]
    assert [row.number for row in found(busy, "350102261117000001")] == [case.number]
    assert [row.number for row in found(busy, "FZ26111700123")] == [case.number]
    assert last in {row.number for row in found(busy, last[:13])}
    assert {row.applicant for row in found(busy, "林")} == {"林𬱖"}
    assert {row.applicant for row in found(busy, "林𬱖")} == {"林𬱖"}
    assert {row.applicant for row in found(busy, made_up_id(order="035").lower())} == {"林𬱖"}
    assert found(busy, "13800000000")
    for nothing in ("", "  ", "查无此人", "JM01-20261117-9999-9", "350304195803129999"):
        assert found(busy, nothing) == ()


def test_detail_tells_everything_and_what_can_be_done(counter: Counter) -> None:
    moved = counter.make(cases.request_correction, marks(OK, MISSING, OK))
    counter.later(days=1)
    moved = counter.move(moved, cases.supplement, materials=(MaterialMark(2, OK, pages=2),))
    sheet = counter.hall.read(q.sheet, counter.actor.centre_id, moved.case_id, TODAY)
    assert sheet is not None
    assert [event.title for event in sheet.events] == ["补正告知", "登记补交"]
    assert [(paper.name, str(paper.state), paper.told) for paper in sheet.materials][1] == ("居民户口簿", "合格", True)
    assert [paper.kind.label for paper in sheet.papers] == ["补齐补正通知书", "收件材料接收凭证"]
    allowed = {verb for verb, refusal in sheet.moves if not refusal}
    assert Verb.ACCEPT in allowed
    assert Verb.FINISH not in allowed
    assert sheet.id_masked.count("*") >= 8
    assert sheet.visits == 2
    assert sheet.counter == "1号窗口"


def test_deadlines_show_overdue_today_and_until_the_next_working_day(busy: Counter, many: list[Moved]) -> None:
    hall, centre = busy.hall, busy.actor.centre_id
    busy.make(cases.tolerate, marks(OK, OK, TOLERATED, due=TODAY + timedelta(days=1)))
    busy.now -= timedelta(days=6)
    untold = busy.make(cases.receive, marks(OK, MISSING, OK))
    busy.now += timedelta(days=6)
    groups = {group.group: group for group in hall.read(q.deadlines, centre, TODAY)}
    everything = hall.read(q.page, centre, listing(), limit=500)
    overdue = {row.id for row in everything if row.lamp is Lamp.RED}
    assert {row.id for row in groups[q.Group.OVERDUE].rows} == overdue
    assert groups[q.Group.OVERDUE].total == len(overdue)
    assert all(row.due_on == TODAY for row in groups[q.Group.TODAY].rows)
    assert all(TODAY < row.due_on <= date(2026, 11, 18) for row in groups[q.Group.TOMORROW].rows if row.due_on)
    assert groups[q.Group.PAPERS].total == 1
    assert [row.id for row in groups[q.Group.NOTICE].rows] == [untold.case_id]
    friday = hall.read(q.deadlines, centre, date(2026, 11, 20))
    assert {group.group: group.until for group in friday}[q.Group.TOMORROW] == date(2026, 11, 23)


def test_figures_above_the_table_agree_with_it(busy: Counter, many: list[Moved]) -> None:
    hall, centre = busy.hall, busy.actor.centre_id
    figures = hall.read(q.counts, centre, TODAY)
    assert figures.live == hall.read(q.count, centre, listing(live=True))
    assert figures.overdue == hall.read(q.count, centre, listing(lamp=Lamp.RED))
    assert figures.yellow == hall.read(q.count, centre, listing(lamp=Lamp.YELLOW))
    assert figures.paused == hall.read(q.count, centre, listing(lamp=Lamp.PAUSED))


def test_check_finds_what_was_changed_past_the_actions(busy: Counter, many: list[Moved]) -> None:
    hall, centre = busy.hall, busy.actor.centre_id
    assert hall.read(problems, centre) == []
    with hall.transaction() as session:
        session.execute(update(Case).where(Case.id == many[0].case_id).values(status=Status.REFUSED))
        session.execute(update(Case).where(Case.id == many[1].case_id).values(number="JM01-20261018-0003-0"))
    told = "".join(hall.read(problems, centre))
    assert many[0].number in told
    assert "JM01-20261018-0003-0" in told


@pytest.mark.parametrize("sort", [q.Sort.NEWEST, q.Sort.DUE, q.Sort.APPLICANT])
def test_a_page_is_a_walk_along_an_index_and_sorts_nothing(embedded_hall: Hall, sort: q.Sort) -> None:
    plans: list[str] = []
    for chosen in ({}, {"live": True}, {"status": Status.HANDLING}, {"department": "民政局"}):
        if sort is not q.Sort.NEWEST and chosen:
            continue
        which = listing(sort, **chosen)

        def explain(session: Any, which: q.Listing = which) -> str:
            from sqlalchemy import select
            from sqlalchemy.dialects import sqlite

            from db.cases.listing import _chosen, _key, _ordered
            from db.ids import new_id

            column, down = _key(which.order)
            statement = _ordered(_chosen(select(Case.id), new_id(), which), column, down).limit(100)
            compiled = statement.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
            return "\n".join(row[3] for row in session.execute(text(f"EXPLAIN QUERY PLAN {compiled}")))

        plans.append(embedded_hall.read(explain))
    for plan in plans:
        assert "USING COVERING INDEX" in plan or "USING INDEX" in plan
        assert "TEMP B-TREE" not in plan
        assert "SCAN" not in plan
