"""The same thing edited at two places: whoever saves second sees what changed, keeps what was typed, and saves again.

An editor needs four lines. It knows how to be made from a row; so a second one, made from the row as it is now and never
shown, says what the other person's word is in each of the fields, whatever fields they are.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from db.errors import Refusal, RuleBroken, Stale
from desktop.shell.desk import Desk
from desktop.widgets.conflict import ConflictDialog, Difference, differences
from desktop.widgets.inputs import Entry, entry, fields_of, put

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Row = TypeVar("Row")
GONE = "这一条刚被别人删除，不能再保存。您填的内容还在，可以抄下来。"
UNTOUCHED = "别人刚保存过，没有改到您填的这些项，已接着保存您的。"


class Twice(QObject, Generic[Row]):
    """Belongs to an editor; made when its fields are filled.

    Args:
        read: the row as it is now, None when it is gone; runs off the window's thread.
        twin: an editor made from a row, not shown.
        adopt: work on this row from now on, and save again.
        facts: what else somebody should know of a row, by name; for editors that do not show it in fields.
    """

    def __init__(
        self,
        editor: QWidget,
        desk: Desk,
        *,
        read: "Callable[[Session], Row | None]",
        twin: Callable[[Row], QWidget],
        adopt: Callable[[Row], None],
        failed: Callable[[Refusal], None],
        facts: "tuple[Row, Callable[[Row], Mapping[str, str]]] | None" = None,
    ) -> None:
        super().__init__(editor)
        self._editor, self._desk = editor, desk
        self._read, self._twin, self._adopt, self._failed = read, twin, adopt, failed
        self._facts = facts
        self.dialog: ConflictDialog | None = None
        self._asked = False
        self.begin()

    def begin(self) -> None:
        """What stands in the fields now is what the hall has."""
        self._before = entries(self._editor)

    @property
    def dirty(self) -> bool:
        """Whether something was typed since."""
        now = entries(self._editor)
        return any(now[name].value != old.value for name, old in self._before.items() if name in now)

    def meets(self, refusal: Refusal) -> bool:
        """Whether the refusal means that somebody else was first; then the rest is done here."""
        if not isinstance(refusal, Stale):
            return False
        if not self._asked:  # once, however often it is saved
            self._asked = True
            self._desk.ask(self, self._read, then=lambda row: self._show(refusal.sentence, row), failed=self._unread)
        return True

    def _unread(self, refusal: Refusal) -> None:
        self._asked = False
        self._failed(refusal)

    def _show(self, sentence: str, row: Row | None) -> None:
        self._asked = False
        if row is None:
            self._failed(RuleBroken(GONE))
            return
        theirs = self._words_of(row)
        found = differences(self._before, theirs, entries(self._editor))
        facts = self._changed_facts(row)
        if not found and not facts:
            self._desk.messages.info(UNTOUCHED)
            self._go_on(row, theirs, {})
            return
        self.dialog = ConflictDialog(self._editor, sentence.split("，请")[0] + "。", found, facts)
        self.dialog.accepted.connect(lambda: self._decided(row, theirs, found))
        self.dialog.rejected.connect(lambda: self._failed(Stale("先没有保存。再按保存时，会再给您看别人改过的地方。")))
        self.dialog.open()

    def _words_of(self, row: Row) -> dict[str, Entry]:
        twin = self._twin(row)
        found = entries(twin)
        twin.deleteLater()
        return found

    def _changed_facts(self, row: Row) -> list[tuple[str, str, str]]:
        if self._facts is None:
            return []
        old, told = self._facts
        before, now = told(old), told(row)
        return [(name, before.get(name, ""), words) for name, words in now.items() if words != before.get(name, "")]

    def _decided(self, row: Row, theirs: dict[str, Entry], _found: tuple[Difference, ...]) -> None:
        assert self.dialog is not None
        taken = self.dialog.taken()
        self.dialog.deleteLater()
        self.dialog = None
        self._go_on(row, theirs, taken)

    def _go_on(self, row: Row, theirs: dict[str, Entry], taken: dict[str, Entry]) -> None:
        fields, mine = fields_of(self._editor), entries(self._editor)
        for name, word in taken.items():
            put(fields[name], word.value)
        for name, word in mine.items():  # a field that follows another one says again what was typed into it
            if name not in taken and entry(fields[name]).value != word.value:
                put(fields[name], word.value)
        self._before = theirs
        if self._facts is not None:
            self._facts = (row, self._facts[1])
        self._adopt(row)


def entries(editor: QWidget) -> dict[str, Entry]:
    """What stands in the fields of an editor."""
    return {name: entry(field) for name, field in fields_of(editor).items()}


def words_of(twin: QWidget) -> dict[str, str]:
    """What an editor that is never shown says of the row it was made from: the facts of a row without a list of their own."""
    twin.deleteLater()
    return {name: each.words for name, each in entries(twin).items()}
