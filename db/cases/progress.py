"""How a case goes on after the counter: 核对补交, 受理, 转入办理, 挂起 and 恢复, 转报, 办结, 送达, and how it ends otherwise.

Every action takes the `version` the caller has seen and refuses when somebody else was faster.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from db import text
from db.action import Act, action
from db.cases import ledger, pauses
from db.cases.ledger import Moved, Open
from db.cases.machine import moved, require
from db.cases.needs import answered
from db.cases.record import CasePaper
from db.cases.rules import opinion_refusal, papers_at_counter, tolerance_refusal
from db.cases.status import OUTCOME_TITLES, MaterialState, Outcome, Status, Verb
from db.errors import RuleBroken
from db.receipts.content import PaperKind
from db.staff.permissions import Permission


@dataclass(frozen=True, slots=True)
class MaterialMark:
    """What the clerk now says of one line of the checklist."""

    position: int
    state: MaterialState
    opinion: str = ""
    due: date | None = None
    pages: int = 0


@action("case.supplement", Permission.CASE_HANDLE, "登记补交", ahead=ledger.holding_all)
def supplement(act: Act, *, case_id: UUID, version: int, materials: tuple[MaterialMark, ...]) -> Moved:
    """Mark papers that came in or were looked at later. Owes 收件材料接收凭证 when papers were handed in.

    When the last told paper is in, the case goes back from 补正 to 收件.
    """
    here = ledger.opened(act, case_id, version)
    before = here.state
    require(before, Verb.SUPPLEMENT, here.today)
    if here.case.accepted_on is not None:
        _only_promised(here, materials)
    came_in = _mark(here, materials)
    ledger.put(here.case, moved(before, Verb.SUPPLEMENT, here.today, still_open=here.state.open_papers))
    _next_due(here)
    owed = (PaperKind.RECEIVED,) if came_in else ()
    receipts = ledger.papers(here, owed)
    return ledger.tell(here, Verb.SUPPLEMENT, detail=_mark_detail(here, came_in), receipts=receipts)


@action("case.correct_later", Permission.CASE_HANDLE, "补正告知", ahead=ledger.holding_all)
def request_correction_later(
    act: Act, *, case_id: UUID, version: int, reason: str = "", supplement_due: date | None = None
) -> Moved:
    """Tell what is missing of a received case, once, within 5 working days. Owes 补齐补正通知书."""
    kept = answered(Verb.CORRECT, reason=reason)
    here = ledger.opened(act, case_id, version)
    before = here.state
    state = moved(before, Verb.CORRECT, here.today)
    silent = opinion_refusal([ledger.check_of(each) for each in here.materials])
    if silent:
        raise RuleBroken(silent)
    if supplement_due is not None and supplement_due <= here.today:
        raise RuleBroken("请申请人补齐的日期须在今天之后。")
    ledger.put(here.case, state)
    here.case.told_at, here.case.supplement_due = here.case.told_at or act.now, supplement_due
    for material in here.materials:
        material.told = material.told or material.name in before.open_papers
    receipts = ledger.papers(here, (PaperKind.CORRECTION,), reason=kept["reason"])
    detail = f"待补：{'、'.join(before.open_papers)}"
    return ledger.tell(here, Verb.CORRECT, reason=kept["reason"], detail=detail, receipts=receipts)


@action("case.accept_later", Permission.CASE_HANDLE, "受理", ahead=ledger.holding_all)
def accept_later(act: Act, *, case_id: UUID, version: int, accepted_on: date | None = None) -> Moved:
    """Accept a received case, or note that the organ it was handed on to accepted it (`accepted_on`: its day).

    Where nobody told in time what was missing, it counts as accepted from receipt (行政许可法 §32).
    """
    here = ledger.opened(act, case_id, version)
    before = here.state
    state = moved(before, Verb.ACCEPT, here.today)
    deemed = before.deemed_accepted(here.today)
    here.case.accepted_on = here.case.business_date if deemed else _agency_day(here, accepted_on)
    ledger.put(here.case, state)
    ledger.set_term(here)
    owed = _slip(here) if before.status is Status.RECEIVED else ()
    receipts = ledger.papers(here, owed)
    detail = "逾期未告知补正，自收件之日起视为受理" if deemed else here.case.no_date_reason
    return ledger.tell(here, Verb.ACCEPT, detail=detail, receipts=receipts)


@action("case.tolerate_later", Permission.CASE_HANDLE, "容缺受理", ahead=ledger.holding_all)
def tolerate_later(act: Act, *, case_id: UUID, version: int, materials: tuple[MaterialMark, ...] = ()) -> Moved:
    """Accept a received case although papers that may wait are not in. Owes 容缺受理信用承诺书."""
    here = ledger.opened(act, case_id, version)
    require(replace(here.state, unchecked=()), Verb.TOLERATE, here.today)
    _mark(here, materials)
    checks = [ledger.check_of(each) for each in here.materials]
    lacking = [each.name for each in here.materials if ledger.check_of(each).lacking]
    sentence = tolerance_refusal(checks, here.today) or (
        f"「{lacking[0]}」缺或不合格，没有标为容缺，不能容缺受理。" if lacking else ""
    )
    if sentence:
        raise RuleBroken(sentence)
    ledger.put(here.case, moved(here.state, Verb.TOLERATE, here.today))
    here.case.accepted_on = here.today
    _next_due(here)
    ledger.set_term(here)
    receipts = ledger.papers(here, papers_at_counter(Verb.TOLERATE, here.rule))
    names = "、".join(here.state.open_papers)
    return ledger.tell(here, Verb.TOLERATE, detail=f"容缺：{names}", receipts=receipts)


@action("case.refuse_later", Permission.CASE_HANDLE, "不予受理", ahead=ledger.holding_all)
def refuse_later(
    act: Act, *, case_id: UUID, version: int, reason: str, basis: str, agency: str = "", remedies: str = ""
) -> Moved:
    """Refuse a received case in writing. Owes 不予受理通知书."""
    kept = answered(Verb.REFUSE, reason=reason, basis=basis, agency=agency, remedies=remedies)
    here = ledger.opened(act, case_id, version)
    here.case.agency = kept["agency"]
    return _end(here, Verb.REFUSE, PaperKind.REFUSED, kept)


@action("case.instant_later", Permission.CASE_HANDLE, "即办", ahead=ledger.holding_all)
def finish_instantly_later(act: Act, *, case_id: UUID, version: int, result_number: str = "") -> Moved:
    """Finish a received 即办件. Owes 办结通知书."""
    kept = answered(Verb.INSTANT, result_number=result_number)
    here = ledger.opened(act, case_id, version)
    here.case.result_number, here.case.accepted_on = kept["result_number"], here.today
    return _end(here, Verb.INSTANT, PaperKind.DONE, kept, outcome="准予", done_on=here.today)


@action("case.advance", Permission.CASE_HANDLE, "转入办理", ahead=ledger.holding)
def advance(act: Act, *, case_id: UUID, version: int, stage: str, reason: str = "") -> Moved:
    """Enter the next step of 办理 (审核, 现场核查, 制证 …)."""
    kept = answered(Verb.ADVANCE, stage=stage, reason=reason)
    here = ledger.opened(act, case_id, version)
    ledger.put(here.case, moved(here.state, Verb.ADVANCE, here.today))
    here.case.stage = kept["stage"]
    return ledger.tell(here, Verb.ADVANCE, reason=kept["reason"], detail=kept["stage"])


@action("case.pause", Permission.CASE_HANDLE, "挂起", ahead=ledger.holding_all)
def pause(
    act: Act, *, case_id: UUID, version: int, kind: str, reason: str, special_limit: str = "", basis: str = ""
) -> Moved:
    """Stop the clock for a special procedure (听证, 检验, 鉴定 …, 行政许可法 §45). Owes 特殊程序告知书."""
    kept = answered(Verb.PAUSE, kind=kind, reason=reason, special_limit=special_limit, basis=basis)
    here = ledger.opened(act, case_id, version)
    ledger.put(here.case, moved(here.state, Verb.PAUSE, here.today))
    pauses.begin(act, case_id, kept["kind"], kept["reason"], here.today)
    receipts = ledger.papers(
        here,
        (PaperKind.SPECIAL,),
        special=kept["kind"],
        special_limit=kept["special_limit"],
        reason=kept["reason"],
        basis=kept["basis"],
    )
    detail = "；".join(part for part in (kept["kind"], kept["special_limit"]) if part)
    return ledger.tell(here, Verb.PAUSE, reason=kept["reason"], detail=detail, receipts=receipts)


@action("case.resume", Permission.CASE_HANDLE, "恢复计时", ahead=ledger.holding_all)
def resume(act: Act, *, case_id: UUID, version: int, reason: str = "") -> Moved:
    """Let the clock run on; the promised date moves by the days that were not counted."""
    kept = answered(Verb.RESUME, reason=reason)
    here = ledger.opened(act, case_id, version)
    ledger.put(here.case, moved(here.state, Verb.RESUME, here.today))
    if pauses.end(act, case_id, here.today) != 1:
        raise RuleBroken("这个办件没有正在进行的特殊程序，请刷新后再试。")
    ledger.set_term(here)
    due = here.case.due_on
    detail = f"承诺日期顺延到 {due:%Y-%m-%d}" if due else here.case.no_date_reason
    return ledger.tell(here, Verb.RESUME, reason=kept["reason"], detail=detail)


@action("case.transfer", Permission.CASE_HANDLE, "转报", ahead=ledger.holding_all)
def transfer(act: Act, *, case_id: UUID, version: int, agency: str, reason: str = "") -> Moved:
    """Hand the papers on to the organ that decides. Owes 转报交接单."""
    kept = answered(Verb.TRANSFER, agency=agency, reason=reason)
    here = ledger.opened(act, case_id, version)
    ledger.put(here.case, moved(here.state, Verb.TRANSFER, here.today))
    here.case.agency = kept["agency"]
    receipts = ledger.papers(here, (PaperKind.HANDOVER,), reason=kept["reason"])
    detail = f"转报{kept['agency']}"
    return ledger.tell(here, Verb.TRANSFER, reason=kept["reason"], detail=detail, receipts=receipts)


@action("case.finish", Permission.CASE_HANDLE, "办结", ahead=ledger.holding_all)
def finish(
    act: Act,
    *,
    case_id: UUID,
    version: int,
    outcome: str,
    result_number: str = "",
    reason: str = "",
    basis: str = "",
) -> Moved:
    """Decide: 准 or 不准 (`outcome`: granted or denied; denied needs reason and basis). Owes 办结通知书."""
    kept = answered(Verb.FINISH, outcome=outcome, result_number=result_number, reason=reason, basis=basis)
    here = ledger.opened(act, case_id, version)
    granted = kept["outcome"] == Outcome.GRANTED
    here.case.result_number = kept["result_number"]
    said = {"outcome": "准予" if granted else "不予", "done_on": here.today}
    return _end(here, Verb.FINISH, PaperKind.DONE, kept, granted=granted, **said)


@action("case.deliver", Permission.CASE_HANDLE, "送达", ahead=ledger.holding_all)
def deliver(act: Act, *, case_id: UUID, version: int, way: str, reason: str = "") -> Moved:
    """Hand over the result. Owes 送达回执, to be signed and kept."""
    kept = answered(Verb.DELIVER, way=way, reason=reason)
    here = ledger.opened(act, case_id, version)
    ledger.put(here.case, moved(here.state, Verb.DELIVER, here.today))
    here.case.delivered_at = act.now
    receipts = ledger.papers(here, (PaperKind.DELIVERY,), reason=kept["reason"])
    return ledger.tell(here, Verb.DELIVER, reason=kept["reason"], detail=kept["way"], receipts=receipts)


@action("case.withdraw", Permission.CASE_HANDLE, "撤回", ahead=ledger.holding_all)
def withdraw(act: Act, *, case_id: UUID, version: int, reason: str) -> Moved:
    """The applicant takes the application back before it is decided. Owes 撤回申请确认书."""
    kept = answered(Verb.WITHDRAW, reason=reason)
    here = ledger.opened(act, case_id, version)
    return _end(here, Verb.WITHDRAW, PaperKind.WITHDRAWN, kept)


@action("case.return", Permission.CASE_HANDLE, "退件", ahead=ledger.holding_all)
def return_case(act: Act, *, case_id: UUID, version: int, reason: str, basis: str = "") -> Moved:
    """Give the papers back without a decision. Owes 退件通知书."""
    kept = answered(Verb.RETURN, reason=reason, basis=basis)
    here = ledger.opened(act, case_id, version)
    return _end(here, Verb.RETURN, PaperKind.RETURNED, kept)


def _end(here: Open, verb: Verb, paper: PaperKind, kept: dict[str, str], *, granted: bool = True, **said: Any) -> Moved:
    """Close a case: state, time, paper, timeline; a pause that still runs ends with it."""
    if here.case.status is Status.SUSPENDED:
        pauses.end(here.act, here.case.id, here.today)
    ledger.put(here.case, moved(here.state, verb, here.today, granted=granted))
    here.case.finished_at = here.act.now
    printed = {name: kept[name] for name in ("reason", "basis", "agency", "remedies") if name in kept}
    receipts = ledger.papers(here, (paper,), **printed, **said)
    parts = (
        OUTCOME_TITLES[here.case.outcome],
        f"依据：{kept['basis']}" if kept.get("basis") else "",
        f"编号：{kept['result_number']}" if kept.get("result_number") else "",
        f"应向{kept['agency']}提出" if kept.get("agency") else "",
    )
    detail = "；".join(part for part in parts if part)
    return ledger.tell(here, verb, reason=kept.get("reason", ""), detail=detail, receipts=receipts)


def _mark(here: Open, marks: Sequence[MaterialMark]) -> list[CasePaper]:
    """Write the clerk's marks; returns the papers that came in with them."""
    by_position = {each.position: each for each in here.materials}
    came_in = []
    for mark in marks:
        material = by_position.get(mark.position)
        if material is None:
            raise RuleBroken("材料清单已经变了，请刷新后再标。")
        had = material.state in (MaterialState.OK, MaterialState.BAD)
        material.state = mark.state
        material.opinion = text.line(mark.opinion, "审查意见", 200)
        material.due_on = mark.due or material.due_on
        if mark.state is MaterialState.OK:
            material.due_on = None
        if mark.state in (MaterialState.OK, MaterialState.BAD):
            material.pages = mark.pages or material.pages
            if not had:
                material.received_at = here.act.now
                came_in.append(material)
    return came_in


