"""Bringing read bookings in: what each row would become, shown first; then all of them or none."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.action import Act, action
from db.errors import RuleBroken
from db.rooms import occupancy
from db.rooms.admin import BorrowerFields, save_borrower
from db.rooms.bookings import book
from db.rooms.models import Borrower
from db.rooms.occupancy import Stretch
from db.rooms.queries import RoomRow, rooms
from db.rooms.reading import MOST, Draft
from db.rooms.rules import BorrowerKind, Wish, objections, with_buffers
from db.rooms.saying import clash_sentence
from db.staff.permissions import Permission

_NAMED = 8
_Who = tuple[UUID | None, str, BorrowerKind]
"""A borrower's id (None: not registered yet), name and kind."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the preview; `trouble` is empty when it can be booked as the database stands."""

    draft: Draft
    room: str
    borrower: str
    trouble: str
    new: bool = False  # the borrower is not known and would be registered


@dataclass(frozen=True, slots=True)
class Imported:
    """How many bookings were made, how many of them wait for approval, how many borrowers were registered."""

    booked: int
    asked: int
    registered: int = 0


def preview(
    session: Session,
    centre_id: UUID,
    drafts: tuple[Draft, ...],
    borrower_id: UUID | None,
    now: datetime,
    register: BorrowerKind | None = None,
) -> tuple[Line, ...]:
    """What would become of each row; `borrower_id` borrows for rows that name nobody, or nobody who is known.

    With `register`, names that are not known would be registered as borrowers of that kind.
    """
    found = _Known(session, centre_id, borrower_id, register)
    lines: list[Line] = []
    taken: dict[UUID, list[tuple[Stretch, str]]] = {}
    for draft in drafts:
        room, who = found.room(draft), found.borrower(draft)
        trouble = found.trouble(draft) or _trouble(session, room, who, draft, now)
        if room is not None and not trouble:
            stretch = Stretch(*with_buffers(room.rules, draft.starts_at, draft.ends_at))
            trouble = _inside(taken, room, stretch)
            for part in room.parts:
                taken.setdefault(part, []).append((stretch, draft.place))
        told = who[1] if who else draft.borrower
        lines.append(Line(draft, room.name if room else draft.room, told, trouble, who is not None and who[0] is None))
    return tuple(lines)


@action("room.import", Permission.ROOM_BOOK, "导入预约")
def import_bookings(
    act: Act,
    *,
    drafts: tuple[Draft, ...],
    borrower_id: UUID | None = None,
    register: BorrowerKind | None = None,
) -> Imported:
    """Book every row, all or nothing; each is checked like any other booking.

    With `register`, names that are not known become borrowers of that kind (without a phone: the file has none).

    Raises:
        RuleBroken: with every row that cannot be booked, by its place in the file, and why.
    """
    if not drafts or len(drafts) > MOST:
        raise RuleBroken(f"一次可以导入 1 到 {MOST} 场预约。")
    found = _Known(act.session, act.centre_id, borrower_id, register)
    named = [room for room in map(found.room, drafts) if room is not None]
    occupancy.lock(act.session, [part for room in named for part in room.parts])  # all at once, sorted: no deadlock
    faults: list[str] = []
    states: list[str] = []
    for draft in drafts:
        room, who = found.room(draft), found.borrower(draft)
        if room is None or who is None:
            faults.append(f"{draft.place}：{found.trouble(draft)}")
            continue
        try:
            made = book(
                act,
                room_id=room.id,
                starts_at=draft.starts_at,
                ends_at=draft.ends_at,
                borrower_id=found.registered(act, who),
                use=draft.use,
                purpose=draft.purpose,
                responsible=draft.responsible,
                people=draft.people,
            )
        except RuleBroken as refusal:
            faults.append(f"{draft.place}：{refusal.sentence}")
        else:
            states.append(made.state)
    if faults:
        more = f"\n……还有 {len(faults) - _NAMED} 处。" if len(faults) > _NAMED else ""
        raise RuleBroken(f"有 {len(faults)} 场不能预约，一场也没有导入：\n" + "\n".join(faults[:_NAMED]) + more)
    act.note(booked=len(states), registered=found.made)
    return Imported(len(states), states.count("asked"), found.made)


