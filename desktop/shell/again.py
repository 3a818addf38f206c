"""A gesture on something that somebody else has changed meanwhile: a drag, a key, a step with its reason.

Where fields are typed, `Twice` merges them. A gesture has no fields: what was wanted is said in words beside what the other one
has changed, and one key does it again on the newest state, or lets it go. What was dragged, chosen or typed is kept until then.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from db.errors import Refusal, RuleBroken, Stale
from desktop.shell.desk import Desk
from desktop.widgets.conflict import ConflictDialog, Wish

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from db.action import Action

Row = TypeVar("Row")
GONE = "刚被别人删除，不能再做。"
UNTOUCHED = "别人刚保存过，没有改到这些内容，已接着做您的。"
ALREADY = "别人已经这样做了，不用再做。"
LEFT = "没有再做，内容以最新的为准。"


@dataclass(frozen=True, slots=True)
class Gesture(Generic[Row]):
    """What somebody wanted to do with a row.

    Args:
        before: the row as it was on the screen.
        read: the row as it is now, None when it is gone; runs off the window's thread.
        facts: what somebody should know of a row, by name.
        wish: what was wanted, as it would be done to the newest row.
        again: do it to the newest row.
        hindered: why the newest row cannot have it done any more; "" where it can.
        since: what the column of `before` is headed with.
    """

    before: Row
    read: "Callable[[Session], Row | None]"
    facts: Callable[[Row], Mapping[str, str]]
    wish: Callable[[Row], str]
    again: Callable[[Row], None]
    hindered: Callable[[Row], str] = lambda _row: ""
    since: str = "打开时"


class Again(QObject, Generic[Row]):
    """Lives as long as its question; `failed` hears what cannot be mended here, `left` that it was let go."""

    def __init__(
        self,
        owner: QWidget,
        desk: Desk,
        gesture: Gesture[Row],
        failed: Callable[[Refusal], None],
        left: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(owner)
        self._owner, self._desk, self._gesture, self._failed, self._left = owner, desk, gesture, failed, left
        self.dialog: ConflictDialog | None = None

    def meets(self, refusal: Refusal) -> bool:
        """Whether the refusal means that somebody else was first; then the rest is done here."""
        if not isinstance(refusal, Stale):
            self.deleteLater()
            return False
        self._desk.ask(self, self._gesture.read, then=lambda row: self._show(refusal, row), failed=self._give_up)
        return True

    def _show(self, refusal: Stale, row: Row | None) -> None:
        if row is None:
            self._give_up(RuleBroken(f"您要改的{GONE}"))
            return
        gesture = self._gesture
        if row == gesture.before:  # what is stale is something else: done again it would be refused again, for ever
            self._give_up(refusal)
            return
        before, now = gesture.facts(gesture.before), gesture.facts(row)
        both = {name: (before.get(name, ""), now.get(name, "")) for name in (*before, *now)}
        changed = [(name, old, new) for name, (old, new) in both.items() if old != new]
        hindered = gesture.hindered(row)
        if not changed and not hindered:
            self._desk.messages.info(UNTOUCHED)
            self._do(row)
            return
        first = refusal.sentence.split("，请")[0].rstrip("。") + "。"
        wish = Wish(gesture.wish(row), hindered)
        self.dialog = ConflictDialog(self._owner, first, (), changed, wish, gesture.since)
        self.dialog.accepted.connect(lambda: self._do(row))
        self.dialog.rejected.connect(self._leave)
        self.dialog.open()

    def _do(self, row: Row) -> None:
        self._over()
        self._gesture.again(row)

    def _leave(self) -> None:
        self._over()
        self._desk.messages.info(LEFT)
        if self._left is not None:
            self._left()

    def _give_up(self, refusal: Refusal) -> None:
        self._over()
        self._failed(refusal)

    def _over(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
        self.deleteLater()


@dataclass(frozen=True, slots=True)
class Kind(Generic[Row]):
    """What rows of a kind are asked for when somebody else was first.

    Args:
        read: the row as it is now, by the row on the screen; None when it is gone; runs off the window's thread.
        facts: what somebody should know of a row, by name.
    """

    read: "Callable[[Session, Row], Row | None]"
    facts: Callable[[Row], Mapping[str, str]]


def do_with(
    owner: QWidget,
    desk: Desk,
    kind: Kind[Row],
    row: Row,
    words: str,
    action: "Action[..., Any]",
    given: Callable[[Row], Mapping[str, Any]],
    *,
    then: Callable[[Any], None] | None = None,
    failed: Callable[[Refusal], None] | None = None,
    left: Callable[[], None] | None = None,
    hindered: Callable[[Row], str] = lambda _row: "",
) -> None:
    """Do something with a row as it stands on the screen; where somebody else was first, that is told, with a way on.

    Args:
        words: what is wanted, as the question says it.
        given: what the action gets, the version among it, for a row as it was or as it is now.
        failed: hears what cannot be mended here; by default the window says it.
        left: hears that it was let go after all.
    """
    told = failed or desk.refuse

    def again(now: Row) -> None:
        do_with(owner, desk, kind, now, words, action, given, then=then, failed=failed, left=left, hindered=hindered)

    def refused(refusal: Refusal) -> None:
        read: Callable[[Session], Row | None] = lambda session: kind.read(session, row)  # noqa: E731
        gesture = Gesture(row, read, kind.facts, lambda _now: words, again, hindered)
        if not Again(owner, desk, gesture, told, left).meets(refusal):
            told(refusal)

    desk.do(owner, action, then=then, failed=refused, **given(row))
