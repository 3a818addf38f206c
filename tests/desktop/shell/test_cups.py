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
from desktop.paper.render import render
from desktop.shell.cups import Cups, trouble_in
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
    before = os.environ.get("CUPS_SERVER")
    os.environ["CUPS_SERVER"] = str(root / "run/cups.sock")
    try:
        wait(lambda: "is running" in _tell("lpstat", "-r"))
        _tell("lpadmin", "-p", "PDF", "-E", "-v", "cups-pdf:/", "-P", str(PPD))
        _tell("lpadmin", "-p", "Nowhere", "-E", "-v", "socket://127.0.0.1:9", "-P", str(PPD))
        yield root
    finally:
        daemon.terminate()
        daemon.wait(20)
        shutil.rmtree(root, ignore_errors=True)
        if before is None:
            del os.environ["CUPS_SERVER"]
        else:
            os.environ["CUPS_SERVER"] = before


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
