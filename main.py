"""Linli Desk (邻里前台): the composition root. Options, the hall's database, the window."""

import argparse
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from desktop.shell.surroundings import NoWindow, has_screen, missing, require_libraries, require_screen
from desktop.shell.version import VERSION

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from desktop.shell.opening import Opened
    from desktop.shell.start import Start


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"参数不对（{message}）。用 main.py --help 查看用法。\n")


def options(arguments: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = _Parser(prog="main.py", description="邻里前台：党建+邻里中心的窗口与轮值客户端")
    parser.add_argument("--demo", action="store_true", help="打开演示大厅（关闭后全部删除），账号显示在登录页")
    parser.add_argument(
        "--tour", metavar="文件夹", type=Path, help="自动走完窗口全流程，把每步截图和打印的 PDF 存进文件夹"
    )
    parser.add_argument("--database", metavar="URL", default="", help="数据库，例 sqlite:////data/hall.sqlite")
    parser.add_argument("--config", metavar="文件", type=Path, help="本机设置文件")
    parser.add_argument("--version", action="version", version=f"邻里前台 {VERSION}")
    return parser.parse_args(arguments)


def clock() -> datetime:
    """Now, in UTC. The one place where the program looks at the clock."""
    return datetime.fromtimestamp(time.time(), UTC)


def run(chosen: argparse.Namespace) -> int:
    """Open the window and stay until it closes. Returns the exit code.

    Raises:
        NoWindow: with the sentence and the exit code.
    """
    if chosen.tour is not None:
        return _tour(chosen.tour)
    require_screen()
    require_libraries()
    from PySide6.QtWidgets import QApplication

    from desktop.shell import machine
    from desktop.shell.start import Start

    app = QApplication(sys.argv[:1])
    app.setApplicationName("邻里前台")
    settings_file = chosen.config or machine.settings_file()
    if chosen.demo:
        from desktop.shell.demo import demo_hall

        with demo_hall() as demo:
            start = Start(app, demo.opened, demo.clock, demo.folder / "desk.json", demo.accounts)
            start.window.bugs.install()
            start.show()
            return app.exec()
    start = Start(app, None, clock, settings_file)
    start.window.bugs.install()
    start.show()
    return _open_and_stay(app, start, chosen.database or start.window.memory.machine.database)


def _open_and_stay(app: "QApplication", start: "Start", database: str) -> int:
    """Open the hall behind the window, and stay until the window closes or the hall turns out not to open."""

    def opening(secret: str, user: str) -> "Opened":
        from desktop.shell.opening import open_hall

        return open_hall(database, secret=secret, user=user)

    hindrances: list[NoWindow] = []

    def hindered(hindrance: NoWindow) -> None:
        hindrances.append(hindrance)
        app.exit(hindrance.code)

    start.open(opening, hindered, database)
    code = app.exec()
    if hindrances:
        start.abandon()
        raise hindrances[0]
    return code


def _tour(folder: Path) -> int:
    import os

    try:
        require_screen()
    except NoWindow:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    require_libraries()
    from desktop.tour.run import run_tour

    return run_tour(folder)


def main() -> int:
    """Run; what hinders is one sentence on the error stream (and in a dialog where there is a screen)."""
    chosen = options(sys.argv[1:])
    try:
        return run(chosen)
    except NoWindow as hindrance:
        sys.stderr.write(hindrance.sentence + "\n")
        _show(hindrance.sentence)
        return hindrance.code
    except ImportError as error:
        if (error.name or "").split(".")[0] in ("db", "desktop"):
            raise  # ours: a bug, not something to install
        told = missing(error)
        sys.stderr.write(told.sentence + "\n")
        return told.code


def _show(sentence: str) -> None:
    """The sentence in a dialog too, where a window system is there: a clerk starts the program with a double click."""
    if not has_screen():
        return
    try:
        from PySide6.QtWidgets import QApplication, QMessageBox
    except ImportError:
        return
    app = QApplication.instance()
    if isinstance(app, QApplication) and app.platformName() not in ("offscreen", "minimal"):
        QMessageBox.critical(None, "邻里前台", sentence)


if __name__ == "__main__":
    sys.exit(main())
