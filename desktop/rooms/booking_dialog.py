"""Booking a room, or changing a booking: what stands in the way is told while typing, with what could be offered."""

from datetime import datetime
from uuid import UUID

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from db.clock import local
from db.errors import Refusal
from db.rooms.offers import Checked, Offer, PlannedDay, check_slot, series_preview
from db.rooms.queries import BookingRow, RoomRow, series_of
from db.rooms.queries import booking as booking_now
from db.rooms.rules import BorrowerKind
from db.rooms.series import instants
from desktop.rooms import saving
from desktop.rooms.borrower import BorrowerField
from desktop.rooms.fields import date_field, inset, named, pydate, pytime, side_by_side, time_field, use_field
from desktop.rooms.geometry import Slot, minutes_of
from desktop.rooms.meanwhile import standing
from desktop.rooms.offer_buttons import OfferButtons
from desktop.rooms.preview import PreviewTable
from desktop.rooms.repeat import RepeatBox
from desktop.rooms.room_card import RoomCard
from desktop.rooms.saving import Saved
from desktop.rooms.scope import Reach, reach_of
from desktop.rooms.words import slot_of
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.shell.twice import Twice
from desktop.widgets.form import Form, scrolled
from desktop.widgets.inputs import SEEKING
from desktop.widgets.tone import retone
from desktop.widgets.words import label

CHECK_MS = 180


