"""The window: login or workspace, navigation, pages made when first shown, search, status, messages, lock."""

from base64 import b64decode, b64encode
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QByteArray, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from db.changes import Changes
from db.errors import LINK_LOST
from desktop.shell import theme
from desktop.shell.bugs import BugCatcher
from desktop.shell.desk import Desk
from desktop.shell.jobs import JobDialog
from desktop.shell.link import LinkBanner
from desktop.shell.lock import IdleWatch, LockScreen
from desktop.shell.machine import Machine
from desktop.shell.nav import Nav
from desktop.shell.page import Page
from desktop.shell.pages import Pages
from desktop.shell.places import places_for
from desktop.shell.remembering import Memory
from desktop.shell.scanner import Scanner, is_ours
from desktop.shell.seek import SeekBox
from desktop.shell.status import StatusLine
from desktop.shell.toasts import Toasts
from desktop.widgets.words import label

if TYPE_CHECKING:
    from db.action import Actor
    from db.centre.queries import CentreRow, CounterRow
    from desktop.shell.printers import Printers
    from desktop.shell.printing import Printing

SMALLEST = (1120, 680)
USUAL = (1366, 768)
FRAME_PX = 40
"""The height that a title bar takes at most."""
LATE_MS = 1000
"""What nobody waits for begins this long after the database has been opened: the login page comes first."""


