"""The hall's database in use: the only place that commits, retries, and turns database errors into sentences."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from db.action import Act, Action, LookAgain, Request
from db.changes import Announcer, Changes
from db.ending import finish
from db.engine import reader
from db.errors import RuleBroken
from db.ids import new_id
from db.kept import writing
from db.live import Live
from db.prepared import ask
from db.trouble import is_lost, is_repeated_operation, sentence, translated, worth_retrying
from db.vault import Vault

P = ParamSpec("P")
R = TypeVar("R")

ATTEMPTS = 5
AGAIN_AFTER = (0.1, 0.4, 1.5)
"""Seconds before a transaction is sent again whose server went away: a short interruption leaves no trace."""


class Hall:
    """A hall's database, its vault, and those who want to know what changed.

    `bind` is an engine; tests may pass a connection whose outer transaction they roll back.
    """

    def __init__(self, bind: Engine | Connection, vault: Vault) -> None:
        self.bind = bind
        self.vault = vault
        self.origin = new_id()  # of what this client announces: it ignores its own echo
        self.announcer = Announcer()
        self._reader = reader(bind) if isinstance(bind, Engine) else bind

    def run(self, request: Request, action: Action[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Do an action in one transaction, once per operation id.

        Raises:
            Refusal: with the sentence for the clerk; nothing was changed.
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                result, changes = self._once(request, action, *args, **kwargs)
            except _DoneBefore as before:
                self._on_disk()
                return _earlier(action, before.tag, before.result)
            except LookAgain:
                if attempt == ATTEMPTS:
                    raise
                continue
            except DBAPIError as error:
                if attempt < ATTEMPTS and (worth_retrying(error) or is_repeated_operation(error)):
                    continue
                if attempt <= len(AGAIN_AFTER) and is_lost(error):
                    # whether it was committed is not known; the same operation id makes doing it again harmless
                    time.sleep(AGAIN_AFTER[attempt - 1])
                    continue
                refusal = sentence(error)
                if refusal is None:
                    raise
                raise refusal from error
            self.announcer.announce(changes)
            return result
        raise AssertionError("unreachable")

    def read(self, query: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """The answer to a query, read in one consistent transaction.

        Raises:
            Unavailable: the database cannot be read.
        """
        with translated():
            try:
                return self._ask(query, *args, **kwargs)
            except DBAPIError as error:
                if not is_lost(error):
                    raise
            return self._ask(query, *args, **kwargs)  # on a new connection; the old one had died while idle

    def _ask(self, query: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        with self._session(self._reader) as session, session.begin():
            return query(session, *args, **kwargs)

    def listen(self, on_link: Callable[[bool], None], on_renew: Callable[[], None]) -> Live | None:
        """Begin to hear what other clients change, through the announcer; None on the embedded database.

        `on_link` is told when the server is lost and found, `on_renew` when something may have been missed.
        """
        if not isinstance(self.bind, Engine) or self.bind.dialect.name != "postgresql":
            return None
        live = Live(self.bind, self.origin, self.announcer.announce, on_link, on_renew)
        live.start()
        return live

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A bare write transaction, for what has no actor yet: set-up, migration, logging in, bulk seeding."""
        with translated(), self._session(self.bind) as session, session.begin():
            yield session

    def _once(self, request: Request, action: Action[P, R], /, *args: P.args, **kwargs: P.kwargs) -> tuple[R, Changes]:
        with self._writing() as connection:
            act = Act(connection, request, self.vault)
            try:
                act.look_ahead(action.questions(act, *args, **kwargs))
                if act.done is not None:
                    raise _DoneBefore(*act.done)  # what was asked ahead may have taken a number: it is given back
                result = action(act, *args, **kwargs)
                act.flush()
                changes = frozenset(act.changes)
                finish(
                    connection, self.vault, act.author, act.notes, action.pack(result), self.origin, changes,
                    seen=act.seen, commit=isinstance(self.bind, Engine),
                )  # fmt: skip
            finally:
                act.close()
        return result, changes

    def _on_disk(self) -> None:
        """Wait until what was committed before is on the disk: the answer to it was lost, so nobody has waited yet."""
        if isinstance(self.bind, Engine):
            with self.bind.begin() as connection:
                ask(connection, commit=True)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        if isinstance(self.bind, Engine):
            with writing(self.bind) as connection:
                yield connection
        else:
            with self.bind.begin_nested():
                yield self.bind

    @staticmethod
    def _session(bind: Engine | Connection) -> Session:
        # Every mapper, before the first query; here, because the window opens while they are still being made.
        from db import registry as registry

        return Session(bind, expire_on_commit=False, join_transaction_mode="create_savepoint")


class _DoneBefore(Exception):
    """The operation id has done this already: the transaction is rolled back."""

    def __init__(self, tag: str, result: bytes) -> None:
        super().__init__(tag)
        self.tag, self.result = tag, result


def _earlier(action: Action[P, R], tag: str, result: bytes) -> R:
    if tag != action.tag:
        raise RuleBroken("这个操作编号已用于另一项操作，请关闭窗口后重新打开再试。")
    return action.unpack(result)
