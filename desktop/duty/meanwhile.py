"""What happened to a plan while somebody put a person into a place, dragged or locked one: said in words, and done again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from db.action import Action
from db.duty.plan_queries import plan, plan_slots, undoable
from db.duty.rows import DutyRow, PlanRow, SlotRow
from db.duty.states import COMING, DUTY_NAMES, PLAN_NAMES, DutyState
from db.errors import Refusal
from desktop.duty.board_rows import Place, places_of
from desktop.duty.board_words import slot_text, time_text
from desktop.duty.insist import insist
from desktop.duty.plan_data import Seen
from desktop.shell.again import Again, Gesture
from desktop.shell.desk import Desk

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget
    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Standing:
    """A plan as somebody sees it: its sessions with who sits in them, and what could be taken back."""

    plan: PlanRow
    slots: Mapping[UUID, SlotRow]
    undo: str = ""

    def duty(self, slot_id: UUID, seat_id: UUID) -> DutyRow | None:
        """Somebody in a session, where they fill a place of it."""
        slot = self.slots.get(slot_id)
        duties = slot.duties if slot is not None else ()
        return next((each for each in duties if each.seat_id == seat_id and each.state in COMING), None)

    def place(self, wanted: Place, before: "Standing") -> Place | None:
        """The place that somebody meant `before`: with the same person or as empty, else with who has come there since."""
        slot = self.slots.get(wanted.spot.slot_id)
        same = [each for each in places_of(slot) if each.need == wanted.need and not each.off] if slot else []
        old = before.slots.get(wanted.spot.slot_id)
        known = {duty.seat_id for duty in old.duties} if old is not None else set()
        alike = (each for each in same if _seat(each) == _seat(wanted))
        came = (each for each in same if each.duty is None or each.duty.seat_id not in known)
        return next(alike, None) or next(came, None) or next(iter(same), None)


@dataclass(frozen=True)
class Meant:
    """What somebody wants of a plan as they see it. `about` are the sessions concerned; none: the whole plan.

    `words`, `again` and `hindered` get the plan as it is now.
    """

    before: Standing
    words: Callable[[Standing], str]
    again: Callable[[Standing], None]
    about: tuple[UUID, ...] = ()
    hindered: Callable[[Standing], str] = lambda _now: ""


def _seat(place: Place) -> UUID | None:
    return place.duty.seat_id if place.duty is not None else None


def standing(seen: Seen) -> Standing:
    """What the screen shows."""
    return Standing(seen.plan, {slot.id: slot for slot in seen.slots}, seen.undo)


def attempt(
    owner: "QWidget",
    desk: Desk,
    meant: Meant,
    action: Action[..., Any],
    doing: str,
    *,
    then: Callable[[Any], None],
    failed: Callable[[Refusal], None],
    left: Callable[[], None] | None = None,
    override: str = "",
    **given: Any,
) -> None:
    """Do it; a rule in the way is told and may be overridden, somebody who was first is told and it can be done again.

    `left` is called when either question is left.
    """

    def refused(refusal: Refusal) -> None:
        if not Again(owner, desk, _gesture(desk, meant), failed, left).meets(refusal):
            failed(refusal)

    insist(desk, owner, action, doing, then=then, failed=refused, left=left, override=override, **given)


def _gesture(desk: Desk, meant: Meant) -> Gesture[Standing]:
    centre_id, before = desk.centre_id, meant.before

    def read(session: "Session") -> Standing | None:
        return read_standing(session, centre_id, before.plan.id)

    def hindered(now: Standing) -> str:
        if now.plan.state is not before.plan.state:
            return f"这份轮值表现在{PLAN_NAMES[now.plan.state]}，不能再照做。"
        return meant.hindered(now)

    return Gesture(before, read, lambda each: plan_facts(each, before, meant.about), meant.words, meant.again, hindered)


def read_standing(session: "Session", centre_id: UUID, plan_id: UUID) -> Standing | None:
    """A plan as it is now; None when it is gone."""
    row = plan(session, centre_id, plan_id)
    if row is None:
        return None
    slots = {slot.id: slot for slot in plan_slots(session, centre_id, row.id)}
    return Standing(row, slots, undoable(session, centre_id, row.id))


def plan_facts(each: Standing, before: Standing, about: tuple[UUID, ...] = ()) -> Mapping[str, str]:
    """What somebody should know of a plan, or of the sessions it is `about`."""
    told = {"轮值表": f"{each.plan.title}（{PLAN_NAMES[each.plan.state]}）"}
    for slot_id in about or each.slots:
        slot = each.slots.get(slot_id)
        known = before.slots.get(slot_id) or slot
        if known is None:
            continue
        title = f"{slot_text(known)} {time_text(known.starts, known.ends)}"
        told[f"{title} 人员"] = people(slot) if slot is not None else "这一班已删除"
        told[f"{title} 班次"] = _session(slot) if slot is not None else ""
    return told


def people(slot: SlotRow) -> str:
    """Who sits in a session, with what is special about each."""
    return "、".join(_person(duty) for duty in slot.duties) or "没有人"


def _person(duty: DutyRow) -> str:
    marks = [DUTY_NAMES[duty.state]] if duty.state not in (DutyState.DRAFT, DutyState.PUBLISHED) else []
    marks += ["已锁定"] if duty.locked else []
    return duty.member_name + (f"（{'，'.join(marks)}）" if marks else "")


def _session(slot: SlotRow) -> str:
    parts = (slot_text(slot), time_text(slot.starts, slot.ends), slot.room_name, slot.note)
    off = f"不举行：{slot.cancelled}" if slot.cancelled else ""
    return "，".join(part for part in (*parts, off) if part)


def into(now: Standing, before: Standing, wanted: Place, name: str) -> str:
    """That somebody is to sit in a place, and who would give way there now."""
    slot, found = now.slots.get(wanted.spot.slot_id), now.place(wanted, before)
    where = slot_text(slot) if slot is not None else wanted.body
    there = found.duty.member_name if found is not None and found.duty is not None else ""
    return f"把{name}排到 {where}" + (f"，替下{there}" if there and there != name else "")


def hindered_at(now: Standing, before: Standing, wanted: Place) -> str:
    """Why nobody can be put into a place any more."""
    slot = now.slots.get(wanted.spot.slot_id)
    if slot is None:
        return "这一班已经删除。"
    if slot.cancelled:
        return f"这一班现在不举行（{slot.cancelled}），不能排人。"
    return "" if now.place(wanted, before) is not None else "这一班已经没有这样的位置。"
