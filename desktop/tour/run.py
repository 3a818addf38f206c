"""The tour (全流程巡检): the whole job of the counter through the real windows, pictures and papers left in a folder."""

import sys
import traceback
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.shell.demo import demo_hall
from desktop.shell.start import Start
from desktop.tour.guide import FolderPrinter, Guide, StepFailed
from desktop.tour.steps import STEPS

SIZE = (1366, 768)
FAILED = 7


def run_tour(folder: Path) -> int:
    """Walk through; returns 0, or 7 when a step failed (its picture and reason are left too)."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        sys.stderr.write(f"无法创建文件夹 {folder}，请换一个有写入权限的位置。\n")
        return FAILED
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    with demo_hall() as demo:
        printer = FolderPrinter(folder)
        start = Start(app, demo.opened, demo.clock, demo.folder / "desk.json", demo.accounts, printers=printer)
        bugs: list[BaseException] = []
        start.desk.bug.connect(bugs.append)
        start.window.setWindowState(Qt.WindowState.WindowNoState)  # an offscreen screen may be smaller than a window
        start.window.resize(*SIZE)
        start.show()
        code = _walk(Guide(start.window, folder), start, printer, bugs)
        start.window.close()
    return code


def _walk(guide: Guide, start: Start, printer: FolderPrinter, bugs: list[BaseException]) -> int:
    for name, step in STEPS:
        try:
            step(guide, start, printer)
            if bugs:
                raise StepFailed("程序内部出错") from bugs[0]
        except (StepFailed, AssertionError, AttributeError, LookupError, RuntimeError, StopIteration) as failure:
            guide.picture(f"失败-{name}")
            sys.stderr.write(f"步骤“{name}”没有通过：{failure}\n")
            traceback.print_exception(failure, file=sys.stderr)
            return FAILED
        sys.stdout.write(f"✓ {name}\n")
    sys.stdout.write(f"{len(guide.pictures)} 张截图，{len(printer.printed)} 份打印件，在 {guide.folder}\n")
    return 0
