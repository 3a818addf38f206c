"""Give up a little of a limit of the bodies with empty places: a shorter rest, a month with more duties.

Each value is tried by filling everything under it; the least that is found enough is offered.
"""

from collections.abc import Iterator
from uuid import UUID

from db.duty.solve.cover import chain, fill
from db.duty.solve.exact import Found, exhaust
from db.duty.solve.ground import EMPTY, Ground
from db.duty.solve.relax import Give, Relaxation, Step

LOOKED_ANEW = 20_000
"""How often somebody is looked at when a small problem is filled anew under another limit."""
MOST_MORE = 12
"""How far a month goes up in search of a value that is enough."""
MOST_RAISED = 1_000
"""Bodies times places; in larger problems all bodies are offered the same rest."""
TRIES_ANEW = 5_000
"""How many moves are looked at in filling everything anew under another limit."""
REST_DOWN, MONTH_UP = 8, 15
"""What a working day of rest less costs, and a duty a month more."""


def _bodies(ground: Ground) -> list[UUID]:
    """The bodies with empty places, by name."""
    found = {ground.slots[ground.place_slot[place]].body_id for place in ground.holes()}
    return sorted(found, key=lambda body: (ground.facts.body_name(body), body))


def rests(ground: Ground) -> Iterator[Relaxation]:
    """The rest of the bodies with empty places goes down together, to the greatest found that is enough."""
    bodies = [body for body in _bodies(ground) if ground.facts.body(body).rest > 1]
    own = {body: limits.rest for body, limits in ground.facts.limits.items()}
    best = 0
    low, high = 1, max((own[body] for body in bodies), default=0) - 1
    before, plan = list(ground.held), list(ground.held)
    while low <= high:
        rest = (low + high + 1) // 2
        ground.set_rests({**own, **{body: min(rest, own[body]) for body in bodies}})
        if refill(ground, before):
            low, best, plan = rest + 1, rest, list(ground.held)
        else:
            high = rest - 1
    if best:
        kept = _raised(ground, own, {body: min(best, own[body]) for body in bodies}, before, plan)
        said = "；".join(
            f"“{ground.facts.body_name(body)}”两班之间的间隔从 {own[body]} 个工作日降到 {rest} 个"
            for body, rest in kept.items()
            if own[body] > rest
        )
        steps = tuple(Step(Give.REST, body, number=rest) for body, rest in kept.items() if own[body] > rest)
        cost = sum(REST_DOWN * (own[body] - rest) for body, rest in kept.items())
    ground.set_rests(own)
    if best:
        yield Relaxation(said, cost, steps)


def _raised(
    ground: Ground, own: dict[UUID, int], rests: dict[UUID, int], before: list[int], plan: list[int]
) -> dict[UUID, int]:
    """Each body's rest alone as high as is still found enough, one after the other; the ground then holds such a plan."""
    small = len(rests) > 1 and len(rests) * len(ground.held) <= MOST_RAISED
    for body in rests if small else ():
        low, high = rests[body] + 1, own[body]
        while low <= high:
            rest = (low + high + 1) // 2
            ground.set_rests({**own, **rests, body: rest})
            if refill(ground, before):
                rests, plan, low = {**rests, body: rest}, list(ground.held), rest + 1
            else:
                high = rest - 1
    ground.restore(plan)
    return rests


def months(ground: Ground) -> Iterator[Relaxation]:
    """The most a month of the bodies with empty places goes up, by the least found that is enough."""
    bodies = [body for body in _bodies(ground) if ground.facts.body(body).most_a_month]
    before, most, enough = list(ground.held), list(ground.most), 0
    if bodies and _filled_with(ground, most, bodies, MOST_MORE, before):
        enough = next(more for more in range(1, MOST_MORE + 1) if _filled_with(ground, most, bodies, more, before))
    ground.most = most
    if enough:
        limits = {body: ground.facts.body(body).most_a_month for body in bodies}
        said = "；".join(
            f"“{ground.facts.body_name(body)}”每人每月上限从 {limit} 次提高到 {limit + enough} 次"
            for body, limit in limits.items()
        )
        steps = tuple(Step(Give.MONTH, body, number=limit + enough) for body, limit in limits.items())
        yield Relaxation(said, MONTH_UP * enough * len(bodies), steps)


def _filled_with(ground: Ground, most: list[int], bodies: list[UUID], more: int, before: list[int]) -> bool:
    """Whether everything can be filled with so many duties a month more in these bodies."""
    ground.most = [
        limit + more if seat.body_id in bodies else limit for limit, seat in zip(most, ground.seats, strict=True)
    ]
    return refill(ground, before)


def refill(ground: Ground, before: list[int]) -> bool:
    """Whether all places can be filled under the limits the ground has now: from the plan `before`, or all anew."""
    ground.restore(before)
    for place in ground.holes():
        if ground.held[place] == EMPTY and not _moved(ground, place):
            ground.clear()
            return not fill(ground, tries=TRIES_ANEW) or exhaust(ground, steps=LOOKED_ANEW) is Found.PLAN
    return True


def _moved(ground: Ground, place: int) -> bool:
    chain(ground, place)
    return ground.held[place] != EMPTY
