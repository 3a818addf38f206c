"""When not everybody can reach the least number of duties a year: the counting behind it, in words."""

from collections import defaultdict
from collections.abc import Iterable

from db.duty.solve.counting import Counting
from db.duty.solve.cover import in_year
from db.duty.solve.ground import NEVER
from db.duty.solve.words import names_words


def year_words(counting: Counting, missing: Iterable[tuple[int, int, int]]) -> list[str]:
    """What can be proved about seats that stay below the least of a year: by themselves, or all of them together.

    `missing`: seat, year, how many duties are missing. Empty where no counting proves it.
    """
    told: list[str] = []
    bodies: dict[tuple[object, int], list[int]] = defaultdict(list)
    for seat, year, _ in missing:
        bodies[counting.ground.seats[seat].body_id, year].append(seat)
    for (_, year), seats in bodies.items():
        alone = [seat for seat in seats if _reach(counting, seat, year) < _least(counting, seat)]
        told += [_one(counting, seat, year) for seat in alone]
        if not alone:
            told += _together(counting, seats[0], year)
    return told


def _least(counting: Counting, seat: int) -> int:
    return counting.ground.facts.body(counting.ground.seats[seat].body_id).least_a_year


def _had(counting: Counting, seat: int, year: int) -> int:
    """Duties of the year that are done or fixed."""
    ground = counting.ground
    fixed = sum(
        1
        for slot, place in ground.at[ground.person[seat]].items()
        if ground.slots[slot].day.year == year and (place < 0 or (ground.locked[place] and ground.held[place] == seat))
    )
    planned = sum(
        1
        for slot, place in ground.at[ground.person[seat]].items()
        if ground.slots[slot].day.year == year and (place < 0 or ground.held[place] == seat)
    )
    return in_year(ground, seat, year) - planned + fixed


def _own(counting: Counting, seat: int, year: int) -> list[int]:
    ground = counting.ground
    return [place for place in counting.of_seat[seat] if ground.year[ground.place_slot[place]] == year]


def _reach(counting: Counting, seat: int, year: int) -> int:
    """The most duties the seat can have in the year."""
    slots = sorted({(counting.ground.place_slot[place], seat) for place in _own(counting, seat, year)})
    return min(NEVER, _had(counting, seat, year) + counting.most_of(slots))


def _one(counting: Counting, seat: int, year: int) -> str:
    facts = counting.ground.facts
    member = counting.ground.seats[seat]
    body = facts.body(member.body_id)
    had, reach = _had(counting, seat, year), _reach(counting, seat, year)
    return (
        f"{facts.name(member)}（{facts.body_name(body.body_id)}）{year}年已有 {had} 次，余下的班次最多还能来 {reach - had} 次，"
        f"到不了每年不少于 {body.least_a_year} 次"
    )


def _together(counting: Counting, seat: int, year: int) -> list[str]:
    """All seats of the body, or those of one kind, need more duties than there are places for them."""
    ground = counting.ground
    body = ground.facts.body(ground.seats[seat].body_id)
    of_body = [number for number, each in enumerate(ground.seats) if each.body_id == body.body_id]
    of_kind = [number for number in of_body if ground.seats[number].kind == ground.seats[seat].kind]
    for seats, kind in ((of_kind, ground.seats[seat].kind), (of_body, "")):
        short = [number for number in seats if _had(counting, number, year) < body.least_a_year]
        asked = sum(body.least_a_year - _had(counting, number, year) for number in short)
        places = {place for number in short for place in _own(counting, number, year)}
        if asked > len(places):
            names = names_words(ground.facts.name(ground.seats[number]) for number in short)
            return [
                f"“{ground.facts.body_name(body.body_id)}”{kind}每人{year}年不少于 {body.least_a_year} 次，{names} 还要排 {asked} 人次，"
                f"余下只有 {len(places)} 个位置"
            ]
    return []
