"""The manual names every key of the panes of the duties, and its chapters stand where they are looked for."""

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from db.action import Actor
from desktop.duty.people_pane import PeoplePane
from desktop.duty.reception import ReceptionPane
from desktop.duty.records import RecordsPane
from desktop.duty.today import TodayPane
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.shell.manual import chapters

FOLDER = theme.RESOURCES / "manual"
SAME = {"↑ / ↓": "↑ ↓", "扫码": "扫轮值证", "Del": "Delete", "PgUp": "PgUp", "F3": "F3"}


@pytest.mark.parametrize("kind", [TodayPane, PeoplePane, ReceptionPane, RecordsPane])
def test_every_key_of_a_pane_is_in_the_manual(
    qtbot: QtBot, desk: Desk, seated: Actor, kind: type[TodayPane | PeoplePane | ReceptionPane | RecordsPane]
) -> None:
    pane: QWidget = kind(desk)
    qtbot.addWidget(pane)
    text = "".join((FOLDER / f"{name}.md").read_text(encoding="utf-8") for name in ("duty", "duty-plan"))
    missing = [key for key, _ in kind.keys(pane) if SAME.get(key, key) not in text]  # type: ignore[arg-type]
    assert missing == []


def test_the_chapters_stand_after_the_rooms() -> None:
    names = [name for name, _, _ in chapters()]
    at = names.index("rooms")
    assert names[at + 1 : at + 3] == ["duty", "duty-plan"]
