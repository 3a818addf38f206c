"""The list of plans, a new plan, and what a clerk may see."""

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from db.action import Actor
from db.duty.plan_queries import plans
from db.duty.publishing import publish
from db.duty.states import PlanState
from db.staff.permissions import Role
from desktop.duty.page import DutyPage
from desktop.duty.plan_new import NewPlanDialog
from desktop.duty.plan_pane import PlanPane
from desktop.duty.plan_words import Span, bounds, following, span_text, suggested_title
from desktop.rooms.fields import pydate, qdate
from desktop.shell.desk import Desk
from tests.conftest import NOW
from tests.desktop.conftest import OnTheirWay
from tests.desktop.duty.conftest import Roster
from tests.factories.staff import make_staff

KEY, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier


def clerk_pane(roster: Roster) -> PlanPane:
    """The page as a clerk sees it."""
    clerk = make_staff(roster.desk.hall, roster.actor.centre_id, Role.CLERK, now=NOW)
    roster.desk.log_in(clerk)
    page = DutyPage(roster.desk)
    roster.bot.addWidget(page)
    page.resize(1186, 680)
    page.show()
    pane: PlanPane = page.show_tab("plan")
    return pane


def test_an_empty_hall_is_told_what_comes_first(desk: Desk, seated: Actor, qtbot: QtBot) -> None:
    page = DutyPage(desk)
    qtbot.addWidget(page)
    page.show()
    pane: PlanPane = page.show_tab("plan")
    qtbot.waitUntil(lambda: pane.list.hint.title.text() == "还没有轮值单位")
    assert not pane.list.hint.button.isVisible()
    assert "人员与规则" in pane.list.hint.text.text()
    qtbot.waitUntil(lambda: page.focusWidget() is pane.list.hint)  # Ctrl+N and the other keys are heard


def test_ctrl_n_makes_the_plan_of_the_next_month_with_its_sessions(roster: Roster) -> None:
    from db.duty.plans import plan_drop

    roster.run(plan_drop, plan_id=roster.plan_id, version=roster.plan.version)
    roster.pane.show_list()
    roster.pane.new_plan()
    dialog: NewPlanDialog = roster.dialog(NewPlanDialog)
    assert [body.name for body in dialog.chosen()] == ["“两代表一委员”工作室", "法官"]
    assert dialog.title.text() == "“两代表一委员”工作室、法官 2026年12月轮值表"
    QTest.keyClick(dialog, KEY.Key_Return, CTRL)
    roster.wait(lambda: roster.desk.hall.read(plans, roster.actor.centre_id))
    made = roster.desk.hall.read(plans, roster.actor.centre_id)[0]
    assert (made.first, made.last, made.sessions) == (date(2026, 12, 1), date(2026, 12, 31), 10)
    roster.wait(lambda: roster.pane.view.seen is not None and roster.pane.view.seen.plan.id == made.id)


def test_without_plans_the_keys_are_on_the_button_that_makes_one_and_then_on_the_plan(empty_roster: Roster) -> None:
    from db.duty.plans import plan_drop

    roster = empty_roster
    roster.pane.show_list()
    assert roster.page.focusWidget() is roster.pane.list.table
    roster.run(plan_drop, plan_id=roster.plan_id, version=roster.plan.version)
    roster.pane.refresh()
    roster.wait(roster.pane.list.hint.button.isVisible)
    roster.wait(lambda: roster.page.focusWidget() is roster.pane.list.hint.button)
    QTest.keyClick(roster.pane.list.hint.button, KEY.Key_Space)
    dialog: NewPlanDialog = roster.dialog(NewPlanDialog)
    QTest.keyClick(dialog, KEY.Key_Return, CTRL)
    roster.wait(lambda: roster.page.focusWidget() is roster.board)
    assert roster.board.isVisible()


