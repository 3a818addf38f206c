"""From a cell of a spreadsheet to the value of a field. What cannot be read for certain is refused, not guessed."""

import re
from datetime import date, datetime, time, timedelta
from typing import Final

from db.catalogue.rules import TEXT_LIMIT, split_aliases
from db.catalogue.sheet import Cell
from db.errors import RuleBroken
from db.text import code as code_form
from db.text import half_width, line, note

EXACT: Final = 10**15
"""A spreadsheet keeps 15 digits of a number; of a longer one the last digits are gone."""
CODES: Final = ("local_code", "basic_code", "implementation_code", "business_code")
PHONES: Final = ("phone", "complaint_phone")
LONG_TEXTS: Final = ("conditions", "process", "basis", "note", "fee", "materials", "material.note")
NUMBERS: Final = ("visits", "material.copies")
LIMITS: Final = {"promise_limit": "promise_unit", "legal_limit": "legal_unit"}

_ERRORS: Final = re.compile(r"#(REF!|DIV/0!|N/A|NAME\?|VALUE!|NULL!|NUM!|GETTING_DATA)")
_SCIENTIFIC: Final = re.compile(r"[+-]?\d+(\.\d+)?[eE]\+?\d+")
_MOBILE: Final = re.compile(r"1[3-9]\d{9}")
_HOTLINE: Final = re.compile(r"[1-9]\d{4}")
_LIMIT: Final = re.compile(r"(\d+)\s*个?\s*(工作日|自然日|日历日|日历天|天|日)?(?:内|以内|办结)*")
_AT_ONCE: Final = frozenset({"即办", "即时办结", "当场办结", "即时", "当场", "即办件", "0", "0个工作日", "0工作日"})
_YES: Final = frozenset({"是", "有", "已核", "已核对", "对", "√", "1", "y", "yes", "true"})
_NO: Final = frozenset({"否", "无", "待核", "未核", "不", "×", "0", "n", "no", "false", ""})

WORDS: Final = {
    "case_type": {"即办": "即办件", "即时办结": "即办件", "即时件": "即办件", "承诺": "承诺件", "承诺办理": "承诺件"},
    "role": {
        "直接办理": "直办", "直接办": "直办", "受理": "收件", "收件初审": "收件", "初审": "收件", "代收": "收件", "登记转办": "收件",
        "帮办": "代办", "帮办代办": "代办", "代办帮办": "代办", "帮办自助": "代办", "收件代办": "代办", "代理": "代办", "引导": "导办",
        "咨询": "导办", "咨询引导": "导办",
    },
    "promise_unit": {"日历日": "自然日", "日历天": "自然日", "个工作日": "工作日"},
    "legal_unit": {"日历日": "自然日", "日历天": "自然日", "个工作日": "工作日"},
    "item_type": {"其他权力": "其他行政权力", "其他行政职权": "其他行政权力", "其他": "其他行政权力"},
    "material.necessity": {"必需": "必要", "必须": "必要", "是": "必要", "否": "非必要", "可容缺": "容缺", "容缺后补": "容缺"},
    "material.form": {"纸质": "原件", "原件及复印件": "原件和复印件", "电子版": "电子", "电子件": "电子", "电子材料": "电子"},
}  # fmt: skip
"""How lists of other offices say the words of ours."""


def text_of(cell: Cell, field: str, label: str) -> str:
    """The text of a cell.

    Raises:
        RuleBroken: an error value, a date where words belong, or a number that has lost digits.
    """
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, (int, float)):
        return _number_text(cell, field)
    if isinstance(cell, (datetime, date, time, timedelta)):
        raise RuleBroken(f"表格把它变成了日期或时间（{cell}），请在原表把这一列设为文本，改回原来的内容。")
    if _ERRORS.fullmatch(cell.strip()):
        raise RuleBroken(f"公式出错（{cell.strip()}），请在原表改好。")
    bare = _unquoted(cell)
    if field in CODES:
        if _SCIENTIFIC.fullmatch(bare.strip()):
            raise RuleBroken(_lost(bare.strip()))
        return code_form(line(bare, label))
    return note(bare, label, TEXT_LIMIT) if field in LONG_TEXTS else line(bare, label, TEXT_LIMIT)


