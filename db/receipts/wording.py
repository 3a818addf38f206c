"""Sentences and pieces that several papers share: dates, sums, legal bases, the usual fields.

Sources: 《中华人民共和国行政许可法》(2019) art. 31, 32, 45, 82; 《中华人民共和国行政复议法》(2023) art. 20;
《中华人民共和国行政诉讼法》(2017) art. 46. A matter that is no 行政许可 follows them by analogy (参照).
"""

from datetime import date, datetime

from db.clock import local
from db.receipts.content import CaseFacts, CentreFacts, Fields, ItemFacts, MaterialFacts, Table

ARCHIVE_AND_APPLICANT = ("第一联 存档", "第二联 交申请人")
YEAR_NOT_PUBLISHED = "年历未发布，待国务院办公厅公布后另行告知"
LIMIT_UNCONFIRMED = "待核定，以主管部门答复为准"
_LICENCE = "行政许可"
_NOT_GOVERNMENT = frozenset(("便民服务", "党务服务"))
_ADMINISTRATIVE = frozenset(("行政许可", "行政给付", "行政确认", "行政奖励", "行政裁决", "行政征收", "其他行政权力"))


def day(value: date) -> str:
    """2026年11月22日, the way official papers write a date."""
    return f"{value.year}年{value.month}月{value.day}日"


def moment(at: datetime) -> str:
    """2026年11月22日 09:05, in China."""
    there = local(at)
    return f"{day(there.date())} {there:%H:%M}"


def law(item: ItemFacts, article: str) -> str:
    """The Licensing Law's article, as the basis of a 行政许可 and by analogy (参照) for other government services.

    便民服务 and 党务服务 are no 政务服务事项: for them it is "".
    """
    if item.item_type in _NOT_GOVERNMENT:
        return ""
    lead = "依据" if item.item_type == _LICENCE else "参照"
    return f"{lead}《中华人民共和国行政许可法》{article}"


def under(item: ItemFacts, article: str) -> str:
    """The beginning of a sentence that rests on the article, with its comma; "" where no law is the basis."""
    basis = law(item, article)
    return f"{basis}的规定，" if basis else ""


def five_days(item: ItemFacts) -> str:
    """What art. 32 owes the applicant after papers were handed in."""
    if item.item_type in _NOT_GOVERNMENT:
        return "材料不齐全的，将当场或者在五个工作日内一次告知需要补正的全部内容。"
    return (
        f"{under(item, '第三十二条')}申请材料不齐全或者不符合法定形式的，将当场或者在五个工作日内"
        "一次告知需要补正的全部内容；逾期不告知的，自收到申请材料之日起即为受理。"
    )


def remedies(case: CaseFacts, centre: CentreFacts) -> str:
    """How to contest a decision: what the case says, else the statutory periods, else the hotlines."""
    if case.remedies:
        return case.remedies
    phone = case.item.complaint_phone or centre.complaint_phone
    hotlines = f"监督电话{phone}或者12345政务服务便民热线" if phone else "12345政务服务便民热线"
    if case.item.item_type in _ADMINISTRATIVE:
        return (
            "如对本决定不服，可以自收到本通知书之日起六十日内依法申请行政复议，"
            f"或者六个月内依法向人民法院提起行政诉讼；也可以拨打{hotlines}反映。"
        )
    return f"如有异议，可以向{case.item.department or centre.name}申请复核，或者拨打{hotlines}反映。"


def limit_text(item: ItemFacts) -> str:
    """The promised and the legal limit, or that the item is not confirmed yet (待核)."""
    if item.case_type == "即办件":
        return "即办件，材料齐全、符合要求的当场办结"
    if not item.limit_confirmed:
        return LIMIT_UNCONFIRMED
    parts = []
    if item.promise_limit:
        parts.append(f"承诺办结时限：{item.promise_limit}")
    if item.legal_limit:
        parts.append(f"法定办结时限：{item.legal_limit}")
    return "；".join(parts) or LIMIT_UNCONFIRMED


