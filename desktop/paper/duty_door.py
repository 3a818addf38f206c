"""The sign at the door of a duty room: who sits here today, to be read from across the corridor. A4 landscape, no Qt."""

from dataclasses import dataclass

from desktop.paper.breaking import balanced_lines, break_lines
from desktop.paper.colour import ACCENT, BLACK, Colour, fill, of_index
from desktop.paper.render import Rendered
from desktop.paper.sheet import MM, Sheet
from desktop.paper.typeface import HEAVY, PLAIN

WIDTH, HEIGHT = 297 * MM, 210 * MM
_SIDE = 16 * MM
_INNER = WIDTH - 2 * _SIDE
_HEAD, _FOOT = 40 * MM, 20 * MM
_BAND = 10.0
_NAME = 58.0
_SMALLEST = 8.0
_ONE_OR_TWO = 24.0  # above this size a name has at most two lines
_LEAST = 46 * MM  # of a session with up to three people
_GAP = 9.0


@dataclass(frozen=True, slots=True)
class Sitter:
    """Somebody who sits here: name, what as, from where."""

    name: str
    kind: str
    unit_post: str


@dataclass(frozen=True, slots=True)
class DoorEntry:
    """A session of the day. `mark` is 正在值班, 停班 or empty; `colour` is the place of its body in the palette."""

    time: str
    body: str
    people: tuple[Sitter, ...]
    scope: str
    mark: str = ""
    colour: int = 0


@dataclass(frozen=True, slots=True)
class DoorSign:
    """What hangs at a door on one day."""

    centre: str
    room: str
    day: str
    entries: tuple[DoorEntry, ...]
    phone: str = ""


def door_sign(content: DoorSign, *, coloured: bool = True) -> Rendered:
    """One page where the sessions of the day fit on it, each as large as that allows."""
    sheet = Sheet(f"{content.room} 今日轮值 {content.day}", content.centre)
    room = HEIGHT - _HEAD - _FOOT
    most = _fits(content, room)
    pages = [content.entries[at : at + most] for at in range(0, len(content.entries), most)]
    for entries in pages or [()]:
        _head(sheet, content, coloured)
        high = room / max(len(entries), min(most, len(content.entries)), 1)
        for number, entry in enumerate(entries):
            _entry(sheet, entry, _HEAD + number * high, min(high, 118 * MM), coloured)
        if not entries:
            sheet.centred(WIDTH / 2, _HEAD + 50, "今日没有轮值", 44, HEAVY)
        _foot(sheet, content)
    pdf, missing = sheet.finish()
    return Rendered(pdf, missing, sheet.pages)


