"""What an import would change, before it does: new, changed, unchanged, gone; every fault with its row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from db.calendar.published import Day
from db.calendar.queries import YearView
from db.calendar.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Difference:
    """A line of the preview."""

    what: str  # 新增 改变 不变 将删除
    day: Day


def differences(sheet: Sheet, known: Iterable[YearView]) -> tuple[Difference, ...]:
    """Every day of the file and every day that goes, by date."""
    before = {day.day: day for view in known for day in view.days}
    wanted = {day.day: day for day in sheet.days}
    found = [Difference(_what(before.get(day.day), day), day) for day in sheet.days]
    found += [Difference("将删除", day) for at, day in before.items() if at not in wanted]
    return tuple(sorted(found, key=lambda each: each.day.day))


def _what(before: Day | None, after: Day) -> str:
    if before is None:
        return "新增"
    return "不变" if before == after else "改变"


class ImportPreview(QDialog):
    """All or nothing: with a fault it cannot be accepted."""

    def __init__(self, name: str, sheet: Sheet, known: tuple[YearView, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"导入工作日历：{name}")
        self.resize(620, 520)
        found = differences(sheet, known)
        self.summary = QLabel(_summary(sheet, found))
        self.summary.setWordWrap(True)
        self.table = QTableWidget()
        self.table.setAccessibleName("导入预览")
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.verticalHeader().hide()
        self.publish = QCheckBox("同时发布（按它推算承诺日期）")
        self.publish.setChecked(True)
        if sheet.faults:
            self._fill(("行", "问题"), [(str(fault.row), fault.sentence) for fault in sheet.faults])
        else:
            rows = [
                (each.what, each.day.day.isoformat(), "班" if each.day.working else "休", each.day.name)
                for each in found
            ]
            self._fill(("变化", "日期", "类型", "说明"), rows)
        buttons = QDialogButtonBox()
        self.confirm = buttons.addButton("导入", QDialogButtonBox.ButtonRole.AcceptRole)
        self.confirm.setEnabled(bool(sheet.days) and not sheet.faults)
        self.publish.setVisible(not sheet.faults)
        buttons.addButton("取消", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for widget in (self.summary, self.table, self.publish, buttons):
            layout.addWidget(widget)

    def _fill(self, heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
        self.table.setColumnCount(len(heads))
        self.table.setHorizontalHeaderLabels(list(heads))
        self.table.setRowCount(len(rows))
        for at, row in enumerate(rows):
            for column, text in enumerate(row):
                self.table.setItem(at, column, QTableWidgetItem(text))
        self.table.resizeColumnsToContents()
        self.table.horizontalHeader().setStretchLastSection(True)


def _summary(sheet: Sheet, found: tuple[Difference, ...]) -> str:
    if sheet.faults:
        return f"有 {len(sheet.faults)} 处问题，一行也不会导入。请在表格里改正后再选一次。"
    if not sheet.days:
        return "表里没有一个放假或补班的日子。"
    counts = {what: sum(each.what == what for each in found) for what in ("新增", "改变", "不变", "将删除")}
    years = "、".join(str(year) for year in sorted({day.day.year for day in sheet.days}))
    return (
        f"{years} 年：" + "，".join(f"{what} {count} 天" for what, count in counts.items()) + "。这些年份将整年替换。"
    )
