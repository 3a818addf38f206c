"""The child process from the parent's side: what comes back, cancel, no orphan, and a machine without ortools."""

import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta

import pytest

from db.duty.solve.checker import check
from db.duty.solve.outcome import Impossible, Planned, Progress, Settings, Stopped
from db.duty.solve.problem import Method
from db.duty.solve.run import SOLVER, plan, solver
from db.duty.solve.search import Search
from db.duty.solve.stages import solve
from tests.benchmarks.duty_instances import Hall, hall
from tests.db.duty.solve.small import FIRST, NAMES, away
from tests.db.duty.solve.test_stages import crew


class Interrupted(Exception):
    pass


def test_a_child_solves_several_problems_as_in_process_and_ends_with_its_block() -> None:
    with solver() as child:
        made = child.solve(crew(), Settings(), lambda progress: None)
        assert made == solve(crew(), Settings(), Search(lambda progress: None))
        nobody = crew(2, 5, rest=9)
        assert isinstance(child.solve(nobody, Settings(), lambda progress: None), Impossible)
        assert child.process.poll() is None
    assert child.process.poll() is not None


def test_cancel_hands_over_a_plan_that_obeys_the_rules_or_says_it_was_stopped() -> None:
    problem = hall(Hall(people=30, dual=2, bodies=2), date(2026, 1, 1), date(2026, 6, 30))
    stages: list[str] = []

    def until_the_first_month(progress: Progress) -> bool:
        stages.append(progress.stage)
        return progress.fraction < 0.1

    with solver() as child:
        outcome = child.solve(problem, Settings(by_month=False), until_the_first_month)
        assert child.process.poll() is None
    assert any("个工作日" in stage for stage in stages)
    if isinstance(outcome, Planned):
        assert not outcome.complete
        assert check(problem, outcome.plan) == ()
    else:
        assert outcome == Stopped()


def test_a_parent_that_stops_listening_leaves_no_child() -> None:
    seen = []

    def give_up(progress: Progress) -> None:
        raise Interrupted

    def solve_and_give_up() -> None:
        with solver() as child:
            seen.append(child.process)
            child.solve(crew(), Settings(), give_up)

    with pytest.raises(Interrupted):
        solve_and_give_up()
    assert seen[0].poll() is not None


def test_a_child_ends_by_itself_when_its_parent_is_gone() -> None:
    with solver() as child:
        pipe = child.process.stdin
        assert pipe is not None
        child.solve(crew(), Settings(), lambda progress: None)
        pipe.close()
        assert child.process.wait(60) == 0


def test_without_a_solver_the_least_loaded_first_obeys_the_rules_and_proves_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(SOLVER, "greedy")
    outcome = plan(crew(), Settings(), lambda progress: None)
    assert isinstance(outcome, Planned)
    proof = outcome.plan.proof
    assert (proof.method, proof.fair, proof.rest_proved, proof.wishes_proved) == (Method.GREEDY, False, False, False)
    assert check(crew(), outcome.plan) == ()


def test_a_child_that_finds_no_ortools_says_so_and_the_parent_goes_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "ortools").mkdir()
    (tmp_path / "ortools" / "__init__.py").write_text("raise ImportError('no wheel for this machine')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    outcome = plan(crew(), Settings(), lambda progress: None)
    assert isinstance(outcome, Planned)
    assert outcome.plan.proof.method is Method.GREEDY


def test_the_greedy_moves_somebody_over_rather_than_leave_a_place_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    """张平 comes first and sits down on Monday; only he can come on Tuesday, and one duty a month is allowed."""
    monkeypatch.setenv(SOLVER, "greedy")
    problem = crew(2, 2, most_a_month=1)
    first = min(problem.seats, key=lambda seat: (seat.body_id, seat.id))
    other = next(name for name in NAMES[:2] if problem.names[first.person_id] != name)
    problem = replace(problem, stands=(away(other, FIRST + timedelta(1)),))
    outcome = plan(problem, Settings(), lambda progress: None)
    assert isinstance(outcome, Planned)
    assert outcome.plan.proof.covered
    assert check(problem, outcome.plan) == ()


def test_the_windows_process_never_loads_the_solver() -> None:
    code = "import sys, db.duty.solve.run; print([n for n in ('ortools', 'numpy', 'pandas') if n in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
