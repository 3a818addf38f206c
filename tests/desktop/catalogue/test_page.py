"""The catalogue page through its keys and clicks."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from db.action import Actor
from db.catalogue import queries
from db.receipts.content import from_json
from db.receipts.models import PrintJob
from db.staff.permissions import Role
from desktop.catalogue import page as page_module
from desktop.catalogue.edit import EditDialog
from desktop.catalogue.history import HistoryDialog
from desktop.catalogue.limits import ConfirmLimitDialog
from desktop.catalogue.notice import NoticeDialog
from desktop.catalogue.page import CataloguePage
from desktop.shell.desk import Desk
from desktop.widgets.conflict import ConflictDialog
from tests.conftest import NOW
from tests.desktop.catalogue.typed import type_text
from tests.desktop.conftest import OnTheirWay
from tests.factories.catalogue import make_starter
from tests.factories.staff import make_staff

Open = Callable[..., CataloguePage]


@pytest.fixture
def open_page(desk: Desk, seated: Actor, qtbot: QtBot) -> Open:
    def opened(*, items: bool = True) -> CataloguePage:
        if items:
            make_starter(desk.hall, seated.centre_id, NOW)
        page = CataloguePage(desk)
        qtbot.addWidget(page)
        page.resize(1196, 678)
        page.show()
        qtbot.waitUntil(lambda: page.stock.shelf is not None)
        page.refresh()
        return page

    return opened


def key(page: CataloguePage, text: str) -> None:
    """Press a key combination where the cursor is."""
    page.window().activateWindow()
    assert QTest.qWaitForWindowActive(page.window())
    combination = QKeySequence(text)[0]
    target = page.focusWidget() or page
    QTest.keyClick(target, combination.key(), combination.keyboardModifiers())


def choose(page: CataloguePage, qtbot: QtBot, text: str) -> None:
    """Type and wait until the first row stands on the right."""
    page.field.setFocus()
    page.field.clear()
    type_text(page.field, text)
    found = page.table.current()
    assert found is not None
    qtbot.waitUntil(lambda: page.detail.title.text() == found.row.name)


def names(page: CataloguePage) -> list[str]:
    return [found.row.name for found in page.table.rows.rows]


def test_typing_finds_the_item_and_the_right_side_tells_everything(open_page: Open, qtbot: QtBot) -> None:
    page = open_page()
    assert len(names(page)) == 128
    choose(page, qtbot, "gljt")
    told = page.detail.body.toPlainText()
    for part in (
        "老龄补贴、",
        "收件：本中心收件，转报主管部门办理（县级民政部门）",
        "承诺 10个工作日（待核：核对前不打印承诺日期）",
        "年满80周岁",
        "居民户口簿",
        "不收费",
        "第 1 版，编号 LY002",
    ):
        assert part in told


def test_the_twenty_proofs_are_refused_with_where_to_go(open_page: Open, qtbot: QtBot) -> None:
    page = open_page()
    choose(page, qtbot, "亲属关系证明")
    told = page.detail.body.toPlainText()
    assert "不应出具" in told
    assert "户籍派出所" in told
    assert "公证处" in told
    assert not page.buttons["notice"].isEnabled()
    assert not page.buttons["edit"].isEnabled()
    page.field.clear()
    page.state.setCurrentText("不应出具的证明")
    page.state.activated.emit(page.state.currentIndex())
    assert len(names(page)) == 20


def test_filters_narrow_the_list_and_the_search_box_of_the_window_opens_it(open_page: Open) -> None:
    page = open_page()
    page.department.setCurrentText("残联")
    page.department.activated.emit(page.department.currentIndex())
    assert len(names(page)) == 4
    page.state.setCurrentText("待核")
    page.state.activated.emit(page.state.currentIndex())
    assert len(names(page)) == 4
    page.category.setCurrentText("老有所养")
    page.category.activated.emit(page.category.currentIndex())
    assert names(page) == []
    page.search("低保")
    assert names(page)[0] == "最低生活保障申请"


def test_arrows_move_the_list_from_the_field(open_page: Open, qtbot: QtBot) -> None:
    page = open_page()
    choose(page, qtbot, "补贴")
    second = names(page)[1]
    key(page, "Down")
    qtbot.waitUntil(lambda: page.detail.title.text() == second)
    assert page.field.text() == "补贴"


def test_an_item_is_edited_and_its_history_shows_what_changed(
    open_page: Open, desk: Desk, seated: Actor, qtbot: QtBot
) -> None:
    page = open_page()
    choose(page, qtbot, "LY002")
    key(page, "F2")
    dialog = page.dialog
    assert isinstance(dialog, EditDialog)
    field = dialog.widgets["phone"]
    assert isinstance(field, QLineEdit)
    type_text(field, "0594-12345")
    with qtbot.waitSignal(dialog.accepted):
        qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "0594-12345" in page.detail.body.toPlainText())
    key(page, "Ctrl+H")
    history = page.dialog
    assert isinstance(history, HistoryDialog)
    qtbot.waitUntil(lambda: "第 2 版" in history.body.toPlainText())
    assert "咨询电话" in history.body.toPlainText()
    assert "最初的内容" in history.body.toPlainText()
    history.reject()


def test_a_wrong_field_is_named_where_it_stands_and_nothing_typed_is_lost(open_page: Open, qtbot: QtBot) -> None:
    page = open_page()
    choose(page, qtbot, "LY002")
    key(page, "F2")
    dialog = page.dialog
    assert isinstance(dialog, EditDialog)
    field = dialog.widgets["basic_code"]
    assert isinstance(field, QLineEdit)
    field.setText("123")
    qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    assert dialog.tabs.tabText(dialog.tabs.currentIndex()) == "编码"
    assert "12 位数字" in dialog.forms["编码"].trouble.text()
    assert field.text() == "123"
    field.setText("")
    dialog.reject()


def test_leaving_with_changes_asks_first(open_page: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    from desktop.catalogue import edit

    answers = [False, True]
    monkeypatch.setattr(edit, "confirm", lambda *args: answers.pop(0))
    page = open_page()
    choose(page, qtbot, "LY002")
    key(page, "F2")
    dialog = page.dialog
    assert isinstance(dialog, EditDialog)
    type_text(dialog.widgets["name"], "改")
    dialog.reject()
    assert dialog.isVisible()
    with qtbot.waitSignal(dialog.rejected):
        dialog.reject()


def test_a_new_item_with_its_materials_is_added_and_found(open_page: Open, qtbot: QtBot) -> None:
    page = open_page(items=False)
    key(page, "Ctrl+N")
    dialog = page.dialog
    assert isinstance(dialog, EditDialog)
    for name, text in (("local_code", "QZ01"), ("name", "南音社团登记"), ("aliases", "南音、唱南音")):
        type_text(dialog.widgets[name], text)
    qtbot.mouseClick(dialog.materials.add, Qt.MouseButton.LeftButton)
    dialog.materials.table.item(0, 0).setText("社团章程")
    with qtbot.waitSignal(dialog.accepted):
        qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "南音社团登记" in names(page))
    choose(page, qtbot, "changny")
    assert "社团章程" in page.detail.body.toPlainText()


def test_materials_are_moved_and_removed(open_page: Open, qtbot: QtBot) -> None:
    page = open_page()
    choose(page, qtbot, "LY002")
    key(page, "F2")
    dialog = page.dialog
    assert isinstance(dialog, EditDialog)
    papers = dialog.materials
    first, second, *_ = papers.materials()
    papers.table.setCurrentCell(0, 0)
    qtbot.mouseClick(papers.down, Qt.MouseButton.LeftButton)
    assert papers.materials()[:2] == (second, first)
    qtbot.mouseClick(papers.remove, Qt.MouseButton.LeftButton)
    assert first not in papers.materials()
    papers.table.item(0, 3).setText("两")
    qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    assert dialog.isVisible()
    papers.table.item(0, 3).setText("1")
    with qtbot.waitSignal(dialog.accepted):
        qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)


def test_confirming_the_limit_takes_the_mark_away(open_page: Open, qtbot: QtBot) -> None:
    page = open_page()
    choose(page, qtbot, "LY002")
    key(page, "Ctrl+J")
    dialog = page.dialog
    assert isinstance(dialog, ConfirmLimitDialog)
    dialog.promise.setValue(8)
    with qtbot.waitSignal(dialog.accepted):
        qtbot.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "承诺 8个工作日" in page.detail.body.toPlainText())
    assert "待核" not in page.detail.body.toPlainText()
    assert not page.buttons["confirm"].isEnabled()


def test_an_item_is_disabled_and_enabled_again(open_page: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_module, "confirm", lambda *args: True)
    page = open_page()
    choose(page, qtbot, "LY002")
    key(page, "Ctrl+E")
    qtbot.waitUntil(lambda: page.buttons["enable"].text() == "启用")
    key(page, "Ctrl+E")
    qtbot.waitUntil(lambda: page.buttons["enable"].text() == "停用")


@pytest.mark.parametrize(("keys", "large"), [("Ctrl+P", False), ("Ctrl+Alt+P", True)])
def test_the_notice_is_seen_and_printed_before_anything_is_filed(
    open_page: Open, desk: Desk, seated: Actor, qtbot: QtBot, keys: str, large: bool
) -> None:
    page = open_page()
    choose(page, qtbot, "LY002")
    key(page, keys)
    dialog = page.dialog
    assert isinstance(dialog, NoticeDialog)
    qtbot.waitUntil(dialog.print_button.isEnabled, timeout=20_000)
    assert dialog.view.pages >= 1
    with qtbot.waitSignal(dialog.accepted):
        qtbot.keyClick(dialog.print_button, Qt.Key.Key_Return)
    with desk.hall.transaction() as session:
        (job,) = session.scalars(select(PrintJob).where(PrintJob.centre_id == seated.centre_id)).all()
        content: Any = from_json(job.content)
    assert job.large is large
    told = str(content)
    assert "高龄津贴申领" in told
    assert "居民户口簿" in told
    assert "10个工作日" not in told, "an item whose limit is not confirmed prints none"


def test_an_empty_catalogue_offers_the_starter(open_page: Open, qtbot: QtBot) -> None:
    page = open_page(items=False)
    assert page.buttons["seed"].isVisible()
    qtbot.mouseClick(page.buttons["seed"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(names(page)) == 128, timeout=20_000)
    assert not page.buttons["seed"].isVisible()


def test_a_clerk_sees_everything_and_may_change_nothing(
    open_page: Open, desk: Desk, seated: Actor, qtbot: QtBot
) -> None:
    page = open_page()
    clerk = make_staff(desk.hall, seated.centre_id, Role.CLERK, now=NOW)
    with qtbot.waitSignal(page.stock.renewed):
        desk.log_in(replace(clerk, counter_id=seated.counter_id))
    choose(page, qtbot, "LY002")
    off = [name for name, button in page.buttons.items() if not button.isEnabled()]
    assert set(off) >= {"add", "import", "edit", "confirm", "enable"}
    assert page.buttons["notice"].isEnabled()
    assert page.buttons["export"].isEnabled()


def test_every_button_has_a_name_a_tip_and_a_key_that_the_page_lists(open_page: Open, desk: Desk) -> None:
    page = open_page()
    listed = " ".join(pair[0] for pair in page.keys())  # noqa: SIM118 - a page is no mapping
    for name, button in page.buttons.items():
        assert isinstance(button, QPushButton)
        assert button.accessibleName()
        assert button.toolTip()
        if name != "seed":
            assert button.toolTip().split("（")[1].rstrip("）").split(" ")[0] in listed, name


def test_a_change_by_a_colleague_is_told_and_both_are_kept(
    open_page: Open, desk: Desk, seated: Actor, qtbot: QtBot
) -> None:
    from db.action import Request
    from db.catalogue import actions
    from db.ids import new_id

    page = open_page()
    choose(page, qtbot, "LY002")
    key(page, "F2")
    dialog = page.dialog
    assert isinstance(dialog, EditDialog)
    detail = page.detail.detail
    assert detail is not None
    other = make_staff(desk.hall, seated.centre_id, Role.MANAGER, now=NOW)
    desk.hall.run(
        Request(other, NOW, new_id()),
        actions.edit_aliases,
        item_id=detail.id,
        version=detail.version,
        aliases=("别名",),
    )
    type_text(dialog.widgets["phone"], "1")
    qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.findChild(ConflictDialog) is not None)
    assert desk.hall.read(queries.item, seated.centre_id, detail.id).content.phone == ""
    with qtbot.waitSignal(dialog.accepted):
        dialog.findChild(ConflictDialog).ok.click()
    now = desk.hall.read(queries.item, seated.centre_id, detail.id).content
    assert (now.phone, now.aliases) == ("1", ("别名",))


def test_the_item_under_the_cursor_comes_though_the_catalogue_is_renewed_meanwhile(
    open_page: Open, qtbot: QtBot, request: pytest.FixtureRequest
) -> None:
    page = open_page()
    page.table.selectRow(0)
    qtbot.waitUntil(lambda: page.detail.detail is not None)
    answers: OnTheirWay = request.getfixturevalue("under_way")
    page.table.selectRow(1)
    page.stock.renewed.emit()
    answers.arrive()
    current = page.table.current()
    assert current is not None
    assert page.detail.detail is not None
    assert page.detail.detail.id == current.row.id
