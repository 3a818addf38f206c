"""Changes of a published plan: numbered, kept, on the wall anew, and taken back when nothing has built on them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from db.action import Actor
from db.duty.building import problem_of
from db.duty.changes import change, changes
from db.duty.changing import leave, substitute, swap
from db.duty.editions import editions, posters
from db.duty.models import DutyStand
from db.duty.moving import cancel_slot, move_slot
from db.duty.overriding import Objection
from db.duty.plan_queries import sittings_of
from db.duty.plan_queries import slot as slot_query
from db.duty.queries import seats
from db.duty.repairing import RepairStep, apply_repair
from db.duty.rows import DutyRow, SlotRow
from db.duty.rules import Composition
from db.duty.solve.broken import broken
from db.duty.solve.repair import repair
from db.duty.states import ChangeKind, DutyState
from db.duty.undoing import undo_change
from db.errors import RuleBroken, Stale
from db.journal.models import JournalEntry
from db.numbers.queries import counters
from db.rooms import bookings
from db.rooms.models import Occupancy
from db.session import Hall
from tests.conftest import NOW
from tests.factories.duty import make_crew, make_member, make_seat, make_stand
from tests.factories.duty_plans import make_published, sitter, slots_in, version_of, who
from tests.factories.rooms import make_borrower, make_room

Run = Callable[..., Any]
Crew = tuple[UUID, tuple[UUID, ...]]


@pytest.fixture
def crew(hall: Hall, manager: Actor) -> Crew:
    """Six members: of each kind two. In a plan of six sessions everybody sits once."""
    return make_crew(hall, manager, NOW)


@pytest.fixture
def room(hall: Hall, manager: Actor) -> UUID:
    return make_room(hall, manager, NOW, capacity=10)


@pytest.fixture
def plan_id(hall: Hall, manager: Actor, crew: Crew, room: UUID) -> UUID:
    return make_published(hall, manager, NOW, (crew[0],))


def duty_at(hall: Hall, manager: Actor, plan_id: UUID, at: int) -> DutyRow:
    return sitter(slots_in(hall, manager, plan_id)[at])


def peer(hall: Hall, manager: Actor, duty: DutyRow) -> UUID:
    """The other seat of the same kind."""
    return next(
        seat.id for seat in hall.read(seats, manager.centre_id) if seat.kind == duty.kind and seat.id != duty.seat_id
    )


def cover(run: Run, hall: Hall, manager: Actor, plan_id: UUID, at: int = 0, **more: Any) -> Any:
    duty = duty_at(hall, manager, plan_id, at)
    given = {"seat_id": peer(hall, manager, duty), "reason": "因病请假", **more}
    return run(manager, substitute, duty_id=duty.id, version=duty.version, **given)


def everything(slots: tuple[SlotRow, ...]) -> list[Any]:
    """All that an undo must bring back."""
    return [
        (slot.day, slot.starts, slot.ends, slot.room_id, slot.cancelled, slot.note, sorted(who(slot))) for slot in slots
    ]


def spans(hall: Hall) -> list[Any]:
    return hall.read(
        lambda session: [tuple(row) for row in session.execute(select(Occupancy.part_id, Occupancy.starts).order_by(Occupancy.starts))]
    )  # fmt: skip


def test_who_covers_is_on_the_wall_and_who_is_covered_stays_in_the_books(
    hall: Hall, run: Run, manager: Actor, plan_id: UUID
) -> None:
    before = duty_at(hall, manager, plan_id, 0)
    done = cover(run, hall, manager, plan_id)
    assert (done.number, done.edition) == ("2026-0001", 2)
    slot = slots_in(hall, manager, plan_id)[0]
    assert [(duty.state, duty.covers_name) for duty in slot.duties] == [
        (DutyState.COVERING, before.member_name),
        (DutyState.ON_LEAVE, ""),
    ]
    assert slot.duties[1].id == before.id
    assert slot.duties[1].reason == "因病请假"
    assert slot.sequence == 1
    row = hall.read(changes, manager.centre_id, plan_id)[0]
    assert (row.kind, row.number, row.reason, row.undone) == (ChangeKind.LEAVE, "2026-0001", "因病请假", False)
    line = row.lines[0]
    assert (line.before, line.after) == (before.member_name, slot.duties[0].member_name)
    assert (line.day, line.room_name) == (date(2026, 11, 25), "多功能室201")


def test_an_edition_renews_only_the_month_that_changed_and_the_older_stays_readable(
    hall: Hall, run: Run, manager: Actor, plan_id: UUID
) -> None:
    was = duty_at(hall, manager, plan_id, 0).member_name
    cover(run, hall, manager, plan_id)
    rows = hall.read(editions, manager.centre_id, plan_id)
    assert [(row.edition, row.months) for row in rows] == [
        (2, (date(2026, 11, 1),)),
        (1, (date(2026, 11, 1), date(2026, 12, 1))),
    ]
    now = hall.read(posters, manager.centre_id, plan_id, 2)
    assert [sheet.edition for sheet in now] == [2, 1]
    assert "替" in now[0].lines[0].note
    assert hall.read(posters, manager.centre_id, plan_id, 1)[0].lines[0].members == was


def test_a_cover_is_checked_against_the_rules_and_can_be_overridden(
    hall: Hall, run: Run, manager: Actor, crew: Crew, plan_id: UUID
) -> None:
    duty = duty_at(hall, manager, plan_id, 0)
    wrong = next(seat for seat in hall.read(seats, manager.centre_id) if seat.kind != duty.kind)
    with pytest.raises(Objection, match="身份是"):
        cover(run, hall, manager, plan_id, seat_id=wrong.id)
    cover(run, hall, manager, plan_id, seat_id=wrong.id, override="街道同意")
    assert duty_at(hall, manager, plan_id, 0).reason == "街道同意"


def test_nobody_covers_twice_for_the_same_duty_and_a_cover_can_be_covered(
    hall: Hall, run: Run, manager: Actor, crew: Crew, plan_id: UUID
) -> None:
    first = duty_at(hall, manager, plan_id, 0)
    cover(run, hall, manager, plan_id)
    left = next(duty for duty in slots_in(hall, manager, plan_id)[0].duties if duty.id == first.id)
    given = {"duty_id": left.id, "version": left.version, "seat_id": crew[1][1], "reason": "再换", "override": "急"}
    with pytest.raises(RuleBroken, match="替班，要换人请在替班人上操作"):
        run(manager, substitute, **given)
    second = duty_at(hall, manager, plan_id, 0)
    run(manager, substitute, **(given | {"duty_id": second.id, "version": second.version}))
    slot = slots_in(hall, manager, plan_id)[0]
    assert [duty.state for duty in slot.duties].count(DutyState.ON_LEAVE) == 2
    assert sitter(slot).covers_name == second.member_name


def test_changes_are_numbered_without_gaps_also_after_a_refusal(
    hall: Hall, run: Run, manager: Actor, plan_id: UUID
) -> None:
    cover(run, hall, manager, plan_id)
    with pytest.raises(RuleBroken, match="请填写请假替班的原因"):
        cover(run, hall, manager, plan_id, 1, reason=" ")
    assert cover(run, hall, manager, plan_id, 1, override="急").number == "2026-0002"
    assert hall.read(counters, manager.centre_id, "duty_change/") == {"duty_change/2026": 2}


def test_two_people_change_places_and_every_rule_is_looked_at(
    hall: Hall, run: Run, manager: Actor, plan_id: UUID
) -> None:
    one, other, third = (duty_at(hall, manager, plan_id, at) for at in (0, 3, 1))
    assert one.kind == other.kind
    given = {"duty_id": one.id, "version": one.version, "reason": "两人商定"}
    with pytest.raises(Objection, match="身份是"):
        run(manager, swap, **given, other_id=third.id, other_version=third.version)
    with pytest.raises(Stale):
        run(manager, swap, **given, other_id=other.id, other_version=9)
    run(manager, swap, **given, other_id=other.id, other_version=other.version)
    slots = slots_in(hall, manager, plan_id)
    assert [who(slots[at]) for at in (0, 3)] == [[other.member_name], [one.member_name]]
    assert [sitter(slots[at]).state for at in (0, 3)] == [DutyState.SWAPPED] * 2
    assert [slots[at].duties[1].state for at in (0, 3)] == [DutyState.REPLACED] * 2
    lines = hall.read(changes, manager.centre_id, plan_id)[0].lines
    assert [(line.before, line.after) for line in lines] == [
        (one.member_name, other.member_name),
        (other.member_name, one.member_name),
    ]


def test_a_swap_that_breaks_leave_is_told(hall: Hall, run: Run, manager: Actor, plan_id: UUID) -> None:
    one, other = (duty_at(hall, manager, plan_id, at) for at in (0, 3))
    make_stand(hall, manager, NOW, other.member_id, first=date(2026, 11, 25), last=date(2026, 11, 25))
    with pytest.raises(Objection, match="请假"):
        run(
            manager, swap, duty_id=one.id, version=one.version, other_id=other.id, other_version=other.version,
            reason="两人商定",
        )  # fmt: skip


def test_leave_opens_the_duties_it_hits_and_a_cover_closes_them(
    hall: Hall, run: Run, manager: Actor, clerk: Actor, plan_id: UUID
) -> None:
    duty = duty_at(hall, manager, plan_id, 1)
    days = {"first": date(2026, 12, 1), "last": date(2026, 12, 5)}
    entered = run(clerk, leave, member_id=duty.member_id, why="住院", **days)
    assert (entered.hit, entered.drafts, len(entered.changes)) == ((duty.id,), 0, 1)
    slot = slots_in(hall, manager, plan_id)[1]
    assert (who(slot), slot.duties[0].state) == ([], DutyState.ON_LEAVE)
    row = hall.read(change, manager.centre_id, entered.changes[0])
    assert row is not None
    assert (row.lines[0].before, row.lines[0].after) == (duty.member_name, "（请假，待安排）")
    left = slot.duties[0]
    run(manager, substitute, duty_id=left.id, version=left.version, seat_id=peer(hall, manager, duty), reason="住院")
    assert len(who(slots_in(hall, manager, plan_id)[1])) == 1


def test_leave_that_hits_nothing_makes_no_change(hall: Hall, run: Run, manager: Actor, plan_id: UUID) -> None:
    member = make_member(hall, manager, NOW, "新来的")
    days = {"first": date(2026, 12, 1), "last": date(2026, 12, 5)}
    entered = run(manager, leave, member_id=member, why="出差", **days)
    assert (entered.hit, entered.changes) == ((), ())
    assert hall.read(changes, manager.centre_id) == ()


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
    assert line.before == "11月25日 09:00–11:00 多功能室201"
    assert line.after == "11月25日 14:30–16:30 多功能室201"
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


def make_change(run: Run, hall: Hall, manager: Actor, plan_id: UUID, kind: str) -> UUID:
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


def test_a_clerk_cannot_change_a_plan_and_changes_are_in_the_journal(
    hall: Hall, run: Run, manager: Actor, clerk: Actor, plan_id: UUID
) -> None:
    with pytest.raises(Exception, match="没有这项操作的权限"):
        cover(run, hall, clerk, plan_id)
    done = cover(run, hall, manager, plan_id)
    entry = hall.read(
        lambda session: session.scalars(select(JournalEntry).where(JournalEntry.tag == "duty.substitute")).one()
    )
    assert entry.subject_id == done.change_id
    assert "2026-0001" in entry.facts
    assert "号" not in entry.facts


def test_two_who_sit_in_both_bodies_change_places_across_them(hall: Hall, run: Run, manager: Actor) -> None:
    one, ones = make_crew(hall, manager, NOW, 1, name="律师", kinds=(), composition=Composition())
    other, others = make_crew(hall, manager, NOW, 1, name="法官", kinds=(), composition=Composition())
    known = {seat.id: seat for seat in hall.read(seats, manager.centre_id)}
    lawyer, judge = known[ones[0]], known[others[0]]
    plan_id = make_published(hall, manager, NOW, (one, other), first=date(2026, 11, 25), last=date(2026, 12, 2))
    slots = slots_in(hall, manager, plan_id)
    mine = sitter(next(slot for slot in slots if slot.body_id == one and slot.day == date(2026, 11, 25)))
    theirs = sitter(next(slot for slot in slots if slot.body_id == other and slot.day == date(2026, 12, 2)))
    given = {"duty_id": mine.id, "version": mine.version, "other_id": theirs.id, "other_version": theirs.version}
    with pytest.raises(RuleBroken, match="不是11月25日（周三）09:00–11:00这一班的单位人员，不能对调"):
        run(manager, swap, **given, reason="商定")
    as_lawyer = make_seat(hall, manager, NOW, judge.member_id, one)
    as_judge = make_seat(hall, manager, NOW, lawyer.member_id, other)
    with pytest.raises(Objection, match="已在"):  # both sit on both days: two places at once
        run(manager, swap, **given, reason="商定")
    run(manager, swap, **given, reason="商定", override="两人分头去")
    after = {slot.id: sitter(slot).seat_id for slot in slots_in(hall, manager, plan_id)}
    assert (after[mine.slot_id], after[theirs.slot_id]) == (as_lawyer, as_judge)


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
