"""Each form that two people may have open at a time: what the other one changed is shown, and what is chosen is saved."""

from dataclasses import replace
from datetime import time

from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from db.action import Actor, Request
from db.cases import actions as cases
from db.cases.queries import sheet
from db.centre.actions import edit_centre, edit_counter
from db.centre.queries import centre, counters
from db.clock import business_date
from db.duty.bodies import BodyFields, RuleFields, save_body, save_rule
from db.duty.members import MemberFields, save_member
from db.duty.queries import bodies, members, rules_by_body
from db.duty.rules import SeasonTime
from db.ids import new_id
from db.people.actions import keep_person, update_person
from db.people.queries import get_person
from db.rooms.admin import BorrowerFields, edit_room, save_borrower
from db.rooms.queries import borrower, rooms
from db.rooms.rules import BorrowerKind
from db.staff.actions import edit_staff
from db.staff.permissions import Role
from db.staff.queries import account
from desktop.cases.dialog import MoveDialog
from desktop.cases.side import NumbersDialog
from desktop.cases.verbs import BUTTONS
from desktop.counter.correct import CorrectDialog
from desktop.duty.body_form import BodyForm
from desktop.duty.member_form import MemberForm
from desktop.duty.rule_form import RuleForm
from desktop.rooms.borrowers import BorrowerForm
from desktop.rooms.room_form import RoomForm
from desktop.settings.centre import CentrePanel
from desktop.settings.counters import CountersPanel
from desktop.shell.desk import Desk
from desktop.staff.dialogs import EditAccountDialog
from desktop.widgets.conflict import MINE, THEIRS
from tests.conftest import NOW
from tests.desktop.shell.twice import Meet, Other, decide, shown, told
from tests.factories.cases import make_counter_for_cases
from tests.factories.duty import make_body, make_member, make_rule, make_seat
from tests.factories.people import details
from tests.factories.rooms import make_borrower, make_room
from tests.factories.staff import make_staff


def test_a_room(desk: Desk, seated: Actor, qtbot: QtBot, other: Other, meet: Meet) -> None:
    room_id = make_room(desk.hall, seated, NOW)
    before = desk.hall.read(rooms, seated.centre_id)[0]
    editor = shown(qtbot, RoomForm(desk, before, ()))
    theirs = replace(editor.fields(), capacity=80, equipment=("投影",), area=66.5)
    other(edit_room, room_id=room_id, version=before.version, fields=theirs)
    editor.equipment.setText("音响")
    editor.save()
    dialog = meet(editor)
    assert told(dialog) == [
        ("面积", "66.50 ㎡", "0.00 ㎡", False),
        ("容纳", "80 人", "50 人", False),
        ("设备", "投影", "音响", True),
    ]
    with qtbot.waitSignal(editor.saved):
        decide(dialog, 设备=MINE)
    now = desk.hall.read(rooms, seated.centre_id)[0]
    assert (now.capacity, now.area, now.equipment) == (80, 66.5, ("音响",))


def test_a_borrower_shows_a_new_phone_only_masked(
    desk: Desk, seated: Actor, qtbot: QtBot, other: Other, meet: Meet
) -> None:
    borrower_id = make_borrower(desk.hall, seated, NOW)
    row = desk.hall.read(borrower, seated.centre_id, borrower_id)
    editor = shown(qtbot, BorrowerForm(desk, row))
    fields = BorrowerFields(BorrowerKind.GROUP, row.name, "王老师", "13900139000", False)
    other(save_borrower, fields=fields, borrower_id=borrower_id, version=row.version)
    editor.contact.setText("李老师")
    editor.save()
    dialog = meet(editor)
    assert told(dialog) == [("联系人", "王老师", "李老师", True)]
    assert "139****9000" in " ".join(each.text() for each in dialog.findChildren(type(dialog.count)))
    with qtbot.waitSignal(editor.saved):
        decide(dialog, 联系人=THEIRS)
    now = desk.hall.read(borrower, seated.centre_id, borrower_id)
    assert (now.contact, now.phone) == ("王老师", "139****9000")


