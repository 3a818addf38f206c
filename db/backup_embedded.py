"""Backup and restore of the embedded database, with SQLite's online backup.

The copy is made in steps under one read transaction, so it is the state of one instant although others write meanwhile.
"""

import contextlib
import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlite
from sqlalchemy import Engine

from db.backup_facts import Backup, Report, Restored
from db.clock import local
from db.errors import Unavailable
from db.migrations.version import REVISIONS, VERSION_TABLE

PAGES_A_STEP = 2000
"""8 MB: a step takes a few milliseconds, and a long backup can be stopped between two."""
SPARE = 1.05


def back_up(engine: Engine, file: Path, report: Report, *, thorough: bool) -> Backup:
    """See `db.backup.back_up`."""
    source = database_file(engine)
    with _in_words(f"备份写不进 {file}"):
        file.parent.mkdir(parents=True, exist_ok=True)
        _room_for(source, file.parent)
        aside = file.with_name(f".{file.name}.part")
        try:
            _copy(source, aside, report)
            found = verify(aside, thorough=thorough)
            _flush(aside)
            os.replace(aside, file)
            _flush(file.parent)
        finally:
            _remove(aside)
    return Backup(file, found.size, found.schema, found.centres, found.journal)


def verify(file: Path, *, thorough: bool = True) -> Backup:
    """See `db.backup.verify`. Opens read-only: a backup is not changed by looking at it."""
    if not file.is_file():
        raise Unavailable(f"找不到备份文件：{file}。")
    with _in_words(f"备份文件 {file.name} 读不了"), _opened(file, "ro") as connection:
        check = "integrity_check(3)" if thorough else "quick_check(3)"
        faults = [row[0] for row in connection.execute(f"PRAGMA {check}")]
        if faults != ["ok"]:
            raise Unavailable(f"备份文件 {file.name} 已损坏（{faults[0]}），不能使用。")
        if connection.execute("PRAGMA foreign_key_check").fetchone():
            raise Unavailable(f"备份文件 {file.name} 里有记录失去了关联，不能使用。")
        return _facts(connection, file)


def restore(engine: Engine, file: Path, now: datetime, report: Report) -> Restored:
    """See `db.backup.restore`. The last step is one rename: a crash leaves either the old database or the new one."""
    target = database_file(engine)
    report(0, 3, "检查备份")
    verify(file)
    report(1, 3, "准备新的数据库")
    with _in_words(f"恢复写不进 {target.parent}"):
        target.parent.mkdir(parents=True, exist_ok=True)
        _room_for(file, target.parent)
        fresh = target.with_name(f".{target.name}.restoring")
        try:
            shutil.copyfile(file, fresh)
            found = verify(fresh)
            _flush(fresh)
            report(2, 3, "替换现有数据库")
            engine.dispose()
            aside = _put_aside(target, now)
            os.replace(fresh, target)
            _flush(target.parent)
        finally:
            _remove(fresh)
    report(3, 3, "完成")
    return Restored(Backup(target, found.size, found.schema, found.centres, found.journal), aside)


def database_file(engine: Engine) -> Path:
    """The file of an embedded database.

    Raises:
        Unavailable: it lives in memory.
    """
    name = engine.url.database
    if not name or name == ":memory:":
        raise Unavailable("临时数据库只在内存里，没有可备份的文件。")
    return Path(name)


def _copy(source: Path, target: Path, report: Report) -> None:
    _remove(target)
    with _opened(source, "rw") as origin, _opened(target, "rwc") as copy:
        origin.execute("BEGIN")
        origin.execute("SELECT count(*) FROM sqlite_master").fetchone()  # fixes the instant that is copied

        def step(_status: int, remaining: int, total: int) -> None:
            report(total - remaining, total, "正在备份")

        origin.backup(copy, pages=PAGES_A_STEP, progress=step, sleep=0)
        origin.execute("ROLLBACK")
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it


