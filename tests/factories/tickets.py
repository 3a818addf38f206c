"""Tickets, and one example call of each of their actions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.catalogue.models import Item, ItemVersion
from db.centre.models import Counter
from db.ids import new_id
from db.session import Hall
from db.tickets.actions import call_next, finish, park, skip, start_serving, take_ticket
from db.tickets.rules import Priority, Proof
from tests.factories.stage import Example, Stage


def make_queue_item(
    hall: Hall,
    centre_id: UUID,
    *,
    now: datetime,
    name: str = "老年人优待证办理",
    department: str = "民政",
    enabled: bool = True,
) -> UUID:
    """An item of the catalogue, as far as the queue looks at it; returns its id."""
    item_id, version_id = new_id(), new_id()
    with hall.transaction() as session:
        session.add(
            Item(
                id=item_id,
                centre_id=centre_id,
                local_code=item_id.hex,
                enabled=enabled,
                current_version_id=version_id,
            )
        )
        session.flush()
        session.add(
            ItemVersion(
                id=version_id,
                centre_id=centre_id,
                item_id=item_id,
                number=1,
                name=name,
                department=department,
                created_at=now,
            )
        )
    return item_id


def counter_version(session: Session, counter_id: UUID) -> int:
    return session.execute(select(Counter.version).where(Counter.id == counter_id)).scalar_one()


def _take(stage: Stage) -> UUID:
    taken: UUID = stage.run(take_ticket).ticket_id
    return taken


def _called(stage: Stage) -> dict[str, object]:
    _take(stage)
    return {"ticket_id": stage.run(call_next).ticket_id}


def _serving(stage: Stage) -> dict[str, object]:
    called = _called(stage)
    stage.run(start_serving, **called)
    return called


def _parked(stage: Stage) -> dict[str, object]:
    serving = _serving(stage)
    stage.run(park, **serving)
    return serving


def _skipped(stage: Stage) -> dict[str, object]:
    called = _called(stage)
    stage.run(skip, **called)
    return called


def _finished(stage: Stage) -> dict[str, object]:
    serving = _serving(stage)
    stage.run(finish, **serving)
    return serving


def _bind(stage: Stage) -> dict[str, object]:
    version = stage.read(counter_version, stage.counter())
    return {"counter_id": stage.counter(), "version": version, "letters": ["A"], "departments": ["民政"]}


def _link(stage: Stage) -> dict[str, object]:
    return {**_called(stage), "item_id": make_queue_item(stage.hall, stage.centre_id, now=stage.now)}


def _waits(stage: Stage) -> dict[str, object]:
    _take(stage)
    return {}


EXAMPLES: dict[str, Example] = {
    "ticket.take": lambda stage: {"priority": Priority.ELDERLY, "proof": Proof.ELDER_CARD},
    "ticket.slip": lambda stage: {"ticket_id": _take(stage)},
    "ticket.call": _waits,
    "ticket.recall": _called,
    "ticket.start": _called,
    "ticket.skip": _called,
    "ticket.park": lambda stage: {**_serving(stage), "reason": "回家取户口簿"},
    "ticket.unpark": _parked,
    "ticket.transfer": lambda stage: {**_serving(stage), "counter_id": None, "reason": "由其他窗口办理"},
    "ticket.requeue": _skipped,
    "ticket.finish": _serving,
    "ticket.cancel": lambda stage: {"ticket_id": _take(stage), "reason": "本人放弃"},
    "ticket.undo": _finished,
    "ticket.take_over": _called,
    "ticket.link": _link,
    "ticket.close_days": lambda stage: {},
    "ticket.policy": lambda stage: {
        "burst": 2, "overtake_limit": 6, "requeue_behind": 3, "requeue_times": 2, "undo_minutes": 10
    },
    "ticket.letters": lambda stage: {"letters": [("A", "综合", ""), ("B", "民政", "民政")]},
    "ticket.bind": _bind,
}  # fmt: skip
