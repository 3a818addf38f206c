"""The pages of the first start: the centre, its hours, the first administrator, the catalogue, the recovery code."""

from PySide6.QtWidgets import QCheckBox, QPlainTextEdit, QRadioButton, QSpinBox, QVBoxLayout, QWidget, QWizardPage

from db.centre.rules import CentreFields, checked
from db.errors import Refusal, RuleBroken
from db.staff.rules import check_login, check_password, tidy_login, tidy_staff_name
from desktop.widgets.form import Form
from desktop.widgets.words import label

HOURS = (
    "周一至周五 8:00–12:00、14:30–17:30\n"
    "错时：周一至周五 12:00–14:30\n"
    "周末及节假日 9:00–11:30、15:00–17:00（只收件，法定时限仍按工作日计）"
)


class WizardPage(QWizardPage):
    """A page with a form; `check` raises the sentence that keeps the wizard on it."""

    def __init__(self, title: str, subtitle: str) -> None:
        super().__init__()
        self.setTitle(title)
        self.setSubTitle(subtitle)
        self.form = Form()
        layout = QVBoxLayout(self)
        layout.addWidget(self.form)
        layout.addStretch(1)

    def check(self) -> None:
        """Raise RuleBroken for the first thing that is wrong."""

    def validatePage(self) -> bool:
        try:
            self.check()
        except Refusal as refusal:
            self.form.complain(refusal.sentence)
            return False
        self.form.complain("")
        return True


class CentrePage(WizardPage):
    """Name, code, phones, address, seal, counters."""

    def __init__(self) -> None:
        super().__init__("中心资料", "这些内容会印在回执和告知书上，以后可以在“设置”里修改（代码除外）。")
        self.name = self.form.line("中心名称", placeholder="例：军门社区“党建+”邻里中心")
        self.code = self.form.line(
            "中心代码", placeholder="例：JM01", hint="2–12 位字母和数字，印在每个办件编号里，以后不能改"
        )
        self.short = self.form.line(
            "机关简称", placeholder="例：军门邻里", hint="印在文书编号里，如 军门邻里受理〔2026〕1号"
        )
        self.address = self.form.line("地址")
        self.phone = self.form.line("咨询电话", placeholder="例：0591-87654321")
        self.complaint = self.form.line("监督电话", placeholder="例：0591-87654322、12345")
        self.seal = self.form.line("盖章单位", placeholder="例：军门社区居民委员会")
        self.counters = QSpinBox()
        self.counters.setRange(1, 20)
        self.counters.setValue(2)
        self.counters.setSuffix(" 个")
        self.form.add("窗口数", self.counters)

    def fields(self, hours: str) -> CentreFields:
        """What was typed."""
        return CentreFields(
            self.name.text(), self.code.text(), self.short.text(), self.address.text(), self.phone.text(),
            self.complaint.text(), hours, self.seal.text(),
        )  # fmt: skip

    def check(self) -> None:
        checked(self.fields(""))


class HoursPage(WizardPage):
    """Opening hours as they are printed, with 错时 and weekends."""

    def __init__(self) -> None:
        super().__init__("开放时间", "含错时服务和周末。这里照原样印在告知书上；法定时限始终按工作日计算。")
        self.hours = QPlainTextEdit(HOURS)
        self.hours.setTabChangesFocus(True)
        self.hours.setMinimumHeight(110)
        self.form.add("开放时间", self.hours)


class AdministratorPage(WizardPage):
    """The first account. No default password anywhere."""

    def __init__(self) -> None:
        super().__init__(
            "第一个管理员", "这个账号是中心负责人兼系统、安全管理员；审计员必须是另一个人，之后在“人员”里建。"
        )
        self.name = self.form.line("姓名")
        self.login = self.form.line("登录名", placeholder="例：linmin", hint="字母开头，可用字母、数字")
        self.password = self.form.line("密码", secret=True, hint="至少 10 位，含大写、小写、数字、符号中的三种")
        self.again = self.form.line("再输一遍", secret=True)

    def check(self) -> None:
        name = tidy_staff_name(self.name.text())
        login = tidy_login(self.login.text())
        check_login(login)
        check_password(self.password.text(), login, name)
        if self.password.text() != self.again.text():
            raise RuleBroken("两次输入的密码不一样。")


class CataloguePage(WizardPage):
    """Start with the starter items, with a spreadsheet of one's own, or with nothing."""

    def __init__(self) -> None:
        super().__init__("事项目录", "以后随时可以导入、停用和修改。")
        self.starter = QRadioButton("装入起步目录：108 个社区常办事项，时限未核实的标“待核”，不打印承诺日期")
        self.own = QRadioButton("用自己的表格（.xlsx、.xls、.csv）：完成后打开导入窗口")
        self.none = QRadioButton("先不装，以后再说")
        self.starter.setChecked(True)
        box = QWidget()
        inner = QVBoxLayout(box)
        for choice in (self.starter, self.own, self.none):
            inner.addWidget(choice)
        self.form.add("目录", box)


class RecoveryPage(QWizardPage):
    """The recovery code, to be written down; shown once, after everything has been made."""

    def __init__(self) -> None:
        super().__init__()
        self.setTitle("请抄下恢复码")
        self.setSubTitle("居民的证件号、电话和住址用数据密钥加密保存。换电脑或密钥丢失时，只有恢复码能打开它们。")
        layout = QVBoxLayout(self)
        self.code = QPlainTextEdit()
        self.code.setObjectName("code")
        self.code.setReadOnly(True)
        self.code.setAccessibleName("恢复码")
        self.code.setMinimumHeight(120)
        layout.addWidget(self.code)
        layout.addWidget(
            label(
                "请抄在纸上，锁进保险柜，和备份分开保管。以后可由系统管理员用 python -m db key show 再看。",
                "hint",
                wrap=True,
            )
        )
        self.written = QCheckBox("我已经抄下恢复码")
        self.written.toggled.connect(lambda _: self.completeChanged.emit())
        layout.addWidget(self.written)
        layout.addStretch(1)

    def isComplete(self) -> bool:
        return self.written.isChecked()
