"""A month at a glance: what takes place each day, and how full the rooms are; a day opens by click or Enter."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from db.clock import business_date, local
from db.rooms.board import Board
from db.rooms.queries import BookingRow, RoomRow
from db.rooms.rules import Taken
from desktop.rooms.look import mixed, paint_band, use_colour
from desktop.rooms.words import WEEKDAYS, day_text
from desktop.shell import theme


class MonthGrid(QWidget):
    """Six weeks, Monday first."""

    day_wanted = Signal(object)  # date

    def __init__(self, clock: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.clock = clock
        self.first = business_date(clock()).replace(day=1)
        self.cursor_day = business_date(clock())
        self._by_day: dict[date, list[BookingRow]] = {}
        self._closed: dict[date, int] = {}
        self._duties: dict[date, int] = {}
        self._rooms = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("月历")
        theme.watch.changed.connect(self.update)

    def show_month(self, board: Board, rooms: tuple[RoomRow, ...], day: date) -> None:
        """Show the month of a day; bookings of the given rooms."""
        self.first, self.cursor_day, self._rooms = day.replace(day=1), day, len(rooms)
        shown = {room.id for room in rooms}
        self._by_day, self._closed, self._duties = {}, {}, {}
        for row in board.bookings:
            if row.room_id in shown:
                self._by_day.setdefault(local(row.starts_at).date(), []).append(row)
        for closed in board.closures:
            at = local(closed.starts_at).date()
            if closed.kind is Taken.DUTY:
                self._duties[at] = self._duties.get(at, 0) + (closed.room_id in shown)
                continue
            while closed.room_id in shown and at <= local(closed.ends_at - timedelta(seconds=1)).date():
                self._closed[at] = self._closed.get(at, 0) + 1
                at += timedelta(days=1)
        self._tell()
        self.update()

    @property
    def monday(self) -> date:
        """The first day that is drawn."""
        return self.first - timedelta(days=self.first.weekday())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("surface"))
        font = QFont(self.font())
        font.setPixelSize(theme.px(12))
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        painter.setPen(theme.colour("muted"))
        for column, name in enumerate(WEEKDAYS):
            area = QRectF(column * self.width() / 7, 0, self.width() / 7, theme.px(26))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, f"周{name}")
        for number in range(42):
            self._paint_day(painter, metrics, self.monday + timedelta(days=number))

    def _paint_day(self, painter: QPainter, metrics: QFontMetricsF, day: date) -> None:
        area = self._cell(day)
        inside, today = day.month == self.first.month, day == business_date(self.clock())
        painter.fillRect(area, theme.colour("surface" if inside else "bg"))
        painter.setPen(theme.colour("line"))
        painter.drawRect(area)
        rows = self._by_day.get(day, [])
        line = metrics.height() + 3
        top = QRectF(area.left() + 6, area.top() + 3, area.width() - 12, line)
        painter.setPen(theme.colour("accent" if today else "text" if inside else "faint"))
        note = "今天" if today else ""
        closed = f"停用 {self._closed[day]} 间" if day in self._closed else ""
        date_text = f"{day.day} {note}"
        painter.drawText(top, Qt.AlignmentFlag.AlignLeft, date_text)
        painter.setPen(theme.colour("muted"))
        duties = f"轮值 {self._duties[day]} 班" if self._duties.get(day) else ""
        counts = [told for told in (closed, duties, f"{len(rows)} 场" if rows else "") if told]
        left = top.width() - metrics.horizontalAdvance(date_text) - 4
        while counts and metrics.horizontalAdvance("　".join(counts)) > left:
            counts.pop(0)  # the number of bookings stands longest
        painter.drawText(top, Qt.AlignmentFlag.AlignRight, "　".join(counts))
        y = top.bottom() + 1
        fits = int((area.bottom() - y) // line)
        for at, row in enumerate(rows):
            if at == fits - 1 and len(rows) > fits:
                painter.setPen(theme.colour("muted"))
                painter.drawText(QRectF(area.left() + 6, y, area.width() - 12, line), f"还有 {len(rows) - at} 场")
                break
            if at >= fits:
                break
            chip = QRectF(area.left() + 4, y, area.width() - 8, line - 2)
            painter.fillRect(chip, mixed(use_colour(row.use), 0.16))
            paint_band(painter, QRectF(chip.left(), chip.top(), 6, chip.height()), row.use)
            painter.setPen(theme.colour("text"))
            told = f"{local(row.starts_at):%H:%M} {row.borrower}"
            told = metrics.elidedText(told, Qt.TextElideMode.ElideRight, chip.width() - 12)
            painter.drawText(chip.adjusted(9, 0, -2, 0), Qt.AlignmentFlag.AlignVCenter, told)
            y += line
        if day == self.cursor_day and self.hasFocus():
            painter.setPen(QPen(theme.colour("focus"), 2))
            painter.drawRect(area.adjusted(2, 2, -2, -2))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for number in range(42):
            day = self.monday + timedelta(days=number)
            if self._cell(day).contains(event.position()):
                self.cursor_day = day
                self._tell()
                self.update()
                return

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.day_wanted.emit(self.cursor_day)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -7, Qt.Key.Key_Down: 7}
        key = Qt.Key(event.key())
        if key in steps:
            day = self.cursor_day + timedelta(days=steps[key])
            if self.monday <= day < self.monday + timedelta(days=42):
                self.cursor_day = day
                self._tell()
                self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.day_wanted.emit(self.cursor_day)
        else:
            super().keyPressEvent(event)

    def _tell(self) -> None:
        count = len(self._by_day.get(self.cursor_day, []))
        self.setAccessibleName(f"{day_text(self.cursor_day)}，{count} 场")

    def _cell(self, day: date) -> QRectF:
        number = (day - self.monday).days
        head = theme.px(26)
        width, height = self.width() / 7, (self.height() - head) / 6
        return QRectF(number % 7 * width, head + number // 7 * height, width, height)
