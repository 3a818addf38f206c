"""What a read roster would become, shown before anything is written: sessions, people, and what is in the way of each row.

Days before today become done duties of an archived plan (so they count, rest and appear in the yearly records), days from
today on become locked places of a draft. A row that is in the books already is told so and changes nothing.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from db.duty.matching import Books, KnownSlot, books, plain
from db.duty.reading_roster import Draft, Listed, Sitter
from db.duty.roster_terms import Term
from db.errors import RuleBroken
from db.people.rules import Phone, mask_phone, read_phone
from db.text import NAME, clean

Who = tuple[str, str]
"""A person of the file who is not in the books yet: name and 单位职务 as compared."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row with a session. `trouble` is empty when it can be imported; `repeated`: all of it is in the books already."""

    draft: Draft
    body: str
    names: str
    past: bool
    repeated: bool
    trouble: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Somebody whom the file brings: a new member, a new membership, or a history or term that changes (`before` → `history`,
    `term_before` → `term`). `notes`: what to look at again though it is taken in.
    """

    place: str
    name: str
    body: str
    kind: str
    unit_post: str
    phone_masked: str
    new_member: bool
    new_seat: bool
    before: int | None = None
    history: int | None = None
    trouble: str = ""
    term_before: Term | None = None
    term: Term | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """Everything an import would do."""

    lines: tuple[Line, ...]
    people: tuple[PersonLine, ...]

    @property
    def fit(self) -> tuple[Draft, ...]:
        """The sessions that can be imported as the database stands."""
        return tuple(line.draft for line in self.lines if not line.trouble and not line.repeated)


def preview(
    session: Session,
    centre_id: UUID,
    drafts: tuple[Draft, ...],
    listed: tuple[Listed, ...],
    body_id: UUID | None,
    today: date,
) -> Preview:
    """What would become of each row; `body_id` is the body of rows that name none."""
    looked = Looked(session, centre_id, drafts, body_id, today)
    lines = tuple(_line(looked, draft, looked.body_of(draft)) for draft in drafts)
    brought = {line.draft for line in lines if not line.trouble}
    return Preview(lines, (*(_listed(looked, each) for each in listed), *_new_people(looked, drafts, brought, listed)))


class Looked:
    """A file beside the books."""

    def __init__(
        self, session: Session, centre_id: UUID, drafts: tuple[Draft, ...], body_id: UUID | None, today: date
    ) -> None:
        days = [draft.day for draft in drafts] or [today]
        self.books: Books = books(session, centre_id, min(days), max(days))
        self.chosen, self.today = body_id, today
        self.spans: dict[tuple[UUID, int, int], tuple[date, date]] = {}
        for draft in drafts:
            body = self.body_of(draft)
            if body is not None and draft.day >= today:
                key = (body, draft.day.year, draft.day.month)
                first, last = self.spans.get(key, (draft.day, draft.day))
                self.spans[key] = min(first, draft.day), max(last, draft.day)

    def body_of(self, each: Draft | Listed) -> UUID | None:
        """The body that a row is of."""
        return self.books.body(each.body, self.chosen)

    def trouble(self, draft: Draft) -> str:
        """Why a session cannot be imported; "" when it can, or is there already."""
        body = self.body_of(draft)
        if body is None:
            return no_body(draft.body)
        for sitter in draft.sitters:
            wrong = self.trouble_with(sitter, body, draft.day)
            if wrong:
                return wrong
        slot = self.books.session(body, draft)
        if self.repeated(draft, body):
            return ""
        if slot is not None and (slot.cancelled or not self.books.plans[slot.plan_id].imported):
            plan = self.books.plans[slot.plan_id]
            return f"这一班已在“{plan.title}”里，人员不同，不覆盖。请在排班里调整。"
        out = next((each for each in draft.sitters if not _in_term(each.term, draft.day)), None)
        if out is not None and draft.day >= self.today:
            return f"{out.name}的任期（{out.term}）不含这一天，请核对。"
        first, last = draft.day, draft.day
        if draft.day >= self.today:
            first, last = self.spans[body, draft.day.year, draft.day.month]
        over = self.books.plan_over(body, first, last)
        if over is not None:
            return f"{self.books.bodies[body]}在这段日子已有轮值表“{over.title}”，请在排班里调整。"
        return ""

    def trouble_with(self, sitter: Sitter, body: UUID, day: date) -> str:
        """Why somebody cannot be brought in."""
        for person in (sitter, *others(sitter)):
            member, wrong = self.books.member(person)
            if wrong:
                return wrong
            seat = self.books.seats.get((body, member)) if member is not None else None
            gone = member in self.books.retired or (seat is not None and not seat.active)
            if gone and day >= self.today and person.name != sitter.covers:
                return f"{person.name}已停用或任职已结束，不能再排。"
        try:
            clean(sitter.name, NAME)
        except RuleBroken as refusal:
            return refusal.sentence
        return _phone(sitter)[1]

    def repeated(self, draft: Draft, body: UUID) -> bool:
        """Whether everybody of a session has their duty in the books."""
        slot = self.books.session(body, draft)
        return slot is not None and all(self.sits(slot, each) for each in comers(draft, self.today))

    def sits(self, slot: KnownSlot, sitter: Sitter) -> bool:
        """Whether somebody has a duty in a session."""
        member, _ = self.books.member(sitter)
        return member is not None and member in slot.members


def comers(draft: Draft, today: date) -> tuple[Sitter, ...]:
    """Whom a session brings into the books: in the past everybody it names, from today on only those who are to come."""
    found: list[Sitter] = []
    for each in draft.sitters:
        if not each.outcome or draft.day < today:
            found.append(each)
        if each.cover:
            found.append(Sitter(each.cover))
        if each.covers and draft.day < today:
            found.append(Sitter(each.covers))
    return tuple(found)


def others(sitter: Sitter) -> tuple[Sitter, ...]:
    """Who came instead of somebody, or whom they stood in for."""
    return tuple(Sitter(name) for name in (sitter.cover, sitter.covers) if name)


def no_body(name: str) -> str:
    """What is told where a row's body is not known."""
    return f"没有轮值单位“{name}”，请先建立，或改成已有的名称。" if name else "请先选择这份轮值表是哪个轮值单位的。"


