"""How the window looks: a few tokens in light and dark, one style sheet, the type of the paper, icons that follow.

Widgets name what they are (object name, property `tone`); colours and sizes stand here and in resources/hall.qss alone.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, Qt, QTranslator, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QIcon, QPalette
from PySide6.QtWidgets import QAbstractButton, QApplication
from shiboken6 import isValid

from db.errors import Unavailable
from desktop.shell.qt_words import CATALOGUE

RESOURCES = Path(__file__).parents[2] / "resources"
FAMILY = "Noto Sans SC"
BASE_PX = 14
SCALES = (100, 110, 125, 150, 175)
"""Type sizes on offer, in per cent."""

LIGHT = {
    "bg": "#F3F4F6", "surface": "#FFFFFF", "sunken": "#F8F9FB", "line": "#DCE0E6", "edge": "#8B95A3",
    "text": "#1A222D", "muted": "#566171", "faint": "#667080", "nav": "#202A36", "nav_text": "#D5DCE5",
    "nav_on": "#34404F", "accent": "#B4231D", "accent_hover": "#9C1B16", "on_accent": "#FFFFFF",
    "focus": "#1D5FC2", "selected": "#DCE8FA", "hover": "#EEF2F7", "disabled": "#E6E9EE", "off_text": "#737D8B",
    "good": "#17683A", "good_bg": "#E5F3EA", "warn": "#7E5200", "warn_bg": "#FFF1D6",
    "bad": "#A3211B", "bad_bg": "#FCE9E7", "info": "#1B56AE", "info_bg": "#E6EFFC",
    "use0": "#B4231D", "use1": "#B45309", "use2": "#6D28D9", "use3": "#0F766E", "use4": "#4D7C0F",
    "use5": "#1D5FC2", "use6": "#475569", "use7": "#9D174D",
}  # fmt: skip
DARK = {
    "bg": "#13171C", "surface": "#1B2128", "sunken": "#171C22", "line": "#333D49", "edge": "#74808F",
    "text": "#E7EBF0", "muted": "#AAB5C2", "faint": "#98A4B2", "nav": "#0E1216", "nav_text": "#C5CED9",
    "nav_on": "#28323E", "accent": "#C43D36", "accent_hover": "#CF443C", "on_accent": "#FFFFFF",
    "focus": "#7FB2FF", "selected": "#24405F", "hover": "#242C35", "disabled": "#262E37", "off_text": "#8A95A3",
    "good": "#6BD49A", "good_bg": "#16301F", "warn": "#EDBB5A", "warn_bg": "#35290F",
    "bad": "#FF958C", "bad_bg": "#3B1D1B", "info": "#93BEFF", "info_bg": "#182A44",
    "use0": "#F08A84", "use1": "#F2A65A", "use2": "#B79CFF", "use3": "#5FD0C3", "use4": "#A8D05F",
    "use5": "#7FB2FF", "use6": "#A3B1C2", "use7": "#F08CC0",
}  # fmt: skip


class Mode(StrEnum):
    """Light, dark, or as the system has it."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Look:
    """What the clerk has chosen; `scale` in per cent, one of SCALES."""

    mode: Mode = Mode.SYSTEM
    scale: int = 100


class _Watch(QObject):
    changed = Signal()


watch = _Watch()
"""Tells painters and icons that colours or sizes are different now."""
_now = {"tokens": LIGHT, "scale": 100}


def apply(app: QApplication, look: Look) -> None:
    """Dress the whole application; can be called again at any time, and is quick where nothing is different."""
    _tell_system(look.mode)
    tokens = DARK if is_dark(look.mode) else LIGHT
    sheet = style_sheet(tokens, look.scale)
    if app.styleSheet() == sheet:
        return
    _now["tokens"], _now["scale"] = tokens, look.scale
    app.setStyle("Fusion")
    app.setPalette(_palette(tokens))
    font = QFont(FAMILY)
    font.setPixelSize(px(BASE_PX))
    font.setStyleStrategy(QFont.StyleStrategy.PreferAntialias)
    app.setFont(font)
    app.setStyleSheet(sheet)
    _icon.cache_clear()
    watch.changed.emit()


def _tell_system(mode: Mode) -> None:
    """Title bars and the system's own dialogs follow the choice, where the system can."""
    hints = QGuiApplication.styleHints()
    wanted = {Mode.LIGHT: Qt.ColorScheme.Light, Mode.DARK: Qt.ColorScheme.Dark}.get(mode)
    if wanted is None:
        hints.unsetColorScheme()
    elif hints.colorScheme() is not wanted:
        hints.setColorScheme(wanted)


def is_dark(mode: Mode) -> bool:
    """Whether a mode is dark on this machine now."""
    if mode is Mode.SYSTEM:
        return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return mode is Mode.DARK


