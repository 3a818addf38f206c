"""Card readers type: each line below is the burst of one kind of reader, with made-up people."""

import pytest

from db.people.rules import IdType
from db.people.scanned import Sought, read_card, sort_of
from tests.db.people.test_identity import citizen, credit_code

NUMBER = citizen(born="19580312", order="022")
ADDRESS = "福建省莆田市荔城区镇海街道梅峰路18号"


@pytest.mark.parametrize(
    "burst",
    [
        f"吴·秀英,女,汉,19580312,{ADDRESS},{NUMBER},莆田市公安局荔城分局,20100101-长期",
        f"姓名：吴·秀英 性别：女 民族：汉 出生：1958年3月12日 住址：{ADDRESS} 公民身份号码：{NUMBER}",
        f"姓名\t吴·秀英\t性别\t女\t民族\t汉族\t住址\t{ADDRESS}\t公民身份号码\t{NUMBER}",
        f"{NUMBER}|吴·秀英|女|汉族|{ADDRESS}",
        "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in f"吴·秀英,女,汉,{ADDRESS},{NUMBER}"),
    ],
)
def test_every_line_of_a_card_is_read(burst: str) -> None:
    card = read_card(burst)
    assert card is not None
    assert (card.id_type, card.number, card.name) == (IdType.RESIDENT, NUMBER, "吴·秀英")
    assert card.address in (ADDRESS, ADDRESS.replace("18", "１８"))


def test_a_reader_that_types_only_the_number() -> None:
    card = read_card(NUMBER.lower() + "\r\n")
    assert card is not None
    assert (card.number, card.name, card.address) == (NUMBER, "", "")


def test_spaces_within_a_typed_number_do_not_matter() -> None:
    card = read_card(f"{NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}")
    assert card is not None
    assert card.number == NUMBER


def test_a_rare_name_comes_through_whole() -> None:
    card = read_card(f"䶮𬱖𠮷,男,汉,{NUMBER}")
    assert card is not None
    assert card.name == "䶮𬱖𠮷"


@pytest.mark.parametrize("text", ["吴秀英", "13812345678", "A012", credit_code(), ""])
def test_what_is_no_card(text: str) -> None:
    assert read_card(text) is None


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("", Sought.NOTHING),
        ("  ", Sought.NOTHING),
        (NUMBER, Sought.ID),
        ("350304199", Sought.ID),
        ("022x", Sought.TAIL),
        ("８８６６", Sought.TAIL),
        (NUMBER[:-1] + "A", Sought.ID),
        ("E12345678", Sought.ID),
        (credit_code(), Sought.ID),
        ("１３８１２３４５６７８", Sought.PHONE),
        ("0594-2691234", Sought.PHONE),
        ("吴秀英", Sought.NAME),
        ("wxy", Sought.NAME),
        ("Zoë Müller", Sought.NAME),
    ],
)
def test_what_a_clerk_means_by_the_text_in_the_field(text: str, sort: Sought) -> None:
    assert sort_of(text) is sort
