"""What an action is: one verb, one permission, one journal tag, one transaction, safe to repeat.

`@action` declares a verb and keeps it in `REGISTRY`; `db.session.Hall.run` is the only caller that commits. An action may
call another one with the same `Act`: same transaction, its own permission and its own journal entry.

**Questions ahead.** What a hot action is sure to ask can be named beside it (`ahead=`): a function of its arguments that
gives questions (`db.prepared.Question`) and raises nothing. On a server they travel with the question for the permission,
and the body finds the answers in `act.found`. (Rows that others point at, as the centre, an account, an item, a room, are
edited under `with_for_update(key_share=True)`: an insert does not wait for who edits them.)
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, update_wrapper
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, get_type_hints
from uuid import UUID

import msgspec
from sqlalchemy import (
    Connection,
    Integer,
    LargeBinary,
    Table,
    Text,
    bindparam,
    cast,
    func,
    literal_column,
    null,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from db.base import table_of
from db.changes import Change
from db.errors import NotAllowed
from db.journal.models import JournalHead, Operation
from db.journal.write import Author, Fact, Head, Note
from db.prepared import Prepared, Question, ask
from db.rows import Row, Rows
from db.staff.models import Staff, StaffRole
from db.staff.permissions import Permission, Role, permissions_of
from db.vault import Vault

P = ParamSpec("P")
R = TypeVar("R")

_STAFF, _ROLE = table_of(Staff), table_of(StaffRole)
_OPERATION, _HEAD = table_of(Operation), table_of(JournalHead)
_PLANS = func.set_config(*map(literal_column, ("'plan_cache_mode'", "'force_generic_plan'", "true")))
"""Until the click ends, the server keeps its plans. Among hundreds of halls it takes a new one for each call to be cheaper, since
the centre stands in it as a constant (`db.server.functions.knowing`); planning costs more than doing it. Not for reads: where a
name begins with what was typed, only a new plan goes by the index. Said beside the journal's newest entry, so from a hall's second
click on."""


def _standing(plans: Any) -> Prepared:
    return Prepared(
        union_all(
            select(
                type_coerce(_ROLE.c.role, Text()).label("tag"),
                cast(null(), LargeBinary()).label("result"),
                cast(null(), Integer()).label("seq"),
                cast(null(), Text()).label("plans"),
            )
            .join(_STAFF, _STAFF.c.id == _ROLE.c.staff_id)
            .where(_ROLE.c.staff_id == bindparam("who"), _STAFF.c.centre_id == bindparam("of_centre"), _STAFF.c.active),
            select(_OPERATION.c.tag, _OPERATION.c.result, null(), null()).where(
                _OPERATION.c.centre_id == bindparam("of_centre"), _OPERATION.c.op == bindparam("of_op")
            ),
            select(null(), _HEAD.c.hash, _HEAD.c.seq, plans).where(_HEAD.c.centre_id == bindparam("of_centre")),
        )
    )


_STANDING = {"sqlite": _standing(null()), "postgresql": _standing(_PLANS)}
"""In one question: the roles of the account, what its operation id has already done, and the journal's newest entry."""


_Standing = tuple[frozenset[Permission], tuple[str, bytes] | None]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is logged in. `permissions` grey out buttons; the action asks the database again."""

    staff_id: UUID
    centre_id: UUID
    name: str
    permissions: frozenset[Permission]
    counter_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks, when, and with which click (`op`, made by the caller, the same when it is sent again)."""

    actor: Actor
    now: datetime
    op: UUID


