"""Noto Sans CJK as font files: static cuts of the variable fonts in justmytype-intl-cjk, kept per user.

No font is installed on the computer and none is committed. A cut is made once (0.3 s), written beside its final
name and moved into place, so two processes that start at once both end with a whole file. Qt loads the same
files: `QFontDatabase.addApplicationFont(str(path))` for each of `screen_fonts()`; the family is FAMILY.
"""

import logging
import os
import tempfile
from importlib.util import find_spec
from pathlib import Path

import platformdirs
import uharfbuzz as hb

from db.errors import Unavailable
from desktop.paper.naming import renamed

FAMILY = "Noto Sans SC"
SCRIPTS = ("SC", "TC", "JP", "KR")
REGULAR, BOLD = 400, 700
_PACKAGE = "justmytype_intl_cjk"
_RECIPE = 2  # raise it when a cut is made in another way, so that old files are not taken for new ones
_log = logging.getLogger(__name__)


def cache_folder() -> Path:
    """Where the cuts are kept; LINLI_CACHE_DIR overrides the user's cache folder."""
    chosen = os.environ.get("LINLI_CACHE_DIR")
    return Path(chosen) if chosen else Path(platformdirs.user_cache_dir("linli-desk", appauthor=False))


def font_file(script: str, weight: int, folder: Path | None = None) -> Path:
    """The static font of a script (one of SCRIPTS) and weight, made if it is not there yet.

    Raises OSError where the folder cannot be written, Unavailable where the font package is not installed.
    """
    source = _source(script)
    folder = (folder or cache_folder()) / "fonts"
    name = f"NotoSans{script}-{weight}-{source.stat().st_size:x}-{hb.__version__}-{_RECIPE}.ttf"
    path = folder / name
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        _write_whole(path, _cut(script, weight))
    return path


def font_blob(script: str, weight: int) -> hb.Blob:
    """The static font for the typesetter: from the file, or only in memory where no file can be written."""
    try:
        return hb.Blob.from_file_path(str(font_file(script, weight)))
    except OSError as error:
        _log.warning("font cache %s is not writable, cutting the font in memory: %s", cache_folder(), error)
        return hb.Blob(_cut(script, weight))


def screen_fonts() -> tuple[Path, ...]:
    """The files a window loads so that it shows what the paper prints: both weights, then the fallbacks."""
    return (
        font_file("SC", REGULAR),
        font_file("SC", BOLD),
        *(font_file(script, REGULAR) for script in SCRIPTS[1:]),
    )


def _source(script: str) -> Path:
    spec = find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise Unavailable("中文字体包没有安装，请重新运行 uv sync 后再打开程序。")
    path = Path(spec.origin).parent / "fonts" / "ofl" / f"notosans{script.lower()}" / f"NotoSans{script}[wght].ttf"
    if not path.is_file():
        raise Unavailable(f"中文字体包不完整，缺少 {path.name}，请重新运行 uv sync 后再打开程序。")
    return path


def _cut(script: str, weight: int) -> bytes:
    face = hb.Face(hb.Blob.from_file_path(str(_source(script))))
    wanted = hb.SubsetInput()
    wanted.keep_everything()
    wanted.pin_axis_location(face, "wght", weight)
    data: bytes = hb.subset(face, wanted).blob.data
    return renamed(data, f"Noto Sans {script}", weight == BOLD)


def _write_whole(path: Path, data: bytes) -> None:
    """Write beside `path`, then move: a reader sees no file or a whole one, also after a crash."""
    handle, name = tempfile.mkstemp(prefix=path.stem, suffix=".part", dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        if not path.is_file():  # on Windows a file another process has open cannot be replaced: it is already whole
            raise
