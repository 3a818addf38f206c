"""`python -m db roster`: drafts of the database are solved and filled; problem files become plan files; faults are sentences."""

from datetime import date, datetime
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from db.action import Actor, Request
from db.calendar.actions import seed_years
from db.duty.plan_queries import plans
from db.duty.plans import plan_new
from db.duty.solve.checker import check
from db.duty.solve.problem import Plan, Problem
from db.duty.solve.run import SOLVER
from db.ids import new_id
from db.session import Hall
from db.staff.login import Attempt, log_in
from tests.benchmarks.duty_instances import Hall as Shape
from tests.benchmarks.duty_instances import hall as instance
from tests.db.duty.solve.small import FIRST
from tests.db.duty.solve.test_stages import crew
from tests.db.test_cli import PASSWORD, Cli, cli, hall, home
from tests.factories.duty import make_crew

__all__ = ["cli", "hall", "home"]
MONTH = (date(2026, 12, 1), date(2026, 12, 31))


@pytest.fixture
def manager(hall: Hall, now: datetime) -> Actor:
    centre = hall.read(lambda session: session.connection().exec_driver_sql("select id from centre").scalar())
    centre_id = UUID(hex=centre) if isinstance(centre, str) else UUID(bytes=centre)
    with hall.transaction() as session:
        seed_years(session, centre_id, [2026])
    return log_in(hall, Attempt(centre_id, "zheng", now, new_id()), PASSWORD).actor


@pytest.fixture
def draft(hall: Hall, manager: Actor, now: datetime) -> UUID:
    """A draft of December for one body of six, who sit on Wednesdays."""
    body_id, _ = make_crew(hall, manager, now)
    request = Request(manager, now, new_id())
    made = hall.run(request, plan_new, body_ids=(body_id,), first=MONTH[0], last=MONTH[1], title="12月轮值表")
    return made.plan_id


def test_a_draft_is_solved_and_only_filled_when_it_is_to_be_saved(
    cli: Cli, hall: Hall, manager: Actor, draft: UUID
) -> None:
    code, out, _ = cli("roster", "--processes", 1)
    assert code == 0
    assert "JM01 12月轮值表：公平性已证明最优" in out
    assert hall.read(plans, manager.centre_id)[0].filled == 0
    code, out, _ = cli("--login", "zheng", "roster", "--save", "--processes", 1, typed=PASSWORD + "\n")
    assert (code, out.splitlines()[-1]) == (0, "共 1 份，排好 1 份。")
    row = hall.read(plans, manager.centre_id)[0]
    assert row.filled == row.places > 0
    assert row.proof is not None
    assert row.proof.fair
    assert cli("roster")[1] == "没有要排的轮值表。\n"


def test_saving_needs_a_login(cli: Cli, hall: Hall, draft: UUID) -> None:
    code, _, told = cli("roster", "--save")
    assert code == 3
    assert "--login" in told


def test_problem_files_become_plan_files_and_what_cannot_be_done_is_told(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SOLVER, "greedy")
    folder, out = tmp_path / "problems", tmp_path / "plans"
    folder.mkdir()
    problems = {
        "a": instance(Shape(people=10, dual=0, bodies=1), FIRST, date(2026, 3, 13)),
        "b": crew(2, 5, rest=9),
    }
    for name, problem in problems.items():
        (folder / f"{name}.json").write_bytes(msgspec.json.encode(problem))
    (folder / "c.json").write_text("{")
    code, told, _ = cli("roster", "--problems", folder, "--out", out)
    assert code == 1
    assert "a：按“次数最少者优先”" in told
    assert "b：排不出来。" in told
    assert "c：读不了 c.json" in told
    assert told.splitlines()[-1] == "共 3 份，排好 1 份。"
    plan = msgspec.json.decode((out / "a.plan.json").read_bytes(), type=Plan)
    kept = msgspec.json.decode((folder / "a.json").read_bytes(), type=Problem)
    assert check(kept, plan) == ()
    assert sorted(path.name for path in out.iterdir()) == ["a.plan.json"]


def test_a_folder_that_is_not_there_is_a_sentence(cli: Cli, tmp_path: Path) -> None:
    code, _, told = cli("roster", "--problems", tmp_path / "nowhere")
    assert (code, "没有这个文件夹" in told) == (3, True)
