"""What each counter serves: letters, departments, single items; nothing at all means everything (一门式)."""

from uuid import UUID

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from db.catalogue.rows import ItemRow
from db.clock import business_date
from db.tickets.line import words
from db.tickets.queries import CounterRow, counters
from db.tickets.setup import bind_counter
from desktop.catalogue.picker import ItemPicker
from desktop.settings.panel import Panel
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.widgets.table import Column, RowTable

_ITEM = Qt.ItemDataRole.UserRole


def told(row: CounterRow) -> str:
    """What a counter serves, in words."""
    parts = [f"字头 {'、'.join(row.letters)}"] if row.letters else []
    parts += [f"部门 {'、'.join(row.departments)}"] if row.departments else []
    parts += [f"{len(row.items)} 个事项"] if row.items else []
    return "；".join(parts) or "什么都办（一门式）"


class BindingPanel(Panel):
    """The counters in a table; the fields below are of the row the cursor is on."""

    kinds = frozenset({"counter", "item"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "窗口业务", "符合任何一条就能叫到这个窗口；三样都空着，就是什么都办。转来的号不受限制。")
        self.table: RowTable[CounterRow] = RowTable(
            (
                Column[CounterRow]("窗口号", lambda row: row.number, 90),
                Column[CounterRow]("名称", lambda row: row.name, 160),
                Column[CounterRow]("办什么", told),
            ),
            empty="还没有启用的窗口，请先在“窗口”里新增。",
        )
        self.table.setMaximumHeight(theme.px(200))
        self.box.insertWidget(2, self.table, 1)
        self._shown: tuple[UUID, int] | None = None
        self.letters = QLineEdit()
        self.letters.setPlaceholderText("例：A、B")
        self.departments = QLineEdit()
        self.departments.setPlaceholderText("例：民政、人社（与事项目录里的部门一致）")
        self.items = QListWidget()
        self.items.setAccessibleName("绑定的事项")
        self.picker = ItemPicker(desk)
        self.remove = QPushButton("移除选中的事项（Delete）")
        self.remove.setShortcut("Delete")
        self.form.add("字头", self.letters)
        self.form.add("部门", self.departments)
        self.form.add("事项", self._item_box())
        self.add_save()
        self.table.picked.connect(self._show)
        self.picker.chosen.connect(self._add)
        self.remove.clicked.connect(self._drop)
        self.picker.stock.renewed.connect(self._name_items)

    def refresh(self) -> None:
        if self.desk.actor is not None:
            day = business_date(self.desk.now())
            self.desk.ask(self, counters, self.desk.centre_id, day, then=self._rows, topic="counters")

    def save(self) -> None:
        row = self.table.current()
        if row is None:
            self.form.complain("请先在上面选一个窗口。")
            return
        self.desk.do(
            self, bind_counter, counter_id=row.id, version=row.version, item_ids=self._bound(),
            letters=tuple(word.upper() for word in words(self.letters.text())),
            departments=tuple(words(self.departments.text())), then=self.kept, failed=self.refused,
        )  # fmt: skip

    def _bound(self) -> tuple[UUID, ...]:
        return tuple(self.items.item(at).data(_ITEM) for at in range(self.items.count()))

    def _rows(self, rows: tuple[CounterRow, ...]) -> None:
        with QSignalBlocker(self.table):  # between the old rows and the new no counter is picked
            self.table.show_rows(rows, key=lambda row: row.id)
        self._show(self.table.current())

    def _show(self, row: CounterRow | None) -> None:
        """Put a counter into the fields; the one that is there already keeps what was typed."""
        shown = (row.id, row.version) if row else None
        if shown is not None and shown == self._shown:
            return
        self._shown = shown
        self.letters.setText("、".join(row.letters) if row else "")
        self.departments.setText("、".join(row.departments) if row else "")
        self.items.clear()
        for item_id in row.items if row else ():
            self._append(item_id, "")
        self._name_items()

    def _name_items(self) -> None:
        """The catalogue may come after the counters."""
        shelf = self.picker.stock.shelf
        for at in range(self.items.count() if shelf else 0):
            line = self.items.item(at)
            found = shelf.by_id.get(line.data(_ITEM)) if shelf else None
            line.setText(found.name if found else "（目录里没有的事项）")

    def _add(self, item: ItemRow) -> None:
        if item.id not in self._bound():
            self._append(item.id, item.name)
        self.picker.clear()

    def _append(self, item_id: UUID, name: str) -> None:
        line = QListWidgetItem(name)
        line.setData(_ITEM, item_id)
        self.items.addItem(line)

    def _drop(self) -> None:
        self.items.takeItem(self.items.currentRow())

    def _item_box(self) -> QWidget:
        box = QWidget()
        both = QHBoxLayout(box)
        both.setContentsMargins(0, 0, 0, 0)
        left = QVBoxLayout()
        left.addWidget(self.items)
        left.addWidget(self.remove)
        both.addLayout(left, 1)
        both.addWidget(self.picker, 1)
        box.setMinimumHeight(theme.px(240))
        box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        return box
