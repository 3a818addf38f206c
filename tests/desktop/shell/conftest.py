"""The whole window on a small founded hall; somebody else, who works at another one."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import Engine

from db.action import Actor, Request
from db.backup_auto import AutoBackups
from db.centre.founding import FirstStart, found_centre
from db.centre.rules import CentreFields
from db.engine import embedded_url, make_engine
from db.ids import new_id
from db.migrations.upgrade import prepare
from db.receipts.content import Medium
from db.session import Hall
from db.staff.passwords import HashedPassword, hash_password
from db.staff.permissions import Role
from db.vault import Vault
from desktop.login.page import LoginPage
from desktop.shell.desk import Desk
from desktop.shell.opening import Opened
from desktop.shell.start import Start
from desktop.shell.window import MainWindow
from desktop.widgets.conflict import ConflictDialog
from tests.conftest import NOW, TEST_KEY
from tests.desktop.shell.twice import Meet, Other
from tests.embedded import Embedded
from tests.factories.staff import make_staff

EMBEDDED = Embedded()
LOGIN, NAME, PASSWORD = "linmin", "林敏", "Gushan-2026-feng"


@dataclass
class NoPrinters:
    """A machine without any printer."""

    sent: list[str] = field(default_factory=list)

    def names(self) -> tuple[str, ...]:
        return ()

    def trouble(self, printer: str) -> str:
        return ""

    def send(self, pdf: bytes, printer: str, title: str, medium: Medium, copies: int) -> None:
        self.sent.append(title)


@lru_cache
def hashed() -> HashedPassword:
    """The password of the first administrator, hashed once a test run."""
    return hash_password(PASSWORD, LOGIN, NAME)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database as the window makes it, with its schema's version; copied for each test."""
    file = tmp_path_factory.mktemp("migrated") / "hall.sqlite"
    engine = make_engine(embedded_url(file))
    prepare(engine)
    engine.dispose()
    return file


@pytest.fixture
def founded(migrated: Path, tmp_path: Path) -> Iterator[Hall]:
    """A hall with a centre, two counters and one person who may do nearly everything."""
    answers = FirstStart(
        CentreFields("军门社区“党建+”邻里中心", "JM01", "军门邻里", phone="0591-87654321"),
        NAME,
        hashed(),
        (("1", "综合受理"), ("2", "民政社保")),
        starter_catalogue=False,
    )
    engine = EMBEDDED.at(Path(shutil.copy(migrated, tmp_path / "hall.sqlite")))
    hall = Hall(engine, Vault(TEST_KEY))
    found_centre(hall, answers, now=NOW, op=new_id())
    yield hall
    EMBEDDED.leave()


@dataclass
class House:
    """The window and hands to use it with."""

    start: Start
    bot: QtBot
    bugs: list[BaseException]
    said: list[tuple[str, str]]

    @property
    def window(self) -> MainWindow:
        return self.start.window

    @property
    def login_page(self) -> LoginPage:
        shown = self.window.findChild(LoginPage)
        assert isinstance(shown, LoginPage)
        return shown

    def log_in(self) -> None:
        """As the first administrator, by keyboard."""
        page = self.login_page
        self.bot.waitUntil(lambda: page.counter.count() == 3)
        page.login.setText(LOGIN)
        page.password.setText(PASSWORD)
        QTest.keyClick(page.password, Qt.Key.Key_Return)
        self.bot.waitUntil(lambda: self.window.page is not None, timeout=10_000)
        self.bot.waitUntil(lambda: self.window.idle.minutes > 0)

    def key(self, key: str, at: QWidget | None = None) -> None:
        """Press a key combination in the window."""
        QTest.keySequence(at or QApplication.focusWidget() or self.window, key)

    def wait(self, until: object) -> None:
        self.bot.waitUntil(until, timeout=10_000)  # type: ignore[arg-type]


@pytest.fixture
def printers() -> NoPrinters:
    return NoPrinters()


@pytest.fixture
def house(qtbot: QtBot, qapp: QApplication, founded: Hall, tmp_path: Path, printers: NoPrinters) -> Iterator[House]:
    """The window at its login page; a bug that nobody expected fails the test."""
    assert isinstance(founded.bind, Engine)
    opened = Opened(founded, founded.bind, None, AutoBackups(founded.bind, tmp_path / "backups"))
    made = Start(qapp, opened, lambda: NOW, tmp_path / "desk.json", printers=printers)
    made.desk.bug.disconnect(made.window.bugs.catch)
    here = House(made, qtbot, [], [])
    made.desk.bug.connect(here.bugs.append)
    made.desk.messages.said.connect(lambda level, sentence: here.said.append((level, sentence)))
    made.show()
    yield here
    for page in made.window.pages.values():
        page.can_leave = lambda: True  # type: ignore[method-assign]
    made.window.close()
    made.window.deleteLater()
    qapp.removeEventFilter(made.window.idle)
    qapp.removeEventFilter(made.window.scanner)
    if here.bugs:
        raise here.bugs[0]


@pytest.fixture
def inside(house: House) -> House:
    """Logged in at counter 1."""
    house.log_in()
    return house


@pytest.fixture
def other(desk: Desk, seated: Actor) -> Other:
    """`other(action, …)`: somebody else does it, at another window."""
    somebody = make_staff(desk.hall, seated.centre_id, Role.CLERK, Role.MANAGER, now=NOW)
    return lambda action, **given: desk.hall.run(Request(somebody, NOW, new_id()), action, **given)


@pytest.fixture
def meet(qtbot: QtBot) -> Meet:
    """The dialog that shows what the other one changed, once it is there."""

    def found(editor: QWidget) -> ConflictDialog:
        qtbot.waitUntil(lambda: editor.findChild(ConflictDialog) is not None)
        shown = editor.findChild(ConflictDialog)
        assert shown is not None
        return shown

    return found
