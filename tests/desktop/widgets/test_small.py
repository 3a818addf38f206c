"""Forms, questions, badges and hints."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QPushButton, QSpinBox
from pytestqt.qtbot import QtBot

from desktop.widgets.ask import ConfirmDialog, ReasonDialog, ask_reason, confirm
from desktop.widgets.badge import SHAPES, Badge
from desktop.widgets.form import Form
from desktop.widgets.words import EmptyHint, label


def during(dialog: type, does: Callable[[object], None]) -> None:
    """Do something in a modal dialog that is about to open."""

    def act() -> None:
        shown = QApplication.activeModalWidget()
        if isinstance(shown, dialog):
            does(shown)
        else:
            QTimer.singleShot(10, act)

    QTimer.singleShot(0, act)


def test_reason_is_wanted_before_the_button_works(qtbot: QtBot) -> None:
    dialog = ReasonDialog(None, "作废回执", "为什么作废？")
    qtbot.addWidget(dialog)
    assert not dialog.ok.isEnabled()
    QTest.keyClicks(dialog.text, "   ")
    assert not dialog.ok.isEnabled()
    dialog.text.setPlainText("打错了申请人")
    assert dialog.ok.isEnabled()


def test_reason_comes_back_without_space_around_it(qtbot: QtBot) -> None:
    def answer(dialog: object) -> None:
        assert isinstance(dialog, ReasonDialog)
        dialog.text.setPlainText("  打错了 \n")
        dialog.ok.click()

    during(ReasonDialog, answer)
    assert ask_reason(None, "作废回执", "为什么作废？") == "打错了"


def test_leaving_the_question_is_no_answer(qtbot: QtBot) -> None:
    during(ReasonDialog, lambda dialog: QTest.keyClick(dialog, Qt.Key.Key_Escape))  # type: ignore[call-overload]
    assert ask_reason(None, "作废回执", "为什么作废？") is None


def test_suggestion_fills_the_reason(qtbot: QtBot) -> None:
    dialog = ReasonDialog(None, "退件", "为什么？", suggestions=("材料过期", "本人撤回"))
    qtbot.addWidget(dialog)
    next(button for button in dialog.findChildren(QPushButton) if button.text() == "本人撤回").click()
    assert dialog.reason() == "本人撤回"


def test_enter_stands_on_the_careful_answer(qtbot: QtBot) -> None:
    during(ConfirmDialog, lambda dialog: QTest.keyClick(dialog, Qt.Key.Key_Return))  # type: ignore[call-overload]
    assert confirm(None, "停用账号", "停用后不能登录。", "停用") is False
    during(ConfirmDialog, lambda dialog: dialog.ok.click())  # type: ignore[attr-defined]
    assert confirm(None, "停用账号", "停用后不能登录。", "停用") is True


@pytest.mark.parametrize("tone", ["good", "warn", "bad", "info", ""])
def test_badge_tells_its_tone_by_shape_and_word(qtbot: QtBot, tone: str) -> None:
    badge = Badge("超期", tone, shape=True)  # type: ignore[arg-type]
    qtbot.addWidget(badge)
    assert badge.text() == f"{SHAPES[tone]} 超期"
    assert badge.accessibleName() == "超期"


def test_shapes_differ() -> None:
    assert len(set(SHAPES.values())) == len(SHAPES)


def test_field_is_named_by_its_label_and_complaints_mark_it(qtbot: QtBot) -> None:
    form = Form()
    qtbot.addWidget(form)
    name, phone = form.line("姓名"), form.line("电话")
    form.show()
    form.activateWindow()
    form.complain("电话号码不对。", phone)
    assert phone.accessibleName() == "电话"
    assert (phone.property("tone"), form.trouble.text()) == ("bad", "电话号码不对。")
    qtbot.waitUntil(phone.hasFocus)
    form.complain("请填姓名。", name)
    assert phone.property("tone") == ""
    form.complain("")
    assert not form.trouble.isVisible()


def test_hints_and_labels_are_never_clipped(qtbot: QtBot) -> None:
    form = Form()
    qtbot.addWidget(form)
    form.line("地址", hint="这是一句很长的提示，" * 8)
    form.add("说明", label("可以做很多事情、" * 20, wrap=True))
    form.add("次数", QSpinBox(), hint="很长的说明文字，" * 8)
    form.resize(420, 500)
    form.show()
    QApplication.processEvents()
    for told in form.findChildren(type(form.trouble)):
        if told.isVisible() and told.wordWrap():
            assert told.height() >= told.heightForWidth(told.width()), told.text()


def test_one_tall_field_takes_the_height_that_is_left(qtbot: QtBot) -> None:
    form = Form()
    qtbot.addWidget(form)
    form.line("名称")
    found = QPlainTextEdit()
    form.add("结果", found)
    form.resize(500, 700)
    form.show()
    QApplication.processEvents()
    assert found.height() > 550


def test_tab_follows_the_form(qtbot: QtBot) -> None:
    form = Form()
    qtbot.addWidget(form)
    fields: list[QLineEdit] = [form.line(title) for title in ("一", "二", "三")]
    form.show()
    form.activateWindow()
    fields[0].setFocus()
    qtbot.waitUntil(fields[0].hasFocus)
    for before, field in pairwise(fields):
        QTest.keyClick(before, Qt.Key.Key_Tab)
        assert field.hasFocus()


def test_empty_page_says_what_to_do_first_and_offers_it(qtbot: QtBot) -> None:
    hint = EmptyHint("还没有事项", "先装入起步目录，或导入表格。", "装入起步目录")
    qtbot.addWidget(hint)
    with qtbot.waitSignal(hint.pressed):
        hint.button.click()
    assert not EmptyHint("还没有", "").button.isVisible()
