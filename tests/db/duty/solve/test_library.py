"""The solver's library comes without pandas, works all the same, and is imported whole where that does not do."""

import subprocess
import sys

import pytest

SOLVES = """
from ortools.sat.python import cp_model
model = cp_model.CpModel()
one, other = model.new_bool_var(""), model.new_bool_var("")
model.add_at_most_one(one, other)
model.maximize(2 * one + other)
solver = cp_model.CpSolver()
assert solver.solve(model) == cp_model.OPTIMAL
assert (solver.objective_value, solver.boolean_value(one)) == (2, True)
"""


def said(code: str) -> str:
    """What a process of its own prints: what it imports stays there."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_library_is_loaded_and_solves_without_pandas() -> None:
    there = "import sys; print('ortools' in sys.modules, 'pandas' in sys.modules)"
    assert said(f"from db.duty.solve.library import load; load()\n{SOLVES}\n{there}") == "True False"


@pytest.mark.parametrize("trouble", ["AttributeError", "TypeError", "ImportError"])
def test_a_library_that_bears_no_stand_ins_is_imported_whole(trouble: str) -> None:
    broken = f"def refuse(self, name): raise {trouble}(name)"
    loads = "from db.duty.solve import library; library.StandIn.__getattr__ = refuse; library.load()"
    code = f"{broken}\n{loads}\n{SOLVES}\nimport sys; print('pandas' in sys.modules)"
    assert said(code) == "True"


def test_where_there_is_no_ortools_it_says_so() -> None:
    code = """
import sys
sys.modules["ortools"] = None
from db.duty.solve.library import load
try:
    load()
except ImportError as gone:
    print("absent", "pandas" in sys.modules)
"""
    assert said(code) == "absent False"
