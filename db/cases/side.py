"""Around a case: 更正 of what was done wrong, 首问责任 handed on, 代办, external numbers, dates worked out anew."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from db import text
from db.action import Act, action
from db.calendar.spelled import spelled
from db.cases import ledger
from db.cases.facts import staff_name
from db.cases.intake import Intake, checked_materials, item_said, require_current, require_person
from db.cases.ledger import Moved, Open
from db.cases.machine import RECTIFY_TITLES, Rectify, rectified
from db.cases.needs import answered
from db.cases.record import undated
from db.cases.rules import check_outcome
from db.cases.status import OPEN, Clock, ProxyStep, Verb
from db.errors import RuleBroken
from db.receipts.actions import reissue, void
from db.receipts.content import PaperKind
from db.receipts.models import Receipt
from db.staff.models import Staff
from db.staff.permissions import Permission

_PROXY_ORDER = (ProxyStep.NONE, ProxyStep.COMMISSIONED, ProxyStep.COLLECTED, ProxyStep.UNDERWAY, ProxyStep.GIVEN_BACK)
_SLIPS = (PaperKind.RECEIVED, PaperKind.ACCEPTED, PaperKind.PROMISE)


@dataclass(frozen=True, slots=True)
class Correction:
    """What a case should have said; what is None stays as it is."""

    intake: Intake | None = None
    accepted_on: date | None = None


@action("case.rectify", Permission.CASE_CORRECT, "更正办件", ahead=ledger.holding_all)
def rectify(
    act: Act,
    *,
    case_id: UUID,
    version: int,
    what: Rectify,
    reason: str,
    correction: Correction | None = None,
) -> Moved:
    """Put a wrong case right: its papers are voided and, where it goes on, issued anew; both stay visible.

    Raises:
        RuleBroken: the case is too far for it, or the correction does not fit the rules of acceptance.
    """
    kept = answered(Verb.RECTIFY, reason=reason)
    here = ledger.opened(act, case_id, version)
    state = rectified(here.state, what, here.today)
    changed = _correct(here, correction) if what is Rectify.FACTS else []
    if what is Rectify.FACTS and not changed:
        raise RuleBroken("没有要更正的内容。")
    ledger.put(here.case, state)
    _undo_days(here, what)
    ledger.set_term(here)
    receipts = _papers_anew(here, what, kept["reason"])
    detail = "；".join((RECTIFY_TITLES[what], *changed))
    return ledger.tell(here, Verb.RECTIFY, reason=kept["reason"], detail=detail, receipts=receipts)


@action("case.take_over", Permission.CASE_HANDLE, "接手办件", ahead=ledger.holding)
def take_over(act: Act, *, case_id: UUID, version: int, reason: str = "") -> Moved:
    """首问负责: whoever was asked first stays responsible until somebody else takes over; this is that moment."""
    here = ledger.opened(act, case_id, version)
    me = act.actor.staff_id
    if here.case.status not in OPEN:
        raise RuleBroken("办件已经结束，不用接手。")
    if here.case.owner_id == me and here.case.handler_id == me:
        raise RuleBroken("这个办件已经由您负责。")
    before = staff_name(act.session, here.case.owner_id)
    here.case.owner_id = here.case.handler_id = me
    here.case.counter_id = act.actor.counter_id or here.case.counter_id
    why = text.line(reason, "接手原因", 200)
    return ledger.tell(here, "owner", reason=why, detail=f"{before} → {act.actor.name}")


@action("case.proxy", Permission.CASE_HANDLE, "代办", ahead=ledger.holding)
def set_proxy(
    act: Act, *, case_id: UUID, version: int, step: ProxyStep, proxy_id: UUID | None = None, note: str = ""
) -> Moved:
    """One step of 代办: 委托 (names the 代办员, owes 代办委托书), 材料交接, 代办中, 交回签收. Steps are not skipped."""
    here = ledger.opened(act, case_id, version)
    case, step = here.case, ProxyStep(step)
    expected = _PROXY_ORDER[min(_PROXY_ORDER.index(ProxyStep(case.proxy_step)) + 1, len(_PROXY_ORDER) - 1)]
    if case.proxy_step == ProxyStep.GIVEN_BACK or step is not expected:
        raise RuleBroken(f"代办现在是“{case.proxy_step or '未委托'}”，下一步应是“{expected}”。")
    if step is ProxyStep.COMMISSIONED:
        case.proxy_id = _staff(act, proxy_id or act.actor.staff_id)
    case.proxy_step = str(step)
    receipts: tuple[UUID, ...] = ()
    name = staff_name(act.session, case.proxy_id)
    if step is ProxyStep.COMMISSIONED:
        receipts = ledger.papers(here, (PaperKind.PROXY,), **_runner(name))
    why = text.line(note, "代办说明", 200)
    return ledger.tell(here, "proxy", reason=why, detail=f"{step}：{name}", receipts=receipts)


@action("case.numbers", Permission.CASE_HANDLE, "登记外部编号", ahead=ledger.holding)
def set_numbers(act: Act, *, case_id: UUID, version: int, external_number: str, hotline_number: str) -> Moved:
    """The numbers that other systems gave this case: 省网申报号, 12345工单号; empty takes one away."""
    here = ledger.opened(act, case_id, version)
    here.case.external_number = _outside(external_number, "省网申报号")
    here.case.hotline_number = _outside(hotline_number, "12345工单号")
    parts = (f"省网申报号 {here.case.external_number or '无'}", f"12345工单号 {here.case.hotline_number or '无'}")
    return ledger.tell(here, "numbers", detail="，".join(parts))


@action("case.redate", Permission.CALENDAR_EDIT, "补算期限")
def redate(act: Act) -> int:
    """After a year was published: give every waiting case the dates it could not be given before; returns how many.

    Only cases without a date for want of a calendar (年历未发布); dates that were promised stay as they were printed.
    """
    changed = 0
    for here in _waiting(act):
        if here.case.clock is Clock.NOT_STARTED:
            ledger.set_notice_due(here)
            here.write()
            continue
        ledger.set_term(here)
        if here.case.due_on is not None:
            ledger.tell(here, "redate", detail=f"年历已发布，承诺日期为 {here.case.due_on:%Y-%m-%d}")
            changed += 1
    act.on("centre", act.centre_id)
    act.note(changed=changed)
    return changed


def _waiting(act: Act) -> Iterator[Open]:
    """Open cases that have no promised date, or no last day for telling, because a year was not published."""
    cases = undated(act)
    if not cases:
        return
    calendar = spelled(act.connection, act.centre_id, min(received_on for _, received_on in cases))
    for case_id, _ in cases:
        here = ledger.opened(act, case_id, None)
        here.dated_by = calendar
        yield here


def _correct(here: Open, correction: Correction | None) -> list[str]:
    """Write the corrected facts; returns what changed, as words for the timeline (no personal data)."""
    if correction is None:
        return []
    changed = _correct_intake(here, correction.intake) if correction.intake else []
    day = correction.accepted_on
    case = here.case
    if day is not None and day != case.accepted_on:
        if case.accepted_on is None or not case.business_date <= day <= here.today:
            raise RuleBroken("受理日期应在收件日期和今天之间，未受理的办件没有受理日期。")
        changed.append(f"受理日期 {case.accepted_on:%Y-%m-%d} → {day:%Y-%m-%d}")
        case.accepted_on = day
    return changed


def _correct_intake(here: Open, intake: Intake) -> list[str]:
    act, case = here.act, here.case
    changed: list[str] = []
    if intake.item_version_id != case.item_version_id:
        item = item_said(act, intake.item_version_id)
        changed.append(f"事项“{case.item_name}” → “{item.name}”")
        here.item = item
        case.item_id, case.item_version_id = item.item_id, item.id
        case.item_name, case.department = item.name, item.department
        require_current(item, here.around)
    before = case.person_id, case.applicant
    case.person_id = intake.person_id
    person = require_person(here.around.person, "申请人")
    if (person.id, person.name) != before:
        changed.append("申请人")
        case.applicant = person.name
    if (intake.agent_id, intake.agent_relation) != (case.agent_id, case.agent_relation):
        changed.append("代办人")
        case.agent_id, case.agent_relation = intake.agent_id, intake.agent_relation
        if case.agent_id is not None:
            require_person(here.around.agent, "代办人")
    if intake.materials:
        changed.append("材料清单")
        _replace_checklist(here, intake)
    elif changed and changed[0].startswith("事项"):
        raise RuleBroken("改了事项要同时按新事项核对材料。")
    return changed


def _replace_checklist(here: Open, intake: Intake) -> None:
    """The new checklist must still carry the state the case is in."""
    case = here.case
    fresh = checked_materials(here.act, here.item, case.id, intake.materials)
    checks = [ledger.check_of(each) for each in fresh]
    if case.accepted_on is not None:
        verb = Verb.TOLERATE if case.tolerant else Verb.ACCEPT
        sentence = check_outcome(verb, here.rule, checks, here.today)
        if sentence:
            raise RuleBroken(f"更正后不符合{'容缺受理' if case.tolerant else '受理'}条件：{sentence}")
    here.materials = fresh


def _undo_days(here: Open, what: Rectify) -> None:
    case = here.case
    if what in (Rectify.ACCEPTANCE, Rectify.REFUSAL):
        case.accepted_on, case.stage, case.agency = None, "", ""
        ledger.restart_notice(here)
    if what in (Rectify.REFUSAL, Rectify.FINISH):
        case.finished_at, case.result_number = None, ""
    if what is Rectify.FINISH and case.clock is Clock.NONE:
        case.accepted_on = None


def _papers_anew(here: Open, what: Rectify, reason: str) -> tuple[UUID, ...]:
    """Void what the wrong step printed; issue what the case is owed now."""
    if what is Rectify.FACTS:
        return tuple(_reissued(here, each, reason) for each in _valid(here, _SLIPS))
    wrong = {
        Rectify.ACCEPTANCE: (PaperKind.ACCEPTED, PaperKind.PROMISE, PaperKind.RECEIVED),
        Rectify.REFUSAL: (PaperKind.REFUSED,),
        Rectify.FINISH: (PaperKind.DONE,),
    }[what]
    for each in _valid(here, wrong):
        void(here.act, receipt_id=each, reason=reason)
    if what is Rectify.FINISH and here.case.clock is not Clock.NONE:
        return ()
    return ledger.papers(here, (PaperKind.RECEIVED,))


def _valid(here: Open, kinds: tuple[PaperKind, ...]) -> list[UUID]:
    rows = select(Receipt.id).where(
        Receipt.centre_id == here.act.centre_id,
        Receipt.case_id == here.case.id,
        Receipt.kind.in_(kinds),
        Receipt.voided_at.is_(None),
    )
    return list(here.act.session.scalars(rows.order_by(Receipt.issued_at, Receipt.id)))


def _reissued(here: Open, receipt_id: UUID, reason: str) -> UUID:
    return reissue(here.act, receipt_id=receipt_id, reason=reason, case=ledger.facts_of(here)).receipt_id


def _staff(act: Act, staff_id: UUID) -> UUID:
    found = act.session.scalar(select(Staff).where(Staff.centre_id == act.centre_id, Staff.id == staff_id))
    if found is None or not found.active:
        raise RuleBroken("找不到这位代办员，或账号已停用，请另选一位。")
    return found.id


def _runner(name: str) -> dict[str, str]:
    """A 代办员 of the centre stands in the paper where a private 代办人 would."""
    return {
        "agent": name,
        "agent_relation": "社区代办员",
        "agent_id_type": "",
        "agent_id_masked": "",
        "agent_phone_masked": "",
    }


def _outside(raw: str, label: str) -> str:
    number = text.code(raw)
    if len(number) > 64:
        raise RuleBroken(f"{label}最多 64 位，请核对。")
    return number
