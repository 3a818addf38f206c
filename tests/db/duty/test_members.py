"""Members, their phones, their seats, and what a joiner is credited."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from db.action import Actor
from db.duty.levels import joiner_credit, levels
from db.duty.members import (
    MemberFields,
    SeatFields,
    end_seat,
    retire_member,
    save_member,
    save_seat,
    unmask_phone,
)
from db.duty.models import DutyMember
from db.duty.queries import members, phone_of, seats
from db.duty.rows import SeatRow
from db.duty.states import DutyState, PlanState
from db.errors import RuleBroken, Stale
from db.journal.models import JournalEntry
from db.session import Hall
from tests.conftest import NOW
from tests.db.duty.kit import put_duty, put_plan, put_slot
from tests.factories.duty import make_body, make_member, make_seat, make_stand

Run = Callable[..., Any]
PHONE = "13800138000"
TODAY = date(2026, 11, 17)


def seat_row(hall: Hall, actor: Actor, seat_id: UUID) -> SeatRow:
    return next(row for row in hall.read(seats, actor.centre_id, None, True) if row.id == seat_id)


def test_a_phone_is_sealed_shown_masked_and_opened_only_with_a_journalled_reason(
    hall: Hall, run: Run, manager: Actor, clerk: Actor
) -> None:
    member = make_member(hall, manager, NOW, "吴·秀英䶮", phone=PHONE)
    row = hall.read(members, manager.centre_id)[0]
    assert (row.name, row.phone_masked) == ("吴·秀英䶮", "138****8000")
    sealed = hall.read(lambda session: session.scalars(select(DutyMember.phone_sealed)).one())
    assert sealed is not None
    assert PHONE.encode() not in sealed
    with pytest.raises(RuleBroken, match="查看原因"):
        run(clerk, unmask_phone, member_id=member, reason=" ")
    assert run(clerk, unmask_phone, member_id=member, reason="通知替班") is True
    assert hall.read(phone_of, hall.vault, manager.centre_id, member) == PHONE
    facts = hall.read(lambda session: session.scalars(select(JournalEntry.facts)).all())
    assert any("通知替班" in fact for fact in facts)
    assert not any(PHONE in fact or "秀英" in fact for fact in facts)


def test_a_phone_that_is_not_given_stays_and_an_empty_one_is_forgotten(hall: Hall, run: Run, manager: Actor) -> None:
    member = make_member(hall, manager, NOW, phone=PHONE)
    run(manager, save_member, member_id=member, version=1, fields=MemberFields("林书记", "社区书记"))
    row = hall.read(members, manager.centre_id)[0]
    assert (row.name, row.unit_post, row.phone_masked, row.version) == ("林书记", "社区书记", "138****8000", 2)
    run(manager, save_member, member_id=member, version=2, fields=MemberFields("林书记", phone=""))
    assert hall.read(members, manager.centre_id)[0].phone_masked == ""
    assert run(manager, unmask_phone, member_id=member, reason="通知替班") is False


def test_two_managers_do_not_overwrite_each_other(hall: Hall, run: Run, manager: Actor) -> None:
    member = make_member(hall, manager, NOW)
    run(manager, save_member, member_id=member, version=1, fields=MemberFields("林一"))
    with pytest.raises(Stale):
        run(manager, save_member, member_id=member, version=1, fields=MemberFields("林二"))
    assert [row.name for row in hall.read(members, manager.centre_id)] == ["林一"]


def test_members_are_found_by_name_post_and_body(hall: Hall, run: Run, manager: Actor) -> None:
    lawyers, judges = make_body(hall, manager, NOW, "律师"), make_body(hall, manager, NOW, "法官")
    one = make_member(hall, manager, NOW, "陈一", unit_post="榕荫律师事务所", specialty="婚姻家事")
    two = make_member(hall, manager, NOW, "王二", unit_post="区法院")
    make_seat(hall, manager, NOW, one, lawyers, kind="律师")
    make_seat(hall, manager, NOW, two, judges)
    make_seat(hall, manager, NOW, one, judges)
    make_stand(hall, manager, NOW, one)

    def found(**wanted: Any) -> list[str]:
        return [row.name for row in hall.read(members, manager.centre_id, **wanted)]

    assert found() == ["王二", "陈一"]
    assert (found(text="婚姻"), found(text="律师"), found(text="100%")) == (["陈一"], ["陈一"], [])
    assert (found(body_id=lawyers), found(body_id=judges)) == (["陈一"], ["王二", "陈一"])
    row = hall.read(members, manager.centre_id, text="陈一")[0]
    assert ({seat.body_name for seat in row.seats}, len(row.stands)) == ({"律师", "法官"}, 1)
    run(manager, retire_member, member_id=one, version=1)
    assert (found(), found(idle=True)) == (["王二"], ["王二", "陈一"])
    with pytest.raises(RuleBroken, match="已经停用"):
        run(manager, retire_member, member_id=one, version=2)


def test_a_joiner_begins_at_the_level_of_their_kind_and_does_not_catch_up(hall: Hall, run: Run, manager: Actor) -> None:
    body = make_body(hall, manager, NOW)
    for at, (kind, history) in enumerate((("党代表", 6), ("党代表", 7), ("人大代表", 2))):
        make_seat(hall, manager, NOW, make_member(hall, manager, NOW, f"老{at}"), body, kind=kind, history=history)
    assert hall.read(joiner_credit, manager.centre_id, body, "党代表") == 6
    assert hall.read(joiner_credit, manager.centre_id, body, "政协委员") == 5  # nobody of the kind: the whole body
    joiner = make_member(hall, manager, NOW, "新来的")
    saved = run(manager, save_seat, member_id=joiner, body_id=body, fields=SeatFields("党代表", first=TODAY))
    assert seat_row(hall, manager, saved.id).credit == 6
    run(
        manager, save_seat, member_id=joiner, body_id=body, seat_id=saved.id, version=1,
        fields=SeatFields("党代表", credit=3),
    )  # fmt: skip
    run(manager, save_seat, member_id=joiner, body_id=body, seat_id=saved.id, version=2, fields=SeatFields("党代表"))
    assert seat_row(hall, manager, saved.id).credit == 3  # not counted anew when something else is changed


def test_who_brings_a_history_is_no_joiner(hall: Hall, run: Run, manager: Actor) -> None:
    body = make_body(hall, manager, NOW)
    make_seat(hall, manager, NOW, make_member(hall, manager, NOW), body, history=9)
    other = make_member(hall, manager, NOW, "王二")
    saved = run(manager, save_seat, member_id=other, body_id=body, fields=SeatFields(history=4))
    row = seat_row(hall, manager, saved.id)
    assert (row.history, row.credit) == (4, 0)


def test_duties_count_for_whoever_sits_once_they_are_published(hall: Hall, manager: Actor) -> None:
    body = make_body(hall, manager, NOW)
    one, two = (
        make_seat(hall, manager, NOW, make_member(hall, manager, NOW, name), body, history=history)
        for name, history in (("一", 1), ("二", 0))
    )
    plan = put_plan(hall, manager, [body], date(2026, 11, 1), date(2026, 11, 30), PlanState.PUBLISHED)
    slots = [put_slot(hall, manager, plan, body, date(2026, 11, 3) + timedelta(days=at)) for at in range(7)]
    for slot, state in zip(
        slots,
        (
            DutyState.LEFT,
            DutyState.PUBLISHED,
            DutyState.ON_LEAVE,
            DutyState.ABSENT,
            DutyState.REPLACED,
            DutyState.DRAFT,
        ),
        strict=False,
    ):
        put_duty(hall, manager, slot, one, state)
    put_duty(hall, manager, slots[2], two, DutyState.COVERING)
    off = put_slot(hall, manager, plan, body, date(2026, 11, 12), cancelled="停电")
    put_duty(hall, manager, off, one, DutyState.PUBLISHED)

    def totals(**wanted: Any) -> dict[UUID, int]:
        return {each.seat_id: each.total for each in hall.read(levels, manager.centre_id, [body], **wanted)}

    assert totals() == {one: 3, two: 1}
    assert totals(before=date(2026, 11, 4)) == {one: 2, two: 0}
    assert totals(without=plan) == {one: 1, two: 0}


def test_a_seat_that_ended_is_taken_up_again_with_its_history_and_what_was_missed_is_credited(
    hall: Hall, run: Run, manager: Actor
) -> None:
    body = make_body(hall, manager, NOW)
    old, other = (make_member(hall, manager, NOW, name) for name in ("老林", "王二"))
    seat = make_seat(hall, manager, NOW, old, body, history=4)
    make_seat(hall, manager, NOW, other, body, history=10)
    assert run(manager, end_seat, seat_id=seat, version=1, last=date(2026, 10, 31)) == 2
    assert [row.member_name for row in hall.read(seats, manager.centre_id)] == ["王二"]
    with pytest.raises(RuleBroken, match="已经结束"):
        run(manager, end_seat, seat_id=seat, version=2, last=TODAY)
    again = run(manager, save_seat, member_id=old, body_id=body, fields=SeatFields(first=TODAY))
    row = seat_row(hall, manager, seat)
    assert (again.id, row.history, row.credit, row.active, row.last) == (seat, 4, 6, True, None)
    with pytest.raises(RuleBroken, match="已经在"):
        run(manager, save_seat, member_id=old, body_id=body, fields=SeatFields())


def test_a_term_that_ends_later_goes_on_until_then(hall: Hall, run: Run, manager: Actor) -> None:
    body = make_body(hall, manager, NOW)
    seat = make_seat(hall, manager, NOW, make_member(hall, manager, NOW), body, first=date(2026, 1, 1))
    with pytest.raises(RuleBroken, match="不能早于任期开始"):
        run(manager, end_seat, seat_id=seat, version=1, last=date(2025, 12, 31))
    run(manager, end_seat, seat_id=seat, version=1, last=date(2026, 12, 31))
    row = seat_row(hall, manager, seat)
    assert (row.active, row.last) == (True, date(2026, 12, 31))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (SeatFields(first=TODAY, last=date(2026, 11, 16)), "任期的结束日期"),
        (SeatFields(history=-1), "历史次数"),
        (SeatFields(credit=-1), "补记次数"),
    ],
)
def test_a_seat_that_cannot_be_is_refused(
    hall: Hall, run: Run, manager: Actor, fields: SeatFields, sentence: str
) -> None:
    body, member = make_body(hall, manager, NOW), make_member(hall, manager, NOW)
    with pytest.raises(RuleBroken, match=sentence):
        run(manager, save_seat, member_id=member, body_id=body, fields=fields)


@pytest.mark.parametrize(("fields", "sentence"), [
    (MemberFields(""), "请填写姓名"),
    (MemberFields("林代表", phone="没有"), "电话里没有号码"),
])  # fmt: skip
def test_a_member_that_cannot_be_is_refused(
    hall: Hall, run: Run, manager: Actor, fields: MemberFields, sentence: str
) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        run(manager, save_member, fields=fields)
