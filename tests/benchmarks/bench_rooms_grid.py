"""What the grid of rooms costs: a week of ten rooms painted, and the frames of a drag (limits: 30 ms and 16 ms).

    QT_QPA_PLATFORM=offscreen uv run python -m tests.benchmarks.bench_rooms_grid [BOOKINGS]

A full week is ten rooms, seven days, a booking every hour and a half from 8 to 21: 630 bookings. With a number of bookings,
an embedded hall of ten rooms is filled with so many, and weeks of 980 bookings are read from it too, another one each time.
The drag moves a booking over all rooms and days in 400 steps, and then scrolls at the rims; a frame is the move and the paint
that follows it. Times are the process's own CPU time (on the offscreen platform painting is all CPU); as in the window, no
garbage is collected in between.
"""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import gc
import statistics
import sys
import tempfile
import time as clock
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from db.clock import start_of
from db.engine import embedded_url, make_engine
from db.ids import new_id
from db.rooms.admin import ALL_DAY_EVERY_DAY
from db.rooms.board import Board, board
from db.rooms.queries import BookingRow, RoomRow
from db.rooms.rules import USES, RoomRules
from db.rooms.states import BookingState
from desktop.rooms.canvas import Content, View
from desktop.rooms.geometry import Slot
from desktop.rooms.grid import RoomGrid
from desktop.shell import theme
from tests.benchmarks.bench_rooms import FIRST_FREE, hall_with

MONDAY = date(2026, 11, 16)
ROOMS, STEPS = 10, 400


def full_week() -> Board:
    """Ten rooms and 630 bookings."""
    centre = new_id()
    rooms = tuple(
        RoomRow(
            new_id(), centre, 1, f"{at + 201}", f"多功能室{at + 1}", "2楼", 60, True, 40, (USES[at % 8],), ("投影",), "免费",
            False, 20, False, "", at, True, False,
            RoomRules(f"多功能室{at + 1}", 40, ALL_DAY_EVERY_DAY, setup_minutes=5, clearing_minutes=5), (new_id(),),
        )
        for at in range(ROOMS)
    )  # fmt: skip
    bookings: list[BookingRow] = []
    for at, room in enumerate(rooms):
        for day in range(7):
            for number in range(9):
                begins = start_of(MONDAY + timedelta(days=day)) + timedelta(hours=8, minutes=85 * number)
                bookings.append(
                    BookingRow(
                        new_id(), f"2026-{len(bookings):06d}", 1, room.id, None, begins, begins + timedelta(hours=1),
                        BookingState.BOOKED, new_id(), "榕荫社区合唱队", USES[(at + number) % 8], "合唱排练和汇报演出",
                        "赵老师", 24, "", None, None,
                    )
                )  # fmt: skip
    first = start_of(MONDAY)
    return Board(first, first + timedelta(days=7), rooms, tuple(bookings))


def told(name: str, frames: list[float], limit: float) -> None:
    """One line of the result, in milliseconds."""
    frames = sorted(frame * 1000 for frame in frames)
    late = sum(frame > limit for frame in frames)
    print(
        f"{name:28} median {statistics.median(frames):6.2f}  p99 {frames[int(len(frames) * 0.99) - 1]:6.2f}"
        f"  max {frames[-1]:6.2f} ms  over {limit:g} ms: {late} of {len(frames)}"
    )


def main() -> None:
    """Measure at 1920×1080."""
    gc.disable()
    app = QApplication([])
    theme.load_fonts()
    theme.apply(app, theme.Look(theme.Mode.LIGHT))
    week, now = full_week(), start_of(MONDAY) + timedelta(hours=10)
    grid = RoomGrid(lambda: now)
    grid.resize(1520, 900)
    grid.show()
    if not QTest.qWaitForWindowExposed(grid):
        raise SystemExit("the window does not come up: nothing would be painted")
    QApplication.processEvents()
    days = tuple(MONDAY + timedelta(days=n) for n in range(7))
    content = Content(week, week.rooms, days, View.WEEK)
    paints = []
    for _ in range(30):
        anew = replace(content, board=replace(week))  # as if it had just been read
        begin = clock.process_time()
        grid.show_content(anew)
        grid.viewport().repaint()
        paints.append(clock.process_time() - begin)
    told("week, placed and painted", paints, 30)
    for view, shown in ((View.WEEK, days), (View.DAY, days[:1])):
        grid.set_zoom(0 if view is View.WEEK else 4)
        grid.show_content(Content(week, week.rooms, shown, view))
        grid.viewport().repaint()
        told(f"drag, {view}", drag(grid, week.bookings[1]), 16)
    grid.set_zoom(6)
    grid.viewport().repaint()
    told("drag at the rim, scrolling", rim(grid, week.bookings[1]), 16)
    if len(sys.argv) > 1:
        grid.set_zoom(0)
        told("week, read and painted", weeks(grid, int(sys.argv[1])), 30)
    grid.close()


def weeks(grid: RoomGrid, count: int) -> list[float]:
    """Weeks of a full hall, each read from the database, placed and painted."""
    frames = []
    with tempfile.TemporaryDirectory(prefix="linli-bench-") as folder:
        engine = make_engine(embedded_url(Path(folder) / "hall.sqlite"))
        setting = hall_with(engine, count)
        for at in range(44):
            monday = FIRST_FREE - timedelta(days=14 + 7 * (at % 20))
            days = tuple(monday + timedelta(days=n) for n in range(7))
            first, last = start_of(monday), start_of(monday + timedelta(days=7))
            begin = clock.process_time()
            read = setting.hall.read(board, setting.actor.centre_id, first, last, first)
            grid.show_content(Content(read, read.rooms, days, View.WEEK))
            grid.viewport().repaint()
            frames.append(clock.process_time() - begin)
            assert len(read.bookings) == 980
        engine.dispose()
    return frames[4:]  # the first ones load what the others use


def drag(grid: RoomGrid, row: BookingRow) -> list[float]:
    """Frames of a drag over everything."""
    view = grid.viewport()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=grid.slot_point(Slot(row.room_id, MONDAY, 565, 625)))
    frames = []
    for step in range(STEPS):
        where = QPointF(
            150 + (view.width() - 200) * step / STEPS, 100 + (view.height() - 150) * (step * 7 % STEPS) / STEPS
        )
        begin = clock.process_time()
        _move(grid, where)
        view.repaint()
        frames.append(clock.process_time() - begin)
    grid.abort()
    return frames


def rim(grid: RoomGrid, row: BookingRow) -> list[float]:
    """Frames while a drag is held at the lower rim, at the end of the day at the upper one, and so on."""
    view, bar = grid.viewport(), grid.verticalScrollBar()
    bar.setValue(0)
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=grid.slot_point(Slot(row.room_id, MONDAY, 565, 625)))
    _move(grid, QPointF(300, view.height() - 30))
    frames = []
    rims = (QPointF(300, view.height() - 2), QPointF(300, grid.frame.head + 2))
    grid._pointer = rims[0]
    for _ in range(200):
        begin = clock.process_time()
        grid._auto_scroll()
        view.repaint()
        frames.append(clock.process_time() - begin)
        if bar.value() in (0, bar.maximum()):
            grid._pointer = rims[bar.value() == bar.maximum()]
    grid.abort()
    return frames


def _move(grid: RoomGrid, where: QPointF) -> None:
    view = grid.viewport()
    event = QMouseEvent(
        QEvent.Type.MouseMove, where, view.mapToGlobal(where), Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(view, event)


if __name__ == "__main__":
    main()
