"""What the search cannot prove the solver does: the fewest empty places, then the fewest changes, held against every plan."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from db.duty.solve.broken import broken
from db.duty.solve.cover import fill
from db.duty.solve.facts import Facts
from db.duty.solve.ground import Ground
from db.duty.solve.mend import mend
from db.duty.solve.problem import Fixed, Problem, Sitting, Stand, Time, Want
from db.duty.solve.repair import mended, repair, standing
from db.duty.solve.run import SOLVER
from db.duty.solve.search import Search
from db.duty.solve.thorough import thorough_repair
from tests.benchmarks.duty_instances import Hall, hall
from tests.db.duty.solve.small import FIRST, away, complaints, every_plan, places, plans, problems
from tests.db.duty.solve.test_repair import differing, past_fixed

FEW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@FEW
@given(problems(), st.data())
def test_nobody_mends_with_fewer_empty_places_or_fewer_changes(problem: Problem, data: st.DataObject) -> None:
    published = data.draw(plans(problem))
    since = FIRST + timedelta(data.draw(st.sampled_from([0, 0, 1, 2])))
    names = [problem.names[each.person_id] for each in problem.seats]
    ill = data.draw(st.lists(st.sampled_from([(name, at) for name in names for at in (0, 1, 2, 3, 7)]), max_size=3))
    now = replace(problem, stands=(*problem.stands, *(away(name, FIRST + timedelta(at)) for name, at in ill)))
    assume(not broken(now, standing(now, published, since)))
    found = mend(now, published, since, (), Search(lambda progress: None))
    assert found is not None
    assert found.proved
    made = mended(now, published, since, found.sittings, found.proved)
    asked = past_fixed(now, published, since)
    assert complaints(asked, made.sittings) == []
    best = min((places(asked) - len(plan), differing(asked, published, plan)) for plan in every_plan(asked, holes=True))
    assert (places(asked) - len(made.sittings), differing(now, published, made.sittings)) == best
    assert (len(made.open), len(made.changes), made.bound, made.proved) == (*best, best[1], True)


def many_ill() -> tuple[Problem, tuple[Sitting, ...], date]:
    """Two bodies over two months with a rest of eight days, and ten of fifty people ill for two weeks from the same day on."""
    problem = hall(Hall(people=50, dual=4, bodies=2), date(2026, 3, 1), date(2026, 4, 29))
    problem = replace(problem, bodies=tuple(replace(body, rest=8) for body in problem.bodies))
    ground = Ground(Facts(problem))
    fill(ground)
    people = sorted({seat.person_id for seat in problem.seats})[::5]
    sick = tuple(Stand(each, Want.CANNOT, Time(date(2026, 3, 16), date(2026, 3, 29)), "病假") for each in people)
    return replace(problem, stands=(*problem.stands, *sick)), ground.sittings(), date(2026, 3, 10)


def test_ten_ill_at_once_are_covered_and_it_is_proved_that_fewer_changes_do_not_do() -> None:
    now, published, since = many_ill()
    quick, made = repair(now, published, since), thorough_repair(now, published, since)
    assert not quick.proved
    assert made.proved
    assert (len(made.open), made.bound) == (0, len(made.changes))
    assert len(made.open) < len(quick.open)
    assert broken(now, made.sittings) == ()
    slots = {slot.id: slot for slot in now.slots}
    before = {each for each in published if slots[each.slot_id].day < since}
    assert before == {each for each in made.sittings if slots[each.slot_id].day < since}
    assert differing(now, published, made.sittings) == len(made.changes)
    assert "已证明不能更少" in made.sentence


def test_without_a_solver_the_search_has_the_last_word(monkeypatch: pytest.MonkeyPatch) -> None:
    now, published, since = many_ill()
    monkeypatch.setenv(SOLVER, "greedy")
    assert thorough_repair(now, published, since) == repair(now, published, since)


def test_a_locked_place_is_not_moved_to_cover_another() -> None:
    now, published, since = many_ill()
    slots = {slot.id: slot for slot in now.slots}
    away_now = {each.person_id for each in now.stands if each.why == "病假"}
    seats = {seat.id: seat for seat in now.seats}
    ahead = [s for s in published if slots[s.slot_id].day >= since and seats[s.seat_id].person_id not in away_now]
    locked = replace(now, fixed=tuple(Fixed(each.slot_id, each.seat_id) for each in ahead[::3]))
    found = mend(locked, published, since, (), Search(lambda progress: None))
    assert found is not None
    assert set(ahead[::3]) <= set(found.sittings)
