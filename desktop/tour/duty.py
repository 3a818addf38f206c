"""The tour of the rotating duties: rules, plan, proof, publishing, 公示表, illness, repair, sign-in."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from db.duty.plan_queries import plans, slots_between
from db.duty.rows import DutyRow, PlanRow
from db.duty.states import EXPECTED, DutyState, PlanState
from desktop.duty.page import DutyPage
from desktop.duty.place_dialog import PlaceDialog
from desktop.duty.plan_pane import PlanPane
from desktop.duty.publish_dialog import PublishDialog
from desktop.duty.repair_dialog import RepairDialog
from desktop.duty.why_dialog import WhyDialog
from desktop.shell.start import Start
from desktop.tour.guide import FolderPrinter, Guide

if TYPE_CHECKING:
    from desktop.duty.outputs import OutputsDialog

TourStep = Callable[[Guide, Start, FolderPrinter], None]
Key = Qt.Key
SOLVING_MS = 120_000
"""How long a month may be solved on a machine that has other things to do."""


def rules(guide: Guide, start: Start, _printer: FolderPrinter) -> None:
    """Who takes turns, and by which rules."""
    page = _page(guide, start)
    page.show_tab("people")
    guide.breathe(900)
    guide.picture("轮值-人员与规则")


def plan_and_proof(guide: Guide, start: Start, _printer: FolderPrinter) -> None:
    """December is solved, and the page says what is proved."""
    pane = _draft(guide, start)
    guide.picture("轮值-拟定")
    guide.click(pane.view.head.buttons["solve"])
    guide.wait("正在排班", lambda: not pane.view.solve_bar.isHidden())
    guide.picture("轮值-正在排班")
    for _ in range(SOLVING_MS // 500):  # a busy machine may need longer than a click may
        if pane.runs.solver.running is None:
            break
        guide.breathe(500)
    guide.wait("写入", lambda: (row := _plan(start, pane)).filled == row.places)
    guide.wait("排好的表", lambda: pane.view.seen is not None and pane.view.seen.plan.proof is not None)
    guide.picture("轮值-排好")
    guide.click(pane.view.banner.button)
    guide.wait("说明", lambda: pane.dialog is not None)
    guide.picture("轮值-证明")
    guide.close_dialog()
    pane.wanted("counts")
    guide.wait("次数", lambda: pane.dialog is not None)
    guide.picture("轮值-次数")
    guide.close_dialog()


def by_hand(guide: Guide, start: Start, _printer: FolderPrinter) -> None:
    """Candidates with their reasons, and why it is not somebody else."""
    pane = _plan_pane(guide, start)
    pane.view.board.setFocus()
    guide.key(Key.Key_Down, times=2)
    guide.key(Key.Key_Return)
    chooser = _dialog(guide, pane, PlaceDialog)
    guide.wait("人选", lambda: chooser.table.rows.rows)
    guide.picture("轮值-选人")
    guide.close_dialog()
    pane.view.board.setFocus()
    guide.key(Key.Key_F2)
    why = _dialog(guide, pane, WhyDialog)
    why.people.setCurrentIndex(why.people.rows.index(len(why.people.rows.rows) - 1, 0))
    guide.wait("为什么", lambda: why.verdict.text())
    guide.picture("轮值-为什么不是")
    guide.close_dialog()


def publish(guide: Guide, start: Start, _printer: FolderPrinter) -> None:
    """A room that collides is settled by a click; then it hangs, and the 公示表 is laid out."""
    pane = _plan_pane(guide, start)
    guide.click(pane.view.head.buttons["publish"])
    dialog = _dialog(guide, pane, PublishDialog)
    guide.wait("检查", lambda: dialog.read is not None)
    guide.picture("轮值-公示前")
    while left := _clashes(dialog):
        guide.click(dialog.offers[0])
        guide.wait("换好", partial(_fewer_clashes, dialog, left))
    for line in dialog.reasons.values():
        line.setText("暂无合适人选")
    guide.wait("可以公示", dialog.ok.isEnabled)
    guide.click(dialog.ok)
    guide.wait("已公示", lambda: _plan(start, pane).state is PlanState.PUBLISHED)
    poster = _outputs(guide)
    guide.wait("公示表", lambda: poster.made is not None)
    guide.picture("轮值-公示表")
    if poster.made is not None:
        (guide.folder / "duty-poster.pdf").write_bytes(poster.made.pdf)
    guide.close_dialog()
    guide.wait("公示后的表", lambda: pane.view.seen is not None and pane.view.seen.plan.state is PlanState.PUBLISHED)


def illness_and_repair(guide: Guide, start: Start, printer: FolderPrinter) -> None:
    """Somebody is ill: the fewest changes are shown, made, and printed as 调班通知."""
    pane = _plan_pane(guide, start)
    board = pane.view.board
    board.setFocus()
    board.go_to(board.sheet.order[len(board.sheet.order) // 2].spot)
    guide.click(pane.view.head.buttons["leave"])
    dialog = _dialog(guide, pane, RepairDialog)
    guide.type("身体不适", dialog.why)
    guide.wait("最少改动", lambda: dialog.found is not None and dialog.ok.isEnabled())
    guide.picture("轮值-请假重排")
    guide.click(dialog.ok)
    guide.wait("改好", lambda: pane.view.seen is not None and pane.view.seen.changes)
    pane.view.tabs.setCurrentWidget(pane.view.changes)
    guide.picture("轮值-调整记录")
    before = len(printer.printed)
    guide.click(pane.view.changes.print_button)
    guide.wait("调班通知", lambda: len(printer.printed) > before)


def sign_in(guide: Guide, start: Start, _printer: FolderPrinter) -> None:
    """The day's board; a duty card is scanned on another page."""
    page = _page(guide, start)
    page.show_tab("today")
    guide.breathe(900)
    start.window.toasts.clear()
    guide.picture("轮值-今日")
    duty = _expected_today(start)
    if duty is not None:
        start.window.go("rooms")
        guide.breathe()
        start.window.scanned(_card(start, duty))
        guide.wait("已到岗", lambda: _state(start, duty) is DutyState.ARRIVED)
        guide.breathe(600)
        guide.picture("轮值-扫码到岗")
    for key, name in (("reception", "接待"), ("records", "履职")):
        page = _page(guide, start)
        page.show_tab(key)
        guide.breathe(900)
        start.window.toasts.clear()
        guide.picture(f"轮值-{name}")


