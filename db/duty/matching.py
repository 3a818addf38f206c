"""What a read roster means in this hall: which body, which people, which room; what is there already, what is in the way."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.duty.kept import ids_of, rule_of
from db.duty.models import Duty, DutyBody, DutyMember, DutyPattern, DutyPlan, DutySeat, DutySlot
from db.duty.reading_roster import Draft, Sitter
from db.duty.roster_terms import Term
from db.duty.rules import BodyRule, Turn
from db.duty.states import DutyState, PlanState
from db.rooms.models import Room


@dataclass(frozen=True, slots=True)
class KnownSlot:
    """A session that is in the books: of which plan, and who has a duty in it (members)."""

    id: UUID
    plan_id: UUID
    day: date
    starts: time
    ends: time
    cancelled: str
    members: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class KnownPlan:
    """A plan as far as an import asks; `imported` is history that came from a file."""

    id: UUID
    title: str
    first: date
    last: date
    body_ids: tuple[UUID, ...]
    imported: bool


@dataclass(frozen=True, slots=True)
class KnownSeat:
    """A membership that is in the books."""

    id: UUID
    kind: str
    history: int
    active: bool
    term: Term | None


@dataclass
class Books:
    """What the hall has in its books. Seven statements."""

    bodies: dict[UUID, str] = field(default_factory=dict)
    names: dict[str, list[tuple[UUID, str]]] = field(default_factory=lambda: defaultdict(list))
    retired: set[UUID] = field(default_factory=set)
    seats: dict[tuple[UUID, UUID], KnownSeat] = field(default_factory=dict)
    rooms: dict[str, list[UUID]] = field(default_factory=lambda: defaultdict(list))
    rules: dict[UUID, list[BodyRule]] = field(default_factory=lambda: defaultdict(list))
    plans: dict[UUID, KnownPlan] = field(default_factory=dict)
    slots: dict[tuple[UUID, date], list[KnownSlot]] = field(default_factory=lambda: defaultdict(list))

    def body(self, name: str, chosen: UUID | None) -> UUID | None:
        """The body of that name, else the one chosen for rows that name none."""
        if not name:
            return chosen if chosen in self.bodies else None
        return next((body_id for body_id, known in self.bodies.items() if plain(known) == plain(name)), None)

    def member(self, sitter: Sitter) -> tuple[UUID | None, str]:
        """Who that is, and what is in the way: nobody of the name is known (None, ""), or several are."""
        found = self.names.get(plain(sitter.name), [])
        if len(found) > 1:
            same = [each for each in found if sitter.unit_post and plain(each[1]) == plain(sitter.unit_post)]
            if len(same) != 1:
                return None, f"有 {len(found)} 位轮值人员都叫“{sitter.name}”，请在表里写明单位职务。"
            found = same
        return (found[0][0], "") if found else (None, "")

    def room(self, name: str) -> UUID | None:
        """The one room of that number or name."""
        found = set(self.rooms.get(plain(name), ()))
        return found.pop() if len(found) == 1 else None

    def turn(self, body_id: UUID, kinds: Iterable[str]) -> BodyRule | None:
        """The rule whose rotation a session of this one kind goes on with."""
        only = tuple(kinds)
        rules = [rule for rule in self.rules.get(body_id, ()) if rule.composition.turn is Turn.IN_TURN]
        fits = len(only) == 1 and len(rules) == 1 and only[0] in rules[0].composition.kinds
        return rules[0] if fits else None

    def session(self, body_id: UUID, draft: Draft) -> KnownSlot | None:
        """The session of the body that is in the books for that time; one of this program also where it only overlaps."""
        same_day = self.slots.get((body_id, draft.day), ())
        exact = (slot for slot in same_day if (slot.starts, slot.ends) == (draft.starts, draft.ends))
        ours = (slot for slot in same_day if not self.plans[slot.plan_id].imported)
        overlapping = (slot for slot in ours if slot.starts < draft.ends and draft.starts < slot.ends)
        return next(exact, None) or next(overlapping, None)

    def plan_over(self, body_id: UUID, first: date, last: date) -> KnownPlan | None:
        """A plan of this program that has the body on some day from `first` to `last`."""
        for plan in self.plans.values():
            if body_id in plan.body_ids and plan.first <= last and first <= plan.last and not plan.imported:
                return plan
        return None


def plain(text: str) -> str:
    """A name as it is compared: without blanks and quotation marks, in one case."""
    return "".join(char for char in text if not char.isspace() and char not in "“”\"'＂").casefold()


def books(session: Session, centre_id: UUID, first: date, last: date) -> Books:
    """Everything an import of sessions from `first` to `last` looks things up in."""
    found = Books()
    for body in session.execute(
        select(DutyBody.id, DutyBody.name)
        .where(DutyBody.centre_id == centre_id, DutyBody.active)
        .order_by(DutyBody.position, DutyBody.name)
    ):
        found.bodies[body.id] = body.name
    for member in session.execute(
        select(DutyMember.id, DutyMember.name, DutyMember.unit_post, DutyMember.active)
        .where(DutyMember.centre_id == centre_id)
        .order_by(DutyMember.id)
    ):
        found.names[plain(member.name)].append((member.id, member.unit_post))
        if not member.active:
            found.retired.add(member.id)
    for seat in session.execute(
        select(
            DutySeat.id,
            DutySeat.body_id,
            DutySeat.member_id,
            DutySeat.kind,
            DutySeat.history,
            DutySeat.active,
            DutySeat.first,
            DutySeat.last,
        ).where(DutySeat.centre_id == centre_id)
    ):
        term = Term(seat.first, seat.last) if seat.first or seat.last else None
        found.seats[seat.body_id, seat.member_id] = KnownSeat(seat.id, seat.kind, seat.history, seat.active, term)
    for room in session.execute(
        select(Room.id, Room.number, Room.name).where(Room.centre_id == centre_id, Room.active)
    ):
        for name in {room.number, room.name, f"{room.number}{room.name}", f"{room.name}（{room.number}）"}:
            found.rooms[plain(name)].append(room.id)
    for row in session.scalars(select(DutyPattern).where(DutyPattern.centre_id == centre_id, DutyPattern.active)):
        found.rules[row.body_id].append(rule_of(row))
    _read_plans(session, centre_id, first, last, found)
    return found


def _read_plans(session: Session, centre_id: UUID, first: date, last: date, found: Books) -> None:
    for plan in session.execute(
        select(
            DutyPlan.id,
            DutyPlan.title,
            DutyPlan.first,
            DutyPlan.last,
            DutyPlan.body_ids,
            DutyPlan.state,
            DutyPlan.edition,
        )
        .where(DutyPlan.centre_id == centre_id)
        .order_by(DutyPlan.first, DutyPlan.id)
    ):
        imported = plan.state == PlanState.ARCHIVED and plan.edition == 0
        found.plans[plan.id] = KnownPlan(plan.id, plan.title, plan.first, plan.last, ids_of(plan.body_ids), imported)
    sitting: dict[UUID, set[UUID]] = defaultdict(set)
    for duty in session.execute(
        select(Duty.slot_id, DutySeat.member_id)
        .join(DutySeat, DutySeat.id == Duty.seat_id)
        .join(DutySlot, DutySlot.id == Duty.slot_id)
        .where(Duty.centre_id == centre_id, DutySlot.centre_id == centre_id)
        .where(DutySlot.day.between(first, last), Duty.state != DutyState.REPLACED.value)
    ):
        sitting[duty.slot_id].add(duty.member_id)
    for slot in session.execute(
        select(
            DutySlot.id,
            DutySlot.plan_id,
            DutySlot.body_id,
            DutySlot.day,
            DutySlot.starts,
            DutySlot.ends,
            DutySlot.cancelled,
        )
        .where(DutySlot.centre_id == centre_id, DutySlot.day.between(first, last))
        .order_by(DutySlot.day, DutySlot.starts, DutySlot.id)
    ):
        known = KnownSlot(
            slot.id, slot.plan_id, slot.day, slot.starts, slot.ends, slot.cancelled, frozenset(sitting.get(slot.id, ()))
        )
        found.slots[slot.body_id, slot.day].append(known)
