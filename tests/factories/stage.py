"""The stage on which an action's example plays: a hall with a centre, a counter, and two people who may do everything."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update

from db.action import Actor, Request
from db.ids import new_id
from db.session import Hall
from db.staff.models import Staff
from db.staff.permissions import Permission, Role
from tests.factories.centre import make_centre, make_counter
from tests.factories.staff import make_staff

EVERYTHING = frozenset(Permission)


@dataclass(frozen=True, slots=True)
class Stage:
    """See /EXAMPLES in each `tests/factories/<feature>.py`: brings a hall to where one action is allowed."""

    hall: Hall
    now: datetime
    centre_id: UUID
    actor: Actor
    other: Actor

    def run(self, action: Any, /, **kwargs: Any) -> Any:
        """One click of the first person."""
        return self.run_as(self.actor, action, **kwargs)

    def run_as(self, actor: Actor, action: Any, /, **kwargs: Any) -> Any:
        """One click of somebody."""
        return self.hall.run(Request(actor, self.now, new_id()), action, **kwargs)

    def read(self, query: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """The answer to a query."""
        return self.hall.read(query, *args, **kwargs)

    def counter(self) -> UUID:
        """The first person's counter."""
        assert self.actor.counter_id is not None
        return self.actor.counter_id


Example = Callable[[Stage], dict[str, object]]


def set_stage(hall: Hall, now: datetime, code: str = "JM01") -> Stage:
    """A stage in a fresh hall. Every role at once, which no real account can have, stands for every permission."""
    centre_id = make_centre(hall, code=code, now=now)
    counter_id = make_counter(hall, centre_id)
    actor = _everybody(hall, centre_id, now, counter_id)
    other = _everybody(hall, centre_id, now, make_counter(hall, centre_id, number="2"))
    return Stage(hall, now, centre_id, actor, other)


def _everybody(hall: Hall, centre_id: UUID, now: datetime, counter_id: UUID) -> Actor:
    actor = make_staff(hall, centre_id, *Role, now=now, counter_id=counter_id)
    login = f"stage-{actor.staff_id.hex[-6:]}"
    with hall.transaction() as session:
        session.execute(update(Staff).where(Staff.id == actor.staff_id).values(login=login))
    return replace(actor, name=login, permissions=EVERYTHING)
