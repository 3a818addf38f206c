"""Keeps the form while it is typed, so that a crash of the window loses at most a second of it."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from db.action import Actor
from db.cases.drafts import EMPTY, Draft, KeptDraft, drop_draft, keep_draft, kept_draft
from desktop.shell.desk import Desk

DELAY_MS = 800


class DraftKeeper(QObject):
    """Saves what `content` gives a moment after the last change. Writes go in the order of the clicks, so a draft never
    overtakes the case that it became. While `held`, an older draft waits for an answer and is not written over."""

    def __init__(
        self, desk: Desk, content: Callable[[], Draft], parent: QObject, held: Callable[[], bool] = lambda: False
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._content = content
        self._held = held
        self._saved = EMPTY
        self._timer = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._timer.timeout.connect(self.save)

    def touch(self) -> None:
        """Something was typed."""
        self._timer.start()

    def save(self) -> None:
        """Save now what differs from what was saved last."""
        self._timer.stop()
        actor, draft = self._desk.actor, self._content()
        if actor is None or draft == self._saved or self._held():
            return
        self._saved = draft
        self._desk.work.write(self, lambda: self._write(actor, draft), None, self._not_saved)

    def pause(self) -> None:
        """A click is under way: nothing is saved after it that it might have settled."""
        self._timer.stop()

    def drop(self) -> None:
        """The clerk does not want it."""
        actor = self._desk.actor
        self._saved = EMPTY
        if actor is not None:
            self._desk.work.write(self, lambda: self._write(actor, EMPTY), None, self._not_saved)

    def forget(self) -> None:
        """Another clerk sits here: what was saved belongs to the one before, and stays theirs."""
        self._timer.stop()
        self._saved = EMPTY

    def settled(self) -> None:
        """The form became a case, which took the draft along."""
        self._timer.stop()
        self._saved = EMPTY

    def look(self, then: Callable[[KeptDraft], None]) -> None:
        """Ask for a draft that an earlier window left."""
        actor = self._desk.actor
        if actor is None:
            return
        self._desk.ask(
            self, kept_draft, self._desk.hall.vault, actor.staff_id, topic="draft",
            then=lambda kept: then(kept) if kept is not None else None,
        )  # fmt: skip

    def resume(self, draft: Draft) -> None:
        """The form was filled from this draft: it is the one that is saved."""
        self._saved = draft

    def _write(self, actor: Actor, draft: Draft) -> None:
        hall = self._desk.hall
        with hall.transaction() as session:
            if draft == EMPTY:
                drop_draft(session, actor)
            else:
                keep_draft(session, hall.vault, actor, draft, self._desk.now())

    def _not_saved(self, _refusal: object) -> None:
        """The form is still there; the next change tries again, and the click itself will say what is wrong."""
        self._saved = EMPTY
