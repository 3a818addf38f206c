"""The search box of the window (Ctrl+K): items, cases (number, person, external number), receipts; grouped, by keyboard."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget
from sqlalchemy.orm import Session

from db.cases import finding
from db.cases.status import STATUS_TITLES
from db.clock import business_date
from db.people import queries as people
from db.receipts import queries as receipts
from db.receipts.queries import ReceiptFilter
from db.staff.permissions import Permission
from db.vault import Vault
from desktop.shell import theme
from desktop.shell.desk import Desk

if TYPE_CHECKING:
    from db.catalogue.shelf import Found

WAIT_MS = 120
MOST = 6


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: the page that shows it, what that page is told, and what the clerk reads."""

    group: str
    place: str
    wanted: str
    text: str


class SeekBox(QLineEdit):
    """The field. Down goes into the list, Enter opens the first hit, Esc leaves it."""

    chosen = Signal(object)  # Hit

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setPlaceholderText("查找事项、办件、回执、姓名、证件号　Ctrl+K")
        self.setAccessibleName("到处查找")
        self.setClearButtonEnabled(True)
        self.popup = QFrame(parent.window())
        self.popup.setObjectName("panel")
        inner = QVBoxLayout(self.popup)
        inner.setContentsMargins(4, 4, 4, 4)
        self.list = QListWidget()
        self.list.setAccessibleName("查找结果")
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        inner.addWidget(self.list)
        self.popup.hide()
        self._timer = QTimer(self, singleShot=True, interval=WAIT_MS)
        self._timer.timeout.connect(self._ask)
        self.textEdited.connect(self._typed)
        self.returnPressed.connect(self._open_first)
        self.list.itemActivated.connect(self._open)
        self.list.itemClicked.connect(self._open)
        self.installEventFilter(self)
        self.list.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape and (self.popup.isVisible() or self.text()):
                self.leave()
                return True
            if watched is self and event.key() == Qt.Key.Key_Down and self.popup.isVisible():
                self.list.setFocus()
                self._step_to_first()
                return True
        if event.type() == QEvent.Type.FocusOut and not self.list.hasFocus() and not self.hasFocus():
            QTimer.singleShot(0, self._hide_when_left)
        return False

    def leave(self) -> None:
        """Empty the field and close the list."""
        self.clear()
        self.popup.hide()
        self.clearFocus()

    def _typed(self, text: str) -> None:
        if text.strip():
            self._timer.start()
        else:
            self._timer.stop()
            self.popup.hide()

    def _ask(self) -> None:
        text, desk = self.text().strip(), self._desk
        if not text or desk.actor is None:
            return
        items: tuple[Hit, ...] = ()
        if desk.may(Permission.CATALOGUE_READ):
            from desktop.catalogue.stock import Stock

            found = Stock.of(desk).find(text, MOST)
            items = tuple(_item_hit(one) for one in found)
        if not desk.may(Permission.CASE_READ):
            self._show(items)
            return
        vault, today = desk.hall.vault, business_date(desk.now())
        desk.ask(
            self,
            records,
            vault,
            desk.centre_id,
            text,
            today,
            then=lambda hits: self._show((*items, *hits)),
            topic="seek",
        )

    def _show(self, hits: tuple[Hit, ...]) -> None:
        self.list.clear()
        group = ""
        for hit in hits:
            if hit.group != group:
                group = hit.group
                head = QListWidgetItem(group)
                head.setFlags(Qt.ItemFlag.NoItemFlags)
                self.list.addItem(head)
            item = QListWidgetItem(f"　{hit.text}")
            item.setData(Qt.ItemDataRole.UserRole, hit)
            self.list.addItem(item)
        if not hits:
            nothing = QListWidgetItem("没有找到。可以输入事项名、俗称、拼音首字母、办件编号、姓名或证件号。")
            nothing.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(nothing)
        self._place()

    def _place(self) -> None:
        row = theme.px(30)
        self.popup.setFixedSize(max(self.width(), theme.px(420)), min(self.list.count() * row + 20, theme.px(420)))
        self.popup.move(self.mapTo(self.window(), QPoint(0, self.height() + 4)))
        self.popup.setVisible(self.hasFocus() or self.list.hasFocus())
        self.popup.raise_()

    def _step_to_first(self) -> None:
        for at in range(self.list.count()):
            if self.list.item(at).data(Qt.ItemDataRole.UserRole):
                self.list.setCurrentRow(at)
                return

    def _open_first(self) -> None:
        for at in range(self.list.count()):
            if self.popup.isVisible() and self.list.item(at).data(Qt.ItemDataRole.UserRole):
                self._open(self.list.item(at))
                return

    def _open(self, item: QListWidgetItem) -> None:
        hit = item.data(Qt.ItemDataRole.UserRole)
        if hit:
            self.leave()
            self.chosen.emit(hit)

    def _hide_when_left(self) -> None:
        if not self.hasFocus() and not self.list.hasFocus():
            self.popup.hide()


def records(session: Session, vault: Vault, centre_id: UUID, text: str, today: date) -> tuple[Hit, ...]:
    """Cases, receipts and people that a text means; people lead to their cases."""
    cases = [
        Hit("办件", "cases", row.number, f"{row.number}　{row.item_name}　{row.applicant}　{STATUS_TITLES[row.status]}")
        for row in finding.find(session, vault, centre_id, text, today)[:MOST]
    ]
    papers = [
        Hit("回执", "receipts", row.number, f"{row.number}　{row.item_name}")
        for row in receipts.receipts(session, centre_id, ReceiptFilter(text=text), today, limit=MOST)
    ]
    known = people.find_by_name(session, vault, centre_id, text) if len(text) > 1 else ()
    persons = [Hit("人员", "cases", row.name, f"{row.name}　{row.id_masked}") for row in known[:MOST]]
    return (*cases, *papers, *persons)


def _item_hit(found: "Found") -> Hit:
    row = found.row
    department = getattr(row, "department", "居委会不得开具")
    return Hit("事项", "catalogue", row.name, f"{row.name}　{department}")
