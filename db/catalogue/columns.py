"""Which column of a spreadsheet is which field of an item: guessed from the headings, correctable by the clerk."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from db.catalogue.reading import search_form
from db.catalogue.rules import LABELS
from db.catalogue.sheet import Cell, Table

MATERIAL_LABELS: Final = {
    "material.name": "材料名称",
    "material.necessity": "材料必要性",
    "material.form": "材料形式",
    "material.copies": "材料份数",
    "material.source": "材料来源渠道",
    "material.note": "材料说明",
}
"""Fields of one material a row; `materials` is all of them in one cell."""

FIELD_LABELS: Final = {**LABELS, "materials": "申请材料（一格多项）", **MATERIAL_LABELS}
"""Every field a column can be, as the mapping shows it."""

HEADINGS: Final = {**LABELS, **MATERIAL_LABELS}
"""The headings that our own export writes."""

_SYNONYMS: Final = {
    "local_code": "事项编号 编号 事项编码 本地编码 事项代码 本地代码 事项序号编码",
    "name": "事项名称 名称 办理事项 服务事项 办事事项 政务服务事项名称 政务服务事项 事项 项目名称 业务名称 业务办理项名称 办理项名称 "
    "服务项目 事项主项名称 子项名称",
    "aliases": "俗称 别名 通俗名称 通俗叫法 群众说法 常用名 简称",
    "department": "主管部门 实施主体 实施主体名称 部门 所属部门 责任部门 实施机关 实施机构 业务部门 承办部门 牵头部门 责任单位 实施部门",
    "delegating_department": "委托部门 委托机关 委托单位",
    "item_type": "事项类型 类型 事项性质 权力类型 事项类别 职权类型",
    "category": "分类 六有分类 主题分类 类别 所属分类 主题 服务类别",
    "service_object": "服务对象 办理对象 面向对象 适用对象 申请人类型 服务对象类型",
    "role": "本中心权限 办理权限 中心权限 权限 本中心办理方式 社区权限 中心办理方式 下放方式",
    "case_type": "办件类型 办理类型 办件种类",
    "promise_limit": "承诺办结时限 承诺时限 承诺期限 承诺办理时限 承诺工作日 承诺天数 承诺办理期限 办理时限 办结时限",
    "promise_unit": "承诺时限单位 承诺办结时限单位 承诺期限单位",
    "legal_limit": "法定办结时限 法定时限 法定期限 法定办理时限 法定天数 法定办理期限",
    "legal_unit": "法定时限单位 法定办结时限单位 法定期限单位",
    "limit_confirmed": "时限核对 时限是否核对 时限状态 待核",
    "basic_code": "基本编码 事项基本编码 国家基本编码",
    "implementation_code": "实施编码 实施清单编码 国家实施编码 地方实施编码",
    "business_code": "业务办理项编码 办理项编码",
    "conditions": "受理条件 办理条件 申请条件 申报条件 条件",
    "process": "办理流程 流程 办理程序 办事流程 程序",
    "basis": "设定依据 法律依据 依据 政策依据 实施依据 法定依据",
    "fee": "收费 收费标准 是否收费 收费情况 收费依据和标准 费用",
    "result": "结果名称 审批结果 结果 办理结果 审批结果名称 结果样本名称",
    "visits": "到现场次数 到办事现场次数 跑动次数 现场次数 最多跑次数",
    "phone": "咨询电话 咨询方式 联系电话 咨询热线 电话",
    "complaint_phone": "监督电话 监督投诉方式 投诉电话 监督投诉电话",
    "batch": "下放批次 批次",
    "forward_to": "转报去向 转报 上报单位 审批单位 转报部门",
    "seal_delegated": "受理章委托 委托受理章 是否委托受理",
    "note": "备注 说明",
    "materials": "申请材料 材料 所需材料 办理材料 申报材料 材料清单 材料目录 提交材料 申请材料一格多项",
    "material.name": "材料名称 申请材料名称",
    "material.necessity": "材料必要性 必要性",
    "material.form": "材料形式 形式 材料类型",
    "material.copies": "材料份数 份数 纸质材料份数",
    "material.source": "材料来源渠道 来源渠道 材料来源",
    "material.note": "材料说明 填报须知 材料备注 来源渠道说明",
}
_BY_HEADING: Final = {
    search_form(synonym): field for field, synonyms in _SYNONYMS.items() for synonym in synonyms.split()
}
LOOKED_AT: Final = 12
"""Rows in which the headings are looked for, below titles and notes."""


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Where the headings stand (`header`: number of the row, from 0) and what each column is (None: left out)."""

    header: int
    fields: tuple[str | None, ...]

    def column_of(self, field: str) -> int | None:
        """The number of the column that is this field."""
        return self.fields.index(field) if field in self.fields else None

    def with_field(self, column: int, field: str | None) -> "ColumnMap":
        """As the clerk corrects it: a field is at most one column."""
        fields = [None if field is not None and other == field else other for other in self.fields]
        fields[column] = field
        return ColumnMap(self.header, tuple(fields))


def guess(table: Table) -> ColumnMap:
    """The row of headings is the one, among the first, that names most fields; each column is what its heading says."""
    best = max(range(min(LOOKED_AT, len(table.rows))), key=lambda row: (len(_fields(table.rows[row])), -row))
    return guess_at(table, best)


def guess_at(table: Table, header: int) -> ColumnMap:
    """As `guess`, when the clerk has said which row the headings are in."""
    named = _fields(table.rows[header])
    width = max((len(row) for row in table.rows), default=0)
    return ColumnMap(header, tuple(named.get(column) for column in range(width)))


def _fields(row: Sequence[Cell]) -> dict[int, str]:
    named: dict[int, str] = {}
    for column, cell in enumerate(row):
        field = field_of(cell) if isinstance(cell, str) else None
        if field is not None and field not in named.values():
            named[column] = field
    return named


def field_of(heading: str) -> str | None:
    """The field that a heading names: as it is, without what stands in brackets, or by its beginning."""
    whole = search_form(heading)
    if whole in _BY_HEADING:
        return _BY_HEADING[whole]
    bare = search_form(heading.replace("（", "(").split("(")[0])
    return _BY_HEADING.get(bare)


def headings(table: Table, mapping: ColumnMap) -> tuple[str, ...]:
    """The text of each heading, as the file has it."""
    row = table.rows[mapping.header] if mapping.header < len(table.rows) else ()
    return tuple(str(row[column]).strip() if column < len(row) else "" for column in range(len(mapping.fields)))


def missing(mapping: ColumnMap) -> list[str]:
    """What has to be mapped before anything can be read, as labels."""
    return [] if "name" in mapping.fields else [LABELS["name"]]
