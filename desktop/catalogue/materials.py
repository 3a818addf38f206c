"""The materials of an item, edited in a table: a row a paper, moved with Alt+Up and Alt+Down."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from db.catalogue.rules import FORMS, NECESSITIES, SOURCES, Material
from db.errors import RuleBroken
from desktop.shell import theme

HEADS = ("材料名称", "必要性", "形式", "份数", "来源渠道", "说明")
_WORDS = {1: NECESSITIES, 2: FORMS, 4: SOURCES}
Index = QModelIndex | QPersistentModelIndex


class _Words(QStyledItemDelegate):
    """A list to choose from in the columns that hold one of a few words."""

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        words = _WORDS.get(index.column())
        if words is None:
            return super().createEditor(parent, option, index)
        combo = QComboBox(parent)
        combo.setEditable(index.column() == 4)
        combo.addItems(list(words))
        return combo


class MaterialsTable(QWidget):
    """Shows materials and gives back what was made of them."""

    def __init__(self, materials: tuple[Material, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = QTableWidget(0, len(HEADS), self)
        self.table.setHorizontalHeaderLabels(HEADS)
        self.table.setAccessibleName("申请材料")
        self.setAccessibleName("材料")
        self.table.setItemDelegate(_Words(self.table))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        head = self.table.horizontalHeader()
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, width in ((1, 80), (2, 110), (3, 56), (4, 120), (5, 220)):
            head.resizeSection(column, theme.px(width))
        buttons = QHBoxLayout()
        self.add = self._button(buttons, "添加材料（Ins）", "Ins", self._add)
        self.remove = self._button(buttons, "删除（Ctrl+Del）", "Ctrl+Del", self._remove)
        self.up = self._button(buttons, "上移（Alt+↑）", "Alt+Up", lambda: self._move(-1))
        self.down = self._button(buttons, "下移（Alt+↓）", "Alt+Down", lambda: self._move(1))
        buttons.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addLayout(buttons)
        box.addWidget(self.table, 1)
        for material in materials:
            self._append(material)

    def materials(self) -> tuple[Material, ...]:
        """What stands in the table; rows without any text are left out.

        Raises:
            RuleBroken: a number of copies that is none.
        """
        found: list[Material] = []
        for row in range(self.table.rowCount()):
            name, necessity, form, copies, source, note = (self._text(row, column) for column in range(len(HEADS)))
            if name or note:
                if not copies.isdecimal():
                    raise RuleBroken(f"第 {row + 1} 项材料的份数应为数字，现为“{copies}”。")
                found.append(Material(name, necessity, form, int(copies), source, note))
        return tuple(found)

    def held(self) -> tuple[tuple[str, ...], ...]:
        """The rows as they are typed."""
        return tuple(
            tuple(self._text(row, column) for column in range(len(HEADS))) for row in range(self.table.rowCount())
        )

    def hold(self, rows: tuple[tuple[str, ...], ...]) -> None:
        """Show other rows."""
        self.table.setRowCount(0)
        for texts in rows:
            self._append_texts(texts)

    def in_words(self, rows: tuple[tuple[str, ...], ...]) -> str:
        """The papers, each with what is not as usual."""
        usual = ("", *(str(each) for each in (Material("").necessity, Material("").form, 1, Material("").source, "")))
        told = ["，".join([row[0], *(text for text, as_ever in zip(row[1:], usual[1:], strict=True) if text != as_ever)])
                for row in rows]  # fmt: skip
        return "；".join(told)

    def _button(self, box: QHBoxLayout, text: str, key: str, act: object) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.clicked.connect(act)
        shortcut = QShortcut(QKeySequence(key), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(button.click)
        box.addWidget(button)
        return button

    def _append(self, material: Material) -> None:
        copies = str(material.copies)
        self._append_texts((material.name, material.necessity, material.form, copies, material.source, material.note))

    def _append_texts(self, texts: tuple[str, ...]) -> None:
        row = self.table.rowCount()
        self.table.insertRow(row)
        for column, text in enumerate(texts):
            self.table.setItem(row, column, QTableWidgetItem(text))

    def _add(self) -> None:
        self._append(Material(""))
        row = self.table.rowCount() - 1
        self.table.setCurrentCell(row, 0)
        self.table.edit(self.table.currentIndex())

    def _remove(self) -> None:
        if self.table.currentRow() >= 0:
            self.table.removeRow(self.table.currentRow())

    def _move(self, step: int) -> None:
        row = self.table.currentRow()
        other = row + step
        if row < 0 or not 0 <= other < self.table.rowCount():
            return
        for column in range(len(HEADS)):
            mine, theirs = self.table.takeItem(row, column), self.table.takeItem(other, column)
            self.table.setItem(row, column, theirs)
            self.table.setItem(other, column, mine)
        self.table.setCurrentCell(other, self.table.currentColumn())

    def _text(self, row: int, column: int) -> str:
        item = self.table.item(row, column)
        return item.text().strip() if item is not None else ""
