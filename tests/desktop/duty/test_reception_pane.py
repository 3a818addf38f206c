"""接待: everything on one page, anonymous without a trace, 涉法涉诉 redirected with a slip, the book with its steps."""

from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from db.action import Actor
from db.duty.attendance import arrive
from db.duty.models import Reception
from db.duty.reception import ReceptionFields, receive, reception_pass, reception_tell
from db.duty.reception_queries import Opened, receptions, reveal_reception
from db.duty.rows import ReceptionRow
from db.duty.states import ReceptionState
from db.receipts.content import PaperKind
from db.receipts.models import Receipt
from desktop.duty.reception import ReceptionPane
from desktop.duty.reception_detail import EDIT, OPEN, PASS, REDIRECT, SLIP, TELL
from desktop.duty.reception_form import ReceptionForm
from desktop.duty.reception_form_steps import OpenForm, PassForm, TellForm
from desktop.shell.desk import Desk
from desktop.widgets.conflict import MINE
from desktop.widgets.conflict import ConflictDialog as Conflict
from tests.desktop.duty.board import ON, TODAY, Board, make_board

VISITOR, PHONE = "欧阳晓明", "13600136000"


class Book(Board):
    """The pane instead of the board."""

    book: ReceptionPane

    def rows(self) -> tuple[ReceptionRow, ...]:
        found: tuple[ReceptionRow, ...] = self.read(receptions).rows
        return found

    def dialog(self, kind: type[QDialog]) -> Any:
        dialog = self.book.dialog
        assert isinstance(dialog, kind)
        self.wait(lambda: QApplication.activeWindow() is dialog)
        return dialog

    def shown(self) -> list[str]:
        return [row.number for row in self.book.book.table.rows.rows]

    def enter_one(self, **more: Any) -> ReceptionRow:
        """An entry made elsewhere, seen in the book."""
        given = {"category": "物业管理", "visitor": VISITOR, "phone": PHONE, "content": "楼道堆物", **more}
        made = self.run(receive, fields=ReceptionFields(**given))
        self.book.refresh()
        self.wait(lambda: made.number in self.shown())
        self.book.book.table.selectRow(self.shown().index(made.number))
        return next(row for row in self.rows() if row.id == made.reception_id)

    def opened(self, row: ReceptionRow) -> Opened:
        desk = self.desk
        found: Opened = desk.hall.read(reveal_reception, desk.hall.vault, self.actor.centre_id, row.id)
        return found


@pytest.fixture
def place(qtbot: QtBot, desk: Desk, seated: Actor) -> Book:
    """The book, empty; somebody has come to the session that is on."""
    made = make_board(desk, seated, qtbot)
    book = Book(**{name: getattr(made, name) for name in ("desk", "actor", "bot", "said", "now", "members")})
    duty = made.duty()
    made.run(arrive, duty_id=duty.id, version=duty.version)
    book.book = ReceptionPane(desk)
    qtbot.addWidget(book.book)
    desk.changed.connect(book.book.changed)
    book.book.resize(1170, 640)
    with qtbot.waitExposed(book.book):
        book.book.show()
    book.book.activateWindow()
    book.book.refresh()
    book.wait(lambda: bool(book.book.around.slots))
    return book


def form_of(place: Book) -> ReceptionForm:
    place.wait(lambda: place.book.dialog is None)  # the entry before is there before its form has heard of it
    place.key("Ctrl+N", place.book)
    form: ReceptionForm = place.dialog(ReceptionForm)
    form.category.setCurrentText("物业管理")
    form.content.setPlainText("楼道堆放杂物多次反映")
    return form


def test_an_empty_book_says_what_to_do_first(place: Book) -> None:
    place.wait(lambda: "按 Ctrl+N 登记第一位" in place.book.book.table.empty)


def test_who_came_is_entered_with_the_duty_that_is_on_now(place: Book) -> None:
    form = form_of(place)
    here = next(duty for duty in place.slot(ON).duties if duty.arrived_at is not None)
    assert (form.slot.currentData(), form.receiver.currentText()) == (place.slot(ON).id, here.member_name)
    form.person.visitor.setText(VISITOR)
    form.person.phone.setText(PHONE)
    form.person.address.setText("军门社区 3 号楼")
    form.person.grid.setText("第三网格")
    form.person.people.setValue(2)
    form.demand.setPlainText("尽快清理")
    form.answer.setPlainText("当天联系物业")
    place.key("Ctrl+Return", form)
    place.wait(lambda: len(place.rows()) == 1)
    (row,) = place.rows()
    assert (row.visitor_masked, row.phone_masked, row.people, row.grid) == ("欧**", "136****6000", 2, "第三网格")
    assert (row.receiver_name, row.body_name, row.state) == (here.member_name, ON, ReceptionState.OPEN)
    assert place.opened(row) == Opened(VISITOR, PHONE, "军门社区 3 号楼", "楼道堆放杂物多次反映", "尽快清理")
    place.wait(lambda: place.shown() == [row.number])
    assert VISITOR not in place.book.detail.text.text()


