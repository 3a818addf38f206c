"""Somebody cannot come: the fewest changes that fill the places, shown before anything is written, with what is proved."""

from datetime import date

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from db.clock import business_date, local
from db.duty.changing import LeaveEntered, leave
from db.duty.repairing import RepairStep, apply_repair
from db.duty.rows import DutyRow, SlotRow
from db.duty.solve.problem import Half
from db.errors import Refusal
from desktop.duty.board_words import HALVES, day_text
from desktop.duty.meanwhile import Meant, Standing, attempt
from desktop.duty.people_pane_dialog import bounded
from desktop.duty.plan_data import Seen
from desktop.duty.plan_fields import choose
from desktop.duty.repair_data import Ground, Leave, Line, Preview, ground, hit, holes, preview
from desktop.rooms.fields import date_field, pydate, qdate
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.widgets.table import Column, RowTable
from desktop.widgets.tone import retone
from desktop.widgets.words import label

_WAIT_MS = 250
ANEW = "■ 已按最新内容重新求过，改法和刚才不同，请看过再按。"
REASONS = ("身体不适", "临时公务", "外出培训")
LINES = (
    Column[Line]("哪一班", lambda row: row.when, 165),
    Column[Line]("单位", lambda row: row.body, 178),
    Column[Line]("原来", lambda row: row.before, 96),
    Column[Line]("改为", lambda row: row.after, 110, tone=lambda row: "warn" if "空缺" in row.after else "good"),
    Column[Line]("为什么", lambda row: row.why),
)


