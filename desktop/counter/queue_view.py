"""How the queue panel looks: the big number, one large button, the small ones, the list, the figures. Does nothing itself."""

from datetime import datetime
from itertools import pairwise
from uuid import UUID

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListView,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from db.tickets.priority import PRIORITY_NAMES, PROOF_NAMES
from db.tickets.seen import Figures, Panel, TicketRow
from db.tickets.states import Step, TicketState, can
from desktop.counter.queue_rows import QueueDelegate, QueueModel, minutes
from desktop.shell import theme

PARK_TIP = "先放一放，窗口空出来（填表、回家取材料）（F11）"


class QueueView(QFrame):
    """The widgets of the panel, and what they show of a `Panel`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.where = _label("hint")
        self.number = _label("bigNumber", align=Qt.AlignmentFlag.AlignHCenter)
        self.state = _label("nextStep", align=Qt.AlignmentFlag.AlignHCenter)
        self.about = _label("itemAbout", wrap=True)
        self.owner = _label("hint", wrap=True)
        self.accept = _button("接手", "从现在起由我负责这位群众（首问负责）")
        self.main = _button("", "")
        self.recall_button = _button("重呼 Alt+R", "再叫一次当前的号（Alt+R）")
        self.skip_button = _button("过号 F10", "叫了没来（F10）")
        self.park_button = _button("挂起 F11", PARK_TIP)
        self.send_button = _button("转窗口 F12", "转到别的窗口，号码不变（F12）")
        self.take_button = _button("取号 Ctrl+T", "给群众取号（Ctrl+T）")
        self.undo_button = _button("撤销 Alt+Z", "撤销上一步：叫号、过号、完成……（Alt+Z）")
        self.voice_button = QToolButton()
        self.voice_button.setCheckable(True)
        self.voice_button.setToolTip("语音叫号（Alt+V 开、关）")
        self.voice_button.setAccessibleName("语音叫号")
        self._slim = False
        self._named: dict[QPushButton, str] = {}
        for button in (self.recall_button, self.skip_button, self.park_button, self.send_button, self.take_button,
                       self.undo_button):  # fmt: skip
            self._name(button, button.text())
        self.list = QListView()
        self.list.setObjectName("queueList")
        self.list.setAccessibleName("排队列表")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.setUniformItemSizes(True)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.model = QueueModel(self)
        self.list.setModel(self.model)
        self.list.setItemDelegate(QueueDelegate(self.list))
        self.empty = _label("hint", wrap=True, align=Qt.AlignmentFlag.AlignCenter)
        self.figures = _label("hint", wrap=True)
        self._lay_out()
        self._draw_icons()
        theme.watch.changed.connect(self._draw_icons)
        theme.watch.changed.connect(self.list.doItemsLayout)

    def show_nowhere(self, why: str) -> None:
        """No queue to show: nobody is logged in, or no counter was chosen."""
        self.where.setText("排队")
        self.model.clear()
        self._show_current(None, None, None)
        self.main.setEnabled(False)
        self._show_empty(why)
        self.figures.setText("")

    def show_panel(self, panel: Panel, now: datetime, staff_id: UUID, counter: str) -> None:
        """Show what was read."""
        self.where.setText(
            f"{counter} 号窗口　等候 {panel.waiting_here} 人" if counter else f"等候 {panel.waiting_here} 人"
        )
        self._show_current(panel.current, now, staff_id)
        top = self._first_seen()
        self.model.show_panel(panel, now)
        self._keep_in_place(top)
        free = panel.current is None
        if free and panel.parked:
            self._name(self.park_button, "恢复 F11")
            self.park_button.setEnabled(True)
            self.park_button.setToolTip(f"恢复办理最早挂起的 {panel.parked[0].number}（F11）")
        if free:
            self.main.setEnabled(panel.waiting_here > 0)
        self.undo_button.setEnabled(True)
        self._show_empty("" if self.model.lines else "现在没有人等候。按 Ctrl+T 给群众取号。")
        self.figures.setText(told_figures(panel.figures))

    def _first_seen(self) -> tuple[UUID, int] | None:
        """The first ticket in view and how far down it stands; None while the list stands at its beginning."""
        if self.list.verticalScrollBar().value() == 0:
            return None
        for at, line in enumerate(self.model.lines):
            top = self.list.visualRect(self.model.index(at)).top()
            if top >= 0 and line.row is not None:
                return line.row.id, top
        return None

    def _keep_in_place(self, seen: tuple[UUID, int] | None) -> None:
        """What somebody scrolled to stays under the mouse, though others left the line above it."""
        index = self.model.index_of(seen[0]) if seen is not None else QModelIndex()
        if seen is not None and index.isValid():
            bar = self.list.verticalScrollBar()
            bar.setValue(bar.value() + self.list.visualRect(index).top() - seen[1])

    def tick(self, now: datetime, current: TicketRow | None) -> None:
        """The minutes went on; nothing is asked."""
        self.model.tick(now)
        self.state.setText(_told_state(current, now) if current else self.state.text())

    def shorten(self, slim: bool) -> None:
        """In a narrow column the buttons leave their keys to the tool tips."""
        self._slim = slim
        for button in self._named:
            self._name(button, self._named[button])

    def _name(self, button: QPushButton, text: str) -> None:
        self._named[button] = text
        button.setText(text.split(" ")[0] if self._slim else text)
        button.setAccessibleName(text)

    def first_ticket(self) -> QModelIndex:
        """The first line that is a ticket."""
        for at, line in enumerate(self.model.lines):
            if line.row is not None:
                return self.model.index(at)
        return QModelIndex()

    def set_busy(self, on: bool) -> None:
        """While a verb is under way none of them can be pressed again."""
        for button in self._verbs:
            button.setEnabled(not on and button.isEnabled())

    def _show_current(self, row: TicketRow | None, now: datetime | None, staff_id: UUID | None) -> None:
        self.number.setText(row.number if row else "——")
        self.number.setAccessibleName(f"当前号 {row.number}" if row else "窗口空闲")
        self.state.setText(_told_state(row, now) if row and now else "窗口空闲")
        about = _told_about(row) if row else ""
        self.about.setText(about)
        self.about.setVisible(bool(about))
        other = row is not None and row.owner_id is not None and row.owner_id != staff_id
        self.owner.setText(f"首问责任人：{row.owner_name}" if row and other else "")
        self.owner.setVisible(other)
        self.accept.setVisible(other)
        self._show_verbs(row)

    def _show_verbs(self, row: TicketRow | None) -> None:
        text = "叫下一位　F5"
        if row is not None:
            text = "开始办理　F5" if row.state is TicketState.CALLED else "完成　F7"
        self.main.setText(text)
        _rename(self.main, "" if row is not None and row.state is TicketState.SERVING else "primary")
        self.main.setToolTip("")
        self.main.setEnabled(True)
        self._name(self.park_button, "挂起 F11")
        self.park_button.setToolTip(PARK_TIP)
        steps = {
            self.recall_button: Step.RECALL,
            self.skip_button: Step.SKIP,
            self.park_button: Step.PARK,
            self.send_button: Step.TRANSFER,
        }
        for button, step in steps.items():
            button.setEnabled(row is not None and can(row.state, step))

    def _show_empty(self, text: str) -> None:
        self.empty.setText(text)
        self.empty.setVisible(bool(text))
        self.list.setVisible(not text)

    @property
    def _verbs(self) -> tuple[QPushButton, ...]:
        return (self.main, self.recall_button, self.skip_button, self.park_button, self.send_button, self.undo_button)

    def _lay_out(self) -> None:
        owner = QHBoxLayout()
        owner.addWidget(self.owner, 1)
        owner.addWidget(self.accept)
        grid = QGridLayout()
        grid.setSpacing(6)
        small = (self.recall_button, self.skip_button, self.park_button, self.send_button)
        for at, button in enumerate(small):
            grid.addWidget(button, at // 2, at % 2)
        foot = QHBoxLayout()
        foot.setSpacing(6)
        for button in (self.take_button, self.undo_button):
            foot.addWidget(button, 1)
        head = QHBoxLayout()
        head.addWidget(self.where, 1)
        head.addWidget(self.voice_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.setSpacing(6)
        layout.addLayout(head)
        for label in (self.number, self.state, self.about):
            layout.addWidget(label)
        layout.addLayout(owner)
        layout.addWidget(self.main)
        layout.addLayout(grid)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.empty, 1)
        layout.addLayout(foot)
        layout.addWidget(self.figures)

        order = [self.main, *small, self.accept, self.list, self.take_button, self.undo_button, self.voice_button]
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    def _draw_icons(self) -> None:
        self.voice_button.setIcon(theme.icon("mdi6.volume-high"))


def told_figures(of: Figures) -> str:
    """Today in one line or two."""
    first = f"今日取号 {of.taken}　办完 {of.done}　本窗口 {of.mine}"
    averages = []
    if of.average_wait is not None:
        averages.append(f"等候 {round(of.average_wait / 60)} 分")
    if of.average_service is not None:
        averages.append(f"办理 {round(of.average_service / 60)} 分")
    return f"{first}\n平均{'　'.join(averages)}" if averages else first


def _told_state(row: TicketRow, now: datetime) -> str:
    span = minutes(now - row.since)
    if row.state is TicketState.CALLED:
        return f"已呼叫 {row.calls} 次 · {span}"
    return f"办理中 · {span}"


def _told_about(row: TicketRow) -> str:
    """Why first, and what for."""
    lines = []
    if row.priority:
        lines.append(f"优先：{PRIORITY_NAMES[row.priority]}（{PROOF_NAMES[row.proof]}）")
    if row.item_name:
        lines.append(row.item_name)
    if row.note:
        lines.append(f"备注：{row.note}")
    return "\n".join(lines)


def _label(name: str, *, wrap: bool = False, align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setWordWrap(wrap)
    label.setAlignment(align)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def _rename(widget: QWidget, name: str) -> None:
    """Give a widget another name in the style sheet. While somebody is served the large button is the counter's."""
    if widget.objectName() != name:
        widget.setObjectName(name)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setAutoDefault(False)
    return button
