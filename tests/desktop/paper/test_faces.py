"""Font files: made once, whole, by whoever comes first."""

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication

from desktop.paper import faces
from desktop.paper.typeface import HEAVY, PLAIN, STAND_IN, Typeface


def test_a_cut_is_made_once(tmp_path: Path) -> None:
    path = faces.font_file("JP", faces.REGULAR, tmp_path)
    made = path.stat().st_mtime_ns
    assert path.stat().st_size > 1_000_000
    assert faces.font_file("JP", faces.REGULAR, tmp_path) == path
    assert path.stat().st_mtime_ns == made
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_processes_that_start_at_once_all_get_a_whole_font(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from desktop.paper import faces;"
        "print(faces.font_file('JP', 400, Path(sys.argv[1])).read_bytes().__len__())"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    sizes = {process.communicate(timeout=300)[0].strip() for process in started}
    assert [process.returncode for process in started] == [0, 0, 0]
    assert len(sizes) == 1
    assert len(list((tmp_path / "fonts").iterdir())) == 1


def test_a_cache_that_cannot_be_written_costs_time_and_no_paper(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("LINLI_CACHE_DIR", str(tmp_path / "file"))
    blob = faces.font_blob("JP", faces.REGULAR)
    assert len(blob.data) > 1_000_000
    assert "not writable" in caplog.text


def test_a_broken_write_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(faces.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        faces.font_file("JP", faces.REGULAR, tmp_path)
    assert list((tmp_path / "fonts").iterdir()) == []


def test_the_window_loads_the_fonts_of_the_paper(qapp: QApplication) -> None:
    families = set()
    for path in faces.screen_fonts():
        number = QFontDatabase.addApplicationFont(str(path))
        assert number >= 0
        families.update(QFontDatabase.applicationFontFamilies(number))
    assert faces.FAMILY in families
    assert {QFontDatabase.weight(faces.FAMILY, style) for style in QFontDatabase.styles(faces.FAMILY)} >= {
        QFont.Weight.Normal.value,
        QFont.Weight.Bold.value,
    }


@pytest.mark.parametrize("typeface", [PLAIN, HEAVY])
def test_fallbacks_draw_what_the_main_font_lacks(typeface: Typeface) -> None:
    assert typeface.width("吉𠮷䶮", 10) == pytest.approx(30)
    assert typeface.runs("吉𠮷䶮") == [("SC", "吉"), ("JP", "𠮷"), ("SC", "䶮")]
    assert "𠮷" not in typeface.unknown


def test_an_unknown_character_takes_the_place_of_one() -> None:
    assert PLAIN.width("\U0010fffd", 10) == pytest.approx(10)
    assert PLAIN.unknown["\U0010fffd"] == STAND_IN
