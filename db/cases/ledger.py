"""The one way a case is read for a change, put into a new state, told in the timeline, and given its papers."""

from collections.abc import Iterable, Sequence
from dataclasses import InitVar, dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from db.action import Act
from db.base import table_of
from db.calendar.rules import Pause
from db.calendar.spelled import Spelled
from db.cases import pauses
from db.cases.around import Around, Wanted, around_of, asking_around, asking_around_case
from db.cases.facts import case_facts
from db.cases.machine import CaseState
from db.cases.models import CaseEvent
from db.cases.record import (
    CaseFile,
    CasePaper,
    change_case,
    change_paper,
    drop_papers,
    kept_all,
    locked,
    locking,
    put_new,
    put_papers,
)
from db.cases.rules import ItemRule, MaterialCheck, item_rule
from db.cases.status import OPEN, Clock, MaterialState, Verb
from db.cases.terms import Limit, Term, limit_of, notice_due, term
from db.catalogue.said import Said, said
from db.clock import business_date
from db.errors import RuleBroken, Stale
from db.ids import new_id
from db.numbers.actions import taken_each, taking_each
from db.prepared import Question
from db.receipts.actions import issue
from db.receipts.content import CaseFacts, PaperKind
from db.receipts.issuing import Ready, series_of
from db.records import Kept

_EVENT = table_of(CaseEvent)


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
    """A case inside a transaction: the locked row (or one that is not written yet), its checklist, its item.

    `fresh`: the case is not in the database yet. `steps`: how long its timeline is. `seqs`: numbers of papers that were
    taken beforehand; `dated_by`: the calendar, where it was read beforehand; `ahead`: what stands around the case as it was
    read, where that was asked ahead.
    """

    act: Act
    case: CaseFile
    materials: list[CasePaper]
    item: Said
    fresh: bool = False
    steps: int = 0
    seqs: dict[PaperKind, int] = field(default_factory=dict)
    dated_by: Spelled | None = None
    ahead: InitVar[Any] = None
    _before: dict[UUID, Kept] = field(default_factory=dict)
    _answers: dict[Wanted, Any] = field(default_factory=dict)
    _around: tuple[Wanted, Around] | None = None

    def __post_init__(self, ahead: Any) -> None:
        if not self.fresh:
            self._before = kept_all(self.case, self.materials)
        if ahead is not None:
            self._answers[self._wanted()] = ahead

    @property
    def today(self) -> date:
        return business_date(self.act.now)

    @property
    def rule(self) -> ItemRule:
        return rule_of(self.item)

    @property
    def state(self) -> CaseState:
        return state_of(self.case, self.materials, own=self.rule.accepts)

    @property
    def around(self) -> Around:
        """What stands around the case as it is now; asked again when the case has come to name others."""
        wanted = self._wanted()
        if self._around is None or self._around[0] != wanted:
            answer = self._answers.get(wanted)
            if answer is None:
                [[answer]] = self.act.ask(asking_around(self.act, wanted))
            self._around = wanted, around_of(self.act, answer)
        return self._around[1]

    def _wanted(self) -> Wanted:
        case = self.case
        return Wanted(
            case.item_version_id, case.person_id, case.agent_id, case.counter_id, case.ticket_id, case.business_date
        )

    @property
    def calendar(self) -> Spelled:
        """What the case's dates are counted by."""
        return self.around.calendar if self.dated_by is None else self.dated_by

    def write(self) -> None:
        """Hold a new case for the end of the act, or write what changed of one that is there; once, when all is said."""
        if self.fresh:
            put_new(self.act, self.case, self.materials)
        else:
            change_case(self.act, self.case, self._before.pop(self.case.id))
            for paper in self.materials:
                before = self._before.pop(paper.id, None)
                if before is None:
                    put_papers(self.act, [paper])
                else:
                    change_paper(self.act, paper, before)
            drop_papers(self.act, self._before)


def rule_of(item: Said) -> ItemRule:
    """What of a catalogue row decides what may be done."""
    return item_rule(
        role=item.role,
        case_type=item.case_type,
        limit_confirmed=item.limit_confirmed,
        seal_delegated=item.seal_delegated,
        department=item.department,
        forward_to=item.forward_to,
    )


def check_of(material: CasePaper) -> MaterialCheck:
    """A line of the checklist as the rules see it."""
    return MaterialCheck(material.name, material.necessity, material.state, material.opinion, material.due_on)


def state_of(case: CaseFile, materials: Sequence[CasePaper], *, own: bool) -> CaseState:
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


def holding(act: Act, *, case_id: UUID, **_: Any) -> tuple[Question, ...]:
    """What every change of a case asks ahead: the case, locked, and its checklist."""
    return locking(act.centre_id, case_id)


