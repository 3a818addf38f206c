"""The deadlines view: overdue, today, tomorrow; papers and notices with a day of their own."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from db.cases.queries import CaseRow, DeadlineGroup, Group, deadlines
from db.clock import business_date
from desktop.cases.table import NarrowTable, columns
from desktop.cases.words import short_day
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.widgets.table import Column

_SHAPES = {Group.OVERDUE: "■", Group.TODAY: "▲", Group.TOMORROW: "●", Group.PAPERS: "◆", Group.NOTICE: "◇"}
_EMPTY = {
    Group.OVERDUE: "没有超期的办件。",
    Group.TODAY: "今天没有到期的办件。",
    Group.TOMORROW: "下一个工作日没有到期的办件。",
    Group.PAPERS: "没有到期的补交材料。",
    Group.NOTICE: "没有要抓紧告知补正的收件。",
}


class DeadlinesView(QWidget):
    """Five groups with their counts; the table below shows the group that is pressed. Ctrl+1 to Ctrl+5."""

    opened = Signal(object)  # CaseRow
    picked = Signal(object)  # CaseRow or None
    shown = Signal(object)  # DeadlineGroup

    def __init__(self, desk: Desk, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self._today = desk, today
        self._groups: dict[Group, DeadlineGroup] = {}
        self.group = Group.OVERDUE
        self._settled = False
        self.buttons: dict[Group, QPushButton] = {}
        choice = QButtonGroup(self)
        bar = QHBoxLayout()
        bar.setSpacing(theme.px(6))
        for at, group in enumerate(Group, 1):
            button = QPushButton()
            button.setCheckable(True)
            button.setToolTip(f"{group}（Ctrl+{at}）")
            button.clicked.connect(lambda _=False, group=group: self.choose(group))
            choice.addButton(button)
            bar.addWidget(button)
            self.buttons[group] = button
            self._label(group, str(group))
        bar.addStretch(1)
        self.table = NarrowTable([self._day_column(), *columns(today)[1:]], parent=self)
        self.table.setAccessibleName("期限提醒")
        self.table.opened.connect(self.opened)
        self.table.picked.connect(self.picked)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(bar)
        layout.addWidget(self.table, 1)

    def _label(self, group: Group, text: str) -> None:
        """A button's key goes when its text changes, so both are set together."""
        button = self.buttons[group]
        button.setText(f"{_SHAPES[group]} {text}")
        button.setShortcut(f"Ctrl+{list(Group).index(group) + 1}")

    def _day_column(self) -> Column[CaseRow]:
        plain = columns(self._today)[0]

        def text(row: CaseRow) -> str:
            if self.group in (Group.PAPERS, Group.NOTICE):
                day = row.supplement_due if self.group is Group.PAPERS else row.notice_due
                return f"{short_day(day, self._today())} {'补交' if self.group is Group.PAPERS else '告知'}"
            return f"{short_day(row.due_on, self._today())} {plain.text(row)}"

        return Column("期限", text, 160, tone=plain.tone, tip=plain.tip)

    def refresh(self) -> None:
        """Read the groups anew; at first the most urgent group that has something comes up."""
        today = business_date(self.desk.now())
        self.desk.ask(self, deadlines, self.desk.centre_id, today, then=self._show, topic="deadlines")

    def choose(self, group: Group) -> None:
        """Show one group."""
        self.group, self._settled = group, True
        self._show_group()

    def _show(self, groups: tuple[DeadlineGroup, ...]) -> None:
        self._groups = {each.group: each for each in groups}
        for each in groups:
            when = f"（{short_day(each.until, self._today())}）" if each.group is Group.TOMORROW else ""
            self._label(each.group, f"{each.group}{when} {each.total}")
        if not self._settled:
            self.group = next((each.group for each in groups if each.total), Group.OVERDUE)
        self._show_group()

    def _show_group(self) -> None:
        self.buttons[self.group].setChecked(True)
        self.table.empty = _EMPTY[self.group]
        found = self._groups.get(self.group)
        self.table.show_rows(found.rows if found else (), key=lambda row: row.id)
        if found is not None:
            self.shown.emit(found)
            if found.rows and self.table.current() is None:
                self.table.selectRow(0)
