"""The list of the catalogue page: its columns, and which rows its filters let through."""

from dataclasses import dataclass

from db.catalogue.rows import ItemRow
from db.catalogue.rules import UNCONFIRMED, limit_text
from db.catalogue.shelf import Found, Shelf
from db.catalogue.starter import Proof
from desktop.catalogue.found import mark_of
from desktop.widgets.table import Column

EVERYTHING = 100_000
TYPED = 120
"""Rows shown for what was typed when no filter is set; the right one is among the first."""
ALL = "全部"
STATES = (ALL, "启用", "停用", UNCONFIRMED, "不应出具的证明")


@dataclass(frozen=True, slots=True)
class Filter:
    """What the list is narrowed to; ALL lets everything through."""

    category: str = ALL
    department: str = ALL
    state: str = ALL

    @property
    def open(self) -> bool:
        """Whether nothing is narrowed."""
        return self == Filter()

    def lets(self, found: Found) -> bool:
        """Whether a row is shown."""
        row = found.row
        if isinstance(row, Proof):
            return self.category == ALL and self.department == ALL and self.state in (ALL, STATES[4])
        return (
            self.category in (ALL, row.category)
            and self.department in (ALL, row.department)
            and (self.state == ALL or self.state in states_of(row))
        )


def states_of(row: ItemRow) -> tuple[str, ...]:
    """The states that a row is in."""
    return ("启用" if row.enabled else "停用", "" if row.limit_confirmed else UNCONFIRMED)


def listed(shelf: Shelf, typed: str, narrow: Filter) -> list[Found]:
    """The rows to show: in the order of the search, or by code while nothing is typed (the proofs last)."""
    if typed.strip():
        rows = shelf.find(typed, TYPED if narrow.open else EVERYTHING)
    else:
        rows = [*(Found(row, "") for row in shelf.items), *(Found(proof, "") for proof in shelf.proofs)]
    return rows if narrow.open else [found for found in rows if narrow.lets(found)]


def _item(found: Found, field: str) -> str:
    return "" if isinstance(found.row, Proof) else str(getattr(found.row, field))


def _department(found: Found) -> str:
    return found.row.source if isinstance(found.row, Proof) else found.row.department


def _name(found: Found) -> str:
    return f"{found.row.name}　（{found.why}）" if found.why else found.row.name


def _tone(found: Found) -> str:
    return {"不应出具": "bad", "已停用": "info", UNCONFIRMED: "warn", "": "good"}[mark_of(found)]


def _state(found: Found) -> str:
    return mark_of(found) or "启用"


def _handling(found: Found) -> str:
    row = found.row
    if isinstance(row, Proof):
        return "告知去处"
    promise = "即办" if row.at_once else limit_text(row.promise_limit, row.promise_unit) or "时限未定"
    return f"{row.role} · {promise}" if row.role else promise


COLUMNS: tuple[Column[Found], ...] = (
    Column("编号", lambda found: _item(found, "code"), 76),
    Column("事项名称", _name),
    Column("主管部门", _department, 124),
    Column("权限和时限", _handling, 136),
    Column("状态", _state, 96, tone=_tone),
)

GIVES_WAY: tuple[tuple[int, int], ...] = ((2, 600), (3, 440), (0, 340))
"""Columns that are left out below a width of the list (pixels at 100 %), so that the name keeps its place."""