def holding_all(act: Act, *, case_id: UUID, **_: Any) -> tuple[Question, ...]:
    """What a change that counts dates or issues papers asks ahead: what stands around the case too."""
    return *locking(act.centre_id, case_id), asking_around_case(act, case_id)


def opened(act: Act, case_id: UUID, version: int | None) -> Open:
    """A case locked for a change, as the action under way has asked ahead (`holding`, `holding_all`) or asks now.

    Raises:
        RuleBroken: there is no such case in this centre.
        Stale: somebody else changed it since the caller read `version`.
    """
    held, papers, *around = act.found or act.ask(*holding(act, case_id=case_id))
    found = locked(held, papers)
    if found is None:
        raise RuleBroken("找不到这个办件，可能属于别的中心。")
    case, materials, steps = found
    if version is not None and case.version != version:
        raise Stale(f"办件 {case.number} 刚被别人办理过，已显示新的进度，请核对后再操作。")
    ahead = around[0][0] if around else None
    return Open(act, case, materials, item_of(act, case), steps=steps, ahead=ahead)


def item_of(act: Act, case: CaseFile) -> Said:
    """What the catalogue said of the case's item when it was taken in."""
    item = said(act.connection, act.centre_id, case.item_version_id)
    assert item is not None  # a foreign key holds it
    return item


def put(case: CaseFile, state: CaseState) -> None:
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
        stood = () if here.fresh else pauses.ended(here.act.connection, case.centre_id, case.id)
        found = _term(here.calendar, limit, case.accepted_on, stood)
    case.due_on, case.yellow_on, case.no_date_reason = found.due_on, found.yellow_on, found.no_date_reason


@lru_cache(1024)
def _term(calendar: Spelled, limit: Limit, accepted_on: date, stood: tuple[Pause, ...]) -> Term:
    return term(calendar.calendar, limit, accepted_on, stood)


@lru_cache(1024)
def _notice_due(calendar: Spelled, received_on: date) -> date | None:
    return notice_due(calendar.calendar, received_on)


def set_notice_due(here: Open) -> None:
    """The last day for telling what is missing, from the day of receipt."""
    here.case.notice_due = _notice_due(here.calendar, here.case.business_date)


def restart_notice(here: Open) -> None:
    """A taken-back acceptance or refusal opens the five days for telling anew, from today, unless it was told."""
    if here.case.told_at is None:
        here.case.notice_due = _notice_due(here.calendar, here.today)


def facts_of(here: Open, **more: Any) -> CaseFacts:
    """What a paper of the case can say now; `more` are further facts (reason, basis …)."""
    return case_facts(here.case, here.materials, here.item, here.around, handled_by=here.act.actor.name, **more)


def papers(here: Open, kinds: Iterable[PaperKind], **more: Any) -> tuple[UUID, ...]:
    """Issue what the change owes; `more` are further facts (reason, basis …)."""
    act = here.act
    wanted = tuple(kinds)
    if not wanted:
        return ()
    facts = facts_of(here, **more)
    if not here.seqs:
        series = series_of(act, wanted)
        [taken] = act.ask(taking_each(act.connection, act.centre_id, series))
        here.seqs = dict(zip(wanted, taken_each(taken, series), strict=True))
    issuer = here.around.issuer
    return tuple(
        issue(act, kind=kind, case=facts, case_id=here.case.id, ready=Ready(issuer, here.seqs.pop(kind))).receipt_id
        for kind in wanted
    )


def tell(here: Open, move: Verb | str, *, reason: str = "", detail: str = "", receipts: tuple[UUID, ...] = ()) -> Moved:
    """Append to the timeline, raise the version, leave the journal's facts: the end of every change."""
    case = here.case
    step(here, move, reason=reason, detail=detail, receipts=receipts)
    here.write()
    return Moved(case.id, case.number, case.version, receipts, case.due_on, case.no_date_reason)


def step(here: Open, move: Verb | str, *, reason: str = "", detail: str = "", receipts: tuple[UUID, ...] = ()) -> None:
    """Append to the timeline what the case is now; another step of the same change follows."""
    act, case = here.act, here.case
    case.version += 1
    here.steps += 1
    event = {
        "id": new_id(),
        "centre_id": act.centre_id,
        "case_id": case.id,
        "position": here.steps,
        "at": act.now,
        "staff_id": act.actor.staff_id,
        "staff_name": act.actor.name,
        "move": str(move),
        "status": case.status,
        "clock": case.clock,
        "due_on": case.due_on,
        "reason": reason,
        "detail": detail,
        "receipt_id": receipts[0] if receipts else None,
    }
    act.put(_EVENT, event)
    act.on("case_file", case.id)
    act.note(number=case.number, move=str(move), status=str(case.status))
