"""The counter, worked with keys alone."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from sqlalchemy import select

from db.cases.counter import Who, take_in
from db.cases.intake import MaterialGiven
from db.cases.models import Case, CaseMaterial, IntakeDraft
from db.cases.status import MaterialState, Verb
from db.catalogue.models import Item
from db.errors import LINK_LOST, RuleBroken
from db.people.actions import keep_person
from db.people.models import Person
from db.receipts.models import Receipt
from desktop.counter.page import CounterPage
from desktop.shell.desk import Desk
from tests.desktop.conftest import OnTheirWay
from tests.desktop.counter.conftest import Hands, focus, idle, open_page
from tests.factories.people import details, made_up_id

Act = Callable[..., Any]
Key = Qt.Key
ID = made_up_id()


def cases(desk: Desk) -> list[Case]:
    with desk.hall.transaction() as session:
        return list(session.scalars(select(Case).order_by(Case.id)))


def rows(desk: Desk, model: Any) -> list[Any]:
    with desk.hall.transaction() as session:
        return list(session.scalars(select(model)))


def been_here(desk: Desk, act: Act, items: dict[str, UUID]) -> UUID:
    """Somebody whose case with three good papers was accepted before."""
    with desk.hall.transaction() as session:
        version = session.get_one(Item, items["老年人优待证办理"]).current_version_id
    person: UUID = act(keep_person, details=details())
    act(
        take_in, verb=Verb.ACCEPT, applicant=Who(person), item_version_id=version,
        materials=tuple(MaterialGiven(name, MaterialState.OK, pages=1) for name in ("居民身份证", "申请表", "近期照片")),
    )  # fmt: skip
    return person


def filled_in(hands: Hands, desk: Desk, act: Act, items: dict[str, UUID]) -> None:
    """Somebody known, an item of two letters, every paper good: all that is left is F9."""
    been_here(desk, act, items)
    hands.type(ID[-4:])
    hands.press(Key.Key_Return)
    hands.type("lrz")
    hands.press(Key.Key_Return)
    hands.type("0")


def test_an_empty_page_says_what_to_do_first(page: CounterPage) -> None:
    assert focus() is page.people.applicant.seek.field
    assert page.outcome.step.text() == "先登记服务对象，再选事项。"
    assert not page.outcome.main.isEnabled()


def test_a_returning_person_is_accepted_in_under_twenty_keys(
    page: CounterPage, hands: Hands, desk: Desk, act: Act, items: dict[str, UUID]
) -> None:
    been_here(desk, act, items)
    hands.type(ID[-4:])  # the last four places
    hands.press(Key.Key_Return)  # found: name, age, earlier cases; the focus is on the item
    hands.type("lrz")  # 老人证
    hands.press(Key.Key_Return)
    hands.type("0")  # what is in the files is used again, the rest is good
    assert page.outcome.main.text().startswith("受理并打印回执")
    hands.press(Key.Key_F9)
    case = cases(desk)[-1]
    assert len(cases(desk)) == 2
    assert (case.status, case.due_on) == ("accepted", date(2026, 11, 24))
    assert hands.pressed == 11, hands.trail
    assert page.outcome.done.text().startswith("✓ 受理")


def test_with_the_whole_phone_number_it_is_still_under_twenty_keys(
    page: CounterPage, hands: Hands, desk: Desk, act: Act, items: dict[str, UUID]
) -> None:
    been_here(desk, act, items)
    hands.type("13800000000")
    hands.press(Key.Key_Return)
    hands.press(Key.Key_A, modifier=Qt.KeyboardModifier.AltModifier)  # the same item once more
    hands.type("0")
    hands.press(Key.Key_F9)
    assert len(cases(desk)) == 2
    assert hands.pressed == 15, hands.trail


def test_papers_in_the_files_are_offered_and_kept_as_reused(
    page: CounterPage, hands: Hands, desk: Desk, act: Act, items: dict[str, UUID]
) -> None:
    been_here(desk, act, items)
    hands.type(ID[-4:])
    hands.press(Key.Key_Return)
    hands.press(Key.Key_A, modifier=Qt.KeyboardModifier.AltModifier)
    assert page.papers.papers[0].reuse is not None
    assert page.papers.papers[1].reuse is None  # an 原件 was handed back: nothing of it is in the files
    hands.type("511")  # reuse, good, good
    hands.press(Key.Key_F9)
    kept = [row for row in rows(desk, CaseMaterial) if row.case_id == cases(desk)[-1].id]
    assert [row.reused_from is not None for row in sorted(kept, key=lambda row: row.position)] == [True, False, False]


def test_a_new_person_is_registered_while_typing(page: CounterPage, hands: Hands, desk: Desk) -> None:
    hands.type(ID)
    assert "女　68 岁　1958-03-12 生" in page.people.applicant.seek.hint.text()
    hands.press(Key.Key_Return)
    assert focus() is page.people.applicant.typed.name
    hands.type("䶮𬱖·秀英")
    assert page.form.applicant is not None
    hands.press(Key.Key_Return, Key.Key_Return)
    hands.type("13911112222")
    hands.press(Key.Key_Return, Key.Key_Return)
    assert focus() is page.item.picker.field
    hands.type("老人证")
    hands.press(Key.Key_Return)
    hands.type("111")
    hands.press(Key.Key_F9)
    person = rows(desk, Person)[0]
    assert (person.name, person.id_masked, person.phone_masked) == (
        "䶮𬱖·秀英",
        f"350***********{ID[-4:]}",
        "139****2222",
    )
    assert len(cases(desk)) == 1


def test_missing_papers_lead_to_one_notice(page: CounterPage, hands: Hands, desk: Desk) -> None:
    hands.type(ID)
    hands.press(Key.Key_Return)
    hands.type("吴秀英")
    page.focus_item()
    hands.type("老人证")
    hands.press(Key.Key_Return)
    hands.type("13")
    assert page.outcome.main.text().startswith("一次性告知并打印")
    assert not page.outcome.main.isEnabled()
    hands.type("缺签名")
    hands.press(Key.Key_Return)
    hands.type("2")
    assert page.outcome.lacking.text().splitlines() == ["✕ 申请表（缺签名）", "○ 近期照片"]
    hands.press(Key.Key_F9)
    assert [case.status for case in cases(desk)] == ["correcting"]
    assert [receipt.kind for receipt in rows(desk, Receipt)] == ["correction"]


def test_a_paper_that_may_wait_makes_it_a_conditional_acceptance(page: CounterPage, hands: Hands, desk: Desk) -> None:
    hands.type(ID)
    hands.press(Key.Key_Return)
    hands.type("吴秀英")
    page.focus_item()
    hands.type("老人证")
    hands.press(Key.Key_Return)
    hands.type("114")
    assert page.outcome.main.text().startswith("容缺受理并打印承诺书")
    hands.press(Key.Key_F9)
    assert sorted(receipt.kind for receipt in rows(desk, Receipt)) == ["promise", "received"]
    assert cases(desk)[0].supplement_due == date(2026, 11, 27)


def test_the_key_of_a_move_stays_the_same(page: CounterPage, hands: Hands, desk: Desk) -> None:
    hands.type(ID)
    hands.press(Key.Key_Return)
    hands.type("吴秀英")
    page.focus_item()
    hands.type("高龄津贴")
    hands.press(Key.Key_Return)
    hands.type("12")
    assert page.outcome.main.text().startswith("一次性告知并打印")
    hands.press(Key.Key_4, modifier=Qt.KeyboardModifier.ControlModifier)  # 收件 all the same
    assert [case.status for case in cases(desk)] == ["received"]


def test_done_on_the_spot(page: CounterPage, hands: Hands, desk: Desk) -> None:
    page.people.applicant.begin_typed()
    hands.type("陈阿婆")
    page.focus_item()
    hands.type("活动室")
    hands.press(Key.Key_Return)
    assert page.outcome.promise.text() == "当场办结"
    hands.press(Key.Key_F9)
    assert [case.status for case in cases(desk)] == ["delivered"]


def test_showing_the_way_makes_no_case_and_needs_no_person(page: CounterPage, hands: Hands, desk: Desk) -> None:
    page.focus_item()
    hands.type("不动产")
    hands.press(Key.Key_Return)
    assert page.outcome.main.isEnabled()
    hands.press(Key.Key_F9)
    assert cases(desk) == []
    assert "区行政服务中心二楼" in page.outcome.done.text()


def test_a_refusal_in_writing_asks_for_its_reason(page: CounterPage, hands: Hands, desk: Desk) -> None:
    hands.type(ID)
    hands.press(Key.Key_Return)
    hands.type("吴秀英")
    page.focus_item()
    hands.type("老人证")
    hands.press(Key.Key_Return)
    hands.press(Key.Key_6, modifier=Qt.KeyboardModifier.ControlModifier)
    from desktop.counter.refuse import RefuseDialog

    dialog = page.findChild(RefuseDialog)
    assert dialog is not None
    dialog.accept()
    assert "理由" in dialog.fault.text()
    dialog.reason.setPlainText("不符合年龄条件")
    dialog.accept()
    idle(desk)
    assert [case.status for case in cases(desk)] == ["refused"]


def test_a_proof_that_nobody_may_issue_is_answered_on_the_page(page: CounterPage, hands: Hands) -> None:
    page.focus_item()
    hands.type("健在证明")
    hands.press(Key.Key_Return)
    assert page.item.picker.answer.isVisible()
    assert "不应出具" in page.item.picker.answer.text()


def test_somebody_else_comes_in_their_place(
    page: CounterPage, hands: Hands, desk: Desk, act: Act, items: dict[str, UUID]
) -> None:
    been_here(desk, act, items)
    hands.type(ID[-4:])
    hands.press(Key.Key_Return)
    hands.press(Key.Key_F6)
    hands.type(made_up_id(born="19880606", order="123"))
    hands.press(Key.Key_Return)
    hands.type("吴小明")
    page.people.relation.setCurrentText("子女")
    page.focus_item()
    hands.type("lrz")
    hands.press(Key.Key_Return)
    hands.type("0")
    hands.press(Key.Key_F9)
    case = cases(desk)[-1]
    assert (case.agent_relation, case.agent_id is not None, len(rows(desk, Person))) == ("子女", True, 2)


def test_what_is_refused_keeps_the_form(
    page: CounterPage, hands: Hands, desk: Desk, act: Act, items: dict[str, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    filled_in(hands, desk, act, items)
    before = page.form

    def full(*_args: object) -> None:
        raise RuleBroken("磁盘已满，本次操作没有保存，内容仍在窗口里。")

    monkeypatch.setattr("db.cases.counter.settle_draft", full)
    hands.press(Key.Key_F9)
    assert len(cases(desk)) == 1
    assert page.form == before
    assert page.banner.text.text().startswith("磁盘已满")
    assert not page.banner.isHidden()
    monkeypatch.undo()
    hands.press(Key.Key_F9)
    assert len(cases(desk)) == 2
    assert page.banner.isHidden()


def test_a_lost_link_is_complained_of_until_it_is_back(page: CounterPage, desk: Desk) -> None:
    page.banner.say(LINK_LOST, "bad")
    desk.linked.emit(False)
    assert not page.banner.isHidden()
    desk.linked.emit(True)
    assert page.banner.isHidden()


def test_nobody_is_called_new_before_their_cases_are_known(
    page: CounterPage, hands: Hands, desk: Desk, act: Act, items: dict[str, UUID]
) -> None:
    filled_in(hands, desk, act, items)
    card = page.people.applicant.card
    assert "以前办过" in card.visits.text()
    assert card.row is not None
    card.show_row(card.row)  # as when they are read anew, over a slow line
    assert card.visits.text().strip() == ""


def test_a_second_press_before_the_first_is_done_does_nothing(
    page: CounterPage, hands: Hands, desk: Desk, act: Act, items: dict[str, UUID]
) -> None:
    filled_in(hands, desk, act, items)
    page.outcome.press()
    page.outcome.press()
    idle(desk)
    assert len(cases(desk)) == 2


def test_plain_enter_never_presses_the_large_button(page: CounterPage, hands: Hands, desk: Desk) -> None:
    hands.type(ID)
    hands.press(Key.Key_Return)
    hands.type("吴秀英")
    page.focus_item()
    hands.type("老人证")
    hands.press(Key.Key_Return)
    hands.type("111")
    assert focus() is page.outcome.main
    hands.press(Key.Key_Return, Key.Key_Enter)
    assert cases(desk) == []


def test_an_unfinished_intake_is_offered_to_the_next_window(
    page: CounterPage, hands: Hands, desk: Desk, qtbot: Any
) -> None:
    hands.type(ID)
    hands.press(Key.Key_Return)
    hands.type("吴秀英")
    page.focus_item()
    hands.type("老人证")
    hands.press(Key.Key_Return)
    hands.type("13")
    hands.type("缺签名")
    page.draft.save()
    idle(desk)
    assert ID.encode() not in rows(desk, IntakeDraft)[0].content
    page.hide()  # the window is gone; nothing was pressed

    second = open_page(desk, qtbot)
    assert "吴秀英" in second.banner.text.text()
    second.banner.answer(0)
    idle(desk)
    assert second.form.applicant is not None
    assert second.form.applicant.details is not None
    assert second.form.applicant.details.id_number == ID
    states = [(paper.state, paper.opinion) for paper in second.papers.papers]
    assert states == [(MaterialState.OK, ""), (MaterialState.BAD, "缺签名"), (MaterialState.UNCHECKED, "")]
    second.papers.focus_first()
    hands.page = second
    hands.type("2")
    hands.press(Key.Key_F9)
    assert [case.status for case in cases(desk)] == ["correcting"]
    assert rows(desk, IntakeDraft) == []
    second.guard.watch(False)


def test_no_date_is_promised_in_a_year_without_a_calendar(page: CounterPage, hands: Hands, desk: Desk) -> None:
    from db.calendar.rules import Calendar

    page._calendar_read(Calendar(frozenset({2025})))
    hands.type(ID)
    hands.press(Key.Key_Return)
    hands.type("吴秀英")
    page.focus_item()
    hands.type("老人证")
    hands.press(Key.Key_Return)
    hands.type("111")
    assert page.outcome.promise.text() == "年历未发布"


def test_every_key_of_the_page_is_listed_once(page: CounterPage) -> None:
    listed = page.keys()
    keys = [key for key, _ in listed]
    assert len(keys) == len(set(keys))


def test_who_is_still_being_looked_for_is_not_the_next_person(
    page: CounterPage, desk: Desk, act: Act, items: dict[str, UUID], under_way: OnTheirWay
) -> None:
    """F8 is pressed before the answers come: person, number and item were those of somebody who has gone."""
    been_here(desk, act, items)
    page.people.applicant.seek.field.setText(ID)
    page.people.applicant.seek.look()
    page.item.choose(items["老年人优待证办理"])
    page.clear()
    page.people.applicant.begin_typed()
    page.people.applicant.typed.number.setText(ID)
    page.people.applicant.typed.number.setText(ID[:-1])
    assert len(under_way) >= 3
    under_way.arrive()
    assert page.people.applicant.row is None
    assert page.people.applicant.typed.number.text() == ID[:-1]
    assert page.item.item is None


def test_who_has_come_while_a_case_is_being_filed_is_not_sent_away(
    page: CounterPage, hands: Hands, desk: Desk, act: Act, items: dict[str, UUID]
) -> None:
    filled_in(hands, desk, act, items)
    QTest.keyClick(focus(), Key.Key_F9)
    page.clear()
    page.people.applicant.begin_typed()
    page.people.applicant.typed.name.setText("陈小明")
    idle(desk)
    assert len(cases(desk)) == 2
    assert page.outcome.done.text().startswith("✓ 受理")
    assert page.people.applicant.typed.name.text() == "陈小明"
    assert page.people.applicant.row is None
