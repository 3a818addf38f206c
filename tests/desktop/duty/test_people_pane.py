"""People and rules: found by initials, leave in three strokes, forms that keep what was typed, a clerk who may only read."""

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from db.action import Actor
from db.duty.bodies import BodyFields, save_body
from db.duty.models import DutyMember
from db.duty.plan_queries import plan_slots, plans
from db.duty.queries import bodies, pairs, stands
from db.duty.rows import StandRow
from db.duty.solve.problem import Half, Want
from db.staff.permissions import Role
from desktop.duty.body_form import BodyForm
from desktop.duty.member_form import MemberForm
from desktop.duty.member_form_card import CardForm
from desktop.duty.member_form_end import EndForm
from desktop.duty.member_form_phone import PhoneDialog
from desktop.duty.outputs import OutputsDialog
from desktop.duty.pairs import PairForm
from desktop.duty.people_pane import PeoplePane
from desktop.duty.stand_form import StandForm
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.widgets.conflict import ConflictDialog
from tests.conftest import NOW
from tests.desktop.duty.people import NAMES, PeoplePlace, make_people, show_people
from tests.factories.duty import make_stand
from tests.factories.duty_plans import make_published
from tests.factories.staff import make_staff


@pytest.fixture
def place(qtbot: QtBot, desk: Desk, seated: Actor) -> PeoplePlace:
    """The pane, with a clerk and manager in one before it."""
    return show_people(make_people(desk, seated, qtbot))


def entered(place: PeoplePlace) -> tuple[StandRow, ...]:
    found: tuple[StandRow, ...] = place.read(stands)
    return found


def test_leave_is_entered_in_three_strokes_while_somebody_is_on_the_phone(place: PeoplePlace) -> None:
    place.key("Ctrl+G", place.pane)
    form = place.dialog(StandForm)
    place.wait(lambda: QApplication.focusWidget() is form.who.line)
    high = form.height()
    place.type("zgp")  # 曾国平, whose first character is read zeng or ceng
    place.wait(lambda: form.who.matches.count() == 1)
    place.enter()
    assert QApplication.focusWidget() is form.when
    place.wait(lambda: form.height() < high + theme.px(40))  # one line more says who it is; the list has left no hole
    place.type("12.3-9")
    place.enter()
    place.desk.work.wait()
    assert entered(place) == ()  # nothing is saved before the last field
    assert form.why.lineEdit().hasFocus() or form.why.hasFocus()
    place.enter()
    place.heard("已登记：曾国平 2026年12月3日 周四 至 12月9日 周三 全天（共 7 天） 请假")
    (stand,) = entered(place)
    assert (stand.member_name, stand.first, stand.last, stand.want) == (
        "曾国平", date(2026, 12, 3), date(2026, 12, 9), Want.CANNOT,
    )  # fmt: skip


def test_a_weekly_wish_with_two_weekdays_is_two_lines(place: PeoplePlace) -> None:
    place.pane.enter_leave(place.member("林志强"))
    form = place.dialog(StandForm)
    form.when.setText("每周二、四上午")
    assert "每周二上午；每周四上午" in form.read_back.text()
    place.key("Alt+2", form)
    place.wait(lambda: form.want is Want.AVOID)
    form.save()
    place.heard("尽量不排")
    assert [(each.weekday, each.half, each.want) for each in entered(place)] == [
        (1, Half.MORNING, Want.AVOID), (3, Half.MORNING, Want.AVOID),
    ]  # fmt: skip
    place.wait(lambda: place.pane.tabs.tabText(1) == "请假与意愿（2）")


def test_a_time_that_is_not_understood_keeps_the_form_and_says_how_to_write_it(place: PeoplePlace) -> None:
    place.pane.enter_leave(place.member("林志强"))
    form = place.dialog(StandForm)
    form.when.setText("过几天")
    place.enter(form.when)
    assert "看不懂“过几天”" in form.form.trouble.text()
    assert form.when.text() == "过几天"
    assert QApplication.focusWidget() is form.when
    assert entered(place) == ()


