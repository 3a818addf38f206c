"""What each counter serves: letters, departments, single items; nothing at all means everything (一门式)."""

from collections.abc import Mapping
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
from sqlalchemy.orm import Session

from db.catalogue.rows import ItemRow
from db.clock import business_date
from db.tickets.line import words
from db.tickets.queries import CounterRow, counters
from db.tickets.setup import bind_counter
from desktop.catalogue.picker import ItemPicker
from desktop.settings.panel import RowPanel
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.widgets.table import Column, RowTable

_ITEM = Qt.ItemDataRole.UserRole
UNKNOWN = "（目录里没有的事项）"


def told(row: CounterRow) -> str:
    """What a counter serves, in words."""
    parts = [f"字头 {'、'.join(row.letters)}"] if row.letters else []
    parts += [f"部门 {'、'.join(row.departments)}"] if row.departments else []
    parts += [f"{len(row.items)} 个事项"] if row.items else []
    return "；".join(parts) or "什么都办（一门式）"


class BoundItems(QListWidget):
    """The items bound to a counter; their names come from the catalogue, sooner or later."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("绑定的事项")
        self._names: Mapping[UUID, str] = {}

    def held(self) -> tuple[UUID, ...]:
        """The items, in order."""
        return tuple(self.item(at).data(_ITEM) for at in range(self.count()))

    def hold(self, item_ids: tuple[UUID, ...]) -> None:
        """Show other items."""
        self.clear()
        for item_id in item_ids:
            line = QListWidgetItem(self._names.get(item_id, ""))
            line.setData(_ITEM, item_id)
            self.addItem(line)

    def in_words(self, item_ids: tuple[UUID, ...]) -> str:
        """The names of items."""
        return "、".join(self._names.get(item_id, UNKNOWN) for item_id in item_ids)

    def name(self, names: Mapping[UUID, str]) -> None:
        """The catalogue is there."""
        self._names = names
        for at in range(self.count()):
            line = self.item(at)
            line.setText(names.get(line.data(_ITEM), UNKNOWN))


class BindingPanel(RowPanel[CounterRow]):
    """The counters in a table; the fields below are of the row the cursor is on."""

    title = "窗口业务"
    hint = "符合任何一条就能叫到这个窗口；三样都空着，就是什么都办。转来的号不受限制。"
    kinds = frozenset({"counter", "item"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
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
        self.letters = QLineEdit()
        self.letters.setPlaceholderText("例：A、B")
        self.departments = QLineEdit()
        self.departments.setPlaceholderText("例：民政、人社（与事项目录里的部门一致）")
        self.items = BoundItems()
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
        self.twice.begin()

    def refresh(self) -> None:
        if self.desk.actor is not None:
            day = business_date(self.desk.now())
            self.desk.ask(self, counters, self.desk.centre_id, day, then=self._rows, topic="counters")

    def save(self) -> None:
        row = self._row
        if row is None:
            self.form.complain("请先在上面选一个窗口。")
            return
        self.desk.do(
            self, bind_counter, counter_id=row.id, version=row.version, item_ids=self.items.held(),
            letters=tuple(word.upper() for word in words(self.letters.text())),
            departments=tuple(words(self.departments.text())), then=self.kept, failed=self.refused,
        )  # fmt: skip

    def _rows(self, rows: tuple[CounterRow, ...]) -> None:
        with QSignalBlocker(self.table):  # between the old rows and the new no counter is picked
            self.table.show_rows(rows, key=lambda row: row.id)
        self._show(self.table.current())

    def _show(self, row: CounterRow | None) -> None:
        """Put a counter into the fields; the one that is there already keeps what was typed."""
        same = row is not None and self._row is not None and row.id == self._row.id
        if same and (self.twice.dirty or row == self._row):
            return
        self._put(row)
        self.twice.begin()

    def _now(self, session: Session) -> CounterRow | None:
        rows = counters(session, self.desk.centre_id, business_date(self.desk.now()))
        return next((row for row in rows if self._row is not None and row.id == self._row.id), None)

    def _put(self, row: CounterRow | None) -> None:
        self._row = row
        self.letters.setText("、".join(row.letters) if row else "")
        self.departments.setText("、".join(row.departments) if row else "")
        self.items.hold(row.items if row else ())
        self._name_items()

    def _name_items(self) -> None:
        """The catalogue may come after the counters."""
        shelf = self.picker.stock.shelf
        if shelf is not None:
            self.items.name({item_id: row.name for item_id, row in shelf.by_id.items()})

    def _add(self, item: ItemRow) -> None:
        if item.id not in self.items.held():
            self.items.hold((*self.items.held(), item.id))
            self._name_items()
        self.picker.clear()

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
