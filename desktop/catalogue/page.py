"""The catalogue: every item and every forbidden proof, found as it is typed; changed by who may."""

from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QLineEdit, QPushButton, QSplitter, QVBoxLayout, QWidget

from db.catalogue import actions, queries
from db.catalogue.rows import ItemDetail
from db.catalogue.rules import CATEGORIES
from db.catalogue.shelf import Found
from db.catalogue.starter import Proof
from db.changes import Changes
from db.staff.permissions import Permission
from desktop.catalogue.detail import DetailPane
from desktop.catalogue.edit import EditDialog
from desktop.catalogue.exporter import ask_and_export
from desktop.catalogue.history import HistoryDialog
from desktop.catalogue.importer import ImportDialog
from desktop.catalogue.limits import ConfirmLimitDialog
from desktop.catalogue.listing import ALL, COLUMNS, GIVES_WAY, STATES, Filter, listed
from desktop.catalogue.notice import NoticeDialog
from desktop.catalogue.stock import Stock
from desktop.shell import theme
from desktop.shell.again import ALREADY, Kind, do_with
from desktop.shell.desk import Desk
from desktop.shell.page import Page
from desktop.shell.twice import words_of
from desktop.widgets.ask import confirm
from desktop.widgets.plain import plainly
from desktop.widgets.table import RowTable
from desktop.widgets.words import label

EMPTY = "没有找到。换个说法试试：名称、俗称、拼音、首字母、部门、材料、编号都可以。"
NONE_YET = "目录还是空的。点“装入起步目录”装入 108 个常见事项，或点“导入”读入您自己的表格。"


