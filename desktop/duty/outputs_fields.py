"""The fields of “打印与导出”: what, of which plan, body, member, room and days, on which paper. Shows only what matters."""

from datetime import date
from uuid import UUID

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QFormLayout,
    QLabel,
    QSpinBox,
    QWidget,
)

from db.duty.rows import PlanRow
from db.duty.states import PLAN_NAMES
from desktop.duty.outputs_export import File, Wanted, for_file
from desktop.duty.outputs_make import Choice, Known, What
from desktop.rooms.fields import date_field, pydate
from desktop.shell import theme

_MEMBER, _ROOM, _BODY = "人员", "房间", "轮值单位"
_SHOWN = {
    What.POSTER: frozenset({"计划", "月份", _BODY, "纸张", "颜色"}),
    What.SHEET: frozenset({_MEMBER, "起日", "止日"}),
    What.DOOR: frozenset({_ROOM, "日期", "颜色"}),
    What.CARDS: frozenset({_BODY, _MEMBER, "颜色"}),
    What.RECORDS: frozenset({"年份"}),
    What.RECORD: frozenset({_MEMBER, "年份"}),
}
_HEARD = Qt.ItemDataRole.UserRole + 1
_ALWAYS = frozenset({"内容", "打印机", "份数"})
EVERYBODY, ALL_BODIES, ALL_MONTHS = "（全部在任人员）", "（全部单位）", "（全部月份）"