def test_a_rotating_body_and_its_rule(desk: Desk, seated: Actor, qtbot: QtBot, other: Other, meet: Meet) -> None:
    body_id = make_body(desk.hall, seated, NOW)
    rule_id = make_rule(desk.hall, seated, NOW, body_id)
    body = desk.hall.read(bodies, seated.centre_id)[0]
    editor = shown(qtbot, BodyForm(desk, body, 0))
    other(save_body, fields=BodyFields(body.name, liaison="陈欣", rest=3), body_id=body_id, version=body.version)
    editor.rest.setValue(5)
    editor.save()
    dialog = meet(editor)
    assert told(dialog) == [("联络员", "陈欣", "", False), ("两次轮值至少间隔", "3 个工作日", "5 个工作日", True)]
    with qtbot.waitSignal(editor.saved):
        decide(dialog, 两次轮值至少间隔=MINE)
    body = desk.hall.read(bodies, seated.centre_id)[0]
    assert (body.liaison, body.rest) == ("陈欣", 5)
    [rule] = desk.hall.read(rules_by_body, seated.centre_id)[body_id]
    form = shown(qtbot, RuleForm(desk, body, rule, ()))
    times = (SeasonTime(rule.times[0].starts, time(12)),)
    fields = RuleFields(rule.pattern, times, rule.composition, rule.room_id, rule.room_use)
    other(save_rule, body_id=body_id, fields=fields, rule_id=rule_id, version=rule.version)
    form.save()
    dialog = meet(form)
    assert dialog.ok.text().startswith("按我填的继续")
    with qtbot.waitSignal(form.saved):
        dialog.ok.click()
    assert desk.hall.read(rules_by_body, seated.centre_id)[body_id][0].times == rule.times


def test_somebody_who_takes_turns(desk: Desk, seated: Actor, qtbot: QtBot, other: Other, meet: Meet) -> None:
    body_id = make_body(desk.hall, seated, NOW)
    member_id = make_member(desk.hall, seated, NOW)
    make_seat(desk.hall, seated, NOW, member_id, body_id)
    body, [member] = desk.hall.read(bodies, seated.centre_id)[0], desk.hall.read(members, seated.centre_id)
    editor = shown(qtbot, MemberForm(desk, body, member))
    other(save_member, fields=MemberFields(member.name, unit_post="街道"), member_id=member_id, version=member.version)
    editor.specialty.setText("婚姻家庭")
    editor.save()
    dialog = meet(editor)
    assert told(dialog) == [("单位职务", "街道", "", False)]
    with qtbot.waitSignal(editor.saved):
        dialog.ok.click()
    [now] = desk.hall.read(members, seated.centre_id)
    assert (now.unit_post, now.specialty) == ("街道", "婚姻家庭")


def test_a_person_corrected_at_two_counters(desk: Desk, seated: Actor, qtbot: QtBot, other: Other, meet: Meet) -> None:
    person_id = other(keep_person, details=details("吴秀英"))
    person = desk.hall.read(get_person, desk.hall.vault, seated.centre_id, person_id)
    editor = shown(qtbot, CorrectDialog(desk, person))
    other(update_person, person_id=person_id, name="吴·秀英", version=person.version)
    editor.phone.setText("13700137000")
    editor.save()
    dialog = meet(editor)
    assert told(dialog) == [("姓名", "吴·秀英", "吴秀英", False)]
    with qtbot.waitSignal(editor.corrected):
        dialog.ok.click()
    now = desk.hall.read(get_person, desk.hall.vault, seated.centre_id, person_id)
    assert (now.name, now.phone_masked) == ("吴·秀英", "137****7000")


def test_a_case_that_moved_on_says_what_happened_and_goes_on_if_it_may(
    desk: Desk, seated: Actor, qtbot: QtBot, other: Other, meet: Meet
) -> None:
    counter = make_counter_for_cases(desk.hall, seated, NOW)
    case = counter.make()
    opened = desk.hall.read(sheet, seated.centre_id, case.case_id, business_date(NOW))
    numbers = shown(qtbot, NumbersDialog(desk, opened))
    other(
        cases.set_numbers, case_id=case.case_id, version=opened.row.version, external_number="S1", hotline_number="H1"
    )
    numbers.hotline.setText("H2")
    numbers.go()
    dialog = meet(numbers)
    assert told(dialog) == [("省网申报号", "S1", "", False), ("12345工单号", "H1", "H2", True)]
    with qtbot.waitSignal(numbers.done_with):
        decide(dialog, **{"12345工单号": MINE})
    now = desk.hall.read(sheet, seated.centre_id, case.case_id, business_date(NOW))
    assert (now.external_number, now.hotline_number) == ("S1", "H2")


