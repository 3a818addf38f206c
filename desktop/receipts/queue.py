"""The print queue (打印队列): what waits, what failed and why, what came out; try again or give up."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from db.clock import local
from db.receipts import jobs, queries
from db.receipts.queries import JobRow
from db.receipts.rules import JobState, may_cancel, may_retry
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.shell.printing import Printing
from desktop.widgets.table import Column, RowTable
from desktop.widgets.words import label

TONES = {JobState.WAITING: "info", JobState.SENT: "good", JobState.FAILED: "bad", JobState.CANCELLED: ""}
MEDIA = {"a4": "A4", "thermal80": "80 毫米", "thermal58": "58 毫米"}
_OPEN = frozenset({JobState.WAITING, JobState.FAILED})

COLUMNS = (
    Column[JobRow]("状态", lambda job: job.state.label, 84, tone=lambda job: TONES[job.state]),
    Column[JobRow]("纸张", lambda job: job.title.partition(" ")[2] or job.title, 184, tip=lambda job: job.title),
    Column[JobRow]("原因", lambda job: job.error),
    Column[JobRow]("打印机", lambda job: _printer(job), 112),
    Column[JobRow]("时间", lambda job: f"{local(job.created_at):%m-%d %H:%M}", 104),
    Column[JobRow]("要打的人", lambda job: job.creator_name, 74, tip=lambda job: f"送往打印机 {job.attempts} 次"),
)


class QueuePanel(QWidget):
    """The list with its buttons; `counted` tells how many jobs have not come out."""

    counted = Signal(int)
    close_wanted = Signal()

    def __init__(self, desk: Desk, printing: Printing, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._printing = desk, printing
        self.table: RowTable[JobRow] = RowTable(
            COLUMNS, "没有等待打印的纸。\n打印失败或还没打出来的纸会列在这里，可以随时重打。"
        )
        self.table.setAccessibleName("打印队列")
        self.why = label("", wrap=True, select=True)
        self.all = QCheckBox("连同已送出和已取消的")
        self.retry = QPushButton(theme.icon("fa6s.print"), "重打（Enter）")
        self.retry_all = QPushButton("全部重打")
        self.cancel = QPushButton("取消打印（Del）")
        self.back = QPushButton("回到回执（Esc）")
        for button in (self.retry, self.retry_all, self.cancel, self.back):
            button.setAutoDefault(False)
        self._lay_out()
        self.table.picked.connect(lambda _job: self._enable())
        self.table.opened.connect(lambda _job: self.do_retry())
        self.retry.clicked.connect(self.do_retry)
        self.retry_all.clicked.connect(self.do_retry_all)
        self.cancel.clicked.connect(self.do_cancel)
        self.back.clicked.connect(self.close_wanted)
        self.all.toggled.connect(lambda _on: self.refresh())
        self._enable()

    def refresh(self) -> None:
        """Read the queue anew."""
        states = frozenset[JobState]() if self.all.isChecked() else _OPEN
        self._desk.ask(self, queries.jobs, self._desk.centre_id, states, then=self._show, topic="queue")

    def do_retry(self) -> None:
        """Send the current job again."""
        job = self.table.current()
        if job is not None and may_retry(job.state):
            self._printing.retry(job)

    def do_retry_all(self) -> None:
        """Send everything again that has not come out, oldest first."""
        for job in reversed(self.table.rows.rows):
            if job.state in _OPEN:
                self._printing.retry(job)

    def do_cancel(self) -> None:
        """Give the current job up."""
        job = self.table.current()
        if job is not None and may_cancel(job.state):
            self._desk.do(self, jobs.cancel_print, job_id=job.id)

    def _show(self, found: tuple[JobRow, ...]) -> None:
        self.table.show_rows(found, key=lambda job: job.id)
        if self.table.current() is None and found:
            self.table.selectRow(0)
        self.counted.emit(sum(job.state in _OPEN for job in found))
        self._enable()

    def _enable(self) -> None:
        job = self.table.current()
        self.why.setText(f"{job.title}：{job.error}" if job is not None and job.error else "")
        self.why.setVisible(bool(self.why.text()))
        self.retry.setEnabled(job is not None and may_retry(job.state))
        self.cancel.setEnabled(job is not None and may_cancel(job.state))
        self.retry_all.setEnabled(any(each.state in _OPEN for each in self.table.rows.rows))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(label("打印队列", "sectionTitle"))
        head.addWidget(label("没打出来的纸不会丢；打印机修好后在这里重打。", "hint"), 1)
        head.addWidget(self.all)
        foot = QHBoxLayout()
        for button in (self.retry, self.retry_all, self.cancel):
            foot.addWidget(button)
        foot.addStretch(1)
        foot.addWidget(self.back)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addLayout(head)
        column.addWidget(self.table, 1)
        column.addWidget(self.why)
        column.addLayout(foot)


def _printer(job: JobRow) -> str:
    if not job.attempts:
        return ""
    where = job.printer or "系统默认"
    return f"{where} · {MEDIA[job.medium.value]}" if job.medium else where
