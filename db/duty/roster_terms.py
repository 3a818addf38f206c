"""A term of office (任期) as rosters tell it: from one day to another, both included. ValueError with a sentence."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from db.catalogue.sheet import Cell
from db.duty.roster_cells import day_of, text_of
from db.text import half_width

_DAY = r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})[日号]?|月)?|年)?"
_APART = r"(?:至今|[-–—~～－至到]+)"
_OPEN = ("", "-", "—", "——", "/", "无", "至今", "长期")
_TERM = re.compile(rf"(?:自|从)?(?:{_DAY})?(?:起|开始)?(?:{_APART}(?:{_DAY})?)?(?:止|为止)?")


@dataclass(frozen=True, slots=True)
class Term:
    """From `first` to `last`, both included; None where that end is open."""

    first: date | None
    last: date | None

    def __str__(self) -> str:
        if self.first and self.last:
            return f"{self.first:%Y-%m-%d} 至 {self.last:%Y-%m-%d}"
        return f"{self.first:%Y-%m-%d} 起" if self.first else f"至 {self.last:%Y-%m-%d}" if self.last else ""


def read_term(term: Cell, first: Cell, last: Cell) -> Term | None:
    """The term in one cell (“2022.1—2026.12”, “2022年1月1日至今”) or in a cell for each end; None where all are empty.

    A year or month alone begins with its first day and ends with its last.
    """
    found = _of_one(term) if text_of(term) else Term(None, None)
    told = Term(_end(first, False) or found.first, _end(last, True) or found.last)
    if told.first and told.last and told.last < told.first:
        raise ValueError(f"任期的结束（{told.last:%Y-%m-%d}）早于开始（{told.first:%Y-%m-%d}）。")
    return told if told.first or told.last else None


def _of_one(cell: Cell) -> Term:
    text = re.sub(r"\s", "", half_width(text_of(cell)))
    if text in _OPEN:
        return Term(None, None)
    found = _TERM.fullmatch(text)
    if found is None or not (found[4] or re.search("[起今至到止]", text)):
        raise ValueError(f"任期“{text_of(cell)}”看不懂，请写成 2022-1-1 至 2026-12-31；届别请放在“届别”一列。")
    return Term(_day(cell, found.groups()[:3], False), _day(cell, found.groups()[3:], True))


def _end(cell: Cell, ends: bool) -> date | None:
    """One end of a term: a date, the number that a spreadsheet keeps for it, “2022年1月”, “2026”, “至今”."""
    told = day_of(cell)
    if told is not None:
        return told
    text = re.sub(r"\s", "", half_width(text_of(cell)))
    if text in _OPEN:
        return None
    found = re.fullmatch(_DAY, text)
    if found is None:
        raise ValueError(f"任期里的“{text_of(cell)}”看不懂，请写成 2026-12-31。")
    return _day(cell, found.groups(), ends)


def _day(cell: Cell, parts: tuple[str | None, ...], ends: bool) -> date | None:
    year, month, day = (int(part) if part else None for part in parts)
    if year is None:
        return None
    try:
        month = month or (12 if ends else 1)
        return date(year, month, day or (monthrange(year, month)[1] if ends else 1))
    except ValueError:
        raise ValueError(f"任期“{text_of(cell)}”里没有这一天，请核对。") from None
