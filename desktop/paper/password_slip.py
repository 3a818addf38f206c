"""The slip that is handed to a member of staff with their one-time passwords: a third of an A4, to be cut off. No Qt."""

from dataclasses import dataclass

from desktop.paper.breaking import break_lines
from desktop.paper.render import Rendered
from desktop.paper.sheet import MM, Sheet
from desktop.paper.typeface import HEAVY, PLAIN

_PAGE = (210 * MM, 297 * MM)
_SIDE = 20 * MM
_CUT = 99 * MM
_LETTER = 7.2 * MM
"""Room of a character: wide enough that no two run together."""


@dataclass(frozen=True, slots=True)
class Slip:
    """What stands on it: (what it is for, the user's name, the password) for one or two passwords, and what to do."""

    centre: str
    name: str
    passwords: tuple[tuple[str, str, str], ...]
    note: str


def slip(given: Slip) -> Rendered:
    """The slip at the top of an A4 page, with the line to cut along."""
    sheet = Sheet("一次性密码条", given.centre)
    sheet.new_page(*_PAGE)
    sheet.text(_SIDE, 12 * MM, f"{given.centre}　一次性密码", 12, HEAVY)
    sheet.text(_SIDE, 19 * MM, f"交给：{given.name}", 12)
    at = 27 * MM
    for title, user, password in given.passwords:
        sheet.text(_SIDE, at, f"{title}　{user}", 10.5)
        for place, letter in enumerate(password):
            sheet.centred(_SIDE + (place + 0.5) * _LETTER, at + 6 * MM, letter, 17, HEAVY)
        at += 20 * MM
    for line in break_lines(given.note, _PAGE[0] - 2 * _SIDE, 10, PLAIN):
        sheet.text(_SIDE, at, line, 10)
        at += 5.5 * MM
    sheet.line(0, _CUT, _PAGE[0], _CUT, 0.4, "3 3")
    pdf, missing = sheet.finish()
    return Rendered(pdf, missing, sheet.pages)
