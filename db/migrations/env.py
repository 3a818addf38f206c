"""What Alembic runs: always on a connection that the caller opened and whose transaction the caller commits."""

from alembic import context

from db.migrations.compare import OPTIONS
from db.registry import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA, **OPTIONS)
context.run_migrations()
