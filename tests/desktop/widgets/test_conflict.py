"""Fields are read by name whatever they are; a conflict shows what the other changed and asks only where both did."""

import pytest
from PySide6.QtCore import QDate, Qt, QTime
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateEdit,
    QDoubleSpinBox,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QTimeEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.widgets.conflict import MINE, THEIRS, ConflictDialog, Difference, differences
from desktop.widgets.form import Form
from desktop.widgets.inputs import SEEKING, Entry, entry, fields_of, put


def word(text: str) -> Entry:
    return Entry(text, text)


BEFORE = {"名称": word("甲"), "地址": word("一号"), "电话": word("1"), "备注": word("")}


def test_what_only_the_other_changed_and_what_both_changed_differ_and_nothing_else() -> None:
    theirs = {**BEFORE, "名称": word("乙"), "地址": word("二号"), "备注": word("同")}
    mine = {**BEFORE, "地址": word("三号"), "电话": word("2"), "备注": word("同")}
    found = differences(BEFORE, theirs, mine)
    assert [(each.name, each.clash) for each in found] == [("名称", False), ("地址", True)]


@pytest.fixture
def dialog(qtbot: QtBot) -> ConflictDialog:
    found = (
        Difference("名称", word("甲"), word("乙"), word("甲")),
        Difference("地址", word("一号"), word("二号"), word("三号")),
    )
    parent = QWidget()
    qtbot.addWidget(parent)
    made = ConflictDialog(parent, "刚被别人修改。", found)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    made.close()


def test_saving_waits_until_every_clash_is_decided(dialog: ConflictDialog) -> None:
    assert dialog.groups[0].checkedId() == THEIRS  # I had not touched it
    assert not dialog.ok.isEnabled()
    assert dialog.count.text() == "还有 1 项两个人都改过，请选用谁的。"
    dialog.groups[1].button(MINE).click()
    assert dialog.ok.isEnabled()
    assert {name: taken.value for name, taken in dialog.taken().items()} == {"名称": "乙"}


def test_one_key_takes_one_side_for_all(dialog: ConflictDialog, qtbot: QtBot) -> None:
    QTest.keyClick(dialog, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: set(dialog.taken()) == {"名称", "地址"})
    QTest.keyClick(dialog, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: dialog.taken() == {})
    with qtbot.waitSignal(dialog.accepted):
        QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def test_every_kind_of_field_is_read_and_put_back(qtbot: QtBot) -> None:
    def form(given: bool) -> Form:
        made = Form()
        qtbot.addWidget(made)
        combo = QComboBox()
        combo.addItems(["个人", "单位"])
        combo.setCurrentIndex(int(given))
        fields: dict[str, QWidget] = {
            "行": QLineEdit("甲" if given else ""),
            "段": QPlainTextEdit("乙\n丙" if given else ""),
            "数": QSpinBox(value=7 if given else 0, suffix=" 天"),
            "量": QDoubleSpinBox(value=1.5 if given else 0),
            "类": combo,
            "日": QDateEdit(QDate(2026, 11, 17 if given else 1)),
            "时": QTimeEdit(QTime(9, 30 if given else 0)),
        }
        for title, field in fields.items():
            made.add(title, field)
        tick = QCheckBox("启用")
        tick.setChecked(given)
        held = QWidget()
        made.add("状态", held)
        tick.setParent(held)
        seek = made.line("查找")
        seek.setProperty(SEEKING, True)
        return made

    full, empty = form(True), form(False)
    assert list(fields_of(full)) == ["行", "段", "数", "量", "类", "日", "时", "启用"]
    words = {name: entry(field).words for name, field in fields_of(full).items()}
    assert words == {
        "行": "甲", "段": "乙\n丙", "数": "7 天", "量": "1.50", "类": "单位", "日": "2026-11-17", "时": "09:30", "启用": "勾选",
    }  # fmt: skip
    into = fields_of(empty)
    for name, field in fields_of(full).items():
        put(into[name], entry(field).value)
    assert {name: entry(field) for name, field in into.items()} == {
        name: entry(field) for name, field in fields_of(full).items()
    }
