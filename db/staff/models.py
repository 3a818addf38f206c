"""Accounts of the people who work in the centre."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CentreRef, Code, Key
from db.staff.permissions import Role


class Staff(Base):
    """An account (工作人员账号). Never deleted: the journal points at it."""

    __tablename__ = "staff"
    __table_args__ = (UniqueConstraint("centre_id", "login"),)

    id: Mapped[Key]
    centre_id: Mapped[CentreRef]
    login: Mapped[str]
    name: Mapped[str]
    post: Mapped[str] = mapped_column(default="")
    password_hash: Mapped[str] = mapped_column(deferred=True)  # read by `db.staff.hashes` alone
    password_changed_at: Mapped[datetime]
    must_change: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    last_login_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class StaffRole(Base):
    """One role that an account holds."""

    __tablename__ = "staff_role"
    __table_args__ = (Index(None, "centre_id", "staff_id"),)

    staff_id: Mapped[UUID] = mapped_column(Uuid(), ForeignKey("staff.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(Code(Role), primary_key=True)
    centre_id: Mapped[CentreRef]
