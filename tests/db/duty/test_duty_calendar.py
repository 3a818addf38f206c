"""The calendars that are given out, read by another parser (vobject) and followed as a calendar program does: what has a
UID that is known takes the place of the older one, if its SEQUENCE is not lower."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
import vobject

from db.action import Actor
from db.clock import CHINA
from db.duty.calendars import left_room, member_ics, room_ics
from db.duty.changing import substitute, swap
from db.duty.moving import cancel_slot, move_slot
from db.duty.plan_queries import slots_between
from db.duty.rows import DutyRow, SlotRow
from db.duty.states import DutyState
from db.duty.undoing import undo_change
from db.session import Hall
from tests.conftest import NOW
from tests.factories.duty import make_crew
from tests.factories.duty_papers import BODY_NAME, CENTRE, DOCUMENT, MOBILE, ROOM, body_row, duty_row, slot_row
from tests.factories.duty_plans import make_published, sitter, slots_in
from tests.factories.rooms import make_room

BODY = body_row()
DAY = date(2026, 12, 2)


class Program:
    """A calendar program: imports files, and shows what is not cancelled."""

    def __init__(self) -> None:
        self.events: dict[str, Any] = {}

    def take(self, content: bytes) -> None:
        calendar = vobject.readOne(content.decode())
        assert calendar.method.value == "PUBLISH"
        seen: set[str] = set()
        for event in getattr(calendar, "vevent_list", []):
            uid = event.uid.value
            assert uid not in seen
            seen.add(uid)
            known = self.events.get(uid)
            changed = known is not None and _told(known) != _told(event)
            if known is None or int(event.sequence.value) > int(known.sequence.value):
                self.events[uid] = event
            else:
                assert not changed, "an event changed, but its SEQUENCE did not grow: a calendar would not follow"

    def shown(self) -> list[tuple[datetime, str]]:
        """When and what, of events that are not cancelled, in order."""
        standing = [event for event in self.events.values() if event.status.value != "CANCELLED"]
        return sorted((event.dtstart.value, event.summary.value) for event in standing)

    def days(self) -> list[date]:
        return [start.astimezone(CHINA).date() for start, _ in self.shown()]


def _told(event: Any) -> tuple[Any, ...]:
    return (event.dtstart.value, event.dtend.value, event.summary.value, event.status.value, event.location.value)


def test_a_duty_is_an_event_in_utc_with_what_a_member_needs() -> None:
    me, other = duty_row("林𬱖"), duty_row("陈·代表", need=1)
    slot = slot_row(BODY, DAY, me, other, starts=time(8, 30), ends=time(11), scope="听取意见，政策咨询;\\调解")
    calendar = vobject.readOne(member_ics([slot], me.member_id, "林𬱖 轮值", CENTRE.name, NOW).decode())
    event = calendar.vevent
    assert (event.dtstart.value, event.dtend.value) == (
        datetime(2026, 12, 2, 0, 30, tzinfo=UTC), datetime(2026, 12, 2, 3, tzinfo=UTC),
    )  # fmt: skip
    assert event.dtstamp.value == NOW
    assert event.summary.value == f"{BODY_NAME} 轮值"
    assert event.location.value == f"{CENTRE.name} 102 接待室"
    assert event.description.value == "同班：陈·代表\n接待范围：听取意见，政策咨询;\\调解"
    assert event.status.value == "CONFIRMED"
    assert calendar.contents["x-wr-calname"][0].value == "林𬱖 轮值"


def test_a_session_until_midnight_ends_on_the_next_day() -> None:
    me = duty_row()
    slot = slot_row(BODY, DAY, me, starts=time(20), ends=time())
    event = vobject.readOne(member_ics([slot], me.member_id, "", "", NOW).decode()).vevent
    assert event.dtend.value - event.dtstart.value == timedelta(hours=4)


@pytest.mark.parametrize(
    ("state", "cancelled", "status"),
    [
        (DutyState.PUBLISHED, "", "CONFIRMED"),
        (DutyState.COVERING, "", "CONFIRMED"),
        (DutyState.LEFT, "", "CONFIRMED"),
        (DutyState.DRAFT, "", "TENTATIVE"),
        (DutyState.REPLACED, "", "CANCELLED"),
        (DutyState.ON_LEAVE, "", "CANCELLED"),
        (DutyState.PUBLISHED, "停电", "CANCELLED"),
    ],
)
def test_what_became_of_a_duty_is_its_status(state: DutyState, cancelled: str, status: str) -> None:
    me = duty_row(state=state)
    slot = slot_row(BODY, DAY, me, cancelled=cancelled)
    assert vobject.readOne(member_ics([slot], me.member_id, "", "", NOW).decode()).vevent.status.value == status


def test_nothing_private_is_in_a_calendar() -> None:
    bad = f"{MOBILE}，{DOCUMENT}"
    me = duty_row(f"林{MOBILE}", unit_post=bad, level=bad, reason=bad)
    slot = slot_row(BODY, DAY, me, duty_row("住院的人", state=DutyState.ON_LEAVE, reason="住院"), scope=bad, note=bad,
                    room_name=bad)  # fmt: skip
    for content in (
        member_ics([slot], me.member_id, "日历", CENTRE.name, NOW), room_ics([slot], ROOM, "日历", CENTRE.name, NOW)
    ):  # fmt: skip
        text = content.replace(b"\r\n ", b"").decode()
        assert MOBILE not in text
        assert DOCUMENT not in text
        assert "住院" not in text


def test_a_rooms_calendar_holds_its_own_sessions_and_everybodys_holds_all() -> None:
    here, there = slot_row(BODY, DAY, duty_row("林代表")), slot_row(BODY, DAY, room_id=None, room_name="")
    one, every = Program(), Program()
    one.take(room_ics([here, there], ROOM, "102", CENTRE.name, NOW))
    every.take(room_ics([here, there], None, "全部", CENTRE.name, NOW))
    assert [what for _, what in one.shown()] == [f"{BODY_NAME} 林代表"]
    assert len(every.shown()) == 2


# ---- with the records: every change that can be made of a published plan


@pytest.fixture
def plan(hall: Hall, manager: Actor) -> tuple[UUID, tuple[UUID, ...]]:
    room = make_room(hall, manager, NOW, capacity=10)
    assert room
    body, seats = make_crew(hall, manager, NOW, 6)
    return make_published(hall, manager, NOW, (body,)), seats


def now_is(hall: Hall, manager: Actor) -> tuple[SlotRow, ...]:
    return hall.read(slots_between, manager.centre_id, date(2026, 11, 1), date(2027, 1, 31))


class Followed:
    """Everybody's calendar program and that of the whole centre, fed after every change."""

    def __init__(self, hall: Hall, manager: Actor) -> None:
        self.hall, self.manager = hall, manager
        self.programs: dict[UUID, Program] = {}
        self.centre = Program()
        self.feed()

    def feed(self) -> None:
        slots = now_is(self.hall, self.manager)
        for duty in (duty for slot in slots for duty in slot.duties):
            program = self.programs.setdefault(duty.member_id, Program())
            program.take(member_ics(slots, duty.member_id, "", "", NOW))
        self.centre.take(room_ics(slots, None, "", "", NOW))

    def agrees(self) -> None:
        """What the programs show is what the records say: nothing missing, nothing twice."""
        slots = now_is(self.hall, self.manager)
        for member_id, program in self.programs.items():
            wanted = sorted(
                slot.day
                for slot in slots
                for duty in slot.duties
                if duty.member_id == member_id and not slot.cancelled and duty.state in _STANDING
            )
            assert program.days() == wanted
        assert self.centre.days() == sorted(slot.day for slot in slots if not slot.cancelled)


