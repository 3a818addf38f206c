"""What a refusal, a slow line or a hasty key must not do to an intake."""

from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from db.cases.models import IntakeDraft
from db.cases.status import MaterialState
from db.errors import LINK_LOST, RuleBroken
from desktop.counter.page import CounterPage
from desktop.shell.desk import Desk
from tests.desktop.conftest import OnTheirWay
from tests.desktop.counter.conftest import Hands, focus, idle, open_page
from tests.desktop.counter.intakes import ID, Act, been_here, cases, filled_in, rows, typed_in

Key = Qt.Key


def test_what_is_refused_keeps_the_form(
    page: CounterPage, hands: Hands, desk: Desk, act: Act, items: dict[str, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    filled_in(hands, desk, act, items)
    before = page.form

    def full(*_args: object) -> None:
        raise RuleBroken("磁盘已满，本次操作没有保存，内容仍在窗口里。")

    monkeypatch.setattr("db.cases.counter.settle_draft", full)
    hands.press(Key.Key_F9)
    assert len(cases(desk)) == 1
    assert page.form == before
    assert page.banner.text.text().startswith("磁盘已满")
    assert not page.banner.isHidden()
    monkeypatch.undo()
    hands.press(Key.Key_F9)
    assert len(cases(desk)) == 2
    assert page.banner.isHidden()


def test_a_lost_link_is_complained_of_until_it_is_back(page: CounterPage, desk: Desk) -> None:
    page.banner.say(LINK_LOST, "bad")
    desk.linked.emit(False)
    assert not page.banner.isHidden()
    desk.linked.emit(True)
    assert page.banner.isHidden()


def test_nobody_is_called_new_before_their_cases_are_known(
    page: CounterPage, hands: Hands, desk: Desk, act: Act, items: dict[str, UUID]
) -> None:
    filled_in(hands, desk, act, items)
    card = page.people.applicant.card
    assert "以前办过" in card.visits.text()
    assert card.row is not None
    card.show_row(card.row)  # as when they are read anew, over a slow line
    assert card.visits.text().strip() == ""


def test_a_second_press_before_the_first_is_done_does_nothing(
    page: CounterPage, hands: Hands, desk: Desk, act: Act, items: dict[str, UUID]
) -> None:
    filled_in(hands, desk, act, items)
    page.outcome.press()
    page.outcome.press()
    idle(desk)
    assert len(cases(desk)) == 2


def test_plain_enter_never_presses_the_large_button(page: CounterPage, hands: Hands, desk: Desk) -> None:
    typed_in(page, hands)
    hands.type("111")
    assert focus() is page.outcome.main
    hands.press(Key.Key_Return, Key.Key_Enter)
    assert cases(desk) == []


def test_an_unfinished_intake_is_offered_to_the_next_window(
    page: CounterPage, hands: Hands, desk: Desk, qtbot: Any
) -> None:
    typed_in(page, hands)
    hands.type("13")
    hands.type("缺签名")
    page.draft.save()
    idle(desk)
    assert ID.encode() not in rows(desk, IntakeDraft)[0].content
    page.hide()  # the window is gone; nothing was pressed

    second = open_page(desk, qtbot)
    assert "吴秀英" in second.banner.text.text()
    second.banner.answer(0)
    idle(desk)
    assert second.form.applicant is not None
    assert second.form.applicant.details is not None
    assert second.form.applicant.details.id_number == ID
    states = [(paper.state, paper.opinion) for paper in second.papers.papers]
    assert states == [(MaterialState.OK, ""), (MaterialState.BAD, "缺签名"), (MaterialState.UNCHECKED, "")]
    second.papers.focus_first()
    hands.page = second
    hands.type("2")
    hands.press(Key.Key_F9)
    assert [case.status for case in cases(desk)] == ["correcting"]
    assert rows(desk, IntakeDraft) == []
    second.guard.watch(False)


def test_who_is_still_being_looked_for_is_not_the_next_person(
    page: CounterPage, desk: Desk, act: Act, items: dict[str, UUID], under_way: OnTheirWay
) -> None:
    """F8 is pressed before the answers come: person, number and item were those of somebody who has gone."""
    been_here(desk, act, items)
    page.people.applicant.seek.field.setText(ID)
    page.people.applicant.seek.look()
    page.item.choose(items["老年人优待证办理"])
    page.clear()
    page.people.applicant.begin_typed()
    page.people.applicant.typed.number.setText(ID)
    page.people.applicant.typed.number.setText(ID[:-1])
    assert len(under_way) >= 3
    under_way.arrive()
    assert page.people.applicant.row is None
    assert page.people.applicant.typed.number.text() == ID[:-1]
    assert page.item.item is None


def test_who_has_come_while_a_case_is_being_filed_is_not_sent_away(
    page: CounterPage, hands: Hands, desk: Desk, act: Act, items: dict[str, UUID]
) -> None:
    filled_in(hands, desk, act, items)
    QTest.keyClick(focus(), Key.Key_F9)
    page.clear()
    page.people.applicant.begin_typed()
    page.people.applicant.typed.name.setText("陈小明")
    idle(desk)
    assert len(cases(desk)) == 2
    assert page.outcome.done.text().startswith("✓ 受理")
    assert page.people.applicant.typed.name.text() == "陈小明"
    assert page.people.applicant.row is None
