"""A rule that is to be eased for good while somebody else works on the plan or the rule: what became of both, what is left."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from db.duty.easing import LIMITS
from db.duty.queries import bodies
from db.duty.rows import BodyRow
from db.duty.solve.relax import Give, Relaxation, Step
from desktop.duty.board_words import slot_text
from desktop.duty.meanwhile import Standing, plan_facts, read_standing
from desktop.duty.rule_form_words import needs_text
from desktop.shell.again import Gesture
from desktop.shell.desk import Desk

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

EASED = "别人已经这样放宽了，不用再改；请重新排班。"


@dataclass(frozen=True)
class Easing:
    """A plan with the limits of its bodies, as somebody sees them."""

    standing: Standing
    bodies: Mapping[UUID, BodyRow]

    @classmethod
    def of(cls, standing: Standing, known: Iterable[BodyRow]) -> "Easing":
        """With the bodies of the plan alone."""
        return cls(standing, {body.id: body for body in known if body.id in standing.plan.body_ids})

    def limit(self, step: Step) -> int | None:
        """The limit that a step would loosen; None for other steps, and where the body has gone."""
        body = self.bodies.get(step.body_id)
        return getattr(body, LIMITS[step.give][0]) if body is not None and step.give in LIMITS else None


def easing(desk: Desk, choice: Relaxation, before: Easing, again: Callable[[Easing], None]) -> Gesture[Easing]:
    """What is told when somebody was first: everything of the plan and the limits; `again` gets it as it is now."""
    centre_id, plan_id = desk.centre_id, before.standing.plan.id

    def read(session: "Session") -> Easing | None:
        now = read_standing(session, centre_id, plan_id)
        return None if now is None else Easing.of(now, bodies(session, centre_id, idle=True))

    return Gesture(
        before, read, lambda each: _facts(each, choice, before), lambda _: f"今后都这样：{choice.sentence}", again, lambda now: _hindered(now, choice, before),
    )  # fmt: skip


def left_of(choice: Relaxation, before: Easing, now: Easing) -> tuple[Step, ...]:
    """The steps that nobody has taken meanwhile: limits that are still tighter, sessions that still ask for as much."""
    done = {key: _given(key, before, now) for key in {(step.slot_id, step.need, step.give) for step in choice.steps}}
    left = []
    for step in choice.steps:
        key = (step.slot_id, step.need, step.give)
        limit = now.limit(step)
        if step.give in LIMITS:
            if limit is not None and LIMITS[step.give][2](limit, step.number):
                left.append(step)
        elif done[key]:
            done[key] -= 1
        else:
            left.append(step)
    return tuple(left)


def _given(key: tuple[UUID | None, int, Give], before: Easing, now: Easing) -> int:
    """How many steps of a kind somebody has taken at a place of a session meanwhile."""
    slot_id, need, give = key
    if slot_id is None:
        return 0
    old, new = before.standing.slots.get(slot_id), now.standing.slots.get(slot_id)
    if old is None or new is None or need >= len(old.needs) or need >= len(new.needs):
        return 0
    if give is Give.KINDS:
        return int(bool(old.needs[need].kinds) and not new.needs[need].kinds)
    return max(old.needs[need].count - new.needs[need].count, 0)


def _facts(each: Easing, choice: Relaxation, before: Easing) -> Mapping[str, str]:
    told = dict(plan_facts(each.standing, before.standing))
    for step in choice.steps:
        body = each.bodies.get(step.body_id)
        if step.give in LIMITS and body is not None:
            told[f"{body.name} {LIMITS[step.give][1]}"] = str(each.limit(step))
    for slot_id in Counter(step.slot_id for step in choice.steps if step.slot_id is not None):
        slot = each.standing.slots.get(slot_id)
        known = before.standing.slots.get(slot_id) or slot
        if known is not None:
            told[f"{slot_text(known)} 要求"] = needs_text(slot.needs) if slot is not None else ""
    return told


def _hindered(now: Easing, choice: Relaxation, before: Easing) -> str:
    plan = now.standing.plan
    if plan.state is not before.standing.plan.state:
        return "这份轮值表已经不是草稿，不能再放宽规则。"
    if any(step.slot_id is not None and step.slot_id not in now.standing.slots for step in choice.steps):
        return "要放宽的班次已经删除，请重新排班。"
    return "" if left_of(choice, before, now) else EASED
