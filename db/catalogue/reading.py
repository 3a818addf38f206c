"""How a name sounds: the pinyin by which it is found, one token a character.

A reading is kept beside the name (`ItemVersion.pinyin`, `Item.aliases_pinyin`), because pypinyin takes 0.3 s to import and
0.1 ms a name. It is aligned with `search_form(name)`: “银行单号” → “yin hang/xing dan/shan/chan hao”: first what the phrase
dictionary says, behind slashes how people may read the character instead.
"""

import unicodedata
from functools import lru_cache
from typing import Any, Final

HETERONYMS: Final = {
    "行": "hang xing", "重": "zhong chong", "单": "dan shan chan", "长": "chang zhang", "乐": "le yue",
    "会": "hui kuai", "调": "diao tiao", "参": "can shen", "还": "hai huan", "给": "gei ji", "都": "du dou",
    "车": "che ju", "率": "lv shuai", "宿": "su xiu", "藏": "cang zang", "传": "chuan zhuan", "度": "du duo",
    "降": "jiang xiang", "角": "jiao jue", "解": "jie xie", "血": "xue xie", "系": "xi ji", "厦": "xia sha",
    "朝": "chao zhao", "仇": "chou qiu", "曾": "zeng ceng", "区": "qu ou", "朴": "pu piao", "盖": "gai ge",
    "查": "cha zha", "种": "zhong chong", "校": "xiao jiao", "露": "lu lou", "泊": "bo po", "省": "sheng xing",
    "石": "shi dan", "属": "shu zhu", "提": "ti di", "便": "bian pian", "折": "zhe she", "着": "zhe zhao zhuo",
    "薄": "bao bo", "伯": "bo bai", "屏": "ping bing", "削": "xue xiao", "塞": "sai se", "奇": "qi ji",
    "券": "quan juan", "色": "se shai", "识": "shi zhi", "大": "da dai", "卡": "ka qia", "贾": "jia gu",
    "翟": "zhai di", "覃": "qin tan", "绿": "lv lu", "女": "nv nu", "旅": "lv lu", "律": "lv lu", "模": "mo mu",
    "落": "luo la", "弹": "dan tan", "什": "shen shi", "剥": "bo bao", "堡": "bao pu", "埔": "pu bu", "圩": "xu wei",
    "浒": "hu xu", "缴": "jiao zhuo", "盛": "sheng cheng", "粘": "zhan nian", "炮": "pao bao", "熟": "shu shou",
    "谁": "shei shui", "拓": "tuo ta", "载": "zai", "殷": "yin yan", "无": "wu mo", "尽": "jin", "尿": "niao sui",
    "囤": "tun dun", "扎": "zha za", "轧": "zha ya", "尉": "wei yu", "柏": "bai bo", "陂": "bei po pi", "涌": "yong chong",
}  # fmt: skip
"""Characters that people read in more than one way, with their readings (tones aside; ü is typed v or u)."""


def search_form(text: str) -> str:
    """What of a text counts when searching: letters, digits and Hanzi, half width, lower case. Never shown, never kept."""
    folded = unicodedata.normalize("NFKC", text).lower().replace("ü", "v")
    return "".join(char for char in folded if char.isalnum())


@lru_cache(maxsize=20_000)
def reading(text: str) -> str:
    """The reading of a text; slow the first time, so for workers and actions, not for key strokes."""
    from pypinyin import Style, lazy_pinyin  # 0.3 s: only where a name is written or an index is built

    form = search_form(text)
    spoken = lazy_pinyin(form, style=Style.NORMAL, errors=_apart)
    if len(spoken) != len(form):
        spoken = [lazy_pinyin(char, style=Style.NORMAL, errors=_apart)[0] for char in form]
    return " ".join(_token(char, syllable) for char, syllable in zip(form, spoken, strict=True))


def _apart(run: str) -> Any:
    return list(run)


def _token(char: str, spoken: str) -> str:
    return "/".join(dict.fromkeys([spoken, *HETERONYMS.get(char, "").split()]))


def fits(kept: str, text: str) -> bool:
    """Whether a kept reading belongs to this text (one token a character)."""
    return len(kept.split()) == len(search_form(text))


def plain(kept: str) -> list[str]:
    """The syllables as they are most likely said."""
    return [token.split("/", 1)[0] for token in kept.split()]


def variants(kept: str) -> list[list[str]]:
    """The other ways to say it, each with one heteronym read differently."""
    tokens = [token.split("/") for token in kept.split()]
    first = [readings[0] for readings in tokens]
    return [[*first[:at], other, *first[at + 1 :]] for at, readings in enumerate(tokens) for other in readings[1:]]
