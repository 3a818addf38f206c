"""The auditor's page, on a real hall: filtered, paged, verified, exported, and leaving its own traces."""

from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QFileDialog, QLabel
from pytestqt.qtbot import QtBot
from python_calamine import CalamineWorkbook
from sqlalchemy import text

from db.action import Actor, Request
from db.ids import new_id
from db.journal import queries
from db.journal.queries import JournalFilter, JournalRow
from db.staff.actions import lock_screen, log_out
from db.staff.permissions import Role
from desktop.journal.page import JournalPage
from desktop.journal.words import facts_line, facts_of, subject
from desktop.shell.desk import Desk
from tests.conftest import NOW
from tests.desktop.conftest import OnTheirWay
from tests.factories.centre import make_centre
from tests.factories.staff import make_staff


@pytest.fixture
def clerk(desk: Desk) -> Actor:
    """A clerk who has locked the screen 230 times, more than a page of the table holds."""
    centre_id = make_centre(desk.hall, now=NOW)
    actor = make_staff(desk.hall, centre_id, Role.CLERK, now=NOW)
    for click in range(230):
        desk.hall.run(Request(actor, NOW, new_id()), lock_screen, idle=bool(click % 2))
    return actor


@pytest.fixture
def page(desk: Desk, clerk: Actor, qtbot: QtBot) -> JournalPage:
    desk.log_in(make_staff(desk.hall, clerk.centre_id, Role.AUDITOR, now=NOW))
    made = JournalPage(desk)
    qtbot.addWidget(made)
    made.resize(1230, 700)
    desk.changed.connect(made.changed)
    made.show()
    made.refresh()
    qtbot.waitUntil(lambda: len(made.table.rows.rows) > 0 and made.filters.what.count() > 1)
    return made


def seqs(page: JournalPage) -> list[int]:
    return [row.seq for row in page.table.rows.rows]


def tags(desk: Desk) -> list[str]:
    return [row.tag for row in desk.hall.read(queries.page, desk.centre_id, JournalFilter())]


def test_the_newest_come_first_and_older_ones_when_scrolled_to(page: JournalPage, qtbot: QtBot) -> None:
    assert seqs(page) == list(range(230, 30, -1))
    page.table.scrollToBottom()
    qtbot.waitUntil(lambda: len(seqs(page)) == 230)
    assert seqs(page) == list(range(230, 0, -1))


def test_an_entry_is_shown_in_words(page: JournalPage) -> None:
    page.table.selectRow(0)
    assert page.detail.head.text() == "锁定屏幕"
    shown = [part.text() for part in page.detail.findChildren(QLabel)]
    assert "2026-11-17 09:30:00" in shown
    assert "因久未操作" in shown
    assert "是" in shown


def test_filters_narrow_and_are_cleared(page: JournalPage, desk: Desk, clerk: Actor, qtbot: QtBot) -> None:
    desk.hall.run(Request(clerk, NOW + timedelta(days=1), new_id()), log_out)
    page.refresh()
    qtbot.waitUntil(lambda: page.filters.who.count() == 3)
    page.filters.until.setDate(QDate(2026, 11, 18))
    qtbot.waitUntil(lambda: seqs(page)[:1] == [231])
    page.filters.what.setCurrentIndex(page.filters.what.findData("staff.log_out"))
    qtbot.waitUntil(lambda: seqs(page) == [231])
    page.filters.who.setCurrentIndex(page.filters.who.findData(str(desk.actor.staff_id) if desk.actor else ""))
    qtbot.waitUntil(lambda: seqs(page) == [])
    qtbot.keyClick(page, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(seqs(page)) == 200)
    page.search('"idle":true')
    qtbot.waitUntil(lambda: seqs(page)[:2] == [230, 228])


def test_one_thing_and_one_click_can_be_followed(page: JournalPage, clerk: Actor, qtbot: QtBot) -> None:
    page.table.selectRow(4)
    qtbot.keyClick(page, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: seqs(page) == [226])
    assert "同一次点击" in page.narrowed.text()
    page.narrowed.click()
    qtbot.waitUntil(lambda: len(seqs(page)) == 200)
    page.table.selectRow(0)
    page.detail.same_subject.click()
    qtbot.waitUntil(lambda: page.narrowed.isVisible())
    assert page.wanted().subject_id == clerk.staff_id


def test_a_whole_journal_is_said_to_be_whole_and_the_verification_is_journalled(
    page: JournalPage, desk: Desk, qtbot: QtBot
) -> None:
    qtbot.keyClick(page, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "操作日志完整：230 条" in page.verdict.words.text())
    qtbot.waitUntil(lambda: tags(desk)[0] == "journal.verify")
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert not page.verdict.isVisible()


def test_a_tampered_journal_is_named_entry_by_entry(page: JournalPage, desk: Desk, qtbot: QtBot) -> None:
    with desk.hall.transaction() as session:
        session.execute(text("DROP TRIGGER journal_entry_no_update"))
        session.execute(text("DROP TRIGGER journal_entry_no_delete"))
        session.execute(text("UPDATE journal_entry SET staff_name = '别人' WHERE seq = 12"))
        session.execute(text("DELETE FROM journal_entry WHERE seq IN (20, 21)"))
    page.verify()
    qtbot.waitUntil(lambda: "有 2 处问题" in page.verdict.words.text())
    told = page.verdict.findings.toPlainText().splitlines()
    assert told == [
        "操作日志第 12 条被改动，现在写的是：2026-11-17 09:30:00 别人 锁定屏幕。",
        "操作日志第 20 至 21 条被删除（共 2 条）。",
    ]


def test_the_export_is_journalled_before_it_is_written(
    page: JournalPage, desk: Desk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "日志.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    with qtbot.waitSignal(desk.messages.said, timeout=20_000) as said:
        page.export_button.click()
    assert said.args is not None
    assert "已导出 231 条" in said.args[1]  # the last one tells of this export
    assert tags(desk)[0] == "journal.export"
    rows = CalamineWorkbook.from_path(str(file)).get_sheet_by_name("操作日志").to_python()
    assert [row[0] for row in rows[:3]] == ["序号", "1", "2"]


def test_an_export_that_cannot_be_written_is_a_sentence(
    page: JournalPage, desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    with qtbot.waitSignal(desk.messages.said, timeout=20_000) as said:
        page.export_to(tmp_path / "no folder" / "x.xlsx")
    assert said.args is not None
    assert said.args[0] == "problem"
    assert "写不进" in said.args[1]


def row_with(facts: str, kind: str = "staff") -> JournalRow:
    return JournalRow(1, NOW, None, "", None, "staff.set_roles", kind, None, facts, new_id(), b"")


def test_facts_are_said_in_words_and_unknown_ones_are_not_lost() -> None:
    assert facts_line(row_with('{"after":"clerk,manager","before":""}')) == "之前：无　之后：窗口人员、中心负责人"
    assert facts_of(row_with('{"new_fact":3,"locked":true,"printer":null}')) == [
        ("new_fact", "3"),
        ("已锁定", "是"),
        ("打印机", "—"),
    ]
    assert facts_of(row_with("no json")) == [("内容", "no json")]
    assert subject(row_with("{}", "case_file")) == "办件"
    assert subject(row_with("{}", "something_new")) == "something_new"


def test_a_list_that_is_under_way_is_not_given_up_for_further_rows_of_the_one_before(
    page: JournalPage, under_way: OnTheirWay
) -> None:
    page.filters.words.setText("没有这样的内容")
    page.filters.edited.emit()
    page._more()  # the view asks for what stands below the old rows
    while under_way:
        under_way.arrive()
    assert seqs(page) == []
