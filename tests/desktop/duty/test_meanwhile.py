"""Two desks at one plan: who is second sees what became of the session, and does it on the newest state with one key."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from db.duty.bodies import BodyFields, save_body
from db.duty.placing import lock, place, take_out
from db.duty.queries import bodies
from db.duty.rows import BodyRow
from db.duty.solve.explain import Impossibility
from db.duty.solve.outcome import Impossible
from db.duty.solve.problem import Want
from db.duty.solve.relax import Give, Relaxation, Step
from db.duty.stands import StandFields, enter_stand
from db.staff.permissions import Role
from desktop.duty.board_rows import Place
from desktop.duty.impossible import ImpossibleDialog
from desktop.duty.page import DutyPage
from desktop.duty.place_dialog import PlaceDialog
from desktop.shell.desk import Desk
from desktop.widgets.conflict import ConflictDialog
from tests.conftest import NOW
from tests.desktop.duty.conftest import Roster
from tests.factories.staff import make_staff

KEY, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def other(roster: Roster, qtbot: QtBot) -> Iterator[Roster]:
    """The same plan at another manager's desk. The first desk has not heard yet of what is done here."""
    desk = Desk(roster.desk.hall, lambda: NOW)
    actor = make_staff(desk.hall, roster.actor.centre_id, Role.MANAGER, now=NOW)
    desk.log_in(actor)
    page = DutyPage(desk)
    qtbot.addWidget(page)
    roster.desk.changed.disconnect(roster.page.changed)
    page.resize(1186, 680)
    with qtbot.waitExposed(page):
        page.show()
    page.show_tab("plan")
    made = Roster(page, desk, actor, roster.plan_id, roster.studio, roster.judges, roster.people, roster.seats, qtbot)
    made.shown()
    yield made
    desk.close()


def asked(roster: Roster) -> ConflictDialog:
    """The question at a desk, once it is there."""
    roster.wait(lambda: roster.pane.findChild(ConflictDialog) is not None)
    found = roster.pane.findChild(ConflictDialog)
    assert found is not None
    roster.wait(found.isVisible)
    return found


def answered(dialog: ConflictDialog, key: KEY) -> None:
    QTest.keyClick(dialog, key, CTRL if key is KEY.Key_Return else Qt.KeyboardModifier.NoModifier)


def sitting(roster: Roster, here: Place) -> set[str]:
    return {duty.member_name for duty in roster.slot(here.spot.slot_id).duties}


def absent_from(roster: Roster, here: Place) -> str:
    return next(name for name in roster.people if name not in sitting(roster, here))


def replaced(roster: Roster, here: Place, name: str) -> None:
    """By hand, at this desk: somebody else sits in a place from now on."""
    slot = roster.slot(here.spot.slot_id)
    duty = roster.sitting(here.spot)
    assert duty is not None
    roster.run(place, slot_id=slot.id, version=slot.version, seat_id=roster.seats[name], need=here.need,
               instead_of=duty.id, override="商定")  # fmt: skip


def test_a_lock_on_somebody_whom_the_other_one_has_replaced_is_told_and_not_done(roster: Roster, other: Roster) -> None:
    here = roster.of(roster.judges)
    old, new = roster.name_at(here.spot), absent_from(roster, here)
    roster.go(here)
    replaced(other, here, new)
    roster.key(KEY.Key_L)
    dialog = asked(roster)
    assert dialog.sentence == "这个轮值位置刚被别人改过。"
    [(name, before, now)] = dialog.facts
    assert name.endswith("人员")
    assert old in before
    assert f"{new}（已锁定）" in now
    assert not dialog.ok.isEnabled()
    assert dialog.count.text() == f"■ {old}已经不在这一班。"
    answered(dialog, KEY.Key_Escape)
    roster.wait(lambda: ("info", "没有再做，内容以最新的为准。") in roster.said)


def test_a_lock_beside_the_others_change_is_done_with_one_key(roster: Roster, other: Roster) -> None:
    first, second = roster.of(roster.judges), roster.of(roster.judges, 1)
    assert first.spot.slot_id == second.spot.slot_id
    duty, partner = roster.sitting(first.spot), roster.sitting(second.spot)
    assert duty is not None
    assert partner is not None
    roster.go(first)
    other.run(lock, duty_id=duty.id, version=duty.version, locked=True)
    other.run(lock, duty_id=duty.id, version=duty.version + 1, locked=False)  # and let go again
    roster.key(KEY.Key_L)
    roster.wait(lambda: (now := roster.sitting(first.spot)) is not None and now.locked)
    assert roster.pane.findChild(ConflictDialog) is None  # nothing of it is different: nobody is asked


