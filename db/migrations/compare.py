"""How models and a database are compared, and how a difference is written as a migration."""

from typing import Any, Literal

from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Column
from sqlalchemy.types import TypeEngine

from db.base import Code, UtcDateTime


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Our column types as plain SQLAlchemy ones: a migration must not change when our code does."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Code):
        return "sa.String(length=40)"
    return False


def compare_type(
    _context: object,
    _inspected: Column[Any],
    _declared: Column[Any],
    inspected_type: TypeEngine[Any],
    declared_type: TypeEngine[Any],
) -> bool | None:
    """True when a column's type differs, None for Alembic's own judgement."""
    if isinstance(declared_type, UtcDateTime):
        return type(inspected_type).__visit_name__.lower() not in {"datetime", "timestamp"}
    return None


OPTIONS: dict[str, Any] = {
    "render_as_batch": True,
    "compare_type": compare_type,
    "render_item": render_item,
    "transaction_per_migration": False,
}
