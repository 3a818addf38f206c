"""The page follows the ticket at the counter, shows nothing of the person before, and masks what is private."""

from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from sqlalchemy import select

from db.action import Actor
from db.cases.drafts import kept_draft
from db.cases.models import Case
from db.journal.models import JournalEntry
from db.people.actions import keep_person
from db.staff.permissions import Role
from db.tickets.actions import link, take_ticket
from desktop.counter.correct import CorrectDialog
from desktop.counter.page import CounterPage
from desktop.counter.unmask import UnmaskDialog
from desktop.shell.desk import Desk
from tests.conftest import NOW
from tests.desktop.counter.conftest import Hands, focus, idle, open_page
from tests.desktop.counter.intakes import ID, Act, typed_in
from tests.factories.people import details, made_up_id
from tests.factories.staff import make_staff

Key = Qt.Key


def call(page: CounterPage, hands: Hands, desk: Desk) -> None:
    """One key calls the next; the panel reads the queue and tells the page."""
    hands.press(Key.Key_F5)
    page.queue.refresh()
    idle(desk)
    page.queue.refresh()
    idle(desk)


def test_the_ticket_that_was_called_goes_into_the_case(
    page: CounterPage, hands: Hands, desk: Desk, act: Act, items: dict[str, UUID]
) -> None:
    act(take_ticket, item_id=items["社区活动室借用登记"])
    call(page, hands, desk)
    assert page.ticket_id is not None
    assert page.form.item is not None  # the ticket said what it is about
    page.people.applicant.begin_typed()
    hands.type("陈阿婆")
    hands.press(Key.Key_F9)
    with desk.hall.transaction() as session:
        case = session.scalars(select(Case)).one()
    assert case.ticket_id == page.ticket_id


def test_service_begins_when_a_person_is_typed_and_not_by_what_the_ticket_knows(
    page: CounterPage, hands: Hands, desk: Desk, act: Act, items: dict[str, UUID]
) -> None:
    act(take_ticket, item_id=items["社区活动室借用登记"])
    call(page, hands, desk)
    assert page.form.item is not None
    assert page.queue.current is not None
    assert page.queue.current.state == "called"
    hands.type(ID)
    hands.press(Key.Key_Return)
    reread(page, desk)
    assert page.queue.current.state == "serving"


def test_what_was_typed_while_a_ticket_was_served_is_offered_to_the_next_window(
    page: CounterPage, hands: Hands, desk: Desk, act: Act, items: dict[str, UUID], qtbot: Any
) -> None:
    act(take_ticket, item_id=items["高龄津贴申领"])
    call(page, hands, desk)
    hands.type(ID)
    hands.press(Key.Key_Return)
    hands.type("吴秀英")
    page.papers.focus_first()
    hands.type("1")
    page.draft.save()
    idle(desk)
    page.hide()  # the window is gone; the ticket is still served at this counter

    second = open_page(desk, qtbot)
    second.queue.refresh()
    idle(desk)
    assert second.ticket_id is not None
    second.draft.save()  # the item that the ticket brought must not be written over the draft
    idle(desk)
    assert "吴秀英" in second.banner.text.text()
    seated = desk.actor
    assert seated is not None
    kept = desk.hall.read(kept_draft, desk.hall.vault, seated.staff_id)
    assert kept is not None
    assert kept.draft.person is not None
    second.banner.answer(0)
    idle(desk)
    assert second.form.applicant is not None
    assert second.form.applicant.name == "吴秀英"
    assert [bool(paper.state) for paper in second.papers.papers] == [True, False]
    second.guard.watch(False)


def test_the_new_phone_of_a_known_person_comes_back_with_the_draft(
    page: CounterPage, hands: Hands, desk: Desk, act: Act, items: dict[str, UUID], qtbot: Any
) -> None:
    act(keep_person, details=details(id_number=ID))
    hands.type(ID)
    hands.press(Key.Key_Return)
    idle(desk)
    page.people.applicant.card.phone.setText("13900001111")
    page.draft.save()
    idle(desk)
    page.hide()

    second = open_page(desk, qtbot)
    second.banner.answer(0)
    idle(desk)
    assert second.form.applicant is not None
    assert second.form.applicant.phone == "13900001111"
    second.guard.watch(False)


def test_the_holder_of_a_ticket_is_shown_at_once(page: CounterPage, hands: Hands, desk: Desk, act: Act) -> None:
    person = act(keep_person, details=details())
    act(take_ticket)
    call(page, hands, desk)
    act(link, ticket_id=page.ticket_id, person_id=person)
    page.visit.begin(reread(page, desk))
    idle(desk)
    assert page.people.applicant.row is not None
    assert page.people.applicant.row.name == "吴·秀英"


def reread(page: CounterPage, desk: Desk) -> Any:
    page.queue.refresh()
    idle(desk)
    return page.queue.current


def test_a_call_while_something_is_unfinished_asks_first(
    page: CounterPage, hands: Hands, desk: Desk, act: Act, items: dict[str, UUID]
) -> None:
    typed_in(page, hands)
    act(take_ticket)
    call(page, hands, desk)
    assert "还有没办完的内容" in page.banner.text.text()
    assert page.form.item is not None
    assert page.ticket_id is None
    hands.press(Key.Key_Y, modifier=Qt.KeyboardModifier.AltModifier)
    assert page.form.empty
    assert page.ticket_id is not None