def test_anonymous_hides_the_person_and_keeps_nothing_that_was_typed(place: Book) -> None:
    form = form_of(place)
    form.person.visitor.setText(VISITOR)
    form.person.phone.setText(PHONE)
    form.person.address.setText("军门社区 3 号楼")
    form.person.anonymous.setChecked(True)
    assert not form.person.visitor.isVisible()
    form.save()
    place.wait(lambda: len(place.rows()) == 1)
    (row,) = place.rows()
    assert row.anonymous
    opened = place.opened(row)
    assert (opened.visitor, opened.phone, opened.address) == ("", "", "")
    form = form_of(place)
    form.person.visitor.setText(VISITOR)
    form.person.anonymous.setChecked(True)
    form.person.anonymous.setChecked(False)
    assert form.person.visitor.text() == ""


def test_without_a_name_it_is_refused_and_everything_stays_typed(place: Book) -> None:
    form = form_of(place)
    form.demand.setPlainText("尽快清理")
    form.save()
    place.wait(lambda: "请填写来访人姓名" in form.form.trouble.text())
    assert form.content.toPlainText() == "楼道堆放杂物多次反映"
    assert form.demand.toPlainText() == "尽快清理"
    assert form.ok.isEnabled()
    assert place.rows() == ()


def test_passing_on_tells_the_day_by_working_days(place: Book) -> None:
    form = form_of(place)
    form.person.visitor.setText(VISITOR)
    form.next.passes.setChecked(True)
    place.wait(lambda: form.next.due.told.text() == "到 12月1日 周二")  # ten working days after 17 November
    form.save()
    assert "请填写转办单位" in form.form.trouble.text()
    form.next.unit.setCurrentText("区城管局")
    form.next.due.number.setValue(5)
    form.save()
    place.wait(lambda: len(place.rows()) == 1 and place.rows()[0].state is ReceptionState.PASSED)
    (row,) = place.rows()
    assert (row.passed_to, row.due_on) == ("区城管局", date(2026, 11, 24))


def test_a_limit_in_a_year_that_is_not_published_is_chosen_by_hand(place: Book) -> None:
    form = form_of(place)
    form.person.visitor.setText(VISITOR)
    form.next.passes.setChecked(True)
    form.next.unit.setCurrentText("区城管局")
    form.next.due.number.setValue(60)
    place.wait(lambda: "2027 年历未发布" in form.next.due.told.text())
    form.next.due.by_hand.setDate(form.next.due.by_hand.date().addDays(60))
    wanted = form.next.due.day()
    form.save()
    place.wait(lambda: len(place.rows()) == 1 and place.rows()[0].due_on == wanted)


def test_what_is_refused_after_the_entry_is_not_entered_twice(place: Book) -> None:
    form = form_of(place)
    form.person.visitor.setText(VISITOR)
    form.next.passes.setChecked(True)
    form.next.unit.setCurrentText("城" * 101)
    form.save()
    place.wait(lambda: "最多 100 个字" in form.form.trouble.text())
    form.next.unit.setCurrentText("区城管局")
    form.save()
    place.wait(lambda: [row.state for row in place.rows()] == [ReceptionState.PASSED])


def test_a_matter_of_the_courts_is_redirected_with_a_slip(place: Book) -> None:
    form = form_of(place)
    form.person.visitor.setText(VISITOR)
    form.category.setCurrentText("涉法涉诉")
    assert form.next.away.isChecked()
    form.next.whither.setCurrentText("区人民法院诉讼服务中心")
    form.save()
    place.wait(lambda: [row.state for row in place.rows()] == [ReceptionState.REDIRECTED])

    def slips() -> int:
        wanted = select(Receipt).where(Receipt.kind == PaperKind.REDIRECT)
        return len(place.desk.hall.read(lambda session: session.scalars(wanted).all()))

    place.wait(lambda: slips() == 1)
    place.wait(lambda: SLIP in place.book.detail.can)
    assert PASS not in place.book.detail.can
    place.key("Ctrl+P", place.book)
    place.heard("已送打印")


def test_the_steps_of_an_entry(place: Book) -> None:
    place.enter_one()
    place.key("Alt+Z", place.book)
    form = place.dialog(PassForm)
    form.unit.setCurrentText("区住建局")
    form.save()
    place.wait(lambda: place.rows()[0].state is ReceptionState.PASSED)
    place.wait(lambda: REDIRECT not in place.book.detail.can)
    place.key("Alt+F", place.book)
    told = place.dialog(TellForm)
    told.outcome.setPlainText("已清理完毕")
    told.satisfaction.setCurrentText("满意")
    told.save()
    place.wait(lambda: place.rows()[0].state is ReceptionState.TOLD)
    (row,) = place.rows()
    assert (row.outcome, row.told_on, row.told_how, row.satisfaction) == ("已清理完毕", TODAY, "电话", "满意")
    place.wait(lambda: place.book.detail.can == {TELL, EDIT, OPEN})
    assert "已清理完毕" in place.book.detail.text.text()


