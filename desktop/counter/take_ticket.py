"""取号: a number in one key press, with an item, a priority and its proof when there is one. Stays open for the next person."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from db.catalogue.rows import ItemRow
from db.errors import Refusal
from db.staff.permissions import Permission
from db.tickets import queries
from db.tickets.actions import TicketTaken, take_ticket
from db.tickets.priority import ACCEPTED_PROOFS, PRIORITY_NAMES, PROOF_NAMES, Priority, Proof
from db.tickets.queries import LetterRow
from desktop.catalogue.picker import ItemPicker
from desktop.shell.desk import Desk


class TakeTicketDialog(QDialog):
    """Enter takes the number. Alt+0…6 choose the priority, then 1, 2 … the proof that was seen; Alt+S finds an item."""

    taken = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("取号")
        self.desk = desk
        self._item: ItemRow | None = None
        self._busy = False
        self.picker = ItemPicker(desk)
        self.chosen = QLabel()
        self.chosen.setWordWrap(True)
        self.chosen.setObjectName("sectionTitle")
        self.no_item = QPushButton("不选事项")
        self.letters = QButtonGroup(self)
        self.priorities = QButtonGroup(self)
        self.proofs = QButtonGroup(self)
        self.proof_box = QFrame()
        self.first_asked = QCheckBox("由我首问负责(&F)")
        self.first_asked.setToolTip("群众先问到我：在别的窗口接手之前，这位群众由我负责")
        self.slip = QCheckBox("打印号票(&P)")
        self.slip.setChecked(desk.may(Permission.RECEIPT_PRINT))
        self.slip.setEnabled(desk.may(Permission.RECEIPT_PRINT))
        self.go = QPushButton("取号　Enter")
        self.go.setObjectName("primary")
        self.go.setDefault(True)
        self.number = QLabel("——")
        self.number.setObjectName("bigNumber")
        self.told = QLabel("直接按回车：普通号，不选事项。")
        self.told.setWordWrap(True)
        self.told.setObjectName("hint")
        self._lay_out()
        self._connect()
        self._choose_item(None)
        self.priorities.button(0).setChecked(True)
        self._priority_chosen(0)
        desk.ask(self, queries.letters, desk.centre_id, then=self._letters_read)
        self.go.setFocus()

    # ---- what is chosen

    @property
    def priority(self) -> Priority:
        """The class that was chosen."""
        return list(Priority)[max(0, self.priorities.checkedId())]

    @property
    def proof(self) -> Proof:
        """The proof that was seen; NONE while nothing was chosen."""
        at = self.proofs.checkedId()
        accepted = ACCEPTED_PROOFS[self.priority]
        return accepted[at] if self.priority and 0 <= at < len(accepted) else Proof.NONE

    @property
    def letter(self) -> str:
        """The line; empty: by the item."""
        button = self.letters.checkedButton()
        return "" if button is None or self._item is not None else str(button.property("letter"))

    def take(self) -> None:
        """Take a number; the dialog stays for the next person."""
        if self._busy:
            return
        if self.priority and not self.proof:
            self._tell(f"先查看{PRIORITY_NAMES[self.priority]}的证明，再选一项：按 1、2……")
            self._focus_proof()
            return
        self._busy = True
        self.go.setEnabled(False)
        self.desk.do(
            self, take_ticket, item_id=self._item.id if self._item else None, letter=self.letter,
            priority=self.priority, proof=self.proof, first_asked=self.first_asked.isChecked(),
            slip=self.slip.isChecked(), then=self._taken, failed=self._failed,
        )  # fmt: skip

    # ---- answers

    def _taken(self, ticket: TicketTaken) -> None:
        self._settle()
        self.number.setText(ticket.number)
        ahead = f"前面约 {ticket.ahead} 人" if ticket.ahead else "前面没有人"
        self._tell(
            f"已取号 {ticket.number}，{ahead}。{'正在打印号票。' if self.slip.isChecked() else ''}按回车给下一位取号，Esc 关闭。"
        )
        self._choose_item(None)
        self.priorities.button(0).setChecked(True)
        self._priority_chosen(0)
        self.first_asked.setChecked(False)
        self.picker.clear()
        self.go.setFocus()
        self.taken.emit()

    def _failed(self, refusal: Refusal) -> None:
        """Nothing was taken; what was chosen stays."""
        self._settle()
        self._tell(refusal.sentence)
        self.desk.messages.problem(refusal.sentence)

    def _settle(self) -> None:
        self._busy = False
        self.go.setEnabled(True)

    def _letters_read(self, letters: tuple[LetterRow, ...]) -> None:
        """Where there is one line, there is nothing to choose."""
        self.letter_box.setVisible(len(letters) > 1)
        if len(letters) < 2:
            return
        for at, row in enumerate(letters):
            button = QRadioButton(f"{row.letter} {row.name}")
            button.setProperty("letter", row.letter)
            self.letters.addButton(button, at)
            self.letter_row.addWidget(button)
        self.letter_row.addStretch(1)
        self.letters.button(0).setChecked(True)

    # ---- choosing

    def _choose_item(self, row: ItemRow | None) -> None:
        self._item = row
        self.chosen.setText(f"事项：{row.name}" if row else "事项：未选（到窗口再说）")
        self.no_item.setVisible(row is not None)
        for button in self.letters.buttons():
            button.setEnabled(row is None)
        if row is not None:
            self.go.setFocus()

    def _priority_chosen(self, at: int) -> None:
        """The proofs of the class come up; none is taken for granted."""
        for button in list(self.proofs.buttons()):
            self.proofs.removeButton(button)
            button.deleteLater()
        priority = list(Priority)[at]
        self.proof_box.setVisible(bool(priority))
        if not priority:
            return
        for number, proof in enumerate(ACCEPTED_PROOFS[priority]):
            button = QRadioButton(f"{number + 1}  {PROOF_NAMES[proof]}")
            self.proofs.addButton(button, number)
            self.proof_row.addWidget(button)
            button.show()  # now, not with the next event: the focus goes there
        self._focus_proof()

    def _focus_proof(self) -> None:
        if self.proofs.buttons():
            self.proofs.buttons()[0].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _proof_key(self, at: int) -> None:
        button = self.proofs.button(at)
        if button is not None:
            button.setChecked(True)
            self.go.setFocus()

    def _tell(self, text: str) -> None:
        self.told.setText(text)

    # ---- set-up

    def _connect(self) -> None:
        self.picker.chosen.connect(self._choose_item)
        self.no_item.clicked.connect(lambda: self._choose_item(None))
        self.priorities.idClicked.connect(self._priority_chosen)
        self.proofs.idClicked.connect(lambda _at: self.go.setFocus())
        self.go.clicked.connect(self.take)
        for at in range(len(Priority)):
            self._key(f"Alt+{at}", partial(self._press_priority, at), self)
        for at in range(3):
            self._key(str(at + 1), partial(self._proof_key, at), self.proof_box)
        self._key("Alt+S", self.picker.setFocus, self)

    def _press_priority(self, at: int) -> None:
        self.priorities.button(at).setChecked(True)
        self._priority_chosen(at)
        if at == 0:
            self.go.setFocus()

    def _key(self, key: str, act: object, where: QWidget) -> None:
        shortcut = QShortcut(QKeySequence(key), where)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(act)

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        item_head = QHBoxLayout()
        item_head.addWidget(self.chosen, 1)
        item_head.addWidget(self.no_item)
        left.addLayout(item_head)
        left.addWidget(self.picker, 1)
        right = QVBoxLayout()
        right.setSpacing(8)
        self.letter_box = QFrame()
        self.letter_row = QVBoxLayout(self.letter_box)
        self.letter_row.setContentsMargins(0, 0, 0, 0)
        self.letter_box.hide()
        for widget in (self._priority_grid(), self._proof_frame(), self.letter_box, self.first_asked, self.slip):
            right.addWidget(widget)
        right.addStretch(1)
        self.number.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for widget in (self.number, self.told, self.go):
            right.addWidget(widget)
        self.go.setMinimumHeight(48)
        self.no_item.setAutoDefault(False)
        layout = QHBoxLayout(self)
        layout.setSpacing(16)
        layout.addLayout(left, 3)
        layout.addLayout(right, 2)
        self.resize(820, 520)

    def _priority_grid(self) -> QWidget:
        box = QFrame()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        for at, priority in enumerate(Priority):
            button = QPushButton(f"{PRIORITY_NAMES[priority]}　Alt+{at}")
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self.priorities.addButton(button, at)
            grid.addWidget(button, at // 2, at % 2)
        return box

    def _proof_frame(self) -> QWidget:
        self.proof_row = QVBoxLayout(self.proof_box)
        self.proof_row.setContentsMargins(0, 0, 0, 0)
        self.proof_row.addWidget(QLabel("已查看的证明："))
        return self.proof_box
