"""What a centre says of itself, and its settings: plain values with their checks."""

import re
from dataclasses import dataclass

import msgspec

from db.errors import RuleBroken
from db.text import code as tidy_code
from db.text import line, note

_CODE = re.compile(r"[A-Z0-9]{2,12}")
LOCK_MINUTES = (1, 60)


@dataclass(frozen=True, slots=True)
class CentreFields:
    """A centre as its form gives it. `code` stands in every case number and receipt; `short_name` is the 机关简称 there."""

    name: str
    code: str
    short_name: str = ""
    address: str = ""
    phone: str = ""
    complaint_phone: str = ""
    hours: str = ""
    seal_org: str = ""


class CentreSettings(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a manager sets for the whole centre; features keep settings of their own beside these in the same JSON."""

    idle_minutes: int = 5
    yellow_days: int = 1
    receipt_prefix: str = ""
    duty_prefix: str = ""  # the address in front of the code of a 公示表


def checked(fields: CentreFields) -> CentreFields:
    """The fields cleaned at the boundary for text.

    Raises:
        RuleBroken: the first field that is missing or impossible.
    """
    code = tidy_code(fields.code)
    if not _CODE.fullmatch(code):
        raise RuleBroken("中心代码请用 2–12 位字母和数字，例如 JM01：它会印在每个办件编号里，以后不能改。")
    name = line(fields.name, "中心名称", 60, required=True)
    return CentreFields(
        name=name,
        code=code,
        short_name=line(fields.short_name, "简称", 12) or name[:8],
        address=line(fields.address, "地址"),
        phone=_phone(fields.phone, "咨询电话"),
        complaint_phone=_phone(fields.complaint_phone, "监督电话"),
        hours=note(fields.hours, "开放时间", 300),
        seal_org=line(fields.seal_org, "盖章单位", 60),
    )


def settings_of(kept: str) -> CentreSettings:
    """The settings in a centre's JSON; unknown keys belong to others and are left alone."""
    return msgspec.json.decode(kept, type=CentreSettings)


def with_settings(kept: str, settings: CentreSettings) -> str:
    """The JSON with these settings in it and everything else as it was.

    Raises:
        RuleBroken: a value is out of its range, or a prefix is no address.
    """
    from db.receipts.qr import check_prefix  # brings cryptography; the login page reads centres without it

    least, most = LOCK_MINUTES
    if not least <= settings.idle_minutes <= most:
        raise RuleBroken(f"自动锁屏时间请填 {least}–{most} 分钟。")
    if not 0 <= settings.yellow_days <= 30:
        raise RuleBroken("黄灯提前天数请填 0–30。")
    for prefix in (settings.receipt_prefix, settings.duty_prefix):
        check_prefix(prefix)
    others = msgspec.json.decode(kept)
    for name in CentreSettings.__struct_fields__:
        others[name] = getattr(settings, name)
    return msgspec.json.encode(others).decode()


def _phone(raw: str, title: str) -> str:
    """Office phones may be short (12345) or several; only what can be dialled is let in."""
    from db.people.rules import read_phone  # phonenumbers is large; the login page reads centres without it

    text = line(raw, title, 60)
    for part in re.split(r"[、,，/ ]+", text):
        if part:
            read_phone(part)
    return text
