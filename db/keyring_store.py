"""The system's keyring, held at arm's length: it may be absent, broken, locked, or waiting for a window nobody sees.

Every call runs on a thread of its own and is given up after a few seconds; `keyring` is imported there too, for the import
alone asks the desktop bus. Stores that keep plain text (priority under 1) are not taken for a keyring.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")

SERVICE = "linli-desk"
PATIENCE = 6.0
"""Seconds after which a keyring counts as not answering."""


def _system_backend() -> Any:
    import keyring

    return keyring.get_keyring()


@dataclass(slots=True)
class SystemKeyring:
    """The keyring of whoever is logged in to this computer.

    `trouble` is a sentence about the last call that failed, empty when it worked or found nothing.
    """

    backend: Callable[[], Any] = _system_backend
    patience: float = PATIENCE
    trouble: str = field(default="", init=False)

    def read(self, name: str) -> str | None:
        """The text kept under a name; None when there is none, or the keyring cannot be used."""

        def ask() -> str | None:
            backend = self._usable()
            return None if backend is None else backend.get_password(SERVICE, name)

        return self._patiently(ask)

    def write(self, name: str, text: str) -> bool:
        """Keep a text under a name and read it back; False when the keyring cannot be used."""

        def put() -> bool:
            backend = self._usable()
            if backend is None:
                return False
            backend.set_password(SERVICE, name, text)
            return bool(backend.get_password(SERVICE, name) == text)

        return bool(self._patiently(put))

    def _usable(self) -> Any:
        backend = self.backend()
        return backend if backend.priority >= 1 else None

    def _patiently(self, call: Callable[[], T]) -> T | None:
        """The call's answer; None, with `trouble` told, when it fails or does not answer in time."""
        answers: list[T] = []
        faults: list[Exception] = []

        def work() -> None:
            try:
                answers.append(call())
            except Exception as error:  # noqa: BLE001 - backends raise whatever their libraries raise
                faults.append(error)

        self.trouble = ""
        thread = threading.Thread(target=work, name="keyring", daemon=True)
        thread.start()
        thread.join(self.patience)
        if answers:
            return answers[0]
        if faults:
            self.trouble = f"系统密钥环用不了（{type(faults[0]).__name__}）。"
        else:
            self.trouble = f"系统密钥环 {self.patience:.0f} 秒没有响应，可能正等待解锁。"
        return None
