"""Queue tickets (号票), their append-only periods, and what a centre has set for its queue."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CentreOf, CentreRef, Code, Key, of
from db.tickets.priority import Priority, Proof
from db.tickets.states import Step, TicketState

IS_AT_COUNTER = text("state IN ('called', 'serving')")
"""Who asks in these words finds the few by an index of their own, however long the day's line has grown."""


class Ticket(Base):
    """A number taken at the door. `letter` and `seq` make the number that is called; both stay on a transfer."""

    __tablename__ = "ticket"
    __table_args__ = (
        UniqueConstraint("centre_id", "business_date", "letter", "seq"),
        Index(None, "centre_id", "business_date", "state", "fast", "place"),
        # A counter has one person at a time: stands behind the check in the actions.
        Index(
            "uq_ticket_at_counter",
            "centre_id",
            "counter_id",
            unique=True,
            sqlite_where=IS_AT_COUNTER,
            postgresql_where=IS_AT_COUNTER,
        ),
    )

    id: Mapped[Key]
    centre_id: Mapped[CentreOf]
    business_date: Mapped[date]
    letter: Mapped[str]
    seq: Mapped[int]
    state: Mapped[TicketState] = mapped_column(Code(TicketState))
    since: Mapped[datetime]  # when the present state began
    priority: Mapped[Priority] = mapped_column(Code(Priority), default=Priority.NONE)
    priority_proof: Mapped[Proof] = mapped_column(Code(Proof), default=Proof.NONE)
    item_id: Mapped[UUID | None] = of("item")
    item_name: Mapped[str] = mapped_column(default="")  # as it was called when the number was taken
    department: Mapped[str] = mapped_column(default="")
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    counter_id: Mapped[UUID | None] = of("counter")  # where it is, or was last
    staff_id: Mapped[UUID | None] = of("staff")  # who called it last
    reserved_for: Mapped[UUID | None] = of("counter")  # the counter a transfer named
    owner_id: Mapped[UUID | None] = of("staff")  # 首问责任人
    place: Mapped[int]  # order in the line, see db.tickets.rules
    fast: Mapped[bool] = mapped_column(default=False)  # priority, or sent on by another counter
    overtaken: Mapped[int] = mapped_column(default=0)
    requeued: Mapped[int] = mapped_column(default=0)
    calls: Mapped[int] = mapped_column(default=0)
    waited: Mapped[int] = mapped_column(default=0)  # seconds in line so far, closed periods only
    served: Mapped[int] = mapped_column(default=0)  # seconds of service so far, closed periods only
    steps: Mapped[int] = mapped_column(default=0)  # how many periods are closed
    taken_at: Mapped[datetime]
    called_at: Mapped[datetime | None]  # the last call or recall
    closed_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="")  # why it was parked, sent on or cancelled


class TicketPeriod(Base):
    """A closed stretch of a ticket's life and the step that ended it; rows are only ever added.

    The open stretch is the ticket's `state` and `since`. The stretches of a ticket join without gap or overlap. `*_before`
    are what the step changed, so that it can be undone; an undo is itself a row, and names the row it takes back.
    """

    __tablename__ = "ticket_period"
    __table_args__ = (UniqueConstraint("centre_id", "ticket_id", "position"),)

    id: Mapped[Key]
    centre_id: Mapped[CentreOf]
    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("ticket.id"))
    position: Mapped[int]
    kind: Mapped[TicketState] = mapped_column(Code(TicketState))  # how the time counts
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    seconds: Mapped[int]
    step: Mapped[Step] = mapped_column(Code(Step))
    undoes: Mapped[int | None]
    by_staff_id: Mapped[UUID]
    by_counter_id: Mapped[UUID | None]
    state_before: Mapped[TicketState] = mapped_column(Code(TicketState))
    counter_before: Mapped[UUID | None]
    staff_before: Mapped[UUID | None]
    reserved_before: Mapped[UUID | None]
    owner_before: Mapped[UUID | None]
    place_before: Mapped[int]
    fast_before: Mapped[bool]
    requeued_before: Mapped[int]
    note: Mapped[str] = mapped_column(default="")


class TicketOwner(Base):
    """Who answers for a visit (首问负责), one row each time somebody took it over; rows are only ever added."""

    __tablename__ = "ticket_owner"
    __table_args__ = (UniqueConstraint("centre_id", "ticket_id", "position"),)

    id: Mapped[Key]
    centre_id: Mapped[CentreOf]
    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("ticket.id"))
    position: Mapped[int]
    staff_id: Mapped[UUID | None] = of("staff")  # None: the beginning was undone
    counter_id: Mapped[UUID | None]
    since: Mapped[datetime]


class TicketDay(Base):
    """A day of a centre's queue: gives the order of arrival."""

    __tablename__ = "ticket_day"

    centre_id: Mapped[CentreRef] = mapped_column(primary_key=True)
    business_date: Mapped[date] = mapped_column(primary_key=True)
    taken: Mapped[int] = mapped_column(default=0)
    closed: Mapped[bool] = mapped_column(default=False)  # what was left open has expired


class TicketDesk(Base):
    """How many calls in a row at a counter overtook somebody."""

    __tablename__ = "ticket_desk"

    centre_id: Mapped[CentreRef] = mapped_column(primary_key=True)
    counter_id: Mapped[UUID] = mapped_column(ForeignKey("counter.id"), primary_key=True)
    fast_run: Mapped[int] = mapped_column(default=0)


class TicketLetter(Base):
    """A letter of the queue and whom it is for; without rows a centre has one, A 综合."""

    __tablename__ = "ticket_letter"

    centre_id: Mapped[CentreRef] = mapped_column(primary_key=True)
    letter: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    departments: Mapped[str] = mapped_column(default="")  # separated by 、; an item of one of them gets this letter


class TicketPolicy(Base):
    """What a centre has set for its queue (`db.tickets.rules.QueuePolicy`); without a row the defaults hold."""

    __tablename__ = "ticket_policy"

    centre_id: Mapped[CentreRef] = mapped_column(primary_key=True)
    burst: Mapped[int]
    overtake_limit: Mapped[int]
    requeue_behind: Mapped[int]
    requeue_times: Mapped[int]
    undo_minutes: Mapped[int]


class CounterItem(Base):
    """An item that a counter is bound to (beside `counter.letters` and `counter.departments`)."""

    __tablename__ = "counter_item"

    centre_id: Mapped[CentreRef] = mapped_column(primary_key=True)
    counter_id: Mapped[UUID] = mapped_column(ForeignKey("counter.id"), primary_key=True)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"), primary_key=True)
