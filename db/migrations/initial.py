"""Writes `versions/0001_initial.py` from the models: `python -m db.migrations.initial`.

For the time before the first release only; afterwards every change of the models is a revision of its own
(`python -m db.migrations.initial --next 0002 "why"` writes a draft of it, to be read and corrected by hand).
"""

import argparse
from pathlib import Path

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from alembic.operations.ops import UpgradeOps
from sqlalchemy import Connection

from db.engine import make_engine
from db.guard import GUARDS
from db.migrations.compare import OPTIONS
from db.migrations.upgrade import upgrade
from db.migrations.version import HEAD
from db.registry import METADATA

VERSIONS = Path(__file__).parent / "versions"
_HEAD = '''"""{title}

Revision ID: {revision}
Revises: {revises}
"""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = {down}
branch_labels = None
depends_on = None


def upgrade() -> None:
{body}
'''
_GUARD = """    if op.get_bind().dialect.name == "{dialect}":
{statements}"""
_DIALECTS = ("sqlite", "postgresql")


def initial_script() -> str:
    """The text of the first revision, for both databases, with what guards the tables."""
    engine = make_engine("sqlite://")
    with engine.begin() as connection:
        body = f"    {_operations(connection)}"
    engine.dispose()
    before = [
        _guard(dialect, [one for guard in GUARDS for one in guard.before.get(dialect, ())]) for dialect in _DIALECTS
    ]
    after = [
        _guard(dialect, [one for guard in GUARDS for one in guard.after.get(dialect, ())]) for dialect in _DIALECTS
    ]
    parts = [part for part in (*before, body, *after) if part]
    return _HEAD.format(title="The first schema.", revision="0001", revises="", down="None", body="\n\n".join(parts))


def next_script(revision: str, title: str) -> str:
    """The draft of a revision that brings yesterday's schema to today's models."""
    engine = make_engine("sqlite://")
    upgrade(engine)
    with engine.begin() as connection:
        body = _operations(connection)
    engine.dispose()
    return _HEAD.format(title=title, revision=revision, revises=HEAD, down=f'"{HEAD}"', body=f"    {body}")


def _operations(connection: Connection) -> str:
    context = MigrationContext.configure(connection, opts={**OPTIONS, "target_metadata": METADATA})
    operations = produce_migrations(context, METADATA).upgrade_ops
    assert isinstance(operations, UpgradeOps)
    return render_python_code(operations, render_as_batch=True, render_item=OPTIONS["render_item"])


def _guard(dialect: str, statements: list[str]) -> str:
    lines = "\n".join(f"        op.execute({statement!r})" for statement in statements)
    return _GUARD.format(dialect=dialect, statements=lines) if lines else ""


def main() -> None:
    """Write the first revision, or the draft of the next."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--next", nargs=2, metavar=("REVISION", "TITLE"))
    options = parser.parse_args()
    if options.next:
        revision, title = options.next
        path = VERSIONS / f"{revision}_{'_'.join(title.lower().split()[:5]).strip('.')}.py"
        path.write_text(next_script(revision, title), encoding="utf-8")
    else:
        path = VERSIONS / "0001_initial.py"
        path.write_text(initial_script(), encoding="utf-8")
    print(path)


if __name__ == "__main__":
    main()