def test_the_same_leave_twice_is_refused_and_stays_typed(place: PeoplePlace) -> None:
    make_stand(
        place.desk.hall, place.actor, NOW, place.ids["林志强"], first=date(2026, 11, 18), last=date(2026, 11, 18)
    )
    place.pane.enter_leave(place.member("林志强"))
    form = place.dialog(StandForm)
    form.when.setText("明天")
    form.save()
    place.wait(lambda: bool(form.form.trouble.text()))
    assert "已经登记过" in form.form.trouble.text()
    assert form.when.text() == "明天"
    assert form.ok.isEnabled()


def test_leave_on_a_published_duty_says_that_somebody_has_to_cover(place: PeoplePlace) -> None:
    days = {"first": date(2026, 12, 1), "last": date(2026, 12, 3)}
    make_published(place.desk.hall, place.actor, NOW, (place.body_id,), **days)
    (plan,) = place.read(plans)
    (slot,) = place.read(plan_slots, plan.id)
    name = slot.duties[0].member_name
    hits: list[int] = []
    place.pane.hit.connect(lambda _member, count: hits.append(count))
    place.pane.enter_leave(place.member(name))
    form = place.dialog(StandForm)
    form.when.setText("12.2")
    form.save()
    place.heard(f"{name}在这段时间有 1 班已公示", "warn")
    assert hits == [1]


def test_members_are_found_by_initials_and_by_post(place: PeoplePlace) -> None:
    members = place.pane.members
    place.key("Ctrl+F", place.pane)
    assert QApplication.focusWidget() is members.seek
    place.type("lzq")
    assert place.shown() == ["林志强"]
    members.seek.setText("林")
    assert sorted(place.shown()) == ["林志强", "林雅芳"]
    members.seek.setText("ouyang")
    assert place.shown() == ["欧阳建国"]
    members.seek.setText("军门")
    assert len(place.shown()) == len(NAMES)
    members.seek.setText("王律师")
    assert place.shown() == []  # another body's


def test_the_arrow_keys_choose_a_body(place: PeoplePlace) -> None:
    place.key("F3", place.pane)
    QTest.keyClick(place.pane.bodies, Qt.Key.Key_Down)
    assert place.body.name == "律师"
    assert place.shown() == ["王律师"]
    assert place.pane.card.name.text() == "律师"


def test_a_new_body_is_typed_and_stands_in_the_list(place: PeoplePlace) -> None:
    place.key("Ctrl+B", place.pane)
    form = place.dialog(BodyForm)
    form.name.setText("民警")
    form.office_phone.setText("0591-83300110")
    form.rest.setValue(5)
    place.key("Ctrl+Return", form)
    place.wait(lambda: "民警" in [row.name for row in place.pane.bodies.rows.rows])
    (made,) = (row for row in place.read(bodies) if row.name == "民警")
    assert made.rest == 5
    assert made.office_phone.replace("-", "") == "059183300110"


def test_a_refused_body_keeps_everything_that_was_typed(place: PeoplePlace) -> None:
    place.pane.add_body()
    form = place.dialog(BodyForm)
    form.name.setText("律师")
    form.scope.setPlainText("法律咨询")
    form.save()
    place.wait(lambda: bool(form.form.trouble.text()))
    assert "已经有了" in form.form.trouble.text()
    assert (form.name.text(), form.scope.toPlainText()) == ("律师", "法律咨询")
    assert form.ok.isEnabled()
    assert form.isVisible()


def test_a_private_phone_as_office_phone_is_refused(place: PeoplePlace) -> None:
    place.pane.edit_body()
    form = place.dialog(BodyForm)
    form.office_phone.setText("13800138000")
    form.save()
    place.wait(lambda: bool(form.form.trouble.text()))
    assert form.office_phone.text() == "13800138000"


def test_somebody_changed_the_body_first(place: PeoplePlace) -> None:
    place.pane.edit_body()
    form = place.dialog(BodyForm)
    body = place.body
    place.run(save_body, fields=BodyFields(body.name, liaison="郑敏"), body_id=body.id, version=body.version)
    form.note.setText("我的备注")
    form.save()
    place.wait(lambda: form.findChild(ConflictDialog) is not None)
    assert form.note.text() == "我的备注"
    form.findChild(ConflictDialog).ok.click()
    place.wait(lambda: (place.body.liaison, place.body.note) == ("郑敏", "我的备注"))