def test_whom_i_chose_is_put_in_instead_of_whom_the_other_one_put_in(roster: Roster, other: Roster) -> None:
    """The list of candidates is open while the other one fills the place: the choice and its reason are kept."""
    here = roster.of(roster.judges)
    old, new = roster.name_at(here.spot), absent_from(roster, here)
    wanted = next(name for name in roster.people if name not in (sitting(roster, here) | {new}))
    roster.go(here)
    roster.key(KEY.Key_Return)
    chooser: PlaceDialog = roster.dialog(PlaceDialog)
    roster.wait(lambda: chooser.table.rows.rows)
    chooser.seek.setText(wanted)
    roster.wait(lambda: [row.name for row in chooser.table.rows.rows] == [wanted])
    replaced(other, here, new)
    roster.pane.refresh()  # the word has come: what was chosen was chosen on the old plan all the same
    roster.wait(lambda: roster.pane.view.seen is not None and roster.pane.view.seen.plan == roster.plan)
    QTest.keyClick(chooser.seek, KEY.Key_Return)
    if chooser.isVisible():
        chooser.reason.setText("商定")
        QTest.keyClick(chooser.reason, KEY.Key_Return)
    dialog = asked(roster)
    [(_, before, now)] = dialog.facts
    assert old in before
    assert new in now
    assert dialog.wish is not None
    assert dialog.wish.words.endswith(f"替下{new}")
    answered(dialog, KEY.Key_Return)
    roster.wait(lambda: {wanted} <= sitting(roster, here) and not {old, new} & sitting(roster, here))


