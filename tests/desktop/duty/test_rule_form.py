"""A rule as it is chosen: every kind of the field gives the pattern that is meant, and the next days stand beside it."""

from datetime import date, time

import pytest
from PySide6.QtCore import QDate
from pytestqt.qtbot import QtBot

from db.action import Actor
from db.calendar.recurrence import Every, OnHoliday, Pattern
from db.duty.queries import bodies
from db.duty.rules import BodyRule, Composition, SeasonTime, Turn
from db.ids import new_id
from desktop.duty.rule_form import RuleForm
from desktop.duty.rule_form_words import rule_sentence
from desktop.shell.desk import Desk
from tests.conftest import NOW
from tests.desktop.duty.people import PeoplePlace, make_people, show_people
from tests.factories.duty import KINDS
from tests.factories.rooms import make_room


@pytest.fixture
def place(qtbot: QtBot, desk: Desk, seated: Actor) -> PeoplePlace:
    made = make_people(desk, seated, qtbot)
    make_room(desk.hall, seated, NOW, "201", name="议事厅")
    return show_people(made)


def form_of(place: PeoplePlace, rule: BodyRule | None = None) -> RuleForm:
    place.pane.edit_rule(rule)
    form: RuleForm = place.dialog(RuleForm)
    place.wait(lambda: form.room.count() == 2)
    return form


def choose(form: RuleForm, every: Every) -> None:
    form.days.every.setCurrentIndex(form.days.every.findData(every))


def saved(place: PeoplePlace, form: RuleForm) -> BodyRule:
    """The rule that the database has after the form was saved; the body had one already."""
    form.save()
    place.wait(lambda: place.pane.dialog is None)
    (body,) = (row for row in place.read(bodies) if row.id == place.body_id)
    rules: tuple[BodyRule, ...] = body.rules
    assert len(rules) == 2
    return rules[1]


def days_shown(form: RuleForm) -> list[str]:
    table = form.preview.table
    return [table.rows.columns[0].text(row) for row in table.rows.rows]


def test_weekly_half_days_show_their_next_dates(place: PeoplePlace) -> None:
    form = form_of(place)
    assert days_shown(form)[:3] == ["11月18日 周三", "11月25日 周三", "12月2日 周三"]
    assert "2027 年工作日历未发布" in form.preview.note.text()
    for at, box in enumerate(form.days.weekdays):
        box.setChecked(at in (1, 4))
    assert days_shown(form)[:3] == ["11月17日 周二", "11月20日 周五", "11月24日 周二"]
    rule = saved(place, form)
    assert (rule.pattern.every, rule.pattern.weekdays, rule.pattern.on_holiday) == (
        Every.WEEK,
        (1, 4),
        OnHoliday.POSTPONE,
    )


def test_fixed_dates_that_fall_on_rest_are_moved_skipped_or_kept(place: PeoplePlace) -> None:
    form = form_of(place)
    choose(form, Every.MONTH_DAY)
    form.days.month_days.setText("10、20")
    form.days.holiday.setCurrentIndex(form.days.holiday.findData(OnHoliday.POSTPONE))
    assert days_shown(form) == ["11月20日 周五", "12月10日 周四", "12月21日 周一"]  # 20 December is a Sunday
    form.days.holiday.setCurrentIndex(form.days.holiday.findData(OnHoliday.SKIP))
    table = form.preview.table
    assert "不排" in table.rows.columns[2].text(table.rows.rows[2])
    form.days.holiday.setCurrentIndex(form.days.holiday.findData(OnHoliday.KEEP))
    assert days_shown(form)[2] == "12月20日 周日"
    assert saved(place, form).pattern.month_days == (10, 20)


def test_odd_months_begin_with_one(place: PeoplePlace) -> None:
    form = form_of(place)
    choose(form, Every.MONTH_DAY)
    form.days.month_days.setText("15")
    form.days.months.setCurrentIndex(form.days.months.findText("双月"))
    assert days_shown(form) == ["12月15日 周二"]
    form.days.months.setCurrentIndex(form.days.months.findText("单月"))
    assert "单月15日" in form.preview.sentence.text()
    pattern = saved(place, form).pattern
    assert pattern.interval == 2
    assert pattern.first.month % 2 == 1


def test_the_nth_weekday_and_every_second_week(place: PeoplePlace) -> None:
    form = form_of(place)
    choose(form, Every.MONTH_WEEKDAY)
    form.days.nth.setCurrentIndex(form.days.nth.findData(2))
    form.days.weekday.setCurrentIndex(3)
    assert days_shown(form) == ["12月10日 周四"]
    choose(form, Every.WEEK)
    form.days.weeks.setValue(2)
    assert days_shown(form)[:2] == ["11月18日 周三", "12月2日 周三"]
    assert saved(place, form).pattern.interval == 2


