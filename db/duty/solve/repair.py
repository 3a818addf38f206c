"""Repair a published plan: somebody is ill, on leave or gone; the published duties stay, as few as can be are changed.

The problem holds the facts as they are now (the stand of who is ill, the term of who is gone). What the published plan
breaks by leave, term, kind or ban from `since` on, and what is empty in it, must change: that many changes nobody can
avoid. A complete search then looks for a plan with no further change, with one more, and so on; the number it finds first
is the proved minimum. What was published against rest, month or pairs with open eyes stays; whoever is new obeys them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from db.duty.solve.canonical import canonical
from db.duty.solve.counting import Counting, Shortage, find
from db.duty.solve.cover import partners
from db.duty.solve.facts import Facts, Place
from db.duty.solve.ground import EMPTY, Ground
from db.duty.solve.mending import FAIR_STEPS, MOST_EXTRA, STEPS, Mending, OutOfSteps
from db.duty.solve.problem import Banned, Problem, Sitting
from db.duty.solve.telling import shortage_words
from db.duty.solve.why import alone
from db.duty.solve.words import half_words

ABSENT = "不能到岗"
MOST_SKIP = 2
"""How many places a complete search leaves empty; with more missing they are filled one after the other."""


@dataclass(frozen=True, slots=True)
class Change:
    """One place that changes: who sat there, who sits there now (seats; None: nobody), and why."""

    slot_id: UUID
    need: int
    before: UUID | None
    after: UUID | None
    why: str


@dataclass(frozen=True, slots=True)
class Open:
    """A place that stays empty, and why nobody comes."""

    slot_id: UUID
    need: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Repair:
    """The repaired plan. `bound`: nobody can do with fewer changes; proved: it has just so many and fills all that can be.

    `fair` tells whether among all plans with so few changes this is proved the fairest, and then the best rested.
    """

    sittings: tuple[Sitting, ...]
    changes: tuple[Change, ...]
    proved: bool
    bound: int
    open: tuple[Open, ...] = ()
    fair: bool = False
    sentence: str = ""


def repair(
    problem: Problem,
    published: Iterable[Sitting],
    since: date,
    gone: Collection[tuple[UUID, UUID]] = (),
    steps: int = STEPS,
) -> Repair:
    """Repair what stands from `since` on; nothing before that day moves. Pure; 60 days in well under two seconds.

    `gone` are slots and seats of people who do not come whatever the problem says: absent ones, and locked ones who fell ill.
    `steps` bounds the search for each number of further changes.
    """
    begun = _begun(without(problem, gone), tuple(published), since)
    return _told(begun, _search(begun, [_fewest(begun.mending, fills, steps) for fills in begun.apart]))


def soon_repaired(
    problem: Problem, published: Iterable[Sitting], since: date, gone: Collection[tuple[UUID, UUID]], steps: int
) -> Repair | None:
    """As `repair`; None as soon as some places could not be filled in so many steps: that is for the solver then."""
    begun = _begun(without(problem, gone), tuple(published), since)
    tried = []
    for fills in begun.apart:
        tried.append(_fewest(begun.mending, fills, steps))
        if tried[-1].skip is None:
            return None
    return _told(begun, _search(begun, tried))


def standing(problem: Problem, published: Iterable[Sitting], since: date) -> tuple[Sitting, ...]:
    """The published sittings that no rule of their slot forbids now."""
    ground = _ground(Facts(canonical(problem)), tuple(published), since)
    for place in _forced(ground):
        if ground.held[place] != EMPTY:
            ground.drop(place)
    return ground.sittings()


def mended(
    problem: Problem, published: Iterable[Sitting], since: date, ahead: Iterable[Sitting], proved: bool
) -> Repair:
    """A plan made elsewhere (sittings from `since` on) told as a repair; `proved`: fewest empty places, then fewest changes.

    Places that change anyway are given to whoever has fewer duties, where one can be found.
    """
    published = tuple(published)
    ground = _ground(Facts(canonical(problem)), published, since)
    kept, forced = list(ground.held), _forced(ground)
    mending = _mending(ground, kept)
    mending.best = ground.aligned(ahead)
    places = [place for place, seat in enumerate(mending.best) if seat not in (kept[place], EMPTY)]
    mending.polish(places)
    ground.restore(mending.best)
    made = _Made(published, since, mending, forced)
    left = [place for place, seat in enumerate(ground.held) if seat == EMPTY and not ground.locked[place]]
    return _told(made, _Search(0, _short(made, left), proved, proved, False), whole=proved)


def without(problem: Problem, gone: Collection[tuple[UUID, UUID]]) -> Problem:
    """The problem in which these seats do not come to these slots, locked or not."""
    absent = {(slot, seat): Banned(slot, seat, ABSENT) for slot, seat in gone}
    return replace(
        problem,
        fixed=tuple(each for each in problem.fixed if (each.slot_id, each.seat_id) not in absent),
        banned=(*(each for each in problem.banned if (each.slot_id, each.seat_id) not in absent), *absent.values()),
    )


def _mending(ground: Ground, kept: list[int]) -> Mending:
    return Mending(ground, kept, [not ground.locked[place] for place in range(len(kept))])


@dataclass(frozen=True, slots=True)
class _Made:
    """A repair on the ground of `mending`, with what it began from; `forced` are the places that must change."""

    published: tuple[Sitting, ...]
    since: date
    mending: Mending
    forced: list[int]

    @property
    def ground(self) -> Ground:
        return self.mending.ground

    @property
    def apart(self) -> list[list[int]]:
        """What is to be filled, in groups that have nothing to do with each other."""
        return _apart(self.ground, [place for place in self.forced if self.ground.allowed[place]])

    def past(self) -> Ground:
        """A ground with what lies before `since` alone."""
        facts = self.ground.facts
        old = [s for s in self.published if s.slot_id in facts.slots and facts.slots[s.slot_id].day < self.since]
        return _ground(facts, old, self.since)


def _begun(problem: Problem, published: tuple[Sitting, ...], since: date) -> _Made:
    """The published plan without the sittings that must change."""
    ground = _ground(Facts(canonical(problem)), published, since)
    kept, forced = list(ground.held), _forced(ground)
    for place in forced:
        if ground.held[place] != EMPTY:
            ground.drop(place)
    return _Made(published, since, _mending(ground, kept), forced)


def _told(made: _Made, found: "_Search", whole: bool = False) -> Repair:
    """The repair in words; `whole`: its number of changes is the least there is, whatever the counting says."""
    ground, kept = made.ground, made.mending.kept
    changes = _changes(ground.facts, made.published, ground.sittings())
    vacant = sum(1 for place in made.forced if kept[place] == EMPTY)
    bound = len(made.forced) - vacant + max(0, vacant - len(found.left)) + (found.extra if found.proved else 0)
    bound = len(changes) if whole else bound
    proved = found.proved and found.least_left and len(changes) <= bound
    told = _opened(made, found)
    sentence = _sentence(len(changes), bound, len(told), found.least_left)
    return Repair(ground.sittings(), changes, proved, bound, told, found.fair, sentence)


def _ground(facts: Facts, published: Iterable[Sitting], since: date) -> Ground:
    """The published plan, locked before `since`."""
    ground = Ground(facts)
    ground.start(published)
    for place, slot in enumerate(ground.place_slot):
        if ground.slots[slot].day < since:
            ground.locked[place] = True
    return ground


def _forced(ground: Ground) -> list[int]:
    """The places that must change: empty ones, those whose sitting a rule of the slot alone forbids, and who sat with it."""
    forced = []
    for place, seat in enumerate(ground.held):
        if not ground.locked[place] and (seat == EMPTY or seat not in ground.allowed[place]):
            forced.append(place)
    for place in list(forced):
        seat = ground.held[place]
        for mate in partners(ground, seat) if seat != EMPTY else ():
            other = ground.at[ground.person[mate]].get(ground.place_slot[place], EMPTY)
            if other != EMPTY and not ground.locked[other] and other not in forced:
                forced.append(other)
    return sorted(forced)


@dataclass(frozen=True, slots=True)
class _Search:
    """What the search came to: changes beyond the forced ones, and what stays empty (and why). The plan is on the ground.

    least_left: fewer places cannot be left empty; proved: fewer further changes do not do; fair: no plan is fairer.
    """

    extra: int
    left: tuple[tuple[int, Shortage | None], ...]
    least_left: bool
    proved: bool
    fair: bool


@dataclass(frozen=True, slots=True)
class _Fewest:
    """The fewest of some places left empty (None: not found), with how many further changes, and who comes where then.

    proved: fewer changes do not do for that many empty places; that fewer empty ones do not do is for counting to prove.
    """

    fills: list[int]
    skip: int | None
    more: int = 0
    proved: bool = False
    comes: dict[int, int] = field(default_factory=dict)


def _search(made: _Made, tried: list[_Fewest]) -> _Search:
    """Fill all but as few places as can be, with the fewest further changes, and among these plans the fairest.

    Bodies that share nobody are searched one after the other: no chain leads from one to the other.
    """
    mending, ground = made.mending, made.ground
    extra, through, fair = 0, True, True
    for each in tried:
        fairest = _fairest(mending, each)
        if not fairest:
            mending.polish(each.fills)
        if mending.best is not None:
            ground.restore(mending.best)
        extra, through, fair = extra + each.more, through and each.proved, fair and fairest and each.proved
    left = [place for place in made.forced if ground.held[place] == EMPTY]
    shortages = _short(made, left)
    apart: list[Shortage] = []
    for _, shortage in shortages:
        if shortage and all(set(shortage.places).isdisjoint(other.places) for other in apart):
            apart.append(shortage)
    enough = sum(each.required - each.possible for each in apart) >= len(left)
    return _Search(extra, shortages, enough, through, fair)


def _apart(ground: Ground, places: list[int]) -> list[list[int]]:
    """The places in groups whose bodies share no person."""
    group = {body: body for body in ground.facts.body_seats}
    for seats in ground.facts.person_seats.values():
        for seat in seats[1:]:
            one, other = group[seats[0].body_id], group[seat.body_id]
            group = {body: other if root == one else root for body, root in group.items()}
    found: dict[UUID, list[int]] = defaultdict(list)
    for place in places:
        found[group[ground.slots[ground.place_slot[place]].body_id]].append(place)
    return list(found.values())


def _fewest(mending: Mending, fills: list[int], steps: int) -> _Fewest:
    """See _Fewest; at most so many steps for each number of further changes."""
    for skip in range(MOST_SKIP + 1):
        through = True
        for extra in range((MOST_EXTRA if not skip else 1) + 1):
            mending.left = steps if not skip else steps // 4
            try:
                mending.run(fills, extra, skip=skip, first_only=True)
            except OutOfSteps:
                through = False
            if mending.best is not None:
                held = mending.ground.held
                comes = {place: seat for place, seat in enumerate(mending.best) if seat != held[place]}
                return _Fewest(fills, skip, extra, through, comes)
    return _Fewest(fills, None)


def _one_by_one(mending: Mending, fills: list[int]) -> list[int] | None:
    """Fill what can be filled one after the other: when too much is missing for a complete search."""
    taken: list[int] = []
    plan = None
    for place in sorted(fills, key=lambda each: (len(mending.ground.allowed[each]), each)):
        mending.left = STEPS // 20
        try:
            if mending.run([*taken, place], 0, first_only=True):
                taken, plan = [*taken, place], mending.best
        except OutOfSteps:
            continue
    return plan


def _fairest(mending: Mending, first: _Fewest) -> bool:
    """Look for the fairest of the plans with so many empty places and further changes; whether it is proved the fairest.

    Where none is known yet, places are filled one by one.
    """
    if first.skip is None:
        mending.best = _one_by_one(mending, first.fills)
        return False
    mending.left = FAIR_STEPS
    try:
        mending.run(first.fills, first.more, skip=first.skip, first_only=False)
    except OutOfSteps:
        mending.best = mending.best or [first.comes.get(place, seat) for place, seat in enumerate(mending.ground.held)]
        return False
    return True


def _short(made: _Made, left: list[int]) -> tuple[tuple[int, Shortage | None], ...]:
    """For each place left empty the counting that proves it, looking at everything that could still be planned anew."""
    if not left:
        return ()
    past = made.past()
    counting = Counting(past)
    return tuple((place, find(counting, past.held, place)) for place in left)


def _changes(facts: Facts, before: Iterable[Sitting], after: Iterable[Sitting]) -> tuple[Change, ...]:
    """The places that differ, by day."""
    old: dict[Place, list[UUID]] = defaultdict(list)
    new: dict[Place, list[UUID]] = defaultdict(list)
    for kept, sittings in ((old, before), (new, after)):
        for each in sittings:
            if each.slot_id in facts.slots:
                kept[each.slot_id, each.need].append(each.seat_id)
    found = []
    for place in sorted({*old, *new}, key=lambda each: (facts.slots[each[0]].day, facts.slots[each[0]].starts, each)):
        gone = [seat for seat in old[place] if seat not in new[place]]
        come = [seat for seat in new[place] if seat not in old[place]]
        for at in range(max(len(gone), len(come))):
            one = gone[at] if at < len(gone) else None
            other = come[at] if at < len(come) else None
            found.append(Change(*place, one, other, _why(facts, place[0], one, other)))
    return tuple(found)


def _why(facts: Facts, slot_id: UUID, before: UUID | None, after: UUID | None) -> str:
    slot = facts.slots[slot_id]
    told = []
    if before is None:
        told.append("原来没有人")
    elif before not in facts.seats:
        told.append("原轮值人员已不在名册")
    else:
        seat = facts.seats[before]
        reason = next((each.sentence for each in alone(facts, slot, seat)), "")
        reason = ABSENT if reason.endswith(f"（{ABSENT}）") else reason
        name = facts.name(seat)
        told.append(f"{name} {reason.removeprefix(name).strip()}" if reason else f"{name} 调往其他班次")
    told.append(f"由 {facts.name(facts.seats[after])} 担任" if after else "暂缺")
    return "，".join(told)


def _opened(made: _Made, found: _Search) -> tuple[Open, ...]:
    counting = Counting(made.past()) if any(shortage for _, shortage in found.left) else None
    return tuple(_open(made.ground, counting, place, shortage) for place, shortage in found.left)


def _open(ground: Ground, counting: Counting | None, place: int, shortage: Shortage | None) -> Open:
    slot = ground.slots[ground.place_slot[place]]
    if counting is not None and shortage is not None:
        sentence = shortage_words(counting, shortage)
    else:
        sentence = f"{half_words(slot)}“{ground.facts.body_name(slot.body_id)}”没有找到能来的人"
    return Open(slot.id, ground.place_need[place], sentence)


def _sentence(changes: int, bound: int, left: int, least_left: bool) -> str:
    """“改动 3 处，已证明不能更少；还有 1 个位置没有人能来（已证明）”."""
    if not changes and not left:
        return "不需要改动"
    told = f"改动 {changes} 处，"
    told += "已证明不能更少" if changes <= bound else f"至少要改 {bound} 处（未证明 {changes} 处是最少）"
    if left:
        told += f"；还有 {left} 个位置" + ("没有人能来（已证明）" if least_left else "没有找到人（未证明一定没有）")
    return told
