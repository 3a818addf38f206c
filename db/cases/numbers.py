"""Case numbers (办件编号) that catch a miscopied character, and the query code (查询码) that nobody can guess.

A number is [中心代码]-[日期]-[序号]-[校验], e.g. PT01-20261122-0007-K. The check character is ISO/IEC 7064 MOD 37,36
over the characters without the dashes: it finds every single wrong character and nearly every swap of two neighbours
(the pure systems find all, but need two characters or a “*”, which is hard to read out). A number
is read out and printed on paper, so it is no secret; who asks for progress shows the query code, which is random.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import date

from stdnum.iso7064 import mod_37_36

from db.errors import RuleBroken

_NUMBER = re.compile(r"(?P<centre>[0-9A-Z]{1,20})-(?P<day>[0-9]{8})-(?P<seq>[0-9]{4,8})-(?P<check>[0-9A-Z])")
# Full-width forms and the dashes that input methods and scanners make of a hyphen; nobody means anything else by them.
_TYPED = {0xFF01 + offset: 0x21 + offset for offset in range(94)} | dict.fromkeys(map(ord, "—–−―－"), "-")
QUERY_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
QUERY_LENGTH = 8


@dataclass(frozen=True, slots=True)
class CaseNumber:
    """A case number taken apart."""

    centre_code: str
    day: date
    seq: int

    def __str__(self) -> str:
        body = f"{self.centre_code}{self.day:%Y%m%d}{self.seq:04d}"
        return f"{self.centre_code}-{self.day:%Y%m%d}-{self.seq:04d}-{mod_37_36.calc_check_digit(body)}"


def case_number(centre_code: str, day: date, seq: int) -> str:
    """The number of the `seq`-th case (from 1) that a centre receives on a day."""
    if not re.fullmatch(r"[0-9A-Z]{1,20}", centre_code):
        raise RuleBroken(f"中心代码“{centre_code}”不能用来编办件号：只能是 1 到 20 位数字和大写字母，请到设置里改。")
    return str(CaseNumber(centre_code, day, seq))


def series_of(day: date) -> str:
    """The name of the number series that the cases of a day are counted in."""
    return f"case/{day:%Y-%m-%d}"


def fold_number(text: str) -> str:
    """A typed number in its one spelling: half-width, upper case, without blanks."""
    return re.sub(r"\s", "", text.translate(_TYPED)).upper()


def looks_like_case_number(text: str) -> bool:
    """Whether a scanned or typed text is meant as a whole case number; says nothing about its check character."""
    return _NUMBER.fullmatch(fold_number(text)) is not None


def read_case_number(text: str) -> CaseNumber:
    """Take a typed or scanned number apart; raise RuleBroken where it cannot be one."""
    match = _NUMBER.fullmatch(fold_number(text))
    if match is None:
        raise RuleBroken("这不是完整的办件编号：应像 PT01-20261122-0007-K 这样，由中心代码、日期、序号和校验位组成。")
    if not mod_37_36.is_valid(match["centre"] + match["day"] + match["seq"] + match["check"]):
        raise RuleBroken("办件编号的校验位不对：有一位抄错了或两位写反了，请照回执再核对一遍。")
    try:
        day = date(int(match["day"][:4]), int(match["day"][4:6]), int(match["day"][6:]))
    except ValueError as error:
        raise RuleBroken("办件编号里的日期不存在，请照回执再核对一遍。") from error
    return CaseNumber(match["centre"], day, int(match["seq"]))


def new_query_code() -> str:
    """Eight random characters without 0 O 1 I L (about 39 bits); a unique constraint stands behind it."""
    return "".join(secrets.choice(QUERY_ALPHABET) for _ in range(QUERY_LENGTH))
