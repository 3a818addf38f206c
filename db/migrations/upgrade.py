"""Brings a database to this client's schema, by Alembic without an ini file."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, select, text

from db.base import table_of
from db.centre.models import Centre
from db.changes import Change
from db.engine import BUSY_SECONDS
from db.errors import NotAllowed, Unavailable
from db.ids import new_id
from db.live import notify
from db.migrations import version
from db.migrations.version import SchemaState, check_schema, schema_state
from db.trouble import translated

if TYPE_CHECKING:
    from alembic.config import Config  # a tenth of the start: only who changes the schema pays for it

UPGRADED = "schema"
"""The kind of change that tells open windows that their program is older than the database now."""
_PATIENCE = (
    "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '10min';"
    " SET LOCAL idle_in_transaction_session_timeout = '10min'"
)
"""A big table takes longer than any click may, and so does waiting for another client that upgrades; and between two steps
a busy computer rests longer than anybody may in a click."""
PATIENCE_SECONDS = 120
"""The same on the embedded database, where only windows of one machine wait."""
_LOCK = 0x6C696E6C69  # “linli”: two clients that upgrade at the same moment go one after the other


def prepare(engine: Engine) -> None:
    """For the window's start: make the tables of an empty database, refuse every schema but this client's.

    Raises:
        Unavailable: an older, newer or foreign schema; the sentence says what to do.
    """
    state = schema_state(engine)
    if state is SchemaState.EMPTY:
        upgrade(engine)
    elif state is not SchemaState.CURRENT:
        check_schema(engine)


@translated()
def upgrade(engine: Engine) -> bool:
    """Bring an empty or older database to the newest schema, in one transaction: whoever is stopped has done nothing.

    Of several at once one does it, the others wait for it. Windows that are open are told and log out.

    Returns:
        Whether there was anything to do.

    Raises:
        Unavailable: the database is newer than this client, or another program's.
        NotAllowed: on a server with roles, for an account.
    """
    state = schema_state(engine)
    if state is SchemaState.CURRENT:
        return False
    if state in (SchemaState.NEWER, SchemaState.FOREIGN):
        check_schema(engine)
    with engine.connect() as connection:
        _pragmas(connection, foreign_keys="OFF", busy_timeout=PATIENCE_SECONDS * 1000)
        try:
            with connection.begin():
                return _upgraded(connection)
        finally:
            _pragmas(connection, foreign_keys="ON", busy_timeout=BUSY_SECONDS * 1000)


def _upgraded(connection: Connection) -> bool:
    """Inside the transaction: under the lock look again, somebody may have done it in the meantime."""
    from alembic import command
    from alembic.migration import MigrationContext

    from db.server.secure import become_owner, is_secured, secure

    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_PATIENCE)
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        become_owner(connection)
    _must_own(connection)
    if MigrationContext.configure(connection).get_current_revision() == version.HEAD:
        return False
    command.upgrade(config(connection), "head")
    _refuse_dangling(connection)
    if is_secured(connection):
        secure(connection)  # new tables and columns get their grants and policies with them
    for centre_id in connection.scalars(select(table_of(Centre).c.id)).all():
        notify(connection, centre_id, new_id(), frozenset({Change(UPGRADED, centre_id)}))
    return True


def _must_own(connection: Connection) -> None:
    """On a server with roles the schema is changed by who may act as the owner of the tables."""
    from db.server.secure import is_secured, owner_of

    if is_secured(connection) and not owner_of(connection):
        raise NotAllowed(
            "升级数据库要由服务器管理员来做：python -m db --database postgresql://postgres@服务器/数据库 upgrade。"
        )


def config(connection: Connection | None = None) -> "Config":
    """Alembic's configuration, in code."""
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


def _pragmas(connection: Connection, **values: object) -> None:
    """Set up SQLite, outside any transaction (inside one `foreign_keys` would do nothing).

    Without foreign keys, since rebuilding a table must not be taken for deleting its rows.
    """
    if connection.dialect.name == "sqlite":
        driver = connection.connection.driver_connection
        assert driver is not None
        for name, value in values.items():
            driver.execute(f"PRAGMA {name}={value}")


def _refuse_dangling(connection: Connection) -> None:
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise Unavailable("升级后有记录失去了关联，升级已撤销，数据库没有改变。请把备份交给维护人员检查。")
