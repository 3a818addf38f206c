"""A reader types like a keyboard, into whatever has the focus."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from db.cases.status import MaterialState
from db.people.actions import keep_person
from desktop.counter.page import CounterPage
from desktop.counter.scan import ScanGuard
from desktop.shell.burst import HAND_MS
from desktop.shell.desk import Desk
from tests.desktop.counter.conftest import Hands, focus, idle
from tests.factories.people import details, made_up_id

Key = Qt.Key
ID = made_up_id()
OTHER = made_up_id(born="19880606", order="123")


def guard_of(widget: QWidget | None) -> ScanGuard:
    """Of the page that a widget is on."""
    while not isinstance(widget, CounterPage):
        assert widget is not None
        widget = widget.parentWidget()
    return widget.guard


def scan(desk: Desk, text: str, *ends: Qt.Key) -> None:
    """A burst into the field with the focus, without a pause, however long the machine takes for a key."""
    guard = guard_of(focus())
    began = guard.clock() + 1000
    guard.clock = lambda: began
    for char in text:
        QTest.keyClick(focus(), char)  # type: ignore[call-overload]
    for end in ends or (Key.Key_Return,):
        QTest.keyClick(focus(), end)
    idle(desk)


FIELDS: dict[str, Callable[[CounterPage], Any]] = {
    "seek": lambda page: page.people.applicant.seek.field.setFocus(),
    "item": lambda page: page.focus_item(),
    "name": lambda page: (page.people.applicant.begin_typed(), page.people.applicant.typed.name.setFocus()),
    "phone": lambda page: (page.people.applicant.begin_typed(), page.people.applicant.typed.phone.setFocus()),
    "address": lambda page: (page.people.applicant.begin_typed(), page.people.applicant.typed.address.setFocus()),
}


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("ends", [(Key.Key_Return,), (Key.Key_Return, Key.Key_Return), (Key.Key_Tab,)])
def test_a_card_is_read_in_every_field(
    page: CounterPage, desk: Desk, act: Callable[..., Any], name: str, ends: tuple[Qt.Key, ...]
) -> None:
    act(keep_person, details=details())
    FIELDS[name](page)
    field = focus()
    assert isinstance(field, QLineEdit)
    if ends == (Key.Key_Tab,) and name == "seek":
        pytest.skip("in its own field Tab leaves it, as it does everywhere; the number stands there to be looked for")
    scan(desk, ID, *ends)
    assert page.people.applicant.row is not None
    assert page.people.applicant.row.name == "吴·秀英"
    assert page.item.item is None  # no Enter of the reader chose an item
    if name != "seek":
        assert ID not in field.text()


@pytest.mark.parametrize("apart", [3, 90])
def test_a_window_that_is_busy_does_not_take_a_reader_for_a_hand(
    page: CounterPage, desk: Desk, act: Callable[..., Any], apart: int
) -> None:
    """The keys come 3 ms apart, or as slowly as readers are set to; each is handled long after the one before."""
    act(keep_person, details=details())
    page.focus_item()
    handled = iter(range(10_000, 20_000, 2 * HAND_MS))
    page.guard.clock = lambda: next(handled)
    for at, (key, char) in enumerate([*((Key.Key_unknown, char) for char in ID), (Key.Key_Return, "\r")]):
        event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, char)
        event.setTimestamp(1_000_000 + apart * at)
        QApplication.sendEvent(focus(), event)
    idle(desk)
    assert page.people.applicant.row is not None
    assert page.item.item is None


def test_what_was_typed_before_the_card_stays(page: CounterPage, desk: Desk, hands: Hands) -> None:
    page.people.applicant.begin_typed()
    hands.type("陈三")
    hands.lift()  # the hand lets go, the card is laid on the reader
    scan(desk, ID)
    typed = page.people.applicant.typed
    assert (typed.name.text(), typed.number.text()) == ("陈三", ID)


def test_a_card_on_the_checklist_marks_nothing(
    page: CounterPage, desk: Desk, hands: Hands, act: Callable[..., Any]
) -> None:
    act(keep_person, details=details())
    scan(desk, ID)
    hands.type("lrz")
    hands.press(Key.Key_Return)
    hands.type("1")
    hands.lift()
    before = page.papers.papers
    scan(desk, OTHER)
    assert page.papers.papers == before
    assert before[0].state is MaterialState.OK
    assert "另一张证件" in page.banner.text.text()
    page.banner.answer(0)  # as 代办人
    idle(desk)
    assert page.people.with_agent
    assert page.people.agent.typed.number.text() == OTHER
    assert page.people.applicant.row is not None


def test_a_receipt_code_on_the_checklist_marks_nothing(
    page: CounterPage, desk: Desk, hands: Hands, act: Callable[..., Any]
) -> None:
    act(keep_person, details=details())
    scan(desk, ID)
    hands.type("lrz")
    hands.press(Key.Key_Return)
    hands.lift()
    scan(desk, "1234123412341234")
    assert {paper.state for paper in page.papers.papers} == {MaterialState.UNCHECKED}


def test_a_card_in_the_field_for_further_papers_adds_no_paper(
    page: CounterPage, desk: Desk, hands: Hands, act: Callable[..., Any]
) -> None:
    act(keep_person, details=details())
    page.focus_item()
    hands.type("lrz")
    hands.press(Key.Key_Return)
    page.papers.more.setFocus()
    hands.lift()
    scan(desk, ID)
    assert page.people.applicant.row is not None
    assert len(page.papers.papers) == 3
    assert page.papers.more.text() == ""


def test_a_wrong_number_is_named_and_stays(page: CounterPage, desk: Desk) -> None:
    wrong = ID[:-1] + ("1" if ID[-1] != "1" else "2")
    scan(desk, wrong)
    assert "校验位不对" in page.people.applicant.seek.hint.text()
    assert page.people.applicant.seek.field.text() == wrong
    assert page.form.applicant is None


def test_a_card_means_the_agent_when_one_is_awaited(
    page: CounterPage, desk: Desk, hands: Hands, act: Callable[..., UUID]
) -> None:
    act(keep_person, details=details())
    act(keep_person, details=details("吴小明", id_number=OTHER, phone="13911112222"))
    scan(desk, ID)
    hands.press(Key.Key_F6)
    page.focus_item()
    hands.lift()
    scan(desk, OTHER)
    applicant, agent = page.people.parties
    assert applicant is not None
    assert agent is not None
    assert (applicant.name, agent.name) == ("吴·秀英", "吴小明")
