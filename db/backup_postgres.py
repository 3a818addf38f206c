"""Backup and restore of a hall on PostgreSQL, with its own pg_dump and pg_restore.

The password travels in the environment of the child process, never on its command line, where others could read it.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import URL, Engine, text

from db.backup_facts import Backup, Report, Restored
from db.clock import local
from db.engine import reader
from db.errors import NotAllowed, RuleBroken, Unavailable
from db.migrations.version import VERSION_TABLE, check_schema
from db.server.secure import become_owner, is_secured, owner_of, secure
from db.server.statistics import take_statistics

HOURS = 6 * 3600
"""Seconds after which a dump or restore counts as stuck."""
CLOSING_SECONDS = 3.0
_WHOLE = ("--format=custom", "--no-owner", "--no-privileges", "--exclude-schema=pgbouncer")
"""Not what lets a pooler look passwords up: it belongs to the server and to its superuser (manual, “连接池”)."""
_ARCHIVE = b"PGDMP"
"""What a file of pg_dump begins with."""
_CUT = ("could not read from input file", "could not uncompress data", "unexpected end of file", "corrupt")
NEEDED = {VERSION_TABLE, "centre", "journal_entry", "journal_head"}


def back_up(engine: Engine, file: Path, report: Report) -> Backup:
    """See `db.backup.back_up`."""
    check_schema(engine)
    owner = _as_owner(engine)
    schema, centres, journal = _facts(engine)
    report(0, 2, "正在备份")
    aside = file.with_name(f".{file.name}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        _run(engine, "pg_dump", *_WHOLE, *owner, f"--file={aside}")
        report(1, 2, "检查备份")
        verify(aside)
        os.replace(aside, file)
    except OSError as error:
        raise Unavailable(f"备份写不进 {file}：{error.strerror or error}。") from error
    finally:
        aside.unlink(missing_ok=True)
    report(2, 2, "完成")
    return Backup(file, file.stat().st_size, schema, centres, journal)


def verify(file: Path) -> Backup:
    """See `db.backup.verify`: the archive is read to its end, and every table of a hall's core is in it."""
    if not file.is_file():
        raise Unavailable(f"找不到备份文件：{file}。")
    with file.open("rb") as archive:
        if archive.read(len(_ARCHIVE)) != _ARCHIVE:
            raise Unavailable(f"{file.name} 不是邻里前台的备份。")
    contents = _tool_output("pg_restore", "--list", str(file))
    tables = {line.split()[6] for line in contents.splitlines() if " TABLE DATA " in line and len(line.split()) > 6}
    if not tables >= NEEDED:
        raise Unavailable(f"{file.name} 不是邻里前台的备份。")
    _tool_output("pg_restore", f"--file={os.devnull}", str(file))  # decompresses everything
    return Backup(file, file.stat().st_size, "", (), 0)


def restore(engine: Engine, file: Path, now: datetime, report: Report) -> Restored:
    """See `db.backup.restore`: in one transaction; what was there is dumped aside first."""
    report(0, 3, "检查备份")
    verify(file)
    owner = _as_owner(engine)
    _same_kind(engine, file)
    _alone(engine)
    report(1, 3, "保存现有数据")
    aside = None
    if _has_tables(engine):
        aside = file.with_name(f"{engine.url.database}-{local(now):%Y%m%d-%H%M%S}-恢复前.dump")
        _run(engine, "pg_dump", *_WHOLE, *owner, f"--file={aside}")
    report(2, 3, "恢复数据")
    _run(
        engine, "pg_restore", "--clean", "--if-exists", "--single-transaction", "--exit-on-error", "--no-owner",
        "--no-privileges", *owner, str(file),
    )  # fmt: skip
    engine.dispose()
    with engine.begin() as connection:
        become_owner(connection)
        if is_secured(connection):
            secure(connection)  # a dump carries no grants: roles may have other names here, or be none
        take_statistics(connection)
    schema, centres, journal = _facts(engine)
    report(3, 3, "完成")
    return Restored(Backup(file, file.stat().st_size, schema, centres, journal), aside)


def _as_owner(engine: Engine) -> tuple[str, ...]:
    """On a server set up for halls the tables belong to their owner role, whoever dumps and restores them.

    Raises:
        NotAllowed: who is connected is an account: it sees a part of the data, and half a backup is none.
    """
    with engine.connect() as connection:
        owner, walled = owner_of(connection), is_secured(connection)
    engine.dispose()
    if walled and not owner:
        raise NotAllowed(
            f"服务器用户 {engine.url.username} 只能看到自己大厅的数据，不能备份或恢复整个数据库。"
            "请服务器管理员用 postgres（或属主角色的成员）运行这条命令。"
        )
    return (f"--role={owner}",) if owner else ()


