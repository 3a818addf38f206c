"""What can be asked of bodies, members, their seats, leave and pairs: frozen rows, a fixed number of statements."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from db.duty.kept import needs_of, rule_of
from db.duty.models import Duty, DutyBody, DutyMember, DutyPair, DutyPattern, DutySeat, DutySlot, DutyStand
from db.duty.rows import BodyRow, MemberRow, PairRow, SeatRow, StandRow
from db.duty.rules import BodyRule
from db.duty.solve.problem import Half, Want
from db.duty.states import EXPECTED
from db.errors import RuleBroken
from db.vault import Vault


def bodies(session: Session, centre_id: UUID, idle: bool = False) -> tuple[BodyRow, ...]:
    """The rotating bodies in their order, with the rules in force; with `idle` also those out of use. Three statements."""
    found = session.scalars(
        select(DutyBody).where(DutyBody.centre_id == centre_id).order_by(DutyBody.position, DutyBody.name)
    ).all()
    counts = session.execute(
        select(DutySeat.body_id, func.count())
        .join(DutyMember, DutyMember.id == DutySeat.member_id)
        .where(DutySeat.centre_id == centre_id, DutySeat.active, DutyMember.active)
        .group_by(DutySeat.body_id)
    )
    members_in = {row[0]: int(row[1]) for row in counts}
    rules = rules_by_body(session, centre_id)
    return tuple(
        _body_row(row, rules.get(row.id, ()), members_in.get(row.id, 0)) for row in found if idle or row.active
    )


def rules_by_body(session: Session, centre_id: UUID) -> dict[UUID, tuple[BodyRule, ...]]:
    """The rules in force of each body, the oldest first."""
    found: dict[UUID, tuple[BodyRule, ...]] = defaultdict(tuple)
    rows = select(DutyPattern).where(DutyPattern.centre_id == centre_id, DutyPattern.active).order_by(DutyPattern.id)
    for row in session.scalars(rows):
        found[row.body_id] += (rule_of(row),)
    return found


def members(
    session: Session, centre_id: UUID, body_id: UUID | None = None, text: str = "", idle: bool = False
) -> tuple[MemberRow, ...]:
    """Members by name with their seats and the leave and wishes that hold; with `idle` also those out of use.

    `text` looks into name, 单位职务 and 专长; `body_id` takes those who sit in that body now. Three statements.
    """
    wanted = select(DutyMember).where(DutyMember.centre_id == centre_id)
    if not idle:
        wanted = wanted.where(DutyMember.active)
    if text.strip():
        looked_in = (DutyMember.name, DutyMember.unit_post, DutyMember.specialty)
        wanted = wanted.where(or_(*(column.contains(text.strip(), autoescape=True) for column in looked_in)))
    if body_id is not None:
        inside = select(DutySeat.member_id).where(DutySeat.centre_id == centre_id, DutySeat.body_id == body_id)
        wanted = wanted.where(DutyMember.id.in_(inside.where(DutySeat.active)))
    seats_of: dict[UUID, list[SeatRow]] = defaultdict(list)
    for seat in seats(session, centre_id, idle=True):
        seats_of[seat.member_id].append(seat)
    stands_of: dict[UUID, list[StandRow]] = defaultdict(list)
    for stand in stands(session, centre_id):
        stands_of[stand.member_id].append(stand)
    return tuple(
        MemberRow(
            id=row.id,
            name=row.name,
            unit_post=row.unit_post,
            specialty=row.specialty,
            phone_masked=row.phone_masked,
            note=row.note,
            active=row.active,
            version=row.version,
            seats=tuple(seats_of.get(row.id, ())),
            stands=tuple(stands_of.get(row.id, ())),
        )
        for row in session.scalars(wanted.order_by(DutyMember.name, DutyMember.id))
    )


def seats(session: Session, centre_id: UUID, body_id: UUID | None = None, idle: bool = False) -> tuple[SeatRow, ...]:
    """Memberships by body and name; with `idle` also those that have ended."""
    wanted = (
        select(DutySeat, DutyBody.name, DutyMember.name)
        .join(DutyMember, DutyMember.id == DutySeat.member_id)
        .join(DutyBody, DutyBody.id == DutySeat.body_id)
        .where(DutySeat.centre_id == centre_id)
    )
    if body_id is not None:
        wanted = wanted.where(DutySeat.body_id == body_id)
    if not idle:
        wanted = wanted.where(DutySeat.active)
    wanted = wanted.order_by(DutyBody.position, DutyBody.name, DutyMember.name, DutySeat.id)
    return tuple(_seat_row(*row) for row in session.execute(wanted))


def stands(
    session: Session, centre_id: UUID, member_id: UUID | None = None, since: date | None = None
) -> tuple[StandRow, ...]:
    """Leave and wishes that hold, in the order they were entered; with `since` those that are not over by that day."""
    wanted = (
        select(DutyStand, DutyMember.name)
        .join(DutyMember, DutyMember.id == DutyStand.member_id)
        .where(DutyStand.centre_id == centre_id, DutyStand.lifted_at.is_(None))
    )
    if member_id is not None:
        wanted = wanted.where(DutyStand.member_id == member_id)
    if since is not None:
        wanted = wanted.where(or_(DutyStand.last.is_(None), DutyStand.last >= since))
    return tuple(_stand_row(*row) for row in session.execute(wanted.order_by(DutyStand.id)))


def pairs(session: Session, centre_id: UUID, body_id: UUID | None = None) -> tuple[PairRow, ...]:
    """Who goes together and who must not. Two statements."""
    wanted = select(DutyPair).where(DutyPair.centre_id == centre_id)
    if body_id is not None:
        wanted = wanted.where(DutyPair.body_id == body_id)
    rows = session.scalars(wanted.order_by(DutyPair.body_id, DutyPair.id)).all()
    names = names_of(session, centre_id, {each for row in rows for each in (row.one_id, row.other_id)})
    return tuple(
        PairRow(row.id, row.body_id, row.one_id, names[row.one_id], row.other_id, names[row.other_id], row.together)
        for row in rows
    )


def names_of(session: Session, centre_id: UUID, member_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Names of members by id."""
    wanted = select(DutyMember.id, DutyMember.name).where(
        DutyMember.centre_id == centre_id, DutyMember.id.in_(list(member_ids))
    )
    return {row[0]: row[1] for row in session.execute(wanted)}


