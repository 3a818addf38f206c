"""Which printer and paper each kind of document goes to on this machine; a part of the settings page."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from db.receipts.content import Medium, PaperKind
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.shell.print_settings import PrintSettings, Route
from desktop.shell.printing import Printing
from desktop.widgets.words import label

DEFAULT = "系统默认打印机"
MEDIA = ((Medium.A4, "A4 纸"), (Medium.THERMAL80, "热敏 80 毫米"), (Medium.THERMAL58, "热敏 58 毫米"))
HEADS = ("纸张种类", "打印机", "纸")


@dataclass(frozen=True, slots=True)
class _Row:
    kind: PaperKind
    printer: QComboBox
    medium: QComboBox
    ask: QCheckBox
    large: QCheckBox


class PrinterTable(QWidget):
    """A line for each kind of paper. What is chosen counts at once; there is nothing to confirm."""

    def __init__(self, desk: Desk, printing: Printing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._printing = desk, printing
        self._filling = False
        self.rows = tuple(self._row(kind) for kind in _ORDER)
        self.found = label("正在查找打印机…", "hint", wrap=True)
        self.again = QPushButton("重新查找打印机")
        self.again.clicked.connect(self.refresh)
        self._lay_out()
        printing.printers_found.connect(self._found)
        printing.settings_changed.connect(self._fill)
        self._fill(printing.settings)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """Ask the machine for its printers again."""
        self.found.setText("正在查找打印机…")
        self._printing.find_printers()

    def _row(self, kind: PaperKind) -> _Row:
        row = _Row(kind, QComboBox(), QComboBox(), QCheckBox("打印前预览"), QCheckBox("大字"))
        for medium, words in MEDIA:
            row.medium.addItem(words, medium)
        row.printer.addItem(DEFAULT, "")
        row.printer.setMinimumContentsLength(16)
        names: tuple[tuple[QWidget, str], ...] = (
            (row.printer, "打印机"), (row.medium, "纸"), (row.ask, "打印前预览"), (row.large, "大字"),
        )  # fmt: skip
        for widget, what in names:
            widget.setAccessibleName(f"{kind.label}：{what}")
        chosen = self._chosen(row)
        for combo in (row.printer, row.medium):
            combo.currentIndexChanged.connect(lambda _index: chosen())
        for box in (row.ask, row.large):
            box.toggled.connect(lambda _on: chosen())
        return row

    def _chosen(self, row: _Row) -> Callable[[], None]:
        def keep() -> None:
            if self._filling:
                return
            medium = Medium(row.medium.currentData())
            route = Route(medium, row.printer.currentData(), row.ask.isChecked(), row.large.isChecked())
            self._printing.configure(self._printing.settings.with_route(row.kind, route))

        return keep

    def _found(self, names: tuple[str, ...]) -> None:
        words = "、".join(names)
        self.found.setText(
            f"找到 {len(names)} 台：{words}。"
            if names
            else "本机没有安装打印机。安装后点“重新查找打印机”；没有打印机时，回执可以存成 PDF。"
        )
        self._filling = True
        for row in self.rows:
            _offer(row.printer, names, self._printing.settings.route(row.kind).printer)
        self._filling = False

    def _fill(self, settings: PrintSettings) -> None:
        self._filling = True
        for row in self.rows:
            route = settings.route(row.kind)
            known = tuple(name for name in _names(row.printer) if name)
            _offer(row.printer, known, route.printer)
            row.medium.setCurrentIndex(row.medium.findData(route.medium))
            row.ask.setChecked(route.ask)
            row.large.setChecked(route.large)
        self._filling = False

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(12))
        grid.setVerticalSpacing(theme.px(6))
        for at, head in enumerate(HEADS):
            grid.addWidget(label(head, "hint"), 0, at)
        for at, row in enumerate(self.rows, 1):
            for column, part in enumerate((label(row.kind.label), row.printer, row.medium, row.ask, row.large)):
                grid.addWidget(part, at, column)
        grid.setColumnStretch(1, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.found, 1)
        foot.addWidget(self.again)
        column_box = QVBoxLayout(self)
        column_box.setContentsMargins(0, 0, 0, 0)
        column_box.addWidget(label("每种纸用哪台打印机、哪种纸。只对这台电脑有效，选了立即生效。", "hint", wrap=True))
        column_box.addLayout(grid)
        column_box.addLayout(foot)
        column_box.addStretch(1)


_ORDER = (PaperKind.TICKET, *(kind for kind in PaperKind if kind is not PaperKind.TICKET))


def _names(combo: QComboBox) -> list[str]:
    return [str(combo.itemData(at)) for at in range(combo.count())]


def _offer(combo: QComboBox, names: tuple[str, ...], chosen: str) -> None:
    """Offer these printers, and the chosen one even when it is not there now."""
    wanted = ["", *names]
    if chosen and chosen not in names:
        wanted.append(chosen)
    if _names(combo) != wanted:
        combo.clear()
        for name in wanted:
            absent = name and name not in names
            combo.addItem(f"{name}（现在找不到）" if absent else name or DEFAULT, name)
    combo.setCurrentIndex(wanted.index(chosen))
