"""How wide the names on the board are, and what they say at which level of detail. No Qt: words are measured by whoever asks."""

from collections.abc import Callable
from dataclasses import dataclass

from db.duty.rows import DutyRow
from db.duty.states import DutyState
from desktop.duty.board_rows import Place, Sheet
from desktop.duty.board_words import EMPTY, OFF

PLAIN, SMALL = 0, 1
SIGNED = frozenset({DutyState.SWAPPED, DutyState.ARRIVED, DutyState.LEFT})
"""States that have a sign of their own in a place."""
Wide = Callable[[str, int], float]
"""How wide a text is in one of the two sizes of type."""


@dataclass(frozen=True, slots=True)
class Measures:
    """Lengths at the chosen type size."""

    gutter: float = 138
    head: float = 34
    month: float = 28
    chip: float = 26
    small: float = 18
    gap: float = 5
    pad: float = 5
    band: float = 7
    narrowest: float = 142


def texts(place: Place, level: int) -> tuple[str, str]:
    """What a place says: the name, and with more room what somebody is and where they work."""
    duty = place.duty
    if duty is None:
        return (OFF, "") if place.off else (EMPTY, place.wanted)
    name = f"替 {duty.member_name}" if duty.covers_name else duty.member_name
    return name, more_of(duty, level, place.body)


def more_of(duty: DutyRow, level: int, body: str) -> str:
    """What stands behind a name at a level of detail (0 nothing, 1 the kind, 2 unit and post too).

    A kind that says no more than the body (法官 of 法官) is left out.
    """
    parts = (duty.kind if duty.kind != body else "", duty.unit_post)[:level]
    return " · ".join(part for part in parts if part)


class Widths:
    """How wide the places of a sheet are, each worked out once."""

    def __init__(self, sheet: Sheet, measures: Measures, wide: Wide) -> None:
        self.sheet, self.m, self.wide = sheet, measures, wide
        self._known: dict[tuple[int, int], float] = {}  # by the place's identity: the sheet keeps them all

    def of(self, place: Place, level: int) -> float:
        """The width of a place at a level of detail."""
        key = (id(place), level)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._width(place, level)
        return found

    def row(self, places: tuple[Place, ...], level: int) -> float:
        """The width of places side by side."""
        return sum(self.of(place, level) for place in places) + self.m.gap * max(len(places) - 1, 0)

    def _width(self, place: Place, level: int) -> float:
        name, more = texts(place, level)
        duty = place.duty
        width = self.wide(name, PLAIN if duty is not None else SMALL) + 17
        width += self.wide(more, SMALL) + 8 if more else 0
        if duty is None:
            return width
        signs = (duty.locked, duty.id in self.sheet.marks, duty.state in SIGNED)
        return width + (self.m.small - 2) * sum(signs)
