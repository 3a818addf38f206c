"""Plans of duties to test with: made from a crew's rules, filled without a solver, published."""

from collections import Counter
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from db.action import Action, Actor, Request
from db.calendar.queries import published_years
from db.calendar.recurrence import Every, Pattern
from db.duty.attendance import Signed, arrive
from db.duty.building import problem_of
from db.duty.cards import CardCodes, print_cards
from db.duty.changing import substitute
from db.duty.plan_queries import plan, plan_slots
from db.duty.plans import PlanMade, PlanSaved, plan_fill, plan_new
from db.duty.publishing import Published, publish
from db.duty.reception import Received, ReceptionFields, receive
from db.duty.repairing import RepairStep
from db.duty.rows import DutyRow, PlanRow, SlotRow
from db.duty.solve.problem import Method, Proof, Sitting
from db.duty.solve.relax import Give, Step
from db.duty.solve.why import why_not
from db.duty.states import COMING
from db.ids import new_id
from db.session import Hall
from tests.factories.calendar import make_calendar
from tests.factories.duty import make_body, make_crew, make_member, make_rule, make_seat
from tests.factories.stage import Example, Stage

FIRST, LAST = date(2026, 11, 25), date(2026, 12, 31)
"""Six Wednesdays after the tests' now."""
PROOF = Proof(Method.SOLVER, True, True, 1, 1)


def make_plan(
    hall: Hall, actor: Actor, now: datetime, body_ids: tuple[UUID, ...], first: date = FIRST, last: date = LAST
) -> UUID:
    """An empty draft; the years 2025 and 2026 are published if no year is yet. Returns its id."""
    if not hall.read(published_years, actor.centre_id):
        make_calendar(hall, actor.centre_id)
    made: PlanMade = _click(hall, actor, now, plan_new, body_ids=body_ids, first=first, last=last)
    return made.plan_id


def fill_plan(hall: Hall, actor: Actor, now: datetime, plan_id: UUID) -> tuple[Sitting, ...]:
    """Put the least loaded whom no rule forbids into every place; returns who sits where."""
    problem = hall.read(problem_of, actor.centre_id, plan_id)
    found: list[Sitting] = [Sitting(each.slot_id, each.seat_id) for each in problem.fixed]
    load: Counter[UUID] = Counter(each.seat_id for each in found)
    for slot in problem.slots:
        for at, need in enumerate(slot.needs):
            there = sum(each.slot_id == slot.id and each.need == at for each in found)
            for _ in range(need.count - there):
                fitting = [
                    seat
                    for seat in problem.seats
                    if (not need.kinds or seat.kind in need.kinds)
                    and not any(reason.hard for reason in why_not(problem, found, slot.id, seat.id))
                ]
                best = min(fitting, key=lambda seat: (load[seat.id], problem.names[seat.person_id]))
                found.append(Sitting(slot.id, best.id, at))
                load[best.id] += 1
    sittings = tuple(sorted(found))
    saved: PlanSaved = _click(
        hall, actor, now, plan_fill, plan_id=plan_id, version=version_of(hall, actor, plan_id), sittings=sittings,
        proof=PROOF,
    )  # fmt: skip
    assert saved.plan_id == plan_id
    return sittings


def make_published(hall: Hall, actor: Actor, now: datetime, body_ids: tuple[UUID, ...], **days: date) -> UUID:
    """A plan that hangs on the wall; returns its id."""
    plan_id = make_plan(hall, actor, now, body_ids, **days)
    fill_plan(hall, actor, now, plan_id)
    done: Published = _click(
        hall, actor, now, publish, plan_id=plan_id, version=version_of(hall, actor, plan_id), vacant=()
    )
    return done.plan_id


def row_of(hall: Hall, actor: Actor, plan_id: UUID) -> PlanRow:
    """The plan as it is listed."""
    found = hall.read(plan, actor.centre_id, plan_id)
    assert found is not None
    return found


def version_of(hall: Hall, actor: Actor, plan_id: UUID) -> int:
    """The plan's version now."""
    return row_of(hall, actor, plan_id).version


def slots_in(hall: Hall, actor: Actor, plan_id: UUID) -> tuple[SlotRow, ...]:
    """The sessions of a plan."""
    return hall.read(plan_slots, actor.centre_id, plan_id)


def who(slot: SlotRow) -> list[str]:
    """The names of those who sit in a session."""
    return [duty.member_name for duty in slot.duties if duty.state in COMING]


def sitter(slot: SlotRow, at: int = 0) -> DutyRow:
    """One of those who sit in a session."""
    return [duty for duty in slot.duties if duty.state in COMING][at]


def _click(hall: Hall, actor: Actor, now: datetime, action: Action[..., Any], /, **given: Any) -> Any:
    return hall.run(Request(actor, now, new_id()), action, **given)


def _crew(stage: Stage, count: int = 6) -> tuple[UUID, tuple[UUID, ...]]:
    return make_crew(stage.hall, stage.actor, stage.now, count)


