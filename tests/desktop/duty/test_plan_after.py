"""A published plan: substitutes, swaps, leave with the fewest changes, undo; every change is numbered."""

from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from db.action import Request
from db.clock import CHINA
from db.duty.attendance import absent, arrive
from db.duty.changes import changes
from db.duty.changing import leave, substitute
from db.duty.publishing import publish
from db.duty.queries import members, stands
from db.duty.queries import seats as seats_query
from db.duty.rows import ChangeRow
from db.duty.states import COMING, ChangeKind, DutyState, PlanState
from db.ids import new_id
from desktop.duty.board_rows import Place
from desktop.duty.place_dialog import PlaceDialog
from desktop.duty.repair_data import ground, holes, preview
from desktop.duty.repair_dialog import ANEW, RepairDialog
from desktop.duty.swap_dialog import SwapDialog
from desktop.widgets.ask import ConfirmDialog
from desktop.widgets.conflict import ConflictDialog
from tests.desktop.duty.conftest import FIRST, LAST, Roster

KEY, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def wall(roster: Roster) -> Roster:
    """The plan hangs on the wall."""
    roster.run(publish, plan_id=roster.plan_id, version=roster.plan.version)
    roster.shown()
    assert roster.plan.state is PlanState.PUBLISHED
    return roster


def made(roster: Roster) -> tuple[ChangeRow, ...]:
    return roster.desk.hall.read(changes, roster.actor.centre_id, roster.plan_id)


def names(roster: Roster, place: Place) -> set[str]:
    """Who sits in the session of a place now."""
    come = (DutyState.PUBLISHED, DutyState.SWAPPED, DutyState.COVERING)
    return {duty.member_name for duty in roster.slot(place.spot.slot_id).duties if duty.state in come}


def test_a_substitute_wants_a_reason_and_is_a_numbered_change(wall: Roster) -> None:
    place = wall.of(wall.judges)
    gone = wall.name_at(place.spot)
    wall.go(place)
    wall.key(KEY.Key_Return)
    dialog: PlaceDialog = wall.dialog(PlaceDialog)
    wall.wait(lambda: dialog.table.rows.rows)
    best = dialog.table.current()
    assert best is not None
    assert not best.broken
    QTest.keyClick(dialog.seek, KEY.Key_Return)
    assert dialog.isVisible()
    assert not made(wall)
    dialog.reason.setText("本人请假")
    QTest.keyClick(dialog.reason, KEY.Key_Return)
    wall.wait(lambda: best.name in names(wall, place))
    assert gone not in names(wall, place)
    assert [(row.kind, row.reason) for row in made(wall)] == [(ChangeKind.LEAVE, "本人请假")]


def test_the_fewest_changes_are_shown_before_anything_is_written(wall: Roster) -> None:
    place = wall.of(wall.judges)
    gone = wall.name_at(place.spot)
    wall.go(place)
    wall.pane.wanted("leave")
    dialog: RepairDialog = wall.dialog(RepairDialog)
    assert dialog.who.currentText().startswith(gone)
    wall.wait(lambda: dialog.found is not None)
    assert dialog.found is not None
    assert [(line.before, bool(line.after)) for line in dialog.found.lines] == [(gone, True)]
    assert dialog.whole.text() == dialog.found.lines[0].why  # longer than its column
    assert "改动 1 处" in dialog.verdict.text()
    assert "已证明" in dialog.verdict.text()
    assert not dialog.ok.isEnabled()  # nobody said why
    assert not made(wall)
    dialog.why.setText("身体不适")
    came = dialog.found.lines[0].after
    QTest.keyClick(dialog, KEY.Key_Return, CTRL)
    wall.wait(lambda: came in names(wall, place))
    wall.wait(lambda: wall.desk.hall.read(stands, wall.actor.centre_id))
    assert gone not in names(wall, place)
    (row,) = made(wall)
    assert row.kind is ChangeKind.REPAIR
    assert "已证明" in row.proof
    assert [(line.before, line.after) for line in row.lines] == [(gone, came)]