def speak_chinese(app: QApplication) -> None:
    """The buttons of Qt's own dialogs (files, fonts, printing) and calendars, on a system whose language is another one, too."""
    if app.findChild(QTranslator, "qtbase") is None:
        words = QTranslator(app)
        words.setObjectName("qtbase")
        if words.load("qtbase_zh_CN", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
            app.installTranslator(words)
        missing = QTranslator(app)
        missing.load(CATALOGUE)
        app.installTranslator(missing)
        QLocale.setDefault(QLocale(QLocale.Language.Chinese, QLocale.Country.China))


def load_fonts() -> str:
    """Load the two weights of the screen's typeface; the rest follows when the window stands. Returns a warning or "".

    Without them Qt would show boxes for Chinese on a machine that has no Chinese font.
    """
    from desktop.paper.faces import BOLD, REGULAR, font_file

    try:
        files = [font_file("SC", weight) for weight in (REGULAR, BOLD)]
    except OSError:
        return "字体缓存文件夹无法写入，界面改用系统字体。请检查磁盘空间和权限。"
    for file in files:
        QFontDatabase.addApplicationFont(str(file))
    return ""


def cut_rare_fonts() -> tuple[Path, ...]:
    """The files of the fallbacks for rare Hanzi; cutting them the first time takes a second: not on the window's thread.

    Raises:
        Unavailable: they cannot be written; rare characters stay boxes on the screen (paper warns by itself).
    """
    from desktop.paper.faces import REGULAR, SCRIPTS, font_file

    try:
        return tuple(font_file(script, REGULAR) for script in SCRIPTS[1:])
    except OSError as error:
        raise Unavailable("字体缓存文件夹无法写入，生僻字可能显示为方框。请检查磁盘空间和权限。") from error


def use_fonts(files: Sequence[Path]) -> None:
    """Let the screen draw with these fonts too."""
    for file in files:
        QFontDatabase.addApplicationFont(str(file))


def style_sheet(tokens: dict[str, str], scale: int) -> str:
    """resources/hall.qss with its tokens filled in: `$name` a colour, `12px` a length that grows with the type."""
    text = (RESOURCES / "hall.qss").read_text(encoding="utf-8")
    text = text.replace("@icons", (RESOURCES / "icons").as_posix())
    text = text.replace("@shade", "dark" if tokens is DARK else "light")
    text = re.sub(r"\$(\w+)", lambda match: tokens[match.group(1)], text)
    return re.sub(r"\b(\d+)px", lambda match: f"{_scaled(int(match.group(1)), scale)}px", text)


def px(length: int) -> int:
    """A length in pixels at the chosen type size."""
    return _scaled(length, int(str(_now["scale"])))


def colour(token: str) -> QColor:
    """A token's colour now, for what is painted by hand."""
    tokens = _now["tokens"]
    assert isinstance(tokens, dict)
    return QColor(tokens[token])


def icon(name: str, token: str = "text") -> QIcon:
    """A qtawesome icon in a token's colour. Icons stand beside words or carry a tooltip and an accessible name."""
    return _icon(name, colour(token).name())


def dress(button: QAbstractButton, name: str, token: str = "text") -> None:
    """Give a button an icon that follows the look."""

    def put_on() -> None:
        if isValid(button):
            button.setIcon(icon(name, token))

    put_on()
    watch.changed.connect(put_on)
    button.destroyed.connect(lambda: isValid(watch) and watch.changed.disconnect(put_on))


@lru_cache(maxsize=256)
def _icon(name: str, shade: str) -> QIcon:
    import qtawesome

    made: QIcon = qtawesome.icon(name, color=shade)
    return made


def _scaled(length: int, scale: int) -> int:
    return length if length <= 2 else round(length * scale / 100)


def _palette(tokens: dict[str, str]) -> QPalette:
    role = QPalette.ColorRole
    pairs = {
        role.Window: "bg", role.WindowText: "text", role.Base: "surface", role.AlternateBase: "sunken",
        role.Text: "text", role.Button: "surface", role.ButtonText: "text", role.BrightText: "bad",
        role.ToolTipBase: "surface", role.ToolTipText: "text", role.Highlight: "focus",
        role.HighlightedText: "surface", role.PlaceholderText: "faint", role.Link: "info", role.LinkVisited: "info",
        role.Light: "surface", role.Midlight: "line", role.Mid: "line", role.Dark: "edge", role.Shadow: "edge",
        role.Accent: "focus",
    }  # fmt: skip
    palette = QPalette()
    for which, token in pairs.items():
        palette.setColor(which, QColor(tokens[token]))
    for which in (role.Text, role.WindowText, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(tokens["off_text"]))
    return palette
