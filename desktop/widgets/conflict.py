"""Two people changed the same thing: what the other one changed, field by field, and whose word is to hold.

Nothing that was typed is lost: what only the other changed is taken over, what only I changed stays, and where both changed
a field the clerk decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from desktop.shell import theme
from desktop.widgets.form import scrolled
from desktop.widgets.inputs import Entry
from desktop.widgets.tone import retone
from desktop.widgets.words import label, rule

THEIRS, MINE = 0, 1
MOST_WORDS = 160
EMPTY = "（空）"


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that the other one changed. `clash`: I changed it too, to something else."""

    name: str
    before: Entry
    theirs: Entry
    mine: Entry

    @property
    def clash(self) -> bool:
        """Whether both have changed it."""
        return bool(self.mine.value != self.before.value)


def differences(
    before: Mapping[str, Entry], theirs: Mapping[str, Entry], mine: Mapping[str, Entry]
) -> tuple[Difference, ...]:
    """What the other one changed and I did not change to the same."""
    return tuple(
        Difference(name, before[name], theirs[name], mine[name])
        for name in theirs
        if name in before
        and name in mine
        and theirs[name].value != before[name].value
        and theirs[name].value != mine[name].value
    )


@dataclass(frozen=True, slots=True)
class Wish:
    """What was wanted with a gesture rather than typed into fields; `hindered` says why it cannot be done any more."""

    words: str
    hindered: str = ""


