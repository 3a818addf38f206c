"""The counter: whom I serve, what is missing, what is next; one page, from the person to the printed receipt."""

from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from db.calendar.queries import calendar_of
from db.calendar.rules import Calendar
from db.cases.drafts import Draft, KeptDraft
from db.cases.returning import EarlierCase, Return
from db.cases.status import OPEN
from db.changes import Changes
from db.clock import business_date
from db.people.rules import age_on
from db.people.scanned import Card, read_card
from db.staff.permissions import Permission
from desktop.counter.band import Band
from desktop.counter.banner import Banner
from desktop.counter.card import ELDERLY
from desktop.counter.checklist import Checklist
from desktop.counter.draft import DraftKeeper
from desktop.counter.form import Chosen, Form, Paper, checklist, draft_of, with_reusable
from desktop.counter.glance import glance, hopeless
from desktop.counter.item import ItemBand
from desktop.counter.keys import KEYS, bind
from desktop.counter.outcome import OutcomePanel
from desktop.counter.people import PeopleBand
from desktop.counter.queue import QueuePanel
from desktop.counter.restore import Restorer
from desktop.counter.scan import ScanGuard
from desktop.counter.submit import Submit
from desktop.counter.visit import Visit
from desktop.shell.desk import Desk
from desktop.shell.page import Page
from desktop.shell.theme import px
from desktop.shell.theme import watch as theme_watch

OUTCOME_WIDTH = 296
QUEUE_WIDTH, SLIM = 248, 204
NARROW, FOLDED, TIGHT = 980, 860, 720
SHARE, WIDEST = 10, 340
"""A wider page gives a tenth of what it has more to the queue, up to this."""
"""Pixels at 100 % type: below the first the columns are slimmer, below the second three do not fit side by side (the queue
folds away), below the third two hardly do."""


