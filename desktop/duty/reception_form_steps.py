"""The later steps of an entry: hand it to a unit, point it elsewhere, tell the visitor what came of it; and look behind the mask."""

from collections.abc import Callable, Mapping
from datetime import date

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QPushButton, QSizePolicy, QWidget

from db.clock import business_date
from db.duty.notices import print_redirect
from db.duty.reception import (
    SATISFACTION,
    Received,
    reception_open,
    reception_pass,
    reception_redirect,
    reception_tell,
)
from db.duty.reception_queries import Opened, reception, reveal_reception
from db.duty.rows import ReceptionRow
from db.duty.states import RECEPTION_NAMES
from db.errors import Refusal
from db.staff.permissions import Permission
from desktop.counter.suggest import line_of, suggestions
from desktop.duty.people_pane_dialog import FormDialog
from desktop.duty.reception_form_due import DueBox
from desktop.duty.reception_form_next import UNITS, WHITHER
from desktop.rooms.fields import date_field, pydate
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.shell.twice import Twice
from desktop.widgets.words import label

TOLD_HOW = ("电话", "当面", "短信", "书面", "入户")
OPEN_REASONS = ("办理转办事项", "反馈办理结果", "回访", "核对登记内容")
SHOWN_MS = 60_000


class StepForm(FormDialog):
    """A step with an entry as it stood when the form was opened; made by `watch` when its fields are filled."""

    def __init__(
        self, desk: Desk, row: ReceptionRow, title: str, button: str, parent: QWidget | None, width: int
    ) -> None:
        super().__init__(desk, f"{title} {row.number}", button, parent, width=width)
        self.row = row

    def watch(self, twin: Callable[[ReceptionRow], QWidget]) -> None:
        """From now on somebody else's change of the entry is shown, and what was typed is kept."""
        desk, row = self.desk, self.row
        self.twice = Twice(
            self, desk, read=lambda session: reception(session, desk.centre_id, row.id), twin=twin, adopt=self._adopt,
            failed=self._failed, facts=(row, _facts),
        )  # fmt: skip

    def _adopt(self, row: ReceptionRow) -> None:
        self.row = row
        self.save()


class PassForm(StepForm):
    """转办: to whom, and until when."""

    def __init__(self, desk: Desk, row: ReceptionRow, parent: QWidget | None = None) -> None:
        super().__init__(desk, row, "转办", "转办", parent, 560)
        self.unit = suggestions(UNITS, "转办单位")
        self.unit.setCurrentText(row.passed_to)
        self.unit.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.form.add("转办单位", self.unit)
        self.due = DueBox(desk)
        self.due.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.form.add("期限", self.due, "从今天的下一个工作日起算")
        self.watch(lambda new: PassForm(desk, new, self))
        line_of(self.unit).setFocus()

    def save(self) -> None:
        self.ok.setEnabled(False)
        self.desk.do(
            self, reception_pass, reception_id=self.row.id, version=self.row.version, unit=self.unit.currentText(),
            days=self.due.days(), due_on=self.due.day(), then=self._saved, failed=self._refused,
        )  # fmt: skip


class RedirectForm(StepForm):
    """涉法涉诉: whither; the slip is printed at once."""

    def __init__(self, desk: Desk, row: ReceptionRow, parent: QWidget | None = None) -> None:
        super().__init__(desk, row, "引导", "登记引导并打印引导单", parent, 560)
        self.whither = suggestions(WHITHER, "引导到哪里")
        self.whither.setCurrentText(row.redirected)
        self.whither.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.form.add("去向", self.whither, "涉法涉诉事项不受理；登记以后类别改为“涉法涉诉”")
        self.watch(lambda new: RedirectForm(desk, new, self))
        line_of(self.whither).setFocus()

    def save(self) -> None:
        self.ok.setEnabled(False)
        self.desk.do(
            self, reception_redirect, reception_id=self.row.id, version=self.row.version,
            whither=self.whither.currentText(), then=self._redirected, failed=self._refused,
        )  # fmt: skip

    def _redirected(self, made: Received) -> None:
        if self.desk.may(Permission.RECEIPT_PRINT):
            self.desk.do(self.desk, print_redirect, reception_id=made.reception_id)
        self._saved()


