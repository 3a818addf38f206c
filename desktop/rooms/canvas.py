"""What the grid of rooms shows: the board laid out, painted in two layers, and what stands at a point."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFont,
    QHelpEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip, QWidget

from db.rooms.board import Board
from db.rooms.queries import BookingRow, RoomRow
from desktop.rooms.blocks import Blocks, Fonts
from desktop.rooms.drag import Drag
from desktop.rooms.geometry import Frame, Lane, Slot, minutes_of
from desktop.rooms.over import OverPainter
from desktop.rooms.paint import LanesPainter
from desktop.rooms.placing import OpenAt, Piece, Placed, Span, open_at, pieces_of, place, shown_minutes, spans_of
from desktop.rooms.rims import RimsPainter
from desktop.rooms.room_card import facts_of
from desktop.rooms.scene import Scene
from desktop.rooms.words import told
from desktop.shell import theme

ZOOMS = (0.0, 24.0, 36.0, 52.0, 72.0, 110.0, 160.0)
"""Pixels an hour at 100 % type size; the first fits the whole day into the window."""


class View(StrEnum):
    """What the grid shows."""

    DAY = "day"
    WEEK_ROOM = "week_room"
    WEEK = "week"


@dataclass(frozen=True)
class Content:
    """What is to be shown: the board, the rooms that pass the filters, the days, and how."""

    board: Board
    rooms: tuple[RoomRow, ...]
    days: tuple[date, ...]
    view: View


NO_ROOMS = "还没有房间。负责人可以在“更多”菜单的“房间管理”里新增。"


class GridCanvas(QAbstractScrollArea):
    """Shows; `RoomGrid` lets the clerk work on it."""

    picked = Signal(object)  # BookingRow or None

    def __init__(self, clock: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.clock = clock
        self.zoom = 0
        self.content: Content | None = None
        self.frame = Frame((), True, 480, 1200, 1, 100, 56, 44)
        self.placed: tuple[Placed, ...] = ()
        self.cursor_slot: Slot | None = None
        self.chosen: UUID | None = None
        self.drag: Drag | None = None
        self.trouble = ""
        self._spans: tuple[Span, ...] = ()
        self._pieces: tuple[Piece, ...] = ()
        self._rooms: dict[object, RoomRow] = {}
        self._opening: OpenAt = {}
        self._blocks = Blocks()
        self._fonts: Fonts | None = None
        self._standing: QPixmap | None = None
        self._stood_at = (0, 0)  # how far the picture was scrolled when it was painted
        self._minute = QTimer(self, interval=20_000)
        self._minute.timeout.connect(self.redraw)
        self._minute.start()
        self.viewport().setMouseTracking(True)
        theme.watch.changed.connect(self._dress)

    def show_content(self, content: Content) -> None:
        """Show something else; cursor and choice stay where they can."""
        if self.content is None or content.board is not self.content.board:
            self._spans = spans_of(content.board)
            self._rooms = {room.id: room for room in content.board.rooms}
        self.content = content
        self._measure()
        if self.chosen is not None:
            self.picked.emit(self.chosen_row())

    def chosen_row(self) -> BookingRow | None:
        """The chosen booking as it stands now."""
        return self._row(self.chosen)

    def choose(self, booking_id: UUID | None) -> None:
        """Choose a booking, as a click does."""
        self.chosen = booking_id
        self.viewport().update()
        self.picked.emit(self.chosen_row())

    def set_zoom(self, zoom: int) -> None:
        """Another size; the middle of the picture stays in the middle."""
        self.zoom = min(max(zoom, 0), len(ZOOMS) - 1)
        bar = self.verticalScrollBar() if self.frame.upright else self.horizontalScrollBar()
        page = self.viewport().height() if self.frame.upright else self.viewport().width()
        middle = (bar.value() + page / 2) / max(bar.maximum() + page, 1)
        self._measure()
        bar.setValue(int(middle * (bar.maximum() + page) - page / 2))

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """What is painted, in whole pixels of the picture."""
        return self._pieces

    def seen_of(self, piece: Piece) -> QRect:
        """The part of a piece that can be seen, in pixels of the viewport; empty when it is scrolled away."""
        x, y = self.horizontalScrollBar().value(), self.verticalScrollBar().value()
        area = QRectF(piece.left - x, piece.top - y, piece.width, piece.height)
        return area.intersected(self._scene().lanes).toAlignedRect()

    def show_now(self) -> None:
        """Scroll so that now is in the window."""
        if self.content is not None and self.content.days and self.frame.upright:
            minute = minutes_of(self.clock(), self.content.days[0]) % (24 * 60)
            top = (minute - self.frame.opens) * self.frame.scale - self.viewport().height() / 3
            self.verticalScrollBar().setValue(int(top))

    def slot_point(self, slot: Slot, part: float = 0.5) -> QPoint:
        """A point of the viewport in a slot, `part` of its length from its beginning; for tests and the tour."""
        lane = self.frame.lane_of(slot.room_id, slot.day)
        assert lane is not None
        area = self._scene().view(self.frame.box(lane, slot.begins, slot.ends))
        if self.frame.upright:
            return QPointF(area.center().x(), area.top() + area.height() * part).toPoint()
        return QPointF(area.left() + area.width() * part, area.center().y()).toPoint()

    def redraw(self) -> None:
        """Paint what stands anew."""
        self._standing = None
        self.viewport().update()

    def _dress(self) -> None:
        """Colours or sizes are different."""
        self._fonts = None
        self._blocks.clear()
        self._measure()

    def _measure(self) -> None:
        content = self.content
        if content is None:
            return
        room_ids = [room.id for room in content.rooms]
        lanes = tuple(Lane(room_id, day) for room_id in room_ids for day in content.days)
        self._opening = open_at(content.rooms, content.days[:7])
        opens, closes = shown_minutes(self._opening, content.days, self._spans)
        upright = content.view is not View.WEEK
        wide, high = self.viewport().width(), self.viewport().height()
        side, head = (theme.px(56), theme.px(46)) if upright else (theme.px(132), theme.px(42))
        hours = max((closes - opens) / 60, 1)
        hour = theme.px(100) * ZOOMS[self.zoom] / 100
        if upright:
            hour = max(hour, (high - head) / hours, theme.px(20))
            across = max((wide - side) / max(len(lanes), 1), theme.px(92))
        else:
            hour = max(hour, (wide - side) / max(len(content.days), 1) / hours)
            across = max((high - head) / max(len(content.rooms), 1), theme.px(52))
            across = min(across, theme.px(110))
        self.frame = Frame(lanes, upright, opens, closes, hour / 60, across, side, head, max(len(content.days), 1))
        self.placed = place(content.board, self.frame, self._spans)
        self._pieces = pieces_of(self.placed, self.frame)
        width, height = self.frame.size
        self._range(self.horizontalScrollBar(), width, wide)
        self._range(self.verticalScrollBar(), height, high)
        if self.cursor_slot and self.frame.lane_of(self.cursor_slot.room_id, self.cursor_slot.day) is None:
            self.cursor_slot = None
        self.redraw()

    @staticmethod
    def _range(bar: object, whole: float, page: float) -> None:
        from PySide6.QtWidgets import QScrollBar

        assert isinstance(bar, QScrollBar)
        bar.setPageStep(int(page))
        bar.setSingleStep(theme.px(24))
        bar.setRange(0, max(int(whole - page + 0.999), 0))

    def _scene(self) -> Scene:
        board = self.content.board if self.content else Board(self.clock(), self.clock())
        return Scene(
            self.frame,
            board,
            self._pieces,
            self.clock(),
            self.viewport().width(),
            self.viewport().height(),
            self.horizontalScrollBar().value(),
            self.verticalScrollBar().value(),
            self._rooms,
            self._opening,
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        scene = self._scene()
        if self._fonts is None:
            font = QFont(self.font())
            font.setPixelSize(theme.px(13))
            self._fonts = Fonts(font)
        ratio = self.devicePixelRatioF()
        if not self._scrolled(scene, ratio):
            self._standing = QPixmap(self.viewport().size() * ratio)
            self._standing.setDevicePixelRatio(ratio)
            self._paint_standing(scene, ratio, None)
        assert self._standing is not None
        painter = QPainter(self.viewport())
        painter.drawPixmap(0, 0, self._standing)
        if not self.frame.lanes:
            painter.setPen(theme.colour("muted"))
            painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, self._no_lanes())
        chosen = next((p for p in self.placed if p.own and p.row.id == self.chosen), None)
        cursor = self.cursor_slot if self.hasFocus() else None
        OverPainter(painter, scene, self._fonts, self._blocks, ratio).over(cursor, chosen, self.drag, self.trouble)
        painter.end()

    def _no_lanes(self) -> str:
        """Why there is nothing to see, and what helps."""
        if self.content is None:
            return ""
        return "没有符合条件的房间，请放宽筛选。" if self.content.board.rooms else NO_ROOMS

    def _paint_standing(self, scene: Scene, ratio: float, fresh: list[QRectF] | None) -> None:
        """Paint what stands into its picture: all of it, or what lies in some areas of the lanes."""
        assert self._standing is not None
        assert self._fonts is not None
        painter = QPainter(self._standing)
        painter.setFont(self._fonts.all[0])
        lanes = LanesPainter(painter, scene, self._fonts, self._blocks, ratio)
        for area in [scene.lanes] if fresh is None else fresh:
            lanes.lanes(area)
        RimsPainter(painter, scene, self._fonts, self._blocks, ratio).rims()
        painter.end()
        self._stood_at = (int(scene.x), int(scene.y))

    def _scrolled(self, scene: Scene, ratio: float) -> bool:
        """Push the picture of what stands along and paint what came in; False where all must be painted."""
        if self._standing is None:
            return False
        across, down = self._stood_at[0] - int(scene.x), self._stood_at[1] - int(scene.y)
        if not across and not down:
            return True
        lanes = scene.lanes
        there = [lanes.left(), lanes.top(), lanes.width(), lanes.height(), across, down]
        pixels = [each * ratio for each in there]
        if abs(across) >= lanes.width() or abs(down) >= lanes.height() or any(each % 1 for each in pixels):
            return False
        left, top, wide, high, dx, dy = (int(each) for each in pixels)
        self._standing.scroll(dx, dy, QRect(left, top, wide, high))
        self._paint_standing(scene, ratio, scene.fresh(across, down))
        return True

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            placed = self._hit(QPointF(event.pos()))
            told = self.tip(placed) if placed else self._head_tip(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), told, self.viewport())
            return True
        return super().viewportEvent(event)

    def tip(self, placed: Placed) -> str:
        """Who and what, for a tooltip and for screen readers."""
        if not isinstance(placed.row, BookingRow):
            return placed.row.label
        room = self.content.board.room(placed.row.room_id) if self.content else None
        return told(placed.row, room)

    def spoken_text(self, placed: Placed) -> str:
        """The same for a place in the grid: what stands in a room because another takes a part of it says so first."""
        if placed.own or self.content is None:
            return self.tip(placed)
        room = self.content.board.room(self.frame.lanes[placed.lane].room_id)
        return f"{room.name if room else '房间'}：相连房间占用\n{self.tip(placed)}"

    def _head_tip(self, point: QPointF) -> str:
        """All of a room, where its name stands."""
        frame = self.frame
        in_head = point.y() < frame.head and point.x() >= frame.side
        in_side = point.x() < frame.side and point.y() >= frame.head
        if not frame.lanes or not (in_head if frame.upright else in_side):
            return ""
        found = self._at(point)
        room = self._rooms.get(frame.lanes[found[0]].room_id) if found else None
        return f"{room.number} {room.name}\n{facts_of(room)}" if room else ""

    def _hit(self, point: QPointF) -> Placed | None:
        if not self._in_lanes(point):
            return None
        x, y = point.x() + self.horizontalScrollBar().value(), point.y() + self.verticalScrollBar().value()
        hits = [piece.placed for piece in self._pieces if piece.holds(x, y)]
        return hits[-1] if hits else None

    def _in_lanes(self, point: QPointF) -> bool:
        return self._scene().lanes.contains(point)

    def _at(self, point: QPointF) -> tuple[int, float] | None:
        return self.frame.at(
            point.x() + self.horizontalScrollBar().value(), point.y() + self.verticalScrollBar().value()
        )

    def _row(self, booking_id: UUID | None) -> BookingRow | None:
        if booking_id is None or self.content is None:
            return None
        return next((row for row in self.content.board.bookings if row.id == booking_id), None)
