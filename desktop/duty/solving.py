"""Solving: the problem goes to a process of its own, the window goes on; what was best so far is never lost."""

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from db.duty.building import problem_of
from db.duty.rows import PlanRow
from db.duty.solve.outcome import Impossible, Outcome, Planned, Progress, Settings, Stopped
from db.duty.solve.problem import Problem
from db.duty.solve.relax import Relaxation, apply
from db.errors import Refusal
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.shell.work import Cancelled
from desktop.widgets.words import label


class Solver(QObject):
    """One run at a time. `plan` is the plan as it was when the run began: a change in between is noticed when it is written."""

    told = Signal(object)  # Progress
    planned = Signal(object, object, object)  # PlanRow, Planned, tuple of Relaxation
    impossible = Signal(object, object)  # PlanRow, Impossibility
    stopped = Signal(str)
    ended = Signal()

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self.desk = desk
        self.running: PlanRow | None = None
        self._asked_to_stop = False
        desk.actor_changed.connect(self.stop)
        app = QCoreApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(self.stop)

    def start(self, plan: PlanRow, settings: Settings, relaxed: tuple[Relaxation, ...] = ()) -> None:
        """Solve a draft; `relaxed` are choices of the manager that this run keeps to."""
        if self.running is not None:
            return
        self.running, self._asked_to_stop = plan, False
        self.told.emit(Progress("读取班次、人员和请假", 0.0))
        self.desk.ask(
            self,
            problem_of,
            self.desk.centre_id,
            plan.id,
            then=lambda problem: self._solve(plan, problem, settings, relaxed),
            failed=self._failed,
        )

    def stop(self, *_: object) -> None:
        """Ask for the best plan so far."""
        self._asked_to_stop = True

    def _solve(self, plan: PlanRow, problem: Problem, settings: Settings, relaxed: tuple[Relaxation, ...]) -> None:
        for each in relaxed:
            problem = apply(problem, each)

        def run() -> Outcome:
            from db.duty.solve.run import plan as solve  # late: starts a process, and is needed only here

            return solve(problem, settings, self._tell)

        self.desk.work.job(self, run, lambda outcome: self._ended(plan, outcome, relaxed), self._failed)

    def _tell(self, progress: Progress) -> bool:
        """On the worker's thread; False asks the solver to stop and hand over. Whoever logs out takes the page along."""
        if not isValid(self):
            return False
        self.told.emit(progress)
        return not self._asked_to_stop

    def _ended(self, plan: PlanRow, outcome: Outcome, relaxed: tuple[Relaxation, ...]) -> None:
        self.running = None
        self.ended.emit()
        match outcome:
            case Planned():
                self.planned.emit(plan, outcome, relaxed)
            case Impossible(explanation):
                self.impossible.emit(plan, explanation)
            case Stopped(why):
                self.stopped.emit(why or "已停止，这时还没有排出结果，轮值表没有改动。")

    def _failed(self, refusal: Refusal | Cancelled) -> None:
        self.running = None
        self.ended.emit()
        self.stopped.emit(refusal.sentence if isinstance(refusal, Refusal) else "已停止，轮值表没有改动。")


class SolveBar(QFrame):
    """How far it is, what is found so far, and a way to stop."""

    stop_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.setProperty("tone", "info")
        self.stage = label("", "nextStep")
        self.found = label("", "hint", wrap=True)
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(True)
        self.bar.setFixedWidth(theme.px(220))
        self.bar.setAccessibleName("排班进度")
        self.button = QPushButton("停止，保留目前最好的（Esc）")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.stage)
        words.addWidget(self.found)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.px(12), theme.px(6), theme.px(12), theme.px(6))
        layout.addLayout(words, 1)
        layout.addWidget(self.bar, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.button.clicked.connect(self.stop_wanted)
        self.stop_wanted.connect(self._stopping)
        self.hide()

    def show_progress(self, progress: Progress) -> None:
        """Say where it is."""
        if self.isHidden():
            self.button.setEnabled(True)
            self.button.setText("停止，保留目前最好的（Esc）")
        self.stage.setText(f"正在排班：{progress.stage}")
        self.found.setText(f"目前最好：{progress.found}" if progress.found else "可以继续做别的事，排好会告诉您。")
        self.bar.setValue(int(min(max(progress.fraction, 0.0), 1.0) * 1000))
        self.show()

    def _stopping(self) -> None:
        self.button.setEnabled(False)
        self.button.setText("正在停止…")
