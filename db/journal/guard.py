"""The database itself refuses to change or delete journal entries: triggers made with the table, on both databases.

They stop slips and ordinary accounts; who may drop triggers can get past them, and is found out by the chain.
"""

from db.base import Base, table_of
from db.guard import Guard, guarded

REFUSAL = "操作日志只能追加，不能修改或删除"

_SQLITE = (
    "CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{refusal}'); END",
    "CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{refusal}'); END",
)
_POSTGRESQL = (
    "CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION '{refusal}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
    "CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION {table}_append_only()",
    "CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()",
)


def statements(dialect: str, table: str = "journal_entry") -> tuple[str, ...]:
    """The DDL that guards a table on a dialect (“sqlite” or “postgresql”); migrations run it too."""
    templates = _POSTGRESQL if dialect == "postgresql" else _SQLITE
    return tuple(template.format(table=table, refusal=REFUSAL) for template in templates)


def guards(dialect: str, table: str = "journal_entry") -> tuple[str, ...]:
    """The names of the triggers that guard a table."""
    kinds = ("no_change", "no_truncate") if dialect == "postgresql" else ("no_update", "no_delete")
    return tuple(f"{table}_{kind}" for kind in kinds)


def append_only(model: type[Base]) -> None:
    """Guard a model's table whenever it is created."""
    table = table_of(model).name
    guarded(model, Guard(table, after={dialect: statements(dialect, table) for dialect in ("sqlite", "postgresql")}))
