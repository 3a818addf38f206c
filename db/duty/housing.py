"""Which session gets which room: the fixed one, or one that is free; judged on what the building holds, in one reading."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from db.rooms import occupancy
from db.rooms.occupancy import Clash, Stretch
from db.rooms.queries import RoomRow, rooms
from db.rooms.rules import RoomRules, Taken, Wish, objections, with_buffers
from db.rooms.saying import clash_sentence
from db.rooms.series import instants

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A session that needs a room. `room_id` None: any room of `use` (“”: any room), large enough for the people."""

    slot_id: UUID
    day: date
    starts: time
    ends: time
    room_id: UUID | None
    use: str
    people: int

    @property
    def instants(self) -> tuple[datetime, datetime]:
        """From when to when, as instants."""
        return instants(self.day, self.starts, self.ends)


@dataclass(frozen=True, slots=True)
class Housed:
    """Rooms by session, and why some got none."""

    rooms: dict[UUID, UUID]
    troubles: dict[UUID, str]


class House:
    """The rooms of a centre and what takes them, as they are now; what is handed out is taken at once, here only.

    `own` are the sessions that are being housed: what they have already does not stand in their way.
    """

    def __init__(
        self, session: Session, centre_id: UUID, now: datetime, wanted: Collection[Wanted], own: Iterable[UUID] = ()
    ) -> None:
        self._session, self._now = session, now
        self.rooms = {room.id: room for room in rooms(session, centre_id)}
        self._plain = {room.id: _without_limits(room.rules) for room in self.rooms.values()}
        self._fitting: dict[tuple[str, int], Sequence[RoomRow]] = {}
        self._taken: dict[tuple[UUID, int], list[Clash]] = {}
        own = set(own) | {each.slot_id for each in wanted}
        spans = [each.instants for each in wanted]
        if not spans or not self.rooms:
            return
        around = Stretch(min(span[0] for span in spans) - _DAY, max(span[1] for span in spans) + _DAY)
        for clash in occupancy.taken_between(session, self.parts, around):
            if clash.source_id not in own:
                self._put(clash)

    @property
    def parts(self) -> tuple[UUID, ...]:
        """Every part of the centre's rooms, sorted: what is locked before anything is taken."""
        return tuple(sorted({part for room in self.rooms.values() for part in room.parts}))

    def over(self, wanted: Wanted) -> bool:
        """Whether a session's time has passed: it takes no room any more."""
        return wanted.instants[1] <= self._now

    def trouble(self, wanted: Wanted, room_id: UUID) -> str:
        """Why a session cannot have a room, as a sentence; empty where it can."""
        room = self.rooms.get(room_id)
        if room is None:
            return "这个房间已停用或不属于本中心，请换一个房间。"
        found = self._obstacle(wanted, room)
        return clash_sentence(self._session, room, found) if isinstance(found, Clash) else found

    def take(self, wanted: Wanted, room_id: UUID) -> Stretch:
        """Hand a room out."""
        room = self.rooms[room_id]
        stretch = stretch_of(room, wanted)
        for part in room.parts:
            self._put(Clash(part, stretch, Taken.DUTY, wanted.slot_id))
        return stretch

    def stretch(self, wanted: Wanted, room_id: UUID) -> Stretch:
        """From when to when a session takes a room, buffers counted in."""
        return stretch_of(self.rooms[room_id], wanted)

    def fitting(self, wanted: Wanted) -> Sequence[RoomRow]:
        """Rooms that serve the use and hold the people, the smallest first; those of no declared use last."""
        key = (wanted.use, wanted.people)
        if key not in self._fitting:
            found = [
                room
                for room in self.rooms.values()
                if (not wanted.use or not room.uses or wanted.use in room.uses)
                and (not room.capacity or room.capacity >= wanted.people)
            ]
            self._fitting[key] = sorted(
                found,
                key=lambda room: (
                    bool(wanted.use) and not room.uses,
                    room.capacity or 10_000,
                    room.position,
                    room.number,
                ),
            )
        return self._fitting[key]

    def free(self, wanted: Wanted) -> RoomRow | None:
        """The first fitting room that is free then."""
        return next((room for room in self.fitting(wanted) if not self._obstacle(wanted, room)), None)

    def settle(self, wanted: Iterable[Wanted]) -> Housed:
        """Give every session its room: fixed ones first, then those that have the fewest rooms to choose from."""
        result = Housed({}, {})
        waiting = []
        for each in wanted:
            if self.over(each):
                continue
            if each.room_id is None:
                waiting.append(each)
            else:
                self._settle(result, each, each.room_id)
        for each in sorted(waiting, key=lambda each: (len(self.fitting(each)), each.day, each.starts)):
            room = self.free(each)
            if room is not None:
                self._settle(result, each, room.id)
            elif self.rooms:
                what = f"用于“{each.use}”的房间" if each.use else "房间"
                when = f"{each.day.month}月{each.day.day}日 {each.starts:%H:%M}–{each.ends:%H:%M}"
                result.troubles[each.slot_id] = f"{when} 没有空着的{what}，请换一个时段或指定房间。"
        return result

    def _settle(self, result: Housed, wanted: Wanted, room_id: UUID) -> None:
        trouble = self.trouble(wanted, room_id)
        if trouble:
            result.troubles[wanted.slot_id] = trouble
            return
        self.take(wanted, room_id)
        result.rooms[wanted.slot_id] = room_id

    def _obstacle(self, wanted: Wanted, room: RoomRow) -> Clash | str:
        """What stands in the way: a rule of the room as a sentence, or what has it; empty where nothing does."""
        broken = objections(self._plain[room.id], Wish(*wanted.instants, wanted.people), self._now)
        if broken:
            return broken[0]
        return self._clash(room, stretch_of(room, wanted)) or ""

    def _clash(self, room: RoomRow, stretch: Stretch) -> Clash | None:
        for part in room.parts:
            for day in _days(stretch):
                for taken in self._taken.get((part, day), ()):
                    if taken.stretch.starts < stretch.ends and stretch.starts < taken.stretch.ends:
                        return taken
        return None

    def _put(self, clash: Clash) -> None:
        for day in _days(clash.stretch):
            self._taken.setdefault((clash.part_id, day), []).append(clash)


def _without_limits(rules: RoomRules) -> RoomRules:
    """What a room asks of duties: its hours and its size; limits for borrowers are none of theirs."""
    return replace(
        rules, shortest_minutes=0, longest_minutes=0, days_ahead=0, borrowers=(), week_quota=0, month_quota=0
    )


def stretch_of(room: RoomRow, wanted: Wanted) -> Stretch:
    """From when to when a session takes the parts of a room, buffers counted in."""
    return Stretch(*with_buffers(room.rules, *wanted.instants))


def _days(stretch: Stretch) -> range:
    """The days since 1970, in UTC, that a stretch touches."""
    first, last = int(stretch.starts.timestamp()), int(stretch.ends.timestamp())
    return range(first // 86_400, (last - 1) // 86_400 + 1)
