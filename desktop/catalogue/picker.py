"""Choosing an item: type, move with the arrows, press Enter. Used on the counter and wherever an item is asked for.

Interface:
    picker = ItemPicker(desk)            # searches as the clerk types, most used items first when nothing is typed
    picker.chosen.connect(f)             # f(row: ItemRow): Enter or click on an enabled item
    picker.refused.connect(g)            # g(proof: Proof): a proof that must not be issued; the picker shows what to say
    picker.clear(); picker.setFocus(); picker.show_query("ylbx")
"""

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QLabel, QLineEdit, QListView, QVBoxLayout, QWidget

from db.catalogue.starter import Proof
from desktop.catalogue.found import FoundDelegate, FoundModel
from desktop.catalogue.refusal import refusal_html
from desktop.catalogue.stock import Stock
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.widgets.inputs import SEEKING

ROWS = 40
_MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class ItemPicker(QWidget):
    """A search field with its results."""

    chosen = Signal(object)  # ItemRow
    refused = Signal(object)  # Proof

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.stock = Stock.of(desk)
        self.field = QLineEdit(self, clearButtonEnabled=True)
        self.field.setPlaceholderText("事项：名称、俗称、拼音、首字母、编号、材料")
        self.field.setAccessibleName("查找事项")
        self.field.setProperty(SEEKING, True)
        self.field.installEventFilter(self)
        self.field.textChanged.connect(self._search)
        self.model = FoundModel(self)
        self.list = QListView(self)
        self.list.setModel(self.model)
        self.list.setItemDelegate(FoundDelegate(self.list))
        self.list.setUniformItemSizes(True)
        theme.watch.changed.connect(self.list.doItemsLayout)  # rows as high as the type is now
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName("找到的事项")
        self.list.clicked.connect(self._clicked)
        self.answer = QLabel(self)
        self.answer.setObjectName("refusal")
        self.answer.setFrameShape(QFrame.Shape.StyledPanel)
        self.answer.setWordWrap(True)
        self.answer.setTextFormat(Qt.TextFormat.RichText)
        self.answer.hide()
        self.empty = QLabel("没有找到。换个说法，或输入部门、材料名称再试。", self)
        self.empty.setWordWrap(True)
        self.empty.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        for widget in (self.field, self.answer, self.empty, self.list):
            box.addWidget(widget)
        self.setFocusProxy(self.field)
        self.stock.renewed.connect(self._search)
        self._search()

    def clear(self) -> None:
        """Back to the most used items."""
        self.field.clear()
        self._search()

    def show_query(self, text: str) -> None:
        """Put a text into the field and search it."""
        self.field.setText(text)

    def query(self) -> str:
        """What is typed."""
        return self.field.text()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in _MOVES:
                self._move(Qt.Key(event.key()))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._choose(self.list.currentIndex())
                return True
            if event.key() == Qt.Key.Key_Escape and self.field.text():
                self.clear()
                return True
        return super().eventFilter(watched, event)

    def _search(self) -> None:
        found = self.stock.find(self.field.text(), ROWS)
        self.model.show(found)
        self.answer.hide()
        self.empty.setVisible(not found and self.stock.shelf is not None)
        self.list.setVisible(bool(found))
        if found:
            self.list.setCurrentIndex(self.model.index(0))

    def _move(self, key: Qt.Key) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -8, Qt.Key.Key_PageDown: 8}[key]
        row = min(max(0, self.list.currentIndex().row() + step), self.model.rowCount() - 1)
        if row >= 0:
            self.list.setCurrentIndex(self.model.index(row))

    def _clicked(self, index: QModelIndex) -> None:
        self._choose(index)
        self.field.setFocus()

    def _choose(self, index: QModelIndex) -> None:
        found = self.model.at(index.row())
        if found is None:
            return
        if isinstance(found.row, Proof):
            self.answer.setText(refusal_html(found.row))
            self.answer.show()
            self.refused.emit(found.row)
        elif found.row.enabled:
            self.chosen.emit(found.row)
        else:
            self.desk.messages.warn(f"“{found.row.name}”在本中心已停用。需要恢复的，请中心负责人在“事项”页启用。")
