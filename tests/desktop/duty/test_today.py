"""The board of the day: who is where, signing in and out by key, card and phone, absence leads to who covers."""

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from db.action import Actor
from db.duty.attendance import card_new, depart, set_received
from db.duty.cards import print_cards
from db.duty.rows import DutyRow
from db.duty.states import DutyState, SignMethod
from db.staff.permissions import Role
from desktop.duty.outputs import OutputsDialog, What
from desktop.duty.page import DutyPage
from desktop.duty.reception_form import ReceptionForm
from desktop.duty.sign_in import ABSENT, COVER, PHONE, RECEIVE, UNDO, ReceivedForm
from desktop.duty.sign_in_cover import CoverForm
from desktop.duty.today import TodayPane
from desktop.duty.today_card import SlotCard
from desktop.shell.desk import Desk
from desktop.widgets.ask import ReasonDialog
from desktop.widgets.conflict import ConflictDialog
from tests.conftest import NOW
from tests.desktop.duty.board import LATER, ON, TODAY, Board, make_board, show_board
from tests.desktop.duty.people import focused
from tests.factories.duty import make_stand
from tests.factories.staff import make_staff


@pytest.fixture
def place(qtbot: QtBot, desk: Desk, seated: Actor) -> Board:
    """09:30 on a Tuesday; the session from nine to eleven is on."""
    return show_board(make_board(desk, seated, qtbot))


def card(place: Board, duty: DutyRow) -> str:
    """The code on somebody's duty card."""
    made = place.run(print_cards, member_ids=(duty.member_id,))
    text: str = made.codes[0].payload
    return text


def words(place: Board) -> str:
    """Everything that can be read on the board."""
    return "\n".join(each.text() for each in place.pane.findChildren(QLabel) if each.isVisible())


def is_now(place: Board, state: DutyState, body: str = ON, at: int = 0) -> None:
    place.wait(lambda: place.duty(body, at).state is state)


def test_the_board_says_who_where_what_for_and_when(place: Board) -> None:
    seen = words(place)
    for expected in (
        "09:00–11:00", "15:00–17:00", "200 接待室", "201 接待室", "政策咨询、矛盾调解", place.duty().member_name,
        place.duty(LATER).member_name, "还没到", "等候到岗", "正在轮值", "进行中，无人",
    ):  # fmt: skip
        assert expected in seen, expected
    assert "应到 3" in seen
    assert "未到 3" in seen


def test_enter_signs_in_and_later_out_with_how_many_were_received(place: Board) -> None:
    place.key("F3", place.pane)
    place.enter()
    is_now(place, DutyState.ARRIVED)
    assert place.duty().method is SignMethod.HAND
    place.wait(lambda: "已到岗 09:30" in words(place))
    place.turn_clock(hours=1)
    place.wait(lambda: place.pane.pane.can >= {"go"})
    place.enter()
    form = place.pane.dialog
    assert isinstance(form, ReceivedForm)
    form.number.setValue(4)
    form.save()
    is_now(place, DutyState.LEFT)
    assert place.duty().received == 4
    place.wait(lambda: "已接待 4 人" in words(place))


def test_arrows_go_from_person_to_person(place: Board) -> None:
    place.key("F3", place.pane)
    first = place.pane.chosen
    QTest.keyClick(focused(), Qt.Key.Key_Down)
    assert place.pane.chosen == place.pane.lines[1].duty_id != first
    QTest.keyClick(focused(), Qt.Key.Key_Up)
    assert place.pane.chosen == first


def test_the_page_opens_with_the_keys_on_whoever_is_first_to_mind(qtbot: QtBot, desk: Desk, seated: Actor) -> None:
    make_board(desk, seated, qtbot)
    page = DutyPage(desk)
    qtbot.addWidget(page)
    page.resize(1186, 680)
    with qtbot.waitExposed(page):
        page.show()
    pane: TodayPane = page.show_tab("today")
    assert pane.slots is None
    assert not pane.empty.isVisible()  # it is not known yet whether anybody comes
    assert not pane.today_button.isEnabled()
    qtbot.waitUntil(lambda: page.focusWidget() in pane.lines)
    assert pane.chosen is not None
    first = pane.chosen
    QTest.keyClick(page.focusWidget(), Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: pane.chosen != first)


def test_a_card_signs_in_once_and_out_later(place: Board) -> None:
    text = card(place, place.duty())
    assert place.pane.scanned(text)
    is_now(place, DutyState.ARRIVED)
    assert place.duty().method is SignMethod.CARD
    place.heard(f"{place.duty().member_name}已到岗")
    version = place.duty().version
    place.turn_clock(minutes=2)
    assert place.pane.scanned(text)  # held under the scanner too long
    place.heard("刚签到，不用再扫")
    assert place.duty().version == version
    place.turn_clock(minutes=80)
    assert place.pane.scanned(text)
    is_now(place, DutyState.LEFT)


