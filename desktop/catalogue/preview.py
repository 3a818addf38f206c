"""What an import would do, before it does anything: new, changed with each difference, unchanged, gone, and every error."""

from PySide6.QtWidgets import QCheckBox, QTabWidget, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from db.catalogue.importing import CellError, Plan
from db.catalogue.rules import ItemContent
from desktop.shell import theme
from desktop.widgets.table import Column, RowTable
from desktop.widgets.tone import retone
from desktop.widgets.words import label

_ITEMS: tuple[Column[ItemContent], ...] = (
    Column("编号", lambda item: item.local_code, 110),
    Column("事项名称", lambda item: item.name),
    Column("主管部门", lambda item: item.department, 160),
)
_ERRORS: tuple[Column[CellError], ...] = (
    Column("行", lambda error: str(error.row), 56, right=True),
    Column("列", lambda error: f"{error.column}　{error.heading}".strip(), 180),
    Column("问题", lambda error: error.sentence, tone=lambda error: "bad"),
)


class PlanView(QWidget):
    """Shows a plan; `disable_gone` is what to do with items that the spreadsheet does not have."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.summary = label("", "sectionTitle", wrap=True)
        self.tabs = QTabWidget(self)
        self.tabs.setDocumentMode(True)
        self.errors: RowTable[CellError] = RowTable(_ERRORS, "没有错误")
        self.new: RowTable[ItemContent] = RowTable(_ITEMS, "没有新增的事项")
        self.changed = QTreeWidget(self)
        self.changed.setHeaderLabels(["事项 / 内容", "现在", "导入后"])
        self.changed.setAccessibleName("有改动的事项")
        self.changed.header().resizeSection(0, theme.px(300))
        self.changed.header().resizeSection(1, theme.px(240))
        self.unchanged: RowTable[ItemContent] = RowTable(_ITEMS, "没有不变的事项")
        self.gone: RowTable[ItemContent] = RowTable(_ITEMS, "目录里的事项表格里都有")
        self.disable_gone = QCheckBox("停用表格里没有的事项（不删除，以后可以再启用）")
        for widget in (self.errors, self.new, self.changed, self.unchanged, self.gone):
            self.tabs.addTab(widget, "")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.summary)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(self.disable_gone)

    def show_plan(self, plan: Plan) -> None:
        """Show what would happen; with errors, that nothing can."""
        compared = plan.comparison
        self.errors.show_rows(plan.errors)
        self.new.show_rows(compared.new)
        self.unchanged.show_rows(compared.unchanged)
        self.gone.show_rows(compared.gone if not plan.errors else ())
        self._show_changed(plan)
        counts = (
            ("错误", len(plan.errors)),
            ("新增", len(compared.new)),
            ("有改动", len(compared.changed)),
            ("不变", len(compared.unchanged)),
            ("表格里没有", 0 if plan.errors else len(compared.gone)),
        )
        for at, (title, count) in enumerate(counts):
            self.tabs.setTabText(at, f"{title} {count}")
        self.disable_gone.setVisible(bool(compared.gone) and not plan.errors)
        if plan.errors:
            self.summary.setText(f"有 {len(plan.errors)} 处错误，一项也不会导入。请在原表改好后重新选择文件。")
            self.tabs.setCurrentIndex(0)
        else:
            self.summary.setText("，".join(f"{title} {count} 项" for title, count in counts[1:]) + "。")
            self.tabs.setCurrentIndex(2 if compared.changed and not compared.new else 1)
        retone(self.summary, "bad" if plan.errors else "good")

    def _show_changed(self, plan: Plan) -> None:
        self.changed.clear()
        tops = []
        for change in plan.comparison.changed:
            top = QTreeWidgetItem(
                [f"{change.after.local_code}　{change.after.name}", "", f"{len(change.differences)} 处不同"]
            )
            for difference in change.differences:
                line = QTreeWidgetItem([difference.label, difference.before or "（空）", difference.after or "（空）"])
                for column in (1, 2):
                    line.setToolTip(column, line.text(column))
                top.addChild(line)
            tops.append(top)
        self.changed.addTopLevelItems(tops)
        if len(tops) <= 200:
            self.changed.expandAll()
