"""Who is second at a body, a rule or a person that somebody else has changed meanwhile: what is asked, and what is told."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtWidgets import QWidget

from db.duty.queries import bodies, members, rules_by_body
from db.duty.rows import BodyRow, MemberRow, SeatRow
from db.duty.rules import BodyRule
from desktop.duty.body_form import BodyForm
from desktop.duty.people_pane_words import term_words
from desktop.duty.rule_form_words import rule_sentence
from desktop.shell.again import Kind
from desktop.shell.desk import Desk
from desktop.shell.twice import words_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

USE = {True: "使用中", False: "已停用"}


def bodies_as_seen(desk: Desk, owner: QWidget) -> Kind[BodyRow]:
    """A body says what its form would say."""
    centre_id = desk.centre_id

    def twin(row: BodyRow) -> BodyForm:
        return BodyForm(desk, row, row.position, owner)

    def read(session: "Session", row: BodyRow) -> BodyRow | None:
        return next((each for each in bodies(session, centre_id, idle=True) if each.id == row.id), None)

    return Kind(read, lambda row: {**words_of(twin(row)), "状态": USE[row.active]})


def rules_as_seen(desk: Desk, room_name: Callable[[UUID | None], str]) -> Kind[BodyRule]:
    """A rule is one sentence."""
    centre_id = desk.centre_id

    def read(session: "Session", rule: BodyRule) -> BodyRule | None:
        return next(
            (each for each in rules_by_body(session, centre_id).get(rule.body_id, ()) if each.id == rule.id), None
        )

    return Kind(read, lambda rule: {"规则": rule_sentence(rule, room_name(rule.room_id))})


def members_as_seen(desk: Desk) -> Kind[MemberRow]:
    """Somebody with all their places."""
    centre_id = desk.centre_id

    def read(session: "Session", row: MemberRow) -> MemberRow | None:
        return next((each for each in members(session, centre_id, idle=True) if each.id == row.id), None)

    return Kind(read, _person)


def _person(row: MemberRow) -> Mapping[str, str]:
    places = {f"任职：{seat.body_name}": _place(seat) for seat in row.seats}
    facts = {
        "姓名": row.name,
        "单位职务": row.unit_post,
        "专长": row.specialty,
        "手机": row.phone_masked,
        "备注": row.note,
    }
    return {**facts, **places, "状态": USE[row.active]}


def _place(seat: SeatRow) -> str:
    parts = (seat.session, seat.kind, seat.level, f"任期 {term_words(seat)}", "" if seat.active else "已结束")
    return " ".join(part for part in parts if part)
