"""Whether keys came from a scanner or card reader that types like a keyboard, or from a hand. Pure: times in, answer out.

Such readers (“keyboard wedge”) send a key every 1 to 20 ms as they leave the factory, and can be set to 100 ms and more for
slow hosts; over Bluetooth or a remote desktop the keys arrive in clumps. So no single pause decides. Together:

- what no hand types is a reader's, however slow: the two hundred digits and more of one of our QR codes;
- a burst of which half the keys come faster than any hand is a reader's, also where it halts now and then;
- a slower one is a reader's when its beat is that of a clock. A practised typist's pauses waver by a fifth and more, the
  way between two keys being now short and now long; a reader's by the grain of the system's clock, 10 to 16 ms.

What the text says is asked besides, by whoever uses this: a case number, or an ID number with its check digit.
"""

from dataclasses import dataclass, field
from statistics import median
from typing import Generic, TypeVar

HAND_MS = 40
"""Nobody types half their keys within this time of one another."""
PAUSE_MS = 250
"""After so long the next key begins something new."""
SLOWEST_MS = 160
"""The slowest beat that readers are set to, and what the host adds."""
GRAIN_MS = 8
"""What a beat may waver on the average: half the grain of a system's clock."""
NO_HAND = 200
"""Characters that nobody types in one go."""

State = TypeVar("State")


@dataclass(slots=True)
class Burst(Generic[State]):
    """Printable keys that follow each other, with the pause before each (ms) and what stood there before each."""

    text: list[str] = field(default_factory=list)
    pauses: list[int] = field(default_factory=list)
    before: list[State] = field(default_factory=list)

    def add(self, text: str, pause: int, before: State) -> None:
        """A key that typed something."""
        self.text.append(text)
        self.pauses.append(pause)
        self.before.append(before)

    def whole(self, end: int) -> "Scan[State] | None":
        """What a reader typed, when the key that ends it came `end` ms after the last; None when a hand did."""
        if not self.text:
            return None
        beat = median([*self.pauses[1:], end])
        began = max((at for at, pause in enumerate(self.pauses) if at and pause > max(HAND_MS, 3 * beat)), default=0)
        text, pauses = "".join(self.text[began:]), [*self.pauses[began + 1 :], end]
        if len(text) >= NO_HAND or by_reader(pauses):
            return Scan(text, self.before[began])
        return None


@dataclass(frozen=True, slots=True)
class Scan(Generic[State]):
    """A reader's text, and what stood there before it."""

    text: str
    before: State


def goes_on(pause: int) -> bool:
    """Whether a key belongs to the burst before it. (The system's clock may wrap around.)"""
    return 0 <= pause <= PAUSE_MS


def by_reader(pauses: list[int]) -> bool:
    """Whether keys with these pauses between them (ms), the one before the ending key too, came from a reader."""
    beat = median(pauses)
    if beat < HAND_MS:
        return True
    wavers = sum(abs(pause - beat) for pause in pauses) / len(pauses)
    return beat <= SLOWEST_MS and wavers <= max(GRAIN_MS, beat / 10)
