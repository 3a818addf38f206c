"""Before the wall: empty places want a reason, rooms that collide are offered something else."""

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from db.clock import CHINA
from db.duty.placing import lock, take_out
from db.duty.publishing import publish
from db.duty.states import DutyState, PlanState
from db.rooms.bookings import book
from desktop.duty.editions_dialog import EditionsDialog
from desktop.duty.publish_dialog import PublishDialog
from desktop.widgets.conflict import ConflictDialog
from tests.conftest import NOW
from tests.desktop.duty.conftest import Roster
from tests.factories.rooms import make_borrower

KEY, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier


def checked(roster: Roster) -> PublishDialog:
    roster.pane.wanted("publish")
    dialog: PublishDialog = roster.dialog(PublishDialog)
    roster.wait(lambda: dialog.read is not None)
    roster.pane.wanted = lambda _: None  # type: ignore[method-assign]  # the paper's own dialog has its own tests
    return dialog


def conflict_of(roster: Roster, dialog: PublishDialog) -> ConflictDialog:
    roster.wait(lambda: dialog.findChild(ConflictDialog) is not None)
    found = dialog.findChild(ConflictDialog)
    assert found is not None
    return found


def test_a_full_plan_is_published_and_its_people_are_bound(roster: Roster) -> None:
    dialog = checked(roster)
    assert dialog.summary.text().startswith("● 可以公示")
    QTest.keyClick(dialog, KEY.Key_Return, CTRL)
    roster.wait(lambda: roster.plan.state is PlanState.PUBLISHED)
    assert {duty.state for slot in roster.slots for duty in slot.duties} == {DutyState.PUBLISHED}
    roster.wait(lambda: any("已公示第 1 版" in text for _, text in roster.said))
    roster.shown()
    assert roster.pane.view.head.badge.text() == "● 已公示 · 第1版"


def test_empty_places_want_a_reason_before_anything_hangs(empty_roster: Roster) -> None:
    dialog = checked(empty_roster)
    assert not dialog.ok.isEnabled()
    first = next(iter(dialog.reasons.values()))
    QTest.keyClicks(first, "zanwu")
    assert not dialog.ok.isEnabled()
    dialog._same("暂无合适人选")
    assert dialog.ok.isEnabled()
    QTest.keyClick(dialog, KEY.Key_Return, CTRL)
    empty_roster.wait(lambda: empty_roster.plan.state is PlanState.PUBLISHED)
    assert {slot.vacant for slot in empty_roster.slots} == {"暂无合适人选"}


def test_the_place_that_is_empty_is_shown_on_the_board(empty_roster: Roster) -> None:
    dialog = checked(empty_roster)
    empty = dialog.read.check.empty[3] if dialog.read is not None else None
    assert empty is not None
    dialog._go(empty)
    place = empty_roster.board.place
    assert place is not None
    assert place.spot.slot_id == empty.slot_id


def test_a_room_that_is_taken_is_offered_another_and_then_all_is_well(roster: Roster) -> None:
    from db.duty.moving import slot_room, slot_time
    from db.rooms.queries import rooms

    room = roster.desk.hall.read(rooms, roster.actor.centre_id)[0]
    slot = roster.slots[0]
    roster.run(slot_room, slot_id=slot.id, version=slot.version, room_id=room.id)
    starts, ends = (datetime.combine(slot.day, at, CHINA) for at in (slot.starts, slot.ends))
    choir = make_borrower(roster.desk.hall, roster.actor, NOW)
    roster.run(book, room_id=room.id, starts_at=starts, ends_at=ends, borrower_id=choir, purpose="排练")
    roster.shown()
    dialog = checked(roster)
    assert "1 处房间冲突" in dialog.summary.text()
    assert not dialog.ok.isEnabled()
    later = slot.ends.replace(minute=50)  # somebody else makes it longer meanwhile: the room alone is changed
    given = {"slot_id": slot.id, "day": slot.day, "starts": slot.starts, "ends": later, "room_id": room.id}
    roster.run(slot_time, version=roster.slot(slot.id).version, **given)
    next(button for button in dialog.offers if "203" in button.text()).click()
    conflict_of(roster, dialog).ok.click()
    roster.wait(lambda: dialog.ok.isEnabled())
    assert roster.slot(slot.id).ends == later
    dialog.ok.click()
    roster.wait(lambda: roster.plan.state is PlanState.PUBLISHED)
    assert "203" in roster.slot(slot.id).room_name


def test_what_hung_on_the_wall_stays_readable(roster: Roster) -> None:
    dialog = checked(roster)
    QTest.keyClick(dialog, KEY.Key_Return, CTRL)
    roster.wait(lambda: roster.plan.state is PlanState.PUBLISHED)
    del roster.pane.wanted  # type: ignore[method-assign]
    roster.shown()
    roster.pane.wanted("editions")
    editions: EditionsDialog = roster.dialog(EditionsDialog)
    roster.wait(lambda: editions.lines.rows.rows)
    assert len(editions.list.rows.rows) == 1
    names = "\n".join(line.members for line in editions.lines.rows.rows)
    assert roster.slots[0].duties[0].member_name in names
    editions.reject()


def test_who_publishes_what_another_has_changed_sees_it_and_hangs_the_newest(roster: Roster) -> None:
    duty = roster.slots[0].duties[0]
    dialog = checked(roster)
    roster.run(lock, duty_id=duty.id, version=duty.version, locked=True)
    QTest.keyClick(dialog, KEY.Key_Return, CTRL)
    conflict = conflict_of(roster, dialog)
    [(_, before, now)] = conflict.facts
    assert f"{duty.member_name}（已锁定）" in now
    assert "已锁定" not in before
    assert roster.plan.state is PlanState.DRAFT
    conflict.ok.click()
    roster.wait(lambda: roster.plan.state is PlanState.PUBLISHED)


def test_what_another_has_left_open_is_settled_before_it_hangs(roster: Roster) -> None:
    """They took somebody out meanwhile: going on is a check, and the check asks for a reason."""
    duty = roster.slots[0].duties[0]
    dialog = checked(roster)
    dialog.note.setText("十一月")
    roster.run(take_out, duty_id=duty.id, version=duty.version)
    QTest.keyClick(dialog, KEY.Key_Return, CTRL)
    conflict_of(roster, dialog).ok.click()
    roster.wait(lambda: "1 班空缺没有写原因" in dialog.summary.text())
    assert roster.plan.state is PlanState.DRAFT
    assert dialog.note.text() == "十一月"
    dialog.reject()


def test_a_plan_that_another_has_published_says_so_and_cannot_be_published_again(roster: Roster) -> None:
    dialog = checked(roster)
    roster.run(publish, plan_id=roster.plan_id, version=roster.plan.version)
    QTest.keyClick(dialog, KEY.Key_Return, CTRL)
    roster.wait(lambda: "不用再公示" in dialog.summary.text())
    assert "现在是“已公示”" in dialog.summary.text()
    assert not dialog.ok.isEnabled()
    dialog.reject()
