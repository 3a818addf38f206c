"""A hall with two counters and a clerk at each."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from db.action import Actor, Request
from db.clock import business_date
from db.ids import new_id
from db.session import Hall
from db.staff.permissions import Role
from db.tickets import queries
from db.tickets.actions import call_next, start_serving, take_ticket
from db.tickets.queries import Panel, TicketRow
from db.tickets.rules import Priority, Proof
from tests.conftest import NOW
from tests.factories.centre import make_centre, make_counter
from tests.factories.staff import make_staff


@dataclass
class Floor:
    """The floor of a hall: shorthand for what people do there, minute by minute."""

    hall: Hall
    centre_id: UUID
    one: Actor
    two: Actor
    manager: Actor
    at: datetime = NOW

    def later(self, **span: float) -> None:
        self.at += timedelta(**span)

    def run(self, actor: Actor, action: Any, **kwargs: Any) -> Any:
        return self.hall.run(Request(actor, self.at, new_id()), action, **kwargs)

    def take(self, priority: Priority = Priority.NONE, **kwargs: Any) -> UUID:
        proof = {Priority.NONE: Proof.NONE, Priority.ELDERLY: Proof.ELDER_CARD}.get(priority, Proof.SEEN)
        taken: UUID = self.run(self.one, take_ticket, priority=priority, proof=proof, **kwargs).ticket_id
        return taken

    def call(self, actor: Actor) -> UUID:
        called: UUID = self.run(actor, call_next).ticket_id
        return called

    def serve(self, actor: Actor) -> UUID:
        ticket_id = self.call(actor)
        self.run(actor, start_serving, ticket_id=ticket_id)
        return ticket_id

    def row(self, ticket_id: UUID) -> TicketRow:
        row = self.hall.read(queries.ticket, self.centre_id, ticket_id)
        assert row is not None
        return row

    def panel(self, actor: Actor, **kwargs: int) -> Panel:
        assert actor.counter_id is not None
        desk = self.hall.read(queries.desk_rules, self.centre_id, actor.counter_id)
        return self.hall.read(queries.panel, self.centre_id, business_date(self.at), desk, **kwargs)

    def numbers(self, actor: Actor) -> list[str]:
        return [row.number for row in self.panel(actor).waiting]


def lay_floor(hall: Hall) -> Floor:
    centre_id = make_centre(hall, now=NOW)
    counters = [make_counter(hall, centre_id, number=str(n)) for n in (1, 2)]
    one, two = (make_staff(hall, centre_id, Role.CLERK, now=NOW, counter_id=each) for each in counters)
    return Floor(hall, centre_id, one, two, make_staff(hall, centre_id, Role.MANAGER, now=NOW))


@pytest.fixture
def floor(hall: Hall) -> Floor:
    return lay_floor(hall)


@pytest.fixture
def embedded_floor(embedded_hall: Hall) -> Floor:
    return lay_floor(embedded_hall)
