"""The right half of the page: one case, what can be done with it now, how it came here, its papers."""

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from db.cases.queries import CaseSheet, MaterialRow, PauseRow
from db.cases.status import CLOCK_TITLES, OPEN, STATUS_TITLES, VERB_TITLES, Outcome, Status, Verb
from db.receipts.queries import ReceiptRow
from db.receipts.rules import ReceiptState
from desktop.cases.timeline import Timeline
from desktop.cases.verbs import BUTTONS, Button
from desktop.cases.words import (
    LAMP_TONES,
    MATERIAL_TONES,
    NEXT_STEPS,
    long_time,
    outcome_text,
    term_text,
)
from desktop.shell import theme
from desktop.widgets.badge import Badge
from desktop.widgets.form import scrolled
from desktop.widgets.table import Column, RowTable
from desktop.widgets.words import EmptyHint, label

_COLUMNS = 3
_MAIN_BELOW = 3
"""Moves with less weight than this may stand as the one large button."""
_SIDE = (
    ("take_over", "接手", "Alt+K", "mdi6.account-switch-outline"),
    ("proxy", "代办", "Alt+Q", "mdi6.run"),
    ("numbers", "外部编号", "Alt+N", "mdi6.pound"),
    ("rectify", "更正", "Alt+X", "mdi6.pencil-outline"),
)


