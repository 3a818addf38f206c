"""A hall with very many cases, made in bulk: five years of a busy centre, a few of a hundred still open.

Used by the benchmarks; rows are written past the actions, so there are no journal entries and no receipts.
"""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, insert, text
from sqlalchemy.schema import CreateIndex, DropIndex

from db.action import Actor
from db.cases.models import Case
from db.cases.numbers import case_number, new_query_code
from db.cases.status import OPEN, Clock, Outcome, Status
from db.catalogue.models import Item, ItemVersion
from db.centre.models import Centre
from db.ids import new_id
from db.people.models import Person
from db.session import Hall
from db.staff.permissions import Role
from tests.factories.calendar import make_calendar
from tests.factories.centre import make_centre, make_counter
from tests.factories.staff import make_staff

NOW = datetime(2026, 11, 17, 1, 30, tzinfo=UTC)
TODAY = date(2026, 11, 17)
ITEMS, CLERKS, BATCH = 300, 20, 20_000
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜"
)
GIVEN = "秀英桂芳丽娟敏静强磊军洋勇艳杰涛明超兰霞平刚玲梅辉建国华文斌波红"
DEPARTMENTS = ("民政局", "人社局", "卫健局", "住建局", "残联", "公安局", "市监局", "医保局")


def build(hall: Hall, engine: Engine, cases: int) -> Actor:
    """Fill an empty hall; returns a clerk who may do everything a manager may."""
    centre_id = make_centre(hall, now=NOW)
    make_calendar(hall, centre_id, 2025, 2026)
    counter_id = make_counter(hall, centre_id)
    clerks = [
        make_staff(hall, centre_id, Role.CLERK, Role.MANAGER, now=NOW, counter_id=counter_id) for _ in range(CLERKS)
    ]
    items = _items(hall, centre_id)
    people = list(_people(centre_id, max(cases // 3, 1)))
    with engine.begin() as connection:
        for index in Case.__table__.indexes:
            connection.execute(DropIndex(index))
        for batch in _batches(iter(people)):
            connection.execute(insert(Person), batch)
        rows = _cases(centre_id, cases, items, [clerk.staff_id for clerk in clerks], people)
        for batch in _batches(rows):
            connection.execute(insert(Case), batch)
        for index in Case.__table__.indexes:
            connection.execute(CreateIndex(index))
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    return clerks[0]


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _items(hall: Hall, centre_id: UUID) -> list[tuple[UUID, UUID, str, str]]:
    found = []
    with hall.transaction() as session:
        for number in range(ITEMS):
            item_id, version_id = new_id(), new_id()
            name, department = f"高龄津贴申领（第{number + 1}类）", DEPARTMENTS[number % len(DEPARTMENTS)]
            session.add(
                Item(id=item_id, centre_id=centre_id, local_code=f"LY{number:03d}", current_version_id=version_id)
            )
            session.flush()
            session.add(
                ItemVersion(
                    id=version_id, centre_id=centre_id, item_id=item_id, number=1, name=name, department=department,
                    role="直办", case_type="承诺件", promise_limit=10, limit_confirmed=True, created_at=NOW,
                )
            )  # fmt: skip
            found.append((item_id, version_id, name, department))
    return found


def _people(centre_id: UUID, many: int) -> Iterator[dict[str, Any]]:
    dice = random.Random(7)
    for number in range(many):
        name = dice.choice(SURNAMES) + "".join(dice.choices(GIVEN, k=dice.choice((1, 2, 2))))
        yield {
            "id": new_id(), "centre_id": centre_id, "kind": "person", "name": name, "id_type": "resident",
            "id_index": number.to_bytes(16, "big"), "id_masked": "350***********1234", "phone_masked": "138****5678",
            "created_at": NOW, "version": 1, "note": "",
        }  # fmt: skip


def _cases(
    centre_id: UUID,
    many: int,
    items: list[tuple[UUID, UUID, str, str]],
    clerks: list[UUID],
    people: list[dict[str, Any]],
) -> Iterator[dict[str, Any]]:
    dice = random.Random(11)
    first = NOW - timedelta(days=5 * 365)
    step = timedelta(days=5 * 365) / many
    seq, day = 0, date.min
    for number in range(many):
        at = first + step * number
        on = (at + timedelta(hours=8)).date()
        seq, day = (seq + 1, day) if on == day else (1, on)
        item_id, version_id, name, department = items[int(len(items) * dice.random() ** 2)]
        person = people[int(len(people) * dice.random())]
        yield {
            "id": new_id(), "centre_id": centre_id, "number": case_number("JM01", on, seq),
            "query_code": new_query_code() + str(number), "item_id": item_id, "item_version_id": version_id,
            "item_name": name, "department": department, "person_id": person["id"], "applicant": person["name"],
            "business_date": on, "received_at": at, "handler_id": dice.choice(clerks), "owner_id": clerks[0],
            "version": 1, "agent_relation": "", "stage": "", "no_date_reason": "", "tolerant": False, "proxy_step": "",
            "agency": "", "result_number": "", "external_number": f"35{number:012d}" if number % 7 == 0 else "",
            "hotline_number": "", "note": "", **_where_it_stands(dice, on, (NOW - at).days),
        }  # fmt: skip


def _where_it_stands(dice: random.Random, on: date, age: int) -> dict[str, Any]:
    """Old cases have ended; of the last month's most are open."""
    if dice.random() > (0.7 if age < 30 else 0.005):
        status = dice.choices((Status.DELIVERED, Status.FINISHED, Status.RETURNED, Status.WITHDRAWN), (90, 4, 3, 3))[0]
        clock, outcome = Clock.STOPPED, Outcome.GRANTED
    else:
        status = dice.choice((Status.RECEIVED, Status.ACCEPTED, Status.HANDLING, Status.HANDLING, Status.SUSPENDED))
        clock = {Status.RECEIVED: Clock.NOT_STARTED, Status.SUSPENDED: Clock.PAUSED}.get(status, Clock.RUNNING)
        outcome = Outcome.PENDING
    due = None if clock is Clock.NOT_STARTED else on + timedelta(days=dice.choice((14, 28, 42)))
    return {
        "status": status, "clock": clock, "outcome": outcome, "live": status in OPEN, "due_on": due,
        "yellow_on": due - timedelta(days=4) if due else None, "accepted_on": on if due else None,
        "notice_due": on + timedelta(days=7),
    }  # fmt: skip


def centre_of(hall: Hall) -> UUID:
    """The one centre of a hall that was built before."""
    return hall.read(lambda session: session.query(Centre.id).scalar())  # type: ignore[no-any-return]
