"""The 一次性告知书 before anything is filed: seen first, in normal or large type, then printed or kept as PDF."""

from uuid import UUID

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from db.catalogue.facts import notice
from db.receipts.content import Medium, PaperContent
from db.receipts.jobs import print_paper
from db.staff.permissions import Permission
from desktop.paper.render import Rendered
from desktop.shell.desk import Desk
from desktop.shell.paper_view import PaperView, save_pdf
from desktop.shell.printing import rendered


class NoticeDialog(QDialog):
    """Shows the notice of one item as it will be printed."""

    def __init__(self, desk: Desk, item_id: UUID, name: str, *, large: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._name = name
        self._content: PaperContent | None = None
        self._pdf = b""
        self.setWindowTitle(f"一次性告知书 — {name}")
        self.resize(760, 860)
        self.view = PaperView(self)
        self.large = QCheckBox("大字（&L）")
        self.large.setToolTip("给老人看的大字版")
        self.large.setChecked(large)
        self.large.toggled.connect(self._render)
        self.print_button = QPushButton("打印（回车）")
        self.print_button.setObjectName("primary")
        self.print_button.setDefault(True)
        self.print_button.setEnabled(False)
        self.print_button.clicked.connect(self._print)
        self.save_button = QPushButton("保存为 PDF（Ctrl+S）")
        self.save_button.setAutoDefault(False)
        self.save_button.setEnabled(False)
        self.save_button.clicked.connect(self._save)
        close = QPushButton("关闭（Esc）")
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addWidget(self.large)
        buttons.addStretch(1)
        for button in (close, self.save_button, self.print_button):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.addWidget(self.view, 1)
        layout.addLayout(buttons)
        QShortcut(QKeySequence.StandardKey.Save, self, self.save_button.click)
        desk.ask(self, notice, desk.centre_id, item_id, desk.now(), then=self._read)

    def _read(self, content: PaperContent) -> None:
        self._content = content
        self._render()

    def _render(self) -> None:
        content, large = self._content, self.large.isChecked()
        if content is None:
            return
        self.print_button.setEnabled(False)
        self._desk.work.read(
            self,
            lambda: (large, rendered(content, Medium.A4, large, 0, "")),
            self._show,
            lambda refusal: self._desk.messages.problem(refusal.sentence),
        )

    def _show(self, made: tuple[bool, Rendered]) -> None:
        large, paper = made
        if large != self.large.isChecked():
            return  # another size was asked for in the meantime
        self._pdf = paper.pdf
        self.view.show_pdf(paper.pdf)
        if paper.missing:
            self._desk.messages.warn(f"字库里没有这些字，纸上印成“〓”：{'、'.join(paper.missing)}")
        self.save_button.setEnabled(True)
        self.print_button.setEnabled(self._desk.may(Permission.RECEIPT_PRINT))
        if self.print_button.isEnabled():
            self.print_button.setFocus()

    def _print(self) -> None:
        if self._content is None:
            return
        self._desk.do(
            self,
            print_paper,
            content=self._content,
            medium=Medium.A4,
            large=self.large.isChecked(),
            then=self._printed,
        )

    def _printed(self, job: object) -> None:
        self._desk.messages.info(f"“{self._name}”的一次性告知书已送去打印。")
        self.accept()

    def _save(self) -> None:
        save_pdf(self, self._desk, self._pdf, f"一次性告知书 {self._name}")
