"""The story of a booking in words: who did what when, and what a change changed."""

from collections.abc import Iterator
from uuid import UUID

from db.clock import local
from db.rooms.history import Snapshot
from db.rooms.queries import RoomRow, StepRow
from db.rooms.states import STEP_NAMES, Step
from desktop.rooms.words import day_text, span_text

Rooms = dict[UUID, RoomRow]


def step_text(row: StepRow, rooms: Rooms) -> str:
    """Who did it, why, and what became different: “郑悦　14:00–15:30 → 13:00–14:30”."""
    return "　".join(part for part in (row.staff, row.reason, *differences(row, rooms)) if part)


def whole_step(row: StepRow, rooms: Rooms) -> str:
    """All of a step, for a place with room for it."""
    head = f"{local(row.at):%Y-%m-%d %H:%M} {STEP_NAMES[row.step]}　{row.staff}"
    return "\n".join(part for part in (head, row.reason, *differences(row, rooms)) if part)


def differences(row: StepRow, rooms: Rooms) -> tuple[str, ...]:
    """What a step changed, a sentence each; after the use what was registered of it."""
    if row.after is None:
        return ()
    if row.step is Step.LEAVE:
        return tuple(_use(row.after))
    return tuple(_changes(row.before, row.after, rooms)) if row.before is not None else ()


def _changes(before: Snapshot, after: Snapshot, rooms: Rooms) -> Iterator[str]:
    was, now = _when(before, after)
    if was != now:
        yield f"{was} → {now}"
    if before.room_id != after.room_id:
        yield f"{_room(before.room_id, rooms)} → {_room(after.room_id, rooms)}"
    for name, old, new in (
        ("用途", before.use, after.use), ("内容", before.purpose, after.purpose),
        ("负责人", before.responsible, after.responsible), ("人数", str(before.people), str(after.people)),
    ):  # fmt: skip
        if old != new:
            yield f"{name} {old or '空'} → {new or '空'}"


def _when(before: Snapshot, after: Snapshot) -> tuple[str, str]:
    """Both times; the days only where they differ."""
    days = [local(each.starts_at).date() for each in (before, after)]
    spans = [span_text(each.starts_at, each.ends_at) for each in (before, after)]
    if days[0] == days[1]:
        return spans[0], spans[1]
    return f"{day_text(days[0])} {spans[0]}", f"{day_text(days[1])} {spans[1]}"


def _use(after: Snapshot) -> Iterator[str]:
    if after.people_came is not None:
        yield f"实到 {after.people_came} 人"
    if after.equipment_after:
        yield f"设备{after.equipment_after}"
    if after.problems:
        yield f"问题：{after.problems}"


def _room(room_id: UUID, rooms: Rooms) -> str:
    room = rooms.get(room_id)
    return room.name if room is not None else "其他房间"
