"""On the day: by hand, by card, by phone; late, absent, twice; and what the board says of it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from db.action import Actor
from db.duty.attendance import absent, arrive, arrive_by_card, card_new, depart, set_received, sign_undo
from db.duty.board import is_late, received_by, received_in, today, totals
from db.duty.cards import print_cards
from db.duty.changing import leave, substitute
from db.duty.moving import cancel_slot
from db.duty.reception import ReceptionFields, receive
from db.duty.rows import DutyRow, SlotRow
from db.duty.states import DutyState, SignMethod
from db.errors import NotAllowed, RuleBroken, Stale
from db.session import Hall
from db.staff.permissions import Role
from tests.conftest import NOW
from tests.factories.centre import make_centre
from tests.factories.duty_plans import make_today, sitter, slots_in
from tests.factories.staff import make_staff

Run = Callable[..., Any]
DAY = date(2026, 11, 17)
EARLY = datetime(2026, 11, 17, 0, 50, tzinfo=UTC)  # 8:50; the session is from 9:00 to 11:00
LEAVING = datetime(2026, 11, 17, 3, 5, tzinfo=UTC)


@pytest.fixture
def plan_id(hall: Hall, manager: Actor) -> UUID:
    return make_today(hall, manager, EARLY)


def board_slot(hall: Hall, actor: Actor) -> SlotRow:
    (found,) = hall.read(today, actor.centre_id, DAY)
    return found


def sign(run: Run, actor: Actor, action: Any, duty: DutyRow, at: datetime = EARLY, **more: Any) -> Any:
    return run(actor, action, duty_id=duty.id, version=duty.version, at=at, **more)


def test_the_board_tells_who_which_room_from_when_to_when_and_who_is_here(
    hall: Hall, run: Run, clerk: Actor, plan_id: UUID
) -> None:
    slot = board_slot(hall, clerk)
    duty = sitter(slot)
    assert (slot.body_name, f"{slot.starts:%H:%M}", duty.state) == ("公益律师", "09:00", DutyState.PUBLISHED)
    before = totals((slot,), {}, EARLY)
    assert (before.sessions, before.expected, before.here, before.late, before.missing) == (1, 1, 0, 0, 0)
    signed = sign(run, clerk, arrive, duty)
    assert (signed.state, signed.late_minutes) == (DutyState.ARRIVED, 0)
    there = sitter(board_slot(hall, clerk))
    assert (there.arrived_at, there.method) == (EARLY, SignMethod.HAND)
    left = sign(run, clerk, depart, there, at=LEAVING, received=4)
    gone = sitter(board_slot(hall, clerk))
    assert (left.state, gone.left_at, gone.received) == (DutyState.LEFT, LEAVING, 4)
    after = totals((board_slot(hall, clerk),), {}, LEAVING)
    assert (after.here, after.received) == (1, 4)
    assert hall.read(today, clerk.centre_id, date(2026, 11, 18)) == ()


def test_who_signs_in_twice_is_told_when_they_did(hall: Hall, run: Run, clerk: Actor, plan_id: UUID) -> None:
    sign(run, clerk, arrive, sitter(board_slot(hall, clerk)))
    with pytest.raises(RuleBroken, match="律师01 08:50 已经签到"):
        sign(run, clerk, arrive, sitter(board_slot(hall, clerk)), at=NOW)
    sign(run, clerk, depart, sitter(board_slot(hall, clerk)), at=LEAVING)
    with pytest.raises(RuleBroken, match="律师01 11:05 已经签退"):
        sign(run, clerk, depart, sitter(board_slot(hall, clerk)), at=LEAVING)


def test_two_counters_that_sign_the_same_person_in_do_it_once(
    hall: Hall, run: Run, clerk: Actor, plan_id: UUID
) -> None:
    duty = sitter(board_slot(hall, clerk))
    sign(run, clerk, arrive, duty)
    with pytest.raises(Stale):
        sign(run, clerk, arrive, duty)


def test_late_is_late_after_ten_minutes(hall: Hall, run: Run, clerk: Actor, plan_id: UUID) -> None:
    slot = board_slot(hall, clerk)
    assert not is_late(slot, sitter(slot), EARLY)
    assert is_late(slot, sitter(slot), NOW)  # 9:30 and nobody there
    assert totals((slot,), {}, NOW).late == 1
    signed = sign(run, clerk, arrive, sitter(slot), at=NOW)
    assert signed.late_minutes == 30
    again = board_slot(hall, clerk)
    assert is_late(again, sitter(again), NOW)
    sign(run, clerk, sign_undo, sitter(again), at=NOW)
    assert (
        sign(run, clerk, arrive, sitter(board_slot(hall, clerk)), at=EARLY.replace(hour=1, minute=10)).late_minutes == 0
    )


def test_by_phone_needs_a_reason(hall: Hall, run: Run, clerk: Actor, plan_id: UUID) -> None:
    duty = sitter(board_slot(hall, clerk))
    with pytest.raises(RuleBroken, match="请填写电话签到的原因"):
        sign(run, clerk, arrive, duty, method=SignMethod.PHONE)
    sign(run, clerk, arrive, duty, method=SignMethod.PHONE, reason="在现场调解，回不到前台")
    there = sitter(board_slot(hall, clerk))
    assert (there.method, there.reason) == (SignMethod.PHONE, "在现场调解，回不到前台")


def card(run: Run, manager: Actor, duty: DutyRow) -> str:
    payload: str = run(manager, print_cards, member_ids=(duty.member_id,)).codes[0].payload
    return payload


def test_a_card_signs_in_and_out_and_a_lost_one_does_not(
    hall: Hall, run: Run, manager: Actor, clerk: Actor, plan_id: UUID
) -> None:
    duty = sitter(board_slot(hall, clerk))
    lost = card(run, manager, duty)
    run(manager, card_new, member_id=duty.member_id)
    with pytest.raises(RuleBroken, match="轮值证已作废"):
        run(clerk, arrive_by_card, payload=lost, at=EARLY)
    payload = card(run, manager, duty)
    with pytest.raises(RuleBroken, match="还没有签到"):
        run(clerk, arrive_by_card, payload=payload, leaving=True, at=EARLY)
    run(clerk, arrive_by_card, payload=payload, at=EARLY)
    assert sitter(board_slot(hall, clerk)).method is SignMethod.CARD
    with pytest.raises(RuleBroken, match="08:50 已经签到"):
        run(clerk, arrive_by_card, payload=payload, at=NOW)
    run(clerk, arrive_by_card, payload=payload, leaving=True, at=LEAVING)
    assert sitter(board_slot(hall, clerk)).left_at == LEAVING
    with pytest.raises(RuleBroken, match="11:05 已经签退"):
        run(clerk, arrive_by_card, payload=payload, leaving=True, at=LEAVING)


def test_a_card_of_somebody_who_has_no_duty_today_is_told_so(
    hall: Hall, run: Run, manager: Actor, clerk: Actor, plan_id: UUID
) -> None:
    other = sitter(slots_in(hall, manager, plan_id)[1])
    payload = card(run, manager, other)
    with pytest.raises(RuleBroken, match="律师02今天没有轮值"):
        run(clerk, arrive_by_card, payload=payload, at=EARLY)
    with pytest.raises(RuleBroken):
        run(clerk, arrive_by_card, payload=payload[:-4] + "AAAA", at=EARLY)


def test_a_duty_of_another_day_or_of_a_session_called_off_is_not_signed(
    hall: Hall, run: Run, manager: Actor, clerk: Actor, plan_id: UUID
) -> None:
    today_slot, next_slot = slots_in(hall, manager, plan_id)
    with pytest.raises(RuleBroken, match=r"这一班是11月24日（周二）09:00–11:00的，今天不能签到"):
        sign(run, clerk, arrive, sitter(next_slot))
    with pytest.raises(RuleBroken, match="还没到日子"):
        sign(run, clerk, absent, sitter(next_slot), reason="出差")
    run(manager, cancel_slot, slot_id=today_slot.id, version=today_slot.version, reason="停电", at=EARLY)
    gone = board_slot(hall, clerk)
    assert gone.cancelled == "停电"
    assert totals((gone,), {}, NOW).sessions == 0
    with pytest.raises(RuleBroken, match="已调整"):
        sign(run, clerk, arrive, gone.duties[0])


def test_who_is_absent_can_come_late_unless_somebody_covers(
    hall: Hall, run: Run, manager: Actor, clerk: Actor, plan_id: UUID
) -> None:
    with pytest.raises(RuleBroken, match="请填写缺席原因"):
        sign(run, clerk, absent, sitter(board_slot(hall, clerk)), at=NOW, reason="")
    sign(run, clerk, absent, sitter(board_slot(hall, clerk)), at=NOW, reason="联系不上")
    slot = board_slot(hall, clerk)
    away = slot.duties[0]
    assert (away.state, away.reason) == (DutyState.ABSENT, "联系不上")
    assert totals((slot,), {}, NOW).missing == 1
    other = sitter(slots_in(hall, manager, plan_id)[1])
    run(manager, substitute, duty_id=away.id, version=away.version, seat_id=other.seat_id, reason="缺席补位", at=NOW)
    covered = board_slot(hall, clerk)
    assert (sitter(covered).state, sitter(covered).covers_name) == (DutyState.COVERING, "律师01")
    left = covered.duties[1]
    assert left.state is DutyState.ABSENT
    for action in (arrive, sign_undo):
        with pytest.raises(RuleBroken, match="已经安排了替班"):
            sign(run, clerk, action, left, at=NOW)
    sign(run, clerk, arrive, sitter(covered), at=NOW)
    sign(run, clerk, sign_undo, sitter(board_slot(hall, clerk)), at=NOW)
    assert sitter(board_slot(hall, clerk)).state is DutyState.COVERING


def test_an_absence_entered_by_mistake_is_taken_back(hall: Hall, run: Run, clerk: Actor, plan_id: UUID) -> None:
    sign(run, clerk, absent, sitter(board_slot(hall, clerk)), at=NOW, reason="联系不上")
    sign(run, clerk, arrive, board_slot(hall, clerk).duties[0], at=NOW)
    assert sitter(board_slot(hall, clerk)).state is DutyState.ARRIVED
    sign(run, clerk, sign_undo, sitter(board_slot(hall, clerk)), at=NOW)
    duty = sitter(board_slot(hall, clerk))
    assert (duty.state, duty.arrived_at, duty.method, duty.reason) == (DutyState.PUBLISHED, None, None, "")
    with pytest.raises(RuleBroken, match="还没有签到，没有可以撤销的"):
        sign(run, clerk, sign_undo, duty, at=NOW)


def test_people_received_are_those_of_the_book_and_those_counted_only(
    hall: Hall, run: Run, clerk: Actor, plan_id: UUID
) -> None:
    sign(run, clerk, arrive, sitter(board_slot(hall, clerk)))
    slot = board_slot(hall, clerk)
    with pytest.raises(RuleBroken, match="0 到 999"):
        sign(run, clerk, set_received, sitter(slot), received=-1)
    sign(run, clerk, set_received, sitter(slot), received=2)
    for people in (1, 3):
        entry = ReceptionFields("政策咨询", slot_id=slot.id, anonymous=True, people=people, content="问政策")
        run(clerk, receive, fields=entry)
    booked = hall.read(received_in, clerk.centre_id, DAY)
    assert booked == {slot.id: 4}
    run(
        clerk,
        receive,
        fields=ReceptionFields(
            "咨询", slot_id=slot.id, receiver_id=sitter(slot).member_id, anonymous=True, content="问"
        ),
    )
    assert hall.read(received_by, clerk.centre_id, DAY) == {(slot.id, sitter(slot).member_id): 1}
    assert totals((board_slot(hall, clerk),), booked, NOW).received == 6


def test_another_centre_sees_and_signs_nothing(hall: Hall, run: Run, clerk: Actor, plan_id: UUID) -> None:
    stranger = make_staff(hall, make_centre(hall, now=NOW, code="QG02"), Role.MANAGER, now=NOW)
    assert hall.read(today, stranger.centre_id, DAY) == ()
    with pytest.raises((RuleBroken, NotAllowed), match="没有找到"):
        sign(run, stranger, arrive, sitter(board_slot(hall, clerk)))


def test_a_card_of_somebody_on_leave_is_told_so(
    hall: Hall, run: Run, manager: Actor, clerk: Actor, plan_id: UUID
) -> None:
    duty = sitter(board_slot(hall, clerk))
    payload = card(run, manager, duty)
    run(clerk, leave, member_id=duty.member_id, first=DAY, last=DAY, why="感冒", at=EARLY)
    with pytest.raises(RuleBroken, match="这一班现在是“请假”，不能签到"):
        run(clerk, arrive_by_card, payload=payload, at=EARLY)
    assert totals((board_slot(hall, clerk),), {}, NOW).missing == 1
