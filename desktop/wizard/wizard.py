"""The first start (初始设置): a short wizard, everything made in one transaction at its end."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget, QWizard
from shiboken6 import isValid

from db.centre.founding import FirstStart, found_centre
from db.errors import Refusal
from db.ids import new_id
from db.recovery import recovery_code
from db.staff.passwords import hash_password
from db.staff.rules import tidy_login, tidy_staff_name
from desktop.shell.desk import Desk
from desktop.widgets.words import label
from desktop.wizard.pages import AdministratorPage, CataloguePage, CentrePage, HoursPage, RecoveryPage, WizardPage


class FirstStartPage(QWidget):
    """Stands in the window until the centre is made. `done` carries the login and whether to import a spreadsheet."""

    done = Signal(str, str)  # login, "import" or ""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.wizard = FirstStartWizard(desk)
        self.wizard.setMinimumSize(720, 560)
        self.wizard.setMaximumWidth(860)
        self.wizard.finished_founding.connect(self.done)
        box = QVBoxLayout(self)
        box.addWidget(label("邻里前台", "wordmark"), 0, Qt.AlignmentFlag.AlignHCenter)
        box.addWidget(label("第一次打开，先用三分钟设置好中心。", "hint"), 0, Qt.AlignmentFlag.AlignHCenter)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.wizard, 8)
        row.addStretch(1)
        box.addLayout(row, 1)


class FirstStartWizard(QWizard):
    """Five pages; the last shows the recovery code of the data key."""

    finished_founding = Signal(str, str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setWindowFlags(Qt.WindowType.Widget)
        self.setWizardStyle(QWizard.WizardStyle.ModernStyle)
        self._desk = desk
        self.centre, self.hours = CentrePage(), HoursPage()
        self.administrator, self.catalogue, self.recovery = AdministratorPage(), CataloguePage(), RecoveryPage()
        for page in (self.centre, self.hours, self.administrator, self.catalogue, self.recovery):
            self.addPage(page)
        self.catalogue.setCommitPage(True)
        for button, text in (
            (QWizard.WizardButton.NextButton, "下一步"),
            (QWizard.WizardButton.BackButton, "上一步"),
            (QWizard.WizardButton.CommitButton, "完成设置"),
            (QWizard.WizardButton.FinishButton, "开始使用"),
        ):
            self.setButtonText(button, text)
        self.setOption(QWizard.WizardOption.NoCancelButton)
        self.setOption(QWizard.WizardOption.NoBackButtonOnLastPage)
        self._founded = False

    def validateCurrentPage(self) -> bool:
        page = self.currentPage()
        if isinstance(page, WizardPage) and not page.validatePage():
            return False
        if page is self.catalogue and not self._founded:
            self._found()
            return False  # the answer comes from the worker, which turns the page
        if page is self.recovery:
            choice = "import" if self.catalogue.own.isChecked() else ""
            self.finished_founding.emit(self.administrator.login.text().strip(), choice)
            return False  # the window takes this widget away
        return True

    def _found(self) -> None:
        desk, now, op = self._desk, self._desk.now(), new_id()
        fields = self.centre.fields(self.hours.hours.toPlainText())
        name = tidy_staff_name(self.administrator.name.text())
        login = tidy_login(self.administrator.login.text())
        password, starter = self.administrator.password.text(), self.catalogue.starter.isChecked()
        counters = [(str(n), "综合受理") for n in range(1, self.centre.counters.value() + 1)]

        def make() -> str:
            answers = FirstStart(fields, name, hash_password(password, login, name), counters, starter)
            found_centre(desk.hall, answers, now=now, op=op)
            return recovery_code(desk.hall.vault.reveal())

        self.button(QWizard.WizardButton.CommitButton).setEnabled(False)
        self.catalogue.form.complain("正在建立数据库和目录，请稍候…")
        desk.work.write(self, make, self._made, self._refused)

    def _made(self, code: str) -> None:
        self._founded = True
        self.administrator.password.clear()
        self.administrator.again.clear()
        self.recovery.code.setPlainText(code)
        self.catalogue.form.complain("")
        if isValid(self):
            self.next()

    def _refused(self, refusal: Refusal) -> None:
        self.button(QWizard.WizardButton.CommitButton).setEnabled(True)
        self.catalogue.form.complain(refusal.sentence)
