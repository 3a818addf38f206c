"""The starter catalogue and the forbidden proofs, read from `resources/catalogue/*.toml`.

Written from the project's list of 108 community-level items of Fujian; `limit_confirmed = false` marks 待核. The proofs are the
20 that a 居委会 must not issue (民发〔2020〕20号) with what to say and where to send people.
"""

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from db.catalogue.rules import ItemContent, Material
from db.errors import Unavailable

FOLDER = Path(__file__).parents[2] / "resources" / "catalogue"
FILES = ("elders", "children", "health", "food", "housing", "affairs", "party", "more")
_KNOWN = {field.name for field in fields(ItemContent)}


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof that must not be issued: the sentence for the counter, what may be shown instead, where to go."""

    name: str
    aliases: tuple[str, ...]
    refusal: str
    instead: str
    go: tuple[str, ...]
    source: str


@cache
def starter_items() -> tuple[ItemContent, ...]:
    """The 108 starter items, in the order of the six 有 and X.

    Raises:
        Unavailable: the program's own files are missing.
    """
    return tuple(_item(row, table["category"]) for table in map(_table, FILES) for row in table["item"])


@cache
def forbidden_proofs() -> tuple[Proof, ...]:
    """The 20 proofs of 民发〔2020〕20号, first list, in its order."""
    table = _table("proofs")
    return tuple(
        Proof(
            name=row["name"],
            aliases=tuple(row["aliases"]),
            refusal=row["refusal"],
            instead=row.get("instead", ""),
            go=tuple(row["go"]),
            source=table["source"],
        )
        for row in table["proof"]
    )


def _table(name: str) -> dict[str, Any]:
    path = FOLDER / f"{name}.toml"
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise Unavailable(f"程序自带的文件 {path.name} 读不出来，请重新安装。") from error


def _item(row: dict[str, Any], category: str) -> ItemContent:
    facts = {key: value for key, value in row.items() if key in _KNOWN}
    unit = row.get("unit", "工作日")
    facts |= {
        "local_code": row["code"],
        "category": category,
        "aliases": tuple(row["aliases"]),
        "promise_unit": unit,
        "legal_unit": unit,
        "materials": tuple(Material(**material) for material in row["materials"]),
    }
    return ItemContent(**facts)