def test_a_move_of_a_case_shows_the_step_that_came_between(
    desk: Desk, seated: Actor, qtbot: QtBot, other: Other, meet: Meet
) -> None:
    counter = make_counter_for_cases(desk.hall, seated, NOW)
    case = counter.make()
    opened = desk.hall.read(sheet, seated.centre_id, case.case_id, business_date(NOW))
    verb = next(verb for verb, refusal in opened.moves if not refusal and verb.value == "withdraw")
    editor: QDialog = shown(qtbot, MoveDialog(desk, opened, BUTTONS[verb]))
    for answer in editor.answers:
        if answer.need.name == "reason":
            answer.widget.setPlainText("申请人另有打算") if hasattr(answer.widget, "setPlainText") else (
                answer.widget.setText("申请人另有打算")
            )
    other(cases.take_over, case_id=case.case_id, version=opened.row.version)
    editor._check()
    editor.go()
    dialog = meet(editor)
    words = [each.text() for each in dialog.findChildren(type(dialog.count))]
    assert "最近一步" in words
    assert "首问责任交接" in " ".join(words)
    with qtbot.waitSignal(editor.done_with):
        dialog.ok.click()
    now = desk.hall.read(sheet, seated.centre_id, case.case_id, business_date(NOW))
    assert now.row.version == opened.row.version + 2


def test_what_is_typed_in_the_settings_survives_the_others_change(
    desk: Desk, seated: Actor, qtbot: QtBot, other: Other, meet: Meet
) -> None:
    panel = shown(qtbot, CentrePanel(desk))
    panel.refresh()
    qtbot.waitUntil(lambda: panel.name.text() != "")
    row = desk.hall.read(centre, seated.centre_id)
    panel.address.setText("军门社区10号")
    other(edit_centre, version=row.version, fields=replace(row.fields, phone="0591-1", address="8号"))
    panel.refresh()
    desk.work.wait()
    qtbot.wait(0)
    assert panel.address.text() == "军门社区10号"
    panel.save()
    dialog = meet(panel)
    assert [(name, clash) for name, _, _, clash in told(dialog)] == [("地址", True), ("咨询电话", False)]
    decide(dialog, 地址=MINE)
    qtbot.waitUntil(lambda: desk.hall.read(centre, seated.centre_id).fields.address == "军门社区10号")
    assert desk.hall.read(centre, seated.centre_id).fields.phone == "0591-1"


def test_a_counter_renamed_at_two_places(desk: Desk, seated: Actor, qtbot: QtBot, other: Other, meet: Meet) -> None:
    panel = shown(qtbot, CountersPanel(desk))
    panel.refresh()
    qtbot.waitUntil(lambda: len(panel.table.rows.rows) == 1)
    panel.table.setCurrentIndex(panel.table.rows.index(0, 0))
    panel.name.setText("民政")
    [row] = desk.hall.read(counters, seated.centre_id)
    other(edit_counter, counter_id=row.id, version=row.version, number=row.number, name="社保", active=True)
    panel.refresh()
    desk.work.wait()
    qtbot.wait(0)
    assert panel.name.text() == "民政"
    panel.save()
    dialog = meet(panel)
    assert told(dialog) == [("名称", "社保", "民政", True)]
    decide(dialog, 名称=MINE)
    qtbot.waitUntil(lambda: desk.hall.read(counters, seated.centre_id)[0].name == "民政")


def test_an_account(desk: Desk, seated: Actor, qtbot: QtBot, other: Other, meet: Meet) -> None:
    boss = make_staff(desk.hall, seated.centre_id, Role.SYSADMIN, now=NOW)
    desk.log_in(boss)
    row = desk.hall.read(account, seated.centre_id, seated.staff_id)
    editor = shown(qtbot, EditAccountDialog(None, desk, row))
    theirs = {"staff_id": row.id, "name": row.name, "post": "代办员", "version": row.version}
    desk.hall.run(Request(boss, NOW, new_id()), edit_staff, **theirs)
    editor.name.setText("陈欣")
    editor.ok.click()
    dialog = meet(editor)
    assert told(dialog) == [("岗位", "代办员", row.post, False)]
    with qtbot.waitSignal(editor.accepted):
        dialog.ok.click()
    now = desk.hall.read(account, seated.centre_id, seated.staff_id)
    assert (now.name, now.post) == ("陈欣", "代办员")
