"""Rows of duties as queries return them, for papers and files; and examples of the actions that give them out."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from db.duty.changing import substitute
from db.duty.reception import ReceptionFields, receive, reception_redirect
from db.duty.rows import BodyRow, DutyRow, MemberRow, SeatRow, SlotRow
from db.duty.solve.problem import Need
from db.duty.states import DutyState
from db.ids import new_id
from db.receipts.content import CentreFacts
from tests.factories.duty import make_crew, make_member
from tests.factories.duty_plans import make_published, sitter, slots_in
from tests.factories.stage import Example, Stage

BODY_NAME = "“两代表一委员”工作室"
CENTRE = CentreFacts(
    name="军门社区“党建+”邻里中心",
    code="JM01",
    short_name="军门邻里",
    seal_org="军门社区党委",
    phone="0591-87654321",
    complaint_phone="0591-87650000",
    address="军门社区",
    hours="每天",
)
MOBILE, DOCUMENT = "13800138000", "350102199003072316"


def body_row(name: str = BODY_NAME, **more: Any) -> BodyRow:
    """A body with an office phone."""
    given: dict[str, Any] = {
        "colour": 0, "scope": "听取意见建议", "liaison": "陈联络", "office_phone": "0591-87111222", "rest": 0,
        "most_a_month": 0, "least_a_year": 0, "note": "", "position": 0, "active": True, "version": 1, "rules": (),
        "members": 3,
    }  # fmt: skip
    return BodyRow(new_id(), name, **{**given, **more})


def duty_row(name: str = "林代表", **more: Any) -> DutyRow:
    """Somebody who sits in a published session."""
    given: dict[str, Any] = {
        "id": new_id(), "slot_id": new_id(), "seat_id": new_id(), "member_id": new_id(), "kind": "人大代表",
        "session": "第十八届", "level": "区", "unit_post": "榕荫社区书记", "specialty": "", "need": 0,
        "state": DutyState.PUBLISHED, "locked": False, "covers_name": "", "reason": "", "arrived_at": None,
        "left_at": None, "method": None, "received": 0, "version": 1,
    }  # fmt: skip
    return DutyRow(member_name=name, **{**given, **more})


def slot_row(body: BodyRow, day: date = date(2026, 12, 2), *duties: DutyRow, **more: Any) -> SlotRow:
    """A session from 9:00 to 11:30 in 102."""
    given: dict[str, Any] = {
        "id": new_id(), "plan_id": new_id(), "scope": body.scope, "planned": day, "starts": time(9), "ends": time(11, 30),
        "needs": (Need(),), "room_id": ROOM, "room_name": "102 接待室", "cancelled": "", "note": "", "sequence": 0,
        "version": 1,
    }  # fmt: skip
    return SlotRow(
        body_id=body.id, body_name=body.name, colour=body.colour, day=day, duties=duties, **{**given, **more}
    )


def member_row(name: str = "林代表", body: BodyRow | None = None, **more: Any) -> MemberRow:
    """A member with a seat in the body."""
    member_id = more.pop("id", new_id())
    seats = () if body is None else (
        SeatRow(
            new_id(), body.id, body.name, member_id, name, "人大代表", "第十八届", "区", None, None, 0, 0, True, 1
        ),
    )  # fmt: skip
    given: dict[str, Any] = {
        "unit_post": "榕荫社区书记", "specialty": "", "phone_masked": "138****8000", "note": "", "active": True,
        "version": 1, "seats": seats, "stands": (),
    }  # fmt: skip
    return MemberRow(member_id, name, **{**given, **more})


ROOM = new_id()


def change_of(stage: Stage, **more: object) -> dict[str, object]:
    """Somebody covers for somebody else in a published plan."""
    body_id, seats = make_crew(stage.hall, stage.actor, stage.now, 6)
    plan_id = make_published(stage.hall, stage.actor, stage.now, (body_id,))
    duty = sitter(slots_in(stage.hall, stage.actor, plan_id)[0])
    peer = next(seat for seat in seats if seat != duty.seat_id and _kind(stage, plan_id, seat) == duty.kind)
    done = stage.run(
        substitute, duty_id=duty.id, version=duty.version, seat_id=peer, reason="住院", override="情况紧急"
    )
    return {"change_id": done.change_id, **more}


def _kind(stage: Stage, plan_id: UUID, seat_id: UUID) -> str:
    slots = slots_in(stage.hall, stage.actor, plan_id)
    return next((duty.kind for slot in slots for duty in slot.duties if duty.seat_id == seat_id), "")


def members_of(stage: Stage, now: datetime) -> tuple[UUID, ...]:
    """Two members."""
    return tuple(make_member(stage.hall, stage.actor, now, name) for name in ("林代表", "陈代表"))


def _redirected(stage: Stage) -> dict[str, object]:
    made = stage.run(receive, fields=ReceptionFields(category="其他", anonymous=True, content="判决", demand="申诉"))
    stage.run(reception_redirect, reception_id=made.reception_id, version=made.version, whither="法院")
    return {"reception_id": made.reception_id}


EXAMPLES: dict[str, Example] = {
    "duty.redirect_slip": _redirected,
    "duty.cards_print": lambda stage: {"member_ids": members_of(stage, stage.now)},
    "duty.change_notice": change_of,
}
