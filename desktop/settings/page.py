"""The settings page: sections at the left, one panel at a time; each panel is made when it is first opened."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QStackedWidget, QWidget

from db.changes import Changes
from db.staff.permissions import Permission
from desktop.settings.about import AboutPanel
from desktop.settings.account import AccountPanel
from desktop.settings.centre import CentrePanel
from desktop.settings.counters import CountersPanel
from desktop.settings.look import LookPanel
from desktop.settings.panel import Panel
from desktop.settings.queue import QueuePanel
from desktop.settings.safety import SafetyPanel
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.shell.page import Page
from desktop.shell.printing import Printing


@dataclass(frozen=True, slots=True)
class Section:
    """One section: who sees it, and how its panel is made."""

    title: str
    make: Callable[[], Panel]
    permission: Permission | None = None


class SettingsPage(Page):
    """What can be set, for this machine and for the whole centre."""

    title = "设置"
    icon = "fa6s.gear"
    manual = "settings"
    permission = Permission.ACCOUNT_OWN

    def __init__(self, desk: Desk, printing: Printing, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.sections = tuple(
            section
            for section in _sections(desk, printing)
            if section.permission is None or desk.may(section.permission)
        )
        self.list = QListWidget()
        self.list.setAccessibleName("设置的各部分")
        self.list.setFixedWidth(theme.px(190))
        for section in self.sections:
            self.list.addItem(QListWidgetItem(section.title))
        self.stack = QStackedWidget()
        self._panels: dict[int, Panel] = {}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(14)
        layout.addWidget(self.list)
        layout.addWidget(self.stack, 1)
        self.list.currentRowChanged.connect(self._open)

    def refresh(self) -> None:
        if self.list.currentRow() < 0:  # the first time: only now the page stands in its window
            self.list.setCurrentRow(0)
            self.list.setFocus()
            return
        for panel in self._panels.values():
            panel.refresh()

    def changed(self, changes: Changes) -> None:
        kinds = {change.kind for change in changes}
        for panel in self._panels.values():
            if kinds & panel.kinds:
                panel.refresh()

    def search(self, text: str) -> None:
        """Open the section of that title."""
        for item in self.list.findItems(text, Qt.MatchFlag.MatchContains):
            self.list.setCurrentItem(item)

    def keys(self) -> list[tuple[str, str]]:
        return [("↑ ↓", "换一个部分"), ("Tab", "进入右侧的表单"), ("Ctrl+S", "保存当前部分")]

    def _open(self, at: int) -> None:
        if at < 0:
            return
        if at not in self._panels:
            panel = self.sections[at].make()
            self._panels[at] = panel
            self.stack.addWidget(panel)
            panel.refresh()
        self.stack.setCurrentWidget(self._panels[at])


def _sections(desk: Desk, printing: Printing) -> tuple[Section, ...]:
    from desktop.settings.binding import BindingPanel
    from desktop.settings.letters import LettersPanel
    from desktop.settings.paper import PaperPanel
    from desktop.settings.server import ServerPanel
    from desktop.settings.signing import SigningPanel
    from desktop.settings.workdays import WorkdaysPanel

    return (
        Section("外观", lambda: LookPanel(desk)),
        Section("账号和锁屏", lambda: AccountPanel(desk)),
        Section("打印机", lambda: PaperPanel(desk, printing), Permission.RECEIPT_PRINT),
        Section("中心资料", lambda: CentrePanel(desk), Permission.CENTRE_EDIT),
        Section("窗口", lambda: CountersPanel(desk), Permission.CENTRE_EDIT),
        Section("窗口业务", lambda: BindingPanel(desk), Permission.TICKET_MANAGE),
        Section("号码字头", lambda: LettersPanel(desk), Permission.TICKET_MANAGE),
        Section("叫号规则", lambda: QueuePanel(desk), Permission.TICKET_MANAGE),
        Section("工作日历", lambda: WorkdaysPanel(desk)),
        Section("数据库服务器", lambda: ServerPanel(desk)),
        Section("备份和检查", lambda: SafetyPanel(desk), Permission.CHECK_RUN),
        Section("回执签名密钥", lambda: SigningPanel(desk), Permission.KEY_MANAGE),
        Section("关于", lambda: AboutPanel(desk)),
    )
