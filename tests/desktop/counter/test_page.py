"""The counter, worked with keys alone."""

from datetime import date
from uuid import UUID

from PySide6.QtCore import Qt

from db.cases.models import CaseMaterial
from db.people.models import Person
from db.receipts.models import Receipt
from desktop.counter.page import CounterPage
from desktop.shell.desk import Desk
from tests.desktop.counter.conftest import Hands, focus, idle
from tests.desktop.counter.intakes import ID, Act, been_here, cases, rows, typed_in
from tests.factories.people import made_up_id

Key = Qt.Key


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
    typed_in(page, hands)
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
    typed_in(page, hands)
    hands.type("114")
    assert page.outcome.main.text().startswith("容缺受理并打印承诺书")
    hands.press(Key.Key_F9)
    assert sorted(receipt.kind for receipt in rows(desk, Receipt)) == ["promise", "received"]
    assert cases(desk)[0].supplement_due == date(2026, 11, 27)


def test_the_key_of_a_move_stays_the_same(page: CounterPage, hands: Hands, desk: Desk) -> None:
    typed_in(page, hands, "高龄津贴")
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
    typed_in(page, hands)
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


def test_no_date_is_promised_in_a_year_without_a_calendar(page: CounterPage, hands: Hands, desk: Desk) -> None:
    from db.calendar.rules import Calendar

    page._calendar_read(Calendar(frozenset({2025})))
    typed_in(page, hands)
    hands.type("111")
    assert page.outcome.promise.text() == "年历未发布"


def test_every_key_of_the_page_is_listed_once(page: CounterPage) -> None:
    listed = page.keys()
    keys = [key for key, _ in listed]
    assert len(keys) == len(set(keys))
