"""Words about plans: their state, how full they are, titles that are suggested."""

import calendar
from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum

from db.duty.rows import PlanRow
from db.duty.states import PLAN_NAMES, PlanState


class Span(StrEnum):
    """For how long a plan is made."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    FREE = "free"


SPAN_NAMES = {Span.MONTH: "一个月", Span.QUARTER: "一个季度", Span.YEAR: "一年", Span.FREE: "自定起止"}
_MONTHS = {Span.MONTH: 1, Span.QUARTER: 3, Span.YEAR: 12}
TONES = {PlanState.DRAFT: "warn", PlanState.PUBLISHED: "good", PlanState.ARCHIVED: ""}


def state_text(row: PlanRow) -> str:
    """“拟定”, “已公示 · 第2版”."""
    edition = f" · 第{row.edition}版" if row.edition else ""
    return PLAN_NAMES[row.state] + edition


def filled_text(row: PlanRow) -> str:
    """“62/62”, and what is missing."""
    left = row.places - row.filled
    return f"{row.filled}/{row.places}" + (f"，缺 {left}" if left > 0 else "")


def days_text(first: date, last: date) -> str:
    """“2026年12月1日–31日”, with as little repeated as can be."""
    if first.year != last.year:
        return f"{first.year}年{first.month}月{first.day}日–{last.year}年{last.month}月{last.day}日"
    if first.month != last.month:
        return f"{first.year}年{first.month}月{first.day}日–{last.month}月{last.day}日"
    return f"{first.year}年{first.month}月{first.day}日–{last.day}日"


def bounds(span: Span, day: date) -> tuple[date, date]:
    """First and last day of the month, quarter or year that a day lies in."""
    months = _MONTHS[span]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    last_month = first.month + months - 1
    return first, date(first.year, last_month, calendar.monthrange(first.year, last_month)[1])


def following(span: Span, day: date) -> tuple[date, date]:
    """The next month, quarter or year after a day: what is usually planned."""
    return bounds(span, bounds(span, day)[1] + timedelta(days=1))


def span_text(first: date, last: date) -> str:
    """“2026年12月”, “2027年第1季度”, “2027年”, else the days."""
    for span in (Span.MONTH, Span.QUARTER, Span.YEAR):
        if bounds(span, first) == (first, last):
            if span is Span.MONTH:
                return f"{first.year}年{first.month}月"
            return f"{first.year}年第{(first.month + 2) // 3}季度" if span is Span.QUARTER else f"{first.year}年"
    return days_text(first, last)


def suggested_title(bodies: Sequence[str], first: date, last: date) -> str:
    """“法官、检察官 2026年12月轮值表”."""
    named = "、".join(bodies[:2]) + (f"等 {len(bodies)} 个单位" if len(bodies) > 2 else "")
    return f"{named} {span_text(first, last)}轮值表".strip()
