"""One line of the checklist: the paper, four marks, and what a mark asks for."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from PySide6.QtCore import QDate, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QIntValidator, QKeyEvent
from PySide6.QtWidgets import (
    QDateEdit,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from db.cases.rules import MaterialCheck
from db.cases.status import MaterialState, Necessity
from db.clock import local
from desktop.counter.form import Paper
from desktop.counter.seek import retone
from desktop.shell.theme import px

S = MaterialState
MARKS = {S.OK: "✓ 合格", S.MISSING: "○ 缺", S.BAD: "✕ 不合格", S.TOLERATED: "◷ 容缺"}
TONES = {S.UNCHECKED: "", S.OK: "good", S.MISSING: "bad", S.BAD: "bad", S.TOLERATED: "warn"}
KEYS = {
    Qt.Key.Key_1: S.OK, Qt.Key.Key_Space: S.OK, Qt.Key.Key_2: S.MISSING, Qt.Key.Key_3: S.BAD, Qt.Key.Key_4: S.TOLERATED,
    Qt.Key.Key_Backspace: S.UNCHECKED, Qt.Key.Key_Delete: S.UNCHECKED,
}  # fmt: skip
MOST_PAGES = 9999
_OPINION_HINTS = {
    S.MISSING: "可写明：要哪一种、到哪里开",
    S.BAD: "必填：哪里不合格（如 照片模糊、缺章、已过期）",
    S.TOLERATED: "可写明：为什么容缺",
}


class PaperRow(QFrame):
    """Shows a `Paper` and turns keys and clicks into a new one; the checklist keeps it."""

    marked = Signal(int)  # the mark changed: where the line stands
    edited = Signal(int)  # opinion, date or pages changed
    left = Signal(int, int)  # go on: where from, by how many lines
    reuse_wanted = Signal(int)

    def __init__(self, at: int, paper: Paper, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.at = at
        self.paper = paper
        self._today = today
        self.setObjectName("paper")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.number = QLabel(str(at + 1))
        self.number.setObjectName("paperNumber")
        self.name = QLabel(paper.needed.name)
        self.name.setObjectName("paperName")
        self.name.setWordWrap(True)
        self.facts = QLabel(_facts(paper))
        self.facts.setObjectName("hint")
        self.facts.setWordWrap(True)
        self.buttons = {state: self._mark_button(state) for state in MARKS}
        self.reuse = QPushButton(_reuse_text(paper))
        self.reuse.setObjectName("link")
        self.reuse.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.reuse.clicked.connect(lambda: self.reuse_wanted.emit(self.at))
        self.opinion = QLineEdit(paper.opinion)
        self.opinion.setAccessibleName(f"{paper.needed.name}的意见")
        self.due = QDateEdit()
        self.due.setAccessibleName(f"{paper.needed.name}的补交日期")
        self.due.setCalendarPopup(True)
        self.due.setDisplayFormat("yyyy-MM-dd")
        self.pages = QLineEdit()
        self.pages.setObjectName("pages")
        self.pages.setAccessibleName(f"{paper.needed.name}的页数")
        self.pages.setPlaceholderText("页数")
        self.pages.setToolTip("页数，印在收件凭证上")
        self.pages.setValidator(QIntValidator(0, MOST_PAGES, self.pages))
        self.pages.setFixedWidth(px(56))
        self.pages.returnPressed.connect(lambda: self.left.emit(self.at, 1))
        self._lay_out()
        self.opinion.textEdited.connect(self._opinion_typed)
        self.opinion.returnPressed.connect(lambda: self.left.emit(self.at, 1))
        self.due.dateChanged.connect(self._due_chosen)
        self.pages.textEdited.connect(self._pages_counted)
        self.show_paper(paper)

    def show_paper(self, paper: Paper) -> None:
        """Show a new state of the same line."""
        self.paper = paper
        for state, button in self.buttons.items():
            with QSignalBlocker(button):
                button.setChecked(paper.state is state)
        retone(self, TONES[paper.state])
        self._show_opinion()
        self.opinion.setPlaceholderText(_OPINION_HINTS.get(paper.state, ""))
        if self.opinion.text() != paper.opinion:
            self.opinion.setText(paper.opinion)
        self.due.setVisible(paper.state is S.TOLERATED)
        if paper.due is not None:
            with QSignalBlocker(self.due):
                self.due.setDate(QDate(paper.due.year, paper.due.month, paper.due.day))
        self.pages.setVisible(paper.state in (S.OK, S.BAD))
        if (self.pages.text() or "0") != str(paper.pages):
            self.pages.setText(str(paper.pages) if paper.pages else "")
        self.reuse.setVisible(paper.reuse is not None)
        self.reuse.setText(_reuse_text(paper))
        self.setAccessibleName(f"{paper.needed.name}，{paper.needed.necessity}，{paper.state or '未核对'}")

    def mark(self, state: MaterialState) -> None:
        """Mark the paper; a 容缺 date is proposed, an opinion asked for."""
        paper = self.paper.marked(state)
        if state is S.TOLERATED and paper.due is None:
            paper = replace(paper, due=self._today() + timedelta(days=10))
        self.show_paper(paper)
        self.marked.emit(self.at)
        if state is S.BAD:
            self.opinion.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def check(self) -> MaterialCheck:
        """As the rules see it."""
        return self.paper.check

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if event.modifiers() not in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier):
            super().keyPressEvent(event)
        elif key in KEYS:
            self.mark(KEYS[key])
        elif key == Qt.Key.Key_5 and self.paper.reuse is not None:
            self.reuse_wanted.emit(self.at)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
            self.left.emit(self.at, 1)
        elif key == Qt.Key.Key_Up:
            self.left.emit(self.at, -1)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.setProperty("current", True)
        self.style().polish(self)
        self._show_opinion()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.setProperty("current", False)
        self.style().polish(self)
        QTimer.singleShot(0, self, self._show_opinion)

    def _show_opinion(self) -> None:
        """A bad paper always asks what is wrong with it; elsewhere an empty opinion shows only on the current line."""
        paper = self.paper
        here = self.hasFocus() or self.opinion.hasFocus()
        wanted = paper.state is S.BAD or bool(paper.opinion) or here
        self.opinion.setVisible(paper.state in _OPINION_HINTS and wanted)

    def _mark_button(self, state: MaterialState) -> QPushButton:
        button = QPushButton(MARKS[state])
        button.setObjectName("mark")
        button.setProperty("tone", TONES[state])
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setToolTip(f"{state}（按 {next(chr(key) for key, each in KEYS.items() if each is state)}）")
        button.setAccessibleName(f"{self.paper.needed.name} {state}")
        button.clicked.connect(lambda: self.mark(state))
        if state is S.TOLERATED and self.paper.needed.necessity is not Necessity.TOLERABLE:
            button.setEnabled(False)
            button.setToolTip("目录没有把这份材料标为可容缺")
        return button

    def _opinion_typed(self, text: str) -> None:
        self.paper = replace(self.paper, opinion=text)
        self.edited.emit(self.at)

    def _due_chosen(self, day: QDate) -> None:
        self.paper = replace(self.paper, due=date(day.year(), day.month(), day.day()))
        self.edited.emit(self.at)

    def _pages_counted(self, text: str) -> None:
        self.paper = replace(self.paper, pages=int(text) if text.isdigit() else 0)
        self.edited.emit(self.at)

    def _lay_out(self) -> None:
        self._marks = QWidget()
        marks = QHBoxLayout(self._marks)
        marks.setContentsMargins(0, 0, 0, 0)
        marks.setSpacing(0)
        for button in self.buttons.values():
            marks.addWidget(button)
        marks.addStretch(1)
        more = QHBoxLayout()
        more.setSpacing(6)
        more.addWidget(self.opinion, 1)
        more.addWidget(self.due)
        facts = QHBoxLayout()
        facts.setSpacing(8)
        facts.addWidget(self.facts, 1)
        facts.addWidget(self.reuse)
        facts.addWidget(self.pages)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(8, 4, 8, 4)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(2)
        self._grid.addWidget(self.number, 0, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addLayout(facts, 2, 1, 1, 2)
        self._grid.addLayout(more, 3, 1, 1, 2)
        self._grid.setColumnStretch(1, 1)
        self.tighten(False)

    def tighten(self, on: bool) -> None:
        """Where there is little room the marks stand below the name, and what is known of the paper in its hint."""
        self.facts.setHidden(on)
        self.name.setToolTip(self.facts.text() if on else "")
        for widget in (self.name, self._marks):
            self._grid.removeWidget(widget)
        self._grid.addWidget(self.name, 0, 1, 1, 2 if on else 1)
        if on:
            self._grid.addWidget(self._marks, 1, 1, 1, 2)
        else:
            self._grid.addWidget(self._marks, 0, 2, Qt.AlignmentFlag.AlignTop)


def _facts(paper: Paper) -> str:
    needed = paper.needed
    parts = [
        "" if needed.necessity is Necessity.REQUIRED else {"非必要": "非必要", "容缺": "可容缺"}[needed.necessity],
        needed.form,
        f"{needed.copies} 份" if needed.copies else "",
        needed.source,
        needed.note,
    ]
    return " · ".join(part for part in parts if part)


def _reuse_text(paper: Paper) -> str:
    if paper.reuse is None:
        return ""
    day = local(paper.reuse.received_at).strftime("%Y-%m-%d")
    return f"✓ 沿用 {day} 收的" if paper.reused else f"↻ {day} 收过，按 5 沿用"
