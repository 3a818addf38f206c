"""Small JSON files of this machine: read with their type, written whole or not at all."""

import os
import tempfile
from pathlib import Path
from typing import TypeVar

import msgspec

Kept = TypeVar("Kept", bound=msgspec.Struct)


def read_kept(file: Path, kind: type[Kept]) -> tuple[Kept, bool]:
    """What a file says and True; the defaults and True where there is none, the defaults and False where it is damaged."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=kind), True
    except FileNotFoundError:
        return kind(), True
    except (OSError, msgspec.MsgspecError):
        return kind(), False


def keep(file: Path, value: msgspec.Struct) -> None:
    """Write a file whole or not at all. Raises OSError when the disk does not take it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.stem}-", suffix=".json")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(msgspec.json.format(msgspec.json.encode(value)))
        os.replace(name, file)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
