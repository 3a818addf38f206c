"""The first start (初始设置): five steps, everything made in one transaction before the last one is shown."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from db.centre.founding import FirstStart, found_centre
from db.errors import Refusal
from db.ids import new_id
from db.recovery import recovery_code
from db.staff.passwords import hash_password
from db.staff.rules import tidy_login, tidy_staff_name
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.widgets.form import scrolled
from desktop.widgets.tone import retone
from desktop.widgets.words import label
from desktop.wizard.pages import AdministratorStep, CatalogueStep, CentreStep, HoursStep, RecoveryStep, Step

WIDTH, HEIGHT = 900, 640


class FirstStartPage(QWidget):
    """Stands in the window until the centre is made: steps at the left, the form of one at the right."""

    done = Signal(str, str)  # login, and "import" when a spreadsheet is to follow

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._desk = desk
        self.centre, self.hours = CentreStep(), HoursStep()
        self.administrator, self.catalogue, self.recovery = AdministratorStep(), CatalogueStep(), RecoveryStep()
        self.steps: tuple[Step, ...] = (self.centre, self.hours, self.administrator, self.catalogue, self.recovery)
        self._build()
        for step in self.steps:
            step.finished.connect(self.next)
        self._show(0)

    @property
    def step(self) -> Step:
        """The step that is shown."""
        return self.steps[self._stack.currentIndex()]

    def next(self) -> None:
        """Go on, if this step is complete; after the catalogue everything is made."""
        if not self.on.isEnabled():
            return
        try:
            self.step.check()
        except Refusal as refusal:
            self._say(refusal.sentence)
            return
        if self.step is self.catalogue:
            self._found()
        elif self.step is self.recovery:
            self.done.emit(
                tidy_login(self.administrator.login.text()), "import" if self.catalogue.own.isChecked() else ""
            )
        else:
            self._show(self._stack.currentIndex() + 1)

    def back(self) -> None:
        """One step back; what was typed stays."""
        if self.off.isVisible() and self.off.isEnabled():
            self._show(self._stack.currentIndex() - 1)

    def _found(self) -> None:
        desk, now, op = self._desk, self._desk.now(), new_id()
        fields = self.centre.fields(self.hours.hours.toPlainText())
        name = tidy_staff_name(self.administrator.name.text())
        login = tidy_login(self.administrator.login.text())
        password, starter = self.administrator.password.text(), self.catalogue.starter.isChecked()
        counters = [(str(number), "综合受理") for number in range(1, self.centre.counters.value() + 1)]

        def make() -> str:
            answers = FirstStart(fields, name, hash_password(password, login, name), counters, starter)
            found_centre(desk.hall, answers, now=now, op=op)
            return recovery_code(desk.hall.vault.reveal())

        self._busy(True)
        desk.work.write(self, make, self._made, self._refused)

    def _made(self, code: str) -> None:
        self._busy(False)
        self.administrator.password.clear()
        self.administrator.again.clear()
        self.recovery.code.setPlainText(code)
        self._show(len(self.steps) - 1)

    def _refused(self, refusal: Refusal) -> None:
        self._busy(False)
        self._say(refusal.sentence)

    def _busy(self, on: bool) -> None:
        for part in (self.on, self.off, self._stack):
            part.setEnabled(not on)
        self._say("")
        self.on.setText("正在建立数据库和目录，请稍候…" if on else self._forward())

    def _say(self, sentence: str) -> None:
        self.trouble.setText(f"■ {sentence}" if sentence else "")

    def _show(self, at: int) -> None:
        self._stack.setCurrentIndex(at)
        step = self.steps[at]
        self.title.setText(step.title)
        self.hint.setText(step.hint)
        for number, mark in enumerate(self.marks):
            sign = "✓" if number < at else str(number + 1)
            mark.setText(f"{sign}　{self.steps[number].title}")
            retone(mark, "now" if number == at else "done" if number < at else "", "step")
        self._say("")
        self.off.setVisible(0 < at < len(self.steps) - 1)
        self.on.setText(self._forward())
        fields = [field for field in step.findChildren(QWidget) if field.focusPolicy() & Qt.FocusPolicy.TabFocus]
        first = fields[0] if fields else self.on
        self.setFocusProxy(first)
        first.setFocus()

    def _forward(self) -> str:
        words = "完成设置" if self.step is self.catalogue else "开始使用" if self.step is self.recovery else "下一步"
        return f"{words}　Ctrl+Enter"

    def _build(self) -> None:
        card = QFrame()
        card.setObjectName("loginCard")
        card.setMaximumSize(theme.px(WIDTH), theme.px(HEIGHT))
        columns = QHBoxLayout(card)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(0)
        columns.addWidget(self._side())
        columns.addLayout(self._main(), 1)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(card, 30)
        row.addStretch(1)
        outer = QVBoxLayout(self)
        outer.addStretch(1)
        outer.addLayout(row, 30)
        outer.addStretch(1)

    def _side(self) -> QFrame:
        side = QFrame()
        side.setObjectName("steps")
        side.setFixedWidth(theme.px(200))
        box = QVBoxLayout(side)
        box.setContentsMargins(24, 28, 16, 24)
        box.setSpacing(theme.px(12))
        box.addWidget(label("邻里前台", "wordmark"))
        box.addWidget(label("第一次打开，先用三分钟设置好中心。", "hint", wrap=True))
        box.addSpacing(theme.px(12))
        self.marks = [label("", "step") for _ in self.steps]
        for mark in self.marks:
            box.addWidget(mark)
        box.addStretch(1)
        return side

    def _main(self) -> QVBoxLayout:
        box = QVBoxLayout()
        box.setContentsMargins(28, 24, 28, 20)
        box.setSpacing(theme.px(8))
        self.title, self.hint = label("", "pageTitle"), label("", "hint", wrap=True)
        self.trouble = label("", "hint", wrap=True)
        retone(self.trouble, "bad")
        self._stack = QStackedWidget()
        for step in self.steps:
            self._stack.addWidget(scrolled(step))
        self.off, self.on = QPushButton("上一步　Alt+←"), QPushButton()
        self.off.clicked.connect(self.back)
        self.on.setObjectName("primary")
        for key, does in (("Ctrl+Return", self.next), ("Ctrl+Enter", self.next), ("Alt+Left", self.back)):
            QShortcut(QKeySequence(key), self, does)
        self.on.clicked.connect(self.next)
        foot = QHBoxLayout()
        foot.addWidget(self.off)
        foot.addStretch(1)
        foot.addWidget(self.on)
        for part in (self.title, self.hint):
            box.addWidget(part)
        box.addSpacing(theme.px(8))
        box.addWidget(self._stack, 1)
        box.addWidget(self.trouble)
        box.addLayout(foot)
        return box
