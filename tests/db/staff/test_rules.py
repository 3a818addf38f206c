"""Password, lockout and role rules."""

from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.errors import RuleBroken
from db.staff import rules
from db.staff.permissions import PERMISSION_TITLES, ROLE_TITLES, Permission, Role, permissions_of

NOW = datetime(2026, 11, 17, 1, 30, tzinfo=UTC)
GOOD = "Tulou-8826-shan"


def test_a_long_mixed_password_is_good() -> None:
    assert rules.password_faults(GOOD, "lin.xiaomei", "林小妹") == []


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("Tu8-shan", "至少 10 个字符"),
        ("T8-" + "shanxi" * 22, "最多 128 个字符"),
        ("tulou8826shan", "至少要有 3 种"),
        ("土楼土楼土楼土楼土楼土楼", "至少要有 3 种"),
        ("Lin.Xiaomei-77", "不能含登录名或姓名"),
        ("77-iemoaix.nil-T", "不能含登录名或姓名"),
        ("林小妹-Tulou-77", "不能含登录名或姓名"),
        ("Tulou-2345-shan", "连续的字符"),
        ("Tulou-5432-shan", "连续的字符"),
        ("Tulou-qwer-82", "连续的字符"),
        ("Tulou-7777-sh", "连续的字符"),
        ("Tulou8826-\x00shan", "控制字符"),
        ("P@ssw0rd2026!", "过于常见"),
        ("Admin@202688", "过于常见"),
        ("Fujian_88226", "过于常见"),
        ("@dmin-2288-66", "过于常见"),
        ("5201314--Aa", "过于常见"),
    ],
)
def test_a_weak_password_is_told_what_is_wrong(password: str, fault: str) -> None:
    with pytest.raises(RuleBroken, match=fault):
        rules.check_password(password, "lin.xiaomei", "林小妹")


def test_all_faults_are_told_at_once() -> None:
    assert len(rules.password_faults("lin1234", "lin", "林")) == 4


def test_a_name_of_one_character_does_not_forbid_that_character() -> None:
    assert rules.password_faults("Tulou-8826-林", "lin.x", "林") == []


@pytest.mark.parametrize("login", ["lin", "lin.xiao_mei-2", "a" * 32])
def test_good_logins(login: str) -> None:
    rules.check_login(login)


@pytest.mark.parametrize("login", ["", "ab", "a" * 33, "2lin", "Lin", "林小妹", "lin xiao", "lin\n"])
def test_bad_logins_are_refused(login: str) -> None:
    with pytest.raises(RuleBroken, match="登录名须为"):
        rules.check_login(login)


def test_a_login_typed_full_width_or_in_capitals_is_the_same_login() -> None:
    assert rules.tidy_login("  ＬＩＮ.Mei ") == "lin.mei"


@pytest.mark.parametrize("name", ["林小妹", "王𠮷", "买买提·艾力", "x" * 60])
def test_names_of_staff_keep_every_character(name: str) -> None:
    assert rules.tidy_staff_name(f" {name}\n") == name


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "林\u200b小妹", "林\u202e", "林\x00"])
def test_bad_names_are_refused(name: str) -> None:
    with pytest.raises(RuleBroken):
        rules.tidy_staff_name(name)


def test_the_fifth_failure_locks_and_each_round_doubles_the_wait() -> None:
    waits = [rules.locked_until_after(n, NOW) for n in range(0, 41)]
    locked = {n: (until - NOW) // timedelta(minutes=1) for n, until in enumerate(waits) if until}
    assert locked == {5: 10, 10: 20, 15: 40, 20: 80, 25: 160, 30: 240, 35: 240, 40: 240}


@given(st.integers(min_value=1, max_value=10**6))
def test_no_wait_is_longer_than_four_hours(failures: int) -> None:
    until = rules.locked_until_after(failures, NOW)
    assert until is None or timedelta(minutes=10) <= until - NOW <= timedelta(hours=4)


def test_minutes_to_wait_are_rounded_up() -> None:
    assert [rules.minutes_to_wait(NOW + timedelta(seconds=s), NOW) for s in (-5, 0, 1, 60, 61)] == [0, 0, 1, 1, 2]


def test_a_password_expires_after_ninety_days() -> None:
    assert not rules.password_expired(NOW - timedelta(days=90) + timedelta(seconds=1), NOW)
    assert rules.password_expired(NOW - timedelta(days=90), NOW)


def test_an_auditor_can_be_nothing_else() -> None:
    rules.check_roles({Role.AUDITOR})
    for role in set(Role) - {Role.AUDITOR}:
        with pytest.raises(RuleBroken, match="审计员不能兼任"):
            rules.check_roles({Role.AUDITOR, role})


def test_no_allowed_combination_of_roles_both_administers_and_audits() -> None:
    everything_but_audit = permissions_of(frozenset(Role) - {Role.AUDITOR})
    assert not {Permission.JOURNAL_READ, Permission.JOURNAL_EXPORT} & everything_but_audit
    assert permissions_of(frozenset({Role.AUDITOR})) & {Permission.STAFF_MANAGE, Permission.STAFF_ROLES} == set()
    for size in range(1, len(Role)):
        for roles in combinations(set(Role) - {Role.AUDITOR}, size):
            rules.check_roles(roles)


def test_every_permission_and_role_has_a_title_for_the_role_table() -> None:
    assert PERMISSION_TITLES.keys() == set(Permission)
    assert ROLE_TITLES.keys() == set(Role)