class CataloguePage(Page):
    """Left the list with its search and filters, right what the chosen one says."""

    title = "事项"
    icon = "fa6s.book"
    manual = "catalogue"
    permission = Permission.CATALOGUE_READ

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.setObjectName("page")
        self.stock = Stock.of(desk)
        self._wanted: UUID | None = None
        self.dialog: QDialog | None = None
        self.field = self._make_field()
        self.category, self.department, self.state = (self._combo(name) for name in ("分类", "部门", "状态"))
        self.state.addItems(list(STATES))
        self.count = label("", "hint")
        self.table: RowTable[Found] = RowTable(COLUMNS, EMPTY)
        self.table.setAccessibleName("事项列表")
        plainly(self.table)
        self.table.installEventFilter(self)
        self.table.picked.connect(self._picked)
        self.table.opened.connect(lambda _: self.buttons["edit"].click())
        self.detail = DetailPane(self)
        self.detail.shown.connect(self._offer)
        self.buttons: dict[str, QPushButton] = {}
        self._lay_out()
        self.stock.renewed.connect(self._renewed)
        self._renewed()

    def refresh(self) -> None:
        """Search anew; the field is ready to be typed in."""
        self.stock.ask()
        self.field.setFocus()
        self.field.selectAll()

    def changed(self, changes: Changes) -> None:
        """The stock reloads by itself; what is shown on the right is read anew with it."""

    def search(self, text: str) -> None:
        """Show what the window's search box found."""
        for combo in (self.category, self.department, self.state):
            combo.setCurrentIndex(0)
        self.field.setText(text)
        self.field.setFocus()

    def keys(self) -> list[tuple[str, str]]:
        """The keys of this page."""
        return [
            ("Ctrl+F", "查找事项"),
            ("↑ ↓ PgUp PgDn", "在列表里移动（光标留在查找框里）"),
            ("Ctrl+P", "一次性告知书（预览、打印）"),
            ("Ctrl+Alt+P", "大字一次性告知书"),
            ("F2 或回车", "编辑事项"),
            ("Ctrl+N", "新增事项"),
            ("Ctrl+J", "核对办结时限（待核→已核）"),
            ("Ctrl+H", "历次版本"),
            ("Ctrl+E", "启用或停用"),
            ("Ctrl+I", "导入表格"),
            ("Ctrl+Shift+E", "导出表格"),
        ]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.table and event.type() == QEvent.Type.Resize:
            for column, width in GIVES_WAY:
                self.table.setColumnHidden(column, self.table.width() < theme.px(width))
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            moves = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -10, Qt.Key.Key_PageDown: 10}
            step = moves.get(Qt.Key(event.key()))
            if step is not None:
                self._move(step)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.buttons["edit"].click()
                return True
        return super().eventFilter(watched, event)

    def _make_field(self) -> QLineEdit:
        field = QLineEdit(self, clearButtonEnabled=True)
        field.setObjectName("seek")
        field.setPlaceholderText("名称、俗称、拼音、首字母、编号、部门、材料（Ctrl+F）")
        field.setAccessibleName("查找事项")
        field.textChanged.connect(self._search)
        field.installEventFilter(self)
        return field

    def _combo(self, name: str) -> QComboBox:
        combo = QComboBox(self)
        combo.setAccessibleName(name)
        combo.setToolTip(f"按{name}筛选")
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        combo.setMinimumContentsLength(4)
        combo.activated.connect(self._search)
        return combo

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.count)
        top.addStretch(1)
        self._button(top, "seed", "装入起步目录", "fa6s.seedling", "", self._seed)
        self._button(top, "add", "新增", "fa6s.plus", "Ctrl+N", lambda: self._open(EditDialog(self.desk, None, self)))
        self._button(
            top, "import", "导入", "fa6s.file-import", "Ctrl+I", lambda: self._open(ImportDialog(self.desk, self))
        )
        self._button(top, "export", "导出", "fa6s.file-export", "Ctrl+Shift+E", lambda: ask_and_export(self.desk, self))
        filters = QHBoxLayout()
        for name, combo in (("分类", self.category), ("部门", self.department), ("状态", self.state)):
            filters.addWidget(label(name, "hint"))
            filters.addWidget(combo, 1)
        left = QWidget()
        lines = QVBoxLayout(left)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.addWidget(self.field)
        lines.addLayout(filters)
        lines.addWidget(self.table, 1)
        split = QSplitter(Qt.Orientation.Horizontal, self)
        split.setChildrenCollapsible(False)
        split.addWidget(left)
        split.addWidget(self._right())
        split.setStretchFactor(0, 5)
        split.setStretchFactor(1, 4)
        split.setSizes([theme.px(720), theme.px(480)])
        box = QVBoxLayout(self)
        box.addLayout(top)
        box.addWidget(split, 1)
        for key, focus in (("Ctrl+F", self.field), ("F2", None)):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(focus.setFocus if focus else self.buttons["edit"].click)

    def _right(self) -> QWidget:
        right = QWidget()
        lines = QVBoxLayout(right)
        lines.setContentsMargins(0, 0, 0, 0)
        papers, verbs = QHBoxLayout(), QHBoxLayout()
        self._button(papers, "notice", "一次性告知书", "fa6s.print", "Ctrl+P", lambda: self._notice(large=False))
        self._button(papers, "large", "大字告知书", "fa6s.text-height", "Ctrl+Alt+P", lambda: self._notice(large=True))
        self._button(verbs, "confirm", "核对时限", "fa6s.check-double", "Ctrl+J", self._confirm)
        self._button(verbs, "edit", "编辑", "fa6s.pen", "", self._edit)
        self._button(verbs, "enable", "停用", "fa6s.power-off", "Ctrl+E", self._enable)
        self._button(verbs, "history", "历次版本", "fa6s.clock-rotate-left", "Ctrl+H", self._history)
        self.buttons["edit"].setToolTip("编辑（F2 或回车）")
        lines.addLayout(papers)
        lines.addWidget(self.detail, 1)
        lines.addLayout(verbs)
        return right

    def _button(self, box: QHBoxLayout, name: str, text: str, icon: str, key: str, act: Callable[[], object]) -> None:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.setToolTip(f"{text}（{key}）" if key else text)
        button.setAccessibleName(text)
        button.clicked.connect(lambda: act())
        theme.dress(button, icon)
        if key:
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(button.click)
        self.buttons[name] = button
        box.addWidget(button)

    def _renewed(self) -> None:
        """Another catalogue: its departments, its rows, and the chosen item as it is now."""
        shelf = self.stock.shelf
        rows = shelf.items if shelf is not None else ()
        own = sorted({row.category for row in rows} - set(CATEGORIES) - {""})
        _fill(self.category, [name for name in (*CATEGORIES, *own) if any(row.category == name for row in rows)])
        _fill(self.department, sorted({row.department for row in rows if row.department}))
        waiting = sum(not row.limit_confirmed for row in rows)
        self.count.setText(f"共 {len(rows)} 项，时限待核 {waiting} 项" if rows else "")
        self.table.empty = EMPTY if rows else (NONE_YET if shelf is not None else "正在读取目录…")
        self._search()
        if self.detail.detail is not None:
            self._ask(self._wanted or self.detail.detail.id)  # the one under the cursor may still be under way

    def _search(self) -> None:
        shelf = self.stock.shelf
        narrow = Filter(
            self.category.currentText() or ALL, self.department.currentText() or ALL, self.state.currentText() or ALL
        )
        rows = listed(shelf, self.field.text(), narrow) if shelf is not None else []
        typed = bool(self.field.text().strip())
        self.table.show_rows(rows, key=None if typed else _key)
        if rows and (typed or not self.table.currentIndex().isValid()):
            self.table.setCurrentIndex(self.table.rows.index(0, 0))
        self._offer()

    def _move(self, step: int) -> None:
        rows = self.table.rows.rowCount()
        if rows:
            row = min(max(0, self.table.currentIndex().row() + step), rows - 1)
            self.table.setCurrentIndex(self.table.rows.index(row, 0))

    def _picked(self, found: Found | None) -> None:
        self._wanted = None
        if found is None:
            if not self.table.rows.rowCount():
                self.detail.show_nothing()
        elif isinstance(found.row, Proof):
            self.detail.show_proof(found.row)
        else:
            self._ask(found.row.id)

    def _ask(self, item_id: UUID) -> None:
        self._wanted = item_id
        self.desk.ask(self, queries.item, self.desk.centre_id, item_id, then=self._read, topic="item")

    def _read(self, detail: ItemDetail) -> None:
        if detail.id == self._wanted:
            self.detail.show_item(detail)

    def _offer(self) -> None:
        """Offer what may be done with what is shown; the actions ask for the permission again."""
        detail, may = self.detail.detail, self.desk.may(Permission.CATALOGUE_EDIT)
        for name in ("notice", "large", "history"):
            self.buttons[name].setEnabled(detail is not None)
        for name in ("edit", "enable"):
            self.buttons[name].setEnabled(detail is not None and may)
        self.buttons["confirm"].setEnabled(detail is not None and may and not detail.content.limit_confirmed)
        self.buttons["enable"].setText("停用" if detail is None or detail.enabled else "启用")
        for name in ("add", "import"):
            self.buttons[name].setEnabled(may)
        empty = self.stock.shelf is not None and not self.stock.shelf.items
        self.buttons["seed"].setVisible(empty)
        self.buttons["seed"].setEnabled(may)

    def _open(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.dialog = dialog
        dialog.open()

    def _seed(self) -> None:
        self.desk.do(
            self, actions.seed_starter, then=lambda count: self.desk.messages.info(f"已装入 {count} 个起步事项。")
        )

    def _notice(self, *, large: bool) -> None:
        if self.detail.detail is not None:
            shown = self.detail.detail
            self._open(NoticeDialog(self.desk, shown.id, shown.content.name, large=large, parent=self))

    def _confirm(self) -> None:
        if self.detail.detail is not None:
            self._open(ConfirmLimitDialog(self.desk, self.detail.detail, self))

    def _edit(self) -> None:
        if self.detail.detail is not None:
            self._open(EditDialog(self.desk, self.detail.detail, self))

    def _history(self) -> None:
        if self.detail.detail is not None:
            self._open(HistoryDialog(self.desk, self.detail.detail.id, self.detail.detail.content.name, self))

    def _enable(self) -> None:
        shown = self.detail.detail
        if shown is None:
            return
        question = f"停用以后，窗口不能再受理“{shown.content.name}”，已受理的办件照常办完。要停用吗？"
        if shown.enabled and not confirm(self, "停用事项", question, "停用"):
            return
        wanted = not shown.enabled
        centre_id = self.desk.centre_id
        kind: Kind[ItemDetail] = Kind(
            lambda session, row: queries.item(session, centre_id, row.id),
            lambda row: {**words_of(EditDialog(self.desk, row, self)), "状态": "启用" if row.enabled else "停用"},
        )
        do_with(
            self, self.desk, kind, shown, f"{'启用' if wanted else '停用'}“{shown.content.name}”", actions.set_enabled,
            lambda now: {"item_id": now.id, "version": now.version, "enabled": wanted},
            hindered=lambda now: ALREADY if now.enabled is wanted else "",
        )  # fmt: skip


def _fill(combo: QComboBox, names: list[str]) -> None:
    chosen = combo.currentText()
    combo.clear()
    combo.addItems([ALL, *names])
    combo.setCurrentIndex(max(0, combo.findText(chosen)))


def _key(found: Found) -> object:
    return found.row.name if isinstance(found.row, Proof) else found.row.id
