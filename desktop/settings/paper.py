"""Which printer and which paper each kind of document goes to on this machine."""

from desktop.receipts.printers import PrinterTable
from desktop.settings.panel import Panel
from desktop.shell.desk import Desk
from desktop.shell.printing import Printing
from desktop.widgets.form import scrolled


class PaperPanel(Panel):
    """The table of the receipts feature, which keeps each change at once."""

    def __init__(self, desk: Desk, printing: Printing) -> None:
        super().__init__(desk, "打印机", "只影响这台电脑。没选打印机的用系统默认；热敏小票纸选 80 或 58 毫米。")
        self.table = PrinterTable(desk, printing)
        self.area.hide()
        self.box.insertWidget(2, scrolled(self.table), 5)