STEPS: tuple[tuple[str, TourStep], ...] = (
    ("轮值：单位、人员和规则", rules),
    ("轮值：排班和证明", plan_and_proof),
    ("轮值：选人和为什么", by_hand),
    ("轮值：公示和公示表", publish),
    ("轮值：请假重排和调班通知", illness_and_repair),
    ("轮值：签到、接待、履职", sign_in),
)


def _page(guide: Guide, start: Start) -> DutyPage:
    page = start.window.go("duty")
    assert isinstance(page, DutyPage)
    for _ in range(20):  # a window that has just got another person is not yet the active one
        if start.window.isActiveWindow():
            break
        start.window.activateWindow()
        guide.breathe(100)
    return page


def _plan_pane(guide: Guide, start: Start) -> PlanPane:
    pane = _page(guide, start).show_tab("plan")
    assert isinstance(pane, PlanPane)
    guide.wait("轮值表", lambda: pane.view.seen is not None and pane.view.case is not None)
    return pane


def _draft(guide: Guide, start: Start) -> PlanPane:
    """The plan that is still to be made, opened."""
    pane = _plan_pane(guide, start)
    rows = start.desk.hall.read(plans, start.desk.centre_id)
    draft = next(row for row in rows if row.state is PlanState.DRAFT)
    pane.open_plan(draft.id)
    guide.wait("拟定的轮值表", lambda: pane.view.seen is not None and pane.view.seen.plan.id == draft.id)
    pane.view.board.setFocus()
    return pane


def _plan(start: Start, pane: PlanPane) -> PlanRow:
    rows = start.desk.hall.read(plans, start.desk.centre_id)
    return next(row for row in rows if row.id == pane.opened)


def _dialog(guide: Guide, pane: PlanPane, kind: type[QDialog]) -> Any:
    guide.wait(kind.__name__, lambda: isinstance(pane.dialog, kind))
    return pane.dialog


def _clashes(dialog: PublishDialog) -> int:
    return len(dialog.read.check.clashes) if dialog.read is not None else 0


def _fewer_clashes(dialog: PublishDialog, than: int) -> bool:
    return _clashes(dialog) < than


def _outputs(guide: Guide) -> "OutputsDialog":
    from desktop.duty.outputs import OutputsDialog

    guide.wait("打印与导出", lambda: isinstance(guide.dialog(), OutputsDialog))
    dialog = guide.dialog()
    assert isinstance(dialog, OutputsDialog)
    return dialog


def _expected_today(start: Start) -> DutyRow | None:
    """Somebody who has not come yet today."""
    today = start.desk.now().date()
    slots = start.desk.hall.read(slots_between, start.desk.centre_id, today, today)
    return next((duty for slot in slots for duty in slot.duties if duty.state in EXPECTED), None)


def _state(start: Start, duty: DutyRow) -> DutyState | None:
    today = start.desk.now().date()
    slots = start.desk.hall.read(slots_between, start.desk.centre_id, today, today)
    return next((each.state for slot in slots for each in slot.duties if each.id == duty.id), None)


def _card(start: Start, duty: DutyRow) -> str:
    """What the QR of somebody's duty card says."""
    from db.action import Request
    from db.duty.cards import print_cards
    from db.ids import new_id

    assert start.desk.actor is not None
    request = Request(start.desk.actor, start.desk.now(), new_id())
    return start.desk.hall.run(request, print_cards, member_ids=(duty.member_id,)).codes[0].payload