@dataclass
class Act:
    """What an action is given: the transaction it is part of, and where it leaves its traces.

    `connection` is for prepared statements; `session` is made when the ORM is first wanted, on the same connection.
    """

    connection: Connection
    request: Request
    vault: Vault
    changes: set[Change] = field(default_factory=set)
    notes: list[Note] = field(default_factory=list)
    seen: Head | None = None
    """The newest entry of the journal when the click began."""
    _open: list["_Open"] = field(default_factory=list)
    _ahead: list[list[Any]] | None = None
    _standing: "_Standing | None" = None
    _rows: Rows = field(default_factory=Rows)
    _session: Session | None = None

    @property
    def session(self) -> Session:
        """The ORM's session in the transaction of this act; it sees what was `put` so far."""
        if self._rows:
            self._rows.write(self.connection)
        if self._session is None:
            from db import registry as registry  # every mapper; here, because the window opens while they are made

            self._session = Session(self.connection, expire_on_commit=False, join_transaction_mode="rollback_only")
        return self._session

    def put(self, table: Table, *rows: Row) -> None:
        """Add whole rows without the ORM; they are written together by `flush`, at the latest at the end of the act."""
        self._rows.put(table, *rows)

    def flush(self) -> None:
        """Write what the ORM still holds back, and what was `put`."""
        if self._session is not None:
            self._session.flush()
        self._rows.write(self.connection)

    def close(self) -> None:
        """Let go of the ORM's rows; the transaction stays with who began it."""
        if self._session is not None:
            self._session.close()

    @property
    def actor(self) -> Actor:
        return self.request.actor

    @property
    def now(self) -> datetime:
        return self.request.now

    @property
    def op(self) -> UUID:
        return self.request.op

    @property
    def centre_id(self) -> UUID:
        return self.request.actor.centre_id

    @property
    def inner(self) -> bool:
        """Whether an action is under way around the one that asks ahead; it may go on where this one is refused."""
        return bool(self._open)

    @property
    def found(self) -> list[list[Any]]:
        """The answers to what the action under way asked ahead."""
        return self._open[-1].found

    def ask(self, *questions: Question) -> list[list[Any]]:
        """The rows of each question, in one journey (`db.prepared.ask`). They do not see what was `put`."""
        return ask(self.connection, *questions) if questions else []

    def look_ahead(self, questions: Sequence[Question]) -> None:
        """Ask what the account may do, and with it what the first action wants to know."""
        asked = {"who": self.actor.staff_id, "of_centre": self.centre_id, "of_op": self.op}
        rows, *found = ask(self.connection, (_STANDING[self.connection.dialect.name], asked), *questions)
        roles = frozenset(Role(tag) for tag, result, *_ in rows if result is None)
        done = next(((tag, result) for tag, result, *_ in rows if tag and result is not None), None)
        self.seen = next(((seq, hashed) for _, hashed, seq, _ in rows if seq is not None), None)
        self._standing = permissions_of(roles), done
        self._ahead = found

    def _enter(self, note: Note, ahead: Callable[[], Sequence[Question]]) -> None:
        found, self._ahead = self._ahead, None
        self._open.append(_Open(note, []))
        if found is None:
            found = self.ask(*ahead())
        self._open[-1].found = found

    def _stand(self) -> "_Standing":
        """What the account may do now, and the tag and result of what its operation id has done."""
        if self._standing is None:
            ahead = self._ahead
            self.look_ahead(())
            self._ahead = ahead
        assert self._standing is not None
        return self._standing

    @property
    def permissions(self) -> frozenset[Permission]:
        """What the account may do now, by the database; empty when it was deactivated."""
        return self._stand()[0]

    @property
    def done(self) -> tuple[str, bytes] | None:
        """Tag and result of what this click has already done, None when it is new."""
        return self._stand()[1]

    @property
    def author(self) -> Author:
        """The actor as the journal names them."""
        actor = self.actor
        return Author(actor.centre_id, actor.staff_id, actor.name, actor.counter_id, self.now, self.op)

    def on(self, kind: str, row_id: UUID) -> None:
        """Name the thing this action is about: the subject of its journal entry, and a change to announce."""
        note = self._open[-1].note
        note.subject_kind, note.subject_id = kind, row_id
        self.touch(kind, row_id)

    def touch(self, kind: str, row_id: UUID) -> None:
        """Announce that something else is different now."""
        self.changes.add(Change(kind, row_id))

    def note(self, **facts: Fact) -> None:
        """Facts for the journal entry; never personal data."""
        self._open[-1].note.facts.update(facts)

    def require(self, permission: Permission) -> None:
        """Refuse unless the account holds a further permission.

        Raises:
            NotAllowed: it does not.
        """
        if permission not in self.permissions:
            raise NotAllowed("您的账号没有这项操作的权限，请联系中心负责人或系统管理员。")


class LookAgain(Exception):
    """What an action foresaw when it asked ahead is not so any more: the transaction is run again from its beginning."""


@dataclass(slots=True)
class _Open:
    """An action under way."""

    note: Note
    found: list[list[Any]]


@dataclass(eq=False)
class Action(Generic[P, R]):
    """A declared verb. Calling it with an `Act` does it inside that act's transaction."""

    tag: str
    permission: Permission
    title: str
    body: Callable[..., R]
    ahead: Callable[..., Sequence[Question]] | None = None

    def questions(self, act: Act, *args: P.args, **kwargs: P.kwargs) -> Sequence[Question]:
        """What the action is sure to ask."""
        return () if self.ahead is None else self.ahead(act, *args, **kwargs)

    def __call__(self, act: Act, *args: P.args, **kwargs: P.kwargs) -> R:
        act.require(self.permission)
        note = Note(self.tag)
        act._enter(note, lambda: self.questions(act, *args, **kwargs))
        try:
            result = self.body(act, *args, **kwargs)
        finally:
            act._open.pop()
        act.notes.append(note)
        return result

    @cached_property
    def result_type(self) -> Any:
        return get_type_hints(self.body)["return"]

    def pack(self, result: R) -> bytes:
        """The result as it is kept beside the operation id."""
        return msgspec.json.encode(result)

    def unpack(self, kept: bytes) -> R:
        """The result that an earlier run of the same operation gave."""
        result: R = msgspec.json.decode(kept, type=self.result_type)
        return result


REGISTRY: dict[str, Action[Any, Any]] = {}


def action(
    tag: str,
    permission: Permission,
    title: str,
    *,
    ahead: Callable[..., Sequence[Question]] | None = None,
) -> Callable[[Callable[Concatenate[Act, P], R]], Action[P, R]]:
    """Declare a verb: its journal tag (“feature.verb”), the permission it needs, its Chinese title, its questions ahead."""

    def declare(body: Callable[Concatenate[Act, P], R]) -> Action[P, R]:
        if tag in REGISTRY:
            raise ValueError(f"the tag {tag} is taken")
        declared: Action[P, R] = Action(tag, permission, title, body, ahead)
        update_wrapper(declared, body)
        REGISTRY[tag] = declared
        return declared

    return declare
