"""“为什么不是 X”: any person of the body, and every rule that speaks against them here, in sentences."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from db.duty.rows import SeatRow
from db.duty.solve.why import Reason, why_not
from desktop.duty.board_rows import Place
from desktop.duty.board_words import slot_text
from desktop.duty.people_pane_dialog import bounded
from desktop.duty.people_pane_find import spoken
from desktop.duty.plan_data import Case, Seen
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.widgets.table import Column, RowTable
from desktop.widgets.words import label


class WhyDialog(QDialog):
    """Left the people of the body, right what speaks against the one the cursor is on."""

    choose_wanted = Signal(object, str)  # Place, the name

    def __init__(self, desk: Desk, seen: Seen, case: Case, place: Place, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.seen, self.case, self.place = desk, seen, case, place
        self.slot = next(slot for slot in seen.slots if slot.id == place.spot.slot_id)
        self.setWindowTitle("为什么不是……")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.seek = QLineEdit()
        self.seek.setObjectName("seek")
        self.seek.setPlaceholderText("姓名、拼音或首字母")
        self.seek.setAccessibleName("谁")
        self.people = RowTable[SeatRow](
            (Column("姓名", lambda row: row.member_name), Column("身份", lambda row: row.kind, 110)), "没有这个人。"
        )
        self.people.setAccessibleName("本单位人员")
        self.verdict = label("", "nextStep", wrap=True)
        self.text = label("", "", wrap=True, select=True)
        self._lay_out()
        self.seek.textChanged.connect(self._filter)
        self.seek.returnPressed.connect(self.people.setFocus)
        self.people.picked.connect(self._picked)
        self._filter()
        self.seek.setFocus()

    def _filter(self) -> None:
        sought = "".join(self.seek.text().split()).lower()
        rows = [seat for seat in self.seen.seats if seat.body_id == self.slot.body_id and self._fits(seat, sought)]
        self.people.show_rows(rows)
        if rows:
            self.people.setCurrentIndex(self.people.rows.index(0, 0))

    def _fits(self, seat: SeatRow, sought: str) -> bool:
        sounds = self.seen.sounds.get(seat.member_id, ())
        named = not sought or sought in seat.member_name.lower()
        return named or (sought.isascii() and any(spoken(sought, sounds[at:]) for at in range(len(sounds))))

    def _picked(self, seat: SeatRow | None) -> None:
        if seat is None:
            self.verdict.setText("")
            self.text.setText("")
            return
        self.desk.work.read(
            self,
            lambda: why_not(self.case.problem, self.case.sittings, self.slot.id, seat.id),
            lambda reasons: self._show(seat, reasons),
            lambda refusal: self.desk.messages.problem(refusal.sentence),
        )

    def _show(self, seat: SeatRow, reasons: tuple[Reason, ...]) -> None:
        if self.people.current() is not seat:
            return
        hard = [reason.sentence for reason in reasons if reason.hard]
        soft = [reason.sentence for reason in reasons if not reason.hard]
        here = any(duty.seat_id == seat.id for duty in self.slot.duties)
        name = seat.member_name
        if here:
            verdict = f"{name}就在这一班"
        elif hard:
            verdict = f"■ {name}不能来，因为："
        else:
            verdict = f"● {name}可以来这一班" + ("，只是：" if soft else "，没有规则反对。")
        self.verdict.setText(verdict)
        lines = [f"· {each}" for each in hard]
        lines += ["", "另外："] if hard and soft else []
        lines += [f"· {each}" for each in soft]
        self.text.setText("\n".join(lines))

    def _choose(self) -> None:
        seat = self.people.current()
        if seat is not None:
            self.accept()
            self.choose_wanted.emit(self.place, seat.member_name)

    def _lay_out(self) -> None:
        left, right = QVBoxLayout(), QVBoxLayout()
        left.addWidget(self.seek)
        left.addWidget(self.people, 1)
        right.addWidget(label(slot_text(self.slot), "sectionTitle", wrap=True))
        right.addWidget(self.verdict)
        right.addWidget(self.text, 1, Qt.AlignmentFlag.AlignTop)
        columns = QHBoxLayout()
        columns.setSpacing(theme.px(16))
        columns.addLayout(left, 2)
        columns.addLayout(right, 3)
        buttons = QDialogButtonBox()
        choose = buttons.addButton("仍要安排……", QDialogButtonBox.ButtonRole.ActionRole)
        choose.clicked.connect(self._choose)
        buttons.addButton("关闭（Esc）", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(columns, 1)
        layout.addWidget(buttons)
        bounded(self, 680, 440)