class CounterPage(Page):
    """Queue | people → item → papers | outcome."""

    title = "窗口"
    icon = "mdi6.account-tie-voice"
    manual = "counter"
    permission = Permission.CASE_HANDLE

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.people: PeopleBand = PeopleBand(desk)
        self.item: ItemBand = ItemBand(desk)
        self.papers: Checklist = Checklist(self._today)
        self.outcome: OutcomePanel = OutcomePanel()
        self.banner: Banner = Banner()
        self.queue: QueuePanel = QueuePanel(desk)
        self.bands = (
            Band(1, "服务对象", "F2", self.people),
            Band(2, "事项", "F3", self.item),
            Band(3, "材料", "F4", self.papers),
        )
        self.visit = Visit(self)
        self.submit = Submit(desk, self)
        self.guard = ScanGuard(self, keep=lambda: self.papers.papers)
        self.draft = DraftKeeper(desk, self.whole_draft, self, held=lambda: self.restorer.pending and self.is_untouched)
        self.restorer = Restorer(self)
        self.calendar: Calendar | None = None
        self._queue_wanted = False
        self._staff_id = desk.actor.staff_id if desk.actor else None
        self._lay_out()
        self._connect()
        bind(self)
        self.show_outcome()

    # ---- what the window calls

    def refresh(self) -> None:
        """Read the calendar; offer what an earlier window left unfinished."""
        if self.desk.actor is None:
            return
        self.desk.ask(self, calendar_of, self.desk.centre_id, then=self._calendar_read, topic="calendar")
        self.queue.refresh()
        if not self.restorer.offered and self.is_untouched:
            self.draft.look(self._offer_draft)
        if self.form.empty:
            self.people.applicant.focus_first()

    def changed(self, changes: Changes) -> None:
        """Others changed the calendar; the queue looks after itself."""
        if any(change.kind == "calendar_year" for change in changes):
            self.desk.ask(self, calendar_of, self.desk.centre_id, then=self._calendar_read, topic="calendar")
        self.queue.changed(changes)

    def scanned(self, text: str) -> bool:
        """A card that was read while no field had the focus."""
        card = read_card(text)
        if card is not None:
            self._card_read(card)
        return card is not None

    def search(self, text: str) -> None:
        """The window's search box sent an item or a person here."""
        self.people.applicant.seek.field.setText(text)
        self.people.applicant.seek.look()

    def keys(self) -> list[tuple[str, str]]:
        """Every key of the page."""
        return [(keys, told) for keys, told, _ in KEYS] + self.queue.keys()

    def can_leave(self) -> bool:
        """The form stays while the page is hidden, and is saved as a draft."""
        self.draft.save()
        return True

    # ---- the form

    @property
    def ticket_id(self) -> UUID | None:
        """The ticket that is served here."""
        return self.visit.ticket_id

    @property
    def form(self) -> Form:
        """Everything on the page as plain values."""
        applicant, agent = self.people.parties
        return Form(applicant, agent, self.people.agent_relation, self.item.item, self.papers.papers, self.ticket_id)

    @property
    def is_untouched(self) -> bool:
        """The form holds nothing but what the ticket brought along."""
        form = self.form
        return form.empty or (self.visit.brought(form) and not any(paper.state for paper in form.papers))

    def clear(self) -> None:
        """Ready for the next person; what the last click made stays readable."""
        self.people.clear()
        self.clear_item()
        self.people.applicant.focus_first()

    def clear_item(self) -> None:
        """Another item for the same person."""
        self.restorer.forget_marks()
        self.item.clear()
        self.papers.show_papers((), chosen=False)
        self.submit.answers = None
        self._edited()

    def focus_item(self, ahead: str = "") -> None:
        """To the item, or past it when one is chosen."""
        if self.item.item is None:
            self.item.focus_first(ahead)
        else:
            self.papers.focus_first()

    def change_item(self) -> None:
        """The item was the wrong one."""
        self.clear_item()
        self.item.focus_first()

    def show_item(self, item: Chosen, marks: Draft | None = None) -> None:
        """An item was chosen: its papers come up, with what need not be brought again."""
        kept = {paper.name: paper for paper in marks.papers} if marks else None
        self.papers.show_papers(checklist(item, self.people.history.papers, kept), chosen=True)
        self._edited()
        if self.people.parties[0] is None:
            self.people.applicant.focus_first()
        else:
            self.papers.focus_first()

    # ---- what happens around it

    def _card_read(self, card: Card) -> None:
        """A card always means a person. With another applicant on a half-filled form the clerk decides."""
        current = self.people.applicant
        settled = current.party is not None and (not self.people.with_agent or self.people.agent.party is not None)
        if settled and self.item.item is not None:
            self.banner.ask(
                f"刷到另一张证件（尾号 {card.number[-4:]}）。", "作代办人", lambda: self._agent_card(card),
                "换服务对象", lambda: current.take_card(card),
            )  # fmt: skip
            return
        self.people.take_card(card)

    def _agent_card(self, card: Card) -> None:
        self.people.show_agent(True)
        self.people.agent.take_card(card)

    def _put_papers_back(self, papers: tuple[Paper, ...]) -> None:
        self.papers.show_papers(papers, chosen=self.item.item is not None)
        self._edited()

    def _again(self, case: EarlierCase) -> None:
        self.item.choose(case.item_id)

    def _returned(self, found: Return) -> None:
        if self.item.item is not None:
            self.papers.show_papers(with_reusable(self.papers.papers, found.papers), chosen=True)
        self.show_outcome()

    def _offer_draft(self, kept: KeptDraft) -> None:
        if self.is_untouched:
            self.restorer.offer(kept)

    def _calendar_read(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self.show_outcome()

    def _actor_changed(self, _actor: object) -> None:
        """Another clerk sat down: nothing of the one before is shown."""
        staff_id = self.desk.actor.staff_id if self.desk.actor else None
        if staff_id != self._staff_id and staff_id is not None:
            self._staff_id = staff_id
            self.draft.forget()
            self.visit.aside.clear()
            self.restorer.offered = False
            self.outcome.show_done("")
            self.clear()

    def _today(self) -> Any:
        return business_date(self.desk.now())

    def whole_draft(self) -> Draft:
        """Everything that is not a case yet, of this ticket and of those that wait."""
        people = self.people
        agent = people.agent.begun if people.with_agent else None
        return draft_of(self.form, people.applicant.begun, agent, tuple(self.visit.aside.values()))

    def _edited(self) -> None:
        self.draft.touch()
        self.visit.begun()
        self.show_outcome()

    def show_outcome(self) -> None:
        """Redraw what follows from the form."""
        form, today = self.form, self._today()
        offers = form.offers(today)
        seen = glance(form, self.calendar, today)
        name = form.applicant.name if form.applicant else "还没有服务对象"
        if form.agent is not None:
            name += f"（{form.agent.name}代办）"
        self.outcome.show_glance(
            seen, offers, f"{self.visit.number}　{name}".strip(), self._warning(form), hopeless(form)
        )
        if self.submit.busy:
            self.outcome.busy(True)
        marks = [bool(paper.state) for paper in form.papers if paper.check.needed]
        people, item, papers = self.bands
        waiting = form.applicant is None and self.people.applicant.begun is not None
        people.settle(
            "good" if form.applicant and self._agent_ok(form) else "warn" if waiting or form.applicant else ""
        )
        item.settle("good" if form.item else "")
        lacking = any(paper.check.lacking for paper in form.papers)
        papers.settle("" if not form.item or not all(marks) else "warn" if lacking else "good")
        self.people.applicant.card.compact(form.item is not None)
        self._middle.setStretch(2, 0 if form.item else 1)
        self._middle.setStretch(3, 1 if form.item else 0)

    def _agent_ok(self, form: Form) -> bool:
        return not self.people.with_agent or form.agent is not None

    def _warning(self, form: Form) -> str:
        """The same person has the same thing still under way."""
        if form.item is None:
            return ""
        earlier = self.people.earlier(form.item.item_id)
        return f"注意：同一事项还在办，编号 {earlier.number}。" if earlier and earlier.status in OPEN else ""

    # ---- set-up

    def _connect(self) -> None:
        self.people.changed.connect(self._edited)
        self.people.returned.connect(self._returned)
        self.people.again.connect(self._again)
        self.people.advanced.connect(self.focus_item)
        self.item.chosen.connect(self.restorer.item_chosen)
        self.papers.changed.connect(self._edited)
        self.papers.advanced.connect(self._after_papers)
        self.outcome.wanted.connect(self.submit.press)
        self.guard.spoilt.connect(self._put_papers_back)
        self.guard.card.connect(self._card_read)
        self.queue.serving_changed.connect(self.visit.serve)
        self.desk.actor_changed.connect(self._actor_changed)
        self.bands[2].add_to_head(self.papers.summary)
        self.bands[2].add_to_end(self.papers.all_good)
        self.queue_button = self.bands[0].add_button("排队 Alt+B", "窗口窄，排队已收起；它的按键照常可用")
        self.queue_button.clicked.connect(self.toggle_queue)
        change_person = self.bands[0].add_button("换人 F8", "清空，接待下一位")
        change_person.clicked.connect(self.clear)
        self.bands[0].add_button("代办人 F6", "替别人来办的人").clicked.connect(self.toggle_agent)
        self.bands[1].add_button("一次性告知书 Alt+P", "先看再印，可选大字").clicked.connect(self.show_notice)
        self.bands[1].add_button("换事项", "重新选择事项 (Shift+F3)").clicked.connect(self.change_item)

    def _after_papers(self) -> None:
        """Past the last line: the first that is not answered, or the large button is next."""
        if self.outcome.main.isEnabled():
            self.outcome.main.setFocus(Qt.FocusReason.TabFocusReason)
        elif any(not paper.state for paper in self.papers.papers):
            self.papers.focus_first()

    def show_notice(self) -> None:
        """The 一次性告知书 of the item, before anything is filed; in large type for the elderly."""
        item = self.form.item
        if item is None:
            self.desk.messages.info("先选事项，再打印一次性告知书。")
            return
        from desktop.catalogue.notice import NoticeDialog

        dialog = NoticeDialog(self.desk, item.item_id, item.name, large=self._elderly(), parent=self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _elderly(self) -> bool:
        row = self.people.applicant.row
        return row is not None and row.birthday is not None and age_on(row.birthday, self._today()) >= ELDERLY

    def toggle_agent(self) -> None:
        """Somebody else came, or not after all."""
        self.people.show_agent(not self.people.with_agent)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.guard.watch(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.guard.watch(False)
        self.draft.save()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def toggle_queue(self) -> None:
        """In a narrow window: the queue instead of the outcome, or the outcome again."""
        self._queue_wanted = not self._queue_wanted
        self.fit()

    def fit(self) -> None:
        """In a narrow window (or with large type) the columns get slimmer, then the queue makes room; its keys go on working."""
        narrow, folded, tight = (self.width() < px(limit) for limit in (NARROW, FOLDED, TIGHT))
        shown = not folded or self._queue_wanted
        roomy = min(px(QUEUE_WIDTH) + max(self.width() - px(NARROW), 0) // SHARE, px(WIDEST))
        self.queue.setFixedWidth((px(SLIM) if narrow and not folded else roomy) if shown else 0)
        self.queue.shorten(narrow and not folded)
        self.outcome.setFixedWidth(0 if folded and self._queue_wanted else px(OUTCOME_WIDTH - 46 * narrow))
        self.outcome.shorten(narrow)
        self.item.shorten(narrow)
        self.queue_button.setVisible(folded)
        self.papers.shorten(narrow, tight=tight)
        self.people.applicant.card.tighten(tight)
        self.outcome.main.setMinimumHeight(px(64))
        self._middle.setSpacing(4 if tight else 8)

    def _lay_out(self) -> None:
        middle = QWidget()
        self._middle = QVBoxLayout(middle)
        self._middle.setContentsMargins(0, 0, 0, 0)
        self._middle.setSpacing(8)
        self._middle.addWidget(self.banner)
        for band in self.bands:
            self._middle.addWidget(band)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 10)
        layout.setSpacing(10)
        layout.addWidget(self.queue)
        layout.addWidget(middle, 1)
        layout.addWidget(self.outcome)
        theme_watch.changed.connect(self.fit)
