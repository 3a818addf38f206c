"""Key files: made in one step, readable by their owner alone (mode 0600; on Windows an access list with one name)."""

import contextlib
import getpass
import os
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from db.errors import Unavailable

SUFFIX = ".key"


@dataclass(frozen=True, slots=True)
class KeyFolder:
    """A folder of small secret texts by name."""

    folder: Path

    def path(self, name: str) -> Path:
        """Where a text lies, whether it exists or not."""
        return self.folder / f"{name}{SUFFIX}"

    def has(self, name: str) -> bool:
        """Whether there is such a file."""
        return self.path(name).exists()

    def read(self, name: str) -> str | None:
        """The text, None when there is none.

        Raises:
            Unavailable: the file is there and cannot be read.
        """
        try:
            return self.path(name).read_text("ascii", errors="replace").strip()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Unavailable(f"密钥文件读不了：{self.path(name)}。请检查这个文件的权限。") from error

    def write(self, name: str, text: str, *, replace: bool = False) -> None:
        """Keep a text: written aside with the narrow permissions, flushed, then put in place in one step.

        Raises:
            Unavailable: the folder or the file cannot be written.
        """
        try:
            self._make_folder()
            handle, aside = tempfile.mkstemp(dir=self.folder, prefix=".", suffix=".new")  # O_EXCL, mode 0600
            try:
                with os.fdopen(handle, "w", encoding="ascii") as file:
                    _owner_only(Path(aside))
                    file.write(text + "\n")
                    file.flush()
                    os.fsync(file.fileno())
                self._put_in_place(Path(aside), self.path(name), replace)
            finally:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(aside)
        except (OSError, subprocess.SubprocessError) as error:
            raise Unavailable(f"密钥文件写不进 {self.folder}。请检查文件夹权限和磁盘空间。") from error

    def remove(self, name: str) -> None:
        """Take a text away; nothing happens when there is none."""
        with contextlib.suppress(FileNotFoundError):
            self.path(name).unlink()

    def problems(self, name: str) -> list[str]:
        """What is wrong with a file's permissions, as sentences."""
        if os.name == "nt":
            return []
        found = self.path(name).stat()
        faults = []
        if stat.S_IMODE(found.st_mode) & 0o077:
            faults.append(f"密钥文件 {self.path(name)} 别人也能读，请改为只有本人可读（chmod 600）。")
        if found.st_uid != os.getuid():
            faults.append(f"密钥文件 {self.path(name)} 不属于当前用户。")
        return faults

    def _make_folder(self) -> None:
        if not self.folder.exists():
            self.folder.mkdir(parents=True, mode=0o700)

    def _put_in_place(self, aside: Path, path: Path, replace: bool) -> None:
        if replace:
            os.replace(aside, path)
            return
        if path.exists() and path.read_text("ascii", errors="replace") != aside.read_text("ascii"):
            # A damaged key under this name: put by, never thrown away.
            os.replace(path, path.with_suffix(f".damaged-{os.urandom(3).hex()}"))
        os.replace(aside, path)


def _owner_only(path: Path) -> None:
    """Narrow a file's permissions to its owner."""
    if os.name == "nt":
        subprocess.run(
            ["icacls", str(path), "/inheritance:r", "/grant:r", f"{getpass.getuser()}:F"],
            check=True,
            capture_output=True,
            timeout=20,
        )
    else:
        path.chmod(0o600)
