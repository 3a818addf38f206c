"""The right-hand side: promised date, what will be printed, and one large button that says what will happen."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from db.cases.rules import Offer, title_of
from db.cases.status import Verb
from desktop.counter.glance import Glance
from desktop.counter.seek import retone

VERB_KEYS = {
    Verb.ACCEPT: 1, Verb.TOLERATE: 2, Verb.INSTANT: 3, Verb.RECEIVE: 4, Verb.CORRECT: 5, Verb.REFUSE: 6, Verb.REFER: 7,
}  # fmt: skip
"""Ctrl and this number: a move keeps its key, so that hands can learn it."""
_EXTRA = {
    Verb.INSTANT: "证照或文书编号（可不填）",
    Verb.REFER: "引导去向（必填）",
}


class OutcomePanel(QFrame):
    """Follows from the form; presses nothing by itself. Plain Enter never presses the large button: F9 or Ctrl+Enter do."""

    wanted = Signal(object)  # Offer: main or another one

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("outcome")
        self.serving = _label("serving")
        self.promise_title = _label("hint", "承诺办结")
        self.promise = _label("promise")
        self.promise_note = _label("hint")
        self.papers_title = _label("hint", "将打印")
        self.papers = _label("papers")
        self.lacking_title = _label("hint", "还缺")
        self.lacking = _label("lacking")
        retone(self.lacking, "bad")
        self.warning = _label("hint")
        retone(self.warning, "warn")
        self.step = _label("nextStep")
        self.extra = QLineEdit()
        self.main = QPushButton()
        self.main.setObjectName("primary")
        self.main.setAutoDefault(False)
        self.main.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.main.setMinimumHeight(64)
        self.main.clicked.connect(self.press)
        self.done = _label("done")
        self.done.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._others = {verb: self._other(verb) for verb in VERB_KEYS}
        self._offer: Offer | None = None
        self._box = QVBoxLayout(self)
        self._box.setSpacing(6)
        self._lay_out()

    def show_glance(
        self,
        seen: Glance,
        offers: Sequence[Offer],
        serving: str,
        warning: str = "",
        hopeless: frozenset[Verb] = frozenset(),
    ) -> None:
        """Show what the form amounts to; `hopeless` are moves that this item never allows."""
        self.serving.setText(serving)
        self.promise.setText(seen.promise)
        self.promise_note.setText(seen.promise_note)
        self._offer = seen.offer
        papers = seen.offer.papers if seen.offer else ()
        self.papers.setText("\n".join(f"▤ {paper.label}" for paper in papers) or ("不打印" if seen.offer else "—"))
        self.lacking.setText("\n".join(seen.lacking))
        for label in (self.lacking_title, self.lacking):
            label.setVisible(bool(seen.lacking))
        self.warning.setText(warning)
        self.warning.setVisible(bool(warning))
        self.step.setText(seen.next_step)
        self.step.setVisible(bool(seen.next_step))
        self.main.setText(f"{seen.offer.label if seen.offer else '受理'}\nF9")
        self.main.setEnabled(seen.ready)
        self.main.setAccessibleName(f"{seen.offer.label if seen.offer else '受理'}，F9。{seen.next_step}")
        self._show_extra(seen.offer)
        self._show_others(offers, hopeless, served=seen.offer is not None)

    def show_done(self, text: str) -> None:
        """What the last click made; "" takes it away."""
        self.done.setText(text)
        self.done.setVisible(bool(text))

    def shorten(self, slim: bool) -> None:
        """In a narrow column the small buttons leave their keys to the tool tips."""
        for verb, button in self._others.items():
            button.setText(title_of(verb) if slim else f"{title_of(verb)}　Ctrl+{VERB_KEYS[verb]}")

    def busy(self, on: bool) -> None:
        """While a click is under way no second one is taken."""
        self.main.setEnabled(not on)
        for button in self._others.values():
            button.setEnabled(not on and bool(button.property("allowed")))

    def press(self) -> None:
        """The large button."""
        if self._offer is not None and self.main.isEnabled():
            self.wanted.emit(self._offer)

    def press_verb(self, verb: Verb) -> None:
        """The key of a move: it is the same whether its button is large or small just now."""
        if self._offer is not None and self._offer.verb is verb:
            self.press()
        elif verb in self._others and self._others[verb].isVisible() and self._others[verb].isEnabled():
            self._others[verb].click()

    def _show_extra(self, offer: Offer | None) -> None:
        hint = _EXTRA.get(offer.verb, "") if offer else ""
        if self.extra.placeholderText() != hint:
            self.extra.clear()
        self.extra.setPlaceholderText(hint)
        self.extra.setAccessibleName(hint)
        self.extra.setVisible(bool(hint))

    def _show_others(self, offers: Sequence[Offer], hopeless: frozenset[Verb], *, served: bool) -> None:
        by_verb = {offer.verb: offer for offer in offers}
        main = self._offer.verb if self._offer else None
        for verb, button in self._others.items():
            offer = by_verb.get(verb)
            button.setVisible(served and offer is not None and verb is not main and verb not in hopeless)
            if offer is not None:
                button.setEnabled(offer.allowed)
                button.setProperty("allowed", offer.allowed)
                button.setToolTip(f"{offer.refusal or offer.note or offer.label}（Ctrl+{VERB_KEYS[verb]}）")
                button.setAccessibleDescription(offer.refusal)
                button.setProperty("offer", offer)
        self._flow()

    def _flow(self) -> None:
        """Two columns without holes."""
        shown = [button for button in self._others.values() if not button.isHidden()]
        for button in self._others.values():
            self._grid.removeWidget(button)
        for at, button in enumerate(shown):
            self._grid.addWidget(button, at // 2, at % 2)

    def _other(self, verb: Verb) -> QPushButton:
        button = QPushButton(f"{title_of(verb)}　Ctrl+{VERB_KEYS[verb]}", self)
        button.setObjectName("secondary")
        button.setAutoDefault(False)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: self.wanted.emit(button.property("offer")))
        button.hide()
        return button

    def _lay_out(self) -> None:
        promise = (self.promise_title, self.promise, self.promise_note)
        for label in (self.serving, *promise, self.papers_title, self.papers, self.lacking_title, self.lacking):
            self._box.addWidget(label)
        self._box.addStretch(1)
        below: tuple[QWidget, ...] = (self.warning, self.step, self.extra, self.main)
        for widget in below:
            self._box.addWidget(widget)
        grid = QGridLayout()
        grid.setSpacing(6)
        self._grid = grid
        self._box.addLayout(grid)
        self._box.addWidget(self.done)
        self.done.hide()
        self.extra.hide()
        self.warning.hide()


def _label(name: str, text: str = "") -> QLabel:
    label = QLabel(text)
    label.setObjectName(name)
    label.setWordWrap(True)
    return label