class BookingDialog(QDialog):
    """Ctrl+Enter saves, Esc leaves it."""

    saved = Signal(object)  # Saved

    def __init__(
        self,
        desk: Desk,
        rooms: tuple[RoomRow, ...],
        slot: Slot,
        booking: BookingRow | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.desk, self.rooms, self.booking = desk, rooms, booking
        self.setWindowTitle("修改预约" if booking else "预约房间")
        self.offers: tuple[Offer, ...] = ()
        self.series: tuple[BookingRow, ...] = ()
        self.clash = ""
        self._checked = False
        self._twice: Twice[BookingRow] | None = None
        self._fields(slot)
        self._lay_out()
        self._check_soon = QTimer(self, singleShot=True, interval=CHECK_MS)
        self._check_soon.timeout.connect(self.check)
        self._connect()
        if booking is not None:
            self._fill(booking)
            self._twice = self._meeting(booking)
            if booking.series_id is not None:
                desk.ask(self, series_of, self._owner(), booking.series_id, then=self._offer_scopes, topic="series")
        self._touched()
        (self.purpose if booking else self.borrower.line).setFocus()

    # ---- what is typed ----

    def times(self) -> tuple[datetime, datetime]:
        """The stretch, as instants."""
        return instants(pydate(self.day), pytime(self.begins), pytime(self.ends))

    def room(self) -> RoomRow:
        """The room."""
        found = self.room_box.currentData()
        assert isinstance(found, RoomRow)
        return found

    def take_offer(self, offer: Offer) -> None:
        """Put an offer into the fields."""
        starts, ends = local(offer.starts_at), local(offer.ends_at)
        at = next((n for n in range(self.room_box.count()) if self.room_box.itemData(n).id == offer.room_id), -1)
        if at >= 0:
            self.room_box.setCurrentIndex(at)
        self.begins.setTime(time_field(starts.hour * 60 + starts.minute, "").time())
        self.ends.setTime(time_field(ends.hour * 60 + ends.minute, "").time())
        self.check()

    # ---- looking before saving ----

    def check(self) -> None:
        """Ask what stands in the way of what is typed now."""
        self._check_soon.stop()
        pattern = self.repeat.pattern()
        kind = BorrowerKind(self.borrower.chosen.kind) if self.borrower.chosen else self._any_kind()
        now, people, centre = self.desk.now(), self.people.value(), self.desk.centre_id
        who = self.borrower.chosen.id if self.borrower.chosen else self.booking.borrower_id if self.booking else None
        if pattern is not None:
            self.desk.ask(
                self, series_preview, centre, self.room().id, pattern, pytime(self.begins), pytime(self.ends),
                now=now, people=people, borrower=kind, borrower_id=who, then=self._show_days, failed=self._impossible, topic="check",
            )  # fmt: skip
            return
        starts, ends = self.times()
        self.desk.ask(
            self, check_slot, centre, self.room().id, starts, ends, now=now, people=people, borrower=kind,
            borrower_id=who, booking_id=self.booking.id if self.booking else None, then=self._show_check, failed=self._impossible,
            topic="check",
        )  # fmt: skip

    def _any_kind(self) -> BorrowerKind:
        """Until somebody is chosen, a kind that the room admits."""
        allowed = self.room().rules.borrowers
        return allowed[0] if allowed else BorrowerKind.RESIDENT

    def _show_check(self, found: Checked) -> None:
        self._checked = True
        self.preview.hide()
        self.skip_all.hide()
        self.clash, self.offers = found.trouble, found.offers
        free = "● 这个时段可以预约" + ("" if self._known() else "，请选择借用方")
        self._say(f"■ {found.trouble}" if found.trouble else free, "bad" if found.trouble else "good")
        self._show_offers(found.offers)
        self._enable()

    def _show_days(self, days: tuple[PlannedDay, ...]) -> None:
        self._checked = True
        if self.booking is not None:  # its own day is no clash: it becomes the first of the series
            days = tuple(day for day in days if day.planned != local(self.booking.starts_at).date())
        self.clash, self.offers = "", ()
        self._show_offers(())
        self.preview.show_days(days)
        self.preview.show()
        self._settle()
        self._grow()

    def _grow(self) -> None:
        """As high as what is shown now, and wholly on the screen; not for a list that closes again."""
        if self.borrower.matches.isVisible():
            return
        self.resize(self.size().expandedTo(self.sizeHint()).boundedTo(self._screen()))
        there = self.screen().availableGeometry()
        if self.isVisible() and self.frameGeometry().bottom() > there.bottom():
            self.move(self.x(), max(there.bottom() - self.frameGeometry().height(), there.top()))

    def _settle(self) -> None:
        open_, rows, booked = self.preview.open_days(), self.preview.rowCount(), self.preview.booked()
        self.skip_all.setVisible(open_ > 0)
        if open_:
            self._say(f"■ {rows} 场中有 {open_} 场冲突，请在“处理”一栏逐场选择", "bad")
        elif not booked:
            self._say("■ 每一场都跳过了，没有可以预约的，请换时间或房间", "bad")
        else:
            left_out = f"，跳过 {rows - booked} 场" if booked < rows else ""
            who = "" if self._known() else "，请选择借用方"
            self._say(f"● 可以预约 {booked} 场{left_out}{who}", "good")
        self._enable()

    def _known(self) -> bool:
        """Whether it is settled who borrows."""
        return self.borrower.chosen is not None or self.booking is not None

    def _impossible(self, refusal: Refusal) -> None:
        self._checked, self.clash = True, refusal.sentence
        self.preview.hide()
        self.skip_all.hide()
        self._show_offers(())
        self._say(f"■ {refusal.sentence}", "bad")
        self._enable()

    def _show_offers(self, offers: tuple[Offer, ...]) -> None:
        self.offered.show_offers(offers, self.width())
        self.wait_button.setVisible(bool(self.clash) and self.booking is None and self.repeat.pattern() is None)
        if offers:
            self._grow()

    def _owner(self) -> UUID:
        """The centre whose room it is."""
        of = self.booking.room_id if self.booking else None
        return next((room.centre_id for room in self.rooms if room.id == of), self.desk.centre_id)

    def _offer_scopes(self, series: tuple[BookingRow, ...]) -> None:
        """How far a change of a series may reach, with how many that are."""
        self.series = series
        at = max(self.scope.currentIndex(), 0)
        self.scope.clear()
        reach = reach_of(self.booking, series, self.desk.now()) if self.booking else Reach()
        for scope, title in reach.titles("只改这一场", "改"):
            self.scope.addItem(title, scope)
        self.scope.setCurrentIndex(at)

    def _say(self, sentence: str, tone: str) -> None:
        self.standing.setText(sentence)
        retone(self.standing, tone)

    def _enable(self) -> None:
        whole = self.repeat.pattern() is None or (self.preview.open_days() == 0 and self.preview.booked() > 0)
        self.ok.setEnabled(self._checked and self._known() and not self.clash and whole)
        self.ok.setToolTip("" if self._known() else "先选择借用方")

    # ---- saving ----

    def save(self) -> None:
        """Ask for it; the dialog stays open when it is refused."""
        self.desk.forget(self, "check")  # its answer would offer to save once more
        self.ok.setEnabled(False)
        saving.save(self)

    def wait_in_line(self) -> None:
        """Put the borrower on the waiting list for the taken slot."""
        if self.borrower.chosen is None:
            self._say("■ 先选择借用方，再登记候补", "bad")
            self.borrower.line.setFocus()
            return
        saving.wait_in_line(self)

    def done_with(self, saved: Saved) -> None:
        """It was saved: tell the page, and close."""
        self.saved.emit(saved)
        self.accept()

    def refused(self, refusal: Refusal) -> None:
        """It was not saved: say why, or what somebody else has changed meanwhile; what was typed stays."""
        if self._twice is None or not self._twice.meets(refusal):
            self._failed(refusal)

    def _failed(self, refusal: Refusal) -> None:
        self._say(f"■ {refusal.sentence}", "bad")
        self._check_soon.start()

    def _meeting(self, row: BookingRow) -> Twice[BookingRow]:
        """What somebody else changes while this is open is put beside what is typed; how it repeats is only asked for here."""
        for field in (self.scope, *self.repeat.findChildren(QWidget)):
            field.setProperty(SEEKING, True)
        centre_id = self.desk.centre_id
        return Twice(
            self, self.desk, read=lambda session: booking_now(session, centre_id, row.id),
            twin=lambda now: BookingDialog(self.desk, self.rooms, slot_of(now), now, self), adopt=self._adopt,
            failed=self._failed, facts=(row, standing),
        )  # fmt: skip

    def _adopt(self, row: BookingRow) -> None:
        self.booking = row
        self.save()

    # ---- how it is put together ----

    def _fields(self, slot: Slot) -> None:
        self.room_box = QComboBox()
        for room in self.rooms:
            self.room_box.addItem(f"{room.number} {room.name}（{room.capacity} 人）", room)
            if room.id == slot.room_id:
                self.room_box.setCurrentIndex(self.room_box.count() - 1)
        self.card = RoomCard(self.desk)
        self.card.show_room(self.room())
        self.day = date_field(slot.day, "日期")
        self.begins, self.ends = time_field(slot.begins, "开始"), time_field(slot.ends, "结束")
        self.borrower = BorrowerField(self.desk)
        self.use = use_field()
        at = self.use.findData(self.room().uses[0]) if self.room().uses else 0
        self.use.setCurrentIndex(max(at, 0))
        self.purpose, self.responsible = QLineEdit(), QLineEdit()
        self.people = inset(QSpinBox(maximum=9999, suffix=" 人"))
        self.people.setSpecialValueText("未填")
        self.repeat = RepeatBox(slot.day)
        self.scope = QComboBox()
        self.scope.setAccessibleName("范围")
        self.scope.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._offer_scopes(())
        self.preview = PreviewTable()
        self.preview.setMinimumHeight(theme.px(190))
        self.preview.hide()
        self.standing = label("", "nextStep", wrap=True)
        self.skip_all = QPushButton("冲突的都跳过（Alt+K）")
        self.skip_all.setShortcut("Alt+K")
        self.skip_all.setAutoDefault(False)
        self.skip_all.hide()
        self.offered = OfferButtons()
        self.wait_button = QPushButton("登记候补（Alt+W）")
        self.wait_button.setShortcut("Alt+W")
        self.wait_button.setAutoDefault(False)
        self.wait_button.hide()

    def _lay_out(self) -> None:
        form = Form()
        form.add("房间", self.room_box)
        form.add("", self.card)
        form.add("时间", side_by_side(self.day, self.begins, QLabel("至"), self.ends))
        form.add("借用方", self.borrower)
        form.add("活动内容", self.purpose)
        about = side_by_side(self.use, named("人数", self.people), named("负责人", self.responsible), fill=True)
        form.add("用途", about)
        self.use.setAccessibleName("用途")
        if self.booking is not None and self.booking.series_id is not None:
            form.add("范围", self.scope)
            self.repeat.hide()
        else:
            form.add("重复", self.repeat)
        last = QHBoxLayout()
        last.addWidget(self.standing, 1)
        last.addWidget(self.skip_all)
        last.addWidget(self.wait_button)
        self.buttons = QDialogButtonBox()
        title = "保存修改" if self.booking else "预约"
        self.ok = self.buttons.addButton(f"{title}（Ctrl+Enter）", QDialogButtonBox.ButtonRole.AcceptRole)
        self.ok.setObjectName("primary")
        self.ok.setShortcut(Qt.Modifier.CTRL | Qt.Key.Key_Return)
        self.buttons.addButton("取消（Esc）", QDialogButtonBox.ButtonRole.RejectRole)
        self.body = QWidget()
        inner = QVBoxLayout(self.body)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(form)
        inner.addWidget(self.preview, 1)
        inner.addStretch(1)
        self.area = scrolled(
            self.body
        )  # what does not fit a low screen or large type is scrolled; the answer stays in sight
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its fields are reached by Tab, it has nothing of its own
        layout = QVBoxLayout(self)
        layout.addWidget(self.area, 1)
        layout.addLayout(last)
        layout.addWidget(self.offered)
        layout.addWidget(self.buttons)
        self.setMinimumWidth(min(theme.px(720), self._screen().width() - theme.px(40)))

    def sizeHint(self) -> QSize:
        """As high as what is shown, and never higher than the screen."""
        around = super().sizeHint() - self.area.sizeHint()
        wide = max(self.body.sizeHint().width() + theme.px(40), self.minimumWidth())
        inner = self.body.layout()
        assert inner is not None
        high = (
            inner.totalHeightForWidth(wide - theme.px(40)) if inner.hasHeightForWidth() else inner.sizeHint().height()
        )
        wanted = QSize(wide, high + max(around.height(), 0) + theme.px(8))
        return wanted.boundedTo(self._screen() - QSize(theme.px(20), theme.px(48)))

    def _screen(self) -> QSize:
        return self.screen().availableSize()

    def _connect(self) -> None:
        self.room_box.currentIndexChanged.connect(lambda: self.card.show_room(self.room()))
        self.room_box.currentIndexChanged.connect(self._touched)
        self.day.dateChanged.connect(self._touched)
        self.begins.timeChanged.connect(self._touched)
        self.ends.timeChanged.connect(self._touched)
        self.people.valueChanged.connect(self._touched)
        self.repeat.changed.connect(self._touched)
        self.borrower.changed.connect(self._touched)
        self.preview.changed.connect(self._settle)
        self.skip_all.clicked.connect(self.preview.skip_all)
        self.offered.taken.connect(self.take_offer)
        self.wait_button.clicked.connect(self.wait_in_line)
        self.buttons.accepted.connect(self.save)
        self.buttons.rejected.connect(self.reject)

    def _touched(self) -> None:
        """Something was changed: look again in a moment."""
        self.desk.forget(self, "check")  # an answer to what stood here before settles nothing
        self.repeat.start_on(pydate(self.day))
        self._checked = False
        self.ok.setEnabled(False)
        self._check_soon.start()

    def _fill(self, row: BookingRow) -> None:
        day = local(row.starts_at).date()
        self.borrower.fix(row.borrower)
        self.day.setDate(date_field(day, "").date())
        self.begins.setTime(time_field(minutes_of(row.starts_at, day), "").time())
        self.ends.setTime(time_field(minutes_of(row.ends_at, day), "").time())
        self.use.setCurrentIndex(max(self.use.findData(row.use), 0))
        self.purpose.setText(row.purpose)
        self.responsible.setText(row.responsible)
        self.people.setValue(row.people)
