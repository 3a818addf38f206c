"""Hashing: argon2id, off the lock, and as slow for nobody as for somebody."""

import pytest
from argon2 import Type, extract_parameters

from db.errors import RuleBroken, Unavailable
from db.staff import passwords
from db.staff.rules import password_faults


def test_a_hashed_password_verifies_and_another_does_not() -> None:
    made = passwords.hash_password("Tulou-8826-shan", "lin", "林小妹")
    assert made.hash.startswith("$argon2id$")
    assert passwords.is_right("Tulou-8826-shan", made.hash)
    assert not passwords.is_right("Tulou-8826-shaN", made.hash)


def test_a_weak_password_is_not_even_hashed() -> None:
    with pytest.raises(RuleBroken):
        passwords.hash_password("12345678", "lin", "林小妹")


def test_the_hash_does_not_show_in_a_log() -> None:
    assert "argon2" not in repr(passwords.HashedPassword("lin", "$argon2id$secret"))


@pytest.mark.usefixtures("real_hashing")
def test_hashes_are_as_strong_as_the_second_recommendation_of_rfc_9106() -> None:
    found = extract_parameters(passwords.hash_password("Tulou-8826-shan", "lin", "林小妹").hash)
    assert (found.type, found.time_cost, found.memory_cost, found.parallelism) == (Type.ID, 3, 64 * 1024, 4)
    assert (found.salt_len, found.hash_len) == (16, 32)


@pytest.mark.usefixtures("real_hashing")
def test_verifying_for_nobody_does_the_same_work_as_for_somebody() -> None:
    made = passwords.hash_password("Tulou-8826-shan", "lin", "林小妹")
    assert extract_parameters(passwords.NOBODY) == extract_parameters(made.hash)
    assert not passwords.is_right("Tulou-8826-shan", passwords.NOBODY)


def test_a_damaged_record_is_told_apart_from_a_wrong_password() -> None:
    with pytest.raises(Unavailable, match="密码记录已损坏"):
        passwords.is_right("Tulou-8826-shan", "not a hash")


def test_one_time_passwords_hold_the_rules_and_differ() -> None:
    made = {passwords.one_time_password("lin", "林小妹") for _ in range(200)}
    assert len(made) == 200
    assert all(password_faults(password, "lin", "林小妹") == [] for password in made)
    assert all(not set(password) & set("0O1lIo") for password in made)
