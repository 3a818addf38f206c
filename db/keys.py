"""Where the hall's data key lives: in the system's keyring, or in a file that its owner alone can read.

A key is kept under its own check value (an HMAC that tells nothing about it), and the same value stands in the database
(`centre.key_check`): so a wrong key is noticed when the database is opened, and one computer can hold the keys of several
halls. Both stores hold one key of a hall; a key is kept and read back before anything is sealed with it.
"""

import base64
import binascii
import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from db.centre.models import Centre
from db.engine import reader
from db.errors import RuleBroken, Unavailable
from db.keyfile import KeyFolder
from db.keyring_store import SystemKeyring
from db.recovery import key_from_code
from db.trouble import translated
from db.vault import KEY_BYTES, Vault

PENDING = "pending"
"""Name, in the folder of keys, of the note which key a database without a centre was opened with."""


def key_check(vault: Vault) -> bytes:
    """The value (32 bytes) by which a key is recognised; goes into `centre.key_check`."""
    return vault.blind("key-check", "key-check")


@dataclass(slots=True)
class KeyStore:
    """The keys that this person on this computer holds.

    Args:
        folder: for key files; made when it is needed.
        keyring: the system's keyring, None to use files alone (demo halls, tests).
    """

    folder: KeyFolder
    keyring: SystemKeyring | None

    @classmethod
    def at(cls, folder: Path, *, use_keyring: bool = True) -> "KeyStore":
        """The store whose files lie in `folder`."""
        return cls(KeyFolder(folder), SystemKeyring() if use_keyring else None)

    def find(self, check: bytes) -> Vault | None:
        """The vault whose check value this is; None when this computer does not hold the key.

        Raises:
            Unavailable: the key file is there but damaged or unreadable.
        """
        kept = self.folder.read(_name(check))
        if kept is None and self.keyring is not None:
            kept = self.keyring.read(_name(check))
        if kept is None:
            return None
        vault = _vault(kept)
        if vault is None or key_check(vault) != check:
            raise Unavailable(
                f"数据密钥已损坏或被替换（{self.where(check)}）。请用恢复码恢复：python -m db key restore。"
            )
        return vault

    def keep(self, vault: Vault) -> str:
        """Keep a key, read it back, and say where it is now.

        Raises:
            Unavailable: it could be kept nowhere.
        """
        check = key_check(vault)
        text = base64.b64encode(vault.reveal()).decode()
        if self.keyring is not None and self.keyring.write(_name(check), text):
            self.folder.remove(_name(check))
        else:
            self.folder.write(_name(check), text)
        if self.find(check) is None:
            raise Unavailable("数据密钥没有保存成功，请检查用户文件夹是否可写后重试。")
        return self.where(check)

    def where(self, check: bytes) -> str:
        """In words, where a key is kept on this computer."""
        if self.folder.has(_name(check)):
            return f"密钥文件 {self.folder.path(_name(check))}"
        return "系统密钥环"

    def problems(self, check: bytes) -> list[str]:
        """What is wrong with how a key is kept, as sentences."""
        return self.folder.problems(_name(check)) if self.folder.has(_name(check)) else []


def open_vault(engine: Engine, store: KeyStore) -> Vault:
    """The vault of a database whose tables exist. For a database without a centre a key is made, and kept first.

    Raises:
        Unavailable: this computer does not hold the key of this database, or it is damaged; the sentence says what to do.
    """
    check = kept_check(engine)
    if check is None:
        return _key_for_new(store)
    vault = store.find(check)
    if vault is None:
        unheard = store.keyring.trouble if store.keyring is not None else ""
        raise Unavailable(
            f"这台电脑上没有这个数据库的数据密钥，无法打开加密的个人信息。{unheard}"
            "请安全管理员取出恢复码，运行 python -m db key restore 恢复密钥。"
        )
    store.folder.remove(PENDING)
    return vault


def restore_key(engine: Engine, store: KeyStore, code: str) -> str:
    """Keep the key that a recovery code tells, after holding it against the database.

    Returns:
        Where the key is now, in words.

    Raises:
        RuleBroken: the code is mistyped, or of another database.
        Unavailable: there is no hall in the database yet, or the key cannot be kept.
    """
    vault = Vault(key_from_code(code))
    check = kept_check(engine)
    if check is None:
        raise Unavailable("这个数据库还没有建立中心，不需要恢复密钥。")
    if key_check(vault) != check:
        raise RuleBroken(
            "恢复码本身没有错，但不属于这个数据库。请找出这个数据库的恢复码，或检查 --database 指定的位置。"
        )
    return store.keep(vault)


@translated()
def kept_check(engine: Engine) -> bytes | None:
    """The check value of the key that a database is sealed with; None before the first centre."""
    with Session(reader(engine)) as session:
        return session.scalar(select(Centre.key_check).order_by(Centre.created_at).limit(1))


def new_vault() -> Vault:
    """A vault with a new random key, kept nowhere: for demo halls."""
    return Vault(os.urandom(KEY_BYTES))


def _key_for_new(store: KeyStore) -> Vault:
    """The key that an unfinished set-up has already made, or a new one: kept before anything is sealed with it."""
    noted = store.folder.read(PENDING)
    if noted is not None and (vault := store.find(bytes.fromhex(noted))) is not None:
        return vault
    vault = new_vault()
    store.keep(vault)
    store.folder.write(PENDING, key_check(vault).hex(), replace=True)
    return vault


def _name(check: bytes) -> str:
    return check.hex()[:32]


def _vault(text: str) -> Vault | None:
    try:
        return Vault(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        return None
