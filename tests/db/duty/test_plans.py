"""Plans: sessions from the rules, filled, by hand, undone, made anew when the rules change."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time
from typing import Any
from uuid import UUID

import pytest

from db.action import Actor
from db.duty.bodies import RuleFields, drop_rule, save_rule
from db.duty.drafting import draft_undo
from db.duty.expanding import plan_expand
from db.duty.moving import slot_skip, slot_time
from db.duty.overriding import Objection
from db.duty.placing import lock, lock_all, place, take_out
from db.duty.plan_queries import plans, sittings_of, undoable
from db.duty.plans import plan_archive, plan_drop, plan_edit, plan_fill, plan_new
from db.duty.queries import bodies, seats
from db.duty.rules import Composition, SeasonTime, Turn
from db.duty.solve.problem import Sitting
from db.duty.stands import save_pair
from db.duty.states import DutyState, PlanState
from db.errors import RuleBroken, Stale
from db.session import Hall
from tests.conftest import NOW
from tests.factories.calendar import make_calendar
from tests.factories.duty import KINDS, WEDNESDAYS, make_body, make_crew, make_stand
from tests.factories.duty_plans import (
    FIRST,
    LAST,
    PROOF,
    fill_plan,
    make_plan,
    make_published,
    row_of,
    sitter,
    slots_in,
    version_of,
    who,
)

Run = Callable[..., Any]


@pytest.fixture
def crew(hall: Hall, manager: Actor) -> tuple[UUID, tuple[UUID, ...]]:
    """Six members of three kinds, who sit in turn on Wednesdays."""
    return make_crew(hall, manager, NOW, rest=3)


@pytest.fixture
def plan_id(hall: Hall, manager: Actor, crew: tuple[UUID, tuple[UUID, ...]]) -> UUID:
    return make_plan(hall, manager, NOW, (crew[0],))


def test_a_plan_has_a_session_for_every_day_of_the_rules_and_kinds_take_turns(
    hall: Hall, manager: Actor, plan_id: UUID
) -> None:
    slots = slots_in(hall, manager, plan_id)
    assert [slot.day for slot in slots] == [date(2026, 11, 25), *(date(2026, 12, day) for day in (2, 9, 16, 23, 30))]
    assert [next(iter(slot.needs[0].kinds)) for slot in slots] == [*KINDS, *KINDS]
    row = row_of(hall, manager, plan_id)
    assert (row.state, row.sessions, row.places, row.filled, row.edition) == (PlanState.DRAFT, 6, 6, 0, 0)
    assert row.title == "2026年11月至12月“两代表一委员”工作室轮值表"


def test_a_skipped_day_is_kept_with_its_reason_and_the_next_plan_goes_on_with_the_kind_whose_turn_it_is(
    hall: Hall, run: Run, manager: Actor, centre_id: UUID, crew: tuple[UUID, tuple[UUID, ...]]
) -> None:
    make_calendar(hall, centre_id)
    rule = hall.read(bodies, centre_id)[0].rules[0]
    skipping = RuleFields(replace(WEDNESDAYS, on_holiday="skip"), rule.times, rule.composition)
    run(manager, save_rule, body_id=crew[0], fields=skipping, rule_id=rule.id, version=rule.version)
    made = run(manager, plan_new, body_ids=(crew[0],), first=date(2026, 9, 23), last=date(2026, 10, 14))
    assert (made.sessions, made.skipped) == (3, 1)  # 7 October 2026 is a holiday
    slots = slots_in(hall, manager, made.plan_id)
    assert [slot.cancelled for slot in slots] == ["", "", "遇节假日停一次", ""]
    later = make_plan(hall, manager, NOW, (crew[0],), date(2026, 10, 15), date(2026, 10, 31))
    assert next(iter(slots_in(hall, manager, later)[0].needs[0].kinds)) == KINDS[0]


def test_two_plans_never_have_the_same_body_on_the_same_days(
    hall: Hall, run: Run, manager: Actor, crew: tuple[UUID, tuple[UUID, ...]], plan_id: UUID
) -> None:
    with pytest.raises(RuleBroken, match=r"在“2026年11月至12月.*轮值表”（2026-11-25 至 2026-12-31，拟定）里已经排了"):
        run(manager, plan_new, body_ids=(crew[0],), first=LAST, last=LAST.replace(day=31))
    other, _ = make_crew(hall, manager, NOW, 3, name="公益律师", kinds=(), composition=Composition())
    run(manager, plan_new, body_ids=(other,), first=FIRST, last=LAST)


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        (LAST, FIRST, "截止日期不能早于开始日期"),
        (date(2026, 1, 1), date(2027, 6, 1), "最长一年"),
        (date(2026, 11, 26), date(2026, 11, 27), "没有一班"),
        (date(2027, 2, 1), date(2027, 2, 28), "2027 年历未发布"),
    ],
)
def test_days_that_cannot_be_are_refused(
    hall: Hall, run: Run, manager: Actor, crew: tuple[UUID, tuple[UUID, ...]], first: date, last: date, sentence: str
) -> None:
    make_calendar(hall, manager.centre_id)
    with pytest.raises(RuleBroken, match=sentence):
        run(manager, plan_new, body_ids=(crew[0],), first=first, last=last)
    assert hall.read(plans, manager.centre_id) == ()


def test_a_body_without_rules_is_named(hall: Hall, run: Run, manager: Actor) -> None:
    body = make_body(hall, manager, NOW, "法官")
    with pytest.raises(RuleBroken, match="“法官”还没有轮值规则"):
        run(manager, plan_new, body_ids=(body,), first=FIRST, last=LAST)


def test_solving_fills_the_draft_and_keeps_locked_places(
    hall: Hall, run: Run, manager: Actor, crew: tuple[UUID, tuple[UUID, ...]], plan_id: UUID
) -> None:
    slot = slots_in(hall, manager, plan_id)[0]
    placed = run(manager, place, slot_id=slot.id, version=slot.version, seat_id=crew[1][3])
    sittings = fill_plan(hall, manager, NOW, plan_id)
    slots = slots_in(hall, manager, plan_id)
    assert sitter(slots[0]).id == placed.duty_id
    assert sitter(slots[0]).locked
    assert sorted(sittings_of(slots)) == list(sittings)
    row = row_of(hall, manager, plan_id)
    assert (row.filled, row.proof) == (6, PROOF)
    without = tuple(each for each in sittings if each.slot_id != slot.id)
    run(manager, plan_fill, plan_id=plan_id, version=row.version, sittings=without, proof=PROOF)
    assert sitter(slots_in(hall, manager, plan_id)[0]).id == placed.duty_id
    again = slots_in(hall, manager, plan_id)
    assert [sitter(slot).id for slot in again] == [sitter(slot).id for slot in slots]  # what stays keeps its row


def test_what_the_solver_found_is_not_taken_when_the_plan_changed_meanwhile(
    hall: Hall, run: Run, manager: Actor, crew: tuple[UUID, tuple[UUID, ...]], plan_id: UUID
) -> None:
    begun = version_of(hall, manager, plan_id)
    slot = slots_in(hall, manager, plan_id)[0]
    run(manager, place, slot_id=slot.id, version=slot.version, seat_id=crew[1][0])
    with pytest.raises(Stale):
        run(manager, plan_fill, plan_id=plan_id, version=begun, sittings=(), proof=PROOF)


def test_what_the_solver_found_is_looked_at_once_more(
    hall: Hall, run: Run, manager: Actor, crew: tuple[UUID, tuple[UUID, ...]], plan_id: UUID
) -> None:
    slots = slots_in(hall, manager, plan_id)
    member = next(seat for seat in hall.read(seats, manager.centre_id) if seat.id == crew[1][1]).member_id
    make_stand(hall, manager, NOW, member)  # on 2 December, the second session
    wrong = (Sitting(slots[1].id, crew[1][1]),)
    given = {"plan_id": plan_id, "version": version_of(hall, manager, plan_id), "sittings": wrong, "proof": PROOF}
    with pytest.raises(Objection, match="请假"):
        run(manager, plan_fill, **given)
    assert row_of(hall, manager, plan_id).filled == 0
    run(manager, plan_fill, **given, override="本人同意到岗")
    kept = sitter(slots_in(hall, manager, plan_id)[1])
    assert (kept.locked, kept.reason) == (True, "本人同意到岗")  # so that nobody is asked again
    run(manager, draft_undo, plan_id=plan_id, version=version_of(hall, manager, plan_id))
    given["version"] = version_of(hall, manager, plan_id)
    for sittings, sentence in (
        ((Sitting(slots[0].id, crew[1][0]), Sitting(slots[0].id, crew[1][3])), "比需要的多"),
        ((Sitting(slots[0].id, crew[1][0], 1),), "没有这个位置"),
        ((Sitting(slots[0].id, crew[1][0]), Sitting(slots[0].id, crew[1][0])), "排了两次"),
        ((Sitting(plan_id, crew[1][0]),), "不属于这份轮值表"),
    ):
        with pytest.raises(RuleBroken, match=sentence):
            run(manager, plan_fill, **(given | {"sittings": sittings}))


def test_a_rule_broken_by_hand_is_told_and_can_be_overridden_with_a_reason(
    hall: Hall, run: Run, manager: Actor, crew: tuple[UUID, tuple[UUID, ...]], plan_id: UUID
) -> None:
    slot = slots_in(hall, manager, plan_id)[0]
    given = {"slot_id": slot.id, "version": slot.version, "seat_id": crew[1][1]}
    with pytest.raises(Objection, match="身份是人大代表，这一班需要党代表") as broken:
        run(manager, place, **given)
    assert len(broken.value.sentences) == 1
    run(manager, place, **given, override="街道统一安排")
    duty = sitter(slots_in(hall, manager, plan_id)[0])
    assert (duty.seat_id, duty.reason, duty.locked, duty.state) == (crew[1][1], "街道统一安排", True, DutyState.DRAFT)


def test_rest_is_looked_at_across_sessions(hall: Hall, run: Run, manager: Actor, centre_id: UUID) -> None:
    body, members = make_crew(hall, manager, NOW, 2, name="公益律师", kinds=(), rest=6, composition=Composition())
    plan_id = make_plan(hall, manager, NOW, (body,))
    one, other, *_ = slots_in(hall, manager, plan_id)
    run(manager, place, slot_id=one.id, version=one.version, seat_id=members[0])
    with pytest.raises(Objection, match="只隔 5 个工作日，要求至少 6 个"):
        run(manager, place, slot_id=other.id, version=other.version, seat_id=members[0])


def test_somebody_gives_way_when_another_is_put_in_their_place(
    hall: Hall, run: Run, manager: Actor, crew: tuple[UUID, tuple[UUID, ...]], plan_id: UUID
) -> None:
    fill_plan(hall, manager, NOW, plan_id)
    slot = slots_in(hall, manager, plan_id)[0]
    there = sitter(slot)
    other = crew[1][3] if there.seat_id == crew[1][0] else crew[1][0]
    given = {"slot_id": slot.id, "version": slot.version, "seat_id": other, "override": "本人要求"}
    with pytest.raises(RuleBroken, match="位置已满"):
        run(manager, place, **given)
    with pytest.raises(RuleBroken, match="已经在"):
        run(manager, place, **(given | {"seat_id": there.seat_id}))
    run(manager, place, **given, instead_of=there.id)
    changed = slots_in(hall, manager, plan_id)[0]
    assert [duty.seat_id for duty in changed.duties] == [other]
    assert row_of(hall, manager, plan_id).proof is None  # what was proved holds no more


def test_steps_by_hand_are_taken_back_one_after_another(
    hall: Hall, run: Run, manager: Actor, crew: tuple[UUID, tuple[UUID, ...]], plan_id: UUID
) -> None:
    states = [slots_in(hall, manager, plan_id)]
    sittings = fill_plan(hall, manager, NOW, plan_id)
    states.append(slots_in(hall, manager, plan_id))
    first = sitter(states[-1][0])
    run(manager, lock, duty_id=first.id, version=first.version, locked=True)
    states.append(slots_in(hall, manager, plan_id))
    second = sitter(states[-1][1])
    run(manager, take_out, duty_id=second.id, version=second.version)
    assert who(slots_in(hall, manager, plan_id)[1]) == []
    assert hall.read(undoable, manager.centre_id, plan_id).startswith("从12月2日（周三）09:00–11:00取下")
    for before in reversed(states):
        run(manager, draft_undo, plan_id=plan_id, version=version_of(hall, manager, plan_id))
        now = slots_in(hall, manager, plan_id)
        assert sittings_of(now) == sittings_of(before)
        assert [[duty.locked for duty in slot.duties] for slot in now] == [
            [duty.locked for duty in slot.duties] for slot in before
        ]
    assert len(sittings) == 6
    with pytest.raises(RuleBroken, match="没有可以撤销的操作"):
        run(manager, draft_undo, plan_id=plan_id, version=version_of(hall, manager, plan_id))


def test_taking_a_step_back_brings_what_was_proved_back(hall: Hall, run: Run, manager: Actor, plan_id: UUID) -> None:
    fill_plan(hall, manager, NOW, plan_id)
    duty = sitter(slots_in(hall, manager, plan_id)[0])
    run(manager, take_out, duty_id=duty.id, version=duty.version)
    assert row_of(hall, manager, plan_id).proof is None
    run(manager, draft_undo, plan_id=plan_id, version=version_of(hall, manager, plan_id))
    assert row_of(hall, manager, plan_id).proof == PROOF


def test_everything_is_locked_at_once(hall: Hall, run: Run, manager: Actor, plan_id: UUID) -> None:
    fill_plan(hall, manager, NOW, plan_id)
    assert run(manager, lock_all, plan_id=plan_id, version=version_of(hall, manager, plan_id), locked=True) == 6
    assert all(sitter(slot).locked for slot in slots_in(hall, manager, plan_id))


def test_a_draft_follows_its_rules_and_keeps_who_can_stay(
    hall: Hall, run: Run, manager: Actor, crew: tuple[UUID, tuple[UUID, ...]], plan_id: UUID
) -> None:
    fill_plan(hall, manager, NOW, plan_id)
    before = slots_in(hall, manager, plan_id)
    rule = hall.read(bodies, manager.centre_id)[0].rules[0]
    later = RuleFields(rule.pattern, (SeasonTime(time(14, 30), time(16, 30)),), rule.composition)
    run(manager, save_rule, body_id=crew[0], fields=later, rule_id=rule.id, version=rule.version)
    done = run(manager, plan_expand, plan_id=plan_id, version=version_of(hall, manager, plan_id))
    assert (done.added, done.removed, done.kept, done.lost) == (0, 0, 6, 0)
    after = slots_in(hall, manager, plan_id)
    assert [slot.starts for slot in after] == [time(14, 30)] * 6
    assert sittings_of(after) == sittings_of(before)


def test_a_draft_loses_sessions_whose_rule_is_gone_and_gains_those_of_new_ones(
    hall: Hall, run: Run, manager: Actor, crew: tuple[UUID, tuple[UUID, ...]], plan_id: UUID
) -> None:
    fill_plan(hall, manager, NOW, plan_id)
    rule = hall.read(bodies, manager.centre_id)[0].rules[0]
    thursdays = RuleFields(replace(rule.pattern, weekdays=(3,)), rule.times, Composition(Turn.ANYBODY, 1))
    run(manager, save_rule, body_id=crew[0], fields=thursdays)
    run(manager, drop_rule, rule_id=rule.id, version=rule.version)
    done = run(manager, plan_expand, plan_id=plan_id, version=version_of(hall, manager, plan_id))
    assert (done.added, done.removed, done.kept, done.lost) == (6, 6, 0, 6)
    assert {slot.day.weekday() for slot in slots_in(hall, manager, plan_id)} == {3}
    assert row_of(hall, manager, plan_id).proof is None


def test_who_is_of_another_kind_than_the_rule_now_asks_leaves(
    hall: Hall, run: Run, manager: Actor, crew: tuple[UUID, tuple[UUID, ...]], plan_id: UUID
) -> None:
    fill_plan(hall, manager, NOW, plan_id)
    rule = hall.read(bodies, manager.centre_id)[0].rules[0]
    party = RuleFields(rule.pattern, rule.times, Composition(Turn.ANYBODY, 1, (KINDS[0],)))
    run(manager, save_rule, body_id=crew[0], fields=party, rule_id=rule.id, version=rule.version)
    done = run(manager, plan_expand, plan_id=plan_id, version=version_of(hall, manager, plan_id))
    assert (done.kept, done.lost) == (6, 4)
    assert [len(slot.duties) for slot in slots_in(hall, manager, plan_id)] == [1, 0, 0, 1, 0, 0]


def test_a_draft_can_be_thrown_away_and_a_published_plan_cannot(
    hall: Hall, run: Run, manager: Actor, crew: tuple[UUID, tuple[UUID, ...]], plan_id: UUID
) -> None:
    fill_plan(hall, manager, NOW, plan_id)
    run(manager, plan_drop, plan_id=plan_id, version=version_of(hall, manager, plan_id))
    assert hall.read(plans, manager.centre_id) == ()
    published = make_published(hall, manager, NOW, (crew[0],))
    with pytest.raises(RuleBroken, match="现在是“已公示”，不能删除"):
        run(manager, plan_drop, plan_id=published, version=version_of(hall, manager, published))
    slot = slots_in(hall, manager, published)[0]
    with pytest.raises(RuleBroken, match="已公示的请用调班、替班"):
        run(manager, place, slot_id=slot.id, version=slot.version, seat_id=crew[1][0])


def test_a_plan_is_put_away_when_its_days_are_over(
    hall: Hall, run: Run, manager: Actor, crew: tuple[UUID, tuple[UUID, ...]]
) -> None:
    plan_id = make_published(hall, manager, NOW, (crew[0],))
    with pytest.raises(RuleBroken, match="到 12月30日还有班次"):
        run(manager, plan_archive, plan_id=plan_id, version=version_of(hall, manager, plan_id))
    after = NOW.replace(year=2027, month=1)
    run(manager, plan_archive, plan_id=plan_id, version=version_of(hall, manager, plan_id), at=after)
    assert hall.read(plans, manager.centre_id) == ()
    assert [row.id for row in hall.read(plans, manager.centre_id, archived=True)] == [plan_id]


def test_a_plan_gets_another_title_and_the_second_editor_is_told(
    hall: Hall, run: Run, manager: Actor, plan_id: UUID
) -> None:
    version = version_of(hall, manager, plan_id)
    run(manager, plan_edit, plan_id=plan_id, version=version, title="年末轮值表")
    assert row_of(hall, manager, plan_id).title == "年末轮值表"
    with pytest.raises(Stale):
        run(manager, plan_edit, plan_id=plan_id, version=version, title="岁末轮值表")


def test_what_a_person_moved_or_called_off_stays_so_when_the_rules_change(
    hall: Hall, run: Run, manager: Actor, crew: tuple[UUID, tuple[UUID, ...]], plan_id: UUID
) -> None:
    first, second, *_ = slots_in(hall, manager, plan_id)
    run(manager, slot_skip, slot_id=first.id, version=first.version, reason="换届选举")
    there = {"day": date(2026, 12, 3), "starts": time(15), "ends": time(17), "room_id": None}
    run(manager, slot_time, slot_id=second.id, version=second.version, **there)
    rule = hall.read(bodies, manager.centre_id)[0].rules[0]
    later = RuleFields(rule.pattern, (SeasonTime(time(14, 30), time(16, 30)),), rule.composition)
    run(manager, save_rule, body_id=crew[0], fields=later, rule_id=rule.id, version=rule.version)
    run(manager, plan_expand, plan_id=plan_id, version=version_of(hall, manager, plan_id))
    after = {slot.id: slot for slot in slots_in(hall, manager, plan_id)}
    assert after[first.id].cancelled == "换届选举"
    assert (after[second.id].day, after[second.id].starts) == (date(2026, 12, 3), time(15))
    assert {slot.starts for slot in after.values() if slot.id != second.id} == {time(14, 30)}
    now = after[first.id]
    run(manager, slot_skip, slot_id=now.id, version=now.version, reason="")
    assert {slot.id: slot.cancelled for slot in slots_in(hall, manager, plan_id)}[first.id] == ""


def test_of_two_who_go_together_the_first_is_put_in_without_a_question(hall: Hall, run: Run, manager: Actor) -> None:
    body, members = make_crew(hall, manager, NOW, 3, name="律师", kinds=(), composition=Composition(people=2))
    known = {seat.id: seat.member_id for seat in hall.read(seats, manager.centre_id)}
    run(manager, save_pair, body_id=body, one_id=known[members[0]], other_id=known[members[1]], together=True)
    plan_id = make_plan(hall, manager, NOW, (body,))
    slot = slots_in(hall, manager, plan_id)[0]
    run(manager, place, slot_id=slot.id, version=slot.version, seat_id=members[0])
    other = slots_in(hall, manager, plan_id)[1]
    run(manager, place, slot_id=other.id, version=other.version, seat_id=members[2])
    other = slots_in(hall, manager, plan_id)[1]
    with pytest.raises(Objection, match="须与"):  # no place is left for the other of the two
        run(manager, place, slot_id=other.id, version=other.version, seat_id=members[0])
    slot = slots_in(hall, manager, plan_id)[0]
    run(manager, place, slot_id=slot.id, version=slot.version, seat_id=members[1])
    assert len(who(slots_in(hall, manager, plan_id)[0])) == 2
