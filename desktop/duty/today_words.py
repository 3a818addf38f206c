"""What the board of a day says: when, whether somebody has come, and what is next. Plain functions of rows and the time."""

from datetime import datetime

from db.clock import CHINA, local
from db.duty.attendance import late_minutes
from db.duty.rows import DutyRow, SlotRow
from db.duty.states import EXPECTED, METHOD_NAMES, DutyState, SignMethod
from desktop.duty.board_words import missing, time_text
from desktop.widgets.tone import Tone


def begins(slot: SlotRow) -> datetime:
    """The instant at which a session begins."""
    return datetime.combine(slot.day, slot.starts, CHINA)


def ends(slot: SlotRow) -> datetime:
    """The instant at which it ends."""
    return datetime.combine(slot.day, slot.ends, CHINA)


def standing(duty: DutyRow, slot: SlotRow, now: datetime) -> tuple[str, Tone]:
    """Whether somebody is there, in a word, and its tone."""
    match duty.state:
        case DutyState.ARRIVED:
            late = late_minutes(slot.day, slot.starts, duty.arrived_at)
            how = f"（{METHOD_NAMES[duty.method]}）" if duty.method is SignMethod.PHONE else ""
            return f"已到岗 {_clock(duty.arrived_at)}{f' 迟到{late}分钟' if late else ''}{how}", "good"
        case DutyState.LEFT:
            return f"已离岗 {_clock(duty.arrived_at)}–{_clock(duty.left_at)}", "info"
        case DutyState.ABSENT:
            return "缺席", "bad"
        case DutyState.ON_LEAVE:
            return "请假", "warn"
        case DutyState.REPLACED:
            return "已调整", ""
    if slot.cancelled:
        return "不举行", ""
    if now >= ends(slot):
        return "没有签到", "bad"
    return ("还没到", "warn") if now >= begins(slot) else ("等候到岗", "")


def slot_standing(slot: SlotRow, now: datetime) -> tuple[str, Tone]:
    """What a session is now."""
    if slot.cancelled:
        return f"不举行：{slot.cancelled}", "warn"
    if now >= ends(slot):
        return "已结束", ""
    if now < begins(slot):
        return "未开始", ""
    return (
        ("进行中", "good") if any(duty.state is DutyState.ARRIVED for duty in slot.duties) else ("进行中，无人", "bad")
    )


def about(duty: DutyRow) -> str:
    """“第十八届 党代表　区人民医院主任医师　专长：婚姻家庭”."""
    kind = " ".join(part for part in (duty.session, duty.kind) if part)
    parts = (kind, duty.unit_post, f"专长：{duty.specialty}" if duty.specialty else "")
    return "　".join(part for part in parts if part)


def remark(duty: DutyRow) -> str:
    """Who is covered, and why somebody does not come."""
    parts = (f"替 {duty.covers_name}" if duty.covers_name else "", f"原因：{duty.reason}" if duty.reason else "")
    return "　".join(part for part in parts if part)


def next_up(slots: tuple[SlotRow, ...], now: datetime) -> tuple[str, str]:
    """What whoever looks up wants to know first: now or next, who, where; and how long until then."""
    held = [slot for slot in slots if not slot.cancelled]
    running = [slot for slot in held if begins(slot) <= now < ends(slot)]
    coming = sorted((slot for slot in held if begins(slot) > now), key=lambda slot: slot.starts)
    if running:
        return "正在轮值", "\n".join(_line(slot) for slot in running)
    if coming:
        first = coming[0]
        minutes = int((begins(first) - now).total_seconds() // 60)
        wait = f"{minutes // 60} 小时 {minutes % 60} 分钟" if minutes >= 60 else f"{minutes} 分钟"
        same = [slot for slot in coming if slot.starts == first.starts]
        return f"下一场，还有 {wait}", "\n".join(_line(slot) for slot in same)
    return ("今天的轮值已经结束" if held else "今天没有轮值"), ""


def first_to_mind(slots: tuple[SlotRow, ...], now: datetime) -> DutyRow | None:
    """On whom the cursor begins: who should be here and is not, then who is here, then who comes next."""
    held = [slot for slot in slots if not slot.cancelled and now < ends(slot)]
    running = [duty for slot in held if begins(slot) <= now for duty in slot.duties]
    coming = [duty for slot in held if begins(slot) > now for duty in slot.duties]
    late = (duty for duty in running if duty.state in EXPECTED)
    here = (duty for duty in running if duty.state is DutyState.ARRIVED)
    later = (duty for duty in coming if duty.state in EXPECTED)
    return next((duty for group in (late, here, later) for duty in group), None)


def tally(slots: tuple[SlotRow, ...]) -> tuple[tuple[str, int, Tone], ...]:
    """How many should come, have come, have not, and places that nobody fills."""
    duties = [
        duty for slot in slots if not slot.cancelled for duty in slot.duties if duty.state is not DutyState.REPLACED
    ]
    came = sum(duty.state in (DutyState.ARRIVED, DutyState.LEFT) for duty in duties)
    waiting = sum(duty.state in EXPECTED for duty in duties)
    away = sum(duty.state in (DutyState.ABSENT, DutyState.ON_LEAVE) for duty in duties)
    empty = sum(missing(slot) for slot in slots)
    wanted = sum(need.count for slot in slots if not slot.cancelled for need in slot.needs)
    counts: tuple[tuple[str, int, Tone], ...] = (
        ("应到", wanted, ""), ("已到", came, "good"), ("未到", waiting, "warn" if waiting else ""),
        ("缺席请假", away, "bad" if away else ""), ("空缺", empty, "bad" if empty else ""),
    )  # fmt: skip
    return tuple(each for each in counts if each[1] or each[0] in ("应到", "已到", "未到"))


def received(slot: SlotRow) -> int:
    """How many people were received in a session."""
    return sum(duty.received for duty in slot.duties)


def _line(slot: SlotRow) -> str:
    names = "、".join(duty.member_name for duty in slot.duties if duty.state not in _GONE)
    return f"{time_text(slot.starts, slot.ends)}　{slot.body_name}　{names or '无人'}　{slot.room_name or '地点未定'}"


def _clock(at: datetime | None) -> str:
    return f"{local(at):%H:%M}" if at is not None else ""


_GONE = frozenset({DutyState.REPLACED, DutyState.ON_LEAVE, DutyState.ABSENT})
