"""How fast a receipt is made: composed, laid out and rendered to bytes, against a bare reportlab canvas.

Run by hand: uv run --no-sync python -m tests.benchmarks.bench_paper [receipts]

The bare canvas draws the same strings at the same places in the same fonts (reportlab's own TTFont, parsed once)
and the same QR code (qrcode with a fixed mask, one rectangle a run); it measures no text and breaks no line. Both
are timed in turns, so that a busy machine slows both alike, and in CPU time. Exit code 1 when a target is missed.
"""

import io
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from db.receipts.compose import compose
from db.receipts.content import Medium, PaperContent, PaperKind
from desktop.paper import qr, sheet
from desktop.paper.faces import BOLD, REGULAR, font_file
from desktop.paper.render import render
from desktop.paper.typeface import HEAVY, PLAIN
from tests.factories.papers import CENTRE, ISSUED_AT, a_case

MOST_RATIO = 1.5
LEAST_A_SECOND = 100.0

Strings = list[tuple[float, float, str, float, int]]
Page = tuple[float, float, Strings, list[tuple[float, float, float]]]


def receipt(number: int) -> PaperContent:
    """A receipt like none before it: its own case number and its own code."""
    code = "01" + f"{7392610458 + number * 7919:010d}" * 29
    case = a_case(number=f"PT0312-20261120-{number:04d}-6", applicant="欧阳䶮𬱖娜")
    return compose(PaperKind.RECEIVED, CENTRE, case, f"莆荔邻收〔2026〕{number}号", ISSUED_AT, code)


def recorded(content: PaperContent, medium: Medium) -> list[Page]:
    """What the layout draws, caught on its way to the page."""
    pages: list[Page] = []
    text, path, new_page = sheet.Sheet.text, sheet.Sheet.path, sheet.Sheet.new_page
    repeated, lower = sheet.Sheet.repeated, [0.0]

    def catch_repeated(self: sheet.Sheet, key: float, down: float, draw: Callable[[], object]) -> None:
        lower[0] = down  # draw it for every copy, so that the bare canvas gets the strings of all
        draw()
        lower[0] = 0.0

    def catch_page(self: sheet.Sheet, width: float, height: float) -> None:
        pages.append((width, height, [], []))
        new_page(self, width, height)

    def catch_text(self: sheet.Sheet, x: float, top: float, line: str, size: float, *more: Any) -> None:
        weight = more[0].weight if more else REGULAR
        pages[-1][2].append((x, self.height - top - lower[0] - size * 0.88, line, size, weight))
        text(self, x, top, line, size, *more)

    def catch_path(self: sheet.Sheet, ops: str, x: float, top: float, unit: float) -> None:
        pages[-1][3].append((x, self.height - top - lower[0], unit))
        path(self, ops, x, top, unit)

    caught = {"text": catch_text, "path": catch_path, "new_page": catch_page, "repeated": catch_repeated}
    for name, function in caught.items():
        setattr(sheet.Sheet, name, function)
    try:
        render(content, medium)
    finally:
        for name, function in {"text": text, "path": path, "new_page": new_page, "repeated": repeated}.items():
            setattr(sheet.Sheet, name, function)
    return pages


def bare(pages: list[Page], code: str) -> bytes:
    """The same strings and code, straight onto a canvas."""
    file = io.BytesIO()
    canvas = Canvas(file, invariant=1, pageCompression=1)
    maker = QRCode(error_correction=ERROR_CORRECT_M, mask_pattern=2)
    maker.add_data(code)
    maker.make()
    for width, height, strings, codes in pages:
        canvas.setPageSize((width, height))
        for x, y, line, size, weight in strings:
            canvas.setFont(f"bare{weight}", size)
            canvas.drawString(x, y, line)
        for x, y, unit in codes:
            _bare_code(canvas, maker, x, y, unit)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _bare_code(canvas: Canvas, maker: Any, x: float, y: float, unit: float) -> None:
    for row, modules in enumerate(maker.modules):
        start = None
        for column, module in enumerate([*modules, False]):
            if module and start is None:
                start = column
            elif not module and start is not None:
                length = (column - start) * unit
                canvas.rect(x + start * unit, y - (row + 1) * unit, length, unit, stroke=0, fill=1)
                start = None


def replayed(pages: list[Page], code: str) -> bytes:
    """The same strings and code through the project's own fonts and codes, but without composing or laying out."""
    qr.drawn.cache_clear()
    paper = sheet.Sheet("bare", "bare")
    for width, height, strings, codes in pages:
        paper.new_page(width, height)
        for x, y, line, size, weight in strings:
            paper.text(x, height - y - size * 0.88, line, size, HEAVY if weight == BOLD else PLAIN)
        for x, y, unit in codes:
            paper.path(qr.drawn(code)[1], x, height - y, unit)
    return paper.finish()[0]


def cpu(function: Callable[[], object]) -> float:
    """CPU seconds of one call."""
    start = time.process_time()
    function()
    return time.process_time() - start


def main() -> int:
    """Print a line for each medium; 1 when a target is missed."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    for weight in (REGULAR, BOLD):
        pdfmetrics.registerFont(TTFont(f"bare{weight}", str(font_file("SC", weight))))
    start = time.perf_counter()
    render(receipt(0), Medium.THERMAL80)
    print(f"first receipt of the process: {time.perf_counter() - start:.2f} s")
    missed = False
    for medium in Medium:
        ours, theirs, again = [], [], []
        for number in range(1, rounds + 1):
            pages = recorded(receipt(number), medium)
            code = receipt(number).qr
            qr.drawn.cache_clear()
            ours.append(cpu(lambda n=number, m=medium: render(receipt(n), m)))
            theirs.append(cpu(lambda p=pages, c=code: bare(p, c)))
            again.append(cpu(lambda p=pages, c=code: replayed(p, c)))
        mine, its = statistics.median(ours), statistics.median(theirs)
        ratio, rate = mine / its, 1 / mine
        best = 1 / min(ours)
        share = mine / statistics.median(again)
        print(
            f"{medium:10} {mine * 1000:6.2f} ms, bare {its * 1000:6.2f} ms, ratio {ratio:.2f} (at most {MOST_RATIO}); "
            f"{rate:.0f} a second, best {best:.0f} (at least {LEAST_A_SECOND:.0f}); "
            f"{share:.2f} of the same drawing without composing and layout"
        )
        missed |= ratio > MOST_RATIO or rate < LEAST_A_SECOND
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
