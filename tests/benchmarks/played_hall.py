"""A hall whose every row was made by the real actions: the demo hall of a Tuesday morning, and one whole day before it.

`many_halls` multiplies it: the demo hall by the halls, the day by the halls and by the days of a year. So rows are as wide,
as many for each case and as mixed as the actions make them.
"""

import contextlib
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from stdnum.cn import ric

from db.action import Action, Actor
from db.cases import actions as cases
from db.cases.counter import Answers
from db.cases.ledger import Moved
from db.cases.status import Verb
from db.catalogue.queries import items
from db.centre.queries import centres, counters
from db.clock import business_date
from db.demo import DEMO_NOW, build
from db.demo_play import HOUSING, INSURE, ITEMS, JOB, PENSION, Play, Player
from db.errors import RuleBroken
from db.people.rules import IdType, PersonDetails
from db.rooms import queries as rooms
from db.rooms.bookings import arrive, book
from db.rooms.series import instants
from db.session import Hall
from db.staff.permissions import permissions_of
from db.staff.queries import accounts
from db.tickets import actions as tickets

TODAY = DEMO_NOW
"""The morning at which every hall is measured."""
DAY = date(2026, 10, 16)
"""The Friday that is played in full; the days of a year are this one, each one earlier."""
VISITORS = 48
"""Cases of a day: 250 days of it are the 12,000 cases of a year."""
NEW_PEOPLE = 16
"""Of a day's visitors, those who have never been here: about 4,000 a year."""


@dataclass(frozen=True, slots=True)
class Played:
    """The hall that was played."""

    centre_id: UUID
    clerk: Actor
    manager: Actor
    free_counter: UUID
    """Where nobody sits this morning."""

    def as_clerk(self, centre_id: UUID, staff_id: UUID, counter_id: UUID) -> Actor:
        """The clerk as the same person of another hall."""
        return Actor(staff_id, centre_id, self.clerk.name, self.clerk.permissions, counter_id)


def play(hall: Hall, morning_done: Any) -> Played:
    """Fill an empty database: the demo hall, then (after `morning_done()`) the day before it."""
    build(hall, TODAY)
    centre_id = hall.read(centres)[0].id
    actors = _actors(hall, centre_id)
    morning_done()
    began = datetime(DAY.year, DAY.month, DAY.day, 0, 10, tzinfo=UTC)
    free = actors["zhengyue"].counter_id
    assert free is not None
    clerks = [replace(actors[login], counter_id=free) for login in ("chenxin", "huanglei", "wuting")]
    game = _Day(hall, clerks, actors["zhengyue"], began)
    game.items = {row.name: row for row in hall.read(items, centre_id)}
    game.people = [game.register(_visitor(number)) for number in range(NEW_PEOPLE)]
    for number in range(VISITORS):
        game.visit(number)
    game.rooms()
    return Played(centre_id, actors["chenxin"], actors["zhengyue"], free)


def known_number(number: int) -> str:
    """The ID number of one of the day's new people."""
    body = f"3501041{950 + number}0607000"
    return body + str(ric.calc_check_digit(body + "0"))


def _visitor(number: int) -> PersonDetails:
    name = "王李张刘陈杨黄赵吴周徐孙马朱胡林"[number] + "秀英桂芳丽娟敏静强磊军洋勇艳杰涛"[number]
    return PersonDetails(
        name=name, id_type=IdType.RESIDENT, id_number=known_number(number), phone=f"1380001{number:04d}",
        address=f"福州市鼓楼区榕荫路{number + 30}号（演示）",
    )  # fmt: skip


def _actors(hall: Hall, centre_id: UUID) -> dict[str, Actor]:
    seats = [seat.id for seat in hall.read(counters, centre_id)]
    people = {row.login: row for row in hall.read(accounts, centre_id)}
    order = ("chenxin", "huanglei", "wuting", "zhengyue")
    return {
        login: Actor(people[login].id, centre_id, people[login].name, permissions_of(people[login].roles), seat)
        for login, seat in zip(order, seats, strict=False)
    }


class _Day(Play):
    """A day of 48 visitors: taken, called, served, and four of five cases brought to their end."""

    def visit(self, number: int) -> None:
        name = ITEMS[number % len(ITEMS)]
        clerk = number % 3
        item_id = self.items[name].id
        self.do(tickets.take_ticket, clerk=clerk, item_id=item_id)
        called = self.do(tickets.call_next, clerk=clerk)
        self.do(tickets.start_serving, clerk=clerk, ticket_id=called.ticket_id)
        verb, more = self._verb(name, number)
        case = self.served(verb, name, number, clerk=clerk, ticket_id=called.ticket_id, **more)
        self.do(tickets.finish, clerk=clerk, ticket_id=called.ticket_id)
        if number % 5:
            self._bring_to_an_end(case, verb)
        self.at += timedelta(minutes=4)

    def rooms(self) -> None:
        """Four uses of rooms."""
        centre_id = self.manager.centre_id
        known = {room.number: room.id for room in self.hall.read(rooms.rooms, centre_id)}
        who = self.hall.read(rooms.borrowers, centre_id)[0].id
        for at, number in enumerate(("101", "203", "204", "301")):
            starts, ends = instants(DAY, time(14 + at // 2), time(15 + at // 2))
            booked = self.manage(
                book, room_id=known[number], starts_at=starts, ends_at=ends, borrower_id=who, use="居有所乐",
                purpose="社区活动", responsible="联系人", people=20,
            )  # fmt: skip
            Player(self.hall, self.manager, starts).do(arrive, booking_id=booked.booking_id, version=booked.version)

    def _verb(self, name: str, number: int) -> tuple[Verb, dict[str, Any]]:
        if name in (INSURE, PENSION, JOB):
            return Verb.INSTANT, {"answers": Answers()}
        if name == HOUSING and number % 2:
            why = Answers(reason="申请人在福州市已有住房", basis="《公共租赁住房管理办法》第七条", agency="区住建局")
            return Verb.REFUSE, {"answers": why}
        return self._usual(name), {}

    def _bring_to_an_end(self, case: Moved, verb: Verb) -> None:
        if verb in (Verb.INSTANT, Verb.REFUSE):
            return
        if verb is Verb.RECEIVE:
            case = self.move(case, cases.transfer, agency="鼓楼区民政局")
            with contextlib.suppress(RuleBroken):  # accepted before it was sent on: some items are
                case = self.move(case, cases.accept_later, accepted_on=business_date(self.at))
        case = self.move(case, cases.finish, outcome="granted")
        self.move(case, cases.deliver, way="直接送达")

    def move(self, case: Moved, action: Action[..., Any], /, **kwargs: Any) -> Moved:
        """The next step, by the clerk who has the case."""
        moved: Moved = self.manage(action, case_id=case.case_id, version=case.version, **kwargs)
        return moved
