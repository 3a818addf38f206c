"""The idle lock (空闲锁屏): after some minutes without a key the window is covered; what was typed stays underneath."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from db.errors import Refusal
from db.ids import new_id
from desktop.shell.desk import Desk
from desktop.widgets.tone import retone
from desktop.widgets.words import label

_INPUT = (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel, QEvent.Type.TouchBegin)


class LockScreen(QWidget):
    """Covers the window until the same person has typed the password, or leaves it to somebody else."""

    unlocked = Signal()
    left = Signal()

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("lockScreen")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._desk, self._window = desk, window
        self._before: QWidget | None = None
        card = QFrame()
        card.setObjectName("loginCard")
        inner = QVBoxLayout(card)
        inner.setContentsMargins(28, 24, 28, 24)
        inner.setSpacing(10)
        self.who = label("", "sectionTitle")
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setPlaceholderText("输入密码继续")
        self.password.setAccessibleName("密码")
        self.password.setMinimumWidth(300)
        self.trouble = label("", "hint", wrap=True)
        retone(self.trouble, "bad")
        self.unlock = QPushButton("解锁（回车）")
        self.unlock.setObjectName("primary")
        self.leave = QPushButton("换人登录")
        self.leave.setObjectName("link")
        inner.addWidget(label("已锁屏，录入的内容都还在", "hint"))
        for part in (self.who, self.password, self.trouble, self.unlock, self.leave):
            inner.addWidget(part)
        outer = QVBoxLayout(self)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(card)
        row.addStretch(1)
        outer.addStretch(1)
        outer.addLayout(row)
        outer.addStretch(2)
        self.password.returnPressed.connect(self._try)
        self.unlock.clicked.connect(self._try)
        self.leave.clicked.connect(self.left)
        window.installEventFilter(self)
        self.hide()

    def cover(self, *, idle: bool) -> None:
        """Cover the window; journalled as done by the clerk or by the clock."""
        from db.staff import actions as staff

        if self.isVisible() or self._desk.actor is None:
            return
        self._before = self._window.focusWidget()
        self.who.setText(self._desk.actor.name)
        self.trouble.setText("")
        self.password.clear()
        self._fill()
        self.show()
        self.raise_()
        self.password.setFocus()
        self._desk.do(self, staff.lock_screen, idle=idle, failed=lambda _: None)

    def uncover(self) -> None:
        """Give the window back as it was, the cursor where it stood."""
        self.hide()
        if self._before is not None:
            self._before.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._fill()
        return False

    def _fill(self) -> None:
        self.setGeometry(0, 0, self._window.width(), self._window.height())

    def _try(self) -> None:
        from db.staff.login import prove

        desk, actor, typed = self._desk, self._desk.actor, self.password.text()
        if actor is None or not typed:
            return
        self.setEnabled(False)
        now = desk.now()
        desk.work.write(self, lambda: prove(desk.hall, actor, typed, now, new_id()), self._proved, self._refused)

    def _proved(self, _hash: str) -> None:
        self.setEnabled(True)
        self.uncover()
        self.unlocked.emit()

    def _refused(self, refusal: Refusal) -> None:
        self.setEnabled(True)
        self.trouble.setText(refusal.sentence)
        self.password.selectAll()
        self.password.setFocus()


class IdleWatch(QObject):
    """Counts the minutes since the last key or click anywhere in the program."""

    idle = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.minutes = 0
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.idle)

    def watch(self, minutes: int) -> None:
        """Begin to count; 0 ceases."""
        self._timer.stop()
        self.minutes = minutes
        if minutes:
            self._timer.setInterval(minutes * 60_000)
            self._timer.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _INPUT and self._timer.isActive():
            self._timer.start()
        return False
