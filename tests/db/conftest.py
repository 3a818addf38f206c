"""A hall with some weeks behind it, made once a test process."""

from pathlib import Path

import pytest
from sqlalchemy import event

from db.demo import build
from db.engine import embedded_url, make_engine
from db.keys import new_vault
from db.migrations.upgrade import prepare
from db.session import Hall
from db.vault import Vault
from tests.embedded import hurry


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Vault]:
    """The demo hall's database, to be read or copied and never written, and its vault."""
    file = tmp_path_factory.mktemp("played") / "hall.sqlite"
    engine, vault = make_engine(embedded_url(file)), new_vault()
    event.listen(engine, "connect", hurry)
    prepare(engine)
    build(Hall(engine, vault))
    engine.dispose()
    return file, vault
