"""What a paper (回执) says: the facts it is made from and the content that is printed, as plain values.

Nothing here knows the database, the screen or the printer. `PaperContent` is everything that is printed, as
plain strings, and survives a JSON round trip through msgspec, so that a receipt row keeps what was printed.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

import msgspec


class Medium(StrEnum):
    """The kind of paper a content is laid out for."""

    A4 = "a4"
    THERMAL80 = "thermal80"
    THERMAL58 = "thermal58"


class PaperKind(StrEnum):
    """The papers of a hall. The value is what is stored; `label` is the name in the field."""

    RECEIVED = "received"
    NOTICE = "notice"
    CORRECTION = "correction"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    SPECIAL = "special"
    PROMISE = "promise"
    DONE = "done"
    RETURNED = "returned"
    HANDOVER = "handover"
    DELIVERY = "delivery"
    WITHDRAWN = "withdrawn"
    PROXY = "proxy"
    TICKET = "ticket"
    BOOKING = "booking"
    BOOKING_ENDED = "booking_ended"
    DUTY_CHANGE = "duty_change"
    REDIRECT = "redirect"

    @property
    def label(self) -> str:
        """The Chinese name of the paper."""
        return _NAMES[self][0]

    @property
    def mark(self) -> str:
        """The character for the nature of the paper in its number: 机关简称+性质+〔年份〕+顺序号."""
        return _NAMES[self][1]


_NAMES = {
    PaperKind.RECEIVED: ("收件材料接收凭证", "收"),
    PaperKind.NOTICE: ("一次性告知书", "告"),
    PaperKind.CORRECTION: ("补齐补正通知书", "补"),
    PaperKind.ACCEPTED: ("受理通知书", "受"),
    PaperKind.REFUSED: ("不予受理通知书", "不受"),
    PaperKind.SPECIAL: ("特殊程序告知书", "特"),
    PaperKind.PROMISE: ("容缺受理信用承诺书", "容"),
    PaperKind.DONE: ("办结通知书", "办"),
    PaperKind.RETURNED: ("退件通知书", "退"),
    PaperKind.HANDOVER: ("转报交接单", "交"),
    PaperKind.DELIVERY: ("送达回执", "送"),
    PaperKind.WITHDRAWN: ("撤回申请确认书", "撤"),
    PaperKind.PROXY: ("代办委托书", "代"),
    PaperKind.TICKET: ("排队号票", "号"),
    PaperKind.BOOKING: ("房间使用凭单", "房"),
    PaperKind.BOOKING_ENDED: ("房间预约取消单", "消"),
    PaperKind.DUTY_CHANGE: ("调班通知", "调"),
    PaperKind.REDIRECT: ("引导单", "引"),
}


@dataclass(frozen=True, slots=True)
class CentreFacts:
    """Who prints the paper. `hours` is free text, such as 周一至周六 8:30—17:30."""

    name: str
    code: str
    short_name: str
    seal_org: str
    phone: str
    complaint_phone: str
    address: str
    hours: str


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """The item as it was in the version the case was accepted under.

    Limits are text with their unit (10个工作日). `role` is 直办, 收件, 代办 or 导办. With `limit_confirmed`
    false (待核) no limit and no promised date is printed, whatever the other fields hold.
    """

    code: str
    name: str
    department: str
    item_type: str
    service_object: str
    case_type: str
    legal_limit: str
    promise_limit: str
    fee: str
    basis: str
    conditions: str
    process: str
    result: str
    phone: str
    complaint_phone: str
    role: str
    visits: str
    limit_confirmed: bool


@dataclass(frozen=True, slots=True)
class MaterialFacts:
    """One paper of an item or a case.

    necessity: 必要, 非必要, 容缺. form: 原件, 复印件, 电子 … status: 合格, 缺, 不合格, 容缺, or "" where nobody
    has looked yet. `opinion` is the standard the paper fails; `due` the day a 容缺 paper is promised for.
    `copies` counts 份, `pages` the pages handed in (0 = not handed in or not counted).
    """

    name: str
    necessity: str = "必要"
    form: str = ""
    copies: int = 1
    pages: int = 0
    source: str = ""
    note: str = ""
    status: str = ""
    opinion: str = ""
    due: date | None = None


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """A case as far as its papers need it. ID and phone come masked; a paper never carries them in full.

    `agency` is the right agency in a 不予受理通知书 and the receiving agency in a 转报交接单. `reason` is the
    reason of whatever the paper states (refusal, return, withdrawal, special procedure). `outcome` is 准予 or
    不予 (or a text of the department) for 办结. `special` names the special procedure (听证, 检验, 鉴定 …),
    `special_limit` its length. `extra` are further labelled facts, printed after the others (省网申报号 …).
    """

    number: str
    query_code: str
    applicant: str
    id_type: str
    id_masked: str
    phone_masked: str
    agent: str
    agent_relation: str
    item: ItemFacts
    materials: tuple[MaterialFacts, ...]
    received_at: datetime
    accepted_on: date | None = None
    due_on: date | None = None
    handled_by: str = ""
    counter: str = ""
    reason: str = ""
    basis: str = ""
    agency: str = ""
    remedies: str = ""
    extra: tuple[tuple[str, str], ...] = ()
    outcome: str = ""
    result_number: str = ""
    done_on: date | None = None
    special: str = ""
    special_limit: str = ""
    agent_id_type: str = ""
    agent_id_masked: str = ""
    agent_phone_masked: str = ""


@dataclass(frozen=True, slots=True)
class TicketFacts:
    """A number from the queue. `priority` is the reason to be called earlier, or ""; `ahead` counts people."""

    number: str
    item_name: str
    priority: str
    ahead: int
    taken_at: datetime
    centre_name: str
    note: str = ""


class Fields(msgspec.Struct, frozen=True, tag="fields"):
    """Labelled facts, laid out as a ruled grid on A4 and as lines on a thermal roll."""

    rows: tuple[tuple[str, str], ...]


class Text(msgspec.Struct, frozen=True, tag="text"):
    """A paragraph. style: body (first line indented), flush, centre, strong, heading, note."""

    text: str
    style: str = "body"


class Table(msgspec.Struct, frozen=True, tag="table"):
    """A ruled table; no row is cut by a page break, the header repeats. `weights` share out the width."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    weights: tuple[int, ...]
    caption: str = ""
    total: str = ""


