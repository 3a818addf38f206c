"""The journal (操作日志): append-only, sealed with the hall's key, chained per centre."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CentreOf, CentreRef
from db.guard import determines
from db.journal.guard import append_only

ONE_TREE = {"sqlite_with_rowid": False}
"""On the embedded database the rows lie in the tree of their key: a page less to seal and write with every click."""


class JournalEntry(Base):
    """Who did what, when, on what. `facts` is JSON without personal data.

    `seal` covers the entry with `seen`, the hash of the newest entry its writer saw; `hash` covers `seal`, the number and
    `previous`, the hash before (`db.journal.rules`).
    """

    __tablename__ = "journal_entry"
    __table_args__ = (
        Index(None, "centre_id", "at"),
        Index(None, "centre_id", "subject_id"),
        Index(None, "centre_id", "tag", "seq", "at"),
        Index(None, "centre_id", "staff_id", "seq", "at"),
        ONE_TREE,
    )

    centre_id: Mapped[CentreOf] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    op: Mapped[UUID]
    staff_id: Mapped[UUID | None]
    staff_name: Mapped[str]
    counter_id: Mapped[UUID | None]
    tag: Mapped[str]
    subject_kind: Mapped[str] = mapped_column(default="")
    subject_id: Mapped[UUID | None]
    facts: Mapped[str] = mapped_column(Text)
    nth: Mapped[int]
    seen_seq: Mapped[int]
    seen: Mapped[bytes] = mapped_column(LargeBinary)
    seal: Mapped[bytes] = mapped_column(LargeBinary)
    previous: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class JournalHead(Base):
    """Number and hash of a centre's newest entry, and the hash before: what shows that the end was cut off."""

    __tablename__ = "journal_head"

    centre_id: Mapped[CentreRef] = mapped_column(primary_key=True)
    seq: Mapped[int]
    previous: Mapped[bytes]
    hash: Mapped[bytes]


class Operation(Base):
    """What an operation id has already done, so that doing it again returns the same and changes nothing."""

    __tablename__ = "operation"
    __table_args__ = (ONE_TREE,)

    centre_id: Mapped[CentreOf] = mapped_column(primary_key=True)
    op: Mapped[UUID] = mapped_column(primary_key=True)
    tag: Mapped[str]
    staff_id: Mapped[UUID | None]
    at: Mapped[datetime]
    result: Mapped[bytes]


append_only(JournalEntry)
determines(JournalEntry, "centre_id", "staff_id")
