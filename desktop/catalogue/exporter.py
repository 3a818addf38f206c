"""Writing the catalogue to a spreadsheet, off the window's thread."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from db.catalogue.export import write_catalogue
from db.catalogue.queries import standing
from db.clock import business_date
from desktop.shell.desk import Desk
from desktop.shell.work import Progress


def ask_and_export(desk: Desk, owner: QWidget) -> QFileDialog:
    """Ask for a file and write the whole catalogue there; the dialog does not block the window."""
    dialog = QFileDialog(owner, "导出事项目录", f"事项目录 {business_date(desk.now()):%Y-%m-%d}.xlsx", "表格 (*.xlsx)")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix("xlsx")
    dialog.fileSelected.connect(lambda name: export(desk, owner, Path(name)))
    dialog.open()
    return dialog


def export(desk: Desk, owner: QWidget, path: Path) -> Progress:
    """Write the whole catalogue to `path`; says where it is when it is done."""
    centre_id = desk.centre_id

    def work(progress: Progress) -> int:
        progress.step(0, 0, "读取目录")
        there = desk.hall.read(standing, centre_id)
        items = ((known.content, known.enabled) for known in there.values())
        return write_catalogue(path, items, progress.step)

    def done(count: int) -> None:
        desk.messages.info(f"已导出 {count} 个事项：{path}")

    return desk.job(owner, work, then=done, title="导出事项目录")
