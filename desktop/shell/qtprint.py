"""Printing by Qt, where the system cannot print a PDF by itself (Windows): pages are rendered and painted.

A roll is rendered at the dots of its head, without grey edges, so that the modules of the QR code stay sharp.
QPdfDocument, QImage and a QPainter on a QPrinter may be used outside the window's thread (Qt: Threads and Painting).
"""

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPdf import QPdfDocument, QPdfDocumentRenderOptions
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from db.receipts.content import Medium
from desktop.shell.printers import PrinterTrouble, absent, no_a3, none_chosen
from desktop.shell.winspool import status_trouble

MOST_DPI = 300  # of an A4 page; more only makes a larger picture of the same letters
_POINTS_PER_INCH = 72
_A3_POINTS = 1162  # 410 mm: the longer side of A3 is 420 mm, that of A4 297 mm
_ROLL_POINTS = 300  # wider than any roll
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
        points = document.pagePointSize(0)
        if not self._output_file and max(points.width(), points.height()) > _A3_POINTS and not _takes_a3(device):
            raise no_a3(device.printerName())
        _set_page(device, points)
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
    """The paper and how it lies: printers know A4 and A3 upright, so a wide page is one of them turned."""
    wide = points.width() > points.height() > _ROLL_POINTS
    upright = points.transposed() if wide else points
    size = QPageSize(upright, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.FuzzyMatch)
    way = QPageLayout.Orientation.Landscape if wide else QPageLayout.Orientation.Portrait
    layout = QPageLayout(size, way, QMarginsF(0, 0, 0, 0))
    layout.setMode(QPageLayout.Mode.FullPageMode)
    device.setPageLayout(layout)


def _takes_a3(device: QPrinter) -> bool:
    """Whether the printer names A3 among its sizes; one that names none is taken at its word."""
    sizes = QPrinterInfo(device).supportedPageSizes()
    return not sizes or any(size.id() == QPageSize.PageSizeId.A3 for size in sizes)


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
    sheet = medium is Medium.A4  # a poster may be coloured, a roll never is
    page = QImage(size, QImage.Format.Format_RGB32 if sheet else QImage.Format.Format_Grayscale8)
    page.fill(Qt.GlobalColor.white)
    painter = QPainter(page)
    painter.drawImage(0, 0, drawn)
    painter.end()
    return page
