"""The one way a case row is read for a change, put into a new state, told in the timeline, and given its papers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from db.action import Act
from db.calendar.queries import calendar_of
from db.calendar.rules import Pause
from db.cases.facts import case_facts
from db.cases.machine import CaseState
from db.cases.models import Case, CaseEvent, CaseMaterial, CasePause
from db.cases.rules import ItemRule, MaterialCheck, item_rule
from db.cases.status import OPEN, Clock, MaterialState, Verb
from db.cases.terms import Term, limit_of, notice_due, stood_still, term
from db.catalogue.models import ItemVersion
from db.clock import business_date
from db.errors import RuleBroken, Stale
from db.receipts.actions import issue
from db.receipts.content import PaperKind


@dataclass(frozen=True, slots=True)
class Moved:
    """A case after a change: its new version, the papers it was given, and the date that is promised now."""

    case_id: UUID
    number: str
    version: int
    receipts: tuple[UUID, ...] = ()
    due_on: date | None = None
    no_date_reason: str = ""


@dataclass
class Open:
    """A case inside a transaction: the locked row, its checklist, its item."""

    act: Act
    case: Case
    materials: list[CaseMaterial]
    item: ItemVersion

    @property
    def today(self) -> date:
        return business_date(self.act.now)

    @property
    def rule(self) -> ItemRule:
        return rule_of(self.item)

    @property
    def state(self) -> CaseState:
        return state_of(self.case, self.materials, own=self.rule.accepts)


def rule_of(item: ItemVersion) -> ItemRule:
    """What of a catalogue row decides what may be done."""
    return item_rule(
        role=item.role,
        case_type=item.case_type,
        limit_confirmed=item.limit_confirmed,
        seal_delegated=item.seal_delegated,
        department=item.department,
        forward_to=item.forward_to,
    )


def check_of(material: CaseMaterial) -> MaterialCheck:
    """A line of the checklist as the rules see it."""
    return MaterialCheck(material.name, material.necessity, material.state, material.opinion, material.due_on)


def state_of(case: Case, materials: Sequence[CaseMaterial], *, own: bool) -> CaseState:
    """A case as the state machine sees it."""
    needed = [each for each in materials if check_of(each).needed]
    out = (MaterialState.MISSING, MaterialState.BAD, MaterialState.TOLERATED)
    return CaseState(
        status=case.status,
        clock=case.clock,
        outcome=case.outcome,
        accepted=case.accepted_on is not None,
        told=case.told_at is not None,
        tolerant=case.tolerant,
        own=own,
        unchecked=tuple(each.name for each in needed if each.state is MaterialState.UNCHECKED),
        open_papers=tuple(each.name for each in needed if each.state in out),
        told_papers=tuple(each.name for each in materials if each.told),
        supplement_due=case.supplement_due,
        notice_due=case.notice_due,
        due_on=case.due_on,
        before=case.before,
    )


def opened(act: Act, case_id: UUID, version: int | None) -> Open:
    """Lock a case for a change.

    Raises:
        RuleBroken: there is no such case in this centre.
        Stale: somebody else changed it since the caller read `version`.
    """
    case = act.session.scalar(select(Case).where(Case.centre_id == act.centre_id, Case.id == case_id).with_for_update())
    if case is None:
        raise RuleBroken("找不到这个办件，可能属于别的中心。")
    if version is not None and case.version != version:
        raise Stale(f"办件 {case.number} 刚被别人办理过，已显示新的进度，请核对后再操作。")
    return Open(act, case, checklist(act, case_id), act.session.get_one(ItemVersion, case.item_version_id))


def checklist(act: Act, case_id: UUID) -> list[CaseMaterial]:
    """The papers of a case in their order."""
    rows = select(CaseMaterial).where(CaseMaterial.centre_id == act.centre_id, CaseMaterial.case_id == case_id)
    return list(act.session.scalars(rows.order_by(CaseMaterial.position)))


def put(case: Case, state: CaseState) -> None:
    """Write the state machine's three things back to the row."""
    case.status, case.clock, case.outcome = state.status, state.clock, state.outcome
    case.before, case.tolerant = state.before, state.tolerant
    case.live = state.status in OPEN


def set_term(here: Open) -> None:
    """Work out the promised date anew from the day of acceptance and every pause; 即办件 and unaccepted have none."""
    case = here.case
    found = Term()
    if case.accepted_on is not None and case.clock is not Clock.NONE:
        item = here.item
        limit = limit_of(
            item.promise_limit, item.promise_unit, item.legal_limit, item.legal_unit, confirmed=item.limit_confirmed
        )
        calendar = calendar_of(here.act.session, here.act.centre_id)
        found = term(calendar, limit, case.accepted_on, pauses_of(here))
    case.due_on, case.yellow_on, case.no_date_reason = found.due_on, found.yellow_on, found.no_date_reason


def pauses_of(here: Open) -> list[Pause]:
    """The ended stretches in which the clock stood still."""
    rows = here.act.session.execute(
        select(CasePause.started_on, CasePause.ended_on).where(
            CasePause.centre_id == here.act.centre_id,
            CasePause.case_id == here.case.id,
            CasePause.ended_on.is_not(None),
        )
    )
    return [stood_still(start, end) for start, end in rows if end is not None]


def set_notice_due(act: Act, case: Case) -> None:
    """The last day for telling what is missing, from the day of receipt."""
    case.notice_due = notice_due(calendar_of(act.session, act.centre_id), case.business_date)


def restart_notice(here: Open) -> None:
    """A taken-back acceptance or refusal opens the five days for telling anew, from today, unless it was told."""
    if here.case.told_at is None:
        here.case.notice_due = notice_due(calendar_of(here.act.session, here.act.centre_id), here.today)


def papers(here: Open, kinds: Iterable[PaperKind], **more: Any) -> tuple[UUID, ...]:
    """Issue what the change owes; `more` are further facts (reason, basis …)."""
    act = here.act
    act.session.flush()
    wanted = tuple(kinds)
    if not wanted:
        return ()
    facts = case_facts(act.session, here.case, here.materials, handled_by=act.actor.name, **more)
    return tuple(issue(act, kind=kind, case=facts, case_id=here.case.id).receipt_id for kind in wanted)


def tell(here: Open, move: Verb | str, *, reason: str = "", detail: str = "", receipts: tuple[UUID, ...] = ()) -> Moved:
    """Append to the timeline, raise the version, leave the journal's facts: the end of every change."""
    act, case = here.act, here.case
    act.session.flush()
    act.session.add(
        CaseEvent(
            centre_id=act.centre_id,
            case_id=case.id,
            position=_next_position(act, case.id),
            at=act.now,
            staff_id=act.actor.staff_id,
            staff_name=act.actor.name,
            move=str(move),
            status=case.status,
            clock=case.clock,
            due_on=case.due_on,
            reason=reason,
            detail=detail,
            receipt_id=receipts[0] if receipts else None,
        )
    )
    case.version += 1
    act.session.flush()
    act.on("case_file", case.id)
    act.note(number=case.number, move=str(move), status=str(case.status))
    return Moved(case.id, case.number, case.version, receipts, case.due_on, case.no_date_reason)


def _next_position(act: Act, case_id: UUID) -> int:
    last = act.session.scalar(
        select(func.max(CaseEvent.position)).where(CaseEvent.centre_id == act.centre_id, CaseEvent.case_id == case_id)
    )
    return (last or 0) + 1
