"""The form as plain values: marks, papers used again, drafts, and what the clerk reads at a glance."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from db.calendar.published import days_of
from db.calendar.rules import Calendar, Unit
from db.cases.drafts import EMPTY, DraftPaper
from db.cases.returning import ReusablePaper
from db.cases.rules import item_rule
from db.cases.status import MaterialState, Necessity, Verb
from db.cases.terms import Limit
from db.ids import new_id
from db.people.rules import IdType, PersonDetails
from desktop.counter.form import Chosen, Form, NeededPaper, Paper, Party, checklist, draft_of, with_reusable
from desktop.counter.glance import glance, hopeless, lacking_lines
from tests.conftest import NOW

S = MaterialState
TODAY = date(2026, 11, 17)
CALENDAR = Calendar(frozenset({2026}), {day.day: day.working for day in days_of(2026)})
PAPERS = (NeededPaper("身份证", form="复印件"), NeededPaper("申请表"), NeededPaper("照片", Necessity.TOLERABLE))
ITEM = Chosen(
    new_id(), new_id(), "老人证", item_rule(role="直办", case_type="承诺件"), PAPERS, limit=Limit(5, Unit.WORKING, True)
)  # fmt: skip
SOMEBODY = Party(details=PersonDetails("吴秀英", IdType.NONE))
REUSABLE = ReusablePaper(new_id(), "身份证", "复印件", 2, "JM01-20260901-0001-K", NOW)
states = st.sampled_from(list(MaterialState))


def form(*marks: MaterialState, item: Chosen = ITEM) -> Form:
    papers = tuple(paper.marked(mark) for paper, mark in zip(checklist(item), marks, strict=True))
    return Form(SOMEBODY, item=item, papers=papers)


def test_the_date_is_promised_from_the_day_after() -> None:
    seen = glance(form(S.OK, S.OK, S.OK), CALENDAR, TODAY)
    assert (seen.promise, seen.ready) == ("11月24日 周二", True)


def test_an_unconfirmed_limit_promises_nothing() -> None:
    unsure = replace(ITEM, limit=Limit(5, Unit.WORKING, False))
    seen = glance(form(S.OK, S.OK, S.OK, item=unsure), CALENDAR, TODAY)
    assert (seen.promise, seen.promise_note) == ("时限待核", "不打印承诺日期")


def test_without_a_person_the_button_waits_and_says_so() -> None:
    seen = glance(replace(form(S.OK, S.OK, S.OK), applicant=None), CALENDAR, TODAY)
    assert not seen.ready
    assert seen.next_step.startswith("还没有登记服务对象")


@given(states, states, states)
def test_a_button_is_ready_exactly_when_nothing_is_left_to_do(one: S, two: S, three: S) -> None:
    seen = glance(form(one, two, three), CALENDAR, TODAY)
    assert seen.ready == (not seen.next_step)
    assert seen.offer is not None
    assert seen.ready == seen.offer.allowed


@given(states, states, states)
def test_a_move_without_a_button_is_never_the_large_one(one: S, two: S, three: S) -> None:
    here = form(one, two, three)
    seen = glance(here, CALENDAR, TODAY)
    assert seen.offer is not None
    if seen.offer.verb is not Verb.TOLERATE:
        assert seen.offer.verb not in hopeless(here)


def test_what_is_missing_is_told_with_its_reason() -> None:
    here = form(S.BAD, S.MISSING, S.TOLERATED)
    papers = (replace(here.papers[0], opinion="过期"), here.papers[1], replace(here.papers[2], due=date(2026, 12, 1)))
    assert lacking_lines(replace(here, papers=papers)) == ("✕ 身份证（过期）", "○ 申请表", "◷ 照片（12月1日 周二前补）")


@given(states, states)
def test_a_new_mark_leaves_nothing_of_the_old_one(before: S, after: S) -> None:
    paper = replace(Paper(PAPERS[0], reuse=REUSABLE).taken_again().marked(before), opinion="旧", due=TODAY)
    marked = paper.marked(after)
    assert marked.reused_from is None
    assert (marked.due is not None) == (after is S.TOLERATED)
    if after in (S.OK, S.UNCHECKED):
        assert marked.opinion == ""


def test_papers_of_another_person_are_not_used_again() -> None:
    mine = tuple(paper.taken_again() for paper in checklist(ITEM, [REUSABLE]))
    assert mine[0].reused_from == REUSABLE.material_id
    theirs = with_reusable(mine, [])
    assert theirs[0].reused_from is None
    assert theirs[0].state is S.UNCHECKED


def test_a_draft_keeps_every_mark() -> None:
    draft = draft_of(form(S.OK, S.BAD, S.UNCHECKED))
    assert draft.papers == (DraftPaper("身份证", "合格"), DraftPaper("申请表", "不合格"), DraftPaper("照片"))
    marks = {paper.name: paper for paper in draft.papers}
    assert [paper.state for paper in checklist(ITEM, (), marks)] == [S.OK, S.BAD, S.UNCHECKED]


def test_a_draft_keeps_pages_and_papers_that_nobody_asked_for() -> None:
    first, *others = form(S.OK, S.UNCHECKED, S.UNCHECKED).papers
    more = Paper(NeededPaper("离婚证", Necessity.OPTIONAL), S.OK, extra=True)
    papers = (replace(first, pages=3), *others, more)
    draft = draft_of(replace(form(S.OK, S.UNCHECKED, S.UNCHECKED), papers=papers))
    assert checklist(ITEM, (), {paper.name: paper for paper in draft.papers}) == papers


def test_a_ticket_alone_is_not_worth_a_draft() -> None:
    assert draft_of(Form(ticket_id=new_id())) == EMPTY
