"""What hinders the start is one sentence with what to do, an exit code, and no traceback: real processes."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QLockFile
from sqlalchemy import text

from db.engine import embedded_url, make_engine
from db.migrations.upgrade import prepare
from desktop.shell import surroundings
from desktop.shell.opening import open_hall
from desktop.shell.surroundings import (
    EXIT_ALREADY_OPEN,
    EXIT_NO_DATABASE,
    EXIT_NO_LIBRARY,
    EXIT_NO_SCREEN,
    NoWindow,
)
from desktop.shell.version import VERSION

ROOT = Path(__file__).parents[2]


def start(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`main.py` in a process of its own, on a folder of its own, with a screen of its own."""
    hidden = ("DISPLAY", "WAYLAND_DISPLAY")
    given = {name: value for name, value in os.environ.items() if name not in hidden}
    given |= {
        "QT_QPA_PLATFORM": "offscreen",
        "LINLI_DATA_DIR": str(folder / "data"),
        "LINLI_CONFIG_DIR": str(folder / "config"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    } | environment
    return subprocess.run(
        [sys.executable, "main.py", *arguments],
        cwd=ROOT,
        env={name: value for name, value in given.items() if value},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def said(done: subprocess.CompletedProcess[str]) -> str:
    """The one sentence on the error stream."""
    assert "Traceback" not in done.stderr
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, done.stderr
    assert lines[0].endswith(("。", "main.py", "0"))
    return lines[0]


def test_version_needs_no_screen(tmp_path: Path) -> None:
    done = start(tmp_path, "--version", QT_QPA_PLATFORM="")
    assert (done.returncode, done.stdout.strip()) == (0, f"邻里前台 {VERSION}")


def test_no_display(tmp_path: Path) -> None:
    done = start(tmp_path, QT_QPA_PLATFORM="")
    assert done.returncode == EXIT_NO_SCREEN
    assert "没有找到显示器" in said(done)


def test_display_that_is_not_there(tmp_path: Path) -> None:
    done = start(tmp_path, QT_QPA_PLATFORM="", DISPLAY=":4711")
    assert done.returncode == EXIT_NO_SCREEN
    assert ":4711" in said(done)


def test_unknown_platform_plugin(tmp_path: Path) -> None:
    done = start(tmp_path, QT_QPA_PLATFORM="nosuch")
    assert done.returncode == EXIT_NO_SCREEN
    assert "nosuch" in said(done)


def test_missing_system_library_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    monkeypatch.setattr(surroundings, "_loads", lambda library: library != "libxcb-cursor.so.0")
    with pytest.raises(NoWindow) as caught:
        surroundings.require_libraries()
    assert caught.value.code == EXIT_NO_LIBRARY
    assert "libxcb-cursor.so.0" in caught.value.sentence
    assert "apt install libxcb-cursor0" in caught.value.sentence


def test_library_that_qt_links_to_is_named_with_its_package(tmp_path: Path) -> None:
    (tmp_path / "PySide6").mkdir()
    told = "libEGL.so.1: cannot open shared object file: No such file or directory"
    (tmp_path / "PySide6" / "__init__.py").write_text(f"raise ImportError({told!r})")
    done = start(tmp_path, PYTHONPATH=str(tmp_path))
    assert done.returncode == EXIT_NO_LIBRARY
    assert "sudo apt install libegl1" in said(done)


def test_missing_package_says_how_to_install(tmp_path: Path) -> None:
    (tmp_path / "PySide6").mkdir()
    (tmp_path / "PySide6" / "__init__.py").write_text("raise ImportError('no module PySide6', name='PySide6')")
    done = start(tmp_path, PYTHONPATH=str(tmp_path))
    assert done.returncode == EXIT_NO_LIBRARY
    assert "PySide6" in said(done)


def test_database_that_another_window_holds(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    lock = QLockFile(str(tmp_path / "data" / "hall.sqlite.window"))
    assert lock.tryLock(0)
    done = start(tmp_path)
    assert done.returncode == EXIT_ALREADY_OPEN
    assert "另一个邻里前台窗口" in said(done)
    lock.unlock()


def test_window_that_died_leaves_no_lock(tmp_path: Path) -> None:
    holder = (
        "import os, sys; from PySide6.QtCore import QLockFile; lock = QLockFile(sys.argv[1]); lock.setStaleLockTime(0);"
        "assert lock.tryLock(0); os.kill(os.getpid(), 9)"
    )
    file = tmp_path / "hall.sqlite"
    subprocess.run([sys.executable, "-c", holder, f"{file}.window"], check=False)
    assert Path(f"{file}.window").exists()
    open_hall(str(embedded_url(file)), tmp_path).close()


def made(file: Path) -> Path:
    """A database with today's schema."""
    file.parent.mkdir(parents=True, exist_ok=True)
    engine = make_engine(embedded_url(file))
    prepare(engine)
    engine.dispose()
    return file


def test_newer_schema(tmp_path: Path) -> None:
    file = made(tmp_path / "data" / "hall.sqlite")
    engine = make_engine(embedded_url(file))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    done = start(tmp_path)
    assert done.returncode == EXIT_NO_DATABASE
    assert "更新版本" in said(done)


def test_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "hall.sqlite").write_bytes(b"this is a letter, not a database" * 100)
    done = start(tmp_path)
    assert done.returncode == EXIT_NO_DATABASE
    assert said(done)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("nonsense", "写法不对"),
        ("mysql://root@localhost/hall", "mysql"),
        ("postgresql://linli@127.0.0.1:abc/hall", "写法不对"),
        ("sqlite://", "没有写文件名"),
        ("sqlite:////no/such/folder/hall.sqlite", "/no/such/folder 不存在"),
    ],
)
def test_url_that_leads_nowhere(tmp_path: Path, url: str, told: str) -> None:
    done = start(tmp_path, "--database", url)
    assert done.returncode == EXIT_NO_DATABASE
    assert told in said(done)