def turns_before(
    session: Session, centre_id: UUID, body_ids: Iterable[UUID], first: date
) -> dict[UUID, tuple[str, ...]]:
    """Whose turn it was in the sessions planned before a day, by rule and the oldest first: `already` of `body_sessions`.

    Sessions that do not take place are no turn. Looks at every plan, a draft too: the rotation goes on from the plan before.
    """
    wanted = (
        select(DutySlot.pattern_id, DutySlot.needs)
        .where(DutySlot.centre_id == centre_id, DutySlot.body_id.in_(list(body_ids)))
        .where(DutySlot.planned < first, DutySlot.cancelled == "", DutySlot.pattern_id.is_not(None))
        .order_by(DutySlot.planned, DutySlot.starts, DutySlot.id)
    )
    found: dict[UUID, tuple[str, ...]] = defaultdict(tuple)
    for pattern_id, kept in session.execute(wanted):
        needs = needs_of(kept)
        if pattern_id is not None and len(needs) == 1 and len(needs[0].kinds) == 1:
            found[pattern_id] += tuple(needs[0].kinds)
    return dict(found)


def duties_ahead(session: Session, centre_id: UUID, member_id: UUID, after: date, body_id: UUID | None = None) -> int:
    """How many published duties somebody still has after a day: what needs covers when they leave."""
    wanted = (
        select(func.count())
        .select_from(Duty)
        .join(DutySlot, DutySlot.id == Duty.slot_id)
        .join(DutySeat, DutySeat.id == Duty.seat_id)
        .where(Duty.centre_id == centre_id, DutySeat.centre_id == centre_id, DutySeat.member_id == member_id)
        .where(Duty.state.in_([state.value for state in EXPECTED]), DutySlot.day > after, DutySlot.cancelled == "")
    )
    if body_id is not None:
        wanted = wanted.where(DutySlot.body_id == body_id)
    return session.scalar(wanted) or 0


def phone_of(session: Session, vault: Vault, centre_id: UUID, member_id: UUID) -> str:
    """The whole private phone, "" where none is kept. Ask only after `db.duty.members.unmask_phone` was journalled."""
    member = session.scalar(select(DutyMember).where(DutyMember.centre_id == centre_id, DutyMember.id == member_id))
    if member is None:
        raise RuleBroken("没有找到这位轮值人员，可能属于别的中心。")
    return "" if member.phone_sealed is None else vault.open(member.phone_sealed, "duty_member", "phone", member.id)


def _body_row(row: DutyBody, rules: tuple[BodyRule, ...], count: int) -> BodyRow:
    return BodyRow(
        id=row.id,
        name=row.name,
        colour=row.colour,
        scope=row.scope,
        liaison=row.liaison,
        office_phone=row.office_phone,
        rest=row.rest,
        most_a_month=row.most_a_month,
        least_a_year=row.least_a_year,
        note=row.note,
        position=row.position,
        active=row.active,
        version=row.version,
        rules=rules,
        members=count,
    )


def _seat_row(row: DutySeat, body_name: str, member_name: str) -> SeatRow:
    return SeatRow(
        id=row.id,
        body_id=row.body_id,
        body_name=body_name,
        member_id=row.member_id,
        member_name=member_name,
        kind=row.kind,
        session=row.session,
        level=row.level,
        first=row.first,
        last=row.last,
        history=row.history,
        credit=row.credit,
        active=row.active,
        version=row.version,
    )


def _stand_row(row: DutyStand, member_name: str) -> StandRow:
    return StandRow(
        id=row.id,
        member_id=row.member_id,
        member_name=member_name,
        body_id=row.body_id,
        want=Want(row.want),
        first=row.first,
        last=row.last,
        weekday=row.weekday,
        half=Half(row.half) if row.half else None,
        why=row.why,
        created_at=row.created_at,
    )
