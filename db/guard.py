"""DDL that guards a table beyond its constraints (triggers, exclusion constraints): one registry for every way to make it.

`METADATA.create_all` makes the guards with their tables; `db.migrations.initial` writes them into the first revision;
`db.check` looks whether they are there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, event

from db.base import Base, table_of

Statements = Mapping[str, tuple[str, ...]]
"""By dialect name: “sqlite”, “postgresql”."""


@dataclass(frozen=True, slots=True)
class Guard:
    """What guards one table: statements before it is made (types) and after (triggers)."""

    table: str
    before: Statements = field(default_factory=dict)
    after: Statements = field(default_factory=dict)


GUARDS: list[Guard] = []


def guarded(model: type[Base], guard: Guard) -> None:
    """Have the guard made whenever the model's table is created from the metadata."""

    def prepare(_table: object, connection: Connection, **_options: object) -> None:
        _run(connection, guard.before)

    def finish(_table: object, connection: Connection, **_options: object) -> None:
        _run(connection, guard.after)

    GUARDS.append(guard)
    event.listen(table_of(model), "before_create", prepare)
    event.listen(table_of(model), "after_create", finish)


def _run(connection: Connection, statements: Statements) -> None:
    for statement in statements.get(connection.dialect.name, ()):
        connection.exec_driver_sql(statement)
