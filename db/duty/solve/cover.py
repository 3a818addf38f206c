"""Fill as many places as can be found: first in the order of the days, then by chains in which somebody moves over.

A search, not a proof: what it fills obeys every rule (a test holds it to `broken`), what it leaves empty may only not have
been found. It stops by count, never by the clock, so the same problem gives the same plan.
"""

from db.duty.solve.broken import asked_of, years_asked
from db.duty.solve.ground import EMPTY, Ground

DEEPEST = 5
"""How many people may move over so that one place is filled."""
TRIES = 3000
"""How many moves are looked at for one place."""
TRIES_IN_ALL = 20_000
"""How many moves are looked at for all places together."""


def fill(ground: Ground, *, tries: int = TRIES_IN_ALL) -> list[int]:
    """Fill the empty places; returns those left empty."""
    for place in _order(ground):
        if ground.held[place] == EMPTY:
            _simple(ground, place)
    holes = ground.holes()
    for place in holes:
        if ground.held[place] == EMPTY and tries > 0:
            tries -= chain(ground, place, tries=min(TRIES, max(TRIES_IN_ALL // len(holes), TRIES // 10)))
    _years(ground)
    return ground.holes()


def _order(ground: Ground) -> list[int]:
    """By day; in a day those with the fewest people first."""
    slots = ground.slots

    def key(place: int) -> tuple[int, int, int]:
        return slots[ground.place_slot[place]].day.toordinal(), len(ground.allowed[place]), place

    return sorted(ground.holes(), key=key)


def _simple(ground: Ground, place: int) -> bool:
    """Somebody who is free takes the place: who has the fewest duties, of those whose last was longest ago."""
    slot = ground.place_slot[place]
    today, body = ground.workday[slot], ground.slot_body[slot]
    load, lines, person, rest = ground.load, ground.lines, ground.person, ground.rests[body][body]
    order = []
    for seat in ground.allowed[place]:
        line = lines[person[seat]]
        if not line:
            order.append((load[seat], 0, seat))
            continue
        last = line[-1][0]
        if -rest < last - today < rest:
            continue  # whatever body that duty is in, it is too near
        order.append((load[seat], last if last <= today else 0, seat))
    order.sort()
    return any(ground.free(place, seat) and _unit(ground, place, seat, keep=True) for _, _, seat in order)


def partners(ground: Ground, seat: int) -> list[int]:
    """The seats of those who sit together with this one, in its body."""
    if not ground.paired:
        return []
    own = ground.seats[seat]
    seen, waiting, found = {own.person_id}, [own.person_id], []
    while waiting:
        for other in ground.facts.together.get((own.body_id, waiting.pop()), ()):
            if other not in seen:
                seen.add(other)
                waiting.append(other)
                found += [
                    ground.seat_number[each.id]
                    for each in ground.facts.person_seats[other]
                    if each.body_id == own.body_id
                ][:1]
    return found


def _unit(ground: Ground, place: int, seat: int, *, keep: bool) -> bool:
    """Put the seat there, with everybody who must sit together with it; nobody where one of them cannot."""
    mates = partners(ground, seat)
    if not mates:
        if keep:
            ground.put(place, seat)
        return True
    ground.put(place, seat)
    placed = [place]
    slot = ground.place_slot[place]
    for mate in mates:
        if slot in ground.at[ground.person[mate]]:
            continue
        for other in ground.slot_places[slot]:
            if ground.held[other] == EMPTY and mate in ground.allowed[other] and ground.free(other, mate):
                ground.put(other, mate)
                placed.append(other)
                break
    whole = all(slot in ground.at[ground.person[mate]] for mate in mates)
    if not (whole and keep):
        for other in placed:
            ground.drop(other)
    return whole


def chain(ground: Ground, place: int, *, tries: int = TRIES) -> int:
    """Fill the place by the shortest chain found: somebody comes, who leaves another place, which somebody takes …

    Returns how many moves were looked at; the place is empty still where no chain was found.
    """
    left = [tries]
    any(_chain(ground, place, depth, {place}, left) for depth in range(DEEPEST + 1))
    return tries - left[0]


def _chain(ground: Ground, place: int, depth: int, seen: set[int], left: list[int]) -> bool:
    for seat in sorted(ground.allowed[place], key=lambda each: (ground.load[each], each)):
        if left[0] <= 0:
            return False
        left[0] -= 1
        if not depth:
            if ground.free(place, seat) and _unit(ground, place, seat, keep=True):
                return True
            continue
        for gives in gives_up(ground, place, seat):
            if gives is None:
                if _unit(ground, place, seat, keep=True):
                    return True
            elif gives not in seen and not partners(ground, seat):
                had = ground.drop(gives)
                ground.put(place, seat)
                if _chain(ground, gives, depth - 1, seen | {gives}, left):
                    return True
                ground.drop(place)
                ground.put(gives, had)
    return False


def gives_up(ground: Ground, place: int, seat: int) -> list[int | None]:
    """What the seat would have to give up for the place: None for nothing, or one of these places; empty: cannot come."""
    if not ground.pair_ok(place, seat):
        return []
    blockers = ground.blockers(place, seat)
    if blockers is None or len(blockers) > 1:
        return []
    over = ground.over(place, seat)
    if not blockers:
        if over <= 0:
            return [None]
        return list(ground.in_month(place, seat)) if over == 1 else []
    there = blockers[0]
    same = ground.month[ground.place_slot[there]] == ground.month[ground.place_slot[place]]
    if over <= 0 or (over == 1 and same and ground.held[there] == seat):
        return [there]
    return []


def lacking(ground: Ground) -> list[tuple[int, int, int]]:
    """Seats that have fewer duties in a year than asked: seat, year, how many are missing."""
    found = []
    problem = ground.facts.problem
    for body in problem.bodies:
        for year in sorted(years_asked(problem, body)):
            for seat in ground.facts.body_seats[body.body_id]:
                if asked_of(seat, year):
                    missing = body.least_a_year - in_year(ground, ground.seat_number[seat.id], year)
                    if missing > 0:
                        found.append((ground.seat_number[seat.id], year, missing))
    return found


def in_year(ground: Ground, seat: int, year: int) -> int:
    """How many duties the seat has in a calendar year, done ones with them."""
    return ground.years[seat, year]


def _years(ground: Ground) -> None:
    for seat, year, missing in lacking(ground):
        for _ in range(missing):
            if not _give(ground, seat, year):
                break


def _give(ground: Ground, seat: int, year: int) -> bool:
    """The seat takes a place from somebody who can spare it, or who gets another one."""
    for place, allowed in enumerate(ground.allowed):
        has = ground.held[place]
        day = ground.slots[ground.place_slot[place]].day
        if day.year != year or seat not in allowed or has in (EMPTY, seat) or ground.locked[place]:
            continue
        if partners(ground, has) or partners(ground, seat):
            continue
        least = ground.facts.body(ground.seats[has].body_id).least_a_year
        spare = ground.years[has, year] > least or not asked_of(ground.seats[has], year)
        if not spare:
            continue
        ground.drop(place)
        if ground.free(place, seat):
            ground.put(place, seat)
            return True
        ground.put(place, has)
    return False
