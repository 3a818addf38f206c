"""A queue panel in a window of its own, and what people do at other counters."""

from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from db.action import Actor, Request
from db.ids import new_id
from db.tickets.actions import take_ticket
from db.tickets.queries import TicketRow
from db.tickets.rules import Priority, Proof
from db.tickets.states import TicketState
from desktop.counter.queue import QueuePanel
from desktop.shell.desk import Desk
from tests.conftest import NOW


class Window(QWidget):
    """Stands for the page: the panel in a window that has the keyboard."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.panel = QueuePanel(desk)
        QVBoxLayout(self).addWidget(self.panel)
        desk.changed.connect(self.panel.changed)
        self.served: list[TicketRow | None] = []
        self.panel.serving_changed.connect(self.served.append)
        self.said: list[tuple[str, str]] = []
        desk.messages.said.connect(lambda level, text: self.said.append((level, text)))
        self.resize(280, 640)


def click(desk: Desk, action: object, actor: Actor | None = None, **kwargs: object) -> object:
    """Somebody does something at another window."""
    return desk.hall.run(Request(actor or desk.actor, NOW, new_id()), action, **kwargs)


def take(desk: Desk, priority: Priority = Priority.NONE, **kwargs: object) -> UUID:
    proof = Proof.ELDER_CARD if priority else Proof.NONE
    return click(desk, take_ticket, priority=priority, proof=proof, **kwargs).ticket_id


def press(
    qtbot: QtBot, window: Window, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    qtbot.waitUntil(lambda: not window.panel._busy)  # a key during a verb is not a second one
    qtbot.keyClick(window, key, modifier)


def current(window: Window) -> tuple[str, TicketState] | None:
    row = window.panel.current
    return (row.number, row.state) if row else None
