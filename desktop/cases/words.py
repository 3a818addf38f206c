"""How a case is said on the screen: dates, lamps, next steps. Plain functions of frozen rows."""

from datetime import date, datetime

from db.cases.listing import CaseRow
from db.cases.status import LAMP_TITLES, OUTCOME_TITLES, STATUS_TITLES, Lamp, MaterialState, Outcome, Status
from db.clock import local

LAMP_TONES = {Lamp.GREEN: "good", Lamp.YELLOW: "warn", Lamp.RED: "bad", Lamp.PAUSED: "info", Lamp.NONE: ""}
MATERIAL_TONES = {
    MaterialState.OK: "good",
    MaterialState.MISSING: "bad",
    MaterialState.BAD: "bad",
    MaterialState.TOLERATED: "warn",
    MaterialState.UNCHECKED: "",
}
NEXT_STEPS = {
    Status.RECEIVED: "下一步：受理、补正告知或转报",
    Status.CORRECTING: "下一步：等申请人补材料，收到后“登记补交”",
    Status.ACCEPTED: "下一步：办理，办完“办结”；要上级办的“转报”",
    Status.HANDLING: "下一步：办完后“办结”",
    Status.SUSPENDED: "下一步：特殊程序结束后“恢复计时”",
    Status.TRANSFERRED: "下一步：上级有结果后登记“办结”或“退件”",
    Status.FINISHED: "下一步：把结果交给申请人，“送达”",
}


def short_day(day: date | None, today: date) -> str:
    """11-23, with the year where it is another one."""
    if day is None:
        return ""
    return f"{day:%m-%d}" if day.year == today.year else f"{day:%Y-%m-%d}"


def short_time(at: datetime, today: date) -> str:
    """11-17 09:30, with the year and without the minute where it is another year."""
    there = local(at)
    return f"{there:%m-%d %H:%M}" if there.year == today.year else f"{there:%Y-%m-%d}"


def long_time(at: datetime) -> str:
    """2026-11-17 09:30."""
    return f"{local(at):%Y-%m-%d %H:%M}"


def term_text(row: CaseRow, today: date) -> str:
    """What the column of the lamp says: the date and what it means; or why there is none."""
    if row.lamp is Lamp.PAUSED:
        return "已暂停"
    if row.lamp is Lamp.NONE:
        return row.no_date_reason if row.clock == "running" else "—"
    if row.lamp is Lamp.RED and row.due_on is not None:
        return f"超期{(today - row.due_on).days}天"
    if row.due_on == today:
        return "今天到期"
    return short_day(row.due_on, today)


def term_tip(row: CaseRow) -> str:
    """The lamp in words, with the date."""
    if row.due_on is None:
        return row.no_date_reason or LAMP_TITLES[row.lamp]
    return f"{LAMP_TITLES[row.lamp]}，承诺办结日期 {row.due_on:%Y-%m-%d}"


def status_text(row: CaseRow) -> str:
    """The status, with the step inside 办理 and a refusal said plainly."""
    if row.status is Status.HANDLING and row.stage:
        return row.stage
    if row.outcome is Outcome.DENIED:
        return f"{STATUS_TITLES[row.status]}·不准"
    return STATUS_TITLES[row.status]


def outcome_text(outcome: Outcome) -> str:
    """The outcome, or a dash while there is none."""
    return OUTCOME_TITLES[outcome] or "—"
