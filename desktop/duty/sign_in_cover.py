"""Who covers (找人替班): candidates with their reasons, the best first; whoever breaks a rule stands last and says why."""

from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from sqlalchemy.orm import Session

from db.duty.building import problem_of
from db.duty.changing import substitute
from db.duty.overriding import Objection
from db.duty.plan_queries import plan_slots, sittings_of
from db.duty.rows import DutyRow, SlotRow
from db.duty.solve.candidates import Candidate, candidates
from db.errors import Refusal
from desktop.counter.suggest import line_of, suggestions
from desktop.duty.board_words import day_text, time_text
from desktop.duty.people_pane_dialog import FormDialog
from desktop.duty.sign_in import COVER
from desktop.duty.sign_in_meanwhile import Here, as_seen, hindered
from desktop.shell import theme
from desktop.shell.again import do_with
from desktop.shell.desk import Desk
from desktop.widgets.table import Column, RowTable
from desktop.widgets.tone import retone
from desktop.widgets.words import label

REASONS = ("本人请假", "临时公务", "身体不适", "没有到岗")


@dataclass(frozen=True, slots=True)
class Asked:
    """Everybody of the body, ranked for one place."""

    rows: tuple[Candidate, ...]


def ranked(session: Session, centre_id: UUID, slot: SlotRow, duty: DutyRow) -> Asked:
    """Everybody who could take the place, as the hall's records stand; for a worker."""
    problem = problem_of(session, centre_id, slot.plan_id)
    sittings = sittings_of(plan_slots(session, centre_id, slot.plan_id))
    found = candidates(problem, sittings, slot.id, duty.need, duty.seat_id)
    return Asked(tuple(row for row in found if row.seat_id != duty.seat_id))


class CoverForm(FormDialog):
    """Arrows choose, the reason is written into the 调班通知; a broken rule needs a reason of its own."""

    def __init__(self, desk: Desk, slot: SlotRow, duty: DutyRow, parent: QWidget | None = None) -> None:
        super().__init__(desk, f"找人替班：{duty.member_name}", "安排替班", parent, width=720)
        self.slot, self.duty = slot, duty
        when = f"{day_text(slot.day)} {time_text(slot.starts, slot.ends)}"
        self.form.add("班次", label(f"{slot.body_name}　{when}　{slot.room_name}", "nextStep", wrap=True))
        self.table = RowTable[Candidate](
            (
                Column("姓名", lambda row: row.name, 130, tone=lambda row: "bad" if row.broken else "good"),
                Column("为什么", _why, tip=lambda row: "\n".join((*row.broken, *row.reasons))),
            ),
            "正在比较人选…",
        )
        self.table.setMinimumHeight(theme.px(200))
        self.form.add("人选", self.table, "最合适的在前；■ 是会违反规则的，写明原因才能安排")
        self.reason = suggestions(REASONS, "必填，写入调班通知")
        self.reason.setCurrentText(duty.reason)
        self.reason.setMinimumWidth(theme.px(320))
        self.form.add("调班原因", self.reason)
        self.override = self.form.line("仍要安排", placeholder="会违反规则时，写明为什么仍要这样安排")
        self.override.setEnabled(False)
        self.table.picked.connect(self._picked)
        self.table.opened.connect(lambda _: line_of(self.reason).setFocus())
        self.ok.setEnabled(False)
        self.ok.setAutoDefault(False)
        self.no.setAutoDefault(False)
        line_of(self.reason).returnPressed.connect(self.save)
        desk.ask(self, ranked, desk.centre_id, slot, duty, then=self._show, failed=self._refused)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def save(self) -> None:
        row = self.table.current()
        if row is None:
            self.form.complain("请先选一个人。")
            return
        self.form.complain("")
        self.ok.setEnabled(False)
        reason, override = self.reason.currentText(), self.override.text() if row.broken else ""

        def given(now: Here) -> dict[str, object]:
            known = {"duty_id": now[1].id, "version": now[1].version}
            return {**known, "seat_id": row.seat_id, "reason": reason, "override": override}

        do_with(
            self, self.desk, as_seen(self.desk), (self.slot, self.duty), f"由{row.name}替{self.duty.member_name}：{reason}",
            substitute, given, then=lambda made: self._covered(row, made.number), failed=self._not_covered,
            left=lambda: self.ok.setEnabled(True), hindered=lambda now: hindered(COVER, now, self.desk.now()),
        )  # fmt: skip

    def _covered(self, row: Candidate, number: str) -> None:
        self.desk.messages.info(f"已由{row.name}替{self.duty.member_name}，调班 {number}，可在“排班”里打印调班通知。")
        self._saved()

    def _not_covered(self, refusal: Refusal) -> None:
        self._refused(refusal)
        if isinstance(refusal, Objection):
            self.override.setEnabled(True)
            retone(self.override, "warn")
            self.override.setFocus()

    def _show(self, asked: Asked) -> None:
        self.table.empty = "没有别的人选：这个单位没有其他在任人员。"
        self.table.show_rows(asked.rows)
        if asked.rows:
            self.table.selectRow(0)

    def _picked(self, row: Candidate | None) -> None:
        self.ok.setEnabled(row is not None)
        self.ok.setText(f"安排{row.name}替班（Ctrl+Enter）" if row else "安排替班（Ctrl+Enter）")
        self.ok.setShortcut("Ctrl+Return")
        self.override.setEnabled(row is not None and bool(row.broken))


def _why(row: Candidate) -> str:
    return "；".join(row.broken or row.reasons)
