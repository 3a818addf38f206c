"""Two desks on one server see the same truth; the banner says when the server is away."""

from collections.abc import Iterator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from db.engine import make_engine
from db.errors import LINK_LOST
from db.session import Hall
from db.staff.permissions import Role
from db.tickets.actions import take_ticket
from db.vault import Vault
from desktop.shell.desk import Desk
from desktop.shell.link import FOUND, LOST
from tests.conftest import NOW, TEST_KEY
from tests.desktop.shell.conftest import House
from tests.factories.centre import make_centre, make_counter
from tests.factories.staff import make_staff


@pytest.fixture
def desks(postgres_url: str, qtbot: QtBot) -> Iterator[tuple[Desk, Desk]]:
    """Two clients of one hall on PostgreSQL, a clerk at each."""
    halls = [Hall(make_engine(postgres_url), Vault(TEST_KEY)) for _ in range(2)]
    centre_id = make_centre(halls[0], now=NOW)
    made = []
    for number, hall in enumerate(halls, 1):
        desk = Desk(hall, lambda: NOW)
        with qtbot.waitSignal(desk.renewed):  # it listens from now on
            clerk = make_staff(
                hall, centre_id, Role.CLERK, now=NOW, counter_id=make_counter(hall, centre_id, number=str(number))
            )
            desk.log_in(clerk)
        made.append(desk)
    yield made[0], made[1]
    for desk, hall in zip(made, halls, strict=True):
        desk.close()
        hall.bind.dispose()  # type: ignore[union-attr]


def test_a_ticket_taken_at_one_desk_is_announced_at_the_other(desks: tuple[Desk, Desk], qtbot: QtBot) -> None:
    mine, theirs = desks
    heard: list[Any] = []
    mine.changed.connect(lambda changes: heard.append(changes))
    with qtbot.waitSignal(theirs.changed) as told:
        mine.do(mine, take_ticket, item_id=None)
    assert {change.kind for change in told.args[0]} == {"ticket"}
    qtbot.waitUntil(lambda: bool(heard))
    with qtbot.waitSignal(mine.changed):
        theirs.do(theirs, take_ticket, item_id=None)
    assert len(heard) == 2  # its own ticket once, not again as an echo, and the other's


def test_a_lost_server_is_told_and_found_again_by_itself(
    desks: tuple[Desk, Desk], qtbot: QtBot, postgres_url: str
) -> None:
    desk = desks[0]
    engine = make_engine(postgres_url)
    back = [desk.linked, desk.linked, desk.renewed, desks[1].renewed]
    with qtbot.waitSignals(back, timeout=30_000), engine.begin() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    engine.dispose()
    assert desk.is_linked
    with qtbot.waitSignal(desks[1].changed):
        desk.do(desk, take_ticket, item_id=None)


def test_the_banner_stands_while_the_link_is_lost_and_the_page_is_read_anew_afterwards(inside: House) -> None:
    banner = inside.window.link
    assert banner.isHidden()
    inside.start.desk.linked.emit(False)
    assert banner.isVisible()
    assert banner.text.text() == LOST
    inside.start.desk.messages.problem(LINK_LOST)
    inside.start.desk.messages.problem("打印机缺纸。")
    inside.start.desk.linked.emit(True)
    assert banner.text.text() == FOUND
    assert [toast.sentence for toast in inside.window.toasts.shown()] == ["打印机缺纸。"]
    refreshed: list[int] = []
    page = inside.window.page
    assert page is not None
    page.refresh = lambda: refreshed.append(1)  # type: ignore[method-assign]
    inside.start.desk.renewed.emit()
    assert refreshed == [1]
