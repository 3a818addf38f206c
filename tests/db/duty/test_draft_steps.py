"""Steps in making a draft that touch two places, or the sessions themselves: each is taken back as one."""

from collections.abc import Callable
from datetime import date, time
from typing import Any
from uuid import UUID

import pytest

from db.action import Actor
from db.duty.drafting import draft_undo
from db.duty.moving import slot_room, slot_skip, slot_time
from db.duty.overriding import Objection
from db.duty.placing import carry, place, take_out
from db.duty.plan_queries import undoable
from db.duty.queries import seats
from db.duty.rules import Composition
from db.errors import RuleBroken, Stale
from db.session import Hall
from tests.conftest import NOW
from tests.factories.duty import make_crew
from tests.factories.duty_plans import fill_plan, make_plan, sitter, slots_in, version_of, who
from tests.factories.rooms import make_room

Run = Callable[..., Any]


@pytest.fixture
def plan_id(hall: Hall, manager: Actor) -> UUID:
    """Six Wednesdays, kinds in turn, everybody sits once."""
    body, _ = make_crew(hall, manager, NOW, rest=3)
    made = make_plan(hall, manager, NOW, (body,))
    fill_plan(hall, manager, NOW, made)
    return made


def everything(hall: Hall, manager: Actor, plan_id: UUID) -> list[Any]:
    return [
        (slot.day, slot.starts, slot.ends, slot.room_id, slot.cancelled, slot.note, who(slot))
        for slot in slots_in(hall, manager, plan_id)
    ]


def undo(run: Run, hall: Hall, manager: Actor, plan_id: UUID) -> str:
    done = run(manager, draft_undo, plan_id=plan_id, version=version_of(hall, manager, plan_id))
    return str(done.label)


def carried(hall: Hall, manager: Actor, plan_id: UUID, start: int, end: int, **more: Any) -> dict[str, Any]:
    slots = slots_in(hall, manager, plan_id)
    duty = sitter(slots[start])
    return {
        "duty_id": duty.id, "version": duty.version, "slot_id": slots[end].id, "slot_version": slots[end].version, **more,
    }  # fmt: skip


def test_somebody_is_carried_to_another_session_and_back_in_one_step(
    hall: Hall, run: Run, manager: Actor, plan_id: UUID
) -> None:
    """Places 0 and 3 want the same kind: A . . D  →  . . . A  →  A . . D"""
    before = everything(hall, manager, plan_id)
    slots = slots_in(hall, manager, plan_id)
    who_moves, who_goes = sitter(slots[0]), sitter(slots[3])
    run(manager, carry, **carried(hall, manager, plan_id, 0, 3, instead_of=who_goes.id))
    after = slots_in(hall, manager, plan_id)
    assert (who(after[0]), [duty.member_name for duty in after[3].duties]) == ([], [who_moves.member_name])
    assert sitter(after[3]).locked
    assert undo(run, hall, manager, plan_id).startswith(
        f"把{who_moves.member_name}从11月25日（周三）09:00–11:00移到12月16日"
    )
    assert everything(hall, manager, plan_id) == before
    assert hall.read(undoable, manager.centre_id, plan_id)  # what is left to take back is the filling


def test_what_speaks_against_a_carry_is_judged_without_the_place_it_came_from(
    hall: Hall, run: Run, manager: Actor
) -> None:
    """One person, sessions a week apart, 5 working days of rest: beside their old place they could not sit."""
    body, _ = make_crew(hall, manager, NOW, 1, name="律师", kinds=(), composition=Composition(), rest=6)
    plan_id = make_plan(hall, manager, NOW, (body,))
    slot = slots_in(hall, manager, plan_id)[0]
    seat = hall.read(seats, manager.centre_id)[0]
    run(manager, place, slot_id=slot.id, version=slot.version, seat_id=seat.id)
    run(manager, carry, **carried(hall, manager, plan_id, 0, 1))
    slots = slots_in(hall, manager, plan_id)
    assert [len(slot.duties) for slot in slots[:3]] == [0, 1, 0]


