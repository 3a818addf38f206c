"""The search box of the window (Ctrl+K): items, cases, receipts and people in groups, all by keyboard."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget
from shiboken6 import isValid

from db.clock import business_date
from db.staff.permissions import Permission
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.shell.hits import MOST, Hit
from desktop.shell.seek_rows import HEAD, HitRows, row_height

if TYPE_CHECKING:
    from db.catalogue.shelf import Found

WAIT_MS = 120
HIT = Qt.ItemDataRole.UserRole
NOTHING = "没有找到。可以输入事项名、俗称、拼音首字母、办件编号、回执编号、姓名或证件号。"


class SeekBox(QLineEdit):
    """The field. Up and Down move in the list while one types, Enter opens, Esc leaves."""

    chosen = Signal(object)  # Hit

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setPlaceholderText("查找事项、办件、回执、姓名、证件号　Ctrl+K")
        self.setAccessibleName("到处查找")
        self.setClearButtonEnabled(True)
        self._before: QWidget | None = None
        self._listed = ""  # what the hits in the list were found for
        self._timer = QTimer(self, singleShot=True, interval=WAIT_MS)
        self._timer.timeout.connect(self._ask)
        self.textEdited.connect(self._typed)
        self.returnPressed.connect(self._open_marked)
        self._build()

    def begin(self, before: QWidget | None) -> None:
        """Come here from another widget, which gets the cursor back after Esc."""
        if before is not self:
            self._before = before
        self.setFocus()
        self.selectAll()

    def leave(self) -> None:
        """Empty the field, close the list, go back to where one came from."""
        self.clear()
        self._timer.stop()
        self._desk.forget(self, "seek")
        self.popup.hide()
        if self._before is not None and isValid(self._before) and self._before.isVisible():
            self._before.setFocus()
        else:
            self.clearFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event.key())
        if watched is self and event.type() == QEvent.Type.FocusOut:
            self.popup.hide()
        return False

    def _key(self, key: int) -> bool:
        if key == Qt.Key.Key_Escape:
            self.leave()
            return True
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(key), 0)
        if step and self.popup.isVisible():
            self._step(step)
        return bool(step)

    def _typed(self, text: str) -> None:
        if text.strip():
            self._timer.start()
        else:
            self._timer.stop()
            self._desk.forget(self, "seek")
            self.popup.hide()

    def _ask(self) -> None:
        self._timer.stop()
        text, desk = self.text().strip(), self._desk
        if not text or desk.actor is None:
            return
        items: tuple[Hit, ...] = ()
        if desk.may(Permission.CATALOGUE_READ):
            from desktop.catalogue.stock import Stock

            items = tuple(_item_hit(one) for one in Stock.of(desk).find(text, MOST))
        if not desk.may(Permission.CASE_READ):
            self._show(text, items)
            return
        from desktop.shell.seeking import records

        today = business_date(desk.now())
        desk.ask(
            self, records, desk.hall.vault, desk.centre_id, text, today,
            then=lambda hits: self._show(text, (*items, *hits)), topic="seek",
        )  # fmt: skip

    def _show(self, text: str, hits: tuple[Hit, ...]) -> None:
        self._listed = text
        self.list.clear()
        group = ""
        for hit in hits:
            if hit.group != group:
                group = hit.group
                self._add(group, None, HEAD)
            self._add(hit.text, hit)
        if not hits:
            self._add(NOTHING, None)
        self._step(1)
        self._place()

    def _add(self, text: str, hit: Hit | None, kind: str = "") -> None:
        item = QListWidgetItem(text)
        item.setData(HIT, hit)
        item.setData(HIT + 1, kind)
        if hit is None:
            item.setFlags(Qt.ItemFlag.NoItemFlags)
        self.list.addItem(item)

    def _place(self) -> None:
        """Under the field, its right edge on the field's, never outside the window."""
        rows = self.list.count() * row_height() + theme.px(10)
        room = self.window().height() - theme.px(120)
        width = min(max(self.width(), theme.px(560)), self.window().width() - 24)
        self.popup.setFixedSize(width, min(rows, room))
        corner = self.mapTo(self.window(), QPoint(self.width() - width, self.height() + 4))
        self.popup.move(max(corner.x(), 12), corner.y())
        self.popup.setVisible(self.hasFocus())
        self.popup.raise_()

    def _step(self, step: int) -> None:
        """Mark the next hit in this direction."""
        at = self.list.currentRow() + step
        while 0 <= at < self.list.count():
            if self.list.item(at).data(HIT):
                self.list.setCurrentRow(at)
                return
            at += step

    def _open_marked(self) -> None:
        """Enter; what was typed since the list was made is looked for first."""
        listed = self.popup.isVisible() and self._listed == self.text().strip()
        if listed and self.list.currentItem() is not None:
            self._open(self.list.currentItem())
        else:
            self._ask()

    def _open(self, item: QListWidgetItem) -> None:
        hit = item.data(HIT)
        if hit:
            self.leave()
            self.chosen.emit(hit)

    def _build(self) -> None:
        self.popup = QFrame(self.window())
        self.popup.setObjectName("popup")
        inner = QVBoxLayout(self.popup)
        inner.setContentsMargins(4, 4, 4, 4)
        self.list = QListWidget()
        self.list.setAccessibleName("查找结果")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setItemDelegate(HitRows(self.list))
        self.list.itemClicked.connect(self._open)
        inner.addWidget(self.list)
        self.popup.hide()
        self.installEventFilter(self)


def _item_hit(found: "Found") -> Hit:
    row = found.row
    return Hit("事项", "catalogue", row.name, row.name, getattr(row, "department", "居委会不得开具"))
