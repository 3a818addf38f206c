"""What is done with the case on the right: the dialog of each move, and what stands beside the moves."""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from db.cases.actions import Moved, take_over
from db.cases.status import Verb
from desktop.cases.detail import CaseDetail
from desktop.cases.dialog import MoveDialog
from desktop.cases.meanwhile import as_seen
from desktop.cases.rectify import RectifyDialog
from desktop.cases.side import NumbersDialog, ProxyDialog, SideDialog
from desktop.cases.verbs import BUTTONS
from desktop.shell.again import do_with
from desktop.shell.desk import Desk

_Dialog = MoveDialog | RectifyDialog | SideDialog


class Moves(QObject):
    """`dialog` is the one that is open."""

    moved = Signal(object)  # db.cases.actions.Moved

    def __init__(self, desk: Desk, detail: CaseDetail, page: QWidget) -> None:
        super().__init__(page)
        self._desk, self._detail, self._page = desk, detail, page
        self.dialog: _Dialog | None = None
        detail.verb_wanted.connect(self.press)
        detail.side_wanted.connect(self.press_side)

    def press(self, verb: Verb) -> None:
        """Open the dialog of a move of the case on the right."""
        if self._detail.sheet is not None:
            self._open(MoveDialog(self._desk, self._detail.sheet, BUTTONS[verb], self._page))

    def press_side(self, name: str) -> None:
        """接手, 代办, 外部编号 or 更正 of the case on the right."""
        case = self._detail.sheet
        if case is None or name not in self._detail.buttons:
            return
        if name == "take_over":
            do_with(
                self._page, self._desk, as_seen(self._desk), case, f"接手 {case.row.number}", take_over,
                lambda now: {"case_id": now.row.id, "version": now.row.version}, then=self._done,
            )  # fmt: skip
        elif name == "rectify":
            self._open(RectifyDialog(self._desk, case, self._page))
        else:
            kind: type[SideDialog] = {"numbers": NumbersDialog, "proxy": ProxyDialog}[name]
            self._open(kind(self._desk, case, self._page))  # type: ignore[call-arg, arg-type]

    def _open(self, dialog: _Dialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.done_with.connect(self._done)
        dialog.finished.connect(self._closed)
        self.dialog = dialog
        dialog.open()

    def _done(self, moved: Moved) -> None:
        papers = f"，{len(moved.receipts)} 张回执已送打印" if moved.receipts else ""
        self._desk.messages.info(f"{moved.number} 已登记{papers}。")
        self.moved.emit(moved)

    def _closed(self) -> None:
        self.dialog = None
