"""Cases (办件), their materials, their timeline, and unfinished intakes."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CentreRef, Key


class Case(Base):
    """A case. Status, clock and outcome are three things (see db.cases.rules)."""

    __tablename__ = "case_file"
    __table_args__ = (
        UniqueConstraint("centre_id", "number"),
        UniqueConstraint("centre_id", "query_code"),
        Index(None, "centre_id", "received_at"),
        Index(None, "centre_id", "status", "received_at"),
        Index(None, "centre_id", "status", "due_on"),
        Index(None, "centre_id", "person_id"),
        Index(None, "centre_id", "ticket_id"),
        Index(None, "centre_id", "item_id", "received_at"),
        Index(None, "centre_id", "handler_id", "received_at"),
        Index(None, "centre_id", "external_number"),
    )

    id: Mapped[Key]
    centre_id: Mapped[CentreRef]
    number: Mapped[str]
    query_code: Mapped[str]
    status: Mapped[str]  # db.cases.rules.Status
    clock: Mapped[str]  # db.cases.rules.Clock
    outcome: Mapped[str] = mapped_column(default="")  # db.cases.rules.Outcome
    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"))
    item_version_id: Mapped[UUID] = mapped_column(ForeignKey("item_version.id"))
    item_name: Mapped[str]
    department: Mapped[str] = mapped_column(default="")
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    applicant: Mapped[str]
    agent_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    agent_relation: Mapped[str] = mapped_column(default="")
    ticket_id: Mapped[UUID | None] = mapped_column(ForeignKey("ticket.id"))
    business_date: Mapped[date]
    received_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    due_on: Mapped[date | None]
    supplement_due: Mapped[date | None]  # 补正 or 容缺 papers
    no_date_reason: Mapped[str] = mapped_column(default="")  # 待核 or 年历未发布
    handler_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))  # 首问责任人
    counter_id: Mapped[UUID | None]
    external_number: Mapped[str] = mapped_column(default="")  # 省网申报号
    hotline_number: Mapped[str] = mapped_column(default="")  # 12345工单号
    corrects_id: Mapped[UUID | None]
    note: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)


class CaseMaterial(Base):
    """One paper on a case's checklist."""

    __tablename__ = "case_material"
    __table_args__ = (UniqueConstraint("centre_id", "case_id", "position"),)

    id: Mapped[Key]
    centre_id: Mapped[CentreRef]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"))
    position: Mapped[int]
    name: Mapped[str]
    necessity: Mapped[str]
    form: Mapped[str] = mapped_column(default="")
    copies: Mapped[int] = mapped_column(default=1)
    pages: Mapped[int] = mapped_column(default=0)
    state: Mapped[str]  # db.cases.rules.MaterialState: 合格 缺 不合格 容缺
    opinion: Mapped[str] = mapped_column(default="")
    due_on: Mapped[date | None]
    received_at: Mapped[datetime | None]
    reused_from: Mapped[UUID | None]


class CaseEvent(Base):
    """One step of a case's timeline; append-only."""

    __tablename__ = "case_event"
    __table_args__ = (UniqueConstraint("centre_id", "case_id", "position"),)

    id: Mapped[Key]
    centre_id: Mapped[CentreRef]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"))
    position: Mapped[int]
    at: Mapped[datetime]
    staff_id: Mapped[UUID]
    staff_name: Mapped[str]
    move: Mapped[str]
    status: Mapped[str]
    clock: Mapped[str]
    reason: Mapped[str] = mapped_column(Text, default="")
    receipt_id: Mapped[UUID | None]


class CasePause(Base):
    """A stretch in which the clock stands still (挂起: 听证, 检验, 鉴定, 专家评审 …)."""

    __tablename__ = "case_pause"
    __table_args__ = (UniqueConstraint("centre_id", "case_id", "started_on"),)

    id: Mapped[Key]
    centre_id: Mapped[CentreRef]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"))
    kind: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    started_on: Mapped[date]
    ended_on: Mapped[date | None]


class IntakeDraft(Base):
    """What a clerk had typed and not yet accepted, sealed; one per clerk. It survives a crash of the window."""

    __tablename__ = "intake_draft"

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    centre_id: Mapped[CentreRef]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    saved_at: Mapped[datetime]
