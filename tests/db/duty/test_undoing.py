"""Changes are taken back when nothing has built on them."""

from datetime import time
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from db.action import Actor
from db.duty.changes import changes
from db.duty.changing import leave, substitute, swap
from db.duty.models import DutyStand
from db.duty.moving import cancel_slot, move_slot
from db.duty.repairing import RepairStep, apply_repair
from db.duty.states import ChangeKind
from db.duty.undoing import undo_change
from db.errors import RuleBroken
from db.session import Hall
from tests.db.duty.published import (
    Crew,
    Run,
    cover,
    crew_of_six,
    duty_at,
    everything,
    published_plan,
    room_of_ten,
    spans,
)
from tests.factories.duty_plans import sitter, slots_in, version_of

FIXTURES = (crew_of_six, room_of_ten, published_plan)
"""Found by pytest under the names crew, room and plan_id."""


def make_change(run: Run, hall: Hall, manager: Actor, plan_id: UUID, kind: str) -> Any:
    slot = slots_in(hall, manager, plan_id)[0]
    duty, other = sitter(slot), duty_at(hall, manager, plan_id, 3)
    if kind == "cover":
        return cover(run, hall, manager, plan_id).change_id
    if kind == "swap":
        given = {"duty_id": duty.id, "version": duty.version, "other_id": other.id, "other_version": other.version}
        return run(manager, swap, **given, reason="商定").change_id
    if kind == "leave":
        return run(manager, leave, member_id=duty.member_id, first=slot.day, last=slot.day, why="住院").changes[0]
    if kind == "cancel":
        return run(manager, cancel_slot, slot_id=slot.id, version=slot.version, reason="停电").change_id
    if kind == "move":
        given = {"day": slot.day, "starts": time(15), "ends": time(17), "room_id": slot.room_id}
        return run(manager, move_slot, slot_id=slot.id, version=slot.version, **given, reason="调整").change_id
    steps = (
        RepairStep(slot.id, 0, duty.seat_id, other.seat_id),
        RepairStep(other.slot_id, 0, other.seat_id, duty.seat_id),
    )
    version = version_of(hall, manager, plan_id)
    return run(manager, apply_repair, plan_id=plan_id, version=version, steps=steps, reason="重排").change_id


@pytest.mark.parametrize("kind", ["cover", "swap", "leave", "move", "cancel", "repair"])
def test_every_change_can_be_taken_back(
    hall: Hall, run: Run, manager: Actor, plan_id: UUID, room: UUID, kind: str
) -> None:
    before, taken = slots_in(hall, manager, plan_id), spans(hall)
    change_id = make_change(run, hall, manager, plan_id, kind)
    assert everything(slots_in(hall, manager, plan_id)) != everything(before)
    undone = run(manager, undo_change, change_id=change_id, reason="弄错了")
    assert everything(slots_in(hall, manager, plan_id)) == everything(before)
    assert spans(hall) == taken
    rows = hall.read(changes, manager.centre_id, plan_id)
    assert (rows[0].kind, rows[0].undone) == (ChangeKind.UNDO, False)
    assert rows[1].undone
    assert rows[0].reason == f"弄错了（{rows[1].number} 号）"
    assert slots_in(hall, manager, plan_id)[0].sequence == 2
    assert hall.read(lambda session: session.scalar(select(func.count()).where(DutyStand.lifted_at.is_(None)))) == 0
    with pytest.raises(RuleBroken, match="已经撤销过了"):
        run(manager, undo_change, change_id=change_id)
    with pytest.raises(RuleBroken, match="撤销不能再撤销"):
        run(manager, undo_change, change_id=undone.change_id)


def test_a_change_that_another_has_built_on_is_not_taken_back(
    hall: Hall, run: Run, manager: Actor, crew: Crew, plan_id: UUID
) -> None:
    first = cover(run, hall, manager, plan_id)
    duty = duty_at(hall, manager, plan_id, 0)
    again = {"duty_id": duty.id, "version": duty.version, "seat_id": crew[1][1], "override": "急", "reason": "又换"}
    second = run(manager, substitute, **again)
    with pytest.raises(RuleBroken, match="2026-0001 号调整之后，这些班次又有了 2026-0002 号调整，请先撤销它"):
        run(manager, undo_change, change_id=first.change_id)
    run(manager, undo_change, change_id=second.change_id)
    with pytest.raises(RuleBroken, match="又有了别的改动"):  # the undo itself has touched the session
        run(manager, undo_change, change_id=first.change_id)
