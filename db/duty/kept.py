"""How plain values stand in text columns: rules, needs of a session. JSON with a fixed order, so that equal facts are equal bytes."""

from uuid import UUID

import msgspec

from db.calendar.recurrence import Pattern
from db.duty.models import DutyPattern
from db.duty.rules import BodyRule, Composition, SeasonTime
from db.duty.solve.problem import Need

_ENCODER = msgspec.json.Encoder(order="deterministic")
_PATTERN = msgspec.json.Decoder(Pattern)
_TIMES = msgspec.json.Decoder(tuple[SeasonTime, ...])
_COMPOSITION = msgspec.json.Decoder(Composition)
_NEEDS = msgspec.json.Decoder(tuple[Need, ...])
_IDS = msgspec.json.Decoder(tuple[UUID, ...])


def pack(value: Pattern | Composition | tuple[SeasonTime, ...] | tuple[Need, ...] | tuple[UUID, ...]) -> str:
    """A value as its column keeps it."""
    return _ENCODER.encode(value).decode()


def rule_of(row: DutyPattern) -> BodyRule:
    """The rule that a row keeps."""
    return BodyRule(
        id=row.id,
        body_id=row.body_id,
        pattern=_PATTERN.decode(row.pattern),
        times=_TIMES.decode(row.times),
        composition=_COMPOSITION.decode(row.composition),
        room_id=row.room_id,
        room_use=row.room_use,
        version=row.version,
    )


def needs_of(text: str) -> tuple[Need, ...]:
    """The needs that a session keeps (`DutySlot.needs`)."""
    return _NEEDS.decode(text)


def ids_of(text: str) -> tuple[UUID, ...]:
    """The bodies that a plan keeps (`DutyPlan.body_ids`)."""
    return _IDS.decode(text)
