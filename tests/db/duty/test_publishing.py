"""Publishing: places filled or said to be empty, rooms taken as bookings take them, clashes offered before, the wall kept."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from db.action import Actor
from db.duty.bodies import RuleFields, save_rule
from db.duty.changing import substitute
from db.duty.check import problems
from db.duty.clashes import publish_check, room_clashes, slot_offers
from db.duty.drafting import draft_undo
from db.duty.editions import draft_posters, editions, posters, sheet_edition
from db.duty.moving import cancel_slot, slot_room, slot_skip, slot_time
from db.duty.overriding import Objection
from db.duty.placing import take_out
from db.duty.plans import plan_archive, plan_drop
from db.duty.publishing import Vacant, publish
from db.duty.queries import bodies, members, seats
from db.duty.rules import Composition
from db.duty.states import DutyState, PlanState
from db.duty.withdrawing import plan_withdraw
from db.errors import RuleBroken, Stale
from db.rooms import bookings
from db.rooms.admin import close_room
from db.rooms.models import Occupancy
from db.session import Hall
from tests.conftest import NOW
from tests.factories.duty import make_crew, make_member, make_seat, make_stand
from tests.factories.duty_plans import (
    fill_plan,
    make_plan,
    make_published,
    row_of,
    sitter,
    slots_in,
    version_of,
)
from tests.factories.rooms import make_borrower, make_room

Run = Callable[..., Any]
Crew = tuple[UUID, tuple[UUID, ...]]
FIRST_DAY = {
    "starts_at": datetime(2026, 11, 25, 1, 0, tzinfo=UTC),
    "ends_at": datetime(2026, 11, 25, 3, 0, tzinfo=UTC),
}
"""9:00–11:00 in Fujian on the day of the first session."""


@pytest.fixture
def crew(hall: Hall, manager: Actor) -> Crew:
    return make_crew(hall, manager, NOW)


@pytest.fixture
def room(hall: Hall, manager: Actor) -> UUID:
    return make_room(hall, manager, NOW, uses=("党建引领",), capacity=10)


@pytest.fixture
def plan_id(hall: Hall, manager: Actor, crew: Crew, room: UUID) -> UUID:
    made = make_plan(hall, manager, NOW, (crew[0],))
    fill_plan(hall, manager, NOW, made)
    return made


@pytest.fixture
def choir(hall: Hall, manager: Actor) -> UUID:
    return make_borrower(hall, manager, NOW)


def go(run: Run, hall: Hall, manager: Actor, plan_id: UUID, **more: Any) -> Any:
    return run(manager, publish, plan_id=plan_id, version=version_of(hall, manager, plan_id), **more)


def occupied(hall: Hall) -> int:
    return hall.read(lambda session: session.scalar(select(func.count()).select_from(Occupancy)))


def test_a_published_plan_binds_its_people_takes_its_rooms_and_hangs(
    hall: Hall, run: Run, manager: Actor, plan_id: UUID, room: UUID, choir: UUID
) -> None:
    done = go(run, hall, manager, plan_id)
    assert (done.edition, done.warning) == (1, "")
    assert row_of(hall, manager, plan_id).state is PlanState.PUBLISHED
    slots = slots_in(hall, manager, plan_id)
    assert {slot.room_id for slot in slots} == {room}
    assert {sitter(slot).state for slot in slots} == {DutyState.PUBLISHED}
    assert occupied(hall) == 6
    with pytest.raises(RuleBroken, match=r"11月25日 09:00–11:00 已有“两代表一委员”工作室轮值"):
        run(manager, bookings.book, room_id=room, borrower_id=choir, **FIRST_DAY)
    with pytest.raises(RuleBroken, match="还有 1 项安排"):
        run(manager, close_room, room_id=room, reason="维修", **FIRST_DAY)
    with pytest.raises(RuleBroken, match="不能撤销排班操作"):
        run(manager, draft_undo, plan_id=plan_id, version=version_of(hall, manager, plan_id))


def test_a_booking_that_collides_is_named_and_other_rooms_and_half_days_are_offered(
    hall: Hall, run: Run, manager: Actor, plan_id: UUID, room: UUID, choir: UUID
) -> None:
    other = make_room(hall, manager, NOW, "305", uses=("党建引领",), capacity=12)
    too_small = make_room(hall, manager, NOW, "101", uses=("食有所安",), capacity=8)
    first = slots_in(hall, manager, plan_id)[0]
    for each in (room, other, too_small):
        run(manager, bookings.book, room_id=each, borrower_id=choir, purpose="排练", **FIRST_DAY)
    with pytest.raises(RuleBroken, match="没有空着的房间"):
        go(run, hall, manager, plan_id)
    run(manager, slot_room, slot_id=first.id, version=first.version, room_id=room)
    with pytest.raises(RuleBroken, match=r"11月25日（周三）09:00–11:00这一班的房间不能用：.*“军门合唱队：排练”的预约"):
        go(run, hall, manager, plan_id)
    assert occupied(hall) == 3
    clash = hall.read(room_clashes, manager.centre_id, plan_id, NOW)[0]
    assert (clash.slot_id, clash.room_id) == (first.id, room)
    assert "军门合唱队" in clash.trouble
    assert [offer.label for offer in clash.offers] == [
        "改到 11月25日下午 14:30–16:30",
        "改到 11月26日上午 09:00–11:00",
        "改到 11月24日上午 09:00–11:00",
    ]
    offer = clash.offers[0]
    moved = run(
        manager, slot_time, slot_id=clash.slot_id, version=clash.version, room_id=offer.room_id,
        day=offer.day, starts=offer.starts, ends=offer.ends,
    )  # fmt: skip
    assert moved.slot_id == first.id
    assert hall.read(room_clashes, manager.centre_id, plan_id, NOW) == ()
    go(run, hall, manager, plan_id)
    assert slots_in(hall, manager, plan_id)[0].starts == time(14, 30)


def test_another_free_room_of_the_use_is_offered_first(
    hall: Hall, run: Run, manager: Actor, centre_id: UUID, crew: Crew, room: UUID, choir: UUID
) -> None:
    other = make_room(hall, manager, NOW, "305", uses=("党建引领",), capacity=12)
    rule = hall.read(bodies, centre_id)[0].rules[0]
    fixed = RuleFields(rule.pattern, rule.times, rule.composition, room_id=room, room_use="党建引领")
    run(manager, save_rule, body_id=crew[0], fields=fixed, rule_id=rule.id, version=rule.version)
    plan_id = make_plan(hall, manager, NOW, (crew[0],))
    fill_plan(hall, manager, NOW, plan_id)
    run(manager, bookings.book, room_id=room, borrower_id=choir, **FIRST_DAY)
    clash = hall.read(room_clashes, centre_id, plan_id, NOW)[0]
    assert clash.offers[0].label == "改到 多功能室305（12 人）"
    run(manager, slot_room, slot_id=clash.slot_id, version=clash.version, room_id=clash.offers[0].room_id)
    go(run, hall, manager, plan_id)
    assert [slot.room_id for slot in slots_in(hall, manager, plan_id)] == [other, *[room] * 5]


def test_two_bodies_at_the_same_time_get_different_rooms(hall: Hall, run: Run, manager: Actor, room: UUID) -> None:
    small = make_room(hall, manager, NOW, "101", capacity=5)
    one, _ = make_crew(hall, manager, NOW, 3)
    other, _ = make_crew(hall, manager, NOW, 3, name="公益律师")
    plan_id = make_published(hall, manager, NOW, (one, other))
    slots = slots_in(hall, manager, plan_id)
    assert {slot.room_id for slot in slots if slot.day == slots[0].day} == {room, small}


def test_what_a_plan_itself_takes_stands_in_its_own_way(hall: Hall, run: Run, manager: Actor, room: UUID) -> None:
    one, _ = make_crew(hall, manager, NOW, 3)
    other, _ = make_crew(hall, manager, NOW, 3, name="公益律师")
    plan_id = make_plan(hall, manager, NOW, (one, other))
    fill_plan(hall, manager, NOW, plan_id)
    with pytest.raises(RuleBroken, match="没有空着的房间，请换一个时段或指定房间。另有 5 班也有冲突"):
        go(run, hall, manager, plan_id)
    assert len(hall.read(room_clashes, manager.centre_id, plan_id, NOW)) == 6


def test_a_room_is_not_given_outside_its_hours_or_while_it_is_closed(
    hall: Hall, run: Run, manager: Actor, plan_id: UUID, room: UUID
) -> None:
    run(manager, close_room, room_id=room, reason="空调检修", **FIRST_DAY)
    first = slots_in(hall, manager, plan_id)[0]
    run(manager, slot_room, slot_id=first.id, version=first.version, room_id=room)
    assert "停用安排（空调检修）" in hall.read(room_clashes, manager.centre_id, plan_id, NOW)[0].trouble


def test_a_hall_without_rooms_can_publish(hall: Hall, run: Run, manager: Actor, crew: Crew) -> None:
    plan_id = make_published(hall, manager, NOW, (crew[0],))
    assert {slot.room_id for slot in slots_in(hall, manager, plan_id)} == {None}
    assert occupied(hall) == 0


def test_an_empty_place_needs_a_reason(hall: Hall, run: Run, manager: Actor, plan_id: UUID) -> None:
    first, second, *_ = slots_in(hall, manager, plan_id)
    for slot in (first, second):
        run(manager, take_out, duty_id=sitter(slot).id, version=sitter(slot).version)
    check = hall.read(publish_check, manager.centre_id, plan_id, NOW)
    assert [(place.slot_id, place.missing, place.kinds) for place in check.empty] == [
        (first.id, 1, ("党代表",)),
        (second.id, 1, ("人大代表",)),
    ]
    with pytest.raises(RuleBroken, match="11月25日（周三）09:00–11:00等 2 班还有空位"):
        go(run, hall, manager, plan_id)
    with pytest.raises(RuleBroken, match="请填写空缺原因"):
        go(run, hall, manager, plan_id, vacant=(Vacant(first.id, " "),))
    now = slots_in(hall, manager, plan_id)[1]
    run(manager, slot_skip, slot_id=now.id, version=now.version, reason="换届选举，停开一次")
    go(run, hall, manager, plan_id, vacant=(Vacant(first.id, "代表出缺，待补选"),))
    slots = slots_in(hall, manager, plan_id)
    assert (slots[0].vacant, slots[1].cancelled) == ("代表出缺，待补选", "换届选举，停开一次")
    assert row_of(hall, manager, plan_id).sessions == 5


def test_leave_that_came_in_after_solving_is_noticed(hall: Hall, run: Run, manager: Actor, plan_id: UUID) -> None:
    duty = sitter(slots_in(hall, manager, plan_id)[1])
    make_stand(hall, manager, NOW, duty.member_id)
    with pytest.raises(Objection, match="请假"):
        go(run, hall, manager, plan_id)
    assert go(run, hall, manager, plan_id, override="本人同意到岗").edition == 1


def test_less_than_three_days_of_notice_are_told_and_not_forbidden(
    hall: Hall, run: Run, manager: Actor, crew: Crew
) -> None:
    plan_id = make_plan(hall, manager, NOW, (crew[0],), date(2026, 11, 18), date(2026, 11, 30))
    fill_plan(hall, manager, NOW, plan_id)
    assert hall.read(publish_check, manager.centre_id, plan_id, NOW).notice.startswith("首班 11月18日，距今只有 1 天")
    assert "不足提前 3 天公示" in go(run, hall, manager, plan_id).warning


def test_three_days_ahead_is_early_enough(hall: Hall, manager: Actor, plan_id: UUID) -> None:
    three = datetime(2026, 11, 22, 1, tzinfo=UTC)
    assert hall.read(publish_check, manager.centre_id, plan_id, three).notice == ""
    two = datetime(2026, 11, 23, 1, tzinfo=UTC)
    assert hall.read(publish_check, manager.centre_id, plan_id, two).notice != ""


def test_the_wall_shows_a_sheet_a_month_without_a_private_phone(
    hall: Hall, run: Run, manager: Actor, plan_id: UUID, room: UUID
) -> None:
    preview = hall.read(draft_posters, manager.centre_id, plan_id, NOW)
    assert [(sheet.edition, len(sheet.lines)) for sheet in preview] == [(0, 1), (0, 5)]
    go(run, hall, manager, plan_id)
    row = hall.read(editions, manager.centre_id, plan_id)[0]
    assert (row.edition, row.reason, row.months) == (1, "首次公示", (date(2026, 11, 1), date(2026, 12, 1)))
    sheets = hall.read(posters, manager.centre_id, plan_id, 1)
    assert [sheet.edition for sheet in sheets] == [1, 1]
    assert [len(sheet.lines) for sheet in sheets] == [1, 5]
    assert sheets[0].qr
    assert "11月" in sheets[0].title
    assert sheets[0].lines[0].members == sitter(slots_in(hall, manager, plan_id)[0]).member_name
    assert sheets[0].lines[0].room == "多功能室201"
    assert hall.read(sheet_edition, manager.centre_id, plan_id, date(2026, 12, 9)) == 1
    assert all(not member.phone_masked for member in hall.read(members, manager.centre_id))


def test_who_would_be_moved_into_another_duty_is_told(hall: Hall, run: Run, manager: Actor, centre_id: UUID) -> None:
    body, _ = make_crew(hall, manager, NOW, 1, name="公益律师", kinds=(), composition=Composition(), rest=3)
    plan_id = make_plan(hall, manager, NOW, (body,))
    fill_plan(hall, manager, NOW, plan_id)
    slot = slots_in(hall, manager, plan_id)[0]
    monday = {"slot_id": slot.id, "version": slot.version, "room_id": None, "day": date(2026, 11, 30)}
    with pytest.raises(Objection, match="只隔 2 个工作日"):
        run(manager, slot_time, **monday, starts=slot.starts, ends=slot.ends)
    run(manager, slot_time, **monday, starts=slot.starts, ends=slot.ends, override="本人要求")
    changed = slots_in(hall, manager, plan_id)[0]
    assert (changed.day, changed.note, changed.planned) == (date(2026, 11, 30), "改时间", slot.planned)
    same = {"slot_id": changed.id, "version": changed.version, "room_id": None, "starts": time(10), "ends": time(12)}
    with pytest.raises(RuleBroken, match="已经有一班了"):
        run(manager, slot_time, **same, day=date(2026, 12, 2))
    with pytest.raises(RuleBroken, match="已经过去"):
        run(manager, slot_time, **same, day=date(2026, 11, 16))


def test_offers_for_one_session_are_what_is_free(hall: Hall, manager: Actor, plan_id: UUID, room: UUID) -> None:
    slot = slots_in(hall, manager, plan_id)[0]
    offers = hall.read(slot_offers, manager.centre_id, replace(slot, room_id=room), NOW)
    assert [offer.room_id for offer in offers] == [room] * 3


def test_the_second_who_publishes_is_told(hall: Hall, run: Run, manager: Actor, plan_id: UUID) -> None:
    version = version_of(hall, manager, plan_id)
    slot = slots_in(hall, manager, plan_id)[0]
    run(manager, slot_room, slot_id=slot.id, version=slot.version, room_id=None)
    with pytest.raises(Stale):
        run(manager, publish, plan_id=plan_id, version=version)
    assert len(hall.read(seats, manager.centre_id)) == 6


def test_a_publication_is_taken_back_and_made_anew_as_the_next_edition(
    hall: Hall, run: Run, manager: Actor, plan_id: UUID, room: UUID, choir: UUID
) -> None:
    go(run, hall, manager, plan_id)
    slots = slots_in(hall, manager, plan_id)
    ill, peer = sitter(slots[0]), sitter(slots[3])
    run(manager, substitute, duty_id=ill.id, version=ill.version, seat_id=peer.seat_id, reason="病")
    run(manager, cancel_slot, slot_id=slots[1].id, version=slots[1].version, reason="停电")
    step = {"plan_id": plan_id, "version": version_of(hall, manager, plan_id)}
    with pytest.raises(RuleBroken, match="请填写撤回公示的原因"):
        run(manager, plan_withdraw, **step, reason="")
    run(manager, plan_withdraw, **step, reason="房间有变")
    assert row_of(hall, manager, plan_id).state is PlanState.DRAFT
    assert occupied(hall) == 0
    draft = slots_in(hall, manager, plan_id)
    assert [[duty.seat_id for duty in slot.duties] for slot in draft[:2]] == [[peer.seat_id], []]
    assert {duty.state for slot in draft for duty in slot.duties} == {DutyState.DRAFT}
    with pytest.raises(RuleBroken, match="公示过，不能删除"):
        run(manager, plan_drop, plan_id=plan_id, version=version_of(hall, manager, plan_id))
    run(manager, bookings.book, room_id=room, borrower_id=choir, **FIRST_DAY)
    clash = hall.read(room_clashes, manager.centre_id, plan_id, NOW)[0]
    offer = clash.offers[0]
    run(
        manager, slot_time, slot_id=clash.slot_id, version=clash.version, room_id=offer.room_id,
        day=offer.day, starts=offer.starts, ends=offer.ends,
    )  # fmt: skip
    assert go(run, hall, manager, plan_id).edition == 4
    assert [row.edition for row in hall.read(editions, manager.centre_id, plan_id)] == [4, 3, 2, 1]
    assert hall.read(problems, manager.centre_id) == []


def test_a_plan_whose_days_have_begun_is_not_taken_back(hall: Hall, run: Run, manager: Actor, plan_id: UUID) -> None:
    go(run, hall, manager, plan_id)
    begun = datetime(2026, 11, 25, 1, 5, tzinfo=UTC)
    step = {"plan_id": plan_id, "version": version_of(hall, manager, plan_id), "reason": "房间有变"}
    with pytest.raises(RuleBroken, match="11月25日（周三）09:00–11:00这一班已经开始"):
        run(manager, plan_withdraw, **step, at=begun)


def test_a_plan_that_was_taken_back_for_good_leaves_its_days_free(
    hall: Hall, run: Run, manager: Actor, crew: Crew, plan_id: UUID
) -> None:
    with pytest.raises(RuleBroken, match="没有公示过，不用归档"):
        run(manager, plan_archive, plan_id=plan_id, version=version_of(hall, manager, plan_id))
    go(run, hall, manager, plan_id)
    run(manager, plan_withdraw, plan_id=plan_id, version=version_of(hall, manager, plan_id), reason="重新排")
    run(manager, plan_archive, plan_id=plan_id, version=version_of(hall, manager, plan_id))
    again = make_plan(hall, manager, NOW, (crew[0],))
    kinds = [slot.needs[0].kinds for slot in slots_in(hall, manager, again)]
    assert kinds == [slot.needs[0].kinds for slot in slots_in(hall, manager, plan_id)]  # no turn was used
    assert len(hall.read(posters, manager.centre_id, plan_id, 1)) == 2
    assert hall.read(problems, manager.centre_id) == []


def test_what_a_joiner_is_credited_is_on_their_account_once(hall: Hall, run: Run, manager: Actor, room: UUID) -> None:
    body, _ = make_crew(hall, manager, NOW, 2, name="公益律师", kinds=(), composition=Composition())
    joiner = make_seat(hall, manager, NOW, make_member(hall, manager, NOW, "新律师"), body, first=date(2026, 12, 16))
    plan_id = make_plan(hall, manager, NOW, (body,))
    fill_plan(hall, manager, NOW, plan_id)

    def credit() -> int:
        return next(seat.credit for seat in hall.read(seats, manager.centre_id) if seat.id == joiner)

    go(run, hall, manager, plan_id)
    assert credit() == 1  # three sessions before the term, shared by the two who were there: 1.5, a half downwards
    step = {"plan_id": plan_id, "reason": "房间有变"}
    run(manager, plan_withdraw, **step, version=version_of(hall, manager, plan_id))
    go(run, hall, manager, plan_id)
    assert credit() == 1
    run(manager, plan_withdraw, **step, version=version_of(hall, manager, plan_id))
    run(manager, plan_archive, plan_id=plan_id, version=version_of(hall, manager, plan_id))
    assert credit() == 0