def test_a_member_is_added_with_a_place_and_a_sealed_phone(place: PeoplePlace) -> None:
    place.key("Ctrl+N", place.pane)
    form = place.dialog(MemberForm)
    form.name.setText("郑海燕")
    QTest.keyClicks(form.phone, "123")
    form.phone.editingFinished.emit()
    assert form.doubt.text() == "▲ 可能不完整，请核对"
    form.phone.clear()
    QTest.keyClicks(form.phone, "13950012345")
    form.phone.editingFinished.emit()
    assert form.doubt.text() == ""
    form.kind.setCurrentText("党代表")
    form.session.setText("第十八届")
    form.last.show_day(date(2028, 12, 31))
    form.save()
    place.wait(lambda: "郑海燕" in place.shown())
    made = place.member("郑海燕")
    assert made.phone_masked == "139****2345"
    (seat,) = made.seats
    assert (seat.kind, seat.session, seat.first, seat.last) == ("党代表", "第十八届", None, date(2028, 12, 31))
    assert seat.credit > 0  # a joiner does not catch up


def test_a_wrong_phone_is_refused_and_the_member_is_not_entered_twice(place: PeoplePlace) -> None:
    place.pane.edit_member(None)
    form = place.dialog(MemberForm)
    form.name.setText("郑海燕")
    form.phone.setText("一三八")
    form.save()
    place.wait(lambda: bool(form.form.trouble.text()))
    form.phone.setText("")
    form.last.show_day(date(2020, 1, 1))
    form.first.show_day(date(2021, 1, 1))
    form.save()  # the person is saved, the place is refused
    place.wait(lambda: "任期" in form.form.trouble.text())
    form.last.show_day(date(2028, 1, 1))
    form.save()
    place.wait(lambda: place.shown().count("郑海燕") == 1)
    assert [row.row.name for row in place.pane.seen.known].count("郑海燕") == 1


def test_a_person_of_another_body_is_offered_instead_of_a_second_person(place: PeoplePlace) -> None:
    place.pane.edit_member(None)
    form = place.dialog(MemberForm)
    form.name.setText("王律师")
    assert not form.same.isHidden()
    form.same.click()
    assert form.unit_post.text() == "榕城律师事务所"
    form.kind.setCurrentText("党代表")
    form.save()
    place.wait(lambda: "王律师" in place.shown())
    assert len(place.member("王律师").seats) == 2


def test_changing_a_member_leaves_the_phone_alone(place: PeoplePlace) -> None:
    row = next(row for row in place.pane.members.table.rows.rows if row.member.name == "林志强")
    place.pane.edit_member(row)
    form = place.dialog(MemberForm)
    assert "138****8000" in form.phone.placeholderText()
    form.specialty.setText("调解")
    form.save()
    place.wait(lambda: place.member("林志强").specialty == "调解")
    assert place.member("林志强").phone_masked == "138****8000"


def test_the_phone_is_shown_after_a_reason_and_only_then(place: PeoplePlace) -> None:
    place.pane.members.seek.setText("林志强")
    place.key("Alt+T", place.pane)
    dialog = place.dialog(PhoneDialog)
    dialog.show_phone()
    place.wait(lambda: bool(dialog.form.trouble.text()))
    assert dialog.shown.text() == "138****8000"
    dialog.reason.setCurrentText("通知轮值安排")
    dialog.show_phone()
    place.wait(lambda: dialog.shown.text() == "13800138000")


