"""Two change places: with whom, what the rules say of each choice, and why."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QVBoxLayout, QWidget

from db.duty.rows import DutyRow, SlotRow
from db.duty.solve.problem import Sitting
from db.duty.solve.swap import swap_check
from db.duty.states import EXPECTED
from desktop.duty.board_words import HALVES, day_text, slot_text
from desktop.duty.people_pane_dialog import bounded
from desktop.duty.people_pane_find import spoken
from desktop.duty.plan_data import Case, Seen
from desktop.shell.desk import Desk
from desktop.widgets.table import Column, RowTable
from desktop.widgets.tone import retone
from desktop.widgets.words import label


@dataclass(frozen=True, slots=True)
class Partner:
    """Somebody to change with, in which session, and what rules that would break."""

    duty: DutyRow
    slot: SlotRow
    broken: tuple[str, ...]


def _when(slot: SlotRow) -> str:
    from db.duty.solve.problem import Half

    return f"{day_text(slot.day)} {HALVES[Half.of(slot.starts)]}"


COLUMNS = (
    Column[Partner]("和谁", lambda row: row.duty.member_name, 120, tone=lambda row: "bad" if row.broken else "good"),
    Column[Partner]("哪一班", lambda row: _when(row.slot), 170),
    Column[Partner](
        "规则",
        lambda row: "；".join(each.split("：", 1)[-1] for each in row.broken) or "都满足",
        tip=lambda row: "\n".join(row.broken) or "都满足",
    ),
)


class SwapDialog(QDialog):
    """Those with whom nothing is broken stand first."""

    given = Signal(object, object, str)  # DutyRow, DutyRow, reason

    def __init__(
        self,
        desk: Desk,
        seen: Seen,
        case: Case,
        duty: DutyRow,
        other: DutyRow | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.desk, self.seen, self.duty = desk, seen, duty
        self._other = other
        self._all: tuple[Partner, ...] = ()
        self.setWindowTitle("两人对调")
        slots = {slot.id: slot for slot in seen.slots}
        self.seek = QLineEdit()
        self.seek.setObjectName("seek")
        self.seek.setPlaceholderText("和谁对调：姓名、拼音或首字母")
        self.seek.setAccessibleName("和谁对调")
        self.table = RowTable[Partner](COLUMNS, "正在核对规则…")
        self.table.setAccessibleName("可以对调的人")
        self.detail = label("", "", wrap=True)
        self.reason = QLineEdit()
        self.reason.setPlaceholderText("对调的原因（写入调班通知）")
        self.reason.setAccessibleName("原因")
        buttons = QDialogButtonBox()
        self.ok = buttons.addButton("对调（Ctrl+Enter）", QDialogButtonBox.ButtonRole.ActionRole)
        self.ok.setObjectName("primary")
        self.ok.setShortcut(Qt.Modifier.CTRL | Qt.Key.Key_Return)
        self.ok.clicked.connect(self.give)
        buttons.addButton("取消（Esc）", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(label(f"{duty.member_name}　{slot_text(slots[duty.slot_id])}", "sectionTitle", wrap=True))
        layout.addWidget(self.seek)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.detail)
        layout.addWidget(self.reason)
        layout.addWidget(buttons)
        bounded(self, 680, 520)
        self.seek.installEventFilter(self)
        self.seek.textChanged.connect(self._filter)
        self.table.picked.connect(self._picked)
        self.table.opened.connect(lambda _: self.reason.setFocus())
        self.reason.textChanged.connect(lambda _: self._picked(self.table.current()))
        self._picked(None)
        self.seek.setFocus()
        desk.work.read(
            self, lambda: self._partners(case), self._found, lambda refusal: desk.messages.problem(refusal.sentence)
        )

    def give(self) -> None:
        """Ask for the swap."""
        row = self.table.current()
        if row is not None and self.reason.text().strip():
            self.accept()
            self.given.emit(self.duty, row.duty, self.reason.text().strip())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and down work in the list while the cursor stays in the line."""
        if watched is self.seek and isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                self.table.keyPressEvent(event)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.reason.setFocus()
                return True
        return super().eventFilter(watched, event)

    def _partners(self, case: Case) -> tuple[Partner, ...]:
        """Everybody of the body who sits somewhere else, judged; off the window's thread."""
        slots = {slot.id: slot for slot in self.seen.slots}
        own_slot = slots[self.duty.slot_id]
        own = Sitting(own_slot.id, self.duty.seat_id, self.duty.need)
        today = self.desk.now().date()
        found = []
        for slot in self.seen.slots:
            if slot.body_id != own_slot.body_id or slot.id == own_slot.id or slot.cancelled or slot.day < today:
                continue
            for duty in slot.duties:
                if duty.state in EXPECTED and duty.member_id != self.duty.member_id:
                    other = Sitting(slot.id, duty.seat_id, duty.need)
                    broken = swap_check(case.problem, case.sittings, own, other)
                    found.append(Partner(duty, slot, tuple(each.sentence for each in broken)))
        return tuple(sorted(found, key=lambda row: (bool(row.broken), row.slot.day, row.slot.starts)))

    def _found(self, rows: tuple[Partner, ...]) -> None:
        self._all = rows
        self.table.empty = "没有可以对调的人。"
        self._filter()

    def _filter(self) -> None:
        sought = "".join(self.seek.text().split()).lower()
        shown = [row for row in self._all if self._fits(row, sought)]
        self.table.show_rows(shown)
        wanted = [at for at, row in enumerate(shown) if self._other is not None and row.duty.id == self._other.id]
        if shown:
            self.table.setCurrentIndex(self.table.rows.index(wanted[0] if wanted else 0, 0))
        if wanted:
            self.reason.setFocus()

    def _fits(self, row: Partner, sought: str) -> bool:
        sounds = self.seen.sounds.get(row.duty.member_id, ())
        named = not sought or sought in row.duty.member_name.lower()
        return named or (sought.isascii() and any(spoken(sought, sounds[at:]) for at in range(len(sounds))))

    def _picked(self, row: Partner | None) -> None:
        told = "\n".join(f"■ {each}" for each in row.broken) if row is not None else ""
        self.detail.setText(told)
        retone(self.detail, "bad" if told else "")
        self.ok.setEnabled(row is not None and bool(self.reason.text().strip()))
