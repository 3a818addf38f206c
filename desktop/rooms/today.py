"""Today's board (今日): which room, what, who, until when; duties and closures too, and what takes a part of a room."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from db.clock import local
from db.rooms.board import Seen
from db.rooms.queries import BookingRow, RoomRow
from db.rooms.rules import Taken
from db.rooms.states import STATE_NAMES, BookingState
from desktop.rooms.link_line import LinkLine
from desktop.rooms.look import TONES
from desktop.rooms.words import span_text, told
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.widgets.badge import Badge
from desktop.widgets.form import scrolled
from desktop.widgets.words import label

FOLLOWING = 2
"""So many of those that come next are named."""


@dataclass(frozen=True, slots=True)
class Use:
    """What takes a room for a while today: `state` is the word and the tone of its badge, `booking` its own booking."""

    starts_at: datetime
    ends_at: datetime
    text: str
    state: tuple[str, str]
    booking: BookingRow | None = None


def uses_of(room: RoomRow, seen: Seen, now: datetime) -> tuple[Use, ...]:
    """What has the room now or later today, in order."""
    found = [use for use in _uses(room, seen) if use.ends_at > now]
    return tuple(sorted(found, key=lambda use: (use.starts_at, use.booking is None)))


def _current(uses: tuple[Use, ...], now: datetime) -> Use | None:
    return next((use for use in uses if use.starts_at <= now), None)


def _uses(room: RoomRow, seen: Seen) -> Iterator[Use]:
    reach = {other.id: other for other in seen.board.reach(room)}
    for row in seen.today:
        if row.room_id == room.id and row.state is not BookingState.DONE:
            text = f"{row.borrower}　{row.purpose}".strip()
            yield Use(row.starts_at, row.ends_at, text, _state(row, seen), row)
        elif row.room_id in reach and row.room_id != room.id and row.state is not BookingState.DONE:
            yield Use(row.starts_at, row.ends_at, f"{reach[row.room_id].name}已借出", ("相连房间占用", ""))
    for closed in seen.closed_today:
        if closed.room_id in reach:
            duty = closed.kind is Taken.DUTY
            yield Use(closed.starts_at, closed.ends_at, closed.label, ("轮值", "info") if duty else ("停用", "bad"))


def _state(row: BookingRow, seen: Seen) -> tuple[str, str]:
    if row.state is BookingState.BOOKED:
        return "等候签到", "warn"
    return STATE_NAMES[row.state], "warn" if row.id in seen.board.late else TONES[row.state]


class TodayBoard(QWidget):
    """The centre's own rooms, a card each: what is in it now, what comes next, or that it is free."""

    chosen = Signal(object)  # BookingRow

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self._told: list[tuple[RoomRow, tuple[Use, ...], Use | None]] = []
        self._cards = QVBoxLayout()
        self._cards.setSpacing(theme.px(6))
        body = QWidget()
        inner = QVBoxLayout(body)
        inner.setContentsMargins(theme.px(8), theme.px(8), theme.px(8), theme.px(8))
        inner.addLayout(self._cards)
        inner.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolled(body))

    def show_today(self, seen: Seen) -> None:
        """Show it as it was read; cards are made anew only where somebody would see a difference."""
        now = self.desk.now()
        own = [room for room in seen.board.rooms if room.centre_id == self.desk.centre_id]
        cards = [(room, uses, _current(uses, now)) for room in own for uses in [uses_of(room, seen, now)]]
        if cards == self._told:
            return
        self._told = cards
        while (item := self._cards.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for room, uses, current in cards:
            self._cards.addWidget(self._card(room, uses, current))

    def _card(self, room: RoomRow, uses: tuple[Use, ...], current: Use | None) -> QFrame:
        now = self.desk.now()
        following = [use for use in uses if use.starts_at > now]
        frame = QFrame()
        frame.setObjectName("card")
        box = QVBoxLayout(frame)
        box.setContentsMargins(theme.px(10), theme.px(6), theme.px(10), theme.px(6))
        head = QHBoxLayout()
        head.addWidget(label(room.name, "sectionTitle"), 1)
        word, tone = current.state if current is not None else ("空闲", "")
        head.addWidget(Badge(word, tone, shape=True))  # type: ignore[arg-type]
        box.addLayout(head)
        if current is not None:
            box.addWidget(self._line(current, f"至 {local(current.ends_at):%H:%M}　{current.text}"))
        for use in following[:FOLLOWING]:
            box.addWidget(self._line(use, f"{span_text(use.starts_at, use.ends_at)}　{use.text}"))
        if not uses:
            box.addWidget(label("今天没有后续安排", "hint"))
        return frame

    def _line(self, use: Use, text: str) -> QWidget:
        if use.booking is None:
            return label(text, "hint", wrap=True)
        button = LinkLine(text)
        button.setToolTip(told(use.booking, None))
        button.clicked.connect(lambda: self.chosen.emit(use.booking))
        return button
