"""One click of the counter: who, for whom, what, with which papers; people and case in one transaction."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from db.action import Act, action
from db.cases import intake
from db.cases.drafts import settle_draft
from db.cases.intake import Intake, MaterialGiven, item_said
from db.cases.ledger import Moved
from db.cases.status import Verb
from db.catalogue.actions import count_use
from db.errors import RuleBroken
from db.people.actions import keep_person, update_person
from db.people.rules import PersonDetails
from db.staff.permissions import Permission


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody at the counter: found (`person_id`, with a phone or address to bring up to date) or typed (`details`)."""

    person_id: UUID | None = None
    details: PersonDetails | None = None
    phone: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """What some buttons ask besides the checklist; each takes what it needs and leaves the rest."""

    reason: str = ""
    basis: str = ""
    agency: str = ""
    remedies: str = ""
    result_number: str = ""
    delivered: bool = True
    supplement_due: date | None = None


@dataclass(frozen=True, slots=True)
class Served:
    """What the click made: the case, and who it was for (a second case of the same visit needs no new person)."""

    moved: Moved
    person_id: UUID
    agent_id: UUID | None = None


@action("case.intake", Permission.CASE_HANDLE, "窗口收办")
def take_in(
    act: Act,
    *,
    verb: Verb,
    applicant: Who,
    item_version_id: UUID,
    materials: tuple[MaterialGiven, ...],
    agent: Who | None = None,
    agent_relation: str = "",
    ticket_id: UUID | None = None,
    answers: Answers | None = None,
    note: str = "",
) -> Served:
    """Keep the people, begin the case by `verb`, forget the clerk's draft: all or nothing.

    Raises:
        RuleBroken: what typing or checklist do not allow, with the sentence of the rule.
    """
    person_id = _keep(act, applicant, "服务对象")
    agent_id = _keep(act, agent, "代办人") if agent is not None else None
    given = Intake(
        person_id=person_id,
        item_version_id=item_version_id,
        materials=materials,
        agent_id=agent_id,
        agent_relation=agent_relation,
        ticket_id=ticket_id,
        note=note,
    )
    moved = _begin(act, Verb(verb), given, answers or Answers())
    count_use(act, item_said(act, item_version_id).item_id)
    settle_draft(act)
    act.on("case_file", moved.case_id)
    act.note(verb=str(verb))
    return Served(moved, person_id, agent_id)


def _keep(act: Act, who: Who, role: str) -> UUID:
    if who.person_id is not None:
        if who.phone or who.address:
            return update_person(act, person_id=who.person_id, phone=who.phone, address=who.address)
        return who.person_id
    if who.details is None:
        raise RuleBroken(f"请先登记{role}。")
    return keep_person(act, details=who.details)


def _begin(act: Act, verb: Verb, given: Intake, answers: Answers) -> Moved:
    match verb:
        case Verb.RECEIVE:
            return intake.receive(act, intake=given)
        case Verb.ACCEPT:
            return intake.accept(act, intake=given)
        case Verb.TOLERATE:
            return intake.tolerate(act, intake=given)
        case Verb.INSTANT:
            return intake.finish_instantly(
                act, intake=given, result_number=answers.result_number, delivered=answers.delivered
            )
        case Verb.CORRECT:
            return intake.request_correction(
                act, intake=given, reason=answers.reason, supplement_due=answers.supplement_due
            )
        case Verb.REFUSE:
            return intake.refuse(
                act, intake=given, reason=answers.reason, basis=answers.basis,
                agency=answers.agency, remedies=answers.remedies,
            )  # fmt: skip
    raise RuleBroken("这项操作不在受理窗口办，请到“办件”里操作。")
