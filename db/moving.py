"""Carries a hall from one database to another (embedded ↔ PostgreSQL): all or nothing, and every row looked at again.

The source is read in one consistent transaction and never changed. The target is written in one transaction that commits
only when both sides hold the same rows, compared by a digest that does not depend on their order.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Table, bindparam, func, insert, select, update

from db.base import table_of
from db.centre.models import Centre
from db.engine import reader
from db.errors import RuleBroken, Unavailable
from db.migrations.upgrade import upgrade
from db.migrations.version import SchemaState, check_schema, schema_state
from db.registry import METADATA
from db.server.secure import become_owner
from db.server.statistics import take_statistics

Report = Callable[[int, int, str], None]
CHUNK = 1_000
_MODULUS = 1 << 256


@dataclass(frozen=True, slots=True)
class Moved:
    """What was carried: tables that had rows, and rows in all."""

    tables: int
    rows: int


def move(source: Engine, target: Engine, report: Report) -> Moved:
    """Copy everything; see the module.

    Args:
        source: the hall's database, at this client's schema.
        target: an empty database, or one whose tables are there and empty.
        report: progress; may raise to stop, and the target stays as it was.

    Raises:
        RuleBroken: the source has no centre, the target already has one, or both are the same database.
        Unavailable: a schema is another, or the copy is not what the source is.
    """
    if source.url == target.url:
        raise RuleBroken("来源和目标是同一个数据库，不需要搬迁。")
    check_schema(source)
    if schema_state(target) is SchemaState.EMPTY:
        upgrade(target)
    check_schema(target)
    with reader(source).connect() as old, old.begin(), target.connect() as new, new.begin():
        _unhurried(old)
        _unhurried(new)
        _must_be_a_hall(old)
        _must_be_empty(new)
        tables = METADATA.sorted_tables
        copied = {}
        for done, table in enumerate(tables):
            report(done, len(tables) + 1, f"正在搬迁 {table.name}")
            copied[table.name] = _copy(table, old, new)
        report(len(tables), len(tables) + 1, "正在逐行核对")
        _compare(tables, old, new)
        take_statistics(new)
    report(len(tables) + 1, len(tables) + 1, "搬迁完毕")
    return Moved(sum(rows > 0 for rows in copied.values()), sum(copied.values()))


def _unhurried(connection: Connection) -> None:
    """On a server: as the owner of the tables, and as long as it takes; one side waits while the other is read."""
    if connection.dialect.name == "postgresql":
        become_owner(connection)
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0")


def _must_be_a_hall(old: Connection) -> None:
    if not old.scalar(select(func.count()).select_from(table_of(Centre))):
        raise RuleBroken("来源数据库里还没有中心，没有什么可搬。请检查 --database 指定的位置。")


def _must_be_empty(new: Connection) -> None:
    if new.scalar(select(func.count()).select_from(table_of(Centre))):
        raise RuleBroken("目标数据库里已经有中心，只能搬到空的数据库。请换一个数据库名或文件名。")


def _copy(table: Table, old: Connection, new: Connection) -> int:
    """Rows that point at others of their table are written without the pointer first."""
    pointers = [
        column.name for column in table.columns if any(key.column.table is table for key in column.foreign_keys)
    ]
    count, later = 0, []
    for rows in _chunks(table, old):
        count += len(rows)
        if pointers:
            later += [row for row in rows if any(row[name] is not None for name in pointers)]
            rows = [{**row, **dict.fromkeys(pointers)} for row in rows]
        new.execute(insert(table), rows)
    if later:
        keys = list(table.primary_key.columns)
        found = update(table).where(*(key == bindparam(f"key_{key.name}") for key in keys))
        new.execute(
            found.values({name: bindparam(f"new_{name}") for name in pointers}),
            [
                {
                    **{f"key_{key.name}": row[key.name] for key in keys},
                    **{f"new_{name}": row[name] for name in pointers},
                }
                for row in later
            ],
        )
    return count


def _chunks(table: Table, connection: Connection) -> Iterator[list[dict[str, Any]]]:
    result = connection.execute(select(table), execution_options={"yield_per": CHUNK})
    for rows in result.mappings().partitions():
        yield [dict(row) for row in rows]


def _compare(tables: Sequence[Table], old: Connection, new: Connection) -> None:
    for table in tables:
        before, after = _digest(table, old), _digest(table, new)
        if before != after:
            raise Unavailable(
                f"搬迁没有完成：表 {table.name} 核对不一致（来源 {before[0]} 行，目标 {after[0]} 行）。"
                "来源没有改动，目标保持原样，请重试或联系维护人员。"
            )


def _digest(table: Table, connection: Connection) -> tuple[int, int]:
    """How many rows, and the sum of their hashes: the same for the same rows in any order."""
    names = [column.name for column in table.columns]
    count, total = 0, 0
    for rows in _chunks(table, connection):
        for row in rows:
            text = repr([row[name] for name in names]).encode()
            total = (total + int.from_bytes(hashlib.sha256(text).digest(), "big")) % _MODULUS
            count += 1
    return count, total
