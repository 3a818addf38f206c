"""Sessions of a published plan are moved, called off and repaired."""

from datetime import UTC, date, datetime, time
from uuid import UUID

import pytest

from db.action import Actor
from db.duty.building import problem_of
from db.duty.changes import change, changes
from db.duty.changing import leave
from db.duty.moving import cancel_slot, move_slot
from db.duty.overriding import Objection
from db.duty.plan_queries import sittings_of
from db.duty.plan_queries import slot as slot_query
from db.duty.repairing import RepairStep, apply_repair
from db.duty.solve.broken import broken
from db.duty.solve.repair import repair
from db.duty.states import ChangeKind, DutyState
from db.duty.undoing import undo_change
from db.errors import RuleBroken, Stale
from db.rooms import bookings
from db.session import Hall
from tests.conftest import NOW
from tests.db.duty.published import Run, crew_of_six, duty_at, everything, peer, published_plan, room_of_ten, spans
from tests.factories.duty import make_member, make_seat, make_stand
from tests.factories.duty_plans import sitter, slots_in, version_of
from tests.factories.rooms import make_borrower

FIXTURES = (crew_of_six, room_of_ten, published_plan)
"""Found by pytest under the names crew, room and plan_id."""


def test_a_repair_is_one_change_and_tells_who_moved_from_who_covers(
    hall: Hall, run: Run, manager: Actor, plan_id: UUID
) -> None:
    """The one of session 0 is ill, the one of session 3 moves there, and a newcomer takes session 3."""
    ill, mover = duty_at(hall, manager, plan_id, 0), duty_at(hall, manager, plan_id, 3)
    body = slots_in(hall, manager, plan_id)[0].body_id
    newcomer = make_seat(hall, manager, NOW, make_member(hall, manager, NOW, "新代表"), body, kind=ill.kind)
    run(manager, leave, member_id=ill.member_id, why="住院", first=date(2026, 11, 25), last=date(2026, 11, 25))
    steps = (
        RepairStep(ill.slot_id, 0, None, mover.seat_id),
        RepairStep(mover.slot_id, 0, mover.seat_id, newcomer),
    )
    given = {"plan_id": plan_id, "steps": steps, "reason": "住院重排", "proof": "改动 2 处，已证明最少"}
    done = run(manager, apply_repair, version=version_of(hall, manager, plan_id), **given)
    slots = slots_in(hall, manager, plan_id)
    assert sitter(slots[0]).state is DutyState.COVERING
    assert (sitter(slots[0]).seat_id, sitter(slots[0]).covers_name) == (mover.seat_id, ill.member_name)
    assert (sitter(slots[3]).seat_id, sitter(slots[3]).state) == (newcomer, DutyState.SWAPPED)
    assert slots[3].duties[1].state is DutyState.REPLACED
    row = hall.read(change, manager.centre_id, done.change_id)
    assert row is not None
    assert (row.kind, row.proof, len(row.lines)) == (ChangeKind.REPAIR, "改动 2 处，已证明最少", 2)
    with pytest.raises(Stale):
        run(manager, apply_repair, version=version_of(hall, manager, plan_id), **given)


def test_a_repair_of_sessions_that_have_begun_is_refused(hall: Hall, run: Run, manager: Actor, plan_id: UUID) -> None:
    duty = duty_at(hall, manager, plan_id, 0)
    steps = (RepairStep(duty.slot_id, 0, duty.seat_id, peer(hall, manager, duty)),)
    at = datetime(2026, 11, 25, 1, 30, tzinfo=UTC)
    with pytest.raises(RuleBroken, match="已经开始，不能重排"):
        run(
            manager, apply_repair, plan_id=plan_id, version=version_of(hall, manager, plan_id), steps=steps,
            reason="病", at=at,
        )  # fmt: skip


