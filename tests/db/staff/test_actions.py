"""Accounts: made, edited, given roles, taken out of use; never so that nobody could administer them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

import pytest

from db.action import Actor
from db.errors import NotAllowed, RuleBroken, Stale
from db.ids import new_id
from db.session import Hall
from db.staff import actions, queries
from db.staff.bootstrap import FIRST_ROLES, create_first_administrator
from db.staff.login import Attempt, log_in, prove
from db.staff.passwords import HashedPassword, hash_password
from db.staff.permissions import Role
from db.staff.queries import StaffRow
from tests.factories.staff import make_staff

Run = Callable[..., Any]
FIRST, SECOND = "Tulou-8826-shan", "Gulang-5519-yu"


@lru_cache
def hashed(password: str, login: str) -> HashedPassword:
    return hash_password(password, login, "测试")


def row(hall: Hall, centre_id: UUID, staff_id: UUID) -> StaffRow:
    found = hall.read(queries.account, centre_id, staff_id)
    assert found is not None
    return found


def create(run: Run, by: Actor, login: str = "chen.yu", **fields: Any) -> UUID:
    made: UUID = run(by, actions.create_staff, login=login, name="陈屿", password=hashed(FIRST, login), **fields)
    return made


def enter(hall: Hall, centre_id: UUID, login: str, password: str, now: datetime) -> Any:
    return log_in(hall, Attempt(centre_id, login, now, new_id()), password)


def test_a_new_account_has_no_roles_and_a_password_to_be_changed(
    hall: Hall, run: Run, sysadmin: Actor, now: datetime
) -> None:
    staff_id = create(run, sysadmin, post="二号窗口")
    found = row(hall, sysadmin.centre_id, staff_id)
    assert (found.login, found.name, found.post, found.roles, found.active) == (
        "chen.yu",
        "陈屿",
        "二号窗口",
        frozenset(),
        True,
    )
    assert enter(hall, sysadmin.centre_id, "chen.yu", FIRST, now).must_change


def test_a_login_that_is_taken_is_refused(run: Run, sysadmin: Actor) -> None:
    create(run, sysadmin)
    with pytest.raises(RuleBroken, match="已有人使用"):
        create(run, sysadmin)


def test_giving_roles_while_creating_needs_the_permission_to_give_roles(
    hall: Hall, run: Run, sysadmin: Actor, centre_id: UUID, now: datetime
) -> None:
    with pytest.raises(NotAllowed):
        create(run, sysadmin, roles=frozenset({Role.CLERK}))
    both = make_staff(hall, centre_id, Role.SYSADMIN, Role.SECADMIN, now=now)
    assert row(hall, centre_id, create(run, both, roles=frozenset({Role.CLERK}))).roles == {Role.CLERK}


def test_a_password_checked_for_another_login_is_a_bug_not_an_account(run: Run, sysadmin: Actor) -> None:
    with pytest.raises(ValueError, match="another login"):
        run(sysadmin, actions.create_staff, login="chen.yu", name="陈屿", password=hashed(FIRST, "lin.mei"))


def test_somebody_else_gives_roles(hall: Hall, run: Run, sysadmin: Actor, secadmin: Actor) -> None:
    staff_id = create(run, sysadmin)
    found = row(hall, sysadmin.centre_id, staff_id)
    roles = frozenset({Role.CLERK, Role.MANAGER})
    run(secadmin, actions.set_roles, staff_id=staff_id, roles=roles, version=found.version)
    assert row(hall, sysadmin.centre_id, staff_id).roles == roles
    with pytest.raises(Stale, match="被别人修改过"):
        run(secadmin, actions.set_roles, staff_id=staff_id, roles=frozenset(), version=found.version)


def test_an_auditor_is_nothing_else(run: Run, secadmin: Actor, clerk: Actor) -> None:
    with pytest.raises(RuleBroken, match="审计员不能兼任"):
        run(
            secadmin, actions.set_roles, staff_id=clerk.staff_id, roles=frozenset({Role.CLERK, Role.AUDITOR}), version=1
        )


def test_nobody_changes_the_own_roles(run: Run, secadmin: Actor) -> None:
    with pytest.raises(RuleBroken, match="不能修改自己的角色"):
        run(secadmin, actions.set_roles, staff_id=secadmin.staff_id, roles=frozenset({Role.MANAGER}), version=1)


def test_the_last_system_administrator_keeps_the_role(run: Run, secadmin: Actor, sysadmin: Actor) -> None:
    with pytest.raises(RuleBroken, match="没有系统管理员"):
        run(secadmin, actions.set_roles, staff_id=sysadmin.staff_id, roles=frozenset({Role.CLERK}), version=1)


def test_the_last_security_administrator_cannot_be_deactivated(run: Run, secadmin: Actor, sysadmin: Actor) -> None:
    with pytest.raises(RuleBroken, match="没有安全管理员"):
        run(sysadmin, actions.deactivate, staff_id=secadmin.staff_id, version=1)


def test_nobody_deactivates_or_unlocks_oneself(run: Run, sysadmin: Actor) -> None:
    with pytest.raises(RuleBroken, match="不能停用自己"):
        run(sysadmin, actions.deactivate, staff_id=sysadmin.staff_id, version=1)
    with pytest.raises(RuleBroken, match="不能解锁自己"):
        run(sysadmin, actions.unlock, staff_id=sysadmin.staff_id)
    with pytest.raises(RuleBroken, match="修改密码"):
        run(
            sysadmin,
            actions.reset_password,
            staff_id=sysadmin.staff_id,
            password=hashed(FIRST, sysadmin.name),
            version=1,
        )


def test_a_deactivated_account_can_do_nothing_from_the_next_click_on(
    hall: Hall, run: Run, sysadmin: Actor, secadmin: Actor, clerk: Actor
) -> None:
    run(clerk, actions.lock_screen, idle=True)
    run(sysadmin, actions.deactivate, staff_id=clerk.staff_id, version=1)
    assert not row(hall, clerk.centre_id, clerk.staff_id).active
    with pytest.raises(NotAllowed):
        run(clerk, actions.lock_screen, idle=True)


def test_a_reactivated_account_starts_with_a_one_time_password(
    hall: Hall, run: Run, sysadmin: Actor, secadmin: Actor, now: datetime
) -> None:
    staff_id = create(run, sysadmin)
    run(sysadmin, actions.deactivate, staff_id=staff_id, version=1)
    with pytest.raises(RuleBroken, match="已经停用"):
        run(sysadmin, actions.deactivate, staff_id=staff_id, version=2)
    with pytest.raises(RuleBroken, match="先恢复账号"):
        run(sysadmin, actions.reset_password, staff_id=staff_id, password=hashed(SECOND, "chen.yu"), version=2)
    run(sysadmin, actions.reactivate, staff_id=staff_id, password=hashed(SECOND, "chen.yu"), version=2)
    assert enter(hall, sysadmin.centre_id, "chen.yu", SECOND, now).must_change
    with pytest.raises(RuleBroken, match="不需要恢复"):
        run(sysadmin, actions.reactivate, staff_id=staff_id, password=hashed(SECOND, "chen.yu"), version=3)


def test_a_reset_password_replaces_the_old_one_and_opens_a_locked_account(
    hall: Hall, run: Run, sysadmin: Actor, now: datetime
) -> None:
    staff_id = create(run, sysadmin)
    for _ in range(5):
        with pytest.raises(NotAllowed):
            enter(hall, sysadmin.centre_id, "chen.yu", "wrong", now)
    version = row(hall, sysadmin.centre_id, staff_id).version
    run(sysadmin, actions.reset_password, staff_id=staff_id, password=hashed(SECOND, "chen.yu"), version=version)
    assert enter(hall, sysadmin.centre_id, "chen.yu", SECOND, now).must_change
    with pytest.raises(NotAllowed):
        enter(hall, sysadmin.centre_id, "chen.yu", FIRST, now)


def test_unlocking_opens_a_locked_account_at_once(hall: Hall, run: Run, sysadmin: Actor, now: datetime) -> None:
    staff_id = create(run, sysadmin)
    with pytest.raises(RuleBroken, match="没有被锁定"):
        run(sysadmin, actions.unlock, staff_id=staff_id)
    for _ in range(5):
        with pytest.raises(NotAllowed):
            enter(hall, sysadmin.centre_id, "chen.yu", "wrong", now)
    run(sysadmin, actions.unlock, staff_id=staff_id)
    enter(hall, sysadmin.centre_id, "chen.yu", FIRST, now)


def test_changing_the_own_password_needs_the_old_one(hall: Hall, run: Run, sysadmin: Actor, now: datetime) -> None:
    created = create(run, sysadmin)
    both = frozenset({Role.CLERK})
    secadmin = make_staff(hall, sysadmin.centre_id, Role.SECADMIN, now=now)
    run(secadmin, actions.set_roles, staff_id=created, roles=both, version=1)
    me = enter(hall, sysadmin.centre_id, "chen.yu", FIRST, now).actor
    proven = prove(hall, me, FIRST, now, new_id())
    later = now + timedelta(days=1)
    run(me, actions.change_password, proven=proven, new=hashed(SECOND, "chen.yu"), at=later)
    assert not enter(hall, me.centre_id, "chen.yu", SECOND, later).must_change
    with pytest.raises(NotAllowed):
        enter(hall, me.centre_id, "chen.yu", FIRST, later)
    with pytest.raises(Stale, match="密码刚刚在别处被更改"):
        run(me, actions.change_password, proven=proven, new=hashed(FIRST, "chen.yu"))


def test_name_and_post_can_be_edited_and_a_late_edit_is_stale(hall: Hall, run: Run, sysadmin: Actor) -> None:
    staff_id = create(run, sysadmin)
    run(sysadmin, actions.edit_staff, staff_id=staff_id, name="陈𬱖·艾力", post="代办员", version=1)
    found = row(hall, sysadmin.centre_id, staff_id)
    assert (found.name, found.post, found.version) == ("陈𬱖·艾力", "代办员", 2)
    with pytest.raises(Stale):
        run(sysadmin, actions.edit_staff, staff_id=staff_id, name="别人", post="", version=1)


def test_an_account_of_another_centre_is_not_found(run: Run, sysadmin: Actor) -> None:
    with pytest.raises(RuleBroken, match="找不到这个账号"):
        run(sysadmin, actions.unlock, staff_id=new_id())


def test_accounts_in_use_come_first(hall: Hall, run: Run, sysadmin: Actor, secadmin: Actor) -> None:
    first, second = create(run, sysadmin, "aa.first"), create(run, sysadmin, "bb.second")
    run(sysadmin, actions.deactivate, staff_id=first, version=1)
    listed = [account.id for account in hall.read(queries.accounts, sysadmin.centre_id)]
    assert listed[0] == second
    assert listed[-1] == first
    assert first not in [account.id for account in hall.read(queries.accounts, sysadmin.centre_id, with_inactive=False)]
    assert {person.login for person in hall.read(queries.names, sysadmin.centre_id)} >= {"aa.first", "bb.second"}


def bootstrap(hall: Hall, centre_id: UUID, now: datetime, **fields: Any) -> UUID:
    with hall.transaction() as session:
        return create_first_administrator(
            session,
            hall.vault,
            centre_id=centre_id,
            name="郑负责",
            password=hashed(FIRST, "zheng"),
            now=now,
            op=new_id(),
            **fields,
        )


def test_the_first_administrator_can_log_in_and_make_accounts_but_not_audit(
    hall: Hall, centre_id: UUID, run: Run, now: datetime
) -> None:
    staff_id = bootstrap(hall, centre_id, now)
    found = enter(hall, centre_id, "zheng", FIRST, now)
    assert (found.actor.staff_id, found.must_change) == (staff_id, False)
    assert row(hall, centre_id, staff_id).roles == FIRST_ROLES
    create(run, found.actor, roles=frozenset({Role.AUDITOR}))


def test_there_is_only_one_first_administrator(hall: Hall, centre_id: UUID, now: datetime) -> None:
    bootstrap(hall, centre_id, now)
    with pytest.raises(NotAllowed, match="已有账号"):
        bootstrap(hall, centre_id, now)


def test_the_first_administrator_is_no_auditor_either(hall: Hall, centre_id: UUID, now: datetime) -> None:
    with pytest.raises(RuleBroken, match="审计员不能兼任"):
        bootstrap(hall, centre_id, now, roles=frozenset({Role.SYSADMIN, Role.AUDITOR}))
