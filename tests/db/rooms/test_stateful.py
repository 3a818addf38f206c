"""Whatever is done in whatever order: no two in one part, what is taken is what stands, every history can be replayed.

Hypothesis makes up sequences of clicks on a divisible hall (east, west, whole) and a room with buffers that needs approval.
Each click is either done or refused with a sentence; a refused one leaves every row as it was.
"""

import os
import shutil
import tempfile
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from db.action import Action, Actor, Request
from db.calendar.recurrence import Every, Pattern
from db.clock import CHINA
from db.engine import embedded_url, make_engine
from db.errors import RuleBroken, Stale
from db.ids import new_id
from db.registry import METADATA
from db.rooms import bookings, series
from db.rooms.admin import close_room, lift_closure
from db.rooms.history import snapshot
from db.rooms.models import Booking, BookingEvent, Closure, Occupancy
from db.rooms.queries import rooms
from db.rooms.rules import Taken
from db.rooms.states import TAKES_ROOM, BookingState, Step
from db.session import Hall
from db.staff.permissions import Role
from db.vault import Vault
from tests.conftest import NOW, TEST_KEY
from tests.factories.centre import make_centre
from tests.factories.rooms import make_borrower, make_room
from tests.factories.staff import make_staff

FIRST = date(2026, 11, 17)  # the day of NOW: its bookings can be checked in
SHORT = int(os.environ.get("LINLI_ROOM_SEQUENCES", "25"))
"""How many sequences are made up; a nightly run may want more."""

days = st.integers(0, 9)
hours = st.integers(8, 13)
lengths = st.sampled_from((1, 2, 3))
which = st.integers(0, 10_000)


def at(day: int, hour: int, length: int) -> dict[str, datetime]:
    starts = datetime.combine(FIRST + timedelta(days=day), time(hour), CHINA)
    return {"starts_at": starts, "ends_at": starts + timedelta(hours=length)}


def everything(session: Session) -> list[Any]:
    """Every row of the rooms, to see that a refusal changes nothing."""
    tables = [
        METADATA.tables[name] for name in ("booking", "booking_event", "room_closure", "occupancy", "number_series")
    ]
    return [sorted(map(repr, session.execute(select(table)))) for table in tables]


