"""Rows as plain values inside a transaction: a dataclass with slots whose fields are the columns of a table.

They are written without the ORM: whole when they are new (`Act.put`), else only what is different from when they were read.
"""

from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Table, bindparam, update

from db.prepared import Prepared

Kept = tuple[object, ...]
"""What a record looked like when it was read."""


def values(record: Any) -> dict[str, Any]:
    """The record as a row."""
    return dict(zip(record.__slots__, kept(record), strict=True))


def kept(record: Any) -> Kept:
    """What is compared when it is written again."""
    return _fields(record.__slots__)(record)


def change(connection: Connection, table: Table, record: Any, before: Kept) -> bool:
    """Write, with the next journey, what is different from `before` of a row that is there; False where nothing is."""
    now = kept(record)
    names = tuple(name for name, old, new in zip(record.__slots__, before, now, strict=True) if new != old)
    if names:
        given = {f"to_{name}": value for name, value in zip(record.__slots__, now, strict=True) if name in names}
        _change(table, names).later(connection, {"of_centre": record.centre_id, "of_id": record.id, **given})
    return bool(names)


@cache
def _fields(names: tuple[str, ...]) -> Callable[[Any], Kept]:
    return attrgetter(*names)


@cache
def _change(table: Table, names: tuple[str, ...]) -> Prepared:
    """One statement for each set of columns that change together; the actions on a table make some dozens."""
    return Prepared(
        update(table)
        .where(table.c.centre_id == bindparam("of_centre"), table.c.id == bindparam("of_id"))
        .values({table.c[name]: bindparam(f"to_{name}", type_=table.c[name].type) for name in names})
    )