class TellForm(StepForm):
    """反馈: what came of it, when and how it was told, how content they are, who asked."""

    def __init__(self, desk: Desk, row: ReceptionRow, parent: QWidget | None = None) -> None:
        super().__init__(desk, row, "反馈", "保存反馈", parent, 620)
        today = business_date(desk.now())
        self.outcome = QPlainTextEdit(row.outcome)
        self.outcome.setTabChangesFocus(True)
        self.outcome.setFixedHeight(theme.px(84))
        self.form.add("办理结果", self.outcome)
        self.told_on = date_field(_told(row.told_on, today), "反馈日期")
        self.form.add("反馈日期", self.told_on)
        self.how = suggestions(TOLD_HOW, "怎样告诉的")
        self.how.setCurrentText(row.told_how or TOLD_HOW[0])
        self.form.add("反馈方式", self.how)
        self.satisfaction = QComboBox()
        self.satisfaction.addItems(SATISFACTION)
        self.satisfaction.setCurrentText(row.satisfaction or SATISFACTION[-1])
        self.form.add("满意度", self.satisfaction, "由来访人自己评价，不诱导；没有问到选“未评价”")
        name = desk.actor.name if desk.actor else ""
        self.visited_by = self.form.line("回访人", row.visited_by or name)
        self.watch(lambda new: TellForm(desk, new, self))
        self.outcome.setFocus()

    def save(self) -> None:
        self.ok.setEnabled(False)
        self.desk.do(
            self, reception_tell, reception_id=self.row.id, version=self.row.version,
            outcome=self.outcome.toPlainText(), told_on=pydate(self.told_on), told_how=self.how.currentText(),
            satisfaction=self.satisfaction.currentText(), visited_by=self.visited_by.text(), then=self._saved,
            failed=self._refused,
        )  # fmt: skip


class OpenForm(FormDialog):
    """The whole entry for a minute: a reason first, the journal second."""

    def __init__(self, desk: Desk, row: ReceptionRow, parent: QWidget | None = None) -> None:
        super().__init__(desk, f"查看完整内容 {row.number}", "查看", parent, width=620)
        self.row = row
        self.reason = suggestions(OPEN_REASONS, "必填，会记入日志")
        self.reason.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.form.add("原因", self.reason)
        self.shown = label("", "", wrap=True, select=True)
        self.form.add("", self.shown)
        self.again: QPushButton = self.no
        self.no.setText("关闭（Esc）")
        self._hide = QTimer(self, singleShot=True, interval=SHOWN_MS)
        self._hide.timeout.connect(lambda: self.shown.setText("已重新遮住"))
        line_of(self.reason).returnPressed.connect(self.save)
        line_of(self.reason).setFocus()
        self.ok.setAutoDefault(False)

    def save(self) -> None:
        """Journal it, then show it."""
        self.form.complain("")
        self.desk.do(
            self, reception_open, reception_id=self.row.id, reason=self.reason.currentText(), then=self._reveal,
            failed=self._refused,
        )  # fmt: skip

    def _reveal(self, there: bool) -> None:
        if not there:
            self.shown.setText("没有加密登记的内容。")
            return
        desk = self.desk
        desk.ask(self, reveal_reception, desk.hall.vault, desk.centre_id, self.row.id, then=self._show)

    def _show(self, found: Opened) -> None:
        parts = (
            ("来访人", found.visitor), ("电话", found.phone), ("住址", found.address), ("内容", found.content),
            ("诉求", found.demand),
        )  # fmt: skip
        self.shown.setText("\n".join(f"{name}：{text}" for name, text in parts if text))
        self._hide.start()
        self.adjustSize()

    def _refused(self, refusal: Refusal) -> None:
        self.form.complain(refusal.sentence, self.reason)


def _facts(row: ReceptionRow) -> Mapping[str, str]:
    """How far an entry has come, for forms that show only a part of it."""
    return {
        "情况": RECEPTION_NAMES[row.state],
        "类别": row.category,
        "转办": f"{row.passed_to}，{row.due_on:%Y-%m-%d} 前" if row.passed_to and row.due_on else row.passed_to,
        "引导到": row.redirected,
        "办理结果": row.outcome,
    }


def _told(day: date | None, today: date) -> date:
    return day or today
