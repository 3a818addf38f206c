"""The tab “排班”: the list of plans, and the open one with all that can be done to it."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QDialog, QStackedWidget, QVBoxLayout, QWidget

from db.changes import Changes
from db.clock import business_date
from db.duty.plan_queries import plans
from db.duty.plans import PlanMade
from db.duty.queries import bodies
from db.duty.rows import BodyRow, PlanRow
from db.duty.states import PlanState
from db.staff.permissions import Permission
from desktop.duty.plan_after import AfterPublishing
from desktop.duty.plan_data import Case, Seen, case, look
from desktop.duty.plan_hand import ByHand
from desktop.duty.plan_list import PlanList
from desktop.duty.plan_menu import fill_menu
from desktop.duty.plan_runs import Runs
from desktop.duty.plan_view import PlanView
from desktop.shell.desk import Desk

if TYPE_CHECKING:
    from desktop.shell.printing import Printing

_RELOAD_MS = 100
_TYPES = Qt.WidgetAttribute.WA_InputMethodEnabled
"""What a widget has that takes text."""


class PlanPane(QWidget):
    """Managers plan; clerks see what is published."""

    def __init__(self, desk: Desk, printing: "Printing | None" = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.printing = desk, printing
        self.may_plan = desk.may(Permission.DUTY_PLAN)
        self.rows: tuple[PlanRow, ...] = ()
        self.bodies: tuple[BodyRow, ...] = ()
        self.opened: UUID | None = None
        self.dialog: QDialog | None = None
        self._old = False
        self._judged: tuple[UUID, Case] | None = None
        self._chosen_by_hand = False
        self.list = PlanList(self.may_plan)
        self.view = PlanView(desk, self.may_plan)
        self.hand = ByHand(self)
        self.after = AfterPublishing(self)
        self.runs = Runs(self)
        self._reload_soon = QTimer(self, singleShot=True, interval=_RELOAD_MS)
        self._reload_soon.timeout.connect(self.refresh)
        self.views = QStackedWidget()
        self.views.addWidget(QWidget())  # until it is known what there is
        self.views.addWidget(self.list)
        self.views.addWidget(self.view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.views)
        self._connect()
        self._bind()

    # ---- what the page calls

    def refresh(self) -> None:
        """Read the plans anew, and the open one."""
        self.desk.ask(self, bodies, self.desk.centre_id, then=self._know_bodies, topic="bodies")
        self.desk.ask(self, plans, self.desk.centre_id, archived=self._old, then=self._list, topic="plans")

    def changed(self, changes: Changes) -> None:
        """Anything of the duties, or a room's name, may stand on the board."""
        told = any(change.kind.startswith("duty") or change.kind == "room" for change in changes)
        if told and not self._reload_soon.isActive():
            self._reload_soon.start()

    def scanned(self, text: str) -> bool:
        """Cards are the business of the day's board."""
        return False

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.window().removeEventFilter(self)
        self.window().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A window that closes waits for its jobs: the solver must not keep it."""
        if event.type() is QEvent.Type.Close and watched is self.window():
            self.runs.stop()
        return super().eventFilter(watched, event)

    def keys(self) -> list[tuple[str, str]]:
        """Every key of this tab."""
        board = [
            ("方向键", "在位置间移动"), ("回车", "选人：候选人排好顺序，带原因"), ("输入姓名", "直接筛选候选人"),
            ("F2", "为什么不是某人"), ("L", "锁定、解锁"), ("Delete", "取下"),
        ]  # fmt: skip
        return [(key, meaning) for key, meaning, _ in self._keys()] + board

    def focus(self) -> None:
        """Put the keys where they work."""
        shown = self.views.currentWidget()
        if shown is self.view:
            self.view.board.setFocus()
        elif shown is self.list:
            self.list.focus()
        elif shown is not None:
            shown.setFocus()

    # ---- opening

    def open_plan(self, plan_id: UUID) -> None:
        """Show a plan."""
        self.opened, self._chosen_by_hand = plan_id, True
        self._read()

    def mend(self) -> None:
        """Fill what is open in the published plan that comes first."""
        self.desk.ask(self, plans, self.desk.centre_id, then=self._mend, topic="mend")

    def show_list(self) -> None:
        """Back to the list."""
        self.opened = None
        self.views.setCurrentWidget(self.list)
        self.list.focus()

    def new_plan(self) -> None:
        """Ctrl+N."""
        if not self.may_plan:
            return
        if not self.bodies:
            self.desk.messages.warn("还没有轮值单位。请先在“人员与规则”里新增。")
            return
        from desktop.duty.plan_new import NewPlanDialog

        dialog = NewPlanDialog(self.desk, self.bodies, business_date(self.desk.now()), self)
        dialog.made.connect(self._made)
        self.show_dialog(dialog)

    def show_dialog(self, dialog: QDialog) -> None:
        """Open a dialog over the page without stopping anything."""
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.destroyed.connect(lambda: self._forget(dialog))
        self.dialog = dialog
        dialog.open()

    def with_case(self, then: Callable[[Seen, Case], None]) -> None:
        """Do something that needs the problem behind the open plan: at once where it is known, else when it is read."""
        seen, known = self.view.seen, self.view.case
        if seen is None:
            return
        if known is not None and known.sittings == seen.sittings and not self._reload_soon.isActive():
            then(seen, known)
        else:
            self.desk.ask(
                self, case, self.desk.centre_id, seen.plan.id, then=lambda found: self._with(seen, found, then)
            )

    def wanted(self, name: str) -> None:
        """A button over the board or beside it."""
        seen = self.view.seen
        if seen is None or self.views.currentWidget() is not self.view:
            return
        if not (self.runs.wanted(name, seen) or self.after.wanted(name, seen)):
            self.hand.wanted(name, seen)

    # ---- answers

    def _know_bodies(self, rows: tuple[BodyRow, ...]) -> None:
        self.bodies = rows
        self._show_list()

    def _list(self, rows: tuple[PlanRow, ...]) -> None:
        shown = rows if self.may_plan else tuple(row for row in rows if row.state is not PlanState.DRAFT)
        self.rows = shown
        self._show_list()
        if self.opened is None and not self._chosen_by_hand and shown:
            self.opened, self._chosen_by_hand = self._current(shown).id, True
        if self.opened is not None:
            self._read()
        elif self.views.currentWidget() is not self.list:
            self._turn(self.list)

    def _turn(self, view: QWidget) -> None:
        """Show the list or the open plan; what has just come gets the keys, unless somebody types elsewhere by now."""
        came = self.views.currentWidget() is not view
        self.views.setCurrentWidget(view)
        within = self.window().focusWidget()
        typing = within is not None and within.isVisible() and within.testAttribute(_TYPES)
        if came and self.isVisible() and not typing:
            self.focus()

    def _show_list(self) -> None:
        self.list.show_plans(self.rows, bool(self.bodies))

    def _current(self, rows: tuple[PlanRow, ...]) -> PlanRow:
        """The plan that is opened by itself: the one of today, else the newest."""
        today = business_date(self.desk.now())
        return next((row for row in rows if row.first <= today <= row.last), rows[0])

    def _mend(self, rows: tuple[PlanRow, ...]) -> None:
        today = business_date(self.desk.now())
        open_ = [
            row for row in rows if row.state is PlanState.PUBLISHED and row.filled < row.places and row.last >= today
        ]
        if open_:
            self.open_plan(min(open_, key=lambda row: row.first).id)
            self.desk.ask(self, look, self.desk.centre_id, self.opened, then=self.after.mend, topic="mend")

    def _read(self) -> None:
        assert self.opened is not None
        plan_id = self.opened
        shown: Callable[[Seen | None], None] = lambda seen: self._show(seen) if self.opened == plan_id else None  # noqa: E731
        self.desk.ask(
            self, look, self.desk.centre_id, plan_id, then=shown, topic="look"
        )  # or the list is wanted by now
        judged: Callable[[Case], None] = lambda found: self._judge(plan_id, found)  # noqa: E731
        self.desk.ask(self, case, self.desk.centre_id, plan_id, then=judged, failed=lambda _: None, topic="case")

    def _show(self, seen: Seen | None) -> None:
        if seen is None or (seen.plan.state is PlanState.DRAFT and not self.may_plan):
            self.show_list()
            return
        other = self.view.seen is None or self.view.seen.plan.id != seen.plan.id
        self.view.show_seen(seen, self.rows)
        if self._judged is not None and self._judged[0] == seen.plan.id:
            self.view.show_case(self._judged[1])
        self._turn(self.view)
        if other:
            today = business_date(self.desk.now())
            QTimer.singleShot(0, self.view.board, lambda: self.view.board.begin_at(today))  # when it has its size

    def _judge(self, plan_id: UUID, found: Case) -> None:
        """What is broken may be known before or after the board is."""
        self._judged = (plan_id, found)
        if self.view.seen is not None and self.view.seen.plan.id == plan_id:
            self.view.show_case(found)

    def _with(self, seen: Seen, found: Case, then: Callable[[Seen, Case], None]) -> None:
        now = self.view.seen
        if now is not None and now.plan.id == seen.plan.id:
            self.view.show_case(found)
            then(now, found)

    def _made(self, made: PlanMade) -> None:
        skipped = f"，其中 {made.skipped} 班因节假日不举行" if made.skipped else ""
        self.desk.messages.info(f"已生成 {made.sessions} 个班次{skipped}。按 F9 排班。")
        self.open_plan(made.plan_id)

    def _forget(self, dialog: QDialog) -> None:
        if self.dialog is dialog:
            self.dialog = None

    # ---- how it is put together

    def _connect(self) -> None:
        self.list.opened.connect(lambda row: self.open_plan(row.id))
        self.list.new_wanted.connect(self.new_plan)
        self.list.archived_wanted.connect(self._with_old)
        head = self.view.head
        head.back.connect(self.show_list)
        head.other.connect(lambda row: self.open_plan(row.id))
        head.wanted.connect(self.wanted)
        head.menu.aboutToShow.connect(lambda: fill_menu(head.menu, self))
        self.view.session.wanted.connect(self.wanted)
        self.view.banner.explain_wanted.connect(self._explain)

    def _explain(self) -> None:
        from desktop.duty.proof_pane import ProofDialog

        if self.view.seen is not None and self.view.seen.plan.proof is not None:
            self.show_dialog(ProofDialog(self.view.seen.plan, self))

    def _with_old(self, wanted: bool) -> None:
        self._old = wanted
        self.refresh()

    def _keys(self) -> tuple[tuple[str, str, Callable[[], object]], ...]:
        return (
            ("Ctrl+N", "新建轮值表", self.new_plan),
            ("Alt+Left", "回到全部轮值表", self.show_list),
            ("F9", "排班（逐月）", partial(self.wanted, "solve")),
            ("Shift+F9", "全年最优方案", partial(self.wanted, "best")),
            ("F8", "公示；已公示的：请假重排", self._publish_or_leave),
            ("F7", "与人对调", partial(self.wanted, "swap")),
            ("Alt+M", "改班次的时间地点", partial(self.wanted, "move")),
            ("Alt+X", "取消班次", partial(self.wanted, "cancel")),
            ("Ctrl+Z", "撤销上一步", partial(self.wanted, "undo")),
            ("Ctrl+P", "公示表和打印", partial(self.wanted, "poster")),
            ("F3", "到排班表", self.focus),
            ("F4", "每人次数的表和图", partial(self.wanted, "counts")),
            ("F6", "翻看人员、班次、调整", self._next_tab),
            ("Escape", "放下拖动的人；停止正在进行的排班", self._escape),
        )

    def _escape(self) -> None:
        if self.view.board.who is not None:
            self.view.board.abort()
        else:
            self.runs.stop()

    def _publish_or_leave(self) -> None:
        seen = self.view.seen
        if seen is not None:
            self.wanted("publish" if seen.plan.state is PlanState.DRAFT else "leave")

    def _next_tab(self) -> None:
        tabs = self.view.tabs
        tabs.setCurrentIndex((tabs.currentIndex() + 1) % tabs.count())

    def _bind(self) -> None:
        for key, _, act in self._keys():
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda act=act: act())
