"""Utilisation (使用率): a bar for each room, weekdays by hours as a heat map, and the figures as a spreadsheet."""

from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from db.clock import business_date
from db.rooms.exporting import write_utilisation
from db.rooms.utilisation import Utilisation, utilisation
from desktop.rooms.fields import date_field, pydate
from desktop.rooms.fitting import open_at
from desktop.rooms.look import mixed, paint_band, use_colour
from desktop.rooms.words import WEEKDAYS
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.shell.work import Progress
from desktop.widgets.words import label

FIRST_HOUR, LAST_HOUR = 7, 22


class UtilisationDialog(QDialog):
    """Choose the days; everything follows."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.setWindowTitle("房间使用率")
        today = business_date(desk.now())
        self.first = date_field(today.replace(day=1), "从")
        self.last = date_field((today.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1), "到")
        self.found: Utilisation | None = None
        self.figures = label("", "nextStep", wrap=True)
        self.bars, self.heat = BarChart(), HeatMap()
        self.export_button = QPushButton("导出表格…")
        theme.dress(self.export_button, "fa6s.file-excel")
        self.export_button.setEnabled(False)
        top = QHBoxLayout()
        for widget in (QLabel("从"), self.first, QLabel("到"), self.last):
            top.addWidget(widget)
        top.addStretch(1)
        top.addWidget(self.export_button)
        layout = QVBoxLayout(self)
        layout.addLayout(top)
        layout.addWidget(self.figures)
        layout.addWidget(self.bars, 3)
        layout.addWidget(label("什么时候用得多（场地小时）", "sectionTitle"))
        layout.addWidget(self.heat, 2)
        self.first.dateChanged.connect(self.reload)
        self.last.dateChanged.connect(self.reload)
        self.export_button.clicked.connect(self._export)
        open_at(self, 920, 640)
        self.reload()

    def reload(self) -> None:
        """Count the days chosen."""
        first, last = pydate(self.first), pydate(self.last)
        if first <= last:
            self.desk.ask(self, utilisation, self.desk.centre_id, first, last, then=self._show, topic="count")
        else:
            self.figures.setText("截止日期不能早于开始日期。")

    def _show(self, found: Utilisation) -> None:
        self.found = found
        self.export_button.setEnabled(True)
        booked, opened = found.booked_hours, found.open_hours
        office = f"办公 {found.office_area:g} ㎡ : 服务 {found.service_area:g} ㎡"
        self.figures.setText(
            f"预约 {booked:,.1f} 小时 / 开放 {opened:,.1f} 小时 = {booked / opened if opened else 0:.1%}　　"
            f"{sum(r.bookings for r in found.rooms):,} 场　　未到率 {found.no_show_rate:.1%}　　{office}"
        )
        self.bars.show_use(found)
        self.heat.show_heat(found.heat)

    def _export(self) -> None:
        name = f"房间使用率 {pydate(self.first):%Y-%m-%d} 至 {pydate(self.last):%Y-%m-%d}.xlsx"
        dialog = QFileDialog(self, "导出使用率", name, "表格 (*.xlsx)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("xlsx")
        dialog.fileSelected.connect(lambda chosen: self.export_to(Path(chosen)))
        dialog.open()

    def export_to(self, path: Path) -> None:
        """Write the figures shown to a spreadsheet."""
        found = self.found
        assert found is not None

        def write(_progress: Progress) -> Path:
            return write_utilisation(path, found)

        self.desk.job(
            self, write, title="导出使用率", then=lambda file: self.desk.messages.info(f"使用率已导出：{file}")
        )


class BarChart(QWidget):
    """Left the rooms (share of the open hours), right the uses (hours)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found: Utilisation | None = None
        self.setMinimumHeight(theme.px(220))

    def show_use(self, found: Utilisation) -> None:
        """Show other figures."""
        self._found = found
        self.setAccessibleName("；".join(f"{room.name} {room.share:.0%}" for room in found.rooms))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        font = self.font()
        font.setPixelSize(theme.px(13))
        painter.setFont(font)
        if self._found is None:
            return
        middle = self.width() * 0.6
        rooms = [
            (f"{r.number} {r.name}", r.share, f"{r.share:.0%}　{_hours(r.booked_hours)}{_times(r.bookings)}", "")
            for r in self._found.rooms
        ]
        most = max((hours for _, hours in self._found.by_use), default=1.0)
        uses = [(use, hours / most, _hours(hours), use) for use, hours in self._found.by_use]
        self._bars(painter, QRectF(0, 0, middle - 20, self.height()), rooms)
        self._bars(painter, QRectF(middle, 0, self.width() - middle, self.height()), uses)

    def _bars(self, painter: QPainter, area: QRectF, rows: list[tuple[str, float, str, str]]) -> None:
        high = min(area.height() / max(len(rows), 1), theme.px(34))
        names = area.width() * 0.34
        words = max((painter.fontMetrics().horizontalAdvance(row[2]) for row in rows), default=0) + 12
        for at, (name, share, told, use) in enumerate(rows):
            y = area.top() + at * high
            painter.setPen(theme.colour("text"))
            metrics = painter.fontMetrics()
            text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(names - 8))
            painter.drawText(QRectF(area.left(), y, names - 8, high), Qt.AlignmentFlag.AlignVCenter, text)
            full = QRectF(area.left() + names, y + high * 0.2, area.width() - names - words, high * 0.6)
            painter.fillRect(full, theme.colour("disabled"))
            bar = QRectF(full.left(), full.top(), full.width() * min(share, 1), full.height())
            if use:
                paint_band(painter, bar, use)
            else:
                painter.fillRect(bar, mixed(use_colour("居有所乐"), 0.45))
            painter.setPen(theme.colour("text"))
            painter.drawText(QRectF(full.right() + 8, y, words - 8, high), Qt.AlignmentFlag.AlignVCenter, told)


