"""The .ics that is given out, read by hand after RFC 5545, not by the library that wrote it."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import vobject

from db.action import Actor
from db.rooms.bookings import book, cancel, change
from db.rooms.exporting import bookings_ics
from db.rooms.queries import bookings_between, rooms
from db.rooms.states import BookingState
from db.session import Hall
from tests.conftest import NOW
from tests.factories.rooms import make_borrower, make_room, slot


def events(content: bytes) -> list[dict[str, str]]:
    """Every VEVENT as its properties, parameters cut off; checks lines and nesting (RFC 5545 §3.1, §3.4, §3.6)."""
    assert content.endswith(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    lines = content.replace(b"\r\n ", b"").replace(b"\r\n\t", b"").decode().split("\r\n")[:-1]
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    found: list[dict[str, str]] = []
    inside = False
    for line in lines[1:-1]:
        if line == "BEGIN:VEVENT":
            assert not inside
            inside, event = True, {}
        elif line == "END:VEVENT":
            found.append(event)
            inside = False
        elif inside:
            name, _, value = line.partition(":")
            assert name.split(";")[0] not in event
            event[name.split(";")[0]] = value
    assert not inside
    return found


def given_out(hall: Hall, actor: Actor) -> list[dict[str, str]]:
    first, last = slot(NOW, days=0)["starts_at"], slot(NOW, days=9)["starts_at"]
    rows = hall.read(bookings_between, actor.centre_id, first, last, tuple(BookingState))
    known = {room.id: room for room in hall.read(rooms, actor.centre_id)}
    return events(bookings_ics(rows, known, "军门邻里中心", NOW))


def test_a_booking_keeps_its_uid_and_its_sequence_grows_with_every_change(hall: Hall, manager: Actor, run: Any) -> None:
    room: UUID = make_room(hall, manager, NOW)
    choir = make_borrower(hall, manager, NOW, "军门合唱队，一团；甲" * 6)
    made = run(manager, book, room_id=room, borrower_id=choir, purpose="排练,彩排;合练\\𬱖", **slot(NOW, hour=1))
    before = given_out(hall, manager)[0]
    run(manager, change, booking_id=made.booking_id, version=1, room_id=room, **slot(NOW, hour=3))
    moved = given_out(hall, manager)[0]
    run(manager, cancel, booking_id=made.booking_id, version=2, reason="下雨")
    gone = given_out(hall, manager)[0]
    assert before["UID"] == moved["UID"] == gone["UID"] == f"{made.booking_id}@linli-desk"
    assert [int(each["SEQUENCE"]) for each in (before, moved, gone)] == [1, 2, 3]
    assert [each["STATUS"] for each in (before, moved, gone)] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert [each["DTSTART"] for each in (before, moved)] == ["20261118T010000Z", "20261118T030000Z"]
    assert before["SUMMARY"] == "军门合唱队，一团；甲" * 6 + r" 排练\,彩排\;合练\\𬱖"
    assert datetime.strptime(before["DTSTAMP"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) == NOW
    assert not any("13800138000" in value for value in before.values())


def test_another_parser_reads_the_same_and_a_moved_booking_keeps_its_place_in_the_calendar(
    hall: Hall, manager: Actor, run: Any
) -> None:
    room: UUID = make_room(hall, manager, NOW)
    choir = make_borrower(hall, manager, NOW, "军门合唱队𬱖")
    made = run(manager, book, room_id=room, borrower_id=choir, purpose="排练,彩排;合练", **slot(NOW, hour=1))

    def event() -> Any:
        first, last = slot(NOW, days=0)["starts_at"], slot(NOW, days=9)["starts_at"]
        rows = hall.read(bookings_between, manager.centre_id, first, last, tuple(BookingState))
        known = {each.id: each for each in hall.read(rooms, manager.centre_id)}
        return vobject.readOne(bookings_ics(rows, known, "军门邻里中心", NOW).decode()).vevent

    before = event()
    run(manager, change, booking_id=made.booking_id, version=1, room_id=room, **slot(NOW, hour=3))
    after = event()
    assert before.uid.value == after.uid.value
    assert int(after.sequence.value) > int(before.sequence.value)
    assert after.dtstart.value == slot(NOW, hour=3)["starts_at"]
    assert after.summary.value == "军门合唱队𬱖 排练,彩排;合练"
