"""How long the event loop of the real case page stands still while a clerk scrolls, filters, finds and drags the bar."""

import time
from datetime import datetime

from PySide6.QtCore import QElapsedTimer, QEventLoop, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from db.action import Actor
from db.cases.status import Lamp
from db.session import Hall
from desktop.cases.page import CasesPage
from desktop.shell import theme
from desktop.shell.desk import Desk


class Pulse(QObject):
    """Beats every millisecond; a beat that comes late tells how long nothing else could run.

    Beside the wall time of each gap stands the processor time that the window thread used in it: on a
    machine that does other things at the same time, only that part is ours.
    """

    def __init__(self) -> None:
        super().__init__()
        self.gaps: list[tuple[float, float, str]] = []
        self.doing = ""
        self._clock = QElapsedTimer()
        self._timer = QTimer(self, interval=1, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._used = time.thread_time()
        self._clock.start()
        self._timer.start()

    def _beat(self) -> None:
        used = time.thread_time()
        self.gaps.append((self._clock.nsecsElapsed() / 1e6, (used - self._used) * 1000, self.doing))
        self._used = used
        self._clock.restart()


def run_loop(milliseconds: int) -> None:
    """Let the page live."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def longest_stall(hall: Hall, actor: Actor, now: datetime, *, tell: bool = True) -> tuple[float, float]:
    """The 99.9th percentile and the worst gap in milliseconds; prints the five worst with what was being done."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.load_fonts()
    theme.apply(app, theme.Look(theme.Mode.LIGHT, 100))
    desk = Desk(hall, lambda: now)
    desk.log_in(actor)
    page = CasesPage(desk)
    page.resize(1190, 678)
    page.show()
    page.refresh()
    run_loop(1500)
    pulse = Pulse()
    run_loop(4000)
    noise = max(gap for gap, *_ in pulse.gaps)
    pulse.gaps.clear()
    for name, act in _day(page):
        pulse.doing = name
        act()
        run_loop(350)
    gaps = sorted(pulse.gaps, reverse=True)
    if tell:
        print(f"longest gap of the idle page in 4 s (what the machine itself does): {noise:.0f} ms")
        print("longest gaps, wall ms (window thread ms):")
        print("   ", ", ".join(f"{gap:.0f} ({own:.0f}) {doing}" for gap, own, doing in gaps[:5]))
        most = sorted(pulse.gaps, key=lambda each: each[1], reverse=True)[:5]
        print(
            "most window-thread processor time in a gap, ms:", ", ".join(f"{own:.0f} {doing}" for _, own, doing in most)
        )
    page.hide()
    desk.close()
    page.deleteLater()
    run_loop(50)
    return gaps[len(gaps) // 1000][0], gaps[0][0]


def _day(page: CasesPage):  # type: ignore[no-untyped-def]
    """What a clerk does, step by step, with its name."""
    bar = page.table.verticalScrollBar()
    yield "all cases", lambda: page.filters.choose(scope="all")
    for _ in range(25):
        yield "page down", lambda: QTest.keyClick(page.table, Qt.Key.Key_PageDown)
    for share in (0.1, 0.9, 0.5, 0.33, 0.77, 1.0, 0.0):
        yield f"drag to {share:.0%}", lambda share=share: bar.setValue(int(bar.maximum() * share))
    for step in range(60):
        yield "drag fast", lambda step=step: bar.setValue(bar.maximum() * step // 60)
    yield "end", lambda: QTest.keyClick(page.table, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    for _ in range(10):
        yield "page up", lambda: QTest.keyClick(page.table, Qt.Key.Key_PageUp)
    for number in range(1, page.filters.status.count()):
        yield "filter status", lambda number=number: page.filters.status.setCurrentIndex(number)
    for lamp in (Lamp.RED, Lamp.YELLOW, Lamp.GREEN, Lamp.PAUSED):
        yield f"filter {lamp}", lambda lamp=lamp: page.filters.choose(lamp=lamp)
    yield "all again", lambda: page.filters.choose(scope="all")
    for text in ("王", "王秀", "王秀英", "7", "JM01-20261116-0001", "350304195803120220"):
        yield "find", lambda text=text: page.find_box.setText(text)
    yield "find nothing", page.find_box.clear
    yield "deadlines", page.show_deadlines
    yield "table", page.show_deadlines
    for _ in range(10):
        yield "next case", lambda: QTest.keyClick(page.table, Qt.Key.Key_Down)
    yield "reload", page._reload