def test_a_card_works_while_another_day_is_shown(place: Board) -> None:
    place.pane.show_day(date(2026, 11, 24))
    place.wait(lambda: {slot.day for slot in place.pane.slots or ()} == {date(2026, 11, 24)})
    assert place.pane.scanned(card(place, place.duty()))
    is_now(place, DutyState.ARRIVED)
    place.wait(lambda: place.pane.shown_day() == TODAY)
    place.wait(lambda: place.pane.chosen == place.duty().id)


def test_a_lost_card_that_was_replaced_signs_nobody_in(place: Board) -> None:
    text = card(place, place.duty())
    place.run(card_new, member_id=place.duty().member_id)
    assert place.pane.scanned(text)
    place.heard("已作废", "problem")
    assert place.duty().state is DutyState.PUBLISHED


def test_other_codes_are_left_to_other_pages(place: Board) -> None:
    assert not place.pane.scanned("JM01-20261117-0001-7")


def test_signing_in_by_phone_asks_for_the_reason(place: Board) -> None:
    place.pane.acts.press(PHONE)
    dialog = place.pane.dialog
    assert isinstance(dialog, ReasonDialog)
    assert not dialog.ok.isEnabled()
    dialog.text.setPlainText("在外调解")
    dialog.accept()
    is_now(place, DutyState.ARRIVED)
    assert (place.duty().method, place.duty().reason) == (SignMethod.PHONE, "在外调解")


def test_absence_leads_to_who_covers(place: Board) -> None:
    gone = place.duty()
    place.pane.acts.press(ABSENT)
    dialog = place.pane.dialog
    assert isinstance(dialog, ReasonDialog)
    dialog.text.setPlainText("临时公务")
    dialog.accept()
    place.wait(lambda: isinstance(place.pane.dialog, CoverForm))
    form = place.pane.dialog
    assert isinstance(form, CoverForm)
    place.wait(lambda: bool(form.table.rows.rows))
    names = [row.name for row in form.table.rows.rows]
    assert gone.member_name not in names
    best = form.table.rows.rows[0]
    assert best.broken == ()
    form.reason.setCurrentText("临时公务")
    form.save()
    place.wait(lambda: any(duty.state is DutyState.COVERING for duty in place.slot(ON).duties))
    (cover,) = (duty for duty in place.slot(ON).duties if duty.state is DutyState.COVERING)
    assert (cover.member_name, cover.covers_name) == (best.name, gone.member_name)
    place.heard(f"已由{best.name}替{gone.member_name}")
    place.wait(lambda: f"替 {gone.member_name}" in words(place))


def test_who_breaks_a_rule_covers_only_with_a_reason(place: Board) -> None:
    here = {duty.member_name for duty in place.slot(ON).duties}
    (other,) = (name for name in place.members if name.endswith(ON[-1]) and name not in here)
    make_stand(place.desk.hall, place.actor, NOW, place.members[other], first=TODAY, last=TODAY)
    place.pane.acts.press(COVER)
    form = place.pane.dialog
    assert isinstance(form, CoverForm)
    place.wait(lambda: bool(form.table.rows.rows))
    (row,) = form.table.rows.rows
    assert row.name == other
    assert row.broken
    form.reason.setCurrentText("临时公务")
    form.save()
    place.wait(lambda: bool(form.form.trouble.text()))
    assert form.reason.currentText() == "临时公务"
    form.override.setText("本人同意改期")
    form.save()
    place.heard(f"已由{other}替")


def test_a_sign_in_by_mistake_is_taken_back(place: Board) -> None:
    place.pane.acts.enter(place.duty().id)
    is_now(place, DutyState.ARRIVED)
    place.wait(lambda: UNDO in place.pane.pane.can)
    place.key("Ctrl+Z", place.pane)
    is_now(place, DutyState.PUBLISHED)
    place.wait(lambda: "已到岗" not in words(place))


def test_a_leaving_by_mistake_takes_the_number_entered_with_it_back(place: Board) -> None:
    place.pane.acts.enter(place.duty().id)
    is_now(place, DutyState.ARRIVED)
    seen = place.duty()
    place.at(NOW, set_received, duty_id=seen.id, version=seen.version, received=4)
    place.wait(lambda: place.pane.pane.duty is not None and place.pane.pane.duty.received == 4)
    place.pane.acts.press("go")
    form = place.pane.dialog
    assert isinstance(form, ReceivedForm)
    form.number.setValue(9)
    form.save()
    is_now(place, DutyState.LEFT)
    assert place.duty().received == 9
    place.wait(lambda: place.pane.pane.duty is not None and place.pane.pane.duty.state is DutyState.LEFT)
    place.key("Ctrl+Z", place.pane)
    place.heard("的离岗已撤销，接待人数退回 4 人。")
    assert (place.duty().state, place.duty().received) == (DutyState.ARRIVED, 4)


