"""The cheapest things that could be given up, found on a plan that fills all it can: each one leaves a whole plan behind.

Every choice is found by making it on the ground and filling what was empty, so that it is known to be enough: somebody who
comes in spite of a rule is put in the place (or in one that the empty place can be moved to, by somebody moving over); a
rest, a month or a year that goes down or up is tried step by step, and the first that is enough is offered.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from db.duty.solve.cover import chain, gives_up, in_year, lacking, partners
from db.duty.solve.facts import fits
from db.duty.solve.ground import EMPTY, Ground
from db.duty.solve.problem import Seat, Slot
from db.duty.solve.relax import Give, Relaxation, Step
from db.duty.solve.why import Rule, alone, collide, leave_words
from db.duty.solve.words import day_words, half_words

MOST = 6
"""How many choices are offered."""
MOVES = 2
"""How many people may move over to bring the empty place to somebody who could come."""
LOOKED = 600
"""How many moves are looked at around one empty place."""
STEPS = 12
"""How far a rest goes down, or a month up, in search of a value that is enough."""

COSTS = {Rule.BANNED: 20, Rule.REST: 25, Rule.PAIR: 30, Rule.LEAVE: 40, Rule.TERM: 60, Rule.KIND: 35}
"""What it costs that somebody comes in spite of a rule; only the order of the choices depends on it."""
REST_DOWN, MONTH_UP, YEAR_DOWN, ONE_LESS, NOBODY = 8, 15, 30, 60, 100
"""What a working day of rest less, a duty a month more, a duty a year less, one person less and an empty slot cost."""


@dataclass(frozen=True, slots=True)
class Option:
    """One way to fill one empty place: the moves that bring it there, who comes, and what that breaks."""

    cost: int
    sentence: str
    steps: tuple[Step, ...]
    moves: tuple[tuple[int, int], ...]  # place -> place: who sits in the first moves to the second
    place: int
    seat: int  # EMPTY: the place stays empty


def choices(ground: Ground) -> tuple[Relaxation, ...]:
    """The cheapest choices for the plan on the ground, each of them enough for everything that is missing."""
    before = list(ground.held)
    found: list[Relaxation] = []
    if ground.holes():
        found += _bundles(ground)
        _restore(ground, before)
        for offer in (_rests, _months):
            found += offer(ground)
            _restore(ground, before)
    if lacking(ground):
        found = _with_years(ground, found)
    return _best(found)


def _best(found: list[Relaxation]) -> tuple[Relaxation, ...]:
    """The cheapest of each sort first, then whatever else is cheap, at most MOST; sorted by cost."""
    found = sorted(
        {each.sentence: each for each in reversed(found)}.values(), key=lambda each: (each.cost, each.sentence)
    )
    sorts: dict[tuple[Give, ...], Relaxation] = {}
    for each in found:
        sorts.setdefault(tuple(sorted({step.give for step in each.steps})), each)
    kept = list(sorts.values())[:MOST]
    kept += [each for each in found if each not in kept][: max(0, MOST - len(kept))]
    return tuple(sorted(kept, key=lambda each: (each.cost, each.sentence)))


# one place at a time


def _bundles(ground: Ground) -> list[Relaxation]:
    """Place by place: everything by the cheapest exception; other people for the first; everything left empty."""
    holes = ground.holes()
    first = _options(ground, holes[0])
    before = list(ground.held)
    found = []
    for option in _spread(first):
        chosen = [option]
        _make(ground, option)
        for hole in ground.holes():
            if ground.held[hole] != EMPTY or hole == option.place:
                continue
            best = min(_options(ground, hole), key=lambda each: (each.cost, each.sentence))
            _make(ground, best)
            chosen.append(best)
        _restore(ground, before)
        found.append(_bundle(chosen))
    return [*found, _bundle([_empty(ground, hole) for hole in holes])]


def _spread(options: list[Option]) -> list[Option]:
    """The cheapest few, not only of one person."""
    found: dict[UUID | None, Option] = {}
    for option in sorted(options, key=lambda each: (each.cost, each.sentence)):
        found.setdefault(option.steps[0].seat_id or option.steps[0].slot_id, option)
    return list(found.values())[:MOST]


def _bundle(options: list[Option]) -> Relaxation:
    sentences = [each.sentence for each in options]
    said = "；".join(sentences[:5]) + (f"；等共 {len(sentences)} 处" if len(sentences) > 5 else "")
    steps = dict.fromkeys(step for each in options for step in each.steps)
    return Relaxation(said, sum(each.cost for each in options), tuple(steps))


def _make(ground: Ground, option: Option) -> None:
    """Do what the option says; a place that stays empty is left alone."""
    for gives, takes in option.moves:
        ground.put(takes, ground.drop(gives))
    if option.seat != EMPTY:
        ground.put(option.place, option.seat)


def _options(ground: Ground, hole: int) -> list[Option]:
    """Everything one could do about one empty place, nearest moves first; leaving it empty is always one."""
    found: dict[tuple[Step, ...], Option] = {}
    left = [LOOKED]
    for depth in range(MOVES + 1):
        for option in _around(ground, hole, depth, (), left):
            if option.steps not in found or option.cost < found[option.steps].cost:
                found[option.steps] = option
    empty = _empty(ground, hole)
    return [*found.values(), empty]


def _around(
    ground: Ground, place: int, depth: int, moves: tuple[tuple[int, int], ...], left: list[int]
) -> Iterator[Option]:
    """The exceptions at the place, after `depth` people more have moved over."""
    if depth == 0:
        yield from _exceptions(ground, place, moves)
        return
    seen = {takes for _, takes in moves} | {place}
    for seat in ground.allowed[place]:
        for gives in gives_up(ground, place, seat):
            if gives is None or gives in seen or left[0] <= 0 or ground.held[gives] != seat or partners(ground, seat):
                continue
            left[0] -= 1
            ground.drop(gives)
            ground.put(place, seat)
            yield from _around(ground, gives, depth - 1, (*moves, (gives, place)), left)
            ground.drop(place)
            ground.put(gives, seat)


def _exceptions(ground: Ground, place: int, moves: tuple[tuple[int, int], ...]) -> Iterator[Option]:
    """Whoever could take the place if one rule were given up for it."""
    slot = ground.slots[ground.place_slot[place]]
    for seat in ground.facts.body_seats[slot.body_id]:
        number = ground.seat_number[seat.id]
        if ground.place_slot[place] in ground.at[ground.person[number]] or partners(ground, number):
            continue
        if ground.over(place, number) > 0:
            continue
        said = _against(ground, place, slot, seat)
        if said is not None:
            cost, sentence, steps = said
            yield Option(cost, sentence, steps, moves, place, number)


def _against(ground: Ground, place: int, slot: Slot, seat: Seat) -> tuple[int, str, tuple[Step, ...]] | None:
    """The one rule that keeps the seat from the place, as a choice; None where there are more, or one not to be given up."""
    facts, number = ground.facts, ground.seat_number[seat.id]
    reasons = list(alone(facts, slot, seat))
    if not fits(slot.needs[ground.place_need[place]], seat):
        if all(each.rule is Rule.KIND for each in reasons) and ground.free(place, number):
            return _other_kind(ground, place, slot)
        return None
    where = f"{half_words(slot)} 来“{facts.body_name(slot.body_id)}”"
    if not reasons:
        return _too_soon(ground, place, slot, seat, where)
    if len(reasons) > 1 or not ground.free(place, number):
        return None
    rule, name = reasons[0].rule, facts.name(seat)
    step = Step(Give.COME, slot.body_id, slot.id, seat.id, ground.place_need[place])
    if rule is Rule.LEAVE:
        stand = facts.leave(slot, seat)
        why = leave_words(stand, slot) if stand else "请假"
        return COSTS[rule], f"请 {name} {where}值班（{why}）", (_because(step, why),)
    if rule is Rule.TERM:
        return COSTS[rule], f"请 {name} {where}值班（{reasons[0].sentence}）", (_because(step, reasons[0].sentence),)
    if rule is Rule.BANNED:
        return COSTS[rule], f"{name} {where}值班（{reasons[0].sentence}）", (_because(step, reasons[0].sentence),)
    return None


def _because(step: Step, why: str) -> Step:
    return Step(step.give, step.body_id, step.slot_id, step.seat_id, step.need, step.number, why)


def _other_kind(ground: Ground, place: int, slot: Slot) -> tuple[int, str, tuple[Step, ...]]:
    position = ground.place_need[place]
    kinds = "、".join(sorted(slot.needs[position].kinds))
    sentence = f"{half_words(slot)}“{ground.facts.body_name(slot.body_id)}”不限身份（原需要{kinds}）"
    return COSTS[Rule.KIND], sentence, (Step(Give.KINDS, slot.body_id, slot.id, need=position),)


def _too_soon(
    ground: Ground, place: int, slot: Slot, seat: Seat, where: str
) -> tuple[int, str, tuple[Step, ...]] | None:
    """Somebody rests too little before or after one other duty, and nothing else speaks against it."""
    facts, number = ground.facts, ground.seat_number[seat.id]
    if not ground.pair_ok(place, number):
        return None
    near: list[tuple[int, int, Slot | None, str]] = []
    for workday, other in ground.lines[ground.person[number]]:
        apart = abs(workday - slot.workday)
        if other < 0:
            done = facts.problem.done[-1 - other]
            rest = facts.rest_between(slot.body_id, facts.seats[done.seat_id].body_id)
            if apart < rest:
                near.append((apart, rest, None, day_words(done.day)))
            continue
        there = ground.slots[other]
        if collide(slot, there):
            return None
        rest = facts.rest_between(slot.body_id, there.body_id)
        if apart < rest:
            near.append((apart, rest, there, day_words(there.day)))
    if len(near) != 1:
        return None
    apart, rest, there_slot, day = near[0]
    why = f"与 {day} 的一班只隔 {apart} 个工作日，要求至少 {rest} 个"
    steps = [Step(Give.COME, slot.body_id, slot.id, seat.id, ground.place_need[place], why=why)]
    if there_slot is not None:
        steps += _also(ground, number, there_slot, why)
    return COSTS[Rule.REST] + 3 * (rest - apart), f"让 {facts.name(seat)} {where}值班（{why}）", tuple(steps)


def _also(ground: Ground, seat: int, there: Slot, why: str) -> list[Step]:
    """The other duty of the two stays as it is as well, unless it is fixed already."""
    place = ground.at[ground.person[seat]][ground.slot_number[there.id]]
    if place == EMPTY or ground.locked[place]:
        return []
    held = ground.seats[ground.held[place]]
    return [Step(Give.COME, there.body_id, there.id, held.id, ground.place_need[place], why=why)]


def _empty(ground: Ground, place: int) -> Option:
    slot = ground.slots[ground.place_slot[place]]
    position = ground.place_need[place]
    where = f"{half_words(slot)}“{ground.facts.body_name(slot.body_id)}”"
    nobody = slot.people == 1
    kinds = "、".join(sorted(slot.needs[position].kinds)) if len(slot.needs) > 1 else ""
    sentence = f"{where}不排人" if nobody else f"{where}少排一人{f'（{kinds}）' if kinds else ''}"
    step = Step(Give.FEWER, slot.body_id, slot.id, need=position)
    return Option(NOBODY if nobody else ONE_LESS, sentence, (step,), (), place, EMPTY)


# a limit of a body


def _bodies(ground: Ground) -> list[UUID]:
    """The bodies with empty places, by name."""
    found = {ground.slots[ground.place_slot[place]].body_id for place in ground.holes()}
    return sorted(found, key=lambda body: (ground.facts.body_name(body), body))


def _rests(ground: Ground) -> list[Relaxation]:
    """The rest of the bodies with empty places goes down together, to the greatest that is enough."""
    bodies = [body for body in _bodies(ground) if ground.facts.body(body).rest > 1]
    top = max((ground.facts.body(body).rest for body in bodies), default=0)
    rests, own = dict(ground.rests), {body: ground.facts.body(body).rest for body in ground.facts.limits}
    found: list[Relaxation] = []
    for rest in range(top - 1, max(0, top - 1 - STEPS), -1):
        lower = {**own, **{body: min(rest, own[body]) for body in bodies}}
        ground.rests = {(one, other): max(lower.get(one, 0), lower.get(other, 0)) for one, other in ground.rests}
        if _filled(ground):
            changed = [body for body in bodies if own[body] > rest]
            said = "；".join(
                f"“{ground.facts.body_name(body)}”两班之间的间隔从 {own[body]} 个工作日降到 {rest} 个"
                for body in changed
            )
            steps = tuple(Step(Give.REST, body, number=rest) for body in changed)
            found = [Relaxation(said, sum(REST_DOWN * (own[body] - rest) for body in changed), steps)]
            break
    ground.rests = rests
    return found


def _months(ground: Ground) -> list[Relaxation]:
    """The most a month of the bodies with empty places goes up, by the least that is enough."""
    bodies = [body for body in _bodies(ground) if ground.facts.body(body).most_a_month]
    most = list(ground.most)
    found: list[Relaxation] = []
    for more in range(1, STEPS + 1) if bodies else ():
        ground.most = [
            limit + more if seat.body_id in bodies else limit for limit, seat in zip(most, ground.seats, strict=True)
        ]
        if _filled(ground):
            limits = {body: ground.facts.body(body).most_a_month for body in bodies}
            said = "；".join(
                f"“{ground.facts.body_name(body)}”每人每月上限从 {limit} 次提高到 {limit + more} 次"
                for body, limit in limits.items()
            )
            steps = tuple(Step(Give.MONTH, body, number=limit + more) for body, limit in limits.items())
            found = [Relaxation(said, MONTH_UP * more * len(bodies), steps)]
            break
    ground.most = most
    return found


def _filled(ground: Ground) -> bool:
    """Whether all empty places can be filled now; on failure the ground is as full as it got."""
    for place in ground.holes():
        if ground.held[place] == EMPTY:
            chain(ground, place)
            if ground.held[place] == EMPTY:
                return False
    return True


def _with_years(ground: Ground, found: list[Relaxation]) -> list[Relaxation]:
    """Each choice together with what is missing in the year: the least a year goes down to what everybody reaches."""
    steps, said, cost = [], [], 0
    reached: dict[UUID, int] = {}
    for seat, year, _ in lacking(ground):
        body = ground.seats[seat].body_id
        reached[body] = min(reached.get(body, 1 << 30), in_year(ground, seat, year))
    for body, least in sorted(reached.items()):
        limits = ground.facts.body(body)
        said.append(f"“{limits.name}”每人每年不少于 {limits.least_a_year} 次降为 {least} 次")
        steps.append(Step(Give.YEAR, body, number=least))
        cost += YEAR_DOWN * (limits.least_a_year - least)
    lower = Relaxation("；".join(said), cost, tuple(steps))
    if not found:
        return [lower]
    return [
        Relaxation(f"{each.sentence}；{lower.sentence}", each.cost + lower.cost, (*each.steps, *lower.steps))
        for each in found
    ]


def _restore(ground: Ground, before: list[int]) -> None:
    """Put the plan on the ground back to what it was."""
    changed = [place for place, seat in enumerate(before) if ground.held[place] != seat]
    for place in changed:
        if ground.held[place] != EMPTY:
            ground.drop(place)
    for place in changed:
        if before[place] != EMPTY:
            ground.put(place, before[place])
