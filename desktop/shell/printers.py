"""The printers of this machine: which there are, what is wrong with one, and sending a PDF to it.

Two ways, chosen by what the machine has. Where `lp` is (Linux, macOS) the PDF goes to CUPS as it is: vector text and
the exact modules of the QR code reach the driver, and CUPS tells what is wrong (see `cups.py`). Elsewhere (Windows,
which cannot print a PDF by itself) Qt renders the pages and paints them on a QPrinter (see `qtprint.py`).

Everything here blocks, for seconds when a printer on the network is asked: never on the window's thread.
"""

import shutil
import sys
from typing import Protocol

from db.errors import Refusal
from db.receipts.content import Medium

WIDTH_MM = {Medium.A4: 210.0, Medium.THERMAL80: 80.0, Medium.THERMAL58: 58.0}


class PrinterTrouble(Refusal):
    """A paper did not come out; the sentence says why and what to do. Nothing is lost: the job can be tried again."""


class Printers(Protocol):
    """A way to reach printers."""

    def names(self) -> tuple[str, ...]:
        """The printers of this machine, the default one first."""

    def trouble(self, printer: str) -> str:
        """Why the printer cannot print now, as a sentence; empty when nothing is known against it."""

    def send(self, pdf: bytes, printer: str, title: str, medium: Medium, copies: int) -> None:
        """Print a PDF. Returns when the printer has taken it over.

        Raises:
            PrinterTrouble: it has not, and what was queued for it was taken back.
        """


def printers_here() -> Printers:
    """The way to print on this machine."""
    if sys.platform != "win32" and shutil.which("lp"):
        from desktop.shell.cups import Cups

        return Cups()
    from desktop.shell.qtprint import QtPrinters

    return QtPrinters()


def absent(printer: str) -> PrinterTrouble:
    """The sentence for a printer that this machine does not have (any more)."""
    return PrinterTrouble(f"找不到打印机“{printer}”：可能已改名、拔下或未安装。请在“设置 › 打印机”里重新选择后重打。")


def none_chosen() -> PrinterTrouble:
    """The sentence for a machine without any printer."""
    return PrinterTrouble("本机没有可用的打印机。请安装打印机，或在“设置 › 打印机”里选择后重打；也可以先保存为 PDF。")


def no_a3(printer: str) -> PrinterTrouble:
    """The sentence for a printer that has no A3."""
    return PrinterTrouble(
        f"打印机“{printer}”不能打 A3 纸。请换一台打印机，或改用 A4，或先保存为 PDF 拿到能打 A3 的地方打印。"
    )
