"""Choosing a member: a few letters, arrows, Enter."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QSizePolicy, QVBoxLayout, QWidget

from db.duty.rows import MemberRow
from desktop.duty.people_pane_find import Known, look_for
from desktop.shell import theme
from desktop.widgets.tone import retone
from desktop.widgets.words import label

SHOWN = 7


class _Line(QLineEdit):
    """Arrows and Enter go to the list below."""

    arrow = Signal(int)
    enter = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.arrow.emit(1 if event.key() == Qt.Key.Key_Down else -1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & _CTRL:
            self.enter.emit()
        else:
            super().keyPressEvent(event)


_CTRL = Qt.KeyboardModifier.ControlModifier


class WhoField(QWidget):
    """`chosen` is a member or None; `taken` tells that Enter has settled it."""

    changed = Signal()
    taken = Signal()

    def __init__(self, name: str = "谁", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chosen: MemberRow | None = None
        self._known: tuple[Known, ...] = ()
        self.line = _Line()
        self.line.setObjectName("seek")
        self.line.setAccessibleName(name)
        self.line.setPlaceholderText("姓名或拼音首字母，↓ 选择，回车确认")
        self.matches = QListWidget()
        self.matches.setObjectName("matches")
        self.matches.setAccessibleName("找到的人员")
        self.matches.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.matches.hide()
        self.told = label("", "hint", wrap=True)
        self.told.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(3))
        layout.addWidget(self.line)
        layout.addWidget(self.matches)
        layout.addWidget(self.told)
        self.line.textEdited.connect(self._look)
        self.line.arrow.connect(self._arrow)
        self.line.enter.connect(self._enter)
        self.matches.itemClicked.connect(lambda _: self._enter())
        self.setFocusProxy(self.line)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def show_known(self, known: tuple[Known, ...]) -> None:
        """Those who can be found; what was typed meanwhile is looked for now."""
        self._known = known
        if self.chosen is None and self.line.text():
            self._look(self.line.text())
        elif not known:
            self._say("还没有轮值人员，请先由负责人登记或导入花名册。", "warn")

    def choose(self, row: MemberRow) -> None:
        """Take somebody."""
        self.chosen = row
        self.line.setText(row.name)
        self.matches.hide()
        self._say(about(row), "")
        self.changed.emit()

    def _look(self, text: str) -> None:
        self.chosen = None
        found = look_for(self._known, text)[:SHOWN] if text.strip() else ()
        self.matches.clear()
        for row in found:
            item = QListWidgetItem(f"{row.name}　{about(row)}")
            item.setData(Qt.ItemDataRole.UserRole, row)
            self.matches.addItem(item)
        self.matches.setVisible(bool(found))
        if found:
            self.matches.setCurrentRow(0)
            high = max(self.matches.sizeHintForRow(0), theme.px(24))
            self.matches.setFixedHeight(high * len(found) + theme.px(6))
        self._say("" if found or not text.strip() or not self._known else "没有找到，请换几个字或拼音首字母。", "warn")
        self.changed.emit()

    def _arrow(self, step: int) -> None:
        if self.matches.count():
            self.matches.setCurrentRow((self.matches.currentRow() + step) % self.matches.count())

    def _enter(self) -> None:
        item = self.matches.currentItem()
        if self.chosen is None and item is not None and not self.matches.isHidden():
            self.choose(item.data(Qt.ItemDataRole.UserRole))
        if self.chosen is not None:
            self.taken.emit()

    def _say(self, text: str, tone: str) -> None:
        self.told.setText(text)
        self.told.setVisible(bool(text))
        retone(self.told, tone)


def about(row: MemberRow) -> str:
    """What tells two people of one name apart: bodies and kinds, then the post."""
    seats = "、".join(_seat(seat.body_name, seat.kind) for seat in row.seats if seat.active)
    return "　".join(part for part in (seats, row.unit_post) if part)


def _seat(body: str, kind: str) -> str:
    return f"{body}·{kind}" if kind and kind != body else body