def test_a_moved_session_gives_its_room_back_and_takes_the_other(
    hall: Hall, run: Run, manager: Actor, plan_id: UUID, room: UUID
) -> None:
    slot = slots_in(hall, manager, plan_id)[0]
    given = {"slot_id": slot.id, "day": slot.day, "reason": "场地调整", "room_id": room}
    times = {"starts": time(14, 30), "ends": time(16, 30)}
    done = run(manager, move_slot, version=slot.version, **given, **times)
    moved = hall.read(slot_query, manager.centre_id, slot.id)
    assert moved is not None
    assert (moved.starts, moved.note, moved.sequence, moved.room_id) == (time(14, 30), "改时间", 1, room)
    line = hall.read(changes, manager.centre_id, plan_id)[0].lines[0]
    assert line.before == "11月25日周三 09:00–11:00 多功能室201"
    assert line.after == f"11月25日周三 14:30–16:30 多功能室201，{sitter(slot).member_name}"
    choir = make_borrower(hall, manager, NOW)
    freed = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
    run(manager, bookings.book, room_id=room, borrower_id=choir, starts_at=freed, ends_at=freed.replace(hour=3))
    with pytest.raises(RuleBroken, match=r"原来的房间已不能用，2026-0001 号调整不能撤销：.*军门合唱队"):
        run(manager, undo_change, change_id=done.change_id)
    with pytest.raises(RuleBroken, match=r"不能改到那里：.*军门合唱队"):
        run(manager, move_slot, version=moved.version, **given, starts=time(9), ends=time(11))


def test_a_cancelled_session_frees_its_room_and_its_people(
    hall: Hall, run: Run, manager: Actor, plan_id: UUID, room: UUID
) -> None:
    slots = slots_in(hall, manager, plan_id)
    taken = spans(hall)
    done = run(manager, cancel_slot, slot_id=slots[0].id, version=slots[0].version, reason="社区停电")
    now = slots_in(hall, manager, plan_id)[0]
    assert (now.cancelled, now.duties[0].state) == ("社区停电", DutyState.REPLACED)
    assert len(spans(hall)) == 5
    line = hall.read(changes, manager.centre_id, plan_id)[0].lines[0]
    assert (line.before, line.after) == (sitter(slots[0]).member_name, "停班：社区停电")
    run(manager, undo_change, change_id=done.change_id)
    assert spans(hall) == taken
    assert everything(slots_in(hall, manager, plan_id)) == everything(slots)


def test_a_move_into_somebody_elses_leave_is_told(hall: Hall, run: Run, manager: Actor, plan_id: UUID) -> None:
    slot = slots_in(hall, manager, plan_id)[0]
    make_stand(hall, manager, NOW, sitter(slot).member_id, first=date(2026, 11, 26), last=date(2026, 11, 26))
    given = {"slot_id": slot.id, "version": slot.version, "day": date(2026, 11, 26), "room_id": slot.room_id}
    times = {"starts": slot.starts, "ends": slot.ends, "reason": "场地调整"}
    with pytest.raises(Objection, match="请假"):
        run(manager, move_slot, **given, **times)
    with pytest.raises(RuleBroken, match="时间和房间都没有改"):
        run(manager, move_slot, **(given | {"day": slot.day}), **times)
    run(manager, move_slot, **given, **times, override="本人同意")
    assert slots_in(hall, manager, plan_id)[0].note == "改时间"


def test_what_the_repair_proposes_can_be_carried_out_and_leaves_no_rule_broken(
    hall: Hall, run: Run, manager: Actor, plan_id: UUID
) -> None:
    """Two are ill on the day of their duty; each finding of the repair goes through the same rules again."""
    for at in (0, 1):
        duty = duty_at(hall, manager, plan_id, at)
        day = slots_in(hall, manager, plan_id)[at].day
        make_stand(hall, manager, NOW, duty.member_id, first=day, last=day)
    problem = hall.read(problem_of, manager.centre_id, plan_id, NOW)
    published = sittings_of(slots_in(hall, manager, plan_id))
    found = repair(problem, published, date(2026, 11, 17))
    assert found.proved
    assert len(found.changes) >= 2
    steps = tuple(RepairStep(each.slot_id, each.need, each.before, each.after) for each in found.changes)
    version = version_of(hall, manager, plan_id)
    run(manager, apply_repair, plan_id=plan_id, version=version, steps=steps, reason="生病", proof=found.sentence)
    after = sittings_of(slots_in(hall, manager, plan_id))
    assert sorted((each.slot_id, each.seat_id) for each in after) == sorted(
        (each.slot_id, each.seat_id) for each in found.sittings
    )
    assert broken(hall.read(problem_of, manager.centre_id, plan_id, NOW), after) == ()
    assert hall.read(changes, manager.centre_id, plan_id)[0].proof == found.sentence
