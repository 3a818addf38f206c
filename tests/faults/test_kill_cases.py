"""200 times kill -9 at a random moment of a process that accepts cases and issues receipts.

Nothing acknowledged is lost, no number is missing or double, the journal's chain is whole, and a click that was cut off
can be sent again.
"""

import random
from pathlib import Path

import msgspec
from sqlalchemy import func, select

from db.action import Request
from db.cases import actions as cases
from db.cases.actions import Moved
from db.cases.models import Case, CaseEvent, CaseMaterial
from db.check import damage, dangling, feature_checks
from db.engine import embedded_url, make_engine
from db.journal.check import journal_faults
from db.receipts.models import PrintJob, Receipt
from db.session import Hall
from db.staff.permissions import Role
from db.vault import Vault
from tests.conftest import NOW, TEST_KEY
from tests.factories.cases import make_counter_for_cases
from tests.factories.centre import make_centre, make_counter
from tests.factories.staff import make_staff
from tests.faults.killing import Nursery, Toll
from tests.faults.killing_setting import Setting


def set_up(hall: Hall) -> Setting:
    """A clerk at a counter who accepts the same thing over and over."""
    centre_id = make_centre(hall, now=NOW)
    actor = make_staff(hall, centre_id, Role.CLERK, now=NOW, counter_id=make_counter(hall, centre_id))
    counter = make_counter_for_cases(hall, actor, NOW)
    return Setting(actor, counter.intake())


def kill_many(url: str, setting: Setting, times: int) -> Toll:
    nursery = Nursery(url, msgspec.json.encode(setting), random.Random(20261117))
    for _ in range(times):
        nursery.live_and_die()
    nursery.close()
    return nursery.toll


def hold_to_account(hall: Hall, setting: Setting, toll: Toll, times: int) -> None:
    """Everything that was acknowledged is there, once, and everything that is there is whole."""
    assert toll.killed == times
    assert len(toll.done) > times / 2, "the victims hardly worked"
    there = {case.id: case for case in hall.read(lambda session: session.scalars(select(Case)).all())}
    for result in toll.done.values():
        moved = msgspec.json.decode(result, type=Moved)
        assert there[moved.case_id].number == moved.number
    unanswered = [op for op in toll.tried if op not in toll.done]
    assert unanswered, "no kill hit a transaction"
    survived = len(there) - len(toll.done)
    assert 0 <= survived <= len(unanswered)
    for op in toll.tried:  # the click is sent again: those that survived are found, the others are done now
        again = hall.run(Request(setting.actor, NOW, op), cases.accept, intake=setting.intake)
        if op in toll.done:
            assert again == msgspec.json.decode(toll.done[op], type=Moved)
    everything = len(toll.tried)
    rows = {
        table: hall.read(lambda session, table=table: session.scalar(select(func.count()).select_from(table)))
        for table in (Case, CaseEvent, Receipt, PrintJob, CaseMaterial)
    }
    assert rows == {
        Case: everything, CaseEvent: everything, Receipt: everything, PrintJob: everything, CaseMaterial: everything * 3
    }  # fmt: skip
    assert hall.read(damage) == []
    assert hall.read(dangling) == []
    assert hall.read(journal_faults, hall.vault, setting.actor.centre_id, lambda done, total, text: None) == []
    for feature, problems in feature_checks():
        assert hall.read(problems, setting.actor.centre_id) == [], feature


def test_200_kills_on_the_embedded_database_lose_nothing(embedded_file: Path) -> None:
    url = embedded_url(embedded_file)
    engine = make_engine(url)
    hall = Hall(engine, Vault(TEST_KEY))
    setting = set_up(hall)
    toll = kill_many(url.render_as_string(hide_password=False), setting, 200)
    hold_to_account(hall, setting, toll, 200)
    engine.dispose()


def test_20_killed_clients_of_postgresql_lose_nothing(postgres_url: str) -> None:
    engine = make_engine(postgres_url)
    hall = Hall(engine, Vault(TEST_KEY))
    setting = set_up(hall)
    toll = kill_many(postgres_url, setting, 20)
    hold_to_account(hall, setting, toll, 20)
    engine.dispose()
