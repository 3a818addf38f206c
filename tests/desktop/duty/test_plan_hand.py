"""A draft by keys and by hand: what is asked for is what the database then says, and nothing else."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from db.duty.solve.problem import Want
from db.duty.stands import StandFields, enter_stand
from desktop.duty.place_dialog import PlaceDialog
from desktop.duty.why_dialog import WhyDialog
from tests.desktop.duty.conftest import Roster

KEY, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier


def choose(roster: Roster) -> PlaceDialog:
    """The chooser of the place the cursor is on, with its candidates."""
    roster.key(KEY.Key_Return)
    dialog: PlaceDialog = roster.dialog(PlaceDialog)
    roster.wait(lambda: dialog.table.rows.rows)
    return dialog


def test_arrows_move_over_the_places_and_the_name_is_told(roster: Roster) -> None:
    first = roster.board.sheet.order[0]
    roster.go(first)
    roster.key(KEY.Key_Right)
    second = roster.board.place
    assert second is not None
    assert second.spot == roster.board.sheet.order[1].spot
    roster.key(KEY.Key_Down)
    below = roster.board.place
    assert below is not None
    line_of = roster.board.sheet.line_of
    assert line_of[below.spot.slot_id] == line_of[second.spot.slot_id] + 1
    assert below.duty is not None
    assert below.duty.member_name in roster.board.accessibleName()
    roster.key(KEY.Key_End, CTRL)
    assert roster.board.place == roster.board.sheet.order[-1]
    roster.key(KEY.Key_Home, CTRL)
    assert roster.board.place == first


def test_enter_offers_candidates_with_reasons_and_puts_the_best_in(empty_roster: Roster) -> None:
    place = empty_roster.of(empty_roster.judges)
    empty_roster.go(place)
    dialog = choose(empty_roster)
    best = dialog.table.current()
    assert best is not None
    assert best.name == "陈建国"  # nobody has fewer duties
    assert best.reasons
    QTest.keyClick(dialog.seek, KEY.Key_Return)
    empty_roster.wait(lambda: empty_roster.name_at(place.spot) == "陈建国")
    duty = empty_roster.sitting(place.spot)
    assert duty is not None
    assert duty.locked


def test_a_typed_name_filters_by_its_sound(empty_roster: Roster) -> None:
    place = empty_roster.of(empty_roster.judges)
    empty_roster.go(place)
    QTest.keyClicks(empty_roster.board, "w")
    dialog: PlaceDialog = empty_roster.dialog(PlaceDialog)
    empty_roster.wait(lambda: dialog.table.rows.rows)
    QTest.keyClicks(dialog.seek, "ht")
    assert [row.name for row in dialog.table.rows.rows] == ["王海涛"]
    dialog.locked.setChecked(False)
    QTest.keyClick(dialog.seek, KEY.Key_Return)
    empty_roster.wait(lambda: empty_roster.name_at(place.spot) == "王海涛")
    duty = empty_roster.sitting(place.spot)
    assert duty is not None
    assert not duty.locked


def test_a_broken_rule_is_told_and_done_only_with_a_reason(empty_roster: Roster) -> None:
    place = empty_roster.of(empty_roster.judges)
    slot = empty_roster.slot(place.spot.slot_id)
    fields = StandFields(Want.CANNOT, slot.day, slot.day, why="开庭")
    empty_roster.run(enter_stand, member_id=empty_roster.people["陈建国"], fields=fields)
    empty_roster.shown()
    empty_roster.go(place)
    dialog = choose(empty_roster)
    dialog.seek.setText("陈建国")
    row = dialog.table.current()
    assert row is not None
    assert any("请假" in sentence for sentence in row.broken)
    QTest.keyClick(dialog.seek, KEY.Key_Return)
    assert dialog.isVisible()
    assert empty_roster.name_at(place.spot) == ""
    QTest.keyClicks(dialog.reason, "yuehao")
    QTest.keyClick(dialog.reason, KEY.Key_Return)
    empty_roster.wait(lambda: empty_roster.name_at(place.spot) == "陈建国")
    duty = empty_roster.sitting(place.spot)
    assert duty is not None
    assert duty.reason == "yuehao"


def test_l_locks_and_delete_takes_out_and_ctrl_z_takes_back(roster: Roster) -> None:
    place = roster.of(roster.judges)
    name = roster.name_at(place.spot)
    roster.go(place)
    roster.key(KEY.Key_L)
    roster.wait(lambda: (duty := roster.sitting(place.spot)) is not None and duty.locked)
    roster.shown()
    roster.key(KEY.Key_Delete)
    roster.wait(lambda: name not in [duty.member_name for duty in roster.slot(place.spot.slot_id).duties])
    roster.shown()
    roster.pane.wanted("undo")
    roster.wait(lambda: name in [duty.member_name for duty in roster.slot(place.spot.slot_id).duties])


def test_f2_says_why_not_in_sentences(roster: Roster) -> None:
    place = roster.of(roster.judges)
    slot = roster.slot(place.spot.slot_id)
    fields = StandFields(Want.CANNOT, slot.day, slot.day, why="开庭")
    absent = next(name for name in roster.people if name not in [duty.member_name for duty in slot.duties])
    roster.run(enter_stand, member_id=roster.people[absent], fields=fields)
    roster.shown()
    roster.go(place)
    roster.key(KEY.Key_F2)
    dialog: WhyDialog = roster.dialog(WhyDialog)
    dialog.seek.setText(absent)
    roster.wait(lambda: "开庭" in dialog.text.text())
    assert "不能来" in dialog.verdict.text()
    dialog.reject()


def test_a_name_is_dragged_out_of_the_list_onto_a_place(empty_roster: Roster) -> None:
    place = empty_roster.of(empty_roster.judges)
    empty_roster.go(place)
    people = empty_roster.pane.view.people
    at = next(at for at, row in enumerate(people.table.rows.rows) if row.row.member_name == "郑美玲")
    start = people.table.visualRect(people.table.rows.index(at, 0)).center()
    people.table.setFocus()
    empty_roster.drag(start, empty_roster.board.point_of(place.spot), view=people.table.viewport())
    empty_roster.wait(lambda: empty_roster.name_at(place.spot) == "郑美玲")
    assert empty_roster.page.focusWidget() is empty_roster.board  # F2, L and Delete mean the place just filled


def test_a_name_dragged_to_another_place_leaves_the_first_one(empty_roster: Roster) -> None:
    first, second = empty_roster.of(empty_roster.judges), empty_roster.of(empty_roster.judges, 2)
    empty_roster.pane.hand.wishes.put(first, empty_roster.seats["陈建国"])
    empty_roster.wait(lambda: empty_roster.name_at(first.spot) == "陈建国")
    empty_roster.shown()
    empty_roster.drag(empty_roster.board.point_of(first.spot), empty_roster.board.point_of(second.spot))
    empty_roster.wait(lambda: empty_roster.name_at(second.spot) == "陈建国")
    assert empty_roster.name_at(first.spot) == ""


def test_what_speaks_against_a_drop_is_told_before_it(empty_roster: Roster) -> None:
    first, near = empty_roster.of(empty_roster.judges), empty_roster.of(empty_roster.judges, 1)
    empty_roster.pane.hand.wishes.put(first, empty_roster.seats["陈建国"])
    empty_roster.wait(lambda: empty_roster.name_at(first.spot) == "陈建国")
    empty_roster.shown()
    people = empty_roster.pane.view.people
    empty_roster.go(first)
    at = next(at for at, row in enumerate(people.table.rows.rows) if row.row.member_name == "陈建国")
    start = people.table.visualRect(people.table.rows.index(at, 0)).center()
    view = people.table.viewport()
    empty_roster.drag(start, empty_roster.board.point_of(near.spot), view=view, drop=False)
    empty_roster.wait(lambda: empty_roster.board.carried is not None and empty_roster.board.carried.judged)
    assert empty_roster.board.carried is not None
    assert "已经在这一班" in empty_roster.board.carried.trouble
    empty_roster.key(KEY.Key_Escape)
    assert empty_roster.board.carried is None
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert empty_roster.name_at(near.spot) == ""


def test_a_member_of_another_body_is_refused_with_a_sentence(empty_roster: Roster) -> None:
    studio = empty_roster.of(empty_roster.studio)
    empty_roster.go(empty_roster.of(empty_roster.judges))
    people = empty_roster.pane.view.people
    at = next(at for at, row in enumerate(people.table.rows.rows) if row.row.member_name == "陈建国")
    start = people.table.visualRect(people.table.rows.index(at, 0)).center()
    empty_roster.drag(start, empty_roster.board.point_of(studio.spot), view=people.table.viewport())
    empty_roster.wait(lambda: any("不是" in text and "成员" in text for _, text in empty_roster.said))
    assert empty_roster.name_at(studio.spot) == ""
