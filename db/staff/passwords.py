"""Passwords: hashed and verified with argon2id, always before a write lock is taken, because that costs about 0.1 s."""

import secrets
from dataclasses import dataclass, field

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from db.errors import Unavailable
from db.staff.rules import check_password, password_faults

# RFC 9106, second recommended option (64 MiB): every machine of a hall has that to spare.
_HASHER = PasswordHasher(time_cost=3, memory_cost=65536, parallelism=4)
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$bm9ib2R5IGhhcyB0aGlzIQ$/Pw4ZoGqx2cEAlHIvv4kzH8vVEpq4FyYyxF3P0mT9VY"
"""Verified against when there is no such account, so that the answer takes as long. It belongs to no password."""

_CLEAR_LETTERS = "abcdefghijkmnpqrstuvwxyz"
_CLEAR_CAPITALS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_CLEAR_DIGITS = "23456789"
_GROUPS = 3
_GROUP_LENGTH = 4


@dataclass(frozen=True, slots=True)
class HashedPassword:
    """A new password that has passed the rules for one login name; made by `hash_password` alone."""

    login: str
    hash: str = field(repr=False)
    mark: str = field(default_factory=lambda: secrets.token_hex(4))  # tells two apart where the hash must not show


def hash_password(password: str, login: str, name: str) -> HashedPassword:
    """Check a new password and hash it. Takes about 0.1 s: call it off the GUI thread and outside a transaction.

    Raises:
        RuleBroken: the password breaks a rule; the sentence names all of them.
    """
    check_password(password, login, name)
    return HashedPassword(login, _HASHER.hash(password))


def is_right(password: str, kept: str) -> bool:
    """Whether a typed password is the one that was hashed. Takes about 0.1 s whatever the answer.

    Raises:
        Unavailable: what is kept is no argon2 hash; the account has to be given a new password.
    """
    try:
        return _HASHER.verify(kept, password)
    except VerifyMismatchError:
        return False
    except (VerificationError, InvalidHashError) as error:
        raise Unavailable("这个账号的密码记录已损坏，请系统管理员为它重置密码。") from error


def needs_rehash(kept: str) -> bool:
    """Whether a hash was made with weaker settings than today's."""
    return _HASHER.check_needs_rehash(kept)


def rehash(password: str) -> str:
    """Today's hash of a password that has just been verified; the rules are not asked again."""
    return _HASHER.hash(password)


def one_time_password(login: str, name: str) -> str:
    """A random password to be read out or written down once: three groups without look-alike characters (≈68 bits)."""
    alphabet = _CLEAR_LETTERS + _CLEAR_CAPITALS + _CLEAR_DIGITS
    while True:
        groups = ["".join(secrets.choice(alphabet) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS)]
        password = "-".join(groups)
        if not password_faults(password, login, name):
            return password
