"""Many halls in one database, multiplied by COPY from one that was played through the real actions (`played_hall`).

Every id, day and number of a played row becomes that of another hall and another day; rows lie in the order in which a year
would have written them, so that neighbours on a page of the disk are of different halls. Ids begin with the time, as UUIDv7.
Texts, sealed columns and hashes are the played ones: `own` seals anew what one hall's clicks need to open.
"""

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import Engine, LargeBinary, Table, Uuid

from db.errors import Unavailable
from db.registry import METADATA
from db.vault import Vault
from tests.benchmarks.played_hall import DAY

HALL_BITS, DAY_BITS = 12, 28
"""An id begins with (day << 28) + (order within the played rows << 12) + hall."""
_SAFE = "SET session_replication_role = replica; SET search_path = public; SET timezone = 'UTC'"
_WHOLE_YEAR = ("case_file", "person", "ticket", "number_series", "ticket_day")
"""Tables that get every day of the year; the others, which are most of the bytes, only the last days when told so."""
# What is still open after 20 days is brought to its end, as in a hall that works.
_OTHERWISE: dict[tuple[str, str], str] = {
    # column → what it becomes: {c} the played value, {d} the day's number, {h} the hall's, {last} the last day's number
    ("centre", "code"): "'H' || {h}",
    ("centre_channel", "name"): "{c} || '_' || {h}",
    ("case_file", "query_code"): "{c} || {d}",
    ("case_file", "status"): "CASE WHEN {d} > {last} - 20 THEN {c} ELSE 'delivered' END",
    ("case_file", "clock"): "CASE WHEN {d} > {last} - 20 THEN {c} ELSE 'stopped' END",
    ("case_file", "live"): "{d} > {last} - 20 AND {c}",
    ("print_job", "state"): "CASE WHEN {d} = {last} THEN {c} ELSE 'sent' END",
    ("receipt", "seq"): "{c} + {d} * 1000",
    ("receipt", "number"): "{c} || '.' || {d}",
    ("booking", "number"): "{c} || '.' || {d}",
    ("occupancy", "starts"): "{c} + ({d} - {last}) * 86400",
    ("occupancy", "ends"): "{c} + ({d} - {last}) * 86400",
    ("person", "id_index"): "CASE {d} WHEN {last} THEN {c} ELSE sha256(convert_to({c}::text || {d}, 'UTF8')) END",
    ("person", "phone_index"): "CASE {d} WHEN {last} THEN {c} ELSE sha256(convert_to({c}::text || {d}, 'UTF8')) END",
}


@dataclass(frozen=True, slots=True)
class Size:
    """Halls numbered `first` to `last`, `days` days of cases, `full` of them with everything that belongs to a case."""

    first: int
    last: int
    days: int
    full: int

    @property
    def halls(self) -> int:
        return self.last - self.first + 1


def remember_morning(engine: Engine) -> None:
    """What is there before the day is played: it is multiplied by the halls alone."""
    with _raw(engine) as driver:
        driver.execute("CREATE SCHEMA morning; CREATE SCHEMA played")
        for table in METADATA.sorted_tables:
            driver.execute(f"CREATE TABLE morning.{table.name} AS SELECT * FROM public.{table.name}")
        driver.execute(f"CREATE TABLE played.known AS SELECT u, 0::bigint AS m FROM ({_ids()}) AS ids GROUP BY u")


def remember_day(engine: Engine) -> None:
    """The played rows with their ids taken apart; every table of the hall is emptied."""
    with _raw(engine) as driver:
        driver.execute(
            f"INSERT INTO played.known SELECT u, 1::bigint << {DAY_BITS} FROM ({_ids()}) AS ids"
            " WHERE u NOT IN (SELECT u FROM played.known) GROUP BY u"
        )
        driver.execute(
            f"ALTER TABLE played.known ADD k bigint, ADD s text; UPDATE played.known SET k = at << {HALL_BITS},"
            " s = right(replace(known.u::text, '-', ''), 20)"
            " FROM (SELECT u, row_number() OVER (ORDER BY u) AS at FROM played.known) AS ordered WHERE ordered.u = known.u"
        )
        for table in METADATA.sorted_tables:
            driver.execute(_staged(table))
        driver.execute("TRUNCATE linli_login, " + ", ".join(METADATA.tables))


def multiply(engine: Engine, size: Size) -> None:
    """Fill the emptied tables, then make the indexes and constraints as they were, with statistics.

    Foreign keys come back unvalidated: the rows are right by construction, and checking millions takes its time.
    """
    with _raw(engine) as driver:
        rest = _bare(driver)
    for table in METADATA.sorted_tables:
        _copy(engine, table, size)
    with _raw(engine) as driver:
        for statement in rest:
            driver.execute(statement)
        driver.execute("ANALYZE")


