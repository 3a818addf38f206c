"""Duty rosters (轮值排班): bodies, their members, the rules of their days, plans, what was on the wall, and who was received."""

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, Time, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CentreRef, Key


class DutyBody(Base):
    """A rotating body (轮值单位): “两代表一委员”工作室, 法官, 律师, 老党员 … The list is open."""

    __tablename__ = "duty_body"
    __table_args__ = (UniqueConstraint("centre_id", "name", info={"sentence": "这个轮值单位已经有了。"}),)

    id: Mapped[Key]
    centre_id: Mapped[CentreRef]
    name: Mapped[str]
    colour: Mapped[int] = mapped_column(default=0)  # index into the palette of uses
    scope: Mapped[str] = mapped_column(Text, default="")  # 接待范围
    liaison: Mapped[str] = mapped_column(default="")  # 联络员
    office_phone: Mapped[str] = mapped_column(default="")  # printed: an office phone, never a private one
    rest: Mapped[int] = mapped_column(default=0)  # working days between two duties of a person, 0: none asked
    most_a_month: Mapped[int] = mapped_column(default=0)
    least_a_year: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(Text, default="")
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)


class DutyPattern(Base):
    """When a body sits (轮值规则): a pattern of days, the time of the day by season, how many of which kind, and where.

    `pattern` is the JSON of `db.calendar.recurrence.Pattern` without an end, `times` of a tuple of
    `db.duty.rules.SeasonTime`, `composition` of `db.duty.rules.Composition`.
    """

    __tablename__ = "duty_pattern"
    __table_args__ = (Index(None, "centre_id", "body_id"),)

    id: Mapped[Key]
    centre_id: Mapped[CentreRef]
    body_id: Mapped[UUID] = mapped_column(Uuid(), ForeignKey("duty_body.id"))
    pattern: Mapped[str] = mapped_column(Text)
    times: Mapped[str] = mapped_column(Text)
    composition: Mapped[str] = mapped_column(Text)
    room_id: Mapped[UUID | None] = mapped_column(Uuid(), ForeignKey("room.id"))  # None: whichever is free
    room_use: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)


class DutyMember(Base):
    """Somebody who takes turns (轮值人员), in one body or several. The private phone is sealed and never printed."""

    __tablename__ = "duty_member"
    __table_args__ = (Index(None, "centre_id", "name"),)

    id: Mapped[Key]
    centre_id: Mapped[CentreRef]
    name: Mapped[str]
    unit_post: Mapped[str] = mapped_column(default="")  # 单位职务
    specialty: Mapped[str] = mapped_column(default="")  # 专长
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_masked: Mapped[str] = mapped_column(default="")
    card_serial: Mapped[int] = mapped_column(default=1)  # a new duty card makes the older one void
    note: Mapped[str] = mapped_column(Text, default="")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class DutySeat(Base):
    """A membership: this person in this body, as what (身份), for which term, with what they bring along."""

    __tablename__ = "duty_seat"
    __table_args__ = (
        UniqueConstraint("centre_id", "body_id", "member_id", info={"sentence": "这个人已经在这个轮值单位里了。"}),
        Index(None, "centre_id", "member_id"),
    )

    id: Mapped[Key]
    centre_id: Mapped[CentreRef]
    body_id: Mapped[UUID] = mapped_column(Uuid(), ForeignKey("duty_body.id"))
    member_id: Mapped[UUID] = mapped_column(Uuid(), ForeignKey("duty_member.id"))
    kind: Mapped[str] = mapped_column(default="")  # 党代表, 人大代表, 政协委员, 律师 … open
    session: Mapped[str] = mapped_column(default="")  # 届别
    level: Mapped[str] = mapped_column(default="")  # 层级: 省, 市, 区, 街道
    first: Mapped[date | None]
    last: Mapped[date | None]
    history: Mapped[int] = mapped_column(default=0)  # duties before this program, entered or imported
    credit: Mapped[int] = mapped_column(default=0)  # of a joiner, who does not have to catch up
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)


class DutyStand(Base):
    """Leave, absence, preferred and impossible half days, asked for by phone and entered by a clerk."""

    __tablename__ = "duty_stand"
    __table_args__ = (Index(None, "centre_id", "member_id"),)

    id: Mapped[Key]
    centre_id: Mapped[CentreRef]
    member_id: Mapped[UUID] = mapped_column(Uuid(), ForeignKey("duty_member.id"))
    body_id: Mapped[UUID | None] = mapped_column(Uuid(), ForeignKey("duty_body.id"))
    want: Mapped[str]  # db.duty.solve.problem.Want
    first: Mapped[date | None]
    last: Mapped[date | None]
    weekday: Mapped[int | None]
    half: Mapped[str] = mapped_column(default="")  # db.duty.solve.problem.Half, empty: the whole day
    why: Mapped[str] = mapped_column(default="")
    entered_by: Mapped[UUID] = mapped_column(Uuid(), ForeignKey("staff.id"))
    created_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]


