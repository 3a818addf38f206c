"""An import that was a mistake is taken back; what stands in the title of a file is chosen by itself."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from db.action import Actor
from db.duty.levels import levels
from db.duty.plan_queries import plans
from db.duty.queries import seats
from db.duty.reading_roster import read_roster
from db.duty.taking_in import import_roster
from desktop.duty.import_drop import ImportedDialog
from desktop.duty.member_form_end import EndForm
from desktop.shell.desk import Desk
from desktop.widgets.conflict import ConflictDialog
from tests.conftest import NOW
from tests.desktop.duty.people import PeoplePlace, make_people, show_people
from tests.desktop.duty.test_records_and_import import PAST, SOON, dialog_of, roster
from tests.factories.duty_plans import make_published


@pytest.fixture
def people(desk: Desk, seated: Actor, qtbot: QtBot) -> PeoplePlace:
    """The pane of people, shown."""
    return show_people(make_people(desk, seated, qtbot))


def duties_of(people: PeoplePlace, name: str) -> int:
    """How many duties somebody's account holds."""
    seat = next(seat for seat in people.read(seats) if seat.member_name == name)
    return int(next(level.duties for level in people.read(levels, [seat.body_id]) if level.seat_id == seat.id))


def test_an_imported_history_is_taken_back_after_a_question(
    people: PeoplePlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def yes(_: object, __: str, text: str, ___: str) -> bool:
        asked.append(text)
        return True

    monkeypatch.setattr("desktop.duty.import_drop.confirm", yes)
    dialog_of(people, roster(tmp_path / "r.xlsx", [PAST, SOON])).ok.click()
    people.heard("已导入：新人员 1 名")
    people.wait(lambda: people.pane.dialog is None)
    assert duties_of(people, "陈律师") == 1
    people.pane.drop_button.click()
    dialog: ImportedDialog = people.dialog(ImportedDialog)
    people.wait(lambda: bool(dialog.table.rows.rows))
    (row,) = dialog.table.rows.rows  # what is to come stands in a draft, which is deleted where drafts are
    assert (row.sessions, row.filled) == (1, 1)
    dialog.ok.click()
    people.heard("去掉 1 人次")
    people.wait(lambda: not dialog.table.rows.rows)
    assert not dialog.ok.isEnabled()
    assert "1 班、1 人次" in asked[0]
    assert [plan.title for plan in people.read(plans, archived=True) if plan.edition == 0 and plan.id == row.id] == []
    assert duties_of(people, "陈律师") == 0  # the lawyer stays, the duty counts no more
    dialog.reject()


def test_a_history_into_which_another_has_imported_more_is_taken_back_when_that_was_seen(
    people: PeoplePlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.duty.import_drop.confirm", lambda *_: True)
    dialog_of(people, roster(tmp_path / "r.xlsx", [PAST])).ok.click()
    people.heard("已导入：新人员 1 名")
    people.wait(lambda: people.pane.dialog is None)
    people.pane.drop_button.click()
    dialog: ImportedDialog = people.dialog(ImportedDialog)
    people.wait(lambda: bool(dialog.table.rows.rows))
    more = read_roster(roster(tmp_path / "more.xlsx", [["2026-11-05", *PAST[1:]]]), NOW.date(), lambda *_: None)
    people.run(import_roster, drafts=more.drafts, listed=(), body_id=None)
    dialog.ok.click()
    people.wait(lambda: dialog.findChild(ConflictDialog) is not None)
    shown = dialog.findChild(ConflictDialog)
    assert shown is not None
    assert ("班次", "1 班", "2 班") in shown.facts
    assert ("人次", "1 人次", "2 人次") in shown.facts
    shown.ok.click()
    people.heard("去掉 2 人次")
    dialog.reject()


def test_the_body_in_the_title_of_the_file_is_chosen(people: PeoplePlace, tmp_path: Path) -> None:
    nameless = [*PAST[:2], "", *PAST[3:]]
    dialog = dialog_of(people, roster(tmp_path / "r.xlsx", [nameless], title="2026年11月律师轮值表"))
    people.wait(dialog.ok.isEnabled)
    assert dialog.body.currentText() == "律师"
    dialog.reject()


def test_who_goes_has_published_duties_ahead_or_none(people: PeoplePlace) -> None:
    make_published(people.desk.hall, people.actor, NOW, (people.body_id,))
    people.pane.refresh()
    people.wait(lambda: bool(people.pane.members.table.rows.rows))
    row = people.pane.members.table.rows.rows[0]
    people.pane.end_member(row)
    form: EndForm = people.dialog(EndForm)
    people.wait(lambda: "已公示" in form.ahead.text())
    assert "还有" in form.ahead.text()
    form.last.setDate(form.last.date().addYears(1))
    people.wait(lambda: form.ahead.text() == "这之后没有已公示的班次。")
    form.retire.setChecked(True)
    people.wait(lambda: "还有" in form.ahead.text())
    form.reject()
