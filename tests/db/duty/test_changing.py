"""Changes of a published plan: numbered, kept, checked against the rules, and on the wall anew."""

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select

from db.action import Actor
from db.duty.changes import change, changes
from db.duty.changing import leave, substitute, swap
from db.duty.editions import editions, posters
from db.duty.overriding import Objection
from db.duty.queries import seats
from db.duty.rules import Composition
from db.duty.states import ChangeKind, DutyState
from db.errors import RuleBroken, Stale
from db.journal.models import JournalEntry
from db.numbers.queries import counters
from db.session import Hall
from tests.conftest import NOW
from tests.db.duty.published import Crew, Run, cover, crew_of_six, duty_at, peer, published_plan, room_of_ten
from tests.factories.duty import make_crew, make_member, make_seat, make_stand
from tests.factories.duty_plans import make_published, sitter, slots_in, who

FIXTURES = (crew_of_six, room_of_ten, published_plan)
"""Found by pytest under the names crew, room and plan_id."""


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
