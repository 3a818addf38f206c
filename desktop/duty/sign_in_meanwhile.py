"""Somebody else was first at a duty of the day: what it says now, and whether what was wanted can still be done."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from db.duty.board import today
from db.duty.rows import DutyRow, SlotRow
from desktop.duty import sign_in
from desktop.duty.board_words import day_text, time_text
from desktop.duty.today_words import standing
from desktop.shell.again import Kind
from desktop.shell.desk import Desk

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Here = tuple[SlotRow, DutyRow]
"""A duty in its session, as the board shows them."""
_TITLES = {name: text.rstrip("…") for name, text, _key, _icon in sign_in.BUTTONS}


def as_seen(desk: Desk) -> Kind[Here]:
    """What is read and told of a duty."""
    centre_id = desk.centre_id

    def read(session: "Session", here: Here) -> Here | None:
        slots = today(session, centre_id, here[0].day)
        return next(((slot, duty) for slot in slots for duty in slot.duties if duty.id == here[1].id), None)

    return Kind(read, lambda here: _facts(here, desk.now()))


def wish(name: str, duty: DutyRow, more: Mapping[str, object]) -> str:
    """“离岗：党代表甲（9 人）”."""
    told = [f"{more['received']} 人"] if more.get("received") is not None else []
    told += [str(more["reason"])] if more.get("reason") else []
    return f"{_TITLES[name]}：{duty.member_name}" + (f"（{'，'.join(told)}）" if told else "")


def hindered(name: str, here: Here, now: datetime) -> str:
    """Why a step cannot be done with a duty as it stands now."""
    slot, duty = here
    if name in sign_in.possible(duty, slot, now):
        return ""
    return f"{duty.member_name}现在是“{standing(duty, slot, now)[0]}”，不能再照做。"


def _facts(here: Here, now: datetime) -> Mapping[str, str]:
    slot, duty = here
    return {
        "情况": standing(duty, slot, now)[0],
        "原因": duty.reason,
        "接待人数": f"{duty.received} 人" if duty.received else "",
        "班次": f"{slot.body_name} {day_text(slot.day)} {time_text(slot.starts, slot.ends)} {slot.room_name}".rstrip(),
        "不举行": slot.cancelled,
    }
