"""Is a plan what it says it is? Plain Python that knows no solver: rule by rule, and everything the proof claims counted again.

Sentences are for the manager. What fixed sittings break alone, among themselves or against duties done is the manager's own
decision and is not told.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import combinations
from uuid import UUID

from db.duty.solve.problem import Need, Plan, Problem, Proof, Seat, Sitting, Slot, Stand, Want

BIGGEST = 10**6


def check(problem: Problem, plan: Plan) -> tuple[str, ...]:
    """Everything that is broken or wrongly claimed; nothing when the plan is sound."""
    return tuple(_Check(problem, plan).all())


@dataclass(frozen=True, slots=True)
class Recount:
    """What a plan is worth, counted here. `counts` by seat: before, credit and duties, of seats with a day in term."""

    counts: dict[UUID, int]
    spread: int
    rest: int | None
    wishes_kept: int
    wishes_all: int


def recount(problem: Problem, plan: Plan) -> Recount:
    """Count everything a proof speaks of."""
    its = _Check(problem, plan)
    return Recount(its.counts(), its.spread(), its.rest(), *its.wishes())


@dataclass(frozen=True, slots=True)
class _Duty:
    """A duty of a person, in the plan (then it has a slot) or done; `free` where the plan chose it."""

    day: date
    workday: int
    body_id: UUID
    free: bool
    slot: Slot | None


class _Check:
    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem, self.plan = problem, plan
        self.slots = {slot.id: slot for slot in problem.slots}
        self.seats = {seat.id: seat for seat in problem.seats}
        self.limits = {body.body_id: body for body in problem.bodies}
        self.fixed = {(each.slot_id, each.seat_id) for each in problem.fixed}
        self.slots_of: dict[UUID, list[Slot]] = defaultdict(list)
        for slot in problem.slots:
            self.slots_of[slot.body_id].append(slot)
        self.banned = {(each.slot_id, each.seat_id) for each in problem.banned}
        self.known = [s for s in plan.sittings if s.slot_id in self.slots and s.seat_id in self.seats]
        self.stands: dict[UUID, list[Stand]] = defaultdict(list)
        for stand in problem.stands:
            self.stands[stand.person_id].append(stand)
        self.duties: dict[UUID, list[_Duty]] = defaultdict(list)
        for done in problem.done:
            if done.seat_id in self.seats:
                seat = self.seats[done.seat_id]
                self.duties[seat.person_id].append(_Duty(done.day, done.workday, seat.body_id, False, None))
        for sitting in self.known:
            slot, seat = self.slots[sitting.slot_id], self.seats[sitting.seat_id]
            duty = _Duty(slot.day, slot.workday, slot.body_id, self._free(sitting), slot)
            self.duties[seat.person_id].append(duty)

    def all(self) -> Iterator[str]:
        if len(self.known) < len(self.plan.sittings):
            yield "计划里有不在本次排班范围内的班次或人员。"
        if list(self.plan.sittings) != sorted(set(self.plan.sittings)):
            yield "计划里的安排没有按次序排列，或有重复。"
        for sitting in filter(self._free, self.known):
            yield from self._single(sitting)
        yield from self._fixed_kept()
        yield from self._places()
        for person in sorted(self.duties):
            yield from self._rests(person)
        yield from self._months()
        yield from self._years()
        yield from self._pairs()
        yield from self._claims(self.plan.proof)

    def _name(self, seat: Seat) -> str:
        return self.problem.names.get(seat.person_id, "未登记姓名")

    def _when(self, slot: Slot) -> str:
        body = self.limits.get(slot.body_id)
        return f"{slot.day.month}月{slot.day.day}日 {slot.starts:%H:%M} {body.name if body else ''}".strip()

    def _free(self, sitting: Sitting) -> bool:
        return (sitting.slot_id, sitting.seat_id) not in self.fixed

    def _asked(self, body_id: UUID) -> tuple[int, int, int]:
        limits = self.limits.get(body_id)
        return (limits.rest, limits.most_a_month, limits.least_a_year) if limits else (0, 0, 0)

    def _single(self, sitting: Sitting) -> Iterator[str]:
        slot, seat = self.slots[sitting.slot_id], self.seats[sitting.seat_id]
        who = f"{self._name(seat)} {self._when(slot)}"
        if seat.body_id != slot.body_id:
            yield f"{who}：不是这个轮值单位的人。"
        if not _in_term(seat, slot.day):
            yield f"{who}：不在任期内。"
        if (slot.id, seat.id) in self.banned:
            yield f"{who}：已指定不安排这一班。"
        if not 0 <= sitting.need < len(slot.needs):
            yield f"{who}：没有这个位置。"
        elif not _fits(slot.needs[sitting.need], seat):
            yield f"{who}：身份“{seat.kind}”不合要求。"
        for stand in self.stands[seat.person_id]:
            if stand.want is Want.CANNOT and stand.body_id in (None, slot.body_id) and stand.time.holds(slot):
                yield f"{who}：不能来（{stand.why or '请假'}）。"

    def _fixed_kept(self) -> Iterator[str]:
        there = {(s.slot_id, s.seat_id) for s in self.plan.sittings}
        for slot_id, seat_id in sorted(self.fixed - there):
            if slot_id in self.slots and seat_id in self.seats:
                yield f"{self._name(self.seats[seat_id])} {self._when(self.slots[slot_id])}：已锁定，却没有安排。"

    def _places(self) -> Iterator[str]:
        taken = Counter((s.slot_id, s.need) for s in self.known)
        locked = Counter((s.slot_id, s.need) for s in self.known if not self._free(s))
        empty = 0
        for slot in self.problem.slots:
            sits = sum(taken[slot.id, need] for need in range(len(slot.needs)))
            asked = sum(need.count for need in slot.needs)
            empty += max(0, asked - sits)
            for number, need in enumerate(slot.needs):
                if taken[slot.id, number] > max(need.count, locked[slot.id, number]):
                    yield f"{self._when(slot)}：需要 {need.count} 人，却安排了 {taken[slot.id, number]} 人。"
        proof = self.plan.proof
        if empty != proof.unfilled or proof.covered != (empty == 0):
            yield f"有 {empty} 个位置没有人，证明里却写 {proof.unfilled} 个。"

    def _rests(self, person: UUID) -> Iterator[str]:
        name = self.problem.names.get(person, "未登记姓名")
        for one, other in combinations(sorted(self.duties[person], key=lambda duty: duty.workday), 2):
            if not (one.free or other.free):
                continue
            least = max(self._asked(one.body_id)[0], self._asked(other.body_id)[0])
            if abs(one.workday - other.workday) < least:
                between = abs(one.workday - other.workday)
                yield f"{name} {_day(one)}与{_day(other)}相隔 {between} 个工作日，至少要 {least} 个。"
            if one.slot and other.slot and _clash(one.slot, other.slot):
                yield f"{name} {_day(one)}同一时段有两班。"

    def _months(self) -> Iterator[str]:
        """A month may hold more than the cap only where fixed and done duties alone do so."""
        total: Counter[tuple[UUID, int, int]] = Counter()
        chosen: Counter[tuple[UUID, int, int]] = Counter()
        for done in self.problem.done:
            total[done.seat_id, done.day.year, done.day.month] += 1
        for sitting in self.known:
            day = self.slots[sitting.slot_id].day
            total[sitting.seat_id, day.year, day.month] += 1
            chosen[sitting.seat_id, day.year, day.month] += self._free(sitting)
        for (seat_id, year, month), number in sorted(chosen.items()):
            most = self._asked(self.seats[seat_id].body_id)[1]
            if number and most and total[seat_id, year, month] > most:
                who = self._name(self.seats[seat_id])
                yield f"{who} {year}年{month}月有 {total[seat_id, year, month]} 次，最多 {most} 次。"

    def _years(self) -> Iterator[str]:
        if self.plan.proof.unfilled:
            return  # with holes the least number of a year is only striven for
        years: dict[UUID, set[int]] = defaultdict(set)
        for slot in self.problem.slots:
            if slot.day.month == 12:
                years[slot.body_id].add(slot.day.year)
        had: Counter[tuple[UUID, int]] = Counter((done.seat_id, done.day.year) for done in self.problem.done)
        had.update((s.seat_id, self.slots[s.slot_id].day.year) for s in self.known)
        for seat in self.problem.seats:
            least = self._asked(seat.body_id)[2]
            for year in sorted(years[seat.body_id]):
                whole = _in_term(seat, date(year, 1, 1)) and _in_term(seat, date(year, 12, 31))
                if whole and had[seat.id, year] < least:
                    yield f"{self._name(seat)} {year}年只有 {had[seat.id, year]} 次，至少要 {least} 次。"

    def _pairs(self) -> Iterator[str]:
        there: dict[UUID, set[UUID]] = defaultdict(set)
        forced: dict[UUID, set[UUID]] = defaultdict(set)
        for sitting in self.known:
            person = self.seats[sitting.seat_id].person_id
            there[sitting.slot_id].add(person)
            if not self._free(sitting):
                forced[sitting.slot_id].add(person)
        seated = {(seat.body_id, seat.person_id) for seat in self.problem.seats}
        for pair in self.problem.pairs:
            if not {(pair.body_id, pair.one), (pair.body_id, pair.other)} <= seated:
                continue
            for slot in self.problem.slots:
                sits = {pair.one, pair.other} & there[slot.id]
                if slot.body_id != pair.body_id or not sits or sits <= forced[slot.id]:
                    continue
                if pair.together and len(sits) == 1:
                    yield f"{self._when(slot)}：要同班的两人只来了一个。"
                if not pair.together and len(sits) == 2:
                    yield f"{self._when(slot)}：不能同班的两人在一起。"

    def _claims(self, proof: Proof) -> Iterator[str]:
        spread, rest, (kept, spoken) = self.spread(), self.rest(), self.wishes()
        if proof.spread != spread:
            yield f"证明里写相差 {proof.spread} 次，实际 {spread} 次。"
        if proof.rest != rest:
            yield f"证明里写间隔 {proof.rest}，实际 {rest}。"
        if (proof.wishes_kept, proof.wishes_all) != (kept, spoken):
            yield f"证明里写合意 {proof.wishes_kept}/{proof.wishes_all}，实际 {kept}/{spoken}。"
        if proof.spread_bound > spread:
            yield "证明里的相差下限比实际还大。"
        if rest is not None and proof.rest_bound is not None and rest > proof.rest_bound:
            yield "证明里的间隔上限比实际还小。"
        if rest is not None and proof.rest_floor is not None and rest < proof.rest_floor:
            yield f"间隔应不小于 {proof.rest_floor} 个工作日，实际 {rest} 个。"
        if proof.wishes_bound < kept or (proof.wishes_proved and proof.wishes_bound != kept):
            yield "证明里的合意上限与实际不符。"

    def counts(self) -> dict[UUID, int]:
        had = Counter(s.seat_id for s in self.known)
        counts = {}
        for seat in self.problem.seats:
            slots = self.slots_of[seat.body_id]
            if any(_in_term(seat, slot.day) for slot in slots):
                credit = 0 if seat.first is None and seat.last is None else self._credit(seat, slots)
                counts[seat.id] = seat.before + credit + had[seat.id]
        return counts

    def spread(self) -> int:
        groups: dict[tuple[UUID, str], list[int]] = defaultdict(list)
        for seat_id, count in self.counts().items():
            groups[self.seats[seat_id].body_id, self.seats[seat_id].kind].append(count)
        return max((max(group) - min(group) for group in groups.values()), default=0)

    def _credit(self, seat: Seat, slots: list[Slot]) -> int:
        """What colleagues have on average on the days outside the term, to the nearest, a half downwards."""
        missed = Fraction(0)
        colleagues = [other for other in self.problem.seats if other.body_id == seat.body_id]
        for slot in slots:
            for need in slot.needs if not _in_term(seat, slot.day) else ():
                sharing = [other for other in colleagues if _in_term(other, slot.day) and _fits(need, other)]
                if _fits(need, seat) and sharing:
                    missed += Fraction(need.count, len(sharing))
        return int(missed) + (missed - int(missed) > Fraction(1, 2))

    def rest(self) -> int | None:
        least = BIGGEST
        for duties in self.duties.values():
            for one, other in combinations(duties, 2):
                if one.free or other.free:
                    least = min(least, abs(one.workday - other.workday))
        return None if least == BIGGEST else least

    def wishes(self) -> tuple[int, int]:
        kept = spoken = 0
        for sitting in self.known:
            slot, person = self.slots[sitting.slot_id], self.seats[sitting.seat_id].person_id
            heard = [
                s
                for s in self.stands[person]
                if s.want is not Want.CANNOT and s.body_id in (None, slot.body_id) and _touches(s, slot.day)
            ]
            liked = [stand.time.holds(slot) for stand in heard if stand.want is Want.PREFER]
            loathed = any(stand.time.holds(slot) for stand in heard if stand.want is Want.AVOID)
            spoken += bool(heard)
            kept += bool(heard) and not loathed and (not liked or any(liked))
        return kept, spoken


def _fits(need: Need, seat: Seat) -> bool:
    return not need.kinds or seat.kind in need.kinds


def _in_term(seat: Seat, day: date) -> bool:
    return (seat.first is None or day >= seat.first) and (seat.last is None or day <= seat.last)


def _touches(stand: Stand, day: date) -> bool:
    """Whether the dates of a wish touch the calendar month of a day."""
    first, last = stand.time.first, stand.time.last
    month = day.year * 12 + day.month
    return (first is None or first.year * 12 + first.month <= month) and (
        last is None or month <= last.year * 12 + last.month
    )


def _clash(one: Slot, other: Slot) -> bool:
    return one.day == other.day and (one.half is other.half or (one.starts < other.ends and other.starts < one.ends))


def _day(duty: _Duty) -> str:
    return f"{duty.day.month}月{duty.day.day}日"
