"""The printed words of every paper, held against texts that a person has read.

After a wanted change: LINLI_WRITE_GOLDEN=1 uv run pytest tests/desktop/paper/test_golden.py, then read the diff.
"""

import os
from pathlib import Path

import pytest

from db.receipts.content import Medium
from desktop.paper.render import render
from tests.desktop.paper.reader import texts_of
from tests.factories.papers import every_paper

GOLDEN = Path(__file__).parents[2] / "golden" / "papers"
PAPERS = every_paper()


@pytest.mark.parametrize("medium", [Medium.A4, Medium.THERMAL80])
@pytest.mark.parametrize("name", sorted(PAPERS))
def test_printed_words_are_the_ones_a_person_has_read(name: str, medium: Medium) -> None:
    pages = texts_of(render(PAPERS[name], medium).pdf)
    printed = "\n--- 换页 ---\n".join(page.strip() for page in pages) + "\n"
    file = GOLDEN / f"{name}-{medium}.txt"
    if os.environ.get("LINLI_WRITE_GOLDEN"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(printed, encoding="utf-8")
    assert printed == file.read_text(encoding="utf-8")


def test_no_golden_text_is_left_over() -> None:
    kept = {f"{name}-{medium}.txt" for name in PAPERS for medium in (Medium.A4, Medium.THERMAL80)}
    assert {file.name for file in GOLDEN.iterdir()} == kept
