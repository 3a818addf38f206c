"""Every declared action: refused without its permission, journalled with it, and done once however often it is sent."""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

import tests.factories
from db import verbs
from db.action import REGISTRY, Action, Request
from db.errors import NotAllowed
from db.ids import new_id
from db.journal.chain import Finding
from db.journal.check import verify_chain
from db.journal.models import JournalEntry
from db.registry import METADATA
from db.session import Hall
from db.staff.models import StaffRole
from db.staff.permissions import ROLE_PERMISSIONS, Permission, Role
from tests.factories.stage import Example, Stage, set_stage

verbs.load()


def examples() -> dict[str, Example]:
    """Every factory's EXAMPLES, gathered."""
    gathered: dict[str, Example] = {}
    for module in pkgutil.iter_modules(tests.factories.__path__, "tests.factories."):
        found: dict[str, Example] = getattr(importlib.import_module(module.name), "EXAMPLES", {})
        twice = gathered.keys() & found.keys()
        assert not twice, f"two examples for {sorted(twice)}"
        gathered |= found
    return gathered


EXAMPLES = examples()
COUNTS = text(" UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in METADATA.tables))
"""How many rows each table has, in one statement."""
ON_A_SERVER = {"server.admit", "server.dismiss", "server.change_secret"}
"""Actions that there are on a PostgreSQL server alone: `tests/db/server/test_admission.py` does the same with them."""
TAGS = sorted(REGISTRY.keys() - ON_A_SERVER)


@dataclass(frozen=True)
class State:
    """How many rows each table has, and the journal of the centre."""

    rows: dict[str, int]
    journal: list[tuple[str, Any, Any, Any]]


def state(hall: Hall) -> State:
    def query(session: Session) -> State:
        rows = {name: count for name, count in session.execute(COUNTS)}  # noqa: C416 - of rows, not pairs
        entries = session.execute(
            select(JournalEntry.tag, JournalEntry.staff_id, JournalEntry.at, JournalEntry.op).order_by(JournalEntry.seq)
        )
        return State(rows, [tuple(entry) for entry in entries])

    return hall.read(query)


def take_away(hall: Hall, stage: Stage, permission: Permission) -> None:
    """Leave the first person every role but those that hold the permission."""
    holding = [role for role in Role if permission in ROLE_PERMISSIONS[role]]
    with hall.transaction() as session:
        session.execute(
            delete(StaffRole).where(StaffRole.staff_id == stage.actor.staff_id, StaffRole.role.in_(holding))
        )


@pytest.fixture
def stage(embedded_hall: Hall, now: datetime) -> Stage:
    return set_stage(embedded_hall, now)


@pytest.fixture
def ready(stage: Stage, tag: str) -> tuple[Stage, Action[..., Any], dict[str, object]]:
    if tag not in EXAMPLES:
        pytest.fail(f"{tag} has no example: add it to EXAMPLES of the feature's module in tests/factories")
    return stage, REGISTRY[tag], EXAMPLES[tag](stage)


Ready = tuple[Stage, Action[..., Any], dict[str, object]]


def test_every_example_is_of_an_action() -> None:
    assert sorted(EXAMPLES.keys() - REGISTRY.keys()) == []


def test_every_action_has_an_example() -> None:
    assert sorted(REGISTRY.keys() - EXAMPLES.keys()) == sorted(ON_A_SERVER)


def test_tags_tell_the_feature_and_the_verb_and_titles_are_chinese() -> None:
    for tag, declared in REGISTRY.items():
        assert tag.count(".") == 1
        assert any("\u4e00" <= char <= "\u9fff" for char in declared.title)


def test_every_permission_is_held_by_some_role_and_every_action_can_be_done_by_somebody() -> None:
    held = frozenset().union(*ROLE_PERMISSIONS.values())
    assert held == set(Permission)


@pytest.mark.parametrize("tag", TAGS)
def test_without_the_permission_it_is_refused_and_nothing_is_written(ready: Ready, tag: str) -> None:
    stage, action, arguments = ready
    take_away(stage.hall, stage, action.permission)
    before = state(stage.hall)
    with pytest.raises(NotAllowed):
        stage.run(action, **arguments)
    assert state(stage.hall) == before


@pytest.mark.parametrize("tag", TAGS)
def test_with_the_permission_it_is_done_once_and_journalled(ready: Ready, tag: str) -> None:
    stage, action, arguments = ready
    before = state(stage.hall)
    request = Request(stage.actor, stage.now, new_id())
    first = stage.hall.run(request, action, **arguments)
    done = state(stage.hall)
    new = done.journal[len(before.journal) :]
    assert (tag, stage.actor.staff_id, stage.now, request.op) in new
    assert {entry[3] for entry in new} == {request.op}
    assert action.unpack(action.pack(first)) == first
    assert stage.hall.run(request, action, **arguments) == first
    assert state(stage.hall) == done
    findings: list[Finding] = stage.read(verify_chain, stage.hall.vault, stage.centre_id, lambda *_: None)
    assert findings == []
    assert_no_personal_data(stage, tag, arguments)


def assert_no_personal_data(stage: Stage, tag: str, arguments: dict[str, object]) -> None:
    """ID numbers and mobile phones that an example uses as arguments do not turn up in the facts of the journal."""
    facts = stage.read(lambda session: session.scalars(select(JournalEntry.facts)).all())
    for given in filter(_personal, _texts(arguments)):
        assert all(given not in fact for fact in facts), f"{tag} wrote {given} into the journal"


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple | set | frozenset):
        for each in value:
            yield from _texts(each)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from _texts(getattr(value, name))


def _personal(text: str) -> bool:
    """A mainland ID number or a mobile phone number."""
    return (len(text) == 18 and text[:17].isdigit()) or (len(text) == 11 and text.isdigit() and text[0] == "1")
