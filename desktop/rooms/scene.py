"""What a picture of the grid is painted from, and with what: the scene, and a painter with its fonts and measures."""

from dataclasses import dataclass, field
from datetime import datetime

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from db.rooms.board import Board
from db.rooms.queries import ClosureRow, RoomRow
from desktop.rooms.blocks import Blocks, Fonts
from desktop.rooms.geometry import Box, Frame
from desktop.rooms.placing import OpenAt, Piece
from desktop.shell import theme

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


class Ink:
    """A scene, a painter, and what words are measured with."""

    def __init__(self, painter: QPainter, scene: Scene, fonts: Fonts, blocks: Blocks, ratio: float = 1) -> None:
        self.p, self.s, self.f = painter, scene, scene.frame
        self.fonts, self.blocks, self.ratio = fonts, blocks, ratio
        self.font, self.bold, self.small, self.narrow = fonts.all
        self.colours = {token: theme.colour(token) for token in ("text", "muted", "good", "warn")}
        self._metrics = {id(font): metrics for font, metrics in zip(fonts.all, fonts.metrics, strict=True)}
