"""Leave, impossible and preferred half days, as asked for by phone; and pairs that go together or must not."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from db.action import Act, action
from db.duty.looking import body_of, member_of, stand_of
from db.duty.models import Duty, DutyPair, DutySeat, DutySlot, DutyStand
from db.duty.solve.problem import Half, Want
from db.duty.states import EXPECTED
from db.errors import RuleBroken
from db.ids import new_id
from db.staff.permissions import Permission
from db.text import line


@dataclass(frozen=True, slots=True)
class StandFields:
    """How somebody stands to a time: from `first` to `last` (both included; None: open), only on `weekday` (0 Monday) and
    in `half` where given. `body_id` limits it to one body.
    """

    want: Want
    first: date | None = None
    last: date | None = None
    weekday: int | None = None
    half: Half | None = None
    why: str = ""
    body_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class StandEntered:
    """What was entered, and how many published duties of the member lie in it (a leave needs a cover for each)."""

    stand_id: UUID
    duties: int


@action("duty.stand_enter", Permission.DUTY_ATTEND, "登记请假或意愿")
def enter_stand(act: Act, *, member_id: UUID, fields: StandFields) -> StandEntered:
    """Enter leave (CANNOT), or times that somebody would rather not (AVOID) or would like to (PREFER).

    Raises:
        RuleBroken: no time at all, an impossible one, or entered already.
    """
    member = member_of(act, member_id)
    if not member.active:
        raise RuleBroken(f"{member.name}已停用，不用登记请假。")
    _check(act, member.id, fields)
    row = DutyStand(
        id=new_id(),
        centre_id=act.centre_id,
        member_id=member.id,
        body_id=fields.body_id,
        want=Want(fields.want).value,
        first=fields.first,
        last=fields.last,
        weekday=fields.weekday,
        half=fields.half.value if fields.half else "",
        why=line(fields.why, "原因", 100),
        entered_by=act.actor.staff_id,
        created_at=act.now,
    )
    act.session.add(row)
    act.session.flush()
    act.on("duty_member", member.id)
    act.touch("duty_stand", row.id)
    act.note(want=row.want, first=_iso(row.first), last=_iso(row.last), weekday=row.weekday, half=row.half or None)
    return StandEntered(row.id, _duties_in(act, row) if row.want == Want.CANNOT else 0)


@action("duty.stand_lift", Permission.DUTY_ATTEND, "取消请假或意愿")
def lift_stand(act: Act, *, stand_id: UUID) -> None:
    """Take a leave or wish back; it stays in the books."""
    row = stand_of(act, stand_id)
    row.lifted_at = act.now
    act.on("duty_member", row.member_id)
    act.touch("duty_stand", row.id)


@action("duty.pair_save", Permission.DUTY_PLAN, "设置同班或回避")
def save_pair(act: Act, *, body_id: UUID, one_id: UUID, other_id: UUID, together: bool) -> UUID:
    """Two members of a body go together, or must not; what was said of the two before is replaced."""
    body = body_of(act, body_id)
    if one_id == other_id:
        raise RuleBroken("请选择两个不同的人。")
    low, high = sorted((one_id, other_id))
    for member_id in (low, high):
        member = member_of(act, member_id)
        if not _sits_in(act, member.id, body.id):
            raise RuleBroken(f"{member.name}不在“{body.name}”里，请先加入这个轮值单位。")
    pair = act.session.scalar(
        select(DutyPair)
        .where(DutyPair.centre_id == act.centre_id, DutyPair.body_id == body.id)
        .where(DutyPair.one_id == low, DutyPair.other_id == high)
        .with_for_update()
    )
    if pair is None:
        pair = DutyPair(id=new_id(), centre_id=act.centre_id, body_id=body.id, one_id=low, other_id=high)
        act.session.add(pair)
    pair.together = together
    act.session.flush()
    act.on("duty_body", body.id)
    act.touch("duty_pair", pair.id)
    act.note(together=together)
    return pair.id


@action("duty.pair_drop", Permission.DUTY_PLAN, "取消同班或回避")
def drop_pair(act: Act, *, pair_id: UUID) -> None:
    """The two are free of each other again."""
    pair = act.session.scalar(
        select(DutyPair).where(DutyPair.centre_id == act.centre_id, DutyPair.id == pair_id).with_for_update()
    )
    if pair is None:
        raise RuleBroken("这条同班或回避的设置已经取消。")
    act.session.delete(pair)
    act.on("duty_body", pair.body_id)
    act.touch("duty_pair", pair.id)


def _check(act: Act, member_id: UUID, fields: StandFields) -> None:
    if fields.first is None and fields.last is None and fields.weekday is None and fields.half is None:
        raise RuleBroken("请填写时间：哪一天、从哪天到哪天，或每周几的上午、下午。")
    if fields.first and fields.last and fields.last < fields.first:
        raise RuleBroken("结束日期不能早于开始日期。")
    if fields.weekday is not None and not 0 <= fields.weekday <= 6:
        raise RuleBroken("星期几不对，请重新选择。")
    if fields.weekday is None and fields.half is None and (fields.first is None or fields.last is None):
        raise RuleBroken("请假要写从哪天到哪天；长期不能来请停用这个人或结束任期。")
    if fields.body_id is not None and not _sits_in(act, member_id, body_of(act, fields.body_id).id):
        raise RuleBroken("这个人不在选择的轮值单位里。")
    same = select(func.count()).where(
        DutyStand.centre_id == act.centre_id,
        DutyStand.member_id == member_id,
        DutyStand.lifted_at.is_(None),
        DutyStand.want == Want(fields.want).value,
        DutyStand.half == (fields.half.value if fields.half else ""),
        DutyStand.first.is_not_distinct_from(fields.first),
        DutyStand.last.is_not_distinct_from(fields.last),
        DutyStand.weekday.is_not_distinct_from(fields.weekday),
        DutyStand.body_id.is_not_distinct_from(fields.body_id),
    )
    if act.session.scalar(same):
        raise RuleBroken("同样的请假或意愿已经登记过了。")


def _sits_in(act: Act, member_id: UUID, body_id: UUID) -> bool:
    found = select(func.count()).where(
        DutySeat.centre_id == act.centre_id,
        DutySeat.member_id == member_id,
        DutySeat.body_id == body_id,
        DutySeat.active,
    )
    return bool(act.session.scalar(found))


def _duties_in(act: Act, row: DutyStand) -> int:
    """Published duties that are still to come for the member in the time of a stand."""
    wanted = (
        select(DutySlot.day, DutySlot.starts)
        .join(Duty, Duty.slot_id == DutySlot.id)
        .join(DutySeat, DutySeat.id == Duty.seat_id)
        .where(DutySlot.centre_id == act.centre_id, DutySeat.member_id == row.member_id)
        .where(Duty.centre_id == act.centre_id, Duty.state.in_([state.value for state in EXPECTED]))
        .where(DutySlot.cancelled == "")
    )
    if row.body_id is not None:
        wanted = wanted.where(DutySlot.body_id == row.body_id)
    if row.first is not None:
        wanted = wanted.where(DutySlot.day >= row.first)
    if row.last is not None:
        wanted = wanted.where(DutySlot.day <= row.last)
    return sum(
        (row.weekday is None or day.weekday() == row.weekday) and (not row.half or Half.of(starts) == row.half)
        for day, starts in act.session.execute(wanted)
    )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