def test_wrong_option(tmp_path: Path) -> None:
    done = start(tmp_path, "--demos")
    assert done.returncode == 2
    assert "--help" in said(done)


def test_server_that_does_not_answer(tmp_path: Path) -> None:
    done = start(tmp_path, "--database", "postgresql://linli@127.0.0.1:9/hall")
    assert done.returncode == EXIT_NO_DATABASE
    assert "9 端口上没有 PostgreSQL" in said(done)


def test_data_of_another_computer_asks_for_the_recovery_code(tmp_path: Path) -> None:
    start_of = (
        "from datetime import UTC, datetime; from desktop.shell.opening import open_hall;"
        "from db.centre.founding import FirstStart, found_centre; from db.centre.rules import CentreFields;"
        "from db.ids import new_id; from tests.desktop.shell.conftest import hashed, NAME;"
        "found_centre(open_hall().hall, FirstStart(CentreFields('测试邻里中心', 'T1'), NAME, hashed(),"
        " starter_catalogue=False), now=datetime(2026, 11, 17, tzinfo=UTC), op=new_id())"
    )
    environment = os.environ | {
        "LINLI_DATA_DIR": str(tmp_path / "data"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }
    subprocess.run([sys.executable, "-c", start_of], cwd=ROOT, env=environment, check=True)
    for key in (tmp_path / "data" / "keys").iterdir():
        key.unlink()
    done = start(tmp_path)
    assert done.returncode == EXIT_NO_DATABASE
    assert "恢复码" in said(done)


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A tmpfs of its own; skipped where one may not be mounted."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounting a small disk needs root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=False)


def test_full_disk(tmp_path: Path) -> None:
    with small_disk(tmp_path / "data", "64k") as disk:
        (disk / "filler").write_bytes(bytes(60_000))
        done = start(tmp_path)
        assert done.returncode == EXIT_NO_DATABASE
        told = said(done)
        assert "磁盘已满" in told
        assert "仍在窗口里" not in told  # there is no window yet


def test_read_only_disk(tmp_path: Path) -> None:
    with small_disk(tmp_path / "data", "16m") as disk:
        made(disk / "hall.sqlite")
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        done = start(tmp_path)
        assert done.returncode == EXIT_NO_DATABASE
        assert "只读" in said(done)