def test_somebody_dragged_whom_the_other_one_has_taken_out_is_put_where_they_were_dropped(
    roster: Roster, other: Roster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nobody who took their place meanwhile is carried off by mistake."""
    monkeypatch.setattr("desktop.duty.plan_hand.ask_override", lambda *_: "商定")
    here = roster.of(roster.judges)
    name, new = roster.name_at(here.spot), absent_from(roster, here)
    there = next(
        each
        for each in roster.board.sheet.order
        if each.spot.slot_id != here.spot.slot_id
        and roster.slot(each.spot.slot_id).body_id == roster.judges
        and name not in sitting(roster, each)
    )
    roster.go(here)
    end = roster.board.point_of(there.spot)
    roster.drag(roster.board.point_of(here.spot), end, drop=False)
    replaced(other, here, new)
    roster.shown()  # the board is drawn anew under the drag
    assert roster.board.who is not None
    QTest.mouseRelease(roster.board.viewport(), Qt.MouseButton.LeftButton, pos=end)
    dialog = asked(roster)
    assert any(name in before and new in now for _, before, now in dialog.facts)
    answered(dialog, KEY.Key_Return)
    roster.wait(lambda: name in sitting(roster, there))
    assert new in sitting(roster, here)


def test_delete_on_somebody_who_is_gone_already_does_nothing_more(roster: Roster, other: Roster) -> None:
    here = roster.of(roster.judges)
    duty = roster.sitting(here.spot)
    assert duty is not None
    roster.go(here)
    other.run(take_out, duty_id=duty.id, version=duty.version)
    roster.key(KEY.Key_Delete)
    dialog = asked(roster)
    assert not dialog.ok.isEnabled()
    assert "已经这样做了" in dialog.count.text()
    answered(dialog, KEY.Key_Escape)
    roster.wait(lambda: roster.pane.findChild(ConflictDialog) is None)


def test_ctrl_z_after_the_other_ones_step_names_that_step(roster: Roster, other: Roster) -> None:
    first, second = roster.of(roster.judges), roster.of(roster.judges, 2)
    mine, theirs = roster.sitting(first.spot), roster.sitting(second.spot)
    assert mine is not None
    assert theirs is not None
    roster.run(lock, duty_id=mine.id, version=mine.version, locked=True)
    roster.shown()
    other.run(take_out, duty_id=theirs.id, version=theirs.version)
    roster.pane.wanted("undo")
    dialog = asked(roster)
    assert dialog.wish is not None
    assert dialog.wish.words.startswith("撤销：从")
    assert theirs.member_name in dialog.wish.words
    answered(dialog, KEY.Key_Return)
    roster.wait(lambda: theirs.member_name in sitting(roster, second))
    locked = roster.sitting(first.spot)
    assert locked is not None
    assert locked.locked  # my own step stands


def test_ctrl_z_asks_before_it_takes_back_what_the_other_one_did_last(
    roster: Roster, other: Roster, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_for: list[str] = []

    def answer(_: object, __: str, text: str, ___: str) -> bool:
        asked_for.append(text)
        return len(asked_for) > 1

    monkeypatch.setattr("desktop.duty.plan_hand.confirm", answer)
    here = roster.of(roster.judges)
    duty = roster.sitting(here.spot)
    assert duty is not None
    other.run(lock, duty_id=duty.id, version=duty.version, locked=True)
    roster.pane.refresh()
    roster.wait(lambda: roster.pane.view.seen is not None and roster.pane.view.seen.undo_by == other.actor.name)
    roster.go(here)
    roster.key(KEY.Key_Z, CTRL)
    roster.key(KEY.Key_Z, CTRL)
    roster.wait(lambda: (now := roster.sitting(here.spot)) is not None and not now.locked)
    assert len(asked_for) == 2
    assert f"是{other.actor.name}做的" in asked_for[0]


def test_a_rule_is_eased_for_good_on_what_the_plan_has_become(
    roster: Roster, other: Roster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the choices are on the screen the other one locks somebody and eases the rest a little."""
    monkeypatch.setattr("desktop.duty.plan_runs.confirm", lambda *_: True)
    choice = Relaxation("法官工作室：最短间隔减到 0", 1, (Step(Give.REST, roster.judges, number=0),))
    never = Impossible(Impossibility(("12月2日 排不下",), (choice,)))
    monkeypatch.setattr("db.duty.solve.run.plan", lambda *_: never)

    def judges() -> BodyRow:
        known = roster.desk.hall.read(bodies, roster.actor.centre_id)
        return next(body for body in known if body.id == roster.judges)

    roster.pane.wanted("solve")
    choices: ImpossibleDialog = roster.dialog(ImpossibleDialog)
    before, duty = judges(), roster.sitting(roster.of(roster.judges).spot)
    assert duty is not None
    other.run(lock, duty_id=duty.id, version=duty.version, locked=True)
    other.run(save_body, fields=BodyFields(before.name, colour=1, rest=1), body_id=before.id, version=before.version)
    choices.lasting[0].click()
    dialog = asked(roster)
    assert any(f"{duty.member_name}（已锁定）" in now for _, _, now in dialog.facts)
    assert (f"{before.name} 最短间隔", str(before.rest), "1") in dialog.facts
    assert dialog.wish is not None
    assert dialog.wish.words == f"今后都这样：{choice.sentence}"
    answered(dialog, KEY.Key_Return)
    roster.wait(lambda: judges().rest == 0)
    once_more: ImpossibleDialog = roster.dialog(ImpossibleDialog)  # and solved again
    once_more.lasting[0].click()
    roster.wait(lambda: any("已经改成 0" in text for _, text in roster.said))


def test_who_comes_in_spite_of_a_rule_is_put_in_beside_what_the_other_one_has_changed(
    roster: Roster, other: Roster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """“按这个办”: the other one replaces somebody in the very session; it is told who comes and against which rule."""
    monkeypatch.setattr("desktop.duty.plan_runs.ask_reason", lambda *_, **__: "已和本人商定")
    here = roster.of(roster.judges)
    slot, who, came = roster.slot(here.spot.slot_id), *sorted(set(roster.people) - sitting(roster, here))[:2]
    leave = StandFields(Want.CANNOT, slot.day, slot.day, why="开庭")
    roster.run(enter_stand, member_id=roster.people[who], fields=leave)
    roster.shown()
    step = Step(Give.COME, roster.judges, slot.id, roster.seats[who], here.need, why="12月2日请假")
    never = Impossible(Impossibility(("12月2日 排不下",), (Relaxation(f"请 {who} 来值班", 1, (step,)),)))
    monkeypatch.setattr("db.duty.solve.run.plan", lambda *_: never)
    roster.pane.wanted("solve")
    choices: ImpossibleDialog = roster.dialog(ImpossibleDialog)
    replaced(other, here, came)
    choices.buttons[0].click()
    dialog = asked(roster)
    assert any(came in now and came not in old for _, old, now in dialog.facts)
    assert dialog.wish is not None
    assert who in dialog.wish.words
    assert "不顾：12月2日请假（已和本人商定）" in dialog.wish.words
    assert who not in sitting(roster, here)
    answered(dialog, KEY.Key_Return)
    roster.wait(lambda: who in sitting(roster, here))
    duty = next(duty for duty in roster.slot(slot.id).duties if duty.member_name == who)
    assert (duty.locked, duty.reason) == (True, "已和本人商定")
    again: ImpossibleDialog = roster.dialog(ImpossibleDialog)  # and solved again, around them
    again.reject()
