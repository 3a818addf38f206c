"""一次性告知书: everything an applicant has to know, printable before anything is filed."""

from datetime import datetime

from db.clock import business_date
from db.receipts import wording as w
from db.receipts.content import (
    Block,
    CaseFacts,
    CentreFacts,
    Fields,
    ItemFacts,
    MaterialFacts,
    PaperContent,
    PaperKind,
    Table,
    Text,
)

_ORDINALS = "一二三四五六七八九十"
_ROLES = {
    "直办": "本中心直接办理",
    "收件": "本中心收件，转主管部门审核办理",
    "代办": "本中心代办，由主管部门办理",
    "导办": "本中心导办，请到主管部门窗口办理",
}


def notice(
    centre: CentreFacts,
    item: ItemFacts,
    materials: tuple[MaterialFacts, ...],
    issued_at: datetime,
    case: CaseFacts | None = None,
) -> PaperContent:
    """依据, 条件, 全部材料, 程序, 时限, 收费, 结果, 去处 of one item, in numbered parts; a part without text says so.

    With `case` the applicant's particulars stand in front and the notice has a copy for the archive.
    """
    blocks: list[Block] = [_head(item, case)]
    parts: tuple[tuple[str, Block], ...] = (
        ("设定依据", Text(item.basis or "以主管部门公布的依据为准。")),
        ("受理条件", Text(item.conditions or "以主管部门公布的条件为准。")),
        ("申请材料（全部）", _material_table(materials) if materials else Text("无需提交材料。")),
        ("办理程序", Text(item.process or "申请—收件—受理—审核—办结—送达。")),
        ("办理时限", Text(f"{w.limit_text(item)}。{_suspension(item)}")),
        ("收费、结果和到场次数", _outcome(item)),
    )
    for ordinal, (heading, block) in zip(_ORDINALS, parts, strict=False):
        blocks.append(Text(f"{ordinal}、{heading}", "heading"))
        blocks.append(block)
    blocks.append(
        Text(
            "以上为办理该事项的全部内容，请按所列材料一次备齐；材料齐全、符合法定形式的，不再要求提供其他材料。", "note"
        )
    )
    return PaperContent(
        kind=PaperKind.NOTICE,
        title=PaperKind.NOTICE.label,
        number="",
        organisation=centre.name,
        issued_on=w.day(business_date(issued_at)),
        blocks=tuple(blocks),
        copies=w.ARCHIVE_AND_APPLICANT if case else ("",),
        signatures=("告知人签字", "被告知人签字") if case else (),
        seal_org=centre.seal_org if case else "",
        phones=w.phones(centre, item),
        foot=w.whereabouts(centre),
    )


def _head(item: ItemFacts, case: CaseFacts | None) -> Fields:
    rows = [
        *(w.person_rows(case) if case else ()),
        ("办理事项", item.name),
        ("事项编码", item.code),
        ("主管部门", item.department),
        ("事项类型", item.item_type),
        ("服务对象", item.service_object),
        ("办件类型", item.case_type),
        ("办理方式", _ROLES.get(item.role, item.role)),
    ]
    return Fields(tuple((label, value) for label, value in rows if value))


def _outcome(item: ItemFacts) -> Fields:
    rows = (("收费", item.fee or "不收费"), ("办理结果", item.result), ("到场次数", item.visits))
    return Fields(tuple(row for row in rows if row[1]))


def _suspension(item: ItemFacts) -> str:
    if item.case_type == "即办件":
        return ""
    return "依法需要听证、检验、检测、检疫、鉴定、专家评审等的，所需时间不计算在内。"


def _material_table(materials: tuple[MaterialFacts, ...]) -> Table:
    rows = tuple(
        (str(n), m.name, m.necessity or "必要", m.form or "—", str(m.copies), _remark(m))
        for n, m in enumerate(materials, 1)
    )
    columns = ("序号", "材料名称", "必要性", "形式", "份数", "来源和要求")
    return Table(columns, rows, (6, 32, 10, 14, 8, 30), "", f"共 {len(rows)} 件")


def _remark(material: MaterialFacts) -> str:
    return "；".join(part for part in (material.source, material.note) if part) or "—"
