"""The window is killed while a clerk types; the next window has what was typed."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from db.cases.drafts import kept_draft
from db.cases.models import IntakeDraft
from db.session import Hall
from db.staff.permissions import Role
from tests.conftest import NOW
from tests.factories.centre import make_centre, make_counter
from tests.factories.people import made_up_id
from tests.factories.staff import make_staff

WINDOW = """
import sys
from uuid import UUID
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from db.action import Actor
from db.engine import embedded_url, make_engine
from db.session import Hall
from db.staff.permissions import Role, permissions_of
from db.vault import Vault
from desktop.counter.page import CounterPage
from desktop.shell.desk import Desk
from tests.conftest import NOW, TEST_KEY
file, staff, centre, counter, number = sys.argv[1:]
app = QApplication([])
desk = Desk(Hall(make_engine(embedded_url(file)), Vault(TEST_KEY)), lambda: NOW)
desk.log_in(Actor(UUID(staff), UUID(centre), "clerk", permissions_of(frozenset({Role.CLERK})), UUID(counter)))
page = CounterPage(desk)
page.show()
page.refresh()
page.people.applicant.begin_typed()
typed = page.people.applicant.typed
typed.kind.setCurrentIndex(0)
typed.name.setText("䶮·吴秀英")
QTest.keyClicks(typed.number, number)
app.exec()
"""


def test_what_was_typed_survives_a_kill(embedded_hall: Hall, embedded_file: Path) -> None:
    centre_id = make_centre(embedded_hall, now=NOW)
    counter_id = make_counter(embedded_hall, centre_id)
    clerk = make_staff(embedded_hall, centre_id, Role.CLERK, now=NOW, counter_id=counter_id)
    number = made_up_id()
    arguments = [str(embedded_file), str(clerk.staff_id), str(centre_id), str(counter_id), number]
    window = subprocess.Popen(
        [sys.executable, "-c", WINDOW, *arguments], cwd=Path(__file__).parents[2], stderr=subprocess.PIPE
    )
    try:
        _wait_for_draft(embedded_hall, window)
    finally:
        window.kill()
        window.wait()
    kept = embedded_hall.read(kept_draft, embedded_hall.vault, clerk.staff_id)
    assert kept is not None
    assert kept.draft.person is not None
    assert (kept.draft.person.name, kept.draft.person.id_number) == ("䶮·吴秀英", number)


def _wait_for_draft(hall: Hall, window: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if hall.read(lambda session: session.scalar(select(IntakeDraft.staff_id))) is not None:
            return
        if window.poll() is not None:
            assert window.stderr is not None
            pytest.fail(f"the window ended by itself: {window.stderr.read().decode()[-2000:]}")
        time.sleep(0.1)
    pytest.fail("no draft was saved within a minute")