class _Known:
    """The rooms and borrowers that rows of a file may name."""

    def __init__(
        self, session: Session, centre_id: UUID, borrower_id: UUID | None, register: BorrowerKind | None
    ) -> None:
        self._register = register
        self.made = 0
        self._rooms: dict[str, list[RoomRow]] = {}
        for room in rooms(session, centre_id):
            for name in {room.number, room.name, f"{room.number} {room.name}", f"{room.name}（{room.number}）"}:
                self._rooms.setdefault(_plain(name), []).append(room)
        people = session.execute(
            select(Borrower.id, Borrower.name, Borrower.kind).where(Borrower.centre_id == centre_id)
        ).all()
        self._by_name: dict[str, list[_Who]] = {}
        self._default: _Who | None = None
        for row in people:
            known: _Who = (row.id, row.name, BorrowerKind(row.kind))
            self._by_name.setdefault(_plain(row.name), []).append(known)
            if row.id == borrower_id:
                self._default = known

    def room(self, draft: Draft) -> RoomRow | None:
        """The one room that is named; None where none or several are."""
        found = self._rooms.get(_plain(draft.room), [])
        return found[0] if len(found) == 1 else None

    def borrower(self, draft: Draft) -> _Who | None:
        """The one borrower of that name, else somebody new where that is wanted, else the one chosen for all rows."""
        found = self._by_name.get(_plain(draft.borrower), []) if draft.borrower else []
        if len(found) == 1:
            return found[0]
        if not found and draft.borrower and self._register is not None:
            return None, draft.borrower, self._register
        return None if len(found) > 1 else self._default

    def registered(self, act: Act, who: _Who) -> UUID:
        """The borrower's id; who is new is registered once, however many rows name them."""
        known, name, kind = who
        if known is None:
            known = save_borrower(act, fields=BorrowerFields(kind, name))
            act.flush()
            self._by_name[_plain(name)] = [(known, name, kind)]
            self.made += 1
        return known

    def trouble(self, draft: Draft) -> str:
        """Why the row's room or borrower is not known; "" when both are."""
        if self.room(draft) is None:
            several = len(self._rooms.get(_plain(draft.room), [])) > 1
            if not draft.room:
                return "没有写地点（房间）。"
            return f"有几个房间都叫“{draft.room}”，请写房间编号。" if several else f"没有房间“{draft.room}”。"
        if self.borrower(draft) is None:
            if len(self._by_name.get(_plain(draft.borrower), [])) > 1:
                return f"有几个借用方都叫“{draft.borrower}”，请先在借用方里改名区分。"
            return (
                f"没有登记借用方“{draft.borrower}”，请选择登记为新的借用方，或选一个借用方。"
                if draft.borrower
                else "请选一个借用方。"
            )
        return ""


def _plain(text: str) -> str:
    """A name as it is compared: without blanks, in one case."""
    return "".join(text.split()).casefold()


def _trouble(session: Session, room: RoomRow | None, who: _Who | None, draft: Draft, now: datetime) -> str:
    if room is None or who is None:
        return ""
    broken = objections(room.rules, Wish(draft.starts_at, draft.ends_at, draft.people, who[2]), now)
    if broken:
        return broken[0]
    stretch = Stretch(*with_buffers(room.rules, draft.starts_at, draft.ends_at))
    clashes = occupancy.clashes(session, room.parts, stretch)
    return clash_sentence(session, room, clashes[0]) if clashes else ""


def _inside(taken: dict[UUID, list[tuple[Stretch, str]]], room: RoomRow, stretch: Stretch) -> str:
    """Which earlier row of the same file has the room then."""
    for part in room.parts:
        for other, place in taken.get(part, []):
            if other.starts < stretch.ends and stretch.starts < other.ends:
                return f"与本文件{place}的时间冲突。"
    return ""
