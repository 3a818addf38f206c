"""What the clerk reads at a glance: whom I serve, what is missing, what is next. Plain values."""

from dataclasses import dataclass
from datetime import date

from db.calendar.rules import Calendar
from db.cases.rules import Offer
from db.cases.status import CentreRole, MaterialState, Necessity, Verb
from db.cases.terms import term
from desktop.counter.form import Form

SIGNS = {MaterialState.MISSING: "○", MaterialState.BAD: "✕", MaterialState.TOLERATED: "◷"}
WEEKDAYS = "一二三四五六日"
_PROMISING = (Verb.ACCEPT, Verb.TOLERATE)


@dataclass(frozen=True, slots=True)
class Glance:
    """Texts of the outcome panel. `offer` is what the large button does; `ready` whether it may be pressed."""

    promise: str
    promise_note: str
    lacking: tuple[str, ...]
    next_step: str
    offer: Offer | None
    ready: bool


def glance(form: Form, calendar: Calendar | None, today: date) -> Glance:
    """Read the whole form."""
    offers = form.offers(today)
    offer = next((each for each in offers if each.primary), None)
    step = next_step(form, offer)
    promise, note = _promise(form, offer, calendar, today)
    return Glance(promise, note, lacking_lines(form), step, offer, offer is not None and not step)


def next_step(form: Form, offer: Offer | None) -> str:
    """What has to be done before the large button works, "" when nothing has."""
    if form.item is None or offer is None:
        return "先登记服务对象，再选事项。" if form.applicant is None else "选择要办的事项。"
    if offer.verb is Verb.REFER:
        return offer.refusal
    if form.applicant is None:
        return "还没有登记服务对象：刷卡，或输入证件号、手机号、姓名。"
    return offer.refusal


def lacking_lines(form: Form) -> tuple[str, ...]:
    """What is missing, with why: ○ 户口簿, ✕ 身份证（已过期）, ◷ 照片（12月1日前）."""
    lines = []
    for paper in form.papers:
        why = paper.opinion.strip() or (day_text(paper.due) + "前补" if paper.due else "")
        if paper.state in SIGNS and paper.check.needed:
            lines.append(f"{SIGNS[paper.state]} {paper.needed.name}" + (f"（{why}）" if why else ""))
    return tuple(lines)


def hopeless(form: Form) -> frozenset[Verb]:
    """Moves that the chosen item never allows, whatever is on the checklist: no button for them."""
    if form.item is None:
        return frozenset()
    rule = form.item.rule
    never = set() if rule.instant else {Verb.INSTANT}
    if not rule.accepts:
        never |= {Verb.ACCEPT, Verb.TOLERATE, Verb.INSTANT}
    if rule.role is CentreRole.GUIDE:
        never |= {Verb.RECEIVE, Verb.CORRECT, Verb.ACCEPT, Verb.TOLERATE, Verb.INSTANT}
    if not any(paper.needed.necessity is Necessity.TOLERABLE for paper in form.papers):
        never.add(Verb.TOLERATE)
    return frozenset(never)


def day_text(day: date) -> str:
    """12月18日 周五."""
    return f"{day.month}月{day.day}日 周{WEEKDAYS[day.weekday()]}"


def _promise(form: Form, offer: Offer | None, calendar: Calendar | None, today: date) -> tuple[str, str]:
    item = form.item
    if item is None or offer is None or calendar is None:
        return "—", ""
    if item.rule.instant and offer.verb in (Verb.INSTANT, Verb.TOLERATE, Verb.ACCEPT):
        return "当场办结", "即办件"
    limit = f"{item.limit.days} 个{item.limit.unit}" if item.limit.days else "目录没有写时限"
    if not item.limit.confirmed:
        limit += "（待核，不打印）"
    if offer.verb is Verb.CORRECT:
        return "补齐后起算", f"受理后 {limit}"
    if offer.verb not in _PROMISING:
        return "不承诺日期", {Verb.RECEIVE: "收件后 5 个工作日内告知是否受理"}.get(offer.verb, "")
    promised = term(calendar, item.limit, today)
    if promised.due_on is None:
        return promised.no_date_reason, "不打印承诺日期"
    year = f"{promised.due_on.year}年" if promised.due_on.year != today.year else ""
    return f"{year}{day_text(promised.due_on)}", f"自明日起 {limit}"
