"""QR codes: the same modules as qrcode makes, and readable from a thermal head."""

import math

import pytest
import zxingcpp
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from db.receipts.compose import compose, compose_ticket
from db.receipts.content import Medium, PaperContent, PaperKind
from desktop.paper import modules, qr
from desktop.paper.render import QrTooLarge, render
from tests.desktop.paper.reader import pixels
from tests.factories.papers import CENTRE, ISSUED_AT, QR, a_case, a_ticket, every_paper

LONG = "https://linli.putian.gov.cn/r/" + QR
ROLLS = (Medium.THERMAL80, Medium.THERMAL58)


@settings(deadline=None, max_examples=60)
@given(
    st.text(min_size=1, max_size=300) | st.text("0123456789", min_size=1, max_size=600) | st.text("AZ09 $%", min_size=1)
)
@example(LONG)
@example("7" * 3)
def test_modules_are_those_of_the_package(text: str) -> None:
    if not text.isprintable():
        text = "".join(char for char in text if char.isprintable()) or "1"
    code = QRCode(error_correction=ERROR_CORRECT_M, mask_pattern=modules.MASK)
    code.add_data(text)
    code.make()
    assert modules.matrix(text) == ["".join("1" if m else "0" for m in row) for row in code.modules]


def receipt(payload: str) -> PaperContent:
    return compose(PaperKind.RECEIVED, CENTRE, a_case(), "莆荔邻收〔2026〕17号", ISSUED_AT, payload)


def code_box(image: Image.Image, payload: str) -> tuple[zxingcpp.Barcode, int]:
    """The code a scanner finds in the picture, and the width of its modules in pixels."""
    found = [code for code in zxingcpp.read_barcodes(image) if code.text == payload]
    assert len(found) == 1
    corner = found[0].position
    width = math.dist((corner.top_left.x, corner.top_left.y), (corner.top_right.x, corner.top_right.y))
    return found[0], round(width / len(modules.matrix(payload)))


@pytest.mark.parametrize("payload", [QR, LONG], ids=["digits", "with address"])
@pytest.mark.parametrize("medium", ROLLS)
@pytest.mark.parametrize("large", [False, True])
def test_code_is_read_from_a_203_dpi_head_at_five_dots_a_module(medium: Medium, payload: str, large: bool) -> None:
    image = pixels(render(receipt(payload), medium, large).pdf, 203)
    _, dots = code_box(image, payload)
    assert dots >= 5


@pytest.mark.parametrize("medium", ROLLS)
def test_every_module_of_the_head_is_whole(medium: Medium) -> None:
    image = pixels(render(receipt(QR), medium).pdf, 203)
    code, dots = code_box(image, QR)
    left, top = code.position.top_left.x, code.position.top_left.y
    rows = modules.matrix(QR)
    for y, row in enumerate(rows):
        for x, module in enumerate(row):
            middle = (left + int((x + 0.5) * dots), top + int((y + 0.5) * dots))
            assert (image.getpixel(middle) == 0) is (module == "1")


@pytest.mark.parametrize("medium", ROLLS)
def test_quiet_zone_of_four_modules_is_white(medium: Medium) -> None:
    image = pixels(render(receipt(QR), medium).pdf, 203)
    code, dots = code_box(image, QR)
    corner, quiet, side = code.position.top_left, 4 * dots - 1, len(modules.matrix(QR)) * dots
    around = image.crop((corner.x - quiet, corner.y - quiet, corner.x + side + quiet, corner.y + side + quiet))
    around.paste(255, (quiet - 1, quiet - 1, quiet + side + 1, quiet + side + 1))
    assert around.getextrema() == (255, 255)


@pytest.mark.parametrize(("kind", "large"), [("refused", False), ("received", False), ("received", True)])
def test_both_copies_on_a4_are_read(kind: str, large: bool) -> None:
    rendered = render(every_paper()[kind].with_qr(LONG), Medium.A4, large)
    found = [
        code.text for page in range(rendered.pages) for code in zxingcpp.read_barcodes(pixels(rendered.pdf, 300, page))
    ]
    assert found == [LONG, LONG]


def test_a_code_too_wide_for_the_roll_is_refused_and_not_shrunk() -> None:
    payload = "https://linli.putian.gov.cn/" + "䶮" * 100
    with pytest.raises(QrTooLarge, match="48 mm"):
        render(receipt(payload), Medium.THERMAL58)
    assert render(receipt(payload), Medium.THERMAL80).pages == 2


def test_a_text_no_code_can_hold_is_refused() -> None:
    with pytest.raises(QrTooLarge):
        qr.drawn("9" * 9000)


def test_a_ticket_may_carry_a_code() -> None:
    content = compose_ticket(a_ticket(), QR, "扫一扫，看排队")
    code_box(pixels(render(content, Medium.THERMAL58).pdf, 203), QR)
