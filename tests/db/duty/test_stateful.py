"""Whatever is done to a published roster in whatever order: rooms, numbers, editions and people agree; refusals change nothing.

Hypothesis makes up sequences of clicks on a plan of two bodies in a divisible hall. Times go forward only by the sessions.
"""

import os
import shutil
import tempfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.action import Action, Request
from db.calendar.recurrence import Every, Pattern
from db.clock import CHINA
from db.duty.attendance import absent, arrive, depart, sign_undo
from db.duty.changes import changes
from db.duty.changing import leave, substitute, swap
from db.duty.check import problems
from db.duty.counting import counts
from db.duty.editions import posters
from db.duty.moving import cancel_slot, move_slot
from db.duty.plan_queries import plan_slots
from db.duty.posting import posted
from db.duty.queries import seats
from db.duty.rows import DutyRow, SlotRow
from db.duty.states import COMING
from db.duty.undoing import undo_change
from db.engine import embedded_url, make_engine
from db.errors import RuleBroken, Stale
from db.ids import new_id
from db.registry import METADATA
from db.rooms.bookings import book
from db.rooms.models import Occupancy
from db.rooms.queries import rooms
from db.rooms.rules import Taken
from db.session import Hall
from db.staff.permissions import Role
from db.vault import Vault
from tests.conftest import NOW, TEST_KEY
from tests.factories.calendar import make_calendar
from tests.factories.centre import make_centre
from tests.factories.duty import make_body, make_member, make_rule, make_seat
from tests.factories.duty_plans import make_published
from tests.factories.rooms import make_borrower, make_room
from tests.factories.staff import make_staff

SHORT = int(os.environ.get("LINLI_DUTY_SEQUENCES", "8"))
"""How many sequences are made up; a nightly run may want more."""
FIRST = date(2026, 11, 17)  # the day of NOW: its sessions can be signed
TABLES = ("duty", "duty_slot", "duty_change", "duty_edition", "duty_plan", "duty_stand", "occupancy", "number_series")
which = st.integers(0, 1000)


def everything(session: Session) -> list[Any]:
    """Every row of the rosters, to see that a refusal changes nothing."""
    return [sorted(map(repr, session.execute(select(METADATA.tables[name])))) for name in TABLES]


