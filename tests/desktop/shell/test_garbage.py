"""Garbage: what stands stays, what a window leaves behind goes, and only on the window's thread."""

import gc
import weakref

from db.session import Hall
from desktop.shell.desk import Desk
from desktop.shell.garbage import Garbage
from tests.conftest import NOW


class Knot:
    """Something that only the collector can free."""

    def __init__(self) -> None:
        self.self = self


def test_what_stands_is_settled_once_and_what_comes_later_is_collected(desk: Desk) -> None:
    gc.unfreeze()
    standing = Knot()
    desk.garbage.settle()
    settled = gc.get_freeze_count()
    assert settled
    later, gone = Knot(), Knot()
    desk.garbage.settle()
    assert gc.get_freeze_count() <= settled
    seen = weakref.ref(gone)
    del gone
    gc.collect()
    assert seen() is None
    assert standing.self is standing
    assert later.self is later


def test_nothing_is_collected_by_itself_while_a_desk_is_open(desk: Desk) -> None:
    assert isinstance(desk.garbage, Garbage)
    assert not gc.isenabled()


def test_a_closing_desk_leaves_no_garbage(hall: Hall) -> None:
    desk, knot = Desk(hall, lambda: NOW), Knot()
    seen = weakref.ref(knot)
    del knot
    desk.close()
    gc.enable()
    assert seen() is None