def id_in(engine: Engine, size: Size, hall: int, played: UUID) -> UUID:
    """The id that something of the played hall has in another; of the day's rows, the last day's."""
    with _raw(engine) as driver:
        row = driver.execute("SELECT k, m, s FROM played.known WHERE u = %s", [played]).fetchone()
        assert row is not None
        return UUID(hex=f"{row[0] + hall + row[1] * size.days:012x}{row[2]}")


def own(engine: Engine, vault: Vault, size: Size, hall: int, centre_id: UUID) -> None:
    """Seal what a hall's clicks have to open for the ids that the rows now have: the last day's rows, and the morning's."""
    with _raw(engine) as driver:
        known = dict(driver.execute(
            "SELECT (lpad(to_hex(k + %s + m * %s), 12, '0') || s)::uuid, u FROM played.known", [hall, size.days]
        ).fetchall())  # fmt: skip
        for table in METADATA.sorted_tables:
            for column in _sealed(table):
                found = driver.execute(
                    f"SELECT id, {column} FROM {table.name} WHERE centre_id = %s AND {column} IS NOT NULL"
                    " AND id = ANY(%s)", [centre_id, list(known)],
                ).fetchall()  # fmt: skip
                for row_id, blob in found:
                    fresh = _sealed_anew(vault, bytes(blob), table.name, column, known[row_id], row_id)
                    driver.execute(f"UPDATE {table.name} SET {column} = %s WHERE id = %s", [fresh, row_id])


def _sealed_anew(vault: Vault, blob: bytes, table: str, column: str, old: UUID, new: UUID) -> bytes:
    """What was sealed for one row, for another; some features name the field where others name the column."""
    for place in (column, column.removesuffix("_sealed")):
        with contextlib.suppress(Unavailable):
            return vault.seal_bytes(vault.open_bytes(blob, table, place, old), table, place, new)
    raise AssertionError(f"{table}.{column} is sealed in a way of its own")


def _sealed(table: Table) -> Iterable[str]:
    return (
        column.name
        for column in table.columns
        if isinstance(column.type, LargeBinary) and column.name.endswith("_sealed") and "id" in table.columns
    )


def _raw(engine: Engine) -> psycopg.Connection[Any]:
    """A superuser's connection that fires no triggers."""
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    driver = psycopg.connect(url, autocommit=True)
    driver.execute(_SAFE)
    return driver


def _uuids(table: Table) -> list[str]:
    return [column.name for column in table.columns if isinstance(column.type, Uuid)]


def _ids() -> str:
    found = [
        f"SELECT {name} AS u FROM public.{table.name} WHERE {name} IS NOT NULL"
        for table in METADATA.sorted_tables
        for name in _uuids(table)
    ]
    return " UNION ALL ".join(found)


def _staged(table: Table) -> str:
    """A played table: its rows in the order of their making, each id as its three parts, and whether it is of the day."""
    keys = [column.name for column in table.primary_key]
    same = " AND ".join(f"m.{key} = t.{key}" for key in keys)
    number = count()
    parts, joins = [], []
    for name in _uuids(table):
        at = f"k{next(number)}"
        parts.append(f"{at}.k AS {name}__k, {at}.m AS {name}__m, {at}.s AS {name}__s")
        joins.append(f"LEFT JOIN played.known AS {at} ON {at}.u = t.{name}")
    return (
        f"CREATE TABLE played.{table.name} AS SELECT t.*, row_number() OVER (ORDER BY {', '.join(f't.{k}' for k in keys)})"
        f" AS at__, {_daily(table)} AND NOT EXISTS (SELECT 1 FROM morning.{table.name} AS m WHERE {same}) AS day__"
        f"{''.join(f', {part}' for part in parts)} FROM public.{table.name} AS t {' '.join(joins)}"
    )


def _daily(table: Table) -> str:
    """Whether another day has another row of it: its key holds something of the day."""
    if table.name == "journal_entry":
        return "true"
    signs = ["false"]
    for column in table.primary_key:
        if isinstance(column.type, Uuid):
            signs.append(f"(SELECT m > 0 FROM played.known WHERE u = t.{column.name})")
        elif type(column.type).__name__ == "Date":
            signs.append(f"t.{column.name} = date '{DAY}'")
        elif column.name in _dated(table):
            signs.append(f"t.{column.name} LIKE '%{DAY:%Y%m%d}%'")
    return f"({' OR '.join(signs)})"


