"""“打印与导出”: every paper and every file of the duty rosters, seen before it is printed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from db.clock import business_date
from db.duty.cards import CardCodes, print_cards
from db.duty.rows import PlanRow
from db.errors import Refusal
from db.receipts.content import PaperKind
from db.staff.permissions import Permission
from desktop.duty.outputs_export import File, export
from desktop.duty.outputs_fields import Fields
from desktop.duty.outputs_make import Choice, Known, What, card_holders, known, make
from desktop.paper.render import Rendered, warning
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.shell.paper_view import PaperView, save_pdf

if TYPE_CHECKING:
    from desktop.shell.printing import Printing

__all__ = ["OutputsDialog", "What", "open_outputs"]


def open_outputs(
    parent: QWidget,
    desk: Desk,
    printing: "Printing | None",
    *,
    plan: PlanRow | None = None,
    edition: int | None = None,
    what: What = What.POSTER,
    member_id: UUID | None = None,
    room_id: UUID | None = None,
    day: date | None = None,
) -> "OutputsDialog":
    """Open the dialog over a page, with these things chosen; it deletes itself when it is closed."""
    dialog = OutputsDialog(
        desk, printing, parent, plan=plan, edition=edition, what=what, member_id=member_id, room_id=room_id, day=day
    )
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog


class OutputsDialog(QDialog):
    """Ctrl+P prints, Ctrl+S keeps it as PDF, Ctrl+E offers the files, Esc leaves it."""

    def __init__(
        self,
        desk: Desk,
        printing: "Printing | None",
        parent: QWidget | None = None,
        *,
        plan: PlanRow | None = None,
        edition: int | None = None,
        what: What = What.POSTER,
        member_id: UUID | None = None,
        room_id: UUID | None = None,
        day: date | None = None,
    ) -> None:
        super().__init__(parent)
        self.desk, self.printing, self.edition = desk, printing, edition
        self._of_edition = plan.id if plan is not None else None
        self.made: Rendered | None = None
        self._asked = 0
        self.setWindowTitle("打印与导出")
        today = business_date(desk.now())
        self.fields = Fields(what, day or today, plan)
        self.view = PaperView(self)
        self.trouble = QLabel()
        self.trouble.setWordWrap(True)
        self.trouble.setObjectName("hint")
        self._buttons()
        self._lay_out()
        self._wanted = (plan.id if plan else None, member_id, room_id)
        if printing is not None:
            printing.printers_found.connect(self.fields.offer_printers)
            printing.find_printers()
        desk.ask(self, known, desk.centre_id, then=self._fill)

    # ---- what is shown

    @property
    def title(self) -> str:
        """What the PDF and the print job are called."""
        return self.fields.title()

    def choice(self) -> Choice:
        """What the fields say is to be printed."""
        made = self.fields.choice()
        same = made.plan is not None and made.plan.id == self._of_edition
        return replace(made, edition=self.edition if same else None)

    def reload(self) -> None:
        """Lay it out anew, off the window's thread; only the newest answer is shown."""
        self._asked += 1
        asked, choice = self._asked, self.choice()
        hall, centre_id, now = self.desk.hall, self.desk.centre_id, self.desk.now()

        def show(made: Rendered) -> None:
            if asked == self._asked:
                self._show(made)

        def refused(refusal: Refusal) -> None:
            if asked == self._asked:
                self._show(None, refusal.sentence)

        self.desk.work.read(self, lambda: make(hall, centre_id, now, choice), show, refused)

    def print_now(self) -> None:
        """Send it to the chosen printer, else to that of 调班通知."""
        if self.printing is None:
            return
        printing, title = self.printing, self.title
        printer, copies = self.fields.printer.currentData() or "", self.fields.copies.value()
        self._with_pdf(lambda pdf: printing.print_apart(pdf, title, printer, copies, PaperKind.DUTY_CHANGE))

    def save(self) -> None:
        """Keep it as a PDF."""
        title = self.title
        self._with_pdf(lambda pdf: save_pdf(self, self.desk, pdf, title))

    def write(self, file: File, path: Path) -> None:
        """Write a file, and say how it went."""
        hall, centre_id, now, wanted = self.desk.hall, self.desk.centre_id, self.desk.now(), self.fields.wanted(file)
        self.desk.job(
            self,
            lambda _progress: export(hall, centre_id, now, wanted, path),
            then=lambda count: self.desk.messages.info(f"已导出 {count} 条：{path}"),
            title=f"导出 {path.name}",
        )

    # ---- inside

    def _fill(self, found: Known) -> None:
        self.fields.fill(found, *self._wanted)
        self.fields.changed.connect(self.reload)
        self.reload()

    def _show(self, made: Rendered | None, sentence: str = "") -> None:
        self.made = made
        self.trouble.setText(sentence)
        self.trouble.setVisible(bool(sentence))
        self.view.setVisible(made is not None)
        cards = self.fields.chosen is What.CARDS
        allowed = made is not None and (not cards or self.desk.may(Permission.DUTY_PLAN))
        self.print_button.setEnabled(allowed and self.printing is not None)
        self.save_button.setEnabled(allowed)
        if made is not None:
            self.view.show_pdf(made.pdf)
            if made.missing:
                self.desk.messages.warn(warning(made.missing))

    def _with_pdf(self, use: Callable[[bytes], object]) -> None:
        """The paper as it is shown; cards are signed first, so that only those that are printed have a code."""
        if self.made is None:
            return
        if self.fields.chosen is not What.CARDS:
            use(self.made.pdf)
            return
        hall, centre_id, now, choice = self.desk.hall, self.desk.centre_id, self.desk.now(), self.choice()
        tell = lambda refusal: self.desk.messages.problem(refusal.sentence)  # noqa: E731

        def signed(codes: CardCodes) -> None:
            self.desk.work.read(
                self, lambda: make(hall, centre_id, now, choice, codes), lambda made: self._signed(made, use), tell
            )

        def chosen(ids: tuple[UUID, ...]) -> None:
            self.desk.do(self, print_cards, member_ids=ids, then=signed)

        self.desk.work.read(self, lambda: tuple(row.id for row in card_holders(hall, centre_id, choice)), chosen, tell)

    def _signed(self, made: Rendered, use: Callable[[bytes], object]) -> None:
        self._show(made)
        use(made.pdf)

    def _ask_file(self, file: File) -> None:
        dialog = QFileDialog(self, f"导出{file.value}", self.fields.wanted(file).name)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(file.suffix)
        dialog.setNameFilter("日历文件 (*.ics)" if file.suffix == "ics" else "表格 (*.xlsx)")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda chosen: self.write(file, Path(chosen)))
        dialog.open()

    def _buttons(self) -> None:
        self.print_button, self.save_button = QPushButton("打印（Ctrl+P）"), QPushButton("保存为 PDF（Ctrl+S）")
        self.export_button = QPushButton("导出文件…（Ctrl+E）")
        self.print_button.setObjectName("primary")
        for button in (self.print_button, self.save_button):
            button.setEnabled(False)
        menu = QMenu(self.export_button)
        for file in File:
            menu.addAction(file.value, lambda file=file: self._ask_file(file))
        self.export_button.setMenu(menu)
        self.print_button.clicked.connect(self.print_now)
        self.save_button.clicked.connect(self.save)
        QShortcut(QKeySequence.StandardKey.Print, self, self.print_button.click)
        QShortcut(QKeySequence.StandardKey.Save, self, self.save_button.click)
        QShortcut(QKeySequence("Ctrl+E"), self, self.export_button.showMenu)

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.addWidget(self.fields)
        left.addStretch(1)
        left.addWidget(self.trouble)
        for button in (self.print_button, self.save_button, self.export_button):
            button.setAutoDefault(False)
            left.addWidget(button)
        side = QWidget()
        side.setLayout(left)
        side.setFixedWidth(theme.px(330))
        layout = QHBoxLayout(self)
        layout.addWidget(side)
        layout.addWidget(self.view, 1)
        self.trouble.hide()
        room = self.screen().availableSize()
        self.resize(min(theme.px(1180), room.width() - 40), min(theme.px(700), room.height() - 60))
