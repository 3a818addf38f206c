"""A choice that made an impossible month possible, made the rule: limits of bodies for good, needs of a draft's sessions."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from db.action import Act, action
from db.duty.drafting import keep_step, unproved
from db.duty.finding import DRAFT, plan_of, slots_of, told
from db.duty.kept import needs_of, pack
from db.duty.looking import body_of
from db.duty.models import DutyBody, DutySlot
from db.duty.solve.relax import Give, Step
from db.errors import RuleBroken, Stale
from db.staff.permissions import Permission

LIMITS: dict[Give, tuple[str, str, Callable[[int, int], bool]]] = {
    Give.REST: ("rest", "最短间隔", lambda old, new: 0 <= new < old),
    Give.MONTH: ("most_a_month", "每月最多", lambda old, new: 0 < old < new),
    Give.YEAR: ("least_a_year", "每年最少", lambda old, new: 0 <= new < old),
}
"""The column of a body's limit, its name, and whether a new value is looser than the old one."""
SESSIONS = frozenset({Give.KINDS, Give.FEWER})
"""What is given up of one session only."""


@dataclass(frozen=True, slots=True)
class Eased:
    """How many limits of bodies and how many sessions were changed."""

    plan_id: UUID
    version: int
    limits: int
    sessions: int


def can_stay(steps: Iterable[Step], needed: Mapping[UUID, int]) -> bool:
    """Whether all that is given up can be made the rule: who comes in spite of one comes this once, and no session is
    left without people. `needed` is how many people each session asks for.
    """
    given = tuple(steps)
    fewer = Counter(step.slot_id for step in given if step.give is Give.FEWER)
    return all(step.give is not Give.COME for step in given) and all(
        slot_id is not None and less < needed.get(slot_id, 0) for slot_id, less in fewer.items()
    )


@action("duty.ease", Permission.DUTY_PLAN, "放宽轮值规则")
def ease(act: Act, *, plan_id: UUID, version: int, steps: tuple[Step, ...]) -> Eased:
    """Give up for good what a relaxation gives up: bodies keep the looser limit in every plan from now on; sessions of this
    draft ask for fewer people, or for anybody. The sessions are a step of the draft; a limit is set back with its body.

    Raises:
        Stale: the plan or a limit was changed meanwhile.
        RuleBroken: nothing in it can be made the rule, or a session would be left without people.
    """
    plan = plan_of(act, plan_id, DRAFT, "放宽规则", version)
    if not steps or any(step.give is Give.COME for step in steps):
        raise RuleBroken("这个办法只对当天这一个人，不能改成规则。")
    said = [_limit(body_of(act, step.body_id), step) for step in steps if step.give in LIMITS]
    here = [step for step in steps if step.give in SESSIONS]
    if here:
        slots = slots_of(act, plan.id)
        touched = {step.slot_id: slots[step.slot_id] for step in here if step.slot_id in slots}
        if len(touched) < len({step.slot_id for step in here}):
            raise Stale("要放宽的班次已经不在了，请重新排班。")
        keep_step(act, plan, (), f"放宽 {len(touched)} 班的要求", touched.values())
        for step in here:
            assert step.slot_id is not None
            _session(touched[step.slot_id], step)
    unproved(plan)
    for step in steps:
        act.touch("duty_body", step.body_id)
    act.on("duty_plan", plan.id)
    act.note(eased="；".join(said)[:200], sessions=len(here))
    return Eased(plan.id, plan.version, len(said), len(here))


def _limit(body: DutyBody, step: Step) -> str:
    column, name, looser = LIMITS[step.give]
    old = getattr(body, column)
    if not looser(old, step.number):
        raise Stale(f"“{body.name}”的{name}已经改成 {old}，请重新排班再看要不要放宽。")
    setattr(body, column, step.number)
    body.version += 1
    return f"{body.name}：{name} {old}→{step.number}"


def _session(slot: DutySlot, step: Step) -> None:
    needs = needs_of(slot.needs)
    if not 0 <= step.need < len(needs):
        raise Stale(f"{told(slot)}的要求已经改了，请重新排班。")
    need = needs[step.need]
    if step.give is Give.KINDS:
        need = replace(need, kinds=frozenset())
    else:
        need = replace(need, count=need.count - 1)
    changed = (*needs[: step.need], need, *needs[step.need + 1 :])
    if need.count < 0 or not sum(each.count for each in changed):
        raise RuleBroken(f"{told(slot)}这一班就没有人了：请停班，或先空着这个位置。")
    slot.needs = pack(changed)
    slot.version += 1
