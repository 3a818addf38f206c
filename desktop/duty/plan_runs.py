"""Solving a draft and publishing it: what comes of a run, and the choices when it cannot be done."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from db.duty.easing import LIMITS, SESSIONS, ease
from db.duty.plans import plan_fill
from db.duty.rows import PlanRow
from db.duty.solve.explain import Impossibility
from db.duty.solve.outcome import Planned, Settings
from db.duty.solve.problem import Proof
from db.duty.solve.relax import Give, Relaxation
from db.duty.solve.wording import proof_sentence
from db.duty.states import PlanState
from db.errors import Refusal
from desktop.duty.ease_meanwhile import Easing, easing, left_of
from desktop.duty.meanwhile import Meant, Standing, attempt, standing
from desktop.duty.plan_coming import Coming
from desktop.duty.plan_data import Seen
from desktop.duty.solving import Solver
from desktop.shell.again import Again
from desktop.widgets.ask import ask_reason, confirm

if TYPE_CHECKING:
    from desktop.duty.plan_pane import PlanPane

UNWRITTEN = "（刚排好的结果是按原来的内容排的，没有写入）"
TALKED = ("已和本人联系好，当天能来",)


class Runs(QObject):
    """F9 and what follows."""

    def __init__(self, pane: "PlanPane") -> None:
        super().__init__(pane)
        self.pane, self.desk = pane, pane.desk
        self.settings = Settings()
        self.relaxed: tuple[Relaxation, ...] = ()
        self.solver = Solver(pane.desk, self)
        view = pane.view
        self.solver.told.connect(view.solve_bar.show_progress)
        self.solver.ended.connect(lambda: view.show_solving(False))
        self.solver.planned.connect(self._planned)
        self.solver.impossible.connect(self._impossible)
        self.solver.stopped.connect(self.desk.messages.warn)
        view.solve_bar.stop_wanted.connect(self.stop)

    def wanted(self, name: str, seen: Seen) -> bool:
        """Whether the wish was one of these."""
        if name not in ("solve", "best", "publish"):
            return False
        if seen.plan.state is not PlanState.DRAFT or not self.pane.may_plan or self.solver.running is not None:
            return True
        if name == "publish":
            self._publish(seen)
        else:
            self.relaxed = ()
            self.settings = Settings(by_month=name == "solve")
            self.start(seen)
        return True

    def stop(self) -> None:
        """Take the best so far."""
        if self.solver.running is not None:
            self.solver.stop()

    def start(self, seen: Seen) -> None:
        """Solve the open draft with the choices made so far."""
        if not seen.plan.places:
            self.desk.messages.warn("这份轮值表里没有要排的班次。")
            return
        self._began = standing(seen)
        self._rules = Easing.of(self._began, seen.bodies)
        self.solver.start(seen.plan, self.settings, self.relaxed)
        if self.solver.running is not None:
            self.pane.view.show_solving(True)

    # ---- what comes of it

    def _planned(self, row: PlanRow, outcome: Planned, relaxed: tuple[Relaxation, ...]) -> None:
        override = "放宽：" + "；".join(each.sentence for each in relaxed) if relaxed else ""
        if not outcome.complete and self._stands_better(outcome.plan.proof):
            question = f"停下时排出的是：{proof_sentence(outcome.plan.proof)}。\n原来的方案已证明公平性最优，换成停下时的这一份吗？"
            if not confirm(self.pane, "提前停止", question, "换成这一份"):
                self.desk.messages.info("已停止，原来的方案没有改动。")
                self.pane.refresh()
                return
        self._fill(row, outcome, override[:200])

    def _stands_better(self, found: Proof) -> bool:
        """Whether the full plan that stood there is known to be as fair as can be, and what was found till the stop is not."""
        plan = self._began.plan
        whole = plan.places > 0 and plan.filled >= plan.places
        return whole and plan.proof is not None and plan.proof.fair and not found.fair

    def _fill(self, row: PlanRow, outcome: Planned, override: str) -> None:
        proof = outcome.plan.proof

        def failed(refusal: Refusal) -> None:
            self.desk.messages.problem(refusal.sentence)
            self.pane.refresh()

        words: Callable[[Standing], str] = lambda now: f"把“{now.plan.title}”按最新内容再排一次{UNWRITTEN}"  # noqa: E731
        meant = Meant(self._began, words, self._start_anew)
        attempt(
            self.pane, self.desk, meant, plan_fill, "写入", then=lambda _: self._filled(proof, outcome.complete),
            failed=failed, left=self.pane.refresh, override=override, plan_id=row.id, version=row.version,
            sittings=outcome.plan.sittings, proof=proof,
        )  # fmt: skip

    def _filled(self, proof: Proof, complete: bool) -> None:
        early = "" if complete else "（提前停止，取目前最好的）"
        self.desk.messages.info(f"排好了{early}：{proof_sentence(proof)}（Ctrl+Z 撤销）")
        self.pane.refresh()

    # ---- when it cannot be done

    def _impossible(self, row: PlanRow, explanation: Impossibility) -> None:
        from desktop.duty.impossible import ImpossibleDialog

        seen = self.pane.view.seen
        if seen is None or seen.plan.id != row.id:
            self.desk.messages.warn(f"“{row.title}”排不出来：{'；'.join(explanation.sentences)}")
            return
        needed = {slot.id: sum(need.count for need in slot.needs) for slot in seen.slots}
        dialog = ImpossibleDialog(explanation, self.relaxed, self.pane, needed)
        dialog.chosen.connect(self._relax)
        dialog.rule_wanted.connect(self._ease)
        dialog.holes_wanted.connect(self._with_holes)
        self.pane.show_dialog(dialog)

    def _with_holes(self) -> None:
        seen = self.pane.view.seen
        if seen is not None:
            self.settings = Settings(by_month=self.settings.by_month, holes=True)
            self.start(seen)

    def _relax(self, choice: Relaxation) -> None:
        """People who come in spite of a rule are put in and locked, with the reason; the rest holds for this run."""
        seen = self.pane.view.seen
        if seen is None:
            return
        come = [step for step in choice.steps if step.give is Give.COME]
        if come:
            question = f"{choice.sentence}\n请先和本人联系。写下约定，随后安排并锁定，再排其余的："
            reason = ask_reason(self.pane, "按这个办", question, button="安排并重排", suggestions=TALKED)
            if not reason:
                return
            self._bring(seen, choice, reason)
        elif confirm(self.pane, "按这个办", f"{choice.sentence}\n只对这一次排班放宽，规则本身不改。", "放宽并重排"):
            self.relaxed = (*self.relaxed, choice)
            self.start(seen)

    def _ease(self, choice: Relaxation) -> None:
        """Make a choice the rule, after a question, and solve again."""
        if confirm(self.pane, "今后都这样", f"{choice.sentence}\n{_lasting(choice)}", "改规则并重排"):
            self._make_rule(choice, self._rules)

    def _make_rule(self, choice: Relaxation, before: Easing) -> None:
        """The explanation is of the plan as it was when solving began: where it is another now, that is shown first."""

        def failed(refusal: Refusal) -> None:
            self.desk.messages.problem(refusal.sentence)
            self.pane.refresh()

        def again(now: Easing) -> None:
            self._make_rule(replace(choice, steps=left_of(choice, before, now)), now)

        def refused(refusal: Refusal) -> None:
            gesture = easing(self.desk, choice, before, again)
            if not Again(self.pane, self.desk, gesture, failed, self.pane.refresh).meets(refusal):
                failed(refusal)

        plan = before.standing.plan
        self.desk.do(
            self.pane, ease, plan_id=plan.id, version=plan.version, steps=choice.steps,
            then=lambda _: self._start_anew(before.standing), failed=refused,
        )  # fmt: skip

    def _start_anew(self, seen: Seen | Standing) -> None:
        """Solve the plan as it stands now."""

        def again(fresh: Seen | None) -> None:
            if fresh is not None:
                self.pane.view.show_seen(fresh, self.pane.rows)
                self.start(fresh)

        self.desk.ask(self.pane, _fresh, self.desk.centre_id, seen.plan.id, then=again)

    def _bring(self, seen: Seen, choice: Relaxation, reason: str) -> None:
        """Put those who come in spite of a rule into their places, one after the other, then solve around them."""
        steps = tuple(step for step in choice.steps if step.give is Give.COME)
        others = tuple(step for step in choice.steps if step.give is not Give.COME)
        if others:
            self.relaxed = (*self.relaxed, Relaxation(choice.sentence, choice.cost, others))
        names = {seat.id: seat.member_name for seat in seen.seats}
        Coming(self.pane, steps, names, reason, self._start_anew).go(standing(seen))

    # ---- publishing

    def _publish(self, seen: Seen) -> None:
        from desktop.duty.publish_dialog import PublishDialog

        dialog = PublishDialog(self.desk, seen.plan, self.pane)
        dialog.published.connect(self._published)
        dialog.shown.connect(self.pane.view.board.go_to)
        self.pane.show_dialog(dialog)

    def _published(self, sentence: str) -> None:
        self.desk.messages.info(sentence)
        self.pane.refresh()
        self.pane.wanted("poster")


def _fresh(session: Any, centre_id: Any, plan_id: Any) -> Seen | None:
    from desktop.duty.plan_data import look

    return look(session, centre_id, plan_id)


def _lasting(choice: Relaxation) -> str:
    """What becomes different for good."""
    limits = any(step.give in LIMITS for step in choice.steps)
    sessions = any(step.give in SESSIONS for step in choice.steps)
    parts = ["轮值单位的规则改成这样，以后每次排班都按它，可在“人员与规则”里改回。"] if limits else []
    parts += ["这份轮值表里这几班的要求改成这样，再排也不变，Ctrl+Z 可撤销。"] if sessions else []
    return "\n".join([*parts, "修改记入日志。"])
