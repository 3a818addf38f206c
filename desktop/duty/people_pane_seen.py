"""Everything the people pane shows, read in one go off the window's thread; choosing another body asks nothing anew."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from db.calendar.queries import calendar_of
from db.calendar.rules import Calendar
from db.duty.levels import Level, levels
from db.duty.queries import bodies, members, pairs, stands
from db.duty.rows import BodyRow, MemberRow, PairRow, SeatRow, StandRow
from db.rooms.queries import rooms
from desktop.duty.people_pane_find import Known, look_for, sounds_of


@dataclass(frozen=True, slots=True)
class Placed:
    """A member in a body: a row of the table of members."""

    member: MemberRow
    seat: SeatRow
    level: Level | None


@dataclass(frozen=True, slots=True)
class People:
    """Bodies (those out of use too), everybody, who goes with whom, leave that is not over, the names of rooms."""

    bodies: tuple[BodyRow, ...] = ()
    known: tuple[Known, ...] = ()
    levels: tuple[Level, ...] = ()
    pairs: tuple[PairRow, ...] = ()
    stands: tuple[StandRow, ...] = ()
    rooms: tuple[tuple[UUID, str], ...] = ()
    calendar: Calendar = field(default_factory=lambda: Calendar(frozenset()))

    def room_name(self, room_id: UUID | None) -> str:
        """The name of a room; "" for none."""
        return next((name for known, name in self.rooms if known == room_id), "")

    def placed(self, body_id: UUID | None, text: str = "", *, idle: bool = False) -> tuple[Placed, ...]:
        """Who sits in a body (None: in any), by what was typed; with `idle` those out of use and ended too."""
        accounts = {level.seat_id: level for level in self.levels}
        found = []
        for row in look_for(self.known, text):
            for seat in row.seats:
                here = body_id is None or seat.body_id == body_id
                if here and (idle or (seat.active and row.active)):
                    found.append(Placed(row, seat, accounts.get(seat.id)))
        return tuple(found)

    def kinds(self, body_id: UUID) -> tuple[str, ...]:
        """The kinds that sit in a body, the most frequent first."""
        seen: dict[str, int] = {}
        for each in self.placed(body_id):
            if each.seat.kind:
                seen[each.seat.kind] = seen.get(each.seat.kind, 0) + 1
        return tuple(sorted(seen, key=lambda kind: -seen[kind]))

    def stands_of(self, body_id: UUID | None) -> tuple[StandRow, ...]:
        """Leave and wishes of those who sit in a body, newest first."""
        inside = {each.member.id for each in self.placed(body_id)}
        ours = (row for row in self.stands if row.member_id in inside and row.body_id in (None, body_id))
        return tuple(sorted(ours, key=lambda row: row.created_at, reverse=True))


def look_at_people(session: Session, centre_id: UUID, today: date) -> People:
    """Read it all; the number of statements does not depend on how many there are."""
    found = bodies(session, centre_id, idle=True)
    everybody = members(session, centre_id, idle=True)
    return People(
        bodies=found,
        known=tuple(Known(row, sounds_of(row.name)) for row in everybody),
        levels=levels(session, centre_id, [body.id for body in found]),
        pairs=pairs(session, centre_id),
        stands=stands(session, centre_id, since=today),
        rooms=tuple((room.id, f"{room.number} {room.name}") for room in rooms(session, centre_id, idle=True)),
        calendar=calendar_of(session, centre_id),
    )