def _facts(connection: Any, file: Path) -> Backup:
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not {VERSION_TABLE, "centre", "journal_head"} <= tables:
        raise Unavailable(f"{file.name} 不是邻里前台的备份。")
    schema = connection.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone()
    if schema is None or schema[0] not in REVISIONS:
        raise Unavailable(f"备份 {file.name} 来自更新版本的邻里前台，请先更新本机的邻里前台。")
    centres = tuple(row[0] for row in connection.execute("SELECT name FROM centre ORDER BY created_at"))
    journal = connection.execute("SELECT coalesce(sum(seq), 0) FROM journal_head").fetchone()[0]
    written = connection.execute("SELECT count(*) FROM journal_entry").fetchone()[0]
    if written < journal:
        raise Unavailable(f"备份 {file.name} 的操作日志少了 {journal - written} 条，不能使用。")
    return Backup(file, file.stat().st_size, schema[0], centres, journal)


def _put_aside(target: Path, now: datetime) -> Path | None:
    """Link the present database under a second name; it stays where it is until the new one replaces it."""
    if not target.exists():
        return None
    _alone(target)
    aside = target.with_name(f"{target.stem}-{local(now):%Y%m%d-%H%M%S}-恢复前{target.suffix}")
    with contextlib.suppress(OSError):
        os.link(target, aside)
        return aside
    shutil.copyfile(target, aside)
    _flush(aside)
    return aside


def _alone(target: Path) -> None:
    """Fold the write-ahead log into the file; possible only when no window has the database open.

    A damaged database is put aside as it is: it is what is being replaced.
    """
    try:
        with _opened(target, "rw") as connection:
            connection.execute("PRAGMA busy_timeout=2000")
            mode = connection.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
    except sqlite.OperationalError as error:
        if "locked" in str(error):
            mode = "wal"
        else:
            raise
    except sqlite.DatabaseError:
        mode = "delete"
    if mode != "delete":
        raise Unavailable("数据库还开着。请关闭所有邻里前台窗口后再恢复；现在没有改动任何数据。")
    for suffix in ("-wal", "-shm"):
        _remove(target.with_name(target.name + suffix))


@contextmanager
def _opened(file: Path, mode: str) -> Iterator[Any]:
    """A bare connection (mode as in SQLite's URIs), closed at the end."""
    connection = sqlite.connect(f"{file.resolve().as_uri()}?mode={mode}", uri=True, isolation_level=None, timeout=10)
    try:
        yield connection
    finally:
        connection.close()


def _room_for(source: Path, folder: Path) -> None:
    wal = source.with_name(source.name + "-wal")
    needed = (source.stat().st_size + (wal.stat().st_size if wal.exists() else 0)) * SPARE
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise Unavailable(
            f"磁盘空间不够：需要 {needed / 1e6:.0f} MB，{folder} 只剩 {free / 1e6:.0f} MB。请清理磁盘或换一个位置。"
        )


@contextmanager
def _in_words(what: str) -> Iterator[None]:
    """File and database errors as a sentence that begins with `what`."""
    try:
        yield
    except sqlite.DatabaseError as error:
        text = str(error)
        if "full" in text:
            raise Unavailable(f"{what}：磁盘已满。请清理磁盘后重试。") from error
        if "locked" in text:
            raise Unavailable(f"{what}：数据库正忙，请稍后重试。") from error
        raise Unavailable(f"{what}：不是完好的数据库文件（{text}）。") from error
    except OSError as error:
        why = {errno.ENOSPC: "磁盘已满", errno.EACCES: "没有权限", errno.EROFS: "磁盘是只读的"}.get(
            error.errno or 0, error.strerror or str(error)
        )
        raise Unavailable(f"{what}：{why}。") from error


def _flush(path: Path) -> None:
    """Make the system write a file, or a folder's entries, to the disk. Folders cannot be flushed on Windows."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(path: Path) -> None:
    for each in (
        path,
        path.with_name(path.name + "-journal"),
        path.with_name(path.name + "-wal"),
        path.with_name(path.name + "-shm"),
    ):
        with contextlib.suppress(FileNotFoundError):
            each.unlink()
