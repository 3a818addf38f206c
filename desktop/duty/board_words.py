"""Sentences about sessions and places: for the board, tooltips, screen readers and messages."""

from datetime import date, time
from functools import cache
from uuid import UUID

from db.duty.rows import DutyRow, SlotRow
from db.duty.solve.problem import Half, Need
from db.duty.states import COMING, DUTY_NAMES, DutyState

WEEKDAYS = "一二三四五六日"
HALVES = {Half.MORNING: "上午", Half.AFTERNOON: "下午", Half.EVENING: "晚上"}
EMPTY, OFF = "空缺", "停班"


def day_text(day: date) -> str:
    """“12月2日 周三”."""
    return f"{day.month}月{day.day}日 周{WEEKDAYS[day.weekday()]}"


@cache
def time_text(starts: time, ends: time) -> str:
    """“09:00–11:00”."""
    return f"{starts:%H:%M}–{ends:%H:%M}"


def slot_text(slot: SlotRow) -> str:
    """Body, day and half of a session: “法官 12月2日 周三 上午”."""
    return f"{slot.body_name} {day_text(slot.day)} {HALVES[Half.of(slot.starts)]}"


def need_text(need: Need) -> str:
    """Who may fill a place: “党代表或人大代表”, or “” for anybody."""
    return "或".join(sorted(need.kinds))


def empty_text(wanted: str, off: str = "") -> str:
    """What a place says that nobody fills: who is wanted, or why the session is off."""
    return f"{OFF}：{off}" if off else f"{EMPTY}{f'，要{wanted}' if wanted else ''}"


def sitting(slot: SlotRow) -> tuple[DutyRow, ...]:
    """Everybody who fills a place of a session."""
    return tuple(duty for duty in slot.duties if duty.state in COMING)


def missing(slot: SlotRow) -> int:
    """How many places of a session nobody fills."""
    return 0 if slot.cancelled else max(sum(need.count for need in slot.needs) - len(sitting(slot)), 0)


def slot_of(slots: tuple[SlotRow, ...], slot_id: UUID) -> SlotRow | None:
    """The session of an id."""
    return next((slot for slot in slots if slot.id == slot_id), None)


def told_duty(duty: DutyRow) -> str:
    """Everything about somebody in a place, in one line."""
    parts = [duty.member_name, duty.kind, duty.unit_post]
    if duty.state is not DutyState.DRAFT:
        parts.append(DUTY_NAMES[duty.state])
    if duty.covers_name:
        parts.append(f"替{duty.covers_name}")
    if duty.locked:
        parts.append("已锁定")
    if duty.reason:
        parts.append(f"原因：{duty.reason}")
    return "，".join(part for part in parts if part)


def told_slot(slot: SlotRow) -> str:
    """Everything about a session, for a tooltip; one fact a line."""
    lines = [f"{slot_text(slot)} {time_text(slot.starts, slot.ends)}"]
    if slot.cancelled:
        lines.append(f"不举行：{slot.cancelled}")
    if slot.room_name:
        lines.append(f"地点 {slot.room_name}")
    if slot.planned != slot.day:
        lines.append(f"由 {day_text(slot.planned)} 顺延")
    if slot.note:
        lines.append(slot.note)
    lines += [told_duty(duty) for duty in slot.duties]
    if missing(slot):
        lines.append(f"还缺 {missing(slot)} 人")
    return "\n".join(lines)
