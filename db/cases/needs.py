"""What each change of a case asks for, in one place: the dialogs show it, the actions insist on it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from db import text
from db.cases.status import Verb
from db.errors import RuleBroken

REASON_LIMIT = 500


class Ask(StrEnum):
    """The kind of answer."""

    LINE = "line"
    NOTE = "note"
    DATE = "date"
    CHOICE = "choice"
    SUGGEST = "suggest"  # a choice that may also be typed
    YES = "yes"
    MATERIALS = "materials"


@dataclass(frozen=True, slots=True)
class Need:
    """One answer. `name` is the action's argument; `unless` names an answer that makes this one optional."""

    name: str
    label: str
    ask: Ask
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    unless: tuple[str, str] | None = None
    limit: int = REASON_LIMIT

    def wanted(self, answers: Mapping[str, str]) -> bool:
        """Whether it must be answered, given the others."""
        if self.unless is not None and answers.get(self.unless[0]) == self.unless[1]:
            return False
        return self.required


def _same(*words: str) -> tuple[tuple[str, str], ...]:
    return tuple((word, word) for word in words)


PAUSE_KINDS = ("听证", "检验", "检测", "检疫", "鉴定", "专家评审", "公示", "申请人补充资料", "其他")
STAGES = ("办理", "审核", "现场核查", "会审", "制证")
WAYS = ("直接送达", "邮寄送达", "代办送达", "电子送达")
REFUSE_BASIS = "《中华人民共和国行政许可法》第三十二条第一款"
_MATERIALS = Need("materials", "材料", Ask.MATERIALS, required=True)
_RESULT = Need("result_number", "证照或文书编号", Ask.LINE, limit=100)
YES = (("yes", "是"), ("no", "否"))
OUTCOMES = (("granted", "准予（办成）"), ("denied", "不准"))

NEEDS: dict[Verb, tuple[Need, ...]] = {
    Verb.CORRECT: (
        Need("supplement_due", "请申请人补齐的日期", Ask.DATE, hint="可不填；到期不补可以退件"),
        Need("reason", "其他说明", Ask.NOTE),
    ),
    Verb.SUPPLEMENT: (_MATERIALS,),
    Verb.ACCEPT: (Need("accepted_on", "上级受理日期", Ask.DATE, hint="只在转报后登记上级受理时填"),),
    Verb.TOLERATE: (_MATERIALS,),
    Verb.REFUSE: (
        Need("reason", "不予受理的理由", Ask.NOTE, required=True),
        Need("basis", "依据", Ask.LINE, required=True, hint=REFUSE_BASIS),
        Need("agency", "应向哪里提出", Ask.LINE, hint="不属于本机关职权的必须告知"),
        Need("remedies", "救济途径", Ask.NOTE, hint="不填时按法定的复议、诉讼期限打印"),
    ),
    Verb.INSTANT: (
        _RESULT,
        Need("delivered", "结果当场交给申请人", Ask.YES, choices=YES),
    ),
    Verb.ADVANCE: (
        Need("stage", "转入环节", Ask.SUGGEST, required=True, choices=_same(*STAGES), limit=20),
        Need("reason", "说明", Ask.NOTE),
    ),
    Verb.PAUSE: (
        Need("kind", "特殊程序", Ask.SUGGEST, required=True, choices=_same(*PAUSE_KINDS), limit=20),
        Need("reason", "事由", Ask.NOTE, required=True),
        Need("special_limit", "预计所需时间", Ask.LINE, hint="例如 15个工作日", limit=50),
        Need("basis", "依据", Ask.LINE),
    ),
    Verb.RESUME: (Need("reason", "结论", Ask.NOTE, hint="例如 鉴定结论已收到"),),
    Verb.FINISH: (
        Need("outcome", "结果", Ask.CHOICE, required=True, choices=OUTCOMES),
        _RESULT,
        Need("reason", "理由", Ask.NOTE, required=True, unless=("outcome", "granted"), hint="不准的必须写明"),
        Need("basis", "依据", Ask.LINE, required=True, unless=("outcome", "granted"), hint="不准的必须写明"),
    ),
    Verb.DELIVER: (
        Need("way", "送达方式", Ask.CHOICE, required=True, choices=_same(*WAYS)),
        Need("reason", "送达地点", Ask.LINE, limit=200),
    ),
    Verb.WITHDRAW: (Need("reason", "撤回的原因", Ask.NOTE, required=True),),
    Verb.RETURN: (
        Need("reason", "退件的理由", Ask.NOTE, required=True),
        Need("basis", "依据", Ask.LINE),
    ),
    Verb.TRANSFER: (
        Need("agency", "转报去向", Ask.LINE, required=True, limit=100),
        Need("reason", "转报说明", Ask.NOTE),
    ),
    Verb.RECTIFY: (Need("reason", "更正的原因", Ask.NOTE, required=True),),
}
"""Answers of every move; a move that is not here asks nothing."""


def answered(verb: Verb, **answers: str) -> dict[str, str]:
    """The answers to a move, cleaned at the boundary for text.

    Raises RuleBroken naming the first field that is missing, too long or unstorable.
    """
    kept: dict[str, str] = {}
    for need in NEEDS.get(verb, ()):
        if need.name not in answers:
            continue
        raw = answers[need.name]
        value = (text.note if need.ask is Ask.NOTE else text.line)(raw, need.label, need.limit)
        if not value and need.wanted(answers):
            raise RuleBroken(f"请填写“{need.label}”。")
        if need.ask is Ask.CHOICE and value and value not in dict(need.choices):
            raise RuleBroken(f"“{need.label}”只能选：{'、'.join(title for _, title in need.choices)}。")
        kept[need.name] = value
    unknown = answers.keys() - kept.keys()
    if unknown:
        raise ValueError(f"{verb} does not ask for {sorted(unknown)}")
    return kept
