"""接待: the reception book with its steps, and the form that enters whoever comes, linked with the duty that is on now."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QPushButton, QSplitter, QVBoxLayout, QWidget
from sqlalchemy.orm import Session

from db.changes import Changes
from db.clock import business_date
from db.duty.board import today
from db.duty.notices import print_redirect
from db.duty.queries import bodies
from db.duty.rows import BodyRow, DutyRow, ReceptionRow, SlotRow
from db.duty.states import DutyState
from db.receipts.actions import Issued
from db.staff.permissions import Permission
from desktop.duty.people_pane_keys import Key, bind, listed, press
from desktop.duty.reception_book import Book
from desktop.duty.reception_detail import BUTTONS, EDIT, OPEN, PASS, REDIRECT, SLIP, TELL, Detail
from desktop.duty.reception_form import ReceptionForm
from desktop.duty.reception_form_steps import OpenForm, PassForm, RedirectForm, TellForm
from desktop.duty.today_words import begins, ends
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.widgets.words import label

if TYPE_CHECKING:
    from uuid import UUID

    from desktop.shell.printing import Printing

KINDS = frozenset({"duty_reception", "duty_slot", "duty_plan", "duty_body", "duty"})
_RELOAD_MS = 120


@dataclass(frozen=True, slots=True)
class Around:
    """What the book stands beside: the sessions of today, and the bodies to narrow by."""

    slots: tuple[SlotRow, ...] = ()
    bodies: tuple[BodyRow, ...] = ()


def look_around(session: Session, centre_id: "UUID", day: date) -> Around:
    """Sessions and bodies; for a worker."""
    return Around(today(session, centre_id, day), bodies(session, centre_id, idle=True))


def on_now(slots: tuple[SlotRow, ...], now: datetime) -> tuple[SlotRow, DutyRow] | None:
    """Who receives at this moment: of the sessions that are on, somebody who has come."""
    running = [slot for slot in slots if not slot.cancelled and begins(slot) <= now < ends(slot)]
    for slot in running:
        for duty in slot.duties:
            if duty.state is DutyState.ARRIVED:
                return slot, duty
    return None


class ReceptionPane(QWidget):
    """Ctrl+N enters, everything else is done with the entry the cursor is on."""

    def __init__(self, desk: Desk, printing: "Printing | None" = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.printing = desk, printing
        self.around = Around()
        self.dialog: QDialog | None = None
        self.book, self.detail = Book(desk), Detail(desk)
        self.new_button = QPushButton("登记接待（Ctrl+N）")
        self.new_button.setObjectName("primary")
        self.new_button.setEnabled(desk.may(Permission.DUTY_ATTEND))
        self.now_label = label("", "hint", wrap=True)
        self._soon = QTimer(self, singleShot=True, interval=_RELOAD_MS)
        self._soon.timeout.connect(self.refresh)
        self._lay_out()
        self.new_button.clicked.connect(self.enter)
        self.book.picked.connect(self.detail.show_row)
        self.book.opened.connect(lambda _: self.press(OPEN))
        self.detail.wanted.connect(self.press)
        steps = tuple((key, title, partial(self.press, name)) for name, title, key, _ in BUTTONS)
        bind(self, (*self._keys(), *steps))

    # ---- what the page calls

    def refresh(self) -> None:
        """Read the book and the day anew."""
        self.book.reload()
        day = business_date(self.desk.now())
        self.desk.ask(self, look_around, self.desk.centre_id, day, then=self._show, topic="around")

    def changed(self, changes: Changes) -> None:
        """Something was committed."""
        if any(change.kind in KINDS for change in changes) and not self._soon.isActive():
            self._soon.start()

    def keys(self) -> list[tuple[str, str]]:
        """Every key of the pane."""
        steps = [(key, f"{title.removesuffix('…')}（能办时）") for _, title, key, _ in BUTTONS]
        return [*listed(self._keys()), ("回车", "查看光标所在登记的完整内容（要写原因）"), *steps]

    def scanned(self, text: str) -> bool:
        """Codes are another pane's matter."""
        return False

    # ---- what somebody does

    def enter(self) -> None:
        """A new entry, at the duty that is on now."""
        now = on_now(self.around.slots, self.desk.now())
        self._open(
            ReceptionForm(
                self.desk, self.around.slots, slot_id=now[0].id if now else None,
                receiver_id=now[1].member_id if now else None, parent=self,
            )
        )  # fmt: skip

    def press(self, name: str) -> None:
        """Take a step with the chosen entry, if it can be taken."""
        row = self.detail.row
        if row is None or name not in self.detail.can:
            return
        if name == SLIP:
            self._print(row)
            return
        forms = {PASS: PassForm, TELL: TellForm, REDIRECT: RedirectForm, OPEN: OpenForm}
        if name == EDIT:
            self._open(ReceptionForm(self.desk, self.around.slots, row=row, parent=self))
        else:
            self._open(forms[name](self.desk, row, self))

    def _print(self, row: ReceptionRow) -> None:
        def told(issued: Issued) -> None:
            self.desk.messages.info(f"引导单 {issued.number} 已送打印。")

        self.desk.do(self, print_redirect, reception_id=row.id, then=told)

    # ---- how it is put together

    def _show(self, around: Around) -> None:
        self.around = around
        self.book.show_bodies(around.bodies)
        now = on_now(around.slots, self.desk.now())
        self.now_label.setText(
            f"现在接待：{now[1].member_name}　{now[0].body_name}　{now[0].room_name}"
            if now
            else "现在没有到岗的轮值人员"
        )

    def _lay_out(self) -> None:
        self.book.top.addWidget(self.new_button)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addWidget(self.book, 1)
        column.addWidget(self.now_label)
        self.detail.setMinimumWidth(theme.px(270))
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(left)
        split.addWidget(self.detail)
        split.setStretchFactor(0, 1)
        split.setSizes([theme.px(860), theme.px(290)])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(10), theme.px(10), theme.px(10), theme.px(8))
        layout.addWidget(split)
        self.setFocusProxy(self.book.table)

    def _keys(self) -> tuple[Key, ...]:
        return (
            ("Ctrl+N", "登记接待", press(self.new_button)),
            ("Ctrl+F", "查找登记", self._seek),
            ("F3", "到登记簿", self.book.table.setFocus),
        )

    def _seek(self) -> None:
        self.book.seek.setFocus()
        self.book.seek.selectAll()

    def _open(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(lambda _: self._closed(dialog))
        self.dialog = dialog
        dialog.open()

    def _closed(self, dialog: QDialog) -> None:
        if self.dialog is dialog:
            self.dialog = None
