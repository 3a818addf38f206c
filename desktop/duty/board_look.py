"""How bodies look: a colour, a pattern and the name, so that nothing is told by colour alone."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen

from desktop.shell import theme

COLOURS = 8
_PATTERNS = (
    Qt.BrushStyle.SolidPattern, Qt.BrushStyle.BDiagPattern, Qt.BrushStyle.HorPattern, Qt.BrushStyle.CrossPattern,
    Qt.BrushStyle.Dense5Pattern, Qt.BrushStyle.FDiagPattern, Qt.BrushStyle.VerPattern, Qt.BrushStyle.DiagCrossPattern,
)  # fmt: skip


def body_colour(index: int) -> QColor:
    """The strong colour of a body, by its place in the palette of uses."""
    return theme.colour(f"use{index % COLOURS}")


def mixed(strong: QColor, share: float) -> QColor:
    """A colour laid thinly on the surface; `share` from 0 to 1."""
    base = theme.colour("surface")
    return QColor.fromRgbF(
        base.redF() + (strong.redF() - base.redF()) * share,
        base.greenF() + (strong.greenF() - base.greenF()) * share,
        base.blueF() + (strong.blueF() - base.blueF()) * share,
    )


def paint_body(painter: QPainter, area: QRectF, index: int) -> None:
    """The patterned band that says which body it is."""
    colour = body_colour(index)
    painter.fillRect(area, mixed(colour, 0.28))
    painter.fillRect(area, QBrush(colour, _PATTERNS[index % COLOURS]))


def paint_lock(painter: QPainter, area: QRectF, colour: QColor) -> None:
    """A small padlock that fills an area."""
    body = QRectF(area.left(), area.center().y() - 1, area.width(), area.bottom() - area.center().y() + 1)
    arch = QRectF(area.left() + area.width() * 0.2, area.top(), area.width() * 0.6, area.height() * 0.9)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, max(area.width() / 7, 1.2)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    path = QPainterPath()
    path.arcMoveTo(arch, 0)
    path.arcTo(arch, 0, 180)
    painter.drawPath(path)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRoundedRect(body, 1.5, 1.5)
    painter.restore()


def paint_warning(painter: QPainter, area: QRectF, colour: QColor) -> None:
    """A small triangle that fills an area."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    top = QPointF(area.center().x(), area.top())
    painter.drawPolygon([top, area.bottomRight(), area.bottomLeft()])
    painter.restore()
