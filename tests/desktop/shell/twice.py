"""What an editor shows when somebody else has changed the same thing, and hands that decide."""

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.widgets.conflict import ConflictDialog

Other = Callable[..., Any]
Meet = Callable[[QWidget], ConflictDialog]


def shown(qtbot: QtBot, editor: Any) -> Any:
    qtbot.addWidget(editor)
    editor.show()
    qtbot.waitExposed(editor)
    return editor


def told(dialog: ConflictDialog) -> list[tuple[str, str, str, bool]]:
    return [(each.name, each.theirs.words, each.mine.words, each.clash) for each in dialog._found]


def decide(dialog: ConflictDialog, **sides: int) -> None:
    for each, group in zip(dialog._found, dialog.groups, strict=True):
        if each.name in sides:
            group.button(sides[each.name]).setChecked(True)
    dialog.ok.click()