class Big(msgspec.Struct, frozen=True, tag="big"):
    """One thing to be read from arm's length: the number of a ticket."""

    text: str
    label: str = ""


Block = Fields | Text | Table | Big


@dataclass(frozen=True, slots=True)
class PaperContent:
    """Everything that is printed, in order. `copies` are the labels of the copies; "" is a copy without one."""

    kind: PaperKind
    title: str
    number: str
    organisation: str
    issued_on: str
    blocks: tuple[Block, ...]
    copies: tuple[str, ...] = ("",)
    qr: str = ""
    qr_caption: str = ""
    signatures: tuple[str, ...] = ()
    seal_org: str = ""
    phones: tuple[tuple[str, str], ...] = ()
    foot: tuple[str, ...] = ()

    def with_qr(self, payload: str, caption: str = "扫一扫，查进度") -> "PaperContent":
        """The same paper with a QR code: sign what the paper says first, then put the signature on it."""
        return replace(self, qr=payload, qr_caption=caption)


def to_json(content: PaperContent) -> bytes:
    """The content as canonical JSON: what a receipt row keeps, and what its hash is taken of."""
    return msgspec.json.encode(content)


def from_json(data: bytes) -> PaperContent:
    """The content a receipt row kept. Raises msgspec.ValidationError if the row is not from `to_json`."""
    return msgspec.json.decode(data, type=PaperContent)
