"""Examples of what is done with accounts."""

from functools import lru_cache

from sqlalchemy import update

from db.staff import actions, queries
from db.staff.models import Staff
from db.staff.passwords import HashedPassword, hash_password
from db.staff.permissions import Role
from db.staff.queries import StaffRow
from tests.factories.stage import Example, Stage

FIRST, SECOND = "Tulou-8826-shan", "Gulang-5519-yu"
"""Passwords that hold the rules."""


@lru_cache
def hashed(password: str, login: str) -> HashedPassword:
    """A password as the account actions take it; hashed once a test run."""
    return hash_password(password, login, "测试")


def make_account(stage: Stage, login: str = "chen.yu", **fields: object) -> StaffRow:
    """An account made by the first person on the stage, with the one-time password FIRST."""
    made = stage.run(actions.create_staff, login=login, name="陈屿", password=hashed(FIRST, login), **fields)
    found: StaffRow = stage.read(queries.account, stage.centre_id, made)
    return found


def _reactivation(stage: Stage) -> dict[str, object]:
    account = make_account(stage)
    stage.run(actions.deactivate, staff_id=account.id, version=account.version)
    return {"staff_id": account.id, "password": hashed(SECOND, account.login), "version": account.version + 1}


def _unlocking(stage: Stage) -> dict[str, object]:
    account = make_account(stage)
    with stage.hall.transaction() as session:
        session.execute(update(Staff).where(Staff.id == account.id).values(failures=5))
    return {"staff_id": account.id}


EXAMPLES: dict[str, Example] = {
    "staff.log_out": lambda stage: {},
    "staff.lock_screen": lambda stage: {"idle": True},
    "staff.change_password": lambda stage: {"proven": "!", "new": hashed(SECOND, stage.actor.name)},
    "staff.create": lambda stage: {
        "login": "chen.yu",
        "name": "陈屿",
        "password": hashed(FIRST, "chen.yu"),
        "roles": frozenset({Role.CLERK}),
    },
    "staff.edit": lambda stage: {"staff_id": make_account(stage).id, "name": "陈𠮷", "post": "代办员", "version": 1},
    "staff.set_roles": lambda stage: {
        "staff_id": make_account(stage).id,
        "roles": frozenset({Role.AUDITOR}),
        "version": 1,
    },
    "staff.deactivate": lambda stage: {"staff_id": make_account(stage).id, "version": 1},
    "staff.reactivate": _reactivation,
    "staff.reset_password": lambda stage: {
        "staff_id": make_account(stage).id,
        "password": hashed(SECOND, "chen.yu"),
        "version": 1,
    },
    "staff.unlock": _unlocking,
}
