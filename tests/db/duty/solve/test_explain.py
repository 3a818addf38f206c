"""The sentences about months that cannot be planned, held against texts that a person has read and counted by hand.

After a wanted change: LINLI_WRITE_GOLDEN=1 uv run pytest tests/db/duty/solve/test_explain.py, then read the diff.
"""

import os
import random
from dataclasses import replace
from pathlib import Path

import pytest

from db.duty.solve.cover import fill
from db.duty.solve.explain import Impossibility, explain
from db.duty.solve.facts import Facts
from db.duty.solve.ground import Ground
from db.duty.solve.relax import apply
from tests.db.duty.solve.impossible_months import MONTHS
from tests.db.duty.solve.small import complaints

GOLDEN = Path(__file__).parents[3] / "golden" / "duty"


def written(explained: Impossibility) -> str:
    choices = [f"  {each.cost:>4}  {each.sentence}" for each in explained.relaxations]
    return "\n".join([*explained.sentences, "可以选择：", *choices, ""])


@pytest.mark.parametrize("name", sorted(MONTHS))
def test_an_impossible_month_is_explained_in_the_words_a_person_has_read(name: str) -> None:
    explained = explain(MONTHS[name]())
    file = GOLDEN / f"{name}.txt"
    if os.environ.get("LINLI_WRITE_GOLDEN"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(written(explained), encoding="utf-8")
    assert explained.proved
    assert written(explained) == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(MONTHS))
def test_every_choice_offered_leads_to_a_whole_plan(name: str) -> None:
    problem = MONTHS[name]()
    choices = explain(problem).relaxations
    assert choices
    for choice in choices:
        relaxed = apply(problem, choice)
        ground = Ground(Facts(relaxed))
        assert fill(ground) == [], choice.sentence
        assert complaints(relaxed, ground.sittings()) == [], choice.sentence


@pytest.mark.parametrize("name", sorted(MONTHS))
def test_the_order_of_the_input_does_not_matter(name: str) -> None:
    problem, chance = MONTHS[name](), random.Random(4)
    shuffled = replace(
        problem,
        **{
            each: tuple(chance.sample(rows, len(rows)))
            for each in ("slots", "seats", "stands")
            for rows in [getattr(problem, each)]
        },
    )
    assert explain(shuffled) == explain(problem)


def test_no_golden_text_is_left_over() -> None:
    assert {file.stem for file in GOLDEN.iterdir()} == set(MONTHS)
