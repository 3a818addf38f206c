"""Importing a spreadsheet through the dialog, and exporting one."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QWidget
from pytestqt.qtbot import QtBot

from db.action import Action, Actor, Request
from db.catalogue import queries
from db.catalogue.actions import add_item, edit_item
from db.catalogue.columns import guess
from db.catalogue.importing import plan
from db.catalogue.rules import ItemContent
from db.catalogue.sheet import read_tables
from db.ids import new_id
from desktop.catalogue.exporter import export
from desktop.catalogue.importer import ImportDialog
from desktop.shell.desk import Desk
from desktop.widgets.conflict import ConflictDialog
from tests.conftest import NOW
from tests.factories.catalogue import make_starter


def sheet(path: Path, *rows: tuple[object, ...]) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        made = book.add_worksheet("清单")
        for number, row in enumerate(rows):
            made.write_row(number, 0, row)
    return path


@pytest.fixture
def dialog(desk: Desk, seated: Actor, qtbot: QtBot) -> Iterator[ImportDialog]:
    make_starter(desk.hall, seated.centre_id, NOW)
    owner = QWidget()
    qtbot.addWidget(owner)
    made = ImportDialog(desk, owner)
    made.show()
    yield made  # noqa: PT022 - its owner lives as long as this frame


def read(dialog: ImportDialog, qtbot: QtBot, path: Path) -> None:
    dialog.open_file(path)
    qtbot.waitUntil(lambda: dialog.stack.currentIndex() == 1 and dialog.look.isEnabled())


def preview(dialog: ImportDialog, qtbot: QtBot) -> None:
    qtbot.mouseClick(dialog.look, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.stack.currentIndex() == 2 and dialog._progress is None)


HEAD = ("编号", "叫什么", "实施主体", "收费")


def test_a_sheet_is_mapped_by_hand_previewed_and_imported(
    dialog: ImportDialog, desk: Desk, seated: Actor, qtbot: QtBot, tmp_path: Path
) -> None:
    file = sheet(tmp_path / "a.xlsx", HEAD, ("LY002", "高龄津贴申领", "民政", "10元"), ("XN1", "新事项", "民政", ""))
    dialog.open_file(file)
    qtbot.waitUntil(lambda: dialog.stack.currentIndex() == 1)
    assert not dialog.look.isEnabled(), "no column is the name yet"
    assert "事项名称" in dialog.hint.text()
    combo = dialog.mapping.cellWidget(1, 3)
    assert isinstance(combo, QComboBox)
    combo.setCurrentIndex(combo.findData("name"))
    combo.activated.emit(combo.currentIndex())
    preview(dialog, qtbot)
    titles = [dialog.plan_view.tabs.tabText(at) for at in range(5)]
    assert titles == ["错误 0", "新增 1", "有改动 1", "不变 0", "表格里没有 107"]
    top = dialog.plan_view.changed.topLevelItem(0)
    assert top is not None
    assert [top.child(0).text(column) for column in range(3)] == ["收费", "不收费", "10元"]
    with qtbot.waitSignal(dialog.accepted, timeout=20_000):
        qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    rows = {row.code: row for row in desk.hall.read(queries.items, seated.centre_id)}
    assert len(rows) == 109
    assert rows["LY002"].number == 2
    assert rows["LY001"].enabled, "what is not in the sheet stays unless asked"


def test_gone_items_are_disabled_when_asked(
    dialog: ImportDialog, desk: Desk, seated: Actor, qtbot: QtBot, tmp_path: Path
) -> None:
    file = sheet(tmp_path / "a.xlsx", ("事项编号", "事项名称"), ("LY002", "高龄津贴申领"))
    read(dialog, qtbot, file)
    preview(dialog, qtbot)
    dialog.plan_view.disable_gone.click()
    with qtbot.waitSignal(dialog.accepted, timeout=20_000):
        qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    enabled = [row.code for row in desk.hall.read(queries.items, seated.centre_id) if row.enabled]
    assert enabled == ["LY002"]


def test_a_catalogue_changed_since_the_preview_is_shown_and_the_sheet_imported_on_top(
    dialog: ImportDialog, desk: Desk, seated: Actor, qtbot: QtBot, tmp_path: Path
) -> None:
    """The other one renames what the sheet renames too, and adds an item; the tick to disable the rest stays."""
    read(dialog, qtbot, sheet(tmp_path / "a.xlsx", ("事项编号", "事项名称"), ("LY002", "高龄补贴")))
    preview(dialog, qtbot)
    dialog.plan_view.disable_gone.click()
    known = desk.hall.read(queries.standing, seated.centre_id)["LY002"]

    def other(action: Action[..., Any], **given: Any) -> None:
        desk.hall.run(Request(seated, NOW, new_id()), action, **given)

    theirs = replace(known.content, name="高龄津贴（80 岁）")
    other(edit_item, item_id=known.item_id, version=known.version, content=theirs)
    other(add_item, content=ItemContent(local_code="XN1", name="新事项"))
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.findChild(ConflictDialog) is not None)
    shown = dialog.findChild(ConflictDialog)
    assert shown is not None
    assert ("XN1 新事项", "（没有）", "新增") in shown.facts
    assert ("LY002 高龄津贴（80 岁）　事项名称", known.content.name, theirs.name) in shown.facts
    assert shown.wish is not None
    assert shown.wish.words == (
        "按最新目录导入：新增 0 项，改动 1 项，停用 108 项。对方刚改的“高龄津贴（80 岁）”会改成表格里的样子，“新事项”会停用。"
    )
    shown.reject()
    assert "还没有导入" in dialog.said.text()
    assert dialog.plan_view.tabs.tabText(4) == "表格里没有 108"
    with qtbot.waitSignal(dialog.accepted):
        qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    enabled = [(row.code, row.name) for row in desk.hall.read(queries.items, seated.centre_id) if row.enabled]
    assert enabled == [("LY002", "高龄补贴")]


def test_errors_are_listed_and_nothing_can_be_imported(dialog: ImportDialog, qtbot: QtBot, tmp_path: Path) -> None:
    head = ("事项编号", "事项名称", "实施编码", "承诺时限")
    read(dialog, qtbot, sheet(tmp_path / "a.xlsx", head, ("A", "甲", 1135050212345678, "快"), ("", "乙", "", "")))
    preview(dialog, qtbot)
    told = [(error.row, error.column) for error in dialog.plan_view.errors.rows.rows]
    assert told == [(2, "C"), (2, "D"), (3, "A")]
    assert not dialog.go.isEnabled()
    assert "一项也不会导入" in dialog.plan_view.summary.text()
    qtbot.mouseClick(dialog.back, Qt.MouseButton.LeftButton)
    assert dialog.stack.currentIndex() == 1


def test_a_file_that_is_refused_says_why_and_another_can_be_chosen(
    dialog: ImportDialog, qtbot: QtBot, tmp_path: Path
) -> None:
    bad = tmp_path / "a.xlsx"
    bad.write_bytes(b"nonsense")
    dialog.open_file(bad)
    qtbot.waitUntil(lambda: "认不出这个文件" in dialog.said.text())
    assert dialog.choose.isEnabled()
    read(dialog, qtbot, sheet(tmp_path / "b.xlsx", ("事项编号", "事项名称"), ("A", "甲")))


def test_an_import_is_stopped_and_nothing_has_changed(
    dialog: ImportDialog, desk: Desk, seated: Actor, qtbot: QtBot, tmp_path: Path
) -> None:
    rows = [(f"N{number}", f"事项{number}") for number in range(400)]
    read(dialog, qtbot, sheet(tmp_path / "a.xlsx", ("事项编号", "事项名称"), *rows))
    preview(dialog, qtbot)
    said: list[str] = []
    desk.messages.said.connect(lambda level, sentence: said.append(sentence))
    desk.progressed.connect(lambda done, total, text: done > 5 and dialog.reject())
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    assert dialog.stop.isVisible()
    qtbot.waitUntil(lambda: said == ["已停止，没有改动任何事项。"], timeout=20_000)
    assert dialog.isVisible()
    assert dialog.go.isEnabled()
    assert len(desk.hall.read(queries.items, seated.centre_id)) == 108


def test_the_header_row_and_the_sheet_can_be_corrected(dialog: ImportDialog, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("说明").write(0, 0, "请看下一张表")
        made = book.add_worksheet("目录")
        for number, row in enumerate(
            (("事项编号", "事项名称", "收费"), ("事项编号", "事项名称", "备注"), ("A", "甲", "x"))
        ):
            made.write_row(number, 0, row)
    read(dialog, qtbot, path)
    assert dialog.sheets.currentText() == "目录"
    assert dialog.header.value() == 1
    dialog.header.setValue(2)
    combo = dialog.mapping.cellWidget(2, 3)
    assert isinstance(combo, QComboBox)
    assert combo.currentData() == "note"


def test_what_is_exported_from_the_page_comes_back_unchanged(
    dialog: ImportDialog, desk: Desk, seated: Actor, qtbot: QtBot, tmp_path: Path
) -> None:
    file = tmp_path / "out.xlsx"
    said: list[str] = []
    desk.messages.said.connect(lambda level, sentence: said.append(sentence))
    export(desk, dialog, file)
    qtbot.waitUntil(lambda: bool(said), timeout=20_000)
    assert said == [f"已导出 108 个事项：{file}"]
    (table,) = read_tables(file, lambda *args: None)
    there = {code: known.content for code, known in desk.hall.read(queries.standing, seated.centre_id).items()}
    compared = plan(table, guess(table), there, lambda *args: None).comparison
    assert (len(compared.unchanged), compared.new, compared.changed, compared.gone) == (108, (), (), ())
