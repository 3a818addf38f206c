"""A rule of a body's days: when, from when to when, how many of which kind, in which room; the next dates beside it."""

from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QSplitter, QVBoxLayout, QWidget
from sqlalchemy.orm import Session

from db.calendar.queries import calendar_of
from db.calendar.rules import Calendar
from db.clock import business_date
from db.duty.bodies import RuleFields, save_rule
from db.duty.queries import rules_by_body
from db.duty.rows import BodyRow
from db.duty.rules import BodyRule
from db.errors import Refusal, RuleBroken
from db.ids import new_id
from db.rooms.queries import RoomRow, rooms
from desktop.duty.people_pane_dialog import bounded, side_by_side
from desktop.duty.rule_form_days import DaysBox
from desktop.duty.rule_form_people import PeopleBox
from desktop.duty.rule_form_preview import RulePreview
from desktop.duty.rule_form_times import TimesBox
from desktop.duty.rule_form_words import rule_sentence
from desktop.rooms.fields import use_field
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.shell.twice import Twice
from desktop.widgets.form import Form, scrolled

_Known = tuple[Calendar, tuple[RoomRow, ...]]


class RuleForm(QDialog):
    """Ctrl+Enter saves. What was typed stays when the hall refuses."""

    saved = Signal()

    def __init__(
        self, desk: Desk, body: BodyRow, rule: BodyRule | None, kinds: tuple[str, ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.desk, self.body, self.given = desk, body, rule
        self._id = rule.id if rule else new_id()
        self._calendar: Calendar | None = None
        self.setWindowTitle(f"{'修改' if rule else '新增'}轮值规则：{body.name}")
        today = business_date(desk.now())
        self.days = DaysBox(rule.pattern if rule else None, today)
        self.times = TimesBox(rule.times if rule else ())
        self.people = PeopleBox(rule.composition if rule else None, kinds)
        self.room = QComboBox()
        self.room.setMinimumWidth(theme.px(230))
        self.room.addItem("哪间空就用哪间", None)
        self.use = use_field("房间用途", "任何用途")
        if rule is not None:
            self.use.setCurrentIndex(max(self.use.findData(rule.room_use), 0))
        self.preview = RulePreview(today)
        self._lay_out()
        for box in (self.days, self.times, self.people):
            box.changed.connect(self.look)
        self.room.currentIndexChanged.connect(self.look)
        self.use.currentIndexChanged.connect(self.look)
        self._ask()
        self.days.every.setFocus()
        if rule is not None:
            self._twice: Twice[BodyRule] = Twice(
                self, desk, read=lambda session: _rule(session, desk.centre_id, rule),
                twin=lambda _: QWidget(self), adopt=self._adopt, failed=self._failed,
                facts=(rule, lambda now: {"规则": rule_sentence(now)}),
            )  # fmt: skip

    def _adopt(self, rule: BodyRule) -> None:
        self.given = rule
        self.save()

    def rule(self) -> BodyRule:
        """What is typed.

        Raises:
            RuleBroken: a part of it cannot be read.
        """
        room = self.room.currentData()
        return BodyRule(
            self._id, self.body.id, self.days.pattern(), self.times.value(), self.people.value(),
            room_id=room, room_use="" if room is not None else str(self.use.currentData()),
        )  # fmt: skip

    def look(self) -> None:
        """Show what the rule gives, as it stands."""
        self.use.setEnabled(self.room.currentData() is None)
        if self._calendar is None:
            return
        try:
            self.preview.show_rule(self.rule(), self._calendar, self.room.currentText())
        except RuleBroken as wrong:
            self.preview.complain(wrong.sentence)

    def save(self) -> None:
        """Ask for it; what is wrong stands under the form."""
        try:
            rule = self.rule()
        except RuleBroken as wrong:
            self.form.complain(wrong.sentence)
            return
        fields = RuleFields(rule.pattern, rule.times, rule.composition, rule.room_id, rule.room_use)
        self.ok.setEnabled(False)
        self.desk.do(
            self, save_rule, body_id=self.body.id, fields=fields, rule_id=self.given.id if self.given else None,
            version=self.given.version if self.given else 0, then=self._saved, failed=self._refused,
        )  # fmt: skip

    def _ask(self) -> None:
        centre_id = self.desk.centre_id

        def query(session: Session) -> _Known:
            own = tuple(row for row in rooms(session, centre_id) if row.centre_id == centre_id)
            return calendar_of(session, centre_id), own

        self.desk.ask(self, query, then=self._show)

    def _show(self, known: _Known) -> None:
        self._calendar = known[0]
        wanted = self.given.room_id if self.given else None
        for room in known[1]:
            self.room.addItem(f"{room.number} {room.name}", room.id)
            if room.id == wanted:
                self.room.setCurrentIndex(self.room.count() - 1)
        if wanted is not None and self.room.currentData() is None:
            self.room.addItem("（已停用的房间）", wanted)
            self.room.setCurrentIndex(self.room.count() - 1)
        self.look()

    def _saved(self, _: object) -> None:
        self.saved.emit()
        self.accept()

    def _refused(self, refusal: Refusal) -> None:
        if self.given is None or not self._twice.meets(refusal):
            self._failed(refusal)

    def _failed(self, refusal: Refusal) -> None:
        self.ok.setEnabled(True)
        self.form.complain(refusal.sentence)

    def _lay_out(self) -> None:
        self.form = Form()
        self.form.add("什么日子", self.days)
        self.form.add("几点到几点", self.times)
        self.form.add("人员", self.people)
        self.form.add("房间", side_by_side(self.room, self.use), "公示后房间即被占用；撞上别的预约时，公示前会提示换房")
        self.room.setAccessibleName("房间")
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(scrolled(self.form))
        split.addWidget(self.preview)
        split.setSizes([theme.px(660), theme.px(500)])
        buttons = QDialogButtonBox()
        self.ok = buttons.addButton("保存（Ctrl+Enter）", QDialogButtonBox.ButtonRole.AcceptRole)
        self.ok.setShortcut(Qt.Modifier.CTRL | Qt.Key.Key_Return)
        buttons.addButton("取消（Esc）", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.save)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(split, 1)
        layout.addWidget(buttons)
        bounded(self, 1180, 560)


def _rule(session: Session, centre_id: UUID, rule: BodyRule) -> BodyRule | None:
    rules = rules_by_body(session, centre_id).get(rule.body_id, ())
    return next((each for each in rules if each.id == rule.id), None)