class Rosters(RuleBasedStateMachine):
    """One manager who does what comes to their mind."""

    template: ClassVar[tuple[Path, Any, UUID] | None] = None

    @initialize()
    def open_the_hall(self) -> None:
        if Rosters.template is None:
            Rosters.template = _made()
        file, self.manager, self.plan_id = Rosters.template
        self.folder = Path(tempfile.mkdtemp(prefix="linli-duties-"))
        self.engine = make_engine(embedded_url(Path(shutil.copy(file, self.folder / "hall.sqlite"))))
        self.hall = Hall(self.engine, Vault(TEST_KEY))
        self.seats = self.hall.read(seats, self.manager.centre_id)
        self.rooms = self.hall.read(rooms, self.manager.centre_id)
        (self.choir,) = self.hall.read(lambda session: session.scalars(select(METADATA.tables["borrower"].c.id)).all())

    def teardown(self) -> None:
        if hasattr(self, "engine"):
            self.engine.dispose()
            shutil.rmtree(self.folder, ignore_errors=True)

    # ---- clicks

    @rule(slot=which, duty=which, seat=which)
    def cover(self, slot: int, duty: int, seat: int) -> None:
        one = self._duty(slot, duty)
        if one is not None:
            given = {"seat_id": self.seats[seat % len(self.seats)].id, "reason": "因病", "override": "急"}
            self._click(substitute, duty_id=one.id, version=one.version, **given)

    @rule(slot=which, other=which)
    def change_places(self, slot: int, other: int) -> None:
        one, two = self._duty(slot, 0), self._duty(other, 0)
        if one is not None and two is not None:
            given = {"other_id": two.id, "other_version": two.version, "reason": "商定", "override": "急"}
            self._click(swap, duty_id=one.id, version=one.version, **given)

    @rule(seat=which, day=st.integers(0, 20), days=st.integers(0, 7))
    def go_on_leave(self, seat: int, day: int, days: int) -> None:
        member = self.seats[seat % len(self.seats)].member_id
        first = FIRST + timedelta(days=day)
        self._click(leave, member_id=member, first=first, last=first + timedelta(days=days), why="出差")

    @rule(slot=which, day=st.integers(-1, 12), hour=st.integers(8, 16), room=which)
    def move(self, slot: int, day: int, hour: int, room: int) -> None:
        one = self._slot(slot)
        where = {"room_id": self.rooms[room % len(self.rooms)].id, "day": FIRST + timedelta(days=day)}
        when = {"starts": time(hour), "ends": time(hour + 2)}
        self._click(move_slot, slot_id=one.id, version=one.version, **where, **when, reason="调整", override="急")

    @rule(slot=which)
    def call_off(self, slot: int) -> None:
        one = self._slot(slot)
        self._click(cancel_slot, slot_id=one.id, version=one.version, reason="停电")

    @rule(pick=which)
    def take_back(self, pick: int) -> None:
        made = self.hall.read(changes, self.manager.centre_id)
        if made:
            self._click(undo_change, change_id=made[pick % len(made)].id)

    @rule()
    def take_the_newest_back(self) -> None:
        self.take_back(0)

    @rule(slot=which, verb=st.sampled_from((arrive, depart, absent, sign_undo)))
    def sign(self, slot: int, verb: Action[..., Any]) -> None:
        one = self._duty(slot, 0)
        if one is not None:
            more = {"reason": "联系不上"} if verb is absent else {}
            self._click(verb, duty_id=one.id, version=one.version, **more)

    @rule(day=st.integers(0, 12), hour=st.integers(8, 16), room=which)
    def book_a_room(self, day: int, hour: int, room: int) -> None:
        starts = datetime.combine(FIRST + timedelta(days=day), time(hour), CHINA)
        where = {"room_id": self.rooms[room % len(self.rooms)].id, "borrower_id": self.choir}
        self._click(book, **where, starts_at=starts, ends_at=starts + timedelta(hours=1))

    # ---- what always holds

    @invariant()
    def the_books_agree(self) -> None:
        if hasattr(self, "hall"):
            assert self.hall.read(problems, self.manager.centre_id) == []

    @invariant()
    def duties_take_what_their_sessions_say(self) -> None:
        if not hasattr(self, "hall"):
            return
        parts = {room.id: room.parts for room in self.rooms}
        wanted = set()
        for slot in self._slots():
            if not slot.cancelled and slot.room_id is not None:
                starts, ends = (
                    int(datetime.combine(slot.day, at, CHINA).timestamp()) for at in (slot.starts, slot.ends)
                )
                wanted |= {(part, starts, ends, slot.id) for part in parts[slot.room_id]}
        rows = select(Occupancy).where(Occupancy.kind == Taken.DUTY)
        taken = self.hall.read(
            lambda session: {(row.part_id, row.starts, row.ends, row.source_id) for row in session.scalars(rows)}
        )
        assert taken == wanted

    @invariant()
    def the_wall_tells_who_comes(self) -> None:
        """The newest sheets name exactly those who were bound to come, and the counts count those who do."""
        if not hasattr(self, "hall"):
            return
        slots = self._slots()
        edition = self.hall.read(
            lambda session: session.scalar(select(METADATA.tables["duty_plan"].c.edition).limit(1))
        )
        lines = [
            line
            for sheet in self.hall.read(posters, self.manager.centre_id, self.plan_id, edition)
            for line in sheet.lines
        ]
        there = sorted((slot.day, slot.body_name, duty.member_name) for slot in slots for duty in posted(slot))
        told = sorted(
            (line.day, line.body, name)
            for line in lines
            for name in line.members.split("\n")
            if name not in ("暂缺", "—")
        )
        assert told == there
        term = sum(row.term for row in self.hall.read(counts, self.manager.centre_id, self.plan_id))
        assert term == sum(duty.state in COMING for slot in slots if not slot.cancelled for duty in slot.duties)

    # ---- helpers

    def _slots(self) -> tuple[SlotRow, ...]:
        return self.hall.read(plan_slots, self.manager.centre_id, self.plan_id)

    def _slot(self, pick: int) -> SlotRow:
        found = self._slots()
        return found[pick % len(found)]

    def _duty(self, slot: int, pick: int) -> DutyRow | None:
        here = self._slot(slot).duties
        return here[pick % len(here)] if here else None

    def _click(self, verb: Action[..., Any], **given: Any) -> None:
        before = self.hall.read(everything)
        try:
            self.hall.run(Request(self.manager, NOW, new_id()), verb, **given)
        except (RuleBroken, Stale) as refusal:
            event(f"{verb.tag} refused")
            if not refusal.sentence.endswith("。") or self.hall.read(everything) != before:
                raise AssertionError(f"refused, but not cleanly: {refusal.sentence}") from refusal
        else:
            event(f"{verb.tag} done")


def _made() -> tuple[Path, Any, UUID]:
    """A hall with a published plan from today on: two bodies of three, each in a part of the hall."""
    file = Path(tempfile.mkdtemp(prefix="linli-template-")) / "hall.sqlite"
    engine = make_engine(embedded_url(file))
    METADATA.create_all(engine)
    hall = Hall(engine, Vault(TEST_KEY))
    centre_id = make_centre(hall, now=NOW)
    manager = make_staff(hall, centre_id, Role.MANAGER, now=NOW)
    make_calendar(hall, centre_id)
    make_borrower(hall, manager, NOW)
    parts = [make_room(hall, manager, NOW, name) for name in ("东", "西")]
    make_room(hall, manager, NOW, "全", whole_of=tuple(parts))
    shared = make_member(hall, manager, NOW, "两边都在")
    bodies = []
    for name, room in zip(("律师", "法官"), parts, strict=True):
        body = make_body(hall, manager, NOW, name)
        make_rule(hall, manager, NOW, body, Pattern(Every.WEEK, date(2026, 1, 5), weekdays=(1, 3)), room_id=room)
        for at in range(3):
            make_seat(hall, manager, NOW, make_member(hall, manager, NOW, f"{name}{at}"), body)
        make_seat(hall, manager, NOW, shared, body)
        bodies.append(body)
    last = FIRST + timedelta(days=9)
    plan_id = make_published(hall, manager, NOW, tuple(bodies), first=FIRST, last=last)
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    engine.dispose()
    return file, manager, plan_id


Rosters.TestCase.settings = settings(
    max_examples=SHORT, stateful_step_count=20, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)  # fmt: skip
TestRosters = Rosters.TestCase
