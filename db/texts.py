"""A statement as one kind of database understands it, with the conversions of its parameters and columns."""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache, partial
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Date, Dialect, Executable, Insert, Integer, LargeBinary, String, Uuid
from sqlalchemy.sql.compiler import SQLCompiler

from db.base import Code, UtcDateTime
from db.wire import Call, Sent, Wire

Given = Mapping[str, Any]
Convert = Callable[[Any], Any] | None
Dump = Callable[[Any], bytes]
_TEXT, _BINARY = 0, 1
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Text:
    """The text, and the shape of its answer."""

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        names = _whole_row(statement)
        compiled: Any = statement.compile(dialect=dialect, column_keys=names)  # type: ignore[attr-defined]
        assert isinstance(compiled, SQLCompiler)
        if compiled.post_compile_params or compiled.literal_execute_params:
            raise ValueError("a statement whose text depends on its parameters cannot be prepared")
        self.compiled: SQLCompiler = compiled
        self.sql, self.dialect = str(compiled), dialect
        self.order: list[str] = compiled.positiontup or []
        columns = _columns(statement)
        self._kinds = [kind for _, kind in columns]
        shape: Any = namedtuple("Row", [name for name, _ in columns], rename=True)  # type: ignore[misc]
        self._make: Callable[[Any], Any] = partial(tuple.__new__, shape)
        self._converts: list[tuple[int, Callable[[Any], Any]]] | None = None

    def shaped(self, raw: list[Any], codes: Callable[[], list[Any]]) -> list[Any]:
        """Rows of the driver as named tuples with the values that the columns' types make.

        `codes` gives the driver's type codes, asked for once: some types want to know them.
        """
        if self._converts is None:
            made = [_result(kind, self.dialect, code) for kind, code in zip(self._kinds, codes(), strict=True)]
            self._converts = [(at, convert) for at, convert in enumerate(made) if convert is not None]
        if not self._converts:
            return [self._make(row) for row in raw]
        return [self._make(_converted(list(row), self._converts)) for row in raw]


class LiteText(Text):
    """For the driver's cursor of the embedded database."""

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        super().__init__(statement, dialect)
        binds = [self.compiled.binds[name] for name in self.order]
        self.bound = _Bound(
            [(bind, name, _lite(bind.type, dialect)) for bind, name in zip(binds, self.order, strict=True)]
        )
        self.errors: Any = dialect.loaded_dbapi.Error

    def read(self, cursor: Any) -> list[Any]:
        """What the cursor found, as named tuples; none where the statement only wrote."""
        if not self._kinds:
            return []
        return self.shaped(cursor.fetchall(), lambda: [about[1] for about in cursor.description])


class ServerText(Text):
    """For PostgreSQL, numbered parameters in the bytes that travel."""

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        kind: Callable[..., Dialect] = type(dialect)
        super().__init__(statement, _numbered(kind))
        binds = [self.compiled.binds[name] for name in self.order]
        dumps = [_dump(bind.type, self.dialect) for bind in binds]
        self._bound = _Bound(
            [(bind, name, dump) for bind, name, (dump, _) in zip(binds, self.order, dumps, strict=True)]
        )
        self.call = Call(self.sql.encode(), [binary for _, binary in dumps])

    def sent(self, given: Given) -> Sent:
        """The statement and its parameters as they travel."""
        return self.call, self._bound(given)

    def read(self, wire: Wire, answer: Any) -> list[Any]:
        """An answer as named tuples; none where the statement only wrote."""
        if not self._kinds:
            return []
        return self.shaped(wire.rows(answer), lambda: [answer.ftype(at) for at in range(answer.nfields)])


class _Bound:
    """The parameters of a statement in their order, converted; called with what is given by name."""

    __slots__ = ("_at", "_converts", "_names", "_template")

    def __init__(self, binds: Sequence[tuple[Any, str, Convert]]) -> None:
        self._at = [at for at, (bind, _, _) in enumerate(binds) if bind.required]
        self._names = [name for bind, name, _ in binds if bind.required]
        converts = [convert for bind, _, convert in binds if bind.required]
        self._converts = [(at, convert) for at, convert in enumerate(converts) if convert is not None]
        self._template: list[Any] | None = None
        if len(self._at) < len(binds):  # the others are constants of the statement
            self._template = [
                None if bind.required or bind.value is None else (convert or _same)(bind.value)
                for bind, _, convert in binds
            ]

    def __call__(self, given: Given) -> list[Any]:
        done = _converted([given[name] for name in self._names], self._converts)
        if self._template is None:
            return done
        whole = self._template.copy()
        for at, value in zip(self._at, done, strict=True):
            whole[at] = value
        return whole


