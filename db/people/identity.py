"""Reading a 证件号码: what it is, whether it can be right, and what it says about its holder.

Sources: GB 11643-1999 公民身份号码 (check digit ISO 7064 MOD 11-2); 国办发〔2018〕81号 (港澳台居民居住证: 810000/820000/830000,
numbered by the same rule); GB 32100-2015 统一社会信用代码 (check digit MOD 31-3); 外国人永久居留身份证 2023 版 (18 digits from 9).
"""

import re
from dataclasses import dataclass
from datetime import date

from stdnum.cn import ric, uscc

from db.errors import RuleBroken
from db.people.rules import ID_TITLES, IdType, PersonKind, Sex
from db.text import code

_HMT_REGIONS = {"810000": "香港", "820000": "澳门", "830000": "台湾"}
_SHAPES = {
    IdType.HM_PERMIT: re.compile(r"[HM]\d{8}(\d{2})?"),
    IdType.TW_PERMIT: re.compile(r"\d{8}(\d{2})?"),
    IdType.PASSPORT: re.compile(r"[A-Z0-9]{5,20}"),
}
_CREDIT_CODE = re.compile(r"[0-9A-HJ-NP-RTUWXY]{2}\d{6}[0-9A-HJ-NP-RTUWXY]{10}")
_EARLIEST_BIRTH = 1900


@dataclass(frozen=True, slots=True)
class Identity:
    """A read number. `warning` is a sentence that does not block; birthday and sex are None where it tells neither."""

    type: IdType
    number: str
    birthday: date | None = None
    sex: Sex | None = None
    warning: str = ""

    @property
    def kind(self) -> PersonKind:
        """An organisation shows a credit code; everything else is shown by a natural person."""
        return PersonKind.ORGANISATION if self.type is IdType.CREDIT_CODE else PersonKind.PERSON


NO_IDENTITY = Identity(IdType.NONE, "")


def guess_type(raw: str) -> IdType | None:
    """What kind of number this looks like, or None (a name, a phone, a case number).

    A number of 18 places may be an ID or a credit code (both can be all digits): whichever check digit fits wins.
    """
    number = code(raw)
    if (
        len(number) == 18
        and number[:17].isascii()
        and number[:17].isdigit()
        and (number[17].isdigit() or number[17] == "X")
    ):
        return _guess_18_digits(number)
    if _CREDIT_CODE.fullmatch(number):
        return IdType.CREDIT_CODE
    if _SHAPES[IdType.HM_PERMIT].fullmatch(number):
        return IdType.HM_PERMIT
    if re.fullmatch(r"[A-Z]{1,2}\d{7,8}", number):
        return IdType.PASSPORT
    return None


def read_id(kind: IdType, raw: str, today: date) -> Identity:
    """The number as it is kept, with birthday and sex where it tells them.

    Raises RuleBroken with the reason when it cannot be right. A credit code with a wrong check digit only warns:
    codes issued before the standard exist. `today` is the local date, against birthdays to come.
    """
    kind = IdType(kind)
    number = code(raw).replace("-", "")
    if kind is IdType.NONE:
        if number:
            raise RuleBroken("选了“无证件”就不用填证件号码；有号码请先选证件种类。")
        return NO_IDENTITY
    if not number:
        raise RuleBroken(f"请填写{ID_TITLES[kind]}号码；没有证件请选“无证件”。")
    if kind is IdType.CREDIT_CODE:
        return _credit_code(number)
    if kind in _SHAPES:
        if not _SHAPES[kind].fullmatch(number):
            raise RuleBroken(f"{ID_TITLES[kind]}号码的格式不对，请对照证件核对。")
        return Identity(kind, number)
    if kind is IdType.FOREIGN_RESIDENCE and len(number) == 15:
        return _old_foreign_residence(number)
    return _numbered_like_a_citizen(kind, number, today)


def _guess_18_digits(number: str) -> IdType:
    if number[:6] in _HMT_REGIONS:
        return IdType.HMT_RESIDENCE
    if ric.calc_check_digit(number) == number[17] and _birthday(number) is not None:
        return IdType.FOREIGN_RESIDENCE if number[0] == "9" else IdType.RESIDENT
    if uscc.calc_check_digit(number) == number[17] or number[0] == "9":
        return IdType.CREDIT_CODE
    return IdType.RESIDENT


def _numbered_like_a_citizen(kind: IdType, number: str, today: date) -> Identity:
    title = ID_TITLES[kind]
    if len(number) == 15 and number.isdigit():
        raise RuleBroken("这是 15 位的旧身份证号码，2013 年起已停用，请用 18 位号码。")
    if len(number) != 18:
        raise RuleBroken(f"{title}号码应是 18 位，现有 {len(number)} 位。")
    if not (number[:17].isascii() and number[:17].isdigit() and number[17] in "0123456789X"):
        raise RuleBroken(f"{title}号码前 17 位应是数字，末位是数字或 X。")
    if ric.calc_check_digit(number) != number[17]:
        raise RuleBroken(f"{title}号码的校验位不对，可能打错了一位，请对照证件核对。")
    _refuse_other_region(kind, number)
    birthday = _birthday(number)
    if birthday is None:
        raise RuleBroken(f"{title}号码里的出生日期 {number[6:14]} 不存在，请对照证件核对。")
    if birthday > today:
        raise RuleBroken(f"{title}号码里的出生日期在今天之后，请对照证件核对。")
    sex = Sex.MALE if int(number[16]) % 2 else Sex.FEMALE
    return Identity(kind, number, birthday, sex)


def _refuse_other_region(kind: IdType, number: str) -> None:
    if kind is IdType.HMT_RESIDENCE and number[:6] not in _HMT_REGIONS:
        raise RuleBroken("港澳台居民居住证号码以 810000、820000 或 830000 开头，请核对证件种类。")
    if kind is IdType.RESIDENT and number[:6] in _HMT_REGIONS:
        raise RuleBroken("这个号码是港澳台居民居住证的，请把证件种类改成“港澳台居民居住证”。")
    if kind is IdType.FOREIGN_RESIDENCE and number[0] != "9":
        raise RuleBroken("外国人永久居留身份证（2023 版）号码以 9 开头，请核对证件种类。")
    if kind is IdType.RESIDENT and number[0] in "09":
        raise RuleBroken("居民身份证号码不会以 0 或 9 开头，请核对证件种类。")


def _old_foreign_residence(number: str) -> Identity:
    """The card before 2023: three letters of the country and twelve digits."""
    if not re.fullmatch(r"[A-Z]{3}\d{12}", number):
        raise RuleBroken("旧版外国人永久居留身份证号码是 3 个字母加 12 位数字，请核对。")
    return Identity(IdType.FOREIGN_RESIDENCE, number)


def _credit_code(number: str) -> Identity:
    warning = ""
    if len(number) != 18:
        warning = f"统一社会信用代码应是 18 位，现有 {len(number)} 位，请核对营业执照或证书。"
    elif not _CREDIT_CODE.fullmatch(number):
        warning = "统一社会信用代码里有不该出现的字符（不用 I、O、S、V、Z），请核对。"
    elif uscc.calc_check_digit(number) != number[17]:
        warning = "统一社会信用代码的校验位不对，请核对；证照上确实如此的可以继续。"
    if not re.fullmatch(r"[0-9A-Z]{8,24}", number):
        raise RuleBroken("统一社会信用代码只有数字和大写字母，请对照证照核对。")
    return Identity(IdType.CREDIT_CODE, number, warning=warning)


def _birthday(number: str) -> date | None:
    try:
        birthday = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    return birthday if birthday.year >= _EARLIEST_BIRTH else None
