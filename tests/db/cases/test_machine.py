"""Laws of the state machine, found by walking it at random."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from db.cases.machine import FROM, CaseState, Rectify, moved, moves, opened, rectified, rectify_refusal, refusal
from db.cases.status import OPEN, Clock, Outcome, Status, Verb
from db.errors import RuleBroken

DAY = date(2026, 11, 17)
ENDS = {
    Outcome.GRANTED: {Status.FINISHED, Status.DELIVERED},
    Outcome.DENIED: {Status.FINISHED, Status.DELIVERED},
    Outcome.REFUSED: {Status.REFUSED},
    Outcome.RETURNED: {Status.RETURNED},
    Outcome.WITHDRAWN: {Status.WITHDRAWN},
}


class CaseWalk(RuleBasedStateMachine):
    """Moves, checklists and days at random; what holds of every case at every moment."""

    @initialize(
        verb=st.sampled_from([Verb.RECEIVE, Verb.CORRECT, Verb.ACCEPT, Verb.TOLERATE, Verb.REFUSE, Verb.INSTANT]),
        instant=st.booleans(),
        own=st.booleans(),
        lacking=st.booleans(),
    )
    def begin(self, verb: Verb, instant: bool, own: bool, lacking: bool) -> None:
        self.today = DAY
        if verb is Verb.INSTANT and not instant:
            verb = Verb.RECEIVE
        papers = ("户口簿",) if verb in (Verb.CORRECT, Verb.TOLERATE) or (lacking and verb is Verb.RECEIVE) else ()
        self.state = replace(
            opened(verb, instant=instant),
            own=own or verb in (Verb.ACCEPT, Verb.TOLERATE, Verb.INSTANT),
            open_papers=papers,
            told_papers=papers if verb is Verb.CORRECT else (),
            notice_due=DAY + timedelta(days=7),
            supplement_due=DAY + timedelta(days=10) if papers and verb is not Verb.RECEIVE else None,
            due_on=DAY + timedelta(days=14),
        )
        self.instant = instant
        self.told_first = self.state.told_papers

    @rule(verb=st.sampled_from(list(FROM)), granted=st.booleans())
    def move(self, verb: Verb, granted: bool) -> None:
        before, sentence = self.state, refusal(self.state, verb, self.today)
        if verb is Verb.RECTIFY:
            return
        if sentence:
            assert sentence.endswith("。"), sentence
            with pytest.raises(RuleBroken, match="。"):
                moved(before, verb, self.today, granted=granted)
            assert self.state == before
            return
        self.state = moved(before, verb, self.today, granted=granted)
        self.check_move(before, verb)

    def check_move(self, before: CaseState, verb: Verb) -> None:
        assert before.status in FROM[verb]
        if verb in (Verb.ACCEPT, Verb.TOLERATE):
            assert before.clock in (Clock.NOT_STARTED, Clock.NONE)
            assert not self.state.unchecked or before.deemed_accepted(self.today)
        if verb is Verb.RESUME:
            assert before.clock is Clock.PAUSED
            assert self.state.status in (Status.ACCEPTED, Status.HANDLING, Status.TRANSFERRED)
        if verb in (Verb.FINISH, Verb.ADVANCE):
            assert not before.tolerance_lapsed(self.today)
        if verb is Verb.CORRECT:
            assert self.state.told
            if self.told_first:
                assert set(self.state.open_papers) <= set(self.told_first)
            self.told_first = self.told_first or self.state.told_papers

    @rule(what=st.sampled_from(Rectify))
    def put_right(self, what: Rectify) -> None:
        before, sentence = self.state, rectify_refusal(self.state, what, self.today)
        if sentence:
            assert sentence.endswith("。")
            with pytest.raises(RuleBroken):
                rectified(before, what, self.today)
            return
        self.state = rectified(before, what, self.today)
        assert self.state.outcome is Outcome.PENDING

    @rule(days=st.integers(1, 9))
    def wait(self, days: int) -> None:
        self.today += timedelta(days=days)

    @rule()
    def hand_in_everything(self) -> None:
        """登记补交 of all that is missing, where it is allowed."""
        if refusal(self.state, Verb.SUPPLEMENT, self.today):
            return
        was = self.state.status
        self.state = replace(moved(self.state, Verb.SUPPLEMENT, self.today, still_open=()), unchecked=())
        assert self.state.status is (Status.RECEIVED if was is Status.CORRECTING else was)
        assert not self.state.tolerance_lapsed(self.today)

    @precondition(lambda self: self.state.status in OPEN)
    @rule(papers=st.sets(st.sampled_from(["户口簿", "照片"])), looked=st.booleans())
    def find(self, papers: set[str], looked: bool) -> None:
        """The checklist changes as papers come in or are looked at; after acceptance it can only shrink."""
        if self.state.accepted:
            papers &= set(self.state.open_papers)
            looked = True
        self.state = replace(self.state, open_papers=tuple(sorted(papers)), unchecked=() if looked else ("申请表",))

    @invariant()
    def instant_cases_never_have_a_clock(self) -> None:
        assert (self.state.clock is Clock.NONE) == self.instant

    @invariant()
    def clock_follows_status(self) -> None:
        if self.instant:
            assert self.state.status is not Status.SUSPENDED
            return
        clock, status = self.state.clock, self.state.status
        assert (clock is Clock.PAUSED) == (status is Status.SUSPENDED)
        if status in (Status.RECEIVED, Status.CORRECTING):
            assert clock is Clock.NOT_STARTED
        if status in (Status.ACCEPTED, Status.HANDLING):
            assert clock is Clock.RUNNING
        if status is Status.TRANSFERRED:
            assert clock in (Clock.NOT_STARTED, Clock.RUNNING)
        assert (clock is Clock.STOPPED) == (status not in OPEN)

    @invariant()
    def outcome_exactly_when_ended(self) -> None:
        if self.state.status in OPEN:
            assert self.state.outcome is Outcome.PENDING
        else:
            assert self.state.status in ENDS[self.state.outcome]

    @invariant()
    def running_clock_means_accepted(self) -> None:
        if self.state.clock in (Clock.RUNNING, Clock.PAUSED):
            assert self.state.accepted

    @invariant()
    def every_open_case_can_go_somewhere(self) -> None:
        if self.state.status in OPEN:
            assert any(not sentence for _, sentence in moves(self.state, self.today))


CaseWalk.TestCase.settings = settings(max_examples=150, stateful_step_count=25, deadline=None)
TestCaseWalk = CaseWalk.TestCase


def received(**facts: object) -> CaseState:
    return replace(CaseState(Status.RECEIVED, Clock.NOT_STARTED, notice_due=DAY), **facts)  # type: ignore[arg-type]


def test_nobody_told_in_five_days_so_it_counts_as_accepted_from_receipt() -> None:
    late = DAY + timedelta(days=1)
    state = received(open_papers=("户口簿",))
    assert "第三十二条" in refusal(state, Verb.CORRECT, late)
    assert "第三十二条" in refusal(state, Verb.REFUSE, late)
    assert refusal(state, Verb.ACCEPT, late) == ""
    assert refusal(state, Verb.CORRECT, DAY) == ""


def test_second_notice_may_not_name_something_new() -> None:
    told = received(told=True, told_papers=("户口簿",), open_papers=("户口簿", "照片"))
    assert "一次告知" in refusal(told, Verb.CORRECT, DAY)
    assert "「照片」" in refusal(told, Verb.CORRECT, DAY)
    assert refusal(replace(told, open_papers=("户口簿",)), Verb.CORRECT, DAY) == ""


def test_accepted_case_must_be_decided_and_is_not_sent_back() -> None:
    state = CaseState(Status.ACCEPTED, Clock.RUNNING, accepted=True)
    assert "准予或不准" in refusal(state, Verb.RETURN, DAY)


def test_lapsed_promise_leaves_only_return_and_withdrawal() -> None:
    state = CaseState(
        Status.HANDLING, Clock.RUNNING, accepted=True, tolerant=True, open_papers=("照片",), supplement_due=DAY
    )
    open_moves = {verb for verb, sentence in moves(state, DAY + timedelta(days=1)) if not sentence}
    assert open_moves == {Verb.RETURN, Verb.WITHDRAW, Verb.RECTIFY}
    assert "退件" in refusal(state, Verb.SUPPLEMENT, DAY + timedelta(days=1))


def test_overdue_case_cannot_hide_behind_a_pause() -> None:
    state = CaseState(Status.HANDLING, Clock.RUNNING, accepted=True, due_on=DAY)
    assert refusal(state, Verb.PAUSE, DAY) == ""
    assert "不能再挂起" in refusal(state, Verb.PAUSE, DAY + timedelta(days=1))


def test_agency_acceptance_starts_the_clock_of_a_transferred_case() -> None:
    state = moved(received(own=False), Verb.TRANSFER, DAY)
    assert (state.status, state.clock) == (Status.TRANSFERRED, Clock.NOT_STARTED)
    state = moved(state, Verb.ACCEPT, DAY)
    assert (state.status, state.clock) == (Status.TRANSFERRED, Clock.RUNNING)
    assert "已经受理" in refusal(state, Verb.ACCEPT, DAY)


def test_taking_back_a_decision_returns_to_where_it_was_made() -> None:
    for before in (Status.ACCEPTED, Status.HANDLING):
        state = CaseState(before, Clock.RUNNING, accepted=True)
        assert rectified(moved(state, Verb.FINISH, DAY), Rectify.FINISH, DAY) == state
    decided_elsewhere = moved(CaseState(Status.TRANSFERRED, Clock.NOT_STARTED), Verb.FINISH, DAY)
    assert rectified(decided_elsewhere, Rectify.FINISH, DAY).clock is Clock.NOT_STARTED
