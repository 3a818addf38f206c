"""Tables of duties on A4 and A3: the head repeats on every page, no row is cut, equal neighbours may share one cell. No Qt.

A row may hold several people: columns that are `split` have a line for each of them, and their lines stand side by side.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.paper.breaking import balanced_lines, break_lines, is_one_word
from desktop.paper.colour import Colour, fill
from desktop.paper.sheet import Sheet
from desktop.paper.typeface import HEAVY, PLAIN

_PAD = 0.42  # of the type size, above and below the lines of a row
_SIDE = 0.45  # of the type size, left and right of a text
_BETWEEN = 0.4  # of the type size, between one person and the next
LEADING = 1.32
_SHARES = tuple(part / 20 for part in range(11, 20))  # of a page, tried one after another to fill all pages alike


@dataclass(frozen=True, slots=True)
class Column:
    """`most` is the widest it asks for, in ems; `split`: one part for each person; `merged`: equal neighbours share a cell;
    `whole`: a date, a time, a number, which is never broken while any other column can give way; `within`: cells are shared
    only where that column says the same too.
    """

    title: str
    most: float = 12.0
    centred: bool = True
    split: bool = False
    merged: bool = False
    bold: bool = False
    whole: bool = False
    within: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """The texts of a row, parts of a split column separated by line breaks; `tone` is laid under it on coloured paper."""

    cells: tuple[str, ...]
    tone: Colour | None = None
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Laid:
    """A row broken to the widths: the lines of each cell (one group a person in a split column), how many lines each person
    takes, and the least height of the row.
    """

    row: Row
    groups: tuple[tuple[tuple[str, ...], ...], ...]
    people: tuple[int, ...]
    height: float


@dataclass(frozen=True, slots=True)
class Table:
    """A table laid out for one width and one size of type."""

    columns: tuple[Column, ...]
    widths: tuple[float, ...]
    rows: tuple[Laid, ...]
    size: float
    head: float

    @property
    def leading(self) -> float:
        return self.size * LEADING

    def height(self, rows: Sequence[Laid]) -> float:
        """How high these rows are on one page, with what shared cells ask for, without the head."""
        return sum(heights(self, rows))


def least_height(size: float) -> float:
    """How high a row is at least in this size of type."""
    return size * LEADING + 2 * _PAD * size


def lay_out(columns: Sequence[Column], rows: Sequence[Row], width: float, size: float) -> Table:
    """Share out the width and break every cell to it."""
    widths = _widths(columns, rows, width, size)
    head = max(len(_lines(c.title, w, size, True)) for c, w in zip(columns, widths, strict=True))
    made = Table(tuple(columns), tuple(widths), (), size, head * size * LEADING + 3 * _PAD * size)
    return Table(made.columns, made.widths, tuple(_laid(made, row) for row in rows), size, made.head)


def heights(table: Table, rows: Sequence[Laid]) -> list[float]:
    """The height of each row; the last row of a shared cell grows where the cell needs more than its rows have."""
    found = [row.height for row in rows]
    for at, column in enumerate(table.columns):
        if not column.merged:
            continue
        for first, last in runs(rows, at, column.within):
            needs = _text_height(table, rows[first].groups[at])
            found[last - 1] += max(0.0, needs - sum(found[first:last]))
    return found


def runs(rows: Sequence[Laid], column: int, within: int | None = None) -> list[tuple[int, int]]:
    """From which row up to which the column says the same, and the one it is held `within`."""
    columns = (column,) if within is None else (column, within)
    found: list[tuple[int, int]] = []
    for at, row in enumerate(rows):
        if found and all(rows[at - 1].row.cells[each] == row.row.cells[each] for each in columns):
            found[-1] = (found[-1][0], at + 1)
        else:
            found.append((at, at + 1))
    return found


def pages(table: Table, room: float, last_room: float) -> list[tuple[Laid, ...]]:
    """The rows of each page: `room` points for head and rows, `last_room` on the last page, where the foot stands too.

    There is always a last page, be it without a row; a row higher than a page stands alone on one.
    """
    left = list(table.rows)
    found: list[tuple[Laid, ...]] = []
    while table.head + table.height(left) > last_room + 0.01 and left:
        count = 1
        while count < len(left) and table.head + table.height(left[: count + 1]) <= room + 0.01:
            count += 1
        if count == len(left) > 1:
            count -= 1  # the last page has the foot, and at least a row with it
        found.append(tuple(left[:count]))
        del left[:count]
    return [*found, tuple(left)]


def balanced(table: Table, room: float, last_room: float) -> list[tuple[Laid, ...]]:
    """The rows of each page, on as few pages as need be, none of them much emptier than the others."""
    best = pages(table, room, last_room)
    for share in _SHARES if len(best) > 1 else ():
        even = pages(table, room * share, min(last_room, room * share))
        if len(even) == len(best):
            return even
    return best


def draw(
    sheet: Sheet, table: Table, rows: Sequence[Laid], x: float, top: float, head: Colour | None, stretch: float = 1.0
) -> float:
    """Draw head and rows; `stretch` makes every row so much higher. Returns where it ends."""
    left = x
    for column, width in zip(table.columns, table.widths, strict=True):
        if head is not None:
            fill(sheet, left, top, width, table.head, head)
        sheet.box(left, top, width, table.head, 0.9)
        _centre(sheet, table, _lines(column.title, width, table.size, True), left, top, width, table.head)
        left += width
    at = top + table.head
    tall = [height * stretch for height in heights(table, rows)]
    tops = [at + sum(tall[:number]) for number in range(len(rows) + 1)]
    for number, row in enumerate(rows):
        if row.row.tone is not None:
            fill(sheet, x, tops[number], sum(table.widths), tall[number], row.row.tone)
    spans = [dict(runs(rows, at, column.within)) if column.merged else {} for at, column in enumerate(table.columns)]
    for number, row in enumerate(rows):
        left = x
        for column_at, (column, width) in enumerate(zip(table.columns, table.widths, strict=True)):
            last = spans[column_at].get(number, 0) if column.merged else number + 1
            if last:
                high = tops[last] - tops[number]
                if last - number > 1 and any(each.row.tone for each in rows[number:last]):
                    fill(sheet, left, tops[number], width, high, (1.0, 1.0, 1.0))
                sheet.box(left, tops[number], width, high, 0.6)
                _cell(sheet, table, column_at, row, left, tops[number], high)
            left += width
    return tops[-1]


def _cell(sheet: Sheet, table: Table, at: int, row: Laid, left: float, top: float, high: float) -> None:
    column, width = table.columns[at], table.widths[at]
    bold = column.bold or row.row.bold
    face = HEAVY if bold else PLAIN
    together = row.people if column.split else [len(group) for group in row.groups[at]]
    apart = _BETWEEN * table.size if column.split else 0.0
    y = top + (high - sum(together) * table.leading - apart * (len(together) - 1)) / 2
    for group, lines in zip(row.groups[at], together, strict=True):
        for number, line in enumerate(group):
            line_top = y + (number + (lines - len(group)) / 2) * table.leading + (table.leading - table.size) / 2
            if column.centred:
                sheet.centred(left + width / 2, line_top, line, table.size, face)
            else:
                sheet.text(left + _SIDE * table.size, line_top, line, table.size, face)
        y += lines * table.leading + apart


def _centre(
    sheet: Sheet, table: Table, lines: Sequence[str], left: float, top: float, width: float, high: float
) -> None:
    y = top + (high - len(lines) * table.leading) / 2 + (table.leading - table.size) / 2
    for number, line in enumerate(lines):
        sheet.centred(left + width / 2, y + number * table.leading, line, table.size, HEAVY)


def _laid(table: Table, row: Row) -> Laid:
    groups = []
    for column, width, text in zip(table.columns, table.widths, row.cells, strict=True):
        parts = text.split("\n") if column.split else [text]
        groups.append(
            tuple(tuple(_lines(part, width, table.size, column.bold or row.bold, column.centred)) for part in parts)
        )
    split = [at for at, column in enumerate(table.columns) if column.split]
    count = max((len(groups[at]) for at in split), default=0)
    for at in split:
        groups[at] += (("",),) * (count - len(groups[at]))
    people = tuple(max(len(groups[at][person]) for at in split) for person in range(count))
    alone = [len(groups[at][0]) for at, column in enumerate(table.columns) if not column.split and not column.merged]
    side_by_side = sum(people) * table.leading + max(count - 1, 0) * _BETWEEN * table.size
    high = max(side_by_side, max([1, *alone]) * table.leading)
    return Laid(row, tuple(groups), people, high + 2 * _PAD * table.size)


def _text_height(table: Table, cell: tuple[tuple[str, ...], ...]) -> float:
    return sum(len(group) for group in cell) * table.leading + 2 * _PAD * table.size


def _lines(text: str, width: float, size: float, bold: bool, centred: bool = True) -> list[str]:
    """The text broken to a cell. Where two lines do, what stands in brackets, or behind a number (“203 调解室”), goes on the
    second one whole; centred lines are about equally long.
    """
    face, room = HEAVY if bold else PLAIN, width - 2 * _SIDE * size
    lines = balanced_lines(text, room, size, face) if centred else break_lines(text, room, size, face)
    if len(lines) == 2:
        before, bracket, after = text.partition("（")
        number, _, name = text.partition(" ")
        for first, second in ((before, bracket + after), (number, name)):
            if first and second and all(face.width(part, size) <= room for part in (first, second)):
                return [first, second]
    return lines


def _widths(columns: Sequence[Column], rows: Sequence[Row], width: float, size: float) -> list[float]:
    """Every column as wide as its longest text asks for, up to `most`; what is left over is shared out, what lacks is taken
    from those that can break their lines.
    """
    least, wanted = [], []
    for at, column in enumerate(columns):
        face = HEAVY if column.bold else PLAIN
        parts = [part for row in rows for part in row.cells[at].split("\n")]
        longest = max((face.width(part, size) for part in parts), default=0.0)
        words = max((face.width(part, size) for part in parts if is_one_word(part)), default=0.0)
        head = HEAVY.width(column.title, size)
        frame = 2 * _SIDE * size + 0.5
        floor = max(longest if column.whole else min(words, column.most * size), min(head, 2.05 * size)) + frame
        least.append(floor)
        wanted.append(max(floor, head + frame, min(longest, column.most * size) + frame))
    low, high = sum(least), sum(wanted)
    if high <= width:
        loose = [w * (2.0 if not column.centred else 1.0) for w, column in zip(wanted, columns, strict=True)]
        return [w + (width - high) * part / sum(loose) for w, part in zip(wanted, loose, strict=True)]
    share = max(0.0, (width - low) / (high - low)) if high > low else 0.0
    found = [a + (b - a) * share for a, b in zip(least, wanted, strict=True)]
    return [each * min(1.0, width / sum(found)) for each in found]