def _unquoted(cell: str) -> str:
    """Without what keeps a spreadsheet from computing: ="0001" (as some systems export) or a leading apostrophe."""
    written = re.fullmatch(r'\s*="([^"]*)"\s*', cell)
    if written:
        return written.group(1)
    return cell[1:] if len(cell) > 1 and cell[0] == "'" and cell[1] in "=+-@" else cell


def _number_text(number: float, field: str) -> str:
    if number != number or abs(number) >= EXACT:
        raise RuleBroken(_lost(f"{number:.6g}"))
    text = str(int(number)) if number == int(number) else repr(number)
    if field in PHONES and not (_MOBILE.fullmatch(text) or _HOTLINE.fullmatch(text)):
        raise RuleBroken(f"电话在表格里是数字（{text}），开头的 0 可能丢了，请在原表把这一列设为文本再填一次。")
    if field in CODES[1:]:
        raise RuleBroken(f"编码在表格里是数字（{text}），开头的 0 可能丢了，请在原表把这一列设为文本再填一次。")
    return text


def _lost(text: str) -> str:
    return f"表格把长数字变成了“{text}”，后面的数字已经丢失。请在原表把这一列设为文本，重新填写完整的数字。"


def word_of(text: str, field: str) -> str:
    """The word of our list for what another office calls it; otherwise the text itself, which the rules judge."""
    bare = text.strip().replace(" ", "")
    return WORDS.get(field, {}).get(bare, bare)


def yes_of(text: str) -> bool:
    """是 or 否.

    Raises:
        RuleBroken: neither.
    """
    bare = text.strip().lower()
    if bare in _YES:
        return True
    if bare in _NO:
        return False
    raise RuleBroken(f"只能填“是”或“否”，现为“{text}”。")


def whole_of(text: str) -> int:
    """A whole number, also as “1次”, “最多1次” or “2份”.

    Raises:
        RuleBroken: none, or more than one.
    """
    found = re.findall(r"\d+", half_width(text))
    if len(found) != 1 or re.search(r"\d[.．]\d", text):
        raise RuleBroken(f"应为一个整数，现为“{text}”。")
    return int(found[0])


def limit_of(text: str) -> tuple[int | None, str]:
    """Days and unit of a limit: “10个工作日” → (10, 工作日), “10” → (10, ""), “即办” → (None, "").

    Raises:
        RuleBroken: not a limit, or days of which it is not said whether they are 工作日 or 自然日.
    """
    bare = half_width(text).replace(" ", "")
    if bare in _AT_ONCE:
        return None, ""
    found = _LIMIT.fullmatch(bare.removeprefix("自受理之日起"))
    if not found:
        raise RuleBroken(f"应为天数或“10个工作日”这样的写法，现为“{text}”。")
    unit = found.group(2) or ""
    if unit in ("天", "日"):
        raise RuleBroken(f"“{text}”没有写明是工作日还是自然日，请在原表写明。")
    return int(found.group(1)), "自然日" if unit.startswith("日历") else unit


def papers_of(text: str) -> list[str]:
    """The names of the materials in one cell, one a line or separated by ；, without their numbering."""
    parts = re.split(r"[；;\n]+", text)
    bare = (re.sub(r"^\s*(?:[（(]?\d{1,2}[）).、．]|[①-⑳])\s*", "", part).strip(" 。，,") for part in parts)
    return list(dict.fromkeys(part for part in bare if part))


def aliases_of(text: str) -> tuple[str, ...]:
    """The 俗称 of a cell."""
    return split_aliases(text)
