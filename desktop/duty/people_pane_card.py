"""The head of the chosen body: colour, name, what it receives people for, whom to call, its limits, and its rules."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from db.clock import business_date
from db.duty.rows import BodyRow
from db.duty.rules import BodyRule
from db.errors import RuleBroken
from db.staff.permissions import Permission
from desktop.duty.board_words import day_text
from desktop.duty.body_form import limits_words
from desktop.duty.people_pane_look import Band
from desktop.duty.people_pane_seen import People
from desktop.duty.rule_form_preview import upcoming
from desktop.duty.rule_form_words import rule_sentence
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.widgets.badge import Badge
from desktop.widgets.table import Column, RowTable
from desktop.widgets.words import label

MOST_SHOWN = 4


class BodyCard(QFrame):
    """Who the body is; the buttons are a manager's."""

    edit_wanted = Signal()
    retire_wanted = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.desk = desk
        self.band = Band()
        self.name = label("", "itemName", select=True)
        self.badge = Badge("已停用", "warn", shape=True)
        self.scope = label("", "", wrap=True, select=True)
        self.contact = label("", "hint", wrap=True, select=True)
        self.edit_button, self.retire_button = QPushButton("修改单位（F2）"), QPushButton("停用")
        theme.dress(self.edit_button, "fa6s.pen")
        self.edit_button.clicked.connect(self.edit_wanted)
        self.retire_button.clicked.connect(self.retire_wanted)
        head = QHBoxLayout()
        head.addWidget(self.name)
        head.addWidget(self.badge)
        head.addStretch(1)
        head.addWidget(self.edit_button)
        head.addWidget(self.retire_button)
        text = QVBoxLayout()
        text.setSpacing(theme.px(2))
        text.addLayout(head)
        text.addWidget(self.scope)
        text.addWidget(self.contact)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.px(8), theme.px(6), theme.px(10), theme.px(8))
        layout.setSpacing(theme.px(10))
        layout.addWidget(self.band)
        layout.addLayout(text, 1)

    def show_body(self, body: BodyRow) -> None:
        """Another body, or the same anew."""
        may = self.desk.may(Permission.DUTY_PLAN)
        self.band.show_colour(body.colour)
        self.name.setText(body.name)
        self.badge.setVisible(not body.active)
        self.scope.setText(f"接待范围：{body.scope or '（未填写）'}")
        contact = " ".join(part for part in (body.liaison, body.office_phone) if part)
        parts = (f"联络员 {contact}" if contact else "联络员未填写", limits_words(body), body.note)
        self.contact.setText("　·　".join(part for part in parts if part))
        self.edit_button.setEnabled(may)
        self.retire_button.setEnabled(may)
        self.retire_button.setText("停用" if body.active else "恢复使用")


class RulesBox(QWidget):
    """The rules of the body as sentences, each with the next day it gives."""

    add_wanted = Signal()
    edit_wanted = Signal(object)  # BodyRule
    drop_wanted = Signal(object)  # BodyRule

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self._seen = People()
        self.table = RowTable[BodyRule](
            (
                Column("轮值规则", self._sentence, tip=self._sentence),
                Column("下一场", self._next, 170, tip=self._next),
            ),
            "还没有轮值规则。按 Ctrl+R 写明：什么日子、几点到几点、几个人、在哪里。",
        )
        self.table.setAccessibleName("轮值规则")
        self.table.horizontalHeader().hide()
        self.add_button = QPushButton("新增规则（Ctrl+R）")
        self.edit_button, self.drop_button = QPushButton("修改"), QPushButton("删除")
        self.edit_button.setAccessibleName("修改选中的规则")
        self.drop_button.setAccessibleName("删除选中的规则")
        self.add_button.clicked.connect(self.add_wanted)
        self.edit_button.clicked.connect(lambda: self._emit(self.edit_wanted))
        self.drop_button.clicked.connect(lambda: self._emit(self.drop_wanted))
        self.table.opened.connect(lambda _: self.edit_button.click())
        self.table.picked.connect(self._enable)
        column, below = QVBoxLayout(), QHBoxLayout()
        column.addWidget(self.add_button)
        below.addWidget(self.edit_button)
        below.addWidget(self.drop_button)
        column.addLayout(below)
        column.addStretch(1)
        self.whole = label("", "hint", wrap=True, select=True)
        beside = QHBoxLayout()
        beside.addWidget(self.table, 1)
        beside.addLayout(column)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(4))
        layout.addLayout(beside)
        layout.addWidget(self.whole)

    def show_rules(self, body: BodyRow, seen: People) -> None:
        """Show those of another body."""
        self._seen = seen
        self.table.show_rows(body.rules, key=lambda rule: rule.id)
        shown = min(max(len(body.rules), 2), MOST_SHOWN)
        self.table.setFixedHeight(theme.px(32) * shown + theme.px(6))
        if body.rules and self.table.current() is None:
            self.table.selectRow(0)
        self._enable(self.table.current())

    def _sentence(self, rule: BodyRule) -> str:
        return rule_sentence(rule, self._seen.room_name(rule.room_id))

    def _next(self, rule: BodyRule) -> str:
        try:
            found, note = upcoming(rule, business_date(self.desk.now()), self._seen.calendar)
        except RuleBroken as wrong:
            return wrong.sentence
        held = next((each for each in found if not each.cancelled), None)
        if held is None:
            return note.removeprefix("▲ ") or "没有下一场"
        return "下一场 " + day_text(held.day) + (f"（{held.note}）" if held.note else "")

    def _emit(self, signal: object) -> None:
        rule = self.table.current()
        if rule is not None:
            signal.emit(rule)  # type: ignore[attr-defined]

    def _enable(self, rule: BodyRule | None) -> None:
        may = self.desk.may(Permission.DUTY_PLAN)
        self.add_button.setEnabled(may)
        self.edit_button.setEnabled(may and rule is not None)
        self.drop_button.setEnabled(may and rule is not None)
        self.whole.setText(self._sentence(rule) if rule is not None else "")
        self.whole.setVisible(rule is not None)
