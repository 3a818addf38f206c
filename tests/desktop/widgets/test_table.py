"""The table of frozen rows: keys, copy, more rows, the cursor that stays, what it says when it is empty."""

from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.shell import theme
from desktop.widgets.table import Column, RowTable


@dataclass(frozen=True, slots=True)
class Paper:
    number: int
    name: str
    late: bool = False


COLUMNS = (
    Column[Paper]("序号", lambda row: str(row.number), 80, right=True),
    Column[Paper]("名称", lambda row: row.name),
    Column[Paper](
        "期限", lambda row: "超期" if row.late else "正常", 90, tone=lambda row: "bad" if row.late else "good"
    ),
)
PAPERS = tuple(Paper(number, f"材料{number}", number % 3 == 0) for number in range(1, 101))


@pytest.fixture
def table(qtbot: QtBot) -> RowTable[Paper]:
    made: RowTable[Paper] = RowTable(COLUMNS, "还没有材料，按 F4 添加。")
    qtbot.addWidget(made)
    made.resize(500, 300)
    made.show()
    return made


def test_enter_and_double_click_open_the_row(table: RowTable[Paper], qtbot: QtBot) -> None:
    table.show_rows(PAPERS)
    table.selectRow(1)
    with qtbot.waitSignal(table.opened) as opened:
        QTest.keyClick(table, Qt.Key.Key_Return)
    assert opened.args == [PAPERS[1]]
    with qtbot.waitSignal(table.opened) as opened:
        table.doubleClicked.emit(table.rows.index(4, 1))
    assert opened.args == [PAPERS[4]]


def test_copy_puts_the_row_on_the_clipboard(table: RowTable[Paper]) -> None:
    table.show_rows(PAPERS)
    table.selectRow(2)
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "3\t材料3\t超期"


def test_state_is_told_by_shape_and_word_not_by_colour_alone(table: RowTable[Paper]) -> None:
    table.show_rows(PAPERS)
    assert table.rows.index(2, 2).data() == "■ 超期"
    assert table.rows.index(0, 2).data() == "● 正常"


def test_cursor_and_scrolling_stay_on_the_row_of_the_same_key(table: RowTable[Paper]) -> None:
    table.show_rows(PAPERS)
    table.selectRow(60)
    table.scrollTo(table.rows.index(60, 0))
    top = table.verticalScrollBar().value()
    assert top > 0
    table.show_rows((Paper(0, "新的"), *PAPERS), key=lambda row: row.number)
    assert table.current() == PAPERS[60]
    assert table.verticalScrollBar().value() == top


def test_row_that_has_gone_is_told(table: RowTable[Paper], qtbot: QtBot) -> None:
    table.show_rows(PAPERS)
    table.selectRow(5)
    with qtbot.waitSignal(table.picked, check_params_cb=lambda row: row is None):
        table.show_rows(PAPERS[10:], key=lambda row: row.number)
    assert table.current() is None


def test_end_of_the_list_asks_for_more_once(table: RowTable[Paper], qtbot: QtBot) -> None:
    asked: list[bool] = []
    table.rows.wants_more.connect(lambda: asked.append(True))
    table.show_rows(PAPERS[:30], at_end=False)
    table.scrollToBottom()
    qtbot.waitUntil(lambda: asked == [True])
    table.scrollToTop()
    table.scrollToBottom()
    QApplication.processEvents()
    assert asked == [True]
    table.rows.add_rows(PAPERS[30:], at_end=True)
    table.scrollToBottom()
    QApplication.processEvents()
    assert asked == [True]
    assert len(table.rows.rows) == 100


def test_screen_readers_hear_column_and_text(table: RowTable[Paper]) -> None:
    table.show_rows(PAPERS)
    assert table.rows.index(0, 1).data(Qt.ItemDataRole.AccessibleTextRole) == "名称：材料1"


def test_empty_table_says_what_to_do(table: RowTable[Paper]) -> None:
    blank = table.viewport().grab().toImage()
    table.empty = ""
    table.viewport().update()
    assert table.viewport().grab().toImage() != blank


def test_head_that_is_clicked_asks_for_sorting(table: RowTable[Paper], qtbot: QtBot) -> None:
    table.show_rows(PAPERS)
    with qtbot.waitSignal(table.sort_wanted) as wanted:
        table.horizontalHeader().sectionClicked.emit(1)
    assert wanted.args == [1]


@pytest.mark.parametrize("mode", [theme.Mode.LIGHT, theme.Mode.DARK])
def test_a_lamp_keeps_its_colour_on_the_chosen_row(
    table: RowTable[Paper], qapp: QApplication, mode: theme.Mode
) -> None:
    theme.apply(qapp, theme.Look(mode, 100))
    table.show_rows(PAPERS)
    table.selectRow(2)
    table.setFocus()
    cell = table.visualRect(table.rows.index(2, 2))
    picture = table.viewport().grab(cell).toImage()
    seen = {picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(picture.height())}
    assert theme.colour("bad").name() in seen
    assert theme.colour("selected").name() in seen
    theme.apply(qapp, theme.Look())
