"""Painting the rims of the grid: the clock or the rooms' names at the left, rooms or days above. They do not scroll."""

from datetime import date

from PySide6.QtCore import QPointF, QRectF, Qt

from db.clock import business_date
from db.rooms.queries import RoomRow
from desktop.rooms.geometry import minutes_of, minutes_text
from desktop.rooms.scene import CENTRE, LEFT, Ink
from desktop.rooms.words import WEEKDAYS
from desktop.shell import theme

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class RimsPainter(Ink):
    """Paints what stays while the lanes scroll."""

    def rims(self) -> None:
        """The clock or the rooms' names, and the heads: they stay while the lanes scroll."""
        self._clock() if self.f.upright else self._names()
        self._heads()

    def _clock(self) -> None:
        """The hours at the left."""
        side = QRectF(0, self.f.head, self.f.side, self.s.height - self.f.head)
        self.p.fillRect(side, theme.colour("sunken"))
        self.p.setClipRect(side)
        self.p.setFont(self.small)
        high = self._metrics[id(self.small)].height()
        step = 60 if self.f.scale * 60 >= high + 1 else 120
        for minute in range(self.f.opens, self.f.closes + 1, step):
            y = self.f.head + (minute - self.f.opens) * self.f.scale - self.s.y
            self.p.setPen(theme.colour("muted"))
            top = y if minute == self.f.opens else y - high if minute == self.f.closes else y - high / 2
            self.p.drawText(QRectF(0, top, self.f.side - 6, high), RIGHT, minutes_text(minute))
        today, minute = business_date(self.s.now), minutes_of(self.s.now, business_date(self.s.now))
        if any(lane.day == today for lane in self.f.lanes) and self.f.opens <= minute <= self.f.closes:
            y = self.f.head + (minute - self.f.opens) * self.f.scale - self.s.y
            chip = QRectF(2, y - high / 2 - 1, self.f.side - 4, high + 2)
            self.p.fillRect(chip, theme.colour("accent"))
            self.p.setPen(theme.colour("on_accent"))
            self.p.drawText(chip, CENTRE, minutes_text(minute))
        self.p.setClipping(False)

    def _names(self) -> None:
        """The rooms at the left of a lying picture."""
        side = QRectF(0, self.f.head, self.f.side, self.s.height - self.f.head)
        self.p.fillRect(side, theme.colour("sunken"))
        self.p.setClipRect(side)
        for row in range(len(self.f.lanes) // self.f.columns):
            y = self.f.head + row * self.f.across - self.s.y
            room = self.s.rooms.get(self.f.lanes[row * self.f.columns].room_id)
            if room is not None:
                area = QRectF(8, y, self.f.side - 12, self.f.across)
                self._title(area, room.name, self._subtitle(room, area), LEFT)
            self.p.setPen(theme.colour("line"))
            self.p.drawLine(QPointF(0, y + self.f.across), QPointF(self.f.side, y + self.f.across))
        self.p.setClipping(False)

    def _heads(self) -> None:
        """Rooms or days above the lanes, which stay while the lanes scroll."""
        head = QRectF(0, 0, self.s.width, self.f.head)
        self.p.fillRect(head, theme.colour("sunken"))
        self.p.setClipRect(QRectF(self.f.side, 0, self.s.width - self.f.side, self.f.head))
        today = business_date(self.s.now)
        alone = len({each.room_id for each in self.f.lanes}) == 1
        for at in range(len(self.f.lanes) if self.f.upright else self.f.columns):
            box = self.s.view(self.f.lane_box(at))
            area = QRectF(box.left(), 0, box.width(), self.f.head)
            lane = self.f.lanes[at]
            if self.f.upright and not alone:
                room = self.s.rooms.get(lane.room_id)
                if room is not None:
                    self._title(area, room.name, self._subtitle(room, area), CENTRE)
            else:
                title = _day_title(lane.day)
                if (
                    self._metrics[id(self.bold)].horizontalAdvance(title) > area.width() - 8
                ):  # large type: day and weekday
                    title = f"{lane.day.day} {WEEKDAYS[lane.day.weekday()]}"
                self._title(area, title, "今天" if lane.day == today else "", CENTRE)
                if not self.f.upright:
                    self._hours_of_day(area)
            self.p.setPen(theme.colour("line"))
            self.p.drawLine(area.topRight(), area.bottomRight())
        self.p.setClipping(False)
        self.p.setPen(theme.colour("edge"))
        self.p.drawLine(QPointF(0, self.f.head - 1), QPointF(self.s.width, self.f.head - 1))

    def _hours_of_day(self, area: QRectF) -> None:
        """A few hours under the name of a day, as many as find room."""
        self.p.setFont(self.small)
        self.p.setPen(theme.colour("muted"))
        metrics = self._metrics[id(self.small)]
        step = next(
            (s for s in (60, 120, 180, 240, 360) if s * self.f.scale >= metrics.horizontalAdvance("00") + 8), 720
        )
        first = -(-(self.f.opens + 1) // step) * step
        for minute in range(first, self.f.closes, step):
            x = area.left() + (minute - self.f.opens) * self.f.scale
            high = metrics.height()
            self.p.drawText(QRectF(x - 30, area.bottom() - high - 1, 60, high), CENTRE, str(minute // 60))

    def _subtitle(self, room: RoomRow, area: QRectF) -> str:
        """Number, size, whether it is a neighbour's or needs approval; where that is too long, the size is told by the tooltip alone."""
        metrics, approval = self._metrics[id(self.small)], room.approval
        whole = _joined(room.number, f"{room.capacity} 人" if room.capacity else "", approval)
        fits = metrics.horizontalAdvance(whole) <= area.width() - 8
        return whole if fits or not approval else _joined(room.number, approval)

    def _title(self, area: QRectF, title: str, subtitle: str, flags: Qt.AlignmentFlag) -> None:
        lines = [(title, self.bold, "text")] + ([(subtitle, self.small, "muted")] if subtitle else [])
        heights = [self._metrics[id(font)].height() for _, font, _ in lines]
        top = area.top() + max((area.height() - sum(heights)) / 2, 1)
        if not self.f.upright and flags == CENTRE:
            top = area.top() + 2
            lines, heights = lines[:1], heights[:1]
            if subtitle:
                whole = f"{title} · {subtitle}"
                fits = self._metrics[id(self.bold)].horizontalAdvance(whole) <= area.width() - 8
                lines = [(whole if fits else title, self.bold, "accent")]
        wide = area.width() - 8
        for (text, wanted, token), height in zip(lines, heights, strict=True):
            named = wanted is self.bold
            tight = named and self._metrics[id(wanted)].horizontalAdvance(text) > wide
            font = self.narrow if tight else wanted
            cut = Qt.TextElideMode.ElideMiddle if named else Qt.TextElideMode.ElideRight  # （东）、（西） stay
            self.p.setFont(font)
            self.p.setPen(theme.colour(token))
            told = self._metrics[id(font)].elidedText(text, cut, wide)
            self.p.drawText(QRectF(area.left() + 2, top, area.width() - 4, height), flags, told)
            top += height


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _day_title(day: date) -> str:
    return f"{day.month}/{day.day} 周{WEEKDAYS[day.weekday()]}"