def _fits(content: DoorSign, room: float) -> int:
    """How many sessions stand on a page."""
    people = max((len(entry.people) for entry in content.entries), default=1)
    return max(1, int(room / (_LEAST * max(1, -(-people // 3)))))


def _head(sheet: Sheet, content: DoorSign, coloured: bool) -> None:
    sheet.new_page(WIDTH, HEIGHT)
    if coloured:
        sheet.ink(*ACCENT)
    lines, size = _fitted(content.room, _INNER, 40, 24, 1)
    sheet.centred(WIDTH / 2, 12 * MM, lines[0], size, HEAVY)
    sheet.ink()
    sheet.text(_SIDE, 29 * MM, content.centre, 14)
    sheet.right(WIDTH - _SIDE, 28 * MM, content.day, 18, HEAVY)
    sheet.line(_SIDE, 37 * MM, WIDTH - _SIDE, 37 * MM, 1.8)


def _entry(sheet: Sheet, entry: DoorEntry, top: float, high: float, coloured: bool) -> None:
    """Time and body on a line, the people side by side under it; what is received at the bottom."""
    colour: Colour = of_index(entry.colour) if coloured else BLACK
    fill(sheet, _SIDE, top + 3, _BAND, high - 10, colour)
    left, width = _SIDE + _BAND + 12, _INNER - _BAND - 12
    line = min(22.0, high * 0.13)
    sheet.text(left, top + 3, entry.time, line * 1.15, HEAVY)
    used = HEAVY.width(entry.time, line * 1.15) + 16
    right = HEAVY.width(entry.mark, line) + 28 if entry.mark else 0.0
    lines, size = _fitted(entry.body, width - used - right, line, 10, 1)
    sheet.text(left + used, top + 3 + (line * 1.15 - size) / 2, lines[0], size)
    if entry.mark:
        wide = HEAVY.width(entry.mark, line) + 16
        sheet.box(WIDTH - _SIDE - wide, top, wide, line * 1.15 + 7, 1.4)
        sheet.centred(WIDTH - _SIDE - wide / 2, top + 4, entry.mark, line, HEAVY)
    scope = break_lines(f"接待范围：{entry.scope}", width, line * 0.8, PLAIN)[:2] if entry.scope else []
    below = len(scope) * line + 8
    begins = top + line * 1.15 + 12
    _people(sheet, entry, left, begins, width, high - (begins - top) - below - 4)
    for number, text in enumerate(scope):
        sheet.text(left, top + high - below - 4 + number * line, text, line * 0.8)


def _people(sheet: Sheet, entry: DoorEntry, left: float, top: float, width: float, high: float) -> None:
    if not entry.people:
        sheet.text(left, top + high * 0.2, entry.mark or "暂缺", min(_NAME, high * 0.5), HEAVY)
        return
    columns = min(3, len(entry.people))
    rows = -(-len(entry.people) // columns)
    part, tall = (width - (columns - 1) * 16) / columns, high / rows
    size = min(
        _size(person, part, tall) for person in entry.people
    )  # one size for all who sit together, so that nobody is greater
    for number, person in enumerate(entry.people):
        x, y = left + number % columns * (part + 16), top + number // columns * tall
        names, about, small = _broken(person, part, size)
        spare = tall - _tall(names, about, size, small)
        y += max(0.0, min(spare / 2, _GAP * 2))
        for line in names:
            sheet.text(x, y, line, size, HEAVY)
            y += size * 1.15
        for line in about:
            sheet.text(x, y + 3, line, small)
            y += small * 1.25


def _size(person: Sitter, width: float, tall: float) -> float:
    """The largest size of the name at which a person fits, or the smallest there is."""
    size = _NAME
    while size > _SMALLEST:
        names, about, small = _broken(person, width, size)
        if (len(names) <= 2 or size <= _ONE_OR_TWO) and _tall(names, about, size, small) <= tall:
            return size
        size -= 1
    return size


def _broken(person: Sitter, width: float, size: float) -> tuple[list[str], list[str], float]:
    """Name and what is said about somebody in lines, and the size of the latter."""
    small = max(10.5 if size >= 15 else 7.5, min(20.0, size * 0.36))
    about = [
        line for text in (person.kind, person.unit_post) if text for line in break_lines(text, width, small, PLAIN)
    ]
    return balanced_lines(person.name, width, size, HEAVY), about, small


def _tall(names: list[str], about: list[str], size: float, small: float) -> float:
    return len(names) * size * 1.15 + len(about) * small * 1.25 + 3


def _fitted(text: str, width: float, size: float, least: float, most: int) -> tuple[list[str], float]:
    """The text on at most so many lines, smaller down to `least` points; then on as many lines as it needs."""
    while size > least and len(balanced_lines(text, width, size, HEAVY)) > most:
        size -= 0.5
    return balanced_lines(text, width, size, HEAVY), size


def _foot(sheet: Sheet, content: DoorSign) -> None:
    phone = f"　　咨询电话：{content.phone}" if content.phone else ""
    sheet.line(_SIDE, HEIGHT - 17 * MM, WIDTH - _SIDE, HEIGHT - 17 * MM, 0.6)
    sheet.centred(WIDTH / 2, HEIGHT - 14 * MM, f"来访请先到服务台登记{phone}　　政务服务便民热线：12345", 14)
