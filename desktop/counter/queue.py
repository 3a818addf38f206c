"""The queue beside the counter: the number I serve, what to do with it, who comes next, today in figures.

Interface for the counter page:
    panel = QueuePanel(desk)
    panel.serving_changed.connect(f)    # f(row: TicketRow | None): another ticket is at this counter, or none any more
    panel.arrived()                     # the person stands here (a card was read, typing began): service begins
    panel.refresh(); panel.changed(changes); panel.keys()
"""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QWidget

from db.action import Action
from db.changes import Changes
from db.clock import business_date
from db.errors import Refusal, RuleBroken
from db.staff.permissions import Permission
from db.tickets import queries
from db.tickets.actions import (
    Called,
    call_next,
    cancel,
    finish,
    park,
    recall,
    reprint_slip,
    requeue,
    skip,
    start_serving,
    take_over,
    transfer,
    undo,
    unpark,
)
from db.tickets.floor import Watch
from db.tickets.queries import CounterRow
from db.tickets.seen import DeskRules, Panel, TicketRow
from db.tickets.states import STATE_NAMES, STEP_NAMES, Step, TicketState, can
from db.tickets.undo import Undone
from desktop.counter.live_floor import LiveFloor
from desktop.counter.queue_view import QueueView
from desktop.counter.send_on import SendOnDialog
from desktop.counter.take_ticket import TakeTicketDialog
from desktop.counter.voice import Voice
from desktop.shell.desk import Desk
from desktop.shell.seen import WhileSeen

KEYS: tuple[tuple[str, str, str], ...] = (
    ("F5", "叫下一位；人到了再按一次，开始办理", "next"),
    ("F7", "办完，完成本号", "finish"),
    ("Alt+R", "重呼", "recall"),
    ("F10", "过号", "skip"),
    ("F11", "挂起本号；窗口空着时恢复最早挂起的", "park"),
    ("F12", "转窗口", "send_on"),
    ("Ctrl+T", "取号", "take"),
    ("Alt+Z", "撤销上一步（叫号、过号、完成……）", "undo"),
    ("Alt+O", "接手首问责任", "take_over"),
    ("Alt+V", "语音叫号，开或关", "switch_voice"),
    ("Alt+Q", "到排队列表（回车恢复或重排，菜单键更多）", "to_list"),
)