class Rooms(RuleBasedStateMachine):
    """One hall, one manager and one clerk, who do what comes to their minds."""

    template: ClassVar[Path | None] = None

    @initialize()
    def open_the_hall(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="linli-stateful-"))
        file = self.folder / "hall.sqlite"
        if Rooms.template is None:
            Rooms.template = Path(tempfile.mkdtemp(prefix="linli-template-")) / "hall.sqlite"
            engine = make_engine(embedded_url(Rooms.template))
            METADATA.create_all(engine)
            with engine.connect() as connection:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                connection.exec_driver_sql("BEGIN")
            engine.dispose()
        shutil.copy(Rooms.template, file)
        self.engine = make_engine(embedded_url(file))
        self.hall = Hall(self.engine, Vault(TEST_KEY))
        centre = make_centre(self.hall, now=NOW)
        self.manager = make_staff(self.hall, centre, Role.MANAGER, now=NOW)
        self.clerk = make_staff(self.hall, centre, Role.CLERK, now=NOW)
        east, west = make_room(self.hall, self.manager, NOW, "东"), make_room(self.hall, self.manager, NOW, "西")
        whole = make_room(self.hall, self.manager, NOW, "全", whole_of=(east, west))
        small = make_room(
            self.hall, self.manager, NOW, "小", needs_approval=True, setup_minutes=15, clearing_minutes=30
        )
        self.rooms = (east, west, whole, small)
        self.choir = make_borrower(self.hall, self.manager, NOW)
        self.known = {room.id: room for room in self.hall.read(rooms, centre)}

    def teardown(self) -> None:
        if hasattr(self, "engine"):
            self.engine.dispose()
            shutil.rmtree(self.folder, ignore_errors=True)

    # ---- clicks

    @rule(room=st.integers(0, 3), day=days, hour=hours, length=lengths, clerk=st.booleans())
    def book(self, room: int, day: int, hour: int, length: int, clerk: bool) -> None:
        given = {"room_id": self.rooms[room], "borrower_id": self.choir, **at(day, hour, length)}
        self._click(self.clerk if clerk else self.manager, bookings.book, **given)

    @rule(room=st.integers(0, 3), day=days, hour=hours, count=st.integers(2, 5), skip=st.booleans())
    def book_series(self, room: int, day: int, hour: int, count: int, skip: bool) -> None:
        first = FIRST + timedelta(days=day)
        fields = series.SeriesFields(self.rooms[room], time(hour), time(hour + 1), self.choir)
        choices = (series.Choice(first + timedelta(days=1), skip="停电"),) if skip else ()
        pattern = Pattern(Every.DAY, first, count=count)
        self._click(self.manager, series.book_series, pattern=pattern, fields=fields, choices=choices)

    @rule(pick=which, room=st.integers(0, 3), day=days, hour=hours, length=lengths)
    def change(self, pick: int, room: int, day: int, hour: int, length: int) -> None:
        self._to(pick, bookings.change, room_id=self.rooms[room], **at(day, hour, length))

    @rule(pick=which, room=st.integers(0, 3), hour=hours, later=st.integers(-1, 1))
    def change_following(self, pick: int, room: int, hour: int, later: int) -> None:
        row = self._picked(pick)
        if row is not None:
            day = (row.starts_at.astimezone(CHINA).date() - FIRST).days + later
            self._to(pick, series.change_following, room_id=self.rooms[room], **at(day, hour, 1))

    @rule(pick=which, verb=st.sampled_from(("cancel", "skip", "no_show", "reject")))
    def end(self, pick: int, verb: str) -> None:
        self._to(pick, getattr(bookings, verb), reason="下雨")

    @rule(pick=which, verb=st.sampled_from(("put_back", "undo", "approve", "arrive")))
    def step(self, pick: int, verb: str) -> None:
        self._to(pick, getattr(bookings, verb))

    @rule(pick=which)
    def leave(self, pick: int) -> None:
        self._to(pick, bookings.leave, people_came=3)

    @rule(pick=which)
    def cancel_following(self, pick: int) -> None:
        self._to(pick, series.cancel_following, reason="活动结束")

    @rule(pick=which)
    def undo_together(self, pick: int) -> None:
        self._to(pick, series.undo_together)

    @rule(pick=which)
    def detach(self, pick: int) -> None:
        self._to(pick, series.detach)

    @rule(pick=which, count=st.integers(2, 4))
    def extend_to_series(self, pick: int, count: int) -> None:
        row = self._picked(pick)
        if row is not None:
            first = row.starts_at.astimezone(CHINA).date()
            self._to(pick, series.extend_to_series, pattern=Pattern(Every.DAY, first, count=count))

    @rule(room=st.integers(0, 3), day=days, hour=hours, long=st.sampled_from((1, 3, 30)))
    def close(self, room: int, day: int, hour: int, long: int) -> None:
        self._click(self.manager, close_room, room_id=self.rooms[room], reason="检修", **at(day, hour, long))

    @precondition(lambda self: self.hall.read(lambda s: s.scalar(select(Closure.id).limit(1))) is not None)
    @rule(pick=which)
    def lift(self, pick: int) -> None:
        ids = self.hall.read(lambda s: list(s.scalars(select(Closure.id).order_by(Closure.id))))
        self._click(self.manager, lift_closure, closure_id=ids[pick % len(ids)])

    @rule(pick=which)
    def a_second_editor_comes_late(self, pick: int) -> None:
        row = self._picked(pick)
        if row is not None:
            before = self.hall.read(everything)
            try:
                self.hall.run(
                    Request(self.clerk, NOW, new_id()), bookings.cancel, booking_id=row.id, version=row.version - 1,
                    reason="x",
                )  # fmt: skip
            except Stale:
                assert self.hall.read(everything) == before
            else:
                raise AssertionError("an editor who saw an older version was let in")

    # ---- what always holds

    @invariant()
    def no_two_are_in_one_part(self) -> None:
        if hasattr(self, "hall"):
            doubles = self.hall.read(
                lambda session: session.execute(
                    text(
                        "SELECT count(*) FROM occupancy a JOIN occupancy b ON a.part_id = b.part_id AND a.id < b.id"
                        " AND a.starts < b.ends AND b.starts < a.ends"
                    )
                ).scalar_one()
            )
            assert doubles == 0

    @invariant()
    def what_is_taken_is_what_stands(self) -> None:
        """The relation holds exactly the bookings that take their room, buffers counted in, and the closures."""
        if hasattr(self, "hall"):
            self.hall.read(self._compare_with_occupancy)

    @invariant()
    def every_history_can_be_replayed(self) -> None:
        """Each step begins where the one before it ended, and the last one tells what the booking is now."""
        if hasattr(self, "hall"):
            self.hall.read(_replay)

    # ---- how

    def _compare_with_occupancy(self, session: Session) -> None:
        wanted = set()
        for row in session.scalars(select(Booking).where(Booking.state.in_(TAKES_ROOM))):
            room = self.known[row.room_id]
            starts = int(row.starts_at.timestamp()) - room.rules.setup_minutes * 60
            ends = int(row.ends_at.timestamp()) + room.rules.clearing_minutes * 60
            wanted |= {(part, starts, ends, Taken.BOOKING.value, row.id) for part in room.parts}
        for closed in session.scalars(select(Closure).where(Closure.lifted_at.is_(None))):
            starts, ends = int(closed.starts_at.timestamp()), int(closed.ends_at.timestamp())
            for part in self.known[closed.room_id].parts:
                wanted |= {
                    (part, first, min(first + 86_400, ends), Taken.CLOSURE.value, closed.id)
                    for first in range(starts, ends, 86_400)
                }
        columns = (Occupancy.part_id, Occupancy.starts, Occupancy.ends, Occupancy.kind, Occupancy.source_id)
        assert {tuple(row) for row in session.execute(select(*columns))} == wanted

    def _picked(self, pick: int) -> Booking | None:
        ids = self.hall.read(lambda s: list(s.scalars(select(Booking.id).order_by(Booking.id))))
        return self.hall.read(lambda s: s.get_one(Booking, ids[pick % len(ids)])) if ids else None

    def _to(self, pick: int, verb: Action[..., Any], **given: Any) -> None:
        row = self._picked(pick)
        if row is not None:
            self._click(self.manager, verb, booking_id=row.id, version=row.version, **given)

    def _click(self, actor: Actor, verb: Action[..., Any], **given: Any) -> None:
        before = self.hall.read(everything)
        try:
            self.hall.run(Request(actor, NOW, new_id()), verb, **given)
        except RuleBroken as refusal:
            event(f"{verb.tag} refused")
            if not refusal.sentence.endswith("。") or self.hall.read(everything) != before:
                raise AssertionError(f"refused, but not cleanly: {refusal.sentence}") from refusal
        else:
            event(f"{verb.tag} done")


def _replay(session: Session) -> None:
    said: dict[UUID, list[BookingEvent]] = {}
    for step in session.scalars(select(BookingEvent).order_by(BookingEvent.booking_id, BookingEvent.position)):
        said.setdefault(step.booking_id, []).append(step)
    rows = {row.id: row for row in session.scalars(select(Booking))}
    assert said.keys() == rows.keys()
    for booking_id, steps in said.items():
        assert [step.position for step in steps] == list(range(1, len(steps) + 1))
        assert steps[0].step == Step.BOOK
        assert steps[0].before == ""
        for earlier, later in pairwise(steps):
            assert later.before == earlier.after
        assert steps[-1].after == snapshot(rows[booking_id])
        BookingState(rows[booking_id].state)


Rooms.TestCase.settings = settings(
    max_examples=SHORT, stateful_step_count=30, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)  # fmt: skip
TestRooms = Rooms.TestCase
