"""Duty cards against the records: the present one is good, the one before it is void, a stranger's is none."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from db.action import Actor
from db.duty.attendance import card_new
from db.duty.cards import CardCodes, check_card, check_poster, is_duty_card, is_duty_poster, print_cards
from db.duty.changing import substitute
from db.duty.editions import posters
from db.duty.members import retire_member
from db.duty.plans import plan_archive
from db.errors import NotAllowed, RuleBroken
from db.receipts.check import check_keys
from db.receipts.claim import from_digits
from db.receipts.keys import revoke_key, rotate_key
from db.session import Hall
from tests.conftest import NOW
from tests.factories.centre import make_centre
from tests.factories.duty import make_crew, make_member
from tests.factories.duty_plans import make_published, sitter, slots_in, version_of


@pytest.fixture
def member(hall: Hall, manager: Actor) -> UUID:
    return make_member(hall, manager, NOW, "林𬱖", phone="13800138000")


def card(run: Any, manager: Actor, member: UUID) -> str:
    made: CardCodes = run(manager, print_cards, member_ids=(member,))
    return made.codes[0].payload


def test_a_card_says_whose_it_is_and_nothing_else(hall: Hall, manager: Actor, run: Any, member: UUID) -> None:
    text = card(run, manager, member)
    found = hall.read(check_card, manager.centre_id, text)
    assert found.member_id == member
    assert "林𬱖" in found.sentence
    assert is_duty_card(text)
    assert not is_duty_poster(text)
    assert text.isdecimal()
    assert "13800138000" not in text


def test_printing_a_card_again_gives_the_same_code(manager: Actor, run: Any, member: UUID) -> None:
    assert card(run, manager, member) == card(run, manager, member)


def test_a_new_card_makes_the_old_one_void(hall: Hall, manager: Actor, run: Any, member: UUID) -> None:
    old = card(run, manager, member)
    run(manager, card_new, member_id=member)
    new = card(run, manager, member)
    assert hall.read(check_card, manager.centre_id, new).member_id == member
    refused = hall.read(check_card, manager.centre_id, old)
    assert refused.member_id is None
    assert "已作废" in refused.sentence


def test_a_card_outlives_a_change_of_key_but_not_its_revocation(
    hall: Hall, manager: Actor, sysadmin: Actor, secadmin: Actor, run: Any, member: UUID
) -> None:
    text = card(run, manager, member)
    keeper = next(each for each in (sysadmin, secadmin) if rotate_key.permission in each.permissions)
    run(keeper, rotate_key)
    assert hall.read(check_card, manager.centre_id, text).member_id == member
    signed_by = from_digits(text[2:])[:4].hex()
    assert signed_by in hall.read(check_keys)
    run(keeper, revoke_key, key_id=signed_by, reason="密钥外泄")
    refused = hall.read(check_card, manager.centre_id, text)
    assert refused.member_id is None
    assert "吊销" in refused.sentence


def test_the_card_of_somebody_who_has_left_is_void(hall: Hall, manager: Actor, run: Any, member: UUID) -> None:
    text = card(run, manager, member)
    run(manager, retire_member, member_id=member, version=1)
    refused = hall.read(check_card, manager.centre_id, text)
    assert refused.member_id is None
    assert "退出轮值" in refused.sentence
    with pytest.raises(RuleBroken, match="退出轮值"):
        card(run, manager, member)


def test_a_card_of_one_centre_is_none_in_another(hall: Hall, manager: Actor, run: Any, member: UUID) -> None:
    text = card(run, manager, member)
    other = make_centre(hall, now=NOW, code="XX99")
    refused = hall.read(check_card, other, text)
    assert refused.member_id is None
    assert "不是本中心的" in refused.sentence


def test_nobody_or_a_stranger_gets_no_card_and_a_clerk_prints_none(
    manager: Actor, clerk: Actor, run: Any, member: UUID
) -> None:
    with pytest.raises(RuleBroken, match="请选择"):
        run(manager, print_cards, member_ids=())
    with pytest.raises(RuleBroken, match="名单"):
        run(manager, print_cards, member_ids=(member, manager.staff_id))
    with pytest.raises(NotAllowed):
        run(clerk, print_cards, member_ids=(member,))


def test_a_month_that_no_change_touched_keeps_hanging_and_the_changed_one_is_to_be_replaced(
    hall: Hall, manager: Actor, run: Any
) -> None:
    body, seats = make_crew(hall, manager, NOW, 6)
    plan_id = make_published(hall, manager, NOW, (body,), first=date(2026, 11, 25), last=date(2026, 12, 31))
    november, december = (sheet.qr for sheet in hall.read(posters, manager.centre_id, plan_id, 1))
    for code in (november, december):
        assert is_duty_poster(code)
        assert "现行的公示表" in hall.read(check_poster, manager.centre_id, code).sentence
    slot = next(slot for slot in slots_in(hall, manager, plan_id) if slot.day.month == 12)
    duty = sitter(slot)
    other = next(seat for seat in seats if seat != duty.seat_id)
    run(manager, substitute, duty_id=duty.id, version=duty.version, seat_id=other, reason="生病", override="急")
    assert "现行的公示表" in hall.read(check_poster, manager.centre_id, november).sentence
    assert "撤下换新" in hall.read(check_poster, manager.centre_id, december).sentence
    newest = hall.read(posters, manager.centre_id, plan_id, 2)[1].qr
    assert "第 2 版，是现行的公示表" in hall.read(check_poster, manager.centre_id, newest).sentence
    assert "不是轮值证" in hall.read(check_card, manager.centre_id, newest).sentence
    over = datetime(2027, 1, 4, 1, tzinfo=UTC)
    run(manager, plan_archive, at=over, plan_id=plan_id, version=version_of(hall, manager, plan_id))
    assert "请撤下" in hall.read(check_poster, manager.centre_id, newest).sentence