class QueuePanel(QueueView):
    """Left of the counter page. Nothing here blocks: every verb goes through the desk."""

    serving_changed = Signal(object)  # TicketRow or None

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.voice = Voice(self)
        self.floor = LiveFloor(desk, self)
        self.panel: Panel | None = None
        self._rules: DeskRules | None = None
        self._shown: UUID | None = None
        self._busy = False
        self._here = False  # the person came while a verb was under way
        self._connect()
        self.while_seen = WhileSeen(self, desk, self._tick, self.refresh)
        self._forget()

    # ---- what the page calls

    def refresh(self) -> None:
        """Read the queue anew."""
        actor = self.desk.actor
        if actor is None or actor.counter_id is None:
            self._forget()
        else:
            self.floor.refresh()

    def changed(self, changes: Changes) -> None:
        """Something was committed here or at another counter: what moved is read soon, once for a burst."""
        if self.desk.actor is not None and self.desk.actor.counter_id is not None:
            self.floor.changed(changes)

    def keys(self) -> list[tuple[str, str]]:
        """Every key of the queue."""
        return [(key, told) for key, told, _ in KEYS]

    @property
    def current(self) -> TicketRow | None:
        """Whom this counter has called or serves."""
        return self.panel.current if self.panel else None

    # ---- what a clerk does

    def next(self) -> None:
        """Call the next; or, when somebody is called, begin to serve them."""
        row = self.current
        if row is not None and row.state is TicketState.CALLED:
            self._do(start_serving, ticket_id=row.id)
        elif row is not None:
            self.desk.messages.warn(f"{row.number} 正在办理：请先完成（F7）或挂起（F11），再叫下一位。")
        elif self._at_counter():
            self._do(call_next, self._called, self._nobody)

    def press(self) -> None:
        """The large button does what it says."""
        row = self.current
        if row is not None and row.state is TicketState.SERVING:
            self.finish()
        else:
            self.next()

    def arrived(self) -> None:
        """The person who was called stands here; nothing happens when service has begun."""
        row = self.current
        self._here = self._busy  # while another verb is under way, after it
        if row is not None and row.state is TicketState.CALLED:
            self._do(start_serving, ticket_id=row.id)

    def finish(self) -> None:
        """The person leaves served."""
        self._with_current(finish, Step.FINISH)

    def recall(self) -> None:
        """Call the same person again."""
        row = self.current
        if row is not None and row.state is TicketState.CALLED:
            self.voice.call(row.number, row.counter)
        self._with_current(recall, Step.RECALL)

    def skip(self) -> None:
        """The person did not come."""
        self._with_current(skip, Step.SKIP)

    def park(self) -> None:
        """Set the current person aside; or, when nobody is here, go on with whoever was set aside first."""
        if self.current is None and self.panel is not None and self.panel.parked:
            self._do(unpark, ticket_id=self.panel.parked[0].id)
        else:
            self._with_current(park, Step.PARK)

    def send_on(self, row: TicketRow | None = None) -> None:
        """Send the current (or another) ticket to another counter."""
        ticket = row or self.current
        if ticket is None:
            self.desk.messages.warn("窗口现在没有号，不用转。")
            return
        day = business_date(self.desk.now())
        self.desk.ask(self, queries.counters, self.desk.centre_id, day, then=partial(self._choose_counter, ticket))

    def take(self) -> None:
        """Give out numbers."""
        dialog = TakeTicketDialog(self.desk, self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.taken.connect(self.floor.now)
        dialog.open()

    def undo(self) -> None:
        """Take the last step back."""
        if self._at_counter():
            self._do(undo, self._undone)

    def take_over(self) -> None:
        """Answer for the visit from now on (首问负责)."""
        if self.current is not None:
            self._do(take_over, ticket_id=self.current.id)

    def switch_voice(self) -> None:
        """Calls aloud, or not."""
        self.voice_button.toggle()

    def to_list(self) -> None:
        """The keyboard goes to the list."""
        self.list.setFocus(Qt.FocusReason.ShortcutFocusReason)
        entry = self.model.entry(self.list.currentIndex())
        kept = entry is not None and entry.row is not None
        self.list.setCurrentIndex(self.list.currentIndex() if kept else self.first_ticket())

    # ---- answers

    def _read(self, known: Watch) -> None:
        actor = self.desk.actor
        if actor is None or actor.counter_id is None:
            return
        self._rules = known.desks.rules_of(actor.counter_id)
        self.panel = known.floor.panel(self._rules)
        self._show()
        row = self.panel.current
        if (row.id if row else None) != self._shown:
            self._shown = row.id if row else None
            self.serving_changed.emit(row)

    def _called(self, called: Called) -> None:
        self.voice.call(called.number, called.counter)

    def _undone(self, undone: Undone) -> None:
        self.desk.messages.info(f"已撤销 {undone.number} 的“{STEP_NAMES[undone.step]}”。")

    def _nobody(self, refusal: Refusal) -> None:
        """Nobody to call is no trouble."""
        tell = self.desk.messages.info if isinstance(refusal, RuleBroken) else self.desk.messages.problem
        tell(refusal.sentence)

    def _choose_counter(self, ticket: TicketRow, counters: tuple[CounterRow, ...]) -> None:
        dialog = SendOnDialog(ticket, counters, self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(
            lambda: self._do(transfer, ticket_id=ticket.id, counter_id=dialog.counter_id, reason=dialog.reason.text())
        )
        dialog.open()

    # ---- how it is done

    def _with_current(self, verb: Action[Any, Any], step: Step) -> None:
        row = self.current
        if row is None:
            self.desk.messages.warn(f"窗口现在没有号，不能{STEP_NAMES[step]}。按 F5 叫下一位。")
        else:
            self._do(verb, ticket_id=row.id)

    def _do(
        self,
        verb: Action[Any, Any],
        then: Callable[[Any], None] | None = None,
        failed: Callable[[Refusal], None] | None = None,
        **kwargs: Any,
    ) -> None:
        """One verb at a time: a key pressed twice is not two verbs."""
        if self._busy:
            return
        self._busy = True
        self.set_busy(True)

        def done(value: Any) -> None:
            self._free()
            if then is not None:
                then(value)

        def refused(refusal: Refusal) -> None:
            self._free()
            self._show()
            self.refresh()  # what was shown may be what was out of date
            (failed or self.desk.refuse)(refusal)

        self.desk.do(self, verb, then=done, failed=refused, **kwargs)

    def _free(self) -> None:
        self._busy = False
        self.floor.now()
        if self._here:
            self.arrived()

    def _at_counter(self) -> bool:
        if self.desk.actor is not None and self.desk.actor.counter_id is not None:
            return True
        self.desk.messages.warn("请先选择您所在的窗口，再叫号。")
        return False

    def _activated(self, index: QModelIndex) -> None:
        """Enter on a line: go on with a parked ticket, line a skipped one up again."""
        entry = self.model.entry(index)
        if entry is None or entry.row is None:
            return
        if entry.away:
            self._menu(self.list.visualRect(index).bottomLeft())
        elif entry.row.state is TicketState.PARKED:
            self._do(unpark, ticket_id=entry.row.id)
        elif entry.row.state is TicketState.SKIPPED:
            self._do(requeue, ticket_id=entry.row.id)
        else:
            self._menu(self.list.visualRect(index).bottomLeft())

    def _menu(self, at: QPoint) -> None:
        entry = self.model.entry(self.list.currentIndex())
        if entry is None or entry.row is None:
            return
        menu = self.menu_for(entry.row)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.list.viewport().mapToGlobal(at))

    def menu_for(self, row: TicketRow) -> QMenu:
        """What can be done with a line of the list."""
        menu = QMenu(self)
        if self.panel is not None and row in self.panel.elsewhere:
            menu.addAction(f"{row.number} 在 {row.counter} 号窗口（{STATE_NAMES[row.state]}）").setEnabled(False)
            if not self.desk.may(Permission.TICKET_MANAGE):
                return menu
        if row.state is TicketState.PARKED:
            menu.addAction("恢复办理(&R)", lambda: self._do(unpark, ticket_id=row.id))
        if row.state is TicketState.SKIPPED:
            menu.addAction("重新排队(&R)", lambda: self._do(requeue, ticket_id=row.id))
        if can(row.state, Step.TRANSFER):
            menu.addAction("转窗口(&T)…", lambda: self.send_on(row))
        if row.state is TicketState.WAITING:
            menu.addAction("补打号票(&P)", lambda: self._do(reprint_slip, ticket_id=row.id))
        menu.addAction(f"取消 {row.number}(&C)", lambda: self._do(cancel, ticket_id=row.id))
        return menu

    def _show(self) -> None:
        actor = self.desk.actor
        if actor is None or actor.counter_id is None or self.panel is None or self._rules is None:
            self.show_nowhere("先选择您所在的窗口，再叫号。取号不用选窗口：Ctrl+T。" if actor else "请先登录。")
            return
        self.show_panel(self.panel, self.desk.now(), actor.staff_id, self._rules.number)
        if self._busy:
            self.set_busy(True)

    def _forget(self) -> None:
        """Nobody sits at a counter here."""
        self.floor.forget()
        self.panel = self._rules = None
        self._show()
        if self._shown is not None:
            self._shown = None
            self.serving_changed.emit(None)

    def _seated(self, _actor: object) -> None:
        self._forget()
        self.refresh()

    def _tick(self) -> None:
        if self.panel is not None:
            self.tick(self.desk.now(), self.current)
            self.floor.next_day()

    def _connect(self) -> None:
        self.floor.read.connect(self._read)
        self.main.clicked.connect(self.press)
        self.recall_button.clicked.connect(self.recall)
        self.skip_button.clicked.connect(self.skip)
        self.park_button.clicked.connect(self.park)
        self.send_button.clicked.connect(lambda: self.send_on())
        self.take_button.clicked.connect(self.take)
        self.undo_button.clicked.connect(self.undo)
        self.accept.clicked.connect(self.take_over)
        self.list.activated.connect(self._activated)
        self.list.customContextMenuRequested.connect(self._menu)
        self.voice_button.toggled.connect(self._voice_switched)
        self.desk.actor_changed.connect(self._seated)
        for key, told, name in KEYS:
            # The whole page's keys: they work wherever in it the clerk types.
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.setAutoRepeat(False)
            shortcut.setWhatsThis(told)
            shortcut.activated.connect(getattr(self, name))

    def _voice_switched(self, on: bool) -> None:
        self.voice.on = on
        if on and not self.voice.available:
            self.voice_button.setChecked(False)
            self.desk.messages.warn("这台电脑没有可用的语音，叫号不出声；其他功能不受影响。")