def _hours(hours: float) -> str:
    """To a tenth: a booking may end at any minute."""
    return f"{round(hours, 1):g} 小时"


def _times(bookings: int) -> str:
    """A room that only duties use is booked by nobody, and yet not idle."""
    return f" {bookings} 场" if bookings else ""


class HeatMap(QWidget):
    """Weekdays by hours; each cell also says its number."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._heat: tuple[tuple[float, ...], ...] = ()
        self.setMinimumHeight(theme.px(170))
        self.setAccessibleName("星期与钟点的使用分布")

    def show_heat(self, heat: tuple[tuple[float, ...], ...]) -> None:
        """Show other hours."""
        self._heat = heat
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        font = self.font()
        font.setPixelSize(theme.px(12))
        painter.setFont(font)
        if not self._heat:
            return
        most = max(max(day) for day in self._heat) or 1
        side, head = theme.px(40), theme.px(20)
        wide, high = (self.width() - side) / (LAST_HOUR - FIRST_HOUR), (self.height() - head) / 7
        centre = Qt.AlignmentFlag.AlignCenter
        for hour in range(FIRST_HOUR, LAST_HOUR):
            painter.setPen(theme.colour("muted"))
            painter.drawText(QRectF(side + (hour - FIRST_HOUR) * wide, 0, wide, head), centre, f"{hour}点")
        for day, name in enumerate(WEEKDAYS):
            painter.setPen(theme.colour("muted"))
            painter.drawText(QRectF(0, head + day * high, side, high), centre, f"周{name}")
            for hour in range(FIRST_HOUR, LAST_HOUR):
                value = self._heat[day][hour]
                cell = QRectF(side + (hour - FIRST_HOUR) * wide, head + day * high, wide - 1, high - 1)
                painter.fillRect(
                    cell, mixed(theme.colour("use5"), 0.75 * value / most) if value else theme.colour("sunken")
                )
                if value:
                    painter.setPen(theme.colour("text"))
                    painter.drawText(cell, centre, f"{round(value, 1):g}")
