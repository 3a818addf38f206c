"""The journal speaks Chinese: every fact that an action notes has a name, and codes are told in words."""

import ast
from datetime import UTC, datetime
from pathlib import Path

import pytest

from db.ids import new_id
from db.journal.queries import JournalRow
from desktop.journal.words import FACTS, facts_line

ROOT = Path(__file__).parents[3] / "db"


def noted() -> set[str]:
    """The names of all facts that actions write as keywords of `note(...)`."""
    calls = (
        node
        for file in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "act.note"
    )
    return {keyword.arg for call in calls for keyword in call.keywords if keyword.arg}


def test_every_fact_that_an_action_notes_has_a_chinese_name() -> None:
    assert len(noted()) > 40
    assert noted() - FACTS.keys() == set()


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (
            '{"number":"A031","priority":"elderly","proof":"identity_card"}',
            "编号：A031　优先类别：老年人　已看证明：身份证（按年龄）",
        ),
        ('{"state":"sent"}', "状态：已送出"),
        ('{"taken_over":false}', "接替他人：否"),
    ],
)
def test_codes_are_told_in_words(facts: str, words: str) -> None:
    fields = dict.fromkeys(JournalRow.__slots__)
    row = JournalRow(**{**fields, "facts": facts, "at": datetime.now(UTC), "op": new_id()})  # type: ignore[arg-type]
    assert facts_line(row) == words
