"""Do the duty rosters agree with themselves: numbers and editions without gaps, rooms taken by whom they should, nobody too many?"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.duty.kept import needs_of
from db.duty.models import Duty, DutyChange, DutyEdition, DutyPlan, DutySlot, Reception
from db.duty.states import COMING, PlanState
from db.numbers.queries import counters
from db.numbers.rules import series_faults
from db.rooms.models import Occupancy
from db.rooms.rules import Taken
from db.rooms.series import instants

_NAMED = 20
_CHUNK = 5000


def problems(session: Session, centre_id: UUID) -> list[str]:
    """What is wrong with the duties of a centre, one sentence each."""
    return [
        *_numbers(session, centre_id, DutyChange, "duty_change/", "轮值调整"),
        *_numbers(session, centre_id, Reception, "reception/", "接待登记"),
        *_editions(session, centre_id),
        *_rooms(session, centre_id),
        *_places(session, centre_id),
    ]


def _numbers(
    session: Session, centre_id: UUID, model: type[DutyChange] | type[Reception], prefix: str, title: str
) -> Iterator[str]:
    """Gaps and doubles in the numbers of each year."""
    counted = counters(session, centre_id, prefix)
    years: dict[str, list[int]] = defaultdict(list)
    for number in session.scalars(select(model.number).where(model.centre_id == centre_id)):
        year, _, seq = number.partition("-")
        if not seq.isdigit():
            yield f"{title}编号 {number} 不成样子，可能被改动。"
            continue
        years[year].append(int(seq))
    for year in sorted(years | {name.removeprefix(prefix): [] for name in counted}):
        yield from series_faults(f"{year} 年{title}", years.get(year, []), counted.get(f"{prefix}{year}", 0))


def _editions(session: Session, centre_id: UUID) -> Iterator[str]:
    """Every edition of every plan is there."""
    kept: dict[UUID, list[int]] = defaultdict(list)
    rows = select(DutyEdition.plan_id, DutyEdition.edition).where(DutyEdition.centre_id == centre_id)
    for plan_id, edition in session.execute(rows):
        kept[plan_id].append(edition)
    for plan in session.scalars(select(DutyPlan).where(DutyPlan.centre_id == centre_id).order_by(DutyPlan.first)):
        yield from series_faults(f"“{plan.title}”的公示版次", kept.get(plan.id, []), plan.edition)


def _rooms(session: Session, centre_id: UUID) -> Iterator[str]:
    """What is taken for duties is taken by sessions that are held, and none of those lacks its room."""
    taken = set(
        session.scalars(
            select(Occupancy.source_id).where(Occupancy.centre_id == centre_id, Occupancy.kind == Taken.DUTY)
        )
    )
    rows = session.execute(
        select(DutySlot, DutyPlan.title, DutyPlan.published_at)
        .join(DutyPlan, DutyPlan.id == DutySlot.plan_id)
        .where(DutySlot.centre_id == centre_id, DutySlot.cancelled == "", DutySlot.room_id.is_not(None))
        .where(DutyPlan.state != PlanState.DRAFT)
        .execution_options(yield_per=_CHUNK)
    )
    missing = 0
    for slot, title, published_at in rows:
        held = slot.id in taken
        taken.discard(slot.id)
        ends_at = instants(slot.day, slot.starts, slot.ends)[1]
        if not held and not slot.sequence and published_at is not None and ends_at > published_at:
            missing += 1
            if missing <= _NAMED:
                yield f"“{title}”{slot.day} {slot.starts:%H:%M} 这一班没有占用它的房间，可能被别人重复使用。"
    if taken:
        yield f"有 {len(taken)} 处房间占用标为轮值，却没有对应的班次。"


def _places(session: Session, centre_id: UUID) -> Iterator[str]:
    """Nobody too many, and nobody twice, in a session."""
    rows = session.execute(
        select(DutySlot.id, DutySlot.day, DutySlot.starts, DutySlot.needs, Duty.need, Duty.seat_id)
        .join(Duty, (Duty.centre_id == DutySlot.centre_id) & (Duty.slot_id == DutySlot.id))
        .where(DutySlot.centre_id == centre_id, Duty.state.in_(COMING))
        .execution_options(yield_per=_CHUNK)
    )
    sitting: Counter[tuple[UUID, int]] = Counter()
    seated: Counter[tuple[UUID, UUID]] = Counter()
    told: dict[UUID, str] = {}
    for row in rows:
        sitting[row.id, row.need] += 1
        seated[row.id, row.seat_id] += 1
        needs = needs_of(row.needs)
        if row.need >= len(needs) or sitting[row.id, row.need] > needs[row.need].count:
            told[row.id] = f"{row.day} {row.starts:%H:%M} 这一班的人比需要的多。"
        elif seated[row.id, row.seat_id] > 1:
            told[row.id] = f"{row.day} {row.starts:%H:%M} 这一班同一个人排了两次。"
    yield from list(told.values())[:_NAMED]
