"""The state machine of a case: which move is allowed from where, why not, and what it leaves behind.

    收件 ⇄ 补正 → 受理 | 不予受理 → 办理 ⇄ 挂起 → 办结 → 送达; besides 撤回, 退件, 转报, 更正

Status, clock and outcome move together but are kept apart: a transferred case may have a running clock or none, a
finished one may be granted or denied. Pure: the day is an argument, papers and dates are worked out by the caller.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from db.cases.rules import named
from db.cases.status import OPEN, STATUS_TITLES, VERB_TITLES, Clock, Outcome, Status, Verb
from db.errors import RuleBroken


@dataclass(frozen=True, slots=True)
class CaseState:
    """What of a case decides its moves.

    own: this centre may itself accept (受理). told: the one notice of missing papers has been given. unchecked: needed papers nobody has looked at.
    open_papers: needed papers that are not in (缺, 不合格, 容缺).
    supplement_due: the day by which they are to come in. notice_due: last day on which missing papers may be told
    (5 working days after receipt), None where the calendar of that year is not published. before: where 恢复计时 and a
    taken-back 办结 return to. accepted: somebody accepted it (受理), here or at the organ it was handed on to.
    """

    status: Status
    clock: Clock
    outcome: Outcome = Outcome.PENDING
    accepted: bool = False
    told: bool = False
    tolerant: bool = False
    own: bool = True
    unchecked: tuple[str, ...] = ()
    open_papers: tuple[str, ...] = ()
    told_papers: tuple[str, ...] = ()
    supplement_due: date | None = None
    notice_due: date | None = None
    due_on: date | None = None
    before: Status | None = None

    @property
    def instant(self) -> bool:
        """即办件: no clock at any time."""
        return self.clock is Clock.NONE

    def deemed_accepted(self, today: date) -> bool:
        """Nobody told in time what was missing: the case counts as accepted from receipt (行政许可法 §32)."""
        waiting = self.status in (Status.RECEIVED, Status.TRANSFERRED) and self.clock is Clock.NOT_STARTED
        return waiting and not self.told and self.notice_due is not None and today > self.notice_due

    def tolerance_lapsed(self, today: date) -> bool:
        """The day promised for the 容缺 papers has passed and they are not in."""
        return (
            self.tolerant and bool(self.open_papers) and self.supplement_due is not None and today > self.supplement_due
        )


class Rectify(StrEnum):
    """What a 更正 takes back."""

    FACTS = "facts"
    ACCEPTANCE = "acceptance"
    REFUSAL = "refusal"
    FINISH = "finish"


RECTIFY_TITLES = {
    Rectify.FACTS: "更正登记内容，重开回执",
    Rectify.ACCEPTANCE: "撤销受理，退回收件",
    Rectify.REFUSAL: "撤销不予受理，退回收件",
    Rectify.FINISH: "撤销办结，退回办理",
}

S = Status
FROM: dict[Verb, frozenset[Status]] = {
    Verb.CORRECT: frozenset({S.RECEIVED, S.CORRECTING, S.TRANSFERRED}),
    Verb.SUPPLEMENT: frozenset({S.RECEIVED, S.CORRECTING, S.ACCEPTED, S.HANDLING, S.TRANSFERRED, S.SUSPENDED}),
    Verb.ACCEPT: frozenset({S.RECEIVED, S.TRANSFERRED}),
    Verb.TOLERATE: frozenset({S.RECEIVED, S.CORRECTING}),
    Verb.REFUSE: frozenset({S.RECEIVED, S.CORRECTING, S.TRANSFERRED}),
    Verb.INSTANT: frozenset({S.RECEIVED}),
    Verb.ADVANCE: frozenset({S.ACCEPTED, S.HANDLING}),
    Verb.PAUSE: frozenset({S.ACCEPTED, S.HANDLING, S.TRANSFERRED}),
    Verb.RESUME: frozenset({S.SUSPENDED}),
    Verb.FINISH: frozenset({S.ACCEPTED, S.HANDLING, S.TRANSFERRED}),
    Verb.DELIVER: frozenset({S.FINISHED}),
    Verb.WITHDRAW: OPEN,
    Verb.RETURN: frozenset({S.RECEIVED, S.CORRECTING, S.ACCEPTED, S.HANDLING, S.TRANSFERRED}),
    Verb.TRANSFER: frozenset({S.RECEIVED, S.ACCEPTED, S.HANDLING}),
    Verb.RECTIFY: frozenset({S.RECEIVED, S.ACCEPTED, S.HANDLING, S.REFUSED, S.FINISHED}),
}

_INSTEAD = {
    S.RECEIVED: "先受理，或作补正告知、不予受理",
    S.CORRECTING: "先登记补交的材料",
    S.SUSPENDED: "先“恢复计时”",
    S.TRANSFERRED: "等上级受理或办结后再登记",
    S.ACCEPTED: "请用“转入办理”“办结”“挂起”或“转报”",
    S.HANDLING: "请用“办结”“挂起”或“转报”",
    S.FINISHED: "只剩“送达”；办错了请负责人用“更正”",
    S.REFUSED: "办错了请负责人用“更正”",
    S.DELIVERED: "事情已经结束；再办请重新收件",
    S.RETURNED: "事情已经结束；再办请重新收件",
    S.WITHDRAWN: "事情已经结束；再办请重新收件",
}


def refusal(state: CaseState, verb: Verb, today: date) -> str:
    """The sentence for which a move is refused, "" if it is allowed."""
    if verb not in FROM:
        return f"“{VERB_TITLES[verb]}”只在窗口建件时使用。"
    if state.status not in FROM[verb]:
        return f"本件现在是“{STATUS_TITLES[state.status]}”，不能{VERB_TITLES[verb]}：{_INSTEAD[state.status]}。"
    guard = _GUARDS.get(verb)
    return guard(state, today) if guard else ""


def moves(state: CaseState, today: date) -> tuple[tuple[Verb, str], ...]:
    """Every move of an existing case with its refusal: what the buttons of the detail page show."""
    return tuple((verb, refusal(state, verb, today)) for verb in FROM)


def require(state: CaseState, verb: Verb, today: date) -> None:
    """Raise RuleBroken with the sentence if the move is not allowed."""
    sentence = refusal(state, verb, today)
    if sentence:
        raise RuleBroken(sentence)


def _closed_to_notice(state: CaseState, today: date, what: str) -> str:
    if state.clock not in (Clock.NOT_STARTED, Clock.NONE):
        return f"本件已受理，不能再{what}；缺的材料请与申请人另行商定，或由负责人用“更正”撤销受理。"
    if state.deemed_accepted(today):
        return (
            f"收件后5个工作日内（到{_day(state.notice_due)}）没有告知补正，"
            f"依《行政许可法》第三十二条自收件之日起即为受理，不能再{what}；请直接“受理”。"
        )
    return ""


_NOT_OURS = "本中心对该事项只收件，不能自行受理；请用“转报”，上级受理后再登记。"


def _guard_tolerate(state: CaseState, today: date) -> str:
    if not state.own:
        return _NOT_OURS
    return _look_first(state) if state.unchecked else ""


def _look_first(state: CaseState) -> str:
    return f"还有{named(state.unchecked)}没有核对，请先在“登记补交”里逐份标明合格、缺或不合格。"


def _guard_correct(state: CaseState, today: date) -> str:
    closed = _closed_to_notice(state, today, "要求补正")
    if closed:
        return closed
    if state.unchecked:
        return _look_first(state)
    if not state.open_papers:
        return "没有标为缺或不合格的材料，不需要补正告知。"
    if state.told:
        fresh = [name for name in state.open_papers if name not in state.told_papers]
        if fresh:
            return f"补正内容只能一次告知：{named(fresh)}在首次告知时没有提出，不能再要求补正。"
    return ""


def _guard_supplement(state: CaseState, today: date) -> str:
    if state.tolerance_lapsed(today):
        return f"容缺材料应在{_day(state.supplement_due)}前补交，已经逾期；按承诺书只能退件。"
    if state.status in (S.RECEIVED, S.CORRECTING) or state.open_papers:
        return ""
    return "本件材料已经齐全，没有要补交的。"


def _guard_accept(state: CaseState, today: date) -> str:
    if state.status is S.TRANSFERRED and state.clock is not Clock.NOT_STARTED:
        return "本件转报前已经受理，不用再登记受理。"
    if state.deemed_accepted(today):
        return ""
    if state.status is S.RECEIVED and not state.own:
        return _NOT_OURS
    if state.unchecked:
        return _look_first(state)
    if state.open_papers:
        return f"{named(state.open_papers)}还没有补齐，不能受理；请先登记补交，可容缺的用“容缺受理”。"
    return ""


def _guard_refuse(state: CaseState, today: date) -> str:
    return _closed_to_notice(state, today, "不予受理")


def _guard_instant(state: CaseState, today: date) -> str:
    if not state.own:
        return _NOT_OURS
    if not state.instant:
        return "该事项是承诺件，不能当场办结；请用“受理”。"
    if state.unchecked:
        return _look_first(state)
    return f"{named(state.open_papers)}还没有补齐，不能即办。" if state.open_papers else ""


def _guard_progress(state: CaseState, today: date) -> str:
    if state.tolerance_lapsed(today):
        return f"容缺材料{named(state.open_papers)}到{_day(state.supplement_due)}没有补交，按承诺书应退件。"
    return ""


def _guard_pause(state: CaseState, today: date) -> str:
    if state.instant:
        return "即办件不计时，不用挂起。"
    if state.clock is not Clock.RUNNING:
        return "本件还没有受理，计时没有开始，不用挂起。"
    if state.due_on is not None and today > state.due_on:
        return f"本件已在{_day(state.due_on)}到期，超期以后不能再挂起；请尽快办结。"
    return _guard_progress(state, today)


def _guard_finish(state: CaseState, today: date) -> str:
    lapsed = _guard_progress(state, today)
    if lapsed:
        return lapsed
    if state.tolerant and state.open_papers:
        return f"容缺材料{named(state.open_papers)}还没有补交，补齐以后才能办结。"
    return ""


def _guard_return(state: CaseState, today: date) -> str:
    if state.status in (S.ACCEPTED, S.HANDLING) and not state.tolerance_lapsed(today):
        return "已受理的办件应作出准予或不准的决定，不能退件；只有容缺材料逾期未补、上级退回时才能退件。"
    waiting = state.status is S.CORRECTING and state.supplement_due is not None
    if waiting and state.supplement_due is not None and today <= state.supplement_due:
        return f"补正期限到{_day(state.supplement_due)}，还没有到期；申请人不办了请用“撤回”。"
    return ""


def _guard_transfer(state: CaseState, today: date) -> str:
    if state.unchecked:
        return _look_first(state)
    if state.open_papers and not state.tolerant:
        return f"{named(state.open_papers)}还没有齐，不能转报；请先作补正告知或登记补交。"
    return _guard_progress(state, today)


_GUARDS: dict[Verb, Callable[[CaseState, date], str]] = {
    Verb.CORRECT: _guard_correct,
    Verb.SUPPLEMENT: _guard_supplement,
    Verb.ACCEPT: _guard_accept,
    Verb.TOLERATE: _guard_tolerate,
    Verb.REFUSE: _guard_refuse,
    Verb.INSTANT: _guard_instant,
    Verb.ADVANCE: _guard_progress,
    Verb.PAUSE: _guard_pause,
    Verb.FINISH: _guard_finish,
    Verb.RETURN: _guard_return,
    Verb.TRANSFER: _guard_transfer,
}


def _day(day: date | None) -> str:
    return f"{day.month}月{day.day}日" if day else "规定日期"


def opened(verb: Verb, *, instant: bool) -> CaseState:
    """The state of a case that begins at the counter with `verb`."""
    received = CaseState(Status.RECEIVED, Clock.NONE if instant else Clock.NOT_STARTED)
    if verb is Verb.RECEIVE:
        return received
    if verb is Verb.CORRECT:
        return replace(received, status=Status.CORRECTING, told=True)
    if verb in (Verb.ACCEPT, Verb.TOLERATE):
        return _accepted(replace(received, tolerant=verb is Verb.TOLERATE))
    if verb is Verb.INSTANT and instant:
        return _ended(received, Status.FINISHED, Outcome.GRANTED)
    if verb is Verb.REFUSE:
        return _ended(received, Status.REFUSED, Outcome.REFUSED)
    raise RuleBroken(f"办件不能从“{VERB_TITLES[verb]}”开始。")


def moved(
    state: CaseState, verb: Verb, today: date, *, granted: bool = True, still_open: tuple[str, ...] | None = None
) -> CaseState:
    """The state after a move other than 更正; raise RuleBroken with a sentence if it is not allowed.

    `open_papers` is the caller's: it follows from the checklist. `still_open` is asked by 登记补交 alone: what is not
    in afterwards; `granted` by 办结 alone.
    """
    require(state, verb, today)
    if verb is Verb.CORRECT:
        told_papers = state.told_papers or state.open_papers
        return replace(state, status=Status.CORRECTING, told=True, told_papers=told_papers)
    if verb is Verb.SUPPLEMENT:
        after = state if still_open is None else replace(state, open_papers=still_open)
        complete = after.status is Status.CORRECTING and not after.open_papers
        return replace(after, status=Status.RECEIVED) if complete else after
    if verb in (Verb.ACCEPT, Verb.TOLERATE):
        return _accepted(replace(state, tolerant=verb is Verb.TOLERATE))
    if verb is Verb.PAUSE:
        return replace(state, status=Status.SUSPENDED, clock=Clock.PAUSED, before=state.status)
    if verb is Verb.RESUME:
        return replace(state, status=state.before or Status.HANDLING, clock=Clock.RUNNING, before=None)
    if verb in _SIMPLE:
        return replace(state, status=_SIMPLE[verb])
    status, outcome = _ENDS[verb]
    denied = verb is Verb.FINISH and not granted
    return _ended(state, status, Outcome.DENIED if denied else outcome)


_SIMPLE = {Verb.ADVANCE: Status.HANDLING, Verb.TRANSFER: Status.TRANSFERRED, Verb.DELIVER: Status.DELIVERED}
_ENDS = {
    Verb.FINISH: (Status.FINISHED, Outcome.GRANTED),
    Verb.INSTANT: (Status.FINISHED, Outcome.GRANTED),
    Verb.REFUSE: (Status.REFUSED, Outcome.REFUSED),
    Verb.WITHDRAW: (Status.WITHDRAWN, Outcome.WITHDRAWN),
    Verb.RETURN: (Status.RETURNED, Outcome.RETURNED),
}


def _accepted(state: CaseState) -> CaseState:
    """Accepted here, or by the organ it was handed on to (then it stays 已转报 and only the clock starts)."""
    status = state.status if state.status is Status.TRANSFERRED else Status.ACCEPTED
    return replace(state, status=status, clock=_ticking(state, accepted=True), accepted=True)


def _ticking(state: CaseState, *, accepted: bool) -> Clock:
    """The clock of an open case that does not pause."""
    if state.instant:
        return Clock.NONE
    return Clock.RUNNING if accepted else Clock.NOT_STARTED


def _ended(state: CaseState, status: Status, outcome: Outcome) -> CaseState:
    clock = Clock.NONE if state.instant else Clock.STOPPED
    return replace(state, status=status, clock=clock, outcome=outcome, before=state.status)


def rectify_refusal(state: CaseState, what: Rectify, today: date) -> str:
    """Why a case cannot be put right in this way, "" if it can."""
    general = refusal(state, Verb.RECTIFY, today)
    if general:
        return general
    fitting = {
        Rectify.FACTS: {S.RECEIVED, S.ACCEPTED, S.HANDLING},
        Rectify.ACCEPTANCE: {S.ACCEPTED, S.HANDLING},
        Rectify.REFUSAL: {S.REFUSED},
        Rectify.FINISH: {S.FINISHED},
    }[what]
    if state.status not in fitting:
        return f"本件现在是“{STATUS_TITLES[state.status]}”，不能{RECTIFY_TITLES[what]}。"
    return ""


def rectified(state: CaseState, what: Rectify, today: date) -> CaseState:
    """The state after a 更正. Taking back 办结 lets the clock run on to the old date: the law never stopped it."""
    sentence = rectify_refusal(state, what, today)
    if sentence:
        raise RuleBroken(sentence)
    if what is Rectify.FACTS:
        return state
    if what is Rectify.FINISH:
        clock = _ticking(state, accepted=state.accepted)
        return replace(state, status=state.before or Status.HANDLING, clock=clock, outcome=Outcome.PENDING, before=None)
    return replace(
        state,
        status=Status.RECEIVED,
        clock=_ticking(state, accepted=False),
        outcome=Outcome.PENDING,
        accepted=False,
        tolerant=False,
        before=None,
    )
