"""The search box finds items, cases, receipts and people; a scanner opens what it names, wherever it types."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox
from shiboken6 import delete

from db.cases.models import Case
from db.receipts.models import Receipt
from desktop.shell.hits import Hit
from desktop.shell.seek import HIT, NOTHING
from tests.conftest import NOW
from tests.desktop.shell.conftest import House
from tests.factories.cases import make_counter_for_cases
from tests.factories.people import details

CLOCK = [1_000_000]
"""The system's milliseconds, as the keys tell them."""


def hits(house: House) -> list[Hit]:
    """What stands in the list."""
    found = (house.window.seek.list.item(at).data(HIT) for at in range(house.window.seek.list.count()))
    return [hit for hit in found if hit]


def seek(house: House, text: str) -> None:
    """Ctrl+K, and the text as a keyboard or an input method brings it."""
    house.window.seek.leave()  # what was found before must not stand for what is found now
    house.key("Ctrl+K", house.window)
    if text.isascii():
        QTest.keyClicks(house.window.seek, text)
    else:
        house.window.seek.insert(text)
        house.window.seek.textEdited.emit(text)
    house.wait(house.window.seek.popup.isVisible)


def scan(text: str, apart: int = 3, wavers: int = 0) -> None:
    """A scanner: a character every few milliseconds by the system's clock, then Enter, into what has the focus."""
    keys = [*((Qt.Key.Key_unknown, char) for char in text), (Qt.Key.Key_Return, "\r")]
    CLOCK.append(CLOCK[-1] + 1000)
    for at, (key, char) in enumerate(keys):
        event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, char)
        event.setTimestamp(CLOCK[-1] + at * apart + at % 2 * wavers)
        QApplication.sendEvent(QApplication.focusWidget(), event)


@pytest.fixture
def number(inside: House) -> str:
    """A case accepted with its receipt; its number."""
    actor = inside.start.desk.actor
    assert actor is not None
    hall = inside.start.desk.hall
    make_counter_for_cases(hall, actor, NOW, calendar=False).make()
    found: str = hall.read(lambda session: session.query(Case.number).scalar())
    return found


def test_case_is_found_by_number_person_and_running_number(inside: House, number: str) -> None:
    for text in (number, number.lower(), "1", details().name, details().id_number):
        seek(inside, text)
        inside.wait(lambda: any(hit.place == "cases" and hit.wanted == number for hit in hits(inside)))


def test_leaving_the_search_copes_with_a_line_that_was_drawn_anew_meanwhile(inside: House) -> None:
    before, window = QLineEdit(inside.window), inside.window
    before.show()
    window.seek.begin(before)
    delete(before)
    window.seek.leave()
    assert window.seek.text() == ""


def test_hits_come_in_groups_and_people_are_masked(inside: House, number: str) -> None:
    seek(inside, details().name)
    inside.wait(lambda: {"办件", "人员"} <= {hit.group for hit in hits(inside)})
    groups = [hit.group for hit in hits(inside)]
    assert groups == sorted(groups, key=["事项", "办件", "回执", "人员"].index)
    person = next(hit for hit in hits(inside) if hit.group == "人员")
    assert details().id_number not in person.more
    assert "*" in person.more


def test_receipt_is_found_by_its_number(inside: House, number: str) -> None:
    receipt = inside.start.desk.hall.read(lambda session: session.query(Receipt.number).first())[0]
    seek(inside, receipt)
    inside.wait(lambda: any(hit.place == "receipts" and hit.wanted == receipt for hit in hits(inside)))


def test_enter_opens_the_first_and_arrows_choose_another(inside: House, number: str) -> None:
    seek(inside, number)
    inside.wait(lambda: bool(hits(inside)))
    first = inside.window.seek.list.currentRow()
    QTest.keyClick(inside.window.seek, Qt.Key.Key_Return)
    assert first >= 0
    assert inside.window.page is inside.window.pages["cases"]
    assert not inside.window.seek.popup.isVisible()
    assert inside.window.seek.text() == ""


def test_nothing_found_says_what_can_be_typed(inside: House) -> None:
    seek(inside, "zzzzqq")
    inside.wait(lambda: inside.window.seek.list.count() == 1)
    assert inside.window.seek.list.item(0).text() == NOTHING


def test_list_stays_inside_the_window(inside: House, number: str) -> None:
    inside.window.resize(1120, 680)
    seek(inside, details().name)
    inside.wait(lambda: bool(hits(inside)))
    assert inside.window.rect().contains(inside.window.seek.popup.geometry())


def test_scanned_receipt_opens_its_case_from_any_page_and_leaves_no_trace_in_the_field(
    inside: House, number: str
) -> None:
    hall = inside.start.desk.hall
    payload = hall.read(lambda session: session.query(Receipt.payload).first())[0]
    for place in ("catalogue", "settings", "receipts", "counter"):
        inside.window.go(place)
        inside.key("Ctrl+K", inside.window)
        field = inside.window.seek
        field.setText("老年")
        scan(payload)
        inside.wait(
            lambda where=place: inside.window.page is inside.window.pages["cases" if where != "receipts" else where]
        )
        assert field.text() == "老年"


@pytest.mark.parametrize("apart", [3, 60, 120])
def test_scanned_case_number_opens_the_case(inside: House, number: str, apart: int) -> None:
    inside.window.go("settings")
    scan(number, apart)
    inside.wait(lambda: inside.window.page is inside.window.pages.get("cases"))


def test_a_scan_behind_an_open_question_does_nothing_and_says_so(inside: House, number: str) -> None:
    inside.window.go("settings")
    question = QMessageBox(QMessageBox.Icon.Warning, "备份", "没有写成", QMessageBox.StandardButton.Ok, inside.window)
    question.open()
    inside.wait(lambda: QApplication.focusWidget() is not None and QApplication.activeModalWidget() is question)
    scan(number)
    assert question.isVisible()  # nor was it answered by the Enter of the scanner
    assert inside.window.page is inside.window.pages["settings"]
    assert any("还开着" in text for _, text in inside.said)
    question.close()


def test_typing_fast_by_hand_is_not_a_scan(inside: House, number: str) -> None:
    inside.window.go("catalogue")
    inside.key("Ctrl+K", inside.window)
    scan(number, apart=80, wavers=25)
    assert inside.said == [said for said in inside.said if "不是本中心" not in said[1]]
    inside.wait(lambda: bool(hits(inside)))
    assert inside.window.page is inside.window.pages["catalogue"]


def test_two_codes_one_after_the_other_both_leave_the_field(inside: House, number: str) -> None:
    inside.window.go("settings")
    field = inside.window.seek
    for _ in range(2):
        inside.key("Ctrl+K", inside.window)
        scan(number)
        CLOCK[-1] += 3 * (len(number) + 1) - 1000  # the next one begins where this one ends
        inside.wait(lambda: inside.window.page is inside.window.pages.get("cases"))
        assert field.text() == ""
        inside.window.go("settings")


def test_foreign_code_is_refused_with_a_sentence(inside: House, number: str) -> None:
    inside.window.go("settings")
    inside.window.scanned("LL1.not-a-receipt-of-ours-0123456789")
    assert any("不是本中心" in sentence for _, sentence in inside.said)


def test_what_is_typed_fast_elsewhere_stays_there(inside: House) -> None:
    inside.window.go("cases")
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    QTest.keyClicks(field, "abcdefghijklmnop")
    assert field.text() == "abcdefghijklmnop"
