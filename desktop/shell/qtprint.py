"""Printing by Qt, where the system cannot print a PDF by itself (Windows): pages are rendered and painted.

A roll is rendered at the dots of its head, without grey edges, so that the modules of the QR code stay sharp.
QPdfDocument, QImage and a QPainter on a QPrinter may be used outside the window's thread (Qt: Threads and Painting).
"""

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QSize, QSizeF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPdf import QPdfDocument, QPdfDocumentRenderOptions
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from db.receipts.content import Medium
from desktop.shell.printers import PrinterTrouble, absent, none_chosen
from desktop.shell.winspool import status_trouble

MOST_DPI = 300  # of an A4 page; more only makes a larger picture of the same letters
_POINTS_PER_INCH = 72
_FLAGS = QPdfDocumentRenderOptions.RenderFlag


class QtPrinters:
    """The printers Qt knows of."""

    def __init__(self, output_file: str = "") -> None:
        self._output_file = output_file

    def names(self) -> tuple[str, ...]:
        default = QPrinterInfo.defaultPrinterName()
        found = QPrinterInfo.availablePrinterNames()
        return tuple(sorted(found, key=lambda name: (name != default, name)))

    def trouble(self, printer: str) -> str:
        if QPrinterInfo.printerInfo(printer).isNull():
            return absent(printer).sentence
        return status_trouble(printer)

    def send(self, pdf: bytes, printer: str, title: str, medium: Medium, copies: int) -> None:
        device = self._device(printer, title)
        buffer = QBuffer()
        buffer.setData(QByteArray(pdf))
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        document = QPdfDocument()
        document.load(buffer)
        device.setCopyCount(copies)
        _set_page(device, document.pagePointSize(0))
        painter = QPainter()
        if not painter.begin(device):
            raise PrinterTrouble(f"打印机“{device.printerName()}”打不开：可能没有开机或没有连上，请检查后重打。")
        try:
            for number in range(document.pageCount()):
                _paint(painter, device, document, number, medium)
        finally:
            finished = painter.end()
            document.close()
        if not finished or device.printerState() in (QPrinter.PrinterState.Aborted, QPrinter.PrinterState.Error):
            raise PrinterTrouble(f"打印机“{device.printerName()}”中途停止了打印，请查看打印机后重打。")

    def _device(self, printer: str, title: str) -> QPrinter:
        device = QPrinter(QPrinter.PrinterMode.HighResolution)
        device.setDocName(title)
        if self._output_file:
            device.setOutputFileName(self._output_file)
            return device
        name = printer or next(iter(self.names()), "")
        if not name:
            raise none_chosen()
        if known := self.trouble(name):
            raise PrinterTrouble(known)
        device.setPrinterName(name)
        return device


def _set_page(device: QPrinter, points: QSizeF) -> None:
    size = QPageSize(points, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.FuzzyMatch)
    layout = QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0))
    layout.setMode(QPageLayout.Mode.FullPageMode)
    device.setPageLayout(layout)


def _paint(painter: QPainter, device: QPrinter, document: QPdfDocument, number: int, medium: Medium) -> None:
    points = document.pagePointSize(number)
    if number:
        _set_page(device, points)
        device.newPage()
    dpi = min(device.resolution(), MOST_DPI)
    picture = picture_of(document, number, dpi, medium)
    scale = device.resolution() / dpi
    painter.save()
    painter.scale(scale, scale)
    painter.drawImage(0, 0, picture)
    painter.restore()


def picture_of(document: QPdfDocument, number: int, dpi: int, medium: Medium) -> QImage:
    """A page as a picture of `dpi` dots an inch, on white."""
    points = document.pagePointSize(number)
    size = QSize(round(points.width() / _POINTS_PER_INCH * dpi), round(points.height() / _POINTS_PER_INCH * dpi))
    options = QPdfDocumentRenderOptions()
    if medium is not Medium.A4:
        options.setRenderFlags(_FLAGS.TextAliased | _FLAGS.PathAliased | _FLAGS.ImageAliased)
    drawn = document.render(number, size, options)
    page = QImage(size, QImage.Format.Format_Grayscale8)
    page.fill(255)
    painter = QPainter(page)
    painter.drawImage(0, 0, drawn)
    painter.end()
    return page
