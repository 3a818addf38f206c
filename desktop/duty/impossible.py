"""When it cannot be done: the counting that a manager can check, and what could be given up, to be clicked."""

from collections.abc import Mapping
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from db.duty.easing import can_stay
from db.duty.solve.explain import Impossibility
from db.duty.solve.relax import Relaxation
from desktop.duty.people_pane_dialog import bounded
from desktop.shell import theme
from desktop.widgets.form import scrolled
from desktop.widgets.words import label

CHOOSE = "可以这样办（代价小的在前），点一项就按它重新排：只放宽这一次，或者今后都按它："
KEYS = 9
"""Choices that have a key of their own."""


class ImpossibleDialog(QDialog):
    """Keys 1 to 9 take a choice, which is applied and the plan is solved again; Alt+1 to Alt+9 make it the rule."""

    chosen = Signal(object)  # Relaxation
    rule_wanted = Signal(object)  # Relaxation
    holes_wanted = Signal()

    def __init__(
        self,
        explanation: Impossibility,
        already: tuple[Relaxation, ...] = (),
        parent: QWidget | None = None,
        needed: Mapping[UUID, int] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("排不出来：原因和办法")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.explanation = explanation
        self._needed = needed or {}
        self.buttons: list[QPushButton] = []
        self.lasting: list[QPushButton] = []
        body = QWidget()
        inner = QVBoxLayout(body)
        inner.setSpacing(theme.px(8))
        sure = "这样排不出来，按下面的人数一算就能核对：" if explanation.proved else "没有排出来，卡在这里："
        inner.addWidget(label(sure, "sectionTitle"))
        for sentence in explanation.sentences:
            inner.addWidget(self._proof(sentence))
        if already:
            inner.addWidget(label("已经放宽：" + "；".join(each.sentence for each in already), "hint", wrap=True))
        if explanation.relaxations:
            inner.addWidget(label(CHOOSE, "sectionTitle", wrap=True))
        for at, relaxation in enumerate(explanation.relaxations, 1):
            inner.addWidget(self._choice(at, relaxation))
        inner.addStretch(1)
        bottom = QDialogButtonBox()
        self.holes = bottom.addButton("先空着排不了的位置（H）", QDialogButtonBox.ButtonRole.ActionRole)
        self.holes.setShortcut("H")
        self.holes.clicked.connect(self._holes)
        bottom.addButton("回去修改（Esc）", QDialogButtonBox.ButtonRole.RejectRole)
        bottom.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(scrolled(body), 1)
        layout.addWidget(bottom)
        bounded(self, 720, 480)
        if self.buttons:
            self.buttons[0].setFocus()

    def _proof(self, sentence: str) -> QFrame:
        frame = QFrame()
        frame.setObjectName("banner")
        frame.setProperty("tone", "bad")
        box = QVBoxLayout(frame)
        box.addWidget(label(f"■ {sentence}", "", wrap=True, select=True))
        return frame

    def _choice(self, at: int, relaxation: Relaxation) -> QFrame:
        frame = QFrame()
        frame.setObjectName("card")
        button = QPushButton(f"按这个办（{at}）" if at <= KEYS else "按这个办")
        button.setAccessibleName(f"按这个办，只放宽这一次：{relaxation.sentence}")
        button.setAutoDefault(False)
        if at <= KEYS:
            button.setShortcut(str(at))
        button.clicked.connect(lambda: self._take(relaxation))
        self.buttons.append(button)
        row = QHBoxLayout(frame)
        row.addWidget(label(relaxation.sentence, "", wrap=True), 1)
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        if can_stay(relaxation.steps, self._needed):
            row.addWidget(self._always(at, relaxation), 0, Qt.AlignmentFlag.AlignVCenter)
        return frame

    def _always(self, at: int, relaxation: Relaxation) -> QPushButton:
        """The button that makes a choice the rule."""
        button = QPushButton(f"今后都这样（Alt+{at}）" if at <= KEYS else "今后都这样")
        button.setAccessibleName(f"今后都这样：{relaxation.sentence}")
        button.setToolTip("改规则本身，以后每次排班都按放宽后的规则")
        button.setAutoDefault(False)
        if at <= KEYS:
            button.setShortcut(f"Alt+{at}")
        button.clicked.connect(lambda: self._make_rule(relaxation))
        self.lasting.append(button)
        return button

    def _make_rule(self, relaxation: Relaxation) -> None:
        self.accept()
        self.rule_wanted.emit(relaxation)

    def _take(self, relaxation: Relaxation) -> None:
        self.accept()
        self.chosen.emit(relaxation)

    def _holes(self) -> None:
        self.accept()
        self.holes_wanted.emit()
