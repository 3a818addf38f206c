"""The first schema.

Revision ID: 0001
"""

from alembic import op

from db.registry import METADATA

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    METADATA.create_all(op.get_bind())
