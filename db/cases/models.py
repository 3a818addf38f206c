"""Cases (办件), their materials, their timeline, and unfinished intakes."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CentreOf, CentreRef, Code, Key, of
from db.cases.status import Clock, MaterialState, Necessity, Outcome, Status
from db.guard import determines
from db.journal.guard import append_only

Ordered = Annotated[str, mapped_column(Text().with_variant(Text(collation="C"), "postgresql"))]


def _some(*columns: str, where: str) -> Index:
    """An index of the few cases that have something: the others do not pay for it when they are taken in."""
    return Index(None, *columns, sqlite_where=text(where), postgresql_where=text(where))


class Case(Base):
    """A case. Status, clock and outcome are three things (see db.cases.status).

    Every index begins with the centre and ends with what a list is sorted by, so that a page of a million cases is a
    short walk along one index. `number`, `applicant` and the external numbers compare by code point on both databases
    (collation C on PostgreSQL), because quick find asks for prefixes as ranges. Whose case it is, and of which item, says of
    which centre it is: told to the planner, which else expects few such cases among hundreds of halls and sorts them all.
    """

    __tablename__ = "case_file"
    __table_args__ = (
        UniqueConstraint("centre_id", "number", info={"sentence": "这个办件编号已经用过，请重试。"}),
        UniqueConstraint("centre_id", "query_code", info={"sentence": "查询码重复，请重试。"}),
        Index(None, "centre_id", "received_at", "id"),
        Index(None, "centre_id", "status", "received_at", "id"),
        Index(None, "centre_id", "department", "received_at", "id"),
        Index(None, "centre_id", "item_id", "received_at", "id"),
        Index(None, "centre_id", "handler_id", "received_at", "id"),
        Index(None, "centre_id", "clock", "due_on", "id"),
        Index(None, "centre_id", "live", "received_at", "id"),
        Index(None, "centre_id", "live", "handler_id", "received_at", "id"),
        _some("centre_id", "supplement_due", where="supplement_due IS NOT NULL"),
        Index(None, "centre_id", "person_id", "received_at"),
        Index(None, "centre_id", "applicant", "id"),
        _some("centre_id", "external_number", where="external_number <> ''"),
        _some("centre_id", "hotline_number", where="hotline_number <> ''"),
    )

    id: Mapped[Key]
    centre_id: Mapped[CentreOf]
    number: Mapped[Ordered]
    query_code: Mapped[str]
    status: Mapped[Status] = mapped_column(Code(Status))
    clock: Mapped[Clock] = mapped_column(Code(Clock))
    outcome: Mapped[Outcome] = mapped_column(Code(Outcome), default=Outcome.PENDING)
    live: Mapped[bool] = mapped_column(default=True)  # status in db.cases.status.OPEN: 在办
    before: Mapped[Status | None] = mapped_column(Code(Status))  # where 恢复计时 or a taken-back 办结 returns to
    stage: Mapped[str] = mapped_column(default="")  # the step inside 办理: 审核, 现场核查, 公示, 制证 …
    item_id: Mapped[UUID] = of("item")
    item_version_id: Mapped[UUID] = of("item_version")
    item_name: Mapped[str]
    department: Mapped[str] = mapped_column(default="")
    person_id: Mapped[UUID] = mapped_column(Uuid(), ForeignKey("person.id"))
    applicant: Mapped[Ordered]
    agent_id: Mapped[UUID | None] = mapped_column(Uuid(), ForeignKey("person.id"))
    agent_relation: Mapped[str] = mapped_column(default="")
    ticket_id: Mapped[UUID | None] = mapped_column(Uuid(), ForeignKey("ticket.id"))
    business_date: Mapped[date]
    received_at: Mapped[datetime]
    accepted_on: Mapped[date | None]
    finished_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    due_on: Mapped[date | None]
    yellow_on: Mapped[date | None]
    no_date_reason: Mapped[str] = mapped_column(default="")  # 时限待核 or 年历未发布
    notice_due: Mapped[date | None]  # last day for telling what is missing (5 working days)
    told_at: Mapped[datetime | None]  # when it was told, once
    tolerant: Mapped[bool] = mapped_column(default=False)  # accepted under 容缺
    supplement_due: Mapped[date | None]  # by when 补正 or 容缺 papers are to come in
    handler_id: Mapped[UUID] = of("staff")
    owner_id: Mapped[UUID] = of("staff")  # 首问责任人
    proxy_id: Mapped[UUID | None] = of("staff")  # 代办员
    proxy_step: Mapped[str] = mapped_column(default="")  # db.cases.status.ProxyStep
    counter_id: Mapped[UUID | None]
    agency: Mapped[str] = mapped_column(default="")  # 转报去向, or the right agency of a 不予受理
    result_number: Mapped[str] = mapped_column(default="")  # number of the certificate or document
    external_number: Mapped[Ordered] = mapped_column(default="")  # 省网申报号
    hotline_number: Mapped[Ordered] = mapped_column(default="")  # 12345工单号
    note: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)


determines(Case, "centre_id", "handler_id", "item_id")


class CaseMaterial(Base):
    """One paper on a case's checklist."""

    __tablename__ = "case_material"
    __table_args__ = (UniqueConstraint("centre_id", "case_id", "position"),)

    id: Mapped[Key]
    centre_id: Mapped[CentreOf]
    case_id: Mapped[UUID] = mapped_column(Uuid(), ForeignKey("case_file.id"))
    position: Mapped[int]
    name: Mapped[str]
    necessity: Mapped[Necessity] = mapped_column(Code(Necessity))
    form: Mapped[str] = mapped_column(default="")
    copies: Mapped[int] = mapped_column(default=1)
    pages: Mapped[int] = mapped_column(default=0)
    source: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[MaterialState] = mapped_column(Code(MaterialState))
    opinion: Mapped[str] = mapped_column(default="")
    told: Mapped[bool] = mapped_column(default=False)  # named in the one notice of missing papers
    due_on: Mapped[date | None]
    received_at: Mapped[datetime | None]
    reused_from: Mapped[UUID | None]


