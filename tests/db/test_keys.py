"""The data key: kept where only its owner reads it, recognised, restored; a keyring that is broken hurts nobody."""

import os
import stat
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, update

from db import keys
from db.centre.models import Centre
from db.errors import RuleBroken, Unavailable
from db.keyfile import KeyFolder
from db.keyring_store import SystemKeyring
from db.keys import KeyStore, key_check, new_vault, open_vault, restore_key
from db.recovery import recovery_code
from db.session import Hall
from tests.factories.centre import make_centre


class Keyring:
    """A keyring in memory, with the faults of real ones."""

    def __init__(self, *, priority: float = 5, fault: Exception | None = None, forgets: bool = False) -> None:
        self.priority, self.fault, self.forgets = priority, fault, forgets
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, name: str) -> str | None:
        if self.fault:
            raise self.fault
        return self.kept.get((service, name))

    def set_password(self, service: str, name: str, text: str) -> None:
        if self.fault:
            raise self.fault
        if not self.forgets:
            self.kept[service, name] = text


def store(folder: Path, backend: Callable[[], Any] | None = None, patience: float = 5) -> KeyStore:
    return KeyStore(KeyFolder(folder), SystemKeyring(backend, patience) if backend else None)


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def found_centre(engine: Engine, vault: Any, now: datetime) -> None:
    make_centre(Hall(engine, vault), now=now)


@pytest.fixture
def engine(embedded_hall: Hall) -> Engine:
    assert isinstance(embedded_hall.bind, Engine)
    return embedded_hall.bind


def test_a_key_is_kept_in_the_keyring_and_in_no_file(tmp_path: Path) -> None:
    keyring = Keyring()
    kept = store(tmp_path / "keys", lambda: keyring)
    vault = new_vault()
    assert kept.keep(vault) == "系统密钥环"
    assert files(tmp_path / "keys") == []
    found = kept.find(key_check(vault))
    assert found is not None
    assert found.reveal() == vault.reveal()


@pytest.mark.parametrize(
    "keyring",
    [Keyring(priority=0), Keyring(priority=0.5), Keyring(fault=RuntimeError("no bus")), Keyring(forgets=True)],
    ids=["fail-backend", "plain-text-backend", "raises", "forgets"],
)
def test_without_a_working_keyring_the_key_goes_into_a_file(tmp_path: Path, keyring: Keyring) -> None:
    kept = store(tmp_path / "keys", lambda: keyring)
    vault = new_vault()
    assert "密钥文件" in kept.keep(vault)
    found = kept.find(key_check(vault))
    assert found is not None
    assert found.reveal() == vault.reveal()
    assert keyring.kept == {}


def test_a_keyring_that_never_answers_is_given_up(tmp_path: Path) -> None:
    never = threading.Event()
    kept = store(tmp_path / "keys", lambda: never.wait(60), patience=0.05)
    vault = new_vault()
    assert "密钥文件" in kept.keep(vault)
    assert kept.find(b"\0" * 32) is None
    assert kept.keyring is not None
    assert "没有响应" in kept.keyring.trouble
    never.set()


def test_the_real_keyring_of_this_machine_does_no_harm(tmp_path: Path) -> None:
    kept = KeyStore.at(tmp_path / "keys")
    assert kept.keyring is not None
    assert kept.keyring.read("no-such-name-in-any-keyring") is None


@pytest.mark.skipif(os.name == "nt", reason="POSIX modes")
def test_a_key_file_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    kept = store(tmp_path / "keys")
    vault = new_vault()
    kept.keep(vault)
    (name,) = files(tmp_path / "keys")
    path = tmp_path / "keys" / name
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert kept.problems(key_check(vault)) == []
    path.chmod(0o644)
    assert "chmod 600" in kept.problems(key_check(vault))[0]


def test_the_file_never_exists_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_handle: int) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(Unavailable, match="写不进"):
        store(tmp_path / "keys").keep(new_vault())
    assert files(tmp_path / "keys") == []


def test_a_damaged_key_is_a_sentence_and_is_put_by_when_restored(tmp_path: Path, engine: Engine, now: datetime) -> None:
    kept = store(tmp_path / "keys")
    vault = open_vault(engine, kept)
    found_centre(engine, vault, now)
    open_vault(engine, kept)
    (name,) = files(tmp_path / "keys")
    (tmp_path / "keys" / name).write_text("rubbish")
    with pytest.raises(Unavailable, match=r"已损坏.*key restore"):
        open_vault(engine, kept)
    restore_key(engine, kept, recovery_code(vault.reveal()))
    assert open_vault(engine, kept).reveal() == vault.reveal()
    assert len(files(tmp_path / "keys")) == 2


def test_another_key_under_the_same_name_is_noticed(tmp_path: Path, engine: Engine, now: datetime) -> None:
    kept = store(tmp_path / "keys")
    found_centre(engine, open_vault(engine, kept), now)
    open_vault(engine, kept)
    (name,) = files(tmp_path / "keys")
    kept.folder.write(name.removesuffix(".key"), "A" * 43 + "=", replace=True)
    with pytest.raises(Unavailable, match="被替换"):
        open_vault(engine, kept)


def test_the_key_of_a_new_database_is_kept_before_anything_is_sealed_and_once(tmp_path: Path, engine: Engine) -> None:
    kept = store(tmp_path / "keys")
    first = open_vault(engine, kept)
    assert open_vault(engine, kept).reveal() == first.reveal()
    assert len(files(tmp_path / "keys")) == 2  # the key, and the note that set-up is not finished


def test_two_halls_on_one_computer_have_two_keys(tmp_path: Path, engine: Engine, now: datetime) -> None:
    kept = store(tmp_path / "keys")
    first = open_vault(engine, kept)
    found_centre(engine, first, now)
    assert open_vault(engine, kept).reveal() == first.reveal()
    second = new_vault()
    kept.keep(second)
    assert open_vault(engine, kept).reveal() == first.reveal()


def test_a_computer_without_the_key_is_told_what_to_do_and_can_be_given_it(
    tmp_path: Path, engine: Engine, now: datetime
) -> None:
    vault = open_vault(engine, store(tmp_path / "first"))
    found_centre(engine, vault, now)
    second = store(tmp_path / "second", lambda: Keyring(fault=RuntimeError("locked")))
    with pytest.raises(Unavailable, match=r"没有这个数据库的数据密钥.*系统密钥环用不了.*key restore"):
        open_vault(engine, second)
    with pytest.raises(RuleBroken, match="不属于这个数据库"):
        restore_key(engine, second, recovery_code(new_vault().reveal()))
    restore_key(engine, second, recovery_code(vault.reveal()).lower())
    assert open_vault(engine, second).reveal() == vault.reveal()


def test_there_is_nothing_to_restore_before_a_centre_exists(tmp_path: Path, engine: Engine) -> None:
    with pytest.raises(Unavailable, match="还没有建立中心"):
        restore_key(engine, store(tmp_path / "keys"), recovery_code(new_vault().reveal()))


def test_a_changed_check_value_in_the_database_is_noticed(tmp_path: Path, engine: Engine, now: datetime) -> None:
    kept = store(tmp_path / "keys")
    hall = Hall(engine, open_vault(engine, kept))
    make_centre(hall, now=now)
    with hall.transaction() as session:
        session.execute(update(Centre).values(key_check=os.urandom(32)))
    with pytest.raises(Unavailable, match="没有这个数据库的数据密钥"):
        open_vault(engine, kept)


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Unavailable, match="写不进"):
        store(tmp_path / "file").keep(keys.new_vault())
