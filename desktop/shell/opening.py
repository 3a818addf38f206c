"""Opening the hall: database, schema, data key, one window a database; every trouble a sentence."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QLockFile
from sqlalchemy import URL, Engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from db.backup_auto import AutoBackups
from db.engine import embedded_url, make_engine
from db.errors import Refusal, Unavailable
from db.keyring_store import SystemKeyring
from db.keys import KeyStore, kept_check, open_vault
from db.migrations.upgrade import prepare
from db.places import data_folder
from db.server.diagnosis import hindrance
from db.server.secrets import as_user, with_secret, without_secret
from db.session import Hall
from db.trouble import translated
from desktop.shell.surroundings import EXIT_ALREADY_OPEN, EXIT_NO_DATABASE, NoWindow


@dataclass
class Opened:
    """An open hall and what belongs to it; `lock` is held while the window lives. `founded`: it has a centre."""

    hall: Hall
    engine: Engine
    lock: QLockFile | None
    backups: AutoBackups
    founded: bool = True

    def close(self) -> None:
        """Let go of the database; who still asks it something afterwards is not let in again as whoever has left."""
        if self.engine.dialect.name == "postgresql":
            event.listen(self.engine, "do_connect", _left)
        self.engine.dispose()
        if self.lock is not None:
            self.lock.unlock()


def _left(*_: object) -> None:
    raise Unavailable("已经退出登录，请重新登录。")


def open_hall(database: str = "", folder: Path | None = None, secret: str = "", user: str = "") -> Opened:
    """Open the database of a URL, or the embedded one in the data folder, making it at the first start.

    A server's password comes from the URL, from `secret` (typed just now), or from the system's keyring. `user` logs in
    to the server instead of whom the URL names.

    Raises:
        NoWindow: with the sentence for the clerk and the exit code.
    """
    folder = folder or data_folder()
    url = _url(database, folder)
    lock = None
    if user:
        url = as_user(url, user)
    if secret:
        url = url.set(password=secret)
    elif url.get_backend_name() == "postgresql":
        url = with_secret(url, SystemKeyring())
    if url.get_backend_name() == "sqlite" and url.database:
        lock = _only_window(Path(url.database))
    try:
        with translated():
            engine = make_engine(url)
            prepare(engine)
            founded = kept_check(engine) is not None
            vault = open_vault(engine, KeyStore.at(folder / "keys"))
    except Refusal as refusal:
        raise _at_start(refusal, url) from refusal
    except (SQLAlchemyError, OSError) as error:
        raise NoWindow(
            f"数据库打不开（{type(error).__name__}）。请检查文件和权限，或联系系统管理员。", EXIT_NO_DATABASE
        ) from error
    return Opened(Hall(engine, vault), engine, lock, AutoBackups(engine, folder / "backups"), founded)


def _at_start(refusal: Refusal, url: URL) -> NoWindow:
    """The refusal, told to somebody who has no window and has typed nothing yet."""
    error, sentence, secret_of = refusal.__cause__, refusal.sentence, ""
    if isinstance(error, DBAPIError):
        if url.get_backend_name() == "postgresql" and getattr(error.orig, "sqlstate", None) is None:
            found = hindrance(str(error.orig), url)
            sentence, secret_of = found.sentence, without_secret(url) if found.wants_password else ""
        elif "disk is full" in str(error.orig) or "No space left" in str(error.orig):
            sentence = f"磁盘已满，数据库 {url.database} 打不开。请清理磁盘后再打开程序。"
    return NoWindow(sentence, EXIT_NO_DATABASE, secret_of=secret_of)


def _url(database: str, folder: Path) -> URL:
    if not database:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise NoWindow(f"无法创建数据文件夹 {folder}：磁盘已满或没有写入权限。", EXIT_NO_DATABASE) from error
        return embedded_url(folder / "hall.sqlite")
    wrong = "--database 的写法不对，应像 sqlite:////路径/hall.sqlite 或 postgresql://用户@服务器/库名。"
    try:
        url = make_url(database)
    except (ArgumentError, ValueError) as error:  # ValueError: a port that is no number
        raise NoWindow(wrong, EXIT_NO_DATABASE) from error
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        raise NoWindow(f"{wrong}没有写文件名，关窗后什么都留不下。", EXIT_NO_DATABASE)
    return url


def _only_window(file: Path) -> QLockFile:
    """The lock that says “a window is open on this database”; a window that died leaves none."""
    if not file.parent.is_dir():
        raise NoWindow(f"文件夹 {file.parent} 不存在，请检查 --database 的路径。", EXIT_NO_DATABASE)
    lock = QLockFile(str(file.with_name(file.name + ".window")))
    lock.setStaleLockTime(0)
    if lock.tryLock(100):
        return lock
    if lock.error() is QLockFile.LockError.LockFailedError:
        raise NoWindow("这个数据库已经在另一个邻里前台窗口里打开，请切换到那个窗口。", EXIT_ALREADY_OPEN)
    raise NoWindow(f"文件夹 {file.parent} 是只读的或磁盘已满，无法打开数据库。请检查权限和剩余空间。", EXIT_NO_DATABASE)