def _converted(values: list[Any], converts: Sequence[tuple[int, Callable[[Any], Any]]]) -> list[Any]:
    """The values, converted in place; what is None stays it."""
    for at, convert in converts:
        value = values[at]
        if value is not None:
            values[at] = convert(value)
    return values


def _same(value: Any) -> Any:
    return value


@cache
def _numbered(kind: Callable[..., Dialect]) -> Dialect:
    return kind(paramstyle="numeric_dollar")


def _whole_row(statement: Executable) -> list[str] | None:
    """The columns of an `insert(table)` to which nobody has said which columns it gets."""
    if not isinstance(statement, Insert) or statement._values or statement.select is not None:
        return None
    return [column.key for column in statement.table.columns]


def _columns(statement: Executable) -> list[tuple[str, Any]]:
    """Name and type of every column of the answer; none for what only writes."""
    found: Any = getattr(statement, "exported_columns", None)
    return [] if found is None else [(key, column.type) for key, column in found.items()]


def _result(kind: Any, dialect: Dialect, code: object) -> Convert:
    if isinstance(kind, Code):
        return _Members(kind.kind).__getitem__
    if isinstance(kind, UtcDateTime):
        return _instant if dialect.name == "postgresql" else _instant_of_text
    convert: Convert = kind.dialect_impl(dialect).result_processor(dialect, code)
    return convert


class _Members(dict[str | None, StrEnum | None]):
    """What `Code` reads, looked up."""

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__({str(member): member for member in kind})
        self[None] = None
        self._kind = kind

    def __missing__(self, text: str | None) -> StrEnum:
        return self._kind(str(text))  # which tells what is wrong with it


def _instant(value: datetime | None) -> datetime | None:
    return value if value is None or value.tzinfo is UTC else value.astimezone(UTC)


def _instant_of_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)


def _lite(kind: Any, dialect: Dialect) -> Convert:
    """How a value of a type is given to the embedded database's driver."""
    if isinstance(kind, UtcDateTime):
        return _text_of_instant
    if isinstance(kind, Uuid):
        return _digits
    convert: Convert = kind.dialect_impl(dialect).bind_processor(dialect)
    return convert


def _text_of_instant(at: datetime) -> str:
    inside = at if at.tzinfo is UTC else _aware(at).astimezone(UTC)
    return inside.isoformat(" ", "microseconds")[:26]  # without the zone


def _digits(value: UUID) -> str:
    return "%032x" % value.int  # noqa: UP031  (what UUID.hex does, without the way there)


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a naive datetime must not reach the database")
    return at


def _dump(kind: Any, dialect: Dialect) -> tuple[Dump, int]:
    """How a value of a type travels to a server, and whether that is the type's binary form.

    Binary only where the statement itself names the type (SQLAlchemy writes `$1::UUID`).
    """
    if isinstance(kind, UtcDateTime):
        return _microseconds, _BINARY
    if isinstance(kind, Code):
        return _code(kind.kind), _TEXT
    for known, dump, form in _DUMPS:
        if isinstance(kind, known):
            return dump, form
    return _any(kind.dialect_impl(dialect).bind_processor(dialect)), _TEXT


def _microseconds(at: datetime) -> bytes:
    return ((_aware(at) - _EPOCH) // _MICROSECOND).to_bytes(8, "big", signed=True)


def _code(kind: type[StrEnum]) -> Dump:
    def dump(value: Any) -> bytes:
        return (value if type(value) is kind else kind(value)).encode()

    return dump


def _sixteen(value: UUID) -> bytes:
    return value.int.to_bytes(16, "big")


def _words(text: str) -> bytes:
    """A text that the server can keep.

    Raises:
        ValueError: a NUL is in it, behind which the server would see nothing.
    """
    if "\0" in text:
        raise ValueError("a text with a NUL must not reach the database")
    return text.encode()


def _any(processor: Convert) -> Dump:
    """By the type of the value, as the driver writes it."""

    def dump(value: Any) -> bytes:
        from psycopg.adapt import PyFormat, Transformer

        given = value if processor is None else processor(value)
        [written] = Transformer().dump_sequence([given], [PyFormat.TEXT])
        assert written is not None
        return bytes(written)

    return dump


_DUMPS: tuple[tuple[type, Dump, int], ...] = (
    (Uuid, _sixteen, _BINARY),
    (Boolean, lambda value: b"t" if value else b"f", _TEXT),
    (Integer, lambda value: b"%d" % value, _TEXT),
    (String, _words, _TEXT),
    (Date, lambda value: value.isoformat().encode(), _TEXT),
    (LargeBinary, bytes, _BINARY),
)