def test_an_answer_that_another_has_entered_too_is_compared_and_nothing_typed_is_lost(place: Book) -> None:
    row = place.enter_one()
    place.run(reception_pass, reception_id=row.id, version=row.version, unit="区住建局", days=5)
    place.wait(lambda: place.book.book.table.rows.rows[0].state is ReceptionState.PASSED)
    place.key("Alt+F", place.book)
    told = place.dialog(TellForm)
    told.outcome.setPlainText("已清理完毕")
    given = {
        "outcome": "已约谈业主",
        "told_on": TODAY,
        "told_how": "电话",
        "satisfaction": "满意",
        "visited_by": "陈欣",
    }
    place.run(reception_tell, reception_id=row.id, version=place.rows()[0].version, **given)
    told.save()
    place.wait(lambda: told.findChild(Conflict) is not None)
    conflict = told.findChild(Conflict)
    assert [each.name for each in conflict._found if each.clash] == ["办理结果"]
    assert any(name == "情况" for name, _, _ in conflict.facts)
    conflict.take_all(MINE)
    conflict.ok.click()
    place.wait(lambda: place.rows()[0].outcome == "已清理完毕")


def test_the_whole_entry_is_shown_after_a_reason_and_only_then(place: Book) -> None:
    place.enter_one()
    QTest.keyClick(place.book.book.table, Qt.Key.Key_Return)
    form = place.dialog(OpenForm)
    form.save()
    place.wait(lambda: bool(form.form.trouble.text()))
    assert VISITOR not in form.shown.text()
    form.reason.setCurrentText("回访")
    form.save()
    place.wait(lambda: VISITOR in form.shown.text())
    assert PHONE in form.shown.text()


def test_changing_an_entry_keeps_what_is_sealed(place: Book) -> None:
    row = place.enter_one()
    place.book.press(EDIT)
    form = place.dialog(ReceptionForm)
    assert "欧**" in form.person.visitor.placeholderText()
    form.person.grid.setText("第五网格")
    form.answer.setPlainText("已答复")
    form.save()
    place.wait(lambda: place.rows()[0].grid == "第五网格")
    opened = place.opened(row)
    assert (opened.visitor, opened.phone, opened.content) == (VISITOR, PHONE, "楼道堆物")
    assert place.rows()[0].at == row.at


def test_the_book_is_narrowed_by_state_category_words_and_overdue(place: Book) -> None:
    first = place.enter_one(category="政策咨询", grid="第一网格")
    second = place.enter_one(category="物业管理", grid="第二网格")
    place.run(reception_pass, reception_id=second.id, version=second.version, unit="区城管局", days=1)
    book = place.book.book
    book.state.setCurrentIndex(book.state.findText("已转办"))
    place.wait(lambda: place.shown() == [second.number])
    book.state.setCurrentIndex(0)
    book.category.setCurrentIndex(book.category.findData("政策咨询"))
    place.wait(lambda: place.shown() == [first.number])
    book.category.setCurrentIndex(0)
    book.seek.setText("第二网格")
    place.wait(lambda: place.shown() == [second.number])
    book.seek.setText("没有这样的")
    place.wait(lambda: place.shown() == [] and "没有符合条件" in book.table.empty)
    book.seek.setText("")
    book._today = date(2026, 11, 20)
    book.state.setCurrentIndex(book.state.findText("超期未反馈"))
    place.wait(lambda: place.shown() == [second.number])


def test_a_long_book_is_read_page_by_page(place: Book) -> None:
    for at in range(65):
        place.run(receive, fields=ReceptionFields("其他", visitor="陈某", content=f"第 {at} 件"))
    place.book.refresh()
    place.wait(lambda: len(place.shown()) == 60)
    table = place.book.book.table
    table.scrollToBottom()
    place.wait(lambda: len(place.shown()) == 65)
    assert len(set(place.shown())) == 65
    assert not table.rows.canFetchMore(table.rootIndex())


def test_nothing_personal_is_readable_in_the_database(place: Book) -> None:
    place.enter_one(address="军门社区 3 号楼")
    row = place.desk.hall.read(lambda session: vars(session.scalars(select(Reception)).one()).copy())
    text = repr({name: value for name, value in row.items() if not name.startswith("_")})
    assert VISITOR not in text
    assert PHONE not in text
    assert "军门社区" not in text


def test_every_key_is_listed_once(place: Book) -> None:
    keys = [key for key, _ in ReceptionPane.keys(place.book)]
    assert len(keys) == len(set(keys))
