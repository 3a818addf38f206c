"""What is done with a duty on its day: the buttons, the keys and the scanned card, and what each asks first."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import QObject
from sqlalchemy.orm import Session

from db.action import Action
from db.clock import business_date, local
from db.duty.attendance import Signed, absent, arrive, arrive_by_card, depart, set_received, sign_undo
from db.duty.board import today
from db.duty.cards import CardFound, check_card, is_duty_card
from db.duty.rows import DutyRow, SlotRow
from db.duty.states import EXPECTED, DutyState, SignMethod
from db.staff.permissions import Permission
from desktop.duty import sign_in
from desktop.duty.member_form_phone import PhoneDialog
from desktop.duty.sign_in import ABSENT_REASONS, PHONE_REASONS, ReceivedForm
from desktop.duty.sign_in_cover import CoverForm
from desktop.duty.sign_in_meanwhile import Here, as_seen, hindered, wish
from desktop.duty.today_words import ends
from desktop.shell.again import do_with
from desktop.widgets.ask import ReasonDialog

if TYPE_CHECKING:
    from desktop.duty.today import TodayPane

TWICE = timedelta(minutes=10)
"""A card that is read again so soon after it signed in was held there too long: it does not sign out."""


@dataclass(frozen=True, slots=True)
class Read:
    """A card that was read, judged, beside the sessions of the day."""

    text: str
    found: CardFound
    slots: tuple[SlotRow, ...]


def read_card(session: Session, centre_id: UUID, text: str, day: date) -> Read:
    """Whose card it is, and what they have today; for a worker."""
    return Read(text, check_card(session, centre_id, text), today(session, centre_id, day))


class SignActs(QObject):
    """Every step is one action; the board follows what was committed."""

    def __init__(self, pane: "TodayPane") -> None:
        super().__init__(pane)
        self.pane = pane
        self.desk = pane.desk
        self._left: dict[UUID, Signed] = {}  # who left here, with the number of people as it had been

    def enter(self, duty_id: UUID) -> None:
        """Enter on a line: come, and later go."""
        self.pane.choose(duty_id)
        can = self.pane.pane.can
        if sign_in.COME in can:
            self.press(sign_in.COME)
        elif sign_in.GO in can:
            self.press(sign_in.GO)

    def press(self, name: str) -> None:
        """Do what a button says with whoever is chosen, if that can be done now."""
        found = self.pane.duty(self.pane.chosen)
        if found is None or name not in self.pane.pane.can:
            return
        slot, duty = found
        steps: dict[str, Callable[[], object]] = {
            sign_in.COME: lambda: self._do(name, arrive, found, self._arrived(duty)),
            sign_in.GO: lambda: self._go(found),
            sign_in.PHONE: lambda: self._ask(
                "电话签到", f"{duty.member_name}为什么用电话签到？", "签到", PHONE_REASONS,
                lambda why: self._do(name, arrive, found, self._arrived(duty), method=SignMethod.PHONE, reason=why),
            ),
            sign_in.ABSENT: lambda: self._ask(
                "登记缺席", f"{duty.member_name}为什么没有来？", "登记缺席", ABSENT_REASONS,
                lambda why: self._do(name, absent, found, lambda signed: self._absent(duty, signed), reason=why),
            ),
            sign_in.COVER: lambda: self.cover(slot, duty),
            sign_in.NUMBER: lambda: self._count(found),
            sign_in.UNDO: lambda: self._undo(found),
            sign_in.RECEIVE: lambda: self._receive(slot, duty),
        }  # fmt: skip
        steps[name]()

    def _receive(self, slot: SlotRow, duty: DutyRow) -> None:
        """Whoever came in is entered with whoever receives them."""
        from desktop.duty.reception_form import ReceptionForm

        form = ReceptionForm(
            self.desk, self.pane.slots or (), slot_id=slot.id, receiver_id=duty.member_id, parent=self.pane
        )
        self.pane.open_dialog(form)

    def cover(self, slot: SlotRow, duty: DutyRow) -> None:
        """Choose who comes instead."""
        self.pane.open_dialog(CoverForm(self.desk, slot, duty, self.pane))

    def show_phone(self) -> None:
        """The phone of whoever is chosen, behind its mask."""
        found = self.pane.duty(self.pane.chosen)
        if found is not None and not self.pane.pane.buttons["call"].isHidden():
            duty = found[1]
            self.pane.open_dialog(PhoneDialog(self.desk, duty.member_id, duty.member_name, "", self.pane))

    def scanned(self, text: str) -> bool:
        """A duty card was read."""
        if not is_duty_card(text):
            return False
        day = business_date(self.desk.now())
        self.desk.ask(self, read_card, self.desk.centre_id, text, day, then=self._judged, topic="card")
        return True

    def _judged(self, read: Read) -> None:
        if read.found.member_id is None:
            self.desk.messages.problem(read.found.sentence)
            return
        leaving = self._leaving(read)
        if leaving is None:
            return

        def signed(made: Signed) -> None:
            self._by_card(read, made, leaving)

        self.desk.do(self, arrive_by_card, payload=read.text, leaving=leaving, then=signed)

    def _leaving(self, read: Read) -> bool | None:
        """Whether the card signs out; None where it does nothing, because it has only just signed in.

        Whoever forgot to sign out of a session that is over comes with the card for the next one.
        """
        duties = [(slot, duty) for slot in read.slots for duty in slot.duties if duty.member_id == read.found.member_id]
        here = next(((slot, duty) for slot, duty in duties if duty.state is DutyState.ARRIVED), None)
        if here is None or here[1].arrived_at is None:
            return False
        slot, duty = here
        now = self.desk.now()
        if now >= ends(slot) and any(other.state in EXPECTED for _, other in duties):
            return False
        if now - here[1].arrived_at < TWICE:
            at = f"{local(here[1].arrived_at):%H:%M}"
            self.desk.messages.info(f"{duty.member_name} {at} 刚签到，不用再扫；离岗时再扫一次。")
            return None
        return True

    def _by_card(self, read: Read, signed: Signed, leaving: bool) -> None:
        """Say who and where, and show them."""
        slot, duty = next((slot, duty) for slot in read.slots for duty in slot.duties if duty.id == signed.duty_id)
        late = f"，迟到 {signed.late_minutes} 分钟" if signed.late_minutes and not leaving else ""
        where = f"　{slot.body_name}　{slot.room_name}".rstrip()
        self.desk.messages.info(f"{duty.member_name}{'已离岗' if leaving else '已到岗'}{late}。{where}")
        self.pane.chosen = signed.duty_id
        self.pane.show_day(business_date(self.desk.now()))
        self.pane.refresh()

    def _go(self, here: Here) -> None:
        duty = here[1]
        form = ReceivedForm(self.desk, duty, leaving=True, parent=self.pane)

        def gone(signed: Signed) -> None:
            self._left[duty.id] = signed
            self.desk.messages.info(f"{duty.member_name}已离岗。")

        form.counted.connect(lambda count: self._do(sign_in.GO, depart, here, gone, received=count))
        self.pane.open_dialog(form)

    def _undo(self, here: Here) -> None:
        """A leaving takes the number of people that was entered with it back."""
        duty = here[1]
        if duty.state is not DutyState.LEFT:
            self._do(sign_in.UNDO, sign_undo, here, self._say(f"{duty.member_name}的签到已撤销。"))
            return
        left = self._left.get(duty.id)
        if left is not None and left.version == duty.version:
            told = f"接待人数退回 {left.before} 人" if left.before != duty.received else ""
            more = {"received": left.before}
        else:
            told = f"接待人数仍是 {duty.received} 人，要改请按 Alt+R" if duty.received else ""
            more = {}
        said = f"{duty.member_name}的离岗已撤销" + (f"，{told}" if told else "") + "。"
        self._do(sign_in.UNDO, sign_undo, here, self._say(said), **more)

    def _count(self, here: Here) -> None:
        form = ReceivedForm(self.desk, here[1], leaving=False, parent=self.pane)
        said = self._say("接待人数已保存。")
        form.counted.connect(lambda count: self._do(sign_in.NUMBER, set_received, here, said, received=count))
        self.pane.open_dialog(form)

    def _arrived(self, duty: DutyRow) -> Callable[[Signed], None]:
        def told(signed: Signed) -> None:
            late = f"，迟到 {signed.late_minutes} 分钟" if signed.late_minutes > 0 else ""
            self.desk.messages.info(f"{duty.member_name}已到岗{late}。")

        return told

    def _absent(self, duty: DutyRow, signed: Signed) -> None:
        """The next thing is somebody else: who may, chooses at once."""
        found = self.pane.duty(duty.id)
        self.desk.messages.warn(f"{duty.member_name}已登记缺席。")
        if found is None:
            return
        if self.desk.may(Permission.DUTY_PLAN):
            self.cover(found[0], replace(duty, state=DutyState(signed.state), version=signed.version))
        else:
            self.desk.messages.warn("请告诉中心负责人安排替班。")

    def _ask(
        self, title: str, question: str, button: str, offered: tuple[str, ...], then: Callable[[str], None]
    ) -> None:
        dialog = ReasonDialog(self.pane, title, question, button=button, suggestions=offered)
        dialog.accepted.connect(lambda: then(dialog.reason()))
        self.pane.open_dialog(dialog)

    def _say(self, sentence: str) -> Callable[[Any], None]:
        return lambda _: self.desk.messages.info(sentence)

    def _do(self, name: str, action: Action[..., Any], here: Here, then: Callable[[Any], None], **more: Any) -> None:
        """A step with somebody as the board shows them, told in words where somebody else was first."""
        given: Callable[[Here], dict[str, Any]] = lambda now: {  # noqa: E731
            "duty_id": now[1].id, "version": now[1].version, **more,
        }  # fmt: skip
        do_with(
            self.pane, self.desk, as_seen(self.desk), here, wish(name, here[1], more), action, given, then=then,
            hindered=lambda now: hindered(name, now, self.desk.now()),
        )  # fmt: skip
