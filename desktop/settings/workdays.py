"""The calendar of working days, from which promised dates are counted."""

from PySide6.QtWidgets import QPushButton

from db.calendar.queries import published_years
from db.staff.permissions import Permission
from desktop.settings.panel import Panel
from desktop.shell.desk import Desk
from desktop.widgets.words import label


class WorkdaysPanel(Panel):
    """Says which years are published, and opens the calendar."""

    kinds = frozenset({"calendar_year"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk,
            "工作日历",
            "承诺日期按工作日历推算：国务院放假通知公布后，在这里补入或导入新一年。没有发布的年份不推算日期。",
        )
        self.years = label("", wrap=True)
        self.form.add("已发布", self.years)
        self.open = QPushButton("打开工作日历…")
        self.open.clicked.connect(self._open)
        self.form.add("日历", self.open)
        if not desk.may(Permission.CALENDAR_EDIT):
            self.form.add("", label("您可以查看；修改由中心负责人或系统管理员进行。", "hint"))

    def refresh(self) -> None:
        if self.desk.actor is not None:
            self.desk.ask(self, published_years, self.desk.centre_id, then=self._show, topic="years")

    def _show(self, years: object) -> None:
        assert isinstance(years, tuple | list | frozenset | set)
        self.years.setText("、".join(f"{year} 年" for year in sorted(years)) or "还没有，推算不出承诺日期")

    def _open(self) -> None:
        from desktop.calendar.dialog import CalendarDialog

        CalendarDialog(self.desk, self).open()
