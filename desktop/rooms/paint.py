"""Painting the grid. Two layers: what stands (kept as a picture while nothing changes) and what moves over it."""

from dataclasses import dataclass, field
from datetime import date, datetime

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPixmap

from db.clock import business_date
from db.rooms.board import Board
from db.rooms.queries import BookingRow, ClosureRow, RoomRow
from desktop.rooms.blocks import Blocks, Fonts, band_width
from desktop.rooms.drag import Drag
from desktop.rooms.geometry import Box, Frame, Slot, minutes_of, minutes_text
from desktop.rooms.look import BAND
from desktop.rooms.placing import OpenAt, Piece, Placed, box_of, open_spans
from desktop.rooms.words import WEEKDAYS
from desktop.shell import theme

NARROW = 58
"""Pixels: a lying booking narrower than this has its words behind it."""
CENTRE = Qt.AlignmentFlag.AlignCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class Scene:
    """All that is to be painted: the measures, the rows, the time, and how far the picture is scrolled."""

    frame: Frame
    board: Board
    pieces: tuple[Piece, ...]
    now: datetime
    width: float
    height: float
    x: float = 0
    y: float = 0
    rooms: dict[object, RoomRow] = field(default_factory=dict)
    opening: OpenAt = field(default_factory=dict)

    def view(self, box: Box) -> QRectF:
        """A box of the picture as it lies in the window."""
        return QRectF(box.x - self.x, box.y - self.y, box.w, box.h)

    @property
    def lanes(self) -> QRectF:
        """The part of the window that shows lanes."""
        frame = self.frame
        return QRectF(frame.side, frame.head, max(self.width - frame.side, 0), max(self.height - frame.head, 0))

    def fresh(self, across: int, down: int) -> list[QRectF]:
        """What must be painted when the lanes were pushed so many pixels: the strips that came in, and every hatched
        area that is or was cut by the rim, since its words stand in the middle of what is seen of it."""
        lanes = self.lanes
        found = []
        if across:
            left = lanes.left() if across > 0 else lanes.right() + across
            found.append(QRectF(left, lanes.top(), abs(across), lanes.height()))
        if down:
            top = lanes.top() if down > 0 else lanes.bottom() + down
            found.append(QRectF(lanes.left(), top, lanes.width(), abs(down)))
        inside = lanes.intersected(lanes.translated(across, down))
        for piece in self.pieces:
            if isinstance(piece.placed.row, ClosureRow) or not piece.placed.own:
                area = QRectF(piece.left - self.x, piece.top - self.y, piece.width, piece.height).adjusted(-3, -3, 3, 3)
                if area.intersects(lanes) and not inside.contains(area):
                    found.append(area.intersected(lanes))
        return found


