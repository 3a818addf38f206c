"""Queue tickets (号票) and their append-only periods."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CentreRef, Key


class Ticket(Base):
    """A number taken at the door. `letter` and `seq` make the number that is called; both stay on a transfer."""

    __tablename__ = "ticket"
    __table_args__ = (
        UniqueConstraint("centre_id", "business_date", "letter", "seq"),
        Index(None, "centre_id", "business_date", "state", "taken_at"),
        Index(None, "centre_id", "counter_id", "state"),
    )

    id: Mapped[Key]
    centre_id: Mapped[CentreRef]
    business_date: Mapped[date]
    letter: Mapped[str]
    seq: Mapped[int]
    state: Mapped[str]  # db.tickets.rules.TicketState
    priority: Mapped[str] = mapped_column(default="")  # db.tickets.rules.Priority, empty: ordinary
    priority_proof: Mapped[str] = mapped_column(default="")
    item_id: Mapped[UUID | None] = mapped_column(ForeignKey("item.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    counter_id: Mapped[UUID | None] = mapped_column(ForeignKey("counter.id"))
    reserved_for: Mapped[UUID | None]  # the counter a transfer named
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))  # 首问责任人
    overtaken: Mapped[int] = mapped_column(default=0)
    calls: Mapped[int] = mapped_column(default=0)
    taken_at: Mapped[datetime]
    ready_at: Mapped[datetime]  # since when it waits in line (changes on requeue)
    version: Mapped[int] = mapped_column(default=1)


class TicketPeriod(Base):
    """One stretch of a ticket's life; a row is written when the stretch begins, its end is the next row's start."""

    __tablename__ = "ticket_period"
    __table_args__ = (UniqueConstraint("centre_id", "ticket_id", "position"), Index(None, "centre_id", "started_at"))

    id: Mapped[Key]
    centre_id: Mapped[CentreRef]
    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("ticket.id"))
    position: Mapped[int]
    kind: Mapped[str]  # waiting, walking, serving, hold, closed
    started_at: Mapped[datetime]
    counter_id: Mapped[UUID | None]
    staff_id: Mapped[UUID | None]
    undo_of: Mapped[int | None]  # position of the period that this one takes back
    note: Mapped[str] = mapped_column(default="")
