"""How a case begins at the counter: 收件, 受理, 容缺受理, 一次性补正告知, 不予受理, 即办; and 导办, which makes none.

Each mints the case number in the transaction that makes the case, and issues the papers it owes in the same one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from db import text
from db.action import Act, action
from db.cases import ledger
from db.cases.around import Around, Someone, Wanted, asking_around
from db.cases.ledger import Moved, Open
from db.cases.machine import opened
from db.cases.needs import answered
from db.cases.numbers import case_number, new_query_code, series_of
from db.cases.record import CaseFile, CasePaper
from db.cases.rules import check_outcome, papers_at_counter, tolerated
from db.cases.status import MaterialState, Necessity, Status, Verb
from db.catalogue.actions import count_use
from db.catalogue.models import Item
from db.catalogue.said import Said, recalled, said
from db.clock import business_date
from db.errors import RuleBroken, Stale
from db.numbers.actions import taken_each, taking_each
from db.prepared import Question
from db.receipts.content import PaperKind
from db.receipts.issuing import series_of as receipt_series
from db.staff.permissions import Permission
from db.tickets.models import Ticket

MOST_MATERIALS = 60
_NO_TICKET = "找不到这张号票，请重新叫号。"
_PRINTED = ("reason", "basis", "agency", "remedies")


@dataclass(frozen=True, slots=True)
class MaterialGiven:
    """A line of the checklist as the clerk marked it. `reused_from` is the case_material it was taken from."""

    name: str
    state: MaterialState = MaterialState.UNCHECKED
    opinion: str = ""
    due: date | None = None
    pages: int = 0
    copies: int = 1
    form: str = ""
    necessity: Necessity = Necessity.REQUIRED
    source: str = ""
    note: str = ""
    reused_from: UUID | None = None


@dataclass(frozen=True, slots=True)
class Intake:
    """What the counter knows when it presses the button."""

    person_id: UUID
    item_version_id: UUID
    materials: tuple[MaterialGiven, ...] = ()
    agent_id: UUID | None = None
    agent_relation: str = ""
    ticket_id: UUID | None = None
    external_number: str = ""
    hotline_number: str = ""
    note: str = ""


def _surroundings(verb: Verb) -> Callable[..., Sequence[Question]]:
    """What every beginning asks ahead; where the item is known by heart, the numbers of the case and its papers too."""

    def ahead(act: Act, *, intake: Intake, **_: Any) -> Sequence[Question]:
        who, counter = (intake.person_id, intake.agent_id), act.actor.counter_id
        wanted = Wanted(intake.item_version_id, *who, counter, intake.ticket_id, business_date(act.now))
        item = None if act.inner else recalled(act.centre_id, intake.item_version_id)
        if item is None:
            return (asking_around(act, wanted),)
        return asking_around(act, wanted), _numbering(act, papers_at_counter(verb, ledger.rule_of(item)))

    return ahead


@action("case.receive", Permission.CASE_HANDLE, "收件", ahead=_surroundings(Verb.RECEIVE))
def receive(act: Act, *, intake: Intake) -> Moved:
    """Take the papers in; whether they suffice is told within 5 working days. Owes 收件材料接收凭证."""
    return _begin(act, Verb.RECEIVE, intake)


@action("case.accept", Permission.CASE_HANDLE, "受理", ahead=_surroundings(Verb.ACCEPT))
def accept(act: Act, *, intake: Intake) -> Moved:
    """Accept at once: every needed paper is good, the clock starts, the date is promised."""
    return _begin(act, Verb.ACCEPT, intake)


@action("case.tolerate", Permission.CASE_HANDLE, "容缺受理", ahead=_surroundings(Verb.TOLERATE))
def tolerate(act: Act, *, intake: Intake) -> Moved:
    """Accept although papers that may wait are not in; each is promised for a day. Owes 容缺受理信用承诺书 besides."""
    return _begin(act, Verb.TOLERATE, intake)


@action("case.correct", Permission.CASE_HANDLE, "一次性补正告知", ahead=_surroundings(Verb.CORRECT))
def request_correction(act: Act, *, intake: Intake, reason: str = "", supplement_due: date | None = None) -> Moved:
    """Tell on the spot everything that is missing, once. Owes 补齐补正通知书."""
    kept = answered(Verb.CORRECT, reason=reason)
    return _begin(act, Verb.CORRECT, intake, supplement_due=supplement_due, **kept)


@action("case.refuse", Permission.CASE_HANDLE, "不予受理", ahead=_surroundings(Verb.REFUSE))
def refuse(act: Act, *, intake: Intake, reason: str, basis: str, agency: str = "", remedies: str = "") -> Moved:
    """Refuse at the counter, in writing, with the right agency and the remedies. Owes 不予受理通知书."""
    kept = answered(Verb.REFUSE, reason=reason, basis=basis, agency=agency, remedies=remedies)
    return _begin(act, Verb.REFUSE, intake, **kept)


@action("case.instant", Permission.CASE_HANDLE, "即办", ahead=_surroundings(Verb.INSTANT))
def finish_instantly(act: Act, *, intake: Intake, result_number: str = "", delivered: bool = True) -> Moved:
    """Receive, accept and finish a 即办件 in one go; `delivered`: the result was handed over. Owes 办结通知书."""
    kept = answered(Verb.INSTANT, result_number=result_number)
    return _begin(act, Verb.INSTANT, intake, delivered=delivered, **kept)


@action("case.refer", Permission.CASE_HANDLE, "导办")
def refer(act: Act, *, item_id: UUID, where: str, ticket_id: UUID | None = None) -> None:
    """Show somebody the way: no case is made, the journal keeps that it was done and where they were sent."""
    item = act.session.scalar(select(Item).where(Item.centre_id == act.centre_id, Item.id == item_id))
    if item is None:
        raise RuleBroken("找不到这个事项，请重新选择。")
    if ticket_id is not None:
        _touch_ticket(act, ticket_id)
    count_use(act, item.id)
    act.on("item", item.id)
    act.note(item=item.local_code, where=text.line(where, "引导去向", 100, required=True))


def _touch_ticket(act: Act, ticket_id: UUID) -> None:
    if act.session.scalar(select(Ticket.id).where(Ticket.centre_id == act.centre_id, Ticket.id == ticket_id)) is None:
        raise RuleBroken(_NO_TICKET)
    act.touch("ticket", ticket_id)


def _begin(act: Act, verb: Verb, intake: Intake, **answers: Any) -> Moved:
    """Make the case row, its checklist, its first event and its papers."""
    item = item_said(act, intake.item_version_id)
    [[answer], *numbers] = act.found
    here = Open(act, _case(act, verb, intake, item), [], item, fresh=True, ahead=answer)
    around = here.around
    require_current(item, around)
    here.case.applicant = _people(intake, around).name
    here.case.owner_id = _ticket_owner(act, intake.ticket_id, around) or act.actor.staff_id
    here.materials = checked_materials(act, item, here.case.id, intake.materials)
    _refuse_unfit(here, verb)
    _date(here, verb, answers.get("supplement_due"))
    if verb is Verb.CORRECT:
        for material in here.materials:
            material.told = material.name in here.state.open_papers
    _number(here, papers_at_counter(verb, here.rule), numbers)
    return _finish(here, verb, answers)


def _finish(here: Open, verb: Verb, answers: dict[str, Any]) -> Moved:
    """Papers and timeline; a 即办 whose result was handed over is told as two steps."""
    case = here.case
    case.agency = answers.get("agency", "")
    case.result_number = answers.get("result_number", "")
    more: dict[str, Any] = {name: answers[name] for name in _PRINTED if name in answers}
    if verb is Verb.INSTANT:
        more |= {"outcome": "准予", "done_on": here.today, "result_number": case.result_number}
    receipts = ledger.papers(here, papers_at_counter(verb, here.rule), **more)
    told: dict[str, Any] = {
        "reason": answers.get("reason", ""),
        "detail": _detail(here, verb, answers),
        "receipts": receipts,
    }
    if verb is not Verb.INSTANT or not answers.get("delivered"):
        return ledger.tell(here, verb, **told)
    ledger.step(here, verb, **told)
    case.status, case.delivered_at = Status.DELIVERED, here.act.now
    return replace(ledger.tell(here, Verb.DELIVER, detail="当场交给申请人"), receipts=receipts)


def _refuse_unfit(here: Open, verb: Verb) -> None:
    """The same question that greyed the button, asked again where it counts."""
    checks = [ledger.check_of(each) for each in here.materials]
    sentence = check_outcome(verb, here.rule, checks, here.today)
    if sentence:
        raise RuleBroken(sentence)


def _case(act: Act, verb: Verb, intake: Intake, item: Said) -> CaseFile:
    """The case as it begins; its number and the applicant's name are still to come."""
    state = opened(verb, instant=ledger.rule_of(item).instant)
    ended = state.status in (Status.FINISHED, Status.REFUSED)
    case = CaseFile(
        centre_id=act.centre_id,
        number="",
        query_code=new_query_code(),
        item_id=item.item_id,
        item_version_id=item.id,
        item_name=item.name,
        department=item.department,
        person_id=intake.person_id,
        applicant="",
        agent_id=intake.agent_id,
        agent_relation=text.line(intake.agent_relation, "代办人与申请人的关系", 40),
        ticket_id=intake.ticket_id,
        business_date=business_date(act.now),
        received_at=act.now,
        finished_at=act.now if ended else None,
        told_at=act.now if verb is Verb.CORRECT else None,
        handler_id=act.actor.staff_id,
        owner_id=act.actor.staff_id,
        counter_id=act.actor.counter_id,
        external_number=text.code(intake.external_number),
        hotline_number=text.code(intake.hotline_number),
        note=text.note(intake.note, "备注"),
    )
    ledger.put(case, state)
    return case