class DutyPair(Base):
    """Two members of a body who go together or must not."""

    __tablename__ = "duty_pair"
    __table_args__ = (
        UniqueConstraint(
            "centre_id",
            "body_id",
            "one_id",
            "other_id",
            info={"sentence": "这两个人刚被设置过同班或回避，请刷新后再看。"},
        ),
    )

    id: Mapped[Key]
    centre_id: Mapped[CentreRef]
    body_id: Mapped[UUID] = mapped_column(Uuid(), ForeignKey("duty_body.id"))
    one_id: Mapped[UUID] = mapped_column(Uuid(), ForeignKey("duty_member.id"))
    other_id: Mapped[UUID] = mapped_column(Uuid(), ForeignKey("duty_member.id"))
    together: Mapped[bool]


class DutyPlan(Base):
    """A plan (轮值表) of some bodies from day to day: 拟定 → 已公示 → 已归档. `proof` is the JSON of `solve.problem.Proof`."""

    __tablename__ = "duty_plan"
    __table_args__ = (Index(None, "centre_id", "first"),)

    id: Mapped[Key]
    centre_id: Mapped[CentreRef]
    title: Mapped[str]
    first: Mapped[date]
    last: Mapped[date]
    body_ids: Mapped[str] = mapped_column(Text)  # JSON list
    state: Mapped[str]  # db.duty.states.PlanState
    edition: Mapped[int] = mapped_column(default=0)  # 第几版 on the wall, 0: never published
    proof: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    created_by: Mapped[UUID] = mapped_column(Uuid(), ForeignKey("staff.id"))
    published_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)


class DutyEdition(Base):
    """What was on the wall: every edition of a plan stays readable.

    `content` is the JSON of the sheets that are new in this edition (`db.duty.editions.Sheet`: one of each body and month);
    a sheet that a change did not touch hangs on from the edition before.
    """

    __tablename__ = "duty_edition"
    __table_args__ = (UniqueConstraint("centre_id", "plan_id", "edition"),)

    id: Mapped[Key]
    centre_id: Mapped[CentreRef]
    plan_id: Mapped[UUID] = mapped_column(Uuid(), ForeignKey("duty_plan.id"))
    edition: Mapped[int]
    reason: Mapped[str] = mapped_column(Text, default="")
    content: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime]
    published_by: Mapped[UUID] = mapped_column(Uuid(), ForeignKey("staff.id"))


class DutySlot(Base):
    """A session (班次) of a body in a plan. `planned` is the day the rule gave, before 顺延; `needs` JSON of `solve.problem.Need`s."""

    __tablename__ = "duty_slot"
    __table_args__ = (Index(None, "centre_id", "plan_id", "day"), Index(None, "centre_id", "day"))

    id: Mapped[Key]
    centre_id: Mapped[CentreRef]
    plan_id: Mapped[UUID] = mapped_column(Uuid(), ForeignKey("duty_plan.id"))
    body_id: Mapped[UUID] = mapped_column(Uuid(), ForeignKey("duty_body.id"))
    pattern_id: Mapped[UUID | None] = mapped_column(Uuid(), ForeignKey("duty_pattern.id"))
    planned: Mapped[date]
    day: Mapped[date]
    starts: Mapped[time] = mapped_column(Time())
    ends: Mapped[time] = mapped_column(Time())
    needs: Mapped[str] = mapped_column(Text)
    room_id: Mapped[UUID | None] = mapped_column(Uuid(), ForeignKey("room.id"))
    cancelled: Mapped[str] = mapped_column(
        default=""
    )  # why it does not take place (节假日跳过, 停电 …); empty: it does
    note: Mapped[str] = mapped_column(default="")  # 顺延, 调班
    vacant: Mapped[str] = mapped_column(default="")  # why places may stay empty, confirmed by the manager
    sequence: Mapped[int] = mapped_column(default=0)  # of the calendar event (RFC 5545)
    version: Mapped[int] = mapped_column(default=1)