def promised_date(case: CaseFacts) -> str:
    """The promised date, or why none is printed; "" for a case that is done at once."""
    if case.item.case_type == "即办件":
        return ""
    if not case.item.limit_confirmed:
        return LIMIT_UNCONFIRMED
    return day(case.due_on) if case.due_on else YEAR_NOT_PUBLISHED


def document(kind: str, masked: str) -> str:
    """居民身份证 350***********1234, or that there is none."""
    return f"{kind} {masked}".strip() or "未提供"


def person_rows(case: CaseFacts) -> tuple[tuple[str, str], ...]:
    """Applicant and, if somebody came for them, the agent."""
    rows = [("申请人", case.applicant), ("身份证件", document(case.id_type, case.id_masked))]
    if case.phone_masked:
        rows.append(("联系电话", case.phone_masked))
    if case.agent:
        relation = f"（{case.agent_relation}）" if case.agent_relation else ""
        rows.append(("代办人", case.agent + relation))
        if case.agent_id_masked:
            rows.append(("代办人证件", document(case.agent_id_type, case.agent_id_masked)))
    return tuple(rows)


def case_fields(case: CaseFacts, *more: tuple[str, str]) -> Fields:
    """Who, what, where and when, the same on every paper of a case, then `more`, then the case's extras."""
    item = case.item
    rows = [
        *person_rows(case),
        ("办理事项", item.name),
        ("主管部门", item.department),
        ("办件编号", case.number),
        ("查询码", case.query_code),
        ("收件时间", moment(case.received_at)),
        ("经办人", case.handled_by),
        ("办理窗口", case.counter),
        *more,
        *case.extra,
    ]
    return Fields(tuple((label, value) for label, value in rows if value))


def is_received(material: MaterialFacts) -> bool:
    """Whether the paper was handed in: found good, or counted in pages whatever was found."""
    return material.status == "合格" or (material.status in ("", "不合格") and material.pages > 0)


def lacks(materials: tuple[MaterialFacts, ...]) -> tuple[MaterialFacts, ...]:
    """The papers that must be brought or mended (缺, 不合格); 容缺 papers are promised, not lacking."""
    return tuple(m for m in materials if m.status in ("缺", "不合格"))


def postponed(materials: tuple[MaterialFacts, ...]) -> tuple[MaterialFacts, ...]:
    """The papers that are promised for a later day (容缺)."""
    return tuple(m for m in materials if m.status == "容缺")


def material_table(materials: tuple[MaterialFacts, ...], caption: str) -> Table:
    """The papers that changed hands, with copies, pages and the sum 共_件."""
    rows = tuple(
        (str(n), m.name, m.form or "—", str(m.copies), str(m.pages) if m.pages else "—")
        for n, m in enumerate(materials, 1)
    )
    pages = sum(m.pages for m in materials)
    total = f"共 {len(rows)} 件" + (f"，合计 {pages} 页" if pages else "")
    return Table(("序号", "材料名称", "形式", "份数", "页数"), rows, (6, 50, 16, 8, 8), caption, total)


def phones(centre: CentreFacts, item: ItemFacts | None = None) -> tuple[tuple[str, str], ...]:
    """Whom to ask and whom to complain to; the item's own numbers first."""
    ask = (item.phone if item else "") or centre.phone
    complain = (item.complaint_phone if item else "") or centre.complaint_phone
    rows = (("咨询电话", ask), ("监督电话", complain), ("政务服务热线", "12345"))
    return tuple((label, value) for label, value in rows if value)


def whereabouts(centre: CentreFacts) -> tuple[str, ...]:
    """Address and hours, as the foot of a paper."""
    rows = (("地址", centre.address), ("办公时间", centre.hours))
    return tuple(f"{label}：{value}" for label, value in rows if value)
