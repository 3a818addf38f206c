"""The idle lock (空闲锁屏): after some minutes without a key every window is covered; what was typed stays underneath."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPushButton, QVBoxLayout, QWidget

from db.errors import Refusal
from db.ids import new_id
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.widgets.tone import retone
from desktop.widgets.words import label

_INPUT = (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel, QEvent.Type.TouchBegin)


class Blanket(QWidget):
    """Covers one window, whatever its size becomes, and stays above everything in it."""

    def __init__(self, covered: QWidget) -> None:
        super().__init__(covered)
        self._covered = covered
        self.setObjectName("lockScreen")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        covered.installEventFilter(self)
        self._fill()
        self.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.ChildAdded, QEvent.Type.LayoutRequest):
            self._fill()
        return False

    def _fill(self) -> None:
        self.setGeometry(self._covered.rect())
        self.raise_()


class LockScreen(QDialog):
    """Asks for the password of whoever sits here, above blankets over every window of the program.

    It is modal for the whole program: no key, click or scan reaches what is underneath, open dialogs included.
    """

    unlocked = Signal()
    left = Signal()

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(window, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("lockCard")
        self.setWindowTitle("已锁屏")
        self.setWindowModality(Qt.WindowModality.ApplicationModal)
        self._desk, self._window = desk, window
        self._before: QWidget | None = None
        self._blankets: list[Blanket] = []
        self._build()
        self.unlock.clicked.connect(self._try)
        self.leave.clicked.connect(self.left)

    def cover(self, *, idle: bool) -> None:
        """Cover every window; journalled as done by the clerk or by the clock."""
        from db.staff import actions as staff

        actor = self._desk.actor
        if self.isVisible() or actor is None:
            return
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
        self._before = QApplication.focusWidget()
        self.who.setText(actor.name)
        self.trouble.setText("")
        self.password.clear()
        self._blankets = [Blanket(each) for each in _windows() if each is not self]
        QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]
        self.setFixedWidth(theme.px(360))
        self.adjustSize()
        self.move(self._window.mapToGlobal(self._window.rect().center()) - self.rect().center())
        self.show()
        self.password.setFocus()
        self._desk.do(self, staff.lock_screen, idle=idle, failed=lambda _: None)

    def uncover(self) -> None:
        """Give every window back as it was, the cursor where it stood."""
        QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]
        for blanket in self._blankets:
            blanket.hide()
            blanket.deleteLater()
        self._blankets = []
        self.hide()
        if self._before is not None and self._before.isVisible():
            self._before.window().activateWindow()
            self._before.setFocus()
        self._before = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A window that opens while it is locked (a job has ended) is covered too."""
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            covered = any(blanket.parentWidget() is watched for blanket in self._blankets)
            if watched is not self and watched.windowType() != Qt.WindowType.ToolTip and not covered:
                self._blankets.append(Blanket(watched))
        return False

    def reject(self) -> None:
        """Escape does not open it."""

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()

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
        self.trouble.setText(f"■ {refusal.sentence}")
        self.adjustSize()
        self.password.selectAll()
        self.password.setFocus()

    def _build(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(28, 24, 28, 20)
        box.setSpacing(10)
        self.who = label("", "pageTitle")
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setPlaceholderText("输入密码继续")
        self.password.setAccessibleName("密码")
        self.trouble = label("", "hint", wrap=True)
        retone(self.trouble, "bad")
        self.unlock = QPushButton("解锁（回车）")
        self.unlock.setObjectName("primary")
        self.unlock.setDefault(True)
        self.leave = QPushButton("换人登录（未保存的录入可在登录后恢复）")
        self.leave.setObjectName("link")
        self.leave.setAutoDefault(False)
        box.addWidget(self.who)
        box.addWidget(label("已锁屏，录入的内容都还在。", "hint"))
        for part in (self.password, self.trouble, self.unlock, self.leave):
            box.addWidget(part)


def _windows() -> list[QWidget]:
    """Every window of the program that can be seen."""
    return [each for each in QApplication.topLevelWidgets() if each.isVisible() and each.isWindow()]


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
