"""What the person in charge sets for the queue: letters, and what each counter serves."""

from threading import Event

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from db.action import Actor, Request
from db.clock import business_date
from db.errors import RuleBroken
from db.ids import new_id
from db.tickets import queries
from db.tickets.actions import call_next, take_ticket
from db.tickets.queries import LetterRow
from db.tickets.setup import set_letters
from desktop.settings.binding import BindingPanel, told
from desktop.settings.letters import LettersPanel
from desktop.shell.desk import Desk
from desktop.widgets.conflict import MINE, ConflictDialog
from tests.conftest import NOW
from tests.factories.centre import make_counter
from tests.factories.tickets import make_queue_item


def kept_letters(desk: Desk) -> tuple[LetterRow, ...]:
    return desk.hall.read(queries.letters, desk.centre_id)


@pytest.fixture
def letters(desk: Desk, seated: Actor, qtbot: QtBot) -> LettersPanel:
    panel = LettersPanel(desk)
    qtbot.addWidget(panel)
    panel.show()
    panel.refresh()
    qtbot.waitUntil(lambda: panel.table.rowCount() == 1)
    return panel


def test_a_letter_is_added_in_the_table_and_kept(desk: Desk, letters: LettersPanel, qtbot: QtBot) -> None:
    letters.more.click()
    letters.table.item(1, 1).setText("社保")
    letters.table.item(1, 2).setText("人社，医保")
    letters.save()
    qtbot.waitUntil(lambda: len(kept_letters(desk)) == 2)
    assert kept_letters(desk)[1] == LetterRow("B", "社保", ("人社", "医保"))


def test_a_letter_without_a_name_is_refused_and_stays_typed(desk: Desk, letters: LettersPanel, qtbot: QtBot) -> None:
    letters.more.click()
    letters.save()
    qtbot.waitUntil(lambda: "还没有名称" in letters.form.trouble.text())
    assert letters.table.rowCount() == 2
    assert len(kept_letters(desk)) == 1


def test_letters_typed_at_two_desks_overwrite_nobody_unseen(
    desk: Desk, seated: Actor, letters: LettersPanel, qtbot: QtBot
) -> None:
    letters.more.click()
    letters.table.item(1, 1).setText("社保")
    given = (("A", "综合", ""), ("C", "党群", ""))
    desk.hall.run(Request(seated, NOW, new_id()), set_letters, letters=given)
    letters.refresh()
    desk.work.wait()
    qtbot.wait(0)
    assert letters.table.held() == (("A", "综合", ""), ("B", "社保", ""))
    letters.save()
    qtbot.waitUntil(lambda: letters.findChild(ConflictDialog) is not None)
    dialog = letters.findChild(ConflictDialog)
    assert dialog is not None
    assert [(each.theirs.words, each.mine.words) for each in dialog._found] == [("A 综合；C 党群", "A 综合；B 社保")]
    assert len(kept_letters(desk)) == 2
    dialog.take_all(MINE)
    dialog.ok.click()
    qtbot.waitUntil(lambda: [row.letter for row in kept_letters(desk)] == ["A", "B"])


def test_letters_saved_twice_by_a_quick_second_press_are_nobody_elses(
    desk: Desk, letters: LettersPanel, qtbot: QtBot
) -> None:
    letters.more.click()
    letters.table.item(1, 1).setText("社保")
    answer = Event()
    desk.work.write(desk, answer.wait, None, desk.refuse)  # the server is slow
    letters.save()
    letters.save()
    answer.set()
    qtbot.waitUntil(lambda: not letters.twice.dirty)
    desk.work.wait()
    QApplication.processEvents()
    assert letters.findChild(ConflictDialog) is None
    assert not letters.form.trouble.text()


@pytest.fixture
def binding(desk: Desk, seated: Actor, qtbot: QtBot) -> BindingPanel:
    make_counter(desk.hall, seated.centre_id, number="2")
    make_queue_item(desk.hall, seated.centre_id, now=NOW)
    panel = BindingPanel(desk)
    qtbot.addWidget(panel)
    panel.show()
    panel.refresh()
    qtbot.waitUntil(lambda: panel.table.rows.rowCount() == 2)
    qtbot.waitUntil(lambda: panel.picker.stock.shelf is not None)
    panel.table.selectRow(0)
    return panel


def test_a_counter_bound_to_an_item_calls_only_that(
    desk: Desk, seated: Actor, binding: BindingPanel, qtbot: QtBot
) -> None:
    [item] = binding.picker.stock.shelf.items
    binding.picker.chosen.emit(item)
    binding.picker.chosen.emit(item)  # twice is once
    assert binding.items.count() == 1
    binding.save()

    def bound() -> list[str]:
        return [told(row) for row in desk.hall.read(queries.counters, desk.centre_id, business_date(NOW))]

    qtbot.waitUntil(lambda: bound() == ["1 个事项", "什么都办（一门式）"])
    desk.hall.run(Request(seated, NOW, new_id()), take_ticket)
    with pytest.raises(RuleBroken, match="没有本窗口可办"):
        desk.hall.run(Request(seated, NOW, new_id()), call_next)
    qtbot.waitUntil(lambda: binding.table.current().version == 2)
    assert [binding.items.item(at).text() for at in range(binding.items.count())] == ["老年人优待证办理"]
    binding.items.setCurrentRow(0)
    binding.remove.click()
    binding.save()
    qtbot.waitUntil(lambda: bound() == ["什么都办（一门式）"] * 2)
    assert desk.hall.run(Request(seated, NOW, new_id()), call_next).number == "A001"


def test_letters_and_departments_are_read_as_typed(desk: Desk, binding: BindingPanel, qtbot: QtBot) -> None:
    binding.letters.setText("b, a")
    binding.departments.setText("民政、人社")
    binding.save()
    qtbot.waitUntil(lambda: bool(desk.hall.read(queries.counters, desk.centre_id, business_date(NOW))[0].letters))
    [first, _] = desk.hall.read(queries.counters, desk.centre_id, business_date(NOW))
    assert told(first) == "字头 A、B；部门 人社、民政"


def test_what_is_typed_survives_a_change_elsewhere(desk: Desk, binding: BindingPanel, qtbot: QtBot) -> None:
    binding.letters.setText("C")
    answered = []
    binding.table.rows.modelReset.connect(lambda: answered.append(True))
    binding.refresh()
    qtbot.waitUntil(lambda: bool(answered))
    assert binding.letters.text() == "C"


def test_a_senseless_letter_is_refused_with_what_was_typed_kept(binding: BindingPanel, qtbot: QtBot) -> None:
    binding.letters.setText("综合")
    binding.save()
    qtbot.waitUntil(lambda: "大写字母" in binding.form.trouble.text())
    assert binding.letters.text() == "综合"
