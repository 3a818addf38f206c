"""A published plan: substitutes, swaps, leave and repair, moved and cancelled sessions, the list of changes."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import QObject

from db.action import Action
from db.clock import local
from db.duty.changing import substitute
from db.duty.moving import cancel_slot, slot_skip
from db.duty.rows import ChangeRow, DutyRow, SlotRow
from db.duty.states import PlanState
from db.duty.undoing import undo_change
from db.errors import Refusal
from desktop.duty.board import Carried
from desktop.duty.board_rows import Place
from desktop.duty.board_words import slot_text
from desktop.duty.changes_pane import undoable
from desktop.duty.insist import insist
from desktop.duty.meanwhile import Meant, Standing, attempt, hindered_at, into, standing
from desktop.duty.plan_data import Case, Seen
from desktop.duty.session_pane import left_behind, over
from desktop.shell.again import ALREADY
from desktop.widgets.ask import ask_reason

if TYPE_CHECKING:
    from desktop.duty.plan_pane import PlanPane

CANCEL_REASONS = ("天气原因", "与重要活动冲突", "房间停用")


class AfterPublishing(QObject):
    """What the board's wishes mean once the plan hangs on the wall."""

    def __init__(self, pane: "PlanPane") -> None:
        super().__init__(pane)
        self.pane, self.desk = pane, pane.desk
        self.board = pane.view.board
        changes = pane.view.changes
        changes.print_wanted.connect(self._print)
        changes.undo_wanted.connect(self._undo)
        changes.editions_wanted.connect(lambda: self.pane.wanted("editions"))

    def wanted(self, name: str, seen: Seen) -> bool:
        """Whether the wish was one of these."""
        here, published = self.board.place, seen.plan.state is PlanState.PUBLISHED
        if published and name in ("swap", "cancel", "move") and self.is_over(here):
            return True
        match name:
            case "poster":
                self._poster(seen)
            case "editions":
                self._editions(seen)
            case "leave" | "swap" if not (published and self.pane.may_plan):
                pass
            case "cancel" if not self.pane.may_plan or seen.plan.state is PlanState.ARCHIVED:
                pass
            case "leave":
                self.pane.with_case(lambda now, _: self._leave(now, here))
            case "swap":
                self._swap(here, None)
            case "cancel" if here is not None:
                self._cancel(here, published)
            case "lock" | "take_out" if published:
                self.desk.messages.info("已公示的班次请用换人、请假重排或对调，改动会记录并可打印调班通知。")
            case "undo" if published:
                self._undo_last(seen)
            case _:
                return False
        return True

    def is_over(self, here: Place | None) -> bool:
        """Whether a place lies in a session that is over: nothing of it is changed any more, which is told."""
        slot = self.board.sheet.slots.get(here.spot.slot_id) if here is not None else None
        if slot is None or not over(slot, local(self.desk.now())):
            return False
        self.desk.messages.info(f"{slot_text(slot)} 这一班已经过去，不能再改。")
        return True

    def mend(self, seen: Seen | None) -> None:
        """The dialog that fills whatever is open, without anybody's new leave."""
        if seen is not None:
            self._leave(seen, None)

    def substitute(
        self, here: Place, seat_id: UUID, reason: str, override: str = "", before: Standing | None = None
    ) -> None:
        """Somebody else sits here, for the reason that the notice tells; `before` is what the clerk has seen."""
        seen = self.pane.view.seen
        slot = (before.slots if before else self.board.sheet.slots).get(here.spot.slot_id)
        if seen is None or slot is None:
            return
        seat, then = seen.seat_of.get(seat_id), before or standing(seen)
        name = seat.member_name if seat is not None else ""

        def again(now: Standing) -> None:
            found = now.place(here, then)
            if found is not None:
                self.substitute(found, seat_id, reason, override, now)

        meant = Meant(
            then, lambda now: f"{into(now, then, here, name)}（{reason}）", again, (slot.id,),
            lambda now: hindered_at(now, then, here) or (ALREADY if now.duty(slot.id, seat_id) else ""),
        )  # fmt: skip
        duty = here.duty or left_behind(slot, here.need)
        if duty is None:
            self._put_into_hole(slot, here, seat_id, reason, meant)
            return
        self.do(
            substitute, "已换人，可在“调整”里打印调班通知。", meant, override, duty_id=duty.id, version=duty.version,
            seat_id=seat_id, reason=reason,
        )  # fmt: skip

    def dropped(self, who: Carried, over: Place) -> None:
        """Name on name is a swap; a name out of the list covers."""
        source = who.source
        if source is not None and source.duty is not None and over.duty is not None:
            self._swap(source, over.duty)
        else:
            self.pane.hand.choose(over, who.name)

    def do(
        self, action: Action[..., Any], sentence: str, meant: Meant | None, override: str = "", **given: Any
    ) -> None:
        """Do a change; broken rules are told and somebody else who was first too, with a way on."""

        def failed(refusal: Refusal) -> None:
            self.desk.messages.problem(refusal.sentence)
            self.pane.refresh()

        then: Callable[[Any], None] = lambda _: self._done(sentence)  # noqa: E731
        if meant is None:
            insist(self.desk, self.pane, action, "调整", then=then, failed=failed, override=override, **given)
        else:
            attempt(self.pane, self.desk, meant, action, "调整", then=then, failed=failed, override=override, **given)

    # ---- the dialogs

    def _leave(self, seen: Seen, here: Place | None) -> None:
        from desktop.duty.repair_dialog import RepairDialog

        duty = here.duty if here is not None else None
        slot = self.board.sheet.slots.get(here.spot.slot_id) if here is not None else None
        dialog = RepairDialog(self.desk, seen, duty, slot.day if slot is not None else None, self.pane)
        dialog.repaired.connect(self._done)
        self.pane.show_dialog(dialog)

    def _swap(self, here: Place | None, other: DutyRow | None) -> None:
        if here is None or here.duty is None:
            self.desk.messages.info("先选中一个人的位置，再按 F7 与人对调。")
            return
        duty = here.duty

        def open_dialog(seen: Seen, found: Case) -> None:
            from desktop.duty.swap_dialog import SwapDialog

            dialog = SwapDialog(self.desk, seen, found, duty, other, self.pane)
            before = standing(seen)
            dialog.given.connect(lambda one, two, reason: self._do_swap(one, two, reason, before))
            self.pane.show_dialog(dialog)

        self.pane.with_case(open_dialog)

    def _do_swap(self, one: DutyRow, other: DutyRow, reason: str, before: Standing) -> None:
        from db.duty.changing import swap

        def both(now: Standing) -> list[DutyRow]:
            found = (now.duty(each.slot_id, each.seat_id) for each in (one, other))
            return [each for each in found if each is not None]

        def again(now: Standing) -> None:
            first, second = both(now)
            self._do_swap(first, second, reason, now)

        both_names = f"{one.member_name}和{other.member_name}"
        meant = Meant(
            before, lambda _: f"{both_names}对调（{reason}）", again,
            tuple(dict.fromkeys((one.slot_id, other.slot_id))),
            lambda now: "" if len(both(now)) == 2 else f"{both_names}不都在原来的班次了，不能对调。",
        )  # fmt: skip
        self.do(
            swap, f"{both_names}已对调，可在“调整”里打印调班通知。", meant, duty_id=one.id, version=one.version,
            other_id=other.id, other_version=other.version, reason=reason,
        )  # fmt: skip

    def _cancel(self, here: Place, published: bool) -> None:
        seen = self.pane.view.seen
        if seen is None:
            return
        before, slot = standing(seen), self.board.sheet.slots[here.spot.slot_id]
        room = "，房间同时让出" if published and slot.room_name else ""
        if slot.cancelled and not published:
            self._end(slot_skip, "这一班恢复举行（Ctrl+Z 撤销）。", before, slot, "")
            return
        question = f"取消 {slot_text(slot)} 这一班{room}。原因："
        reason = ask_reason(self.pane, "取消班次", question, button="取消班次", suggestions=CANCEL_REASONS)
        if not reason:
            return
        said = "已取消，可在“调整”里打印调班通知。" if published else "这一班已标为不举行（Ctrl+Z 撤销）。"
        action: Action[..., Any] = cancel_slot if published else slot_skip
        self._end(action, said, before, slot, reason)

    def _end(self, action: Action[..., Any], said: str, before: Standing, slot: SlotRow, reason: str) -> None:
        """A session does not take place, for a reason; without one it takes place after all."""

        def hindered(now: Standing) -> str:
            found = now.slots.get(slot.id)
            if found is None:
                return "这一班已经删除。"
            return ALREADY if bool(found.cancelled) is bool(reason) else ""

        words = f"{'取消' if reason else '恢复举行'} {slot_text(slot)} 这一班" + (f"：{reason}" if reason else "")
        meant = Meant(
            before, lambda _: words, lambda now: self._end(action, said, now, now.slots[slot.id], reason), (slot.id,),
            hindered,
        )  # fmt: skip
        self.do(action, said, meant, slot_id=slot.id, version=slot.version, reason=reason)

    def _put_into_hole(self, slot: SlotRow, here: Place, seat_id: UUID, reason: str, meant: Meant) -> None:
        """A place that was published empty: nobody is replaced, somebody comes in."""
        from db.duty.repairing import RepairStep, apply_repair

        row = meant.before.plan
        step = RepairStep(slot.id, here.need, None, seat_id)
        self.do(
            apply_repair, "已补上，可在“调整”里打印调班通知。", meant, plan_id=row.id, version=row.version,
            steps=(step,), reason=reason,
        )  # fmt: skip

    def _poster(self, seen: Seen) -> None:
        from desktop.duty.outputs import open_outputs

        open_outputs(self.pane, self.desk, self.pane.printing, plan=seen.plan)

    def _editions(self, seen: Seen) -> None:
        from desktop.duty.editions_dialog import EditionsDialog

        self.pane.show_dialog(EditionsDialog(self.desk, seen.plan, self.pane.printing, self.pane))

    # ---- the list of changes

    def _print(self, row: ChangeRow) -> None:
        from db.duty.notices import print_change

        self.desk.do(
            self.pane, print_change, change_id=row.id,
            then=lambda issued: self.desk.messages.info(f"调班通知 {issued.number} 已送打印。"),
        )  # fmt: skip

    def _undo(self, row: ChangeRow) -> None:
        question = f"撤销 {row.number}，恢复到调整之前。原因："
        reason = ask_reason(self.pane, "撤销调整", question, button="撤销", suggestions=("登记有误", "本人又能来"))
        if reason:
            self.do(undo_change, f"{row.number} 已撤销。", None, change_id=row.id, reason=reason)

    def _undo_last(self, seen: Seen) -> None:
        last = next((row for row in seen.changes if undoable(row)), None)
        if last is None:
            self.desk.messages.info("没有可以撤销的调整。")
        else:
            self._undo(last)

    def _done(self, sentence: str) -> None:
        self.desk.messages.info(sentence)
        self.pane.refresh()