def _people(intake: Intake, around: Around) -> Someone:
    """Applicant and 代办人 are registered here and are two; the applicant is returned."""
    person = require_person(around.person, "申请人")
    if intake.agent_id is not None:
        require_person(around.agent, "代办人")
        if intake.agent_id == intake.person_id:
            raise RuleBroken("代办人和申请人是同一个人，请去掉代办人。")
    return person


def _series(act: Act, kinds: tuple[PaperKind, ...]) -> list[str]:
    return [series_of(business_date(act.now)), *receipt_series(act, kinds)]


def _numbering(act: Act, kinds: tuple[PaperKind, ...]) -> Question:
    """Takes the numbers of the case and of its papers; other counters wait from here on."""
    return taking_each(act.connection, act.centre_id, _series(act, kinds))


def _number(here: Open, kinds: tuple[PaperKind, ...], taken: Sequence[list[Any]]) -> None:
    """Number the case and its papers, with what was `taken` ahead."""
    [numbers] = taken or here.act.ask(_numbering(here.act, kinds))
    seq, *seqs = taken_each(numbers, _series(here.act, kinds))
    here.case.number = case_number(here.around.issuer.centre.code, here.today, seq)
    here.seqs = dict(zip(kinds, seqs, strict=True))


def _date(here: Open, verb: Verb, supplement_due: date | None) -> None:
    """Day of acceptance and promised date; the last day for telling; the day by which papers are to come in."""
    case = here.case
    ledger.set_notice_due(here)
    if verb in (Verb.ACCEPT, Verb.TOLERATE, Verb.INSTANT):
        case.accepted_on = here.today
        ledger.set_term(here)
    if verb is Verb.TOLERATE:
        checks = [ledger.check_of(each) for each in here.materials]
        case.supplement_due = min(each.due for each in tolerated(checks) if each.due is not None)
    if verb is Verb.CORRECT and supplement_due is not None:
        if supplement_due <= here.today:
            raise RuleBroken("请申请人补齐的日期须在今天之后。")
        case.supplement_due = supplement_due