def _bare(driver: psycopg.Connection[Any]) -> list[str]:
    """Take every index and constraint away; returns what brings them back."""
    constraints = driver.execute(
        "SELECT conrelid::regclass::text, quote_ident(conname), contype, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace AND contype IN ('f', 'p', 'u', 'x')"
        " AND conrelid::regclass::text <> 'alembic_version' AND conrelid::regclass::text <> 'linli_login'"
        " ORDER BY contype = 'f' DESC"
    ).fetchall()
    logins = driver.execute(  # what stands on the primary keys of others
        "SELECT quote_ident(conname) FROM pg_constraint WHERE conrelid = to_regclass('linli_login') AND contype = 'f'"
    ).fetchall()
    for (name,) in logins:
        driver.execute(f"ALTER TABLE linli_login DROP CONSTRAINT {name}")
    for table, name, _, _ in constraints:
        driver.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    indexes = driver.execute(
        "SELECT quote_ident(indexname), indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = ANY(%s)",
        [list(METADATA.tables)],
    ).fetchall()
    for name, _ in indexes:
        driver.execute(f"DROP INDEX {name}")
    back = [definition for _, definition in indexes]
    for table, name, kind, definition in reversed(constraints):
        late = " NOT VALID" if kind in ("f", b"f") else ""
        back.append(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}{late}")
    return back


def _copy(engine: Engine, table: Table, size: Size) -> None:
    whole = table.name in _WHOLE_YEAR
    first = 1 if whole else size.days - size.full + 1
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    with _raw(engine) as driver:
        row = driver.execute(f"SELECT EXISTS (SELECT 1 FROM played.{table.name} WHERE day__)").fetchone()
    daily = bool(row and row[0])
    halls = f"generate_series({size.first}, {size.last}{{also}}) AS h"
    rows = f"(SELECT * FROM played.{table.name} WHERE {{which}} ORDER BY at__ OFFSET 0) AS s"
    morning = [rows.format(which="NOT day__"), halls.format(also=" + 0 * s.at__::int")]
    if not daily:  # what was set up once lies together, hall by hall
        morning = [halls.format(also=""), rows.format(which="h > 0")]
    day = [
        f"generate_series({first}, {size.days}) AS d",
        rows.format(which="day__ AND d > 0"),
        halls.format(also=" + 0 * s.at__::int"),
    ]
    each = f"SELECT {_values(table, size, day=False)} FROM {', LATERAL '.join(morning)}"
    if daily:
        each += f" UNION ALL SELECT {_values(table, size, day=True)} FROM {', LATERAL '.join(day)}"
    with _raw(engine) as source, _raw(engine) as target:
        target.execute("BEGIN")
        target.execute(f"TRUNCATE {table.name}")  # in this transaction: then it may be frozen, and is not logged
        into = f"COPY {table.name} ({columns}) FROM STDIN (FORMAT BINARY, FREEZE)"
        with (
            source.cursor().copy(f"COPY ({each}) TO STDOUT (FORMAT BINARY)") as out,
            target.cursor().copy(into) as come,
        ):
            for batch in _batched(out):
                come.write(batch)
        target.execute("COMMIT")


def _batched(blocks: Iterable[Any]) -> Iterable[bytes]:
    kept: list[Any] = []
    for block in blocks:
        kept.append(block)
        if len(kept) == 500:
            yield b"".join(kept)
            kept.clear()
    yield b"".join(kept)


def _values(table: Table, size: Size, *, day: bool) -> str:
    dated = _dated(table)
    return ", ".join(_value(table, column, size, day, column.name in dated) for column in table.columns)


def _value(table: Table, column: Any, size: Size, day: bool, dated: bool) -> str:
    name = column.name
    if isinstance(column.type, Uuid):
        shift = f" + s.{name}__m * d" if day else ""
        return f"(lpad(to_hex(s.{name}__k + h{shift}), 12, '0') || s.{name}__s)::uuid"
    rule = _OTHERWISE.get((table.name, name))
    if rule and (day or "{d}" not in rule):
        return rule.format(c=f's."{name}"', d="d", h="h", last=size.days)
    if (table.name, name) in (("journal_entry", "seq"), ("journal_head", "seq")):
        return _journal_seq(size, day, table.name)
    if not day:
        return f's."{name}"'
    kind = type(column.type).__name__
    if kind == "UtcDateTime":
        return f"s.\"{name}\" + (d - {size.days}) * interval '1 day'"
    if kind == "Date":
        return f's."{name}" + (d - {size.days})'
    if dated:
        return f"replace(s.\"{name}\", '{DAY:%Y%m%d}', to_char(date '{DAY}' + (d - {size.days}), 'YYYYMMDD'))"
    return f's."{name}"'


def _journal_seq(size: Size, day: bool, table: str) -> str:
    """A day's entries follow those of the day before; the morning's come last, and the head is the last of all."""
    daily = "(SELECT count(*)::int FROM played.journal_entry WHERE day__)"
    early = "(SELECT count(*)::int FROM played.journal_entry WHERE NOT day__)"
    if table == "journal_head":
        return f"{daily} * {size.days} + {early}"
    return f"s.seq - {early} + {daily} * (d - 1)" if day else f"s.seq + {daily} * {size.days}"


def _dated(table: Table) -> Sequence[str]:
    """Text columns that spell the day: numbers of cases, names of number series."""
    return {"case_file": ("number",), "receipt": ("case_number",), "number_series": ("series",)}.get(table.name, ())
