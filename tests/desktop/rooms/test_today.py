"""Today's board tells of every room what has it: a booking, a duty or a closure, or a booking of a part of it."""

from PySide6.QtWidgets import QFrame, QLabel, QPushButton

from db.rooms.admin import close_room
from db.rooms.bookings import arrive
from desktop.rooms.today import uses_of
from tests.conftest import NOW
from tests.desktop.rooms.conftest import Place, at


def said(place: Place) -> dict[str, str]:
    """What each room's card says, its name first."""
    cards = place.page.today_board.findChildren(QFrame, "card")
    found = {}
    for card in cards:
        words = [part.text() for part in (*card.findChildren(QLabel), *card.findChildren(QPushButton)) if part.text()]
        found[words[0]] = "|".join(words[1:])
    return found


def test_a_booked_part_makes_the_whole_hall_taken(place: Place) -> None:
    made = place.book("201", 9.25, 11)
    place.run(arrive, booking_id=made.booking_id, version=made.version)
    place.shown(made)
    cards = said(place)
    assert "使用中" in cards["多功能室201"]
    assert "至 11:00　军门合唱队　排练" in cards["多功能室201"]
    assert "相连房间占用" in cards["多功能室200"]
    assert "至 11:00　多功能室201已借出" in cards["多功能室200"]
    assert "空闲" in cards["多功能室202"]


def test_a_closure_now_and_what_comes_behind_it_are_told(place: Place) -> None:
    place.run(close_room, room_id=place.rooms["202"], reason="地板检修", starts_at=at(8), ends_at=at(12))
    made = place.book("202", 14, 15)
    place.shown(made)
    card = said(place)["多功能室202"]
    assert card.index("停用") < card.index("至 12:00　停用：地板检修") < card.index("14:00–15:00")


def test_what_is_over_is_not_told(place: Place) -> None:
    place.shown(place.book("201", 9, 10))
    assert place.page.seen is not None
    room = next(room for room in place.page.seen.board.rooms if room.number == "201")
    assert [use.text for use in uses_of(room, place.page.seen, NOW)] == ["军门合唱队　排练"]
    assert uses_of(room, place.page.seen, at(10)) == ()
