"""The list of receipts: filters, quick find, pages that neither skip nor repeat; and the rules of numbers."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from db.action import Actor
from db.receipts import queries, rules
from db.receipts.actions import issue, reissue, void
from db.receipts.content import Medium, PaperKind
from db.receipts.queries import ReceiptFilter, ReceiptRow
from db.receipts.rules import ReceiptState, Sought
from db.session import Hall
from tests.conftest import NOW
from tests.factories.receipts import case_facts

Run = Callable[..., Any]
TODAY = date(2026, 11, 17)


def listed(hall: Hall, actor: Actor, **wanted: Any) -> list[str]:
    rows = hall.read(queries.receipts, actor.centre_id, ReceiptFilter(**wanted), TODAY)
    return [row.number.removeprefix("军门邻里") for row in rows]


@pytest.fixture
def five(run: Run, manager: Actor) -> list[Any]:
    """Over five days: 收1 收2 受1 收3 受2; 收1 is void, 受1 replaced by 受3 on the last day."""
    kinds = [PaperKind.RECEIVED, PaperKind.RECEIVED, PaperKind.ACCEPTED, PaperKind.RECEIVED, PaperKind.ACCEPTED]
    issued = [
        run(manager, issue, at=NOW - timedelta(days=4 - day), kind=kind, case=case_facts(f"C-{day}"), case_id=None)
        for day, kind in enumerate(kinds)
    ]
    run(manager, void, receipt_id=issued[0].receipt_id, reason="份数填错")
    run(manager, reissue, receipt_id=issued[2].receipt_id, reason="姓名写错")
    return issued


@pytest.mark.usefixtures("five")
def test_the_list_is_newest_first_and_narrowed_by_kind_date_and_state(hall: Hall, manager: Actor) -> None:
    assert listed(hall, manager) == [
        "受〔2026〕3号",
        "受〔2026〕2号",
        "收〔2026〕3号",
        "受〔2026〕1号",
        "收〔2026〕2号",
        "收〔2026〕1号",
    ]
    assert listed(hall, manager, kinds=frozenset({PaperKind.RECEIVED}))[-1] == "收〔2026〕1号"
    assert listed(hall, manager, since=date(2026, 11, 16), until=date(2026, 11, 16)) == ["收〔2026〕3号"]
    assert listed(hall, manager, until=date(2026, 11, 13)) == ["收〔2026〕1号"]
    assert listed(hall, manager, state=ReceiptState.VOID) == ["收〔2026〕1号"]
    assert listed(hall, manager, state=ReceiptState.REPLACED) == ["受〔2026〕1号"]
    assert len(listed(hall, manager, state=ReceiptState.VALID)) == 4


@pytest.mark.usefixtures("five")
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("3", ["受〔2026〕3号", "收〔2026〕3号"]),
        ("2号", ["受〔2026〕2号", "收〔2026〕2号"]),
        ("军门邻里收〔2026〕2号", ["收〔2026〕2号"]),
        ("收[2026]2", ["收〔2026〕2号"]),
        ("收（2026）", ["收〔2026〕3号", "收〔2026〕2号", "收〔2026〕1号"]),
        (" C-4 ", ["受〔2026〕2号"]),
        ("〔2025〕1", []),
        ("没有的", []),
        ("999999", []),
    ],
)
def test_the_quick_find_understands_what_a_clerk_types(
    hall: Hall, manager: Actor, typed: str, found: list[str]
) -> None:
    assert listed(hall, manager, text=typed) == found


@pytest.mark.usefixtures("five")
def test_pages_neither_skip_nor_repeat(hall: Hall, manager: Actor, run: Run) -> None:
    for _ in range(4):  # the same instant four times: only the id tells them apart
        run(manager, issue, kind=PaperKind.DONE, case=case_facts(), case_id=None)
    rows: list[ReceiptRow] = []
    while page := hall.read(
        queries.receipts, manager.centre_id, ReceiptFilter(), TODAY, rows[-1].cursor if rows else None, 3
    ):
        rows.extend(page)
    assert len(rows) == len({row.id for row in rows}) == 10
    assert rows == sorted(rows, key=lambda row: (row.issued_at, row.id), reverse=True)


def test_nobody_is_shown_the_receipts_of_another_centre(hall: Hall, manager: Actor, five: list[Any], now: Any) -> None:
    from tests.factories.centre import make_centre

    other = make_centre(hall, now=now, code="PT0302")
    assert hall.read(queries.receipts, other, ReceiptFilter(), TODAY) == ()
    assert hall.read(queries.receipt, other, five[0].receipt_id) is None


def test_every_kind_has_a_code_of_its_own() -> None:
    assert set(rules.KIND_CODES) == set(PaperKind)
    assert len(set(rules.KIND_CODES.values())) == len(PaperKind)
    assert all(0 < code < 256 for code in rules.KIND_CODES.values())


def test_every_kind_has_a_mark_of_its_own() -> None:
    assert len({kind.mark for kind in PaperKind}) == len(PaperKind)


def test_tickets_go_to_the_roll_and_documents_to_a4() -> None:
    assert rules.default_medium(PaperKind.TICKET) is Medium.THERMAL80
    assert rules.default_medium(PaperKind.ACCEPTED) is Medium.A4


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("军门邻里受【2026】12号", Sought("军门邻里受【2026】12号", "军门邻里受", 2026, 12)),
        ("12", Sought("12", seq=12)),
        ("20261117", Sought("20261117")),
        ("", Sought("")),
    ],
)
def test_a_number_is_read_in_any_brackets(typed: str, meant: Sought) -> None:
    assert rules.sought(typed) == meant


def test_the_longest_mark_names_the_kind() -> None:
    assert rules.kinds_marked("军门邻里不受") == {PaperKind.REFUSED}
    assert rules.kinds_marked("军门邻里受") == {PaperKind.ACCEPTED}
    assert rules.kinds_marked("") == set(PaperKind)
