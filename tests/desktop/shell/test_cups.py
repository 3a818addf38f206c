"""Real printing: a private CUPS server with the cups-pdf printer; and what its words mean for a clerk.

The server has its own folder, socket and printers, so that a machine's real CUPS is neither used nor changed. The cups-pdf
backend writes to the place that /etc/cups/cups-pdf.conf names, usually ~/PDF; what a test prints there is taken away again.
"""

import os
import re
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp

from db.receipts.compose import compose
from db.receipts.content import CentreFacts, Medium, PaperKind
from desktop.paper.colour import ACCENT, fill
from desktop.paper.render import render
from desktop.paper.sheet import MM, Sheet
from desktop.shell.cups import Cups, takes_a3, trouble_in
from desktop.shell.printers import PrinterTrouble, printers_here
from tests.conftest import NOW
from tests.factories.receipts import case_facts

CUPSD = shutil.which("cupsd", path="/usr/sbin:/usr/local/sbin:/usr/bin")
PPD = Path("/usr/share/ppd/cups-pdf/CUPS-PDF_opt.ppd")
BACKEND = Path("/usr/lib/cups/backend/cups-pdf")
CONF = Path("/etc/cups/cups-pdf.conf")

CENTRE = CentreFacts(
    "军门社区邻里中心", "JM01", "军门邻里", "军门居委会", "0591-87654321", "0591-12345", "军门", "每天"
)
PAYLOAD = "01" + "73926104" * 30
PAPER = compose(PaperKind.RECEIVED, CENTRE, case_facts(), "军门邻里收〔2026〕1号", NOW, PAYLOAD)

FILES = """ServerRoot {root}/etc
StateDir {root}/run
RequestRoot {root}/spool
TempDir {root}/spool/tmp
CacheDir {root}/cache
AccessLog {root}/log/access
ErrorLog {root}/log/error
PageLog {root}/log/page
SystemGroup root
"""
DAEMON = """LogLevel warn
Listen {root}/run/cups.sock
Browsing No
WebInterface No
DefaultAuthType None
<Location />
  Order allow,deny
  Allow all
</Location>
<Policy default>
  <Limit All>
    Order allow,deny
    Allow all
  </Limit>
</Policy>
"""


def _why_not() -> str:
    if CUPSD is None or shutil.which("lpadmin", path="/usr/sbin:/usr/bin") is None:
        return "CUPS is not installed (apt: cups)"
    if not PPD.exists() or not BACKEND.exists():
        return "the cups-pdf printer is not installed (apt: printer-driver-cups-pdf)"
    if os.geteuid() != 0:
        return "the cups-pdf backend runs only under a cupsd of root"
    return ""


real_cups = pytest.mark.skipif(bool(_why_not()), reason=_why_not() or "-")


def wait(until: Callable[[], bool], seconds: float = 15.0) -> None:
    """Until something outside this process has happened."""
    pause = threading.Event()
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, "waited in vain"
        pause.wait(0.05)


