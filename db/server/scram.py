"""A server password as PostgreSQL keeps it (SCRAM-SHA-256, RFC 5802 and 7677): the server never hears the password itself.

So it stands in no log, in no statement and in no operation that is kept; whoever reads the server's own table of passwords
cannot log in with what stands there.
"""

import base64
import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, field

from db.errors import RuleBroken
from db.staff.rules import check_password

ROUNDS = 4096
"""What PostgreSQL itself uses (`scram_iterations`); the passwords are random or held to the rules of accounts."""
SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class ServerSecret:
    """What the server is given of a password; made by `server_secret` alone."""

    verifier: str = field(repr=False)
    mark: str = field(default_factory=lambda: secrets.token_hex(4))  # tells two apart where the verifier must not show


def server_secret(password: str, login: str, name: str) -> ServerSecret:
    """Check a new server password and make what the server is given.

    Raises:
        RuleBroken: it breaks a rule of passwords, or has letters that not every program types the same.
    """
    check_password(password, login, name)
    if not password.isascii() or not password.isprintable():
        raise RuleBroken("服务器密码请只用英文字母、数字和符号：别的字符在不同的电脑上会输成不同的样子。")
    return ServerSecret(verifier(password))


def verifier(password: str, salt: bytes | None = None) -> str:
    """The text that PostgreSQL takes for a SCRAM-SHA-256 password, of an ASCII password."""
    salt = os.urandom(SALT_BYTES) if salt is None else salt
    salted = hashlib.pbkdf2_hmac("sha256", password.encode("ascii"), salt, ROUNDS)
    stored = hashlib.sha256(_of(salted, b"Client Key")).digest()
    server = _of(salted, b"Server Key")
    return f"SCRAM-SHA-256${ROUNDS}:{_text(salt)}${_text(stored)}:{_text(server)}"


def _of(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()
