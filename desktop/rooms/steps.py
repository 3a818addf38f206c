"""What the rooms page does with a booking: its steps, moves and ends, each remembered for Ctrl+Z."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import QObject

from db.action import Action
from db.errors import Refusal
from db.receipts.actions import Issued
from db.rooms import bookings
from db.rooms.bookings import Booked
from db.rooms.queries import BookingRow, WaitingRow, booking, series_of, unused
from db.rooms.series import cancel_following, change_following, detach
from db.rooms.slips import print_slip
from db.rooms.states import STATE_NAMES, Step, possible
from db.rooms.waiting import drop, offer, release_unused, take_offer
from db.staff.permissions import Permission
from desktop.rooms.geometry import Slot
from desktop.rooms.meanwhile import (
    ELSEWHERE,
    Meant,
    facts,
    hindered,
    merged,
    no_longer_waits,
    plainly,
    waiting_as_seen,
)
from desktop.rooms.scope import Scope, anchor_of, reach_of
from desktop.rooms.side import DETACH, SLIP
from desktop.rooms.verbs import EndDialog, LeaveDialog, ScopeDialog
from desktop.rooms.words import title_of
from desktop.shell.again import Again, Gesture, do_with
from desktop.widgets.ask import ask_reason

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop.rooms.page import RoomsPage

Series = tuple[BookingRow, ...]


class Steps(QObject):
    """The steps of one page."""

    def __init__(self, page: "RoomsPage") -> None:
        super().__init__(page)
        self.page, self.desk = page, page.desk
        self._early: tuple[UUID, str] | None = None

    def shown(self, row: BookingRow | None) -> None:
        """The pane tells about a booking, or it was not found: what was pressed before that is done now, or forgotten."""
        early, self._early = self._early, None
        if early is not None and row is not None and early[0] == row.id == self.page.wanted:
            self.press(early[1])

    def press(self, name: str) -> None:
        """A button of the pane."""
        pane = self.page.pane
        row, wanted = pane.row, self.page.wanted
        if wanted is not None and (row is None or row.id != wanted):
            self._early = wanted, name  # a key meant for the booking that was just chosen and is not read yet
            return
        if row is None or name not in pane.buttons or pane.buttons[name].isHidden():
            return
        match name:
            case Step.ARRIVE.value:
                self.step(bookings.arrive, "已签到，房间使用中。", plainly(row, Step.ARRIVE))
            case Step.APPROVE.value:
                self.step(bookings.approve, "已审批通过。", plainly(row, Step.APPROVE))
            case Step.PUT_BACK.value:
                self.step(bookings.put_back, "预约已恢复。", plainly(row, Step.PUT_BACK))
            case Step.NO_SHOW.value:
                self.step(bookings.no_show, "已登记未到，时段已释放。", plainly(row, Step.NO_SHOW))
            case Step.REJECT.value:
                reason = ask_reason(self.page, "驳回预约", f"为什么驳回“{title_of(row)}”？", button="驳回")
                if reason:
                    self.step(bookings.reject, "已驳回。", plainly(row, Step.REJECT, reason), reason=reason)
            case Step.LEAVE.value:
                self._leave(row)
            case Step.CANCEL.value:
                self.end(row)
            case Step.CHANGE.value:
                self.page.edit(row)
            case _:
                self._press_other(name, row)

    def shift(self, row: BookingRow, slot: Slot) -> None:
        """A booking was dragged or carried to another slot; of a series it is asked how far that goes."""
        sentence = f"“{row.borrower}”改到 {self._where(slot)}。"
        if row.series_id is None:
            self._move(row, slot, Scope.ONE, ())
            return

        def asked(series: Series) -> None:
            reach = reach_of(row, series, self.desk.now())
            dialog = ScopeDialog(f"{sentence}\n这是循环预约，改哪些？", reach, self.page)
            dialog.answered.connect(lambda scope: self._move(row, slot, scope, series))
            self.page.open_dialog(dialog)

        self._with_series(row, asked)

    def end(self, row: BookingRow) -> None:
        """Ask why, and for a series how far; then give the slot back."""
        if Step.CANCEL not in possible(row.state) or not self.page.grid.changeable:
            self.desk.messages.warn(f"这个预约{STATE_NAMES[row.state]}，不能取消。")
            return

        def asked(series: Series) -> None:
            dialog = EndDialog(row, reach_of(row, series, self.desk.now()), self.page)
            dialog.answered.connect(lambda reason, scope: self._ended(row, reason, scope, series))
            self.page.open_dialog(dialog)

        if row.series_id is None:
            asked(())
        else:
            self._with_series(row, asked)

    def step(self, action: Action[..., Any], sentence: str, meant: Meant, **given: Any) -> None:
        """Do something with a booking as it stands on the screen."""
        self.do(action, sentence, meant=meant, booking_id=meant.row.id, version=meant.row.version, **given)

    def do(
        self,
        action: Action[..., Any],
        sentence: str,
        undo_series: UUID | None = None,
        undo: UUID | None = None,
        meant: Meant | None = None,
        **given: Any,
    ) -> None:
        """Do a step, say it, and remember it for Ctrl+Z. `{}` in the sentence is what the action returned.

        Where somebody else was first, what they changed is shown beside what is `meant`, which can be done again.
        """

        def done(result: object) -> None:
            if undo_series is not None:
                self.page.undo.push(undo_series, of_series=True)
            elif isinstance(result, Booked):
                self.page.undo.push(result.booking_id, result.version)
            elif undo is not None:
                self.page.undo.push(undo, given["version"] + 1)
            self.desk.messages.info(sentence.format(result))
            self.page.refresh()

        def failed(refusal: Refusal) -> None:
            self.desk.messages.problem(refusal.sentence)
            self.page.refresh()

        def refused(refusal: Refusal) -> None:
            once_more = partial(self.do, action, sentence, undo_series, undo)
            if meant is None or not self._gesture(meant, once_more, given, failed).meets(refusal):
                failed(refusal)
            else:
                self.page.refresh()

        self.desk.do(self.page, action, then=done, failed=refused, **given)

    def release_late(self) -> None:
        """Every minute: give the rooms free whose borrowers have not come in the room's own time."""
        if self.desk.may(Permission.ROOM_BOOK):
            self.desk.ask(
                self.page, unused, self.desk.centre_id, self.desk.now(), then=self._release_them,
                failed=_silent,
            )  # fmt: skip

    # ---- the waiting list

    def offer(self, row: WaitingRow) -> None:
        """The next in line has been told."""

        def told(_: object) -> None:
            self.desk.messages.info("已记下：通知过对方（Ctrl+Z 撤销）。")
            self.page.undo.push_waiting(row, "offered")

        self._with_waiting(row, "已通知", offer, told)

    def take(self, row: WaitingRow) -> None:
        """The one who waits gets the slot."""

        def taken(made: Booked) -> None:
            self.desk.messages.info(f"候补已转为预约 {made.number}（Ctrl+Z 撤销）。")
            self.page.undo.push_waiting(row, "taken", made.booking_id)

        self._with_waiting(row, "转为预约", take_offer, taken)

    def drop(self, row: WaitingRow) -> None:
        """Somebody no longer waits."""

        def dropped(_: object) -> None:
            self.desk.messages.info("已放弃候补（Ctrl+Z 撤销）。")
            self.page.undo.push_waiting(row, "declined")

        self._with_waiting(row, "放弃候补", drop, dropped)

    # ---- inside

    def _with_waiting(self, row: WaitingRow, doing: str, action: Action[..., Any], then: Callable[[Any], None]) -> None:
        do_with(
            self.page, self.desk, waiting_as_seen(self.desk.centre_id), row, f"{row.borrower}：{doing}", action,
            lambda now: {"waiting_id": now.id, "seen": now.state}, then=then, hindered=no_longer_waits,
        )  # fmt: skip

    def _gesture(
        self, meant: Meant, once_more: Callable[..., None], given: dict[str, Any], failed: Callable[[Refusal], None]
    ) -> Again[BookingRow]:
        centre_id = self.desk.centre_id

        def again(now: BookingRow) -> None:
            if meant.again is not None:
                meant.again(now)
            else:
                once_more(meant=replace(meant, row=now), **{**given, "version": now.version})

        told = facts(self.page.seen.board.rooms if self.page.seen else ())
        read: Callable[[Session], BookingRow | None] = lambda session: booking(session, centre_id, meant.row.id)  # noqa: E731
        gesture = Gesture(meant.row, read, told, meant.words, again, hindered(meant.step))
        return Again(self.page, self.desk, gesture, failed)

    def _where(self, slot: Slot) -> str:
        room = self.page.seen.board.room(slot.room_id) if self.page.seen else None
        return f"{room.name if room else ELSEWHERE} {slot.day.month}月{slot.day.day}日 {slot.clock()}"

    def _with_series(self, row: BookingRow, then: Callable[[Series], None]) -> None:
        owner = self.page.seen.board.owner(row.room_id) if self.page.seen else None
        self.desk.ask(self.page, series_of, owner or self.desk.centre_id, row.series_id, then=then, topic="series")

    def _move(self, row: BookingRow, slot: Slot, scope: Scope, series: Series) -> None:
        given: dict[str, Any] = {"room_id": slot.room_id, "starts_at": slot.starts_at, "ends_at": slot.ends_at}
        several = "" if scope is Scope.ONE else "（循环预约，连同以后各场）"
        meant = Meant(
            row, Step.CHANGE, lambda now: f"改到 {self._where(merged(row, slot, now))}{several}",
            lambda now: self._move(now, merged(row, slot, now), scope, series),
        )  # fmt: skip
        if scope is Scope.ONE:
            self.step(bookings.change, f"已移到 {slot.clock()}（Ctrl+Z 撤销）。", meant, **given)
            return
        told = "整个系列未开始的 {} 场已移动" if scope is Scope.ALL else "本场及以后共 {} 场已移动"
        anchor = anchor_of(row, series, scope, self.desk.now())
        self.step(
            change_following,
            f"{told}（Ctrl+Z 撤销）。",
            meant,
            undo_series=anchor.id,
            whole=scope is Scope.ALL,
            **given,
        )

    def _ended(self, row: BookingRow, reason: str, scope: Scope, series: Series) -> None:
        meant = plainly(row, Step.CANCEL, reason)
        if scope is not Scope.ONE:
            told = "整个系列未开始的 {} 场已取消" if scope is Scope.ALL else "本场及以后共 {} 场已取消"
            anchor = anchor_of(row, series, scope, self.desk.now())
            self.step(
                cancel_following, f"{told}（Ctrl+Z 撤销）。", meant, undo_series=anchor.id, whole=scope is Scope.ALL,
                reason=reason,
            )  # fmt: skip
        elif row.series_id is not None:
            self.step(bookings.skip, "这一场已跳过，可在“未成行”里恢复。", meant, reason=reason)
        else:
            self.step(bookings.cancel, "预约已取消（Ctrl+Z 撤销）。", meant, reason=reason)

    def _leave(self, row: BookingRow) -> None:
        dialog = LeaveDialog(row, self.page)
        dialog.answered.connect(
            lambda people, equipment, problems: self.step(
                bookings.leave, "使用情况已登记。", plainly(row, Step.LEAVE, f"{people} 人，{equipment}{problems and f'，{problems}'}"),
                people_came=people, equipment_after=equipment, problems=problems,
            )
        )  # fmt: skip
        self.page.open_dialog(dialog)

    def _press_other(self, name: str, row: BookingRow) -> None:
        if name == DETACH:
            meant = Meant(row, Step.CHANGE, lambda _: "这一场改为单次预约")
            self.step(detach, "这一场已改为单次预约（Ctrl+Z 撤销）。", meant, undo=row.id)
        elif name == SLIP:
            self._print_slip(row)

    def _print_slip(self, row: BookingRow) -> None:
        """The slip of a booking that stands, the cancellation slip of one that does not."""
        told: Callable[[Issued], None] = lambda issued: self.desk.messages.info(  # noqa: E731
            f"{issued.number} 已送打印。"
        )
        self.desk.do(self.page, print_slip, booking_id=row.id, then=told)

    def _release_them(self, late: tuple[BookingRow, ...]) -> None:
        if late:
            told: Callable[[int], None] = lambda count: self.desk.messages.info(  # noqa: E731
                f"{count} 个预约超过签到时限，已自动释放。"
            )
            self.desk.do(self.page, release_unused, then=told, failed=_silent)


def _silent(_refusal: Refusal) -> None:
    """Nobody asked for it, so nobody is told; the next minute tries again."""
