"""Bookings of the days that are shown, as files for other programs."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from db.clock import start_of
from db.receipts.queries import centre_facts
from db.rooms.exporting import bookings_ics, write_bookings
from db.rooms.queries import bookings_between, rooms
from db.rooms.states import BookingState
from db.workbook import write_file
from desktop.shell.work import Progress

if TYPE_CHECKING:
    from desktop.rooms.page import RoomsPage


def ask_and_export(page: "RoomsPage", suffix: str) -> QFileDialog:
    """Ask for a file and write the bookings of the view there; `suffix` is xlsx or ics."""
    days = page.bar.days()
    kind = "日历文件 (*.ics)" if suffix == "ics" else "表格 (*.xlsx)"
    name = f"房间预约 {days[0]:%Y-%m-%d} 至 {days[-1]:%Y-%m-%d}.{suffix}"
    dialog = QFileDialog(page, "导出预约", name, kind)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(suffix)
    dialog.fileSelected.connect(lambda chosen: export(page, Path(chosen)))
    dialog.open()
    return dialog


def export(page: "RoomsPage", path: Path) -> Progress:
    """Write the bookings of the days shown to `path`, in the format of its suffix."""
    desk, days = page.desk, page.bar.days()
    centre_id, now = desk.centre_id, desk.now()
    first, last = start_of(days[0]), start_of(days[-1] + timedelta(days=1))

    def work(_progress: Progress) -> int:
        rows = desk.hall.read(bookings_between, centre_id, first, last, tuple(BookingState))
        known = {room.id: room for room in desk.hall.read(rooms, centre_id, idle=True)}
        if path.suffix == ".ics":
            centre = desk.hall.read(centre_facts, centre_id).name
            write_file(path, bookings_ics(rows, known, centre, now))
            return len(rows)
        return write_bookings(path, rows, known)

    return desk.job(
        page, work, then=lambda count: desk.messages.info(f"已导出 {count} 个预约：{path}"), title="导出预约"
    )
