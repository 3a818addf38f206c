"""The 公示表 on the wall: A4 or A3 landscape, in colour or black on white, further pages under the same head. No Qt.

Columns, title and foot as shared/DOMAIN.md has them. The type is the largest that keeps it on one page, and where one page
does not do, a size that is still read from a step away.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from db.duty.rows import PosterContent, PosterLine
from desktop.paper import duty_table as table
from desktop.paper import qr
from desktop.paper.breaking import balanced_lines, break_lines
from desktop.paper.colour import ACCENT, of_hex, pale
from desktop.paper.duty_table import Column, Laid, Row, Table
from desktop.paper.render import Rendered
from desktop.paper.sheet import MM, Sheet
from desktop.paper.typeface import HEAVY, PLAIN

A3_SCALE = 2**0.5
_WIDTH, _HEIGHT = 297 * MM, 210 * MM
_SIDE = 11 * MM
_SIZES = (14.0, 12.5, 11.0, 10.0, 9.2)  # points on A4; on A3 they are a step larger
_SMALLER = (8.4, 7.8)  # of A4 points, on A3 only: 12 and 11 points there
_SEVERAL = 9.6  # where one page does not do
_FOOT_SIZE = 9.5
_MODULE = 0.42 * MM
_NOTED = of_hex("FFF4D6")
_PLAIN_COLUMNS = (
    Column("序号", 3, whole=True),
    Column("日期", 7, whole=True),
    Column("星期", 3, whole=True),
    Column("时段", 8, whole=True),
    Column("地点", 7, merged=True),
    Column("轮值人员", 8, split=True, bold=True),
    Column("身份", 12, split=True),
    Column("单位职务", 16, centred=False, split=True),
    Column("接待范围", 13, centred=False, merged=True),
    Column("备注", 9),
)
_BODY_COLUMN = Column("轮值单位", 8, merged=True)
_DAY = 1  # where bodies take turns, who looks for a day must not read the room of another


@dataclass(frozen=True, slots=True)
class Measure:
    """Sizes in points for one size of paper; `scale` is 1 for A4."""

    scale: float
    title_lines: tuple[str, ...]
    title: float
    foot: float

    @property
    def width(self) -> float:
        return _WIDTH * self.scale

    @property
    def height(self) -> float:
        return _HEIGHT * self.scale

    @property
    def side(self) -> float:
        return _SIDE * self.scale

    @property
    def inner(self) -> float:
        return self.width - 2 * self.side

    @property
    def top(self) -> float:
        """Where the table begins."""
        return self.side + (len(self.title_lines) * 1.2 + 0.55) * self.title

    @property
    def small(self) -> float:
        return _FOOT_SIZE * self.scale

    @property
    def room(self) -> float:
        """Points for the table on a page that has only its number below it."""
        return self.height - self.side - 1.6 * self.small - self.top


def poster(content: PosterContent, *, a3: bool = False, coloured: bool = True) -> Rendered:
    """Lay a 公示表 out; an edition 0 is stamped as the draft that it is."""
    return posters((content,), a3=a3, coloured=coloured)


def posters(contents: Sequence[PosterContent], *, a3: bool = False, coloured: bool = True) -> Rendered:
    """Several (the months of a plan) one after the other, each with its own foot and page numbers; at least one."""
    sheet = Sheet(contents[0].title, contents[0].organisation)
    for content in contents:
        m = _measure(content, A3_SCALE if a3 else 1.0)
        laid, pages = _fitting(_columns(content), _rows(content, coloured), m)
        for number, part in enumerate(pages, 1):
            _page(sheet, content, m, laid, part, number, len(pages), coloured)
    pdf, missing = sheet.finish()
    return Rendered(pdf, missing, sheet.pages)


def _columns(content: PosterContent) -> tuple[Column, ...]:
    if content.body_name or not any(line.body for line in content.lines):
        return _PLAIN_COLUMNS
    columns = (*_PLAIN_COLUMNS[:4], _BODY_COLUMN, *_PLAIN_COLUMNS[4:])
    return tuple(replace(column, within=_DAY) if column.merged else column for column in columns)


def _rows(content: PosterContent, coloured: bool) -> list[Row]:
    with_body = len(_columns(content)) > len(_PLAIN_COLUMNS)
    return [_row(number, line, with_body, coloured) for number, line in enumerate(content.lines, 1)]


def _row(number: int, line: PosterLine, with_body: bool, coloured: bool) -> Row:
    when = (str(number), f"{line.day.month}月{line.day.day}日", line.weekday, line.time)
    body = (line.body,) if with_body else ()
    who = (line.room, line.members, line.kinds, line.unit_posts, line.scope, line.note)
    return Row((*when, *body, *who), _NOTED if coloured and line.note else None)


def _measure(content: PosterContent, scale: float) -> Measure:
    inner = (_WIDTH - 2 * _SIDE) * scale
    size = 23.0 * scale
    lines = balanced_lines(content.title, inner, size, HEAVY)
    while len(lines) > 1 and size > 17 * scale:
        size -= 0.5 * scale
        lines = balanced_lines(content.title, inner, size, HEAVY)
    return Measure(scale, tuple(lines), size, _foot_height(content, scale, inner))


def _fitting(columns: tuple[Column, ...], rows: list[Row], m: Measure) -> tuple[Table, list[tuple[Laid, ...]]]:
    for size in (*_SIZES, *(_SMALLER if m.scale > 1 else ())):
        if len(rows) * table.least_height(size * m.scale) > m.room - m.foot:
            continue
        laid = table.lay_out(columns, rows, m.inner, size * m.scale)
        if laid.head + laid.height(laid.rows) <= m.room - m.foot:
            return laid, [laid.rows]
    laid = table.lay_out(columns, rows, m.inner, (_SMALLER[0] if m.scale > 1 else _SEVERAL) * m.scale)
    return laid, table.balanced(laid, m.room, m.room - m.foot)


def _page(
    sheet: Sheet, content: PosterContent, m: Measure, laid: Table, rows: tuple[Laid, ...], number: int, count: int,
    coloured: bool,
) -> None:  # fmt: skip
    sheet.new_page(m.width, m.height)
    if not content.edition:
        sheet.stamp(m.width / 2, m.height / 2, "草稿", 150 * m.scale)
    _head(sheet, m, coloured)
    last = number == count
    room = m.room - (m.foot if last else 0.0) - laid.head
    stretch = min(1.55, room / laid.height(rows)) if rows else 1.0
    head = pale(ACCENT, 0.14) if coloured else None
    end = table.draw(sheet, laid, rows, m.side, m.top, head, max(1.0, stretch))
    if not content.lines:
        sheet.centred(m.width / 2, end + 3 * m.small, "这一时段没有轮值安排", 1.6 * m.small)
        end += 8 * m.small
    if last:
        _foot(sheet, content, m, end)
    if count > 1:
        sheet.centred(m.width / 2, m.height - m.side - m.small, f"第 {number} 页　共 {count} 页", m.small)


def _head(sheet: Sheet, m: Measure, coloured: bool) -> None:
    if coloured:
        sheet.ink(*ACCENT)
    for number, line in enumerate(m.title_lines):
        sheet.centred(m.width / 2, m.side + number * 1.2 * m.title, line, m.title, HEAVY)
    sheet.ink()


def _left_lines(content: PosterContent, scale: float, inner: float) -> list[tuple[str, bool]]:
    """Phones, in bold, and notes, broken to what the code at the right leaves them."""
    size = _FOOT_SIZE * scale
    width = inner - _right_width(content, scale)
    phones: list[str] = []
    for phone in (f"{label}：{number}" for label, number in content.phones):
        if phones and HEAVY.width(f"{phones[-1]}　　{phone}", size * 1.1) <= width:
            phones[-1] += f"　　{phone}"
        else:
            phones.append(phone)
    found = [(line, True) for phone in phones for line in break_lines(phone, width, size * 1.1, HEAVY)]
    for number, note in enumerate(content.notes, 1):
        text = f"{number}. {note}" if len(content.notes) > 1 else note
        found += [(line, False) for line in break_lines(text, width, size, PLAIN)]
    return found


def _right_width(content: PosterContent, scale: float) -> float:
    """What the signing organisation, the date and the code take at the right of the foot."""
    size = 1.15 * _FOOT_SIZE * scale
    signed = max(PLAIN.width(content.organisation, size), PLAIN.width(f"{content.issued_on}（第 99 版）", size))
    return min(signed, 75 * MM * scale) + _code_width(content, scale) + 6 * MM * scale


def _code_width(content: PosterContent, scale: float) -> float:
    """The column of the code and what stands under it."""
    if not content.qr:
        return 0.0
    words = PLAIN.width(caption(content.qr), 0.8 * _FOOT_SIZE * scale)
    return max(qr.side_of(content.qr, _MODULE * scale), words) + 4 * scale


def _foot_height(content: PosterContent, scale: float, inner: float) -> float:
    size = _FOOT_SIZE * scale
    left = len(_left_lines(content, scale, inner)) * 1.5 * size
    code = qr.side_of(content.qr, _MODULE * scale) + 1.1 * size if content.qr else 0.0
    return max(left, code, 14 * MM * scale) + 6 * scale


def _foot(sheet: Sheet, content: PosterContent, m: Measure, end: float) -> None:
    """Whom to call at the left; who signed it, when and the code at the right, all under the table."""
    top = end + 5 * m.scale
    for number, (line, bold) in enumerate(_left_lines(content, m.scale, m.inner)):
        sheet.text(
            m.side, top + number * 1.5 * m.small, line, m.small * (1.1 if bold else 1.0), HEAVY if bold else PLAIN
        )
    right = m.width - m.side
    if content.qr:
        module = _MODULE * m.scale
        side, wide = qr.side_of(content.qr, module), _code_width(content, m.scale)
        middle = right - (wide - 4 * m.scale) / 2
        qr.draw(sheet, content.qr, middle - side / 2, top - 3 * m.scale, module)
        sheet.centred(middle, top + side - 5 * m.scale, caption(content.qr), 0.8 * m.small)
        right -= wide
    size = 1.15 * m.small
    edition = f"（第 {content.edition} 版）" if content.edition > 1 else ""
    lines = [*break_lines(content.organisation, 75 * MM * m.scale, size, PLAIN), f"{content.issued_on}{edition}"]
    middle = right - max(PLAIN.width(line, size) for line in lines) / 2
    for number, line in enumerate(lines):
        sheet.centred(middle, top + (number + 0.6) * 1.6 * size, line, size)


def caption(code: str) -> str:
    """What stands under the code: with an address in front a phone opens it, else a window of the centre checks it."""
    return "扫一扫，查看最新轮值" if code[:4].lower() == "http" else "到窗口扫码，核对是否最新"
