"""Painting what moves over the grid: cursor, chosen booking, drag. Done at every step of the pointer, so it does little."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPen

from desktop.rooms.drag import Drag
from desktop.rooms.geometry import Slot
from desktop.rooms.placing import Placed, box_of
from desktop.rooms.scene import CENTRE, Ink
from desktop.shell import theme


class OverPainter(Ink):
    """Paints what moves."""

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
