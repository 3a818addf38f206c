"""What stands in the counter's form, as plain values: who, what, which papers. No widget and no database.

Every band of the page changes one part of a `Form`; the outcome panel, the draft and the click read the whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from db.calendar.rules import Unit
from db.cases.counter import Who
from db.cases.drafts import EMPTY, Draft, DraftPaper
from db.cases.intake import MaterialGiven
from db.cases.returning import ReusablePaper
from db.cases.rules import ItemRule, MaterialCheck, Offer, item_rule, possible_outcomes
from db.cases.status import MaterialState, Necessity
from db.cases.terms import Limit, limit_of
from db.catalogue.rows import ItemDetail
from db.people.queries import PersonRow
from db.people.rules import PersonDetails

NO_LIMIT = Limit(None, Unit.WORKING, False)


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who is settled: found in the hall's files, or typed in full. `phone` and `address` are typed anew."""

    row: PersonRow | None = None
    details: PersonDetails | None = None
    phone: str = ""
    address: str = ""

    @property
    def name(self) -> str:
        """What to call them."""
        if self.row is not None:
            return self.row.name
        return self.details.name if self.details else ""

    @property
    def who(self) -> Who:
        """As the action takes them."""
        if self.row is not None:
            return Who(self.row.id, phone=self.phone, address=self.address)
        return Who(details=self.details)


