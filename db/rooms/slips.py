"""The papers of a booking: 房间使用凭单 while it stands, 房间预约取消单 when it does not. Kept and signed like any receipt."""

from datetime import datetime
from uuid import UUID

from db.action import Act, action
from db.centre.models import Centre
from db.clock import business_date, local
from db.errors import RuleBroken
from db.receipts import wording
from db.receipts.actions import Issued
from db.receipts.content import Big, Block, CentreFacts, Fields, PaperContent, PaperKind, Text
from db.receipts.giving import give_out
from db.receipts.queries import facts_of
from db.rooms.looking import booking_of
from db.rooms.models import Booking, Room
from db.rooms.states import STATE_NAMES, TAKES_ROOM, BookingState
from db.staff.permissions import Permission

_WEEKDAYS = "一二三四五六日"


@action("room.slip", Permission.RECEIPT_PRINT, "打印房间凭单")
def print_slip(act: Act, *, booking_id: UUID) -> Issued:
    """Print the slip of a booking as it stands; the same slip again is a reprint, a changed booking gets a new one.

    The older slip of a changed booking is void: whoever scans it is told so.

    Raises:
        RuleBroken: the booking is of another centre's room: that centre gives out its papers.
    """
    booking = booking_of(act, booking_id)
    if booking.centre_id != act.centre_id:
        raise RuleBroken("这是其他中心的房间，凭单请到该中心打印。")
    room = act.session.get_one(Room, booking.room_id)
    kind = PaperKind.BOOKING if booking.state in TAKES_ROOM else PaperKind.BOOKING_ENDED
    centre = facts_of(act.session.get_one(Centre, act.centre_id))
    return give_out(
        act,
        kind=kind,
        number=booking.number,
        name=f"{room.name} {local(booking.starts_at):%m-%d %H:%M}",
        compose=lambda number: compose_slip(kind, centre, booking, room, number, act.now),
        reason="预约有变更，凭单重开",
    )


def compose_slip(
    kind: PaperKind, centre: CentreFacts, booking: Booking, room: Room, number: str, now: datetime
) -> PaperContent:
    """The words of a slip. No phone and no document number is on it."""
    day = business_date(booking.starts_at)
    starts, ends = local(booking.starts_at), local(booking.ends_at)
    last = "24:00" if ends.time() == ends.min.time() else f"{ends:%H:%M}"
    rows = [
        ("预约编号", booking.number),
        ("房间", f"{room.name}（{room.number}）{room.floor}"),
        ("日期", f"{wording.day(day)} 星期{_WEEKDAYS[day.weekday()]}"),
        ("时间", f"{starts:%H:%M}—{last}"),
        ("借用方", booking.borrower_name),
        ("申请中心", booking.asked_by_name),
        ("活动内容", booking.purpose),
        ("用途", booking.use),
        ("负责人", booking.responsible),
        ("人数", f"{booking.people} 人" if booking.people else ""),
        ("收费", room.fee if kind is PaperKind.BOOKING else ""),
        ("状态", STATE_NAMES[BookingState(booking.state)] if kind is PaperKind.BOOKING_ENDED else ""),
        ("原因", booking.reason if kind is PaperKind.BOOKING_ENDED else ""),
    ]
    blocks: list[Block] = [Fields(tuple(row for row in rows if row[1]))]
    if kind is PaperKind.BOOKING:
        blocks.insert(0, Big(f"{room.name}　{starts:%H:%M}—{last}", f"{day.month}月{day.day}日"))
        wait = f"开始后 {room.release_minutes} 分钟未签到，房间自动释放。" if room.release_minutes else ""
        if booking.state == BookingState.ASKED:
            blocks.append(Text("本预约尚待审批，审批通过后方可使用。", "strong"))
        blocks.append(Text(f"到场时请出示本单扫码签到。{wait}使用后请恢复原状、关闭电源，并到服务台登记。", "note"))
    else:
        blocks.append(Text("上列预约不再有效，房间已释放。需要时请重新预约。"))
    return PaperContent(
        kind=kind,
        title=kind.label,
        number=number,
        organisation=centre.name,
        issued_on=wording.day(business_date(now)),
        blocks=tuple(blocks),
        copies=("第一联 存档", "第二联 交借用方"),
        signatures=("经办人签字", "借用方签字"),
        seal_org=centre.seal_org,
        phones=(("咨询电话", centre.phone),) if centre.phone else (),
        foot=wording.whereabouts(centre),
    )
