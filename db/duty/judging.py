"""What a change of a plan would break that is not broken already, as sentences."""

from collections.abc import Iterable
from uuid import UUID

from db.action import Act
from db.duty.building import problem_of
from db.duty.models import DutyPlan
from db.duty.solve.broken import broken
from db.duty.solve.problem import Problem, Sitting
from db.duty.solve.why import Broken

_Key = tuple[str, UUID | None, UUID | None]


def problem_now(act: Act, plan: DutyPlan) -> Problem:
    """The problem of a plan as this transaction has it."""
    act.session.flush()
    return problem_of(act.session, act.centre_id, plan.id)


def breaks(problem: Problem, sittings: Iterable[Sitting]) -> dict[_Key, str]:
    """What sittings break, by rule, session and seat."""
    return {_key(each): each.sentence for each in broken(problem, sittings)}


def newly(before: dict[_Key, str], after: dict[_Key, str]) -> tuple[str, ...]:
    """What is broken after a change and was not before."""
    return tuple(sentence for key, sentence in after.items() if key not in before)


def _key(each: Broken) -> _Key:
    return (str(each.rule), each.slot_id, each.seat_id)
