"""Every action can be done by a database role that has no more than its account's roles need."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, text

from db.action import REGISTRY
from db.server.accounts import admit
from db.session import Hall
from db.staff.models import StaffRole
from db.staff.permissions import ROLE_PERMISSIONS, Role
from db.vault import Vault
from tests.conftest import TEST_KEY
from tests.db.server.conftest import SECRET, Server
from tests.db.test_registry import EXAMPLES, TAGS
from tests.factories.stage import set_stage

TOGETHER = {"staff.create": (Role.SYSADMIN, Role.SECADMIN)}
"""Actions that ask for two permissions no single role holds."""


@pytest.fixture
def connection(server: Server) -> Iterator[Connection]:
    """A superuser's connection, which can become anybody; everything is taken back afterwards."""
    with server.superuser.connect() as connection:
        outer = connection.begin()
        yield connection
        outer.rollback()


@pytest.mark.parametrize("tag", TAGS)
def test_it_can_be_done_with_the_grants_of_one_role(connection: Connection, tag: str, now: datetime) -> None:
    hall = Hall(connection, Vault(TEST_KEY))
    stage = set_stage(hall, now, code="JM77")
    arguments: dict[str, Any] = EXAMPLES[tag](stage)
    holding = TOGETHER.get(tag) or (next(role for role in Role if REGISTRY[tag].permission in ROLE_PERMISSIONS[role]),)
    with hall.transaction() as session:
        session.execute(delete(StaffRole).where(StaffRole.staff_id == stage.actor.staff_id))
        who = {"staff_id": stage.actor.staff_id, "centre_id": stage.centre_id}
        session.execute(insert(StaffRole), [{"role": role, **who} for role in holding])
        name = admit(session, stage.actor.staff_id, SECRET)
    connection.execute(text(f'SET LOCAL SESSION AUTHORIZATION "{name}"'))
    assert connection.scalar(text("SELECT session_user")) == name
    stage.run(REGISTRY[tag], **arguments)
