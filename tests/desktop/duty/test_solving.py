"""Solving from the page: a process of its own, a sentence at the end, choices where it cannot be done."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from db.duty.bodies import BodyFields, save_body
from db.duty.placing import place
from db.duty.queries import bodies
from db.duty.solve.explain import Impossibility
from db.duty.solve.outcome import Impossible, Outcome, Planned, Progress, Settings, Stopped, Tell
from db.duty.solve.problem import Plan, Problem, Want
from db.duty.solve.relax import Give
from db.duty.stands import StandFields, enter_stand
from desktop.duty.impossible import ImpossibleDialog
from desktop.duty.meanwhile import standing
from desktop.duty.proof_pane import ProofDialog
from desktop.widgets.conflict import ConflictDialog
from tests.desktop.duty.conftest import JUDGES, Roster

KEY = Qt.Key


def test_f9_fills_the_plan_and_says_what_is_proved(empty_roster: Roster) -> None:
    empty_roster.go(empty_roster.board.sheet.order[0])
    empty_roster.pane.wanted("solve")
    assert not empty_roster.pane.view.solve_bar.isHidden()
    assert not empty_roster.board.changeable
    empty_roster.wait(lambda: empty_roster.plan.filled == empty_roster.plan.places)
    empty_roster.shown()
    proof = empty_roster.plan.proof
    assert proof is not None
    assert proof.fair
    banner = empty_roster.pane.view.banner.text.text()
    assert banner.startswith("● ")
    assert "公平性已证明最优" in banner
    assert empty_roster.board.changeable
    assert empty_roster.pane.view.solve_bar.isHidden()


def test_who_is_locked_stays_where_they_are(empty_roster: Roster) -> None:
    spot = empty_roster.of(empty_roster.judges).spot
    slot = empty_roster.slot(spot.slot_id)
    empty_roster.run(place, slot_id=slot.id, version=slot.version, seat_id=empty_roster.seats["王海涛"])
    empty_roster.shown()
    empty_roster.pane.wanted("solve")
    empty_roster.wait(lambda: empty_roster.plan.filled == empty_roster.plan.places)
    assert "王海涛" in [duty.member_name for duty in empty_roster.slot(slot.id).duties]


def test_one_undo_takes_the_whole_result_back(empty_roster: Roster) -> None:
    empty_roster.pane.wanted("best")
    empty_roster.wait(lambda: empty_roster.plan.filled == empty_roster.plan.places)
    empty_roster.shown()
    empty_roster.pane.wanted("undo")
    empty_roster.wait(lambda: empty_roster.plan.filled == 0)


def test_stopping_early_does_not_replace_a_better_plan_unasked(roster: Roster, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("desktop.duty.plan_runs.confirm", lambda *told: asked.append(told[2]))
    seen, runs = roster.pane.view.seen, roster.pane.runs
    assert seen is not None
    assert seen.plan.proof is not None
    assert seen.plan.proof.fair
    runs._began = standing(seen)
    runs._planned(seen.plan, Planned(Plan((), replace(seen.plan.proof, fair=False)), complete=False), ())
    assert "换成停下时的这一份吗" in asked[0]
    assert ("info", "已停止，原来的方案没有改动。") in roster.said
    assert roster.plan.filled == roster.plan.places


def test_what_each_claim_means_can_be_read(roster: Roster) -> None:
    roster.pane.view.banner.button.click()
    dialog: ProofDialog = roster.dialog(ProofDialog)
    assert dialog.isVisible()
    dialog.reject()


def absent(roster: Roster, names: tuple[str, ...]) -> None:
    """These judges are on leave on the first day."""
    slot = next(slot for slot in roster.slots if slot.body_id == roster.judges)
    for name in names:
        fields = StandFields(Want.CANNOT, slot.day, slot.day, why="开庭")
        roster.run(enter_stand, member_id=roster.people[name], fields=fields)
    roster.shown()


def test_an_impossible_plan_says_why_by_counting_and_a_choice_solves_it(
    empty_roster: Roster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.duty.plan_runs.ask_reason", lambda *_, **__: "已和本人联系好")
    monkeypatch.setattr("desktop.duty.plan_runs.confirm", lambda *_: True)
    absent(empty_roster, JUDGES[:4])
    empty_roster.pane.wanted("solve")
    dialog: ImpossibleDialog = empty_roster.dialog(ImpossibleDialog)
    told = "\n".join(dialog.explanation.sentences)
    assert "12月2日" in told
    assert any(name in told for name in JUDGES[:4])
    assert dialog.buttons
    choice = dialog.explanation.relaxations[0]
    dialog.buttons[0].click()
    empty_roster.wait(lambda: empty_roster.plan.filled > 0)
    if any(step.give is Give.COME for step in choice.steps):
        slot = next(slot for slot in empty_roster.slots if slot.body_id == empty_roster.judges)
        assert any(duty.locked and duty.reason == "已和本人联系好" for duty in slot.duties)


def test_places_nobody_can_take_may_stay_empty(empty_roster: Roster) -> None:
    absent(empty_roster, JUDGES)
    empty_roster.pane.wanted("solve")
    dialog: ImpossibleDialog = empty_roster.dialog(ImpossibleDialog)
    dialog.holes.click()
    empty_roster.wait(lambda: empty_roster.plan.filled == empty_roster.plan.places - 2)
    empty_roster.shown()
    assert "2 个位置" in empty_roster.pane.view.banner.text.text()


def test_the_window_goes_on_and_stopping_is_heard(empty_roster: Roster, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[bool] = []

    def endless(problem: Problem, settings: Settings, tell: Tell) -> Outcome:
        while tell(Progress("安排 12 月：公平", 0.4, "相差 2 次")) is not False:
            pass
        heard.append(True)
        return Impossible(Impossibility(("12月2日 需要 2 人次，最多只能安排 1 人次",), ()))

    monkeypatch.setattr("db.duty.solve.run.plan", endless)
    empty_roster.pane.wanted("solve")
    bar = empty_roster.pane.view.solve_bar
    empty_roster.wait(lambda: "相差 2 次" in bar.found.text())
    assert bar.bar.value() == 400
    empty_roster.go(empty_roster.board.sheet.order[0])
    empty_roster.key(KEY.Key_Right)  # the board is still there to be looked at
    assert empty_roster.board.cursor_spot == empty_roster.board.sheet.order[1].spot
    QTest.mouseClick(bar.button, Qt.MouseButton.LeftButton)
    dialog: ImpossibleDialog = empty_roster.dialog(ImpossibleDialog)
    assert heard == [True]
    assert "需要 2 人次" in dialog.explanation.sentences[0]
    dialog.reject()


def test_a_plan_changed_meanwhile_is_not_written_over(empty_roster: Roster, monkeypatch: pytest.MonkeyPatch) -> None:
    from db.duty.solve import run as real

    whole = real.plan

    def slow(problem: Problem, settings: Settings, tell: Tell) -> Outcome:
        slot = next(slot for slot in empty_roster.slots if slot.body_id == empty_roster.judges)
        if not slot.duties:
            empty_roster.run(place, slot_id=slot.id, version=slot.version, seat_id=empty_roster.seats["王海涛"])
        return whole(problem, settings, tell)

    monkeypatch.setattr("db.duty.solve.run.plan", slow)
    empty_roster.pane.wanted("solve")
    empty_roster.wait(lambda: empty_roster.pane.findChild(ConflictDialog) is not None)
    dialog = empty_roster.pane.findChild(ConflictDialog)
    assert dialog is not None
    assert dialog.wish is not None
    assert "没有写入" in dialog.wish.words
    assert any("王海涛" in now for _, _, now in dialog.facts)
    assert empty_roster.plan.filled == 1
    dialog.ok.click()
    empty_roster.wait(lambda: empty_roster.plan.filled == empty_roster.plan.places)


def solving(roster: Roster, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """A run that goes on until it is stopped; what is returned fills when it hears of it."""
    heard: list[bool] = []

    def endless(problem: Problem, settings: Settings, tell: Tell) -> Outcome:
        while tell(Progress("安排 12 月：公平", 0.4)) is not False:
            pass
        heard.append(True)
        return Stopped()

    monkeypatch.setattr("db.duty.solve.run.plan", endless)
    roster.pane.wanted("solve")
    roster.wait(lambda: "公平" in roster.pane.view.solve_bar.stage.text())
    return heard


def test_logging_out_stops_the_solver(empty_roster: Roster, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = solving(empty_roster, monkeypatch)
    empty_roster.desk.log_in(None)
    empty_roster.wait(lambda: heard)
    empty_roster.wait(lambda: empty_roster.pane.runs.solver.running is None)


def test_closing_the_window_stops_the_solver(empty_roster: Roster, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = solving(empty_roster, monkeypatch)
    empty_roster.page.close()
    empty_roster.wait(lambda: heard)


def test_a_choice_is_made_the_rule_after_a_question_and_the_plan_is_solved(
    empty_roster: Roster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two of five judges sit every Wednesday with three working days of rest; two are away the whole month: a rest of
    more than a week cannot be kept.
    """
    roster, asked = empty_roster, list[str]()

    def yes(_: object, __: str, text: str, ___: str) -> bool:
        asked.append(text)
        return True

    monkeypatch.setattr("desktop.duty.plan_runs.confirm", yes)
    judges = next(body for body in roster.pane.bodies if body.id == roster.judges)
    strict = BodyFields(judges.name, colour=1, rest=15)
    roster.run(save_body, fields=strict, body_id=judges.id, version=judges.version)
    roster.shown()
    roster.pane.wanted("solve")
    dialog: ImpossibleDialog = roster.dialog(ImpossibleDialog)
    at = next(at for at, button in enumerate(dialog.lasting) if "间隔从 15" in button.accessibleName())
    dialog.lasting[at].click()
    roster.wait(lambda: roster.plan.filled == roster.plan.places)
    assert "以后每次排班都按它" in asked[0]
    now = next(body for body in roster.desk.hall.read(bodies, roster.actor.centre_id) if body.id == roster.judges)
    assert 0 < now.rest < 15
    assert roster.pane.runs.relaxed == ()
    roster.shown()
    roster.pane.wanted("solve")  # and again without a question
    roster.wait(lambda: sum("排好了" in text for _, text in roster.said) == 2)
