"""A new plan: for which bodies, from when to when; the title suggests itself."""

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from db.duty.plans import PlanMade, plan_new
from db.duty.rows import BodyRow
from db.errors import Refusal
from desktop.duty.plan_words import SPAN_NAMES, Span, bounds, following, suggested_title
from desktop.rooms.fields import date_field, pydate, qdate
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.widgets.form import Form, scrolled


class NewPlanDialog(QDialog):
    """Ctrl+Enter makes it. The next month is offered; whoever wants a quarter or a year chooses it."""

    made = Signal(object)  # PlanMade

    def __init__(self, desk: Desk, bodies: tuple[BodyRow, ...], today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self._named = True
        self.setWindowTitle("新建轮值表")
        self.boxes = [self._box(body) for body in bodies]
        self.span = QComboBox()
        for span, name in SPAN_NAMES.items():
            self.span.addItem(name, span)
        first, last = following(Span.MONTH, today)
        self.first, self.last = date_field(first, "第一天"), date_field(last, "最后一天")
        self.form = Form()
        self._lay_out()
        self.span.currentIndexChanged.connect(self._turned)
        self.first.dateChanged.connect(self._moved)
        self.last.dateChanged.connect(self._retitle)
        for box in self.boxes:
            box.toggled.connect(self._retitle)
        self.title.textEdited.connect(lambda text: setattr(self, "_named", not text.strip()))
        self._turned()
        if self.boxes:
            self.boxes[0].setFocus()

    def chosen(self) -> list[BodyRow]:
        """The bodies that are ticked."""
        return [box.property("body") for box in self.boxes if box.isChecked()]

    def save(self) -> None:
        """Make the plan with its sessions."""
        chosen = self.chosen()
        if not chosen:
            self.form.complain("请至少选一个轮值单位。")
            return
        if pydate(self.last) < pydate(self.first):
            self.form.complain("最后一天不能早于第一天。", self.last)
            return
        self.ok.setEnabled(False)
        self.desk.do(
            self,
            plan_new,
            body_ids=tuple(body.id for body in chosen),
            first=pydate(self.first),
            last=pydate(self.last),
            title=self.title.text().strip(),
            then=self._made,
            failed=self._refused,
        )

    def _made(self, made: PlanMade) -> None:
        self.accept()
        self.made.emit(made)

    def _refused(self, refusal: Refusal) -> None:
        self.ok.setEnabled(True)
        self.form.complain(refusal.sentence)

    def _turned(self) -> None:
        span = Span(self.span.currentData())  # the box keeps its text
        free = span is Span.FREE
        self.last.setEnabled(free)
        if not free:
            first, last = bounds(span, pydate(self.first))
            if span is not Span.MONTH:
                first, last = following(span, self.desk.now().date())
            self.first.blockSignals(True)
            self.first.setDate(qdate(first))
            self.first.blockSignals(False)
            self.last.setDate(qdate(last))
        self._retitle()

    def _moved(self) -> None:
        span = Span(self.span.currentData())  # the box keeps its text
        if span is not Span.FREE:
            first, last = bounds(span, pydate(self.first))
            self.first.blockSignals(True)
            self.first.setDate(qdate(first))
            self.first.blockSignals(False)
            self.last.setDate(qdate(last))
        self._retitle()

    def _retitle(self) -> None:
        self.form.complain("")
        if self._named:
            names = [body.name for body in self.chosen()]
            self.title.setText(suggested_title(names, pydate(self.first), pydate(self.last)))

    def _box(self, body: BodyRow) -> QCheckBox:
        rules = f"{len(body.rules)} 条值班规则" if body.rules else "还没有值班规则"
        box = QCheckBox(f"{body.name}　{body.members} 人 · {rules}")
        box.setProperty("body", body)
        box.setEnabled(bool(body.rules))
        box.setChecked(bool(body.rules))
        return box

    def _lay_out(self) -> None:
        bodies = QWidget()
        column = QVBoxLayout(bodies)
        column.setContentsMargins(0, 0, 0, 0)
        for box in self.boxes:
            column.addWidget(box)
        column.addStretch(1)
        area = scrolled(bodies)
        area.setMinimumHeight(theme.px(min(len(self.boxes), 8) * 32 + 10))
        days = QWidget()
        row = QHBoxLayout(days)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.first)
        row.addWidget(self.last)
        row.addStretch(1)
        self.form.add("轮值单位", area)
        self.form.add("多久", self.span)
        self.form.add("起止", days, "按各单位的规则逐日生成班次，遇节假日按规则顺延或跳过。")
        self.title = self.form.line("标题")
        buttons = QDialogButtonBox()
        self.ok = buttons.addButton("新建（Ctrl+Enter）", QDialogButtonBox.ButtonRole.AcceptRole)
        self.ok.setObjectName("primary")
        self.ok.setShortcut(Qt.Modifier.CTRL | Qt.Key.Key_Return)
        buttons.addButton("取消（Esc）", QDialogButtonBox.ButtonRole.RejectRole)
        self.ok.clicked.connect(self.save)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.form)
        layout.addWidget(buttons)
        self.setMinimumWidth(theme.px(560))
