"""A duty card signs in from whatever page is open, also where receipts are checked; a 公示表 is judged."""

import pytest

from db.action import Actor, Request
from db.duty.attendance import card_new
from db.duty.cards import print_cards
from db.duty.editions import posters
from db.duty.states import DutyState
from db.ids import new_id
from tests.conftest import NOW
from tests.desktop.shell.conftest import House
from tests.desktop.shell.test_seek import scan
from tests.factories.duty_plans import make_today, sitter, slots_in


class Today:
    """A published plan with a session today, and the card of whoever sits in it."""

    def __init__(self, house: House) -> None:
        actor = house.start.desk.actor
        assert actor is not None
        self.hall, self.actor = house.start.desk.hall, actor
        self.plan_id = make_today(self.hall, self.actor, NOW)
        self.member = sitter(slots_in(self.hall, self.actor, self.plan_id)[0]).member_id

    def card(self) -> str:
        request = Request(self.actor, NOW, new_id())
        return self.hall.run(request, print_cards, member_ids=(self.member,)).codes[0].payload

    def state(self) -> DutyState:
        return sitter(slots_in(self.hall, self.actor, self.plan_id)[0]).state


@pytest.fixture
def today(inside: House) -> Today:
    return Today(inside)


@pytest.mark.parametrize("place", ["catalogue", "receipts", "rooms"])
def test_a_card_signs_its_owner_in_whatever_page_is_open(inside: House, today: Today, place: str) -> None:
    inside.window.go(place)
    inside.key("Ctrl+K", inside.window)
    scan(today.card())
    inside.wait(lambda: today.state() is DutyState.ARRIVED)
    assert inside.window.page is inside.window.pages["duty"]
    assert inside.window.seek.text() == ""


def test_a_void_card_is_told_and_signs_nobody_in(inside: House, today: Today) -> None:
    old = today.card()
    today.hall.run(Request(today.actor, NOW, new_id()), card_new, member_id=today.member)
    inside.window.go("catalogue")
    inside.key("Ctrl+K", inside.window)
    scan(old)
    inside.wait(lambda: any("已作废" in text for _, text in inside.said))
    assert today.state() is DutyState.PUBLISHED


def test_a_poster_on_the_wall_is_held_against_what_hangs_now(inside: House, today: Today) -> None:
    actor: Actor = today.actor
    [sheet] = today.hall.read(posters, actor.centre_id, today.plan_id, 1)
    inside.window.go("catalogue")
    inside.key("Ctrl+K", inside.window)
    scan(sheet.qr)
    inside.wait(lambda: any(level == "info" and "现行的公示表" in text for level, text in inside.said))