@dataclass(frozen=True, slots=True)
class NeededPaper:
    """A paper that the chosen item asks for."""

    name: str
    necessity: Necessity = Necessity.REQUIRED
    form: str = ""
    copies: int = 1
    source: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The item that was chosen, as much of it as the counter shows and needs."""

    item_id: UUID
    version_id: UUID
    name: str
    rule: ItemRule
    papers: tuple[NeededPaper, ...] = ()
    code: str = ""
    case_type: str = ""
    limit: Limit = NO_LIMIT
    conditions: str = ""
    basis: str = ""
    fee: str = ""
    phone: str = ""
    result: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """One line of the checklist: what is needed, and what the clerk found. `reuse` is offered, `reused` was taken."""

    needed: NeededPaper
    state: MaterialState = MaterialState.UNCHECKED
    opinion: str = ""
    due: date | None = None
    pages: int = 0
    reuse: ReusablePaper | None = None
    reused: bool = False
    extra: bool = False

    @property
    def reused_from(self) -> UUID | None:
        """The paper in the files that this line was answered with."""
        return self.reuse.material_id if self.reused and self.reuse else None

    @property
    def check(self) -> MaterialCheck:
        """As the rules see it."""
        return MaterialCheck(self.needed.name, self.needed.necessity, self.state, self.opinion, self.due)

    @property
    def given(self) -> MaterialGiven:
        """As the action takes it."""
        needed = self.needed
        return MaterialGiven(
            name=needed.name, state=self.state, opinion=self.opinion, due=self.due, pages=self.pages,
            copies=needed.copies, form=needed.form, necessity=needed.necessity, source=needed.source, note=needed.note,
            reused_from=self.reused_from,
        )  # fmt: skip

    def marked(self, state: MaterialState) -> "Paper":
        """With a mark. What belongs to another mark goes: an opinion needs 缺 or 不合格, a date needs 容缺."""
        told = state in (MaterialState.BAD, MaterialState.MISSING, MaterialState.TOLERATED)
        return replace(
            self,
            state=state,
            opinion=self.opinion if told else "",
            due=self.due if state is MaterialState.TOLERATED else None,
            reused=False,
        )

    def taken_again(self) -> "Paper":
        """With the paper that is already in the files."""
        if self.reuse is None:
            return self
        return replace(self.marked(MaterialState.OK), reused=True, pages=self.reuse.pages)


@dataclass(frozen=True, slots=True)
class Form:
    """Everything on the page."""

    applicant: Party | None = None
    agent: Party | None = None
    agent_relation: str = ""
    item: Chosen | None = None
    papers: tuple[Paper, ...] = ()
    ticket_id: UUID | None = None

    @property
    def empty(self) -> bool:
        """Nothing that would be lost."""
        return self.applicant is None and self.agent is None and self.item is None

    @property
    def checks(self) -> tuple[MaterialCheck, ...]:
        """The checklist as the rules see it."""
        return tuple(paper.check for paper in self.papers)

    def offers(self, today: date) -> tuple[Offer, ...]:
        """The buttons; none before an item is chosen."""
        return possible_outcomes(self.item.rule, self.checks, today) if self.item else ()


def checklist(
    item: Chosen, reusable: Sequence[ReusablePaper] = (), marks: Mapping[str, DraftPaper] | None = None
) -> tuple[Paper, ...]:
    """A fresh checklist of an item, with papers that need not be brought again, and marks of a draft put back."""
    by_name = {paper.name: paper for paper in reusable}
    asked = tuple(_paper(needed, by_name.get(needed.name), (marks or {}).get(needed.name)) for needed in item.papers)
    extra = (mark for mark in (marks or {}).values() if mark.extra)
    return asked + tuple(_paper(NeededPaper(mark.name, Necessity.OPTIONAL), None, mark) for mark in extra)


def with_reusable(papers: Sequence[Paper], reusable: Sequence[ReusablePaper]) -> tuple[Paper, ...]:
    """The same checklist for another person: marks stay, offers of papers change."""
    by_name = {paper.name: paper for paper in reusable}
    return tuple(_with_offer(paper, by_name.get(paper.needed.name)) for paper in papers)


def draft_of(
    form: Form,
    begun: PersonDetails | None = None,
    agent_begun: PersonDetails | None = None,
    set_aside: tuple[Draft, ...] = (),
) -> Draft:
    """What is saved of an unfinished form; `begun` are people who are still being typed. A ticket alone is nothing typed."""
    if form.empty and begun is None and agent_begun is None:
        return replace(EMPTY, set_aside=set_aside)
    return Draft(
        person=_details(form.applicant) or begun,
        person_id=_known(form.applicant),
        agent=_details(form.agent) or agent_begun,
        agent_id=_known(form.agent),
        agent_relation=form.agent_relation,
        item_id=form.item.item_id if form.item else None,
        item_name=form.item.name if form.item else "",
        papers=tuple(
            DraftPaper(
                paper.needed.name, paper.state, paper.opinion, paper.due, paper.reused_from, paper.pages, paper.extra
            )
            for paper in form.papers
        ),
        ticket_id=form.ticket_id,
        set_aside=set_aside,
    )


def _paper(needed: NeededPaper, reuse: ReusablePaper | None, mark: DraftPaper | None) -> Paper:
    if mark is None:
        return Paper(needed, reuse=reuse)
    reused = reuse is not None and mark.reused_from == reuse.material_id
    return Paper(
        needed, MaterialState(mark.state), mark.opinion, mark.due, mark.pages, reuse=reuse, reused=reused,
        extra=mark.extra,
    )  # fmt: skip


def _with_offer(paper: Paper, reuse: ReusablePaper | None) -> Paper:
    if paper.reused:  # the paper of somebody else is not theirs
        return Paper(paper.needed, reuse=reuse, extra=paper.extra)
    return replace(paper, reuse=reuse)


def _details(party: Party | None) -> PersonDetails | None:
    if party is None:
        return None
    if party.row is not None:
        return PersonDetails(party.row.name, phone=party.phone, address=party.address)
    return party.details


def _known(party: Party | None) -> UUID | None:
    return party.row.id if party and party.row else None


def chosen_of(detail: ItemDetail) -> Chosen:
    """An item of the catalogue as the counter needs it."""
    content = detail.content
    limit = limit_of(
        content.promise_limit, content.promise_unit, content.legal_limit, content.legal_unit,
        confirmed=content.limit_confirmed,
    )  # fmt: skip
    rule = item_rule(
        role=content.role, case_type=content.case_type, limit_confirmed=content.limit_confirmed,
        seal_delegated=content.seal_delegated, department=content.department, forward_to=content.forward_to,
    )  # fmt: skip
    papers = tuple(
        NeededPaper(each.name, Necessity(each.necessity), each.form, each.copies, each.source, each.note)
        for each in content.materials
    )
    return Chosen(
        item_id=detail.id, version_id=detail.version_id, name=content.name, rule=rule, papers=papers,
        code=content.local_code, case_type=content.case_type, limit=limit, conditions=content.conditions,
        basis=content.basis, fee=content.fee, phone=content.phone, result=content.result,
    )  # fmt: skip
