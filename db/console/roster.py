"""`roster`: duty rosters solved without a window, in several child processes: drafts of the database, or problem files."""

import argparse
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from uuid import UUID

import msgspec

from db.action import Request
from db.console.desk import Console, centres_of, progress
from db.duty.building import problem_of
from db.duty.plan_queries import plans
from db.duty.plans import plan_fill
from db.duty.solve.checker import check
from db.duty.solve.outcome import Impossible, Outcome, Planned, Settings
from db.duty.solve.problem import Plan, Problem
from db.duty.solve.run import Child, solver
from db.duty.solve.wording import proof_sentence
from db.duty.states import PlanState
from db.errors import Refusal, RuleBroken, Unavailable
from db.ids import new_id

OK, FOUND = 0, 1
PLAN_END = ".plan.json"


@dataclass(frozen=True, slots=True)
class Job:
    """Something to be solved: its name for the line that tells of it, where it comes from and what is done with the plan."""

    name: str
    load: Callable[[], Problem]
    keep: Callable[[Plan], None]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a job: a line, and whether there is a whole plan."""

    name: str
    words: str
    good: bool


def solve_rosters(console: Console, options: argparse.Namespace) -> int:
    """Solve every job; prints a line for each. 1 where one of them has no whole plan."""
    settings = Settings(by_month=not options.year, holes=options.holes, effort=options.effort)
    jobs = list(_files(options) if options.problems else _drafts(console, options))
    if not jobs:
        print("没有要排的轮值表。")
        return OK
    good = 0
    for done, result in enumerate(_results(jobs, settings, max(1, options.processes)), 1):
        print(f"{result.name}：{result.words}", flush=True)
        progress(done, len(jobs), result.name)
        good += result.good
    print(f"共 {len(jobs)} 份，排好 {good} 份。")
    return OK if good == len(jobs) else FOUND


def _files(options: argparse.Namespace) -> Iterator[Job]:
    """Problem files of a folder; the plan is written beside each, or into --out."""
    folder: Path = options.problems
    if not folder.is_dir():
        raise Unavailable(f"没有这个文件夹：{folder}。")
    out: Path = options.out or folder
    out.mkdir(parents=True, exist_ok=True)
    for path in sorted(folder.glob("*.json")):
        if not path.name.endswith(PLAN_END):
            yield Job(path.stem, lambda path=path: _read(path), _writer(out / f"{path.stem}{PLAN_END}"))  # type: ignore[misc]


def _read(path: Path) -> Problem:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Problem)
    except (OSError, msgspec.DecodeError) as error:
        raise RuleBroken(f"读不了 {path.name}：{error}。") from error


def _writer(path: Path) -> Callable[[Plan], None]:
    def write(plan: Plan) -> None:
        path.write_bytes(msgspec.json.encode(plan))

    return write


def _drafts(console: Console, options: argparse.Namespace) -> Iterator[Job]:
    """Drafts with empty places whose last day is still to come. With --save they are filled, in the name of --login."""
    hall, today = console.hall, console.clock().date()
    actor = console.actor() if options.save else None
    one = options.save or console.centre
    chosen = console.centre_id() if one else None
    centres = [(centre_id, code) for centre_id, code in hall.read(centres_of) if chosen in (None, centre_id)]
    for centre_id, code in centres:
        for plan in hall.read(plans, centre_id):
            if plan.state is not PlanState.DRAFT or plan.last < today or plan.filled >= plan.places:
                continue

            def load(centre_id: UUID = centre_id, plan_id: UUID = plan.id) -> Problem:
                return hall.read(problem_of, centre_id, plan_id)

            def keep(solved: Plan, plan_id: UUID = plan.id, version: int = plan.version, code: str = code) -> None:
                if actor is not None:
                    request = Request(actor, console.clock(), new_id())
                    hall.run(
                        request,
                        plan_fill,
                        plan_id=plan_id,
                        version=version,
                        sittings=solved.sittings,
                        proof=solved.proof,
                    )
                elif options.out:
                    options.out.mkdir(parents=True, exist_ok=True)
                    _writer(options.out / f"{code}-{plan_id}{PLAN_END}")(solved)

            yield Job(f"{code} {plan.title}", load, keep)


def _results(jobs: list[Job], settings: Settings, processes: int) -> Iterator[Result]:
    """Results as they come, from so many child processes; each solves one problem after another.

    Raises:
        Unavailable: every worker ended before all was done.
    """
    waiting: SimpleQueue[Job] = SimpleQueue()
    for job in jobs:
        waiting.put(job)
    results: SimpleQueue[Result | None] = SimpleQueue()
    workers = min(processes, len(jobs))
    for _ in range(workers):
        threading.Thread(target=_work, args=(waiting, results, settings), daemon=True).start()
    for _ in jobs:
        while (result := results.get()) is None:
            workers -= 1
            if not workers:
                raise Unavailable("排班计算意外中断，后面的轮值表没有排。")
        yield result


def _work(waiting: "SimpleQueue[Job]", results: "SimpleQueue[Result | None]", settings: Settings) -> None:
    """One worker with its child; a child that broke down is replaced. None is its last word."""
    try:
        sound = False
        while not waiting.empty():
            with solver() as child:
                sound = True
                while sound:
                    try:
                        job = waiting.get_nowait()
                    except Empty:
                        return
                    result, sound = _solved(child, job, settings)
                    results.put(result)
    finally:
        results.put(None)


def _solved(child: Child, job: Job, settings: Settings) -> tuple[Result, bool]:
    """The result of a job, and whether the child can go on."""
    try:
        problem = job.load()
        return _judged(job, problem, child.solve(problem, settings, lambda progress: None)), True
    except Unavailable as broken:
        return Result(job.name, broken.sentence, False), False
    except Refusal as refusal:
        return Result(job.name, refusal.sentence, False), True


def _judged(job: Job, problem: Problem, outcome: Outcome) -> Result:
    """Keep a plan that the independent checker passes."""
    if isinstance(outcome, Impossible):
        return Result(job.name, "排不出来。" + "".join(outcome.explanation.sentences[:3]), False)
    if not isinstance(outcome, Planned):
        return Result(job.name, outcome.why or "没有排完。", False)
    if found := check(problem, outcome.plan):
        return Result(job.name, f"核对没有通过，没有保存：{found[0]}", False)
    job.keep(outcome.plan)
    return Result(job.name, proof_sentence(outcome.plan.proof), outcome.plan.proof.covered)
