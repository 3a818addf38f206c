"""What can be printed of duties, made from what the hall's records say now. Runs off the window's thread; no Qt."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from db.clock import business_date
from db.duty import editions, posting
from db.duty.cards import CardCode, CardCodes
from db.duty.counting import records
from db.duty.plan_queries import plans, slots_between
from db.duty.queries import bodies, members
from db.duty.rows import BodyRow, MemberRow, PlanRow, PosterContent
from db.duty.states import PlanState
from db.errors import RuleBroken
from db.receipts.queries import centre_facts
from db.rooms.queries import RoomRow, rooms
from db.session import Hall
from desktop.duty import sheets
from desktop.duty.cards import faces
from desktop.duty.people_pane_find import heard_as
from desktop.paper.duty_cards import cards
from desktop.paper.duty_door import door_sign
from desktop.paper.duty_list import listing
from desktop.paper.poster import posters
from desktop.paper.render import Rendered


class What(StrEnum):
    """The papers of the dialog; the value is what the choice is called."""

    POSTER = "轮值公示表"
    SHEET = "个人轮值表"
    DOOR = "门牌（今日轮值）"
    CARDS = "轮值证"
    RECORDS = "履职记录（全年汇总）"
    RECORD = "个人履职记录"


@dataclass(frozen=True, slots=True)
class Known:
    """What can be chosen from."""

    plans: tuple[PlanRow, ...]
    bodies: tuple[BodyRow, ...]
    members: tuple[MemberRow, ...]
    rooms: tuple[RoomRow, ...]
    heard: Mapping[UUID, str]
    """How each member is found by typing: the name, its initials and its pinyin."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to be printed. `body_id` None: all bodies; `month` is the first of a month of the plan, None: all of them."""

    what: What
    plan: PlanRow | None = None
    edition: int | None = None
    month: date | None = None
    body_id: UUID | None = None
    member_id: UUID | None = None
    room_id: UUID | None = None
    day: date | None = None
    first: date | None = None
    last: date | None = None
    year: int = 0
    a3: bool = False
    coloured: bool = True


def known(session: Session, centre_id: UUID) -> Known:
    """Plans (those put away too), bodies, members and rooms of the centre. For a worker: readings take 0.1 ms a name."""
    people = members(session, centre_id)
    own = tuple(room for room in rooms(session, centre_id) if room.centre_id == centre_id)
    heard = {row.id: heard_as(row.name) for row in people}
    return Known(plans(session, centre_id, archived=True), bodies(session, centre_id), people, own, heard)


def sheets_of(
    session: Session, centre_id: UUID, plan: PlanRow, edition: int | None, now: datetime
) -> tuple[PosterContent, ...]:
    """The 公示表 of a plan, one a month: as they hang, as they hung at an edition, or how a draft would hang."""
    if plan.state is PlanState.DRAFT and not edition:
        return editions.draft_posters(session, centre_id, plan.id, now)
    return editions.posters(session, centre_id, plan.id, edition or plan.edition)


def make(hall: Hall, centre_id: UUID, now: datetime, choice: Choice, codes: CardCodes | None = None) -> Rendered:
    """The PDF of a choice. Cards without `codes` are a preview.

    Raises:
        RuleBroken: something that the paper needs was not chosen.
    """
    match choice.what:
        case What.POSTER:
            return _poster(hall, centre_id, now, choice)
        case What.SHEET:
            return _sheet(hall, centre_id, now, choice)
        case What.DOOR:
            return _door(hall, centre_id, now, choice)
        case What.CARDS:
            return _cards(hall, centre_id, now, choice, codes)
        case What.RECORDS:
            return _records(hall, centre_id, now, choice)
        case What.RECORD:
            return _record(hall, centre_id, now, choice)


def card_holders(hall: Hall, centre_id: UUID, choice: Choice) -> tuple[MemberRow, ...]:
    """Whose cards are printed: the chosen member, else all of the chosen body, else all."""
    found = hall.read(members, centre_id, choice.body_id)
    return tuple(row for row in found if choice.member_id in (None, row.id))


def _poster(hall: Hall, centre_id: UUID, now: datetime, choice: Choice) -> Rendered:
    if choice.plan is None:
        raise RuleBroken("还没有轮值计划：请先在“排班”里新建计划，再打印公示表。")
    found = hall.read(sheets_of, centre_id, choice.plan, choice.edition, now)
    if choice.month is not None:
        found = tuple(sheet for sheet in found if sheet.lines and sheet.lines[0].day.replace(day=1) == choice.month)
    if choice.body_id is not None:
        named = {body.id: body.name for body in hall.read(bodies, centre_id, idle=True)}
        found = tuple(posting.of_body(content, named[choice.body_id]) for content in found)
    if not found:
        raise RuleBroken("这个计划在所选月份没有班次，没有公示表可打。")
    return posters(found, a3=choice.a3, coloured=choice.coloured)


def _member(hall: Hall, centre_id: UUID, choice: Choice) -> MemberRow:
    found = hall.read(members, centre_id, idle=True)
    row = next((row for row in found if row.id == choice.member_id), None)
    if row is None:
        raise RuleBroken("请先选择一位轮值人员。")
    return row


def _sheet(hall: Hall, centre_id: UUID, now: datetime, choice: Choice) -> Rendered:
    member = _member(hall, centre_id, choice)
    today = business_date(now)
    first, last = choice.first or today, choice.last or date(today.year, 12, 31)
    if last < first:
        raise RuleBroken("止日早于起日，请改正后再打印。")
    slots = hall.read(slots_between, centre_id, first, last)
    return listing(sheets.member_sheet(hall.read(centre_facts, centre_id), member, slots, first, last, today))


def _door(hall: Hall, centre_id: UUID, now: datetime, choice: Choice) -> Rendered:
    room = next((row for row in hall.read(rooms, centre_id, idle=True) if row.id == choice.room_id), None)
    if room is None:
        raise RuleBroken("请先选择一个房间。")
    day = choice.day or business_date(now)
    slots = hall.read(slots_between, centre_id, day, day)
    facts = hall.read(centre_facts, centre_id)
    name = room.name if room.number in room.name else f"{room.number} {room.name}"
    return door_sign(sheets.door_sign(facts, name, room.id, slots, day), coloured=choice.coloured)


def _cards(hall: Hall, centre_id: UUID, now: datetime, choice: Choice, codes: CardCodes | None) -> Rendered:
    holders = card_holders(hall, centre_id, choice)
    if not holders:
        raise RuleBroken("没有在任的轮值人员，没有轮值证可打。")
    shown = codes or CardCodes(tuple(CardCode(row.id, 1, "") for row in holders))
    facts = hall.read(centre_facts, centre_id)
    return cards(faces(facts, holders, shown, business_date(now)), coloured=choice.coloured)


def _records(hall: Hall, centre_id: UUID, now: datetime, choice: Choice) -> Rendered:
    found = hall.read(records, centre_id, choice.year)
    return listing(sheets.year_records(hall.read(centre_facts, centre_id), choice.year, found, business_date(now)))


def _record(hall: Hall, centre_id: UUID, now: datetime, choice: Choice) -> Rendered:
    member = _member(hall, centre_id, choice)
    slots = hall.read(slots_between, centre_id, date(choice.year, 1, 1), date(choice.year, 12, 31))
    found = hall.read(records, centre_id, choice.year)
    facts = hall.read(centre_facts, centre_id)
    return listing(sheets.member_record(facts, choice.year, member, slots, found, business_date(now)))
