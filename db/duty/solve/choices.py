"""The cheapest things that could be given up, found on a plan that fills all it can: each one leaves a whole plan behind.

Every choice is found by making it on the ground and filling what was empty, so that it is known to be enough: somebody who
comes in spite of a rule is put in the place (or in one that the empty place can be moved to, by somebody moving over); a
rest, a month or a year that goes down or up is tried step by step, and the first that is enough is offered.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from db.duty.solve.broken import broken
from db.duty.solve.cover import chain, fill, gives_up, in_year, lacking, partners
from db.duty.solve.exact import Found, exhaust
from db.duty.solve.facts import fits
from db.duty.solve.ground import EMPTY, NEVER, Ground
from db.duty.solve.problem import Seat, Slot
from db.duty.solve.relax import Give, Relaxation, Step, apply
from db.duty.solve.why import Rule, alone, collide, leave_words, rest_words
from db.duty.solve.words import half_words

MOST = 6
"""How many choices are offered."""
MOVES = 2
"""How many people may move over to bring the empty place to somebody who could come."""
LOOKED = 80
"""How many moves are looked at around one empty place."""
LOOKED_ANEW = 20_000
"""How often somebody is looked at when a small problem is filled anew under another limit."""
MOST_SINGLE = 8
"""With more empty places than these nobody is asked one by one."""
MOST_MORE = 12
"""How far a month goes up in search of a value that is enough."""

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
    moves: tuple[tuple[int, int, int], ...]  # whoever has the first place leaves it and takes the second, in that seat
    place: int
    seat: int  # EMPTY: the place stays empty


def choices(ground: Ground) -> tuple[Relaxation, ...]:
    """The cheapest choices for the plan on the ground, each of them enough for everything that is missing."""
    before, locked = list(ground.held), list(ground.locked)
    found: list[Relaxation] = []
    if ground.holes():
        for offers in (_exceptions_only, _rests, _months, _fewer):
            for offer in offers(ground):
                found += _sound(ground, _with_year(ground, offer))
                ground.locked = list(locked)
                ground.restore(before)
            ground.restore(before)
    elif lacking(ground):
        found += _sound(ground, _with_year(ground, Relaxation("", 0, ())))
    return _best(found)


def _sound(ground: Ground, choice: Relaxation) -> list[Relaxation]:
    """The choice, if the plan on the ground is whole and breaks nothing once it is made; looked at where it changed."""
    problem = ground.facts.problem
    near = {step.body_id for step in choice.steps}
    for seats in ground.facts.person_seats.values():
        if any(seat.body_id in near for seat in seats):
            near |= {seat.body_id for seat in seats}
    part = replace(
        problem,
        slots=tuple(slot for slot in problem.slots if slot.body_id in near),
        seats=tuple(seat for seat in problem.seats if seat.body_id in near),
    )
    return [] if broken(apply(part, choice), ground.sitting(), complete=True) else [choice]


def _best(found: list[Relaxation]) -> tuple[Relaxation, ...]:
    """The cheapest of each sort first, then whatever else is cheap, at most MOST; sorted by cost."""
    order = sorted(
        {each.sentence: each for each in reversed(found)}.values(), key=lambda each: (each.cost, each.sentence)
    )
    sorts: dict[tuple[Give, ...], Relaxation] = {}
    for each in order:
        sorts.setdefault(tuple(sorted({step.give for step in each.steps})), each)
    kept = list(sorts.values())[:MOST]
    kept += [each for each in order if each not in kept][: max(0, MOST - len(kept))]
    return tuple(sorted(kept, key=lambda each: (each.cost, each.sentence)))


# one place at a time


def _exceptions_only(ground: Ground) -> Iterator[Relaxation]:
    """Place by place the cheapest exception; for the first place, each of the cheapest few in turn."""
    holes = ground.holes()
    if len(holes) > MOST_SINGLE:
        return
    for option in _spread(_options(ground, holes[0]))[: MOST if len(holes) == 1 else MOST // 2]:
        chosen = [option]
        _make(ground, option)
        for hole in holes[1:]:
            if ground.held[hole] == EMPTY:
                best = min(_options(ground, hole), key=lambda each: (each.cost, each.sentence))
                _make(ground, best)
                chosen.append(best)
        yield _bundle(ground, chosen)


def _fewer(ground: Ground) -> Iterator[Relaxation]:
    """All empty places stay empty."""
    yield _bundle(ground, [_empty(ground, hole) for hole in ground.holes()])


def _spread(options: list[Option]) -> list[Option]:
    """The cheapest few, each of another person."""
    found: dict[UUID | None, Option] = {}
    for option in sorted(options, key=lambda each: (each.cost, each.sentence)):
        found.setdefault(option.steps[0].seat_id or option.steps[0].slot_id, option)
    return list(found.values())


def _bundle(ground: Ground, options: list[Option]) -> Relaxation:
    """Several exceptions as one choice, by day; people left out of one slot are told together."""
    order = sorted(options, key=lambda each: each.place)
    said: dict[str, None] = {}
    cost = 0
    for option in order:
        if option.seat != EMPTY:
            said[option.sentence] = None
            cost += option.cost
    for slot, position in dict.fromkeys(
        (ground.place_slot[each.place], ground.place_need[each.place]) for each in order if each.seat == EMPTY
    ):
        sentence, costs = _left_out(
            ground, ground.slots[slot], position, [each for each in order if each.seat == EMPTY]
        )
        said[sentence] = None
        cost += costs
    sentences = list(said)
    told = "；".join(sentences[:MOST_SINGLE]) + (
        f"；等共 {len(options)} 个位置" if len(sentences) > MOST_SINGLE else ""
    )
    steps = dict.fromkeys(step for each in order for step in each.steps if step.give is not Give.FEWER)
    fewer = [step for each in order for step in each.steps if step.give is Give.FEWER]
    return Relaxation(told, cost, (*steps, *fewer))


def _left_out(ground: Ground, slot: Slot, position: int, empty: list[Option]) -> tuple[str, int]:
    """How many people the need does without, in words, and what that costs."""
    here = [each for each in empty if ground.slots[ground.place_slot[each.place]] is slot]
    own = sum(1 for each in here if ground.place_need[each.place] == position)
    where = f"{half_words(slot)}“{ground.facts.body_name(slot.body_id)}”"
    if len(here) == slot.people:
        return f"{where}不排人", own * NOBODY
    kinds = "、".join(sorted(slot.needs[position].kinds)) if len(slot.needs) > 1 else ""
    number = "一" if own == 1 else f" {own} "
    return f"{where}少排{number}人{f'（{kinds}）' if kinds else ''}", own * ONE_LESS


def _make(ground: Ground, option: Option) -> None:
    """Do what the option says; whoever comes in spite of a rule stays from now on, and a place left empty is left alone."""
    for gives, takes, seat in option.moves:
        ground.drop(gives)
        ground.put(takes, seat)
    if option.seat == EMPTY:
        return
    ground.put(option.place, option.seat)
    for step in option.steps:
        if step.give is Give.COME and step.slot_id and step.seat_id:
            place = ground.at[ground.person[ground.seat_number[step.seat_id]]][ground.slot_number[step.slot_id]]
            ground.locked[place] = True


def _options(ground: Ground, hole: int) -> list[Option]:
    """Everything one could do about one empty place, nearest moves first; leaving it empty is always one."""
    found: dict[tuple[Step, ...], Option] = {}
    left = [LOOKED]
    for depth in range(MOVES + 1):
        if depth > 1 and len(found) >= MOST:
            break
        for option in _around(ground, hole, depth, (), left):
            if option.steps not in found or option.cost < found[option.steps].cost:
                found[option.steps] = option
    empty = _empty(ground, hole)
    return [*found.values(), empty]


def _around(
    ground: Ground, place: int, depth: int, moves: tuple[tuple[int, int, int], ...], left: list[int]
) -> Iterator[Option]:
    """The exceptions at the place, after `depth` people more have moved over."""
    if depth == 0:
        yield from _exceptions(ground, place, moves)
        if moves:
            yield replace(_empty(ground, place), moves=moves)
        return
    seen = {takes for _, takes, _ in moves} | {place}
    for seat in ground.allowed[place]:
        for gives in gives_up(ground, place, seat):
            if gives is None or gives in seen or left[0] <= 0 or partners(ground, seat):
                continue
            if partners(ground, ground.held[gives]):
                continue
            left[0] -= 1
            had = ground.drop(gives)
            ground.put(place, seat)
            yield from _around(ground, gives, depth - 1, (*moves, (gives, place, seat)), left)
            ground.drop(place)
            ground.put(gives, had)


def _exceptions(ground: Ground, place: int, moves: tuple[tuple[int, int, int], ...]) -> Iterator[Option]:
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
        return COSTS[rule], f"请 {name} {where}值班（{_flat(why)}）", (_because(step, why),)
    if rule is Rule.TERM:
        return (
            COSTS[rule],
            f"请 {name} {where}值班（{_flat(reasons[0].sentence)}）",
            (_because(step, reasons[0].sentence),),
        )
    if rule is Rule.BANNED:
        return (
            COSTS[rule],
            f"仍请 {name} {where}值班（{_flat(reasons[0].sentence)}）",
            (_because(step, reasons[0].sentence),),
        )
    return None


def _flat(why: str) -> str:
    """A reason that itself stands between brackets: “3月12日请假：开庭”."""
    return why.replace("（", "：").replace("）", "")


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
    near: list[tuple[int, int, Slot | None, date]] = []
    for workday, other in ground.lines[ground.person[number]]:
        apart = abs(workday - slot.workday)
        if other < 0:
            done = facts.problem.done[-1 - other]
            rest = facts.rest_between(slot.body_id, facts.seats[done.seat_id].body_id)
            if apart < rest:
                near.append((apart, rest, None, done.day))
            continue
        there = ground.slots[other]
        if collide(slot, there):
            return None
        rest = facts.rest_between(slot.body_id, there.body_id)
        if apart < rest:
            near.append((apart, rest, there, there.day))
    if len(near) != 1:
        return None
    apart, rest, there_slot, day = near[0]
    why = rest_words(day, apart, rest)
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
    slot, position = ground.slots[ground.place_slot[place]], ground.place_need[place]
    step = Step(Give.FEWER, slot.body_id, slot.id, need=position)
    cost = NOBODY if slot.people == 1 else ONE_LESS
    return Option(cost, "", (step,), (), place, EMPTY)


# a limit of a body


def _bodies(ground: Ground) -> list[UUID]:
    """The bodies with empty places, by name."""
    found = {ground.slots[ground.place_slot[place]].body_id for place in ground.holes()}
    return sorted(found, key=lambda body: (ground.facts.body_name(body), body))


def _rests(ground: Ground) -> Iterator[Relaxation]:
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
        rests = _raised(ground, own, {body: min(best, own[body]) for body in bodies}, before, plan)
        said = "；".join(
            f"“{ground.facts.body_name(body)}”两班之间的间隔从 {own[body]} 个工作日降到 {rest} 个"
            for body, rest in rests.items()
            if own[body] > rest
        )
        steps = tuple(Step(Give.REST, body, number=rest) for body, rest in rests.items() if own[body] > rest)
        cost = sum(REST_DOWN * (own[body] - rest) for body, rest in rests.items())
    ground.set_rests(own)
    if best:
        yield Relaxation(said, cost, steps)


def _raised(
    ground: Ground, own: dict[UUID, int], rests: dict[UUID, int], before: list[int], plan: list[int]
) -> dict[UUID, int]:
    """Each body's rest alone as high as is still found enough, one after the other; the ground then holds such a plan."""
    for body in rests if len(rests) > 1 else ():
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


def _months(ground: Ground) -> Iterator[Relaxation]:
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
            return not fill(ground) or exhaust(ground, steps=LOOKED_ANEW) is Found.PLAN
    return True


def _with_year(ground: Ground, offer: Relaxation) -> Relaxation:
    """The choice; where somebody misses duties in the year on the plan it leads to, their body's least goes down too."""
    steps, said, cost = list(offer.steps), [offer.sentence] if offer.sentence else [], offer.cost
    reached: dict[UUID, int] = {}
    for seat, year, _ in lacking(ground):
        body = ground.seats[seat].body_id
        reached[body] = min(reached.get(body, NEVER), in_year(ground, seat, year))
    for body, least in sorted(reached.items()):
        limits = ground.facts.body(body)
        to = f"降为 {least} 次" if least else "不作要求"
        said.append(f"“{ground.facts.body_name(body)}”每人每年不少于 {limits.least_a_year} 次{to}")
        steps.append(Step(Give.YEAR, body, number=least))
        cost += YEAR_DOWN * (limits.least_a_year - least)
    return Relaxation("；".join(said), cost, tuple(steps))


def _moved(ground: Ground, place: int) -> bool:
    chain(ground, place)
    return ground.held[place] != EMPTY
