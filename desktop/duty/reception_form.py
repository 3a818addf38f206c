"""接待登记 on one page: who came, to whom, what for, what was said, and what becomes of it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPlainTextEdit, QWidget

from db.action import Action
from db.clock import CHINA, local
from db.duty.notices import print_redirect
from db.duty.reception import (
    CATEGORIES,
    LEGAL,
    Received,
    ReceptionFields,
    receive,
    reception_edit,
    reception_pass,
    reception_redirect,
)
from db.duty.reception_queries import reception
from db.duty.rows import ReceptionRow, SlotRow
from db.staff.permissions import Permission
from desktop.counter.suggest import suggestions
from desktop.duty.board_words import time_text
from desktop.duty.people_pane_dialog import FormDialog, roomy, side_by_side
from desktop.duty.reception_form_next import NextBox
from desktop.duty.reception_form_person import KEEP, PersonBox
from desktop.rooms.fields import date_field, pydate, pytime, time_field
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.shell.twice import Twice


class ReceptionForm(FormDialog):
    """Ctrl+Enter saves. A step that is refused after the entry was saved is tried again alone: nothing is entered twice."""

    def __init__(
        self,
        desk: Desk,
        slots: tuple[SlotRow, ...] = (),
        *,
        row: ReceptionRow | None = None,
        slot_id: UUID | None = None,
        receiver_id: UUID | None = None,
        parent: QWidget | None = None,
    ) -> None:
        title = f"修改接待登记 {row.number}" if row else "接待登记"
        super().__init__(desk, title, "保存", parent, width=900)
        self.row, self._slots = row, slots
        self._known: Received | None = Received(row.id, row.number, row.version, row.state) if row else None
        self.slot, self.receiver = QComboBox(), QComboBox()
        at = local(row.at if row else desk.now())
        self.day, self.clock = date_field(at.date(), "日期"), time_field(at.hour * 60 + at.minute, "时间")
        self._at = self.at()
        self.person = PersonBox(row)
        self.category = suggestions(CATEGORIES, "选择或输入")
        self.category.setCurrentText(row.category if row else "")
        self.content, self.demand = _text(), _text()
        self.answer, self.proposal = _text(row.answer if row else ""), _text(row.proposal if row else "")
        if row is not None:
            for field in (self.content, self.demand):
                field.setPlaceholderText(f"已登记的内容加密保存，{KEEP}")
        self.next = NextBox(desk)
        self._lay_out()
        self._fill_slots(slot_id or (row.slot_id if row else None), receiver_id or (row.receiver_id if row else None))
        self.slot.currentIndexChanged.connect(lambda _: self._fill_receivers(None))
        self.category.currentTextChanged.connect(self._category_changed)
        self.person.visitor.setFocus()
        if row is not None:
            self.twice = Twice(
                self, desk, read=lambda session: reception(session, desk.centre_id, row.id),
                twin=lambda new: ReceptionForm(desk, slots, row=new, parent=self), adopt=self._adopt,
                failed=self._failed, facts=(row, lambda new: {"加密保存的内容": f"第 {new.version} 次保存"}),
            )  # fmt: skip

    def _adopt(self, row: ReceptionRow) -> None:
        self.row = row
        self._known = Received(row.id, row.number, row.version, row.state)
        self.save()

    def fields(self) -> ReceptionFields:
        """The entry as it is typed."""
        person, new = self.person, self.row is None
        anonymous = person.anonymous.isChecked()
        return ReceptionFields(
            category=self.category.currentText(), at=self.at() if self.at() != self._at else None,
            slot_id=self.slot.currentData(), receiver_id=self.receiver.currentData(), anonymous=anonymous,
            visitor=None if anonymous else person.text(person.visitor),
            phone=None if anonymous else person.text(person.phone),
            address=None if anonymous else person.text(person.address),
            grid=person.grid.text(), people=person.people.value(),
            content=_typed(self.content, new), demand=_typed(self.demand, new),
            answer=self.answer.toPlainText(), proposal=self.proposal.toPlainText(),
        )  # fmt: skip

    def at(self) -> datetime:
        """When they were received, to the minute."""
        return datetime.combine(pydate(self.day), pytime(self.clock), CHINA)

    def save(self) -> None:
        """The entry first, then what becomes of it."""
        self.form.complain("")
        sentence = self.next.trouble() if self.row is None else ""
        if sentence:
            self.form.complain(sentence)
            return
        self.ok.setEnabled(False)
        if self._known is None:
            self._do(receive, self._entered, fields=self.fields())
        else:
            self._do(
                reception_edit, self._entered, reception_id=self._known.reception_id, version=self._known.version,
                fields=self.fields(),
            )  # fmt: skip

    def _entered(self, made: Received) -> None:
        self._known = made
        if self.row is not None or not self.next.wanted():
            self._done(f"接待登记 {made.number} 已保存。")
        elif self.next.redirects():
            self._do(
                reception_redirect, self._redirected, reception_id=made.reception_id, version=made.version,
                whither=self.next.whither.currentText(),
            )  # fmt: skip
        else:
            self._do(
                reception_pass, self._passed, reception_id=made.reception_id, version=made.version,
                unit=self.next.unit.currentText(), days=self.next.due.days(), due_on=self.next.due.day(),
            )  # fmt: skip

    def _passed(self, made: Received) -> None:
        self._known = made
        self._done(f"接待登记 {made.number} 已保存并转办。")

    def _redirected(self, made: Received) -> None:
        self._known = made
        if self.next.slip.isChecked() and self.desk.may(Permission.RECEIPT_PRINT):
            self.desk.do(self.desk, print_redirect, reception_id=made.reception_id)
        self._done(f"接待登记 {made.number} 已保存，已引导到{self.next.whither.currentText()}。")

    def _done(self, sentence: str) -> None:
        self.desk.messages.info(sentence)
        self._saved()

    def _do(self, action: Action[..., Received], then: Callable[[Received], None], **given: Any) -> None:
        self.desk.do(self, action, then=then, failed=self._refused, **given)

    def _category_changed(self, text: str) -> None:
        """A matter of the courts is not accepted: the form turns to where it is heard."""
        if self.row is None:
            self.next.turn(text == LEGAL)

    def _fill_slots(self, slot_id: UUID | None, receiver_id: UUID | None) -> None:
        self.slot.addItem("不在轮值班次内", None)
        for slot in self._slots:
            if not slot.cancelled:
                self.slot.addItem(f"{time_text(slot.starts, slot.ends)} {slot.body_name}", slot.id)
        if slot_id is not None and self.slot.findData(slot_id) < 0 and self.row is not None:
            self.slot.addItem(self.row.body_name, slot_id)
        self.slot.setCurrentIndex(max(self.slot.findData(slot_id), 0))
        self._fill_receivers(receiver_id)

    def _fill_receivers(self, receiver_id: UUID | None) -> None:
        wanted = self.slot.currentData()
        self.receiver.clear()
        self.receiver.addItem("（未选）", None)
        for slot in self._slots:
            for duty in slot.duties if wanted in (None, slot.id) else ():
                if self.receiver.findData(duty.member_id) < 0:
                    self.receiver.addItem(duty.member_name, duty.member_id)
        if receiver_id is not None and self.receiver.findData(receiver_id) < 0 and self.row is not None:
            self.receiver.addItem(self.row.receiver_name, receiver_id)
        here = self.receiver.findData(receiver_id) if receiver_id is not None else -1
        self.receiver.setCurrentIndex(here if here >= 0 else min(1, self.receiver.count() - 1) if wanted else 0)

    def _lay_out(self) -> None:
        roomy(self.day, self.clock)
        self.slot.setMinimumWidth(theme.px(230))
        self.receiver.setMinimumWidth(theme.px(110))
        self.category.setMinimumWidth(theme.px(170))
        for field, name in (
            (self.slot, "接待班次"),
            (self.receiver, "接待人"),
            (self.category, "类别"),
        ):
            field.setAccessibleName(name)
        for text, name in (
            (self.content, "内容"), (self.demand, "诉求"), (self.answer, "当场答复"), (self.proposal, "拟办意见"),
        ):  # fmt: skip
            text.setAccessibleName(name)
        add = self.form.add
        add("接待班次", side_by_side(self.slot, QLabel("接待人"), self.receiver, QLabel("时间"), self.day, self.clock))
        add("来访人", self.person)
        add("类别", side_by_side(self.category))
        add("内容", _pair(self.content, "诉求", self.demand))
        add("当场答复", _pair(self.answer, "拟办意见", self.proposal))
        if self.row is None:
            add("接下来", self.next)


def _pair(left: QWidget, title: str, right: QWidget) -> QWidget:
    """Two fields of one width, the label of the second between them."""
    name = QLabel(title)
    name.setMinimumWidth(theme.px(60))
    held = side_by_side(left, name, right, stretch=0)
    layout = held.layout()
    assert isinstance(layout, QHBoxLayout)
    layout.setStretch(2, 1)
    return held


def _text(given: str = "") -> QPlainTextEdit:
    field = QPlainTextEdit(given)
    field.setTabChangesFocus(True)
    field.setFixedHeight(theme.px(74))
    return field


def _typed(field: QPlainTextEdit, new: bool) -> str | None:
    text = field.toPlainText().strip()
    return text if text or new else None
