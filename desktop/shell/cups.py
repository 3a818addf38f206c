"""Printing through CUPS by its own command line tools (`lp`, `lpstat`, `cancel`), which every CUPS system has.

A job that the printer does not take over within `SETTLE_SECONDS` because something is wrong with it is cancelled in CUPS
and reported as failed: the hall's own print queue is the one place that remembers it, so that a paper which was sent
again does not come out twice when somebody refills the tray.
"""

import os
import re
import subprocess
import threading
from dataclasses import dataclass

from db.receipts.content import Medium
from desktop.shell.printers import WIDTH_MM, PrinterTrouble, absent, no_a3, none_chosen

COMMAND_SECONDS = 15.0
SETTLE_SECONDS = 12.0
POLL_SECONDS = 0.2
_POINTS_PER_MM = 72 / 25.4
_A3_POINTS = 410 * _POINTS_PER_MM  # the longer side is 420 mm; that of A4 297 mm
_PAGE_BOX = re.compile(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]")

# printer-state-reasons (RFC 8011 §5.4.12, PWG 5100.9) in the words of whoever stands before the printer.
_REASONS = (
    ("media-empty", "缺纸，请加纸后重打"),
    ("media-needed", "缺纸，请加纸后重打"),
    ("media-jam", "卡纸，请取出卡住的纸后重打"),
    ("cover-open", "机盖没有关好，请关好后重打"),
    ("door-open", "机盖没有关好，请关好后重打"),
    ("interlock-open", "机盖没有关好，请关好后重打"),
    ("toner-empty", "没有墨粉了，请更换后重打"),
    ("marker-supply-empty", "没有墨了，请更换后重打"),
    ("offline", "没有开机或没有连上，请检查电源和连线后重打"),
    ("connecting-to-device", "没有开机或没有连上，请检查电源和连线后重打"),
    ("timed-out", "没有应答，请检查电源和连线后重打"),
    ("shutdown", "已关机，请开机后重打"),
    ("paused", "已暂停，请在系统的打印机设置里恢复后重打"),
    ("moving-to-paused", "已暂停，请在系统的打印机设置里恢复后重打"),
    ("spool-area-full", "所在电脑的磁盘已满，请清理后重打"),
)
_HARMLESS = ("report", "warning")
# What the backends of CUPS (socket, ipp, lpd, usb) say while they wait for a printer that does not answer.
_NO_ANSWER = re.compile(r"may not exist|unavailable|not responding|become available|Unable to locate|unreachable")


@dataclass(frozen=True, slots=True)
class _Answer:
    code: int
    out: str
    err: str


class Cups:
    """The printers of the CUPS server this machine talks to."""

    def __init__(self, settle_seconds: float = SETTLE_SECONDS) -> None:
        self._settle = settle_seconds

    def names(self) -> tuple[str, ...]:
        default = _run("lpstat", "-d").out.rpartition(":")[2].strip()
        found = [line.strip() for line in _run("lpstat", "-e").out.splitlines() if line.strip()]
        return tuple(sorted(found, key=lambda name: (name != default, name)))

    def trouble(self, printer: str) -> str:
        state = _run("lpstat", "-l", "-p", printer)
        if state.code:
            return _asleep() or absent(printer).sentence
        accepting = _run("lpstat", "-a", printer).out
        return trouble_in(printer, state.out, accepting)

    def send(self, pdf: bytes, printer: str, title: str, medium: Medium, copies: int) -> None:
        name = printer or next(iter(self.names()), "")
        if not name:
            raise PrinterTrouble(_asleep() or none_chosen().sentence)
        if known := self.trouble(name):
            raise PrinterTrouble(known)
        if medium is Medium.A4 and is_a3(pdf) and not takes_a3(_run("lpoptions", "-p", name, "-l").out):
            raise no_a3(name)
        job = self._queue(pdf, name, title, medium, copies)
        self._see_it_out(job, name)

    def _queue(self, pdf: bytes, name: str, title: str, medium: Medium, copies: int) -> str:
        options = [option for value in _options(pdf, medium) for option in ("-o", value)]
        answer = _run("lp", "-d", name, "-n", str(copies), "-t", title, *options, "-", data=pdf)
        found = re.search(r"request id is (\S+)", answer.out)
        if answer.code or not found:
            said = (answer.err or answer.out).strip()
            raise PrinterTrouble(_asleep() or f"打印机“{name}”没有接收：{said}。请检查后重打。")
        return found.group(1)

    def _see_it_out(self, job: str, name: str) -> None:
        """Wait until the job has left the queue; take it back when the printer turns out to be in trouble."""
        pause = threading.Event()
        waited = 0.0
        while job in _jobs(name, "not-completed"):
            known = self.trouble(name)
            if known and waited >= min(2.0, self._settle):  # some printers report a passing state for a moment
                _run("cancel", job)
                raise PrinterTrouble(known)
            if waited >= self._settle:
                return  # nothing known against the printer: it is slow, or the paper is long
            pause.wait(POLL_SECONDS)
            waited += POLL_SECONDS
        finished = _run("lpstat", "-l", "-W", "completed", "-o", name).out
        if re.search(r"aborted|job-stopped|document-format-error", _about(job, finished)):
            raise PrinterTrouble(f"打印机“{name}”中途停止了打印，请查看打印机后重打。")


