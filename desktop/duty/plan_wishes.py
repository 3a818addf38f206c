"""What is wanted of a draft: each wish as the clerk saw the plan, so that it can be done again where somebody was first."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import QObject

from db.action import Action
from db.duty import placing
from db.duty.drafting import draft_undo
from db.duty.rows import DutyRow
from db.errors import Refusal
from desktop.duty.board_rows import Place
from desktop.duty.board_words import slot_text
from desktop.duty.meanwhile import Meant, Standing, attempt, hindered_at, into, standing
from desktop.shell.again import ALREADY

if TYPE_CHECKING:
    from desktop.duty.plan_pane import PlanPane


class Wishes(QObject):
    """Acts on the draft of a pane."""

    def __init__(self, pane: "PlanPane") -> None:
        super().__init__(pane)
        self.pane, self.desk = pane, pane.desk

    def put(
        self, here: Place, seat_id: UUID, override: str = "", locked: bool = True, before: Standing | None = None
    ) -> None:
        """Put a seat into a place of the draft, instead of whoever sits there; `before` is what the clerk has seen."""
        seen = self.pane.view.seen
        if seen is None:
            return
        seat, then = seen.seat_of.get(seat_id), before or standing(seen)
        slot = then.slots.get(here.spot.slot_id)
        if slot is None:
            return
        name = seat.member_name if seat is not None else ""

        def again(now: Standing) -> None:
            found = now.place(here, then)
            if found is not None:
                self.put(found, seat_id, override, locked, now)

        meant = Meant(
            then, lambda now: into(now, then, here, name), again, (slot.id,),
            lambda now: hindered_at(now, then, here) or (ALREADY if now.duty(slot.id, seat_id) else ""),
        )  # fmt: skip
        given: dict[str, Any] = {
            "slot_id": slot.id, "version": slot.version, "seat_id": seat_id, "need": here.need, "locked": locked,
            "instead_of": here.duty.id if here.duty is not None else None,
        }  # fmt: skip
        self.do(placing.place, "已安排（Ctrl+Z 撤销）。", meant, override, **given)

    def do(self, action: Action[..., Any], sentence: str, meant: Meant, override: str = "", **given: Any) -> None:
        """Do a step that rules may stand in the way of, or somebody else who was first: both are told, with a way on."""
        attempt(
            self.pane, self.desk, meant, action, "安排", then=lambda _: self.done(sentence), failed=self._failed,
            override=override, **given,
        )  # fmt: skip

    def carry(self, source: Place, over: Place, override: str, before: Standing, seat_id: UUID) -> None:
        """Out of one place and into another, in one step. Whom somebody else has taken out is only put in."""
        duty, slot = source.duty, before.slots.get(over.spot.slot_id)
        if slot is None or duty is None:
            return
        left = source.spot.slot_id

        def again(now: Standing) -> None:
            there, here = now.duty(left, duty.seat_id), now.place(over, before)
            if here is None:
                return
            if there is None:
                self.put(here, seat_id, override, before=now)
            else:
                self.carry(replace(source, duty=there), here, override, now, seat_id)

        meant = Meant(
            before, lambda now: into(now, before, over, duty.member_name), again, tuple(dict.fromkeys((left, slot.id))),
            lambda now: hindered_at(now, before, over) or (ALREADY if left != slot.id and now.duty(slot.id, seat_id) else ""),
        )  # fmt: skip
        given: dict[str, Any] = {
            "duty_id": duty.id, "version": duty.version, "slot_id": slot.id, "slot_version": slot.version,
            "need": over.need, "instead_of": over.duty.id if over.duty is not None else None,
        }  # fmt: skip
        self.do(placing.carry, "已移动（Ctrl+Z 撤销）。", meant, override, **given)

    def take_out(self, duty: DutyRow, before: Standing) -> None:
        """The place is free again."""
        who, slot = duty.member_name, before.slots[duty.slot_id]

        def again(now: Standing) -> None:
            found = now.duty(slot.id, duty.seat_id)
            if found is not None:
                self.take_out(found, now)

        meant = Meant(
            before, lambda _: f"从 {slot_text(slot)} 取下{who}", again, (slot.id,),
            lambda now: "" if now.duty(slot.id, duty.seat_id) else ALREADY,
        )  # fmt: skip
        self.do(placing.take_out, f"已取下{who}（Ctrl+Z 撤销）。", meant, duty_id=duty.id, version=duty.version)

    def lock(self, duty: DutyRow, before: Standing, locked: bool) -> None:
        """Solving goes around them, or no longer."""
        who, slot = duty.member_name, before.slots[duty.slot_id]

        def again(now: Standing) -> None:
            found = now.duty(slot.id, duty.seat_id)
            if found is not None:
                self.lock(found, now, locked)

        def hindered(now: Standing) -> str:
            found = now.duty(slot.id, duty.seat_id)
            if found is None:
                return f"{who}已经不在这一班。"
            return ALREADY if found.locked is locked else ""

        words = f"{'锁定' if locked else '解锁'} {slot_text(slot)} 的{who}"
        meant = Meant(before, lambda _: words, again, (slot.id,), hindered)
        said = f"已锁定{who}，再次排班时不动。" if locked else f"已解锁{who}。"
        self.do(placing.lock, said, meant, duty_id=duty.id, version=duty.version, locked=locked)

    def take_back(self, before: Standing) -> None:
        """The last step of the draft, whoever has made it: where somebody else made another, that one is named."""
        meant = Meant(
            before, lambda now: f"撤销：{now.undo}", self.take_back,
            hindered=lambda now: "" if now.undo else "没有可以撤销的操作了。",
        )  # fmt: skip
        given: dict[str, Any] = {"plan_id": before.plan.id, "version": before.plan.version}
        self.do(draft_undo, f"已撤销：{before.undo}。", meant, **given)

    def whole(self, action: Action[..., Any], said: str, words: str, before: Standing, **given: Any) -> None:
        """A step that concerns all of a plan."""
        again: Callable[[Standing], None] = lambda now: self.whole(action, said, words, now, **given)  # noqa: E731
        meant = Meant(before, lambda _: f"{words}“{before.plan.title}”", again)
        self.do(action, said, meant, plan_id=before.plan.id, version=before.plan.version, **given)

    def done(self, sentence: str) -> None:
        """Say it, and show what it has become."""
        self.desk.messages.info(sentence)
        self.pane.refresh()

    def _failed(self, refusal: Refusal) -> None:
        self.desk.messages.problem(refusal.sentence)
        self.pane.refresh()
