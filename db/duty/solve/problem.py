"""What is scheduled, as plain values: the problem every solver, checker and explanation works on.

Days are hall days; `workday` counts the hall's working days from a fixed day on, so that a rest between two slots is a
difference of two of them (补班 counts, holidays do not; a slot on a day of rest has the count of the working day before).
The order of every tuple is part of the input: `db.duty.solve.canonical` sorts a problem so that equal facts give equal bytes.
"""

from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from uuid import UUID


class Half(StrEnum):
    """Half of a day (上午, 下午, 晚上): by when a slot begins, before 12:00, before 18:00, later."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"

    @staticmethod
    def of(starts: time) -> "Half":
        """The half in which a slot that begins then lies."""
        if starts < time(12):
            return Half.MORNING
        return Half.AFTERNOON if starts < time(18) else Half.EVENING


class Want(StrEnum):
    """How somebody stands to a time: cannot (请假, 不能), would rather not, would like to."""

    CANNOT = "cannot"
    AVOID = "avoid"
    PREFER = "prefer"


@dataclass(frozen=True, slots=True)
class Need:
    """So many people of these kinds (身份) in a slot; no kinds: anybody of the body."""

    count: int = 1
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Slot:
    """A session (班次) of a body: one half day in one place."""

    id: UUID
    body_id: UUID
    day: date
    starts: time
    ends: time
    workday: int
    needs: tuple[Need, ...] = (Need(),)

    @property
    def half(self) -> Half:
        return Half.of(self.starts)

    @property
    def people(self) -> int:
        """How many people the slot needs."""
        return sum(need.count for need in self.needs)


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody's membership of a body: what fairness is counted for.

    `before` is what they bring: duties done, those covered for others, and the credit of a joiner (a count of duties).
    `first` and `last` bound the term, both included.
    """

    id: UUID
    body_id: UUID
    person_id: UUID
    kind: str = ""
    before: int = 0
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Time:
    """A set of half days: from `first` to `last` (both included), only on `weekday` (0 Monday) and in `half` where given."""

    first: date | None = None
    last: date | None = None
    weekday: int | None = None
    half: Half | None = None

    def holds(self, slot: Slot) -> bool:
        """Whether a slot lies in it."""
        return (
            (self.first is None or slot.day >= self.first)
            and (self.last is None or slot.day <= self.last)
            and (self.weekday is None or slot.day.weekday() == self.weekday)
            and (self.half is None or slot.half is self.half)
        )


@dataclass(frozen=True, slots=True)
class Stand:
    """How a person stands to a time, and why (“请假”, “每周二上午开庭”); `body_id` limits it to one body."""

    person_id: UUID
    want: Want
    time: Time
    why: str = ""
    body_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """What a body asks for its own members. 0 is no limit.

    rest: at least so many working days from one duty of a person to the next, in whatever body (Slot.workday differences).
    most_a_month: duties of a member in this body in a calendar month. least_a_year: duties of each member in this body in
    a calendar year (每名代表每年不少于 2 次); looked at where the problem reaches the end of the year.
    """

    body_id: UUID
    name: str
    rest: int = 0
    most_a_month: int = 0
    least_a_year: int = 0


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people of a body who sit together (if one, then both) or never in one slot."""

    body_id: UUID
    one: UUID
    other: UUID
    together: bool


@dataclass(frozen=True, slots=True)
class Fixed:
    """A seat that sits in a slot whatever else: locked by hand, or published already. `why` is told when it stands in the way."""

    slot_id: UUID
    seat_id: UUID
    why: str = ""


@dataclass(frozen=True, slots=True)
class Banned:
    """A seat that must not sit in a slot (taken out by hand, or asked to stay away from just this one).

    `busy`: the person has a duty in another plan then; `why` is the whole sentence.
    """

    slot_id: UUID
    seat_id: UUID
    why: str = ""
    busy: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """A duty outside the slots of the problem (before or after them) that rest and monthly limits still look at."""

    seat_id: UUID
    day: date
    workday: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything a plan is made from. `names` gives each person's name, for sentences only."""

    slots: tuple[Slot, ...]
    seats: tuple[Seat, ...]
    bodies: tuple[BodyLimits, ...]
    names: dict[UUID, str] = field(default_factory=dict)
    stands: tuple[Stand, ...] = ()
    pairs: tuple[Pair, ...] = ()
    fixed: tuple[Fixed, ...] = ()
    banned: tuple[Banned, ...] = ()
    done: tuple[Done, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Sitting:
    """A seat sits in a slot, filling the need at that position."""

    slot_id: UUID
    seat_id: UUID
    need: int = 0


class Method(StrEnum):
    """How a plan was made."""

    SOLVER = "solver"
    GREEDY = "greedy"


@dataclass(frozen=True, slots=True)
class Proof:
    """What is proved about a plan. `*_bound` is what nobody can beat; proved means some plan reaches it.

    The count of a seat is `before`, the credit for the part of the time outside its term (`canonical.credits`; leave earns
    none) and its duties. fair: the sum of squares of all counts is proved least, so that nobody could be relieved in favour
    of somebody with two less. spread: per body, the widest range of counts among seats of one kind; spread_bound is 0 where
    kinds share places. rest: the smallest number of working days from one duty of a person to the next, over all bodies and
    duties done, of which at least one was neither fixed nor done (None: nobody has two). rest_bound: the most that any plan
    as fair can have; rest_proved: a plan with it was found on the way. rest_floor: what was kept while wishes were granted,
    a share of the greatest rest.

    wishes: a PREFER or AVOID speaks about its person's duties (in its body, if it names one) in every calendar month that
    its dates touch, or in all months if it has no dates. A duty that is spoken about is kept when it lies in no AVOID time
    and, where PREFERs speak about it, in one of them. wishes_all counts the duties of the plan that are spoken about,
    wishes_bound those less the fewest that any plan as fair (and with that floor) must break.

    unfilled: places nobody could take (only where holes were allowed).
    """

    method: Method
    covered: bool
    fair: bool
    spread: int
    spread_bound: int
    rest: int | None = None
    rest_bound: int | None = None
    rest_proved: bool = False
    rest_floor: int | None = None
    wishes_kept: int = 0
    wishes_all: int = 0
    wishes_bound: int = 0
    wishes_proved: bool = False
    unfilled: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """Who sits where, sorted, and what is proved about it."""

    sittings: tuple[Sitting, ...]
    proof: Proof