def item_said(act: Act, version_id: UUID) -> Said:
    """What a version of an item says, whether it still holds or not."""
    item = said(act.connection, act.centre_id, version_id)
    if item is None:
        raise RuleBroken("找不到这个事项，请重新选择。")
    return item


def require_current(item: Said, around: Around) -> None:
    """Refuse an item as the clerk saw it when the catalogue says something else now."""
    if not around.item_enabled:
        raise RuleBroken(f"事项“{item.name}”在本中心已停用，不能收件。")
    if around.current_version_id != item.id:
        raise Stale(f"事项“{item.name}”的目录刚更新过，请重新选择事项、核对材料后再办。")


def _complete(item: Said, given: Sequence[MaterialGiven]) -> list[MaterialGiven]:
    """The clerk's marks on the catalogue's list: necessity is the catalogue's, and no paper of it can be left out."""
    if len(given) > MOST_MATERIALS:
        raise RuleBroken(f"一个办件最多登记 {MOST_MATERIALS} 份材料。")
    marks = {each.name: each for each in given}
    if len(marks) < len(given):
        raise RuleBroken("材料清单里有重名的材料，请改名或合并。")
    complete = []
    for row in item.materials:
        mark = marks.pop(row.name, MaterialGiven(row.name))
        complete.append(
            MaterialGiven(
                row.name, mark.state, mark.opinion, mark.due, mark.pages, mark.copies or row.copies,
                mark.form or row.form, Necessity(row.necessity), row.source, row.note, mark.reused_from,
            )
        )  # fmt: skip
    return complete + list(marks.values())


