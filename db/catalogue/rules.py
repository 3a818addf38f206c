"""What an item of the catalogue is, as plain values: its fields, what may stand in them, and what differs between two.

Code lists: GB/T 39554.1-2020 (事项要素), shared/domain/enums.json. 便民服务 and 党务服务 are not 政务服务事项 and are kept apart.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Final

ITEM_TYPES: Final = (
    "行政许可",
    "行政给付",
    "行政确认",
    "行政奖励",
    "行政裁决",
    "其他行政权力",
    "公共服务",
    "便民服务",
    "党务服务",
)
NOT_GOVERNMENT: Final = frozenset({"便民服务", "党务服务"})
CATEGORIES: Final = (
    "老有所养",
    "幼有所育",
    "病有所医",
    "食有所安",
    "居有所乐",
    "事有所办",
    "党建引领",
    "X（本地特色）",
)
ROLES: Final = ("直办", "收件", "代办", "导办")
AT_ONCE: Final = "即办件"
PROMISED: Final = "承诺件"
CASE_TYPES: Final = (AT_ONCE, PROMISED)
UNITS: Final = ("工作日", "自然日")
NECESSITIES: Final = ("必要", "非必要", "容缺")
FORMS: Final = ("原件", "复印件", "原件和复印件", "电子", "现场")
SOURCES: Final = ("申请人自备", "政府部门核发", "其他")
UNCONFIRMED: Final = "待核"

NAME_LIMIT: Final = 200
TEXT_LIMIT: Final = 4000
MATERIALS_LIMIT: Final = 60
ALIASES_LIMIT: Final = 30
DAYS_LIMIT: Final = 3650

_CODES: Final = {"basic_code": 12, "implementation_code": 31, "business_code": 33}
_ALIAS_SEPARATORS: Final = re.compile(r"[、,，;；\n|]+")


@dataclass(frozen=True, slots=True)
class Material:
    """One paper that an item asks for."""

    name: str
    necessity: str = "必要"
    form: str = "原件"
    copies: int = 1
    source: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ItemContent:
    """Everything one version of an item says, with the names people use for it.

    Limits are whole days in their unit; None = not set. `limit_confirmed` False means 待核: no promised date is printed.
    """

    local_code: str
    name: str
    aliases: tuple[str, ...] = ()
    department: str = ""
    delegating_department: str = ""
    item_type: str = ""
    category: str = ""
    service_object: str = ""
    role: str = ""
    case_type: str = PROMISED
    promise_limit: int | None = None
    promise_unit: str = "工作日"
    legal_limit: int | None = None
    legal_unit: str = "工作日"
    limit_confirmed: bool = False
    basic_code: str = ""
    implementation_code: str = ""
    business_code: str = ""
    conditions: str = ""
    process: str = ""
    basis: str = ""
    fee: str = ""
    result: str = ""
    visits: int | None = None
    phone: str = ""
    complaint_phone: str = ""
    batch: str = ""
    forward_to: str = ""
    seal_delegated: bool = False
    note: str = ""
    materials: tuple[Material, ...] = ()


LABELS: Final = {
    "local_code": "事项编号",
    "name": "事项名称",
    "aliases": "俗称",
    "department": "主管部门",
    "delegating_department": "委托部门",
    "item_type": "事项类型",
    "category": "分类",
    "service_object": "服务对象",
    "role": "本中心权限",
    "case_type": "办件类型",
    "promise_limit": "承诺办结时限",
    "promise_unit": "承诺时限单位",
    "legal_limit": "法定办结时限",
    "legal_unit": "法定时限单位",
    "limit_confirmed": "时限核对",
    "basic_code": "基本编码",
    "implementation_code": "实施编码",
    "business_code": "业务办理项编码",
    "conditions": "受理条件",
    "process": "办理流程",
    "basis": "设定依据",
    "fee": "收费",
    "result": "结果名称",
    "visits": "到现场次数",
    "phone": "咨询电话",
    "complaint_phone": "监督电话",
    "batch": "下放批次",
    "forward_to": "转报去向",
    "seal_delegated": "受理章委托",
    "note": "备注",
    "materials": "申请材料",
}
"""What each field is called on screen, in spreadsheets and in sentences."""

CHOICES: Final = {
    "item_type": ITEM_TYPES,
    "role": ROLES,
    "case_type": CASE_TYPES,
    "promise_unit": UNITS,
    "legal_unit": UNITS,
}
"""Fields that hold one of a list; an empty text means “not known” for the first two."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a field: its name in `ItemContent`, and a sentence."""

    field: str
    sentence: str


def faults(content: ItemContent) -> list[Fault]:
    """Everything that keeps an item out of the catalogue; empty when it may go in."""
    return [*_text_faults(content), *_choice_faults(content), *_number_faults(content), *_material_faults(content)]


def _text_faults(content: ItemContent) -> Iterable[Fault]:
    if not content.local_code:
        yield Fault("local_code", "请填写事项编号，同一中心内不能重复。")
    if not content.name:
        yield Fault("name", "请填写事项名称。")
    for name, limit in (("local_code", 60), ("name", NAME_LIMIT)):
        if len(getattr(content, name)) > limit:
            yield Fault(name, f"{LABELS[name]}最多 {limit} 个字。")
    for field in fields(content):
        value = getattr(content, field.name)
        if isinstance(value, str) and len(value) > TEXT_LIMIT:
            yield Fault(field.name, f"{LABELS[field.name]}最多 {TEXT_LIMIT} 个字，现有 {len(value)} 个字。")
    for name, length in _CODES.items():
        value = getattr(content, name)
        if value and not code_fits(name, value):
            kind = "数字" if name == "basic_code" else "数字或大写字母"
            yield Fault(name, f"{LABELS[name]}应为 {length} 位{kind}，现为“{value}”（{len(value)} 位）。")
    if (
        content.implementation_code
        and content.business_code
        and not content.business_code.startswith(content.implementation_code)
    ):
        yield Fault("business_code", "业务办理项编码的前 31 位应与实施编码相同。")
    if any(len(alias) > NAME_LIMIT for alias in content.aliases):
        yield Fault("aliases", f"每个俗称最多 {NAME_LIMIT} 个字。")
    if len(content.aliases) > ALIASES_LIMIT:
        yield Fault("aliases", f"俗称最多 {ALIASES_LIMIT} 个。")


