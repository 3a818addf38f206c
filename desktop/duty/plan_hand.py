"""A draft by hand: choose, lock, take out, drag, undo; a broken rule is told as a sentence and may be overridden with a reason."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMenu

from db.duty.changing import AWAY
from db.duty.expanding import plan_expand
from db.duty.import_undoing import drop_import
from db.duty.placing import lock_all
from db.duty.plans import plan_archive, plan_drop, plan_edit
from db.duty.rows import SlotRow
from db.duty.solve.why import why_not
from db.duty.states import EXPECTED, PlanState, must_be
from db.errors import RuleBroken
from desktop.duty.board import Carried
from desktop.duty.board_rows import Place
from desktop.duty.board_words import slot_text
from desktop.duty.import_drop import ask_to_drop, is_imported
from desktop.duty.insist import ask_override
from desktop.duty.meanwhile import standing
from desktop.duty.plan_data import Case, Seen
from desktop.duty.plan_wishes import Wishes
from desktop.widgets.ask import ask_reason, confirm

if TYPE_CHECKING:
    from desktop.duty.plan_pane import PlanPane


class ByHand(QObject):
    """Listens to the board; acts on the draft."""

    def __init__(self, pane: "PlanPane") -> None:
        super().__init__(pane)
        self.pane, self.desk = pane, pane.desk
        board = pane.view.board
        self.board, self.wishes = board, Wishes(pane)
        board.choose_wanted.connect(self.choose)
        board.why_wanted.connect(self.why)
        board.lock_wanted.connect(lambda _: self.pane.wanted("lock"))
        board.take_out_wanted.connect(lambda _: self.pane.wanted("take_out"))
        board.menu_wanted.connect(self._menu)
        board.judge_wanted.connect(self._judge)
        board.dropped.connect(self._dropped)

    def wanted(self, name: str, seen: Seen) -> None:
        """Something that does not change who is published."""
        here = self.board.place
        match name:
            case "choose" if here is not None:
                self.choose(here, "")
            case "why" if here is not None:
                self.why(here)
            case "lock" | "take_out" if here is not None and self._draft(seen):
                self._simple(name, here)
            case "undo" if self._draft(seen):
                self._undo(seen)
            case "lock_all" | "unlock_all":
                self._all(seen, name == "lock_all")
            case "move" if here is not None:
                self._move(seen, here)
            case "counts":
                self._counts(seen)
            case _:
                self._with_plan(name, seen)

    # ---- choosing

    def choose(self, here: Place, typed: str) -> None:
        """The chooser for a place."""
        if here.off:
            self._say_off(here)
        elif self.board.changeable:
            self.pane.with_case(lambda seen, found: self._choose(seen, found, here, typed))

    def why(self, here: Place) -> None:
        """F2: why somebody does not sit here."""
        if here.off:
            self._say_off(here)
        elif self.pane.may_plan:
            self.pane.with_case(lambda seen, found: self._why(seen, found, here))

    def _choose(self, seen: Seen, found: Case, here: Place, typed: str) -> None:
        from desktop.duty.place_dialog import PlaceDialog

        published = seen.plan.state is PlanState.PUBLISHED
        if published and self.pane.after.is_over(here):
            return
        if published and here.duty is not None:
            try:
                must_be(here.duty.state, EXPECTED | AWAY, "换人")
            except RuleBroken as came:
                self.desk.messages.info(f"{here.duty.member_name}：{came.sentence}")
                return
        dialog = PlaceDialog(self.desk, seen, found, here, typed, published=published, parent=self.pane)
        before = standing(seen)
        if published:
            dialog.given.connect(lambda seat, reason, _: self.pane.after.substitute(here, seat, reason, before=before))
        else:
            dialog.given.connect(lambda seat, reason, locked: self.wishes.put(here, seat, reason, locked, before))
        self.pane.show_dialog(dialog)

    def _why(self, seen: Seen, found: Case, here: Place) -> None:
        from desktop.duty.why_dialog import WhyDialog

        dialog = WhyDialog(self.desk, seen, found, here, self.pane)
        dialog.choose_wanted.connect(self.choose)
        self.pane.show_dialog(dialog)

    # ---- dragging

    def _judge(self, who: Carried, over: Place) -> None:
        """Somebody is held over a place: what speaks against it."""
        self._ask_rules(who, over, lambda _, sentences: self.board.judged(over.spot, "；".join(sentences)))

    def _ask_rules(self, who: Carried, over: Place, then: Callable[[UUID | None, tuple[str, ...]], None]) -> None:
        """The seat that somebody would take in a place, and what speaks against it, without where they are dragged from."""
        seen, found, slot = self.pane.view.seen, self.pane.view.case, self._slot(over)
        if seen is None or found is None or slot is None:
            return
        seat = seen.seat_in(who.member_id, slot.body_id)
        if seat is None:
            then(None, (f"{who.name}不是“{slot.body_name}”的成员",))
            return
        source = who.source
        leaving = {(slot.id, over.duty.seat_id)} if over.duty is not None else set()
        if source is not None and source.duty is not None:
            leaving.add((source.spot.slot_id, source.duty.seat_id))
        others = [each for each in found.sittings if (each.slot_id, each.seat_id) not in leaving]
        if any((each.slot_id, each.seat_id) == (slot.id, seat.id) for each in others):
            then(None, (f"{who.name}已经在这一班",))
            return
        self.desk.work.read(
            self.pane,
            lambda: why_not(found.problem, others, slot.id, seat.id),
            lambda reasons: then(seat.id, tuple(each.sentence for each in reasons if each.hard)),
            lambda refusal: self.desk.messages.problem(refusal.sentence),
        )

    def _dropped(self, who: Carried, over: Place) -> None:
        seen = self.pane.view.seen
        if seen is None:
            return
        if over.off:
            self._say_off(over)
        elif seen.plan.state is PlanState.PUBLISHED:
            self.pane.after.dropped(who, over)
        else:
            self._ask_rules(who, over, lambda seat_id, sentences: self._settle(who, over, seat_id, sentences))

    def _settle(self, who: Carried, over: Place, seat_id: UUID | None, sentences: tuple[str, ...]) -> None:
        """What speaks against a drop is known: ask for a reason where it takes one, then do it."""
        if seat_id is None:
            self.desk.messages.warn(f"{sentences[0]}，不能排到这一班。")
            return
        override = ""
        if sentences:
            override = ask_override(self.pane, sentences, "安排")
            if not override:
                return
        seen, source = self.pane.view.seen, who.source
        if seen is not None and source is not None and source.duty is not None and who.sheet is not None:
            begun = who.sheet.slots[source.spot.slot_id]
            before = standing(seen)
            self.wishes.carry(source, over, override, replace(before, slots={**before.slots, begun.id: begun}), seat_id)
        else:
            self.wishes.put(over, seat_id, override)

    # ---- steps

    def _simple(self, name: str, here: Place) -> None:
        seen = self.pane.view.seen
        if here.duty is None or seen is None:
            self.desk.messages.info("这个位置还空着。回车选人。")
        elif name == "take_out":
            self.wishes.take_out(here.duty, standing(seen))
        else:
            self.wishes.lock(here.duty, standing(seen), not here.duty.locked)

    def _undo(self, seen: Seen) -> None:
        if not seen.undo:
            self.desk.messages.info("没有可以撤销的操作。")
            return
        me = self.desk.actor.name if self.desk.actor else ""
        asked = f"最后一步“{seen.undo}”是{seen.undo_by}做的，不是您。撤销它？"
        if seen.undo_by in ("", me) or confirm(self.pane, "撤销别人的操作", asked, "撤销"):
            self.wishes.take_back(standing(seen))

    def _all(self, seen: Seen, locked: bool) -> None:
        said = "已全部锁定。" if locked else "已全部解锁。"
        self.wishes.whole(lock_all, said, "全部锁定" if locked else "全部解锁", standing(seen), locked=locked)

    def _move(self, seen: Seen, here: Place) -> None:
        from desktop.duty.session_dialog import SessionDialog

        slot = self._slot(here)
        if slot is not None and self.pane.may_plan and seen.plan.state is not PlanState.ARCHIVED:
            dialog = SessionDialog(self.desk, slot, published=not self._draft(seen), parent=self.pane)
            dialog.saved.connect(self.wishes.done)
            self.pane.show_dialog(dialog)

    def _counts(self, seen: Seen) -> None:
        from desktop.duty.counts_dialog import CountsDialog

        self.pane.show_dialog(CountsDialog(self.desk, seen, self.pane))

    def _with_plan(self, name: str, seen: Seen) -> None:
        row, before = seen.plan, standing(seen)
        if name == "expand":
            self.wishes.whole(plan_expand, "班次已按现在的规则更新。", "按现在的规则更新班次", before)
        elif name == "rename":
            title = ask_reason(self.pane, "改名", f"“{row.title}”改为：", button="改名", suggestions=(row.title,))
            if title:
                self.wishes.whole(plan_edit, "已改名。", f"改名为“{title}”：", before, title=title)
        elif name == "drop":
            if confirm(
                self.pane, "删除轮值表", f"删除“{row.title}”？排好的 {row.filled} 人次一起删除，不能恢复。", "删除"
            ):
                self.pane.show_list()
                self.wishes.whole(plan_drop, "已删除。", "删除", before)
        elif name == "drop_import" and is_imported(row) and ask_to_drop(self.pane, row):
            self.pane.show_list()
            self.wishes.whole(drop_import, "已撤回导入。", "撤回导入", before)
        elif name == "archive":
            said = f"“{row.title}”归档后不再列出，也不能再调班；历次公示仍可查看。"
            if confirm(self.pane, "归档", said, "归档"):
                self.wishes.whole(plan_archive, "已归档。", "归档", before)

    # ---- helpers

    def _say_off(self, here: Place) -> None:
        seen = self.pane.view.seen
        how = "按 Alt+X 恢复举行后再排人。" if seen is not None and self._draft(seen) else "不能排人。"
        self.desk.messages.info(f"这一班不举行（{here.off}），{how}")

    def _menu(self, here: Place, at: QPoint) -> None:
        menu = QMenu(self.pane)
        slot = self._slot(here)
        if slot is None or not self.board.changeable:
            return
        menu.addSection(slot_text(slot))
        for name, button in self.pane.view.session.buttons.items():
            if not button.isHidden():
                menu.addAction(button.icon(), button.text(), lambda name=name: self.pane.wanted(name))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def _slot(self, here: Place) -> SlotRow | None:
        return self.board.sheet.slots.get(here.spot.slot_id)

    def _draft(self, seen: Seen) -> bool:
        return seen.plan.state is PlanState.DRAFT and self.pane.may_plan and self.board.changeable
