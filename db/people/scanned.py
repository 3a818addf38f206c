"""Text that a card reader or barcode scanner typed, or that a clerk typed into the one search field of the counter.

Readers in “keyboard mode” differ: some type only the number, some type every line of the card separated by commas, bars,
tabs or labels, and with an input method switched on some of it arrives in full width.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from db.people.identity import guess_type
from db.people.rules import IdType
from db.text import code, half_width

_SEPARATORS = re.compile(r"[,，|;；\t\r\n^#\x1d\x1e]+")
_LABELLED = re.compile(
    r"(姓名|性别|民族|出生日期|出生|住址|地址|公民身份号码|公民身份证号码|身份证号码|证件号码|号码|签发机关|有效期限|有效期)[:：]?"
)
_ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])[1-9]\d{16}[0-9Xx](?![0-9A-Za-z])")
_ADDRESS_MARKS = re.compile(r"[省市县区镇乡村路街道巷弄号组栋室]")
_HANZI = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_NOT_NAMES = {"男", "女", "汉", "汉族", "居民身份证", "中华人民共和国"}
_PHONE = re.compile(r"1\d{10}|\d{7,8}|0\d{2,3}-?\d{7,8}|\+[\d-]{7,18}|\d{3,4}-\d{3,8}(-\d{1,6})?")

_TAIL = re.compile(r"[0-9]{3}[0-9X]")


@dataclass(frozen=True, slots=True)
class Card:
    """What a card says: the number always, the rest where the reader typed it."""

    id_type: IdType
    number: str
    name: str = ""
    address: str = ""


class Sought(StrEnum):
    """What the text in the one field of the person band is."""

    NOTHING = "nothing"
    TAIL = "tail"
    ID = "id"
    PHONE = "phone"
    NAME = "name"


def sort_of(raw: str) -> Sought:
    """Whether a clerk means an ID number, a phone or a name.

    A number that is still being typed counts as an ID from five characters on, so that the page can tell what is wrong.
    """
    if not raw.strip():
        return Sought.NOTHING
    number = code(raw)
    if is_tail(number):
        return Sought.TAIL
    if read_card(raw) is not None or guess_type(number) is not None:
        return Sought.ID
    if _PHONE.fullmatch(number):
        return Sought.PHONE
    if number.isascii() and len(number) >= 5 and sum(char.isdigit() for char in number) >= 4:
        return Sought.ID
    return Sought.NAME


def is_tail(number: str) -> bool:
    """Whether this is the end of an ID number or phone, as people say it: four digits, the last may be X."""
    return _TAIL.fullmatch(number) is not None


def read_card(raw: str) -> Card | None:
    """The card in a burst of typed text, or None when there is no ID number in it."""
    text = half_width(raw)
    found = _ID_NUMBER.search(text.replace(" ", "") if _only_number(text) else text)
    if found is None:
        return None
    number = found.group().upper()
    kind = guess_type(number)
    if kind is None or kind is IdType.CREDIT_CODE:
        return None
    pieces = _pieces(raw)
    labelled = _labelled(pieces)
    name = labelled.get("姓名") or _first_name(pieces)
    address = labelled.get("住址") or labelled.get("地址") or _longest_address(pieces)
    return Card(kind, number, name, address)


def _only_number(text: str) -> bool:
    return not _HANZI.search(text) and not _SEPARATORS.search(text.strip())


def _pieces(raw: str) -> list[str]:
    """The card's lines; a name keeps its characters, so separators are found in the text as typed."""
    return [
        piece.strip()
        for piece in _SEPARATORS.split(_LABELLED.sub(lambda match: f"\t{match.group(1)}\t", raw))
        if piece.strip()
    ]


def _labelled(pieces: list[str]) -> dict[str, str]:
    return {
        label: value
        for label, value in pairwise(pieces)
        if _LABELLED.fullmatch(label) and not _LABELLED.fullmatch(value)
    }


def _first_name(pieces: list[str]) -> str:
    """The name stands first on the card: the first piece in Hanzi that is no label, sex, nationality, address or office."""
    for piece in pieces:
        if piece in _NOT_NAMES or _LABELLED.fullmatch(piece) or (piece.endswith("族") and len(piece) <= 5):
            continue
        if any(char.isdigit() for char in half_width(piece)) or len(_ADDRESS_MARKS.findall(piece)) >= 2:
            continue
        if len(_HANZI.findall(piece)) >= 2:
            return piece
    return ""


def _longest_address(pieces: list[str]) -> str:
    likely = [
        piece for piece in pieces if len(_ADDRESS_MARKS.findall(piece)) >= 2 and not piece.endswith(("公安局", "分局"))
    ]
    return max(likely, key=len, default="")
