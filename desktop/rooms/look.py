"""How uses and states look: a colour, a pattern and a word each, so that nothing is told by colour alone."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter

from db.rooms.rules import USES
from db.rooms.states import BookingState
from desktop.shell import theme

BAND = 9
"""Pixels of the patterned band at the edge of a booking."""
_PATTERNS = (
    Qt.BrushStyle.SolidPattern, Qt.BrushStyle.BDiagPattern, Qt.BrushStyle.HorPattern, Qt.BrushStyle.CrossPattern,
    Qt.BrushStyle.Dense5Pattern, Qt.BrushStyle.FDiagPattern, Qt.BrushStyle.VerPattern, Qt.BrushStyle.DiagCrossPattern,
)  # fmt: skip
MARKS = {
    BookingState.ASKED: "待审批",
    BookingState.IN_USE: "● 使用中",
    BookingState.DONE: "✓ 已完成",
}
"""What stands in a booking besides who and what; one that is simply booked needs no mark."""
TONES = {
    BookingState.ASKED: "warn", BookingState.BOOKED: "info", BookingState.IN_USE: "good", BookingState.DONE: "",
    BookingState.CANCELLED: "", BookingState.NO_SHOW: "bad", BookingState.REJECTED: "bad", BookingState.SKIPPED: "",
}  # fmt: skip


def use_colour(use: str) -> QColor:
    """The strong colour of a use; grey for one that is not of the list."""
    return theme.colour(f"use{USES.index(use)}") if use in USES else theme.colour("muted")


def use_pattern(use: str) -> Qt.BrushStyle:
    """The pattern of a use."""
    return _PATTERNS[USES.index(use)] if use in USES else Qt.BrushStyle.Dense6Pattern


def mixed(strong: QColor, share: float) -> QColor:
    """A colour laid thinly on the surface; `share` from 0 to 1."""
    base = theme.colour("surface")
    return QColor.fromRgbF(
        base.redF() + (strong.redF() - base.redF()) * share,
        base.greenF() + (strong.greenF() - base.greenF()) * share,
        base.blueF() + (strong.blueF() - base.blueF()) * share,
    )


def paint_band(painter: QPainter, area: QRectF, use: str) -> None:
    """The patterned band that says which use it is."""
    colour = use_colour(use)
    painter.fillRect(area, mixed(colour, 0.28))
    painter.fillRect(area, QBrush(colour, use_pattern(use)))