def _new(stage: Stage) -> dict[str, object]:
    make_calendar(stage.hall, stage.centre_id)
    return {"body_ids": (_crew(stage)[0],), "first": FIRST, "last": LAST}


def _draft(stage: Stage, *, filled: bool = False) -> UUID:
    plan_id = make_plan(stage.hall, stage.actor, stage.now, (_crew(stage)[0],))
    if filled:
        fill_plan(stage.hall, stage.actor, stage.now, plan_id)
    return plan_id


def _of_draft(stage: Stage, *, filled: bool = False, **more: object) -> dict[str, object]:
    plan_id = _draft(stage, filled=filled)
    return {"plan_id": plan_id, "version": version_of(stage.hall, stage.actor, plan_id), **more}


def _slot(stage: Stage, plan_id: UUID, at: int = 0) -> SlotRow:
    return slots_in(stage.hall, stage.actor, plan_id)[at]


def _sitting(stage: Stage, **more: object) -> dict[str, object]:
    """Somebody who sits in a draft."""
    duty = sitter(_slot(stage, _draft(stage, filled=True)))
    return {"duty_id": duty.id, "version": duty.version, **more}


def _place(stage: Stage) -> dict[str, object]:
    body, seats = _crew(stage)
    slot = _slot(stage, make_plan(stage.hall, stage.actor, stage.now, (body,)))
    return {"slot_id": slot.id, "version": slot.version, "seat_id": seats[0]}


def _carry(stage: Stage) -> dict[str, object]:
    """From the first session of a draft to the second, instead of whoever sits there."""
    plan_id = _draft(stage, filled=True)
    duty, there = sitter(_slot(stage, plan_id)), _slot(stage, plan_id, 1)
    return {
        "duty_id": duty.id, "version": duty.version, "slot_id": there.id, "slot_version": there.version,
        "instead_of": sitter(there).id, "override": "本人要求",
    }  # fmt: skip


def _ease(stage: Stage) -> dict[str, object]:
    """The rest of the body goes down for good."""
    body, _ = make_crew(stage.hall, stage.actor, stage.now, 6, rest=4)
    plan_id = make_plan(stage.hall, stage.actor, stage.now, (body,))
    version = version_of(stage.hall, stage.actor, plan_id)
    return {"plan_id": plan_id, "version": version, "steps": (Step(Give.REST, body, number=2),)}


def _published(stage: Stage, **days: date) -> UUID:
    return make_published(stage.hall, stage.actor, stage.now, (_crew(stage)[0],), **days)


def _standing(stage: Stage, at: int = 0) -> DutyRow:
    return sitter(_slot(stage, _published(stage), at))


def _cover(stage: Stage) -> dict[str, object]:
    """The first who sits, and somebody of the same kind."""
    plan_id = _published(stage)
    first, fourth = sitter(_slot(stage, plan_id)), sitter(_slot(stage, plan_id, 3))
    return {"duty_id": first.id, "version": first.version, "seat_id": fourth.seat_id, "reason": "因病请假"}


def _swap(stage: Stage) -> dict[str, object]:
    plan_id = _published(stage)
    one, other = sitter(_slot(stage, plan_id)), sitter(_slot(stage, plan_id, 3))
    given = {"duty_id": one.id, "version": one.version, "reason": "两人商定"}
    return {**given, "other_id": other.id, "other_version": other.version}


def _leave(stage: Stage) -> dict[str, object]:
    return {"member_id": _standing(stage).member_id, "first": FIRST, "last": FIRST, "why": "住院"}


def _repair(stage: Stage) -> dict[str, object]:
    plan_id = _published(stage)
    one, other = sitter(_slot(stage, plan_id)), sitter(_slot(stage, plan_id, 3))
    steps = (RepairStep(one.slot_id, 0, one.seat_id, other.seat_id),)
    return {"plan_id": plan_id, "version": version_of(stage.hall, stage.actor, plan_id), "steps": steps, "reason": "病"}


def _move(stage: Stage) -> dict[str, object]:
    slot = _slot(stage, _published(stage))
    given = {"slot_id": slot.id, "version": slot.version, "room_id": None, "reason": "场地调整"}
    return {**given, "day": slot.day, "starts": time(14, 30), "ends": time(16, 30)}


def _of_slot(stage: Stage, plan_id: UUID, **more: object) -> dict[str, object]:
    slot = _slot(stage, plan_id)
    return {"slot_id": slot.id, "version": slot.version, **more}


def _time(stage: Stage) -> dict[str, object]:
    return _of_slot(stage, _draft(stage), day=FIRST, starts=time(14, 30), ends=time(16, 30), room_id=None)


def _past(stage: Stage) -> dict[str, object]:
    """A plan whose days are over."""
    plan_id = _published(stage, first=date(2026, 11, 4), last=date(2026, 11, 11))
    return {"plan_id": plan_id, "version": version_of(stage.hall, stage.actor, plan_id)}