class Duty(Base):
    """Somebody sits in a slot. Who was replaced stays, with the reason."""

    __tablename__ = "duty"
    __table_args__ = (Index(None, "centre_id", "slot_id"), Index(None, "centre_id", "seat_id"))

    id: Mapped[Key]
    centre_id: Mapped[CentreRef]
    slot_id: Mapped[UUID] = mapped_column(Uuid(), ForeignKey("duty_slot.id"))
    seat_id: Mapped[UUID] = mapped_column(Uuid(), ForeignKey("duty_seat.id"))
    need: Mapped[int] = mapped_column(default=0)
    state: Mapped[str]  # db.duty.states.DutyState
    locked: Mapped[bool] = mapped_column(default=False)
    covers: Mapped[UUID | None] = mapped_column(Uuid(), ForeignKey("duty.id"))  # the duty it took over (替班)
    reason: Mapped[str] = mapped_column(Text, default="")  # of an override, a change or an absence
    arrived_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    method: Mapped[str] = mapped_column(default="")  # db.duty.states.SignMethod
    received: Mapped[int] = mapped_column(default=0)  # people received, where no reception was entered one by one
    version: Mapped[int] = mapped_column(default=1)


class DutyDraftStep(Base):
    """A step in making a draft (place, take out, lock, solve), kept so that it can be taken back.

    `before` is the JSON of the duties that the touched sessions had. Publishing a plan ends its steps.
    """

    __tablename__ = "duty_draft_step"
    __table_args__ = (UniqueConstraint("centre_id", "plan_id", "position"),)

    id: Mapped[Key]
    centre_id: Mapped[CentreRef]
    plan_id: Mapped[UUID] = mapped_column(Uuid(), ForeignKey("duty_plan.id"))
    position: Mapped[int]
    label: Mapped[str]
    before: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    staff_name: Mapped[str]


class DutyChange(Base):
    """A change of a published plan (调班, 请假, 替班), numbered and printed as 调班通知; `before`/`after` JSON of duties."""

    __tablename__ = "duty_change"
    __table_args__ = (UniqueConstraint("centre_id", "number"), Index(None, "centre_id", "plan_id", "at"))

    id: Mapped[Key]
    centre_id: Mapped[CentreRef]
    plan_id: Mapped[UUID] = mapped_column(Uuid(), ForeignKey("duty_plan.id"))
    number: Mapped[str]
    kind: Mapped[str]  # db.duty.states.ChangeKind
    reason: Mapped[str] = mapped_column(Text)
    before: Mapped[str] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)
    proof: Mapped[str] = mapped_column(default="")  # “改动 2 处，已证明最少”
    at: Mapped[datetime]
    staff_id: Mapped[UUID] = mapped_column(Uuid(), ForeignKey("staff.id"))
    staff_name: Mapped[str]
    undone_by: Mapped[UUID | None] = mapped_column(Uuid(), ForeignKey("duty_change.id"))


class Reception(Base):
    """An entry of the reception book (接待登记). Anonymous: no name, phone or address. What is personal is sealed."""

    __tablename__ = "duty_reception"
    __table_args__ = (
        UniqueConstraint("centre_id", "number"),
        Index(None, "centre_id", "at"),
        Index(None, "centre_id", "slot_id"),
    )

    id: Mapped[Key]
    centre_id: Mapped[CentreRef]
    number: Mapped[str]
    at: Mapped[datetime]
    slot_id: Mapped[UUID | None] = mapped_column(Uuid(), ForeignKey("duty_slot.id"))
    receiver_id: Mapped[UUID | None] = mapped_column(Uuid(), ForeignKey("duty_member.id"))  # 接待人
    anonymous: Mapped[bool] = mapped_column(default=False)
    visitor_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    visitor_masked: Mapped[str] = mapped_column(default="")
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_masked: Mapped[str] = mapped_column(default="")
    address_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    grid: Mapped[str] = mapped_column(default="")  # 网格
    people: Mapped[int] = mapped_column(default=1)
    category: Mapped[str] = mapped_column(default="")
    content_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # 内容
    demand_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # 诉求
    answer: Mapped[str] = mapped_column(Text, default="")  # 当场答复
    proposal: Mapped[str] = mapped_column(Text, default="")  # 拟办意见
    passed_to: Mapped[str] = mapped_column(default="")  # 转办单位
    due_on: Mapped[date | None]  # 期限
    outcome: Mapped[str] = mapped_column(Text, default="")  # 结果
    told_on: Mapped[date | None]  # 反馈日期
    told_how: Mapped[str] = mapped_column(default="")  # 反馈方式
    satisfaction: Mapped[str] = mapped_column(default="")
    visited_by: Mapped[str] = mapped_column(default="")  # 回访人
    redirected: Mapped[str] = mapped_column(default="")  # 涉法涉诉: whither; empty: not redirected
    state: Mapped[str]  # db.duty.states.ReceptionState
    created_by: Mapped[UUID] = mapped_column(Uuid(), ForeignKey("staff.id"))
    version: Mapped[int] = mapped_column(default=1)
