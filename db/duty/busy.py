"""Who is in another plan's room at the time of a session: two plans never put one person in two places at once."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.duty.models import Duty, DutyBody, DutySeat, DutySlot
from db.duty.solve.problem import Banned, Seat, Slot
from db.duty.solve.why import collide
from db.duty.solve.words import half_words
from db.duty.states import COUNTS


def busy(
    session: Session, centre_id: UUID, plan_id: UUID, slots: Iterable[Slot], seats: Iterable[Seat]
) -> tuple[Banned, ...]:
    """The seats that cannot sit in a slot of the plan because their person has a published duty elsewhere then.

    Then: in the same half day, or at overlapping times. A rest of one working day or more says so already; where bodies
    ask for none, nothing else would.
    """
    by_day: dict[object, list[Slot]] = defaultdict(list)
    for slot in slots:
        by_day[slot.day].append(slot)
    if not by_day:
        return ()
    own: dict[UUID, list[Seat]] = defaultdict(list)
    for seat in seats:
        own[seat.person_id].append(seat)
    rows = session.execute(
        select(
            DutySlot.id,
            DutySlot.body_id,
            DutySlot.day,
            DutySlot.starts,
            DutySlot.ends,
            DutySeat.member_id,
            DutyBody.name,
        )
        .join(Duty, Duty.slot_id == DutySlot.id)
        .join(DutySeat, DutySeat.id == Duty.seat_id)
        .join(DutyBody, DutyBody.id == DutySlot.body_id)
        .where(DutySlot.centre_id == centre_id, Duty.centre_id == centre_id)
        .where(DutySlot.day >= min(slot.day for each in by_day.values() for slot in each))
        .where(DutySlot.day <= max(slot.day for each in by_day.values() for slot in each))
        .where(DutySlot.plan_id != plan_id, DutySlot.cancelled == "")
        .where(Duty.state.in_([state.value for state in COUNTS]))
        .order_by(DutySlot.day, DutySlot.starts, DutySlot.id, Duty.id)
    )
    found: dict[tuple[UUID, UUID], Banned] = {}
    for row in rows:
        there = Slot(row.id, row.body_id, row.day, row.starts, row.ends, 0)
        name = row.name.replace("“", "‘").replace("”", "’")
        for slot in by_day.get(row.day, ()):
            for seat in own.get(row.member_id, ()):
                if seat.body_id == slot.body_id and collide(slot, there):
                    why = f"{half_words(there)}已在“{name}”值班"
                    found.setdefault((slot.id, seat.id), Banned(slot.id, seat.id, why, busy=True))
    return tuple(found.values())
