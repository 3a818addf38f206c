"""The click: what the button says, done in one transaction, and what the page shows afterwards."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from db.cases.counter import Answers, Served, take_in
from db.cases.intake import refer
from db.cases.rules import Offer
from db.cases.status import Verb
from db.errors import LINK_LOST, Refusal
from desktop.counter.form import Chosen, Form
from desktop.counter.glance import day_text
from desktop.counter.refuse import RefuseDialog
from desktop.shell.desk import Desk

if TYPE_CHECKING:
    from desktop.counter.page import CounterPage


class Submit(QObject):
    """Presses the page's buttons for it. While one click is under way no second one is taken."""

    def __init__(self, desk: Desk, page: "CounterPage") -> None:
        super().__init__(page)
        self._desk = desk
        self._page = page
        self.busy = False
        self.answers: Answers | None = None
        self._complaint = ""
        page.desk.linked.connect(self._linked)

    def press(self, offer: Offer) -> None:
        """A button that says what will happen."""
        if self.busy:
            return
        if offer.verb is Verb.REFER:
            self._refer()
        elif offer.verb is Verb.REFUSE:
            self._refuse(offer)
        elif self._may_go(offer):
            self._go(
                offer, Answers(result_number=self._page.outcome.extra.text() if offer.verb is Verb.INSTANT else "")
            )

    def _may_go(self, offer: Offer) -> bool:
        """A button may be reached by its key although nobody is registered yet."""
        if self._page.form.applicant is None:
            self._desk.messages.warn("还没有登记服务对象：刷卡，或输入证件号、手机号、姓名。")
            self._page.people.applicant.focus_first()
            return False
        return offer.allowed and self._agent_settled()

    def _agent_settled(self) -> bool:
        if self._page.people.with_agent and self._page.form.agent is None:
            self._desk.messages.warn("代办人还没有登记完整；没有代办人请按 F6 收起。")
            self._page.people.agent.focus_first()
            return False
        return True

    def _go(self, offer: Offer, answers: Answers) -> None:
        form = self._page.form
        if form.applicant is None or form.item is None:
            return
        self.set_busy(True)
        self.answers = answers
        self._page.draft.pause()
        self._desk.do(
            self, take_in, verb=offer.verb, applicant=form.applicant.who, item_version_id=form.item.version_id,
            materials=tuple(paper.given for paper in form.papers), agent=form.agent.who if form.agent else None,
            agent_relation=form.agent_relation, ticket_id=form.ticket_id, answers=answers,
            then=lambda served: self._served(offer, form, served), failed=self._failed,
        )  # fmt: skip

    def _refuse(self, offer: Offer) -> None:
        item = self._page.form.item
        if item is None or not self._may_go(offer):
            return
        dialog = RefuseDialog(item, self.answers, self._page)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._go(offer, dialog.answers))
        dialog.open()

    def _refer(self) -> None:
        item = self._page.form.item
        if item is None:
            return
        where = self._page.outcome.extra.text().strip() or item.rule.forward_to or item.rule.department
        self.set_busy(True)
        self._desk.do(
            self, refer, item_id=item.item_id, where=where, ticket_id=self._page.ticket_id,
            then=lambda _none: self._referred(item, where), failed=self._failed,
        )  # fmt: skip

    def _served(self, offer: Offer, form: Form, served: Served) -> None:
        """Committed: the papers wait at the printer; the person stays for a second case, the rest is empty.

        Whoever or whatever the clerk has gone on to meanwhile stays as it is.
        """
        self._done()
        self._page.draft.settled()
        moved = served.moved
        promised = f"　承诺 {day_text(moved.due_on)}" if moved.due_on else ""
        name = form.applicant.name if form.applicant else ""
        printing = f"　打印 {len(moved.receipts)} 份" if moved.receipts else ""
        item = form.item.name if form.item else ""
        self._page.outcome.show_done(
            f"✓ {offer.label.split('并')[0]}　{name}　{item}\n{moved.number}{promised}{printing}\n同一人再办：选事项；办完 F7，下一位 F5"
        )
        now = self._page.form
        if now.applicant != form.applicant:
            self._page.draft.touch()
            return
        done = now.item == form.item
        if done:
            self._page.clear_item()
        self._page.people.show_person(served.person_id)
        self._page.people.show_agent(False)
        if done:
            self._page.item.focus_first()

    def _referred(self, item: Chosen, where: str) -> None:
        self._done()
        self._page.outcome.show_done(f"✓ 已导办　{item.name}\n请到：{where}")
        if self._page.form.item == item:
            self._page.clear_item()
            self._page.item.focus_first()
        self._page.draft.save()

    def _failed(self, refusal: Refusal) -> None:
        """Nothing was done and nothing is lost."""
        self.set_busy(False)
        self._page.draft.touch()
        self._desk.messages.problem(refusal.sentence)
        self._page.banner.say(refusal.sentence, "bad")
        self._complaint = refusal.sentence

    def _linked(self, there: bool) -> None:
        if there:
            self._page.banner.end_said(LINK_LOST)

    def _done(self) -> None:
        """It has been done after all: why it was refused before is not told any longer."""
        self.set_busy(False)
        self._page.banner.end_said(self._complaint)

    def set_busy(self, on: bool) -> None:
        self.busy = on
        self._page.outcome.busy(on)
        if not on:
            self._page.show_outcome()
