"""What an action changed, announced when it has committed."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is different now: `kind` is the name of its table (“ticket”, “case_file”, …)."""

    kind: str
    id: UUID


Changes = frozenset[Change]
Listener = Callable[[Changes], None]


class Announcer:
    """Tells every listener, on the thread that committed, what changed."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Register a listener; the returned function takes it off again."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def announce(self, changes: Changes) -> None:
        """Pass on what a commit changed; silent when nothing did."""
        if changes:
            for listener in list(self._listeners):
                listener(changes)