class CaseEvent(Base):
    """One step of a case's timeline; append-only."""

    __tablename__ = "case_event"
    __table_args__ = (UniqueConstraint("centre_id", "case_id", "position"),)

    id: Mapped[Key]
    centre_id: Mapped[CentreOf]
    case_id: Mapped[UUID] = mapped_column(Uuid(), ForeignKey("case_file.id"))
    position: Mapped[int]
    at: Mapped[datetime]
    staff_id: Mapped[UUID]
    staff_name: Mapped[str]
    move: Mapped[str]  # db.cases.status.Verb, or a side step: numbers, owner, proxy, redate
    status: Mapped[Status] = mapped_column(Code(Status))
    clock: Mapped[Clock] = mapped_column(Code(Clock))
    due_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    detail: Mapped[str] = mapped_column(Text, default="")  # basis, agency, papers, dates, as a sentence
    receipt_id: Mapped[UUID | None]


append_only(CaseEvent)


class CasePause(Base):
    """A stretch in which the clock stands still (挂起: 听证, 检验, 鉴定, 专家评审 …)."""

    __tablename__ = "case_pause"
    __table_args__ = (Index(None, "centre_id", "case_id"),)

    id: Mapped[Key]
    centre_id: Mapped[CentreRef]
    case_id: Mapped[UUID] = mapped_column(Uuid(), ForeignKey("case_file.id"))
    kind: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    started_on: Mapped[date]
    ended_on: Mapped[date | None]


class IntakeDraft(Base):
    """What a clerk had typed and not yet accepted, sealed; one per clerk. It survives a crash of the window."""

    __tablename__ = "intake_draft"

    staff_id: Mapped[UUID] = mapped_column(Uuid(), ForeignKey("staff.id"), primary_key=True)
    centre_id: Mapped[CentreRef]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    saved_at: Mapped[datetime]