def _withdrawn(stage: Stage) -> dict[str, object]:
    plan_id = _published(stage)
    return {"plan_id": plan_id, "version": version_of(stage.hall, stage.actor, plan_id), "reason": "房间有变"}


TUESDAYS = Pattern(Every.WEEK, date(2026, 1, 6), weekdays=(1,))


def make_today(hall: Hall, actor: Actor, now: datetime, count: int = 2) -> UUID:
    """A published plan with a session today, a Tuesday, from 9:00 to 11:00, and one a week later; returns its id."""
    body_id = make_body(hall, actor, now, "公益律师", office_phone="0591-87654321")
    make_rule(hall, actor, now, body_id, TUESDAYS)
    for at in range(count):
        make_seat(hall, actor, now, make_member(hall, actor, now, f"律师{at + 1:02d}"), body_id)
    return make_published(hall, actor, now, (body_id,), first=date(2026, 11, 17), last=date(2026, 11, 24))


def _today(stage: Stage, **more: object) -> dict[str, object]:
    duty = sitter(_slot(stage, make_today(stage.hall, stage.actor, stage.now)))
    return {"duty_id": duty.id, "version": duty.version, **more}


def _here(stage: Stage, **more: object) -> dict[str, object]:
    signed: Signed = stage.run(arrive, **_today(stage))
    return {"duty_id": signed.duty_id, "version": signed.version, **more}


def _card(stage: Stage) -> dict[str, object]:
    member = sitter(_slot(stage, make_today(stage.hall, stage.actor, stage.now))).member_id
    codes: CardCodes = stage.run(print_cards, member_ids=(member,))
    return {"payload": codes.codes[0].payload}


RECEPTION = ReceptionFields(
    category="物业管理",
    visitor="陈小榕",
    phone="13800138000",
    address="军门社区 3 号楼",
    content="电梯停用",
    demand="修好电梯",
)


def _reception(stage: Stage, **more: object) -> dict[str, object]:
    made: Received = stage.run(receive, fields=RECEPTION)
    return {"reception_id": made.reception_id, "version": made.version, **more}


def _tell(stage: Stage) -> dict[str, object]:
    return _reception(stage, outcome="已修复", told_on=date(2026, 11, 17), told_how="电话", satisfaction="满意")


def _opening(stage: Stage) -> dict[str, object]:
    return {"reception_id": _reception(stage)["reception_id"], "reason": "回访"}


EXAMPLES: dict[str, Example] = {
    "duty.plan_new": _new,
    "duty.plan_edit": lambda stage: _of_draft(stage, title="十二月轮值表"),
    "duty.plan_fill": lambda stage: _of_draft(stage, sittings=(), proof=PROOF),
    "duty.plan_expand": lambda stage: _of_draft(stage, filled=True),
    "duty.plan_drop": lambda stage: _of_draft(stage, filled=True),
    "duty.place": _place,
    "duty.carry": _carry,
    "duty.ease": _ease,
    "duty.take_out": _sitting,
    "duty.lock": lambda stage: _sitting(stage, locked=True),
    "duty.lock_all": lambda stage: _of_draft(stage, filled=True, locked=True),
    "duty.draft_undo": lambda stage: _of_draft(stage, filled=True),
    "duty.publish": lambda stage: _of_draft(stage, filled=True),
    "duty.plan_withdraw": _withdrawn,
    "duty.slot_room": lambda stage: _of_slot(stage, _draft(stage), room_id=None),
    "duty.slot_time": _time,
    "duty.slot_skip": lambda stage: _of_slot(stage, _draft(stage), reason="换届选举"),
    "duty.substitute": _cover,
    "duty.swap": _swap,
    "duty.leave": _leave,
    "duty.apply_repair": _repair,
    "duty.move_slot": _move,
    "duty.cancel_slot": lambda stage: _of_slot(stage, _published(stage), reason="社区停电"),
    "duty.undo_change": lambda stage: {"change_id": stage.run(substitute, **_cover(stage)).change_id},
    "duty.plan_archive": _past,
    "duty.arrive": _today,
    "duty.card": _card,
    "duty.depart": lambda stage: _here(stage, received=3),
    "duty.absent": lambda stage: _today(stage, reason="临时出庭"),
    "duty.sign_undo": _here,
    "duty.set_received": lambda stage: _here(stage, received=3),
    "duty.card_new": lambda stage: {"member_id": make_member(stage.hall, stage.actor, stage.now)},
    "duty.receive": lambda _stage: {"fields": RECEPTION},
    "duty.reception_edit": lambda stage: _reception(stage, fields=RECEPTION),
    "duty.reception_pass": lambda stage: _reception(stage, unit="物业公司", due_on=date(2026, 12, 1)),
    "duty.reception_tell": _tell,
    "duty.reception_redirect": lambda stage: _reception(stage, whither="鼓楼区人民法院诉讼服务中心"),
    "duty.reception_open": _opening,
}
