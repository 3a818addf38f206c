"""When a body sits: rules of days become sessions. Plain values; the days themselves by `db.calendar.recurrence`."""

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from uuid import UUID

from db.calendar.recurrence import Pattern
from db.duty.solve.problem import Need


@dataclass(frozen=True, slots=True)
class SeasonTime:
    """From when to when a session lasts in a season (month*100+day, both ends included; may run over New Year)."""

    starts: time
    ends: time
    season_from: int = 101
    season_to: int = 1231


class Turn(StrEnum):
    """How the kinds of a composition share the sessions."""

    ANYBODY = "anybody"
    TOGETHER = "together"  # one of each kind in every session
    IN_TURN = "in_turn"  # the kinds take the sessions one after another


@dataclass(frozen=True, slots=True)
class Composition:
    """How many sit in a session, and of which kinds (党代表 / 人大代表 / 政协委员 in turn, or one of each together).

    `people` counts people a session for ANYBODY and IN_TURN; for TOGETHER it counts people of each kind.
    """

    turn: Turn = Turn.ANYBODY
    people: int = 1
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BodyRule:
    """One rule of a body's days, as its form gives it. `room_id` None: whichever room of `room_use` is free."""

    id: UUID
    body_id: UUID
    pattern: Pattern
    times: tuple[SeasonTime, ...]
    composition: Composition = Composition()
    room_id: UUID | None = None
    room_use: str = ""
    version: int = 1


@dataclass(frozen=True, slots=True)
class Session:
    """One half day that a rule asks for: `planned` by the rule, `day` after 顺延; `cancelled` says why it is skipped."""

    rule_id: UUID
    body_id: UUID
    planned: date
    day: date
    starts: time
    ends: time
    needs: tuple[Need, ...]
    cancelled: str = ""
    note: str = ""
