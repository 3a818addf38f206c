"""What a database error means: try again, a sentence for the clerk, or a bug."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import UniqueConstraint
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError

from db.base import Base
from db.errors import LINK_LOST, NotAllowed, Refusal, RuleBroken, Unavailable

# Serialization failure, deadlock, a prepared statement that the server (another one behind a pooler) does not know;
# who waited for a lock has waited long enough.
_AGAIN = {"40001", "40P01", "26000"}
_NO_RIGHT = "42501"
"""Somebody was deactivated, or lost a role, while their window stood open."""
_STANDBY = "这台服务器是只读的备用服务器，只能查看，不能保存。请把地址改为主服务器后重试。"
_SENTENCES = (
    ("disk is full", "磁盘已满，本次操作没有保存，内容仍在窗口里。请清理磁盘后重试。"),
    ("No space left", "磁盘已满，本次操作没有保存，内容仍在窗口里。请清理磁盘后重试。"),
    ("read-write mode during recovery", _STANDBY),  # 0A000, as many other things: only the words tell
    ("恢复操作期间不能设置事务的读写模式", _STANDBY),
    ("readonly database", "数据库文件或所在磁盘是只读的，无法保存。请检查文件权限后重试。"),
    ("disk I/O error", "读写磁盘出错，本次操作没有保存。请检查磁盘后重试，并尽快备份。"),
    ("malformed", "数据库文件已损坏。请停止使用，用最近的备份恢复（python -m db restore 文件）。"),
    ("not a database", "这个文件不是邻里前台的数据库。请检查 --database 指定的位置。"),
    ("unable to open", "打不开数据库文件。请检查文件夹是否存在、是否有读写权限。"),
    ("database is locked", "数据库正被另一个窗口长时间占用，请稍后重试。"),
)
_STATES = {
    "55P03": "数据库正被另一个窗口长时间占用，请稍后重试。",
    "53100": "磁盘已满，本次操作没有保存，内容仍在窗口里。请清理磁盘后重试。",
    "25006": _STANDBY,
    "57014": "数据库服务器太忙，这一步没有做完就被它停下，什么也没有改动，内容仍在窗口里。请稍后重试。",
}
"""What a server means by its SQLSTATEs: its words may be Chinese."""


_NETS = {
    # constraints and triggers that stand behind a check which an action has already made (see db.rooms.guard)
    "occupancy_no_overlap": "这个时段刚刚被别人占用，请刷新后换一个时段或房间。",
}


def worth_retrying(error: DBAPIError) -> bool:
    """Whether the same transaction may well succeed when it is run again."""
    return getattr(error.orig, "sqlstate", None) in _AGAIN


def is_lost(error: DBAPIError) -> bool:
    """Whether the server went away in the middle, or cannot be reached (never so on the embedded database).

    What the transaction did may have been committed all the same: only the operation id can tell.
    """
    if type(error.orig).__module__.split(".")[0] != "psycopg":
        return False
    state = getattr(error.orig, "sqlstate", None) or ""
    going = state.startswith("57P") or state.startswith("08")  # shutting down, crashed, starting up; connection trouble
    return going or error.connection_invalidated or (not state and isinstance(error, OperationalError | InterfaceError))


def is_repeated_operation(error: DBAPIError) -> bool:
    """Whether the same operation id committed at the same moment on another connection."""
    text = str(error.orig)
    return isinstance(error, IntegrityError) and ("pk_operation" in text or "operation.centre_id" in text)


def sentence(error: DBAPIError) -> Refusal | None:
    """The refusal that a database error amounts to; None for what only a bug can cause."""
    if isinstance(error, IntegrityError):
        return _broken_constraint(error)
    state = getattr(error.orig, "sqlstate", None)
    if state == _NO_RIGHT:
        return NotAllowed("您的账号在服务器上没有这项权限：可能刚被停用或改了角色。请重新登录，或联系系统管理员。")
    if state in _STATES:
        return Unavailable(_STATES[state])
    text = str(error.orig)
    for mark, words in _SENTENCES:
        if mark in text:
            return Unavailable(words)
    if error.connection_invalidated or isinstance(error, OperationalError | InterfaceError):
        return Unavailable(LINK_LOST)
    return None


def _broken_constraint(error: IntegrityError) -> Refusal | None:
    """The sentence in `info` of the unique constraint that refused the row."""
    text = str(error.orig)
    for net, words in _NETS.items():
        if net in text:
            return RuleBroken(words)
    columns = re.search(r"UNIQUE constraint failed: (.+)", text)
    for table in Base.metadata.tables.values():
        for constraint in table.constraints:
            if not isinstance(constraint, UniqueConstraint) or "sentence" not in constraint.info:
                continue
            spelled = ", ".join(f"{table.name}.{column.name}" for column in constraint.columns)
            if (columns and columns.group(1) == spelled) or (constraint.name and str(constraint.name) in text):
                return RuleBroken(constraint.info["sentence"])
    return None


@contextmanager
def translated() -> Iterator[None]:
    """Database errors inside become the refusals they amount to; a bug stays what it is."""
    try:
        yield
    except DBAPIError as error:
        refusal = sentence(error)
        if refusal is None:
            raise
        raise refusal from error
