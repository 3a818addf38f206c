"""A process that upgrades a database to two revisions of the future, and waits between them where it is told to.

    python -m tests.faults.upgrading URL FOLDER [wait | tell]

FOLDER holds the revisions; with `wait` the second one says in FOLDER/between that it has begun, and goes on when
FOLDER/go is there; with `tell` the process says in FOLDER/begun that it upgrades now. Prints “upgraded”, “nothing to do”, or the sentence of a refusal.
"""

import os
import sys
import time
from pathlib import Path

from alembic.config import Config
from sqlalchemy import Connection

from db.engine import make_engine
from db.errors import Refusal
from db.migrations import upgrade as upgrading
from db.migrations import version

REVISIONS = ("0001", "0002", "0003")
PATIENCE = 120
SCRIPTS = {
    "0002_names.py": """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0002", "0001", None, None


def upgrade():
    op.add_column("centre", sa.Column("slogan", sa.String(), nullable=False, server_default="new"))
    op.execute("UPDATE centre SET slogan = name")
""",
    "0003_more.py": """
import sqlalchemy as sa
from alembic import op
from tests.faults.upgrading import between

revision, down_revision, branch_labels, depends_on = "0003", "0002", None, None


def upgrade():
    between()
    op.create_table("future", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("INSERT INTO future (id) VALUES (1)")
""",
}
_WAITING: list[Path] = []


def between() -> None:
    """Called by the second revision, when the first has been done."""
    for folder in _WAITING:
        (folder / "between").touch()
        until = time.monotonic() + PATIENCE
        while not (folder / "go").exists():
            if time.monotonic() > until:
                raise TimeoutError
            time.sleep(0.02)


def future(folder: Path) -> None:
    """Make this process a client of the future."""
    real = upgrading.config

    def config(connection: Connection | None = None) -> Config:
        made = real(connection)
        scripts = Path(upgrading.__file__).parent / "versions"
        made.set_main_option("path_separator", "os")
        made.set_main_option("version_locations", f"{scripts}{os.pathsep}{folder}")
        return made

    upgrading.config = config
    version.REVISIONS, version.HEAD = REVISIONS, REVISIONS[-1]


def main() -> None:
    url, folder = sys.argv[1], Path(sys.argv[2])
    future(folder)
    if "wait" in sys.argv:
        _WAITING.append(folder)
    engine = make_engine(url)
    if "tell" in sys.argv:
        (folder / "begun").touch()
    try:
        print("upgraded" if upgrading.upgrade(engine) else "nothing to do", flush=True)
    except Refusal as refusal:
        print(refusal.sentence, flush=True)
    finally:
        engine.dispose()


if __name__ == "__main__":
    # as a module of its name: the revision imports `between` from it, and must find the same list
    from tests.faults import upgrading as itself

    itself.main()
