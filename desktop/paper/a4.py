"""A4: two copies as halves of one page where they fit, else each copy on pages of its own."""

from dataclasses import dataclass

from db.receipts.content import Big, Fields, PaperContent, PaperKind, Table, Text
from desktop.paper import qr
from desktop.paper.breaking import break_lines
from desktop.paper.closing import closing
from desktop.paper.grid import fields_grid, table_grid
from desktop.paper.pieces import Piece, Style, big, blank, paragraph, title_line
from desktop.paper.sheet import MM, Sheet
from desktop.paper.typeface import HEAVY, PLAIN

WIDTH, HEIGHT = 210 * MM, 297 * MM


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a copy is printed, in points: margins, the height of its page or half, the module of its QR code.

    A dense frame has the QR code beside the title and the sum of a table beside its caption, to save their rows.
    """

    style: Style
    side: float
    top: float
    bottom: float
    height: float
    module: float
    seal_room: float
    dense: bool = False

    @property
    def width(self) -> float:
        return WIDTH - 2 * self.side


_HALF = Frame(
    Style(size=9, leading=12, title=16, small=7.5, pad=1.3, gap=4.5),
    side=15 * MM, top=10 * MM, bottom=5 * MM, height=HEIGHT / 2, module=0.38 * MM, seal_room=13 * MM, dense=True,
)  # fmt: skip
_NORMAL = (
    Frame(
        Style(size=12, leading=19, title=22, small=10, pad=4.5, gap=10),
        side=22 * MM, top=22 * MM, bottom=15 * MM, height=HEIGHT, module=0.5 * MM, seal_room=24 * MM,
    ),
    Frame(
        Style(size=10.5, leading=15.5, title=20, small=9, pad=3.5, gap=7),
        side=20 * MM, top=18 * MM, bottom=15 * MM, height=HEIGHT, module=0.5 * MM, seal_room=20 * MM,
    ),
    Frame(
        Style(size=9.5, leading=13.5, title=18, small=8, pad=2.2, gap=6),
        side=18 * MM, top=15 * MM, bottom=12 * MM, height=HEIGHT, module=0.42 * MM, seal_room=18 * MM,
    ),
)  # fmt: skip
_LARGE = (
    Frame(
        Style(size=16, leading=25, title=28, small=13, pad=5.5, gap=11),
        side=17 * MM, top=18 * MM, bottom=15 * MM, height=HEIGHT, module=0.5 * MM, seal_room=24 * MM,
    ),
    Frame(
        Style(size=14, leading=21, title=24, small=12, pad=4, gap=8),
        side=16 * MM, top=17 * MM, bottom=14 * MM, height=HEIGHT, module=0.5 * MM, seal_room=20 * MM,
    ),
)  # fmt: skip

Pages = list[list[Piece]]
_PUT_UP = frozenset({PaperKind.DUTY_CHANGE})
"""Papers that hang on a wall: half a page would be too small to read from where one stands."""


def lay_out(sheet: Sheet, content: PaperContent, large: bool, mark: str, void: str) -> None:
    """Draw all copies; `mark` stands in the top left corner of every page, 作废 is stamped across each copy."""
    if not large and len(content.copies) == 2 and content.kind not in _PUT_UP and _may_fit_half(content):
        pages = _paginate(content, _HALF, void)
        if len(pages) == 1:
            _draw_halves(sheet, content, pages, mark, void)
            return
    frame, pages = _roomiest(content, _LARGE if large else _NORMAL, void)
    for label in content.copies:
        for number in range(1, len(pages) + 1):
            sheet.new_page(WIDTH, HEIGHT)
            if void:
                sheet.stamp(WIDTH / 2, HEIGHT / 2, "作废", 160)
            _draw(sheet, content, frame, pages, number, 0.0, label, mark)


def _may_fit_half(content: PaperContent) -> bool:
    """False where rows and characters alone are already too many for a half; spares laying it out in vain."""
    style = _HALF.style
    row = style.leading + 2 * style.pad
    height = 2.5 * style.title + 3 * style.leading + _HALF.seal_room  # titles; organisation, number, date
    for block in content.blocks:
        match block:
            case Fields():
                height += len(block.rows) / 2 * row + style.gap
            case Table():
                height += (len(block.rows) + 1) * row + style.gap
            case Text():
                height += max(1.0, len(block.text) * style.size / 2 / _HALF.width) * style.leading
            case Big():
                height += style.title
    return height < _HALF.height - _HALF.top - _HALF.bottom - _foot_height(content, _HALF)


def _roomiest(content: PaperContent, frames: tuple[Frame, ...], void: str) -> tuple[Frame, Pages]:
    """The largest type that keeps a copy on one page; where none does, the largest with the fewest pages.

    The smallest of three is only for a copy that it keeps on one page, not for reading page after page.
    """
    tried = []
    for frame in frames:
        pages = _paginate(content, frame, void)
        if len(pages) == 1:
            return frame, pages
        tried.append((frame, pages))
    return min(tried[:2], key=lambda one: len(one[1]))


def _draw_halves(sheet: Sheet, content: PaperContent, pages: Pages, mark: str, void: str) -> None:
    sheet.new_page(WIDTH, HEIGHT)
    for half, label in enumerate(content.copies):
        if void:
            sheet.stamp(WIDTH / 2, (half + 0.5) * HEIGHT / 2, "作废", 110)
        _draw(sheet, content, _HALF, pages, 1, half * HEIGHT / 2, label, mark)
    sheet.line(8 * MM, HEIGHT / 2, WIDTH - 8 * MM, HEIGHT / 2, 0.5, "4 3")


def _draw(
    sheet: Sheet, content: PaperContent, frame: Frame, pages: Pages, number: int, offset: float, label: str, mark: str
) -> None:
    """One page of one copy: its label, and what all copies have on this page."""
    if label:
        small = frame.style.small
        sheet.right(WIDTH - frame.side, offset + frame.top - small - 5, label, small, HEAVY)
    sheet.repeated(number, offset, lambda: _draw_common(sheet, content, frame, pages, number, mark))


def _draw_common(sheet: Sheet, content: PaperContent, frame: Frame, pages: Pages, number: int, mark: str) -> None:
    """The line above, the pieces, the foot and the page number."""
    small = frame.style.small
    above = frame.top - small - 5
    if mark:
        sheet.box(frame.side, above - 2, HEAVY.width(mark, small) + 8, small + 4)
        sheet.text(frame.side + 4, above, mark, small, HEAVY)
    if number > 1:
        sheet.centred(WIDTH / 2, above, f"{content.title}（续页）", small)
    y = frame.top
    for piece in pages[number - 1]:
        piece.draw(sheet, frame.side, y)
        y += piece.height
    _draw_foot(sheet, content, frame)
    if len(pages) > 1:
        below = HEIGHT - frame.bottom + 6
        sheet.centred(WIDTH / 2, below, f"第 {number} 页　共 {len(pages)} 页", small)


def _foot_lines(content: PaperContent, frame: Frame) -> list[str]:
    size, width = frame.style.small, frame.width
    phones = "　　".join(f"{label}：{value}" for label, value in content.phones)
    together = "　　".join(content.foot)
    parts = [phones, *([together] if PLAIN.width(together, size) <= width else content.foot)]
    return [line for part in parts if part for line in break_lines(part, width, size, PLAIN)]


def _foot_height(content: PaperContent, frame: Frame) -> float:
    lines = _foot_lines(content, frame)
    return len(lines) * frame.style.small * 1.4 + 8 if lines else 0.0


def _draw_foot(sheet: Sheet, content: PaperContent, frame: Frame) -> None:
    lines = _foot_lines(content, frame)
    if not lines:
        return
    y = frame.height - frame.bottom - _foot_height(content, frame)
    sheet.line(frame.side, y + 4, WIDTH - frame.side, y + 4, 0.5)
    for number, line in enumerate(lines):
        sheet.text(frame.side, y + 8 + number * frame.style.small * 1.4, line, frame.style.small)


def _paginate(content: PaperContent, frame: Frame, void: str) -> Pages:
    """The pieces of a copy on their pages: none is cut, a kept piece goes with the next, headers repeat."""
    room = frame.height - frame.top - frame.bottom - _foot_height(content, frame)
    pieces = _pieces(content, frame, room, void)
    pages: Pages = [[]]
    left = room
    number = 0
    while number < len(pieces):
        end = number + 1
        while pieces[end - 1].keep and end < len(pieces):
            end += 1
        group = pieces[number:end]
        height = sum(piece.height for piece in group)
        if height > left + 0.01 and pages[-1]:
            head = group[0].head
            pages.append([head] if head else [])
            left = room - (head.height if head else 0.0)
            while group and group[0].height == 0:
                group = group[1:]
        if height > left + 0.01:  # a group of kept pieces higher than a page: keep what can be kept
            group, end, height = group[:1], number + 1, group[0].height
        pages[-1] += group
        left -= height
        number = end
    return pages


def _pieces(content: PaperContent, frame: Frame, room: float, void: str) -> list[Piece]:
    style, width = frame.style, frame.width
    pieces = _masthead(content, frame)
    if void:
        pieces += paragraph(Text(f"本件已作废，不得使用。作废原因：{void}", "heading"), width, style)
    for block in content.blocks:
        match block:
            case Text():
                pieces += paragraph(block, width, style)
            case Fields():
                pieces += fields_grid(block, width, style, room)
            case Table():
                pieces += table_grid(block, width, style, room, total_above=frame.dense)
            case Big():
                pieces += big(block, width, style, style.title * 3)
    module = 0.0 if frame.dense else frame.module
    pieces.append(closing(content, width, style, module, frame.seal_room))
    return _with_company(pieces)


def _with_company(pieces: list[Piece]) -> list[Piece]:
    """The same pieces, the last text or row kept with the closing, so that no page holds signatures alone."""
    last = len(pieces) - 1
    while last > 0:
        last -= 1
        pieces[last] = pieces[last]._replace(keep=True)
        if pieces[last].solid:
            break
    return pieces


def _masthead(content: PaperContent, frame: Frame) -> list[Piece]:
    """Organisation, title in bold, number right under it; all centred."""
    style, width = frame.style, frame.width
    pieces = title_line(content.organisation, width, style.size * 1.15, style.leading * 1.15, PLAIN)
    pieces += title_line(content.title, width, style.title, style.title * 1.45, HEAVY)
    if content.number:
        pieces += title_line(content.number, width, style.size, style.leading, PLAIN)
    pieces.append(blank(style.gap))
    if not (frame.dense and content.qr):
        return pieces
    side = qr.side_of(content.qr, frame.module)
    column = max(side, PLAIN.width(content.qr_caption, style.small))
    return [_beside_code(pieces, content, frame, column, side)]


def _beside_code(pieces: list[Piece], content: PaperContent, frame: Frame, column: float, side: float) -> Piece:
    """The masthead with the QR code and its caption in the right corner."""
    below = frame.style.small * 1.6
    titles = sum(piece.height for piece in pieces)
    height = max(titles, side + below)

    def draw(sheet: Sheet, left: float, top: float) -> None:
        x = left + frame.width - column
        qr.draw(sheet, content.qr, x + (column - side) / 2, top, frame.module)
        sheet.centred(x + column / 2, top + side, content.qr_caption, frame.style.small)
        y = top + (height - titles) / 2
        for piece in pieces:
            piece.draw(sheet, left, y)
            y += piece.height

    return Piece(height, draw, keep=True)
