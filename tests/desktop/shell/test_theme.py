"""Colours that can be read by everybody, lengths that grow, a style sheet without loose ends."""

import re

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, Qt, QTranslator
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QApplication,
    QCalendarWidget,
    QComboBox,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.shell import theme
from desktop.shell.theme import DARK, LIGHT, SCALES, Look, Mode

GROUNDS = ("bg", "surface", "sunken")
TEXT_PAIRS = [
    *((text, ground) for text in ("text", "muted", "good", "warn", "bad", "info") for ground in GROUNDS),
    *((text, ground) for text in ("text", "muted") for ground in ("selected", "hover")),
    *((tone, f"{tone}_bg") for tone in ("good", "warn", "bad", "info")),
    *(("text", f"{tone}_bg") for tone in ("good", "warn", "bad", "info")),
    ("nav_text", "nav"), ("nav_text", "nav_on"), ("on_accent", "accent"), ("on_accent", "accent_hover"),
    ("surface", "focus"), ("faint", "surface"),
]  # fmt: skip
EDGE_PAIRS = [("edge", "surface"), ("focus", "surface"), ("focus", "bg"), ("accent", "surface"), ("nav_text", "nav_on")]


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [channel / 255 for channel in QColor(colour).getRgb()[:3]]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio, WCAG 2.2."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_can_be_read_on_its_ground(tokens: dict[str, str], text: str, ground: str) -> None:
    assert contrast(tokens[text], tokens[ground]) >= 4.5


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGE_PAIRS)
def test_borders_of_fields_and_the_focus_can_be_seen(tokens: dict[str, str], edge: str, ground: str) -> None:
    assert contrast(tokens[edge], tokens[ground]) >= 3


def test_both_looks_have_the_same_tokens() -> None:
    assert LIGHT.keys() == DARK.keys()


@pytest.mark.parametrize("scale", SCALES)
def test_style_sheet_has_no_open_token_and_lengths_grow(scale: int) -> None:
    sheet = theme.style_sheet(DARK, scale)
    assert "$" not in sheet
    assert "@" not in sheet
    assert f"font-size: {round(14 * scale / 100)}px" in sheet
    assert "1px solid" in sheet


def test_colours_stand_in_tokens_alone() -> None:
    sheet = (theme.RESOURCES / "hall.qss").read_text(encoding="utf-8")
    assert not re.search(r":[^;{]*#[0-9A-Fa-f]{3,8}\b", sheet)


def test_look_changes_at_run_time_and_icons_follow(qtbot: QtBot, qapp: QApplication) -> None:
    window, button = QWidget(), QPushButton("打印")
    button.setParent(window)
    qtbot.addWidget(window)
    window.show()
    theme.apply(qapp, Look(Mode.LIGHT))
    theme.dress(button, "fa6s.print")
    light = button.icon().pixmap(16).toImage()
    ground = window.palette().window().color()
    theme.apply(qapp, Look(Mode.DARK, 150))
    assert window.palette().window().color() != ground
    assert button.icon().pixmap(16).toImage() != light
    assert theme.px(10) == 15
    theme.apply(qapp, Look(Mode.LIGHT))


def test_system_mode_goes_with_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    class Hints:
        scheme = Qt.ColorScheme.Dark

        def colorScheme(self) -> Qt.ColorScheme:
            return self.scheme

    hints = Hints()
    monkeypatch.setattr("desktop.shell.theme.QGuiApplication.styleHints", lambda: hints)
    assert theme.is_dark(Mode.SYSTEM)
    assert not theme.is_dark(Mode.LIGHT)
    hints.scheme = Qt.ColorScheme.Light
    assert not theme.is_dark(Mode.SYSTEM)
    assert theme.is_dark(Mode.DARK)


def test_chinese_is_drawn_with_our_own_type(qtbot: QtBot, qapp: QApplication) -> None:
    assert theme.load_fonts() == ""
    theme.apply(qapp, Look(Mode.LIGHT))
    label = QLabel("受理并打印回执")
    qtbot.addWidget(label)
    label.ensurePolished()
    assert label.fontInfo().family() == theme.FAMILY


def test_a_box_of_choices_opens_below_itself_with_every_line_in_sight(qtbot: QtBot, qapp: QApplication) -> None:
    theme.apply(qapp, Look(Mode.LIGHT))
    box = QComboBox()
    box.addItems(["每周固定星期几", "每月固定日期", "每月第几个星期几", "每天"])
    box.setCurrentIndex(1)
    qtbot.addWidget(box)
    with qtbot.waitExposed(box):
        box.show()
    box.showPopup()
    lines = box.view()
    qtbot.waitUntil(lines.isVisible)
    last = lines.visualRect(lines.model().index(3, 0))
    assert lines.viewport().rect().contains(last)
    assert lines.viewport().rect().contains(lines.visualRect(lines.model().index(0, 0)))
    box.hidePopup()


def test_qt_s_own_dialogs_speak_chinese(qtbot: QtBot, qapp: QApplication) -> None:
    theme.speak_chinese(qapp)
    theme.speak_chinese(qapp)  # a second window finds it done
    dialog = QFileDialog()
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    qtbot.addWidget(dialog)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    words = [button.text() for button in dialog.findChildren(QPushButton)]
    assert any("保存" in word for word in words), words
    assert any("取消" in word for word in words), words
    assert len(qapp.findChildren(QTranslator, "qtbase")) == 1
    labels = [each.text() for each in dialog.findChildren(QLabel)]
    assert {"查找范围(&I)：", "文件类型(&T)："} <= set(labels), labels
    assert not any(word.isascii() and word.strip(" &:.") for word in labels), labels


def test_standard_buttons_and_calendars_speak_chinese(qtbot: QtBot, qapp: QApplication) -> None:
    theme.speak_chinese(qapp)
    kinds = QDialogButtonBox.StandardButton
    box = QDialogButtonBox(kinds.Cancel | kinds.Ok | kinds.Close)
    qtbot.addWidget(box)
    assert {button.text() for button in box.buttons()} == {"取消", "确定", "关闭"}
    month = QCalendarWidget()
    qtbot.addWidget(month)
    assert month.locale().dayName(1, QLocale.FormatType.ShortFormat) == "周一"
    assert QCoreApplication.translate("QAbstractFileIconProvider", "Folder") == "文件夹"
