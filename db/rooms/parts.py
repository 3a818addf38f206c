"""Dividing a hall anew (整厅、分厅): what a room takes of the building changes, and what stands in it moves along."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import delete, select

from db.action import Act, action
from db.base import table_of
from db.clock import local
from db.duty.models import DutySlot
from db.errors import RuleBroken, Stale
from db.rooms import occupancy
from db.rooms.admin import own_room, parts_for, parts_of
from db.rooms.models import Booking, Closure, Occupancy, Room, RoomTakes
from db.rooms.occupancy import Stretch, instant
from db.rooms.rules import Taken
from db.rooms.saying import clash_sentence
from db.staff.permissions import Permission

_O = table_of(Occupancy)
_OWNERS = {Taken.BOOKING: table_of(Booking), Taken.CLOSURE: table_of(Closure), Taken.DUTY: table_of(DutySlot)}
_AT_ONCE = 500
Held = dict[tuple[Taken, UUID], set[tuple[int, int]]]
"""What a source has from now on: stretches in whole seconds."""


@action("room.divide", Permission.ROOM_EDIT, "划分整厅分厅")
def divide(act: Act, *, room_id: UUID, version: int, whole_of: tuple[UUID, ...]) -> int:
    """Make a room the whole of other rooms, of fewer or of more, or (with none) a room of its own. Returns the version.

    What stands in the room from now on stands in its new parts; the past stays where it happened.

    Raises:
        Stale: somebody changed the room in the meantime.
        RuleBroken: a new part is taken while this room is booked, closed or on duty; the sentence names it.
    """
    room = own_room(act, room_id)
    if room.version != version:
        raise Stale("这个房间的资料刚被别人修改，请刷新后再改。")
    if room_id in whole_of:
        raise RuleBroken("房间不能是自己的一部分，请去掉它自己。")
    old = parts_of(act, room.id)
    new = _own_parts(act, room, old) if not whole_of else sorted(parts_for(act, room, whole_of))
    occupancy.lock(act.connection, {*old, *new})
    standing = _standing(act, room, old)
    added = sorted(set(new) - set(old))
    for (_, source), stretches in standing.items():
        for first, last in stretches:
            found = occupancy.clashes(act.connection, added, Stretch(instant(first), instant(last)), source)
            if found:
                day = local(instant(first))
                raise RuleBroken(
                    f"{room.name} {day.month}月{day.day}日已有安排，而要并入的部分那时也有安排："
                    f"{clash_sentence(act.connection, room, found[0])}"
                )
    act.session.execute(delete(RoomTakes).where(RoomTakes.centre_id == act.centre_id, RoomTakes.room_id == room.id))
    act.session.add_all(RoomTakes(room_id=room.id, part_id=part, centre_id=act.centre_id) for part in new)
    _move(act, standing, old, new)
    room.version += 1
    act.on("room", room.id)
    act.note(number=room.number, parts=len(new), moved=len(standing))
    return room.version


def _own_parts(act: Act, room: Room, old: list[UUID]) -> list[UUID]:
    """A part that no other room takes: one of its own if it has one, else a new one."""
    shared = set(
        act.session.scalars(select(RoomTakes.part_id).where(RoomTakes.part_id.in_(old), RoomTakes.room_id != room.id))
    )
    alone = [part for part in old if part not in shared]
    return alone or parts_for(act, room, ())


def _standing(act: Act, room: Room, parts: list[UUID]) -> Held:
    """What the room itself has of these parts from now on; what other rooms have of them is theirs."""
    act.flush()
    rows = act.connection.execute(
        select(_O.c.kind, _O.c.source_id, _O.c.starts, _O.c.ends).where(
            _O.c.part_id.in_(parts), _O.c.ends > int(act.now.timestamp())
        )
    ).all()
    found: Held = {}
    for kind, table in _OWNERS.items():
        sources = {row.source_id for row in rows if row.kind == kind}
        own: set[UUID] = set()
        for some in _some(sorted(sources)):
            asked = select(table.c.id).where(table.c.id.in_(some), table.c.room_id == room.id)
            own |= set(act.connection.execute(asked).scalars())
        for row in rows:
            if row.kind == kind and row.source_id in own:
                found.setdefault((kind, row.source_id), set()).add((row.starts, row.ends))
    return found


def _move(act: Act, standing: Held, old: list[UUID], new: list[UUID]) -> None:
    """Let every source have the new parts, for the same stretches."""
    gone = sorted(set(old) - set(new))
    for some in _some(sorted(source for _, source in standing)):
        act.connection.execute(
            delete(_O).where(
                _O.c.centre_id == act.centre_id, _O.c.source_id.in_(some), _O.c.part_id.in_(gone),
                _O.c.ends > int(act.now.timestamp()),
            )
        )  # fmt: skip
    added = sorted(set(new) - set(old))
    occupancy.take_all(
        act.connection,
        [
            (act.centre_id, added, Stretch(instant(first), instant(last)), kind, source)
            for (kind, source), stretches in standing.items()
            for first, last in sorted(stretches)
        ],
    )


def _some(ids: list[UUID]) -> Iterable[list[UUID]]:
    """A few at a time: a statement takes a limited number of parameters."""
    return (ids[at : at + _AT_ONCE] for at in range(0, len(ids), _AT_ONCE))
