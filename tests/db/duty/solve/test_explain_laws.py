"""What is said of small months is true: held against every plan there is."""

from dataclasses import replace

import msgspec
from hypothesis import given, settings

from db.duty.solve.broken import broken
from db.duty.solve.counting import Counting
from db.duty.solve.cover import fill
from db.duty.solve.explain import conflicts, explain
from db.duty.solve.facts import Facts
from db.duty.solve.ground import Ground
from db.duty.solve.problem import Problem
from db.duty.solve.relax import Give, Relaxation, Step, apply
from db.duty.solve.total import least_missing
from tests.db.duty.solve.small import complaints, every_plan, problems, uid


def possible(problem: Problem) -> bool:
    return next(every_plan(problem), None) is not None


@settings(max_examples=50)
@given(problems())
def test_it_is_explained_just_when_no_plan_exists_and_every_choice_makes_one_possible(problem: Problem) -> None:
    explained = explain(problem)
    assert bool(explained.sentences) != possible(problem)
    assert explained.proved
    assert bool(explained.relaxations) == bool(explained.sentences)
    assert len(explained.relaxations) <= 6
    assert [each.cost for each in explained.relaxations] == sorted(each.cost for each in explained.relaxations)
    for choice in explained.relaxations:
        assert possible(apply(problem, choice)), choice.sentence


@settings(max_examples=50)
@given(problems())
def test_no_smaller_change_of_a_limit_would_do(problem: Problem) -> None:
    for choice in explain(problem).relaxations:
        if {step.give for step in choice.steps} == {Give.REST}:
            less = tuple(replace(step, number=step.number + 1) for step in choice.steps)
        elif {step.give for step in choice.steps} == {Give.MONTH}:
            less = tuple(replace(step, number=step.number - 1) for step in choice.steps)
        else:
            continue
        assert not possible(apply(problem, Relaxation("", 0, less))), choice.sentence


@settings(max_examples=50)
@given(problems())
def test_a_counting_proof_is_true_of_every_plan_with_empty_places(problem: Problem) -> None:
    ground = Ground(Facts(problem))
    counting = Counting(ground)
    shortages, _ = conflicts(counting, fill(ground))
    locked = {(each.slot_id, each.seat_id) for each in problem.fixed}
    plans = list(every_plan(problem, holes=True)) if shortages else []
    for shortage in shortages:
        assert shortage.required == len(shortage.places) > shortage.possible
        cells = {(ground.slots[ground.place_slot[at]].id, ground.place_need[at]) for at in shortage.places}
        for plan in plans:
            free = [each for each in plan if (each.slot_id, each.seat_id) not in locked]
            assert sum(1 for each in free if (each.slot_id, each.need) in cells) <= shortage.possible


@settings(max_examples=50)
@given(problems())
def test_no_plan_leaves_fewer_places_empty_than_the_total_says(problem: Problem) -> None:
    ground = Ground(Facts(problem))
    counting = Counting(ground)
    holes = fill(ground)
    shortages, _ = conflicts(counting, holes)
    least, places = least_missing(counting, shortages, holes), len(ground.place_slot)
    assert least <= len(holes)
    for plan in every_plan(problem, holes=True) if least else ():
        assert places - len(plan) >= least


@settings(max_examples=50)
@given(problems())
def test_what_is_filled_by_search_is_what_the_checker_accepts(problem: Problem) -> None:
    ground = Ground(Facts(problem))
    fill(ground)
    assert complaints(problem, ground.sittings()) == []
    assert broken(problem, ground.sittings()) == ()


def test_a_choice_is_data_that_survives_the_way_to_another_process() -> None:
    step = Step(Give.COME, uid("法官"), uid("班次"), uid("李安"), need=1, why="开庭")
    choice = Relaxation("请 李安 来", 40, (step, Step(Give.REST, uid("法官"), number=3)))
    assert msgspec.json.decode(msgspec.json.encode(choice), type=Relaxation) == choice