class ConflictDialog(QDialog):
    """Alt+1 and Alt+2 take one side for all; Ctrl+Enter saves what is chosen; Esc goes back to the form as it was.

    With a `wish` there is nothing to choose: Enter does it again on the newest state, Esc lets it go; `since` heads the
    column of what stood before the other one's change.
    """

    def __init__(
        self,
        parent: QWidget,
        sentence: str,
        found: Sequence[Difference],
        facts: Sequence[tuple[str, str, str]] = (),
        wish: Wish | None = None,
        since: str = "打开时",
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("别人先改了")
        self._found, self.sentence, self.facts, self.wish = tuple(found), sentence, tuple(facts), wish
        self.groups: list[QButtonGroup] = []
        layout = QVBoxLayout(self)
        layout.addWidget(label(sentence, "sectionTitle", wrap=True))
        layout.addWidget(label(_told(found, wish), "hint", wrap=True))
        table = QWidget()
        self._grid = QGridLayout(table)
        self._grid.setHorizontalSpacing(theme.px(14))
        self._grid.setVerticalSpacing(theme.px(6))
        for column, stretch in ((1, 2), (2, 3), (3, 3)) if found else ((1, 1), (2, 1)):
            self._grid.setColumnStretch(column, stretch)
        self._head(("项目", "原来", "对方改成", "我填的", "用谁的") if found else ("项目", since, "现在"))
        for each in found:
            self._add(each)
        for name, before, now in facts:
            words = [name, _short(before), _short(now)]
            self._line(words if not found else [*words, "（不在这里改）"])
        self._grid.setRowStretch(self._grid.rowCount(), 1)
        layout.addWidget(scrolled(table), 1)
        if wish is not None:
            layout.addWidget(label(f"您要做的：{wish.words}", "nextStep", wrap=True))
        self.count = label("", "hint", wrap=True)
        layout.addWidget(self.count)
        self._buttons(layout)
        self._look()
        self.resize(theme.px(860), theme.px(min(560, 240 + 52 * (len(self._found) + len(facts)))))
        first = next((button for group in self.groups for button in group.buttons()), self.ok)
        first.setFocus()

    def accept(self) -> None:
        """Once: a key that is held repeats itself while the dialog closes."""
        if self.result() != QDialog.DialogCode.Accepted:
            super().accept()

    def take_all(self, side: int) -> None:
        """One side's word for every field."""
        for group in self.groups:
            group.button(side).setChecked(True)

    def taken(self) -> dict[str, Entry]:
        """The fields in which the other's word is to hold."""
        pairs = zip(self._found, self.groups, strict=True)
        return {each.name: each.theirs for each, group in pairs if group.checkedId() == THEIRS}

    def _add(self, each: Difference) -> None:
        mine = _short(each.mine.words) if each.clash else "（没有改）"
        row = self._line([each.name, _short(each.before.words), _short(each.theirs.words), mine])
        group = QButtonGroup(self)
        held = QWidget()
        box = QHBoxLayout(held)
        box.setContentsMargins(0, 0, 0, 0)
        for side, text in ((THEIRS, "对方的"), (MINE, "我的")):
            radio = QRadioButton(text)
            radio.setAccessibleName(f"{each.name}：用{text}")
            radio.setToolTip(each.theirs.words if side == THEIRS else each.mine.words)
            group.addButton(radio, side)
            box.addWidget(radio)
        if not each.clash:
            group.button(THEIRS).setChecked(True)
        group.idToggled.connect(lambda _id, _on: self._look())
        self._grid.addWidget(held, row, 4, Qt.AlignmentFlag.AlignTop)
        self.groups.append(group)

    def _head(self, titles: Sequence[str]) -> None:
        for at, title in enumerate(titles):
            self._grid.addWidget(label(title, "hint"), 0, at)
        self._grid.addWidget(rule(), 1, 0, 1, len(titles))

    def _line(self, texts: Sequence[str]) -> int:
        row = self._grid.rowCount()
        for at, text in enumerate(texts):
            shown = label(text, "" if at in (0, 2) else "hint", wrap=at > 0)
            self._grid.addWidget(shown, row, at, Qt.AlignmentFlag.AlignTop)
        return row

    def _buttons(self, layout: QVBoxLayout) -> None:
        box = QDialogButtonBox()
        self.all_theirs = QPushButton("都采用对方的（Alt+1）", self)
        self.all_mine = QPushButton("都保留我的（Alt+2）", self)
        for side, button in ((THEIRS, self.all_theirs), (MINE, self.all_mine)):
            button.setShortcut(f"Alt+{side + 1}")
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, side=side: self.take_all(side))
            if self._found:
                box.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
            else:
                button.hide()
        yes, no = "按选的保存" if self._found else "按我填的继续", "返回，先不保存"
        if self.wish is not None:
            yes, no = "在最新内容上照做", "不做了"
        self.ok = box.addButton(f"{yes}（Ctrl+Enter）", QDialogButtonBox.ButtonRole.AcceptRole)
        self.ok.setObjectName("primary")
        self.ok.setShortcut(Qt.Modifier.CTRL | Qt.Key.Key_Return)
        box.addButton(f"{no}（Esc）", QDialogButtonBox.ButtonRole.RejectRole).setAutoDefault(False)
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        layout.addWidget(box)

    def _look(self) -> None:
        """It can be saved when every field that both changed has been decided."""
        open_ones = sum(group.checkedId() < 0 for group in self.groups)
        hindered = self.wish.hindered if self.wish is not None else ""
        self.ok.setEnabled(not open_ones and not hindered)
        if hindered:
            self.count.setText(f"■ {hindered}")
            retone(self.count, "bad")
            return
        self.count.setText(f"还有 {open_ones} 项两个人都改过，请选用谁的。" if open_ones else "")


def _told(found: Sequence[Difference], wish: Wish | None) -> str:
    if wish is not None:
        return "您的操作还没有做。下面是对方改过的地方，请看过再决定。"
    if not found:
        return "您填的内容都在。情况已经变成下面这样，请看过再决定。"
    return "您填的内容都在。下面是对方改过的地方：只有对方改的，已选对方的；两个人都改过的，请逐项选。"


def _short(text: str) -> str:
    squeezed = " ".join(text.split()) or EMPTY
    return squeezed if len(squeezed) <= MOST_WORDS else f"{squeezed[:MOST_WORDS]}…"