def test_a_carry_against_a_rule_needs_a_reason_and_a_full_place_refuses(
    hall: Hall, run: Run, manager: Actor, plan_id: UUID
) -> None:
    other = sitter(slots_in(hall, manager, plan_id)[1])
    wrong = carried(hall, manager, plan_id, 0, 1, instead_of=other.id)
    with pytest.raises(Objection, match="身份"):
        run(manager, carry, **wrong)
    with pytest.raises(RuleBroken, match="位置已满"):
        run(manager, carry, **(wrong | {"instead_of": None}))
    with pytest.raises(Stale):
        run(manager, carry, **(wrong | {"slot_version": 99}))
    run(manager, carry, **wrong, override="已商定")
    assert sitter(slots_in(hall, manager, plan_id)[1]).reason == "已商定"


def test_a_carry_between_plans_is_refused(hall: Hall, run: Run, manager: Actor, plan_id: UUID) -> None:
    other = make_plan(
        hall, manager, NOW, (make_crew(hall, manager, NOW, 2, name="律师", kinds=(), composition=Composition())[0],)
    )
    there = slots_in(hall, manager, other)[0]
    wrong = carried(hall, manager, plan_id, 0, 1) | {"slot_id": there.id, "slot_version": there.version}
    with pytest.raises(RuleBroken, match="另一份轮值表"):
        run(manager, carry, **wrong)


def test_time_room_and_calling_off_are_steps(hall: Hall, run: Run, manager: Actor, plan_id: UUID) -> None:
    room = make_room(hall, manager, NOW, "203")
    states = [everything(hall, manager, plan_id)]
    duty = sitter(slots_in(hall, manager, plan_id)[2])
    run(manager, take_out, duty_id=duty.id, version=duty.version)
    states.append(everything(hall, manager, plan_id))
    slot = slots_in(hall, manager, plan_id)[2]
    run(manager, slot_skip, slot_id=slot.id, version=slot.version, reason="换届选举")
    states.append(everything(hall, manager, plan_id))
    slot = slots_in(hall, manager, plan_id)[1]
    run(manager, slot_room, slot_id=slot.id, version=slot.version, room_id=room)
    states.append(everything(hall, manager, plan_id))
    slot = slots_in(hall, manager, plan_id)[0]
    there = {"day": date(2026, 11, 26), "starts": time(15), "ends": time(17), "room_id": room}
    run(manager, slot_time, slot_id=slot.id, version=slot.version, **there)
    moved = slots_in(hall, manager, plan_id)[0]
    assert (moved.day, moved.note, moved.room_id) == (date(2026, 11, 26), "改时间", room)
    labels = []
    for before in reversed(states):
        labels.append(undo(run, hall, manager, plan_id))
        assert everything(hall, manager, plan_id) == before
    assert labels == [
        "改11月25日（周三）09:00–11:00的时间地点",
        "改12月2日（周三）09:00–11:00的房间",
        "停开12月9日（周三）09:00–11:00这一班",
        f"从12月9日（周三）09:00–11:00取下{duty.member_name}",
    ]


def test_a_step_back_makes_what_others_see_stale(hall: Hall, run: Run, manager: Actor, plan_id: UUID) -> None:
    slot = slots_in(hall, manager, plan_id)[0]
    run(
        manager,
        slot_time,
        slot_id=slot.id,
        version=slot.version,
        day=slot.day,
        starts=time(15),
        ends=time(17),
        room_id=None,
    )
    seen = slots_in(hall, manager, plan_id)[0]
    undo(run, hall, manager, plan_id)
    with pytest.raises(Stale):
        run(manager, slot_room, slot_id=seen.id, version=seen.version, room_id=None)
    now = slots_in(hall, manager, plan_id)[0]
    same = {"slot_id": now.id, "version": now.version, "day": now.day, "starts": now.starts, "ends": now.ends}
    with pytest.raises(RuleBroken, match="没有改"):
        run(manager, slot_time, **same, room_id=None)
