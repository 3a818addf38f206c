"""What the board shows, as plain values: a line for each half day, a column for each body, places in the cells. No Qt."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from uuid import UUID

from db.duty.rows import DutyRow, SlotRow
from db.duty.solve.problem import Half
from desktop.duty.board_words import need_text, sitting

_ORDER = {Half.MORNING: 0, Half.AFTERNOON: 1, Half.EVENING: 2}


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the board: the session and the how-manieth of its places."""

    slot_id: UUID
    at: int


@dataclass(frozen=True, slots=True)
class Place:
    """A place with whoever fills it. `wanted` says who may fill an empty one (“党代表”), “” for anybody; `off` says why the
    session does not take place: then it is the only one, and nobody can be put into it.
    """

    spot: Spot
    need: int
    duty: DutyRow | None
    wanted: str = ""
    body: str = ""
    off: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A body."""

    body_id: UUID
    name: str
    colour: int


@dataclass(frozen=True, slots=True)
class Line:
    """A half day, with the sessions of each column; `half` None: the head of a month."""

    day: date
    half: Half | None = None
    first_of_day: bool = False
    cells: tuple[tuple[SlotRow, ...], ...] = ()


@dataclass(frozen=True)
class Sheet:
    """All of it. `days` names days that are not as their weekday says; `marks` says what is wrong with a duty."""

    columns: tuple[Column, ...] = ()
    lines: tuple[Line, ...] = ()
    today: date | None = None
    days: Mapping[date, str] = field(default_factory=dict)
    marks: Mapping[UUID, str] = field(default_factory=dict)
    known: Mapping[UUID, tuple[Place, ...]] = field(default_factory=dict)

    @cached_property
    def slots(self) -> dict[UUID, SlotRow]:
        """The sessions by their id."""
        return {slot.id: slot for line in self.lines for cell in line.cells for slot in cell}

    @cached_property
    def line_of(self) -> dict[UUID, int]:
        """In which line a session stands."""
        return {slot.id: at for at, line in enumerate(self.lines) for cell in line.cells for slot in cell}

    @cached_property
    def places(self) -> dict[UUID, tuple[Place, ...]]:
        """The places of each session."""
        known = self.known
        return {slot_id: known.get(slot_id) or places_of(slot) for slot_id, slot in self.slots.items()}

    @cached_property
    def order(self) -> tuple[Place, ...]:
        """Every place in the order of reading."""
        return tuple(place for slot_id in self.line_of for place in self.places[slot_id])

    def place(self, spot: Spot | None) -> Place | None:
        """The place at a spot, if it is still there."""
        found = self.places.get(spot.slot_id, ()) if spot is not None else ()
        return found[spot.at] if spot is not None and spot.at < len(found) else None

    def of_line(self, at: int) -> tuple[Place, ...]:
        """The places of a line, from left to right."""
        return tuple(place for cell in self.lines[at].cells for slot in cell for place in self.places[slot.id])

    def first_line_from(self, day: date) -> int:
        """The first line of a day or, where it has none, of the next that has one; the last line at the end."""
        days = [line.day for line in self.lines]
        at = bisect_right(days, day)
        while at > 0 and days[at - 1] == day and self.lines[at - 1].half is not None:
            at -= 1
        return min(at, max(len(days) - 1, 0))


def places_of(slot: SlotRow) -> tuple[Place, ...]:
    """The places of a session in the order of its needs; those who sit beyond what is needed come last."""
    if slot.cancelled:
        return (Place(Spot(slot.id, 0), 0, None, "", slot.body_name, slot.cancelled),)
    waiting = list(sitting(slot))
    filled: list[tuple[int, DutyRow | None, str]] = []
    for need, each in enumerate(slot.needs):
        left = each.count
        for duty in tuple(waiting):
            if left and duty.need == need:
                filled.append((need, duty, ""))
                waiting.remove(duty)
                left -= 1
        if left:
            filled += [(need, None, need_text(each))] * left
    filled += [(duty.need, duty, "") for duty in waiting]
    return tuple(
        Place(Spot(slot.id, at), need, duty, wanted, slot.body_name) for at, (need, duty, wanted) in enumerate(filled)
    )


def sheet_of(
    slots: tuple[SlotRow, ...],
    today: date | None = None,
    days: Mapping[date, str] | None = None,
    marks: Mapping[UUID, str] | None = None,
    order: Sequence[UUID] = (),
    known: Mapping[UUID, tuple[Place, ...]] | None = None,
) -> Sheet:
    """The sheet of a plan's sessions, the bodies in `order`; months are headed where there is more than one.

    `known` are the places of these very sessions, where they were worked out before (off the window's thread).
    """
    places = {body_id: at for at, body_id in enumerate(order)}
    bodies = dict.fromkeys(Column(slot.body_id, slot.body_name, slot.colour) for slot in slots)
    columns = tuple(sorted(bodies, key=lambda column: places.get(column.body_id, len(places))))
    where = {column.body_id: at for at, column in enumerate(columns)}
    grid: dict[tuple[date, int], list[list[SlotRow]]] = {}
    for slot in sorted(slots, key=lambda slot: (slot.day, slot.starts, slot.ends, slot.id)):
        row = grid.setdefault((slot.day, _ORDER[Half.of(slot.starts)]), [[] for _ in columns])
        row[where[slot.body_id]].append(slot)
    halves = {at: half for half, at in _ORDER.items()}
    lines: list[Line] = []
    several = len({(day.year, day.month) for day, _ in grid}) > 1
    before: date | None = None
    for (day, half), cells in sorted(grid.items()):
        if several and (before is None or (before.year, before.month) != (day.year, day.month)):
            lines.append(Line(day.replace(day=1)))
        lines.append(Line(day, halves[half], day != before, tuple(tuple(cell) for cell in cells)))
        before = day
    return Sheet(columns, tuple(lines), today, days or {}, marks or {}, known or {})