class MainWindow(QMainWindow):
    """Made once. `welcome` is what stands there while nobody is logged in (login page or first-start wizard)."""

    closing = Signal()
    left = Signal()  # somebody logged out

    def __init__(self, desk: Desk, settings: Machine, settings_file: Path, printers: "Printers | None" = None) -> None:
        super().__init__()
        self.desk, self._printers = desk, printers
        self.memory = Memory(desk, settings, settings_file, self)
        self.setWindowTitle("邻里前台")
        self.setMinimumSize(*SMALLEST)
        self.bugs = BugCatcher(self)
        self._ending = False
        self._rooms = QStackedWidget()
        self._build()
        self.toasts = Toasts(self)
        self.lock = LockScreen(desk, self)
        self.idle = IdleWatch(self)
        self.scanner = Scanner(self)
        self.jobs = JobDialog(desk, self)
        self._connect()
        self._shortcuts()
        if settings.geometry:
            self.restoreGeometry(QByteArray(b64decode(settings.geometry)))
        else:
            self._first_size()

    def _first_size(self) -> None:
        """The usual size; the whole screen where that and the title bar would not fit, else the status bar is cut off."""
        self.resize(*USUAL)
        room = self.screen().availableSize()
        if room.width() <= USUAL[0] or room.height() < USUAL[1] + FRAME_PX:
            self.setWindowState(self.windowState() | Qt.WindowState.WindowMaximized)

    # ---- who is here ----

    def show_welcome(self, welcome: QWidget) -> None:
        """Show the login page or the wizard instead of the workspace."""
        old = self._rooms.widget(0)
        self._rooms.insertWidget(0, welcome)
        self._rooms.setCurrentIndex(0)
        if old is not None and old is not self._work:
            self._rooms.removeWidget(old)
            old.deleteLater()
        welcome.setFocus()

    def enter(self, actor: "Actor") -> None:
        """Somebody has logged in: show the pages they may see, the last one they used first."""
        from db.centre.queries import centre, counters

        self.status.follow(self.printing)
        self.toasts.end_problems()
        self.desk.log_in(actor)
        places = self._stack.places = places_for(self.desk)
        self.nav.show_places(places)
        if self._rooms.indexOf(self._work) < 0:  # not before: the login page would wait for its style and layout
            self._rooms.addWidget(self._work)
        self._rooms.setCurrentWidget(self._work)
        keys = [place.key for place in places]
        last = self.memory.machine.page
        self.go(last if last in keys else keys[0])
        self.nav.person.show_person(actor.name, "")
        self.desk.ask(self, centre, actor.centre_id, then=self._seated)
        self.desk.ask(self, counters, actor.centre_id, then=self._at_counter)
        self._sit_down(actor)

    def change_password(self) -> None:
        """The present password, the new one twice."""
        from desktop.login.password import PasswordDialog

        if self.desk.actor is not None and not self.lock.isVisible():
            dialog = PasswordDialog(self.desk, self.memory.machine.login, parent=self)
            dialog.accepted.connect(lambda: self.desk.messages.info("密码已修改，下次登录用新密码。"))
            dialog.open()

    def change_counter(self) -> None:
        """Sit down somewhere else, without logging in again."""
        from desktop.login.counter import CounterDialog

        if self.desk.actor is not None and not self.lock.isVisible():
            dialog = CounterDialog(self.desk, self.desk.actor, self)
            dialog.chosen.connect(lambda boxed: self.move_to(boxed[0]))
            dialog.open()

    def move_to(self, counter_id: UUID | None) -> None:
        """Work at another counter from now on; pages are made anew, drafts are kept by the hall."""
        actor = self.desk.actor
        if actor is None or actor.counter_id == counter_id:
            return
        if self.page is not None and not self.page.can_leave():
            return
        self._stack.drop()
        self.enter(replace(actor, counter_id=counter_id))

    def leave(self) -> None:
        """Log out: pages are thrown away, so that nothing of one person is left for the next."""
        self.idle.watch(0)
        if self.lock.isVisible():
            self.lock.uncover()
        self._close_dialogs()
        from db.centre.actions import sit_down
        from db.staff import actions as staff

        if self.desk.actor is not None:
            self.desk.do(self, sit_down, counter_id=None, failed=lambda _: None)
            self.desk.do(self, staff.log_out, failed=lambda _: None)
        self.desk.log_in(None)
        self._stack.drop()
        self.toasts.clear()
        self.left.emit()

    def _linked(self, there: bool) -> None:
        if there:
            self.toasts.end_said(LINK_LOST)

    def _close_dialogs(self) -> None:
        """Whatever is open besides the window belongs to whoever is leaving."""
        for other in QApplication.topLevelWidgets():
            if other is not self and other.isVisible() and other is not self.lock:
                other.close()

    def _sit_down(self, actor: "Actor") -> None:
        from db.centre.actions import sit_down

        def sat(taken_over: bool) -> None:
            if taken_over:
                self.desk.messages.warn("这个窗口上一位没有退出登录。如果坐错了，按 Ctrl+Shift+W 换窗口。")

        self.desk.do(self, sit_down, counter_id=actor.counter_id, then=sat)

    def _at_counter(self, rows: "tuple[CounterRow, ...]") -> None:
        actor = self.desk.actor
        here = next((row for row in rows if actor and row.id == actor.counter_id), None)
        if actor is not None:
            self.nav.person.show_person(actor.name, here.title if here else "不在窗口")
            self.memory.remember(counter=here.number if here else "")

    def _seated(self, row: "CentreRow") -> None:
        self.nav.title.setText(row.fields.short_name or "邻里前台")
        self.setWindowTitle(f"{row.fields.name} · 邻里前台")
        self.status.show_centre(row)
        self.idle.watch(row.settings.idle_minutes)

    @cached_property
    def printing(self) -> "Printing":
        """The printing of this window; made when the first person has logged in, because reportlab is large."""
        from desktop.shell import links
        from desktop.shell.printing import Printing

        made = Printing(self.desk, self.memory.file.with_name("print.json"), self._printers)
        made.show_before(links.preview(self.desk, self))
        return made

    # ---- pages ----

    @property
    def pages(self) -> dict[str, Page]:
        """The pages that were made, by their keys."""
        return self._stack.made

    @property
    def page(self) -> Page | None:
        """The page that is shown."""
        return self._stack.page if self._rooms.currentWidget() is self._work else None

    def go(self, key: str) -> Page | None:
        """Show a page, made now if it was not yet; None when whoever is here may not see it."""
        return self._stack.go(key)

    def _shown(self, key: str, title: str) -> None:
        self.nav.mark(key)
        self._title.setText(title)
        self.memory.note(page=key)

    def scanned(self, text: str) -> None:
        """A code was read: the open page may take it, else the page whose business it is."""
        if self.lock.isVisible() or self.page is None:
            return
        asking = QApplication.activeModalWidget()
        if asking is not None:  # what is scanned would act behind it
            self.desk.messages.warn(f"“{asking.windowTitle() or '提示'}”还开着，办完或关掉后再扫一次。")
            return
        if not self._stack.scanned(text):
            self.desk.messages.warn("扫到的内容不是本中心的回执或办件编号。")

    def _found(self, hit: object) -> None:
        from desktop.shell.hits import Hit

        assert isinstance(hit, Hit)
        page = self.go(hit.place)
        if page is not None and not (is_ours(hit.wanted) and page.scanned(hit.wanted)):
            page.search(hit.wanted)

    def _changed(self, changes: Changes) -> None:
        if self.desk.actor is not None and any(change.kind == "centre" for change in changes):
            from db.centre.queries import centre

            self.desk.ask(self, centre, self.desk.actor.centre_id, then=self._seated, topic="centre")

    # ---- help ----

    def start_seeking(self) -> None:
        """Ctrl+K: the cursor goes to the search box."""
        self.seek.begin(self.focusWidget())

    def open_manual(self) -> None:
        """F1: the chapter of the page."""
        from desktop.shell.manual import Manual

        manual = self.findChild(Manual) or Manual(self)
        manual.open_at(self.page.manual if self.page else "start")

    def show_keys(self) -> None:
        """All keys."""
        from desktop.shell.keys import WINDOW_KEYS, Group, KeysDialog

        if self.desk.actor is None or self.lock.isVisible():
            return
        shown = self.page
        groups: list[Group] = [("任何地方", WINDOW_KEYS)]
        for place in self._stack.places:
            page = self._stack.of(place)
            title = f"{place.title}（当前页面）" if page is shown else place.title
            groups.insert(0 if page is shown else len(groups), (title, page.keys()))
        KeysDialog(groups, self).open()

    # ---- end ----

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._ending or (self.page is not None and not self.page.can_leave()):
            event.ignore()
            return
        self._ending = True
        self.memory.remember(geometry=b64encode(self.saveGeometry().data()).decode())
        self.closing.emit()
        super().closeEvent(event)

    # ---- construction ----

    def _build(self) -> None:
        self._work = QWidget()
        self.nav = Nav()
        self._stack = Pages(self.desk, lambda: self.printing)
        self._stack.shown.connect(self._shown)
        self.status = StatusLine(self.desk)
        top = QFrame()
        top.setObjectName("topBar")
        bar = QHBoxLayout(top)
        bar.setContentsMargins(16, 8, 16, 8)
        self._title: QLabel = label("", "pageTitle")
        bar.addWidget(self._title)
        bar.addStretch(1)
        self.seek = SeekBox(self.desk, self)
        self.seek.setFixedWidth(theme.px(360))
        self.seek.chosen.connect(self._found)
        bar.addWidget(self.seek)
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        self.link = LinkBanner(self.desk)
        right.addWidget(top)
        right.addWidget(self.link)
        right.addWidget(self._stack, 1)
        right.addWidget(self.status)
        layout = QHBoxLayout(self._work)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.nav)
        layout.addLayout(right, 1)
        self.setCentralWidget(self._rooms)

    def _connect(self) -> None:
        desk = self.desk
        self.nav.chosen.connect(self.go)
        desk.messages.said.connect(self.toasts.say)
        desk.linked.connect(self._linked)
        desk.changed.connect(self._stack.changed)
        desk.changed.connect(self._changed)
        desk.renewed.connect(self._stack.renew)
        desk.bug.connect(self.bugs.catch)
        self.idle.idle.connect(lambda: self.lock.cover(idle=True))
        self.lock.left.connect(self.leave)
        self.scanner.read.connect(self.scanned)
        app = QApplication.instance()
        assert app is not None
        app.installEventFilter(self.idle)
        app.installEventFilter(self.scanner)
        late = QTimer(self, singleShot=True, interval=LATE_MS)
        late.timeout.connect(self._late)
        desk.opened.connect(late.start)

    def _late(self) -> None:
        """What the first picture of the window need not wait for."""
        from desktop.shell.warm import warm

        def ready() -> tuple[Path, ...]:
            warm()
            return theme.cut_rare_fonts()

        def use(files: tuple[Path, ...]) -> None:
            theme.use_fonts(files)
            self.desk.garbage.settle()

        self.desk.work.read(self, ready, use, lambda refusal: self.bugs.note(refusal.sentence))

    def _shortcuts(self) -> None:
        self.nav.person.offer(
            self, (lambda: self.lock.cover(idle=False), self.change_counter, self.change_password, self.leave)
        )
        keys = {
            "Ctrl+K": self.start_seeking,
            "F1": self.open_manual,
            "Ctrl+/": self.show_keys,
            "Ctrl++": lambda: self.memory.bigger(1),
            "Ctrl+=": lambda: self.memory.bigger(1),
            "Ctrl+-": lambda: self.memory.bigger(-1),
            "Ctrl+D": self.memory.flip,
            "Shift+F5": lambda: self.page.refresh() if self.page else None,
            "Shift+Esc": self.toasts.clear,
            "Ctrl+Q": self.close,
        }
        for key, does in keys.items():
            QShortcut(QKeySequence(key), self, does)
