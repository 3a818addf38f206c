"""The calendar of working days: a year at a time, edited by hand or imported, published when it is right."""

from datetime import date
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QInputDialog, QLabel, QPushButton, QVBoxLayout, QWidget

from db.calendar.actions import (
    FIRST_YEAR,
    LAST_YEAR,
    Imported,
    change_day,
    import_days,
    publish_year,
    seed_calendar,
    withdraw_year,
)
from db.calendar.published import Day
from db.calendar.queries import YearView, year_view
from db.calendar.rules import Calendar, doubts, toggled
from db.calendar.sheet import Sheet, read_sheet
from db.cases.actions import redate
from db.changes import Changes
from db.clock import business_date
from db.errors import Refusal, RuleBroken
from db.staff.permissions import Permission
from desktop.calendar.grid import YearGrid
from desktop.calendar.meanwhile import Turned, day_text, gesture, state_of
from desktop.calendar.preview import ImportPreview
from desktop.shell.again import ALREADY, Again, Gesture
from desktop.shell.desk import Desk
from desktop.shell.work import Progress

FILES = "表格 (*.csv *.xlsx *.xls *.ods)"
PLAIN = "这一天现在不是放假或补班，不能写说明。"


class CalendarEditor(QWidget):
    """Everybody may look; who may edit turns days by click or Enter."""

    shown = Signal(int)  # the year that came up

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.year = business_date(desk.now()).year
        self.view: YearView | None = None
        self.title = QLabel()
        self.title.setObjectName("pageTitle")
        self.state = QLabel()
        self.state.setObjectName("badge")
        self.told = QLabel()
        self.told.setObjectName("hint")
        self.doubts = QLabel()
        self.doubts.setObjectName("hint")
        self.doubts.setWordWrap(True)
        self.grid = YearGrid()
        self.grid.turned.connect(self.turn)
        self.grid.moved.connect(lambda day: self.told.setText(self.grid.said(day)))
        self.previous = self._button("‹ 上一年", "Ctrl+PgUp", lambda: self.show_year(self.year - 1))
        self.next = self._button("下一年 ›", "Ctrl+PgDown", lambda: self.show_year(self.year + 1))
        self.note = self._button("写说明…", "Ctrl+N", self.rename)
        self.load = self._button("从表格导入…", "Ctrl+I", self.choose_file)
        self.seed = self._button("补入已发布年历", "", self.seed_published)
        self.publish = self._button("发布", "Ctrl+P", self.publish_or_withdraw)
        self._lay_out()
        desk.changed.connect(self._changed)

    def refresh(self) -> None:
        """Read the year anew."""
        self.show_year(self.year)

    def show_year(self, year: int) -> None:
        """Read and show a year."""
        if FIRST_YEAR <= year <= LAST_YEAR:
            self.year = year
            self.desk.ask(self, year_view, self.desk.centre_id, year, then=self._read, topic="year")

    def turn(self, day: date) -> None:
        """The day the other way: holiday, 补班, or plain again."""
        view = self.view
        if view is None or not self.desk.may(Permission.CALENDAR_EDIT):
            self.desk.messages.info("只有中心负责人可以修改工作日历。")
            return
        self._turn(view, Turned(day, toggled(self._calendar(view), day)))

    def rename(self) -> None:
        """Say what the chosen day is (春节, 台风停业 …)."""
        view = self.view
        known = next((each for each in view.days if each.day == self.grid.day), None) if view else None
        if known is None or view is None:
            self.desk.messages.info("先选一个放假或补班的日子，再写说明。")
            return
        dialog = QInputDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle("说明")
        dialog.setLabelText(self.grid.said(known.day))
        dialog.setTextValue(known.name)
        dialog.textValueSelected.connect(lambda text: self._name(view, known, text))
        dialog.open()

    def choose_file(self) -> None:
        """Ask for a file to import."""
        dialog = QFileDialog(self, "导入工作日历", "", FILES)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.read_file)
        dialog.open()

    def read_file(self, file: str) -> None:
        """Read a file off the window's thread and show what it would change."""

        def read(progress: Progress) -> tuple[Sheet, tuple[YearView, ...]]:
            progress.step(0, 2, "读取表格")
            try:
                content = Path(file).read_bytes()
            except OSError as error:
                raise RuleBroken(f"读不了这个文件：{error.strerror}。请检查是否已被移动或没有权限。") from error
            sheet = read_sheet(Path(file).name, content)
            progress.step(1, 2, "与现有年历比较")
            years = sorted({day.day.year for day in sheet.days})
            return sheet, tuple(self.desk.hall.read(year_view, self.desk.centre_id, year) for year in years)

        name = Path(file).name
        self.desk.job(self, read, then=lambda found: self._preview(name, *found), title="读取工作日历")

    def seed_published(self) -> None:
        """Put in the years that come with the program."""
        self.desk.do(self, seed_calendar, first_year=self.desk.now().year - 1, then=self._seeded)

    def publish_or_withdraw(self) -> None:
        """From now on, or no longer, promise dates in this year."""
        if self.view is not None:
            self._publish(self.view, not self.view.published)

    def _published(self) -> None:
        """A year is there that was not: cases that waited for it get their dates."""
        self.refresh()
        self.desk.do(self, redate, then=self._redated)

    def _redated(self, count: int) -> None:
        if count:
            self.desk.messages.info(f"已为 {count} 个办件补算承诺日期。")

    def _turn(self, view: YearView, wanted: Turned) -> None:
        known = next((each for each in view.days if each.day == wanted.day), None)
        name = known.name if known and wanted.working is not None else ""
        meant = gesture(
            self.desk.centre_id, view, wanted.words(), lambda now: self._turn(now, wanted),
            lambda now: ALREADY if state_of(now, wanted.day) is wanted.working else "",
        )  # fmt: skip
        self.desk.do(
            self, change_day, day=wanted.day, working=wanted.working, name=name, version=view.version,
            then=lambda _version: self.refresh(), failed=lambda refusal: self._refused(refusal, meant),
        )  # fmt: skip

    def _name(self, view: YearView, day: Day, text: str) -> None:
        """Write what a day is into the year as it was when the question was opened; whether it is 休 or 班 is the newest's."""

        def again(now: YearView) -> None:
            found = next(each for each in now.days if each.day == day.day)
            self._name(now, found, text)

        meant = gesture(
            self.desk.centre_id, view, f"{day_text(day.day)} 的说明写“{text.strip()}”", again,
            lambda now: PLAIN if state_of(now, day.day) is None else "",
        )  # fmt: skip
        self.desk.do(
            self, change_day, day=day.day, working=day.working, name=text, version=view.version,
            then=lambda _version: self.refresh(), failed=lambda refusal: self._refused(refusal, meant),
        )  # fmt: skip

    def _publish(self, view: YearView, wanted: bool) -> None:
        verb = "发布" if wanted else "撤下"
        meant = gesture(
            self.desk.centre_id, view, f"{verb} {view.year} 年工作日历", lambda now: self._publish(now, wanted),
            lambda now: ALREADY if now.published is wanted else "",
        )  # fmt: skip
        self.desk.do(
            self, publish_year if wanted else withdraw_year, year=view.year, version=view.version,
            then=lambda _version: self._published() if wanted else self.refresh(),
            failed=lambda refusal: self._refused(refusal, meant),
        )  # fmt: skip

    def _preview(self, name: str, sheet: Sheet, known: tuple[YearView, ...]) -> None:
        preview = ImportPreview(name, sheet, known, self)
        preview.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        preview.accepted.connect(lambda: self._import(name, sheet, publish=preview.publish.isChecked()))
        preview.open()

    def _import(self, name: str, sheet: Sheet, *, publish: bool) -> None:
        self.desk.do(self, import_days, days=sheet.days, source=name[:100], publish=publish, then=self._imported)

    def _imported(self, done: Imported) -> None:
        years = "、".join(map(str, done.years))
        self.desk.messages.info(f"已导入 {years} 年 {done.days} 个放假、补班日。")
        self.show_year(done.years[-1])
        self.desk.do(self, redate, then=self._redated)

    def _seeded(self, count: int) -> None:
        self.desk.messages.info(f"已补入 {count} 年。" if count else "程序附带的已发布年历都已在表里。")
        self._published()

    def _read(self, view: YearView) -> None:
        self.view = view
        self.grid.show_year(view.year, {day.day: day for day in view.days}, business_date(self.desk.now()))
        self.title.setText(f"{view.year} 年工作日历")
        self.state.setText("已发布" if view.published else "未发布：不推算承诺日期")
        self.state.setProperty("tone", "good" if view.published else "warn")
        self.state.style().polish(self.state)
        found = doubts(self._calendar(view), view.year)
        self.doubts.setText("请核对：" + "".join(found) if found else f"来源：{view.source or '手工录入'}")
        self.publish.setText("撤下" if view.published else "发布（之后按它推算日期）")
        may = self.desk.may(Permission.CALENDAR_EDIT)
        for button in (self.note, self.load, self.seed, self.publish):
            button.setEnabled(may)
        self.shown.emit(view.year)

    def _refused(self, refusal: Refusal, meant: Gesture[YearView]) -> None:
        """Say why not, or what somebody else has changed meanwhile; what was wanted can be done again."""
        if not Again(self, self.desk, meant, self._failed).meets(refusal):
            self._failed(refusal)
        else:
            self.refresh()

    def _failed(self, refusal: Refusal) -> None:
        self.desk.messages.problem(refusal.sentence)
        self.refresh()

    def _changed(self, changes: Changes) -> None:
        if self.isVisible() and any(change.kind == "calendar_year" for change in changes):
            self.refresh()

    @staticmethod
    def _calendar(view: YearView) -> Calendar:
        published = frozenset({view.year}) if view.published else frozenset()
        return Calendar(published, {day.day: day.working for day in view.days})

    def _button(self, text: str, key: str, act: object) -> QPushButton:
        button = QPushButton(f"{text}　{key}" if key else text)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: act())  # type: ignore[operator]
        if key:
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(button.click)
        return button

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        for widget in (self.previous, self.title, self.next, self.state):
            top.addWidget(widget)
        top.addStretch(1)
        top.addWidget(self.publish)
        tools = QHBoxLayout()
        tools.addWidget(self.doubts, 1)
        for button in (self.seed, self.load, self.note):
            tools.addWidget(button)
        bottom = QHBoxLayout()
        bottom.addWidget(self.told)
        bottom.addStretch(1)
        bottom.addWidget(QLabel("点一天改变它：工作日 ↔ 休，周末 ↔ 班"))
        layout = QVBoxLayout(self)
        layout.addLayout(top)
        layout.addLayout(tools)
        layout.addWidget(self.grid, 1)
        layout.addLayout(bottom)
