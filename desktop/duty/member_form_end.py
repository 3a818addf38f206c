"""Somebody goes: the place in one body ends on a day, or the person is taken out of use altogether."""

from typing import Any

from PySide6.QtWidgets import QButtonGroup, QRadioButton, QVBoxLayout, QWidget

from db.action import Action
from db.clock import business_date
from db.duty.members import end_seat, retire_member
from db.duty.queries import duties_ahead
from db.duty.rows import MemberRow, SeatRow
from desktop.duty.people_pane_dialog import FormDialog, side_by_side
from desktop.duty.people_pane_meanwhile import members_as_seen
from desktop.rooms.fields import date_field, pydate
from desktop.shell.again import do_with
from desktop.shell.desk import Desk
from desktop.widgets.tone import retone
from desktop.widgets.words import label


class EndForm(FormDialog):
    """Duties that are planned stay where they are: the plan page repairs them."""

    def __init__(self, desk: Desk, member: MemberRow, seat: SeatRow, parent: QWidget | None = None) -> None:
        super().__init__(desk, f"{member.name} 不再轮值：{seat.body_name}", "确定", parent, width=560)
        self.member, self.seat = member, seat
        self.end = QRadioButton("只结束在本单位的任期，最后一天：")
        self.retire = QRadioButton("停用这个人（所有轮值单位都不再排）")
        self._group = QButtonGroup(self)
        for button in (self.end, self.retire):
            self._group.addButton(button)
        self.end.setChecked(True)
        self.last = date_field(business_date(desk.now()), "最后一天")
        self.retire.toggled.connect(lambda on: self.last.setDisabled(on))
        held = QWidget()
        box = QVBoxLayout(held)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(side_by_side(self.end, self.last))
        box.addWidget(self.retire)
        self.form.add("怎样结束", held)
        self.ahead = label("", "hint", wrap=True)
        self.form.add("", self.ahead)
        self.retire.toggled.connect(lambda _: self._count())
        self.last.dateChanged.connect(lambda _: self._count())
        self._count()
        self.end.setFocus()

    def _count(self) -> None:
        """Say how many published duties are left without anybody."""
        retire = self.retire.isChecked()
        last = business_date(self.desk.now()) if retire else pydate(self.last)
        body_id = None if retire else self.seat.body_id
        self.desk.ask(
            self, duties_ahead, self.desk.centre_id, self.member.id, last, body_id, then=self._tell, topic="ahead"
        )  # fmt: skip

    def _tell(self, ahead: int) -> None:
        said = f"▲ 这之后还有 {ahead} 班已公示，不会自动改动，请到“排班”里重排或找人替班。"
        self.ahead.setText(said if ahead else "这之后没有已公示的班次。")
        retone(self.ahead, "warn" if ahead else "")

    def save(self) -> None:
        self.ok.setEnabled(False)
        action: Action[..., Any] = end_seat
        words, last, place = f"结束{self.member.name}在“{self.seat.body_name}”的任期", pydate(self.last), self.seat.id
        if self.retire.isChecked():
            action, words = retire_member, f"停用{self.member.name}"

        def given(now: MemberRow) -> dict[str, object]:
            if action is retire_member:
                return {"member_id": now.id, "version": now.version}
            version = next((seat.version for seat in now.seats if seat.id == place), 0)
            return {"seat_id": place, "version": version, "last": last}

        do_with(
            self, self.desk, members_as_seen(self.desk), self.member, words, action, given, then=self._saved,
            failed=self._refused, left=lambda: self.ok.setEnabled(True),
        )  # fmt: skip
