"""A rule of a body's days and the sessions it gives, in the words of the form: `db.duty.rule_text` and the place."""

from db.calendar.recurrence import Every, OnHoliday
from db.duty.rule_text import rule_text
from db.duty.rules import BodyRule, Session, Turn
from db.duty.solve.problem import Need
from desktop.duty.board_words import day_text, time_text

NTH = {1: "第一个", 2: "第二个", 3: "第三个", 4: "第四个", 5: "第五个", -1: "最后一个"}
HOLIDAYS = {
    OnHoliday.POSTPONE: "遇节假日顺延到下一个工作日",
    OnHoliday.SKIP: "遇节假日停一次",
    OnHoliday.KEEP: "节假日照常",
}
TURNS = {
    Turn.ANYBODY: "不分身份",
    Turn.IN_TURN: "各类身份轮流",
    Turn.TOGETHER: "各类身份同时到",
}


def rule_sentence(rule: BodyRule, room: str = "") -> str:
    """The whole rule; `room` is the name of its fixed room."""
    parts = [rule_text(rule)]
    if _counted_from(rule):
        parts.append(f"从 {rule.pattern.first:%Y-%m-%d} 起算")
    if rule.room_id is not None:
        parts.append(f"地点 {room or '指定房间'}")
    else:
        parts.append(f"地点 任一空房（{rule.room_use}）" if rule.room_use else "地点 任一空房")
    return "，".join(parts)


def session_words(session: Session) -> tuple[str, str, str]:
    """Day, time and remark of one session of the preview."""
    if session.cancelled:
        return day_text(session.planned), "—", f"不排：{session.cancelled}"
    moved = f"由 {day_text(session.planned)} 顺延" if session.planned != session.day else session.note
    return (
        day_text(session.day), time_text(session.starts, session.ends),
        "，".join(part for part in (moved, needs_text(session.needs)) if part),
    )  # fmt: skip


def needs_text(needs: tuple[Need, ...]) -> str:
    """2 人; 党代表 1 人; 党代表、人大代表各 1 人; 党代表或人大代表 2 人、律师 1 人."""
    counts = {need.count for need in needs}
    if len(needs) > 1 and len(counts) == 1 and all(need.kinds for need in needs):
        return f"{'、'.join(_kinds(need) for need in needs)}各 {counts.pop()} 人"
    return "、".join(f"{_kinds(need)} {need.count} 人".strip() for need in needs)


def _kinds(need: Need) -> str:
    return "或".join(sorted(need.kinds))


def _counted_from(rule: BodyRule) -> bool:
    """Whether the first day decides which weeks or days it is; of months the sentence names them."""
    return rule.pattern.interval > 1 and rule.pattern.every in (Every.WEEK, Every.DAY)
