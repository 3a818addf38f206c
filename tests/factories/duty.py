"""Rotating bodies, members, seats and leave to test with."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from db.action import Action, Actor, Request
from db.calendar.recurrence import Every, OnHoliday, Pattern
from db.duty.bodies import BodyFields, RuleFields, Saved, save_body, save_rule
from db.duty.members import MemberFields, SeatFields, save_member, save_seat
from db.duty.plan_queries import plans
from db.duty.queries import seats
from db.duty.reading_roster import Draft, Sitter
from db.duty.rules import Composition, SeasonTime, Turn
from db.duty.solve.problem import Want
from db.duty.stands import StandEntered, StandFields, enter_stand, save_pair
from db.duty.taking_in import import_roster
from db.ids import new_id
from db.session import Hall
from tests.factories.stage import Example, Stage

BODY = "“两代表一委员”工作室"
KINDS = ("党代表", "人大代表", "政协委员")
MORNING = (SeasonTime(time(9), time(11)),)
WEDNESDAYS = Pattern(Every.WEEK, date(2026, 1, 7), weekdays=(2,), on_holiday=OnHoliday.POSTPONE)


def make_body(hall: Hall, actor: Actor, now: datetime, name: str = BODY, **fields: Any) -> UUID:
    """A rotating body without rules; returns its id."""
    saved: Saved = _click(hall, actor, now, save_body, fields=BodyFields(name, **fields))
    return saved.id


def make_rule(
    hall: Hall,
    actor: Actor,
    now: datetime,
    body_id: UUID,
    pattern: Pattern = WEDNESDAYS,
    times: tuple[SeasonTime, ...] = MORNING,
    **fields: Any,
) -> UUID:
    """A rule of the body, every Wednesday 9:00–11:00 unless told; returns its id."""
    saved: Saved = _click(hall, actor, now, save_rule, body_id=body_id, fields=RuleFields(pattern, times, **fields))
    return saved.id


def make_member(hall: Hall, actor: Actor, now: datetime, name: str = "林代表", **fields: Any) -> UUID:
    """Somebody who takes turns; returns their id."""
    saved: Saved = _click(hall, actor, now, save_member, fields=MemberFields(name, **fields))
    return saved.id


def make_seat(hall: Hall, actor: Actor, now: datetime, member_id: UUID, body_id: UUID, **fields: Any) -> UUID:
    """A membership, without history and credit unless told; returns its id."""
    given = SeatFields(**{"credit": 0, **fields})
    saved: Saved = _click(hall, actor, now, save_seat, member_id=member_id, body_id=body_id, fields=given)
    return saved.id


def make_stand(hall: Hall, actor: Actor, now: datetime, member_id: UUID, **fields: Any) -> UUID:
    """Leave on 2 December 2026 unless told; returns its id."""
    given = StandFields(**{"want": Want.CANNOT, "first": date(2026, 12, 2), "last": date(2026, 12, 2), **fields})
    entered: StandEntered = _click(hall, actor, now, enter_stand, member_id=member_id, fields=given)
    return entered.stand_id


def make_crew(
    hall: Hall,
    actor: Actor,
    now: datetime,
    count: int = 6,
    *,
    name: str = BODY,
    kinds: tuple[str, ...] = KINDS,
    composition: Composition | None = None,
    **fields: Any,
) -> tuple[UUID, tuple[UUID, ...]]:
    """A body that sits on Wednesdays, with `count` members of the kinds in turn; returns its id and the seats' ids."""
    body_id = make_body(hall, actor, now, name, **fields)
    made_of = composition or Composition(Turn.IN_TURN, 1, kinds)
    make_rule(hall, actor, now, body_id, composition=made_of)
    made = []
    for at in range(count):
        member = make_member(hall, actor, now, f"{name.strip('“”')[:3]}{at + 1:02d}号")
        made.append(make_seat(hall, actor, now, member, body_id, kind=kinds[at % len(kinds)] if kinds else ""))
    return body_id, tuple(made)


def _click(hall: Hall, actor: Actor, now: datetime, action: Action[..., Any], /, **given: Any) -> Any:
    return hall.run(Request(actor, now, new_id()), action, **given)


def _body(stage: Stage, **more: object) -> dict[str, Any]:
    return {"body_id": make_body(stage.hall, stage.actor, stage.now), **more}


def _rule_fields() -> RuleFields:
    return RuleFields(WEDNESDAYS, MORNING, Composition(Turn.IN_TURN, 1, KINDS))


def _rule(stage: Stage) -> dict[str, object]:
    body = _body(stage)["body_id"]
    return {"rule_id": make_rule(stage.hall, stage.actor, stage.now, body), "version": 1}


def _member(stage: Stage, **more: object) -> dict[str, Any]:
    return {"member_id": make_member(stage.hall, stage.actor, stage.now, phone="13800138000"), **more}


def _seat(stage: Stage, **more: object) -> dict[str, object]:
    body, member = _body(stage)["body_id"], _member(stage)["member_id"]
    return {"seat_id": make_seat(stage.hall, stage.actor, stage.now, member, body), "version": 1, **more}


def _couple(stage: Stage) -> dict[str, Any]:
    body, _ = make_crew(stage.hall, stage.actor, stage.now, 2)
    one, other = (seat.member_id for seat in stage.read(seats, stage.centre_id, body))
    return {"body_id": body, "one_id": one, "other_id": other, "together": True}


def _roster(stage: Stage) -> dict[str, object]:
    """A session of last month, somebody who is new in it, with a private phone."""
    comes = Sitter("陈国栋", "人大代表", phone="13900139000")
    draft = Draft("“表”第 2 行", date(2026, 10, 14), time(9), time(11), (comes,))
    return {"drafts": (draft,), **_body(stage)}


def _history(stage: Stage) -> dict[str, object]:
    stage.run(import_roster, **_roster(stage))
    (plan,) = stage.read(plans, stage.centre_id, archived=True)
    return {"plan_id": plan.id, "version": plan.version}


LEAVE = StandFields(Want.CANNOT, date(2026, 12, 2), date(2026, 12, 4), why="出差")

EXAMPLES: dict[str, Example] = {
    "duty.body_save": lambda _stage: {"fields": BodyFields("公益律师", rest=5, office_phone="0591-87654321")},
    "duty.body_retire": lambda stage: _body(stage, version=1),
    "duty.rule_save": lambda stage: _body(stage, fields=_rule_fields()),
    "duty.rule_drop": _rule,
    "duty.member_save": lambda _stage: {"fields": MemberFields("林代表", "榕荫社区书记", "调解", "13800138000")},
    "duty.member_retire": lambda stage: _member(stage, version=1),
    "duty.seat_save": lambda stage: {**_body(stage), **_member(stage), "fields": SeatFields("党代表", "十四届", "区")},
    "duty.seat_end": lambda stage: _seat(stage, last=date(2026, 12, 31)),
    "duty.stand_enter": lambda stage: _member(stage, fields=LEAVE),
    "duty.stand_lift": lambda stage: {
        "stand_id": make_stand(stage.hall, stage.actor, stage.now, _member(stage)["member_id"])
    },
    "duty.pair_save": _couple,
    "duty.pair_drop": lambda stage: {"pair_id": stage.run(save_pair, **_couple(stage))},
    "duty.import": _roster,
    "duty.import_drop": _history,
    "duty.unmask_phone": lambda stage: _member(stage, reason="联系替班"),
}
