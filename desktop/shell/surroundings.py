"""Whether a window can be opened here at all: told in a sentence before Qt, which would abort, is asked."""

import os
import re
import sys

EXIT_NO_SCREEN = 3
EXIT_NO_LIBRARY = 4
EXIT_NO_DATABASE = 5
EXIT_ALREADY_OPEN = 6
EXIT_TOUR_FAILED = 7

# What the xcb platform plugin of Qt 6 loads, by Debian package (the same names on Kylin and UOS).
_XCB = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
}
# Platform plugins that PySide6 brings on Linux.
_PLATFORMS = frozenset(
    {"xcb", "wayland", "offscreen", "minimal", "minimalegl", "vnc", "linuxfb", "eglfs", "vkkhrdisplay"}
)
_ALWAYS = {"libGL.so.1": "libgl1", "libEGL.so.1": "libegl1", "libxkbcommon.so.0": "libxkbcommon0"}


class NoWindow(Exception):
    """No window can be opened; `sentence` says why and what to do, `code` is the exit code.

    `secret_of` is the address of a server whose password is missing or wrong: asking for it may help.
    """

    def __init__(self, sentence: str, code: int, *, secret_of: str = "") -> None:
        super().__init__(sentence)
        self.sentence, self.code, self.secret_of = sentence, code, secret_of


def has_screen() -> bool:
    """Whether there is something to draw on: always on Windows and macOS, by the environment elsewhere."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def require_screen() -> None:
    """Refuse where there is none.

    Raises:
        NoWindow: with what to do.
    """
    if not has_screen():
        raise NoWindow(
            "没有找到显示器，无法打开窗口。请在桌面环境里运行；远程登录时先设置 DISPLAY，只要截图可用 --tour 文件夹。",
            EXIT_NO_SCREEN,
        )
    if sys.platform.startswith("linux"):
        _require_platform(os.environ.get("QT_QPA_PLATFORM", ""))


def _require_platform(asked: str) -> None:
    """Refuse a platform plugin that does not exist, and an X server that does not answer: Qt would abort on either."""
    names = [part.split(":")[0].split("-")[0] for part in asked.split(";") if part]
    if names and not set(names) & _PLATFORMS:
        raise NoWindow(
            f"环境变量 QT_QPA_PLATFORM={asked} 不是可用的显示方式，请删去它，或改为 xcb、wayland 或 offscreen。",
            EXIT_NO_SCREEN,
        )
    if (names or ["xcb"])[0] == "xcb" and not (not names and os.environ.get("WAYLAND_DISPLAY")) and not _x_answers():
        display = os.environ.get("DISPLAY", "")
        raise NoWindow(
            f"显示器 DISPLAY={display} 没有应答，无法打开窗口。请在桌面环境里运行，或检查远程登录的显示转发。",
            EXIT_NO_SCREEN,
        )


def _x_answers() -> bool:
    """Whether the X server of DISPLAY lets us in; a missing libxcb is told later, with its package."""
    import ctypes  # 20 ms, and only X needs it

    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    answers = not xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return answers


def require_libraries() -> None:
    """Refuse where a library is missing without which the xcb plugin would abort (Linux with X).

    What Qt itself links to is missed when Qt is imported: see `missing`.

    Raises:
        NoWindow: naming the library and the package that has it.
    """
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    if not sys.platform.startswith("linux") or not (
        platform.startswith("xcb") or (not platform and not os.environ.get("WAYLAND_DISPLAY"))
    ):
        return
    absent = [library for library in _XCB if not _loads(library)]
    if absent:
        raise _absent(absent)


def missing(error: ImportError) -> NoWindow:
    """The sentence for what could not be imported: a library of the system, or a package of ours."""
    found = re.search(r"lib[\w.+-]+?\.so[.\d]*", str(error))
    if found:
        return _absent([found[0]])
    name = error.name or str(error)
    return NoWindow(f"缺少组件 {name}。请在程序文件夹里运行：pip install uv && uv run main.py 。", EXIT_NO_LIBRARY)


def _absent(libraries: list[str]) -> NoWindow:
    packages = [package for library in libraries if (package := (_ALWAYS | _XCB).get(library))]
    install = f"请安装：sudo apt install {' '.join(packages)} 。" if packages else "请联系系统管理员安装。"
    return NoWindow(f"缺少系统库 {'、'.join(libraries)}，无法打开窗口。{install}", EXIT_NO_LIBRARY)


def _loads(library: str) -> bool:
    import ctypes

    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