def _only_promised(here: Open, marks: Sequence[MaterialMark]) -> None:
    """After acceptance only the papers that were promised may still change, and no promise is put off."""
    for mark in marks:
        material = next((each for each in here.materials if each.position == mark.position), None)
        if material is None:
            continue
        changes = material.state is not mark.state
        if changes and material.name not in here.state.open_papers:
            raise RuleBroken(f"本件已受理，「{material.name}」不能再改；登记错了请负责人用“更正”。")
        if mark.state is MaterialState.TOLERATED and (changes or mark.due not in (None, material.due_on)):
            raise RuleBroken(f"「{material.name}」的容缺期限在承诺书上写明，不能另行约定。")


def _next_due(here: Open) -> None:
    """The next day on which a paper is due; 补正 keeps the day that was told until everything is in."""
    is_open = [each for each in here.materials if each.name in here.state.open_papers]
    promised = [each.due_on for each in is_open if each.due_on is not None]
    if promised:
        here.case.supplement_due = min(promised)
    elif not is_open:
        here.case.supplement_due = None


def _slip(here: Open) -> tuple[PaperKind, ...]:
    """The paper of a later acceptance: 受理通知书 only with a delegated seal; the receipt of papers they have already."""
    return (PaperKind.ACCEPTED,) if here.rule.seal_delegated else ()


def _agency_day(here: Open, accepted_on: date | None) -> date:
    if accepted_on is None or here.case.status is not Status.TRANSFERRED:
        return here.today
    if not here.case.business_date <= accepted_on <= here.today:
        raise RuleBroken("上级受理日期应在收件日期和今天之间。")
    return accepted_on


def _mark_detail(here: Open, came_in: Sequence[CasePaper]) -> str:
    names = "、".join(each.name for each in came_in)
    still = "、".join(here.state.open_papers)
    parts = (f"收到：{names}" if names else "核对材料", f"仍缺：{still}" if still else "材料齐全")
    return "；".join(parts)
