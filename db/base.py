"""The declarative base: names of constraints, and the column types that every feature uses."""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar, cast
from uuid import UUID

from sqlalchemy import Date, DateTime, Dialect, ForeignKey, MetaData, String, Table, Text, Uuid
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator

from db.ids import new_id

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware UTC in Python, timestamptz on PostgreSQL, naive UTC text on the embedded database."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime must not reach the database")
        at = value.astimezone(UTC)
        return at.replace(tzinfo=None) if dialect.name == "sqlite" else at

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Code(TypeDecorator[StrEnum]):
    """A StrEnum kept as its text; an unknown text in the database is an error, not a guess."""

    impl = String(40)
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:
        return None if value is None else str(self.kind(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        return None if value is None else self.kind(value)


class Base(DeclarativeBase):
    """Every table of the hall."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        date: Date(),
        str: Text(),
        UUID: Uuid(),
    }


def table_of(model: type[Base]) -> Table:
    """The Core table of a model: statements made from it once, at import, skip the ORM's cost on the hot path."""
    return cast(Table, model.__table__)


Key = Annotated[UUID, mapped_column(primary_key=True, default=new_id)]
"""Primary key: a UUIDv7 made by the client."""

CentreRef = Annotated[UUID, mapped_column(Uuid(), ForeignKey("centre.id"))]
"""The centre a row belongs to; unique constraints and indexes begin with it."""

OF = "of"
"""In the info of a column: the table whose row it names, without a foreign key."""


def of(table: str) -> Any:
    """A column that names a row which is never deleted (nobody has the right to), in a table that every click writes.

    A foreign key would have the server look at that row and lock it each time, and twenty counters lock it together.
    The action knows the row already; `db.check` looks after it.
    """
    return mapped_column(Uuid(), info={OF: table})


CentreOf = Annotated[UUID, of("centre")]
"""The centre of a row that every click writes."""
