"""Sealing of personal data: ID numbers, phones and addresses are unreadable without the hall's data key.

AES-256-GCM with a random 96-bit nonce; table, column and row are authenticated with the text, so a sealed value that is
copied to another row does not open there. Equality search goes through a keyed blind index (HMAC-SHA256).
Sources: 个人信息保护法 §51 (encryption, de-identification); GB/T 22239-2019 (等保2.0) data confidentiality.
"""

import hashlib
import hmac
import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from db.errors import Unavailable

KEY_BYTES = 32
NONCE_BYTES = 12


class Vault:
    """The hall's 32-byte data key in use."""

    def __init__(self, data_key: bytes) -> None:
        if len(data_key) != KEY_BYTES:
            raise ValueError("the data key has 32 bytes")
        self._key = data_key
        self._derived: dict[str, bytes] = {}  # a click derives several; purposes are few
        self._cipher = AESGCM(self.derive("seal"))

    def reveal(self) -> bytes:
        """The data key itself: only for the key store and the recovery code, never for a log, a file or a screen."""
        return self._key

    def derive(self, purpose: str) -> bytes:
        """A 32-byte key of its own for one purpose."""
        key = self._derived.get(purpose)
        if key is None:
            key = self._derived[purpose] = hmac.digest(self._key, f"linli-desk/{purpose}".encode(), hashlib.sha256)
        return key

    def seal(self, text: str, table: str, column: str, row_id: UUID) -> bytes:
        """The sealed form of a text, bound to where it stands."""
        return self.seal_bytes(text.encode(), table, column, row_id)

    def open(self, sealed: bytes, table: str, column: str, row_id: UUID) -> str:
        """The text again.

        Raises:
            Unavailable: the key is another one, or the value was altered or moved.
        """
        return self.open_bytes(sealed, table, column, row_id).decode()

    def seal_bytes(self, content: bytes, table: str, column: str, row_id: UUID) -> bytes:
        """As `seal`, for bytes (private keys, drafts)."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, content, _place(table, column, row_id))

    def open_bytes(self, sealed: bytes, table: str, column: str, row_id: UUID) -> bytes:
        """As `open`, for bytes."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _place(table, column, row_id))
        except InvalidTag as error:
            raise Unavailable(
                "加密的个人信息无法打开：数据密钥不符，或内容被改动。请联系系统管理员核对恢复码。"
            ) from error

    def blind(self, text: str, purpose: str) -> bytes:
        """Index value (32 bytes) by which equal texts are found without being readable."""
        return hmac.new(self.derive(f"blind/{purpose}"), text.encode(), hashlib.sha256).digest()


def _place(table: str, column: str, row_id: UUID) -> bytes:
    return f"{table}.{column}.".encode() + row_id.bytes
