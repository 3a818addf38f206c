"""Somebody who takes turns (轮值人员): the person, and the place they have in the body. The phone is sealed."""

from contextlib import suppress
from datetime import date
from uuid import UUID

from PySide6.QtCore import QDate
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)
from sqlalchemy.orm import Session

from db.clock import business_date
from db.duty.bodies import Saved
from db.duty.members import MemberFields, SeatFields, save_member, save_seat
from db.duty.queries import members
from db.duty.rows import BodyRow, MemberRow, SeatRow
from db.errors import RuleBroken
from db.people.rules import read_phone
from desktop.counter.suggest import line_of, suggestions
from desktop.duty.people_pane_dialog import FormDialog, roomy, side_by_side
from desktop.duty.people_pane_find import Known
from desktop.duty.stand_form_who import about
from desktop.rooms.fields import date_field, pydate
from desktop.shell.desk import Desk
from desktop.shell.twice import Twice
from desktop.widgets.tone import retone
from desktop.widgets.words import label

LEVELS = ("省", "市", "区", "街道", "社区")
USUAL_KINDS = ("党代表", "人大代表", "政协委员", "法官", "检察官", "民警", "律师", "老党员")


class MemberForm(FormDialog):
    """Enter the person once; a person of another body is found by name and only given a place."""

    def __init__(
        self,
        desk: Desk,
        body: BodyRow,
        member: MemberRow | None,
        kinds: tuple[str, ...] = (),
        known: tuple[Known, ...] = (),
        parent: QWidget | None = None,
    ) -> None:
        title = f"{member.name}（{body.name}）" if member else f"新增人员：{body.name}"
        super().__init__(desk, title, "保存", parent, width=660)
        self.body, self.member = body, member
        self.seat = seat_in(member, body.id) if member else None
        self._same: MemberRow | None = None
        self._known: Saved | None = Saved(member.id, member.version) if member else None
        self._others = tuple(each for each in known if each.row.active and seat_in(each.row, body.id) is None)
        self._person()
        self._place(kinds)
        self.name.setFocus()
        if member is not None:
            self.twice = Twice(
                self, desk, read=lambda session: _member(session, desk.centre_id, member.id),
                twin=lambda row: MemberForm(desk, body, row, kinds, parent=self), adopt=self._adopt,
                failed=self._failed, facts=(member, lambda row: {"现有手机": row.phone_masked}),
            )  # fmt: skip

    def _adopt(self, member: MemberRow) -> None:
        self.member, self.seat = member, seat_in(member, self.body.id)
        self._known = Saved(member.id, member.version)
        self.save()

    def save(self) -> None:
        """The person first, then the place; what was saved already is not saved twice."""
        self.form.complain("")
        self.ok.setEnabled(False)
        known = self._known
        fields = MemberFields(
            name=self.name.text(), unit_post=self.unit_post.text(), specialty=self.specialty.text(),
            phone=self._phone(), note=self.note.text(),
        )  # fmt: skip
        self.desk.do(
            self, save_member, fields=fields, member_id=known.id if known else None,
            version=known.version if known else 0, then=self._save_seat, failed=self._refused,
        )  # fmt: skip

    def seat_fields(self) -> SeatFields:
        """The place as it is typed."""
        return SeatFields(
            kind=self.kind.currentText(), session=self.session.text(), level=self.level.currentText(),
            first=self.first.value(), last=self.last.value(), history=self.history.value(),
            credit=None if self.auto_credit.isChecked() else self.credit.value(),
        )  # fmt: skip

    def _save_seat(self, saved: Saved) -> None:
        self._known = saved
        seat = self.seat
        self.desk.do(
            self, save_seat, member_id=saved.id, body_id=self.body.id, fields=self.seat_fields(),
            seat_id=seat.id if seat else None, version=seat.version if seat else 0, then=self._saved,
            failed=self._refused,
        )  # fmt: skip

    def _offer_same(self, text: str) -> None:
        """Somebody of that name takes turns in another body: one person, two places."""
        found = next((each.row for each in self._others if each.row.name == text.strip()), None)
        self._same = found if self._known is None else None
        self.same.setVisible(self._same is not None)
        if found is not None:
            self.same.setText(f"已有同名人员：{about(found)}。是同一个人，点这里直接加入")

    def _take_same(self) -> None:
        row = self._same
        if row is None:
            return
        self._known = Saved(row.id, row.version)
        self.member = row
        self.unit_post.setText(row.unit_post)
        self.specialty.setText(row.specialty)
        self.note.setText(row.note)
        self.phone.setPlaceholderText(f"现有 {row.phone_masked}，不改就留空" if row.phone_masked else "")
        self.same.hide()
        self.kind.setFocus()

    def _phone(self) -> str | None:
        """None leaves the phone as it is."""
        if self.forget.isChecked():
            return ""
        return self.phone.text().strip() or None

    def _person(self) -> None:
        member = self.member
        self.name = QLineEdit(member.name if member else "")
        self.same = QPushButton()
        self.same.setObjectName("link")
        self.same.setAutoDefault(False)
        self.same.hide()
        self.form.add("姓名", _above(self.name, self.same))
        self.name.setAccessibleName("姓名")
        self.name.textChanged.connect(self._offer_same)
        self.same.clicked.connect(self._take_same)
        self.unit_post = self.form.line("单位职务", member.unit_post if member else "", hint="印在公示表上")
        self.specialty = self.form.line(
            "专长", member.specialty if member else "", placeholder="例如：婚姻家庭、劳动争议"
        )
        masked = member.phone_masked if member else ""
        self.phone = QLineEdit()
        self.phone.setPlaceholderText(f"现有 {masked}，不改就留空" if masked else "")
        self.doubt = label("", "hint")
        retone(self.doubt, "warn")
        self.phone.textEdited.connect(lambda _: self.doubt.clear())
        self.phone.editingFinished.connect(self._look_at_phone)
        self.forget = QCheckBox("清除现有号码")
        self.forget.setVisible(bool(masked))
        self.form.add(
            "手机",
            side_by_side(self.phone, self.doubt, self.forget, stretch=0),
            "加密保存，只显示打星号的号码，不会印出来",
        )
        self.phone.setAccessibleName("手机")

    def _look_at_phone(self) -> None:
        """A number that no numbering plan knows is kept, and said to be looked at; what is no number is refused when saved."""
        with suppress(RuleBroken):
            self.doubt.setText("▲ 可能不完整，请核对" if read_phone(self.phone.text()).warning else "")

    def _place(self, kinds: tuple[str, ...]) -> None:
        seat = self.seat
        self.kind = _offered(tuple(dict.fromkeys((*kinds, *USUAL_KINDS))), seat.kind if seat else "", "例如：党代表")
        self.session = QLineEdit(seat.session if seat else "")
        self.session.setPlaceholderText("例如：第十八届")
        self.level = _offered(LEVELS, seat.level if seat else "", "例如：区")
        self.form.add(
            "身份", side_by_side(self.kind, QLabel("届别"), self.session, QLabel("层级"), self.level, stretch=2)
        )
        for field, name in ((self.kind, "身份"), (self.session, "届别"), (self.level, "层级")):
            field.setAccessibleName(name)
        today = business_date(self.desk.now())
        self.first = OptionalDay(seat.first if seat else None, today, "任期从")
        self.last = OptionalDay(seat.last if seat else None, today.replace(month=12, day=31), "任期到")
        self.form.add("任期", side_by_side(self.first, QLabel("至"), self.last), "不勾表示不限")
        self.history = QSpinBox(maximum=9999, value=seat.history if seat else 0, suffix=" 次")
        self.form.add("以前轮值", self.history, "用本系统之前已轮值的次数，计入公平")
        self.credit = QSpinBox(maximum=9999, value=seat.credit if seat else 0, suffix=" 次")
        self.auto_credit = QCheckBox("按同类人员平均次数自动折算（新加入的不必补足）")
        self.auto_credit.setChecked(seat is None)
        self.auto_credit.toggled.connect(lambda on: self.credit.setDisabled(on))
        self.credit.setDisabled(self.auto_credit.isChecked())
        self.credit.setAccessibleName("折算次数")
        roomy(self.credit)
        self.form.add("折算次数", side_by_side(self.credit, self.auto_credit))
        self.note = self.form.line("备注", self.member.note if self.member else "")


