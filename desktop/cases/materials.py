"""Marking the papers of a case: each 合格, 缺, 不合格 with opinion, or 容缺 with a day."""

from datetime import date, timedelta

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QComboBox, QDateEdit, QGridLayout, QLabel, QLineEdit, QSpinBox, QWidget

from db.cases.actions import MaterialMark
from db.cases.queries import MaterialRow
from db.cases.status import MaterialState, Necessity
from desktop.shell import theme
from desktop.widgets.words import label

_STATES = (
    (MaterialState.OK, "合格"),
    (MaterialState.MISSING, "缺"),
    (MaterialState.BAD, "不合格"),
    (MaterialState.TOLERATED, "容缺"),
)
_DEFAULT_DAYS = 15


class _Line:
    """The fields of one paper."""

    def __init__(self, row: MaterialRow, today: date) -> None:
        self.row = row
        self.state = QComboBox()
        if row.state is MaterialState.UNCHECKED:
            self.state.addItem("未核对", MaterialState.UNCHECKED)
        for state, title in _STATES:
            if state is not MaterialState.TOLERATED or row.necessity is Necessity.TOLERABLE:
                self.state.addItem(title, state)
        self.state.setCurrentIndex(max(self.state.findData(row.state), 0))
        self.state.setAccessibleName(f"{row.name}：审查结果")
        self.opinion = QLineEdit(row.opinion)
        self.opinion.setPlaceholderText("不合格时写明哪里不合格")
        self.opinion.setAccessibleName(f"{row.name}：审查意见")
        self.due = QDateEdit()
        self.due.setCalendarPopup(True)
        self.due.setDisplayFormat("yyyy-MM-dd")
        self.due.setAccessibleName(f"{row.name}：补交日期")
        day = row.due_on or today + timedelta(days=_DEFAULT_DAYS)
        self.due.setDate(QDate(day.year, day.month, day.day))
        self.pages = QSpinBox()
        self.pages.setRange(0, 9999)
        self.pages.setValue(row.pages)
        self.pages.setSuffix(" 页")
        self.pages.setAccessibleName(f"{row.name}：页数")
        self.state.currentIndexChanged.connect(self.fit)
        self.fit()

    def chosen(self) -> MaterialState:
        return MaterialState(self.state.currentData())

    def fit(self) -> None:
        """Only the fields that the state asks for can be filled in."""
        state = self.chosen()
        self.opinion.setEnabled(state is MaterialState.BAD)
        self.due.setEnabled(state is MaterialState.TOLERATED and self.row.state is not MaterialState.TOLERATED)
        self.pages.setEnabled(state in (MaterialState.OK, MaterialState.BAD))

    def mark(self) -> MaterialMark:
        state = self.chosen()
        day = self.due.date()
        due = date(day.year(), day.month(), day.day()) if state is MaterialState.TOLERATED else None
        return MaterialMark(
            position=self.row.position,
            state=state,
            opinion=self.opinion.text() if state is MaterialState.BAD else "",
            due=self.row.due_on if self.row.state is MaterialState.TOLERATED and due else due,
            pages=self.pages.value(),
        )

    def touched(self) -> bool:
        """Whether the clerk said something new of it."""
        mark, row = self.mark(), self.row
        return (mark.state, mark.opinion, mark.pages) != (row.state, row.opinion, row.pages)


class MaterialsEditor(QWidget):
    """The checklist to mark; only lines that were changed are handed on."""

    changed = Signal()

    def __init__(self, rows: tuple[MaterialRow, ...], today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines = [_Line(row, today) for row in rows]
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.px(8))
        grid.setVerticalSpacing(theme.px(4))
        for at, title in enumerate(("材料", "审查结果", "审查意见", "补交日期", "页数")):
            grid.addWidget(label(title, "hint"), 0, at)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(2, 4)
        for at, line in enumerate(self.lines, 1):
            name = QLabel(f"{at}. {line.row.name}（{line.row.necessity}）")
            name.setWordWrap(True)
            name.setBuddy(line.state)
            for column, part in enumerate((name, line.state, line.opinion, line.due, line.pages)):
                grid.addWidget(part, at, column)
            line.state.currentIndexChanged.connect(self.changed)

    def marks(self) -> tuple[MaterialMark, ...]:
        """What was changed."""
        return tuple(line.mark() for line in self.lines if line.touched())
