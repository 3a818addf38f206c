"""The result of holding the journal against its chain: running, whole, or what is wrong."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QProgressBar, QPushButton, QVBoxLayout, QWidget

from desktop.shell import theme
from desktop.widgets.badge import SHAPES
from desktop.widgets.tone import Tone, retone
from desktop.widgets.words import label


class VerdictBar(QFrame):
    """A band above the list; hidden until a verification is begun."""

    stop_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.words = label("", "nextStep", wrap=True, select=True)
        self.bar = QProgressBar()
        self.bar.setAccessibleName("核对进度")
        self.stop = QPushButton("停止（Esc）")
        self.close_button = QPushButton("收起（Esc）")
        self.findings = QPlainTextEdit()
        self.findings.setReadOnly(True)
        self.findings.setTabChangesFocus(True)
        self.findings.setAccessibleName("发现的问题")
        self.stop.clicked.connect(self.stop_wanted)
        self.close_button.clicked.connect(self.hide)
        line = QHBoxLayout()
        line.addWidget(self.words, 1)
        line.addWidget(self.bar, 1)
        line.addWidget(self.stop)
        line.addWidget(self.close_button)
        box = QVBoxLayout(self)
        box.addLayout(line)
        box.addWidget(self.findings)
        self.hide()

    @property
    def running(self) -> bool:
        """Whether a verification is under way."""
        return self.isVisible() and self.stop.isVisible()

    def begin(self) -> None:
        """A verification has begun."""
        self._dress("info", "正在核对操作日志……", running=True)
        self.bar.setRange(0, 0)

    def tell(self, done: int, total: int) -> None:
        """So many entries of so many have been held against the chain."""
        self.bar.setRange(0, max(total, 1))
        self.bar.setValue(done)
        self.words.setText(f"正在核对操作日志：{done} / {total} 条")

    def whole(self, entries: int) -> None:
        """Nothing is wrong."""
        self._dress("good", f"{SHAPES['good']} 操作日志完整：{entries} 条都没有被改动、删除、插入或调换次序。")

    def broken(self, sentences: Sequence[str]) -> None:
        """This is wrong."""
        words = f"{SHAPES['bad']} 操作日志有 {len(sentences)} 处问题。请不要关机，立即报告中心负责人和上级，并保存一份备份。"
        self._dress("bad", words)
        self.findings.setPlainText("\n".join(sentences))
        self.findings.setFixedHeight(theme.px(24) * min(6, len(sentences)) + theme.px(20))
        self.findings.show()

    def stopped(self) -> None:
        """The auditor stopped it."""
        self.hide()

    def _dress(self, tone: Tone, words: str, *, running: bool = False) -> None:
        retone(self, tone)
        self.words.setText(words)
        self.bar.setVisible(running)
        self.stop.setVisible(running)
        self.close_button.setVisible(not running)
        self.findings.hide()
        self.show()