class RepairDialog(QDialog):
    """Above who and when; below what would change. Ctrl+Enter enters the leave and makes the changes."""

    repaired = Signal(str)

    def __init__(
        self, desk: Desk, seen: Seen, duty: DutyRow | None, day: date | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.desk, self.seen = desk, seen
        self.today = business_date(desk.now())
        self.found: Preview | None = None
        self._base: Ground | None = None
        self._asked = 0
        self._said = ""  # why the last step was not done: stands until something else is chosen
        self._sure: tuple[
            RepairStep, ...
        ] = ()  # changes that were asked for: made at once if they are still the fewest
        self.setWindowTitle("请假重排")
        self.who = QComboBox()
        self.who.setAccessibleName("谁")
        first = max(day or self.today, self.today)
        self.first, self.last = date_field(first, "从"), date_field(first, "到")
        self.half = QComboBox()
        self.half.setAccessibleName("时段")
        self.why = QLineEdit()
        self.why.setPlaceholderText("请假原因")
        self.why.setAccessibleName("请假原因")
        self.hit = label("", "hint", wrap=True)
        self.verdict = label("", "nextStep", wrap=True)
        self.table = RowTable[Line](LINES, "")
        self.table.setAccessibleName("要改动的位置")
        self.whole = label("", "hint", wrap=True)  # a reason is longer than its column
        self.table.picked.connect(lambda row: self.whole.setText(row.why if row is not None else ""))
        self.left_open = label("", "", wrap=True)
        self.left_open.setProperty("tone", "warn")
        self._fill(duty)
        self._lay_out()
        self._soon = QTimer(self, singleShot=True, interval=_WAIT_MS)
        self._soon.timeout.connect(self._look)
        self.who.currentIndexChanged.connect(lambda _: self._changed())
        self.half.currentIndexChanged.connect(lambda _: self._changed())
        self.first.dateChanged.connect(self._later)
        self.last.dateChanged.connect(lambda _: self._changed())
        self.why.textChanged.connect(lambda _: self._ready())
        self.desk.ask(self, ground, desk.centre_id, seen.plan.id, desk.now(), then=self._know)
        self._changed()
        self.why.setFocus()

    @property
    def leave(self) -> Leave | None:
        """What is supposed; None: only what is open already."""
        member_id = self.who.currentData()
        if member_id is None:
            return None
        return Leave(
            member_id, pydate(self.first), pydate(self.last), self.half.currentData(), None, self.why.text().strip()
        )

    def apply(self) -> None:
        """Make the changes, then enter the leave: one numbered change that names who goes and who comes."""
        if self.ok.isEnabled():
            self._said = ""
            self._busy(True)
            self._change()

    def only_enter(self) -> None:
        """Enter the leave and leave the places open."""
        self._busy(True)
        self._enter("请假已登记，空出的位置还没有安排。")

    # ---- looking ahead

    def _know(self, base: Ground | None) -> None:
        self._base = base
        self._look()

    def _later(self) -> None:
        if pydate(self.last) < pydate(self.first):
            self.last.setDate(qdate(pydate(self.first)))
        self._changed()

    @property
    def _slots(self) -> tuple[SlotRow, ...]:
        return self._base.slots if self._base is not None else self.seen.slots

    def _changed(self) -> None:
        self._said, self._sure = "", ()
        self._tell_open()
        self._soon.start()

    def _tell_open(self) -> None:
        """Say which sessions are left open; what fills them is being looked for."""
        self.found = None
        leave_ = self.leave
        for field in (self.first, self.last, self.half):
            field.setEnabled(leave_ is not None)
        open_ = holes(self._slots, self.today) if leave_ is None else hit(self._slots, leave_, self.today)
        told = "；".join(
            f"{day_text(slot.day)}{HALVES[Half.of(slot.starts)]} {slot.body_name}" for slot, _ in open_[:6]
        )
        more = f" 等 {len(open_)} 班" if len(open_) > 6 else ""
        self.hit.setText(f"空出 {len(open_)} 班：{told}{more}" if open_ else "这段时间没有已公示的班次。")
        self.table.show_rows(())
        self.left_open.hide()
        self.verdict.setText("正在求最少改动…" if open_ else "不用重排。")
        retone(self.verdict, "")
        self._ready()

    def _look(self) -> None:
        base, leave_ = self._base, self.leave
        if base is None or self._soon.isActive():
            return
        self._asked += 1
        asked, seats, now = self._asked, self.seen.seat_of, local(self.desk.now())
        self.desk.work.job(
            self,
            lambda: preview(base, leave_, now, seats),
            lambda found: self._show(found) if asked == self._asked else None,
            lambda refusal: self.verdict.setText(refusal.sentence if isinstance(refusal, Refusal) else ""),
        )

    def _show(self, found: Preview) -> None:
        self.found = found
        fix = found.repair
        self.table.show_rows(found.lines)
        if found.lines:
            self.table.setCurrentIndex(self.table.rows.index(0, 0))
        self.verdict.setText(f"{self._said}{'●' if fix.proved else '▲'} {fix.sentence}")
        retone(self.verdict, "good" if fix.proved and not fix.open and not self._said else "warn")
        told = [f"▲ {each.sentence}" for each in fix.open]
        if found.begun:
            told.append(f"▲ 另有 {found.begun} 个位置所在的班次已经开始，请在“今日”里安排替班。")
        self.left_open.setText("\n".join(told))
        self.left_open.setVisible(bool(told))
        self._ready()
        sure, self._sure = self._sure, ()
        if sure and sure == found.steps:
            self.apply()
        elif sure:
            self.verdict.setText(f"{ANEW}\n{self.verdict.text()}")
            retone(self.verdict, "warn")

    def _ready(self) -> None:
        leave_ = self.leave
        said = leave_ is None or bool(self.why.text().strip())
        self.ok.setEnabled(bool(self.found and self.found.steps) and said)
        self.enter.setEnabled(leave_ is not None and said)
        self.enter.setVisible(leave_ is not None)
        self.why.setPlaceholderText("请假原因" if leave_ is not None else "原因（写入调班通知，可不填）")
        self.ok.setText(f"{'登记并这样改' if leave_ is not None else '这样改'}（Ctrl+Enter）")
        self.ok.setShortcut(Qt.Modifier.CTRL | Qt.Key.Key_Return)  # a new text takes the shortcut away

    # ---- doing it

    def _enter(self, sentence: str) -> None:
        leave_ = self.leave
        if leave_ is None:
            self._end(sentence)
            return

        def entered(made: LeaveEntered) -> None:
            if made.drafts:
                self.desk.messages.warn(f"拟定中的轮值表里还有 {made.drafts} 个位置是这位的，请重新排班。")
            self._end(sentence)

        self.desk.do(
            self, leave, member_id=leave_.member_id, first=leave_.first, last=leave_.last, half=leave_.half,
            why=leave_.why, then=entered, failed=self._refused,
        )  # fmt: skip

    def _change(self) -> None:
        found, base, leave_ = self.found, self._base, self.leave
        if found is None or base is None:
            self._busy(False)
            return
        name = self.who.currentText().split("　")[0]
        reason = f"{name}请假：{leave_.why}" if leave_ is not None else (self.why.text().strip() or "补上空出的位置")

        proof = found.repair.sentence
        said = f"已调整。{proof}（“调整”里打印调班通知，Ctrl+Z 撤销）"
        meant = Meant(
            Standing(base.plan, {slot.id: slot for slot in base.slots}), lambda _: f"{reason}，{found.words}",
            lambda _: self._anew(found.steps), tuple(dict.fromkeys(step.slot_id for step in found.steps)),
        )  # fmt: skip
        attempt(
            self, self.desk, meant, apply_repair, "调整", then=lambda _: self._enter(said), failed=self._refused,
            left=self._anew, plan_id=base.plan.id, version=base.plan.version, steps=found.steps, reason=reason,
            proof=proof,
        )  # fmt: skip

    def _anew(self, sure: tuple[RepairStep, ...] = ()) -> None:
        """Look for the fewest changes on the newest state; those that are `sure` are made if they still are it."""
        self._sure = sure
        self._tell_open()
        self.desk.ask(self, ground, self.desk.centre_id, self.seen.plan.id, self.desk.now(), then=self._know)

    def _end(self, sentence: str) -> None:
        self.accept()
        self.repaired.emit(sentence)

    def _refused(self, refusal: Refusal) -> None:
        self._said = f"■ {refusal.sentence}\n"
        self._anew()

    def _busy(self, busy: bool) -> None:
        self.ok.setEnabled(not busy)
        self.enter.setEnabled(not busy)

    # ---- how it is put together

    def _fill(self, duty: DutyRow | None) -> None:
        open_ = len(holes(self.seen.slots, self.today))
        self.who.addItem(f"（不登记请假，只补已空出的 {open_} 个位置）", None)
        people = {seat.member_id: f"{seat.member_name}　{seat.kind}".strip() for seat in self.seen.seats}
        for member_id, text in sorted(people.items(), key=lambda each: each[1]):
            self.who.addItem(text, member_id)
        self.who.setEditable(True)
        self.who.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        completer = QCompleter(self.who.model(), self.who)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.who.setCompleter(completer)
        if duty is not None:
            choose(self.who, duty.member_id)
        elif not open_ and self.who.count() > 1:
            self.who.setCurrentIndex(1)
        self.half.addItem("全天", None)
        for half, text in HALVES.items():
            self.half.addItem(text, half)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        for text, field in (("谁", self.who), ("从", self.first), ("到", self.last), ("", self.half)):
            if text:
                top.addWidget(label(text))
            top.addWidget(field, 1 if field is self.who else 0)
        reasons = QHBoxLayout()
        reasons.addWidget(self.why, 1)
        for words in REASONS:
            button = QPushButton(words)
            button.setObjectName("link")
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, words=words: self.why.setText(words))
            reasons.addWidget(button)
        buttons = QDialogButtonBox()
        self.ok = buttons.addButton("登记并这样改（Ctrl+Enter）", QDialogButtonBox.ButtonRole.ActionRole)
        self.ok.setObjectName("primary")
        self.ok.setShortcut(Qt.Modifier.CTRL | Qt.Key.Key_Return)
        self.ok.clicked.connect(self.apply)
        self.enter = buttons.addButton("只登记请假", QDialogButtonBox.ButtonRole.ActionRole)
        self.enter.clicked.connect(self.only_enter)
        buttons.addButton("取消（Esc）", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        for button in (self.ok, self.enter):
            button.setAutoDefault(False)
        layout = QVBoxLayout(self)
        layout.setSpacing(theme.px(8))
        layout.addLayout(top)
        layout.addLayout(reasons)
        layout.addWidget(self.hit)
        layout.addWidget(self.verdict)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.whole)
        layout.addWidget(self.left_open)
        layout.addWidget(buttons)
        bounded(self, 1000, 560)