def test_summer_and_winter_have_hours_of_their_own(place: PeoplePlace) -> None:
    form = form_of(place)
    form.times.add_season()
    summer = form.times.lines[1]
    summer.starts.setTime(summer.starts.time().addSecs(-1800))
    summer.ends.setTime(summer.ends.time().addSecs(-1800))
    rule = saved(place, form)
    assert rule.times == (
        SeasonTime(time(9), time(11), 1001, 531), SeasonTime(time(8, 30), time(10, 30), 601, 930),
    )  # fmt: skip


def test_an_end_before_the_beginning_is_told_and_nothing_is_lost(place: PeoplePlace) -> None:
    form = form_of(place)
    line = form.times.lines[0]
    line.ends.setTime(line.starts.time().addSecs(-60))
    assert "结束时间要晚于开始时间" in form.preview.sentence.text()
    form.save()
    assert "结束时间要晚于开始时间" in form.form.trouble.text()
    assert form.isVisible()


def test_a_gap_between_seasons_is_refused_by_the_hall_and_the_form_stays(place: PeoplePlace) -> None:
    form = form_of(place)
    form.times.add_season()
    form.times.lines[1].season_to.setDate(form.times.lines[1].season_to.date().addDays(-10))
    form.save()
    place.wait(lambda: "季节" in form.form.trouble.text())
    assert len(form.times.lines) == 2
    assert form.ok.isEnabled()


def test_kinds_take_turns_or_come_together(place: PeoplePlace) -> None:
    form = form_of(place)
    form.people.turn.setCurrentIndex(form.people.turn.findData(Turn.IN_TURN))
    assert "至少两类身份" in form.preview.sentence.text()
    form.people.kinds.setText("党代表、人大代表、政协委员")
    table = form.preview.table
    shown = [table.rows.columns[2].text(row) for row in table.rows.rows[:3]]
    assert shown == ["党代表 1 人", "人大代表 1 人", "政协委员 1 人"]
    form.people.turn.setCurrentIndex(form.people.turn.findData(Turn.TOGETHER))
    assert table.rows.columns[2].text(table.rows.rows[0]) == "党代表、人大代表、政协委员各 1 人"
    assert saved(place, form).composition == Composition(Turn.TOGETHER, 1, KINDS)


def test_without_a_day_the_list_says_whether_the_rule_or_the_calendar_is_short_of_one(place: PeoplePlace) -> None:
    form = form_of(place)
    choose(form, Every.MONTH_DAY)
    form.days.month_days.setText("")
    assert "规则填好后" in form.preview.table.empty
    form.days.month_days.setText("10")
    form.days.first.setDate(QDate(2029, 1, 1))
    assert not form.preview.table.rows.rows
    assert "没有这样的日子" in form.preview.table.empty


def test_a_day_that_is_moved_says_so_before_who_comes(place: PeoplePlace) -> None:
    form = form_of(place)
    choose(form, Every.MONTH_DAY)
    form.days.month_days.setText("20")
    form.days.months.setCurrentIndex(form.days.months.findText("双月"))
    table = form.preview.table
    assert table.rows.columns[2].text(table.rows.rows[0]) == "由 12月20日 周日 顺延，1 人"


def test_a_fixed_room_is_chosen_by_name(place: PeoplePlace) -> None:
    form = form_of(place)
    form.room.setCurrentIndex(1)
    assert not form.use.isEnabled()
    assert "地点 201 议事厅" in form.preview.sentence.text()
    assert saved(place, form).room_id is not None


def test_a_rule_that_is_changed_shows_what_it_is_now(place: PeoplePlace) -> None:
    rule = place.body.rules[0]
    form = form_of(place, rule)
    assert form.rule() == BodyRule(
        rule.id, rule.body_id, rule.pattern, rule.times, rule.composition, rule.room_id, rule.room_use
    )
    form.people.people.setValue(3)
    form.save()
    place.wait(lambda: place.pane.body is not None and place.pane.body.rules[0].composition.people == 3)


def test_a_deleted_rule_gives_no_more_days(place: PeoplePlace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.duty.people_pane.confirm", lambda *_: True)
    place.pane.rules.drop_button.click()
    place.wait(lambda: place.pane.body is not None and place.pane.body.rules == ())


def test_the_first_day_is_told_where_it_decides_which_weeks() -> None:
    every_second = Pattern(Every.WEEK, date(2026, 11, 18), interval=2, weekdays=(2,))
    every = Pattern(Every.WEEK, date(2026, 11, 18), weekdays=(2,))
    times = (SeasonTime(time(9), time(11)),)
    known = new_id()
    assert "从 2026-11-18 起算" in rule_sentence(BodyRule(known, known, every_second, times))
    assert "起算" not in rule_sentence(BodyRule(known, known, every, times))
