"""The centre itself (邻里中心) and its counters (窗口)."""

import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CentreRef, Key


class Centre(Base):
    """A neighbourhood centre; `settings` is the JSON of `db.centre.rules.CentreSettings`."""

    __tablename__ = "centre"
    __table_args__ = (UniqueConstraint("code"),)

    id: Mapped[Key]
    code: Mapped[str]
    name: Mapped[str]
    short_name: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    complaint_phone: Mapped[str] = mapped_column(default="")
    hours: Mapped[str] = mapped_column(Text, default="")
    seal_org: Mapped[str] = mapped_column(default="")
    settings: Mapped[str] = mapped_column(Text, default="{}")
    key_check: Mapped[bytes]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


def channel_name() -> str:
    """A name that nobody guesses (128 bits); PostgreSQL cuts names that are longer than 63 bytes."""
    return f"linli_{secrets.token_hex(16)}"


class CentreChannel(Base):
    """What the centre's windows call each other by on a server. PostgreSQL lets any role LISTEN to any channel, so the name
    is a secret of the centre's own staff: row-level security shows it to nobody else, not even to neighbours with shared rooms.
    """

    __tablename__ = "centre_channel"

    centre_id: Mapped[CentreRef] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(default=channel_name)


class Counter(Base):
    """A service counter (窗口). `letters` and `departments` (comma separated) bind it to tickets; empty takes any."""

    __tablename__ = "counter"
    __table_args__ = (UniqueConstraint("centre_id", "number"),)

    id: Mapped[Key]
    centre_id: Mapped[CentreRef]
    number: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    letters: Mapped[str] = mapped_column(default="")
    departments: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)
    occupied_by: Mapped[UUID | None]
    version: Mapped[int] = mapped_column(default=1)