def code_fits(field: str, value: str) -> bool:
    """Whether a national code has the form of GB/T 39554.1-2020: 基本编码 12 digits, 实施编码 31, 业务办理项 33 characters."""
    length = _CODES[field]
    pattern = rf"[0-9]{{{length}}}" if field == "basic_code" else rf"[0-9A-Z]{{{length}}}"
    return re.fullmatch(pattern, value) is not None


def _choice_faults(content: ItemContent) -> Iterable[Fault]:
    for name, choices in CHOICES.items():
        value = getattr(content, name)
        optional = name in ("item_type", "role")
        if value not in choices and not (optional and not value):
            yield Fault(name, f"{LABELS[name]}只能是{'、'.join(choices)}，现为“{value}”。")


def _number_faults(content: ItemContent) -> Iterable[Fault]:
    for name, least, most in (("promise_limit", 1, DAYS_LIMIT), ("legal_limit", 1, DAYS_LIMIT), ("visits", 0, 20)):
        value = getattr(content, name)
        if value is not None and not least <= value <= most:
            yield Fault(name, f"{LABELS[name]}应在 {least} 到 {most} 之间，现为 {value}。")
    if content.case_type == AT_ONCE and content.promise_limit is not None:
        yield Fault("promise_limit", "即办件当场办结，不填承诺办结时限。")
    if content.limit_confirmed and content.case_type == PROMISED and content.promise_limit is None:
        yield Fault("promise_limit", "承诺件没有填承诺办结时限，不能标为已核。")
    comparable = content.promise_unit == content.legal_unit
    if comparable and content.promise_limit and content.legal_limit and content.promise_limit > content.legal_limit:
        yield Fault(
            "promise_limit",
            f"承诺时限 {content.promise_limit} {content.promise_unit}超过了法定时限 {content.legal_limit} {content.legal_unit}。",
        )


def _material_faults(content: ItemContent) -> Iterable[Fault]:
    if len(content.materials) > MATERIALS_LIMIT:
        yield Fault("materials", f"申请材料最多 {MATERIALS_LIMIT} 项。")
    seen: set[str] = set()
    for number, material in enumerate(content.materials, 1):
        for sentence in _one_material(material, seen):
            yield Fault("materials", f"第 {number} 项材料：{sentence}")
        seen.add(material.name)


def _one_material(material: Material, seen: set[str]) -> Iterable[str]:
    if not material.name:
        yield "请填写材料名称。"
    elif material.name in seen:
        yield f"“{material.name}”重复了。"
    if len(material.name) > NAME_LIMIT:
        yield f"名称最多 {NAME_LIMIT} 个字。"
    if material.necessity not in NECESSITIES:
        yield f"必要性只能是{'、'.join(NECESSITIES)}，现为“{material.necessity}”。"
    if material.form and material.form not in FORMS:
        yield f"形式只能是{'、'.join(FORMS)}，现为“{material.form}”。"
    if not 0 <= material.copies <= 99:
        yield f"份数应在 0 到 99 之间，现为 {material.copies}。"


def split_aliases(text: str) -> tuple[str, ...]:
    """The aliases written in one cell or field, separated by 、 or commas or lines; doubles once, order kept."""
    parts = (part.strip() for part in _ALIAS_SEPARATORS.split(text))
    return tuple(dict.fromkeys(part for part in parts if part))


def clean_aliases(aliases: Iterable[str]) -> tuple[str, ...]:
    """Aliases that were given one by one: as `split_aliases` would have read them."""
    return split_aliases(join_aliases(aliases))


def join_aliases(aliases: Iterable[str]) -> str:
    """Aliases as they are kept and shown."""
    return "、".join(aliases)


def limit_text(limit: int | None, unit: str) -> str:
    """“10个工作日”, “15个自然日”; empty when there is no limit."""
    return "" if limit is None else f"{limit}个{unit}"


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that two versions fill differently, as texts for people."""

    field: str
    label: str
    before: str
    after: str


def shown(content: ItemContent, field: str) -> str:
    """The value of a field as people read it."""
    value = getattr(content, field)
    if field == "aliases":
        return join_aliases(value)
    if field == "materials":
        return "；".join(_material_text(material) for material in value)
    if field == "limit_confirmed":
        return "已核" if value else UNCONFIRMED
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)


def _material_text(material: Material) -> str:
    parts = [material.necessity, material.form, f"{material.copies}份", material.source, material.note]
    return f"{material.name}（{'，'.join(part for part in parts if part)}）"


def differences(before: ItemContent, after: ItemContent) -> tuple[Difference, ...]:
    """The fields that differ, in the order of `ItemContent`."""
    return tuple(
        Difference(field.name, LABELS[field.name], shown(before, field.name), shown(after, field.name))
        for field in fields(before)
        if getattr(before, field.name) != getattr(after, field.name)
    )


def makes_version(before: ItemContent, after: ItemContent) -> bool:
    """Whether going from one to the other writes a new version: names people use are edited without one."""
    return replace(before, aliases=()) != replace(after, aliases=())
