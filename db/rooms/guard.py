"""The net under the room checks: two stretches of one part can never overlap, whatever a program does.

PostgreSQL: an exclusion constraint; `uuidrange` makes it work without the btree_gist extension.
Embedded: triggers before insert and update that look at the bounded index range.
"""

from sqlalchemy import Connection, event

from db.base import Base, table_of

OVERLAP = "occupancy_no_overlap"

POSTGRESQL = (
    f"ALTER TABLE occupancy ADD CONSTRAINT {OVERLAP} EXCLUDE USING gist"
    " (uuidrange(part_id, part_id, '[]') WITH &&, int8range(starts, ends) WITH &&)"
)
POSTGRESQL_TYPE = (
    "DO $$ BEGIN CREATE TYPE uuidrange AS RANGE (subtype = uuid); EXCEPTION WHEN duplicate_object THEN NULL; END $$"
)
_SQLITE = """
CREATE TRIGGER occupancy_{verb} BEFORE {verb} ON occupancy
WHEN EXISTS (
    SELECT 1 FROM occupancy AS other
    WHERE other.part_id = NEW.part_id AND other.starts > NEW.starts - 86400 AND other.starts < NEW.ends
      AND other.ends > NEW.starts AND other.id <> NEW.id
)
BEGIN SELECT RAISE(ABORT, '{name}'); END
"""
SQLITE = tuple(_SQLITE.format(verb=verb, name=OVERLAP) for verb in ("INSERT", "UPDATE"))


def statements(dialect: str) -> tuple[str, ...]:
    """The DDL that makes the net once the table is there; migrations run it too."""
    return (POSTGRESQL,) if dialect == "postgresql" else SQLITE


def guard_occupancy(model: type[Base]) -> None:
    """Have the net made together with the table, whenever it is created from the metadata."""

    def prepare(_table: object, connection: Connection, **_options: object) -> None:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(POSTGRESQL_TYPE)

    def stretch_net(_table: object, connection: Connection, **_options: object) -> None:
        for statement in statements(connection.dialect.name):
            connection.exec_driver_sql(statement)

    event.listen(table_of(model), "before_create", prepare)
    event.listen(table_of(model), "after_create", stretch_net)
