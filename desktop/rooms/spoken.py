"""What a screen reader finds in the grid: every booking in sight is a child of its own, with its words, place and state.

Qt asks for these objects only while an assistive program runs. Qt owns what it was given (QAccessibleCache deletes a
widget's interface with the widget): Python keeps its half until then, and drops it only when Qt has deleted its own.
"""

import weakref
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAccessibleInterface, QColor, QWindow
from PySide6.QtWidgets import QAccessibleWidget
from shiboken6 import isValid

from desktop.rooms.placing import Piece
from desktop.shell import theme

if TYPE_CHECKING:
    from desktop.rooms.grid import RoomGrid

Relations = list[tuple[QAccessibleInterface, QAccessible.RelationFlag]]
Key = tuple[int, UUID, int]
"""A lane, a booking or closure, and the minute at which it begins there: a long closure stands on several days."""


class SpokenPiece(QAccessibleInterface):
    """A booking, a duty or a closure where it stands in a lane."""

    def __init__(self, grid: "weakref.ref[RoomGrid]", key: Key) -> None:
        super().__init__()
        self._grid, self.key = grid, key

    def piece(self) -> Piece | None:
        """What it tells of, as the grid shows it now."""
        grid = self._grid()
        if grid is None or not isValid(grid):
            return None
        return next((each for each in grid.pieces if key_of(each) == self.key), None)

    def isValid(self) -> bool:
        return self.piece() is not None

    def object(self) -> QObject | None:  # type: ignore[override]
        return None

    def window(self) -> QWindow | None:  # type: ignore[override]
        return None

    def parent(self) -> QAccessibleInterface | None:  # type: ignore[override]
        grid = self._grid()
        return QAccessible.queryAccessibleInterface(grid) if grid is not None and isValid(grid) else None

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        return None

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]
        return None

    def childCount(self) -> int:
        return 0

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return -1

    def focusChild(self) -> QAccessibleInterface | None:  # type: ignore[override]
        return None

    def relations(self, match: QAccessible.RelationFlag = QAccessible.RelationFlag.AllRelations) -> Relations:
        return []

    def text(self, kind: QAccessible.Text) -> str:
        grid, piece = self._grid(), self.piece()
        if grid is None or piece is None:
            return ""
        name, _, rest = grid.spoken_text(piece.placed).partition("\n")
        if kind is QAccessible.Text.Name:
            return name
        return rest if kind is QAccessible.Text.Description else ""

    def setText(self, kind: QAccessible.Text, text: str) -> None:
        """A booking's words are changed in its window, not here."""

    def rect(self) -> QRect:
        grid, piece = self._grid(), self.piece()
        if grid is None or piece is None:
            return QRect()
        seen = grid.seen_of(piece)
        return QRect(grid.viewport().mapToGlobal(seen.topLeft()), seen.size())

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.ListItem

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        grid, piece = self._grid(), self.piece()
        if grid is None or piece is None:
            state.invalid = True
            return state
        state.selectable = state.focusable = True
        state.selected = state.focused = piece.placed.own and piece.placed.row.id == grid.chosen
        state.focused = state.focused and grid.hasFocus()
        state.offscreen = grid.seen_of(piece).isEmpty()
        return state

    def foregroundColor(self) -> QColor:
        return theme.colour("text")

    def backgroundColor(self) -> QColor:
        return theme.colour("surface")

    def virtual_hook(self, number: int, data: int) -> None:
        """Nothing beyond what the interface has today."""


class SpokenGrid(QAccessibleWidget):
    """The grid: a list of what stands in it and can be seen."""

    def __init__(self, grid: "RoomGrid") -> None:
        super().__init__(grid, QAccessible.Role.List)
        self._grid = weakref.ref(grid)
        self._known: dict[Key, tuple[int, SpokenPiece]] = {}

    def shown(self) -> list[SpokenPiece]:
        """What can be seen, lane by lane and by time."""
        grid = self._grid()
        if grid is None or not isValid(grid):
            return []
        keys = sorted(
            {key_of(each) for each in grid.pieces if not grid.seen_of(each).isEmpty()},
            key=lambda key: (key[0], key[2], key[1].int),
        )
        return [self._of(key) for key in keys]

    def forget(self, keys: set[Key]) -> None:
        """Give up what does not stand in the grid any more."""
        for key in [key for key in self._known if key not in keys]:
            number, _ = self._known.pop(key)
            QAccessible.deleteAccessibleInterface(number)

    def forget_all(self) -> None:
        """The grid is gone."""
        self.forget(set())

    def childCount(self) -> int:
        return len(self.shown())

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        shown = self.shown()
        return shown[index] if 0 <= index < len(shown) else None

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        shown = self.shown()
        return shown.index(child) if child in shown else -1

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]
        return next((each for each in reversed(self.shown()) if each.rect().contains(QPoint(x, y))), None)

    def focusChild(self) -> QAccessibleInterface | None:  # type: ignore[override]
        return next((each for each in self.shown() if each.state().focused), None)

    def _of(self, key: Key) -> SpokenPiece:
        if key not in self._known:
            made = SpokenPiece(self._grid, key)
            self._known[key] = (QAccessible.registerAccessibleInterface(made), made)
        return self._known[key][1]


def key_of(piece: Piece) -> Key:
    """What a piece is known by from one reading of the board to the next."""
    return piece.placed.lane, piece.placed.row.id, piece.placed.begins


def tell_changed(grid: "RoomGrid") -> None:
    """Other bookings stand in the grid; whoever reads it aloud looks again."""
    spoken = next((each for each in _GIVEN if isValid(each) and each.object() is grid), None)
    if spoken is not None:
        spoken.forget({key_of(each) for each in grid.pieces})
        QAccessible.updateAccessibility(QAccessibleEvent(grid, QAccessible.Event.ObjectReorder))


_GIVEN: list[SpokenGrid] = []


def _make(_class: str, made_for: QObject | None) -> QAccessibleInterface | None:
    from desktop.rooms.grid import RoomGrid

    if not isinstance(made_for, RoomGrid):
        return None
    _GIVEN[:] = [each for each in _GIVEN if isValid(each)]
    spoken = SpokenGrid(made_for)
    made_for.destroyed.connect(spoken.forget_all)
    _GIVEN.append(spoken)
    return spoken


def install() -> None:
    """Tell Qt, once, that grids speak for themselves."""
    if not _INSTALLED:
        _INSTALLED.append(True)
        QAccessible.installFactory(_make)


_INSTALLED: list[bool] = []
