"""What is said of people at the counter: kinds, masks, ages, phones. Plain values only.

Sources: 个人信息保护法 §51 (de-identification); the masks are those of shared/DOMAIN.md, Privacy.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import phonenumbers

from db.errors import RuleBroken
from db.text import code


class PersonKind(StrEnum):
    """自然人, or a body that a 经办人 acts for."""

    PERSON = "person"
    ORGANISATION = "organisation"


class IdType(StrEnum):
    """The paper by which somebody shows who they are; the value is stored, the title is shown."""

    RESIDENT = "resident"
    HMT_RESIDENCE = "hmt_residence"
    HM_PERMIT = "hm_permit"
    TW_PERMIT = "tw_permit"
    PASSPORT = "passport"
    FOREIGN_RESIDENCE = "foreign_residence"
    CREDIT_CODE = "credit_code"
    NONE = "none"


ID_TITLES = {
    IdType.RESIDENT: "居民身份证",
    IdType.HMT_RESIDENCE: "港澳台居民居住证",
    IdType.HM_PERMIT: "港澳居民来往内地通行证",
    IdType.TW_PERMIT: "台湾居民来往大陆通行证",
    IdType.PASSPORT: "护照",
    IdType.FOREIGN_RESIDENCE: "外国人永久居留身份证",
    IdType.CREDIT_CODE: "统一社会信用代码",
    IdType.NONE: "无证件",
}


class Sex(StrEnum):
    """As the 17th digit of an ID number says it (GB 11643-1999: odd 男, even 女)."""

    MALE = "男"
    FEMALE = "女"


RELATIONS = (
    "配偶",
    "子女",
    "父母",
    "兄弟姐妹",
    "祖孙",
    "监护人",
    "其他亲属",
    "同事",
    "邻居",
    "社区代办员",
    "单位经办人",
    "受托人",
)
"""What a 代办人 is to the applicant: offered, not enforced."""


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number as it is kept: digits with an optional +country, and a warning when it looks wrong."""

    number: str
    warning: str = ""


def age_on(birthday: date, day: date) -> int:
    """周岁 on a day. Somebody born on 29 February is a year older on 28 February of a common year (民法典 §202)."""
    anniversary = (birthday.month, birthday.day)
    if anniversary == (2, 29) and not _leap(day.year):
        anniversary = (2, 28)
    return day.year - birthday.year - ((day.month, day.day) < anniversary)


def mask_id(number: str) -> str:
    """350***********1234: the first three and last four of a long number; fewer of a short one, never all of it."""
    if len(number) >= 15:
        head, tail = 3, 4
    elif len(number) >= 7:
        head, tail = 1, 2
    else:
        head, tail = min(1, len(number) // 2), 0
    hidden = len(number) - head - tail
    return number[:head] + "*" * hidden + number[len(number) - tail :] if number else ""


def mask_phone(number: str) -> str:
    """138****5678; of a landline the last four digits of the subscriber number are hidden but one."""
    if len(number) >= 11 and "-" not in number:
        return f"{number[:-8]}{'*' * 4}{number[-4:]}"
    if len(number) <= 4:
        return "*" * len(number)
    return f"{number[:-4]}***{number[-1]}"


def mask_address(address: str) -> str:
    """An address down to its street or village; the house is hidden."""
    for end in range(len(address) - 1, 0, -1):
        if address[end] in "路街道巷村镇乡区县市" and end < len(address) - 1:
            return address[: end + 1] + "****"
    return "****" if address else ""


def read_phone(raw: str) -> Phone:
    """A phone number as typed, scanned or imported. Empty stays empty.

    A number that no numbering plan knows is kept with a warning: the person may know better.
    Raises RuleBroken when it holds no number at all.
    """
    typed = code(raw)
    if not typed:
        return Phone("")
    compact = typed.replace("(", "").replace(")", "").replace("（", "").replace("）", "").replace("—", "-")
    if not compact.removeprefix("+").replace("-", "").isascii() or not any(char.isdigit() for char in compact):
        raise RuleBroken("电话里没有号码，请填手机号（11 位）或带区号的固定电话。")
    if any(not (char.isdigit() or char in "+-") for char in compact) or len(compact) > 24:
        raise RuleBroken("电话里只能有数字、区号横线和国际区号加号，请核对。")
    try:
        parsed = phonenumbers.parse(compact, "CN")
    except phonenumbers.NumberParseException:
        return Phone(compact, "这个电话号码可能不完整，请和群众核对。")
    if not phonenumbers.is_valid_number(parsed):
        return Phone(compact, "这个电话号码可能不完整，请和群众核对。")
    if parsed.country_code != 86:
        return Phone(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
    national = phonenumbers.national_significant_number(parsed)
    if phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.MOBILE:
        return Phone(national)
    area = phonenumbers.length_of_geographical_area_code(parsed)
    return Phone(f"0{national[:area]}-{national[area:]}" if area else national)


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


@dataclass(frozen=True, slots=True)
class PersonDetails:
    """Who somebody is, as typed, scanned or found; `db.people.actions.keep_person` reads and seals it."""

    name: str
    id_type: IdType = IdType.NONE
    id_number: str = ""
    phone: str = ""
    address: str = ""
    note: str = ""


class PersonField(StrEnum):
    """What is sealed of a person; the value is the stem of its column."""

    ID = "id"
    PHONE = "phone"
    ADDRESS = "address"


FIELD_TITLES = {PersonField.ID: "证件号码", PersonField.PHONE: "电话", PersonField.ADDRESS: "住址"}
