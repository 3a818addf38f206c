"""What a machine remembers: whole or not at all, defaults where it cannot be read."""

from pathlib import Path

import pytest

from desktop.shell import machine
from desktop.shell.machine import Machine
from desktop.shell.theme import Mode


def test_settings_come_back_as_they_were_kept(tmp_path: Path) -> None:
    kept = Machine(Mode.DARK, 150, login="linmin", geometry="AAA=")
    machine.save(tmp_path / "new" / "desk.json", kept)
    assert machine.load(tmp_path / "new" / "desk.json") == (kept, "")


@pytest.mark.parametrize("text", [b"", b"{", b'{"scale": "much"}', b'{"mode": "pink"}', b"\xff\xfe"])
def test_damaged_file_gives_defaults_and_a_sentence(tmp_path: Path, text: bytes) -> None:
    file = tmp_path / "desk.json"
    file.write_bytes(text)
    found, sentence = machine.load(file)
    assert found == Machine()
    assert str(file) in sentence


def test_size_that_is_not_on_offer_becomes_the_normal_one() -> None:
    assert Machine(scale=113).look.scale == 100


def test_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "desk.json"
    machine.save(file, Machine(login="before"))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("desktop.shell.machine.os.replace", full)
    with pytest.raises(OSError, match="space"):
        machine.save(file, Machine(login="after"))
    assert machine.load(file)[0].login == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["desk.json"]
