"""A clerk works through cases with keys and clicks."""

from datetime import date, timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from db.cases import actions as cases
from db.cases.actions import Moved
from db.cases.models import Case
from db.cases.status import Lamp, Status, Verb
from db.receipts.models import Receipt
from desktop.cases.dialog import MoveDialog
from desktop.cases.page import CasesPage
from desktop.cases.rectify import RectifyDialog
from desktop.shell.desk import Desk
from desktop.widgets.conflict import ConflictDialog
from tests.desktop.conftest import OnTheirWay
from tests.factories.cases import BAD, MISSING, OK, TOLERATED, Counter, another_person, marks

K = Qt.Key


def show(page: CasesPage, qtbot: QtBot, rows: int) -> None:
    """Bring the page up and wait until the list has its rows."""
    page.refresh()
    qtbot.waitUntil(lambda: page.table.model_of_cases.total == rows)


def open_case(page: CasesPage, qtbot: QtBot, moved: Moved) -> None:
    page.open_case(moved.case_id)
    qtbot.waitUntil(lambda: page.detail.sheet is not None and page.detail.sheet.row.id == moved.case_id)


def status_of(page: CasesPage) -> Status | None:
    return page.detail.sheet.row.status if page.detail.sheet else None


def key(window: QWidget, qtbot: QtBot, sequence: str) -> None:
    """Press a key where the focus is, once the window is in front."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    combination = QKeySequence(sequence)[0]
    qtbot.keyClick(window.focusWidget() or window, combination.key(), combination.keyboardModifiers())


def dialog_of(page: CasesPage, qtbot: QtBot) -> Any:
    qtbot.waitUntil(lambda: page.moves.dialog is not None and page.moves.dialog.isVisible())
    return page.moves.dialog


def answer(dialog: MoveDialog, name: str) -> Any:
    return next(each.widget for each in dialog.answers if each.need.name == name)


def test_empty_page_says_what_to_do_first(page: CasesPage, qtbot: QtBot) -> None:
    page.refresh()
    qtbot.waitUntil(lambda: page.total.text().startswith("共 0 件"))
    assert "窗口" in page.table.empty
    assert page.detail.sheet is None


def test_newest_case_is_shown_at_once_and_arrow_keys_go_on(page: CasesPage, counter: Counter, qtbot: QtBot) -> None:
    first = counter.make()
    counter.later(minutes=5)
    second = counter.make()
    show(page, qtbot, 2)
    qtbot.waitUntil(lambda: page.detail.sheet is not None and page.detail.sheet.row.id == second.case_id)
    qtbot.keyClick(page.table, K.Key_Down)
    qtbot.waitUntil(lambda: page.detail.sheet is not None and page.detail.sheet.row.id == first.case_id)
    assert page.detail.number.text() == first.number
    assert "350" in page.detail.facts.itemAt(0, page.detail.facts.ItemRole.FieldRole).widget().text()  # type: ignore[union-attr]


def test_accepted_case_is_finished_and_delivered_with_keys_alone(
    page: CasesPage, counter: Counter, qtbot: QtBot, desk: Desk
) -> None:
    moved = counter.make()
    show(page, qtbot, 1)
    open_case(page, qtbot, moved)
    page.table.setFocus()
    key(page, qtbot, "Alt+E")
    dialog = dialog_of(page, qtbot)
    answer(dialog, "result_number").setText("闽民2026-1")
    key(dialog, qtbot, "Ctrl+Return")
    qtbot.waitUntil(lambda: status_of(page) is Status.FINISHED and page.moves.dialog is None)
    key(page, qtbot, "Alt+D")
    key(dialog_of(page, qtbot), qtbot, "Ctrl+Return")
    qtbot.waitUntil(lambda: status_of(page) is Status.DELIVERED)
    kinds = desk.hall.read(
        lambda session: [str(kind) for kind in session.scalars(select(Receipt.kind).order_by(Receipt.id))]
    )
    assert kinds == ["received", "done", "delivery"]
    assert [button.accessibleName() for button in page.detail.buttons.values()] == []


def test_buttons_are_exactly_what_the_machine_allows(page: CasesPage, counter: Counter, qtbot: QtBot) -> None:
    moved = counter.make(cases.receive, marks(OK, MISSING, OK))
    show(page, qtbot, 1)
    open_case(page, qtbot, moved)
    assert page.detail.sheet is not None
    allowed = {str(verb) for verb, refusal in page.detail.sheet.moves if not refusal and verb is not Verb.RECTIFY}
    offered = {name for name in page.detail.buttons if name in set(Verb)} - {"rectify"}
    assert offered == allowed
    told = [action.text() for action in page.detail.why.menu().actions()]
    assert any(text.startswith("受理：") and "户口簿" in text for text in told)


def test_dialog_asks_for_what_the_change_needs_before_it_can_be_pressed(
    page: CasesPage, counter: Counter, qtbot: QtBot
) -> None:
    moved = counter.make()
    show(page, qtbot, 1)
    open_case(page, qtbot, moved)
    page.moves.press(Verb.PAUSE)
    dialog = dialog_of(page, qtbot)
    assert not dialog.ok.isEnabled()
    assert "事由" in dialog.ok.toolTip()
    answer(dialog, "kind").setEditText("鉴定")
    answer(dialog, "reason").setPlainText("需要劳动能力鉴定")
    assert dialog.ok.isEnabled()
    qtbot.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: status_of(page) is Status.SUSPENDED)
    assert page.detail.main.accessibleName() == "恢复计时"


def test_denial_asks_for_reason_and_basis(page: CasesPage, counter: Counter, qtbot: QtBot) -> None:
    moved = counter.make()
    show(page, qtbot, 1)
    open_case(page, qtbot, moved)
    page.moves.press(Verb.FINISH)
    dialog = dialog_of(page, qtbot)
    assert dialog.ok.isEnabled()
    answer(dialog, "outcome").setCurrentIndex(1)
    assert not dialog.ok.isEnabled()
    answer(dialog, "reason").setPlainText("未满80周岁")
    answer(dialog, "basis").setText("高龄津贴办法第三条")
    assert dialog.ok.isEnabled()
    dialog.go()
    qtbot.waitUntil(lambda: status_of(page) is Status.FINISHED)
    assert page.detail.outcome.text() == "不准"


def test_refused_change_keeps_the_dialog_and_what_was_typed(page: CasesPage, counter: Counter, qtbot: QtBot) -> None:
    moved = counter.make()
    show(page, qtbot, 1)
    open_case(page, qtbot, moved)
    page.moves.press(Verb.WITHDRAW)
    dialog = dialog_of(page, qtbot)
    answer(dialog, "reason").setPlainText("申请人不办了")
    counter.move(moved, cases.advance, stage="审核")  # a colleague is faster
    dialog.go()
    qtbot.waitUntil(lambda: dialog.findChild(ConflictDialog) is not None)
    dialog.findChild(ConflictDialog).reject()
    assert "没有保存" in dialog.trouble.text()
    assert dialog.isVisible()
    assert answer(dialog, "reason").toPlainText() == "申请人不办了"
    dialog.reject()


def test_papers_that_come_in_are_marked_and_the_case_goes_on(page: CasesPage, counter: Counter, qtbot: QtBot) -> None:
    moved = counter.make(cases.request_correction, marks(OK, MISSING, BAD))
    show(page, qtbot, 1)
    open_case(page, qtbot, moved)
    page.moves.press(Verb.SUPPLEMENT)
    dialog = dialog_of(page, qtbot)
    assert not dialog.ok.isEnabled()
    editor = answer(dialog, "materials")
    for line in editor.lines[1:]:
        line.state.setCurrentIndex(0)
        line.pages.setValue(2)
    assert [mark.position for mark in editor.marks()] == [2, 3]
    dialog.go()
    qtbot.waitUntil(lambda: status_of(page) is Status.RECEIVED)
    assert page.detail.main.accessibleName() == "受理"


def test_lamp_figures_filter_the_list(page: CasesPage, counter: Counter, qtbot: QtBot) -> None:
    counter.now -= timedelta(days=25)
    overdue = counter.make()
    counter.now += timedelta(days=25)
    counter.make()
    show(page, qtbot, 2)
    qtbot.waitUntil(lambda: page.figures["red"].text() == "■ 超期 1")
    qtbot.mouseClick(page.figures["red"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.table.model_of_cases.total == 1)
    row = page.table.rows.row_at(page.table.rows.index(0, 0))
    assert row is not None
    assert (row.id, row.lamp) == (overdue.case_id, Lamp.RED)
    assert page.table.rows.index(0, 0).data().startswith("■ 超期")
    key(page, qtbot, "Alt+0")
    qtbot.waitUntil(lambda: page.table.model_of_cases.total == 2)


def test_ended_status_widens_the_scope_by_itself(page: CasesPage, counter: Counter, qtbot: QtBot) -> None:
    counter.move(counter.make(), cases.withdraw, reason="不办了")
    show(page, qtbot, 0)
    bar = page.filters
    bar.status.setCurrentIndex(bar.status.findData(Status.WITHDRAWN))
    qtbot.waitUntil(lambda: page.table.model_of_cases.total == 1)
    assert bar.scope.currentData() == "all"


def test_head_sorts_and_a_second_click_turns_it_round(page: CasesPage, counter: Counter, qtbot: QtBot) -> None:
    first = counter.make()
    counter.later(minutes=1)
    counter.make()
    show(page, qtbot, 2)
    page.table.sort_wanted.emit(1)
    qtbot.waitUntil(lambda: page.table.model_of_cases.position_of(first.case_id) == 0)
    assert "早收件在前" in page.total.text()


def test_quick_find_from_the_keyboard(page: CasesPage, counter: Counter, qtbot: QtBot) -> None:
    other = another_person(counter, "林𬱖", "035")
    counter.make()
    wanted = counter.do(cases.accept, intake=counter.intake(person_id=other))
    show(page, qtbot, 2)
    key(page, qtbot, "Ctrl+F")
    qtbot.keyClicks(page.find_box, "2")
    qtbot.keyClick(page.find_box, K.Key_Return)
    qtbot.waitUntil(lambda: page.detail.sheet is not None and page.detail.sheet.row.id == wanted.case_id)
    page.find_box.setText("查无此人")
    qtbot.waitUntil(lambda: page.total.text() == "找到 0 件")
    assert "没有找到" in page.found.empty
    key(page, qtbot, "Esc")
    qtbot.waitUntil(lambda: page.lists.currentWidget() is page.table)
    assert page.find_box.text() == ""


def test_scanned_case_number_and_receipt_open_the_case(
    page: CasesPage, counter: Counter, qtbot: QtBot, desk: Desk
) -> None:
    first, second = counter.make(), counter.make()
    show(page, qtbot, 2)
    assert page.scanned(first.number)
    qtbot.waitUntil(lambda: page.detail.sheet is not None and page.detail.sheet.row.id == first.case_id)
    payload = desk.hall.read(
        lambda session: session.scalar(select(Receipt.payload).where(Receipt.case_id == second.case_id))
    )
    assert payload is not None
    assert page.scanned(payload)
    qtbot.waitUntil(lambda: page.detail.sheet is not None and page.detail.sheet.row.id == second.case_id)
    assert not page.scanned("6901234567892")


def test_forged_receipt_is_refused_with_the_reason(page: CasesPage, counter: Counter, qtbot: QtBot, desk: Desk) -> None:
    moved = counter.make()
    payload = desk.hall.read(
        lambda session: session.scalar(select(Receipt.payload).where(Receipt.case_id == moved.case_id))
    )
    assert payload is not None
    forged = payload[:-1] + str((int(payload[-1]) + 1) % 10)
    with qtbot.waitSignal(desk.messages.said) as said:
        page.scanned(forged)
    assert said.args[0] == "problem"
    assert page.detail.sheet is None


def test_unknown_number_is_said(page: CasesPage, counter: Counter, qtbot: QtBot, desk: Desk) -> None:
    with qtbot.waitSignal(desk.messages.said) as said:
        page.scanned("JM01-20261117-0009-A")
    assert said.args[0] == "warn"


def test_deadlines_come_with_their_counts_and_open_the_case(page: CasesPage, counter: Counter, qtbot: QtBot) -> None:
    counter.now -= timedelta(days=25)
    overdue = counter.make()
    counter.now += timedelta(days=25)
    counter.make(cases.tolerate, marks(OK, OK, TOLERATED, due=date(2026, 11, 18)))
    show(page, qtbot, 2)
    key(page, qtbot, "Ctrl+T")
    buttons = page.deadlines.buttons
    qtbot.waitUntil(lambda: any(button.text().endswith("已超期 1") for button in buttons.values()))
    qtbot.waitUntil(lambda: page.detail.sheet is not None and page.detail.sheet.row.id == overdue.case_id)
    key(page, qtbot, "Ctrl+4")
    qtbot.waitUntil(lambda: "补交" in page.deadlines.table.rows.index(0, 0).data())
    assert page.total.text() == "补交到期 1 件"
    key(page, qtbot, "Ctrl+T")
    assert page.lists.currentWidget() is page.table
    here = page.table.current()
    assert here is not None
    qtbot.waitUntil(lambda: page.detail.sheet is not None and page.detail.sheet.row.id == here.id)


def test_colleagues_change_shows_up_without_being_asked_for(page: CasesPage, counter: Counter, qtbot: QtBot) -> None:
    moved = counter.make()
    show(page, qtbot, 1)
    open_case(page, qtbot, moved)
    counter.move(moved, cases.advance, stage="现场核查")
    qtbot.waitUntil(lambda: status_of(page) is Status.HANDLING)
    qtbot.waitUntil(lambda: page.table.rows.index(0, 4).data() == "现场核查")
    counter.make()
    qtbot.waitUntil(lambda: page.table.model_of_cases.total == 2)


def test_wrong_acceptance_is_rectified_with_a_reason(
    page: CasesPage, counter: Counter, qtbot: QtBot, desk: Desk
) -> None:
    moved = counter.make()
    show(page, qtbot, 1)
    open_case(page, qtbot, moved)
    page.moves.press_side("rectify")
    dialog = dialog_of(page, qtbot)
    assert isinstance(dialog, RectifyDialog)
    assert not dialog.ok.isEnabled()
    list(dialog.radios.values())[1].setChecked(True)
    dialog.reason.setPlainText("材料看错")
    key(dialog, qtbot, "Ctrl+Return")
    qtbot.waitUntil(lambda: status_of(page) is Status.RECEIVED)
    states = [row.state.label for row in page.detail.sheet.papers] if page.detail.sheet else []
    assert states == ["已作废", "有效"]


def test_wrong_applicant_is_found_by_number_and_put_right(
    page: CasesPage, counter: Counter, qtbot: QtBot, desk: Desk
) -> None:
    right = another_person(counter, "黄䶮", "047")
    moved = counter.make()
    show(page, qtbot, 1)
    open_case(page, qtbot, moved)
    page.moves.press_side("rectify")
    dialog = dialog_of(page, qtbot)
    dialog.who.setText("黄䶮")
    qtbot.waitUntil(lambda: dialog.people.count() == 1)
    dialog.people.setCurrentRow(0)
    dialog.reason.setPlainText("读错身份证")
    dialog.go()
    qtbot.waitUntil(lambda: page.detail.sheet is not None and page.detail.sheet.row.applicant == "黄䶮")
    assert desk.hall.read(lambda session: session.get_one(Case, moved.case_id).person_id) == right


@pytest.mark.parametrize(("name", "field"), [("numbers", "external"), ("proxy", "note")])
def test_side_dialogs_do_their_work(page: CasesPage, counter: Counter, qtbot: QtBot, name: str, field: str) -> None:
    moved = counter.make()
    show(page, qtbot, 1)
    open_case(page, qtbot, moved)
    page.moves.press_side(name)
    dialog = dialog_of(page, qtbot)
    getattr(dialog, field).setText("350102261117000001")
    dialog.go()
    qtbot.waitUntil(lambda: page.detail.sheet is not None and page.detail.sheet.row.version == 2)
    facts = {page.detail._fact_rows[at][0].text() for at in range(page.detail.facts.rowCount())}
    assert {"numbers": "省网申报号", "proxy": "帮办代办"}[name] in facts


def test_every_key_of_the_page_is_listed_and_none_twice(page: CasesPage) -> None:
    keys = page.keys()
    listed = [pressed for pressed, _ in keys]
    assert len(listed) == len(set(listed))
    assert {"Ctrl+F", "Ctrl+T", "Alt+E", "Alt+X"} <= set(listed)
    assert all(meaning for _, meaning in keys)


def test_what_was_still_being_looked_for_does_not_come_before_what_is_wanted_now(
    page: CasesPage, counter: Counter, under_way: OnTheirWay
) -> None:
    moved = counter.make()
    page.refresh()
    while under_way:
        under_way.arrive()
    page.search(moved.number)
    page.show_deadlines()
    under_way.arrive()
    assert page.lists.currentWidget() is page.deadlines
    page.open_case(moved.case_id)
    page._filtered()  # another list is asked for: the case of the old one is not wanted any more
    page.detail.show_nothing()
    under_way.arrive()
    assert page.detail.sheet is None