class OptionalDay(QWidget):
    """A day, or none: the tick says which."""

    def __init__(self, day: date | None, usual: date, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tick = QCheckBox()
        self.tick.setAccessibleName(f"{name}：有期限")
        self.field: QDateEdit = date_field(day or usual, name)
        self.tick.setChecked(day is not None)
        self.field.setEnabled(day is not None)
        self.tick.toggled.connect(self.field.setEnabled)
        row = side_by_side(self.tick, self.field)
        layout = row.layout()
        assert layout is not None
        self.setLayout(layout)

    def value(self) -> date | None:
        """The day, if there is one."""
        return pydate(self.field) if self.tick.isChecked() else None

    def show_day(self, day: date) -> None:
        """Tick it and show this day."""
        self.tick.setChecked(True)
        self.field.setDate(QDate(day.year, day.month, day.day))


def _member(session: Session, centre_id: UUID, member_id: UUID) -> MemberRow | None:
    return next((row for row in members(session, centre_id, idle=True) if row.id == member_id), None)


def seat_in(member: MemberRow, body_id: UUID) -> SeatRow | None:
    """The place somebody has in a body."""
    return next((seat for seat in member.seats if seat.body_id == body_id), None)


def _above(*parts: QWidget) -> QWidget:
    held = QWidget()
    box = QVBoxLayout(held)
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(0)
    for part in parts:
        box.addWidget(part)
    held.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    return held


def _offered(words: tuple[str, ...], given: str, placeholder: str) -> QComboBox:
    box = suggestions(words, placeholder)
    box.setCurrentText(given)
    line_of(box).setClearButtonEnabled(False)
    return box
