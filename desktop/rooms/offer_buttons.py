"""What can be had instead of a slot that is taken: a button an offer, each with a key, as many in a row as have room."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from db.rooms.offers import Offer
from desktop.shell import theme

MOST = 6
MOST_IN_A_ROW = 3


class OfferButtons(QWidget):
    """Alt+1 takes the first."""

    taken = Signal(object)  # Offer

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: tuple[QPushButton, ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self.hide()

    def show_offers(self, offers: tuple[Offer, ...], width: int) -> None:
        """Show other offers, or none, in so many pixels."""
        for old in self.buttons:
            self._grid.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.buttons = tuple(self._button(number, offer) for number, offer in enumerate(offers[:MOST], 1))
        widest = max((button.sizeHint().width() for button in self.buttons), default=1)
        columns = min(max(width // (widest + theme.px(12)), 1), MOST_IN_A_ROW)
        for at, button in enumerate(self.buttons):
            self._grid.addWidget(button, at // columns, at % columns)
            button.show()  # now, not later: it counts when the dialog is measured
        self.setVisible(bool(self.buttons))

    def _button(self, number: int, offer: Offer) -> QPushButton:
        button = QPushButton(f"{offer.label}　Alt+{number}", self)
        button.setShortcut(f"Alt+{number}")
        button.setAutoDefault(False)
        button.clicked.connect(lambda: self.taken.emit(offer))
        return button
