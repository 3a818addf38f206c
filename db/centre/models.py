"""The centre itself (邻里中心) and its counters (窗口)."""

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
