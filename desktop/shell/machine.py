"""What this machine remembers for its user: look, window, counter, database. One small JSON file."""

import os
from pathlib import Path
from uuid import UUID

import msgspec
import platformdirs

from desktop.shell.keeping import keep, read_kept
from desktop.shell.theme import SCALES, Look, Mode

APP = "linli-desk"


class KnownCounter(msgspec.Struct, frozen=True):
    """A counter as the login page names it."""

    id: UUID
    number: str
    title: str


class KnownHall(msgspec.Struct, frozen=True):
    """A hall on a server as this computer last saw it: what the login page shows while nobody is connected.

    `server` is the address without a user. `code` names, with a login, the role of an account.
    """

    server: str
    centre_id: UUID
    code: str
    name: str
    counters: tuple[KnownCounter, ...] = ()


class Machine(msgspec.Struct, frozen=True, omit_defaults=True):
    """The settings of one machine; `geometry` and `state` are Qt's own, base64."""

    mode: Mode = Mode.SYSTEM
    scale: int = 100
    database: str = ""
    counter: str = ""
    login: str = ""
    geometry: str = ""
    page: str = ""
    hall: KnownHall | None = None

    @property
    def look(self) -> Look:
        """The chosen look; a size that is not on offer becomes 100 %."""
        return Look(self.mode, self.scale if self.scale in SCALES else 100)


def settings_file() -> Path:
    """Where this machine's settings are unless `--config` names another file."""
    chosen = os.environ.get("LINLI_CONFIG_DIR")
    folder = Path(chosen) if chosen else Path(platformdirs.user_config_dir(APP, appauthor=False))
    return folder / "desk.json"


def load(file: Path) -> tuple[Machine, str]:
    """The settings, and a sentence when the file could not be read (then they are the defaults)."""
    machine, whole = read_kept(file, Machine)
    return machine, "" if whole else f"设置文件 {file} 读不出来，已改用默认设置。"


def save(file: Path, machine: Machine) -> None:
    """Write the settings. Raises OSError when the disk does not take them."""
    keep(file, machine)