def trouble_in(printer: str, state: str, accepting: str) -> str:
    """What `lpstat -l -p` and `lpstat -a` say against a printer, as a sentence; empty when they say nothing."""
    found = re.search(r"^\s*Alerts: *(.*)$", state, re.MULTILINE)
    alerts = re.split(r"[ ,]+", found.group(1)) if found else []
    for alert in alerts:
        for reason, words in _REASONS:
            if alert.startswith(reason) and not alert.endswith(_HARMLESS):
                return f"打印机“{printer}”{words}。"
    if re.match(r"printer \S+ now printing", state) and _NO_ANSWER.search(state.partition("Form mounted")[0]):
        return f"打印机“{printer}”没有开机或没有连上，请检查电源和连线后重打。"
    if re.match(r"printer \S+ disabled", state):
        return f"打印机“{printer}”已暂停，请在系统的打印机设置里恢复后重打。"
    if "not accepting" in accepting:
        return f"打印机“{printer}”暂不接收打印任务，请在系统的打印机设置里恢复后重打。"
    return ""


def is_a3(pdf: bytes) -> bool:
    """Whether the first page is a sheet of A3, either way up; papers of a hall are that or smaller."""
    box = _PAGE_BOX.search(pdf)
    return box is not None and max(map(float, box.groups())) > _A3_POINTS


def takes_a3(listing: str) -> bool:
    """Whether the choices of a printer (`lpoptions -l`) name A3; a printer that names no sizes is taken at its word."""
    found = re.search(r"^PageSize[^:]*:(.*)$", listing, re.MULTILINE)
    return found is None or re.search(r"(?<![A-Za-z0-9])\*?(iso_)?A3(?![0-9A-Za-z.])", found.group(1)) is not None


def _options(pdf: bytes, medium: Medium) -> list[str]:
    """A roll is cut where the paper ends: its page is as long as the PDF's first one."""
    if medium is Medium.A4:
        return [f"media={'A3' if is_a3(pdf) else 'A4'}", "sides=one-sided", "print-scaling=none"]
    box = _PAGE_BOX.search(pdf)
    length = float(box.group(2)) / _POINTS_PER_MM if box else 200.0
    return [f"media=Custom.{WIDTH_MM[medium]:.0f}x{length:.0f}mm", "print-scaling=none"]


def _jobs(name: str, which: str) -> set[str]:
    lines = _run("lpstat", "-W", which, "-o", name).out.splitlines()
    return {line.split()[0] for line in lines if line.strip()}


def _about(job: str, listing: str) -> str:
    """The lines of a long listing that belong to one job."""
    parts = re.split(r"^(?=\S)", listing, flags=re.MULTILINE)
    return next((part for part in parts if part.split(maxsplit=1)[:1] == [job]), "")


def _asleep() -> str:
    """The sentence for a CUPS server that does not run; empty when it does."""
    if "is running" in _run("lpstat", "-r").out:
        return ""
    return "本机的打印服务（CUPS）没有运行，请联系系统管理员启动后重打。"


def _run(*command: str, data: bytes | None = None) -> _Answer:
    environment = os.environ | {"LC_ALL": "C.UTF-8", "LANGUAGE": "C"}
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=COMMAND_SECONDS, env=environment, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise PrinterTrouble("打印服务没有应答，请检查打印机和网络后重打。") from error
    except OSError as error:
        raise PrinterTrouble("本机的打印服务（CUPS）不完整，请联系系统管理员安装后重打。") from error
    return _Answer(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))
