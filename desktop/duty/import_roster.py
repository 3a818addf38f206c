"""The hall's present Excel roster: every row is seen first, people and sessions, then all that fits is taken in or nothing."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)
from sqlalchemy.orm import Session

from db.clock import business_date
from db.duty.importing import Line, PersonLine, Preview, named_in, preview
from db.duty.reading_roster import Fault, Roster, read_roster
from db.duty.rows import BodyRow
from db.duty.taking_in import RosterImported, import_roster
from db.errors import Refusal
from desktop.duty.board_words import WEEKDAYS, time_text
from desktop.duty.people_pane_dialog import bounded
from desktop.duty.plan_fields import choose
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.shell.work import Progress
from desktop.widgets.table import Column, RowTable
from desktop.widgets.tone import retone
from desktop.widgets.words import label

EMPTY = Roster("", (), (), ())
COLUMNS_HINT = (
    "支持 .xlsx、.xls、.csv。要有表头：日期、时段（或开始、结束）、姓名（或轮值人员），"
    "其余列可有可无：轮值单位、地点、身份、届别、层级、单位职务、专长、电话、状态、替班人、备注；"
    "也可以是人员名单：姓名、身份、单位职务、任期、电话、已轮值次数、备注。"
)


class ImportDialog(QDialog):
    """Rows that cannot be taken in are left out only when somebody says so; Ctrl+Enter imports."""

    imported = Signal(object)  # RosterImported

    def __init__(self, desk: Desk, bodies: tuple[BodyRow, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.setWindowTitle("导入轮值花名册")
        self.roster = EMPTY
        self.seen: Preview | None = None
        self.open_button = QPushButton("选择文件…（Ctrl+O）")
        self.open_button.setShortcut("Ctrl+O")
        self.file_name = label(COLUMNS_HINT, "hint", wrap=True)
        self.body = QComboBox()
        self.body.setAccessibleName("没有写轮值单位的行属于")
        self.body.addItem("（请选择）", None)
        for body in bodies:
            if body.active:
                self.body.addItem(body.name, body.id)
        self.body.setMinimumWidth(theme.px(220))
        self._tables()
        self.standing = label("", "nextStep", wrap=True)
        self.whole = label("", "hint", wrap=True)  # what becomes of somebody may be longer than its column
        self.ok, self.good_only = QPushButton("导入（Ctrl+Enter）"), QPushButton("只导入没有问题的")
        self.ok.setObjectName("primary")
        self.ok.setShortcut(Qt.Modifier.CTRL | Qt.Key.Key_Return)
        for button in (self.open_button, self.ok, self.good_only):
            button.setAutoDefault(False)
            button.setEnabled(button is self.open_button)
        self._lay_out()
        self.open_button.clicked.connect(self._ask)
        self.body.currentIndexChanged.connect(lambda _: self._look())
        self.ok.clicked.connect(self.take)
        self.good_only.clicked.connect(self.take)
        self.open_button.setFocus()

    def read(self, path: Path) -> None:
        """Read a file off the window's thread."""
        self.file_name.setText(path.name)
        today = business_date(self.desk.now())

        def work(progress: Progress) -> Roster:
            return read_roster(path, today, progress.step)

        self.desk.job(self, work, then=self._read, failed=self._refused, title="读取轮值表")

    def take(self) -> None:
        """Take in everything that has no trouble."""
        seen = self.seen
        if seen is None or not (self.ok.isEnabled() or self.good_only.isEnabled()):
            return
        self.ok.setEnabled(False)
        self.good_only.setEnabled(False)
        wrong = {line.place for line in seen.people if line.trouble}
        listed = tuple(each for each in self.roster.listed if each.place not in wrong)
        self.desk.do(
            self, import_roster, drafts=seen.fit, listed=listed, body_id=self.body.currentData(), then=self._done,
            failed=self._refused,
        )  # fmt: skip

    def _ask(self) -> None:
        dialog = QFileDialog(self, "导入轮值花名册", "", "表格 (*.xlsx *.xls *.csv)")
        dialog.fileSelected.connect(lambda name: self.read(Path(name)))
        dialog.open()

    def _read(self, roster: Roster) -> None:
        self.roster = roster
        if self.body.currentData() is None:
            named = named_in(
                roster.title, {self.body.itemData(at): self.body.itemText(at) for at in range(1, self.body.count())}
            )
            choose(self.body, named)  # looks by itself where it changes
        self._look()

    def _look(self) -> None:
        """What would become of each row as the database stands."""
        roster = self.roster
        if roster is EMPTY:
            return
        centre_id, body_id, today = self.desk.centre_id, self.body.currentData(), business_date(self.desk.now())

        def query(session: Session) -> Preview:
            return preview(session, centre_id, roster.drafts, roster.listed, body_id, today)

        self.desk.ask(self, query, then=self._show, failed=self._refused, topic="preview")

    def _show(self, seen: Preview) -> None:
        self.seen = seen
        self.lines.show_rows(sorted(seen.lines, key=lambda line: not line.trouble))
        self.people.show_rows(sorted(seen.people, key=lambda line: not line.trouble))
        self.faults.show_rows(self.roster.faults)
        for at, (title, rows) in enumerate(
            (("班次", seen.lines), ("新的人员和次数", seen.people), ("读不出的行", self.roster.faults))
        ):
            self.tabs.setTabText(at, f"{title}（{len(rows)}）")
        if not seen.lines and seen.people and self.tabs.currentWidget() is self.lines:
            self.tabs.setCurrentWidget(self.people)  # a list of people
        self._say(seen)

    def _say(self, seen: Preview) -> None:
        bad = sum(bool(line.trouble) for line in seen.lines) + sum(bool(line.trouble) for line in seen.people)
        faults = sum(not fault.passed_by for fault in self.roster.faults)
        past = sum(line.past for line in seen.lines if not line.trouble and not line.repeated)
        listed = len(self.roster.listed) - sum(bool(line.trouble) for line in seen.people)
        rows = f"可导入 {len(seen.fit)} 班（以前 {past} 班计入次数，今天起 {len(seen.fit) - past} 班进拟定的轮值表）"
        parts = [rows] if seen.lines or not seen.people else []
        repeated = sum(line.repeated for line in seen.lines)
        parts += [f"已有 {repeated} 班不重复导入"] if repeated else []
        parts += [f"名单 {len(self.roster.listed)} 人"] if self.roster.listed else []
        parts += [f"■ {bad} 行有问题"] if bad else []
        parts += [f"▲ {faults} 行读不出"] if faults else []
        unread = "、".join(f"“{heading}”" for heading in self.roster.unread)
        parts += [f"▲ 不认识或用不到、不会导入的列：{unread}"] if unread else []
        self.standing.setText("，".join(parts))
        retone(self.standing, "bad" if bad or faults else "warn" if unread else "good")
        any_good = bool(seen.fit) or listed > 0
        self.ok.setEnabled(any_good and not bad and not faults)
        self.good_only.setEnabled(any_good and bool(bad or faults))

    def _done(self, made: RosterImported) -> None:
        self.desk.messages.info(
            f"已导入：新人员 {made.members} 名、新任职 {made.seats} 个、班次 {made.sessions} 个、轮值 {made.duties} 人次。"
        )
        self.imported.emit(made)
        self.accept()

    def _refused(self, refusal: Refusal) -> None:
        self.standing.setText(f"■ {refusal.sentence}")
        retone(self.standing, "bad")

    def _tables(self) -> None:
        self.lines = RowTable[Line](
            (
                Column("位置", lambda line: line.draft.place, 150, tip=lambda line: line.draft.place),
                Column("轮值单位", lambda line: line.body, 130),
                Column("日期", lambda line: f"{line.draft.day:%Y-%m-%d} 周{WEEKDAYS[line.draft.day.weekday()]}", 126),
                Column("时间", lambda line: time_text(line.draft.starts, line.draft.ends), 100),
                Column("人员", lambda line: line.names, 116),
                Column("情况", _line_words, tone=_line_tone),
            ),
            "选择文件后，这里逐行显示会导入成什么样。",
        )
        self.people = RowTable[PersonLine](
            (
                Column("位置", lambda line: line.place, 150, tip=lambda line: line.place),
                Column("姓名", lambda line: line.name, 76),
                Column("轮值单位", lambda line: line.body, 96, tip=lambda line: line.body),
                Column("身份", lambda line: line.kind, 70),
                Column("单位职务", lambda line: line.unit_post, 116, tip=lambda line: line.unit_post),
                Column("手机", lambda line: line.phone_masked, 122),
                Column("情况", _person_words, tone=_person_tone, tip=_person_words),
            ),
            "没有新的人员，次数也没有变化。",
        )
        self.faults = RowTable[Fault](
            (
                Column("位置", lambda fault: fault.place, 160),
                Column("情况", lambda fault: fault.sentence, tone=lambda fault: "" if fault.passed_by else "warn"),
            ),
            "每一行都读出来了。",
        )
        self.people.picked.connect(lambda line: self.whole.setText(_person_words(line) if line is not None else ""))
        self.tabs = QTabWidget()
        for table, title in ((self.lines, "班次"), (self.people, "新的人员和次数"), (self.faults, "读不出的行")):
            table.setAccessibleName(title)
            self.tabs.addTab(table, title)

    def _lay_out(self) -> None:
        top, who, bottom = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        top.addWidget(self.open_button, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self.file_name, 1)
        who.addWidget(QLabel("没有写轮值单位的行属于"))
        who.addWidget(self.body)
        who.addStretch(1)
        bottom.addWidget(self.standing, 1)
        bottom.addWidget(self.good_only)
        bottom.addWidget(self.ok)
        layout = QVBoxLayout(self)
        layout.addLayout(top)
        layout.addLayout(who)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(self.whole)
        layout.addLayout(bottom)
        bounded(self, 1040, 580)


def _line_words(line: Line) -> str:
    if line.trouble:
        return line.trouble
    if line.repeated:
        return "已经有了，不重复导入"
    done = "计入历史" if line.past else "进拟定的轮值表"
    return "；".join((done, *line.notes))


def _line_tone(line: Line) -> str:
    if line.trouble:
        return "bad"
    return "" if line.repeated else "warn" if line.notes else "good"


def _person_words(line: PersonLine) -> str:
    if line.trouble:
        return line.trouble
    parts = ["新人员" if line.new_member else "新任职" if line.new_seat else "已有人员"]
    if line.history is not None and line.history != line.before:
        parts.append(f"以前次数 {line.before or 0} → {line.history}")
    if line.term is not None and line.term != line.term_before:
        parts.append(f"任期 {line.term_before} → {line.term}" if line.term_before else f"任期 {line.term}")
    return "；".join((*line.notes, "，".join(parts)))


def _person_tone(line: PersonLine) -> str:
    return "bad" if line.trouble else "warn" if line.notes else "good"
