"""The steps of the first start: the centre, its hours, the first administrator, the catalogue, the recovery code."""

from itertools import pairwise

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit, QRadioButton, QSpinBox, QVBoxLayout, QWidget

from db.centre.rules import CentreFields, checked
from db.errors import RuleBroken
from db.staff.rules import check_login, check_password, password_faults, tidy_login, tidy_staff_name
from desktop.shell import theme
from desktop.widgets.badge import SHAPES
from desktop.widgets.form import Form
from desktop.widgets.tone import retone
from desktop.widgets.words import label

HOURS = (
    "周一至周五 8:00–12:00、14:30–17:30\n"
    "错时：周一至周五 12:00–14:30\n"
    "周末及节假日 9:00–11:30、15:00–17:00（只收件，法定时限仍按工作日计）"
)


class Step(QWidget):
    """One step with a form; `check` raises the sentence that keeps the clerk on it."""

    title = ""
    hint = ""
    finished = Signal()  # Enter in the last field

    def __init__(self) -> None:
        super().__init__()
        self.form = Form()
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(0, 0, 0, 0)
        self.box.addWidget(self.form, 1)

    def check(self) -> None:
        """Raise RuleBroken for the first thing that is wrong."""

    def chain(self) -> None:
        """Enter goes from field to field, and from the last one to the next step."""
        fields = self.form.findChildren(QLineEdit)
        lines = [field for field in fields if not isinstance(field.parent(), QSpinBox)]
        for field, following in pairwise(lines):
            field.returnPressed.connect(following.setFocus)
        if lines:
            lines[-1].returnPressed.connect(self.finished)


class CentreStep(Step):
    """Name, code, phones, address, seal, counters."""

    title = "中心资料"
    hint = "印在回执和告知书上。除了中心代码，以后都可以在“设置”里修改。"

    def __init__(self) -> None:
        super().__init__()
        self.name = self.form.line("中心名称", placeholder="例：军门社区“党建+”邻里中心")
        self.code = self.form.line(
            "中心代码", placeholder="例：JM01", hint="2–12 位字母和数字，印在每个办件编号里，以后不能改"
        )
        self.short = self.form.line(
            "机关简称", placeholder="例：军门邻里", hint="印在文书编号里，如：军门邻里受理〔2026〕1号"
        )
        self.address = self.form.line("地址")
        self.phone = self.form.line("咨询电话", placeholder="例：0591-87654321")
        self.complaint = self.form.line("监督电话", placeholder="例：0591-87654322、12345")
        self.seal = self.form.line("盖章单位", placeholder="例：军门社区居民委员会")
        self.counters = QSpinBox()
        self.counters.setRange(1, 20)
        self.counters.setValue(2)
        self.counters.setSuffix(" 个窗口")
        self.form.add("窗口数", self.counters)
        self.chain()

    def fields(self, hours: str) -> CentreFields:
        """What was typed."""
        return CentreFields(
            self.name.text(), self.code.text(), self.short.text(), self.address.text(), self.phone.text(),
            self.complaint.text(), hours, self.seal.text(),
        )  # fmt: skip

    def check(self) -> None:
        checked(self.fields(""))


class HoursStep(Step):
    """Opening hours as they are printed, with 错时 and weekends."""

    title = "开放时间"
    hint = "连同错时服务和周末一起写，照原样印在告知书上。法定时限始终按工作日计算。"

    def __init__(self) -> None:
        super().__init__()
        self.hours = QPlainTextEdit(HOURS)
        self.hours.setTabChangesFocus(True)
        self.hours.setFixedHeight(theme.px(130))
        self.form.add("开放时间", self.hours)


class AdministratorStep(Step):
    """The first account. No default password anywhere."""

    title = "第一个账号"
    hint = "这个人是中心负责人，兼系统管理员和安全管理员。审计员必须是另一个人，之后在“人员”页里建。"

    def __init__(self) -> None:
        super().__init__()
        self.name = self.form.line("姓名")
        self.login = self.form.line("登录名", placeholder="例：linmin", hint="字母开头，可用字母、数字")
        self.password = self.form.line("密码", secret=True)
        self.rules = label("", "hint", wrap=True)
        self.form.add("", self.rules)
        self.again = self.form.line("再输一遍", secret=True)
        for field in (self.name, self.login, self.password):
            field.textChanged.connect(self._judge)
        self._judge()
        self.chain()

    def check(self) -> None:
        name = tidy_staff_name(self.name.text())
        login = tidy_login(self.login.text())
        check_login(login)
        check_password(self.password.text(), login, name)
        if self.password.text() != self.again.text():
            raise RuleBroken("两次输入的密码不一样，请再输一遍。")

    def _judge(self) -> None:
        faults = password_faults(self.password.text(), self.login.text().strip(), self.name.text().strip())
        tone = "warn" if faults else "good"
        self.rules.setText(f"{SHAPES[tone]} {'；'.join(faults) if faults else '符合要求'}")
        retone(self.rules, tone)


class CatalogueStep(Step):
    """Start with the starter items, with a spreadsheet of one's own, or with nothing."""

    title = "事项目录"
    hint = "现在的选择不影响以后：随时可以导入、停用和修改。"

    def __init__(self) -> None:
        super().__init__()
        self.starter = QRadioButton("装入起步目录：108 个社区常办事项")
        self.own = QRadioButton("用自己的表格（.xlsx、.xls、.csv）")
        self.none = QRadioButton("先不装，以后再说")
        self.starter.setChecked(True)
        notes = (
            "时限没有核实的事项标“待核”，中心负责人确认前不打印承诺日期。",
            "登录后会停在“事项”页，点“导入”选择表格，先预览再导入。",
            "没有事项时，窗口只能取号、登记和导办。",
        )
        for choice, note in zip((self.starter, self.own, self.none), notes, strict=True):
            self.box.insertWidget(self.box.count() - 1, choice)
            told = label(note, "hint", wrap=True)
            told.setContentsMargins(theme.px(28), 0, 0, theme.px(10))
            self.box.insertWidget(self.box.count() - 1, told)


class RecoveryStep(Step):
    """The recovery code, to be written down; shown after everything has been made."""

    title = "恢复码"
    hint = "居民的证件号、电话和住址用数据密钥加密保存。换电脑或密钥丢失时，只有恢复码能打开它们。"

    def __init__(self) -> None:
        super().__init__()
        self.code = QPlainTextEdit()
        self.code.setObjectName("code")
        self.code.setReadOnly(True)
        self.code.setAccessibleName("恢复码")
        self.code.setFixedHeight(theme.px(110))
        told = "请抄在纸上，和备份分开，锁进保险柜。以后可由安全管理员用 python -m db key show 再看。"
        self.written = QCheckBox("我已经抄下恢复码")
        for part in (self.code, label(told, "hint", wrap=True), self.written):
            self.box.insertWidget(self.box.count() - 1, part)

    def check(self) -> None:
        if not self.written.isChecked():
            raise RuleBroken("请先抄下恢复码，再勾选“我已经抄下恢复码”。")
