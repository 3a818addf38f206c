"""Who takes turns: members, and their seats in the bodies (身份, 届别, 任期), with what a joiner is credited."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from db.action import Act, action
from db.clock import business_date
from db.duty.bodies import Saved
from db.duty.levels import joiner_credit
from db.duty.looking import body_of, member_of, must_be_version, seat_of
from db.duty.models import DutyMember, DutySeat
from db.errors import RuleBroken
from db.ids import new_id
from db.people.rules import mask_phone, read_phone
from db.staff.permissions import Permission
from db.text import NAME, clean, line, note

MOST_HISTORY = 10_000


@dataclass(frozen=True, slots=True)
class MemberFields:
    """Somebody as the form gives them. `phone` None leaves the phone as it is, "" forgets it."""

    name: str
    unit_post: str = ""
    specialty: str = ""
    phone: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class SeatFields:
    """A membership as the form gives it; the term is from `first` to `last`, both included.

    `history` counts duties done before this program. `credit` None lets the program count it: a joiner without history
    begins at the level of those of the same kind.
    """

    kind: str = ""
    session: str = ""
    level: str = ""
    first: date | None = None
    last: date | None = None
    history: int = 0
    credit: int | None = None


@action("duty.member_save", Permission.DUTY_PLAN, "保存轮值人员")
def save_member(act: Act, *, fields: MemberFields, member_id: UUID | None = None, version: int = 0) -> Saved:
    """Add or change somebody; the phone is sealed and masked.

    Raises:
        RuleBroken: a name or phone that cannot be right. Stale: somebody else changed it first.
    """
    if member_id is None:
        member = DutyMember(id=new_id(), centre_id=act.centre_id, created_at=act.now, version=0)
    else:
        member = member_of(act, member_id)
        must_be_version(member, version, "这位轮值人员的资料")
    member.name = clean(fields.name, NAME).text
    member.unit_post, member.specialty = line(fields.unit_post, "单位职务"), line(fields.specialty, "专长")
    member.note = note(fields.note, "备注")
    if fields.phone is not None:
        _seal_phone(act, member, fields.phone)
    member.version += 1
    act.session.add(member)
    act.session.flush()
    act.on("duty_member", member.id)
    act.note(created=member_id is None)
    return Saved(member.id, member.version)


@action("duty.member_retire", Permission.DUTY_PLAN, "停用轮值人员")
def retire_member(act: Act, *, member_id: UUID, version: int, back: bool = False) -> int:
    """Take somebody out of new plans, or with `back` into them again; duties that are planned stay. Returns the version."""
    member = member_of(act, member_id)
    must_be_version(member, version, "这位轮值人员的资料")
    if member.active == back:
        raise RuleBroken(f"{member.name}{'本来就在轮值人员里' if back else '已经停用'}。")
    member.active = back
    member.version += 1
    act.on("duty_member", member.id)
    act.note(active=member.active)
    return member.version


@action("duty.seat_save", Permission.DUTY_PLAN, "保存轮值任职")
def save_seat(
    act: Act, *, member_id: UUID, body_id: UUID, fields: SeatFields, seat_id: UUID | None = None, version: int = 0
) -> Saved:
    """Take somebody into a body, or change the membership. Who comes back gets the old seat with its history.

    Raises:
        RuleBroken: an impossible term or count, or the person is in the body already. Stale: changed by somebody else.
    """
    member, body = member_of(act, member_id), body_of(act, body_id)
    if fields.first and fields.last and fields.last < fields.first:
        raise RuleBroken("任期的结束日期不能早于开始日期。")
    if not 0 <= fields.history <= MOST_HISTORY or not 0 <= (fields.credit or 0) <= MOST_HISTORY:
        raise RuleBroken(f"历史次数和补记次数应在 0 到 {MOST_HISTORY} 之间。")
    known = _known_seat(act, member.id, body.id)
    seat = known or DutySeat(id=new_id(), centre_id=act.centre_id, member_id=member.id, body_id=body.id, version=0)
    if seat_id is not None:
        if seat.id != seat_id:
            raise RuleBroken("这条任职记录不是这个人在这个轮值单位的，请刷新后重试。")
        must_be_version(seat, version, "这条任职记录")
    elif known is not None and known.active:
        raise RuleBroken(f"{member.name}已经在“{body.name}”里了。")
    _fill_seat(act, seat, fields, again=known is not None and seat_id is None)
    act.session.add(seat)
    act.session.flush()
    act.on("duty_member", member.id)
    act.touch("duty_seat", seat.id)
    act.touch("duty_body", body.id)
    act.note(body=body.name, kind=seat.kind, history=seat.history, credit=seat.credit)
    return Saved(seat.id, seat.version)


@action("duty.seat_end", Permission.DUTY_PLAN, "结束轮值任职")
def end_seat(act: Act, *, seat_id: UUID, version: int, last: date) -> int:
    """End a membership after a day (included): no duty is planned later. What was done stays counted. Returns the version."""
    seat = seat_of(act, seat_id)
    must_be_version(seat, version, "这条任职记录")
    if not seat.active:
        raise RuleBroken("这条任职已经结束。")
    if seat.first and last < seat.first:
        raise RuleBroken(f"结束日期不能早于任期开始（{seat.first:%Y-%m-%d}）。")
    seat.last = last
    seat.active = last >= business_date(act.now)
    seat.version += 1
    act.on("duty_member", seat.member_id)
    act.touch("duty_seat", seat.id)
    act.note(last=last.isoformat(), active=seat.active)
    return seat.version


@action("duty.unmask_phone", Permission.PERSON_UNMASK, "查看轮值人员电话")
def unmask_phone(act: Act, *, member_id: UUID, reason: str) -> bool:
    """Leave in the journal who looks behind the mask and why; `db.duty.queries.phone_of` then shows it.

    False where no phone is kept.

    Raises:
        RuleBroken: no reason was given.
    """
    why = line(reason, "查看原因", 100, required=True)
    member = member_of(act, member_id)
    act.on("duty_member", member.id)
    act.note(reason=why)
    return member.phone_sealed is not None


def _known_seat(act: Act, member_id: UUID, body_id: UUID) -> DutySeat | None:
    return act.session.scalar(
        select(DutySeat)
        .where(DutySeat.centre_id == act.centre_id, DutySeat.body_id == body_id, DutySeat.member_id == member_id)
        .with_for_update()
    )


def _fill_seat(act: Act, seat: DutySeat, fields: SeatFields, *, again: bool) -> None:
    """Write a seat; one that is taken up `again` keeps its history, and what was missed meanwhile is credited."""
    seat.kind, seat.session = line(fields.kind, "身份", 40), line(fields.session, "届别", 40)
    seat.level, seat.first, seat.last = line(fields.level, "层级", 40), fields.first, fields.last
    seat.history = max(fields.history, seat.history) if again else fields.history
    if fields.credit is not None:
        seat.credit = fields.credit
    elif again or (seat.version == 0 and fields.history == 0):
        seat.credit = joiner_credit(act.session, act.centre_id, seat.body_id, seat.kind, seat.id)
    elif seat.version == 0:
        seat.credit = 0
    seat.active = True
    seat.version += 1


def _seal_phone(act: Act, member: DutyMember, raw: str) -> None:
    number = read_phone(raw).number
    if not number:
        member.phone_sealed, member.phone_masked = None, ""
        return
    member.phone_sealed = act.vault.seal(number, "duty_member", "phone", member.id)
    member.phone_masked = mask_phone(number)
