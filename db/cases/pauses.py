"""The stretches in which a case's clock stands still (挂起), as they are begun, ended and counted inside a transaction."""

from datetime import date
from uuid import UUID

from sqlalchemy import Connection, bindparam, select, update

from db.action import Act
from db.base import table_of
from db.calendar.rules import Pause
from db.cases.models import CasePause
from db.cases.terms import stood_still
from db.ids import new_id
from db.prepared import Prepared

_PAUSE = table_of(CasePause)
_OF_CASE = (_PAUSE.c.centre_id == bindparam("of_centre"), _PAUSE.c.case_id == bindparam("of_case"))
_ENDED = Prepared(select(_PAUSE.c.started_on, _PAUSE.c.ended_on).where(*_OF_CASE, _PAUSE.c.ended_on.is_not(None)))
_END = Prepared(update(_PAUSE).where(*_OF_CASE, _PAUSE.c.ended_on.is_(None)).values(ended_on=bindparam("on_day")))


def begin(act: Act, case_id: UUID, kind: str, reason: str, today: date) -> None:
    """The clock stands still from today on; written at the end of the act."""
    row = {"id": new_id(), "centre_id": act.centre_id, "case_id": case_id, "kind": kind, "reason": reason}
    act.put(_PAUSE, row | {"started_on": today, "ended_on": None})


def end(act: Act, case_id: UUID, today: date) -> int:
    """The clock runs on, or the case is over; returns how many stretches were open."""
    return _END.run(act.connection, {"of_centre": act.centre_id, "of_case": case_id, "on_day": today})


def ended(connection: Connection, centre_id: UUID, case_id: UUID) -> tuple[Pause, ...]:
    """The days that are not counted."""
    rows = _ENDED.rows(connection, {"of_centre": centre_id, "of_case": case_id})
    return tuple(stood_still(row.started_on, row.ended_on) for row in rows)
