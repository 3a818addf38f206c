"""The next days a rule gives, seen while it is typed: nothing is saved that was not read first."""

from datetime import date, timedelta

from PySide6.QtWidgets import QVBoxLayout, QWidget

from db.calendar.recurrence import OnHoliday
from db.calendar.rules import Calendar
from db.duty.rules import BodyRule, Session
from db.duty.sessions import sessions
from db.errors import RuleBroken
from desktop.duty.rule_form_words import rule_sentence, session_words
from desktop.widgets.table import Column, RowTable
from desktop.widgets.tone import retone
from desktop.widgets.words import label

SHOWN = 14
UNREAD = "规则填好后，这里列出接下来的日子。"
NONE = "这段时间里没有这样的日子。"
_HORIZON = timedelta(days=400)
_YEAR_END_REST = timedelta(days=14)
"""顺延 at the end of the last published year would reach into an unpublished one: the preview ends before."""


class RulePreview(QWidget):
    """The sentence of the rule and its next sessions, or what is wrong with it."""

    def __init__(self, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._today = today
        self.sentence = label("", "nextStep", wrap=True)
        self.sentence.setAccessibleName("规则")
        self.table = RowTable[Session](
            (
                Column("日期", lambda row: session_words(row)[0], 118),
                Column("时间", lambda row: session_words(row)[1], 108),
                Column("说明", lambda row: session_words(row)[2], tone=_tone),
            ),
            UNREAD,
        )
        self.table.setAccessibleName("接下来的日子")
        self.note = label("", "hint", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.sentence)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.note)

    def show_rule(self, rule: BodyRule, calendar: Calendar, room: str = "") -> None:
        """Show what a rule gives."""
        self.sentence.setText(rule_sentence(rule, room))
        retone(self.sentence, "")
        try:
            found, note = upcoming(rule, self._today, calendar)
        except RuleBroken as wrong:
            found, note = (), f"▲ {wrong.sentence}"
        self.table.empty = NONE
        self.table.show_rows(found)
        held = sum(not each.cancelled for each in found)
        self.note.setText(note or f"以上是接下来的 {len(found)} 个日子，其中 {held} 个举行。")
        retone(self.note, "warn" if note else "")

    def complain(self, sentence: str) -> None:
        """The rule cannot be read."""
        self.sentence.setText(f"■ {sentence}")
        retone(self.sentence, "bad")
        self.table.empty = UNREAD
        self.table.show_rows(())
        self.note.setText("")


def upcoming(rule: BodyRule, today: date, calendar: Calendar) -> tuple[tuple[Session, ...], str]:
    """The next sessions from today on, and a remark where the calendar ends before them.

    Raises:
        RuleBroken: this year is not published though its holidays matter, or a season has no hours.
    """
    last, note = today + _HORIZON, ""
    if rule.pattern.on_holiday is OnHoliday.KEEP:
        return sessions(rule, today, last, calendar)[:SHOWN], ""
    year = today.year
    while year + 1 in calendar.published:
        year += 1
    if last > date(year, 12, 31) >= today:
        last, note = date(year, 12, 31), f"▲ {year + 1} 年工作日历未发布，先显示到 {year} 年底。"
    try:
        found = sessions(rule, today, last, calendar)
    except RuleBroken:
        if not note:
            raise
        found = sessions(rule, today, max(last - _YEAR_END_REST, today), calendar)
    return found[:SHOWN], note if len(found) < SHOWN else ""


def _tone(row: Session) -> str:
    if row.cancelled:
        return "warn"
    return "info" if row.planned != row.day else ""
