"""The counts of everybody with room for every number and a bar that can be read from afar."""

from collections.abc import Sequence

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from db.duty.rows import CountRow
from desktop.duty.counts_pane import CountsPane
from desktop.duty.people_pane_dialog import bounded
from desktop.duty.plan_data import Seen
from desktop.shell.desk import Desk
from desktop.widgets.words import label


class CountsDialog(QDialog):
    """Esc closes."""

    def __init__(self, desk: Desk, seen: Seen, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("每人次数")
        self.pane = CountsPane(wide=True)
        members = {seat.id: seat.member_id for seat in seen.seats}
        colours = {body.id: body.colour for body in seen.bodies}
        self.pane.show_counts(seen.counts, colours, members)
        spread = widest_spread(seen.counts)
        told = f"同单位、同身份的人最多相差 {spread} 次" if seen.counts else ""
        buttons = QDialogButtonBox()
        buttons.addButton("关闭（Esc）", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(label(seen.plan.title, "itemName", wrap=True))
        layout.addWidget(label(f"{len(seen.counts)} 人　{told}　以前的次数和新任人员的折算都算在内", "hint"))
        layout.addWidget(self.pane, 1)
        layout.addWidget(buttons)
        bounded(self, 1040, 640)


def widest_spread(rows: Sequence[CountRow]) -> int:
    """The widest range of counts among people of one body and kind."""
    groups: dict[tuple[object, str], list[int]] = {}
    for row in rows:
        groups.setdefault((row.body_id, row.kind), []).append(row.total)
    return max((max(each) - min(each) for each in groups.values()), default=0)