def test_a_plan_without_bodies_or_with_a_day_that_is_before_is_not_made(roster: Roster) -> None:
    roster.pane.new_plan()
    dialog: NewPlanDialog = roster.dialog(NewPlanDialog)
    for box in dialog.boxes:
        box.setChecked(False)
    QTest.keyClick(dialog, KEY.Key_Return, CTRL)
    roster.wait(lambda: "至少选一个" in dialog.form.trouble.text())
    dialog.boxes[0].setChecked(True)
    QTest.keyClick(dialog, KEY.Key_Return, CTRL)
    roster.wait(lambda: "错开日期" in dialog.form.trouble.text())
    dialog.reject()


def test_a_plan_may_have_days_of_its_own_choice(roster: Roster) -> None:
    roster.pane.new_plan()
    dialog: NewPlanDialog = roster.dialog(NewPlanDialog)
    dialog.span.setCurrentIndex(dialog.span.findData(Span.YEAR))
    assert (pydate(dialog.first), pydate(dialog.last)) == (date(2027, 1, 1), date(2027, 12, 31))
    dialog.span.setCurrentIndex(dialog.span.findData(Span.FREE))
    dialog.first.setDate(qdate(date(2027, 1, 20)))
    dialog.last.setDate(qdate(date(2027, 2, 5)))
    assert (pydate(dialog.first), pydate(dialog.last)) == (date(2027, 1, 20), date(2027, 2, 5))
    assert "2027年1月20日–2月5日" in dialog.title.text()
    dialog.reject()


def test_the_list_says_state_edition_and_what_is_missing(empty_roster: Roster) -> None:
    empty_roster.pane.show_list()
    table = empty_roster.pane.list.table
    row = table.rows.rows[0]
    texts = [column.text(row) for column in table.rows.columns]
    assert texts[2:5] == ["拟定", "10", "0/15，缺 15"]
    QTest.keyClick(table, KEY.Key_Return)
    empty_roster.wait(lambda: empty_roster.pane.views.currentWidget() is empty_roster.pane.view)


def test_a_clerk_sees_published_plans_and_no_drafts_and_changes_nothing(roster: Roster) -> None:
    draft = clerk_pane(roster)
    roster.wait(lambda: draft.list.hint.title.text() == "还没有公示的轮值表")
    assert not draft.list.new_button.isVisible()
    roster.desk.log_in(roster.actor)
    roster.run(publish, plan_id=roster.plan_id, version=roster.plan.version)
    pane = clerk_pane(roster)
    roster.wait(lambda: pane.view.seen is not None)
    assert pane.view.seen is not None
    assert pane.view.seen.plan.state is PlanState.PUBLISHED
    assert not pane.view.changeable
    pane.view.board.go_to(pane.view.board.sheet.order[0].spot)
    QTest.keyClick(pane.view.board, KEY.Key_Return)
    QTest.keyClick(pane.view.board, KEY.Key_F2)
    pane.wanted("leave")
    pane.wanted("cancel")
    assert pane.dialog is None
    assert not [button for button in pane.view.session.buttons.values() if button.isVisible()]
    assert not pane.view.head.buttons["leave"].isVisibleTo(pane.view.head)


def test_spans_and_titles() -> None:
    day = date(2026, 11, 17)
    assert following(Span.MONTH, day) == (date(2026, 12, 1), date(2026, 12, 31))
    assert following(Span.QUARTER, day) == (date(2027, 1, 1), date(2027, 3, 31))
    assert bounds(Span.YEAR, day) == (date(2026, 1, 1), date(2026, 12, 31))
    assert span_text(date(2027, 1, 1), date(2027, 3, 31)) == "2027年第1季度"
    assert span_text(date(2026, 12, 3), date(2026, 12, 20)) == "2026年12月3日–20日"
    assert (
        suggested_title(("法官", "律师", "民警"), date(2026, 2, 1), date(2026, 2, 28))
        == "法官、律师等 3 个单位 2026年2月轮值表"
    )


def test_who_went_back_to_the_list_is_not_taken_to_the_plan_again(roster: Roster, under_way: OnTheirWay) -> None:
    roster.pane.open_plan(roster.plan_id)
    roster.pane.show_list()
    under_way.arrive()
    assert roster.pane.views.currentWidget() is roster.pane.list
