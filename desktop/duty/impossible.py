"""When it cannot be done: the counting that a manager can check, and what could be given up, to be clicked."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from db.duty.solve.explain import Impossibility
from db.duty.solve.relax import Relaxation
from desktop.shell import theme
from desktop.widgets.form import scrolled
from desktop.widgets.words import label

KEYS = 9
"""Choices that have a key of their own."""


class ImpossibleDialog(QDialog):
    """Keys 1 to 9 take a choice; each is applied and the plan is solved again."""

    chosen = Signal(object)  # Relaxation
    holes_wanted = Signal()

    def __init__(
        self, explanation: Impossibility, already: tuple[Relaxation, ...] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("排不出来：原因和办法")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.explanation = explanation
        self.buttons: list[QPushButton] = []
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
            inner.addWidget(label("可以这样办（代价小的在前），点一项就按它重新排：", "sectionTitle"))
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
        self.resize(theme.px(720), theme.px(480))
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
        button.setAccessibleName(f"按这个办：{relaxation.sentence}")
        button.setAutoDefault(False)
        if at <= KEYS:
            button.setShortcut(str(at))
        button.clicked.connect(lambda: self._take(relaxation))
        self.buttons.append(button)
        row = QHBoxLayout(frame)
        row.addWidget(label(relaxation.sentence, "", wrap=True), 1)
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        return frame

    def _take(self, relaxation: Relaxation) -> None:
        self.accept()
        self.chosen.emit(relaxation)

    def _holes(self) -> None:
        self.accept()
        self.holes_wanted.emit()