def test_a_repair_is_looked_for_anew_where_another_has_taken_its_people(wall: Roster) -> None:
    place, beside = wall.of(wall.judges), wall.of(wall.judges, 1)
    gone, partner = wall.name_at(place.spot), wall.sitting(beside.spot)
    wall.go(place)
    wall.pane.wanted("leave")
    dialog: RepairDialog = wall.dialog(RepairDialog)
    dialog.why.setText("身体不适")
    wall.wait(dialog.ok.isEnabled)
    assert dialog.found is not None
    assert partner is not None
    came = dialog.found.lines[0].after
    given = {"duty_id": partner.id, "version": partner.version, "seat_id": wall.seats[came], "override": "商定"}
    wall.run(substitute, reason="临时公务", **given)
    QTest.keyClick(dialog, KEY.Key_Return, CTRL)
    wall.wait(lambda: dialog.findChild(ConflictDialog) is not None)
    conflict = dialog.findChild(ConflictDialog)
    assert conflict is not None
    assert any(came in now and came not in before for _, before, now in conflict.facts)
    assert conflict.wish is not None
    assert f"{gone}→{came}" in conflict.wish.words
    conflict.ok.click()
    wall.wait(lambda: dialog.verdict.text().startswith(ANEW))
    assert gone in names(wall, place)
    assert dialog.why.text() == "身体不适"
    other = dialog.found.lines[0].after
    assert other != came
    dialog.ok.click()
    wall.wait(lambda: {came, other} <= names(wall, place))


def test_leave_can_be_entered_without_changing_anybody_else(wall: Roster) -> None:
    place = wall.of(wall.judges)
    gone = wall.name_at(place.spot)
    wall.go(place)
    wall.pane.wanted("leave")
    dialog: RepairDialog = wall.dialog(RepairDialog)
    dialog.why.setText("出差")
    wall.wait(dialog.enter.isEnabled)
    dialog.enter.click()
    wall.wait(lambda: gone not in names(wall, place))
    wall.shown()
    wall.pane.wanted("leave")
    again: RepairDialog = wall.dialog(RepairDialog)
    again.who.setCurrentIndex(0)
    assert "1 个位置" in again.who.currentText()
    wall.wait(lambda: again.found is not None and again.found.steps)
    again.reject()


def test_two_change_places_and_undo_brings_both_back(wall: Roster, monkeypatch: pytest.MonkeyPatch) -> None:
    place = wall.of(wall.judges)
    before = {slot.id: {duty.member_name for duty in slot.duties} for slot in wall.slots}
    wall.go(place)
    wall.pane.wanted("swap")
    dialog: SwapDialog = wall.dialog(SwapDialog)
    wall.wait(lambda: dialog.table.rows.rows)
    partner = dialog.table.current()
    assert partner is not None
    assert not partner.broken  # those with whom nothing is broken stand first
    dialog.reason.setText("开庭")
    QTest.keyClick(dialog, KEY.Key_Return, CTRL)
    wall.wait(lambda: partner.duty.member_name in names(wall, place))
    wall.shown()
    monkeypatch.setattr("desktop.duty.plan_after.ask_reason", lambda *_, **__: "登记有误")
    wall.pane.wanted("undo")
    wall.wait(lambda: made(wall)[-1].undone)
    come = (DutyState.PUBLISHED, DutyState.SWAPPED, DutyState.COVERING)
    now = {slot.id: {duty.member_name for duty in slot.duties if duty.state in come} for slot in wall.slots}
    assert now == before
    wall.shown()
    wall.pane.wanted("undo")  # what took back is not taken back again: it would be refused after the reason was typed
    wall.wait(lambda: ("info", "没有可以撤销的调整。") in wall.said)
    pane = wall.pane.view.changes
    newest = pane.table.current()
    assert newest is not None
    assert newest is pane.table.rows.rows[0]  # the one just made is the one that is printed
    assert pane.table.rows.rows[0].kind is ChangeKind.UNDO
    pane.table.setCurrentIndex(pane.table.rows.index(0, 0))
    assert pane.undo_button.isHidden()
    assert not pane.print_button.isHidden()