@pytest.fixture(scope="module")
def server() -> Iterator[Path]:
    """A private CUPS server with the printers PDF (cups-pdf) and Nowhere (a host that never answers).

    Not in pytest's own folder: the filters run as another user, who may not enter it.
    """
    root = Path(tempfile.mkdtemp(prefix="cups-test-"))
    root.chmod(0o755)
    for folder in ("etc", "run/certs", "spool/tmp", "cache", "log"):
        (root / folder).mkdir(parents=True)
    (root / "etc/cups-files.conf").write_text(FILES.format(root=root))
    (root / "etc/cupsd.conf").write_text(DAEMON.format(root=root))
    assert CUPSD is not None
    daemon = subprocess.Popen(
        [CUPSD, "-f", "-c", f"{root}/etc/cupsd.conf", "-s", f"{root}/etc/cups-files.conf"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    before = {name: os.environ.get(name) for name in ("CUPS_SERVER", "CUPS_SERVERROOT")}
    os.environ["CUPS_SERVER"] = str(root / "run/cups.sock")
    os.environ["CUPS_SERVERROOT"] = str(root / "etc")  # where lpoptions reads what a printer on this machine can do
    try:
        wait(lambda: "is running" in _tell("lpstat", "-r"))
        _tell("lpadmin", "-p", "PDF", "-E", "-v", "cups-pdf:/", "-P", str(PPD))
        _tell("lpadmin", "-p", "Nowhere", "-E", "-v", "socket://127.0.0.1:9", "-P", str(PPD))
        yield root
    finally:
        daemon.terminate()
        daemon.wait(20)
        shutil.rmtree(root, ignore_errors=True)
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _tell(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    return done.stdout + done.stderr


@pytest.fixture
def printed() -> Iterator[Callable[[], Path]]:
    """Waits for the one file that the test printed, and takes it away afterwards."""
    found = re.search(r"^Out\s+(\S+)", CONF.read_text(), re.MULTILINE)
    folder = Path((found.group(1) if found else "${HOME}/PDF").replace("${HOME}", str(Path("~root").expanduser())))
    before = set(folder.glob("*.pdf"))
    fresh: set[Path] = set()

    def one() -> Path:
        wait(lambda: bool(set(folder.glob("*.pdf")) - before))
        fresh.update(set(folder.glob("*.pdf")) - before)
        [file] = fresh
        wait(lambda: file.read_bytes().rstrip().endswith(b"%%EOF"))
        return file

    yield one
    for file in fresh:
        file.unlink()


@real_cups
def test_a_receipt_comes_out_of_a_real_cups_printer(server: Path, printed: Callable[[], Path]) -> None:
    made = render(PAPER, Medium.A4)
    Cups().send(made.pdf, "PDF", "收件材料接收凭证 1号", Medium.A4, 1)
    out = pypdfium2.PdfDocument(printed())
    assert len(out) == made.pages
    width, height = out[0].get_size()
    assert (round(width), round(height)) == (595, 842)
    found = zxingcpp.read_barcode(out[0].render(scale=203 / 72).to_numpy())
    assert found is not None
    assert found.text == PAYLOAD


@real_cups
def test_a_roll_is_as_long_as_its_paper(server: Path, printed: Callable[[], Path]) -> None:
    made = render(PAPER, Medium.THERMAL80)
    Cups().send(made.pdf, "PDF", "热敏", Medium.THERMAL80, 1)
    sent, out = pypdfium2.PdfDocument(made.pdf), pypdfium2.PdfDocument(printed())
    assert len(out) == len(sent)
    assert out[0].get_size() == pytest.approx(sent[0].get_size(), abs=4)


def wall(width: float, height: float, pages: int = 1) -> bytes:
    """A sheet for the wall of so many millimetres: a word at the left edge, a red bar at the right one."""
    sheet = Sheet("公示表", "军门")
    for _ in range(pages):
        sheet.new_page(width * MM, height * MM)
        sheet.text(12 * MM, 12 * MM, "公示表", 30)
        fill(sheet, (width - 22) * MM, 12 * MM, 10 * MM, 30 * MM, ACCENT)
    return sheet.finish()[0]


@real_cups
@pytest.mark.parametrize(("width", "height"), [(420, 297), (297, 210)])
def test_a_wide_sheet_for_the_wall_comes_out_whole_on_its_own_size_of_paper(
    server: Path, printed: Callable[[], Path], width: int, height: int
) -> None:
    Cups().send(wall(width, height, pages=2), "PDF", f"公示表 {width}", Medium.A4, 1)
    out = pypdfium2.PdfDocument(printed())
    assert len(out) == 2
    for page in out:
        assert sorted(page.get_size()) == pytest.approx([height * MM, width * MM], abs=3)
        turned = page.render(scale=1).to_pil().convert("RGB")
        bars = [turned.rotate(angle, expand=True) for angle in (0, 90, 180, 270)]
        reds = [bar.getpixel((int(bar.width * (width - 17) / width), int(bar.height * 27 / height))) for bar in bars]
        assert any(red > 120 and green < 90 for red, green, _ in reds)


@real_cups
def test_a_printer_without_a3_is_told_before_anything_is_sent(server: Path) -> None:
    ppd = server / "small.ppd"
    lines = PPD.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
    ppd.write_text("".join(line for line in lines if not re.match(r"\*\w+ A3[/:]", line)), encoding="utf-8")
    _tell("lpadmin", "-p", "Small", "-E", "-v", "cups-pdf:/", "-P", str(ppd))
    try:
        with pytest.raises(PrinterTrouble, match="打印机“Small”不能打 A3 纸"):
            Cups().send(wall(420, 297), "Small", "公示表", Medium.A4, 1)
        assert _tell("lpstat", "-W", "all", "-o", "Small") == ""
    finally:
        _tell("lpadmin", "-x", "Small")


@pytest.mark.parametrize(
    ("listing", "takes"),
    [
        ("PageSize/Page Size: Letter *A4 A3 A5", True),
        ("PageSize/Media Size: 3x5 *A4 A3.Transverse SRA3", False),
        ("PageSize/Media: A4 *A3\nDuplex: None", True),
        ("PageSize/Media: *A4 A5\nTray: A3", False),
        ("", True),
    ],
)
def test_whether_a_printer_takes_a3_is_read_from_its_choices(listing: str, takes: bool) -> None:
    assert takes_a3(listing) is takes


@real_cups
def test_a_paused_printer_is_told_and_nothing_is_left_in_its_queue(server: Path) -> None:
    _tell("cupsdisable", "PDF")
    try:
        with pytest.raises(PrinterTrouble, match=r"打印机“PDF”已暂停"):
            Cups().send(render(PAPER, Medium.A4).pdf, "PDF", "暂停", Medium.A4, 1)
    finally:
        _tell("cupsenable", "PDF")
    assert _tell("lpstat", "-W", "not-completed", "-o", "PDF") == ""


@real_cups
def test_a_printer_that_takes_no_jobs_is_told(server: Path) -> None:
    _tell("cupsreject", "PDF")
    try:
        with pytest.raises(PrinterTrouble, match="不接收"):
            Cups().send(render(PAPER, Medium.A4).pdf, "PDF", "拒收", Medium.A4, 1)
    finally:
        _tell("cupsaccept", "PDF")


@real_cups
def test_a_printer_that_is_switched_off_is_told_and_its_job_taken_back(server: Path) -> None:
    with pytest.raises(PrinterTrouble, match=r"打印机“Nowhere”没有开机或没有连上"):
        Cups(settle_seconds=6).send(render(PAPER, Medium.A4).pdf, "Nowhere", "关机", Medium.A4, 1)
    wait(lambda: _tell("lpstat", "-W", "not-completed", "-o", "Nowhere") == "")


@real_cups
def test_a_printer_that_is_not_there_is_told(server: Path) -> None:
    with pytest.raises(PrinterTrouble, match="找不到打印机“没有的”"):
        Cups().send(b"%PDF-", "没有的", "没有", Medium.A4, 1)


@real_cups
def test_without_a_chosen_printer_the_first_one_prints(server: Path, printed: Callable[[], Path]) -> None:
    _tell("lpadmin", "-d", "PDF")
    made = render(PAPER, Medium.A4)
    Cups().send(made.pdf, "", "默认", Medium.A4, 1)
    assert len(pypdfium2.PdfDocument(printed())) == made.pages


@real_cups
def test_the_printers_are_found(server: Path) -> None:
    assert set(printers_here().names()) == {"PDF", "Nowhere"}


@pytest.mark.skipif(shutil.which("lp") is None, reason="CUPS is not installed (apt: cups-client)")
def test_a_cups_that_does_not_run_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUPS_SERVER", str(tmp_path / "no.sock"))
    with pytest.raises(PrinterTrouble, match="打印服务（CUPS）没有运行"):
        Cups().send(b"%PDF-", "PDF", "没有", Medium.A4, 1)
    with pytest.raises(PrinterTrouble, match="打印服务（CUPS）没有运行"):
        Cups().send(b"%PDF-", "", "没有", Medium.A4, 1)


@pytest.mark.parametrize(
    ("alerts", "words"),
    [
        ("media-empty-error", "缺纸"),
        ("toner-low-report media-jam", "卡纸"),
        ("offline-report connecting-to-device", "没有开机或没有连上"),
        ("toner-low-warning", ""),
        ("media-empty-report", ""),
        ("none", ""),
    ],
)
def test_what_a_printer_reports_is_said_in_words(alerts: str, words: str) -> None:
    state = f"printer HP is idle.  enabled since now\n\tDescription: HP\n\tAlerts: {alerts}\n"
    found = trouble_in("HP", state, "HP accepting requests")
    assert words in found if words else found == ""
