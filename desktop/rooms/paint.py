"""Painting what stands in the lanes of the grid: hours, closures, bookings, the line of now."""

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPen, QPixmap

from db.clock import business_date
from db.rooms.queries import BookingRow, ClosureRow
from desktop.rooms.blocks import band_width
from desktop.rooms.geometry import minutes_of
from desktop.rooms.look import BAND
from desktop.rooms.placing import Piece, Placed, open_spans
from desktop.rooms.scene import CENTRE, LEFT, Ink
from desktop.shell import theme

NARROW = 58
"""Pixels: a lying booking narrower than this has its words behind it."""


class LanesPainter(Ink):
    """Paints what stands, as far as it lies in the lanes."""

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
