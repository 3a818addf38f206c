"""Numbered papers of the duty rosters: 调班通知 for a change of a published plan, 引导单 for what is not received here.

Kept and signed like any receipt; the same paper again is a reprint, a changed one voids the older one.
Why somebody does not come (an illness, say) stays in the records: the notice is put up beside the 公示表.
"""

from uuid import UUID

from db.action import Act, action
from db.centre.models import Centre
from db.clock import business_date
from db.duty.changes import change
from db.duty.posting import day_text, public, time_text, weekday_text
from db.duty.reception_queries import reception
from db.duty.rows import ChangeLine, ChangeRow, ReceptionRow
from db.duty.states import CHANGE_NAMES, ChangeKind
from db.errors import RuleBroken
from db.receipts import wording
from db.receipts.actions import Issued
from db.receipts.content import Big, CentreFacts, Fields, PaperContent, PaperKind, Table, Text
from db.receipts.giving import give_out
from db.receipts.queries import facts_of
from db.staff.permissions import Permission

_LEAD = "因工作需要，对已公示的轮值安排作如下调整，请相关人员按调整后的时间、地点到岗，其余安排不变。"
_TAKEN_BACK = "下列调整现予撤销，请相关人员按“原轮值”一栏的时间、地点到岗，“现轮值”一栏不再执行。"
_REASON_IS_PUBLIC = frozenset({ChangeKind.MOVE, ChangeKind.CANCEL})


@action("duty.change_notice", Permission.RECEIPT_PRINT, "打印调班通知")
def print_change(act: Act, *, change_id: UUID) -> Issued:
    """Print the 调班通知 of a change; the same notice again is a reprint, of a change taken back meanwhile a new one.

    Raises:
        RuleBroken: there is no such change.
    """
    row = change(act.session, act.centre_id, change_id)
    if row is None:
        raise RuleBroken("找不到这次调整，请刷新后再试。")
    centre = facts_of(act.session.get_one(Centre, act.centre_id))
    return give_out(
        act,
        kind=PaperKind.DUTY_CHANGE,
        number=row.number,
        name=row.plan_title,
        compose=lambda number: compose_change(centre, row, number, wording.day(business_date(act.now))),
        reason="调整已撤销，通知重开" if row.undone else "调整有变更，通知重开",
    )


@action("duty.redirect_slip", Permission.RECEIPT_PRINT, "打印引导单")
def print_redirect(act: Act, *, reception_id: UUID) -> Issued:
    """Print the 引导单 of a reception that was redirected (涉法涉诉); the same slip again is a reprint.

    Raises:
        RuleBroken: there is no such entry, or it was not redirected.
    """
    row = reception(act.session, act.centre_id, reception_id)
    if row is None:
        raise RuleBroken("找不到这条接待登记，请刷新后再试。")
    if not row.redirected:
        raise RuleBroken("这条接待没有引导到其他单位：请先登记引导去向，再打印引导单。")
    centre = facts_of(act.session.get_one(Centre, act.centre_id))
    return give_out(
        act,
        kind=PaperKind.REDIRECT,
        number=row.number,
        name=f"引导至{row.redirected}",
        compose=lambda number: compose_redirect(centre, row, number, wording.day(business_date(act.now))),
        reason="引导去向有变更，引导单重开",
    )


def compose_change(centre: CentreFacts, row: ChangeRow, number: str, issued_on: str) -> PaperContent:
    """The words of a 调班通知: what changed, place by place. `issued_on` is the day as papers write it."""
    facts = [
        ("轮值计划", row.plan_title),
        ("调整编号", row.number),
        ("调整类别", CHANGE_NAMES[row.kind]),
        ("调整时间", wording.moment(row.at)),
        ("经办人", row.staff_name),
    ]
    if row.kind in _REASON_IS_PUBLIC:
        facts.append(("调整原因", public(row.reason)))
    rows = tuple(_changed(at, line, row) for at, line in enumerate(row.lines, 1))
    heads = ("序号", "时间", "轮值单位", "地点", "原轮值", "现轮值")
    lead = _TAKEN_BACK if row.undone else _LEAD
    blocks: list[Fields | Text | Table] = [
        Text(lead),
        Fields(tuple(fact for fact in facts if fact[1])),
        Table(heads, rows, (5, 16, 17, 17, 16, 16)),
    ]
    if row.undone:
        blocks.insert(0, Text("本次调整已撤销，恢复原安排。", "strong"))
    if row.proof:
        blocks.append(Text(public(row.proof), "note"))
    return _paper(centre, PaperKind.DUTY_CHANGE, number, issued_on, tuple(blocks), ("第一联 存档", "第二联 张贴公布"))


def compose_redirect(centre: CentreFacts, row: ReceptionRow, number: str, issued_on: str) -> PaperContent:
    """The words of a 引导单. The visitor stands on it masked, or as 匿名; what they came with does not.

    Source: 《信访工作条例》(2022): what the courts, the procuratorates, the police or reconsideration have to decide goes
    the way that the law has for it (诉访分离). The paper names no article: its number could not be checked in a public text.
    """
    facts = [
        ("接待编号", row.number),
        ("接待时间", wording.moment(row.at)),
        ("接待单位", row.body_name),
        ("接待人", row.receiver_name),
        ("来访人", "匿名" if row.anonymous else row.visitor_masked),
        ("人数", f"{row.people} 人"),
        ("类别", row.category),
    ]
    blocks = (
        Big(public(row.redirected), "请前往"),
        Text(
            "您反映的事项属于涉法涉诉事项。按照《信访工作条例》关于诉访分离的规定，应当通过诉讼、检察监督、公安、行政复议"
            "等法定程序处理的，由有权处理的机关依法办理，本工作室不作受理。请携带身份证件和相关材料，向上列单位反映。"
        ),
        Fields(tuple((label, public(value)) for label, value in facts if value)),
        Text("需要法律咨询的，可拨打公共法律服务热线 12348（免费），或到本中心律师轮值时段咨询。", "note"),
    )
    return _paper(centre, PaperKind.REDIRECT, number, issued_on, blocks, ("第一联 存档", "第二联 交来访人"))


def _paper(
    centre: CentreFacts,
    kind: PaperKind,
    number: str,
    issued_on: str,
    blocks: tuple[Big | Fields | Text | Table, ...],
    copies: tuple[str, ...],
) -> PaperContent:
    return PaperContent(
        kind=kind,
        title=kind.label,
        number=number,
        organisation=centre.name,
        issued_on=issued_on,
        blocks=blocks,
        copies=copies,
        signatures=("经办人签字",) if kind is PaperKind.DUTY_CHANGE else ("接待人签字", "来访人签字"),
        seal_org=centre.seal_org,
        phones=wording.phones(centre),
        foot=wording.whereabouts(centre),
    )


def _changed(at: int, line: ChangeLine, row: ChangeRow) -> tuple[str, ...]:
    """A line of the table; a day of another year than that of the change tells its year."""
    year = "" if line.day.year == business_date(row.at).year else f"{line.day.year}年"
    when = f"{year}{day_text(line.day)} {weekday_text(line.day)}\n{time_text(line.starts, line.ends)}"
    both = [public(each or "—") for each in (line.before, line.after)]
    if row.kind is ChangeKind.MOVE:  # a day, a time and a place, each on a line of its own
        both = ["\n".join(each.split(" ", 2)) for each in both]
    return (str(at), when, public(line.body_name), public(line.room_name or "—"), *both)
