"""Which schema a database has, and whether this client may work on it. Cheap: asked at every start."""

from enum import Enum

from sqlalchemy import Engine, inspect, text

from db.engine import reader
from db.errors import Unavailable
from db.trouble import translated

REVISIONS: tuple[str, ...] = ("0001",)
"""Every revision in `versions/`, oldest first; a test holds this against the scripts."""
HEAD = REVISIONS[-1]
VERSION_TABLE = "alembic_version"


class SchemaState(Enum):
    """How a database's schema stands to this client."""

    EMPTY = "empty"
    OLDER = "older"
    CURRENT = "current"
    NEWER = "newer"
    FOREIGN = "foreign"


@translated()
def schema_state(engine: Engine) -> SchemaState:
    """How a database stands to this client; `FOREIGN` is a database of some other program."""
    with reader(engine).connect() as connection:
        tables = set(inspect(connection).get_table_names())
        if VERSION_TABLE not in tables:
            return SchemaState.FOREIGN if tables else SchemaState.EMPTY
        found = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()
    if found is None:
        return SchemaState.EMPTY if tables == {VERSION_TABLE} else SchemaState.FOREIGN
    if found == HEAD:
        return SchemaState.CURRENT
    return SchemaState.OLDER if found in REVISIONS else SchemaState.NEWER


def check_schema(engine: Engine) -> None:
    """Refuse to work on a schema that is not this client's.

    Raises:
        Unavailable: with what to do.
    """
    state = schema_state(engine)
    if state is SchemaState.CURRENT:
        return
    raise Unavailable(
        {
            SchemaState.EMPTY: "这是一个空数据库，还没有建立数据表。请运行 python -m db upgrade。",
            SchemaState.OLDER: "数据库是旧版本建立的。请关闭所有窗口，先备份（python -m db backup 文件），"
            "再升级（python -m db upgrade）。",
            SchemaState.NEWER: "数据库由更新版本的邻里前台建立，这个版本不能打开它。请把本机的邻里前台更新到同一版本。",
            SchemaState.FOREIGN: "这个数据库里有别的程序的数据表，不是邻里前台的数据库。请检查 --database 指定的位置。",
        }[state]
    )
