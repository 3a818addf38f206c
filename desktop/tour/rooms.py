"""The tour of the rooms page: book by drag, a series with a clash, check in by scanning the slip, the foyer's sheet."""

from collections.abc import Callable
from typing import cast

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from db.receipts.content import PaperKind
from db.receipts.queries import ReceiptFilter, receipt, receipts
from db.rooms.queries import BookingRow
from db.rooms.states import BookingState, Step
from desktop.rooms.booking_dialog import BookingDialog
from desktop.rooms.geometry import Slot
from desktop.rooms.page import RoomsPage
from desktop.rooms.wall import WallDialog
from desktop.shell.start import Start
from desktop.tour.guide import FolderPrinter, Guide

TourStep = Callable[[Guide, Start, FolderPrinter], None]
Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


def book_by_drag(guide: Guide, start: Start, _printer: FolderPrinter) -> None:
    """Drag over free time in a room, choose the borrower by a few characters, save."""
    page = _page(guide, start)
    guide.picture("房间-日")
    slot = _slot(page, "101", 14 * 60, 15 * 60 + 30)
    _drag(page, page.grid.slot_point(slot, 0.02), page.grid.slot_point(slot, 0.97), lambda: guide.picture("房间-拖动"))
    dialog = _dialog(guide, page)
    _choose(guide, dialog, "书画")
    guide.type("书画展览", dialog.purpose)
    guide.wait("可以预约", dialog.ok.isEnabled)
    guide.picture("房间-预约")
    guide.key(Key.Key_Return, CTRL)
    guide.wait("预约成功", lambda: any(row.purpose == "书画展览" for row in _rows(page)))
    guide.picture("房间-预约完成")


def series_with_a_clash(guide: Guide, start: Start, _printer: FolderPrinter) -> None:
    """Every week at a time that is taken once: the clash is shown and skipped."""
    page = _page(guide, start)
    page.book_at(_slot(page, "101", 14 * 60, 15 * 60))
    dialog = _dialog(guide, page)
    _choose(guide, dialog, "合唱")
    dialog.repeat.every.setFocus()
    guide.key(Key.Key_Down, times=2)
    guide.wait("系列各场", lambda: dialog.preview.rowCount() == 12)
    guide.picture("房间-循环冲突")
    guide.click(dialog.skip_all)
    guide.wait("可以保存", dialog.ok.isEnabled)
    guide.picture("房间-循环跳过")
    guide.click(dialog.ok)
    guide.wait("系列已存", lambda: page.dialog is None)
    page.bar.show_view("week")
    guide.breathe(500)
    guide.picture("房间-周")
    page.bar.show_view("month")
    guide.breathe(500)
    guide.picture("房间-月")
    page.bar.show_view("day")


def check_in_by_slip(guide: Guide, start: Start, printer: FolderPrinter) -> None:
    """Print the slip, scan it on another page: the room is in use."""
    page = _page(guide, start)
    row = next(row for row in _rows(page) if row.purpose == "书画展览")
    page.grid.choose(row.id)
    guide.wait("选中预约", lambda: page.pane.row is not None and page.pane.row.id == row.id)
    before = len(printer.printed)
    guide.key(Key.Key_P, CTRL)
    guide.wait("凭单打印", lambda: len(printer.printed) > before)
    start.window.go("counter")
    guide.breathe()
    start.window.scanned(_payload(start))
    guide.wait("签到", lambda: page.pane.row is not None and page.pane.row.state is BookingState.IN_USE)
    guide.picture("房间-扫码签到")
    page.press(Step.LEAVE)
    guide.picture("房间-使用登记")
    guide.close_dialog()


def foyer_sheet(guide: Guide, start: Start, _printer: FolderPrinter) -> None:
    """The week for the foyer, seen before it is printed."""
    from desktop.rooms.dialogs import open_utilisation, open_wall

    page = _page(guide, start)
    dialog = cast(WallDialog, open_wall(page))
    guide.wait("公示", lambda: dialog.made is not None)
    guide.picture("房间-一周公示")
    made = dialog.made
    assert made is not None
    (guide.folder / "rooms-week.pdf").write_bytes(made.pdf)
    guide.close_dialog()
    open_utilisation(page)
    guide.breathe(800)
    guide.picture("房间-使用率")
    guide.close_dialog()


STEPS: tuple[tuple[str, TourStep], ...] = (
    ("房间：拖动预约", book_by_drag),
    ("房间：循环与冲突", series_with_a_clash),
    ("房间：凭单扫码签到", check_in_by_slip),
    ("房间：公示和使用率", foyer_sheet),
)


def _page(guide: Guide, start: Start) -> RoomsPage:
    page = start.window.go("rooms")
    assert isinstance(page, RoomsPage)
    guide.wait("房间", lambda: page.seen is not None and bool(page.grid.frame.lanes))
    start.window.activateWindow()
    guide.breathe(150)
    page.grid.setFocus()
    return page


def _rows(page: RoomsPage) -> tuple[BookingRow, ...]:
    return page.seen.board.bookings if page.seen else ()


def _slot(page: RoomsPage, number: str, begins: int, ends: int) -> Slot:
    assert page.seen is not None
    room = next(room for room in page.seen.board.rooms if room.number == number)
    return Slot(room.id, page.bar.day, begins, ends)


def _dialog(guide: Guide, page: RoomsPage) -> BookingDialog:
    guide.wait("预约窗口", lambda: isinstance(page.dialog, BookingDialog))
    assert isinstance(page.dialog, BookingDialog)
    return page.dialog


def _choose(guide: Guide, dialog: BookingDialog, text: str) -> None:
    guide.type(text, dialog.borrower.line)
    guide.wait("借用方", lambda: dialog.borrower.matches.count() == 1)
    QTest.keyClick(dialog.borrower.line, Key.Key_Return)
    guide.wait("选好借用方", lambda: dialog.borrower.chosen is not None)


def _drag(page: RoomsPage, begins: QPoint, ends: QPoint, halfway: Callable[[], None]) -> None:
    """Press, move, let go, as a hand does."""
    view = page.grid.viewport()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=begins)
    where = QPointF(ends)
    event = QMouseEvent(
        QEvent.Type.MouseMove, where, view.mapToGlobal(where), Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(view, event)
    halfway()
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=ends)


def _payload(start: Start) -> str:
    """What the newest slip's QR says."""
    read, centre_id = start.desk.hall.read, start.desk.centre_id
    wanted = ReceiptFilter(kinds=frozenset({PaperKind.BOOKING}))
    row = read(receipts, centre_id, wanted, start.desk.now().date(), limit=1)[0]
    sheet = read(receipt, centre_id, row.id)
    assert sheet is not None
    return sheet.content.qr