def _line(looked: Looked, draft: Draft, body: UUID | None) -> Line:
    notes = [f"时段按{draft.starts:%H:%M}–{draft.ends:%H:%M}算"] if draft.guessed else []
    if draft.room and looked.books.room(draft.room) is None:
        notes.append(f"没有房间“{draft.room}”，记在备注里")
    names = "、".join(each.name for each in draft.sitters)
    repeated = body is not None and looked.repeated(draft, body)
    told = looked.books.bodies[body] if body is not None else draft.body
    return Line(draft, told, names, draft.day < looked.today, repeated, looked.trouble(draft), tuple(notes))


def _listed(looked: Looked, each: Listed) -> PersonLine:
    body, sitter = looked.body_of(each), each.sitter
    member, wrong = looked.books.member(sitter)
    trouble = no_body(each.body) if body is None else looked.trouble_with(sitter, body, looked.today)
    seat = looked.books.seats.get((body, member)) if body is not None and member is not None else None
    before = seat.history if seat is not None else 0
    return PersonLine(
        place=each.place,
        name=sitter.name,
        body=looked.books.bodies[body] if body is not None else each.body,
        kind=sitter.kind,
        unit_post=sitter.unit_post,
        phone_masked=_masked(sitter),
        new_member=member is None,
        new_seat=seat is None,
        before=before,
        history=each.history or before,
        trouble=trouble or wrong,
        term_before=seat.term if seat is not None else None,
        term=sitter.term or (seat.term if seat is not None else None),
        notes=_doubts(sitter, looked.today),
    )


def _new_people(
    looked: Looked, drafts: tuple[Draft, ...], brought: set[Draft], listed: tuple[Listed, ...]
) -> list[PersonLine]:
    """Who is in the sessions and not in the books, once each with the first row that names them."""
    known: dict[UUID | None, set[str]] = defaultdict(set)
    for each in listed:
        known[looked.body_of(each)].add(plain(each.sitter.name))
    found: list[PersonLine] = []
    for draft in drafts:
        body = looked.body_of(draft)
        if body is None or draft not in brought:
            continue
        for sitter in (*draft.sitters, *(other for each in draft.sitters for other in others(each))):
            member, _ = looked.books.member(sitter)
            has_seat = member is not None and (body, member) in looked.books.seats
            if has_seat or plain(sitter.name) in known[body]:
                continue
            known[body].add(plain(sitter.name))
            found.append(
                PersonLine(
                    draft.place, sitter.name, looked.books.bodies[body], sitter.kind, sitter.unit_post,
                    _masked(sitter), member is None, True, term=sitter.term, notes=_doubts(sitter, looked.today),
                )
            )  # fmt: skip
    return found


def _in_term(term: Term | None, day: date) -> bool:
    return term is None or ((term.first is None or term.first <= day) and (term.last is None or day <= term.last))


def _doubts(sitter: Sitter, today: date) -> tuple[str, ...]:
    """What is taken in as it stands, and worth a second look."""
    found = []
    phone, _ = _phone(sitter)
    if phone is not None and phone.warning:
        found.append(f"电话“{sitter.phone}”可能不完整，请核对")
    if sitter.term is not None and sitter.term.last is not None and sitter.term.last < today:
        found.append("任期已满，不会再排")
    return tuple(found)


def named_in(title: str, names: Mapping[UUID, str]) -> UUID | None:
    """The one body whose name stands in the title of a file, for the choice to begin with."""
    found = [body_id for body_id, name in names.items() if plain(name) in plain(title)]
    return found[0] if len(found) == 1 else None


def _phone(sitter: Sitter) -> tuple[Phone | None, str]:
    """The phone as it would be kept, and why it cannot be."""
    try:
        return read_phone(sitter.phone), ""
    except RuleBroken as refusal:
        return None, refusal.sentence


def _masked(sitter: Sitter) -> str:
    """A phone as the preview may show it."""
    phone, _ = _phone(sitter)
    return "＊＊＊" if phone is None else mask_phone(phone.number)
