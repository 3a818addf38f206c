"""Finding the rows that the set-up actions work on, locked where the database locks rows."""

from typing import TypeVar
from uuid import UUID

from sqlalchemy import select

from db.action import Act
from db.base import table_of
from db.duty.models import DutyBody, DutyMember, DutyPattern, DutySeat, DutyStand
from db.errors import RuleBroken, Stale

Row = TypeVar("Row", DutyBody, DutyPattern, DutyMember, DutySeat, DutyStand)


def body_of(act: Act, body_id: UUID) -> DutyBody:
    """A rotating body of this centre."""
    return _own(act, DutyBody, body_id, "没有找到这个轮值单位，请刷新后重试。")


def rule_row(act: Act, rule_id: UUID) -> DutyPattern:
    """A rule that is in force."""
    row = _own(act, DutyPattern, rule_id, "没有找到这条轮值规则，请刷新后重试。")
    if not row.active:
        raise RuleBroken("这条轮值规则已经删除。")
    return row


def member_of(act: Act, member_id: UUID) -> DutyMember:
    """Somebody who takes turns in this centre."""
    return _own(act, DutyMember, member_id, "没有找到这位轮值人员，请刷新后重试。")


def seat_of(act: Act, seat_id: UUID) -> DutySeat:
    """A membership of this centre."""
    return _own(act, DutySeat, seat_id, "没有找到这条任职记录，请刷新后重试。")


def stand_of(act: Act, stand_id: UUID) -> DutyStand:
    """A leave or wish that holds."""
    row = _own(act, DutyStand, stand_id, "没有找到这条请假或意愿，请刷新后重试。")
    if row.lifted_at is not None:
        raise RuleBroken("这条请假或意愿已经取消过了。")
    return row


def must_be_version(row: DutyBody | DutyPattern | DutyMember | DutySeat, version: int, what: str) -> None:
    """Refuse to write over what somebody else changed in the meantime.

    Raises:
        Stale: the row is of another version.
    """
    if row.version != version:
        raise Stale(f"{what}刚被别人修改过，请看过最新内容后再改。")


def _own(act: Act, model: type[Row], row_id: UUID, missing: str) -> Row:
    table = table_of(model)
    wanted = select(model).where(table.c.centre_id == act.centre_id, table.c.id == row_id).with_for_update()
    row = act.session.scalar(wanted)
    if row is None:
        raise RuleBroken(missing)
    return row
