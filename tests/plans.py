"""Watches what reaches PostgreSQL and how it would be carried out: every statement, the prepared ones too, with its plan."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import Connection

from db.registry import METADATA
from db.wire import Sent, Wire

_PLANNED = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b", re.IGNORECASE)
_INDEXES = """
SELECT relation.relname, ARRAY(
    SELECT attribute.attname FROM unnest(kind.indkey) WITH ORDINALITY AS key (number, place)
    JOIN pg_attribute AS attribute ON attribute.attrelid = kind.indrelid AND attribute.attnum = key.number ORDER BY place
) FROM pg_index AS kind JOIN pg_class AS relation ON relation.oid = kind.indexrelid
JOIN pg_namespace AS place ON place.oid = relation.relnamespace WHERE place.nspname = 'public'
"""
_EXPLAIN = "EXPLAIN (FORMAT JSON)"
_TRAVEL, _LATER = Wire.travel, Wire.later
_KINDS = ("indexscan", "indexonlyscan", "hashjoin", "mergejoin", "material")
_WAYS = tuple(";".join(f"SET LOCAL enable_{kind} = {value}" for kind in _KINDS) for value in ("off", "on"))
"""Ways to carry a statement out: by bitmaps and nested loops alone, which cannot read a table from end to end; and any."""
_WHOLE = {"ix_room_shared"}
"""Indexes that are read as a whole: the few rooms that their halls share with all others."""
_SCANS = ("Index Scan", "Index Only Scan", "Bitmap Index Scan")


@dataclass(frozen=True, slots=True)
class Planned:
    """A statement and PostgreSQL's plans for it (EXPLAIN in JSON), one for each of `_WAYS`."""

    sql: str
    plans: tuple[Mapping[str, Any], ...]


@contextmanager
def watched(connection: Connection) -> Iterator[list[Planned]]:
    """Collect a connection's statements and their plans.

    A small table is read from end to end however good its indexes: so what is looked at is whether the planner could do
    otherwise.
    """
    seen: list[Planned] = []
    known: set[str] = set()

    def new(query: str) -> bool:
        fresh = _PLANNED.match(query) is not None and query not in known
        known.add(query)
        return fresh

    class Watching(psycopg.Cursor[Any]):
        def execute(self, query: Any, params: Any = None, **more: Any) -> Any:
            if isinstance(query, str) and new(query):
                plans = []
                for way in _WAYS:
                    super().execute(way)
                    super().execute(f"{_EXPLAIN} {query}", params, prepare=False)
                    [row] = self.fetchall()
                    plans.append(row[0][0]["Plan"])
                seen.append(Planned(query, tuple(plans)))
            return super().execute(query, params, **more)

    def look(wire: Wire, sent: Sent) -> None:
        call, parameters = sent
        if new(query := call.query.decode()):
            plans = []
            for way in _WAYS:
                wire._pg.exec_(way.encode())
                answer = wire._pg.exec_params(f"{_EXPLAIN} {query}".encode(), parameters, None, call.formats, 0)
                told = answer.get_value(0, 0)
                assert told is not None, answer.error_message
                plans.append(json.loads(told)[0]["Plan"])
            seen.append(Planned(query, tuple(plans)))

    def travel(wire: Wire, asked: Sequence[Sent], **more: Any) -> Any:
        for sent in asked:
            look(wire, sent)
        return _TRAVEL(wire, asked, **more)

    def later(wire: Wire, sent: Sent) -> None:
        look(wire, sent)
        _LATER(wire, sent)

    driver: Any = connection.connection.driver_connection
    before = driver.cursor_factory
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off; SET LOCAL jit = off")
    driver.cursor_factory = Watching
    _wires(travel, later)
    try:
        yield seen
    finally:
        _wires(_TRAVEL, _LATER)
        driver.cursor_factory = before


def _wires(travel: Any, later: Any) -> None:
    """How every connection sends its statements from now on."""
    setattr(Wire, "travel", travel)  # noqa: B010 - what is set is no method to the type checker
    setattr(Wire, "later", later)  # noqa: B010


def index_columns(connection: Connection) -> dict[str, list[str]]:
    """Index → its columns, in order (an expression is left out)."""
    return {row[0]: list(row[1]) for row in connection.exec_driver_sql(_INDEXES)}


def objections(planned: Planned, indexes: Mapping[str, list[str]], leading: Mapping[str, frozenset[str]]) -> list[str]:
    """What in the best of a statement's plans would grow with the other halls.

    Args:
        indexes: index → columns.
        leading: table → columns with which an index of it may begin, besides the centre.
    """
    found = [
        [objection for node in _nodes(plan) if (objection := _objection(node, indexes, leading))]
        for plan in planned.plans
    ]
    return min(found, key=len)


def _objection(
    node: Mapping[str, Any], indexes: Mapping[str, list[str]], leading: Mapping[str, frozenset[str]]
) -> str | None:
    kind, table = node["Node Type"], node.get("Relation Name", "")
    if kind == "Seq Scan" and table in METADATA.tables:
        return f"{table} is read from end to end"
    if kind not in _SCANS:
        return None
    name = node["Index Name"]
    columns = indexes.get(name, [])
    if not columns or name in _WHOLE:
        return None  # the first: of the server's own catalogue
    first = columns[0]
    if first != "centre_id" and first not in leading.get(_table_of(name), frozenset({"id"})):
        return f"{name} begins with {first}, not with the centre"
    if not re.search(rf"\b{first}\b", node.get("Index Cond", "")):
        return f"{name} is read from end to end"
    return None


def _table_of(index: str) -> str:
    """The table by the naming convention of db.base: the longest name that fits."""
    bare = index.split("_", 1)[1]
    fitting = [name for name in METADATA.tables if bare == name or bare.startswith(f"{name}_")]
    return max(fitting, key=len, default="")


def _nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)
