"""How many people a session needs, and of which kinds: anybody, the kinds in turn, or one of each together."""

import re

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QSizePolicy, QSpinBox, QVBoxLayout, QWidget

from db.duty.rules import Composition, Turn
from db.errors import RuleBroken
from desktop.duty.people_pane_dialog import roomy
from desktop.duty.rule_form_days import combo
from desktop.duty.rule_form_words import TURNS
from desktop.shell import theme
from desktop.widgets.words import label

USUAL_KINDS = ("党代表", "人大代表", "政协委员")
"""The kinds of a “两代表一委员”工作室; offered where a body has no members yet."""
_HINTS = {
    Turn.ANYBODY: "身份留空表示谁都可以；填了就只排这些身份。",
    Turn.IN_TURN: "一场一类，按这里的顺序轮：轮到的身份来人，节假日停的那次不算，不会跳过谁。",
    Turn.TOGETHER: "每场每类都来人；人数是每一类的人数。",
}


class PeopleBox(QWidget):
    """`value()` is the composition."""

    changed = Signal()

    def __init__(self, composition: Composition | None, kinds: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        given = composition or Composition()
        self.people = QSpinBox(minimum=1, maximum=20, value=given.people, suffix=" 人")
        self.people.setAccessibleName("每场人数")
        roomy(self.people)
        self.turn = combo(tuple((words, turn) for turn, words in TURNS.items()), "身份怎样搭配")
        self.turn.setCurrentIndex(self.turn.findData(given.turn))
        self.kinds = QLineEdit("、".join(given.kinds))
        self.kinds.setPlaceholderText("身份，用顿号隔开：党代表、人大代表")
        self.kinds.setAccessibleName("身份")
        self.hint = label("", "hint", wrap=True)
        top, known = QHBoxLayout(), QHBoxLayout()
        top.addWidget(self.people)
        top.addWidget(self.turn)
        top.addStretch(1)
        for kind in kinds or USUAL_KINDS:
            known.addWidget(self._offer(kind))
        known.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(2))
        layout.addLayout(top)
        layout.addWidget(self.kinds)
        layout.addLayout(known)
        layout.addWidget(self.hint)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.people.valueChanged.connect(self.changed)
        self.kinds.textChanged.connect(self.changed)
        self.turn.currentIndexChanged.connect(self._turned)
        self._turned()

    def value(self) -> Composition:
        """What is chosen.

        Raises:
            RuleBroken: the kinds that share the sessions are fewer than two.
        """
        turn, kinds = Turn(self.turn.currentData()), self._typed()
        if turn is not Turn.ANYBODY and len(kinds) < 2:
            raise RuleBroken("轮流或同时到需要至少两类身份，请点选或填写。")
        return Composition(turn, self.people.value(), kinds)

    def _typed(self) -> tuple[str, ...]:
        parts = (part.strip() for part in re.split(r"[、,，;；]", self.kinds.text()))
        return tuple(dict.fromkeys(part for part in parts if part))

    def _offer(self, kind: str) -> QPushButton:
        button = QPushButton(kind)
        button.setObjectName("link")
        button.setAutoDefault(False)
        button.setToolTip(f"加上或去掉“{kind}”")
        button.clicked.connect(lambda: self._toggle(kind))
        return button

    def _toggle(self, kind: str) -> None:
        typed = self._typed()
        wanted = tuple(each for each in typed if each != kind) if kind in typed else (*typed, kind)
        self.kinds.setText("、".join(wanted))

    def _turned(self) -> None:
        turn = Turn(self.turn.currentData())
        self.hint.setText(_HINTS[turn])
        self.people.setPrefix("各 " if turn is Turn.TOGETHER else "每场 ")
        self.changed.emit()
