"""Making a plan (轮值表): sessions from the rules, filling them with what the solver found, and putting a plan away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import delete, insert, or_, select, update

from db.action import Act, action
from db.base import table_of
from db.calendar.queries import calendar_of
from db.clock import business_date
from db.duty.building import problem_of
from db.duty.drafting import forget_steps, keep_overrides
from db.duty.filling import filled
from db.duty.finding import DRAFT, PUBLISHED, plan_of
from db.duty.kept import ids_of
from db.duty.levels import keep_credits
from db.duty.models import Duty, DutyBody, DutyPlan, DutySlot
from db.duty.overriding import settle
from db.duty.packing import packed
from db.duty.queries import bodies, turns_before
from db.duty.rows import BodyRow
from db.duty.rules import Session
from db.duty.sessions import body_sessions
from db.duty.solve.broken import broken
from db.duty.solve.canonical import credits
from db.duty.solve.problem import Proof, Sitting
from db.duty.states import PLAN_NAMES, PlanState
from db.errors import RuleBroken
from db.ids import new_id
from db.staff.permissions import Permission
from db.text import line

LONGEST = timedelta(days=400)
_SLOT = table_of(DutySlot)


@dataclass(frozen=True, slots=True)
class PlanMade:
    """A new plan: sessions that take place, and those that are skipped."""

    plan_id: UUID
    version: int
    sessions: int
    skipped: int


@dataclass(frozen=True, slots=True)
class PlanSaved:
    """What a plan has become."""

    plan_id: UUID
    version: int


@action("duty.plan_new", Permission.DUTY_PLAN, "新建轮值表")
def plan_new(act: Act, *, body_ids: tuple[UUID, ...], first: date, last: date, title: str = "") -> PlanMade:
    """Make a draft from day to day, both included: a session for every day the bodies' rules give.

    Skipped ones are kept with their reason.

    Raises:
        RuleBroken: the days are wrong, a body has no rules, another plan has the body on these days, or the calendar of
            a year is not published.
    """
    _check_days(first, last)
    chosen = _bodies(act, body_ids)
    _no_overlap(act, chosen, first, last)
    named = {body.id: body for body in chosen}
    sessions = sessions_for(act, chosen, first, last)
    if not sessions:
        raise RuleBroken("按这些轮值规则，这段日子里没有一班，请检查起止日期和规则。")
    plan = DutyPlan(
        id=new_id(),
        centre_id=act.centre_id,
        title=line(title, "轮值表名称", 100) or _title(chosen, first, last),
        first=first,
        last=last,
        body_ids=packed(tuple(named)),
        state=PlanState.DRAFT,
        edition=0,
        proof="",
        created_at=act.now,
        created_by=act.actor.staff_id,
        version=1,
    )
    act.session.add(plan)
    act.session.flush()
    add_slots(act, plan, chosen, sessions)
    skipped = sum(bool(session.cancelled) for session in sessions)
    act.on("duty_plan", plan.id)
    act.note(title=plan.title, sessions=len(sessions) - skipped, skipped=skipped)
    return PlanMade(plan.id, plan.version, len(sessions) - skipped, skipped)


@action("duty.plan_edit", Permission.DUTY_PLAN, "修改轮值表名称")
def plan_edit(act: Act, *, plan_id: UUID, version: int, title: str) -> PlanSaved:
    """Give a plan another title."""
    plan = plan_of(act, plan_id, DRAFT | PUBLISHED, "修改", version)
    plan.title = line(title, "轮值表名称", 100, required=True)
    return _saved(act, plan)


@action("duty.plan_fill", Permission.DUTY_PLAN, "填入排班结果")
def plan_fill(
    act: Act, *, plan_id: UUID, version: int, sittings: tuple[Sitting, ...], proof: Proof, override: str = ""
) -> PlanSaved:
    """Put who sits where into a draft; locked places stay, all others are given anew.

    The rules are looked at once more: leave may have been entered while the plan was being solved.

    Raises:
        Stale: the plan was changed since the solver began.
        Objection: rules would be broken; with a reason in `override` whoever sits against a rule is locked there.
        RuleBroken: a sitting does not fit the plan.
    """
    plan = plan_of(act, plan_id, DRAFT, "填入排班结果", version)
    count = filled(act, plan, sittings)
    act.session.flush()
    problem = problem_of(act.session, act.centre_id, plan.id)
    found = broken(problem, sittings)
    reason = settle(act, (each.sentence for each in found), override)
    if reason:
        keep_overrides(act, found, reason)
    plan.proof = packed(proof)
    act.note(method=str(proof.method), sittings=count, spread=proof.spread, rest=proof.rest)
    return _saved(act, plan)


@action("duty.plan_drop", Permission.DUTY_PLAN, "删除轮值表草稿")
def plan_drop(act: Act, *, plan_id: UUID, version: int) -> None:
    """Throw a draft away. What was published stays for ever and can only be put away.

    Raises:
        RuleBroken: it has been published.
    """
    plan = plan_of(act, plan_id, DRAFT, "删除", version)
    if plan.edition:
        raise RuleBroken(f"“{plan.title}”公示过，不能删除，可以归档。")
    forget_steps(act, plan.id)
    ours = select(DutySlot.id).where(DutySlot.centre_id == act.centre_id, DutySlot.plan_id == plan.id)
    act.session.execute(delete(Duty).where(Duty.centre_id == act.centre_id, Duty.slot_id.in_(ours)))
    act.session.execute(delete(DutySlot).where(DutySlot.centre_id == act.centre_id, DutySlot.plan_id == plan.id))
    act.session.delete(plan)
    act.on("duty_plan", plan.id)
    act.note(title=plan.title)


@action("duty.plan_archive", Permission.DUTY_PLAN, "归档轮值表")
def plan_archive(act: Act, *, plan_id: UUID, version: int) -> PlanSaved:
    """Put a plan away whose days are over, or one whose publication was taken back for good; it can be read for ever.

    Raises:
        RuleBroken: its last session is still to come, or it is a draft that was never published.
    """
    plan = plan_of(act, plan_id, PUBLISHED | DRAFT, "归档", version)
    if plan.state == PlanState.DRAFT:
        _give_up(act, plan)
        plan.state = PlanState.ARCHIVED
        return _saved(act, plan)
    latest = act.session.scalar(
        select(DutySlot.day)
        .where(DutySlot.centre_id == act.centre_id, DutySlot.plan_id == plan.id, DutySlot.cancelled == "")
        .order_by(DutySlot.day.desc())
        .limit(1)
    )
    if latest is not None and latest >= business_date(act.now):
        raise RuleBroken(f"“{plan.title}”到 {latest.month}月{latest.day}日还有班次，过后才能归档。")
    plan.state = PlanState.ARCHIVED
    return _saved(act, plan)


def _give_up(act: Act, plan: DutyPlan) -> None:
    """A plan whose publication was taken back is not held: its sessions count nowhere, its days are free."""
    if not plan.edition:
        raise RuleBroken(f"“{plan.title}”没有公示过，不用归档，可以直接删除。")
    given = credits(problem_of(act.session, act.centre_id, plan.id))
    keep_credits(act.session, act.centre_id, plan.first, {seat_id: -count for seat_id, count in given.items()})
    forget_steps(act, plan.id)
    ours = select(DutySlot.id).where(DutySlot.centre_id == act.centre_id, DutySlot.plan_id == plan.id)
    act.session.execute(delete(Duty).where(Duty.centre_id == act.centre_id, Duty.slot_id.in_(ours)))
    act.session.execute(
        update(DutySlot)
        .where(DutySlot.centre_id == act.centre_id, DutySlot.plan_id == plan.id, DutySlot.cancelled == "")
        .values(cancelled="公示已撤回", version=DutySlot.version + 1)
    )


def sessions_for(act: Act, chosen: Sequence[BodyRow], first: date, last: date) -> tuple[Session, ...]:
    """What the rules of these bodies give; kinds that take turns go on where earlier plans stopped."""
    calendar = calendar_of(act.session, act.centre_id)
    already = turns_before(act.session, act.centre_id, [body.id for body in chosen], first)
    return tuple(each for body in chosen for each in body_sessions(body.rules, first, last, calendar, already))


def bodies_of(act: Act, plan: DutyPlan) -> tuple[BodyRow, ...]:
    """The bodies of a plan, those out of use too."""
    known = {body.id: body for body in bodies(act.session, act.centre_id, idle=True)}
    return tuple(known[body_id] for body_id in ids_of(plan.body_ids))


def add_slots(act: Act, plan: DutyPlan, chosen: Sequence[BodyRow], sessions: Sequence[Session]) -> None:
    """Write sessions, in one statement however many they are."""
    rooms = {rule.id: rule.room_id for body in chosen for rule in body.rules}
    rows = [
        {
            "id": new_id(),
            "centre_id": act.centre_id,
            "plan_id": plan.id,
            "body_id": each.body_id,
            "pattern_id": each.rule_id,
            "planned": each.planned,
            "day": each.day,
            "starts": each.starts,
            "ends": each.ends,
            "needs": packed(each.needs),
            "room_id": rooms[each.rule_id],
            "cancelled": each.cancelled,
            "note": each.note,
            "vacant": "",
            "sequence": 0,
            "version": 1,
        }
        for each in sessions
    ]
    if rows:
        act.session.connection().execute(insert(_SLOT), rows)


def _check_days(first: date, last: date) -> None:
    if last < first:
        raise RuleBroken("截止日期不能早于开始日期。")
    if last - first > LONGEST:
        raise RuleBroken("一份轮值表最长一年，请缩短起止日期。")


def _bodies(act: Act, body_ids: tuple[UUID, ...]) -> list[BodyRow]:
    known = {body.id: body for body in bodies(act.session, act.centre_id)}
    if not body_ids:
        raise RuleBroken("请至少选择一个轮值单位。")
    chosen = []
    for body_id in dict.fromkeys(body_ids):
        if body_id not in known:
            raise RuleBroken("选择的轮值单位已停用或不存在，请刷新后重新选择。")
        if not known[body_id].rules:
            raise RuleBroken(f"“{known[body_id].name}”还没有轮值规则，请先设置每周或每月哪几天轮值。")
        chosen.append(known[body_id])
    return chosen


def _no_overlap(act: Act, chosen: Sequence[BodyRow], first: date, last: date) -> None:
    """One plan a body and day, but for those given up. On PostgreSQL the bodies are locked, so that two managers do not make the same plan."""
    lock_bodies(act, [body.id for body in chosen])
    others = act.session.scalars(
        select(DutyPlan)
        .where(DutyPlan.centre_id == act.centre_id, DutyPlan.first <= last, DutyPlan.last >= first)
        .where(or_(DutyPlan.state != PlanState.ARCHIVED, DutyPlan.published_at.is_not(None)))
        .order_by(DutyPlan.first)
    )
    for other in others:
        theirs = set(ids_of(other.body_ids))
        for body in chosen:
            if body.id in theirs:
                span = f"{other.first:%Y-%m-%d} 至 {other.last:%Y-%m-%d}"
                state = PLAN_NAMES[PlanState(other.state)]
                raise RuleBroken(f"“{body.name}”在“{other.title}”（{span}，{state}）里已经排了，请错开日期。")


def lock_bodies(act: Act, body_ids: Sequence[UUID]) -> None:
    """Make everybody else who plans for these bodies wait."""
    act.session.execute(
        select(DutyBody.id)
        .where(DutyBody.centre_id == act.centre_id, DutyBody.id.in_(body_ids))
        .order_by(DutyBody.id)
        .with_for_update()
    ).all()


def _title(chosen: Sequence[BodyRow], first: date, last: date) -> str:
    months = f"{first.year}年{first.month}月"
    if (first.year, first.month) != (last.year, last.month):
        months += f"至{last.year}年{last.month}月" if last.year != first.year else f"至{last.month}月"
    who = chosen[0].name if len(chosen) == 1 else f"{chosen[0].name}等 {len(chosen)} 个单位"
    return f"{months}{who}轮值表"


def _saved(act: Act, plan: DutyPlan) -> PlanSaved:
    act.on("duty_plan", plan.id)
    return PlanSaved(plan.id, plan.version)
