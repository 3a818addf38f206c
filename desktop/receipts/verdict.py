"""Is this paper genuine? A field to scan into, and the answer in shape, word and colour.

The page puts `field` where it has room; the bar itself is only the answer, and takes no room without one.
"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from db.receipts.check import Standing, Verdict
from desktop.shell import theme
from desktop.widgets.tone import retone
from desktop.widgets.words import label

# A tick, a bar and a cross are told apart without any colour.
SIGNS: dict[Standing, tuple[str, str, str]] = {
    Standing.GENUINE: ("✔", "真", "good"),
    Standing.VOID: ("▬", "已作废", "warn"),
    Standing.UNRECORDED: ("？", "台账无此号", "warn"),
    Standing.UNREADABLE: ("？", "无法识别", "warn"),
    Standing.FOREIGN: ("◇", "不是本中心的", "warn"),
    Standing.FORGED: ("✘", "伪造或被改动", "bad"),
    Standing.TAMPERED: ("✘", "与台账不符", "bad"),
}


class VerdictBar(QWidget):
    """`scanned` carries what was read; the page asks the records and calls `show_verdict`."""

    scanned = Signal(str)
    open_wanted = Signal(object)  # UUID of the receipt

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.field = QLineEdit()
        self.field.setPlaceholderText("验真：点这里（Ctrl+E）再扫回执二维码")
        self.field.setAccessibleName("扫码验真")
        self.field.setMaxLength(2000)
        # An input method would swallow what the scanner types; digits alone need none.
        self.field.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.field.returnPressed.connect(self._read)
        self.banner = QFrame()
        self.banner.setObjectName("banner")
        self.sign, self.word = label("", "figure"), label("", "sectionTitle")
        self.sentence = label("", wrap=True, select=True)
        self.open = QPushButton("看这张回执")
        self.close_button = QPushButton("关闭（Esc）")
        self.close_button.setObjectName("link")
        self.verdict: Verdict | None = None
        self._lay_out()
        self.open.clicked.connect(self._open)
        self.close_button.clicked.connect(self.clear)
        self.clear()

    def show_verdict(self, verdict: Verdict) -> None:
        """Say what a scanned text turned out to be."""
        self.verdict = verdict
        sign, word, tone = SIGNS[verdict.standing]
        self.sign.setText(sign)
        self.word.setText(word)
        self.sentence.setText(verdict.sentence)
        for part in (self.sign, self.word):
            retone(part, tone)
        retone(self.banner, tone)
        self.banner.setAccessibleName(f"{word}：{verdict.sentence}")
        self.open.setVisible(verdict.sheet is not None)
        self.show()

    def clear(self) -> None:
        """Take the last answer away."""
        self.verdict = None
        self.field.clear()
        self.hide()

    def _read(self) -> None:
        text = self.field.text()
        self.field.clear()
        if text.strip():
            self.scanned.emit(text)

    def _open(self) -> None:
        if self.verdict is not None and self.verdict.sheet is not None:
            self.open_wanted.emit(self.verdict.sheet.row.id)

    def _lay_out(self) -> None:
        inner = QHBoxLayout(self.banner)
        inner.setContentsMargins(theme.px(12), theme.px(6), theme.px(12), theme.px(6))
        inner.setSpacing(theme.px(12))
        inner.addWidget(self.sign)
        inner.addWidget(self.word)
        inner.addWidget(self.sentence, 1)
        inner.addWidget(self.open)
        inner.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.banner)
