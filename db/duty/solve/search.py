"""Solving a model within what is left of the effort, so that it can be stopped from another thread. Runs in the child process."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from db.duty.solve.model import Cell, Model
from db.duty.solve.outcome import Progress, Tell


@dataclass(frozen=True, slots=True)
class Way:
    """A way of searching: its part of the time, the solver's linearization level, and whether it simplifies the model first.

    The models are tight as they are (every rule is a clique or a count), and their whole linear relaxation at the root most
    often shows a plan or that there is none; simplifying costs more than it saves there.
    """

    part: float
    level: int
    simplified: bool


WAYS = (Way(0.4, 2, simplified=False), Way(0.2, 0, simplified=True), Way(0.4, 2, simplified=True))
BETTERING = (Way(0.4, 2, simplified=True), Way(0.2, 0, simplified=True), Way(0.4, 2, simplified=False))
"""To find a plan, and to make something least. Which helps differs widely from one roster to the next (a hundredfold), so each gets a turn."""


class Halted(Exception):
    """The search was asked to stop."""


class Status(StrEnum):
    """What a search found out."""

    BEST = "best"  # a plan, and none is better
    FOUND = "found"  # a plan
    NONE = "none"  # there is none
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to one model: cells (slot, seat, need), the value and the proved bound of what was minimised."""

    status: Status
    cells: tuple[tuple[int, int, int], ...] = ()
    value: int = 0
    bound: int = 0

    @property
    def has_plan(self) -> bool:
        return self.status in (Status.BEST, Status.FOUND)


class Search:
    """Effort in deterministic seconds, shared by every model that is solved; one worker, fixed seed."""

    def __init__(self, tell: Tell, effort: float = 0.0) -> None:
        self.left = effort
        self._tell = tell
        self._stop = threading.Event()
        self._solver: Any = None
        self._done = self._part = 0.0
        self._label = ""

    def stop(self) -> None:
        """Ask the search to end, from whatever thread."""
        self._stop.set()
        solver = self._solver
        if solver is not None:
            solver.stop_search()

    def section(self, label: str, begin: float, part: float) -> None:
        """What follows is so much of the whole (0 to 1), beginning at `begin`."""
        self._label, self._done, self._part = label, begin, part

    def say(self, what: str, fraction: float = 0.0, found: str = "") -> None:
        """Tell how far it is.

        Raises:
            Halted: the search is to stop.
        """
        answer = self._tell(Progress(f"{self._label}{what}", min(1.0, self._done + self._part * fraction), found))
        if answer is False:
            self._stop.set()
        self.check()

    def check(self) -> None:
        """Raises Halted where the search is to stop."""
        if self._stop.is_set():
            raise Halted

    def solve(
        self, model: Model, limit: float, hint: Iterable[tuple[int, int, int]] = (), ways: tuple[Way, ...] | None = None
    ) -> Found:
        """Solve a model with at most `limit` deterministic seconds, by one way of searching after the other.

        Raises:
            Halted: it was stopped and found nothing; what it found before is returned.
        """
        best = Found(Status.UNKNOWN)
        _hint(model, hint)
        for way in ways or (BETTERING if model.cp.has_objective() else WAYS):
            found = self._once(model, limit * way.part, way)
            if found.status in (Status.BEST, Status.NONE):
                return found
            if found.has_plan and (not best.has_plan or found.value < best.value):
                best = found
                _hint(model, best.cells)
        return best

    def _once(self, model: Model, limit: float, way: Way) -> Found:
        from ortools.sat.python import cp_model

        self.check()
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 1
        solver.parameters.max_deterministic_time = max(0.01, min(limit, self.left))
        solver.parameters.symmetry_level = 0
        solver.parameters.cp_model_probing_level = 0
        solver.parameters.linearization_level = way.level
        solver.parameters.cp_model_presolve = way.simplified
        solver.parameters.add_lp_constraints_lazily = way.simplified
        self._solver = solver
        status = solver.solve(model.cp)
        self._solver = None
        self.left -= solver.response_proto.deterministic_time
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            found = Status.BEST if status == cp_model.OPTIMAL else Status.FOUND
            value, bound = round(solver.objective_value), round(solver.best_objective_bound)
            return Found(found, _cells(model, solver), value, bound)
        self.check()
        if status == cp_model.MODEL_INVALID:
            raise RuntimeError(model.cp.validate())
        return Found(Status.NONE if status == cp_model.INFEASIBLE else Status.UNKNOWN)


def _hint(model: Model, cells: Iterable[tuple[int, int, int]]) -> None:
    there = {(slot, seat): need for slot, seat, need in cells}
    if not there:
        return
    model.cp.clear_hints()
    for cell, variable in model.cells.items():
        model.cp.add_hint(variable, cell in there)
    for (slot, seat, need), variable in model.fills.items():
        model.cp.add_hint(variable, there.get((slot, seat)) == need)


def _cells(model: Model, solver: Any) -> tuple[tuple[int, int, int], ...]:
    chosen = [cell for cell, variable in model.cells.items() if solver.boolean_value(variable)]
    needs: dict[Cell, int] = {
        (slot, seat): need for (slot, seat, need), variable in model.fills.items() if solver.boolean_value(variable)
    }
    return tuple(sorted((slot, seat, needs.get((slot, seat), model.only[slot, seat])) for slot, seat in chosen))
