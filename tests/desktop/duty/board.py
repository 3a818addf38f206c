"""The board of the day with a session that is on and one in the afternoon."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from pytestqt.qtbot import QtBot

from db.action import Actor, Request
from db.calendar.recurrence import Every, Pattern
from db.duty.board import today
from db.duty.rows import DutyRow, SlotRow
from db.duty.rules import Composition, SeasonTime
from db.ids import new_id
from desktop.duty.today import TodayPane
from desktop.shell.desk import Desk
from tests.conftest import NOW
from tests.desktop.duty.people import Hands
from tests.factories.duty import make_body, make_member, make_rule, make_seat
from tests.factories.duty_plans import make_published
from tests.factories.rooms import make_room

TODAY = date(2026, 11, 17)
TUESDAYS = Pattern(Every.WEEK, date(2026, 1, 6), weekdays=(1,))
ON, LATER = "“两代表一委员”工作室", "律师"


@dataclass
class Board(Hands):
    """A desk whose clock can be turned."""

    now: datetime = NOW
    pane: TodayPane = field(init=False)
    members: dict[str, UUID] = field(default_factory=dict)

    def at(self, now: datetime, action: Any, **kwargs: Any) -> Any:
        return self.desk.hall.run(Request(self.actor, now, new_id()), action, **kwargs)

    def slots(self) -> tuple[SlotRow, ...]:
        found: tuple[SlotRow, ...] = self.read(today, TODAY)
        return found

    def slot(self, body: str) -> SlotRow:
        return next(slot for slot in self.slots() if slot.body_name == body)

    def duty(self, body: str = ON, at: int = 0) -> DutyRow:
        """Who sits in a session, as the database has it now."""
        return self.slot(body).duties[at]

    def turn_clock(self, **later: int) -> None:
        self.now = NOW + timedelta(**later)


def make_board(desk: Desk, actor: Actor, bot: QtBot) -> Board:
    """Two bodies on the wall for today, two people in the first; it is 09:30 on a Tuesday."""
    place = Board(desk, actor, bot)
    crews = ((ON, time(9), time(11), 3, 2), (LATER, time(15), time(17), 2, 1))
    bodies = []
    for at, (name, starts, ends, many, people) in enumerate(crews):
        body = make_body(desk.hall, actor, NOW, name, scope="政策咨询、矛盾调解", position=at, colour=at)
        room = make_room(desk.hall, actor, NOW, f"20{at}", name=f"20{at} 接待室", position=at)
        times = (SeasonTime(starts, ends),)
        make_rule(desk.hall, actor, NOW, body, TUESDAYS, times, composition=Composition(people=people), room_id=room)
        for number in range(many):
            person = f"{'甲乙丙丁戊'[number]}{name[-1]}"
            place.members[person] = make_member(desk.hall, actor, NOW, person, phone="13800138000")
            make_seat(desk.hall, actor, NOW, place.members[person], body, kind="党代表")
        bodies.append(body)
    make_published(desk.hall, actor, NOW, tuple(bodies), first=TODAY, last=date(2026, 11, 30))
    desk.now = lambda: place.now
    desk.messages.said.connect(lambda level, text: place.said.append((level, text)))
    return place


def show_board(place: Board) -> Board:
    """Put the board on the screen, for whoever is logged in now."""
    place.pane = TodayPane(place.desk)
    place.bot.addWidget(place.pane)
    place.desk.changed.connect(place.pane.changed)
    place.pane.resize(1170, 640)
    with place.bot.waitExposed(place.pane):
        place.pane.show()
    place.pane.activateWindow()
    place.pane.refresh()
    place.wait(lambda: place.pane.slots is not None)
    return place