_STANDING = frozenset({DutyState.PUBLISHED, DutyState.SWAPPED, DutyState.COVERING, DutyState.ARRIVED, DutyState.LEFT})


def test_changed_duties_move_in_the_calendars_instead_of_doubling(
    hall: Hall, manager: Actor, run: Any, plan: tuple[UUID, tuple[UUID, ...]]
) -> None:
    plan_id, seats = plan
    followed = Followed(hall, manager)
    followed.agrees()

    def duty(at: int) -> DutyRow:
        return sitter(slots_in(hall, manager, plan_id)[at])

    done: list[UUID] = []
    other = next(seat for seat in seats if seat != duty(0).seat_id)
    changed = run(
        manager, substitute, duty_id=duty(0).id, version=duty(0).version, seat_id=other, reason="住院", override="急"
    )
    done.append(changed.change_id)
    followed.feed()
    followed.agrees()
    one, two = duty(1), duty(2)
    changed = run(
        manager, swap, duty_id=one.id, version=one.version, other_id=two.id, other_version=two.version, reason="对调",
        override="双方同意",
    )  # fmt: skip
    done.append(changed.change_id)
    followed.feed()
    followed.agrees()
    slot = slots_in(hall, manager, plan_id)[3]
    changed = run(
        manager, move_slot, slot_id=slot.id, version=slot.version, day=slot.day + timedelta(days=1), starts=time(15),
        ends=time(17), room_id=slot.room_id, reason="停电",
    )  # fmt: skip
    done.append(changed.change_id)
    followed.feed()
    followed.agrees()
    slot = slots_in(hall, manager, plan_id)[4]
    changed = run(manager, cancel_slot, slot_id=slot.id, version=slot.version, reason="台风")
    done.append(changed.change_id)
    followed.feed()
    followed.agrees()
    for change_id in reversed(done):
        run(manager, undo_change, change_id=change_id, reason="恢复")
        followed.feed()
        followed.agrees()


def test_a_session_moved_to_another_room_leaves_the_calendar_of_the_first_and_comes_back_with_it(
    hall: Hall, manager: Actor, run: Any, plan: tuple[UUID, tuple[UUID, ...]]
) -> None:
    plan_id, _ = plan
    other = make_room(hall, manager, NOW, "305", capacity=10)
    slot = slots_in(hall, manager, plan_id)[0]
    first = slot.room_id
    assert first is not None
    one, two = Program(), Program()
    days = (date(2026, 11, 1), date(2026, 12, 31))

    def feed() -> tuple[int, int]:
        for program, room in ((one, first), (two, other)):
            left = hall.read(left_room, manager.centre_id, room, *days)
            program.take(room_ics(now_is(hall, manager), room, "", "", NOW, left))
        both = Program()
        for program in (one, two):
            both.events |= program.events
        assert both.days() == sorted(slot.day for slot in now_is(hall, manager))
        return len(one.days()), len(two.days())

    assert feed() == (6, 0)
    changed = run(
        manager, move_slot, slot_id=slot.id, version=slot.version, day=slot.day, starts=slot.starts, ends=slot.ends,
        room_id=other, reason="投影坏了",
    )  # fmt: skip
    assert feed() == (5, 1)
    run(manager, undo_change, change_id=changed.change_id, reason="修好了")
    assert feed() == (6, 0)