def test_what_was_typed_for_a_parked_ticket_comes_back_with_it(
    page: CounterPage, hands: Hands, desk: Desk, act: Act, items: dict[str, UUID]
) -> None:
    act(take_ticket)
    act(take_ticket)
    call(page, hands, desk)
    first = page.ticket_id
    typed_in(page, hands)
    hands.type("12")
    before = page.form
    hands.press(Key.Key_F11)  # the form must be fetched from home
    reread(page, desk)
    assert page.form.empty
    assert "内容已留着" in page.banner.text.text()
    call(page, hands, desk)
    assert page.ticket_id not in (None, first)
    hands.press(Key.Key_F5, Key.Key_F7)
    reread(page, desk)
    hands.press(Key.Key_F11)  # back
    reread(page, desk)
    assert page.ticket_id == first
    assert page.form == before


def test_a_name_typed_wrong_is_corrected(page: CounterPage, hands: Hands, desk: Desk, act: Act) -> None:
    act(keep_person, details=details())
    hands.type(ID[-4:])
    hands.press(Key.Key_Return)
    page.people.applicant.card.correct.click()
    dialog = page.findChild(CorrectDialog)
    assert dialog is not None
    dialog.phone.setText("没有")
    dialog.save()
    idle(desk)
    assert "电话里没有号码" in dialog.fault.text()
    dialog.phone.clear()
    dialog.name.setText("吴·绣英")
    dialog.save()
    idle(desk)
    row = page.people.applicant.row
    assert row is not None
    assert (row.name, row.phone_masked, row.id_masked[-4:]) == ("吴·绣英", "138****0000", ID[-4:])


def test_another_clerk_sees_nothing_of_the_one_before(
    page: CounterPage, hands: Hands, desk: Desk, seated: Actor
) -> None:
    hands.type(ID)
    hands.press(Key.Key_Return)
    hands.type("吴秀英")
    other = make_staff(desk.hall, seated.centre_id, Role.CLERK, now=NOW, counter_id=seated.counter_id)
    desk.log_in(None)
    idle(desk)
    desk.log_in(other)
    idle(desk)
    assert page.form.empty
    assert page.people.applicant.seek.field.text() == ""
    assert page.people.applicant.typed.isHidden()


def test_looking_behind_the_mask_asks_for_a_reason(page: CounterPage, hands: Hands, desk: Desk, act: Act) -> None:
    act(keep_person, details=details())
    hands.type(ID[-4:])
    hands.press(Key.Key_Return)
    card = page.people.applicant.card
    assert ID not in card.numbers.text()
    card.unmask.click()
    dialog = page.findChild(UnmaskDialog)
    assert dialog is not None
    dialog.show_field()
    idle(desk)
    assert "原因" in dialog.fault.text()
    dialog.reason.setCurrentText("核对取件人")
    dialog.show_field()
    idle(desk)
    assert dialog.shown.text() == ID
    with desk.hall.transaction() as session:
        facts = session.scalars(select(JournalEntry.facts).where(JournalEntry.tag == "person.unmask")).all()
    assert len(facts) == 1
    assert "核对取件人" in facts[0]


def test_in_a_narrow_window_the_queue_makes_room_and_its_key_works(
    page: CounterPage, hands: Hands, desk: Desk, act: Act
) -> None:
    page.resize(900, 640)
    idle(desk)
    assert 0 < page.queue.width() < 248  # slimmer, but there
    assert page.queue.skip_button.text() == "过号"
    page.resize(840, 640)
    idle(desk)
    assert page.queue.width() == 0
    assert page.queue_button.isVisible()
    act(take_ticket)
    call(page, hands, desk)
    assert page.ticket_id is not None
    hands.press(Key.Key_B, modifier=Qt.KeyboardModifier.AltModifier)
    assert page.queue.width() > 0
    assert page.outcome.width() == 0


def test_several_of_one_name_are_listed_and_chosen_with_the_arrows(
    page: CounterPage, hands: Hands, desk: Desk, act: Act
) -> None:
    for order in ("111", "333"):
        act(keep_person, details=details("李明", id_number=made_up_id(order=order), phone=f"1380000{order}0"))
    hands.type("李明")
    hands.press(Key.Key_Return)
    matches = page.people.applicant.seek.matches
    assert matches.count() == 3  # both, and somebody new
    QTest.keyClick(focus(), Key.Key_Down)
    hands.press(Key.Key_Return)
    assert page.people.applicant.row is not None
    assert page.people.applicant.row.id_masked.endswith(made_up_id(order="111")[-4:])


def test_nobody_is_found_by_a_tail_that_nobody_has(page: CounterPage, hands: Hands) -> None:
    hands.type("0000")
    hands.press(Key.Key_Return)
    assert "没有来过后四位是 0000 的人" in page.people.applicant.seek.hint.text()
    assert focus() is page.people.applicant.seek.field
