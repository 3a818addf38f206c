"""The solver's library without what it drags along. Runs in the child process.

ortools' Python layer imports pandas for types and for methods on tables that nobody calls here: more than half of what its
import takes, as long as a repair. Empty classes stand in for it while it is imported, and are taken away again.
Should a later ortools not bear that, it is imported as it is.
"""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

SPARED = "pandas"
SOLVER = "ortools.sat.python.cp_model"
FLOW = "ortools.graph.python.min_cost_flow"


class StandIn(ModuleType):
    """A module that has every class one asks for; all of them are empty."""

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        made = type(name, (), {})
        setattr(self, name, made)
        return made


def load() -> None:
    """Import what the solver needs, as quickly as can be.

    Raises:
        ImportError: there is no ortools for this machine.
    """
    try:
        with _spared():
            importlib.import_module(SOLVER)
    except (ImportError, AttributeError, TypeError):
        importlib.import_module(SOLVER)
    importlib.import_module(FLOW)


@contextmanager
def _spared() -> Iterator[None]:
    """Nothing imports it within the block; if it is there already it stays."""
    if SPARED in sys.modules:
        yield
        return
    sys.modules[SPARED] = StandIn(SPARED)
    try:
        yield
    finally:
        del sys.modules[SPARED]
