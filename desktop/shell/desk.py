"""What every page is given: the hall, who is logged in, and the ways to act, ask and tell."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog

from db.changes import Changes
from db.errors import NotAllowed, Refusal, Unavailable
from db.ids import new_id
from db.staff.permissions import Permission
from desktop.shell.garbage import Garbage
from desktop.shell.work import Cancelled, Progress, Work

if TYPE_CHECKING:  # SQLAlchemy is half of the start: the window stands before it is imported
    from sqlalchemy.orm import Session

    from db.action import Action, Actor
    from db.lines import Lines
    from db.live import Live
    from db.session import Hall

P = ParamSpec("P")
R = TypeVar("R")
Clock = Callable[[], datetime]
AS_SEEN = frozenset({"version", "seen"})
"""What an action compares with what it finds: the same twice is refused the second time, whoever was first."""


class Messages(QObject):
    """Sentences for the clerk; the window shows them, nothing waits for an answer."""

    said = Signal(str, str)  # level: info, warn, problem; sentence

    def info(self, sentence: str) -> None:
        self.said.emit("info", sentence)

    def warn(self, sentence: str) -> None:
        self.said.emit("warn", sentence)

    def problem(self, sentence: str) -> None:
        self.said.emit("problem", sentence)


class Desk(QObject):
    """One clerk's desk. Pages act through `do`, ask through `ask`, and hold no session."""

    opened = Signal()  # the hall is there
    changed = Signal(object)  # Changes: after a commit, on the window's thread
    renewed = Signal()  # something may have been missed: what is on the screen is read anew
    linked = Signal(bool)  # the server was lost or found
    actor_changed = Signal(object)  # Actor or None
    bug = Signal(object)  # an exception nobody expected
    progressed = Signal(int, int, str)
    job_began = Signal(str, object)  # title, Progress
    job_ended = Signal()

    hall: "Hall"

    def __init__(self, hall: "Hall | None", clock: Clock) -> None:
        super().__init__()
        self.is_open = False
        self.now = clock
        self.messages = Messages(self)
        self.actor: Actor | None = None
        self._unsettled: dict[tuple[str, str], UUID] = {}
        self._under_way: WeakKeyDictionary[QObject, set[tuple[str, str]]] = WeakKeyDictionary()
        self._latest: dict[tuple[int, str], int] = {}
        self.garbage = Garbage(self)
        self.work = Work(self.bug.emit)
        self._deaf: Callable[[], None] | None = None
        self._live: Live | None = None
        self._lines: Lines | None = None
        self.is_linked = True
        self.linked.connect(self._note_link)
        if hall is not None:
            self.open(hall)

    def open(self, hall: "Hall") -> None:
        """The hall's database has been opened; before that there is only a window to look at."""
        self.hall, self.is_open = hall, True
        self._deaf = hall.announcer.listen(self._announce)
        self._live = hall.listen(self._link_seen, self.renewed.emit)
        if self._live is not None:
            from db.lines import Lines

            self._lines = Lines(hall.bind)  # type: ignore[arg-type]  # who listens has an engine
        self.opened.emit()

    def shut(self) -> None:
        """The hall is left, what was begun is done first; `open` is called for the next one."""
        self.is_open = False
        if self._deaf is not None:
            self._deaf()
        if self._live is not None:
            self.work.job(self, self._live.close, None, lambda _refusal: None)
        self._deaf = self._live = None
        self.is_linked = True

    def log_in(self, actor: "Actor | None") -> None:
        """Somebody sat down, changed the counter, or (None) left."""
        self.actor = actor
        if self._live is not None:
            self._live.follow(None if actor is None else actor.centre_id)
        self.actor_changed.emit(actor)

    def may(self, permission: Permission) -> bool:
        """Whether to offer a button; the action decides."""
        return self.actor is not None and permission in self.actor.permissions

    @property
    def centre_id(self) -> UUID:
        """The centre of whoever is logged in.

        Raises:
            NotAllowed: nobody is.
        """
        if self.actor is None:
            raise NotAllowed("请先登录。")
        return self.actor.centre_id

    def do(
        self,
        owner: QObject,
        action: "Action[P, R]",
        /,
        *,
        then: Callable[[R], None] | None = None,
        failed: Callable[[Refusal], None] | None = None,
        **kwargs: Any,
    ) -> None:
        """Do an action off the window's thread.

        A click that ended in a lost connection keeps its operation id: the same click again is the same operation.
        A second press of the same while the first is under way (Enter pressed twice in a dialog) is the first.
        """
        from db.action import Request

        if self.actor is None:
            (failed or self.refuse)(NotAllowed("请先登录。"))
            return
        key = (action.tag, repr(sorted(kwargs.items())))
        under_way = self._under_way.setdefault(owner, set())
        if key in under_way and (not AS_SEEN.isdisjoint(kwargs) or _in_dialog(owner)):
            return
        under_way.add(key)
        request = Request(self.actor, self.now(), self._unsettled.get(key) or new_id())

        def settled(value: R) -> None:
            under_way.discard(key)
            self._unsettled.pop(key, None)
            if then is not None:
                then(value)

        def refused(refusal: Refusal) -> None:
            under_way.discard(key)
            if isinstance(refusal, Unavailable):
                self._unsettled[key] = request.op
            else:
                self._unsettled.pop(key, None)
            (failed or self.refuse)(refusal)

        verb: Action[..., R] = action  # the arguments come by keyword, checked by the action itself
        self.work.write(owner, lambda: self.hall.run(request, verb, **kwargs), settled, refused)

    def ask(
        self,
        owner: QObject,
        query: "Callable[Concatenate[Session, P], R]",
        /,
        *args: Any,
        then: Callable[[R], None],
        failed: Callable[[Refusal], None] | None = None,
        topic: str = "",
        **kwargs: Any,
    ) -> None:
        """Read off the window's thread. With a `topic`, what becomes of a question older than the owner's newest is dropped."""
        key = (id(owner), topic)
        asked = self._latest.get(key, 0) + 1
        if topic:
            self._latest[key] = asked

        def answered(value: R) -> None:
            if not topic or self._latest.get(key) == asked:
                then(value)

        def refused(refusal: Refusal) -> None:
            if not topic or self._latest.get(key) == asked:
                (failed or self.tell)(refusal)

        self.work.read(owner, lambda: self.hall.read(query, *args, **kwargs), answered, refused)

    def forget(self, owner: QObject, topic: str) -> None:
        """Nobody waits any more for what the owner has asked on this topic: what is still under way is dropped."""
        key = (id(owner), topic)
        self._latest[key] = self._latest.get(key, 0) + 1

    def job(
        self,
        owner: QObject,
        fn: Callable[[Progress], R],
        *,
        then: Callable[[R], None] | None = None,
        failed: Callable[[Refusal], None] | None = None,
        title: str = "",
    ) -> Progress:
        """Long work off the window's thread (files, imports, backups); the returned progress can cancel it."""
        progress = Progress(self.progressed.emit)
        self.job_began.emit(title, progress)

        def ended(value: R) -> None:
            self.job_ended.emit()
            if then is not None:
                then(value)

        def refused(refusal: Refusal | Cancelled) -> None:
            self.job_ended.emit()
            if isinstance(refusal, Refusal):
                (failed or self.tell)(refusal)
            else:
                self.messages.info("已取消，没有改动任何数据。")

        self.work.job(owner, lambda: fn(progress), ended, refused)
        return progress

    def close(self) -> None:
        """Stop listening and let what was begun end."""
        if self._deaf is not None:
            self._deaf()
        if self._live is not None:
            self._live.close()
        if self._lines is not None and not self.is_linked:
            self._lines.hang_up()  # nobody waits at closing time for a server that is away
        self.work.close()
        self.garbage.close()

    def _announce(self, changes: Changes) -> None:
        self.changed.emit(changes)  # emitted on the worker's thread; Qt queues it to receivers on the window's

    def _link_seen(self, there: bool) -> None:
        """On the listener's thread: who waits for a server that is silent is let go; then the window is told."""
        if not there and self._lines is not None:
            self._lines.hang_up()
        self.linked.emit(there)

    def _note_link(self, there: bool) -> None:
        self.is_linked = there

    @property
    def hears_others(self) -> bool:
        """Whether other windows' changes arrive by themselves (a server tells them)."""
        return self._live is not None

    def tell(self, refusal: Refusal) -> None:
        """Say why something cannot be read; a lost link is said by the banner, once."""
        if isinstance(refusal, Unavailable) and self._live is not None:
            self._live.hurry()  # if it is the link, the banner says so within a moment
            if not self.is_linked:
                return
        self.messages.problem(refusal.sentence)

    def refuse(self, refusal: Refusal) -> None:
        """Say why a click was not done: always, for somebody waits for it."""
        if isinstance(refusal, Unavailable) and self._live is not None:
            self._live.hurry()
        self.messages.problem(refusal.sentence)


def _in_dialog(owner: QObject | None) -> bool:
    """Whether somebody fills in a form, which is handed in once; on a page two presses may be two people."""
    while owner is not None and not isinstance(owner, QDialog):
        owner = owner.parent()
    return owner is not None
