"""Receipts (回执), the centre's signing keys, and print jobs."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CentreOf, CentreRef, Code, Key, of
from db.receipts.content import PaperKind
from db.receipts.rules import JobState


class SigningKey(Base):
    """An Ed25519 key of the centre; the private half is sealed.

    A retired key signs no more but still verifies; a revoked one (its private half may be known to others) does neither.
    """

    __tablename__ = "signing_key"
    __table_args__ = (UniqueConstraint("centre_id", "number"),)

    id: Mapped[Key]
    centre_id: Mapped[CentreRef]
    number: Mapped[int]
    public: Mapped[bytes] = mapped_column(LargeBinary)
    private_sealed: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)  # read by who signs, by nobody else
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")


_VOID = text("voided_at IS NOT NULL")
UNFINISHED = text("print_job.state IN ('waiting', 'failed')")
"""Jobs that nobody has seen come out; an index holds these alone, and is used by whoever asks in these words."""


class Receipt(Base):
    """A numbered paper. `content` is exactly what was printed (JSON of PaperContent) and never changes.

    `sha256` is of `content`; `payload` is the text of its QR code, whose digest is salted with `salt`. Case number and
    item stand here as they were printed, so that a list needs no join. `prints` counts originals and reprints.
    """

    __tablename__ = "receipt"
    __table_args__ = (
        UniqueConstraint("centre_id", "kind", "year", "seq"),
        UniqueConstraint("centre_id", "number"),
        CheckConstraint("voided_at IS NULL OR void_reason <> ''", name="void_has_reason"),
        CheckConstraint("seq >= 1", name="seq_from_one"),
        Index(None, "centre_id", "case_id"),
        Index(None, "centre_id", "case_number"),
        Index(None, "centre_id", "issued_at", "id"),
        Index(None, "centre_id", "kind", "issued_at", "id"),
        Index("ix_receipt_void", "centre_id", "issued_at", "id", sqlite_where=_VOID, postgresql_where=_VOID),
    )

    id: Mapped[Key]
    centre_id: Mapped[CentreOf]
    kind: Mapped[PaperKind] = mapped_column(Code(PaperKind))
    year: Mapped[int]
    seq: Mapped[int]
    number: Mapped[str]
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("case_file.id"))
    case_number: Mapped[str] = mapped_column(default="")
    item_code: Mapped[str] = mapped_column(default="")
    item_name: Mapped[str] = mapped_column(default="")
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    payload: Mapped[str]
    issued_at: Mapped[datetime]
    issued_on: Mapped[date]
    issued_by: Mapped[UUID] = of("staff")
    issuer_name: Mapped[str]
    prints: Mapped[int] = mapped_column(default=0)
    voided_at: Mapped[datetime | None]
    voided_by: Mapped[UUID | None]
    voider_name: Mapped[str] = mapped_column(default="")
    void_reason: Mapped[str] = mapped_column(default="")
    replaced_by: Mapped[UUID | None]
    replaces: Mapped[UUID | None]


class PrintJob(Base):
    """One sending of a paper to a printer, with its own state, so that a printer that is off loses nothing.

    A job prints its receipt, or, for papers without a number (号票, 一次性告知书), its own `content`. `printer` and
    `medium` are empty until a window has taken the job: which printer a paper goes to is a setting of each window.
    """

    __tablename__ = "print_job"
    __table_args__ = (
        CheckConstraint("(receipt_id IS NULL) <> (content IS NULL)", name="one_paper"),
        CheckConstraint("copies BETWEEN 1 AND 20", name="copies_in_reason"),
        Index(
            "ix_print_job_unfinished",
            "centre_id",
            "created_at",
            "id",
            sqlite_where=text("state IN ('waiting', 'failed')"),
            postgresql_where=text("state IN ('waiting', 'failed')"),
        ),
        Index(None, "centre_id", "created_at", "id"),
    )

    id: Mapped[Key]
    centre_id: Mapped[CentreOf]
    receipt_id: Mapped[UUID | None] = mapped_column(ForeignKey("receipt.id"))
    ticket_id: Mapped[UUID | None] = mapped_column(ForeignKey("ticket.id"))
    kind: Mapped[PaperKind] = mapped_column(Code(PaperKind))
    title: Mapped[str]
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    medium: Mapped[str] = mapped_column(default="")
    large: Mapped[bool] = mapped_column(default=False)
    copies: Mapped[int] = mapped_column(default=1)
    reprint: Mapped[int] = mapped_column(default=0)
    printer: Mapped[str] = mapped_column(default="")
    state: Mapped[JobState] = mapped_column(Code(JobState))
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    created_by: Mapped[UUID] = of("staff")
    creator_name: Mapped[str]
    finished_at: Mapped[datetime | None]