def checked_materials(act: Act, item: Said, case_id: UUID, given: Sequence[MaterialGiven]) -> list[CasePaper]:
    """The checklist of a case of this item, not yet written."""
    return [_material(act, case_id, position, each) for position, each in enumerate(_complete(item, given), 1)]


def _material(act: Act, case_id: UUID, position: int, given: MaterialGiven) -> CasePaper:
    came_in = given.state in (MaterialState.OK, MaterialState.BAD)
    if not (0 <= given.pages <= 9999 and 0 <= given.copies <= 999):
        raise RuleBroken(f"「{given.name}」的份数或页数不对，请重新填写。")
    return CasePaper(
        centre_id=act.centre_id,
        case_id=case_id,
        position=position,
        name=text.line(given.name, "材料名称", 200, required=True),
        necessity=given.necessity,
        form=text.line(given.form, "材料形式", 40),
        copies=given.copies,
        pages=given.pages,
        source=text.line(given.source, "来源渠道", 100),
        note=text.note(given.note, "材料说明"),
        state=given.state,
        opinion=text.line(given.opinion, "审查意见", 200),
        told=False,
        due_on=given.due if given.state is MaterialState.TOLERATED else None,
        received_at=act.now if came_in else None,
        reused_from=given.reused_from,
    )


def require_person(found: Someone | None, what: str) -> Someone:
    """Somebody registered in this centre; `what` names their part in a refusal."""
    if found is None:
        raise RuleBroken(f"找不到{what}的登记，请重新登记这个人。")
    return found


def _ticket_owner(act: Act, ticket_id: UUID | None, around: Around) -> UUID | None:
    """首问责任人 of the visit; several cases may hang on one ticket."""
    if ticket_id is None:
        return None
    if around.ticket_id is None:
        raise RuleBroken(_NO_TICKET)
    act.touch("ticket", ticket_id)
    return around.ticket_owner


def _detail(here: Open, verb: Verb, answers: dict[str, Any]) -> str:
    """The further facts of the first step, as a sentence for the timeline."""
    names = here.state.open_papers
    parts = [
        f"依据：{answers['basis']}" if answers.get("basis") else "",
        f"应向{answers['agency']}提出" if answers.get("agency") else "",
        f"待补：{'、'.join(names)}" if names else "",
        f"编号：{answers['result_number']}" if answers.get("result_number") else "",
        here.case.no_date_reason if verb in (Verb.ACCEPT, Verb.TOLERATE) else "",
    ]
    return "；".join(part for part in parts if part)