def _same_kind(engine: Engine, file: Path) -> None:
    """A backup of a server with roles goes where there are roles, and no other does.

    Raises:
        RuleBroken: it would not; the sentence says what to do first.
    """
    walled = " linli_login " in _tool_output("pg_restore", "--list", str(file))
    with engine.connect() as connection:
        owner, there = owner_of(connection), is_secured(connection)
    engine.dispose()
    if walled and not owner:
        raise RuleBroken("这个备份来自设置好的服务器，这里还没有角色。请先对这个数据库运行 setup-postgres --empty。")
    if there and not walled:
        raise RuleBroken("这个备份来自没有设置过角色的数据库。请恢复到一个新的数据库，再用 move 搬到这台服务器。")


def find_tool(name: str) -> Path:
    """The newest of PostgreSQL's own tools on this computer.

    Raises:
        Unavailable: there is none.
    """
    found = sorted(_candidates(name), key=_version, reverse=True)
    if not found:
        raise Unavailable(
            f"这台电脑上没有 PostgreSQL 的工具 {name}。请安装 PostgreSQL 客户端工具，或在数据库服务器上备份。"
        )
    return found[0]


def _candidates(name: str) -> Iterator[Path]:
    on_path = shutil.which(name)
    if on_path:
        yield Path(on_path)
    program = f"{name}.exe" if sys.platform == "win32" else name
    for root, pattern in (
        (Path("/usr/lib/postgresql"), f"*/bin/{program}"),
        (Path(os.environ.get("PROGRAMFILES", "/nonexistent")) / "PostgreSQL", f"*/bin/{program}"),
    ):
        if root.is_dir():
            yield from root.glob(pattern)


def _version(tool: Path) -> tuple[int, ...]:
    spelled = subprocess.run([tool, "--version"], capture_output=True, text=True, timeout=30, check=False).stdout
    numbers = [part for part in spelled.split() if part[:1].isdigit()]
    return tuple(int(part) for part in numbers[0].split(".") if part.isdigit()) if numbers else (0,)


def _run(engine: Engine, name: str, *options: str) -> None:
    _tool_output(name, *options, f"--dbname={_address(engine)}", environment=_secret(engine))


def _tool_output(name: str, *options: str, environment: dict[str, str] | None = None) -> str:
    tool = find_tool(name)
    try:
        done = subprocess.run(
            [tool, *options],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=HOURS,
            check=False,
            env={**os.environ, **(environment or {})},
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise Unavailable(f"{name} 没有运行成功：{error}。") from error
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["没有说明原因"]
        if any(sign in done.stderr for sign in _CUT):
            raise Unavailable("备份文件不完整或已损坏，请用另一份备份。数据库没有改变。")
        if "server version mismatch" in done.stderr or "unsupported version" in done.stderr:
            raise Unavailable(f"这台电脑上的 {name} 比数据库服务器旧，请安装与服务器同版本的 PostgreSQL 客户端工具。")
        raise Unavailable(f"{name} 没有成功：{last[0]}。数据库没有改变。")
    return done.stdout


def _address(engine: Engine) -> str:
    url = engine.url
    return URL.create(
        "postgresql", username=url.username, host=url.host, port=url.port, database=url.database, query=url.query
    ).render_as_string(hide_password=False)


def _secret(engine: Engine) -> dict[str, str]:
    return {"PGPASSWORD": str(engine.url.password)} if engine.url.password else {}


def _alone(engine: Engine) -> None:
    """Refuse while others are connected; a window that has just closed is given a moment to be gone."""
    engine.dispose()
    patience = time.monotonic() + CLOSING_SECONDS
    while others := _others(engine):
        if time.monotonic() > patience:
            break
        time.sleep(0.1)
    engine.dispose()
    if others:
        raise Unavailable(
            f"还有窗口连着数据库（{others} 个连接）。请关闭所有邻里前台窗口后再恢复；现在没有改动任何数据。"
        )


def _others(engine: Engine) -> int:
    with reader(engine).connect() as connection:
        found: int = connection.execute(
            text(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
        ).scalar_one()
        return found


def _has_tables(engine: Engine) -> bool:
    with reader(engine).connect() as connection:
        found = connection.execute(text("SELECT to_regclass('centre')")).scalar()
    engine.dispose()
    return found is not None


def _facts(engine: Engine) -> tuple[str, tuple[str, ...], int]:
    with reader(engine).connect() as connection:
        schema = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar_one()
        centres = connection.execute(text("SELECT name FROM centre ORDER BY created_at")).scalars().all()
        journal = connection.execute(text("SELECT coalesce(sum(seq), 0) FROM journal_head")).scalar_one()
    return str(schema), tuple(centres), int(journal)