def test_whoever_is_late_is_told_and_so_is_how_late(place: Board) -> None:
    place.pane.acts.enter(place.duty().id)
    place.heard("迟到 30 分钟")
    place.wait(lambda: "迟到30分钟" in words(place))


def test_somebody_changed_it_first_and_nothing_is_written_over(place: Board) -> None:
    place.pane.acts.enter(place.duty().id)
    is_now(place, DutyState.ARRIVED)
    seen = place.duty()
    place.wait(lambda: place.pane.pane.duty is not None and place.pane.pane.duty.version == seen.version)
    place.pane.acts.press("go")
    form = place.pane.dialog
    assert isinstance(form, ReceivedForm)
    place.at(NOW, depart, duty_id=seen.id, version=seen.version, received=9)
    form.number.setValue(1)
    form.save()
    place.wait(lambda: place.pane.findChild(ConflictDialog) is not None)
    dialog = place.pane.findChild(ConflictDialog)
    assert dialog is not None
    assert dialog.wish is not None
    assert dialog.wish.words == f"离岗：{seen.member_name}（1 人）"
    assert ("接待人数", "", "9 人") in dialog.facts
    assert not dialog.ok.isEnabled()
    assert "已离岗" in dialog.count.text()
    dialog.reject()
    assert place.duty().received == 9


def test_a_clerk_who_may_not_plan_is_told_to_call_the_manager(qtbot: QtBot, desk: Desk, seated: Actor) -> None:
    place = make_board(desk, seated, qtbot)
    clerk = make_staff(desk.hall, seated.centre_id, Role.CLERK, now=NOW)
    desk.log_in(clerk)
    show_board(place)
    assert COVER not in place.pane.pane.can
    place.pane.acts.press(ABSENT)
    dialog = place.pane.dialog
    assert isinstance(dialog, ReasonDialog)
    dialog.text.setPlainText("联系不上")
    dialog.accept()

    place.wait(lambda: DutyState.ABSENT in {duty.state for duty in place.slot(ON).duties})
    place.heard("请告诉中心负责人安排替班", "warn")
    assert place.pane.dialog is None


def test_reception_begins_with_whoever_is_on_duty(place: Board) -> None:
    place.pane.acts.enter(place.duty().id)
    is_now(place, DutyState.ARRIVED)
    place.wait(lambda: RECEIVE in place.pane.pane.can)
    place.key("Ctrl+N", place.pane)
    form = place.pane.dialog
    assert isinstance(form, ReceptionForm)
    assert (form.slot.currentData(), form.receiver.currentData()) == (place.slot(ON).id, place.duty().member_id)


def test_a_day_without_duties_says_what_to_do(place: Board) -> None:
    place.pane.show_day(date(2026, 11, 18))
    place.wait(place.pane.empty.isVisible)
    assert "公示" in place.pane.empty.text.text()
    place.key("Ctrl+T", place.pane)
    place.wait(lambda: len(place.pane.findChildren(SlotCard)) >= 2 and place.pane.area.isVisible())


def test_the_clock_alone_moves_the_board(place: Board) -> None:
    place.turn_clock(hours=3)
    place.pane._tick()
    assert "没有签到" in words(place)
    assert "下一场，还有 2 小时 30 分钟" in words(place)


def test_every_key_is_listed_once(place: Board) -> None:
    keys = [key for key, _ in TodayPane.keys(place.pane)]
    assert sorted({key for key in keys if keys.count(key) > 1}) == ["回车"]  # comes, and later goes


def test_the_cursor_begins_on_whoever_should_be_here_and_is_not(place: Board) -> None:
    assert place.pane.chosen == place.slot(ON).duties[0].id
    place.pane.chosen = None
    place.turn_clock(hours=2)  # the session is over, the next is in the afternoon
    place.pane.refresh()
    place.wait(lambda: place.pane.chosen == place.slot(LATER).duties[0].id)


def test_the_door_sign_is_offered_for_the_room_of_whoever_is_chosen(place: Board) -> None:
    place.key("Ctrl+P", place.pane)
    place.wait(lambda: isinstance(place.pane.dialog, OutputsDialog))
    dialog = place.pane.dialog
    assert isinstance(dialog, OutputsDialog)
    place.wait(lambda: dialog.made is not None)
    assert dialog.fields.what.currentText() == What.DOOR.value
    dialog.reject()
