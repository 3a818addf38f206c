"""How far a change of a series reaches: this one, this and those after it, or all that have not begun. Said in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from db.rooms.queries import BookingRow
from db.rooms.states import BookingState


class Scope(StrEnum):
    """What of a series is meant."""

    ONE = "one"
    FOLLOWING = "following"
    ALL = "all"


_STANDS = (BookingState.ASKED, BookingState.BOOKED)


@dataclass(frozen=True, slots=True)
class Reach:
    """How many occurrences each scope would touch, and how many have begun or are over and stay as they are."""

    following: int = 0
    all: int = 0
    stay: int = 0

    def titles(self, one: str, verb: str) -> tuple[tuple[Scope, str], ...]:
        """The scopes as a clerk chooses them; `one` is what happens to a single one, `verb` to several."""
        stay = f"，已开始或已结束的 {self.stay} 场保持不变" if self.stay else ""
        return (
            (Scope.ONE, one),
            (Scope.FOLLOWING, f"{verb}本场及以后各场（{self.following} 场）"),
            (Scope.ALL, f"{verb}整个系列未开始的（{self.all} 场{stay}）"),
        )


def reach_of(row: BookingRow, series: Sequence[BookingRow], now: datetime) -> Reach:
    """What the scopes mean for a booking of a series."""
    stands = [each for each in series if each.state in _STANDS]
    coming = [each for each in stands if each.starts_at > now]
    stay = [
        each
        for each in series
        if each.state in (BookingState.IN_USE, BookingState.DONE) or (each.state in _STANDS and each.starts_at <= now)
    ]
    return Reach(sum(each.starts_at >= row.starts_at for each in stands), len(coming), len(stay))


def anchor_of(row: BookingRow, series: Sequence[BookingRow], scope: Scope, now: datetime) -> BookingRow:
    """The booking by which a change of this scope is taken back: one that it really changes."""
    if scope is not Scope.ALL or (row.state in _STANDS and row.starts_at > now):
        return row
    return next((each for each in series if each.state in _STANDS and each.starts_at > now), row)
