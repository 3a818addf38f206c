"""Eight windows issue the very first receipts of a centre at the same moment: one key, no gap, no double, all genuine."""

import threading
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.action import Actor, Request
from db.engine import embedded_url, make_engine
from db.ids import new_id
from db.receipts import queries
from db.receipts.actions import issue
from db.receipts.check import Standing, check_scanned, problems
from db.receipts.content import PaperKind
from db.receipts.models import Receipt, SigningKey
from db.session import Hall
from db.staff.permissions import Role
from db.vault import Vault
from tests.conftest import NOW, TEST_KEY
from tests.factories.centre import make_centre
from tests.factories.receipts import case_facts
from tests.factories.staff import make_staff

WINDOWS = 8
EACH = 6


@pytest.mark.parametrize("database", ["embedded", "postgres"])
def test_the_first_receipts_of_a_centre_made_at_once_are_gapless_and_genuine(
    database: str, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgres_url") if database == "postgres" else _embedded(request)
    first = Hall(make_engine(url), Vault(TEST_KEY))
    centre_id = make_centre(first, now=NOW)
    actors = [make_staff(first, centre_id, Role.CLERK, now=NOW) for _ in range(WINDOWS)]
    failures: list[BaseException] = []
    gate = threading.Barrier(WINDOWS)
    threads = [threading.Thread(target=_window, args=(url, actor, gate, failures)) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert failures == []
    assert first.read(_counts) == (WINDOWS * EACH, WINDOWS * EACH, 1)
    assert first.read(problems, centre_id) == []
    assert set(first.read(_standings, centre_id)) == {Standing.GENUINE}


def _embedded(request: pytest.FixtureRequest) -> str:
    file: Path = request.getfixturevalue("embedded_file")
    return embedded_url(file).render_as_string()


def _window(url: str, actor: Actor, gate: threading.Barrier, failures: list[BaseException]) -> None:
    """A window of its own: its own connection, the same database."""
    hall = Hall(make_engine(url), Vault(TEST_KEY))
    try:
        gate.wait(60)
        for _ in range(EACH):
            hall.run(Request(actor, NOW, new_id()), issue, kind=PaperKind.RECEIVED, case=case_facts(), case_id=None)
    except BaseException as failure:
        failures.append(failure)
        raise
    finally:
        engine = hall.bind
        engine.dispose()  # type: ignore[union-attr]


def _counts(session: Session) -> tuple[int, int, int]:
    receipts, highest = session.execute(select(func.count(), func.max(Receipt.seq)).select_from(Receipt)).one()
    keys = session.scalar(select(func.count()).select_from(SigningKey))
    return receipts, highest, keys or 0


def _standings(session: Session, centre_id: UUID) -> list[Standing]:
    ids = session.scalars(select(Receipt.id).where(Receipt.centre_id == centre_id)).all()
    sheets = [queries.receipt(session, centre_id, each) for each in ids]
    return [check_scanned(session, centre_id, sheet.content.qr).standing for sheet in sheets if sheet is not None]
