"""From the rows of a spreadsheet to the items of a catalogue: everything that is wrong is told, with its row and column."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Final

from db.catalogue.cells import LIMITS, NUMBERS, aliases_of, limit_of, papers_of, text_of, whole_of, word_of, yes_of
from db.catalogue.columns import FIELD_LABELS, ColumnMap, headings
from db.catalogue.comparison import Comparison, compare
from db.catalogue.reading import reading
from db.catalogue.rules import AT_ONCE, PROMISED, ItemContent, Material, faults
from db.catalogue.sheet import Cell, Step, Table
from db.catalogue.unpacking import column_letters
from db.errors import RuleBroken

ERRORS_SHOWN: Final = 500
"""Errors collected before reading stops: whoever has so many mends the sheet first."""
OWN_CODE: Final = "N"
"""Codes that are made where the sheet has none begin so."""
_FLAGS: Final = ("limit_confirmed", "seal_delegated")
_PRINTED: Final = "printed"


@dataclass(frozen=True, slots=True)
class CellError:
    """What is wrong where: the row as the spreadsheet counts it (from 1), the column's letters and heading ("" = whole row)."""

    row: int
    column: str
    heading: str
    sentence: str

    def __str__(self) -> str:
        place = f"第 {self.row} 行" + (
            f"“{self.heading or self.column}”（{self.column}{self.row}）" if self.column else ""
        )
        return f"{place}：{self.sentence}"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a spreadsheet would do. With errors nothing can be imported."""

    rows: tuple[ItemContent, ...]
    errors: tuple[CellError, ...]
    comparison: Comparison


@dataclass(slots=True)
class _Draft:
    """An item being put together from one row or, with a material a row, from several."""

    row: int
    values: dict[str, Any]
    columns: dict[str, int]
    materials: list[Material] = field(default_factory=list)
    material_rows: list[int] = field(default_factory=list)


def plan(table: Table, mapping: ColumnMap, there: Mapping[str, ItemContent], step: Step) -> Plan:
    """Read a table under a mapping and compare it with the catalogue (by code, else by name).

    Fields that no column is mapped to stay as they are in the catalogue. `step(done, total, text)` may raise to stop.
    """
    reader = _Reader(table, mapping, there)
    total = len(table.rows)
    for number in range(mapping.header + 1, total):
        if number % 50 == 0:
            step(number, total, f"核对第 {number + 1} 行")
        reader.take(number)
        if len(reader.errors) >= ERRORS_SHOWN:
            break
    rows = reader.finish()
    _learn(rows, step)
    step(total, total, "核对完毕")
    errors = tuple(sorted(reader.errors, key=lambda error: (error.row, len(error.column), error.column)))
    return Plan(rows, errors, compare(there, rows if not errors else ()))


class _Reader:
    def __init__(self, table: Table, mapping: ColumnMap, there: Mapping[str, ItemContent]) -> None:
        self.table = table
        self.mapping = mapping
        self.there = there
        self.headings = headings(table, mapping)
        self.by_name = _unique_names(there)
        self.errors: list[CellError] = []
        self.drafts: dict[str, _Draft] = {}
        self.last: _Draft | None = None
        self.a_paper_a_row = "material.name" in mapping.fields
        self._made = 0

    def take(self, number: int) -> None:
        """Read one row."""
        cells = self.table.rows[number]
        if all(_blank(cell) for cell in cells):
            return
        before = len(self.errors)
        values, columns = self._values(number, cells)
        draft = self._draft(number, values, columns, len(self.errors) > before)
        if draft is not None and self.a_paper_a_row:
            self._paper(draft, number, values)

    def finish(self) -> tuple[ItemContent, ...]:
        """The items, judged by the rules of the catalogue."""
        made: list[ItemContent] = []
        for code, draft in self.drafts.items():
            content = self._content(code, draft)
            for fault in faults(content):
                self._error(draft.row, self._column_of(draft, fault.field), fault.sentence)
            made.append(content)
        if not made and not self.errors:
            self.errors.append(CellError(self.mapping.header + 2, "", "", "标题行下面没有内容。"))
        return tuple(made)

    def _values(self, number: int, cells: tuple[Cell, ...]) -> tuple[dict[str, Any], dict[str, int]]:
        values: dict[str, Any] = {}
        columns: dict[str, int] = {}
        for column, name in enumerate(self.mapping.fields):
            if name is None:
                continue
            columns[name] = column
            cell = cells[column] if column < len(cells) else ""
            try:
                self._value(values, name, "" if cell == "" else _text(cell, name))
            except RuleBroken as refusal:
                self._error(number, column, refusal.sentence)
        return values, columns

    def _value(self, values: dict[str, Any], name: str, text: str) -> None:
        blank = not text.strip()
        if name in LIMITS:
            days, unit = (None, "") if blank else limit_of(text)
            values[name] = days
            if unit:
                values.setdefault(_PRINTED, {})[LIMITS[name]] = unit
        elif name in NUMBERS:
            values[name] = None if blank else whole_of(text)
        elif name in _FLAGS:
            values[name] = yes_of(text)
        elif name == "aliases":
            values[name] = aliases_of(text)
        elif name == "materials":
            values[name] = papers_of(text)
        else:
            values[name] = (
                word_of(text, name) if name.endswith(("_unit", "_type", "role", "necessity", "form")) else text
            )

    def _draft(self, number: int, values: dict[str, Any], columns: dict[str, int], broken: bool) -> _Draft | None:
        code = self._code(values)
        goes_on = self.last is not None and not code and not values.get("name")
        if self.a_paper_a_row and (goes_on or code in self.drafts):
            draft = self.drafts.get(code) or self.last
            assert draft is not None
            self._same(draft, number, values)
            return draft
        if broken and not code:
            return None
        if not code:
            self._error(number, self.mapping.column_of("local_code"), "这一行没有事项编号。")
            return None
        if code in self.drafts:
            first = self.drafts[code].row + 1
            column = self.mapping.column_of("local_code")
            what = "事项编号" if column is not None else "事项名称"
            self._error(
                number, self.mapping.column_of("name") if column is None else column, f"{what}与第 {first} 行重复。"
            )
            return None
        self.last = self.drafts[code] = _Draft(number, values, columns)
        return self.last

    def _code(self, values: Mapping[str, Any]) -> str:
        if "local_code" in self.mapping.fields:
            return str(values.get("local_code", ""))
        name = values.get("name", "")
        if not name:
            return ""
        if name in self.by_name:
            return self.by_name[name]
        known = next((code for code, draft in self.drafts.items() if draft.values.get("name") == name), None)
        return known or self._made_code()

    def _made_code(self) -> str:
        while True:
            self._made += 1
            code = f"{OWN_CODE}{self._made:04d}"
            if code not in self.there and code not in self.drafts:
                return code

    def _same(self, draft: _Draft, number: int, values: Mapping[str, Any]) -> None:
        """A further row of an item repeats its fields or leaves them empty."""
        for name, value in values.items():
            if name.startswith("material.") or name == _PRINTED or value in ("", None, (), [], False):
                continue
            if value != draft.values.get(name):
                self._error(number, draft.columns.get(name), f"与第 {draft.row + 1} 行同一事项的内容不一致。")

    def _paper(self, draft: _Draft, number: int, values: Mapping[str, Any]) -> None:
        name = values.get("material.name", "")
        given = {key.removeprefix("material."): value for key, value in values.items() if key.startswith("material.")}
        if not name:
            if any(value not in ("", None) for value in given.values()):
                self._error(number, self.mapping.column_of("material.name"), "填了材料的其他内容，没有填材料名称。")
            return
        default = Material(name)
        draft.materials.append(
            replace(
                default,
                **{key: value for key, value in given.items() if value not in ("", None) or key in ("note", "source")},
            )
        )
        draft.material_rows.append(number)

    def _content(self, code: str, draft: _Draft) -> ItemContent:
        known = self.there.get(code)
        values = {
            name: value
            for name, value in draft.values.items()
            if not name.startswith("material.") and name not in ("materials", _PRINTED, "local_code")
        }
        units = draft.values.get(_PRINTED, {})
        for unit in LIMITS.values():
            if not values.get(unit):
                values.pop(unit, None)
        values |= units
        if not values.get("case_type"):
            values.pop("case_type", None)
        base = known or ItemContent(local_code=code, name="", case_type=PROMISED)
        content = replace(base, **values)
        if "limit_confirmed" not in values and known is not None and _limits(known) != _limits(content):
            content = replace(content, limit_confirmed=False)  # what was vouched for was another limit
        if content.case_type == AT_ONCE and not draft.values.get("promise_limit"):
            content = replace(content, promise_limit=None)
        if self.a_paper_a_row:
            return replace(content, materials=tuple(draft.materials))
        if "materials" in draft.values:
            kept = {material.name: material for material in base.materials}
            papers = tuple(kept.get(name, Material(name)) for name in draft.values["materials"])
            return replace(content, materials=papers)
        return content

    def _column_of(self, draft: _Draft, name: str) -> int | None:
        column = draft.columns.get(name)
        if column is None and name == "materials":
            return draft.columns.get("material.name")
        return column

    def _error(self, number: int, column: int | None, sentence: str) -> None:
        letters = "" if column is None else column_letters(column + 1)
        heading = "" if column is None else self.headings[column]
        self.errors.append(CellError(number + 1, letters, heading, sentence))


def _learn(rows: Sequence[ItemContent], step: Step) -> None:
    """Make the readings of all names now: they are kept, and the transaction that writes the items is short."""
    for number, content in enumerate(rows):
        if number % 100 == 0:
            step(number, len(rows), "准备拼音")
        for text in (content.name, *content.aliases):
            reading(text)


def _limits(content: ItemContent) -> tuple[object, ...]:
    return (
        content.case_type,
        content.promise_limit,
        content.promise_unit,
        content.legal_limit,
        content.legal_unit,
    )


@lru_cache(maxsize=50_000, typed=True)
def _text(cell: Cell, name: str) -> str:
    return text_of(cell, name, FIELD_LABELS[name])


def _unique_names(there: Mapping[str, ItemContent]) -> dict[str, str]:
    names: dict[str, str] = {}
    doubles: set[str] = set()
    for code, content in there.items():
        if content.name in names:
            doubles.add(content.name)
        names[content.name] = code
    return {name: code for name, code in names.items() if name not in doubles}


def _blank(cell: Cell) -> bool:
    return isinstance(cell, str) and not cell.strip()
