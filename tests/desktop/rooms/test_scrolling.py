"""While the grid scrolls only what comes in is painted: what is seen is the same as if all had been."""

from datetime import timedelta

import pytest
from PySide6.QtGui import QImage

from db.rooms.admin import close_room
from desktop.rooms.canvas import View
from tests.desktop.rooms.conftest import Place, at

STEPS = ((0, 7), (0, 14), (5, 0), (9, 11), (0, -14), (-9, -3), (0, 40), (-5, 0), (0, 300), (0, -90))
"""How far the grid is scrolled at each step, across and down."""


@pytest.fixture
def full(place: Place) -> Place:
    """Bookings in every room, a hall whose part is taken, and a closure longer than the window."""
    for hour in range(9, 17, 2):
        made = place.book("201", hour, hour + 1)
        place.book("202", hour + 0.5, hour + 1.25)
    span = {"starts_at": at(17), "ends_at": at(17) + timedelta(hours=30)}
    place.run(close_room, room_id=place.rooms["202"], reason="地板检修", **span)
    place.shown(made)
    return place


def picture(place: Place) -> QImage:
    return place.page.grid.viewport().grab().toImage()


@pytest.mark.parametrize("view", [View.DAY, View.WEEK_ROOM, View.WEEK])
def test_a_scrolled_grid_looks_as_if_it_had_been_painted_anew(full: Place, view: View) -> None:
    grid = full.page.grid
    full.page.bar.show_view(view.value)
    full.qtbot.waitUntil(lambda: grid.content is not None and grid.content.view is view)
    grid.set_zoom(6)
    picture(full)
    moved = 0
    for across, down in STEPS:
        before = (grid.horizontalScrollBar().value(), grid.verticalScrollBar().value())
        grid.horizontalScrollBar().setValue(before[0] + across)
        grid.verticalScrollBar().setValue(before[1] + down)
        moved += before != (grid.horizontalScrollBar().value(), grid.verticalScrollBar().value())
        scrolled = picture(full)
        grid.redraw()
        assert scrolled == picture(full), (across, down)
    assert moved >= 4
