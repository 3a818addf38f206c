"""调班通知 and 引导单: numbered, signed, the same again when nothing changed, void when something did."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.action import Actor
from db.duty.changes import change
from db.duty.changing import substitute
from db.duty.moving import move_slot
from db.duty.notices import print_change, print_redirect
from db.duty.reception import ReceptionFields, receive, reception_redirect
from db.duty.undoing import undo_change
from db.errors import RuleBroken
from db.receipts.actions import Issued
from db.receipts.check import Standing, check_scanned, problems
from db.receipts.content import Fields, PaperContent, Table, from_json
from db.receipts.models import Receipt
from db.session import Hall
from tests.conftest import NOW
from tests.factories.duty import make_crew
from tests.factories.duty_papers import DOCUMENT, MOBILE
from tests.factories.duty_plans import make_published, sitter, slots_in

COURT = "鼓楼区人民法院立案庭（福州市鼓楼区）"


@pytest.fixture
def plan_id(hall: Hall, manager: Actor) -> UUID:
    return make_published(hall, manager, NOW, (make_crew(hall, manager, NOW)[0],))


def paper(hall: Hall, issued: Issued) -> tuple[PaperContent, str]:
    """What was printed, and the text of its code."""

    def query(session: Session) -> tuple[bytes, str]:
        row = session.scalars(select(Receipt).where(Receipt.id == issued.receipt_id)).one()
        return row.content, row.payload

    content, payload = hall.read(query)
    return from_json(content), payload


def covered(hall: Hall, manager: Actor, run: Any, plan_id: UUID, reason: str = "住院手术") -> tuple[UUID, str, str]:
    """Somebody covers for somebody; returns the change and who went and who came."""
    one, other = sitter(slots_in(hall, manager, plan_id)[0]), sitter(slots_in(hall, manager, plan_id)[3])
    done = run(manager, substitute, duty_id=one.id, version=one.version, seat_id=other.seat_id, reason=reason)
    return done.change_id, one.member_name, other.member_name


def test_a_notice_tells_what_changed_and_keeps_why_to_itself(
    hall: Hall, manager: Actor, run: Any, plan_id: UUID
) -> None:
    change_id, gone, came = covered(hall, manager, run, plan_id, f"住院手术，电话{MOBILE}，{DOCUMENT}")
    issued = run(manager, print_change, change_id=change_id)
    content, payload = paper(hall, issued)
    table = next(block for block in content.blocks if isinstance(block, Table))
    assert table.columns[-2:] == ("原轮值", "现轮值")
    day = slots_in(hall, manager, plan_id)[0].day
    assert table.rows[0][1] == f"{day.month}月{day.day}日 周三\n09:00—11:00"
    assert gone in table.rows[0][-2]
    assert came in table.rows[0][-1]
    said = str(content)
    assert "住院" not in said
    assert MOBILE not in said
    assert DOCUMENT not in said
    row = hall.read(change, manager.centre_id, change_id)
    assert row is not None
    assert ("调整编号", row.number) in next(block for block in content.blocks if isinstance(block, Fields)).rows
    assert content.title == "调班通知"
    assert "调〔2026〕1号" in content.number
    assert hall.read(check_scanned, manager.centre_id, payload).standing is Standing.GENUINE


def test_the_reason_of_a_moved_session_is_for_everybody(hall: Hall, manager: Actor, run: Any, plan_id: UUID) -> None:
    slot = slots_in(hall, manager, plan_id)[0]
    done = run(
        manager, move_slot, slot_id=slot.id, version=slot.version, day=slot.day, starts=slot.starts.replace(hour=15),
        ends=slot.ends.replace(hour=17), room_id=slot.room_id, reason="全楼停电检修",
    )  # fmt: skip
    content, _ = paper(hall, run(manager, print_change, change_id=done.change_id))
    assert "全楼停电检修" in str(content)
    assert sitter(slot).member_name in str(content)  # whom it concerns


def test_the_same_notice_again_is_a_reprint_and_a_change_taken_back_gets_a_new_one(
    hall: Hall, manager: Actor, run: Any, plan_id: UUID
) -> None:
    change_id, *_ = covered(hall, manager, run, plan_id)
    first = run(manager, print_change, change_id=change_id)
    again = run(manager, print_change, change_id=change_id)
    assert (again.receipt_id, again.number) == (first.receipt_id, first.number)
    assert again.job_id != first.job_id
    run(manager, undo_change, change_id=change_id)
    second = run(manager, print_change, change_id=change_id)
    assert second.number != first.number
    content, _ = paper(hall, second)
    assert "已撤销" in str(content.blocks[0])
    assert "按调整后的时间" not in str(content)
    assert "请相关人员按“原轮值”一栏" in str(content.blocks[1])
    _, old = paper(hall, first)
    verdict = hall.read(check_scanned, manager.centre_id, old)
    assert verdict.standing is Standing.VOID
    assert hall.read(problems, manager.centre_id) == []


def test_a_redirected_visitor_gets_a_slip_that_says_where_to_go_and_nothing_of_their_matter(
    hall: Hall, clerk: Actor, run: Any
) -> None:
    fields = ReceptionFields(
        category="房屋买卖纠纷", visitor="陈小榕", phone=MOBILE, address="军门社区 3 号楼", content=f"判决不服{MOBILE}",
        demand="改判", people=2,
    )  # fmt: skip
    made = run(clerk, receive, fields=fields)
    with pytest.raises(RuleBroken, match="没有引导到其他单位"):
        run(clerk, print_redirect, reception_id=made.reception_id)
    run(clerk, reception_redirect, reception_id=made.reception_id, version=made.version, whither=COURT)
    issued = run(clerk, print_redirect, reception_id=made.reception_id)
    content, payload = paper(hall, issued)
    said = str(content)
    assert COURT in said
    assert made.number in said
    assert "信访工作条例" in said
    for private in ("陈小榕", MOBILE, "3 号楼", "判决不服", "改判"):
        assert private not in said
        assert private not in payload
    assert content.copies == ("第一联 存档", "第二联 交来访人")
    assert run(clerk, print_redirect, reception_id=made.reception_id).number == issued.number
    assert hall.read(check_scanned, clerk.centre_id, payload).standing is Standing.GENUINE


def test_an_anonymous_visitor_is_anonymous_on_the_slip(hall: Hall, clerk: Actor, run: Any) -> None:
    made = run(clerk, receive, fields=ReceptionFields(category="其他", anonymous=True, content="已立案", demand="申诉"))
    run(clerk, reception_redirect, reception_id=made.reception_id, version=made.version, whither="检察院")
    content, _ = paper(hall, run(clerk, print_redirect, reception_id=made.reception_id))
    assert ("来访人", "匿名") in next(block for block in content.blocks if isinstance(block, Fields)).rows


def test_what_does_not_exist_is_told(hall: Hall, manager: Actor, run: Any) -> None:
    for action, name in ((print_change, "change_id"), (print_redirect, "reception_id")):
        with pytest.raises(RuleBroken, match="找不到"):
            run(manager, action, **{name: manager.staff_id})


def test_numbers_run_by_kind_and_year(hall: Hall, manager: Actor, run: Any, plan_id: UUID) -> None:
    numbers = []
    for at in range(2):
        duty = sitter(slots_in(hall, manager, plan_id)[at])
        other = sitter(slots_in(hall, manager, plan_id)[at + 3])
        done = run(manager, substitute, duty_id=duty.id, version=duty.version, seat_id=other.seat_id, reason="出差")
        numbers.append(run(manager, print_change, change_id=done.change_id).number)
    assert [number.partition("〔")[2] for number in numbers] == ["2026〕1号", "2026〕2号"]
    assert date(2026, 11, 17) == NOW.date()
