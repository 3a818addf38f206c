"""What a server's error means stands in its SQLSTATE: a server that speaks Chinese says it in other words."""

import pytest
from psycopg import errors
from sqlalchemy.exc import DBAPIError

from db.errors import LINK_LOST, Unavailable
from db.trouble import sentence


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (errors.LockNotAvailable("由于锁等待超时而取消语句"), "正被另一个窗口长时间占用"),
        (errors.ReadOnlySqlTransaction("不能在恢复过程中执行 INSERT"), "备用服务器"),
        (errors.FeatureNotSupported("在恢复操作期间不能设置事务的读写模式"), "备用服务器"),
        (errors.FeatureNotSupported("cannot set transaction read-write mode during recovery"), "备用服务器"),
        (errors.DiskFull("无法扩展文件：设备上没有空间"), "磁盘已满"),
        (errors.QueryCanceled("由于语句执行超时，取消了语句"), "太忙"),
        (errors.OperationalError("服务器意外地关闭了联接"), LINK_LOST),
    ],
)
def test_a_server_s_error_is_known_in_any_language(error: errors.Error, words: str) -> None:
    refusal = sentence(DBAPIError.instance("SELECT 1", None, error, errors.Error))  # type: ignore[arg-type]
    assert isinstance(refusal, Unavailable)
    assert words in refusal.sentence
