"""What becomes of an entry at once: answered on the spot, handed to a unit with a limit, or redirected (涉法涉诉)."""

from PySide6.QtWidgets import QButtonGroup, QCheckBox, QLabel, QRadioButton, QSizePolicy, QVBoxLayout, QWidget

from desktop.counter.suggest import suggestions
from desktop.duty.people_pane_dialog import side_by_side
from desktop.duty.reception_form_due import DueBox
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.widgets.tone import retone
from desktop.widgets.words import label

UNITS = ("社区居委会", "街道办事处", "派出所", "区住建局", "区城管局", "区民政局", "区人社局", "物业服务企业")
WHITHER = (
    "区人民法院诉讼服务中心", "区人民检察院12309检察服务中心", "公安机关", "区公共法律服务中心", "区信访局",
)  # fmt: skip


class NextBox(QWidget):
    """Three choices; each shows what it needs."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.here = QRadioButton("当场办结，不转办（Alt+1）")
        self.passes = QRadioButton("转办（Alt+2）")
        self.away = QRadioButton("涉法涉诉，引导（Alt+3）")
        self._group = QButtonGroup(self)
        for at, button in enumerate((self.here, self.passes, self.away)):
            self._group.addButton(button)
            button.setShortcut(f"Alt+{at + 1}")
            button.toggled.connect(self._show)
        self.unit = suggestions(UNITS, "转办单位")
        self.unit.setAccessibleName("转办单位")
        self.unit.setMinimumWidth(theme.px(200))
        self.due = DueBox(desk)
        self.whither = suggestions(WHITHER, "引导到哪里")
        self.whither.setAccessibleName("引导去向")
        self.whither.setMinimumWidth(theme.px(260))
        self.slip = QCheckBox("打印引导单")
        self.slip.setChecked(True)
        self.hint = label("涉法涉诉事项不受理，只引导到法定渠道，并给来访人一张引导单。", "hint")
        retone(self.hint, "warn")
        self._pass = side_by_side(QLabel("单位"), self.unit, self.due, stretch=2)
        self._away = QWidget()
        away = QVBoxLayout(self._away)
        away.setContentsMargins(0, 0, 0, 0)
        away.setSpacing(theme.px(2))
        away.addWidget(side_by_side(QLabel("去向"), self.whither, self.slip))
        away.addWidget(self.hint)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(4))
        layout.addWidget(side_by_side(self.here, self.passes, self.away))
        layout.addWidget(self._pass)
        layout.addWidget(self._away)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setMinimumHeight(theme.px(96))  # the page does not jump with the choice
        self.here.setChecked(True)
        self._show()

    def wanted(self) -> bool:
        """Whether anything follows the entry."""
        return not self.here.isChecked()

    def redirects(self) -> bool:
        """Whether it is pointed elsewhere."""
        return self.away.isChecked()

    def turn(self, legal: bool) -> None:
        """The category says that it is a matter of the courts, or no longer."""
        if legal:
            self.away.setChecked(True)
        elif self.away.isChecked():
            self.here.setChecked(True)

    def trouble(self) -> str:
        """What is missing; "" where nothing is."""
        if self.passes.isChecked() and not self.unit.currentText().strip():
            return "请填写转办单位。"
        if self.away.isChecked() and not self.whither.currentText().strip():
            return "请填写引导去向。"
        return ""

    def _show(self) -> None:
        self._pass.setVisible(self.passes.isChecked())
        self._away.setVisible(self.away.isChecked())
