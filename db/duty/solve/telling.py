"""A shortage in words: what is needed, what is possible, and for each person how often they can sit and why not more.

What the people can do adds up to what is possible, so a manager can check the sentence by hand.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from db.duty.solve.counting import Counting, Shortage
from db.duty.solve.facts import fits
from db.duty.solve.problem import Slot, Stand
from db.duty.solve.why import Rule, alone, weekly_words
from db.duty.solve.words import HALVES, WEEKDAYS, day_words, days_words, half_words, names_words, span_words

SHORT = {
    Rule.LEAVE: "请假",
    Rule.TERM: "不在任期内",
    Rule.BANNED: "已指定不排",
    Rule.KIND: "身份不符",
    Rule.HALF: "同一时间在别处值班",
    Rule.LOCKED: "已定的班次与此冲突",
}
MOST_GROUPS = 8
MOST_TOLD = 6
"""How many conflicts are told one by one."""
MANY = 2
"""A body with more conflicts than these is told of once, for the whole time, where the whole time is a conflict too."""


def told_words(counting: Counting, shortages: Sequence[Shortage]) -> list[str]:
    """The conflicts worth telling: the smallest first, none that shares places with one told already."""
    ground = counting.ground
    by_body: dict[frozenset[UUID], list[Shortage]] = defaultdict(list)
    for shortage in shortages:
        by_body[frozenset(ground.slots[ground.place_slot[place]].body_id for place in shortage.places)].append(shortage)
    kept: list[Shortage] = []
    for bodies, own in by_body.items():
        everywhere = sorted(place for body in bodies for place in counting.of_body[ground.bodies[body]])
        whole = counting.shortage(everywhere) if len(own) > MANY else None
        apart: list[Shortage] = []
        for each in [whole] if whole else sorted(own, key=lambda each: (each.required, each.places)):
            if all(set(each.places).isdisjoint(other.places) for other in apart):
                apart.append(each)
        kept += apart
    kept.sort(key=lambda each: each.places)
    told = [shortage_words(counting, each) for each in kept[:MOST_TOLD]]
    return [*told, f"此外还有 {len(kept) - MOST_TOLD} 处人手不够"] if len(kept) > MOST_TOLD else told


def shortage_words(counting: Counting, shortage: Shortage) -> str:
    """“3月12–17日“法官”需要 8 人次，最多只能安排 6 人次：张××、李×× 请假；王××、赵×× 各最多 3 次（每月最多 3 次）”."""
    ground = counting.ground
    slots = sorted({ground.place_slot[place] for place in shortage.places})
    listed = [ground.slots[slot] for slot in slots]
    bodies = sorted({slot.body_id for slot in listed}, key=ground.facts.body_name)
    named = "".join(f"“{ground.facts.body_name(body)}”" for body in bodies)
    unit = "人" if len(slots) == 1 else "人次"
    kinds = _kinds(counting, shortage)
    several = "共" if len(bodies) > 1 else ""
    head = f"{_when(counting, shortage, listed)}{named}{several}需要{f'{kinds}' if kinds else ''} {shortage.required} {unit}，"
    most = f"最多只能安排 {shortage.possible} {unit}" if shortage.possible else "一个人也排不出"
    reasons = _people(counting, shortage, slots)
    return head + most + (f"：{reasons}" if reasons else "")


def _kinds(counting: Counting, shortage: Shortage) -> str:
    ground = counting.ground
    found: set[str] = set()
    for place in shortage.places:
        need = ground.slots[ground.place_slot[place]].needs[ground.place_need[place]]
        if not need.kinds:
            return ""
        found |= need.kinds
    return "、".join(sorted(found))


def _when(counting: Counting, shortage: Shortage, slots: Sequence[Slot]) -> str:
    """The days of the places: as a span where they are all the places of their bodies and kinds in it, else one by one."""
    if len(slots) == 1:
        return half_words(slots[0])
    ground = counting.ground
    bodies, kinds = {slot.body_id for slot in slots}, _kinds(counting, shortage)
    chosen, first, last = set(shortage.places), slots[0], slots[-1]
    left_out = [
        ground.slots[ground.place_slot[place]]
        for body in bodies
        for place in counting.of_body[ground.bodies[body]]
        if place not in chosen
        and first.day <= ground.slots[ground.place_slot[place]].day <= last.day
        and (not kinds or _need_kinds(counting, place) <= set(kinds.split("、")))
    ]
    halves, weekdays = {slot.half for slot in slots}, {slot.day.weekday() for slot in slots}
    half = HALVES[first.half] if len(halves) == 1 else ""
    if not left_out:
        return span_words(first.day, last.day) + (half if first.day == last.day else "")
    if half and all(slot.half is not first.half for slot in left_out):
        return span_words(first.day, last.day) + half
    if all(_outside(slot, first, last) for slot in left_out):
        return _edges(first, last, left_out)
    if len(weekdays) == 1 and all(slot.day.weekday() not in weekdays for slot in left_out):
        return f"{span_words(first.day, last.day)}每{WEEKDAYS[first.day.weekday()]}"
    days: list[date] = sorted({slot.day for slot in slots})
    return days_words(days, most=10) + half


def _outside(slot: Slot, first: Slot, last: Slot) -> bool:
    return (slot.day, slot.starts) < (first.day, first.starts) or (slot.day, slot.starts) > (last.day, last.starts)


def _edges(first: Slot, last: Slot, left_out: Sequence[Slot]) -> str:
    """“1月5日下午–7日”: a span that begins or ends within a day."""
    days = {slot.day for slot in left_out}
    begins = half_words(first) if first.day in days else day_words(first.day)
    ends = half_words(last) if last.day in days else day_words(last.day)
    if (first.day.year, first.day.month) == (last.day.year, last.day.month):
        ends = ends.removeprefix(f"{last.day.month}月")
    return f"{begins}–{ends}"


def _need_kinds(counting: Counting, place: int) -> frozenset[str]:
    slot = counting.ground.slots[counting.ground.place_slot[place]]
    return slot.needs[counting.ground.place_need[place]].kinds or frozenset({"*"})


def _people(counting: Counting, shortage: Shortage, slots: list[int]) -> str:
    """Everybody of the bodies and kinds asked for, grouped by how often they can sit and what holds them back."""
    ground = counting.ground
    can = counting.by_person(shortage.places)
    asked = {(ground.slots[ground.place_slot[place]], ground.place_need[place]) for place in shortage.places}
    needs = {(slot.body_id, slot.needs[position]) for slot, position in asked}
    groups: dict[tuple[int, str], list[str]] = defaultdict(list)
    told: set[int] = set()
    for number, seat in enumerate(ground.seats):
        person = ground.person[number]
        suits = any(body == seat.body_id and fits(need, seat) for body, need in needs)
        if not suits or person in told:
            continue
        told.add(person)
        own = can.get(person, [])
        most = counting.most_of(own)
        cause = _cause(counting, own, slots, most) if most else _away(counting, person, slots)
        groups[most, cause].append(ground.facts.name(seat))
    if not groups:
        return "没有可排的成员"
    parts = []
    for (most, cause), names in sorted(groups.items()):
        if most and len(slots) == 1:
            parts.append(f"能来的只有 {names_words(names)}")
        elif not most:
            parts.append(f"{names_words(names)} {cause}")
        else:
            each = "各" if len(names) > 1 else ""
            parts.append(f"{names_words(names)} {each}最多 {most} 次" + (f"（{cause}）" if cause else ""))
    more = f"；另有 {len(parts) - MOST_GROUPS} 组人员略" if len(parts) > MOST_GROUPS else ""
    return "；".join(parts[:MOST_GROUPS]) + more


def _cause(counting: Counting, own: list[tuple[int, int]], slots: list[int], most: int) -> str:
    """What keeps somebody who can come from coming more often."""
    ground = counting.ground
    seats = {seat for _, seat in own}
    halves = {counting.half[slot] for slot, _ in own}
    causes = []
    limits = sorted({ground.most[seat] for seat in seats if ground.most[seat]})
    if limits and counting.most_of(own, month=False) > most:
        used = {counting.used.get((seat, ground.month[slot]), 0) for slot, seat in own}
        had = f"，已有 {max(used)} 次" if max(used) else ""
        causes.append(f"每月最多 {limits[0]} 次{had}")
    if counting.most_of(own, rest=False) > most or (not causes and len(halves) > most):
        rest = min(counting.rest[seat] for seat in seats)
        if rest:
            causes.append(f"两班之间至少隔 {rest} 个工作日")
    if len(halves) <= max(2, most) and len(halves) < len({counting.half[slot] for slot in slots}):
        listed = [ground.slots[slot] for slot in sorted({slot for slot, _ in own})]
        causes.append(f"只能来 {'、'.join(half_words(slot) for slot in listed[:3])}")
    elif not causes and len(halves) == most:
        causes.append("每个半天最多一次")
    return "；".join(causes)


def _away(counting: Counting, person: int, slots: list[int]) -> str:
    """Why somebody can sit in none of the slots."""
    ground = counting.ground
    found: dict[str, None] = {}
    person_id = ground.seats[ground.person.index(person)].person_id
    own = [
        (number, seat)
        for number in slots
        for seat in ground.facts.person_seats[person_id]
        if seat.body_id == ground.slots[number].body_id
    ]
    stands = {ground.facts.leave(ground.slots[number], seat) for number, seat in own}
    for number, seat in own:
        reasons = list(alone(ground.facts, ground.slots[number], seat))
        if not reasons:
            found[_held_up(counting, number, ground.seat_number[seat.id])] = None
        for reason in reasons:
            found[_leave(stands) if reason.rule is Rule.LEAVE else SHORT[reason.rule]] = None
    return "、".join(found)


def _leave(stands: Collection[Stand | None]) -> str:
    """“请假（病假）” or “每周三上午不能来（开庭）”, where it is one and the same for all the slots; else “请假”."""
    stand = next(iter(stands))
    if len(stands) > 1 or stand is None:
        return "请假"
    said = f"{weekly_words(stand)}不能来" if weekly_words(stand) else "请假"
    why = stand.why.strip()
    return f"{said}（{why}）" if why and why not in said else said


def _held_up(counting: Counting, slot: int, seat: int) -> str:
    """What was fixed or done before keeps the seat from the slot."""
    ground = counting.ground
    if slot in ground.at[ground.person[seat]]:
        return "已在这一班"
    if counting.left(seat, ground.month[slot]) <= 0:
        return f"本月已有 {counting.used.get((seat, ground.month[slot]), 0)} 次，上限 {ground.most[seat]} 次"
    return SHORT[Rule.LOCKED]
