"""Give up one rule for one place: whoever could take an empty place if just one rule did not speak against it.

The empty place may first be brought to them, by people who move over; every option is tried on the ground.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from db.duty.solve.cover import gives_up, partners
from db.duty.solve.facts import fits
from db.duty.solve.ground import EMPTY, Ground
from db.duty.solve.problem import Seat, Slot
from db.duty.solve.relax import Give, Relaxation, Step
from db.duty.solve.why import Rule, alone, collide, leave_words, rest_words
from db.duty.solve.words import half_words

MOVES = 2
"""How many people may move over to bring the empty place to somebody who could come."""
LOOKED = 80
"""How many moves are looked at around one empty place."""
ENOUGH = 6
"""With so many options people do not move over a second time."""
MOST_SINGLE = 8
"""With more empty places than these nobody is asked one by one."""
COSTS = {Rule.BANNED: 20, Rule.REST: 25, Rule.LEAVE: 40, Rule.TERM: 60, Rule.KIND: 35}
"""What it costs that somebody comes in spite of a rule; only the order of the choices depends on it."""
ONE_LESS, NOBODY = 60, 100
"""What one person less in a slot costs, and an empty slot."""


@dataclass(frozen=True, slots=True)
class Option:
    """One way to fill one empty place: the moves that bring it there, who comes, and what that breaks."""

    cost: int
    sentence: str
    steps: tuple[Step, ...]
    moves: tuple[tuple[int, int, int], ...]  # whoever has the first place leaves it and takes the second, in that seat
    place: int
    seat: int  # EMPTY: the place stays empty


def exceptions(ground: Ground) -> Iterator[Relaxation]:
    """Place by place the cheapest exception; for the first place, each of the cheapest few in turn."""
    holes = ground.holes()
    if len(holes) > MOST_SINGLE:
        return
    for option in _spread(_options(ground, holes[0]))[: ENOUGH if len(holes) == 1 else ENOUGH // 2]:
        chosen = [option]
        _make(ground, option)
        for hole in holes[1:]:
            if ground.held[hole] == EMPTY:
                best = min(_options(ground, hole), key=lambda each: (each.cost, each.sentence))
                _make(ground, best)
                chosen.append(best)
        yield _bundle(ground, chosen)


def fewer(ground: Ground) -> Iterator[Relaxation]:
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
    empty = [each.place for each in order if each.seat == EMPTY]
    left_out = Counter((ground.place_slot[place], ground.place_need[place]) for place in empty)
    of_slot = Counter(ground.place_slot[place] for place in empty)
    for (slot, position), own in left_out.items():
        sentence, costs = _left_out(ground, ground.slots[slot], position, own, of_slot[slot])
        said[sentence] = None
        cost += costs
    sentences = list(said)
    told = "；".join(sentences[:MOST_SINGLE]) + (
        f"；等共 {len(options)} 个位置" if len(sentences) > MOST_SINGLE else ""
    )
    steps = dict.fromkeys(step for each in order for step in each.steps if step.give is not Give.FEWER)
    fewer = [step for each in order for step in each.steps if step.give is Give.FEWER]
    return Relaxation(told, cost, (*steps, *fewer))


def _left_out(ground: Ground, slot: Slot, position: int, own: int, of_slot: int) -> tuple[str, int]:
    """How many people (`own`) the need does without, in words, and what that costs; `of_slot`: all needs of the slot."""
    where = f"{half_words(slot)}“{ground.facts.body_name(slot.body_id)}”"
    if of_slot == slot.people:
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
        if depth > 1 and len(found) >= ENOUGH:
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
        yield from _against_one(ground, place, moves)
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


def _against_one(ground: Ground, place: int, moves: tuple[tuple[int, int, int], ...]) -> Iterator[Option]:
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
