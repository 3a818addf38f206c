"""Who sits in a place: candidates with their reasons, the best first; whoever breaks a rule stands last and says why."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QLineEdit, QVBoxLayout, QWidget

from db.duty.solve.candidates import Candidate, candidates
from desktop.duty.board_rows import Place
from desktop.duty.board_words import empty_text, slot_text, time_text
from desktop.duty.people_pane_dialog import bounded
from desktop.duty.people_pane_find import spoken
from desktop.duty.plan_data import Case, Seen
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.widgets.table import Column, RowTable
from desktop.widgets.tone import retone
from desktop.widgets.words import label

COLUMNS = (
    Column[Candidate]("姓名", lambda row: row.name, 160, tone=lambda row: "bad" if row.broken else "good"),
    Column[Candidate]("为什么", lambda row: "；".join(row.broken or row.reasons), tip=lambda row: full_text(row)),
)
REASONS = ("本人请假", "临时公务", "身体不适")


def full_text(row: Candidate) -> str:
    """All that is known of a candidate, a line each."""
    return "\n".join([*(f"■ {each}" for each in row.broken), *row.reasons])


class PlaceDialog(QDialog):
    """Type to filter, arrows to choose, Enter to put in. `given` names the seat, the reason and whether it is locked."""

    given = Signal(object, str, bool)  # seat id, reason, locked

    def __init__(
        self,
        desk: Desk,
        seen: Seen,
        case: Case,
        place: Place,
        typed: str = "",
        *,
        published: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.desk, self.seen, self.published = desk, seen, published
        self._all: Sequence[Candidate] = ()
        slot = next(slot for slot in seen.slots if slot.id == place.spot.slot_id)
        now = f"现在是 {place.duty.member_name}" if place.duty is not None else empty_text(place.wanted)
        self.setWindowTitle("换人（替班）" if published else "选人")
        self.head = label(f"{slot_text(slot)} {time_text(slot.starts, slot.ends)}", "sectionTitle", wrap=True)
        self.now = label(now, "hint")
        self.seek = QLineEdit(typed)
        self.seek.setObjectName("seek")
        self.seek.setPlaceholderText("姓名、拼音或首字母")
        self.seek.setAccessibleName("找人")
        self.table = RowTable[Candidate](COLUMNS, "正在比较人选…")
        self.table.setAccessibleName("人选，最合适的在前")
        self.detail = label("", "", wrap=True)
        self.reason = QLineEdit()
        self.reason.setAccessibleName("原因")
        self.locked = QCheckBox("锁定：再次自动排班时不动")
        self.locked.setChecked(True)
        self.locked.setVisible(not published)
        self._lay_out()
        self.seek.installEventFilter(self)
        self.seek.textChanged.connect(self._filter)
        self.table.picked.connect(self._picked)
        self.table.opened.connect(lambda _: self.give())
        self.reason.textChanged.connect(lambda _: self._picked(self.table.current()))
        self._picked(None)
        self.seek.setFocus()
        self.seek.deselect()
        instead = place.duty.seat_id if place.duty is not None else None
        desk.work.read(
            self,
            lambda: candidates(case.problem, case.sittings, slot.id, place.need, instead),
            self._found,
            lambda refusal: desk.messages.problem(refusal.sentence),
        )

    def give(self) -> None:
        """Put the chosen one in; a rule that is broken asks for a reason first."""
        row = self.table.current()
        if row is None:
            return
        if (row.broken or self.published) and not self.reason.text().strip():
            self.reason.show()
            self.reason.setFocus()
            retone(self.reason, "warn")
            return
        self.accept()
        self.given.emit(row.seat_id, self.reason.text().strip(), self.locked.isChecked())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up, down and Enter work in the list while the cursor stays in the line."""
        if watched is self.seek and isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
                self.table.keyPressEvent(event)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.give()
                return True
        return super().eventFilter(watched, event)

    def _found(self, rows: tuple[Candidate, ...]) -> None:
        self._all = rows
        self.table.empty = "没有这个人。"
        self._filter()

    def _filter(self) -> None:
        sought = "".join(self.seek.text().split()).lower()
        shown = [row for row in self._all if self._fits(row, sought)]
        self.table.show_rows(shown)
        if shown:
            self.table.setCurrentIndex(self.table.rows.index(0, 0))

    def _fits(self, row: Candidate, sought: str) -> bool:
        if not sought or sought in row.name.lower():
            return True
        seat = self.seen.seat_of.get(row.seat_id)
        sounds = self.seen.sounds.get(seat.member_id, ()) if seat is not None else ()
        return sought.isascii() and any(spoken(sought, sounds[at:]) for at in range(len(sounds)))

    def _picked(self, row: Candidate | None) -> None:
        self.detail.setText(full_text(row) if row is not None else "")
        breaks = row is not None and bool(row.broken)
        retone(self.detail, "bad" if breaks else "")
        wants = breaks or self.published
        self.reason.setVisible(wants)
        for button in self._suggested:
            button.setVisible(self.published)
        self.reason.setPlaceholderText("仍要这样安排，请写明原因" if breaks else "换人的原因（写入调班通知）")
        ready = row is not None and (not wants or bool(self.reason.text().strip()))
        self.ok.setEnabled(row is not None)
        verb = "换成" if self.published else "安排"
        self.ok.setText(f"{verb}{row.name if row else ''}（回车）" if ready or row is None else "写明原因后安排")

    def _lay_out(self) -> None:
        from PySide6.QtWidgets import QHBoxLayout, QPushButton

        buttons = QDialogButtonBox()
        self.ok = buttons.addButton("安排（回车）", QDialogButtonBox.ButtonRole.ActionRole)
        self.ok.setObjectName("primary")
        self.ok.clicked.connect(self.give)
        buttons.addButton("取消（Esc）", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        self._suggested: list[QPushButton] = []
        quick = QHBoxLayout()
        for words in REASONS:
            button = QPushButton(words)
            button.setObjectName("link")
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, words=words: self.reason.setText(words))
            quick.addWidget(button)
            self._suggested.append(button)
        quick.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setSpacing(theme.px(6))
        for widget in (self.head, self.now, self.seek):
            layout.addWidget(widget)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.detail)
        layout.addWidget(self.reason)
        layout.addLayout(quick)
        layout.addWidget(self.locked)
        layout.addWidget(buttons)
        self.reason.returnPressed.connect(self.give)
        bounded(self, 640, 560)
