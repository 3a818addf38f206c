"""The status line: who sits here, at which counter, on which database, with which printer; all the time, in plain words."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QStatusBar

from db.changes import Changes
from db.clock import local
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.widgets.badge import SHAPES
from desktop.widgets.tone import retone
from desktop.widgets.words import label

if TYPE_CHECKING:
    from db.action import Actor
    from db.centre.queries import CentreRow, CounterRow
    from desktop.shell.printing import Ended, Printing

WEEKDAYS = "一二三四五六日"


class StatusLine(QStatusBar):
    """Words only; what is said is also the accessible text."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setSizeGripEnabled(False)
        self._desk = desk
        self._printing: Printing | None = None
        self._trouble = False
        self.who, self.counter, self.database, self.printer, self.clock = (label() for _ in range(5))
        for part in (self.who, self.counter, self.database, self.printer):
            self.addWidget(part)
        self.keys = _key("F1 手册　Ctrl+/ 快捷键　Ctrl+L 锁屏")
        self.addPermanentWidget(self.keys)
        self.addPermanentWidget(self.clock)
        self._tick = QTimer(self, interval=15_000)
        self._tick.timeout.connect(self.show_time)
        self._tick.start()
        self.show_time()
        desk.actor_changed.connect(self._somebody)
        desk.changed.connect(self._changed)
        desk.opened.connect(lambda: self.database.setText(_database(desk)))
        if desk.is_open:
            self.database.setText(_database(desk))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The reminder of keys gives way to what is told."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        told = (self.who, self.counter, self.database, self.printer, self.clock)
        wanted = sum(part.sizeHint().width() for part in (*told, self.keys)) + theme.px(60)
        self.keys.setVisible(wanted <= self.width())

    def show_centre(self, row: "CentreRow") -> None:
        """The centre's name stands with the database."""
        self.database.setToolTip(row.fields.name)

    def follow(self, printing: "Printing") -> None:
        """Show what becomes of printing from now on."""
        if self._printing is printing:
            return
        self._printing = printing
        printing.settings_changed.connect(lambda _: self._show_printer())
        printing.job_ended.connect(self._printed)
        self._show_printer()

    def _printed(self, ended: "Ended") -> None:
        self._trouble = not ended.sent
        self._show_printer()

    def _show_printer(self) -> None:
        assert self._printing is not None
        names = sorted({route.printer for route in self._printing.settings.routes.values() if route.printer})
        words = "、".join(names) or "默认打印机"
        self.printer.setText(f"{SHAPES['bad']} {words}：有纸没打出来" if self._trouble else f"{SHAPES['good']} {words}")
        self.printer.setToolTip("打印机在“设置 › 打印机”里选择；没打出来的在“回执 › 打印队列”里。")
        retone(self.printer, "bad" if self._trouble else "")
        self._fit()

    def show_time(self) -> None:
        """Date and time in China."""
        now = local(self._desk.now())
        self.clock.setText(f"{now:%Y-%m-%d} 周{WEEKDAYS[now.weekday()]} {now:%H:%M}")

    def _somebody(self, actor: "Actor | None") -> None:
        from db.centre.queries import counters

        self.who.setText(f"● {actor.name}" if actor else "○ 未登录")
        self.counter.setText("")
        if actor is not None:
            self._desk.ask(self, counters, actor.centre_id, then=self._counters, topic="counters")

    def _counters(self, rows: "tuple[CounterRow, ...]") -> None:
        actor = self._desk.actor
        here = next((row for row in rows if actor and row.id == actor.counter_id), None)
        self.counter.setText(here.title if here else "未选窗口")
        self._fit()

    def _changed(self, changes: Changes) -> None:
        if any(change.kind == "counter" for change in changes):
            self._somebody(self._desk.actor)


def _key(text: str) -> QLabel:
    return label(text, "hint")


def _database(desk: Desk) -> str:
    bind = desk.hall.bind
    if bind.dialect.name == "sqlite":
        return "本机数据库"
    return f"服务器 {bind.engine.url.host or '本机'}"  # without a host: the socket of this computer
