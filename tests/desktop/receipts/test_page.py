"""The receipts page: what a clerk sees and can do, by key and by scan."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from db.action import Actor, Request
from db.errors import NotAllowed
from db.ids import new_id
from db.receipts import queries
from db.receipts.actions import Issued, issue, void
from db.receipts.check import Standing
from db.receipts.content import Medium, PaperKind
from db.receipts.rules import JobState, ReceiptState
from db.staff.permissions import Role
from desktop.receipts import page as page_module
from desktop.receipts.page import NOTHING_FOUND, NOTHING_YET, ReceiptsPage
from desktop.receipts.printers import PrinterTable
from desktop.receipts.verdict import SIGNS
from desktop.shell.desk import Desk
from desktop.shell.printing import Printing
from tests.conftest import NOW
from tests.desktop.shell.test_printing import Tray
from tests.factories.receipts import case_facts
from tests.factories.staff import make_staff


@pytest.fixture
def tray() -> Tray:
    return Tray()


@pytest.fixture
def printing(desk: Desk, seated: Actor, tray: Tray, tmp_path: Path) -> Printing:
    return Printing(desk, tmp_path / "print.json", tray)


@pytest.fixture
def page(qtbot: QtBot, desk: Desk, printing: Printing) -> ReceiptsPage:
    made = ReceiptsPage(desk, printing)
    qtbot.addWidget(made)
    desk.changed.connect(made.changed)
    made.resize(1186, 708)
    with qtbot.waitExposed(made):
        made.show()
    return made


def give(
    desk: Desk, actor: Actor, kind: PaperKind = PaperKind.RECEIVED, number: str = "JM01-20261117-0001-7"
) -> Issued:
    request = Request(actor, NOW, new_id())
    return desk.hall.run(request, issue, kind=kind, case=case_facts(number), case_id=None, printed=False)


def numbers(page: ReceiptsPage) -> list[str]:
    return [row.number.removeprefix("军门邻里") for row in page.table.rows.rows]


def in_hand(page: ReceiptsPage) -> str:
    return page.preview.sheet.row.number.removeprefix("军门邻里") if page.preview.sheet else ""


def filled(qtbot: QtBot, page: ReceiptsPage, count: int) -> None:
    page.refresh()
    qtbot.waitUntil(lambda: len(numbers(page)) == count)


def test_an_empty_page_says_what_to_do_first(qtbot: QtBot, desk: Desk, page: ReceiptsPage) -> None:
    with qtbot.waitSignal(page.table.rows.modelReset):
        page.refresh()
    assert page.table.empty == NOTHING_YET
    assert not page.preview.reprint.isEnabled()


def test_the_newest_receipt_is_in_hand_as_it_was_printed(
    qtbot: QtBot, desk: Desk, seated: Actor, page: ReceiptsPage
) -> None:
    for kind in (PaperKind.RECEIVED, PaperKind.ACCEPTED, PaperKind.DONE):
        give(desk, seated, kind)
    filled(qtbot, page, 3)
    qtbot.waitUntil(lambda: in_hand(page) == "办〔2026〕1号")
    qtbot.waitUntil(lambda: page.preview.view.pages > 0, timeout=20_000)
    assert page.preview.pdf.startswith(b"%PDF")
    qtbot.keyClick(page.table, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: in_hand(page) == "受〔2026〕1号")


def test_typing_a_sequence_narrows_the_list(qtbot: QtBot, desk: Desk, seated: Actor, page: ReceiptsPage) -> None:
    for _ in range(3):
        give(desk, seated)
    filled(qtbot, page, 3)
    page.filters.text.setText("2")
    qtbot.waitUntil(lambda: numbers(page) == ["收〔2026〕2号"])
    page.filters.text.setText("没有")
    qtbot.waitUntil(lambda: numbers(page) == [])
    assert page.table.empty == NOTHING_FOUND
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(numbers(page)) == 3)


def test_a_burst_of_receipts_is_read_once(
    qtbot: QtBot, desk: Desk, seated: Actor, page: ReceiptsPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.refresh()
    qtbot.waitUntil(lambda: not page._asked)
    asked: list[str] = []
    ask = desk.ask

    def noted(owner: Any, query: Any, *args: Any, **more: Any) -> None:
        asked.append(query.__name__)
        ask(owner, query, *args, **more)

    monkeypatch.setattr(desk, "ask", noted)
    for _ in range(5):
        give(desk, seated)
    assert asked == []
    qtbot.waitUntil(lambda: len(numbers(page)) == 5)
    assert asked.count("receipts") == 1


def test_a_receipt_made_elsewhere_shows_up_at_once(qtbot: QtBot, desk: Desk, seated: Actor, page: ReceiptsPage) -> None:
    filled(qtbot, page, 0)
    give(desk, seated)
    qtbot.waitUntil(lambda: numbers(page) == ["收〔2026〕1号"])


def test_a_long_list_comes_page_by_page(
    qtbot: QtBot, desk: Desk, seated: Actor, page: ReceiptsPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(7):
        give(desk, seated)
    monkeypatch.setattr(page_module, "PAGE", 3)
    real = queries.receipts
    monkeypatch.setattr(queries, "receipts", lambda *asked: real(*asked, limit=3))
    filled(qtbot, page, 7)  # the list asks for more while there is room to see it
    assert numbers(page) == [f"收〔2026〕{n}号" for n in range(7, 0, -1)]
    assert not page.table.rows.canFetchMore(page.table.rootIndex())


def test_ctrl_p_prints_again_and_the_list_counts_it(
    qtbot: QtBot, desk: Desk, seated: Actor, page: ReceiptsPage, tray: Tray
) -> None:
    give(desk, seated)
    filled(qtbot, page, 1)
    qtbot.waitUntil(lambda: page.preview.reprint.isEnabled())
    for count in (1, 2):
        qtbot.keyClick(page, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda count=count: page.table.rows.rows[0].prints == count)
        qtbot.waitUntil(lambda count=count: len(tray.out) == count, timeout=20_000)


def test_voiding_asks_why_and_greys_the_receipt_out(
    qtbot: QtBot, desk: Desk, seated: Actor, page: ReceiptsPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(desk, seated)
    filled(qtbot, page, 1)
    qtbot.waitUntil(lambda: page.preview.void.isEnabled())
    monkeypatch.setattr(page_module, "ask_reason", lambda *_asked, **_more: "材料份数填错")
    qtbot.keyClick(page, Qt.Key.Key_Delete, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: page.preview.badge.text().endswith("已作废"))
    assert "材料份数填错" in page.preview.story.text()
    assert not page.preview.reprint.isEnabled()
    assert page.preview.save.isEnabled() or page.preview.pdf == b""
    qtbot.waitUntil(lambda: page.table.rows.rows[0].state is ReceiptState.VOID)


def test_leaving_the_question_voids_nothing(
    qtbot: QtBot, desk: Desk, seated: Actor, page: ReceiptsPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued = give(desk, seated)
    filled(qtbot, page, 1)
    qtbot.waitUntil(lambda: page.preview.void.isEnabled())
    monkeypatch.setattr(QDialog, "exec", lambda _dialog: 0)
    page.void()
    page.reissue()
    found = desk.hall.read(queries.receipt, desk.centre_id, issued.receipt_id)
    assert found is not None
    assert found.row.state is ReceiptState.VALID


def test_reissuing_takes_the_new_one_in_hand_and_links_both(
    qtbot: QtBot, desk: Desk, seated: Actor, page: ReceiptsPage, tray: Tray, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(desk, seated)
    filled(qtbot, page, 1)
    qtbot.waitUntil(lambda: page.preview.reissue.isEnabled())
    monkeypatch.setattr(page_module, "ask_reason", lambda *_asked, **_more: "纸张污损")
    qtbot.keyClick(page, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: in_hand(page) == "收〔2026〕2号")
    assert page.preview.other.text() == "代替 军门邻里收〔2026〕1号 ›"
    page.preview.other.click()
    qtbot.waitUntil(lambda: in_hand(page) == "收〔2026〕1号")
    assert page.preview.other.text() == "已由 军门邻里收〔2026〕2号 代替 ›"
    qtbot.waitUntil(lambda: len(tray.out) == 1, timeout=20_000)


def test_a_clerk_sees_the_void_button_grey(qtbot: QtBot, desk: Desk, seated: Actor, page: ReceiptsPage) -> None:
    issued = give(desk, seated)
    clerk = make_staff(desk.hall, seated.centre_id, Role.CLERK, now=NOW)
    desk.log_in(clerk)
    filled(qtbot, page, 1)
    qtbot.waitUntil(lambda: page.preview.reprint.isEnabled())
    assert not page.preview.void.isEnabled()
    page.void()  # the key does no more than the button
    with pytest.raises(NotAllowed):
        desk.hall.run(Request(clerk, NOW, new_id()), void, receipt_id=issued.receipt_id, reason="份数填错")


def test_a_scan_is_judged_by_shape_word_and_colour(qtbot: QtBot, desk: Desk, seated: Actor, page: ReceiptsPage) -> None:
    issued = give(desk, seated)
    give(desk, seated)
    found = desk.hall.read(queries.receipt, desk.centre_id, issued.receipt_id)
    assert found is not None
    genuine = found.content.qr
    forged = genuine[:-1] + str((int(genuine[-1]) + 1) % 10)
    filled(qtbot, page, 2)
    for text, standing in ((genuine, Standing.GENUINE), (forged, Standing.FORGED)):
        assert page.scanned(text)
        qtbot.waitUntil(lambda s=standing: page.verdict.verdict is not None and page.verdict.verdict.standing is s)
        assert page.verdict.isVisible()
        assert (page.verdict.sign.text(), page.verdict.word.text(), page.verdict.banner.property("tone")) == SIGNS[
            standing
        ]
    assert in_hand(page) == "收〔2026〕1号"
    current = page.table.current()
    assert current is not None
    assert current.number.endswith("1号")


def test_typing_into_the_scan_field_judges_too_and_escape_takes_the_answer_away(
    qtbot: QtBot, desk: Desk, page: ReceiptsPage
) -> None:
    qtbot.keyClick(page, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert page.verdict.field.hasFocus()
    assert not page.verdict.field.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
    qtbot.keyClicks(page.verdict.field, "0102030405")
    qtbot.keyClick(page.verdict.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.verdict.verdict is not None)
    assert page.verdict.verdict is not None
    assert page.verdict.verdict.standing is Standing.UNREADABLE
    assert page.verdict.field.text() == ""
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert not page.verdict.isVisible()


def test_what_is_no_receipt_is_left_to_other_pages(page: ReceiptsPage) -> None:
    assert not page.scanned("350104199001011234")


def test_every_sign_of_a_verdict_tells_good_from_bad_without_colour() -> None:
    signs = {tone: {sign for sign, _word, each in SIGNS.values() if each == tone} for tone in ("good", "warn", "bad")}
    assert not signs["good"] & (signs["warn"] | signs["bad"])
    assert not signs["warn"] & signs["bad"]
    assert set(SIGNS) == set(Standing)


def test_a_failed_job_waits_in_the_queue_and_is_printed_from_there(
    qtbot: QtBot, desk: Desk, seated: Actor, page: ReceiptsPage, tray: Tray
) -> None:
    give(desk, seated)
    filled(qtbot, page, 1)
    tray.wrong = "打印机“窗口一”缺纸，请加纸后重打。"
    qtbot.waitUntil(lambda: page.preview.reprint.isEnabled())
    page.reprint()
    qtbot.waitUntil(lambda: "1 张未打出" in page.queue_button.text(), timeout=20_000)
    qtbot.keyClick(page, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "缺纸" in page.queue.why.text(), timeout=20_000)
    tray.wrong = ""
    qtbot.keyClick(page.queue.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(tray.out) == 1, timeout=20_000)
    qtbot.waitUntil(lambda: page.queue_button.text() == "打印队列（Ctrl+J）", timeout=20_000)
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert page.left.currentIndex() == 0


def test_a_job_can_be_given_up_from_the_queue(
    qtbot: QtBot, desk: Desk, seated: Actor, page: ReceiptsPage, tray: Tray
) -> None:
    give(desk, seated)
    filled(qtbot, page, 1)
    tray.wrong = "打印机“窗口一”缺纸，请加纸后重打。"
    qtbot.waitUntil(lambda: page.preview.reprint.isEnabled())
    page.reprint()
    page.toggle_queue()
    qtbot.waitUntil(lambda: page.queue.cancel.isEnabled() and bool(page.queue.why.text()), timeout=20_000)
    qtbot.keyClick(page.queue.table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: not page.queue.table.rows.rows)
    [job] = desk.hall.read(queries.jobs, desk.centre_id)
    assert job.state is JobState.CANCELLED


def test_the_paper_in_hand_is_kept_as_a_pdf(
    qtbot: QtBot, desk: Desk, seated: Actor, page: ReceiptsPage, tmp_path: Path
) -> None:
    from desktop.shell.paper_view import write_pdf

    give(desk, seated)
    filled(qtbot, page, 1)
    qtbot.waitUntil(lambda: bool(page.preview.pdf), timeout=20_000)
    with qtbot.waitSignal(desk.messages.said) as said:
        write_pdf(page, desk, page.preview.pdf, str(tmp_path / "回执.pdf"))
    assert said.args is not None
    assert said.args[0] == "info"
    assert (tmp_path / "回执.pdf").read_bytes() == page.preview.pdf
    with qtbot.waitSignal(desk.messages.said) as said:
        write_pdf(page, desk, page.preview.pdf, str(tmp_path / "没有这个文件夹" / "回执.pdf"))
    assert said.args is not None
    assert said.args[0] == "problem"


def test_every_key_of_the_page_is_listed_once(page: ReceiptsPage) -> None:
    listed = page.keys()
    assert len(listed) == len(dict(listed)) == 9


def test_printers_are_chosen_by_kind_of_paper(
    qtbot: QtBot, desk: Desk, printing: Printing, tray: Tray, tmp_path: Path
) -> None:
    table = PrinterTable(desk, printing)
    qtbot.addWidget(table)
    with qtbot.waitSignal(printing.printers_found):
        table.refresh()
    row: Any = next(row for row in table.rows if row.kind is PaperKind.TICKET)
    row.printer.setCurrentText("取号机")
    row.medium.setCurrentText("热敏 58 毫米")
    row.ask.setChecked(True)
    route = printing.settings.route(PaperKind.TICKET)
    assert (route.printer, route.medium, route.ask) == ("取号机", Medium.THERMAL58, True)
    again = PrinterTable(desk, printing)
    qtbot.addWidget(again)
    shown: Any = next(row for row in again.rows if row.kind is PaperKind.TICKET)
    assert shown.printer.currentText() == "取号机（现在找不到）"
