"""Queries ask the database a fixed number of times, whatever the size."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from db.action import Actor
from db.duty.levels import levels
from db.duty.queries import bodies, members, pairs, seats, stands, turns_before
from db.session import Hall
from tests.conftest import NOW
from tests.factories.duty import make_crew, make_stand


@contextmanager
def counted(bind: Engine | Connection) -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    sent: list[str] = []

    def note(*told: Any) -> None:
        sent.append(told[2])

    event.listen(bind, "before_cursor_execute", note)
    yield sent
    event.remove(bind, "before_cursor_execute", note)


@pytest.mark.parametrize(
    ("query", "statements"),
    [
        (lambda session, actor: bodies(session, actor.centre_id), 3),
        (lambda session, actor: members(session, actor.centre_id), 3),
        (lambda session, actor: seats(session, actor.centre_id), 1),
        (lambda session, actor: stands(session, actor.centre_id), 1),
        (lambda session, actor: pairs(session, actor.centre_id), 2),
        (lambda session, actor: turns_before(session, actor.centre_id, [], NOW.date()), 1),
        (lambda session, actor: levels(session, actor.centre_id, []), 2),
    ],
)
def test_the_number_of_statements_does_not_grow(
    hall: Hall, manager: Actor, query: Callable[..., Any], statements: int
) -> None:
    for name in ("法官", "律师"):
        make_crew(hall, manager, NOW, 3, name=name)
    for row in hall.read(members, manager.centre_id):
        make_stand(hall, manager, NOW, row.id)
    with counted(hall._reader) as sent:
        hall.read(query, manager)
    assert len([each for each in sent if each.startswith("SELECT")]) == statements
