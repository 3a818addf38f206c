"""The net under the room checks: two stretches of one part can never overlap, whatever a program does.

PostgreSQL: an exclusion constraint; `uuidrange` makes it work without the btree_gist extension.
Embedded: triggers before insert and update that look at the bounded index range.
"""

from db.base import Base, table_of
from db.guard import Guard, guarded

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


def guard_occupancy(model: type[Base]) -> None:
    """Have the net made together with the table."""
    guarded(
        model,
        Guard(
            table_of(model).name,
            before={"postgresql": (POSTGRESQL_TYPE,)},
            after={"postgresql": (POSTGRESQL,), "sqlite": SQLITE},
        ),
    )
