"""The reception book (接待登记): numbered without gaps, personal things sealed, step by step to the answer."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from db.action import Act, action
from db.calendar.queries import calendar_of
from db.calendar.rules import Unit, Unpublished, due_date
from db.clock import business_date
from db.duty.models import DutyMember, DutyPlan, DutySlot, Reception
from db.duty.states import RECEPTION_NAMES, PlanState, ReceptionState
from db.errors import RuleBroken, Stale
from db.ids import new_id
from db.numbers.actions import take as take_number
from db.people.rules import mask_phone, read_phone
from db.staff.permissions import Permission
from db.text import ADDRESS, NAME, Field, clean, line, note

TABLE = "duty_reception"
SEALED = ("visitor", "phone", "address", "content", "demand")
LEGAL = "涉法涉诉"
CATEGORIES = (
    "政策咨询", "民生服务", "劳动社保", "医疗教育", "物业管理", "环境卫生", "治安交通", "邻里纠纷", "意见建议", LEGAL, "其他",
)  # fmt: skip
"""Offered, not enforced: a hall writes what it needs."""
SATISFACTION = ("非常满意", "满意", "基本满意", "不满意", "非常不满意", "未评价")
MOST_PEOPLE = 200
LONGEST_DAYS = 120
_VISITOR = Field("来访人", NAME.limit)


@dataclass(frozen=True, slots=True)
class ReceptionFields:
    """An entry as its form gives it. `at` None: now. Of what is sealed, None leaves as it is when editing, "" forgets.

    Anonymous: no name, phone or address is kept, whatever is given.
    """

    category: str
    at: datetime | None = None
    slot_id: UUID | None = None
    receiver_id: UUID | None = None
    anonymous: bool = False
    visitor: str | None = None
    phone: str | None = None
    address: str | None = None
    grid: str = ""
    people: int = 1
    content: str | None = None
    demand: str | None = None
    answer: str = ""
    proposal: str = ""


@dataclass(frozen=True, slots=True)
class Received:
    """What an entry has become."""

    reception_id: UUID
    number: str
    version: int
    state: str


@action("duty.receive", Permission.DUTY_ATTEND, "接待登记")
def receive(act: Act, *, fields: ReceptionFields) -> Received:
    """Enter somebody who was received, or a group of them.

    Raises:
        RuleBroken: what they came for is missing, a name is missing though not anonymous, or a field is impossible.
    """
    row = Reception(
        id=new_id(),
        centre_id=act.centre_id,
        state=ReceptionState.OPEN,
        created_by=act.actor.staff_id,
        passed_to="",
        outcome="",
        told_how="",
        satisfaction="",
        visited_by="",
        redirected="",
        version=0,
    )
    _fill(act, row, fields, new=True)
    year = business_date(act.now).year
    row.number = f"{year}-{take_number(act.session, act.centre_id, f'reception/{year}'):05d}"
    act.session.add(row)
    return _said(act, row)


@action("duty.reception_edit", Permission.DUTY_ATTEND, "修改接待登记")
def reception_edit(act: Act, *, reception_id: UUID, version: int, fields: ReceptionFields) -> Received:
    """Correct an entry; number and steps stay.

    Raises:
        Stale: somebody changed it first. RuleBroken: as `receive`.
    """
    row = _held(act, reception_id, version)
    _fill(act, row, fields, new=False)
    return _said(act, row)


@action("duty.reception_pass", Permission.DUTY_ATTEND, "转办接待事项")
def reception_pass(
    act: Act, *, reception_id: UUID, version: int, unit: str, days: int = 0, due_on: date | None = None
) -> Received:
    """Hand the matter to a unit (转办单位), to be answered in so many working days, or by a day.

    Raises:
        RuleBroken: it has been answered or redirected, neither or both limits are given, or the calendar of the year in
            which the limit ends is not published: then the day is asked for.
    """
    row = _held(act, reception_id, version)
    _must(row, {ReceptionState.OPEN, ReceptionState.PASSED}, "转办")
    row.passed_to = line(unit, "转办单位", 100, required=True)
    row.due_on = _due(act, days, due_on)
    row.state = ReceptionState.PASSED
    return _said(act, row)


@action("duty.reception_tell", Permission.DUTY_ATTEND, "反馈接待结果")
def reception_tell(
    act: Act,
    *,
    reception_id: UUID,
    version: int,
    outcome: str,
    told_on: date,
    told_how: str,
    satisfaction: str = "未评价",
    visited_by: str = "",
) -> Received:
    """The visitor has been told what came of it: when, how, how content they are, who asked (回访人).

    What is told already can be told better: the same step again corrects it.

    Raises:
        RuleBroken: it was redirected, the day is impossible, or how content they are is not one of the grades.
    """
    row = _held(act, reception_id, version)
    _must(row, {ReceptionState.OPEN, ReceptionState.PASSED, ReceptionState.TOLD}, "反馈")
    if not business_date(row.at) <= told_on <= business_date(act.now):
        raise RuleBroken("反馈日期应在接待当天到今天之间。")
    if satisfaction not in SATISFACTION:
        raise RuleBroken(f"满意度请从{'、'.join(SATISFACTION)}里选择。")
    row.outcome = note(outcome, "办理结果", required=True)
    row.told_on, row.told_how = told_on, line(told_how, "反馈方式", 40, required=True)
    row.satisfaction, row.visited_by = satisfaction, line(visited_by, "回访人", NAME.limit)
    row.state = ReceptionState.TOLD
    return _said(act, row)


@action("duty.reception_redirect", Permission.DUTY_ATTEND, "引导涉法涉诉事项")
def reception_redirect(act: Act, *, reception_id: UUID, version: int, whither: str) -> Received:
    """Point whoever comes with a matter of the courts (涉法涉诉) to where it is heard; it is not accepted here.

    Raises:
        RuleBroken: it has been passed on or answered already.
    """
    row = _held(act, reception_id, version)
    _must(row, {ReceptionState.OPEN, ReceptionState.REDIRECTED}, "引导")
    row.redirected = line(whither, "引导去向", 200, required=True)
    row.category = LEGAL
    row.state = ReceptionState.REDIRECTED
    return _said(act, row)


@action("duty.reception_open", Permission.PERSON_UNMASK, "查看接待登记完整内容")
def reception_open(act: Act, *, reception_id: UUID, reason: str) -> bool:
    """Leave in the journal who looks behind the mask of an entry and why; `reveal_reception` then shows it.

    False where there is nothing behind it.

    Raises:
        RuleBroken: no reason was given, or there is no such entry.
    """
    why = line(reason, "查看原因", 100, required=True)
    row = act.session.scalar(
        select(Reception).where(Reception.centre_id == act.centre_id, Reception.id == reception_id)
    )
    if row is None:
        raise RuleBroken("没有找到这条接待登记，请刷新后重试。")
    act.on("duty_reception", row.id)
    act.note(number=row.number, reason=why)
    return any(getattr(row, f"{name}_sealed") is not None for name in SEALED)


def mask_visitor(name: str) -> str:
    """陈**: the first character of a name, as it is shown in lists."""
    return name[0] + "*" * max(1, min(2, len(name) - 1)) if name else ""


def _fill(act: Act, row: Reception, fields: ReceptionFields, *, new: bool) -> None:
    if not 1 <= fields.people <= MOST_PEOPLE:
        raise RuleBroken(f"人数应在 1 到 {MOST_PEOPLE} 之间。")
    row.at = fields.at or (act.now if new else row.at)
    if row.at > act.now:
        raise RuleBroken("接待时间不能晚于现在。")
    row.slot_id, row.receiver_id = _slot(act, fields.slot_id), _receiver(act, fields.receiver_id)
    row.people = fields.people
    row.category, row.grid = line(fields.category, "类别", 40, required=True), line(fields.grid, "网格", 60)
    row.answer, row.proposal = note(fields.answer, "当场答复"), note(fields.proposal, "拟办意见")
    row.anonymous = fields.anonymous
    _seal_person(act, row, fields)
    content = None if fields.content is None else note(fields.content, "内容", required=True)
    _seal(act, row, "content", content)
    _seal(act, row, "demand", None if fields.demand is None else note(fields.demand, "诉求"))
    if row.content_sealed is None:
        raise RuleBroken("请填写来访内容。")
    row.version += 1


def _seal_person(act: Act, row: Reception, fields: ReceptionFields) -> None:
    if fields.anonymous:
        row.visitor_sealed = row.phone_sealed = row.address_sealed = None
        row.visitor_masked = row.phone_masked = ""
        return
    if fields.visitor is not None:
        visitor = clean(fields.visitor, _VISITOR).text
        _seal(act, row, "visitor", visitor)
        row.visitor_masked = mask_visitor(visitor)
    if row.visitor_sealed is None:
        raise RuleBroken("请填写来访人姓名；不愿留名的请选“匿名”。")
    if fields.phone is not None:
        number = read_phone(fields.phone).number
        _seal(act, row, "phone", number)
        row.phone_masked = mask_phone(number)
    if fields.address is not None:
        _seal(act, row, "address", clean(fields.address, ADDRESS).text)
    row.visitor_masked, row.phone_masked = row.visitor_masked or "", row.phone_masked or ""


def _seal(act: Act, row: Reception, name: str, text: str | None) -> None:
    """Seal a text into its column; None leaves the column as it is, "" empties it."""
    if text is not None:
        sealed = act.vault.seal(text, TABLE, f"{name}_sealed", row.id) if text else None
        setattr(row, f"{name}_sealed", sealed)


def _slot(act: Act, slot_id: UUID | None) -> UUID | None:
    if slot_id is None:
        return None
    found = act.session.scalar(
        select(DutySlot.id)
        .join(DutyPlan, DutyPlan.id == DutySlot.plan_id)
        .where(DutySlot.centre_id == act.centre_id, DutySlot.id == slot_id, DutyPlan.state != PlanState.DRAFT)
    )
    if found is None:
        raise RuleBroken("没有找到这一班，或它还没有公示，请重新选择接待班次。")
    return slot_id


def _receiver(act: Act, member_id: UUID | None) -> UUID | None:
    if member_id is None:
        return None
    found = act.session.scalar(
        select(DutyMember.id).where(DutyMember.centre_id == act.centre_id, DutyMember.id == member_id)
    )
    if found is None:
        raise RuleBroken("没有找到这名接待人，请重新选择。")
    return member_id


def _due(act: Act, days: int, due_on: date | None) -> date:
    today = business_date(act.now)
    if due_on is not None and days:
        raise RuleBroken("期限请填工作日数或截止日期，二选一。")
    if due_on is not None:
        if due_on < today:
            raise RuleBroken("期限不能早于今天。")
        return due_on
    if not 1 <= days <= LONGEST_DAYS:
        raise RuleBroken(f"期限应在 1 到 {LONGEST_DAYS} 个工作日之间。")
    found = due_date(calendar_of(act.session, act.centre_id), today, days, Unit.WORKING)
    if isinstance(found, Unpublished):
        raise RuleBroken(f"{found.sentence}，请直接填写截止日期。")
    return found


def _held(act: Act, reception_id: UUID, version: int) -> Reception:
    row = act.session.get(Reception, reception_id, with_for_update=True, populate_existing=True)
    if row is None or row.centre_id != act.centre_id:
        raise RuleBroken("没有找到这条接待登记，请刷新后重试。")
    if row.version != version:
        raise Stale("这条接待登记刚被别人改过，请看过最新内容后再操作。")
    return row


def _must(row: Reception, states: set[ReceptionState], doing: str) -> None:
    if row.state not in states:
        raise RuleBroken(f"{row.number} 号接待{RECEPTION_NAMES[ReceptionState(row.state)]}，不能{doing}。")
    row.version += 1


def _said(act: Act, row: Reception) -> Received:
    """Name the entry in the journal; nothing of what was said or who came."""
    act.on("duty_reception", row.id)
    if row.slot_id is not None:
        act.touch("duty_slot", row.slot_id)
    act.note(number=row.number, state=row.state, category=row.category, people=row.people)
    return Received(row.id, row.number, row.version, row.state)
