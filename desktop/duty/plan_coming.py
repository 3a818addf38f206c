"""People who come in spite of a rule, put into their places one after the other. Where somebody else has changed such a session
meanwhile, that is told beside who was to come and which rule stands against it, and one key goes on upon it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from db.duty.placing import Placed, place
from db.duty.rows import DutyRow, SlotRow
from db.duty.solve.relax import Step
from db.errors import Refusal
from desktop.duty.board_words import slot_text
from desktop.duty.meanwhile import Meant, Standing, attempt, read_standing
from desktop.shell.again import ALREADY

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop.duty.plan_pane import PlanPane


@dataclass(frozen=True)
class Coming:
    """Who is to come (`steps`, with the rule against it), why all the same (`reason`), and what follows once all are there."""

    pane: "PlanPane"
    steps: tuple[Step, ...]
    names: Mapping[UUID, str]
    reason: str
    done: Callable[[Standing], None]

    def go(self, before: Standing) -> None:
        """Put the first one in, as the plan was seen; the others follow."""
        if not self.steps:
            self.done(before)
            return
        step = self.steps[0]
        slot = before.slots.get(step.slot_id) if step.slot_id is not None else None
        if slot is None or step.seat_id is None:
            self._refuse(f"要安排的班次已经删除，{self._said(step, None)}没有安排。")
            return
        own = next((duty for duty in slot.duties if duty.seat_id == step.seat_id), None)
        if own is not None and own.locked:
            replace(self, steps=self.steps[1:]).go(before)
            return
        gives_way = own or _gives_way(slot, step.need)
        meant = Meant(
            before, lambda now: self._said(step, now.slots.get(slot.id)), self.go, (slot.id,),
            lambda now: _hindered(step, now),
        )  # fmt: skip
        attempt(
            self.pane, self.pane.desk, meant, place, "安排", then=partial(self._placed, before), failed=self._failed,
            left=self.pane.refresh, override=self.reason, slot_id=slot.id, version=slot.version, seat_id=step.seat_id,
            need=step.need, instead_of=gives_way.id if gives_way else None, locked=True,
        )  # fmt: skip

    def _said(self, step: Step, slot: SlotRow | None) -> str:
        """Who comes where, in spite of which rule, and what was agreed."""
        name = self.names.get(step.seat_id, "") if step.seat_id is not None else ""
        where = f"到 {slot_text(slot)} " if slot is not None else ""
        return f"请{name}{where}值班，不顾：{step.why}（{self.reason}）"

    def _placed(self, before: Standing, done: Placed) -> None:
        """Of the plan as it is now only what was done here becomes what was seen: what others did is still told."""
        desk, plan_id = self.pane.desk, before.plan.id

        def read(session: "Session") -> Standing | None:
            return read_standing(session, desk.centre_id, plan_id)

        def follow(now: Standing | None) -> None:
            slot = now.slots.get(done.slot_id) if now is not None else None
            mine = {slot.id: slot} if slot is not None and slot.version == done.slot_version else {}
            replace(self, steps=self.steps[1:]).go(replace(before, slots={**before.slots, **mine}))

        desk.ask(self.pane, read, then=follow, failed=self._failed)

    def _failed(self, refusal: Refusal) -> None:
        self._refuse(refusal.sentence)

    def _refuse(self, sentence: str) -> None:
        self.pane.desk.messages.problem(sentence)
        self.pane.refresh()


def _gives_way(slot: SlotRow, need: int) -> DutyRow | None:
    """Who leaves the place, where it is full and somebody there is not locked."""
    there = [duty for duty in slot.duties if duty.need == need]
    if len(there) < slot.needs[need].count:
        return None
    return next((duty for duty in there if not duty.locked), None)


def _hindered(step: Step, now: Standing) -> str:
    """Why somebody can no longer be put there."""
    slot = now.slots.get(step.slot_id) if step.slot_id is not None else None
    if slot is None:
        return "这一班已经删除。"
    if slot.cancelled:
        return f"这一班现在不举行（{slot.cancelled}），不能排人。"
    sits = next((duty for duty in slot.duties if duty.seat_id == step.seat_id), None)
    return ALREADY if sits is not None and sits.locked else ""
