"""Prepares a PostgreSQL server for a hall from nothing: owner, group roles, database, schema, grants, policies."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, make_url, text

from db.engine import LINK
from db.errors import RuleBroken, Unavailable
from db.migrations.upgrade import upgrade
from db.server import roles
from db.server.secure import secure
from db.staff.permissions import Role
from db.trouble import translated

Report = Callable[[int, int, str], None]
MAINTENANCE = "postgres"
"""The database that every server has: where databases are made from."""


@translated()
def set_up(url: str | URL, report: Report) -> None:
    """Make the database of a URL and everything in it; what is there already stays, so it can be run again.

    Args:
        url: the hall's database to be, with a user who may create roles and databases (postgres).
        report: progress.

    Raises:
        RuleBroken: the URL names no database, or the server's maintenance database.
        Unavailable: the server cannot be reached, or refuses.
    """
    target = make_url(url).set(drivername="postgresql+psycopg")
    name = target.database or ""
    if name in ("", MAINTENANCE, "template0", "template1"):
        raise RuleBroken("请在地址末尾写上要建立的数据库名，例：postgresql://postgres@服务器/linli。")
    if name != name.lower() or not name.replace("_", "").isalnum():
        raise RuleBroken("数据库名请只用小写字母、数字和下划线。")
    report(0, 4, "正在建立角色")
    admin = create_engine(target.set(database=MAINTENANCE), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    event.listen(admin, "connect", _direct)
    with admin.connect() as connection:
        _old_enough(connection)
        _able_enough(connection)
        _make_roles(connection, name)
        report(1, 4, "正在建立数据库")
        _make_database(connection, name)
    admin.dispose()
    _close_schema(target)
    engine = as_owner(target)
    report(2, 4, "正在建立数据表")
    upgrade(engine)
    report(3, 4, "正在设置权限")
    with engine.begin() as connection:
        secure(connection)
    engine.dispose()
    report(4, 4, "完成")


def as_owner(url: str | URL) -> Engine:
    """An engine for the administrator's work: whoever the URL logs in as acts as the owner of the tables."""
    target = make_url(url).set(drivername="postgresql+psycopg")
    options = f"-c role={roles.owner(target.database or '')}"
    engine = create_engine(target, poolclass=NullPool, connect_args={**LINK, "options": options})
    event.listen(engine, "connect", _direct)
    return engine


def _direct(driver: Any, _record: object) -> None:
    """Refuse a pooler: it leaves `options` out, and what was made would be another's than the owner's.

    One is known by the process number that a server tells at the start: a pooler makes it up.
    """
    [number] = driver.execute("SELECT pg_backend_pid()").fetchone()
    driver.rollback()
    if number != driver.pgconn.backend_pid:
        driver.close()
        raise Unavailable(
            "这个地址走的是连接池（PgBouncer），管理员的命令要直接连数据库服务器：请改成服务器自己的地址和端口，通常是 5432。"
        )


def _old_enough(connection: Connection) -> None:
    version = connection.scalar(text("SELECT current_setting('server_version_num')::int")) or 0
    if version < 140000:
        raise Unavailable("PostgreSQL 版本太旧，请安装 14 或更新的版本。")


def _able_enough(connection: Connection) -> None:
    asked = "SELECT rolsuper OR (rolcreaterole AND rolcreatedb) FROM pg_roles WHERE rolname = current_user"
    if not connection.scalar(text(asked)):
        user = connection.scalar(text("SELECT current_user"))
        raise Unavailable(
            f"用户 {user} 不能建立用户和数据库，请用 postgres（或有 CREATEROLE 和 CREATEDB 的用户）运行。"
        )


def _make_roles(connection: Connection, name: str) -> None:
    owner = roles.owner(name)
    if not _role_exists(connection, owner):
        connection.exec_driver_sql(f'CREATE ROLE "{owner}" NOLOGIN CREATEROLE')
    elif not connection.scalar(text("SELECT rolcreaterole FROM pg_roles WHERE rolname = :name"), {"name": owner}):
        connection.exec_driver_sql(f'ALTER ROLE "{owner}" CREATEROLE')  # the accounts page makes roles through it
    connection.exec_driver_sql(f'GRANT "{owner}" TO CURRENT_USER')
    connection.exec_driver_sql(f'SET ROLE "{owner}"')  # whoever makes a role may grant it
    for role in Role:
        if not _role_exists(connection, roles.group(name, role)):
            connection.exec_driver_sql(f'CREATE ROLE "{roles.group(name, role)}" NOLOGIN')
    connection.exec_driver_sql("RESET ROLE")


def _make_database(connection: Connection, name: str) -> None:
    there = connection.scalar(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name})
    if not there:
        connection.exec_driver_sql(
            f'CREATE DATABASE "{name}" OWNER "{roles.owner(name)}" ENCODING \'UTF8\' TEMPLATE template0'
        )
    connection.exec_driver_sql(f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC')
    for role in Role:
        connection.exec_driver_sql(f'GRANT CONNECT ON DATABASE "{name}" TO "{roles.group(name, role)}"')


def _close_schema(target: URL) -> None:
    """Before PostgreSQL 15 everybody may make tables in “public”, and the owner of the database does not own it."""
    admin = create_engine(target, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        connection.exec_driver_sql("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        name = target.database or ""
        connection.exec_driver_sql(f'GRANT ALL ON SCHEMA public TO "{roles.owner(name)}"')
        for role in Role:
            connection.exec_driver_sql(f'GRANT USAGE ON SCHEMA public TO "{roles.group(name, role)}"')
    admin.dispose()


def _role_exists(connection: Connection, name: str) -> bool:
    return bool(connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": name}))
