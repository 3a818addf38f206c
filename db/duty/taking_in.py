"""Taking a confirmed roster in: members and seats, done duties of the past, a draft for what is to come. All or nothing."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, time
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from db.action import Act, action
from db.base import table_of
from db.clock import business_date
from db.duty.importing import Looked, comers
from db.duty.kept import needs_of, pack
from db.duty.looking import body_of, seat_of
from db.duty.matching import plain
from db.duty.members import MemberFields, SeatFields, save_member, save_seat
from db.duty.models import Duty, DutyBody, DutyPlan, DutySlot
from db.duty.reading_roster import MOST, Draft, Listed, Sitter
from db.duty.solve.problem import Need
from db.duty.states import DutyState, PlanState
from db.errors import RuleBroken
from db.ids import new_id
from db.staff.permissions import Permission
from db.text import line

_NAMED = 8
_SAID = ("kind", "session", "level", "unit_post", "specialty", "phone", "term", "note")
_SLOT, _DUTY = table_of(DutySlot), table_of(Duty)
_PAST = {"": DutyState.LEFT, "absent": DutyState.ABSENT, "leave": DutyState.ON_LEAVE}


@dataclass(frozen=True, slots=True)
class RosterImported:
    """What an import made; `repeated` counts rows that were in the books already."""

    members: int
    seats: int
    sessions: int
    duties: int
    repeated: int


@dataclass
class _Taking:
    """An import under way: the file beside the books, and what it has made so far."""

    act: Act
    looked: Looked
    details: dict[tuple[UUID, str], Sitter]  # all that the file says of somebody in a body
    made: dict[str, UUID] = field(default_factory=dict)  # new members by name as compared
    seats: dict[tuple[UUID, UUID], UUID] = field(default_factory=dict)
    plans: dict[tuple[UUID, bool, int, int], DutyPlan] = field(default_factory=dict)
    slots: list[dict[str, Any]] = field(default_factory=list)
    duties: list[dict[str, Any]] = field(default_factory=list)
    new_members: int = 0
    new_seats: int = 0


@action("duty.import", Permission.DUTY_PLAN, "导入轮值表")
def import_roster(
    act: Act, *, drafts: tuple[Draft, ...] = (), listed: tuple[Listed, ...] = (), body_id: UUID | None = None
) -> RosterImported:
    """Take rows in as the preview showed them. Rows that are in the books already change nothing.

    Raises:
        RuleBroken: with every row that cannot be taken in, by its place in the file; then nothing was.
    """
    if (not drafts and not listed) or len(drafts) + len(listed) > MOST:
        raise RuleBroken(f"一次可以导入 1 到 {MOST} 行。")
    today = business_date(act.now)
    _lock_bodies(act)
    looked = Looked(act.session, act.centre_id, drafts, body_id, today)
    _refuse_troubles(looked, drafts, listed)
    taking = _Taking(act, looked, _details(looked, drafts, listed))
    for each in listed:
        _take_listed(taking, each)
    sessions: dict[tuple[UUID, date, time, time], list[Draft]] = defaultdict(list)
    repeated = 0
    for draft in drafts:
        body = looked.body_of(draft)
        if body is None or looked.repeated(draft, body):
            repeated += 1
        else:
            sessions[body, draft.day, draft.starts, draft.ends].append(draft)
    for (body, *_), rows in sessions.items():
        _take_session(taking, body, rows)
    _keep_liaisons(taking, drafts)
    act.session.flush()
    if taking.slots:
        act.session.connection().execute(insert(_SLOT), taking.slots)
    if taking.duties:
        act.session.connection().execute(insert(_DUTY), taking.duties)
    for plan in taking.plans.values():
        plan.version += 1
        act.touch("duty_plan", plan.id)
    act.note(members=taking.new_members, sessions=len(taking.slots), duties=len(taking.duties), repeated=repeated)
    return RosterImported(taking.new_members, taking.new_seats, len(taking.slots), len(taking.duties), repeated)


def _keep_liaisons(taking: _Taking, drafts: tuple[Draft, ...]) -> None:
    """A body without a 联络员 takes the one whom the file names, where it names just one."""
    named: dict[UUID, set[str]] = defaultdict(set)
    for draft in drafts:
        body = taking.looked.body_of(draft)
        if body is not None and draft.liaison:
            named[body].add(draft.liaison)
    for body_id, names in named.items():
        body_row = body_of(taking.act, body_id)
        if not body_row.liaison and len(names) == 1:
            body_row.liaison = line(names.pop(), "联络员")
            body_row.version += 1
            taking.act.touch("duty_body", body_id)


def _lock_bodies(act: Act) -> None:
    """Two managers who import the same file at the same moment do not double it (PostgreSQL)."""
    act.session.execute(
        select(DutyBody.id).where(DutyBody.centre_id == act.centre_id).order_by(DutyBody.id).with_for_update()
    ).all()


def _refuse_troubles(looked: Looked, drafts: tuple[Draft, ...], listed: tuple[Listed, ...]) -> None:
    faults = [f"{draft.place}：{wrong}" for draft in drafts if (wrong := looked.trouble(draft))]
    for each in listed:
        body = looked.body_of(each)
        wrong = "请先选择轮值单位。" if body is None else looked.trouble_with(each.sitter, body, looked.today)
        if wrong:
            faults.append(f"{each.place}：{wrong}")
    if faults:
        more = f"\n……还有 {len(faults) - _NAMED} 处。" if len(faults) > _NAMED else ""
        raise RuleBroken(f"有 {len(faults)} 行不能导入，一行也没有导入：\n" + "\n".join(faults[:_NAMED]) + more)


def _details(looked: Looked, drafts: tuple[Draft, ...], listed: tuple[Listed, ...]) -> dict[tuple[UUID, str], Sitter]:
    """What all rows together say of each person: the first word on each of kind, 届别, 单位职务, phone …"""
    found: dict[tuple[UUID, str], Sitter] = {}
    said = [(looked.body_of(each), each.sitter) for each in listed]
    said += [(looked.body_of(draft), each) for draft in drafts for each in draft.sitters]
    for body, sitter in said:
        if body is None:
            continue
        key = (body, plain(sitter.name))
        known = found.setdefault(key, Sitter(sitter.name))
        more = {name: getattr(sitter, name) for name in _SAID if getattr(sitter, name) and not getattr(known, name)}
        found[key] = replace(known, **more)
    return found


def _take_listed(taking: _Taking, each: Listed) -> None:
    body = taking.looked.body_of(each)
    if body is None:
        return
    seat_id = _seat(taking, body, each.sitter, each.history)
    known, term = seat_of(taking.act, seat_id), each.sitter.term
    longer = term is not None and (known.first, known.last) != (term.first, term.last)
    if longer or (each.history and known.history != each.history):
        known.history = each.history or known.history
        known.first, known.last = (term.first, term.last) if term is not None else (known.first, known.last)
        known.version += 1
        taking.act.touch("duty_seat", known.id)


def _take_session(taking: _Taking, body: UUID, rows: list[Draft]) -> None:
    """Write one session with everybody whom its rows name; who has a duty in it already is left as they are."""
    first, looked = rows[0], taking.looked
    past = first.day < looked.today
    known = looked.books.session(body, first)
    before = set(known.members) if known is not None else set()
    present = set(before)
    sitters = [each for draft in rows for each in draft.sitters]
    told_by = {each: draft for draft in rows for each in draft.sitters}
    comes = {plain(each.name) for draft in rows for each in comers(draft, looked.today)}
    if known is None:
        kinds = {each.kind for each in sitters}
        people = len({plain(each.name) for each in sitters})
        rule = looked.books.turn(body, kinds) if people == 1 else None
        need = Need(max(1, people), frozenset(kinds) if rule is not None else frozenset())
        slot_id = _slot(taking, body, rows, need, rule.id if rule is not None else None)
    else:
        slot_id = known.id
    for each in sitters:
        left: UUID | None = None
        if each.covers and past:
            gone = Sitter(each.covers)
            left = _duty(taking, body, slot_id, gone, DutyState.ON_LEAVE, present, told_by[each])
        if plain(each.name) in comes:
            state = _PAST[each.outcome] if past else DutyState.DRAFT
            left = _duty(taking, body, slot_id, each, state, present, told_by[each], covers=left)
        if each.cover:
            state = DutyState.LEFT if past else DutyState.DRAFT
            _duty(taking, body, slot_id, Sitter(each.cover), state, present, told_by[each], covers=left)
    if known is not None:
        covering = sum(1 for each in sitters if each.cover or each.covers)
        _widen(taking.act, slot_id, max(0, len(present - before) - covering))


def _slot(taking: _Taking, body: UUID, rows: list[Draft], need: Need, rule_id: UUID | None) -> UUID:
    first = rows[0]
    room = next((found for draft in rows if (found := taking.looked.books.room(draft.room))), None)
    said = [draft.note for draft in rows if draft.note]
    if first.room and room is None:
        said.append(f"地点：{first.room}")
    slot_id = new_id()
    taking.slots.append(
        {
            "id": slot_id,
            "centre_id": taking.act.centre_id,
            "plan_id": _plan(taking, body, first.day).id,
            "body_id": body,
            "pattern_id": rule_id,
            "planned": first.day,
            "day": first.day,
            "starts": first.starts,
            "ends": first.ends,
            "needs": pack((need,)),
            "room_id": room,
            "cancelled": "",
            "note": line("；".join(dict.fromkeys(said))[:200], "备注"),
            "vacant": "",
            "sequence": 0,
            "version": 1,
        }
    )
    return slot_id


def _widen(act: Act, slot_id: UUID, people: int) -> None:
    """A session of an earlier import takes in more people."""
    slot = act.session.scalars(
        select(DutySlot).where(DutySlot.centre_id == act.centre_id, DutySlot.id == slot_id).with_for_update()
    ).one()
    slot.needs = pack((Need(people + sum(need.count for need in needs_of(slot.needs))),))
    slot.version += 1


def _duty(
    taking: _Taking,
    body: UUID,
    slot_id: UUID,
    sitter: Sitter,
    state: DutyState,
    present: set[UUID],
    draft: Draft,
    covers: UUID | None = None,
) -> UUID | None:
    """Put somebody into a session, once."""
    seat_id = _seat(taking, body, sitter)
    member = _member(taking, body, sitter)
    if member in present:
        return None
    present.add(member)
    duty_id = new_id()
    alone = len(draft.sitters) == 1 and state is DutyState.LEFT
    taking.duties.append(
        {
            "id": duty_id,
            "centre_id": taking.act.centre_id,
            "slot_id": slot_id,
            "seat_id": seat_id,
            "need": 0,
            "state": state.value,
            "locked": state is DutyState.DRAFT,
            "covers": covers,
            "reason": "从表格导入",
            "arrived_at": None,
            "left_at": None,
            "method": "",
            "received": draft.received if alone else 0,
            "version": 1,
        }
    )
    return duty_id


def _plan(taking: _Taking, body: UUID, day: date) -> DutyPlan:
    """The archived plan of the body and year that takes the past in, or a draft of the month for what is to come."""
    looked, past = taking.looked, day < taking.looked.today
    key = (body, past, day.year, 0 if past else day.month)
    plan = taking.plans.get(key)
    if plan is None:
        plan = _earlier_import(taking, body, day.year) if past else None
        plan = plan or _new_plan(taking, body, day, past)
        taking.plans[key] = plan
    first, last = (day, day) if past else looked.spans[body, day.year, day.month]
    plan.first, plan.last = min(plan.first, first), max(plan.last, last)
    return plan


def _earlier_import(taking: _Taking, body: UUID, year: int) -> DutyPlan | None:
    for each in taking.looked.books.plans.values():
        if each.imported and each.body_ids == (body,) and each.first.year == year:
            return taking.act.session.get(DutyPlan, each.id, with_for_update=True)
    return None


def _new_plan(taking: _Taking, body: UUID, day: date, past: bool) -> DutyPlan:
    name = taking.looked.books.bodies[body]
    plan = DutyPlan(
        id=new_id(),
        centre_id=taking.act.centre_id,
        title=f"{day.year}年{name}历史轮值（导入）" if past else f"{day.year}年{day.month}月{name}轮值表（导入）",
        first=day,
        last=day,
        body_ids=pack((body,)),
        state=PlanState.ARCHIVED if past else PlanState.DRAFT,
        edition=0,
        proof="",
        created_at=taking.act.now,
        created_by=taking.act.actor.staff_id,
        version=0,
    )
    taking.act.session.add(plan)
    return plan


def _member(taking: _Taking, body: UUID, sitter: Sitter) -> UUID:
    """The member of that name, made where nobody is known. Within one file a name is one person."""
    found, _ = taking.looked.books.member(sitter)
    found = found or taking.made.get(plain(sitter.name))
    if found is None:
        said = taking.details.get((body, plain(sitter.name)), sitter)
        fields = MemberFields(sitter.name, said.unit_post, said.specialty, said.phone or None, said.note)
        found = save_member(taking.act, fields=fields).id
        taking.made[plain(sitter.name)] = found
        taking.new_members += 1
    return found


def _seat(taking: _Taking, body: UUID, sitter: Sitter, history: int = 0) -> UUID:
    """The membership, made where there is none; a kind that was not known is filled in."""
    member = _member(taking, body, sitter)
    made = taking.seats.get((body, member))
    if made is not None:
        return made
    known = taking.looked.books.seats.get((body, member))
    said = taking.details.get((body, plain(sitter.name)), sitter)
    if known is None:
        ends = (said.term.first, said.term.last) if said.term is not None else (None, None)
        fields = SeatFields(said.kind, said.session, said.level, *ends, history=history, credit=0)
        seat_id = save_seat(taking.act, member_id=member, body_id=body, fields=fields).id
        taking.new_seats += 1
    else:
        seat_id = known.id
        if said.kind and not known.kind:
            row = seat_of(taking.act, seat_id)
            row.kind = line(said.kind, "身份", 40)
            row.version += 1
    taking.seats[body, member] = seat_id
    return seat_id
