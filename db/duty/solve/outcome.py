"""What a solver is asked for, what it tells on the way, and what it hands back. Plain values that cross to the child process."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from db.duty.solve.problem import Plan
from db.duty.solve.relax import Relaxation

YEAR_SHARE, MONTH_SHARE = 0.85, 0.75
"""How much of the greatest rest is kept while wishes are granted: for a year at once, and month by month."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a plan is to be made.

    by_month: one calendar month after the other, with carried counts (the default, and what the wall has seen is never
    planned anew); False looks at the whole time at once (“best plan for the year”). rest_share: the share of the greatest
    rest that stays while wishes are granted, 0 to 1; None takes 0.75 month by month and 0.85 otherwise. holes: places may
    stay empty where nobody can come. effort: how long may be searched, in the solver's deterministic seconds (half a
    second to three of one core each, the same work on every machine, so that the same input gives the same plan); 0 takes
    12 for each calendar month, or 120 for the whole time at once.
    """

    by_month: bool = True
    rest_share: float | None = None
    holes: bool = False
    effort: float = 0.0

    @property
    def share(self) -> float:
        """The share of the greatest rest that is kept."""
        if self.rest_share is not None:
            return min(1.0, max(0.0, self.rest_share))
        return MONTH_SHARE if self.by_month else YEAR_SHARE


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a solver is: what it does now (“安排 3 月：间隔”), the done part from 0 to 1, and what is found so far."""

    stage: str
    fraction: float
    found: str = ""


Tell: TypeAlias = Callable[[Progress], bool | None]
"""Told now and then; False asks the solver to stop and to hand over the best plan so far."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan was made. `complete` False: stopped before all stages were done; the plan obeys the rules all the same."""

    plan: Plan
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Impossibility:
    """Why it cannot be done (one sentence for each conflict), and the cheapest choices, each of which makes it possible.

    No sentences: it can be done. `proved` False: no plan was found, but none is proved not to exist either; the sentences
    then say where it gets stuck.
    """

    sentences: tuple[str, ...]
    relaxations: tuple[Relaxation, ...] = ()
    proved: bool = True


@dataclass(frozen=True, slots=True)
class Impossible:
    """No plan obeys all rules; the counting proof and what could be given up."""

    explanation: Impossibility


@dataclass(frozen=True, slots=True)
class Stopped:
    """Stopped before there was a plan, or before it was known that there is none (`why`, empty: asked to stop)."""

    why: str = ""


Outcome: TypeAlias = Planned | Impossible | Stopped
