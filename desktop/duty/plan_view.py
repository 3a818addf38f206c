"""The open plan: head, what is proved, the board, and beside it the people, the chosen session and the changes."""

from uuid import UUID

from PySide6.QtCore import QPoint, QPointF, Qt, Signal
from PySide6.QtWidgets import QSplitter, QTabWidget, QVBoxLayout, QWidget

from db.duty.rows import PlanRow
from db.duty.states import PlanState
from desktop.duty.board import Carried, DutyBoard
from desktop.duty.board_rows import sheet_of
from desktop.duty.changes_pane import ChangesPane
from desktop.duty.counts_pane import Counted, CountsPane
from desktop.duty.plan_data import Case, Seen
from desktop.duty.plan_head import PlanHead
from desktop.duty.proof_pane import ProofBanner
from desktop.duty.session_pane import SessionPane
from desktop.duty.solving import SolveBar
from desktop.shell import theme
from desktop.shell.desk import Desk


class PlanView(QWidget):
    """Shows a plan; what is wanted of it comes out of its parts' signals."""

    counts_wanted = Signal()

    def __init__(self, desk: Desk, may_plan: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.may_plan = desk, may_plan
        self.seen: Seen | None = None
        self.case: Case | None = None
        self.head = PlanHead(may_plan)
        self.banner = ProofBanner()
        self.solve_bar = SolveBar()
        self.board = DutyBoard()
        self.people = CountsPane(wide=False)
        self.session = SessionPane(desk, may_plan)
        self.changes = ChangesPane(desk, may_plan)
        self.tabs = QTabWidget()
        for widget, title in ((self.people, "人员"), (self.session, "班次"), (self.changes, "调整")):
            self.tabs.addTab(widget, title)
        self._lay_out()
        self.board.picked.connect(self._follow)
        self.people.table.carried.connect(self._carry)
        self.people.table.let_go.connect(self._let_go)

    def show_seen(self, seen: Seen, rows: tuple[PlanRow, ...]) -> None:
        """Show a plan as it stands; marks of an older reading stay until the newer ones come."""
        if self.seen is None or self.seen.plan.id != seen.plan.id:
            self.case = None
        self.seen = seen
        self.head.offer(rows, seen.plan)
        self.board.changeable = self.changeable
        self.people.table.draggable = self.changeable
        self._show_board()
        members = {seat.id: seat.member_id for seat in seen.seats}
        colours = {body.id: body.colour for body in seen.bodies}
        hint = "拖到左边的位置上即可安排。" if self.changeable else ""
        self.people.show_counts(seen.counts, colours, members, hint)
        self.changes.show_changes(seen.changes, seen.plan)
        self.tabs.setTabText(2, f"调整 {len(seen.changes) or ''}".strip())
        self._follow(self.board.place)

    def show_case(self, case: Case) -> None:
        """What is broken became known: mark it."""
        self.case = case
        self._show_board()

    @property
    def changeable(self) -> bool:
        """Whether whoever is here may change the open plan by hand."""
        state = self.seen.plan.state if self.seen is not None else None
        return self.may_plan and state in (PlanState.DRAFT, PlanState.PUBLISHED)

    def show_solving(self, running: bool) -> None:
        """The bar of a run stands over the board in place of the sentence."""
        self.solve_bar.setVisible(running)
        self.banner.setVisible(not running)
        self.head.busy(running)
        self.board.changeable = self.changeable and not running
        self.people.table.draggable = self.board.changeable

    def _show_board(self) -> None:
        assert self.seen is not None
        marks: dict[UUID, str] = {}
        if self.case is not None:
            told = self.case.marks
            marks = {
                duty.id: told[slot.id, duty.seat_id]
                for slot in self.seen.slots
                for duty in slot.duties
                if (slot.id, duty.seat_id) in told
            }
        today = self.desk.now().date()
        order = [body.id for body in self.seen.bodies]
        seen = self.seen
        self.board.show_sheet(sheet_of(seen.slots, today, seen.days, marks, order, seen.places))
        self.banner.show_plan(self.seen.plan, len(marks))

    def _follow(self, place: object) -> None:
        from desktop.duty.board_rows import Place

        if not isinstance(place, Place) or self.seen is None:
            self.session.show_nothing()
            return
        slot = self.board.sheet.slots[place.spot.slot_id]
        self.people.show_body(slot.body_id)
        self.session.show_place(self.seen, slot, place, self.board.sheet.marks)

    def _carry(self, row: Counted, at: QPoint) -> None:
        view = self.board.viewport()
        self.board.carry(Carried(row.member_id, row.row.member_name), QPointF(view.mapFromGlobal(at)))

    def _let_go(self, row: Counted, at: QPoint) -> None:
        self._carry(row, at)
        self.board.drop()

    def _lay_out(self) -> None:
        self.tabs.setMinimumWidth(theme.px(300))
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.board)
        self.splitter.addWidget(self.tabs)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setSizes([theme.px(810), theme.px(340)])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(10), theme.px(8), theme.px(10), theme.px(8))
        layout.setSpacing(theme.px(6))
        layout.addWidget(self.head)
        layout.addWidget(self.banner)
        layout.addWidget(self.solve_bar)
        layout.addWidget(self.splitter, 1)
