"""今日: who is on duty in which room, from when to when, arrived or not (找得到人、找得准人); signing in and out."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLabel, QPushButton, QSplitter, QVBoxLayout, QWidget
from sqlalchemy.orm import Session

from db.changes import Changes
from db.clock import business_date
from db.duty.board import received_in
from db.duty.board import today as sessions_of
from db.duty.rows import DutyRow, SlotRow
from desktop.duty.board_words import day_text
from desktop.duty.people_pane_keys import Key, bind, listed, press
from desktop.duty.sign_in import BUTTONS, SignPane
from desktop.duty.sign_in_acts import SignActs
from desktop.duty.stand_form import StandForm
from desktop.duty.today_card import DutyLine, SlotCard
from desktop.duty.today_words import first_to_mind, next_up, tally
from desktop.rooms.fields import date_field, pydate, qdate
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.widgets.badge import Badge
from desktop.widgets.form import scrolled
from desktop.widgets.words import EmptyHint, label

if TYPE_CHECKING:
    from desktop.shell.printing import Printing

KINDS = frozenset({"duty", "duty_slot", "duty_plan", "duty_member", "duty_seat", "duty_stand", "duty_reception"})
CLOCK_MS = 30_000
_RELOAD_MS = 120


@dataclass(frozen=True, slots=True)
class Day:
    """The sessions of a day, and how many people the reception book has for each."""

    slots: tuple[SlotRow, ...]
    received: tuple[tuple[UUID, int], ...]


def look_at_day(session: Session, centre_id: UUID, day: date) -> Day:
    """What the board shows; for a worker."""
    return Day(sessions_of(session, centre_id, day), tuple(received_in(session, centre_id, day).items()))


class TodayPane(QWidget):
    """Left the board, right what can be done with whoever the cursor is on. A duty card may be scanned at any moment."""

    hit = Signal(object, int)  # MemberRow, published duties that a leave has opened

    def __init__(self, desk: Desk, printing: "Printing | None" = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.printing = desk, printing
        self.slots: tuple[SlotRow, ...] | None = None
        self.received: dict[UUID, int] = {}
        self.chosen: UUID | None = None
        self.dialog: QDialog | None = None
        self.lines: list[DutyLine] = []
        self.acts = SignActs(self)
        self._soon = QTimer(self, singleShot=True, interval=_RELOAD_MS)
        self._soon.timeout.connect(self.refresh)
        self._clock = QTimer(self, interval=CLOCK_MS)
        self._clock.timeout.connect(self._tick)
        self._clock.start()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("今日轮值")
        self._make()
        self._lay_out()
        self._connect()
        bind(self, (*self._keys(), *self._step_keys()))

    # ---- what the page calls

    def refresh(self) -> None:
        """Read the day anew."""
        self.desk.ask(self, look_at_day, self.desk.centre_id, self.shown_day(), then=self._read, topic="day")

    def changed(self, changes: Changes) -> None:
        """Something was committed."""
        if any(change.kind in KINDS for change in changes) and not self._soon.isActive():
            self._soon.start()

    def keys(self) -> list[tuple[str, str]]:
        """Every key of the pane."""
        steps = [(key, f"{title.removesuffix('…')}（能办时）") for _, title, key, _ in BUTTONS]
        return [*listed(self._keys()), ("↑ / ↓", "上一个人、下一个人"), *steps, ("扫码", "扫轮值证：到岗、离岗")]

    def scanned(self, text: str) -> bool:
        """A duty card signs in whoever it belongs to, and later out, whatever is shown."""
        return self.acts.scanned(text)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keys go to whoever is chosen."""
        super().focusInEvent(event)
        self.focus_line()

    # ---- what is shown

    def shown_day(self) -> date:
        """The day on the board."""
        return pydate(self.day)

    def show_day(self, day: date) -> None:
        """Another day."""
        self.day.setDate(qdate(day))

    def duty(self, duty_id: UUID | None) -> tuple[SlotRow, DutyRow] | None:
        """A duty of the day with its session."""
        return next(((slot, duty) for slot in self.slots or () for duty in slot.duties if duty.id == duty_id), None)

    def choose(self, duty_id: UUID) -> None:
        """Put the cursor on somebody."""
        self.chosen = duty_id
        for line in self.lines:
            line.show_current(line.duty_id == duty_id)
        found = self.duty(duty_id)
        if found is not None:
            self.pane.show_duty(found[1], found[0])

    def focus_line(self) -> None:
        """Give the keys to the line of whoever is chosen."""
        for line in self.lines:
            if line.duty_id == self.chosen:
                line.setFocus()
                self.area.ensureWidgetVisible(line)

    def enter_leave(self) -> None:
        """The form for a phone call."""
        form = StandForm(self.desk, None, self)
        form.hit.connect(self.hit)
        self.open_dialog(form)

    def open_dialog(self, dialog: QDialog) -> None:
        """Show a dialog over the pane."""
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(lambda _: self._closed(dialog))
        self.dialog = dialog
        dialog.open()

    def print_signs(self) -> None:
        """Door signs and other papers of the day."""
        from desktop.duty.outputs import What, open_outputs

        found = self.duty(self.chosen)
        room = found[0].room_id if found else None
        self.dialog = open_outputs(self, self.desk, self.printing, what=What.DOOR, room_id=room, day=self.shown_day())

    # ---- how it is put together

    def _read(self, day: Day) -> None:
        self.received = dict(day.received)
        self._show(day.slots)

    def _show(self, slots: tuple[SlotRow, ...]) -> None:
        self.slots = slots
        now = self.desk.now()
        had_focus = self.window().focusWidget() in (self, *self.lines)  # itself, as long as there was nobody
        for line in self.lines:
            line.picked.disconnect()  # a line that goes hands its focus to the next one: nobody has chosen that
        while (item := self._cards.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.lines = []
        for slot in slots:
            card = SlotCard(slot, now, self.received.get(slot.id, 0))
            self._cards.addWidget(card)
            self.lines += card.lines
        self._connect_lines()
        self.empty.setVisible(not slots)
        self.area.setVisible(bool(slots))
        self._show_head()
        if self.duty(self.chosen) is None:
            first = first_to_mind(slots, now)
            self.chosen = first.id if first else self.lines[0].duty_id if self.lines else None
        if self.chosen is not None:
            self.choose(self.chosen)
        else:
            self.pane.show_nobody()
        if had_focus:
            self.focus_line()

    def _show_head(self) -> None:
        slots, now = self.slots or (), self.desk.now()
        is_today = self.shown_day() == business_date(now)
        title, text = next_up(slots, now) if is_today else (day_text(self.shown_day()), "")
        self.next_title.setText(title)
        self.next_text.setText(text)
        self.next_text.setVisible(bool(text))
        while (item := self._tally.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for name, count, tone in tally(slots):
            self._tally.addWidget(Badge(f"{name} {count}", tone, shape=bool(tone)), 0, Qt.AlignmentFlag.AlignVCenter)
        self.today_button.setEnabled(not is_today)

    def _connect_lines(self) -> None:
        for line in self.lines:
            line.picked.connect(self.choose)
            line.opened.connect(self.acts.enter)
            line.moved.connect(self._move)

    def _move(self, step: int) -> None:
        at = next((at for at, line in enumerate(self.lines) if line.duty_id == self.chosen), 0)
        if 0 <= at + step < len(self.lines):
            self.choose(self.lines[at + step].duty_id)
            self.focus_line()

    def _tick(self) -> None:
        """Late, next and over change with the clock alone."""
        if self.isVisible() and self.slots is not None and self.dialog is None:
            self._show(self.slots)

    def _closed(self, dialog: QDialog) -> None:
        if self.dialog is dialog:
            self.dialog = None
            self.focus_line()

    def _turn(self, days: int) -> None:
        self.show_day(self.shown_day() + timedelta(days=days))

    def _make(self) -> None:
        self.day = date_field(business_date(self.desk.now()), "日期")
        self.before, self.after = QPushButton("‹"), QPushButton("›")
        for button, name in ((self.before, "前一天（PgUp）"), (self.after, "后一天（PgDown）")):
            button.setAccessibleName(name)
            button.setToolTip(name)
        self.today_button = QPushButton("今天")
        self.print_button, self.leave_button = QPushButton("门牌和打印…（Ctrl+P）"), QPushButton("登记请假（Ctrl+G）")
        theme.dress(self.print_button, "fa6s.print")
        self.next_title, self.next_text = QLabel(), label("", "nextStep", wrap=True, select=True)
        self.next_title.setObjectName("figure")
        self.pane = SignPane(self.desk)
        self.empty = EmptyHint(
            "这一天没有公示的轮值", "轮值表公示以后，当天谁在哪个房间会显示在这里。\n到“排班”里新建、排好并公示轮值表。"
        )

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        for widget in (self.before, self.day, self.after, self.today_button):
            top.addWidget(widget)
        top.addStretch(1)
        top.addWidget(self.leave_button)
        top.addWidget(self.print_button)
        banner = QFrame()
        banner.setObjectName("card")
        words, head = QVBoxLayout(banner), QHBoxLayout()
        words.setContentsMargins(theme.px(14), theme.px(8), theme.px(14), theme.px(8))
        words.setSpacing(theme.px(2))
        self._tally = QHBoxLayout()
        self._tally.setSpacing(theme.px(6))
        head.addWidget(self.next_title, 1)
        head.addLayout(self._tally)
        words.addLayout(head)
        words.addWidget(self.next_text)
        body = QWidget()
        inner = QVBoxLayout(body)
        inner.setContentsMargins(0, 0, theme.px(4), 0)
        self._cards = QVBoxLayout()
        self._cards.setSpacing(theme.px(8))
        inner.addLayout(self._cards)
        inner.addStretch(1)
        self.area = scrolled(body)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addWidget(banner)
        column.addWidget(self.area, 1)
        column.addWidget(self.empty, 1)
        self.pane.setMinimumWidth(theme.px(290))
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(left)
        split.addWidget(scrolled(self.pane))
        split.setStretchFactor(0, 1)
        split.setSizes([theme.px(840), theme.px(310)])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(10), theme.px(10), theme.px(10), theme.px(8))
        layout.setSpacing(theme.px(8))
        layout.addLayout(top)
        layout.addWidget(split, 1)
        self.empty.hide()  # until it is known that there is nobody
        self.today_button.setEnabled(False)

    def _connect(self) -> None:
        self.day.dateChanged.connect(self.refresh)
        self.before.clicked.connect(lambda: self._turn(-1))
        self.after.clicked.connect(lambda: self._turn(1))
        self.today_button.clicked.connect(lambda: self.show_day(business_date(self.desk.now())))
        self.leave_button.clicked.connect(self.enter_leave)
        self.print_button.clicked.connect(self.print_signs)
        self.pane.wanted.connect(self.acts.press)
        self.pane.phone_wanted.connect(self.acts.show_phone)

    def _keys(self) -> tuple[Key, ...]:
        return (
            ("F3", "到轮值名单", self.focus_line),
            ("PgUp", "前一天", press(self.before)),
            ("PgDown", "后一天", press(self.after)),
            ("Ctrl+T", "回到今天", press(self.today_button)),
            ("Ctrl+G", "登记请假和意愿", press(self.leave_button)),
            ("Ctrl+P", "门牌和打印", press(self.print_button)),
            ("Alt+T", "查看手机（要写原因）", self.acts.show_phone),
        )

    def _step_keys(self) -> tuple[Key, ...]:
        return tuple(
            (key, title, lambda name=name: self.acts.press(name)) for name, title, key, _ in BUTTONS if key != "回车"
        )
