"""Two desks at the same booking: the second one sees what the first has changed, and does what it wanted with one key."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from db.rooms.bookings import Booked, cancel, change, undo
from db.rooms.queries import WaitingRow
from db.rooms.states import BookingState
from db.rooms.waiting import drop, offer, wait_for
from db.staff.permissions import Role
from desktop.rooms.booking_dialog import BookingDialog
from desktop.rooms.page import RoomsPage
from desktop.rooms.verbs import EndDialog
from desktop.shell.desk import Desk
from desktop.widgets.conflict import ConflictDialog
from tests.conftest import NOW
from tests.desktop.rooms.conftest import Place
from tests.desktop.rooms.test_grid import booked_at
from tests.factories.staff import make_staff

KEY, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def other(place: Place, qtbot: QtBot) -> Iterator[Place]:
    """The same rooms at another desk."""
    desk = Desk(place.desk.hall, lambda: NOW)
    actor = make_staff(desk.hall, place.actor.centre_id, Role.CLERK, Role.MANAGER, now=NOW)
    desk.log_in(actor)
    page = RoomsPage(desk)
    qtbot.addWidget(page)
    desk.changed.connect(page.changed)
    page.resize(1186, 708)
    with qtbot.waitExposed(page):
        page.show()
    page.refresh()
    qtbot.waitUntil(lambda: page.seen is not None)
    yield Place(page, desk, actor, place.rooms, place.choir, qtbot, [])
    desk.close()


def asked(place: Place) -> ConflictDialog:
    """The question at a desk, once it is there and has the keys."""
    place.qtbot.waitUntil(lambda: place.page.findChild(ConflictDialog) is not None)
    dialog = place.page.findChild(ConflictDialog)
    assert dialog is not None
    place.qtbot.waitUntil(dialog.isVisible)
    assert dialog.sentence == "这个预约刚被别人改过。"
    return dialog


def carried(at: Place, made: Booked, across: int, down: int, begins: float) -> None:
    """A booking that begins at an hour is moved by the arrows alone."""
    at.shown(made)
    at.page.grid.cursor_slot = at.slot(booked_at(at, made)[0], begins, begins + 0.5)
    at.key(KEY.Key_M)
    at.key(KEY.Key_Right if across > 0 else KEY.Key_Left, times=abs(across))
    at.key(KEY.Key_Down if down > 0 else KEY.Key_Up, times=abs(down))


def seen_at(place: Place, made: Booked, version: int) -> None:
    """Wait until a desk has heard of it."""
    place.qtbot.waitUntil(
        lambda: (
            place.page.seen is not None
            and any((row.id, row.version) == (made.booking_id, version) for row in place.page.seen.board.bookings)
        )
    )


def test_a_drag_outlives_the_others_change_and_is_done_on_top_of_it(place: Place, other: Place) -> None:
    """I drag 201 to 202 at the same hour; meanwhile the other one carries it to 15:00. With Enter it is in 202 at 15:00."""
    made = place.book("201", 10, 11)
    place.shown(made)
    target = place.point(place.slot("202", 10, 11))
    place.drag(place.point(place.slot("201", 10, 11)), target, drop=False)
    carried(other, made, 0, 20, 10)
    other.key(KEY.Key_Return)
    place.qtbot.waitUntil(lambda: booked_at(other, made) == ("201", "15:00–16:00"))
    seen_at(place, made, 2)
    assert place.page.grid.drag is not None
    place.qtbot.mouseRelease(place.page.grid.viewport(), Qt.MouseButton.LeftButton, pos=target)
    dialog = asked(place)
    assert dialog.facts == (("时间", "11月17日 周二 10:00–11:00", "11月17日 周二 15:00–16:00"),)
    assert dialog.wish is not None
    assert "202" in dialog.wish.words
    assert "15:00–16:00" in dialog.wish.words
    place.qtbot.keyClick(dialog, KEY.Key_Return, CTRL)
    place.qtbot.waitUntil(lambda: booked_at(place, made) == ("202", "15:00–16:00"))


def test_what_is_carried_by_keys_can_be_let_go(place: Place, other: Place) -> None:
    made = place.book("201", 10, 11)
    carried(place, made, 1, 4, 10)
    other.run(change, booking_id=made.booking_id, version=1, room_id=place.rooms["201"],
              starts_at=place.slot("201", 10, 11).starts_at, ends_at=place.slot("201", 10, 11).ends_at, people=30)  # fmt: skip
    place.key(KEY.Key_Return)
    dialog = asked(place)
    assert dialog.facts == (("人数", "", "30 人"),)
    place.qtbot.keyClick(dialog, KEY.Key_Escape)
    place.qtbot.waitUntil(lambda: ("info", "没有再做，内容以最新的为准。") in place.said)
    assert (booked_at(place, made), place.row(made).version) == (("201", "10:00–11:00"), 2)


def test_an_end_pulled_longer_follows_the_booking_into_the_others_room(place: Place, other: Place) -> None:
    made = place.book("201", 12, 13)
    place.shown(made)
    down = place.point(place.slot("201", 13.75, 14), 0.95)
    place.drag(place.point(place.slot("201", 12, 13), 0.97), down, drop=False)
    carried(other, made, 1, 0, 12)
    other.key(KEY.Key_Return)
    place.qtbot.waitUntil(lambda: booked_at(other, made) == ("202", "12:00–13:00"))
    place.qtbot.mouseRelease(place.page.grid.viewport(), Qt.MouseButton.LeftButton, pos=down)
    dialog = asked(place)
    assert [name for name, _, _ in dialog.facts] == ["房间"]
    place.qtbot.keyClick(dialog, KEY.Key_Return, CTRL)
    place.qtbot.waitUntil(lambda: booked_at(place, made) == ("202", "12:00–14:00"))


def test_what_the_other_one_put_back_stands_in_nobodys_way(place: Place, other: Place) -> None:
    made = place.book("201", 10, 11)
    place.shown(made)
    carried(place, made, 0, 4, 10)
    for number in ("202", "201"):
        slot = other.slot(number, 10, 11)
        given = {"room_id": slot.room_id, "starts_at": slot.starts_at, "ends_at": slot.ends_at}
        other.run(change, booking_id=made.booking_id, version=place.row(made).version, **given)
    place.key(KEY.Key_Return)
    place.qtbot.waitUntil(lambda: booked_at(place, made) == ("201", "11:00–12:00"))
    assert place.page.findChild(ConflictDialog) is None


def test_a_booking_that_is_cancelled_is_not_moved_and_the_wish_is_told(place: Place, other: Place) -> None:
    made = place.book("201", 10, 11)
    carried(place, made, 1, 0, 10)
    other.run(cancel, booking_id=made.booking_id, version=1, reason="来电")
    place.key(KEY.Key_Return)
    dialog = asked(place)
    assert dialog.facts == (("情况", "已预约", "已取消"), ("原因", "", "来电"))
    assert not dialog.ok.isEnabled()
    assert "已取消，不能再照做" in dialog.count.text()
    place.qtbot.keyClick(dialog, KEY.Key_Escape)
    place.qtbot.waitUntil(lambda: not dialog.isVisible())
    assert place.row(made).state is BookingState.CANCELLED


def test_the_reason_of_a_cancellation_is_not_typed_twice(place: Place, other: Place) -> None:
    made = place.book("201", 10, 11)
    place.shown(made)
    place.page.grid.choose(made.booking_id)
    place.key(KEY.Key_Delete)
    question = place.page.dialog
    assert isinstance(question, EndDialog)
    slot = place.slot("202", 10, 11)
    other.run(change, booking_id=made.booking_id, version=1, room_id=slot.room_id, starts_at=slot.starts_at,
              ends_at=slot.ends_at)  # fmt: skip
    place.qtbot.waitUntil(question.isActiveWindow)
    place.qtbot.keyClicks(question.reason, "taifeng")
    place.qtbot.keyClick(question.reason, KEY.Key_Return, CTRL)
    dialog = asked(place)
    assert dialog.wish is not None
    assert dialog.wish.words == "取消预约：taifeng"
    place.qtbot.keyClick(dialog, KEY.Key_Return, CTRL)
    place.qtbot.waitUntil(lambda: place.row(made).state is BookingState.CANCELLED)
    assert place.row(made).reason == "taifeng"


def test_a_booking_open_in_the_form_is_merged_field_by_field(place: Place, other: Place) -> None:
    """I type what for and a later end; the other one has set the people and the room."""
    made = place.book("201", 10, 11)
    place.shown(made)
    place.page.edit(place.row(made))
    form = place.page.dialog
    assert isinstance(form, BookingDialog)
    place.qtbot.waitUntil(form.ok.isEnabled)
    form.purpose.setText("汇报演出")
    slot = other.slot("202", 10, 11)
    other.run(change, booking_id=made.booking_id, version=1, room_id=slot.room_id, starts_at=slot.starts_at,
              ends_at=slot.ends_at, people=30, purpose="彩排")  # fmt: skip
    place.qtbot.waitUntil(form.ok.isEnabled)
    form.save()
    place.qtbot.waitUntil(lambda: form.findChild(ConflictDialog) is not None)
    dialog = form.findChild(ConflictDialog)
    assert dialog is not None
    found = {each.name: (each.theirs.words, each.mine.words, each.clash) for each in dialog._found}
    assert found.keys() == {"房间", "人数", "活动内容"}
    assert found["活动内容"] == ("彩排", "汇报演出", True)
    dialog.all_mine.click()
    for each, group in zip(dialog._found, dialog.groups, strict=True):
        if not each.clash:
            group.button(0).setChecked(True)
    dialog.ok.click()
    place.qtbot.waitUntil(lambda: place.row(made).purpose == "汇报演出")
    assert (booked_at(place, made), place.row(made).people) == (("202", "10:00–11:00"), 30)


def moved_by_me(place: Place, other: Place, across: int, down: int) -> Booked:
    """A booking of the other desk that I have carried elsewhere by keys."""
    made = other.book("201", 10, 11)
    carried(place, made, across, down, 10)
    place.key(KEY.Key_Return)
    place.qtbot.waitUntil(lambda: place.row(made).version == 2)
    return made


def test_ctrl_z_takes_back_what_i_did_and_not_what_the_other_one_did_since(place: Place, other: Place) -> None:
    """I carry it to 202, the other one enters 30 people: it goes back to 201, and 30 people stay."""
    made = moved_by_me(place, other, 1, 0)
    there = place.slot("202", 10, 11)
    other.run(change, booking_id=made.booking_id, version=2, room_id=there.room_id, starts_at=there.starts_at,
              ends_at=there.ends_at, people=30)  # fmt: skip
    place.shortcut(KEY.Key_Z, CTRL)
    dialog = conflict_of(place)
    assert dialog.sentence == "您操作之后，别人又改过这个预约。"
    assert dialog.facts == (("人数", "", "30 人"),)
    assert dialog.wish is not None
    assert dialog.wish.words.startswith("撤销您的操作：房间改回“201")
    assert {"您操作后", "现在"} <= {each.text() for each in dialog.findChildren(QLabel)}
    place.qtbot.keyClick(dialog, KEY.Key_Return, CTRL)
    place.qtbot.waitUntil(lambda: booked_at(place, made) == ("201", "10:00–11:00"))
    assert place.row(made).people == 30


def test_ctrl_z_of_what_the_other_one_has_changed_again_is_told_and_stays_to_be_done(
    place: Place, other: Place
) -> None:
    made = moved_by_me(place, other, 0, 4)
    there = place.slot("201", 15, 16)
    other.run(change, booking_id=made.booking_id, version=2, room_id=there.room_id, starts_at=there.starts_at,
              ends_at=there.ends_at)  # fmt: skip
    place.shortcut(KEY.Key_Z, CTRL)
    dialog = conflict_of(place)
    assert [name for name, _, _ in dialog.facts] == ["时间"]
    assert not dialog.ok.isEnabled()
    assert "没有可以只撤销的内容" in dialog.count.text()
    place.qtbot.keyClick(dialog, KEY.Key_Escape)
    place.qtbot.waitUntil(lambda: ("info", "没有再做，内容以最新的为准。") in place.said)
    assert place.row(made).version == 3
    other.run(undo, booking_id=made.booking_id, version=3)
    place.shortcut(KEY.Key_Z, CTRL)  # the other one has taken it back: now mine can be
    place.qtbot.waitUntil(lambda: booked_at(place, made) == ("201", "10:00–11:00"))


def waiting(place: Place) -> WaitingRow:
    """Somebody waits for a slot that is free, as the page has read it."""
    slot = place.slot("201", 15, 16)
    place.run(wait_for, room_id=slot.room_id, starts_at=slot.starts_at, ends_at=slot.ends_at, borrower_id=place.choir)
    place.qtbot.waitUntil(lambda: len(place.page.waiting.table.rows.rows) == 1)
    row: WaitingRow = place.page.waiting.table.rows.rows[0]
    return row


def conflict_of(place: Place) -> ConflictDialog:
    place.qtbot.waitUntil(lambda: place.page.findChild(ConflictDialog) is not None)
    dialog = place.page.findChild(ConflictDialog)
    assert dialog is not None
    return dialog


def test_who_books_for_somebody_whom_another_has_called_is_told_when(place: Place) -> None:
    seen = waiting(place)
    place.run(offer, waiting_id=seen.id, seen="waiting")
    place.page.steps.take(seen)
    dialog = conflict_of(place)
    assert dialog.facts == (("候补", "等候", "已通知"), ("通知时间", "", "11-17 09:30"))
    dialog.ok.click()
    place.qtbot.waitUntil(lambda: bool(place.page.seen and place.page.seen.board.bookings))


def test_what_was_done_with_the_waiting_list_is_taken_back(place: Place) -> None:
    """Called, let go, called and booked: each Ctrl+Z leads one step back, the booking goes with the last."""
    page = place.page
    row = waiting(place)

    def stands(state: str) -> None:
        place.qtbot.waitUntil(
            lambda: [each.state for each in page.waiting.table.rows.rows] == ([state] if state else [])
        )

    page.steps.offer(row)
    stands("offered")
    page.tabs.setCurrentWidget(page.waiting)
    page.waiting.table.selectRow(0)
    page.waiting.drop.setFocus()
    page.waiting.drop.click()
    stands("")
    assert page.focusWidget() is page.waiting.table  # not the button, which is off now: Ctrl+Z is the page's
    page.undo.take_back()
    stands("offered")
    page.steps.take(page.waiting.table.rows.rows[0])
    stands("")
    place.qtbot.waitUntil(lambda: bool(page.seen and page.seen.board.bookings))
    page.undo.take_back()
    stands("offered")
    place.qtbot.waitUntil(lambda: bool(page.seen and not page.seen.board.bookings))
    page.undo.take_back()
    stands("waiting")
    assert page.waiting.table.rows.rows[0].offered_at is None


def test_who_waits_no_longer_is_not_called(place: Place) -> None:
    seen = waiting(place)
    place.run(drop, waiting_id=seen.id, seen="waiting")
    place.page.steps.offer(seen)
    dialog = conflict_of(place)
    assert not dialog.ok.isEnabled()
    assert "已放弃候补" in dialog.count.text()
    dialog.reject()
