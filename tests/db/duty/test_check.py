"""What is wrong with the rosters is found and named; what is right is not."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, update

from db.duty.changing import leave, substitute
from db.duty.check import problems
from db.duty.models import Duty, DutyChange, DutyEdition, DutySlot, Reception
from db.duty.moving import cancel_slot
from db.duty.reception import receive
from db.duty.states import DutyState
from db.duty.undoing import undo_change
from db.rooms.models import Occupancy
from db.session import Hall
from tests.conftest import NOW
from tests.factories.duty import make_crew
from tests.factories.duty_plans import FIRST, RECEPTION, make_published, sitter, slots_in
from tests.factories.rooms import make_room
from tests.factories.stage import Stage, set_stage


@pytest.fixture
def stage(hall: Hall) -> Stage:
    return set_stage(hall, NOW)


@pytest.fixture
def plan_id(stage: Stage) -> UUID:
    """A plan through which somebody went on leave, was covered for, and a session was called off and held after all."""
    make_room(stage.hall, stage.actor, NOW)
    made = make_published(stage.hall, stage.actor, NOW, (make_crew(stage.hall, stage.actor, NOW)[0],))
    slots = slots_in(stage.hall, stage.actor, made)
    stage.run(leave, member_id=sitter(slots[0]).member_id, first=FIRST, last=FIRST, why="病")
    left = slots_in(stage.hall, stage.actor, made)[0].duties[0]
    stage.run(substitute, duty_id=left.id, version=left.version, seat_id=sitter(slots[3]).seat_id, reason="病")
    off = stage.run(cancel_slot, slot_id=slots[1].id, version=slots[1].version, reason="停电")
    stage.run(undo_change, change_id=off.change_id)
    for _ in range(3):
        stage.run(receive, fields=RECEPTION)
    return made


def found(stage: Stage) -> list[str]:
    return stage.read(problems, stage.centre_id)


def test_a_lived_in_roster_has_nothing_wrong(stage: Stage, plan_id: UUID) -> None:
    assert found(stage) == []


def test_missing_numbers_and_editions_are_named(stage: Stage, plan_id: UUID) -> None:
    with stage.hall.transaction() as session:
        session.execute(update(DutyChange).values(undone_by=None))
        session.execute(delete(DutyChange).where(DutyChange.number == "2026-0002"))
        session.execute(delete(Reception).where(Reception.number == "2026-00003"))
        session.execute(delete(DutyEdition).where(DutyEdition.edition == 3))
    sentences = found(stage)
    assert sentences[0] == "2026 年轮值调整缺 1 个号：2。"
    assert sentences[1] == "2026 年接待登记的计数器是 3，最后一个号却是 2。"
    assert sentences[2].endswith("轮值表”的公示版次缺 1 个号：3。")
    assert len(sentences) == 3


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (delete(Occupancy), "没有占用它的房间"),
        (update(DutySlot).values(cancelled="停电"), "标为轮值，却没有对应的班次"),
        (update(Duty).where(Duty.state == DutyState.ON_LEAVE).values(state=DutyState.PUBLISHED), "比需要的多"),
        (update(DutyChange).where(DutyChange.number == "2026-0001").values(number="甲"), "编号 甲 不成样子"),
    ],
)
def test_what_was_meddled_with_is_found(stage: Stage, plan_id: UUID, damage: Any, sentence: str) -> None:
    with stage.hall.transaction() as session:
        session.execute(damage)
    assert any(sentence in each for each in found(stage)), found(stage)
