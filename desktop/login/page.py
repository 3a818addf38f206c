"""The login page: account, password, counter. In a demo hall the accounts stand beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from db.errors import Refusal
from db.ids import new_id
from desktop.shell.desk import Desk
from desktop.shell.version import VERSION
from desktop.widgets.tone import retone
from desktop.widgets.words import label

if TYPE_CHECKING:
    from db.centre.queries import CentreRow, CounterRow
    from db.staff.login import LoggedIn
    from desktop.login.turns import Turns
    from desktop.shell.machine import KnownCounter, KnownHall


PAINT_FIRST_MS = 15
"""The first question to the database loads the records' classes; the page is drawn and takes keys before that."""


@dataclass(frozen=True, slots=True)
class ShownAccount:
    """An account of a demo hall, for everybody to see."""

    login: str
    password: str
    who: str


class LoginPage(QWidget):
    """Enter goes from field to field and logs in from the last one."""

    logged_in = Signal(object)  # LoggedIn
    refused = Signal()  # nobody is here

    def __init__(
        self,
        desk: Desk,
        *,
        login: str = "",
        counter: str = "",
        accounts: Sequence[ShownAccount] = (),
        turns: "Turns | None" = None,
    ) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._desk, self._counter, self._turns = desk, counter, turns
        self.centre = QComboBox()
        self.centre.setAccessibleName("中心")
        self.login = _field("登录名", login)
        self.password = _field("密码")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.counter = QComboBox()
        self.counter.setAccessibleName("窗口")
        self.trouble = label("", "hint", wrap=True)
        retone(self.trouble, "bad")
        self.enter = QPushButton("登录（回车）")
        self.enter.setObjectName("primary")
        self.name = label("", "sectionTitle", wrap=True)
        self._lay_out(accounts)
        self.login.returnPressed.connect(self.password.setFocus)
        self.password.returnPressed.connect(self.try_it)
        self.password.textChanged.connect(lambda: self.trouble.setText(""))
        self.enter.clicked.connect(self.try_it)
        self._waiting = False
        if turns is not None:
            self._show_known(turns.known)
            return
        self.centre.currentIndexChanged.connect(self._ask_counters)
        desk.opened.connect(self._ask_centres)
        if desk.is_open:
            QTimer.singleShot(PAINT_FIRST_MS, self, self._ask_centres)

    def try_it(self) -> None:
        """Log in with what was typed."""
        centre_id = self.centre.currentData()
        if not self.login.text().strip() or not self.password.text():
            self._refused(Refusal("请输入登录名和密码。"))
            return
        if centre_id is None:
            self._waiting = True
            self.trouble.setText("正在打开数据库，打开后马上登录…")
            return
        self._busy(True)
        if self._turns is None:
            self._log_in(centre_id)
        else:
            self._turns.begin(self.login.text(), lambda: self._log_in(centre_id), self._refused)

    def _log_in(self, centre_id: UUID) -> None:
        from db.staff.login import Attempt, log_in

        desk, password = self._desk, self.password.text()
        attempt = Attempt(centre_id, self.login.text(), desk.now(), new_id(), self.counter.currentData())
        desk.work.write(self, lambda: log_in(desk.hall, attempt, password), self._accepted, self._refused)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.setFocusProxy(self.password if self.login.text() else self.login)
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter on the box of counters logs in too, and on a button it presses the button, as its words promise."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not self.enter.isEnabled():  # Enter in the password has begun it, and the focus has moved on by itself
                return
            at = self.focusWidget()
            if isinstance(at, QPushButton):
                at.click()
                return
            if isinstance(at, QComboBox):
                self.try_it()
                return
        super().keyPressEvent(event)

    def _accepted(self, entered: "LoggedIn") -> None:
        self._busy(False)
        self.password.clear()
        self.logged_in.emit(entered)

    def _refused(self, refusal: Refusal) -> None:
        self._busy(False)
        self.refused.emit()
        self.trouble.setText(f"■ {refusal.sentence}")
        self.password.selectAll()
        (self.password if self.login.text().strip() else self.login).setFocus()

    def _busy(self, on: bool) -> None:
        for part in (self.login, self.password, self.counter, self.enter, self.centre):
            part.setEnabled(not on)
        self.enter.setText("正在核对…" if on else "登录（回车）")

    def _show_centres(self, rows: "tuple[CentreRow, ...]") -> None:
        self.centre.clear()
        for row in rows:
            self.centre.addItem(row.fields.name, row.id)
        self.centre.setVisible(len(rows) > 1)
        self.name.setText(rows[0].fields.name if len(rows) == 1 else "请选择中心")

    def _show_known(self, known: "KnownHall") -> None:
        """Nobody is connected yet: what this computer saw last."""
        self.centre.addItem(known.name, known.centre_id)
        self.centre.hide()
        self.name.setText(known.name)
        self._fill_counters(known.counters)

    def _ask_centres(self) -> None:
        from db.centre.queries import centres

        self._desk.ask(self, centres, then=self._show_centres)

    def _ask_counters(self) -> None:
        from db.centre.queries import counters

        centre_id: UUID | None = self.centre.currentData()
        if centre_id is not None:
            self._desk.ask(self, counters, centre_id, then=self._show_counters, topic="counters")

    def _show_counters(self, rows: "tuple[CounterRow, ...]") -> None:
        self._fill_counters(rows)
        if self._waiting:
            self._waiting = False
            self.try_it()

    def _fill_counters(self, rows: "Sequence[CounterRow | KnownCounter]") -> None:
        self.counter.clear()
        for row in rows:
            self.counter.addItem(row.title, row.id)
            if row.number == self._counter:
                self.counter.setCurrentIndex(self.counter.count() - 1)
        self.counter.addItem("不在窗口（后台）", None)

    def _lay_out(self, accounts: Sequence[ShownAccount]) -> None:
        card = QFrame()
        card.setObjectName("loginCard")
        card.setFixedWidth(400)
        box = QVBoxLayout(card)
        box.setContentsMargins(32, 28, 32, 24)
        box.setSpacing(10)
        box.addWidget(label("邻里前台", "wordmark"))
        box.addWidget(self.name)
        box.addSpacing(6)
        for part in (self.centre, self.login, self.password, self.counter, self.trouble, self.enter):
            box.addWidget(part)
        box.addWidget(label(f"版本 {VERSION}", "hint"))
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(card)
        if accounts:
            row.addSpacing(24)
            row.addWidget(self._demo(accounts))
        row.addStretch(1)
        outer = QVBoxLayout(self)
        outer.addStretch(2)
        outer.addLayout(row)
        outer.addStretch(3)

    def _demo(self, accounts: Sequence[ShownAccount]) -> QFrame:
        panel = QFrame()
        panel.setObjectName("card")
        box = QVBoxLayout(panel)
        box.setContentsMargins(20, 16, 20, 16)
        box.addWidget(label("演示大厅（关闭后全部删除）", "sectionTitle"))
        box.addWidget(label("点一个账号即可登录：", "hint"))
        for account in accounts:
            button = QPushButton(f"{account.who}　{account.login}　{account.password}")
            button.clicked.connect(lambda _=False, chosen=account: self._take(chosen))
            box.addWidget(button)
        box.addStretch(1)
        return panel

    def _take(self, account: ShownAccount) -> None:
        self.login.setText(account.login)
        self.password.setText(account.password)
        self.try_it()


def _field(title: str, text: str = "") -> QLineEdit:
    field = QLineEdit(text)
    field.setPlaceholderText(title)
    field.setAccessibleName(title)
    field.setMinimumHeight(34)
    return field
