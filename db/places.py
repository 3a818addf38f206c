"""Where a hall's things lie on this computer. LINLI_DATA_DIR puts them somewhere else (a second hall, a test)."""

import os
from pathlib import Path

import platformdirs

from db.engine import embedded_url


def data_folder() -> Path:
    """The user's folder for the database, the key files and the automatic backups."""
    chosen = os.environ.get("LINLI_DATA_DIR")
    return Path(chosen) if chosen else Path(platformdirs.user_data_dir("linli-desk", appauthor=False))


def default_url() -> str:
    """The URL of the embedded database that is used when none is named."""
    return embedded_url(data_folder() / "hall.sqlite").render_as_string(hide_password=False)


def keys_folder() -> Path:
    """Where key files lie when there is no keyring."""
    return data_folder() / "keys"
