"""Borrowers are found as they sound, like items and people elsewhere."""

import pytest

from db.action import Actor
from db.rooms.queries import borrowers
from db.session import Hall
from tests.conftest import NOW
from tests.factories.rooms import make_borrower


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("jmhcd", ["军门合唱队"]),
        ("JunMen", ["军门合唱队"]),
        ("hcd", ["军门合唱队", "清和合唱队"]),
        ("lm", ["ABC 绿萌公司", "清和合唱队"]),  # a name before a contact
        ("abc", ["ABC 绿萌公司"]),
        ("合唱", ["军门合唱队", "清和合唱队"]),
        ("zzz", []),
        ("%", []),
        ("123", []),
    ],
)
def test_borrowers_are_found_by_characters_pinyin_and_initials(
    hall: Hall, clerk: Actor, typed: str, found: list[str]
) -> None:
    make_borrower(hall, clerk, NOW)
    make_borrower(hall, clerk, NOW, "清和合唱队", contact="林敏")
    make_borrower(hall, clerk, NOW, "ABC 绿萌公司")
    names = [row.name for row in hall.read(borrowers, clerk.centre_id, typed, 6)]
    assert names == found


def test_no_more_are_told_than_are_asked_for(hall: Hall, clerk: Actor) -> None:
    for name in ("军门合唱队", "军门舞蹈队", "JM 书画社"):
        make_borrower(hall, clerk, NOW, name)
    assert [len(hall.read(borrowers, clerk.centre_id, "jm", most)) for most in (1, 2, 6)] == [1, 2, 3]
