"""Which printer and which paper each kind of document goes to, on this machine. One small JSON file per user."""

from pathlib import Path

import msgspec

from db.receipts.content import Medium, PaperKind
from db.receipts.rules import default_medium
from desktop.shell.keeping import keep, read_kept


class Route(msgspec.Struct, frozen=True):
    """Where a kind of paper goes. An empty printer is the default of the system; `ask` shows it before printing."""

    medium: Medium
    printer: str = ""
    ask: bool = False
    large: bool = False


class PrintSettings(msgspec.Struct, frozen=True):
    """The routes that somebody has set; every other kind takes its default."""

    routes: dict[PaperKind, Route] = {}

    def route(self, kind: PaperKind) -> Route:
        """The route of a kind of paper."""
        return self.routes.get(kind) or Route(default_medium(kind))

    def with_route(self, kind: PaperKind, route: Route) -> "PrintSettings":
        """The same settings with one route changed."""
        return PrintSettings({**self.routes, kind: route})


def load(file: Path) -> tuple[PrintSettings, str]:
    """The settings of this machine, and a sentence when they could not be read (the defaults are taken then)."""
    settings, whole = read_kept(file, PrintSettings)
    return settings, "" if whole else "打印机设置读不出来，已改用默认设置，请在“设置 › 打印机”里核对。"


def save(file: Path, settings: PrintSettings) -> None:
    """Write the settings. Raises OSError when the disk does not take them."""
    keep(file, settings)
