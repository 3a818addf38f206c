"""Printing without CUPS: Qt paints the rendered pages; checked on the PDF that Qt's own file printer writes."""

from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from pytestqt.qtbot import QtBot

from db.receipts.content import Medium
from desktop.paper.render import render
from desktop.shell.desk import Desk
from desktop.shell.printers import PrinterTrouble
from desktop.shell.qtprint import QtPrinters
from desktop.shell.winspool import words_for
from tests.desktop.shell.test_cups import PAPER, PAYLOAD, wall


@pytest.mark.parametrize("medium", list(Medium))
def test_the_pages_reach_the_printer_whole_and_their_code_reads(
    qtbot: QtBot, desk: Desk, tmp_path: Path, medium: Medium
) -> None:
    made = render(PAPER, medium)
    file = tmp_path / "out.pdf"
    ended: list[bool] = []
    printer = QtPrinters(str(file))
    desk.job(
        desk,
        lambda _progress: printer.send(made.pdf, "", "回执", medium, 1),
        then=lambda _nothing: ended.append(True),
    )
    qtbot.waitUntil(lambda: bool(ended), timeout=30_000)
    sent, out = pypdfium2.PdfDocument(made.pdf), pypdfium2.PdfDocument(file)
    assert len(out) == len(sent)
    assert out[0].get_size() == pytest.approx(sent[0].get_size(), abs=3)
    found = zxingcpp.read_barcode(out[0].render(scale=203 / 72).to_numpy())
    assert found is not None
    assert found.text == PAYLOAD


@pytest.mark.parametrize(("width", "height"), [(420, 297), (297, 210), (210, 297)])
def test_a_sheet_for_the_wall_keeps_its_size_and_its_colour(
    qtbot: QtBot, desk: Desk, tmp_path: Path, width: int, height: int
) -> None:
    file = tmp_path / "wall.pdf"
    ended: list[bool] = []
    sheet, printer = wall(width, height, pages=2), QtPrinters(str(file))
    desk.job(
        desk,
        lambda _progress: printer.send(sheet, "", "公示表", Medium.A4, 1),
        then=lambda _nothing: ended.append(True),
    )
    qtbot.waitUntil(lambda: bool(ended), timeout=30_000)
    out = pypdfium2.PdfDocument(file)
    assert len(out) == 2
    for page in out:
        assert page.get_size() == pytest.approx((width / 25.4 * 72, height / 25.4 * 72), abs=3)
        picture = page.render(scale=1).to_pil().convert("RGB")
        where = (int(picture.width * (width - 17) / width), int(picture.height * 27 / height))
        red, green, _blue = picture.getpixel(where)
        assert red > 120 > green


def test_a_printer_that_is_not_there_is_told(qtbot: QtBot) -> None:
    with pytest.raises(PrinterTrouble, match="找不到打印机“没有的”"):
        QtPrinters().send(render(PAPER, Medium.A4).pdf, "没有的", "回执", Medium.A4, 1)


@pytest.mark.parametrize(
    ("status", "attributes", "words"),
    [(0, 0, ""), (0x10, 0, "缺纸"), (0x80, 0, "没有开机"), (0, 0x400, "脱机"), (0x1 | 0x8, 0, "卡纸"), (0x400, 0, "")],
)
def test_what_windows_reports_is_said_in_words(status: int, attributes: int, words: str) -> None:
    found = words_for("HP", status, attributes)
    assert words in found if words else found == ""
