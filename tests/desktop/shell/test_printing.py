"""From a committed job to paper: printed by itself, once, off the window's thread; a failure loses nothing."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from db.action import Actor, Request
from db.errors import Unavailable
from db.ids import new_id
from db.receipts import queries
from db.receipts.actions import issue, reprint
from db.receipts.compose import compose_ticket
from db.receipts.content import Medium, PaperKind
from db.receipts.jobs import print_paper
from db.receipts.queries import JobRow
from db.receipts.rules import JobState
from desktop.shell import print_settings
from desktop.shell.desk import Desk
from desktop.shell.print_settings import PrintSettings, Route
from desktop.shell.printers import PrinterTrouble
from desktop.shell.printing import Ended, Printing
from tests.conftest import NOW
from tests.factories.receipts import case_facts, ticket_facts
from tests.factories.staff import make_staff


class Tray:
    """A printer that keeps what it was sent, or says why not."""

    def __init__(self) -> None:
        self.out: list[tuple[str, str, Medium, int]] = []
        self.pdfs: list[bytes] = []
        self.threads: set[int] = set()
        self.wrong = ""

    def names(self) -> tuple[str, ...]:
        return ("窗口一", "取号机")

    def trouble(self, printer: str) -> str:
        return self.wrong

    def send(self, pdf: bytes, printer: str, title: str, medium: Medium, copies: int) -> None:
        self.threads.add(threading.get_ident())
        if self.wrong:
            raise PrinterTrouble(self.wrong)
        self.out.append((printer, title, medium, copies))
        self.pdfs.append(pdf)


@pytest.fixture
def tray() -> Tray:
    return Tray()


@pytest.fixture
def printing(desk: Desk, seated: Actor, tray: Tray, tmp_path: Path) -> Printing:
    return Printing(desk, tmp_path / "config" / "print.json", tray)


def give(desk: Desk, actor: Actor, **more: Any) -> UUID:
    """A click on another part of the window that makes a receipt; returns its job."""
    request = Request(actor, NOW, new_id())
    job_id = desk.hall.run(request, issue, kind=PaperKind.RECEIVED, case=case_facts(), case_id=None, **more).job_id
    assert job_id is not None
    return job_id


def job(desk: Desk, job_id: UUID) -> JobRow:
    [paper] = desk.hall.read(queries.job_papers, desk.centre_id, frozenset({job_id}))
    return paper.job


def ended(qtbot: QtBot, printing: Printing) -> Any:
    return qtbot.waitSignal(printing.job_ended)


def test_what_an_action_queued_is_printed_without_another_click(
    qtbot: QtBot, desk: Desk, seated: Actor, printing: Printing, tray: Tray
) -> None:
    with ended(qtbot, printing) as signal:
        job_id = give(desk, seated)
    assert signal.args == [Ended(job_id, sent=True)]
    assert tray.out == [("", "收件材料接收凭证 军门邻里收〔2026〕1号", Medium.A4, 1)]
    assert tray.pdfs[0].startswith(b"%PDF")
    assert threading.get_ident() not in tray.threads
    assert (job(desk, job_id).state, job(desk, job_id).attempts) == (JobState.SENT, 1)


def test_a_printer_in_trouble_loses_nothing_and_says_so(
    qtbot: QtBot, desk: Desk, seated: Actor, printing: Printing, tray: Tray
) -> None:
    said: list[tuple[str, str]] = []
    desk.messages.said.connect(lambda level, sentence: said.append((level, sentence)))
    tray.wrong = "打印机“窗口一”缺纸，请加纸后重打。"
    with ended(qtbot, printing) as signal:
        job_id = give(desk, seated)
    assert signal.args == [Ended(job_id, sent=False)]
    failed = job(desk, job_id)
    assert (failed.state, failed.error) == (JobState.FAILED, tray.wrong)
    assert said == [("problem", f"收件材料接收凭证 军门邻里收〔2026〕1号没有打出来：{tray.wrong}")]
    tray.wrong = ""
    with ended(qtbot, printing):
        printing.retry(failed)
    assert (job(desk, job_id).state, job(desk, job_id).attempts) == (JobState.SENT, 2)
    assert len(tray.out) == 1


def test_a_paper_that_could_not_be_read_is_printed_when_the_link_is_back(
    qtbot: QtBot, desk: Desk, seated: Actor, printing: Printing, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def lost(*given: object) -> None:
        asked.append(given)
        raise Unavailable("断了。")

    with monkeypatch.context() as away:
        away.setattr(queries, "job_papers", lost)
        job_id = give(desk, seated)
        qtbot.waitUntil(lambda: bool(asked) and not printing._asking)
    with ended(qtbot, printing):
        desk.renewed.emit()
    assert job(desk, job_id).state is JobState.SENT


def test_each_kind_goes_to_its_own_printer_and_paper(
    qtbot: QtBot, desk: Desk, seated: Actor, printing: Printing, tray: Tray
) -> None:
    printing.configure(
        PrintSettings()
        .with_route(PaperKind.TICKET, Route(Medium.THERMAL58, "取号机"))
        .with_route(PaperKind.RECEIVED, Route(Medium.THERMAL80, "窗口一", large=True))
    )
    with ended(qtbot, printing):
        give(desk, seated)
    with ended(qtbot, printing):
        desk.do(printing, print_paper, content=compose_ticket(ticket_facts()), copies=2)
    assert [(name, medium, copies) for name, _title, medium, copies in tray.out] == [
        ("窗口一", Medium.THERMAL80, 1),
        ("取号机", Medium.THERMAL58, 2),
    ]


def test_a_sheet_for_the_wall_goes_to_the_printer_that_was_chosen_or_where_papers_of_rooms_go(
    qtbot: QtBot, desk: Desk, seated: Actor, printing: Printing, tray: Tray
) -> None:
    printing.configure(PrintSettings().with_route(PaperKind.BOOKING, Route(Medium.A4, "窗口一")))
    printing.print_apart(b"%PDF-1", "公示表", "大厅A3", copies=2)
    printing.print_apart(b"%PDF-2", "门牌")
    printing.print_apart(b"%PDF-3", "轮值证", like=PaperKind.DUTY_CHANGE)
    qtbot.waitUntil(lambda: len(tray.out) == 3)
    assert sorted(tray.out) == [
        ("", "轮值证", Medium.A4, 1), ("大厅A3", "公示表", Medium.A4, 2), ("窗口一", "门牌", Medium.A4, 1),
    ]  # fmt: skip


def test_ten_jobs_come_out_once_each_and_in_order(
    qtbot: QtBot, desk: Desk, seated: Actor, printing: Printing, tray: Tray
) -> None:
    for _ in range(10):
        give(desk, seated)
    qtbot.waitUntil(lambda: len(tray.out) == 10, timeout=30_000)
    assert [title.rpartition("〕")[2] for _, title, _, _ in tray.out] == [f"{n}号" for n in range(1, 11)]
    qtbot.waitUntil(
        lambda: all(each.state is JobState.SENT for each in desk.hall.read(queries.jobs, desk.centre_id)),
        timeout=20_000,
    )


def test_what_another_person_wants_printed_is_left_to_their_window(
    qtbot: QtBot, desk: Desk, seated: Actor, printing: Printing, tray: Tray
) -> None:
    from db.staff.permissions import Role

    colleague = make_staff(desk.hall, seated.centre_id, Role.CLERK, now=NOW)
    theirs = give(desk, colleague)
    with ended(qtbot, printing):
        give(desk, seated)
    assert [title.rpartition("〕")[2] for _, title, _, _ in tray.out] == ["2号"]
    assert job(desk, theirs).state is JobState.WAITING


def test_a_route_that_asks_shows_the_paper_first(
    qtbot: QtBot, desk: Desk, seated: Actor, printing: Printing, tray: Tray
) -> None:
    shown: list[Callable[[], None]] = []
    printing.configure(PrintSettings().with_route(PaperKind.RECEIVED, Route(Medium.A4, ask=True)))
    printing.show_before(lambda _paper, _route, go: shown.append(go))
    give(desk, seated)
    qtbot.waitUntil(lambda: len(shown) == 1)
    assert tray.out == []
    with ended(qtbot, printing):
        shown[0]()
    assert len(tray.out) == 1


def test_whoever_sits_down_hears_of_papers_that_never_came_out(
    qtbot: QtBot, desk: Desk, seated: Actor, tray: Tray, tmp_path: Path
) -> None:
    give(desk, seated)  # no printing yet: as after a crash of the window
    Printing(desk, tmp_path / "print.json", tray)
    with qtbot.waitSignal(desk.messages.said, timeout=10_000) as said:
        desk.log_in(seated)
    assert said.args is not None
    assert said.args[0] == "warn"
    assert "1 张纸还没有打印出来" in said.args[1]


def test_a_reprint_says_so_on_the_paper(
    qtbot: QtBot, desk: Desk, seated: Actor, printing: Printing, tray: Tray
) -> None:
    import pypdfium2

    with ended(qtbot, printing):
        job_id = give(desk, seated)
    receipt_id = job(desk, job_id).receipt_id
    with ended(qtbot, printing):
        desk.do(printing, reprint, receipt_id=receipt_id)
    first, again = (
        "".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf)) for pdf in tray.pdfs
    )
    assert "补打" not in first
    assert "补打（第1次）" in again


def test_settings_survive_and_a_broken_file_is_told(
    qtbot: QtBot, desk: Desk, seated: Actor, printing: Printing, tray: Tray, tmp_path: Path
) -> None:
    file = tmp_path / "config" / "print.json"
    wanted = PrintSettings().with_route(PaperKind.TICKET, Route(Medium.THERMAL58, "取号机"))
    printing.configure(wanted)
    qtbot.waitUntil(file.exists)
    assert print_settings.load(file) == (wanted, "")
    file.write_bytes(b'{"routes": {"ticket": {"medium": "a5"}}}')
    settings, sentence = print_settings.load(file)
    assert settings == PrintSettings()
    assert "打印机设置读不出来" in sentence


def test_settings_that_cannot_be_kept_are_told(qtbot: QtBot, desk: Desk, printing: Printing, tmp_path: Path) -> None:
    desk.work.wait()
    QApplication.processEvents()  # what was kept has come in
    (tmp_path / "config").write_text("a file where a folder should be")
    with qtbot.waitSignal(desk.messages.said, timeout=10_000) as said:
        printing.configure(PrintSettings())
    assert said.args is not None
    assert "没有存下来" in said.args[1]
