"""A published plan: substitutes, swaps, leave and repair, moved and cancelled sessions, the list of changes."""

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
from desktop.duty.plan_data import Case, Seen
from desktop.duty.session_pane import left_behind, over
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

    def substitute(self, here: Place, seat_id: UUID, reason: str, override: str = "") -> None:
        """Somebody else sits here, for the reason that the notice tells."""
        slot = self.board.sheet.slots.get(here.spot.slot_id)
        duty = here.duty or (left_behind(slot, here.need) if slot is not None else None)
        if slot is None or duty is None:
            self._put_into_hole(slot, here, seat_id, reason)
            return
        self.do(
            substitute, "已换人，可在“调整”里打印调班通知。", override, duty_id=duty.id, version=duty.version,
            seat_id=seat_id, reason=reason,
        )  # fmt: skip

    def dropped(self, who: Carried, over: Place) -> None:
        """Name on name is a swap; a name out of the list covers."""
        source = self.board.sheet.place(who.spot)
        if source is not None and source.duty is not None and over.duty is not None:
            self._swap(source, over.duty)
        else:
            self.pane.hand.choose(over, who.name)

    def do(self, action: Action[..., Any], sentence: str, override: str = "", **given: Any) -> None:
        """Do a change; broken rules are told, and a reason does it all the same."""

        def failed(refusal: Refusal) -> None:
            self.desk.messages.problem(refusal.sentence)
            self.pane.refresh()

        insist(
            self.desk, self.pane, action, "调整", then=lambda _: self._done(sentence), failed=failed, override=override,
            **given,
        )  # fmt: skip

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
            dialog.given.connect(self._do_swap)
            self.pane.show_dialog(dialog)

        self.pane.with_case(open_dialog)

    def _do_swap(self, one: DutyRow, other: DutyRow, reason: str) -> None:
        from db.duty.changing import swap

        self.do(
            swap, f"{one.member_name}和{other.member_name}已对调，可在“调整”里打印调班通知。", duty_id=one.id,
            version=one.version, other_id=other.id, other_version=other.version, reason=reason,
        )  # fmt: skip

    def _cancel(self, here: Place, published: bool) -> None:
        slot = self.board.sheet.slots[here.spot.slot_id]
        room = "，房间同时让出" if published and slot.room_name else ""
        if slot.cancelled and not published:
            self.do(slot_skip, "这一班恢复举行（Ctrl+Z 撤销）。", slot_id=slot.id, version=slot.version, reason="")
            return
        question = f"取消 {slot_text(slot)} 这一班{room}。原因："
        reason = ask_reason(self.pane, "取消班次", question, button="取消班次", suggestions=CANCEL_REASONS)
        if not reason:
            return
        said = "已取消，可在“调整”里打印调班通知。" if published else "这一班已标为不举行（Ctrl+Z 撤销）。"
        action: Action[..., Any] = cancel_slot if published else slot_skip
        self.do(action, said, slot_id=slot.id, version=slot.version, reason=reason)

    def _put_into_hole(self, slot: SlotRow | None, here: Place, seat_id: UUID, reason: str) -> None:
        """A place that was published empty: nobody is replaced, somebody comes in."""
        from db.duty.repairing import RepairStep, apply_repair

        seen = self.pane.view.seen
        if slot is None or seen is None:
            return
        step = RepairStep(slot.id, here.need, None, seat_id)
        self.do(
            apply_repair, "已补上，可在“调整”里打印调班通知。", plan_id=seen.plan.id, version=seen.plan.version,
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
            self.do(undo_change, f"{row.number} 已撤销。", change_id=row.id, reason=reason)

    def _undo_last(self, seen: Seen) -> None:
        last = next((row for row in seen.changes if undoable(row)), None)
        if last is None:
            self.desk.messages.info("没有可以撤销的调整。")
        else:
            self._undo(last)

    def _done(self, sentence: str) -> None:
        self.desk.messages.info(sentence)
        self.pane.refresh()
