"""“打印与导出”: what is chosen is what is seen, printed and written."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import vobject
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from python_calamine import CalamineWorkbook

from db.action import Actor
from db.duty.attendance import arrive, depart
from db.duty.cards import check_card
from db.duty.changing import substitute
from db.duty.queries import seats
from db.duty.reception import receive
from db.duty.rows import PlanRow
from db.receipts.content import PaperKind
from db.rooms.queries import rooms
from db.staff.permissions import Role
from desktop.duty.outputs import OutputsDialog, What, open_outputs
from desktop.duty.outputs_export import File
from desktop.duty.people_pane_find import heard_as
from desktop.shell.cups import is_a3
from desktop.shell.desk import Desk
from tests.conftest import NOW
from tests.desktop.duty.test_duty_papers import codes_on, flat
from tests.desktop.paper.reader import text_of
from tests.factories.duty import make_crew
from tests.factories.duty_plans import RECEPTION, make_plan, make_published, make_today, row_of, sitter, slots_in
from tests.factories.rooms import make_room
from tests.factories.staff import make_staff


class Tray:
    """Stands for the printing of the window: keeps what it was given."""

    def __init__(self) -> None:
        self.out: list[tuple[bytes, str, str, int]] = []

    class _Signal:
        def connect(self, then: Any) -> None:
            then(("大厅A3", "窗口一"))

    printers_found = _Signal()

    def find_printers(self) -> None:
        """They are known already."""

    def print_apart(self, pdf: bytes, title: str, printer: str, copies: int, like: PaperKind) -> None:
        assert like is PaperKind.DUTY_CHANGE
        self.out.append((pdf, title, printer, copies))


@pytest.fixture
def said(desk: Desk) -> list[tuple[str, str]]:
    heard: list[tuple[str, str]] = []
    desk.messages.said.connect(lambda level, text: heard.append((level, text)))
    return heard


@pytest.fixture
def plan(desk: Desk, seated: Actor) -> PlanRow:
    """A published plan of December with a room."""
    make_room(desk.hall, seated, NOW, "203", capacity=10)
    body, _ = make_crew(desk.hall, seated, NOW, 6, office_phone="0591-87111222")
    return row_of(desk.hall, seated, make_published(desk.hall, seated, NOW, (body,)))


class Shown:
    """An open dialog and the printer behind it."""

    def __init__(self, qtbot: QtBot, desk: Desk, **chosen: Any) -> None:
        self.qtbot, self.tray = qtbot, Tray()
        self.dialog = OutputsDialog(desk, self.tray, None, **chosen)  # type: ignore[arg-type]
        qtbot.addWidget(self.dialog)
        qtbot.waitUntil(lambda: self.dialog.made is not None or not self.dialog.trouble.isHidden())

    def text(self) -> str:
        assert self.dialog.made is not None
        return flat(text_of(self.dialog.made.pdf))

    def choose(self, box: Any, wanted: object) -> None:
        """Pick another entry, and wait until another paper is shown."""
        before = self.dialog.made
        at = box.findText(wanted) if isinstance(wanted, str) and not isinstance(wanted, What) else box.findData(wanted)
        assert at >= 0
        box.setCurrentIndex(at)
        self.changed(before)

    def changed(self, before: object) -> None:
        self.qtbot.waitUntil(lambda: self.dialog.made is not before)

    def written(self, file: File, path: Path) -> Path:
        self.dialog.write(file, path)
        self.qtbot.waitUntil(path.exists)
        return path


def test_the_poster_of_a_plan_is_seen_and_printed_where_and_how_often_it_was_asked(
    qtbot: QtBot, desk: Desk, plan: PlanRow
) -> None:
    shown = Shown(qtbot, desk, plan=plan)
    assert "2026年11月轮值公示表" in shown.text()
    assert "2026年12月轮值公示表" in shown.text()
    fields = shown.dialog.fields
    shown.choose(fields.month, "2026年12月")
    assert "11月轮值公示表" not in shown.text()
    fields.printer.setCurrentIndex(fields.printer.findText("大厅A3"))
    fields.copies.setValue(3)
    before = shown.dialog.made
    fields.paper.setCurrentIndex(1)
    shown.changed(before)
    shown.dialog.print_button.click()
    [(pdf, title, printer, copies)] = shown.tray.out
    assert is_a3(pdf)
    assert (printer, copies) == ("大厅A3", 3)
    assert title == f"轮值公示表 {plan.title} 2026年12月"


def test_a_draft_is_shown_as_one(qtbot: QtBot, desk: Desk, seated: Actor) -> None:
    body, _ = make_crew(desk.hall, seated, NOW, 3)
    draft = row_of(desk.hall, seated, make_plan(desk.hall, seated, NOW, (body,)))
    assert "草稿" in Shown(qtbot, desk, plan=draft).text()


def test_an_older_edition_is_shown_as_it_hung(qtbot: QtBot, desk: Desk, seated: Actor, plan: PlanRow, run: Any) -> None:
    slots = slots_in(desk.hall, seated, plan.id)
    one, other = sitter(slots[0]), sitter(slots[3])
    run(seated, substitute, duty_id=one.id, version=one.version, seat_id=other.seat_id, reason="病")
    now = row_of(desk.hall, seated, plan.id)
    assert "替" + one.member_name in Shown(qtbot, desk, plan=now).text()
    assert "替" + one.member_name not in Shown(qtbot, desk, plan=now, edition=1).text()


def test_without_a_plan_it_is_said_what_to_do_first(qtbot: QtBot, desk: Desk, seated: Actor) -> None:
    shown = Shown(qtbot, desk)
    assert "请先在“排班”里新建计划" in shown.dialog.trouble.text()
    assert not shown.dialog.print_button.isEnabled()


def test_only_the_fields_that_matter_are_offered(qtbot: QtBot, desk: Desk, plan: PlanRow) -> None:
    shown = Shown(qtbot, desk, plan=plan)
    fields = shown.dialog.fields
    shown.dialog.show()
    assert fields.paper.isVisible()
    assert not fields.member.isVisible()
    shown.choose(fields.what, What.SHEET)
    assert fields.member.isVisible()
    assert fields.first.isVisible()
    assert not fields.paper.isVisible()


def test_a_members_sheet_and_record(qtbot: QtBot, desk: Desk, seated: Actor, plan: PlanRow) -> None:
    duty = sitter(slots_in(desk.hall, seated, plan.id)[2])
    shown = Shown(qtbot, desk, plan=plan, what=What.SHEET, member_id=duty.member_id)
    assert f"{duty.member_name}个人轮值表" in shown.text()
    assert "轮值次数：1次" in shown.text()
    shown.choose(shown.dialog.fields.what, What.RECORD)
    assert f"{duty.member_name}2026年履职记录" in shown.text()


def test_a_name_is_found_by_its_initials_and_what_means_nobody_changes_nothing(
    qtbot: QtBot, desk: Desk, seated: Actor, plan: PlanRow
) -> None:
    one, other = (sitter(slot) for slot in slots_in(desk.hall, seated, plan.id)[:2])
    shown = Shown(qtbot, desk, plan=plan, what=What.CARDS, member_id=one.member_id)
    box = shown.dialog.fields.member
    line = box.lineEdit()
    assert line is not None
    for typed, chosen in ((heard_as(other.member_name).split()[1], other), ("qqqq", other), (one.member_name, one)):
        box.setEditText(typed)
        line.editingFinished.emit()
        assert (box.currentData(), box.currentText()) == (chosen.member_id, chosen.member_name)


def test_the_sign_of_a_room_today(qtbot: QtBot, desk: Desk, seated: Actor) -> None:
    room = make_room(desk.hall, seated, NOW, "203", capacity=10)
    plan_id = make_today(desk.hall, seated, NOW)
    slot = slots_in(desk.hall, seated, plan_id)[0]
    assert slot.room_id == room
    shown = Shown(qtbot, desk, what=What.DOOR, room_id=room)
    assert sitter(slot).member_name in shown.text()
    assert "2026年11月17日" in shown.text()
    assert shown.dialog.title.startswith("门牌 203")


def test_a_name_that_no_file_can_have_becomes_one_that_it_can(qtbot: QtBot, desk: Desk, seated: Actor) -> None:
    room = make_room(desk.hall, seated, NOW, "2/3", name="调解室: 东*西")
    shown = Shown(qtbot, desk, what=What.DOOR, room_id=room)
    assert shown.dialog.title == "门牌 2_3 调解室_ 东_西 2026-11-17"
    assert shown.dialog.fields.wanted(File.ROOM).name == "2_3 调解室_ 东_西 轮值.ics"


def test_cards_are_signed_only_when_they_are_printed_and_are_good_then(
    qtbot: QtBot, desk: Desk, seated: Actor, plan: PlanRow
) -> None:
    shown = Shown(qtbot, desk, what=What.CARDS)
    assert shown.dialog.made is not None
    assert codes_on(shown.dialog.made) == set()
    shown.dialog.print_button.click()
    qtbot.waitUntil(lambda: len(shown.tray.out) == 1)
    made = shown.dialog.made
    assert made is not None
    assert made.pdf == shown.tray.out[0][0]
    read = codes_on(made)
    assert len(read) == 6
    members = {desk.hall.read(check_card, desk.centre_id, text).member_id for text in read}
    assert members == {seat.member_id for seat in desk.hall.read(seats, desk.centre_id)}


def test_a_clerk_cannot_print_cards_but_everything_else(qtbot: QtBot, desk: Desk, plan: PlanRow, seated: Actor) -> None:
    desk.log_in(make_staff(desk.hall, seated.centre_id, Role.CLERK, now=NOW))
    shown = Shown(qtbot, desk, plan=plan)
    assert shown.dialog.print_button.isEnabled()
    shown.choose(shown.dialog.fields.what, What.CARDS)
    assert not shown.dialog.print_button.isEnabled()
    assert not shown.dialog.save_button.isEnabled()


def test_files_hold_what_is_chosen(
    qtbot: QtBot, desk: Desk, seated: Actor, plan: PlanRow, run: Any, tmp_path: Path, said: list[tuple[str, str]]
) -> None:
    today = make_today(desk.hall, seated, NOW)
    duty = sitter(slots_in(desk.hall, seated, today)[0])
    signed = run(seated, arrive, duty_id=duty.id, version=duty.version)
    run(seated, depart, duty_id=duty.id, version=signed.version, received=4)
    run(seated, receive, fields=RECEPTION)
    member = sitter(slots_in(desk.hall, seated, plan.id)[0])
    [room] = [each for each in desk.hall.read(rooms, desk.centre_id) if each.number == "203"]
    shown = Shown(qtbot, desk, plan=plan, member_id=member.member_id, room_id=room.id)
    shown.choose(shown.dialog.fields.what, What.SHEET)
    shown.dialog.fields.first.setDate(shown.dialog.fields.first.date().fromString("2026-11-01", "yyyy-MM-dd"))

    def lines(file: File, name: str) -> list[list[Any]]:
        path = shown.written(file, tmp_path / name)
        found: list[list[Any]] = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
        return found[1:]

    assert len(lines(File.ROSTER, "a.xlsx")) == plan.sessions
    assert len(lines(File.COUNTS, "b.xlsx")) == 6
    records = lines(File.RECORDS, "c.xlsx")
    assert [(row[0], row[5], row[9]) for row in records if row[5]] == [(duty.member_name, 1.0, 4.0)]
    book = lines(File.RECEPTIONS, "d.xlsx")
    assert len(book) == 1
    assert "陈小榕" not in str(book)
    assert "13800138000" not in str(book)

    def events(file: File, name: str) -> list[Any]:
        calendar = vobject.readOne(shown.written(file, tmp_path / name).read_bytes().decode())
        return list(calendar.vevent_list)

    assert len(events(File.MEMBER, "e.ics")) == 1
    assert len(events(File.ROOM, "f.ics")) == plan.sessions + 2  # and today's two
    assert len(events(File.EVERYTHING, "g.ics")) == plan.sessions
    qtbot.waitUntil(lambda: len([text for _, text in said if text.startswith("已导出")]) == 7)


def test_a_file_that_cannot_be_written_is_told(
    qtbot: QtBot, desk: Desk, plan: PlanRow, tmp_path: Path, said: list[tuple[str, str]]
) -> None:
    shown = Shown(qtbot, desk, plan=plan)
    shown.dialog.write(File.ROSTER, tmp_path / "no" / "where.xlsx")
    qtbot.waitUntil(lambda: any(level == "problem" and "写不了" in text for level, text in said))


def test_it_opens_over_a_page_with_what_was_chosen_there(
    qtbot: QtBot, desk: Desk, plan: PlanRow, seated: Actor
) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    day = date(2026, 12, 2)
    dialog = open_outputs(page, desk, None, plan=plan, what=What.DOOR, day=day)
    qtbot.waitUntil(lambda: dialog.made is not None or not dialog.trouble.isHidden())
    assert dialog.fields.choice().what is What.DOOR
    assert dialog.fields.choice().day == day
    assert not dialog.print_button.isEnabled()
    dialog.reject()
