"""The band of the item: searched while none is chosen, then a card of what matters at the counter."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from db.catalogue import queries
from db.catalogue.rows import ItemDetail, ItemRow
from desktop.catalogue.picker import ItemPicker
from desktop.counter.form import Chosen, chosen_of
from desktop.shell.desk import Desk


class ItemBand(QWidget):
    """Ends in a `Chosen` item, or None."""

    chosen = Signal(object)  # Chosen
    refused = Signal(object)  # Proof: one that nobody here may issue

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.item: Chosen | None = None
        self._short = False
        self.picker = ItemPicker(desk)
        self.picker.chosen.connect(self._picked)
        self.picker.refused.connect(self.refused)
        self.name = QLabel()
        self.name.setObjectName("itemName")
        self.name.setWordWrap(True)
        self.facts = QLabel()
        self.facts.setWordWrap(True)
        self.conditions = QLabel()
        self.conditions.setObjectName("hint")
        self.conditions.setWordWrap(True)
        self.conditions.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.card = QWidget()
        lines = QVBoxLayout(self.card)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(3)
        for label in (self.name, self.facts, self.conditions):
            lines.addWidget(label)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.picker)
        layout.addWidget(self.card)
        self.clear()

    def clear(self) -> None:
        """No item, nor the one that is still being read."""
        self._desk.forget(self, "item")
        self.item = None
        self.picker.clear()
        self.card.hide()
        self.picker.show()

    def choose(self, item_id: object) -> None:
        """Read an item by its id (an earlier case, a ticket, a draft) and choose it."""
        self._desk.ask(self, queries.item, self._desk.centre_id, item_id, then=self._read, topic="item")

    def shorten(self, on: bool) -> None:
        """In a narrow window the conditions are read on the name."""
        self._short = on
        self.conditions.setVisible(self.item is not None and bool(self.item.conditions) and not on)

    def focus_first(self, ahead: str = "") -> None:
        """Search, going on with what was typed ahead."""
        self.picker.setFocus()
        if ahead:
            self.picker.show_query(ahead)

    def _picked(self, row: ItemRow) -> None:
        self.choose(row.id)

    def _read(self, detail: ItemDetail) -> None:
        self.item = chosen_of(detail)
        self.name.setText(self.item.name)
        self.facts.setText(_facts(self.item))
        self.conditions.setText(_shortened(self.item.conditions))
        self.conditions.setToolTip(self.item.conditions)
        self.name.setToolTip(self.item.conditions)
        self.shorten(self._short)
        self.picker.hide()
        self.card.show()
        self.chosen.emit(self.item)


def _facts(item: Chosen) -> str:
    limit = f"{item.limit.days} 个{item.limit.unit}" if item.limit.days else ""
    unsure = "" if item.limit.confirmed else "（时限待核）"
    parts = [item.rule.role, item.case_type, limit + unsure, item.rule.department, item.fee, item.phone]
    return "　".join(part for part in parts if part)


def _shortened(text: str, most: int = 110) -> str:
    flat = " ".join(text.split())
    return f"条件：{flat}" if len(flat) <= most else f"条件：{flat[:most]}…（停留看全文）"
