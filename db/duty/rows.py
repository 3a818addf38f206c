"""What queries of the duty rosters return, and what the papers are made from: frozen rows, no database in them."""

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from db.duty.rules import BodyRule
from db.duty.solve.problem import Half, Need, Proof, Want
from db.duty.states import ChangeKind, DutyState, PlanState, ReceptionState, SignMethod


@dataclass(frozen=True, slots=True)
class BodyRow:
    """A rotating body with its rules. `members` counts active seats."""

    id: UUID
    name: str
    colour: int
    scope: str
    liaison: str
    office_phone: str
    rest: int
    most_a_month: int
    least_a_year: int
    note: str
    position: int
    active: bool
    version: int
    rules: tuple[BodyRule, ...]
    members: int


@dataclass(frozen=True, slots=True)
class SeatRow:
    """A membership, with the names a page shows."""

    id: UUID
    body_id: UUID
    body_name: str
    member_id: UUID
    member_name: str
    kind: str
    session: str
    level: str
    first: date | None
    last: date | None
    history: int
    credit: int
    active: bool
    version: int


@dataclass(frozen=True, slots=True)
class StandRow:
    """Leave, an impossible or a preferred time of a member. `half` None: the whole day."""

    id: UUID
    member_id: UUID
    member_name: str
    body_id: UUID | None
    want: Want
    first: date | None
    last: date | None
    weekday: int | None
    half: Half | None
    why: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class MemberRow:
    """Somebody who takes turns."""

    id: UUID
    name: str
    unit_post: str
    specialty: str
    phone_masked: str
    note: str
    active: bool
    version: int
    seats: tuple[SeatRow, ...]
    stands: tuple[StandRow, ...]


@dataclass(frozen=True, slots=True)
class PairRow:
    """Two who go together or must not."""

    id: UUID
    body_id: UUID
    one_id: UUID
    one_name: str
    other_id: UUID
    other_name: str
    together: bool


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan in the list of plans. `days` and `places` count its sessions and the people they need."""

    id: UUID
    title: str
    first: date
    last: date
    body_ids: tuple[UUID, ...]
    state: PlanState
    edition: int
    proof: Proof | None
    published_at: datetime | None
    version: int
    sessions: int = 0
    places: int = 0
    filled: int = 0


@dataclass(frozen=True, slots=True)
class DutyRow:
    """Somebody in a session. `covers_name` is who they stand in for."""

    id: UUID
    slot_id: UUID
    seat_id: UUID
    member_id: UUID
    member_name: str
    kind: str
    session: str
    level: str
    unit_post: str
    specialty: str
    need: int
    state: DutyState
    locked: bool
    covers_name: str
    reason: str
    arrived_at: datetime | None
    left_at: datetime | None
    method: SignMethod | None
    received: int
    version: int


@dataclass(frozen=True, slots=True)
class SlotRow:
    """A session with whoever sits in it (those who were replaced come last). `cancelled` says why it does not take place."""

    id: UUID
    plan_id: UUID
    body_id: UUID
    body_name: str
    colour: int
    scope: str
    planned: date
    day: date
    starts: time
    ends: time
    needs: tuple[Need, ...]
    room_id: UUID | None
    room_name: str
    cancelled: str
    note: str
    sequence: int
    version: int
    duties: tuple[DutyRow, ...]
    vacant: str = ""


@dataclass(frozen=True, slots=True)
class CountRow:
    """How often somebody sits: before the plan, in it, together, their share, covering done; `share` is in duties, exact to 0.1."""

    seat_id: UUID
    body_id: UUID
    body_name: str
    member_name: str
    kind: str
    history: int
    term: int
    covering: int
    share: float

    @property
    def total(self) -> int:
        return self.history + self.term


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change of a published plan, as the list and the 调班通知 show it: one line of before → after for each place."""

    id: UUID
    plan_id: UUID
    plan_title: str
    number: str
    kind: ChangeKind
    reason: str
    lines: tuple["ChangeLine", ...]
    proof: str
    at: datetime
    staff_name: str
    undone: bool


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One place that changed: who was there, who is."""

    body_name: str
    day: date
    starts: time
    ends: time
    room_name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ReceptionRow:
    """An entry of the reception book as lists show it: masked. What is sealed is opened by a query of its own, with a reason."""

    id: UUID
    number: str
    at: datetime
    slot_id: UUID | None
    body_name: str
    receiver_id: UUID | None
    receiver_name: str
    anonymous: bool
    visitor_masked: str
    phone_masked: str
    grid: str
    people: int
    category: str
    answer: str
    proposal: str
    passed_to: str
    due_on: date | None
    outcome: str
    told_on: date | None
    told_how: str
    satisfaction: str
    visited_by: str
    redirected: str
    state: ReceptionState
    version: int


@dataclass(frozen=True, slots=True)
class PosterLine:
    """A line of the 公示表; every field as it is printed. Several people stand on lines of their own in `members`, `kinds`
    and `unit_posts` alike; `body` is whose session it is.
    """

    day: date
    weekday: str
    time: str
    room: str
    members: str
    kinds: str
    unit_posts: str
    scope: str
    note: str
    body: str = ""


@dataclass(frozen=True, slots=True)
class PosterContent:
    """What hangs on the wall. No private phone, no document number: only office phones."""

    title: str
    body_name: str
    lines: tuple[PosterLine, ...]
    phones: tuple[tuple[str, str], ...]
    organisation: str
    issued_on: str
    edition: int
    qr: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A line of the yearly statistics (履职记录): duties planned, done, covered, missed; hours; people received."""

    member_id: UUID
    member_name: str
    body_name: str
    kind: str
    unit_post: str
    planned: int
    done: int
    covered: int
    absent: int
    hours: float
    received: int
