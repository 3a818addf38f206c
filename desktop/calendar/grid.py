"""A year of days, twelve months, drawn by hand: one widget, one tab stop, arrows to move, Enter or click to turn a day."""

from calendar import monthrange
from datetime import date, timedelta

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from db.calendar.published import Day
from desktop.shell.theme import colour, px

COLUMNS, ROWS = 4, 3
WEEK = "一二三四五六日"
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -7, Qt.Key.Key_Down: 7}


class YearGrid(QWidget):
    """Shows a year; turns nothing by itself."""

    turned = Signal(object)  # date: the clerk wants this day the other way
    moved = Signal(object)  # date: the day under the cursor of the keyboard

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("年历，方向键移动，回车改为放假、补班或恢复")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.year = 2000
        self.today = date(2000, 1, 1)
        self.day = date(2000, 1, 1)
        self._days: dict[date, Day] = {}

    def show_year(self, year: int, days: dict[date, Day], today: date) -> None:
        """Show a year with the days that differ from the plain week."""
        if year != self.year:
            self.day = today if today.year == year else date(year, 1, 1)
        self.year, self._days, self.today = year, days, today
        self.update()
        self.moved.emit(self.day)

    def said(self, day: date) -> str:
        """What the calendar says of a day, in words."""
        exception = self._days.get(day)
        rest = day.weekday() >= 5 if exception is None else not exception.working
        name = exception.name if exception else ""
        kind = ("休" if rest else "班") if exception else ("周末" if rest else "工作日")
        return f"{day.month}月{day.day}日 周{WEEK[day.weekday()]}　{kind}{f'　{name}' if name else ''}"

    def sizeHint(self) -> QSize:
        return QSize(px(880), px(520))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _STEPS:
            self._go(self.day + timedelta(days=_STEPS[key]))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.turned.emit(self.day)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        day = self.day_at(event.position().toPoint())
        if day is not None and event.button() == Qt.MouseButton.LeftButton:
            self._go(day)
            self.turned.emit(day)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            day = self.day_at(event.pos())
            QToolTip.showText(event.globalPos(), self.said(day) if day else "", self)
            return True
        return super().event(event)

    def day_at(self, point: QPoint) -> date | None:
        """The day under a point."""
        for month in range(1, 13):
            if self._month_rect(month).contains(point):
                for number in range(1, monthrange(self.year, month)[1] + 1):
                    day = date(self.year, month, number)
                    if self.rect_of(day).contains(point):
                        return day
        return None

    def rect_of(self, day: date) -> QRect:
        """Where a day is drawn."""
        month = self._month_rect(day.month)
        head = px(44)
        width, height = month.width() // 7, (month.height() - head) // 6
        week = (day.day - 1 + date(day.year, day.month, 1).weekday()) // 7
        return QRect(month.left() + day.weekday() * width, month.top() + head + week * height, width, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for month in range(1, 13):
            self._paint_month(painter, month)
        painter.end()

    def _go(self, day: date) -> None:
        if day.year == self.year:
            self.day = day
            self.moved.emit(day)
            self.update()

    def _month_rect(self, month: int) -> QRect:
        gap = px(14)
        width, height = (self.width() - gap * (COLUMNS - 1)) // COLUMNS, (self.height() - gap * (ROWS - 1)) // ROWS
        row, column = divmod(month - 1, COLUMNS)
        return QRect(column * (width + gap), row * (height + gap), width, height)

    def _paint_month(self, painter: QPainter, month: int) -> None:
        rect = self._month_rect(month)
        painter.setFont(self._font(15, bold=True))
        painter.setPen(colour("text"))
        painter.drawText(QRect(rect.left(), rect.top(), rect.width(), px(22)), Qt.AlignmentFlag.AlignLeft, f"{month}月")
        painter.setFont(self._font(12))
        painter.setPen(colour("muted"))
        width = rect.width() // 7
        for at, name in enumerate(WEEK):
            box = QRect(rect.left() + at * width, rect.top() + px(22), width, px(20))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name)
        for number in range(1, monthrange(self.year, month)[1] + 1):
            self._paint_day(painter, date(self.year, month, number))

    def _paint_day(self, painter: QPainter, day: date) -> None:
        """Exceptions carry a word (休, 班) beside the colour."""
        rect = self.rect_of(day).adjusted(1, 1, -1, -1)
        exception = self._days.get(day)
        if exception is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("info_bg" if exception.working else "bad_bg"))
            painter.drawRoundedRect(rect, 4, 4)
        rest = day.weekday() >= 5 if exception is None else not exception.working
        painter.setFont(self._font(13, bold=exception is not None))
        painter.setPen(colour("bad" if exception and rest else "info" if exception else "faint" if rest else "text"))
        mark = "" if exception is None else " 班" if exception.working else " 休"
        wide = QFontMetrics(painter.font()).horizontalAdvance(f"{day.day}{mark}") <= rect.width()
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, f"{day.day}{mark if wide else mark.strip()}")
        if day == self.today or (day == self.day and self.hasFocus()):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour("focus" if day == self.day and self.hasFocus() else "edge"), 2))
            painter.drawRoundedRect(rect, 4, 4)

    def _font(self, size: int, *, bold: bool = False) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(px(size))
        font.setBold(bold)
        return font
