"""Offering and putting back what an earlier window left unfinished."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from db.cases.drafts import EMPTY, Draft, KeptDraft
from db.clock import local
from desktop.counter.form import Chosen

if TYPE_CHECKING:
    from desktop.counter.page import CounterPage


class Restorer(QObject):
    """Asks once a window; the item's papers come later than the item, so marks wait for them here."""

    def __init__(self, page: "CounterPage") -> None:
        super().__init__(page)
        self._page = page
        self._marks: Draft | None = None
        self.offered = False
        self._question = ""

    @property
    def pending(self) -> bool:
        """The question stands above the bands and nobody has answered it."""
        banner = self._page.banner
        return bool(self._question) and not banner.isHidden() and banner.text.text() == self._question

    def offer(self, kept: KeptDraft) -> None:
        """Show the question above the bands."""
        self.offered = True
        draft = kept.draft
        if draft == EMPTY:
            return
        if draft.set_aside and replace(draft, set_aside=()) == EMPTY:
            self._keep_aside(draft)
            return
        who = draft.person.name if draft.person and draft.person.name else "未登记姓名"
        about = "　".join(text for text in (who, draft.item_name) if text)
        at = local(kept.saved_at).strftime("%m-%d %H:%M")
        self._question = f"上次有一份没办完的受理：{about}（{at}）。"
        self._page.banner.ask(self._question, "接着办", lambda: self.put_back(draft), "不要了", self._drop)

    def put_back(self, draft: Draft) -> None:
        """Fill the form from a draft."""
        page, people = self._page, self._page.people
        page.draft.resume(draft)
        self._keep_aside(draft)
        if draft.person_id is not None:
            people.show_person(draft.person_id, draft.person.phone if draft.person else "")
        elif draft.person is not None:
            people.applicant.show_details(draft.person)
        if draft.agent_id is not None:
            people.show_agent_person(draft.agent_id, draft.agent.phone if draft.agent else "")
        elif draft.agent is not None:
            people.show_agent(True)
            people.agent.show_details(draft.agent)
        people.relation.setCurrentText(draft.agent_relation)
        if draft.item_id is not None:
            self._marks = draft
            page.item.choose(draft.item_id)

    def _keep_aside(self, draft: Draft) -> None:
        """Forms of parked tickets come back with their ticket."""
        self._page.visit.aside.update({kept.ticket_id: kept for kept in draft.set_aside if kept.ticket_id is not None})

    def forget_marks(self) -> None:
        """The form is another one before the draft's item came."""
        self._marks = None

    def item_chosen(self, item: Chosen) -> None:
        """An item came up: with the marks of the draft, if it is the draft's."""
        marks, self._marks = self._marks, None
        self._page.show_item(item, marks if marks is not None and marks.item_id == item.item_id else None)

    def _drop(self) -> None:
        page = self._page
        page.draft.drop()
        page.people.applicant.focus_first()