class GridPainter:
    """Paints a scene with one painter."""

    def __init__(self, painter: QPainter, scene: Scene, fonts: Fonts, blocks: Blocks, ratio: float = 1) -> None:
        self.p, self.s, self.f = painter, scene, scene.frame
        self.fonts, self.blocks, self.ratio = fonts, blocks, ratio
        self.font, self.bold, self.small, self.narrow = fonts.all
        self.colours = {token: theme.colour(token) for token in ("text", "muted", "good", "warn")}
        self._metrics = {id(font): metrics for font, metrics in zip(fonts.all, fonts.metrics, strict=True)}

    # ---- what stands ----

    def standing(self) -> None:
        """Everything but cursor, choice and drag."""
        self.lanes(self.s.lanes)
        self.rims()

    def lanes(self, area: QRectF) -> None:
        """What stands in the lanes, as far as it lies in an area of the window."""
        self.p.save()
        self.p.setClipRect(area.intersected(self.s.lanes))
        self.p.setBrushOrigin(QPointF(-self.s.x, -self.s.y))  # hatching moves with what it hatches
        self.p.fillRect(area, theme.colour("surface"))
        for at in range(len(self.f.lanes)):
            if self.s.view(self.f.lane_box(at)).intersects(area):
                self._hours(at)
        self._lines()
        self._pieces(area)
        self._now()
        self.p.restore()

    def rims(self) -> None:
        """The clock or the rooms' names, and the heads: they stay while the lanes scroll."""
        self._clock() if self.f.upright else self._names()
        self._heads()

    def _hours(self, at: int) -> None:
        """Grey where the room is not open."""
        lane = self.f.lanes[at]
        room = self.s.rooms.get(lane.room_id)
        if room is None:
            return
        shut, edge = theme.colour("bg"), self.f.opens
        spans = self.s.opening.get((room.id, lane.day)) or open_spans(room, lane.day)
        for opens, closes in (*spans, (self.f.closes, self.f.closes)):
            if opens > edge:
                self.p.fillRect(self.s.view(self.f.box(at, edge, opens, gap=0)), shut)
            edge = max(edge, closes)

    def _lines(self) -> None:
        """Hours strong, half hours thin; a line between lanes."""
        thick, thin = theme.colour("line"), theme.colour("hover")
        step = 30 if self.f.scale * 30 >= 14 else 60 if self.f.scale * 60 >= 14 else 180
        area = self.s.lanes
        lines: dict[bool, list[QLineF]] = {True: [], False: []}
        for at in range(1 if self.f.upright else self.f.columns):
            x0, y0 = self.f.origin(at)
            for minute in range(self.f.opens, self.f.closes + 1, step):
                offset = (minute - self.f.opens) * self.f.scale
                if self.f.upright:
                    y = y0 + offset - self.s.y
                    lines[minute % 60 == 0].append(QLineF(area.left(), y, area.right(), y))
                else:
                    x = x0 + offset - self.s.x
                    lines[minute % 60 == 0].append(QLineF(x, area.top(), x, area.bottom()))
        for strong, pen in ((False, thin), (True, thick)):
            self.p.setPen(pen)
            self.p.drawLines(lines[strong])
        self.p.setPen(theme.colour("edge") if not self.f.upright else thick)
        if self.f.upright:
            for at in range(len(self.f.lanes) + 1):
                x = self.f.side + at * self.f.across - self.s.x
                self.p.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            return
        for column in range(self.f.columns + 1):
            x = self.f.side + column * self.f.along - self.s.x
            self.p.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        self.p.setPen(thick)
        for row in range(len(self.f.lanes) // self.f.columns + 1):
            y = self.f.head + row * self.f.across - self.s.y
            self.p.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))

    def _closure(self, placed: Placed, row: ClosureRow) -> None:
        area = self.s.view(self.f.box(placed.lane, placed.begins, placed.ends, gap=1))
        if not area.intersects(self.s.lanes):
            return
        self.p.fillRect(area, theme.colour("disabled"))
        self.p.fillRect(area, QBrush(theme.colour("edge"), Qt.BrushStyle.DiagCrossPattern))
        self._plate(area, row.label)

    def _plate(self, area: QRectF, text: str) -> None:
        """Words on a plain plate, so that hatching does not make them hard to read."""
        metrics = self._metrics[id(self.small)]
        shown = area.intersected(self.s.lanes)
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, shown.width() - 10)
        plate = QRectF(0, 0, metrics.horizontalAdvance(text) + 8, metrics.height() + 2)
        if len(text) < 2 or plate.height() > shown.height():
            return
        plate.moveCenter(shown.center())
        self.p.fillRect(plate, theme.colour("surface"))
        self.p.setFont(self.small)
        self.p.setPen(theme.colour("text"))
        self.p.drawText(plate, CENTRE, text)

    def _pieces(self, area: QRectF) -> None:
        """Closures and bookings that reach into an area of the window."""
        x, y = int(self.s.x), int(self.s.y)
        west, north, east, south = area.left() + x, area.top() + y, area.right() + x, area.bottom() + y
        for piece in self.s.pieces:
            if piece.west >= east or piece.north >= south or piece.east <= west or piece.south <= north:
                continue
            placed, row = piece.placed, piece.placed.row
            if isinstance(row, ClosureRow):
                self._closure(placed, row)
            elif not placed.own:
                self._taken_by_part(QRectF(piece.left - x, piece.top - y, piece.width, piece.height), row)
            else:
                self._booking(piece, row, piece.left - x, piece.top - y)

    def _booking(self, piece: Piece, row: BookingRow, left: int, top: int) -> None:
        upright, before, size = self.f.upright, piece.before, (piece.width, piece.height)
        buffers = (before, piece.behind)
        if not upright and piece.width < NARROW:
            self.p.drawPixmap(left - before, top, self.blocks.shape(row, size, buffers, upright, self.ratio))
            if piece.last - piece.left - piece.width - piece.behind >= self.fonts.two_hanzi + 4:
                self._beside(piece, row, left + piece.width + piece.behind, top)
            return
        late = row.id in self.s.board.late
        key = (row.id.int, row.version, row.state, size, buffers, late, upright, self.ratio)
        whole = self.blocks.shapes.get(key)
        if whole is None:  # with its words: while a drag scrolls, a booking is one picture to put down
            whole = QPixmap(self.blocks.shape(row, size, buffers, upright, self.ratio))
            painter = QPainter(whole)
            self._words(painter, row, size, before, late)
            painter.end()
            self.blocks.shapes[key] = whole
        self.p.drawPixmap(left if upright else left - before, top - before if upright else top, whole)

    def _words(self, painter: QPainter, row: BookingRow, size: tuple[int, int], before: int, late: bool) -> None:
        upright = self.f.upright
        left, top = (0, before) if upright else (before, 0)
        start, wide = left + band_width(size[0]) + 5, size[0] - BAND - 9
        for down, told, font, token in self.blocks.words(row, size, late, upright, self.fonts):
            painter.setFont(self.fonts.all[font])
            painter.setPen(self.colours[token])
            painter.drawText(QRectF(start, top + down, wide, self.fonts.heights[font] + 1), LEFT, told)

    def _beside(self, piece: Piece, row: BookingRow, left: int, top: int) -> None:
        """A bar too narrow for words has them behind it, as far as nothing else stands there."""
        self.p.setFont(self.small)
        self.p.setPen(self.colours["text"])
        room = QRectF(left + 3, top, piece.last - self.s.x - left - 4, piece.height)
        self.p.drawText(room, LEFT | Qt.TextFlag.TextWrapAnywhere, row.borrower)

    def _taken_by_part(self, area: QRectF, row: BookingRow) -> None:
        """Another room that shares a part is booked: this one is not free either."""
        self.p.fillRect(area, theme.colour("disabled"))
        self.p.fillRect(area, QBrush(theme.colour("line"), Qt.BrushStyle.BDiagPattern))
        other = self.s.rooms.get(row.room_id)
        self._plate(area, f"{other.name if other else '相连房间'}已借出")

    def _now(self) -> None:
        today = business_date(self.s.now)
        minute = minutes_of(self.s.now, today)
        if not self.f.opens <= minute <= self.f.closes:
            return
        self.p.setPen(QPen(theme.colour("accent"), 2))
        for at, lane in enumerate(self.f.lanes):
            if lane.day == today:
                area = self.s.view(self.f.box(at, minute, minute, gap=0))
                end = area.topRight() if self.f.upright else area.bottomLeft()
                self.p.drawLine(area.topLeft(), end)

    def _clock(self) -> None:
        """The hours at the left."""
        side = QRectF(0, self.f.head, self.f.side, self.s.height - self.f.head)
        self.p.fillRect(side, theme.colour("sunken"))
        self.p.setClipRect(side)
        self.p.setFont(self.small)
        step = 60 if self.f.scale * 60 >= 18 else 120
        for minute in range(self.f.opens, self.f.closes + 1, step):
            y = self.f.head + (minute - self.f.opens) * self.f.scale - self.s.y
            self.p.setPen(theme.colour("muted"))
            top = y if minute == self.f.opens else y - 16 if minute == self.f.closes else y - 8
            self.p.drawText(QRectF(0, top, self.f.side - 6, 16), Qt.AlignmentFlag.AlignRight, minutes_text(minute))
        today, minute = business_date(self.s.now), minutes_of(self.s.now, business_date(self.s.now))
        if any(lane.day == today for lane in self.f.lanes) and self.f.opens <= minute <= self.f.closes:
            y = self.f.head + (minute - self.f.opens) * self.f.scale - self.s.y
            chip = QRectF(2, y - 9, self.f.side - 4, 18)
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
                self._title(QRectF(8, y, self.f.side - 12, self.f.across), room.name, _subtitle(room), LEFT)
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
                    self._title(area, room.name, _subtitle(room), CENTRE)
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
            self.p.drawText(QRectF(x - 20, area.bottom() - 17, 40, 16), CENTRE, str(minute // 60))

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

    # ---- what moves ----

    def over(self, cursor: Slot | None, chosen: Placed | None, drag: Drag | None, trouble: str) -> None:
        """Cursor, chosen booking and drag; painted at every step of the pointer, so it does little."""
        self.p.setClipRect(self.s.lanes)
        if chosen is not None:
            self.p.setPen(QPen(theme.colour("focus"), 3))
            self.p.setBrush(Qt.BrushStyle.NoBrush)
            self.p.drawRect(self.s.view(box_of(chosen, self.f)).adjusted(-1, -1, 1, 1))
        if cursor is not None and drag is None:
            lane = self.f.lane_of(cursor.room_id, cursor.day)
            if lane is not None:
                self.p.setPen(QPen(theme.colour("focus"), 2, Qt.PenStyle.DotLine))
                self.p.setBrush(Qt.BrushStyle.NoBrush)
                self.p.drawRect(self.s.view(self.f.box(lane, cursor.begins, cursor.ends, gap=1)))
        if drag is not None:
            self._ghost(drag, trouble)
        self.p.setClipping(False)

    def _ghost(self, drag: Drag, trouble: str) -> None:
        slot = drag.proposal
        lane = self.f.lane_of(slot.room_id, slot.day)
        if lane is None:
            return
        tone = "bad" if trouble else "focus"
        area = self.s.view(self.f.box(lane, slot.begins, slot.ends, gap=1))
        wash = QColor(theme.colour(tone))
        wash.setAlpha(60)
        self.p.fillRect(area, wash)
        self.p.setPen(QPen(theme.colour(tone), 2, Qt.PenStyle.DashLine if trouble else Qt.PenStyle.SolidLine))
        self.p.drawRect(area)
        room = self.s.rooms.get(slot.room_id)
        lines = [f"{'■ ' if trouble else ''}{slot.clock()}　{room.name if room else ''}"]
        if trouble:
            lines.append(trouble)
        self._sign(area, lines, tone)

    def _sign(self, area: QRectF, lines: list[str], tone: str) -> None:
        """A small sign at the drag, kept inside the lanes."""
        metrics = self._metrics[id(self.font)]
        width = max(metrics.horizontalAdvance(line) for line in lines) + 16
        sign = QRectF(
            area.left(), area.top() - len(lines) * metrics.height() - 8, width, len(lines) * metrics.height() + 6
        )
        lanes = self.s.lanes
        if sign.top() < lanes.top():
            sign.moveTop(min(area.bottom() + 2, lanes.bottom() - sign.height()))
        sign.moveLeft(max(min(sign.left(), lanes.right() - width), lanes.left()))
        self.p.fillRect(sign, theme.colour("surface"))
        self.p.setPen(QPen(theme.colour(tone), 1))
        self.p.drawRect(sign)
        self.p.setFont(self.font)
        self.p.setPen(theme.colour("bad" if tone == "bad" else "text"))
        self.p.drawText(sign, CENTRE, "\n".join(lines))


def _subtitle(room: RoomRow) -> str:
    parts = [room.number, f"{room.capacity} 人" if room.capacity else "", "需审批" if room.needs_approval else ""]
    return " · ".join(part for part in parts if part)


def _day_title(day: date) -> str:
    return f"{day.month}/{day.day} 周{WEEKDAYS[day.weekday()]}"
