"""Below the grid: each use with its colour and pattern, and what the other signs mean, on as many lines as that takes."""

from collections.abc import Iterator

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from db.rooms.rules import USES
from desktop.rooms.look import paint_band
from desktop.shell import theme

SIGNS = ("虚线框 待审批", "粗框 使用中", "点纹 布置/清场", "网格 停用、轮值", "斜纹 相连房间已借出")
SWATCH, GAP = 20, 14
"""Pixels of a swatch, and between two entries."""


class Legend(QWidget):
    """Nothing is left out where the window is narrow or the type large: what finds no room goes on the next line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("图例：" + "、".join((*USES, *SIGNS)))
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.watch.changed.connect(self._dress)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        lines = max((line for line, *_ in self._placed(width)), default=0) + 1
        return lines * self._line()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(600), self.heightForWidth(max(self.width(), theme.px(300))))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(200), self._line())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self._font())
        high = self._line()
        for line, left, text, use in self._placed(self.width()):
            top = line * high
            if use:
                paint_band(painter, QRectF(left, top + (high - 14) / 2, SWATCH, 14), use)
            painter.setPen(theme.colour("muted"))
            start = left + (SWATCH + 5 if use else 0)
            painter.drawText(QRectF(start, top, self.width() - start, high), Qt.AlignmentFlag.AlignVCenter, text)

    def _placed(self, width: int) -> Iterator[tuple[int, float, str, str]]:
        """Each entry with its line, its left edge, its words, and the use whose swatch stands before them."""
        metrics = QFontMetricsF(self._font())
        line, left = 0, 2.0
        for at, (text, use) in enumerate([(use, use) for use in USES] + [(sign, "") for sign in SIGNS]):
            long = metrics.horizontalAdvance(text) + (SWATCH + 5 if use else 0)
            if left > 2 and (left + long > width or at == len(USES)):
                line, left = line + 1, 2.0
            yield line, left, text, use
            left += long + GAP

    def _font(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(theme.px(12))
        return font

    def _line(self) -> int:
        return int(QFontMetricsF(self._font()).height()) + 3

    def _dress(self) -> None:
        self.updateGeometry()
        self.update()
