"""Scanned texts against the records, and what `python -m db check` finds in them."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, update

from db.action import Actor
from db.numbers.models import NumberSeries
from db.receipts import qr, queries
from db.receipts.actions import issue, reissue
from db.receipts.check import Standing, check_scanned, problems
from db.receipts.claim import Claim
from db.receipts.content import PaperKind
from db.receipts.models import Receipt
from db.session import Hall
from db.staff.permissions import Role
from tests.factories.centre import make_centre
from tests.factories.receipts import case_facts
from tests.factories.staff import make_staff

Run = Callable[..., Any]


def give(run: Run, actor: Actor, count: int = 1) -> list[UUID]:
    return [
        run(actor, issue, kind=PaperKind.RECEIVED, case=case_facts(), case_id=None, printed=False).receipt_id
        for _ in range(count)
    ]


def payload(hall: Hall, actor: Actor, receipt_id: UUID) -> str:
    found = hall.read(queries.receipt, actor.centre_id, receipt_id)
    assert found is not None
    return found.content.qr


def change(hall: Hall, statement: Any) -> None:
    with hall.transaction() as session:
        session.execute(statement)


def test_a_whole_record_has_no_problems(hall: Hall, manager: Actor, run: Run) -> None:
    ids = give(run, manager, 3)
    run(manager, reissue, receipt_id=ids[1], reason="份数填错", printed=False)
    assert hall.read(problems, manager.centre_id) == []


def test_missing_numbers_are_named(hall: Hall, manager: Actor, run: Run) -> None:
    ids = give(run, manager, 7)
    change(hall, delete_rows(ids[0], ids[2], ids[3]))
    assert hall.read(problems, manager.centre_id) == ["收件材料接收凭证〔2026〕缺 3 个号：1、3–4。"]


def test_a_missing_last_number_shows_in_the_counter(hall: Hall, manager: Actor, run: Run) -> None:
    ids = give(run, manager, 2)
    change(hall, delete_rows(ids[1]))
    assert hall.read(problems, manager.centre_id) == ["收件材料接收凭证〔2026〕的计数器是 2，最后一张回执却是 1 号。"]


def test_a_series_without_any_receipt_is_named(hall: Hall, manager: Actor, run: Run) -> None:
    change(hall, delete_rows(*give(run, manager)))
    assert hall.read(problems, manager.centre_id) == ["计数器 receipt/received/2026 已到 1，却没有这一系列的回执。"]


def test_a_counter_set_back_is_found(hall: Hall, manager: Actor, run: Run) -> None:
    give(run, manager, 2)
    change(hall, update(NumberSeries).where(NumberSeries.series == "receipt/received/2026").values(last=1))
    [problem] = hall.read(problems, manager.centre_id)
    assert "计数器是 1" in problem


def test_an_altered_paper_is_found_and_its_scan_refused(hall: Hall, manager: Actor, run: Run) -> None:
    [receipt_id] = give(run, manager)
    scanned = payload(hall, manager, receipt_id)
    with hall.transaction() as session:
        row = session.get_one(Receipt, receipt_id)
        row.content = row.content.replace("测试甲".encode(), "测试乙".encode())
    [problem] = hall.read(problems, manager.centre_id)
    assert "军门邻里收〔2026〕1号 的内容与其哈希不符" in problem
    assert hall.read(check_scanned, manager.centre_id, scanned).standing is Standing.TAMPERED


def test_an_altered_paper_with_a_fitting_hash_is_found_too(hall: Hall, manager: Actor, run: Run) -> None:
    import hashlib

    [receipt_id] = give(run, manager)
    with hall.transaction() as session:
        row = session.get_one(Receipt, receipt_id)
        row.content = row.content.replace("测试甲".encode(), "测试乙".encode())
        row.sha256 = hashlib.sha256(row.content).digest()
    [problem] = hall.read(problems, manager.centre_id)
    assert "与签名时不同" in problem


@pytest.mark.parametrize("column", ["item_code", "number", "salt", "payload"])
def test_an_altered_column_is_found(hall: Hall, manager: Actor, run: Run, column: str) -> None:
    [receipt_id] = give(run, manager)
    value: Any = b"0" * 16 if column == "salt" else "X"
    change(hall, update(Receipt).where(Receipt.id == receipt_id).values({column: value}))
    assert len(hall.read(problems, manager.centre_id)) == 1


def test_a_broken_link_is_found(hall: Hall, manager: Actor, run: Run) -> None:
    [receipt_id] = give(run, manager)
    new = run(manager, reissue, receipt_id=receipt_id, reason="份数填错", printed=False)
    change(hall, update(Receipt).where(Receipt.id == new.receipt_id).values(replaces=None))
    [problem] = hall.read(problems, manager.centre_id)
    assert "没有指回它" in problem


def test_a_double_number_cannot_be_written(hall: Hall, manager: Actor, run: Run) -> None:
    from sqlalchemy.exc import IntegrityError

    ids = give(run, manager, 2)
    with pytest.raises(IntegrityError):
        change(hall, update(Receipt).where(Receipt.id == ids[1]).values(seq=1))


def test_a_genuine_signature_without_a_record_is_said_to_be_so(hall: Hall, manager: Actor, run: Run) -> None:
    ids = give(run, manager, 2)
    scanned = payload(hall, manager, ids[1])
    change(hall, delete_rows(ids[1]))
    verdict = hall.read(check_scanned, manager.centre_id, scanned)
    assert verdict.standing is Standing.UNRECORDED
    assert "军门邻里收〔2026〕2号" in verdict.sentence


def test_one_digit_changed_is_refused(hall: Hall, manager: Actor, run: Run) -> None:
    scanned = payload(hall, manager, *give(run, manager))
    changed = scanned[:-1] + str((int(scanned[-1]) + 1) % 10)
    assert hall.read(check_scanned, manager.centre_id, changed).standing is Standing.FORGED


def test_a_receipt_of_another_centre_of_the_same_database_is_foreign(
    hall: Hall, manager: Actor, run: Run, now: Any
) -> None:
    other = make_staff(hall, make_centre(hall, now=now, code="PT0302"), Role.MANAGER, now=now)
    scanned = payload(hall, other, *give(run, other))
    verdict = hall.read(check_scanned, manager.centre_id, scanned)
    assert verdict.standing is Standing.FOREIGN
    assert "PT0302" in verdict.sentence
    assert hall.read(check_scanned, other.centre_id, scanned).standing is Standing.GENUINE
    assert hall.read(problems, manager.centre_id) == []


def test_a_forger_with_a_key_of_their_own_is_refused(hall: Hall, manager: Actor, run: Run, now: Any) -> None:
    give(run, manager)
    private = qr.new_private_key()
    claim = Claim("JM01", 1, now.date(), 1, "LY001", b"\0" * 16)
    scanned = qr.sign(claim, private, qr.public_of(private))
    assert hall.read(check_scanned, manager.centre_id, scanned).standing is Standing.FORGED


@pytest.mark.parametrize(
    "scanned", ["", "350104199001011234", "https://example.com", json.dumps({"a": 1}), "测试" * 999]
)
def test_anything_else_that_is_scanned_is_unreadable(hall: Hall, manager: Actor, scanned: str) -> None:
    assert hall.read(check_scanned, manager.centre_id, scanned).standing is Standing.UNREADABLE


def delete_rows(*ids: UUID) -> Any:
    """As somebody with a database tool would."""
    return delete(Receipt).where(Receipt.id.in_(ids))
