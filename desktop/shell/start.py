"""Putting the window together: what `main.py` calls once a screen is known to be there."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel

from db.errors import Refusal
from desktop.login.page import PAINT_FIRST_MS, LoginPage, ShownAccount
from desktop.shell import machine, theme
from desktop.shell.desk import Desk
from desktop.shell.outdated import Outdated
from desktop.shell.surroundings import EXIT_NO_DATABASE, NoWindow
from desktop.shell.window import MainWindow
from desktop.shell.work import Cancelled, Progress
from desktop.widgets.words import label

if TYPE_CHECKING:
    from db.staff.login import LoggedIn
    from desktop.login.server import ServerSecretDialog
    from desktop.login.turns import Opening, Turns
    from desktop.shell.backups import BackupService
    from desktop.shell.machine import KnownHall
    from desktop.shell.opening import Opened
    from desktop.shell.printers import Printers


class Start:
    """The window of a hall, from the login page on. Without `opened`, `open` opens the hall while the window stands."""

    def __init__(
        self,
        app: QApplication,
        opened: "Opened | None",
        clock: Callable[[], datetime],
        settings_file: Path,
        accounts: Sequence[ShownAccount] = (),
        printers: "Printers | None" = None,
    ) -> None:
        self.opened: Opened | None = None
        self.backups: BackupService | None = None
        self.turns: Turns | None = None
        self.accounts = accounts
        settings, complaint = machine.load(settings_file)
        warning = theme.load_fonts()
        theme.speak_chinese(app)
        theme.apply(app, settings.look)
        self.desk = Desk(None, clock)
        self.window = MainWindow(self.desk, settings, settings_file, printers)
        app.styleHints().colorSchemeChanged.connect(self._follow_system)
        self.window.left.connect(self.show_login)
        self.outdated = Outdated(self.desk, self._outdated)
        self.window.closing.connect(self._close)
        for sentence in filter(None, (complaint, warning)):
            QTimer.singleShot(0, lambda told=sentence: self.desk.messages.warn(told))
        if opened is not None:
            self._take(opened)

    def show(self) -> None:
        """Show the wizard in an empty database, the login page in any other or where somebody has logged in before."""
        if self.opened is not None:
            self._show_first()
        elif self.window.memory.machine.login:
            self.show_login()
        else:
            self.window.show_welcome(_opening())
        self.window.show()

    def open(self, opening: "Opening", hindered: Callable[[NoWindow], None], server: str = "") -> None:
        """Open the hall on a worker once the window has been drawn; `hindered` is told what prevents it.

        On a `server` that this computer knows nobody connects before somebody logs in.
        """
        known = self.window.memory.machine.hall
        if server and known is not None:
            from desktop.login.known import is_of

            if is_of(known, server):
                self._take_turns(opening, known)
                return
        self._open(opening, hindered)

    def _open(
        self, opening: "Opening", hindered: Callable[[NoWindow], None], dialog: "ServerSecretDialog | None" = None
    ) -> None:
        secret = dialog.secret.text() if dialog is not None else ""

        def attempt() -> "Opened | KnownHall | NoWindow":
            try:
                return _introduced(opening(secret, ""))
            except NoWindow as hindrance:
                return hindrance

        def answered(found: "Opened | KnownHall | NoWindow") -> None:
            if isinstance(found, NoWindow):
                if found.secret_of:
                    self._ask_secret(found, lambda asked: self._open(opening, hindered, asked), hindered)
                else:
                    hindered(found)
                return
            if dialog is not None:
                dialog.remember()
            if isinstance(found, machine.KnownHall):
                self._take_turns(opening, found)
                return
            self._take(found)
            if not found.founded or not self.window.memory.machine.login:
                self._show_first()

        def failed(refusal: Refusal) -> None:
            hindered(NoWindow(refusal.sentence, EXIT_NO_DATABASE))

        begin = QTimer(self.window, singleShot=True, interval=PAINT_FIRST_MS)
        begin.timeout.connect(lambda: self.desk.work.job(self.window, attempt, answered, failed))
        begin.start()

    def _ask_secret(
        self, found: NoWindow, again: "Callable[[ServerSecretDialog], None]", hindered: Callable[[NoWindow], None]
    ) -> None:
        """The server wants a password that is not in the keyring, or is another now."""
        from desktop.login.server import ServerSecretDialog

        dialog = ServerSecretDialog(self.desk, found.secret_of, found.sentence, self.window)
        dialog.typed.connect(lambda _secret: again(dialog))
        dialog.rejected.connect(lambda: hindered(found))
        dialog.open()

    def abandon(self) -> None:
        """The hall cannot be opened: let go of everything without a farewell."""
        self.desk.close()

    def _outdated(self, sentence: str) -> None:
        self.window.leave()
        self.desk.messages.problem(sentence)

    def _take(self, opened: "Opened") -> None:
        from desktop.shell.backups import BackupService

        self.opened = opened
        if self.turns is None:  # a counter's window makes no backups of a server
            self.backups = BackupService(self.desk, opened.backups)
        self.desk.open(opened.hall)

    def _take_turns(self, opening: "Opening", known: "KnownHall") -> None:
        """From now on everybody is connected to the server as themselves, from logging in to leaving."""
        from desktop.login.turns import Turns

        self.turns = Turns(self.desk, opening, known, self._take, self.window)
        self.window.memory.remember(hall=known)
        self.show_login()

    def _end_turn(self) -> None:
        """Whoever was here is connected no more, once what they began is done."""
        opened, self.opened = self.opened, None
        if opened is not None:
            self.desk.shut()
            self.desk.work.write(self.window, opened.close, None, lambda _refusal: None)

    def _show_first(self) -> None:
        if self.opened is not None and not self.opened.founded:
            self._show_wizard()
        else:
            self.show_login()

    def _follow_system(self) -> None:
        """The system has turned dark or light while the window stands."""
        app, look = QApplication.instance(), self.window.memory.machine.look
        if look.mode is theme.Mode.SYSTEM and isinstance(app, QApplication):
            theme.apply(app, look)

    def show_login(self) -> None:
        """Ask who is there."""
        kept = self.window.memory.machine
        if self.turns is not None:
            self._end_turn()
        page = LoginPage(self.desk, login=kept.login, counter=kept.counter, accounts=self.accounts, turns=self.turns)
        page.refused.connect(self._end_turn)
        page.logged_in.connect(self.enter)
        self.window.show_welcome(page)

    def enter(self, entered: "LoggedIn") -> None:
        """Somebody has logged in; a password that must be changed is changed first."""
        self.window.memory.remember(login=entered.login)
        self.window.enter(entered.actor)
        if self.backups is not None:
            self.backups.start()
        if entered.failures_before:
            self.desk.messages.warn(
                f"上次登录之后有 {entered.failures_before} 次密码输错。不是您本人的话，请告诉系统管理员。"
            )
        if entered.must_change or self.turns is not None:
            from desktop.login.first import FirstSteps

            FirstSteps(self.desk, self.window, entered, self.turns).begin()

    def _show_wizard(self) -> None:
        from desktop.wizard.wizard import FirstStartPage

        page = FirstStartPage(self.desk)
        page.done.connect(self._founded)
        self.window.show_welcome(page)

    def _founded(self, login: str, then: str) -> None:
        self.window.memory.remember(login=login, page="catalogue" if then else "counter")
        self.show_login()
        if then:
            self.desk.messages.info("登录后在“事项”页点“导入”，选择您的表格。")

    def _close(self) -> None:
        """The last backup, then everything that was begun, then the database."""
        if self.turns is not None:
            self._end_turn()
        if self.opened is None or self.backups is None:
            self.desk.close()
            return
        desk, backups, waiting = self.desk, self.backups, QEventLoop()
        backups.stop()
        progress = Progress(desk.progressed.emit)

        def failed(refusal: Refusal | Cancelled) -> None:
            if isinstance(refusal, Refusal):
                self.window.bugs.note(refusal.sentence)
            waiting.quit()

        desk.job_began.emit("关闭前备份", progress)
        desk.work.job(self.window, lambda: backups.at_exit(progress), lambda _: waiting.quit(), failed)
        waiting.exec()  # the window goes on drawing and can cancel
        desk.job_ended.emit()
        desk.close()
        self.opened.close()


def _introduced(opened: "Opened") -> "Opened | KnownHall":
    """What this computer has to know of a server where everybody connects as themselves; else the open hall."""
    if opened.engine.dialect.name != "postgresql" or not opened.founded:
        return opened
    from desktop.login.known import known_of

    known = known_of(opened)
    if known is None:
        return opened
    opened.close()
    return known


def _opening() -> QLabel:
    """What stands in the window for the moment before it is known whether there is a centre."""
    told = label("正在打开数据库…", "hint")
    told.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return told