class CaseDetail(QWidget):
    """`verb_wanted` and `side_wanted` tell what the clerk pressed; the page opens the dialogs."""

    verb_wanted = Signal(object)  # Verb
    side_wanted = Signal(str)
    paper_wanted = Signal(object)  # ReceiptRow
    person_wanted = Signal(object)  # UUID

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sheet: CaseSheet | None = None
        self._main_move: Button | None = None
        self.buttons: dict[str, QPushButton] = {}
        self.empty = EmptyHint("没有选中办件", "在左边的列表里用上下键选一件，或扫回执上的二维码、办件编号。")
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._build())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)

    def _build(self) -> QWidget:
        card = QFrame()
        card.setObjectName("card")
        layout = QVBoxLayout(card)
        layout.setSpacing(theme.px(8))
        self.number = label("", "sectionTitle", select=True)
        self.query_code = label("", "hint", select=True)
        top = QHBoxLayout()
        top.addWidget(self.number)
        top.addStretch(1)
        top.addWidget(self.query_code)
        self.item = label("", "itemName", wrap=True)
        self.status, self.lamp, self.outcome = Badge(), Badge(shape=True), Badge()
        badges = QHBoxLayout()
        for each in (self.status, self.lamp, self.outcome):
            badges.addWidget(each)
        badges.addStretch(1)
        self.next_step = label("", "nextStep", wrap=True)
        self._moves = QGridLayout()
        self._moves.setSpacing(theme.px(6))
        self._make_buttons()
        layout.addLayout(top)
        layout.addWidget(self.item)
        layout.addLayout(badges)
        layout.addWidget(self.next_step)
        layout.addLayout(self._moves)
        self.tabs = QTabWidget()
        self.timeline = Timeline()
        self.materials = self._material_table()
        self.papers = self._paper_table()
        self.facts = QFormLayout()
        self._fact_rows: list[tuple[QLabel, QLabel]] = []
        self._facts_home = QWidget()
        self._facts_home.setLayout(self.facts)
        facts = scrolled(self._facts_home)
        facts.viewport().setAutoFillBackground(False)
        self.tabs.addTab(facts, "情况")
        self.tabs.addTab(self.timeline, "进度")
        self.tabs.addTab(self.materials, "材料")
        self.tabs.addTab(self.papers, "回执")
        self.tabs.setAccessibleName("办件内容")
        layout.addWidget(self.tabs, 1)
        return card

    def _material_table(self) -> RowTable[MaterialRow]:
        table: RowTable[MaterialRow] = RowTable(
            [
                Column(
                    "材料",
                    lambda row: row.name,
                    tip=lambda row: f"{row.name}（{row.necessity}，{row.form or '形式不限'}）",
                ),
                Column(
                    "结果",
                    lambda row: str(row.state) or "未核对",
                    84,
                    tone=lambda row: MATERIAL_TONES[row.state],
                    tip=lambda row: row.opinion or str(row.state) or "还没有核对",
                ),
                Column("页数", lambda row: str(row.pages or ""), 48, right=True),
                Column("说明", _material_note, 110),
            ],
            "这个事项不需要材料。",
        )
        table.setAccessibleName("材料清单")
        return table

    def _paper_table(self) -> RowTable[ReceiptRow]:
        table: RowTable[ReceiptRow] = RowTable(
            [
                Column("编号", lambda row: row.number, tip=lambda row: f"{row.number}　{long_time(row.issued_at)}"),
                Column("回执", lambda row: row.kind.label, 136),
                Column(
                    "状态",
                    lambda row: row.state.label,
                    88,
                    tone=lambda row: "good" if row.state is ReceiptState.VALID else "warn",
                    tip=lambda row: row.void_reason or row.state.label,
                ),
            ],
            "还没有开过回执。",
        )
        table.setAccessibleName("回执清单，回车打开")
        table.opened.connect(self.paper_wanted)
        return table

    def show_nothing(self) -> None:
        """No case is chosen."""
        self.sheet = None
        self._stack.setCurrentIndex(0)

    def show_sheet(self, sheet: CaseSheet, today: date) -> None:
        """Show a case; the tab stays the one the clerk was on."""
        self.sheet, self._today = sheet, today
        row = sheet.row
        self.number.setText(row.number)
        self.query_code.setText(f"查询码 {sheet.query_code}")
        self.item.setText(row.item_name)
        self.status.show_state(STATUS_TITLES[row.status], "info" if row.status in OPEN else "")
        self.lamp.show_state(term_text(row, today), LAMP_TONES[row.lamp])  # type: ignore[arg-type]
        self.lamp.setVisible(row.status in OPEN)
        self.outcome.show_state(outcome_text(row.outcome), "good" if row.outcome is Outcome.GRANTED else "warn")
        self.outcome.setVisible(row.outcome is not Outcome.PENDING)
        self.next_step.setText(next_step(sheet))
        self.next_step.setVisible(bool(self.next_step.text()))
        self._show_facts(sheet)
        self._show_actions(sheet)
        self.timeline.show_case(sheet)
        self.materials.show_rows(sheet.materials)
        self.papers.show_rows(sheet.papers)
        for at, (title, rows) in enumerate(
            (("进度", sheet.events), ("材料", sheet.materials), ("回执", sheet.papers)), 1
        ):
            self.tabs.setTabText(at, f"{title} {len(rows)}")
        self._stack.setCurrentIndex(1)

    def _show_facts(self, sheet: CaseSheet) -> None:
        facts = facts_of(sheet)
        while self.facts.rowCount() < len(facts):
            row = (label("", "hint"), label("", wrap=True, select=True))
            self._fact_rows.append(row)
            self.facts.addRow(*row)
        for at, (title, text) in enumerate(self._fact_rows):
            shown = at < len(facts)
            self.facts.setRowVisible(at, shown)
            if shown:
                title.setText(facts[at][0])
                text.setText(facts[at][1])

    def _show_actions(self, sheet: CaseSheet) -> None:
        """Buttons for what is allowed now; what is not stands in a menu with its reason."""
        allowed = sorted(
            (BUTTONS[verb] for verb, refusal in sheet.moves if not refusal and verb in BUTTONS),
            key=lambda each: each.weight,
        )
        self._show_main(allowed[0] if allowed and allowed[0].weight < _MAIN_BELOW else None)
        names = [str(each.verb) for each in allowed if each is not self._main_move]
        names += [name for name, *_ in _SIDE if self._side_offered(name, sheet)]
        self.buttons = {name: self._pool[name] for name in names}
        if self._main_move is not None:
            self.buttons = {str(self._main_move.verb): self.main} | self.buttons
        for name, button in self._pool.items():
            button.setVisible(name in names)
            button.setEnabled(name in names)  # a hidden button would still answer to its key
        for at, name in enumerate(names):
            self._moves.addWidget(self._pool[name], 1 + at // _COLUMNS, at % _COLUMNS)
        self._moves.addWidget(self.why, 1 + len(names) // _COLUMNS, len(names) % _COLUMNS)
        menu = self.why.menu()
        menu.clear()
        for verb, refusal in sheet.moves:
            if refusal and verb is not Verb.RECTIFY:
                menu.addAction(f"{VERB_TITLES[verb]}：{refusal}").setEnabled(False)

    def _show_main(self, move: Button | None) -> None:
        """The likeliest move stands large and first."""
        self._main_move = move
        self.main.setVisible(move is not None)
        self.main.setEnabled(move is not None)
        if move is not None:
            self._label(self.main, move.title, move.key, move.icon, "on_accent")

    @staticmethod
    def _side_offered(name: str, sheet: CaseSheet) -> bool:
        if name == "rectify":
            return any(not refusal for _, refusal in sheet.rectifications)
        return sheet.row.status in OPEN

    @staticmethod
    def _label(button: QPushButton, title: str, key: str, icon: str, token: str = "text") -> None:
        button.setText(f"{title}(&{key[-1]})")
        button.setIcon(theme.icon(icon, token))
        button.setShortcut(key)
        button.setAccessibleName(title)
        button.setToolTip(f"{title}（{key}）")

    def _make_buttons(self) -> None:
        """Every button once: making and dressing them anew at each step down the list would cost milliseconds."""
        self.main = QPushButton()
        self.main.setObjectName("primary")
        self.main.clicked.connect(self._press_main)
        self._pool: dict[str, QPushButton] = {}
        for each in BUTTONS.values():
            button = self._pool[str(each.verb)] = QPushButton()
            self._label(button, each.title, each.key, each.icon)
            button.clicked.connect(lambda _=False, verb=each.verb: self.verb_wanted.emit(verb))
        for name, title, key, icon in _SIDE:
            button = self._pool[name] = QPushButton()
            self._label(button, title, key, icon)
            button.clicked.connect(lambda _=False, name=name: self.side_wanted.emit(name))
        self.why = QPushButton("为什么不能…")
        self.why.setObjectName("link")
        self.why.setToolTip("现在不能做的操作和原因（Alt+W）")
        self.why.setShortcut("Alt+W")
        self.why.setMenu(QMenu(self.why))
        self._moves.addWidget(self.main, 0, 0, 1, _COLUMNS)
        theme.watch.changed.connect(self._redress)

    def _redress(self) -> None:
        """Light or dark: the icons follow."""
        icons = {str(each.verb): each.icon for each in BUTTONS.values()} | {name: icon for name, _, _, icon in _SIDE}
        for name, button in self._pool.items():
            button.setIcon(theme.icon(icons[name]))
        if self._main_move is not None:
            self.main.setIcon(theme.icon(self._main_move.icon, "on_accent"))

    def _press_main(self) -> None:
        if self._main_move is not None:
            self.verb_wanted.emit(self._main_move.verb)


def next_step(sheet: CaseSheet) -> str:
    """What is to be done now; where the way on is barred (a promise not kept), why."""
    refusals = dict(sheet.moves)
    if sheet.row.status in (Status.ACCEPTED, Status.HANDLING) and refusals.get(Verb.FINISH):
        return f"下一步：{refusals[Verb.FINISH]}"
    return NEXT_STEPS.get(sheet.row.status, "")


def facts_of(sheet: CaseSheet) -> list[tuple[str, str]]:
    """What the first tab says, empty facts left out. ID and phone are masked."""
    row = sheet.row
    agent = f"{sheet.agent}（{sheet.agent_relation or '代办人'}）" if sheet.agent else ""
    limit = f"{row.due_on:%Y-%m-%d}" if row.due_on else row.no_date_reason
    late = "，超期办结" if sheet.finished_late else ""
    pairs = [
        ("申请人", f"{row.applicant}　{sheet.id_type} {sheet.id_masked}"),
        ("电话", sheet.phone_masked),
        ("代办人", agent),
        ("主管部门", row.department),
        ("事项权限", f"{sheet.item_role or '—'} · {sheet.case_type or '—'}"),
        ("收件", f"{long_time(row.received_at)}　{sheet.counter}"),
        ("受理日期", f"{sheet.accepted_on:%Y-%m-%d}" if sheet.accepted_on else ""),
        ("承诺日期", limit),
        ("计时", CLOCK_TITLES[row.clock]),
        ("补正告知", _notice(sheet)),
        ("补交期限", f"{row.supplement_due:%Y-%m-%d}" if row.supplement_due else ""),
        ("容缺受理", "是" if sheet.tolerant else ""),
        ("办结", f"{long_time(sheet.finished_at)}{late}" if sheet.finished_at else ""),
        ("证照文号", sheet.result_number),
        ("送达", long_time(sheet.delivered_at) if sheet.delivered_at else ""),
        ("转报去向", row.agency),
        ("经办人", row.handler),
        ("首问责任人", sheet.owner),
        ("帮办代办", f"{sheet.proxy}（{sheet.proxy_step}）" if sheet.proxy_step else ""),
        ("省网申报号", sheet.external_number),
        ("12345工单号", sheet.hotline_number),
        ("挂起", "；".join(_pause(each) for each in sheet.pauses)),
        ("到场", f"同一人同一事项到场 {sheet.visits} 天" if sheet.visits else ""),
        ("备注", sheet.note),
    ]
    return [(title, text.strip()) for title, text in pairs if text.strip()]


def _pause(pause: PauseRow) -> str:
    until = f"{pause.ended_on:%m-%d}" if pause.ended_on else "现在"
    return f"{pause.kind} {pause.started_on:%m-%d} 至 {until}"


def _notice(sheet: CaseSheet) -> str:
    if sheet.told_at is not None:
        return f"已于 {long_time(sheet.told_at)} 一次告知"
    if sheet.accepted_on is None and sheet.notice_due is not None and sheet.row.status in OPEN:
        return f"须在 {sheet.notice_due:%Y-%m-%d} 前告知"
    return ""


def _material_note(row: MaterialRow) -> str:
    parts = (
        row.opinion,
        f"{row.due_on:%m-%d}前补交" if row.due_on else "",
        "沿用以前的" if row.reused else "",
        "已告知" if row.told else "",
    )
    return "；".join(part for part in parts if part)
