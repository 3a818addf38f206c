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


def determines(model: type[Base], *columns: str) -> None:
    """Tell PostgreSQL's planner that one of these columns says what another is: whose a row is, of which centre.

    It takes columns for independent, and expects of a clerk's cases the share of their centre, a six-hundredth among hundreds
    of halls. Read by ANALYZE; costs nothing when rows are written.
    """
    table = table_of(model).name
    made = f"CREATE STATISTICS st_{table} (dependencies) ON {', '.join(columns)} FROM {table}"
    guarded(model, Guard(table, after={"postgresql": (made,)}))


def _run(connection: Connection, statements: Statements) -> None:
    for statement in statements.get(connection.dialect.name, ()):
        connection.exec_driver_sql(statement)
