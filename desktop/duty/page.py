"""Rotating duties: today, the plan, people and rules, receptions, records. Each tab is made when it is first shown."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from db.changes import Changes
from db.duty.cards import PosterFound, check_poster, is_duty_poster
from db.duty.rows import MemberRow
from db.staff.permissions import Permission
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.shell.page import Page
from desktop.widgets.ask import ConfirmDialog

if TYPE_CHECKING:
    from desktop.shell.printing import Printing


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab: its key, title, the pane that fills it, and the manual's chapter about it."""

    key: str
    title: str
    module: str
    name: str
    printing: bool
    manual: str = "duty"


TABS = (
    Tab("today", "今日", "desktop.duty.today", "TodayPane", True),
    Tab("plan", "排班", "desktop.duty.plan_pane", "PlanPane", True, "duty-plan"),
    Tab("people", "人员与规则", "desktop.duty.people_pane", "PeoplePane", True, "duty-plan"),
    Tab("reception", "接待", "desktop.duty.reception", "ReceptionPane", True),
    Tab("records", "履职", "desktop.duty.records", "RecordsPane", True),
)


class DutyPage(Page):
    """Hosts the panes; what is scanned goes to the day's board, whichever tab is open."""

    title = "轮值"
    icon = "fa6s.people-arrows"
    manual = "duty"
    permission = Permission.DUTY_ATTEND

    def __init__(self, desk: Desk, printing: "Printing | None" = None, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.setObjectName("page")
        self.printing = printing
        self.panes: dict[str, Any] = {}
        self._stale: set[str] = set()
        self._holders: list[QVBoxLayout] = []
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        for tab in TABS:
            holder = QWidget()
            inside = QVBoxLayout(holder)
            inside.setContentsMargins(0, 0, 0, 0)
            self._holders.append(inside)
            self.tabs.addTab(holder, tab.title)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(8), theme.px(4), theme.px(8), theme.px(6))
        layout.addWidget(self.tabs)
        self.tabs.currentChanged.connect(lambda _: self._turned())
        self._bind()

    @property
    def key(self) -> str:
        """The key of the tab that is shown."""
        return TABS[self.tabs.currentIndex()].key

    def show_tab(self, key: str) -> Any:
        """Turn to a tab; returns its pane."""
        at = next(at for at, tab in enumerate(TABS) if tab.key == key)
        self.tabs.setCurrentIndex(at)
        self._turned()
        return self.pane(key)

    def pane(self, key: str) -> Any:
        """The pane of a tab, made now if it was not yet."""
        if key not in self.panes:
            at, tab = next((at, tab) for at, tab in enumerate(TABS) if tab.key == key)
            kind: Callable[..., QWidget] = getattr(import_module(tab.module), tab.name)
            made = kind(self.desk, self.printing) if tab.printing else kind(self.desk)
            self._holders[at].addWidget(made)
            made.show()  # now, not when Qt comes to it: what is still hidden cannot take the keys
            if hasattr(made, "hit"):
                made.hit.connect(self._leave_hit)
            self.panes[key] = made
            self._stale.add(key)
        return self.panes[key]

    # ---- what the window calls

    def refresh(self) -> None:
        self._stale.update(self.panes)
        self._turned()

    def changed(self, changes: Changes) -> None:
        for key, pane in self.panes.items():
            if key == self.key:
                pane.changed(changes)
            else:
                self._stale.add(key)

    def scanned(self, text: str) -> bool:
        if is_duty_poster(text):
            self.desk.ask(self, check_poster, self.desk.centre_id, text, then=self._poster_judged, topic="poster")
            return True
        if self.key in self.panes and self.panes[self.key].scanned(text):
            return True
        if any(tab.key == "today" for tab in TABS) and self.pane("today").scanned(text):
            self.show_tab("today")
            return True
        return False

    def _poster_judged(self, found: PosterFound) -> None:
        """Say whether the 公示表 on the wall is the newest."""
        (self.desk.messages.info if found.current else self.desk.messages.warn)(found.sentence)

    def _leave_hit(self, member: MemberRow, opened: int) -> None:
        """Leave has opened published duties: whoever plans may mend them at once."""
        if not self.desk.may(Permission.DUTY_PLAN):
            return
        said = f"{member.name}请假，空出 {opened} 班已公示的轮值。现在就到“排班”里找改动最少的办法？"
        question = ConfirmDialog(self, "请假重排", said, "去重排")
        question.ok.setObjectName("primary")
        question.ok.style().unpolish(question.ok)  # it was dressed as a danger when it was made
        question.ok.style().polish(question.ok)
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        question.accepted.connect(lambda: self.show_tab("plan").mend())
        QTimer.singleShot(0, question, question.open)  # behind whatever closes just now

    def keys(self) -> list[tuple[str, str]]:
        own = [("Ctrl+1 … Ctrl+5", "、".join(tab.title for tab in TABS))]
        pane = self.panes.get(self.key)
        return own + (list(pane.keys()) if pane is not None else [])

    def _turned(self) -> None:
        pane = self.pane(self.key)
        self.manual = TABS[self.tabs.currentIndex()].manual
        if self.key in self._stale:
            self._stale.discard(self.key)
            pane.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Whoever comes to the page works in the pane; Qt would put the keys on the row of tabs."""
        super().showEvent(event)
        QTimer.singleShot(0, self, self._into_pane)

    def _go(self, at: int) -> None:
        """A key turned to a tab: its pane gets the keys."""
        self.tabs.setCurrentIndex(at)
        self._into_pane()

    def _into_pane(self) -> None:
        within = self.window().focusWidget()
        if within is None or within is self.tabs.tabBar() or not self.pane(self.key).isAncestorOf(within):
            pane = self.pane(self.key)
            (pane.focus if hasattr(pane, "focus") else pane.setFocus)()

    def _bind(self) -> None:
        for at in range(len(TABS)):
            shortcut = QShortcut(QKeySequence(f"Ctrl+{at + 1}"), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda at=at: self._go(at))
