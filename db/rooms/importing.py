"""Bringing read bookings in: what each row would become, shown first; then all of them or none."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.action import Act, action
from db.errors import RuleBroken
from db.rooms import occupancy
from db.rooms.bookings import book
from db.rooms.models import Borrower
from db.rooms.occupancy import Stretch
from db.rooms.queries import RoomRow, rooms
from db.rooms.reading import MOST, Draft
from db.rooms.rules import BorrowerKind, Wish, objections, with_buffers
from db.rooms.saying import clash_sentence
from db.staff.permissions import Permission

_NAMED = 8


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the preview; `trouble` is empty when it can be booked as the database stands."""

    draft: Draft
    room: str
    borrower: str
    trouble: str


@dataclass(frozen=True, slots=True)
class Imported:
    """How many bookings were made, and how many of them wait for approval."""

    booked: int
    asked: int


def preview(
    session: Session, centre_id: UUID, drafts: tuple[Draft, ...], borrower_id: UUID | None, now: datetime
) -> tuple[Line, ...]:
    """What would become of each row; `borrower_id` borrows for rows that name nobody, or nobody who is known."""
    found = _Known(session, centre_id, borrower_id)
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
        lines.append(Line(draft, room.name if room else draft.room, who[1] if who else draft.borrower, trouble))
    return tuple(lines)


@action("room.import", Permission.ROOM_BOOK, "导入预约")
def import_bookings(act: Act, *, drafts: tuple[Draft, ...], borrower_id: UUID | None = None) -> Imported:
    """Book every row, all or nothing; each is checked like any other booking.

    Raises:
        RuleBroken: with every row that cannot be booked, by its place in the file, and why.
    """
    if not drafts or len(drafts) > MOST:
        raise RuleBroken(f"一次可以导入 1 到 {MOST} 场预约。")
    found = _Known(act.session, act.centre_id, borrower_id)
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
                borrower_id=who[0],
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
    act.note(booked=len(states))
    return Imported(len(states), states.count("asked"))


class _Known:
    """The rooms and borrowers that rows of a file may name."""

    def __init__(self, session: Session, centre_id: UUID, borrower_id: UUID | None) -> None:
        self._rooms: dict[str, list[RoomRow]] = {}
        for room in rooms(session, centre_id):
            for name in {room.number, room.name, f"{room.number} {room.name}", f"{room.name}（{room.number}）"}:
                self._rooms.setdefault(_plain(name), []).append(room)
        people = session.execute(
            select(Borrower.id, Borrower.name, Borrower.kind).where(Borrower.centre_id == centre_id)
        ).all()
        self._by_name: dict[str, list[tuple[UUID, str, BorrowerKind]]] = {}
        self._default: tuple[UUID, str, BorrowerKind] | None = None
        for row in people:
            known = (row.id, row.name, BorrowerKind(row.kind))
            self._by_name.setdefault(_plain(row.name), []).append(known)
            if row.id == borrower_id:
                self._default = known

    def room(self, draft: Draft) -> RoomRow | None:
        """The one room that is named; None where none or several are."""
        found = self._rooms.get(_plain(draft.room), [])
        return found[0] if len(found) == 1 else None

    def borrower(self, draft: Draft) -> tuple[UUID, str, BorrowerKind] | None:
        """The one borrower of that name, else the one chosen for rows without."""
        found = self._by_name.get(_plain(draft.borrower), []) if draft.borrower else []
        return found[0] if len(found) == 1 else None if len(found) > 1 else self._default

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
                f"没有登记借用方“{draft.borrower}”，请先登记或选一个借用方。" if draft.borrower else "请选一个借用方。"
            )
        return ""


def _plain(text: str) -> str:
    """A name as it is compared: without blanks, in one case."""
    return "".join(text.split()).casefold()


def _trouble(
    session: Session, room: RoomRow | None, who: tuple[UUID, str, BorrowerKind] | None, draft: Draft, now: datetime
) -> str:
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
