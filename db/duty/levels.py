"""How many duties somebody has on account: history, credit, and what was planned and done in this program."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.duty.models import Duty, DutySeat, DutySlot
from db.duty.states import COUNTS


@dataclass(frozen=True, slots=True)
class Level:
    """What a seat has on account."""

    seat_id: UUID
    kind: str
    active: bool
    history: int
    credit: int
    duties: int

    @property
    def total(self) -> int:
        return self.history + self.credit + self.duties


def levels(
    session: Session,
    centre_id: UUID,
    body_ids: Iterable[UUID],
    *,
    before: date | None = None,
    without: UUID | None = None,
) -> tuple[Level, ...]:
    """The accounts of every seat of the bodies, those ended too. Two statements.

    Duties count that are published and not given up (`COUNTS`), of sessions that take place; `before` only those planned
    for a month before that day (by `DutySlot.planned`), `without` those of that plan left out.
    """
    seats = session.execute(
        select(DutySeat.id, DutySeat.kind, DutySeat.active, DutySeat.history, DutySeat.credit)
        .where(DutySeat.centre_id == centre_id, DutySeat.body_id.in_(list(body_ids)))
        .order_by(DutySeat.id)
    ).all()
    done = (
        select(Duty.seat_id, func.count())
        .join(DutySlot, DutySlot.id == Duty.slot_id)
        .where(Duty.centre_id == centre_id, Duty.seat_id.in_([seat.id for seat in seats]))
        .where(Duty.state.in_([state.value for state in COUNTS]), DutySlot.cancelled == "")
        .group_by(Duty.seat_id)
    )
    if before is not None:
        done = done.where(DutySlot.planned < before)
    if without is not None:
        done = done.where(DutySlot.plan_id != without)
    counts = {row[0]: int(row[1]) for row in session.execute(done)}
    return tuple(Level(*seat, counts.get(seat.id, 0)) for seat in seats)


def keep_credits(session: Session, centre_id: UUID, first: date, credits: Mapping[UUID, int]) -> None:
    """Put what joiners are credited in a plan that begins on `first` on their account, when it is published.

    The solver credits whoever joins in the middle of a plan for the days before their term (`solve.canonical.credits`);
    without it on their account they would have to catch up in the next plan. `building.problem_of` takes it off again for
    the plan itself.
    """
    given = {seat_id: count for seat_id, count in credits.items() if count}
    rows = session.scalars(
        select(DutySeat)
        .where(DutySeat.centre_id == centre_id, DutySeat.id.in_(list(given)), DutySeat.first > first)
        .order_by(DutySeat.id)
        .with_for_update()
    )
    for seat in rows:
        seat.credit += given[seat.id]
        seat.version += 1


def joiner_credit(session: Session, centre_id: UUID, body_id: UUID, kind: str, seat_id: UUID | None = None) -> int:
    """What somebody who joins now is credited, so that they do not have to catch up.

    The mean of those of the same kind who sit now, rounded down (of the whole body where nobody is of the kind), less
    what the seat itself has: a count of duties.
    """
    known = levels(session, centre_id, (body_id,))
    others = [each for each in known if each.active and each.seat_id != seat_id]
    peers = [each for each in others if each.kind == kind] or others
    if not peers:
        return 0
    own = next((each.history + each.duties for each in known if each.seat_id == seat_id), 0)
    return max(0, sum(each.total for each in peers) // len(peers) - own)
