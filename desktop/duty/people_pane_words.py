"""What the tables of the people pane say of a member."""

from datetime import date

from db.duty.rows import SeatRow, StandRow
from db.duty.solve.problem import Time, Want
from desktop.duty.people_pane_seen import Placed
from desktop.duty.stand_form_when import when_words
from desktop.widgets.table import Column

WANT_NAMES = {Want.CANNOT: "请假", Want.AVOID: "尽量不排", Want.PREFER: "希望排"}


def term_words(seat: SeatRow) -> str:
    """“2026-01-01 至 2030-12-31”, “至 2030-12-31”, “不限”."""
    if seat.first is None and seat.last is None:
        return "不限"
    first = f"{seat.first:%Y-%m-%d}" if seat.first else ""
    return f"{first} 至 {seat.last:%Y-%m-%d}".strip() if seat.last else f"{first} 起"


def count_words(row: Placed) -> str:
    """How often somebody sat, all told."""
    return f"{row.level.total if row.level else row.seat.history + row.seat.credit} 次"


def count_tip(row: Placed) -> str:
    """What the count is made of."""
    duties = row.level.duties if row.level else 0
    return f"以前 {row.seat.history}＋折算 {row.seat.credit}＋本系统 {duties} 次"


def stand_words(row: StandRow) -> str:
    """When, in full words."""
    return when_words(Time(row.first, row.last, row.weekday, row.half))


def standing_words(row: Placed, today: date) -> str:
    """Whether somebody is there now: on leave, term over, out of use."""
    if not row.member.active:
        return "已停用"
    if not row.seat.active or (row.seat.last is not None and row.seat.last < today):
        return "任期已满"
    if row.seat.first is not None and row.seat.first > today:
        return "任期未到"
    away = next((stand for stand in row.member.stands if _holds(stand, today)), None)
    if away is not None:
        return "请假中" if away.last is None else f"请假至{away.last:%m-%d}"
    return ""


def member_columns(today: date) -> tuple[Column[Placed], ...]:
    """The table of members."""
    return (
        Column("姓名", lambda row: row.member.name, 80),
        Column("身份", lambda row: row.seat.kind, 80),
        Column("届别、层级", _rank, 112),
        Column("单位职务", lambda row: row.member.unit_post),
        Column("专长", lambda row: row.member.specialty),
        Column("任期", lambda row: _short_term(row.seat, today), 92, tip=lambda row: term_words(row.seat)),
        Column("次数", count_words, 54, right=True, tip=count_tip),
        Column("情况", lambda row: standing_words(row, today), 122, tone=lambda row: _tone(row, today)),
    )


def _short_term(seat: SeatRow, today: date) -> str:
    """A term that has begun is told by its end."""
    if seat.first is None or seat.first <= today:
        return f"至 {seat.last:%Y-%m}" if seat.last else "不限"
    return f"{seat.first:%Y-%m} 起"


def _rank(row: Placed) -> str:
    return " ".join(part for part in (row.seat.session, row.seat.level) if part)


def _tone(row: Placed, today: date) -> str:
    return "warn" if standing_words(row, today) else ""


def _holds(stand: StandRow, today: date) -> bool:
    spans = stand.first is not None and (stand.last is None or stand.last >= today)
    return (
        stand.want is Want.CANNOT and stand.weekday is None and stand.half is None and stand.body_id is None
        and spans and stand.first is not None and stand.first <= today
    )  # fmt: skip
