"""Which column is which: the headings of a spreadsheet with an example each, and the field it is taken for."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from db.catalogue.columns import FIELD_LABELS, ColumnMap, headings
from db.catalogue.sheet import Table
from db.catalogue.unpacking import column_letters
from desktop.shell import theme

LEFT_OUT = "（不导入）"
_HEADS = ("列", "表格里的标题", "例子", "导入为")


class MappingTable(QTableWidget):
    """One row a column of the spreadsheet; `edited` tells the mapping as corrected."""

    edited = Signal(object)  # ColumnMap

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(_HEADS), parent)
        self.setHorizontalHeaderLabels(_HEADS)
        self.setAccessibleName("列对应关系")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(theme.px(38))
        head = self.horizontalHeader()
        head.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        for column, width in ((0, 44), (1, 200), (3, 220)):
            head.resizeSection(column, theme.px(width))
        self._mapping: ColumnMap | None = None
        self._combos: list[QComboBox] = []

    def show_mapping(self, table: Table, mapping: ColumnMap) -> None:
        """Show a table's columns under a mapping."""
        self._mapping = mapping
        self._combos = []
        self.setRowCount(len(mapping.fields))
        for column, heading in enumerate(headings(table, mapping)):
            texts = (column_letters(column + 1), heading or "（没有标题）", _example(table, mapping.header, column))
            for place, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setFlags(Qt.ItemFlag.ItemIsEnabled)
                item.setToolTip(text)
                self.setItem(column, place, item)
            self.setCellWidget(column, 3, self._combo(column, heading))
        self._set(mapping)

    def _combo(self, column: int, heading: str) -> QComboBox:
        combo = QComboBox()
        combo.setAccessibleName(f"“{heading or column_letters(column + 1)}”导入为")
        combo.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        combo.addItem(LEFT_OUT, None)
        for field, name in FIELD_LABELS.items():
            combo.addItem(name, field)
        combo.activated.connect(lambda at: self._chosen(column, combo.itemData(at)))
        self._combos.append(combo)
        return combo

    def _chosen(self, column: int, field: str | None) -> None:
        if self._mapping is not None:
            self._mapping = self._mapping.with_field(column, field)
            self._set(self._mapping)
            self.edited.emit(self._mapping)

    def _set(self, mapping: ColumnMap) -> None:
        for combo, field in zip(self._combos, mapping.fields, strict=True):
            combo.setCurrentIndex(0 if field is None else combo.findData(field))


def _example(table: Table, header: int, column: int) -> str:
    for row in table.rows[header + 1 : header + 30]:
        cell = row[column] if column < len(row) else ""
        if isinstance(cell, float) and cell.is_integer():
            return f"{cell:.0f}" if abs(cell) < 1e15 else f"{cell:.6g}"
        if str(cell).strip():
            return " ".join(str(cell).split())[:80]
    return ""
