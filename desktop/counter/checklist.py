"""The band of papers: every line of the checklist, single keys on the line that has the focus."""

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from db.cases.status import MaterialState, Necessity
from desktop.counter.form import NeededPaper, Paper
from desktop.counter.row import PaperRow

KEYS_HINT = "1 合格　2 缺　3 不合格　4 容缺　5 沿用　0 其余全部合格　↑↓ 换行"


class Checklist(QWidget):
    """The papers of the chosen item."""

    changed = Signal()
    advanced = Signal()  # past the last line

    def __init__(self, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._today = today
        self._rows: list[PaperRow] = []
        self.summary = QLabel()
        self.summary.setObjectName("hint")
        self.all_good = QPushButton("其余全部合格 0")
        self.all_good.setObjectName("link")
        self.all_good.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.all_good.clicked.connect(self.mark_rest)
        self.more = QLineEdit()
        self.more.setPlaceholderText("＋ 目录外另收的材料，写名称后回车 (Ins)")
        self.more.setAccessibleName("目录外另收的材料")
        self.more.returnPressed.connect(self._add)
        self.empty = QLabel("选好事项后，这里列出要收的材料。")
        self.empty.setObjectName("hint")
        self._list = QWidget()
        self._list.setObjectName("scrolled")
        self._lines = QVBoxLayout(self._list)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(4)
        self._lines.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(self._list)
        keys = QLabel(KEYS_HINT)
        keys.setObjectName("hint")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.empty)
        layout.addWidget(self.area, 1)
        bottom = QHBoxLayout()
        bottom.addWidget(keys, 1)
        bottom.addWidget(self.more, 1)
        layout.addLayout(bottom)
        self._keys = keys
        self._short = False
        self._tight = False
        self._chosen = False
        self.show_papers((), chosen=False)

    @property
    def papers(self) -> tuple[Paper, ...]:
        """The lines as they stand."""
        return tuple(row.paper for row in self._rows)

    def show_papers(self, papers: Sequence[Paper], *, chosen: bool) -> None:
        """Show a checklist; `chosen`: there is an item (which may ask for nothing)."""
        same = len(papers) == len(self._rows) and all(
            row.paper.needed == paper.needed for row, paper in zip(self._rows, papers, strict=True)
        )
        if same:
            for row, paper in zip(self._rows, papers, strict=True):
                row.show_paper(paper)
        else:
            self._rebuild(papers)
        self.empty.setText("目录里这个事项不要材料。" if chosen else "选好事项后，这里列出要收的材料。")
        self.empty.setVisible(not papers)
        self.area.setVisible(bool(papers))
        self.all_good.setVisible(bool(papers))
        self._chosen = chosen
        self.more.setVisible(chosen and not self._tight)
        self._keys.setVisible(chosen and not self._short)
        self._sum_up()

    def shorten(self, on: bool, *, tight: bool = False) -> None:
        """In a narrow window the line of keys goes (F1 and Ctrl+/ have them); in a tight one marks stand below names."""
        self._short = on
        if tight != self._tight:
            self._tight = tight
            self.more.setVisible(self._chosen and not tight)
            for row in self._rows:
                row.tighten(tight)
        self._keys.setVisible(not on and self._chosen)

    def focus_first(self) -> None:
        """The first line nobody has looked at, or the first."""
        if self._rows:
            row = next((row for row in self._rows if row.paper.state is MaterialState.UNCHECKED), self._rows[0])
            row.setFocus(Qt.FocusReason.TabFocusReason)
        elif self._chosen:
            self.more.show()
            self.more.setFocus()

    def mark_rest(self) -> None:
        """Every needed paper that nobody has looked at is good; a paper in the files is used again."""
        for row in self._rows:
            if row.paper.state is MaterialState.UNCHECKED and row.paper.needed.necessity is not Necessity.OPTIONAL:
                paper = row.paper
                row.show_paper(paper.taken_again() if paper.reuse else paper.marked(MaterialState.OK))
        self._told()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_0 and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.mark_rest()
        elif event.key() == Qt.Key.Key_Insert and self._chosen:
            self.more.show()
            self.more.setFocus()
        else:
            super().keyPressEvent(event)

    def _rebuild(self, papers: Sequence[Paper]) -> None:
        for row in self._rows:
            self._lines.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [self._row(at, paper) for at, paper in enumerate(papers)]

    def _row(self, at: int, paper: Paper) -> PaperRow:
        row = PaperRow(at, paper, self._today)
        if self._tight:
            row.tighten(True)
        row.marked.connect(self._marked)
        row.edited.connect(self._told)
        row.left.connect(self._move)
        row.reuse_wanted.connect(self._reuse)
        self._lines.insertWidget(at, row)
        return row

    def _marked(self, at: int) -> None:
        """A mark leads to the next line, unless it asks for something on its own."""
        self._told()
        if self._rows[at].paper.state in (MaterialState.OK, MaterialState.MISSING):
            self._move(at, 1)

    def _move(self, at: int, by: int) -> None:
        to = at + by
        if 0 <= to < len(self._rows):
            self._rows[to].setFocus(Qt.FocusReason.TabFocusReason)
            QTimer.singleShot(0, self, lambda: self._reveal(to))
        elif to >= len(self._rows):
            self.advanced.emit()

    def _reveal(self, at: int) -> None:
        """Scroll to a line once it has the height of its new state."""
        if at < len(self._rows):
            self.area.ensureWidgetVisible(self._rows[at])

    def _reuse(self, at: int) -> None:
        row = self._rows[at]
        row.show_paper(row.paper.taken_again())
        self._told()
        self._move(at, 1)

    def _add(self) -> None:
        """A paper that the catalogue does not ask for, but that was handed in."""
        name = self.more.text().strip()
        if not name or any(row.paper.needed.name == name for row in self._rows):
            return
        extra = Paper(NeededPaper(name, Necessity.OPTIONAL, copies=1), MaterialState.OK, extra=True)
        self._rows.append(self._row(len(self._rows), extra))
        self.more.clear()
        self.show_papers(self.papers, chosen=True)
        self._told()

    def _told(self, _at: int = 0) -> None:
        self._sum_up()
        self.changed.emit()

    def _sum_up(self) -> None:
        papers = self.papers
        counts = {state: sum(paper.state is state for paper in papers) for state in MaterialState}
        told = [f"{counts[state]} 份{state}" for state in MaterialState if state and counts[state]]
        left = counts[MaterialState.UNCHECKED]
        self.summary.setText(
            "，".join([f"共 {len(papers)} 份", *told, *([f"{left} 份未核对"] if left else [])]) if papers else ""
        )
