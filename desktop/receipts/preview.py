"""The receipt in hand: the paper as it was printed, what became of it, and what can be done with it."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from db.clock import local
from db.receipts.content import Medium, PaperContent
from db.receipts.queries import ReceiptSheet
from db.receipts.rules import ReceiptState
from db.staff.permissions import Permission
from desktop.paper.render import Rendered
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.shell.paper_view import PaperView, save_pdf
from desktop.shell.printing import rendered
from desktop.widgets.badge import Badge
from desktop.widgets.words import label

SETTLE_MS = 60
TONES = {ReceiptState.VALID: "good", ReceiptState.VOID: "bad", ReceiptState.REPLACED: "warn"}


class Preview(QFrame):
    """The right side of the page. Its buttons only ask; the page acts."""

    other_wanted = Signal(object)  # UUID of the receipt that replaces this one or is replaced by it

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._desk = desk
        self.sheet: ReceiptSheet | None = None
        self.pdf = b""
        self._newest = 0
        self.number = label("", "itemName", wrap=True, select=True)
        self.badge = Badge(shape=True)
        self.story = label("", "hint", wrap=True, select=True)
        self.other = QPushButton()
        self.other.setObjectName("link")
        self.view = PaperView(self)
        self.hint = label("选一张回执，这里显示它打印时的原样。", "hint", wrap=True)
        self.reprint = _button("补打", "Ctrl+P", "fa6s.print", "再打一张，纸上注明“补打”和第几次")
        self.save = _button("保存 PDF", "Ctrl+S", "fa6s.file-arrow-down", "把这张纸存成 PDF 文件")
        self.void = _button("作废", "Ctrl+Del", "fa6s.ban", "写明原因作废；编号保留，不再使用")
        self.reissue = _button("作废并重开", "Ctrl+R", "fa6s.rotate", "作废这张，用新编号重开一张，两张互相注明")
        self.case = _button("打开办件", "Ctrl+O", "fa6s.folder-open", "转到这张回执所属的办件")
        self.void.setObjectName("danger")
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._render)
        self.other.clicked.connect(self._go_to_other)
        self._lay_out()
        self.show_sheet(None)

    def show_sheet(self, sheet: ReceiptSheet | None) -> None:
        """Show another receipt, or none."""
        self.sheet, self.pdf = sheet, b""
        self._newest += 1
        shown = sheet is not None
        for part in (self.badge, self.story, self.view):
            part.setVisible(shown)
        self.hint.setVisible(not shown)
        self.number.setText(sheet.row.number if sheet else "没有选中回执")
        self.other.setVisible(sheet is not None and (sheet.replaced_by or sheet.replaces) is not None)
        if sheet is not None:
            self.badge.show_state(sheet.row.state.label, TONES[sheet.row.state])  # type: ignore[arg-type]
            self.story.setText(story(sheet))
            self.other.setText(_other_words(sheet))
            self._settle.start()
        else:
            self.view.clear()
        self._enable()

    def save_as(self) -> None:
        """Keep the paper that is shown as a PDF."""
        if self.sheet is not None:
            save_pdf(self, self._desk, self.pdf, f"{self.sheet.row.kind.label} {self.sheet.row.number}")

    def _render(self) -> None:
        if self.sheet is None:
            return
        content, void, asked = self.sheet.content, self.sheet.row.void_reason, self._newest

        def shown(made: Rendered) -> None:
            if asked == self._newest:
                self.pdf = made.pdf
                self.view.show_pdf(made.pdf)
                self._enable()

        self._desk.work.read(
            self,
            lambda: _paper(content, void),
            shown,
            lambda refusal: self._desk.messages.problem(refusal.sentence),
        )

    def _enable(self) -> None:
        valid = self.sheet is not None and self.sheet.row.state is ReceiptState.VALID
        self.reprint.setEnabled(valid and self._desk.may(Permission.RECEIPT_PRINT))
        for button in (self.void, self.reissue):
            button.setEnabled(valid and self._desk.may(Permission.RECEIPT_VOID))
        self.save.setEnabled(bool(self.pdf))
        self.case.setEnabled(self.sheet is not None and self.sheet.row.case_id is not None)

    def _go_to_other(self) -> None:
        if self.sheet is not None and (other := self.sheet.replaced_by or self.sheet.replaces):
            self.other_wanted.emit(other[0])

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.number, 1)
        head.addWidget(self.badge)
        buttons = QGridLayout()
        buttons.setSpacing(theme.px(6))
        for at, button in enumerate((self.reprint, self.save, self.reissue, self.void, self.case)):
            buttons.addWidget(button, at // 2, at % 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(12), theme.px(10), theme.px(12), theme.px(12))
        column.setSpacing(theme.px(6))
        column.addLayout(head)
        column.addWidget(self.story)
        column.addWidget(self.other)
        column.addWidget(self.hint)
        column.addWidget(self.view, 1)
        column.addStretch(0)
        column.addLayout(buttons)


def _paper(content: PaperContent, void: str) -> Rendered:
    return rendered(content, Medium.A4, large=False, reprint=0, void=void)


def story(sheet: ReceiptSheet) -> str:
    """What is known of a receipt, in a line or two."""
    row = sheet.row
    lines = [
        f"{row.kind.label} · {row.issuer_name} {local(row.issued_at):%Y-%m-%d %H:%M} 开出 · {printed_words(row.prints)}"
    ]
    if sheet.voided_at is not None:
        lines.append(f"{sheet.voider_name} {local(sheet.voided_at):%Y-%m-%d %H:%M} 作废：{row.void_reason}")
    return "\n".join(lines)


def printed_words(prints: int) -> str:
    """How often a receipt was printed."""
    if prints == 0:
        return "未打印"
    return "打印 1 次" if prints == 1 else f"打印 {prints} 次（补打 {prints - 1} 次）"


def _other_words(sheet: ReceiptSheet) -> str:
    if sheet.replaced_by:
        return f"已由 {sheet.replaced_by[1]} 代替 ›"
    return f"代替 {sheet.replaces[1]} ›" if sheet.replaces else ""


def _button(words: str, key: str, icon: str, tip: str) -> QPushButton:
    made = QPushButton(theme.icon(icon), f"{words} {key}")
    made.setToolTip(f"{tip}（{key}）")
    made.setAccessibleName(words)
    made.setAutoDefault(False)
    return made
