"""The least loaded first: a roster without a solver, where ortools has no wheel. It obeys the hard rules and proves nothing."""

from db.duty.solve.explain import explain
from db.duty.solve.grid import Grid
from db.duty.solve.measure import empty_places, rest_of, spread_of, wishes_of
from db.duty.solve.outcome import Impossible, Outcome, Planned, Settings
from db.duty.solve.problem import Method, Plan, Problem, Proof
from db.duty.solve.seating import Seating

STEPS = 400
"""How many places that stayed empty are looked at for a move of somebody else."""


def greedy(problem: Problem, settings: Settings) -> Outcome:
    """A plan by the rule of thumb; Impossible only where the explanation proves that there is none.

    A place that the rule of thumb cannot fill stays empty and is counted in `Proof.unfilled`.
    """
    grid = Grid(problem)
    seating = seat_least_loaded(grid)
    unfilled = empty_places(grid, seating.sittings())
    if unfilled and not settings.holes:
        explanation = explain(problem)
        if explanation.sentences:
            return Impossible(explanation)
    sittings = seating.sittings()
    kept, spoken = wishes_of(grid, sittings)
    spread = spread_of(grid, sittings)
    proof = Proof(
        method=Method.GREEDY,
        covered=unfilled == 0,
        fair=False,
        spread=spread,
        spread_bound=0,
        rest=rest_of(grid, sittings),
        wishes_kept=kept,
        wishes_all=spoken,
        wishes_bound=spoken,
        unfilled=unfilled,
    )
    return Planned(Plan(sittings, proof))


def seat_least_loaded(grid: Grid, seating: Seating | None = None) -> Seating:
    """Fill the empty places in their order, by whoever has the fewest duties, and among those by whoever rested longest."""
    seating = seating or Seating(grid)
    for slot in range(len(grid.slots)):
        _fill(seating, slot)
    for slot in [slot for slot in range(len(grid.slots)) if seating.free(slot)][:STEPS]:
        while seating.free(slot) and _make_room(seating, slot):
            pass
    return seating


def _fill(seating: Seating, slot: int) -> None:
    while seating.free(slot):
        able = [seat for seat in seating.grid.options[slot] if seating.may_join(slot, seat)]
        if not able:
            return
        seating.join(slot, min(able, key=lambda seat: _burden(seating, slot, seat)))


def _burden(seating: Seating, slot: int, seat: int) -> tuple[int, bool, int, int]:
    grid = seating.grid
    day = grid.workday[slot]
    since = [day - grid.workday[other] for other in seating.duties[grid.person[seat]] if grid.workday[other] <= day]
    since += [day - bound.workday for bound in grid.standing[grid.person[seat]] if bound.workday <= day]
    return seating.count[seat], grid.wish(slot, seat) is False, -min(since, default=day), seat


def _make_room(seating: Seating, slot: int) -> bool:
    """Bring somebody to a slot that nobody can take, by giving one of their duties to somebody else."""
    grid = seating.grid
    for seat in sorted(grid.options[slot], key=lambda seat: (seating.count[seat], seat)):
        if seat in seating.sits[slot] or len(seating.party(seat)) > 1:
            continue
        for other in list(seating.duties[grid.person[seat]]):
            holder = next(one for one in grid.seats_of[grid.person[seat]] if one in seating.sits[other])
            if (other, holder) in seating.is_fixed or len(seating.party(holder)) > 1:
                continue
            need = seating.sits[other][holder]
            seating.take(other, holder)
            heirs = [heir for heir in grid.options[other] if heir != holder and seating.may_join(other, heir)]
            if heirs and seating.may_join(slot, seat):
                seating.join(slot, seat)
                heirs = [heir for heir in heirs if seating.may_join(other, heir)]
                if heirs:
                    seating.join(other, min(heirs, key=lambda heir: _burden(seating, other, heir)))
                    return True
                seating.leave(slot, seat)
            seating.place(other, holder, need)
    return False
