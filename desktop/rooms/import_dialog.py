"""Bookings from a calendar (.ics) or a table (.xlsx): every row is seen first, then all are booked or none."""

from pathlib import Path
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QDialog, QFileDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget
from sqlalchemy.orm import Session

from db.clock import local
from db.errors import Refusal
from db.rooms.importing import Imported, Line, import_bookings, preview
from db.rooms.reading import Draft, Reading, read_bookings
from db.rooms.rules import BorrowerKind
from desktop.rooms.borrower import BorrowerField
from desktop.rooms.fitting import open_at
from desktop.rooms.words import day_text, span_text
from desktop.shell.desk import Desk
from desktop.shell.work import Progress
from desktop.widgets.table import Column, RowTable
from desktop.widgets.tone import retone
from desktop.widgets.words import label


class ImportDialog(QDialog):
    """What cannot be booked is left out only when the clerk says so; Ctrl+Enter imports."""

    imported = Signal(object)  # Imported

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.setWindowTitle("导入预约")
        self.reading = Reading((), ())
        self.lines: tuple[Line, ...] = ()
        self.open_button = QPushButton("选择文件…（Ctrl+O）")
        self.open_button.setShortcut("Ctrl+O")
        self.file_name = label("日历文件 .ics，或表格 .xlsx（列名同导出的表格）", "hint")
        self.borrower = BorrowerField(desk)
        self.table = RowTable[Line](
            (
                Column("位置", lambda row: row.draft.place, 118),
                Column("房间", lambda row: row.room, 110),
                Column("时段", _when, 215),
                Column("借用方", lambda row: f"{row.borrower}（新）" if row.new else row.borrower, 150),
                Column("内容", lambda row: row.draft.purpose, 100),
                Column(
                    "情况",
                    lambda row: row.trouble or "可以预约",
                    tip=lambda row: row.trouble,
                    tone=lambda row: "bad" if row.trouble else "good",
                ),
            ),
            "选择文件后，这里逐行显示会预约成什么样。",
        )
        self.new = QComboBox()
        self.new.setAccessibleName("文件里没登记过的借用方")
        self.new.addItem("不登记，逐行提示", None)
        for kind in BorrowerKind:
            self.new.addItem(f"登记为新的{kind.value}", kind)
        self.standing = label("", "nextStep", wrap=True)
        self.ok = QPushButton("导入（Ctrl+Enter）")
        self.ok.setObjectName("primary")
        self.ok.setShortcut(Qt.Modifier.CTRL | Qt.Key.Key_Return)
        self.good_only = QPushButton("只导入可以预约的")
        for button in (self.open_button, self.ok, self.good_only):
            button.setAutoDefault(False)
            button.setEnabled(button is self.open_button)
        self._lay_out()
        self.open_button.clicked.connect(self._ask)
        self.borrower.changed.connect(self._look)
        self.new.currentIndexChanged.connect(self._look)
        self.ok.clicked.connect(lambda: self._book(self.reading.drafts))
        self.good_only.clicked.connect(self._book_good)

    def read(self, path: Path) -> None:
        """Read a file off the window's thread."""
        self.file_name.setText(path.name)

        def work(_progress: Progress) -> Reading:
            return read_bookings(path)

        self.desk.job(self, work, then=self._read, failed=self._refused, title="读取预约文件")

    def _ask(self) -> None:
        dialog = QFileDialog(self, "导入预约", "", "日历和表格 (*.ics *.xlsx)")
        dialog.fileSelected.connect(lambda name: self.read(Path(name)))
        dialog.open()

    def _read(self, reading: Reading) -> None:
        self.reading = reading
        self._look()

    def _look(self) -> None:
        """What would become of each row as the database stands."""
        if not self.reading.drafts:
            self._show(())
            return
        centre_id, now, drafts, borrower = self.desk.centre_id, self.desk.now(), self.reading.drafts, self._borrower()
        register = self._register()

        def query(session: Session) -> tuple[Line, ...]:
            return preview(session, centre_id, drafts, borrower, now, register)

        self.desk.ask(self, query, then=self._show, failed=self._refused, topic="preview")

    def _show(self, lines: tuple[Line, ...]) -> None:
        self.lines = lines
        self.table.show_rows(lines)
        bad = sum(bool(line.trouble) for line in lines)
        faults = [fault for fault in self.reading.faults if not fault.passed_by]
        parts = [f"共 {len(lines)} 场"]
        new = {line.borrower for line in lines if line.new}
        if new:
            parts.append(f"● 将新登记借用方 {len(new)} 个：{'、'.join(sorted(new)[:3])}{'等' if len(new) > 3 else ''}")
        if bad:
            parts.append(f"■ {bad} 场不能预约")
        if faults:
            parts.append(f"▲ {len(faults)} 行读不出：{faults[0].place} {faults[0].sentence}")
        self.standing.setText("，".join(parts))
        retone(self.standing, "bad" if bad else "good" if lines else "")
        self.ok.setEnabled(bool(lines) and not bad)
        self.good_only.setEnabled(0 < bad < len(lines))

    def _book_good(self) -> None:
        self._book(tuple(line.draft for line in self.lines if not line.trouble))

    def _book(self, drafts: tuple[Draft, ...]) -> None:
        self.ok.setEnabled(False)
        self.good_only.setEnabled(False)
        self.desk.do(
            self, import_bookings, drafts=drafts, borrower_id=self._borrower(), register=self._register(),
            then=self._done, failed=self._refused,
        )  # fmt: skip

    def _done(self, made: Imported) -> None:
        asked = f"，其中 {made.asked} 场待审批" if made.asked else ""
        new = f"，新登记借用方 {made.registered} 个（电话请在“借用方”里补）" if made.registered else ""
        self.desk.messages.info(f"已导入 {made.booked} 场预约{asked}{new}。")
        self.imported.emit(made)
        self.accept()

    def _refused(self, refusal: Refusal) -> None:
        self.standing.setText(f"■ {refusal.sentence}")
        retone(self.standing, "bad")

    def _register(self) -> BorrowerKind | None:
        """As what borrowers are registered that only the file knows."""
        kind = self.new.currentData()
        return None if kind is None else BorrowerKind(kind)

    def _borrower(self) -> UUID | None:
        return self.borrower.chosen.id if self.borrower.chosen else None

    def _lay_out(self) -> None:
        top, who, bottom = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        top.addWidget(self.open_button)
        top.addWidget(self.file_name, 1)
        who.addWidget(QLabel("文件里没有写明时的借用方"))
        who.addWidget(self.borrower, 1)
        who.addWidget(QLabel("没登记过的"))
        who.addWidget(self.new)
        bottom.addWidget(self.standing, 1)
        bottom.addWidget(self.good_only)
        bottom.addWidget(self.ok)
        layout = QVBoxLayout(self)
        layout.addLayout(top)
        layout.addLayout(who)
        layout.addWidget(self.table, 1)
        layout.addLayout(bottom)
        open_at(self, 960, 560)


def _when(row: Line) -> str:
    draft = row.draft
    return f"{day_text(local(draft.starts_at).date())} {span_text(draft.starts_at, draft.ends_at)}"
