"""What the commands share: the database that is meant, the hall, the centre, who is acting, progress."""

import getpass
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from sqlalchemy import URL, Engine, make_url, select
from sqlalchemy.orm import Session

from db.action import Actor
from db.backup_embedded import database_file
from db.centre.models import Centre
from db.engine import LINK, make_engine
from db.errors import NotAllowed, RuleBroken, Unavailable
from db.ids import new_id
from db.journal.write import Author, Fact, Note, append
from db.keys import KeyStore, open_vault
from db.migrations.version import check_schema
from db.places import default_url, keys_folder
from db.server.diagnosis import Diagnosis, hindrance
from db.session import Hall
from db.staff.login import Attempt, log_in

COMMAND_LINE = "命令行"


@dataclass
class Console:
    """One run of a command."""

    url: str | None
    centre: str
    login: str
    clock: Callable[[], datetime]

    @cached_property
    def address(self) -> URL:
        """Where the database that is meant is, with its server's password, asked for where it is wanted."""
        return with_password(make_url(self.url or default_url()))

    @cached_property
    def engine(self) -> Engine:
        """The engine of the database that is meant."""
        return make_engine(self.address)

    @cached_property
    def store(self) -> KeyStore:
        """The keys of this computer."""
        return KeyStore.at(keys_folder())

    @cached_property
    def hall(self) -> Hall:
        """The hall in the database.

        Raises:
            Unavailable: there is no database, its schema is another, or its key is not here.
        """
        self.must_exist()
        check_schema(self.engine)
        return Hall(self.engine, open_vault(self.engine, self.store))

    def must_exist(self) -> None:
        """Refuse where there is no embedded database: opening it would make an empty one.

        Raises:
            Unavailable: there is none.
        """
        if self.engine.dialect.name == "sqlite" and not database_file(self.engine).exists():
            raise Unavailable(f"找不到数据库：{database_file(self.engine)}。请检查 --database，或先运行 upgrade 建立。")

    def centre_id(self) -> UUID:
        """The centre that is meant.

        Raises:
            RuleBroken: there is none, no such one, or several and none was named.
        """
        centres = self.hall.read(centres_of)
        if not centres:
            raise RuleBroken("数据库里还没有中心，请先打开邻里前台完成设置。")
        if self.centre:
            for centre_id, code in centres:
                if code == self.centre:
                    return centre_id
            raise RuleBroken(f"没有代码为“{self.centre}”的中心。现有：{'、'.join(code for _, code in centres)}。")
        if len(centres) > 1:
            raise RuleBroken(
                f"数据库里有 {len(centres)} 个中心，请用 --centre 指定：{'、'.join(c for _, c in centres)}。"
            )
        return centres[0][0]

    def actor(self) -> Actor:
        """Whoever the login name and the password that is asked for belong to.

        Raises:
            NotAllowed: no login was named, or the login is refused.
        """
        if not self.login:
            raise NotAllowed("这项操作要写入日志，请用 --login 登录名 说明是谁在操作。")
        password = ask_secret(f"{self.login} 的密码：")
        entered = log_in(self.hall, Attempt(self.centre_id(), self.login, self.clock(), new_id()), password)
        if entered.must_change:
            raise NotAllowed(f"{entered.why_change}请先在窗口里登录并改好密码。")
        return entered.actor

    def journal(self, tag: str, **facts: Fact) -> None:
        """Tell every centre's journal what was done on the command line, where nobody logs in."""
        now, op = self.clock(), new_id()
        with self.hall.transaction() as session:
            for centre_id, _ in centres_of(session):
                author = Author(centre_id, None, COMMAND_LINE, None, now, op)
                append(session, self.hall.vault, author, [Note(tag, facts=dict(facts))])

    def close(self) -> None:
        """Close the database, if it was opened."""
        if "engine" in self.__dict__:
            self.engine.dispose()


def with_password(url: URL, *, to_be_made: bool = False) -> URL:
    """The address, with the password that its server wants: from the address, libpq's own places, or typed now.

    A password in the address stands in the shell's history, so nobody has to write it there.

    Args:
        url: of either kind of database.
        to_be_made: the server need not have the database yet.

    Raises:
        Unavailable: the server cannot be reached or does not let one in; the sentence says why.
    """
    if url.get_backend_name() != "postgresql":
        return url
    found = _hindered(url)
    if found is not None and found.wants_password and not url.password:
        url = url.set(password=ask_secret(f"服务器用户 {url.username or ''} 的密码："))
        found = _hindered(url)
    if found is not None and not (found.no_database and to_be_made):
        raise Unavailable(found.sentence)
    return url


def _hindered(url: URL) -> Diagnosis | None:
    """What keeps one from connecting, None when nothing does."""
    import psycopg

    engine = make_engine(url)
    _, named = engine.dialect.create_connect_args(engine.url)
    try:
        psycopg.connect(**{**named, **LINK}).close()
    except psycopg.OperationalError as error:
        return hindrance(str(error), url)
    return None


def progress(done: int, total: int, words: str) -> None:
    """One line that changes, on a terminal; nothing in a log."""
    if sys.stderr.isatty():
        share = f"{100 * done // total:3d} %" if total else ""
        print(f"\r\033[K{share} {words}", end="\n" if done == total else "", file=sys.stderr, flush=True)


def ask_secret(question: str) -> str:
    """A password typed unseen, or the next line where the input is no terminal."""
    if sys.stdin.isatty():
        return getpass.getpass(question)
    return sys.stdin.readline().rstrip("\r\n")


def ask_new_secret(question: str) -> str:
    """A password to be kept, typed unseen and twice: a slip in the first administrator's would lock everybody out."""
    while True:
        first = ask_secret(question)
        if not first or not sys.stdin.isatty() or getpass.getpass("再输一遍：") == first:
            return first
        print("两次输入的不一样，请重新输入。", file=sys.stderr)


def ask_line(question: str) -> str:
    """A line typed by a person, or the next line of the input."""
    print(question, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip()


def centres_of(session: Session) -> list[tuple[UUID, str]]:
    """Every centre of the database and its code, the oldest first."""
    rows = session.execute(select(Centre.id, Centre.code).order_by(Centre.created_at))
    return [(row.id, row.code) for row in rows]
