"""Duties in rooms: what published rosters take, as the grid, the posters and the figures of rooms show it."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from db.base import table_of
from db.clock import business_date
from db.duty.models import DutyBody, DutyPlan, DutySlot
from db.duty.states import PlanState
from db.prepared import Prepared
from db.rooms.queries import ClosureRow
from db.rooms.rules import Taken
from db.rooms.series import instants

_SLOT, _BODY, _PLAN = table_of(DutySlot), table_of(DutyBody), table_of(DutyPlan)
_BETWEEN = Prepared(
    select(_SLOT.c.id, _SLOT.c.room_id, _SLOT.c.day, _SLOT.c.starts, _SLOT.c.ends, _BODY.c.name)
    .join(_BODY, _BODY.c.id == _SLOT.c.body_id)
    .join(_PLAN, _PLAN.c.id == _SLOT.c.plan_id)
    .where(_SLOT.c.centre_id == bindparam("of_centre"), _SLOT.c.day >= bindparam("since"))
    .where(_SLOT.c.day <= bindparam("until"), _SLOT.c.cancelled == "", _SLOT.c.room_id.is_not(None))
    .where(_PLAN.c.state != PlanState.DRAFT.value)
    .order_by(_SLOT.c.day, _SLOT.c.starts, _SLOT.c.id)
)


def duties_between(session: Session, centre_id: UUID, first: datetime, last: datetime) -> tuple[ClosureRow, ...]:
    """Sessions of published plans in the centre's rooms that touch [first, last), aware UTC, in order; no names in them."""
    since, until = business_date(first) - timedelta(days=1), business_date(last)
    rows = _BETWEEN.rows(session, {"of_centre": centre_id, "since": since, "until": until})
    found = []
    for row in rows:
        starts_at, ends_at = instants(row.day, row.starts, row.ends)
        if starts_at < last and ends_at > first:
            found.append(ClosureRow(row.id, row.room_id, starts_at, ends_at, f"{row.name}轮值", Taken.DUTY))
    return tuple(found)
