"""Duties in rooms: what published rosters take, as the grid, the posters and the figures of rooms show it."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.clock import business_date
from db.duty.models import DutyBody, DutyPlan, DutySlot
from db.duty.states import PlanState
from db.rooms.queries import ClosureRow
from db.rooms.rules import Taken
from db.rooms.series import instants


def duties_between(session: Session, centre_id: UUID, first: datetime, last: datetime) -> tuple[ClosureRow, ...]:
    """Sessions of published plans in the centre's rooms that touch [first, last), aware UTC, in order; no names in them."""
    rows = session.execute(
        select(DutySlot.id, DutySlot.room_id, DutySlot.day, DutySlot.starts, DutySlot.ends, DutyBody.name)
        .join(DutyBody, DutyBody.id == DutySlot.body_id)
        .join(DutyPlan, DutyPlan.id == DutySlot.plan_id)
        .where(DutySlot.centre_id == centre_id, DutySlot.day >= business_date(first) - timedelta(days=1))
        .where(DutySlot.day <= business_date(last), DutySlot.cancelled == "", DutySlot.room_id.is_not(None))
        .where(DutyPlan.state != PlanState.DRAFT)
        .order_by(DutySlot.day, DutySlot.starts, DutySlot.id)
    )
    found = []
    for row in rows:
        starts_at, ends_at = instants(row.day, row.starts, row.ends)
        if row.room_id is not None and starts_at < last and ends_at > first:
            found.append(ClosureRow(row.id, row.room_id, starts_at, ends_at, f"{row.name}轮值", Taken.DUTY))
    return tuple(found)