class Fields(QWidget):
    """`changed` tells that something else is to be printed; the printer and the copies do not."""

    changed = Signal()

    def __init__(self, what: What, day: date, plan: PlanRow | None) -> None:
        super().__init__()
        self.known: Known | None = None
        self.what, self.plan, self.month, self.body = QComboBox(), QComboBox(), QComboBox(), QComboBox()
        for each in What:
            self.what.addItem(each.value, each)
        self.what.setCurrentIndex(self.what.findData(what))
        self.member, self.room = _searchable(), QComboBox()
        self.day = date_field(day, "日期")
        first, last = (plan.first, plan.last) if plan else (day.replace(month=1, day=1), day.replace(month=12, day=31))
        self.first, self.last = date_field(first, "起日"), date_field(last, "止日")
        self.year = QSpinBox()
        self.year.setRange(2000, 2199)
        self.year.setValue(day.year)
        self.paper, self.colour = QComboBox(), QCheckBox("彩色")
        self.paper.addItems(["A4 横向", "A3 横向"])
        self.colour.setChecked(True)
        self.printer, self.copies = QComboBox(), QSpinBox()
        self.printer.addItem("默认（与调班通知相同）", "")
        self.copies.setRange(1, 20)
        self._lay_out()
        self._connect()
        self._show_what()

    @property
    def chosen(self) -> What:
        """Which paper; Qt gives back a plain string."""
        return What(self.what.currentData())

    def fill(self, found: Known, plan_id: UUID | None, member_id: UUID | None, room_id: UUID | None) -> None:
        """Offer what the hall has, with these chosen."""
        self.known = found
        for plan in found.plans:
            self.plan.addItem(f"{plan.title}（{PLAN_NAMES[plan.state]}）", plan)
        ids = [plan.id for plan in found.plans]
        self.plan.setCurrentIndex(ids.index(plan_id) if plan_id in ids else 0 if ids else -1)
        self.body.addItem(ALL_BODIES, None)
        for body in found.bodies:
            self.body.addItem(body.name, body.id)
        for room in found.rooms:
            self.room.addItem(f"{room.number} {room.name}", room.id)
        _choose(self.room, room_id)
        self._offer_months()
        self._offer_members(member_id)

    def offer_printers(self, names: tuple[str, ...]) -> None:
        """The printers of this machine; what was chosen stays chosen."""
        chosen = self.printer.currentData()
        while self.printer.count() > 1:
            self.printer.removeItem(1)
        for name in names:
            self.printer.addItem(name, name)
        self.printer.setCurrentIndex(max(self.printer.findData(chosen), 0))

    def choice(self) -> Choice:
        """What is to be printed."""
        what = self.chosen
        shown = _SHOWN[what]
        return Choice(
            what=what,
            plan=self._plan(),
            month=self.month.currentData(),
            body_id=self.body.currentData() if _BODY in shown else None,
            member_id=self.member.currentData() if _MEMBER in shown else None,
            room_id=self.room.currentData() if _ROOM in shown else None,
            day=pydate(self.day),
            first=pydate(self.first),
            last=pydate(self.last),
            year=self.year.value(),
            a3=self.paper.currentIndex() == 1,
            coloured=self.colour.isChecked(),
        )

    def wanted(self, file: File) -> Wanted:
        """What a file is to be about."""
        plan = self._plan()
        days = (pydate(self.first), pydate(self.last))
        if file is File.EVERYTHING and plan is not None:
            days = (plan.first, plan.last)
        return Wanted(
            file,
            min(days),
            max(days),
            self.year.value(),
            plan=plan,
            body_id=self.body.currentData(),
            member_id=self.member.currentData(),
            member_name=self.member.currentText() if self.member.currentData() else "",
            room_id=self.room.currentData(),
            room_name=self.room.currentText(),
        )

    def title(self) -> str:
        """What the paper is called, as a file and at the printer."""
        what = self.chosen
        plan = self._plan()
        parts = {
            What.POSTER: (
                plan.title if plan else "",
                self.month.currentText() if self.month.currentData() is not None else "",
            ),
            What.SHEET: (self.member.currentText(),),
            What.DOOR: (self.room.currentText(), f"{pydate(self.day):%Y-%m-%d}"),
            What.CARDS: (self.member.currentText() if self.member.currentData() else "",),
            What.RECORDS: (str(self.year.value()),),
            What.RECORD: (self.member.currentText(), str(self.year.value())),
        }
        return for_file(" ".join(part for part in (what.value.partition("（")[0], *parts[what]) if part))

    def _plan(self) -> PlanRow | None:
        found = self.plan.currentData()
        return found if isinstance(found, PlanRow) else None

    def _offer_months(self) -> None:
        """The months of the plan, in the order of its sheets."""
        plan = self._plan()
        self.month.blockSignals(True)
        self.month.clear()
        self.month.addItem(ALL_MONTHS, None)
        if plan is not None:
            months = (plan.last.year - plan.first.year) * 12 + plan.last.month - plan.first.month + 1
            for at in range(months):
                year, month = divmod(plan.first.year * 12 + plan.first.month - 1 + at, 12)
                self.month.addItem(f"{year}年{month + 1}月", date(year, month + 1, 1))
        self.month.blockSignals(False)

    def _offer_members(self, chosen: UUID | None = None) -> None:
        """Members of the chosen body, or all; for cards everybody can be chosen at once."""
        if self.known is None:
            return
        kept = chosen or self.member.currentData()
        cards = self.chosen is What.CARDS
        body_id = self.body.currentData() if cards else None
        self.member.blockSignals(True)
        self.member.clear()
        if cards:
            self.member.addItem(EVERYBODY, None)
            self.member.setItemData(0, EVERYBODY, _HEARD)
        for row in self.known.members:
            if body_id is None or any(seat.body_id == body_id and seat.active for seat in row.seats):
                self.member.addItem(row.name, row.id)
                heard = self.known.heard.get(row.id, row.name)
                self.member.setItemData(self.member.count() - 1, heard, _HEARD)
        _choose(self.member, kept)
        self.member.blockSignals(False)

    def _show_what(self) -> None:
        shown = _SHOWN[self.chosen] | _ALWAYS
        for field in self._rows:
            self._form.setRowVisible(field, field.accessibleName() in shown)
        self._offer_members()

    def _lay_out(self) -> None:
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        rows: tuple[tuple[str, QWidget], ...] = (
            ("内容", self.what), ("计划", self.plan), ("月份", self.month), (_BODY, self.body), (_MEMBER, self.member),
            (_ROOM, self.room), ("日期", self.day), ("起日", self.first), ("止日", self.last), ("年份", self.year),
            ("纸张", self.paper), ("颜色", self.colour), ("打印机", self.printer), ("份数", self.copies),
        )  # fmt: skip
        self._rows = tuple(field for _, field in rows)
        for title, field in rows:
            field.setAccessibleName(title)
            if isinstance(field, QSpinBox):
                field.lineEdit().setTextMargins(theme.px(7), 0, 0, 0)  # the style sheet's padding does not reach it
            if isinstance(field, QComboBox):
                field.setMinimumContentsLength(12)
                field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            name = QLabel(title)
            name.setBuddy(field)
            name.setMinimumWidth(theme.px(62))  # the fields stay where they are when others are shown
            self._form.addRow(name, field)

    def _connect(self) -> None:
        self.what.currentIndexChanged.connect(self._show_what)
        self.plan.currentIndexChanged.connect(self._offer_months)
        self.body.currentIndexChanged.connect(lambda _: self._offer_members())
        for box in (self.what, self.plan, self.month, self.body, self.member, self.room, self.paper):
            box.currentIndexChanged.connect(self.changed)
        for day in (self.day, self.first, self.last):
            day.dateChanged.connect(self.changed)
        self.year.valueChanged.connect(self.changed)
        self.colour.toggled.connect(self.changed)


def _searchable() -> QComboBox:
    """A list of names in which one is found by typing any part of it, or its sound."""
    box = QComboBox()
    box.setEditable(True)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    completer = _Named(box.model(), box)
    completer.setCompletionRole(_HEARD)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
    box.setCompleter(completer)
    line = box.lineEdit()
    assert line is not None
    line.editingFinished.connect(lambda: _settle(box))
    return box


class _Named(QCompleter):
    """Finds by how a name is written and heard, and puts in how it is written."""

    def pathFromIndex(self, index: QModelIndex | QPersistentModelIndex) -> str:
        return str(index.data())


def _settle(box: QComboBox) -> None:
    """What was typed and means one name chooses it; what means several or none leaves the name that was chosen."""
    typed = "".join(box.currentText().split()).lower()
    if typed and typed != box.itemText(box.currentIndex()).lower():
        fit = [at for at in range(box.count()) if typed in str(box.itemData(at, _HEARD) or "")]
        if len(fit) == 1:
            box.setCurrentIndex(fit[0])
    box.setEditText(box.itemText(box.currentIndex()))


def _choose(box: QComboBox, wanted: UUID | None) -> None:
    ids = [box.itemData(at) for at in range(box.count())]
    box.setCurrentIndex(ids.index(wanted) if wanted in ids else 0 if ids else -1)