def test_undo_goes_back_further_where_the_last_change_was_taken_back(
    wall: Roster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.duty.plan_after.ask_reason", lambda *_, **__: "登记有误")
    for at in (0, 2):
        sits = wall.of(wall.judges, at).duty
        assert sits is not None
        wall.run(leave, member_id=sits.member_id, first=FIRST, last=LAST, why="出差")
    wall.shown()
    for undone in (1, 2):
        wall.pane.wanted("undo")
        wall.wait(lambda undone=undone: sum(row.undone for row in made(wall)) == undone)  # type: ignore[misc]
        wall.shown()
    assert [row.number[-4:] for row in made(wall) if row.undone] == ["0002", "0001"]


def test_a_name_dropped_on_a_name_asks_for_the_swap_of_these_two(wall: Roster) -> None:
    one, other = wall.of(wall.judges), wall.of(wall.judges, 2)
    partner = wall.sitting(other.spot)
    assert partner is not None
    wall.drag(wall.board.point_of(one.spot), wall.board.point_of(other.spot))
    dialog: SwapDialog = wall.dialog(SwapDialog)
    wall.wait(lambda: dialog.table.current() is not None)
    row = dialog.table.current()
    assert row is not None
    assert row.duty.id == partner.id
    dialog.reject()


def test_a_cancelled_session_says_why(wall: Roster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.duty.plan_after.ask_reason", lambda *_, **__: "台风")
    place = wall.of(wall.judges)
    wall.go(place)
    wall.key(KEY.Key_X, Qt.KeyboardModifier.AltModifier)
    wall.wait(lambda: wall.slot(place.spot.slot_id).cancelled)
    assert wall.slot(place.spot.slot_id).cancelled == "台风"
    assert made(wall)[0].kind is ChangeKind.CANCEL
    wall.shown()
    assert [each.off for each in wall.board.sheet.order if each.spot.slot_id == place.spot.slot_id] == ["台风"]
    wall.board.go_to(place.spot)
    assert "停班：台风" in wall.board.accessibleName()
    wall.key(KEY.Key_Return)
    assert any("不能排人" in text for _, text in wall.said)


def test_delete_and_lock_do_not_touch_what_hangs_on_the_wall(wall: Roster) -> None:
    place = wall.of(wall.judges)
    wall.go(place)
    before = wall.slot(place.spot.slot_id)
    wall.key(KEY.Key_Delete)
    wall.key(KEY.Key_L)
    assert any("已公示" in text for _, text in wall.said)
    assert wall.slot(place.spot.slot_id) == before


def test_leave_that_opens_duties_offers_to_mend_at_once(wall: Roster) -> None:
    place = wall.of(wall.judges)
    slot = wall.slot(place.spot.slot_id)
    assert place.duty is not None
    member = next(row for row in wall.desk.hall.read(members, wall.actor.centre_id) if row.id == place.duty.member_id)
    wall.run(leave, member_id=member.id, first=slot.day, last=slot.day, why="开庭")
    people = wall.page.show_tab("people")
    people.hit.emit(member, 1)
    question = wall.page.findChild(ConfirmDialog)
    assert isinstance(question, ConfirmDialog)
    assert question.no.hasFocus() or question.no.isDefault()
    question.ok.click()
    dialog: RepairDialog = wall.dialog(RepairDialog)
    assert wall.page.key == "plan"
    assert dialog.who.currentData() is None
    wall.wait(lambda: dialog.found is not None and dialog.ok.isEnabled())
    QTest.keyClick(dialog, KEY.Key_Return, Qt.KeyboardModifier.ControlModifier)
    wall.wait(lambda: len([duty for duty in wall.slot(slot.id).duties if duty.state in COMING]) == 2)


def test_a_cover_who_has_arrived_leaves_nothing_to_repair_and_what_is_over_is_not_changed(
    wall: Roster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One judge is on leave and covered; the cover has arrived; the other one is absent: that place waits for a cover on the
    spot, no repair fills a session that has begun.
    """
    place = wall.of(wall.judges)
    slot = wall.slot(place.spot.slot_id)
    ill, other = slot.duties
    seat = next(seat for name, seat in wall.seats.items() if seat not in (ill.seat_id, other.seat_id))
    wall.run(substitute, duty_id=ill.id, version=ill.version, seat_id=seat, reason="身体不适")
    begun = datetime.combine(slot.day, slot.starts, CHINA) + timedelta(minutes=30)
    hall = wall.desk.hall
    for duty in wall.slot(slot.id).duties:
        request = Request(wall.actor, begun, new_id())
        if duty.seat_id == seat:
            hall.run(request, arrive, duty_id=duty.id, version=duty.version)
        elif duty.id == other.id:
            hall.run(request, absent, duty_id=duty.id, version=duty.version, reason="开庭")
    found = hall.read(ground, wall.actor.centre_id, wall.plan_id, begun)
    assert found is not None
    assert [gone.id for _, gone in holes(found.slots, slot.day)] == [other.id]
    seats = {row.id: row for row in hall.read(seats_query, wall.actor.centre_id)}
    now = preview(found, None, begun, seats)
    assert (now.lines, now.begun) == ((), 1)
    early = preview(found, None, begun - timedelta(hours=1), seats)
    assert ([line.before for line in early.lines], early.begun) == ([other.member_name], 0)
    monkeypatch.setattr(wall.desk, "now", lambda: begun + timedelta(hours=3))
    wall.shown()
    wall.go(wall.of(wall.judges))
    for key in (KEY.Key_Return, KEY.Key_M):
        wall.key(key, Qt.KeyboardModifier.NoModifier if key is KEY.Key_Return else Qt.KeyboardModifier.AltModifier)
    assert sum("已经过去" in text for _, text in wall.said) == 2
    assert not wall.pane.view.session.buttons["move"].isVisible()


def test_escape_on_the_board_opens_nothing(wall: Roster) -> None:
    wall.go(wall.of(wall.judges))
    wall.key(KEY.Key_Escape)
    wall.desk.work.wait()
    assert wall.pane.dialog is None
