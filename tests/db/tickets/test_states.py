"""Every move of the state machine, and the sentence for every refused one."""

import pytest

from db.errors import RuleBroken
from db.tickets.priority import (
    ACCEPTED_PROOFS,
    PRIORITY_MARKS,
    PRIORITY_NAMES,
    PROOF_NAMES,
    Priority,
    Proof,
    require_proof,
)
from db.tickets.states import OPEN_STATES, STATE_NAMES, STEP_NAMES, Step, TicketState, can, move

S = TicketState
ALLOWED = {
    (S.WAITING, Step.CALL): S.CALLED,
    (S.CALLED, Step.RECALL): S.CALLED,
    (S.CALLED, Step.START): S.SERVING,
    (S.CALLED, Step.SKIP): S.SKIPPED,
    (S.SERVING, Step.PARK): S.PARKED,
    (S.PARKED, Step.UNPARK): S.SERVING,
    (S.WAITING, Step.TRANSFER): S.WAITING,
    (S.CALLED, Step.TRANSFER): S.WAITING,
    (S.SERVING, Step.TRANSFER): S.WAITING,
    (S.PARKED, Step.TRANSFER): S.WAITING,
    (S.SKIPPED, Step.REQUEUE): S.WAITING,
    (S.SERVING, Step.FINISH): S.DONE,
    (S.WAITING, Step.CANCEL): S.CANCELLED,
    (S.CALLED, Step.CANCEL): S.CANCELLED,
    (S.PARKED, Step.CANCEL): S.CANCELLED,
    (S.SKIPPED, Step.CANCEL): S.CANCELLED,
    **{(state, Step.EXPIRE): S.EXPIRED for state in OPEN_STATES},
}
MOVES = [step for step in Step if step not in (Step.TAKE, Step.UNDO)]


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("step", MOVES)
def test_a_move_is_allowed_or_refused_with_advice(state: TicketState, step: Step) -> None:
    assert can(state, step) == ((state, step) in ALLOWED)
    if (state, step) in ALLOWED:
        assert move("A007", state, step) is ALLOWED[state, step]
        return
    with pytest.raises(RuleBroken) as refused:
        move("A007", state, step)
    assert refused.value.sentence.startswith(f"A007 不能{STEP_NAMES[step]}：")
    assert refused.value.sentence.endswith("。")


def test_everything_has_a_chinese_name() -> None:
    assert set(STATE_NAMES) == set(TicketState)
    assert set(STEP_NAMES) == set(Step)
    assert set(PRIORITY_NAMES) == set(PRIORITY_MARKS) == set(ACCEPTED_PROOFS) == set(Priority)
    assert set(PROOF_NAMES) == set(Proof)


@pytest.mark.parametrize("priority", Priority)
@pytest.mark.parametrize("proof", Proof)
def test_a_priority_needs_a_proof_that_fits_it(priority: Priority, proof: Proof) -> None:
    if proof in ACCEPTED_PROOFS[priority]:
        require_proof(priority, proof)
        return
    with pytest.raises(RuleBroken) as refused:
        require_proof(priority, proof)
    if priority is not Priority.NONE:
        assert PROOF_NAMES[ACCEPTED_PROOFS[priority][0]] in refused.value.sentence


def test_every_proof_is_good_for_something() -> None:
    assert {proof for proofs in ACCEPTED_PROOFS.values() for proof in proofs} == set(Proof)


def test_marks_are_told_apart_without_colour() -> None:
    marks = [PRIORITY_MARKS[each] for each in Priority]
    assert len(set(marks)) == len(marks)