def test_two_who_must_not_meet_are_entered_and_taken_back(place: PeoplePlace, monkeypatch: pytest.MonkeyPatch) -> None:
    place.pane.tabs.setCurrentWidget(place.pane.pairs)
    place.pane.pairs.add_button.click()
    form = place.dialog(PairForm)
    place.type("lzq", form.one.line)
    place.enter(form.one.line)
    assert QApplication.focusWidget() is form.other.line
    place.type("zmz", form.other.line)
    place.enter(form.other.line)
    form.save()
    place.wait(lambda: len(place.pane.pairs.table.rows.rows) == 1)
    (pair,) = place.read(pairs)
    assert {pair.one_name, pair.other_name} == {"林志强", "张美珍"}
    assert not pair.together
    monkeypatch.setattr("desktop.duty.pairs.confirm", lambda *_: True)
    place.pane.pairs.table.selectRow(0)
    place.pane.pairs.drop_button.click()
    place.wait(lambda: place.read(pairs) == ())


def test_a_clerk_reads_and_enters_leave_but_changes_nothing_else(qtbot: QtBot, desk: Desk, seated: Actor) -> None:
    place = make_people(desk, seated, qtbot)
    clerk = make_staff(desk.hall, seated.centre_id, Role.CLERK, now=NOW)
    desk.log_in(clerk)
    place.actor = clerk
    show_people(place)
    pane = place.pane
    off = (
        pane.add_button, pane.import_button, pane.card.edit_button, pane.card.retire_button, pane.rules.add_button,
        pane.members.add_button, pane.members.edit_button, pane.members.end_button, pane.pairs.add_button,
    )  # fmt: skip
    assert [button.text() for button in off if button.isEnabled()] == []
    for key in ("Ctrl+N", "Ctrl+B", "Ctrl+R", "F2", "Ctrl+O"):
        place.key(key, pane)
    assert pane.dialog is None
    assert pane.leave_button.isEnabled()
    pane.enter_leave(place.member("林志强"))
    form = place.dialog(StandForm)
    form.when.setText("明天")
    form.save()
    place.heard("已登记：林志强")


def test_an_empty_hall_says_what_to_do_first(qtbot: QtBot, desk: Desk, seated: Actor) -> None:
    pane = PeoplePane(desk)
    qtbot.addWidget(pane)
    pane.resize(1170, 640)
    with qtbot.waitExposed(pane):
        pane.show()
    pane.refresh()
    qtbot.waitUntil(pane.empty.isVisible)
    assert "先新增一个轮值单位" in pane.empty.text.text()
    pane.empty.button.click()
    assert isinstance(pane.dialog, BodyForm)


def test_every_key_is_listed_once(place: PeoplePlace) -> None:
    keys = [key for key, _ in PeoplePane.keys(place.pane)]
    assert len(keys) == len(set(keys))
    assert {"Ctrl+G", "Ctrl+F", "F6"} <= set(keys)


def test_a_lost_card_is_replaced_and_the_new_one_is_offered_for_print(place: PeoplePlace) -> None:
    place.pane.members.seek.setText("林志强")
    place.pane.members.card_button.click()
    form = place.dialog(CardForm)
    form.anew.setChecked(True)
    form.save()
    place.wait(lambda: bool(place.pane.findChildren(OutputsDialog)))
    (dialog,) = place.pane.findChildren(OutputsDialog)
    serial = select(DutyMember.card_serial).where(DutyMember.id == place.ids["林志强"])
    assert place.desk.hall.read(lambda session: session.scalar(serial)) == 2
    place.wait(lambda: dialog.made is not None)
    dialog.reject()


def test_somebody_goes_at_the_end_of_their_term_or_altogether(place: PeoplePlace) -> None:
    place.pane.members.seek.setText("林志强")
    place.pane.members.end_button.click()
    form = place.dialog(EndForm)
    form.last.setDate(form.last.date().addDays(-1))
    form.save()
    place.wait(lambda: place.shown() == [])
    place.pane.members.idle.setChecked(True)
    assert place.shown() == ["林志强"]
    place.pane.members.seek.setText("张美珍")
    place.pane.members.end_button.click()
    form = place.dialog(EndForm)
    form.retire.setChecked(True)
    form.save()
    place.wait(lambda: not place.member("张美珍").active)
    place.wait(lambda: place.pane.members.end_button.text() == "恢复使用")
    place.pane.members.end_button.click()
    place.wait(lambda: place.member("张美珍").active)
