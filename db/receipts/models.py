"""Receipts (回执), the centre's signing keys, and print jobs."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CentreRef, Key


class SigningKey(Base):
    """An Ed25519 key of the centre; the private half is sealed. `retired_at` keys still verify."""

    __tablename__ = "signing_key"
    __table_args__ = (UniqueConstraint("centre_id", "number"),)

    id: Mapped[Key]
    centre_id: Mapped[CentreRef]
    number: Mapped[int]
    public: Mapped[bytes] = mapped_column(LargeBinary)
    private_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class Receipt(Base):
    """A numbered paper. `content` is exactly what was printed (JSON of PaperContent) and never changes."""

    __tablename__ = "receipt"
    __table_args__ = (
        UniqueConstraint("centre_id", "kind", "year", "seq"),
        UniqueConstraint("centre_id", "number"),
        Index(None, "centre_id", "case_id"),
        Index(None, "centre_id", "issued_at"),
        Index(None, "centre_id", "kind", "issued_at"),
    )

    id: Mapped[Key]
    centre_id: Mapped[CentreRef]
    kind: Mapped[str]  # db.receipts.content.PaperKind
    year: Mapped[int]
    seq: Mapped[int]
    number: Mapped[str]
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("case_file.id"))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    issued_at: Mapped[datetime]
    issued_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    issuer_name: Mapped[str]
    prints: Mapped[int] = mapped_column(default=0)
    voided_at: Mapped[datetime | None]
    voided_by: Mapped[UUID | None]
    void_reason: Mapped[str] = mapped_column(default="")
    replaced_by: Mapped[UUID | None]
    replaces: Mapped[UUID | None]


class PrintJob(Base):
    """One sending of a paper to a printer, with its own state, so that a printer that is off loses nothing."""

    __tablename__ = "print_job"
    __table_args__ = (Index(None, "centre_id", "state", "created_at"), Index(None, "centre_id", "receipt_id"))

    id: Mapped[Key]
    centre_id: Mapped[CentreRef]
    receipt_id: Mapped[UUID | None] = mapped_column(ForeignKey("receipt.id"))
    ticket_id: Mapped[UUID | None] = mapped_column(ForeignKey("ticket.id"))
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    title: Mapped[str] = mapped_column(default="")
    medium: Mapped[str]
    large: Mapped[bool] = mapped_column(default=False)
    reprint: Mapped[int] = mapped_column(default=0)
    printer: Mapped[str] = mapped_column(default="")
    state: Mapped[str]  # db.receipts.rules.JobState
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    created_by: Mapped[UUID]
    finished_at: Mapped[datetime | None]
