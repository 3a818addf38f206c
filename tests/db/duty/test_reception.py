"""The reception book: sealed, numbered, step by step, by pages."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from db.action import Actor
from db.duty.models import Reception
from db.duty.reception import (
    LEGAL,
    ReceptionFields,
    mask_visitor,
    receive,
    reception_edit,
    reception_open,
    reception_pass,
    reception_redirect,
    reception_tell,
)
from db.duty.reception_queries import ReceptionFilter, categories, reception, receptions, reveal_reception
from db.duty.rows import ReceptionRow
from db.duty.states import ReceptionState
from db.errors import NotAllowed, RuleBroken, Stale
from db.journal.models import JournalEntry
from db.numbers.queries import counters
from db.session import Hall
from tests.conftest import NOW
from tests.factories.calendar import make_calendar
from tests.factories.duty import make_crew
from tests.factories.duty_plans import RECEPTION, make_plan, make_today, sitter, slots_in

Run = Callable[..., Any]


def entry(hall: Hall, actor: Actor, reception_id: UUID) -> ReceptionRow:
    found = hall.read(reception, actor.centre_id, reception_id)
    assert found is not None
    return found


def test_what_is_personal_is_sealed_masked_and_in_no_table_readable(
    hall: Hall, run: Run, manager: Actor, clerk: Actor
) -> None:
    plan_id = make_today(hall, manager, NOW)
    slot = slots_in(hall, manager, plan_id)[0]
    with_slot = replace(RECEPTION, slot_id=slot.id, receiver_id=sitter(slot).member_id, grid="第三网格", people=2)
    made = run(clerk, receive, fields=with_slot)
    assert (made.number, made.state, made.version) == ("2026-00001", ReceptionState.OPEN, 1)
    row = entry(hall, clerk, made.reception_id)
    assert (row.visitor_masked, row.phone_masked, row.category, row.people) == ("陈**", "138****8000", "物业管理", 2)
    assert (row.body_name, row.receiver_name, row.grid, row.at) == ("公益律师", "律师01", "第三网格", NOW)
    stored = hall.read(lambda session: session.execute(text("SELECT * FROM duty_reception")).one())
    journal = hall.read(lambda session: session.scalars(select(JournalEntry.facts)).all())
    for secret in ("陈小榕", "13800138000", "3 号楼", "电梯", "修好"):
        assert all(secret not in str(value) for value in stored)
        assert all(secret.encode() not in value for value in stored if isinstance(value, bytes))
        assert all(secret not in facts for facts in journal)


def test_who_looks_behind_the_mask_says_why_and_the_journal_keeps_it(
    hall: Hall, run: Run, clerk: Actor, sysadmin: Actor
) -> None:
    made = run(clerk, receive, fields=RECEPTION)
    with pytest.raises(RuleBroken, match="请填写查看原因"):
        run(clerk, reception_open, reception_id=made.reception_id, reason=" ")
    with pytest.raises(NotAllowed):
        run(sysadmin, reception_open, reception_id=made.reception_id, reason="看看")
    assert run(clerk, reception_open, reception_id=made.reception_id, reason="电话回访") is True
    opened = hall.read(reveal_reception, hall.vault, clerk.centre_id, made.reception_id)
    assert (opened.visitor, opened.phone, opened.address) == ("陈小榕", "13800138000", "军门社区 3 号楼")
    assert (opened.content, opened.demand) == ("电梯停用", "修好电梯")
    facts = hall.read(
        lambda session: session.scalars(
            select(JournalEntry.facts).where(JournalEntry.tag == "duty.reception_open")
        ).all()
    )
    assert len(facts) == 1
    assert "电话回访" in facts[0]


def test_anonymous_keeps_no_name_phone_or_address_even_when_they_were_typed(hall: Hall, run: Run, clerk: Actor) -> None:
    made = run(clerk, receive, fields=replace(RECEPTION, anonymous=True))
    row = entry(hall, clerk, made.reception_id)
    assert (row.anonymous, row.visitor_masked, row.phone_masked) == (True, "", "")
    opened = hall.read(reveal_reception, hall.vault, clerk.centre_id, made.reception_id)
    assert (opened.visitor, opened.phone, opened.address, opened.content) == ("", "", "", "电梯停用")


def test_whoever_wants_to_be_anonymous_afterwards_is_forgotten(hall: Hall, run: Run, clerk: Actor) -> None:
    made = run(clerk, receive, fields=RECEPTION)
    run(
        clerk, reception_edit, reception_id=made.reception_id, version=made.version,
        fields=ReceptionFields("物业管理", anonymous=True),
    )  # fmt: skip
    kept = hall.read(lambda session: session.get_one(Reception, made.reception_id))
    assert (kept.visitor_sealed, kept.phone_sealed, kept.address_sealed) == (None, None, None)
    assert kept.content_sealed is not None


def test_an_edit_changes_what_is_given_and_leaves_what_is_sealed(hall: Hall, run: Run, clerk: Actor) -> None:
    made = run(clerk, receive, fields=RECEPTION)
    edit = {"reception_id": made.reception_id, "version": made.version}
    run(clerk, reception_edit, **edit, fields=ReceptionFields("邻里纠纷", phone="", answer="已联系物业", people=3))
    row = entry(hall, clerk, made.reception_id)
    assert (row.number, row.category, row.answer, row.people) == (made.number, "邻里纠纷", "已联系物业", 3)
    assert (row.visitor_masked, row.phone_masked, row.at) == ("陈**", "", NOW)
    with pytest.raises(Stale):
        run(clerk, reception_edit, **edit, fields=RECEPTION)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"visitor": ""}, "请填写来访人姓名；不愿留名的请选“匿名”"),
        ({"content": ""}, "请填写内容"),
        ({"content": None}, "请填写来访内容"),
        ({"category": " "}, "请填写类别"),
        ({"people": 0}, "人数应在 1 到 200 之间"),
        ({"phone": "没有"}, "电话里没有号码"),
        ({"at": NOW + timedelta(minutes=1)}, "接待时间不能晚于现在"),
        ({"slot_id": UUID(int=7)}, "没有找到这一班"),
        ({"receiver_id": UUID(int=7)}, "没有找到这名接待人"),
    ],
)
def test_an_entry_that_cannot_be_is_refused_and_takes_no_number(
    hall: Hall, run: Run, clerk: Actor, change: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        run(clerk, receive, fields=replace(RECEPTION, **change))
    assert hall.read(counters, clerk.centre_id, "reception/") == {}


def test_a_session_that_is_not_published_takes_no_entry(hall: Hall, run: Run, manager: Actor) -> None:
    plan_id = make_plan(hall, manager, NOW, (make_crew(hall, manager, NOW)[0],))
    slot = slots_in(hall, manager, plan_id)[0]
    with pytest.raises(RuleBroken, match="还没有公示"):
        run(manager, receive, fields=replace(RECEPTION, slot_id=slot.id))


def test_a_matter_is_passed_on_by_working_days_and_answered(
    hall: Hall, run: Run, clerk: Actor, centre_id: UUID
) -> None:
    make_calendar(hall, centre_id)
    made = run(clerk, receive, fields=RECEPTION)
    step = {"reception_id": made.reception_id}
    passed = run(clerk, reception_pass, **step, version=1, unit="社区物业", days=10)
    row = entry(hall, clerk, made.reception_id)
    assert (row.state, row.passed_to, row.due_on) == (ReceptionState.PASSED, "社区物业", date(2026, 12, 1))
    told = {"outcome": "电梯已修复", "told_on": date(2026, 11, 17), "told_how": "电话"}
    for wrong, sentence in (
        ({"told_on": date(2026, 11, 16)}, "接待当天到今天之间"),
        ({"told_on": date(2026, 11, 18)}, "接待当天到今天之间"),
        ({"satisfaction": "很好"}, "满意度请从"),
        ({"outcome": ""}, "请填写办理结果"),
    ):
        with pytest.raises(RuleBroken, match=sentence):
            run(clerk, reception_tell, **step, version=passed.version, **(told | wrong))
    done = run(clerk, reception_tell, **step, version=passed.version, **told, satisfaction="满意", visited_by="林主任")
    row = entry(hall, clerk, made.reception_id)
    assert (row.state, row.outcome, row.told_how, row.satisfaction) == (
        ReceptionState.TOLD,
        "电梯已修复",
        "电话",
        "满意",
    )
    with pytest.raises(RuleBroken, match="2026-00001 号接待已反馈，不能转办"):
        run(clerk, reception_pass, **step, version=done.version, unit="城管", days=5)


def test_no_date_is_guessed_where_the_calendar_is_not_published(hall: Hall, run: Run, clerk: Actor) -> None:
    made = run(clerk, receive, fields=RECEPTION)
    step = {"reception_id": made.reception_id, "version": 1, "unit": "城管"}
    with pytest.raises(RuleBroken, match="2026 年历未发布，暂不能推算日期，请直接填写截止日期"):
        run(clerk, reception_pass, **step, days=10)
    with pytest.raises(RuleBroken, match="二选一"):
        run(clerk, reception_pass, **step, days=10, due_on=date(2026, 12, 1))
    with pytest.raises(RuleBroken, match="不能早于今天"):
        run(clerk, reception_pass, **step, due_on=date(2026, 11, 16))
    with pytest.raises(RuleBroken, match="1 到 120 个工作日"):
        run(clerk, reception_pass, **step)
    run(clerk, reception_pass, **step, due_on=date(2026, 12, 1))


def test_a_matter_of_the_courts_is_pointed_there_and_goes_no_further(hall: Hall, run: Run, clerk: Actor) -> None:
    made = run(clerk, receive, fields=RECEPTION)
    step = {"reception_id": made.reception_id}
    done = run(clerk, reception_redirect, **step, version=1, whither="鼓楼区人民法院诉讼服务中心")
    row = entry(hall, clerk, made.reception_id)
    assert (row.state, row.category, row.redirected) == (
        ReceptionState.REDIRECTED, LEGAL, "鼓楼区人民法院诉讼服务中心",
    )  # fmt: skip
    with pytest.raises(RuleBroken, match="已引导，不能转办"):
        run(clerk, reception_pass, **step, version=done.version, unit="城管", due_on=date(2026, 12, 1))


def test_the_book_is_read_page_by_page_without_loss_or_double(hall: Hall, run: Run, clerk: Actor) -> None:
    for at in range(11):  # several at the same moment
        run(clerk, receive, fields=replace(RECEPTION, at=NOW - timedelta(hours=at // 3)))
    seen: list[str] = []
    mark = None
    while True:
        page = hall.read(receptions, clerk.centre_id, None, mark, 4)
        seen += [row.number for row in page.rows]
        mark = page.next
        if mark is None:
            break
    assert len(seen) == 11
    assert sorted(seen) == [f"2026-{number:05d}" for number in range(1, 12)]
    whole = hall.read(receptions, clerk.centre_id, ReceptionFilter(), None, 50).rows
    assert [row.number for row in whole] == seen
    assert [row.at for row in whole] == sorted((row.at for row in whole), reverse=True)


def test_the_book_is_narrowed(hall: Hall, run: Run, manager: Actor) -> None:
    slot = slots_in(hall, manager, make_today(hall, manager, NOW))[0]
    member = sitter(slot).member_id
    one = run(manager, receive, fields=replace(RECEPTION, slot_id=slot.id, receiver_id=member)).reception_id
    other = run(
        manager, receive, fields=replace(RECEPTION, category="政策咨询", at=NOW - timedelta(days=2))
    ).reception_id
    run(manager, reception_pass, reception_id=other, version=1, unit="社保所", due_on=date(2026, 11, 17))

    def found(**wanted: Any) -> list[UUID]:
        return [row.id for row in hall.read(receptions, manager.centre_id, ReceptionFilter(**wanted)).rows]

    assert found() == [one, other]
    assert found(slot_id=slot.id) == found(receiver_id=member) == found(body_id=slot.body_id) == [one]
    assert found(category="政策咨询") == found(state=ReceptionState.PASSED) == found(text="社保所") == [other]
    assert found(first=date(2026, 11, 16)) == [one]
    assert found(last=date(2026, 11, 15)) == [other]
    assert found(text="律师01") == [one]
    assert found(overdue_on=date(2026, 11, 17)) == []
    assert found(overdue_on=date(2026, 11, 18)) == [other]


def test_categories_of_the_field_come_first_then_those_that_were_written(hall: Hall, run: Run, clerk: Actor) -> None:
    run(clerk, receive, fields=replace(RECEPTION, category="电梯加装"))
    offered = hall.read(categories, clerk.centre_id, date(2026, 1, 1))
    assert offered[0] == "政策咨询"
    assert LEGAL in offered
    assert offered[-1] == "电梯加装"


def test_a_name_is_masked_whatever_its_length() -> None:
    assert [mask_visitor(name) for name in ("", "陈", "陈榕", "欧阳小榕", "𬱖𠮷")] == ["", "陈*", "陈*", "欧**", "𬱖*"]
