"""窗口现况: who sits at which counter, whom they serve, who waits behind it; for the manager, as it happens."""

from datetime import datetime, timedelta

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from db.changes import Changes
from db.staff.permissions import Permission
from db.tickets.floor import Watch
from db.tickets.seen import Counterpart, Figures
from db.tickets.states import STATE_NAMES, TicketState
from desktop.counter.live_floor import LiveFloor
from desktop.counter.queue_rows import minutes
from desktop.shell.desk import Desk
from desktop.shell.page import Page
from desktop.shell.seen import WhileSeen
from desktop.widgets.table import Column, RowTable
from desktop.widgets.words import label

LONG = timedelta(minutes=30)
"""Who has waited longer is marked (ours, a common promise of halls; no legal source)."""
EMPTY = "还没有启用的窗口。请先到“设置”的“窗口”里新增，再请窗口人员登录时选择自己的窗口。"


class FloorPage(Page):
    """A line a counter. Nothing is asked while the page is hidden."""

    title = "窗口现况"
    icon = "fa6s.table-cells"
    manual = "queue"
    permission = Permission.TICKET_MANAGE

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.floor = LiveFloor(desk, self)
        self.floor.read.connect(self._show)
        self.today = label("", "sectionTitle", wrap=True)
        self.table: RowTable[Counterpart] = RowTable(self._columns(), EMPTY)
        self.table.setAccessibleName("各窗口现况")
        self.hint = label(
            "有人叫号、办完、转号，这里随即更新。转号、取消等操作请到“窗口”页的排队列表。", "hint", wrap=True
        )
        head = QHBoxLayout()
        head.addWidget(self.today, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(10)
        layout.addLayout(head)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.hint)
        self.setFocusProxy(self.table)
        self.while_seen = WhileSeen(self, desk, self._tick, self.refresh)

    # ---- what the window calls

    def refresh(self) -> None:
        self.floor.refresh()

    def changed(self, changes: Changes) -> None:
        self.floor.changed(changes)

    def search(self, text: str) -> None:
        """To the counter with this number, name, clerk or ticket."""
        wanted = text.strip().upper()
        for at, row in enumerate(self.table.rows.rows):
            known = (row.seat.number, row.seat.name, row.seat.staff_name, row.current.number if row.current else "")
            if wanted and wanted in known:
                self.table.setCurrentIndex(self.table.rows.index(at, 0))

    def keys(self) -> list[tuple[str, str]]:
        return [("↑ ↓", "逐个看窗口"), ("Ctrl+C", "复制这个窗口的一行"), ("Shift+F5", "重新读取")]

    # ---- inside

    def _show(self, known: Watch) -> None:
        """Lines that stay are changed where they stand, so that the cursor stays too."""
        rows = known.floor.counters(known.desks)
        self.today.setText(told(known.floor.figures()))
        old = self.table.rows.rows
        if [row.seat.id for row in rows] != [row.seat.id for row in old]:
            self.table.show_rows(rows, key=lambda row: row.seat.id)
            return
        for at, row in enumerate(rows):
            if row != old[at]:
                self.table.rows.replace(at, row)

    def _tick(self) -> None:
        self.floor.next_day()
        for at, row in enumerate(self.table.rows.rows):
            self.table.rows.replace(at, row)

    def _since(self, at: datetime | None) -> str:
        return minutes(self.desk.now() - at) if at is not None else ""

    def _waits_long(self, row: Counterpart) -> bool:
        return row.oldest is not None and self.desk.now() - row.oldest > LONG

    def _columns(self) -> tuple[Column[Counterpart], ...]:
        return (
            Column("窗口", lambda row: f"{row.seat.number} 号 {row.seat.name}".strip(), 128),
            Column("人员", clerk, 98),
            Column("状态", state, 98, tone=tone),
            Column("号", lambda row: row.current.number if row.current else "", 66),
            Column("事项", lambda row: row.current.item_name if row.current else ""),
            Column("已", lambda row: self._since(row.current.since if row.current else None), 78, right=True),
            Column("可叫", lambda row: f"{row.waiting} 人", 70, right=True),
            Column(
                "最久等候",
                lambda row: self._since(row.oldest),
                104,
                right=True,
                tone=lambda row: "warn" if self._waits_long(row) else "",
            ),
            Column("挂起", lambda row: "、".join(ticket.number for ticket in row.parked), 100),
            Column("办完", lambda row: str(row.done), 62, right=True),
        )


def clerk(row: Counterpart) -> str:
    """Who sits there; who called the ticket, where nobody has taken the seat."""
    return row.seat.staff_name or (row.current.staff_name if row.current else "") or "没有人登录"


def state(row: Counterpart) -> str:
    """What happens at a counter, in a word."""
    if row.current is not None:
        return STATE_NAMES[row.current.state]
    return "空闲" if row.seat.staff_id is not None else "无人"


def tone(row: Counterpart) -> str:
    """Somebody is served: good; called: on the way; people could be called and nobody sits there: a warning."""
    if row.current is not None:
        return "good" if row.current.state is TicketState.SERVING else "info"
    return "warn" if row.seat.staff_id is None and row.waiting else ""


def told(of: Figures) -> str:
    """The hall's day in one line."""
    parts = [
        f"等候 {of.waiting} 人",
        f"今日取号 {of.taken}",
        f"办完 {of.done}",
        f"挂起 {of.parked}",
        f"过号 {of.skipped}",
    ]
    if of.average_wait is not None:
        parts.append(f"平均等候 {round(of.average_wait / 60)} 分")
    if of.average_service is not None:
        parts.append(f"平均办理 {round(of.average_service / 60)} 分")
    return "　".join(parts)
