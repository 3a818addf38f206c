"""The visit at this counter: its ticket, what was typed for tickets that wait, what happens when another one is called."""

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject

from db.cases.drafts import Draft
from db.tickets.queries import TicketRow
from desktop.counter.form import Form

if TYPE_CHECKING:
    from desktop.counter.page import CounterPage


class Visit(QObject):
    """Follows the queue panel. `aside` are the forms of parked tickets."""

    def __init__(self, page: "CounterPage") -> None:
        super().__init__(page)
        self._page = page
        self.ticket_id: UUID | None = None
        self.number = ""
        self.aside: dict[UUID, Draft] = {}
        self._holder: UUID | None = None
        self._item: UUID | None = None
        self._arrived: UUID | None = None

    def begun(self) -> None:
        """A card was read or a person typed: whoever was called stands here. What the ticket itself knew is no sign."""
        applicant = self._page.people.applicant
        known = applicant.row is not None and applicant.row.id != self._holder
        if self.ticket_id is None or not (known or applicant.begun is not None):
            return
        if self._arrived != self.ticket_id:
            self._arrived = self.ticket_id
            self._page.queue.arrived()

    def serve(self, ticket: TicketRow | None) -> None:
        """Another ticket came to this counter, or (None) nobody is called."""
        ticket_id = ticket.id if ticket is not None else None
        if ticket_id == self.ticket_id:
            return
        self._put_aside()
        if ticket is not None and not self.is_done:
            number = ticket.number
            self._page.banner.ask(
                f"已叫 {number}，窗口里还有没办完的内容。", f"清空，接待 {number}", lambda: self.begin(ticket)
            )
            return
        self.begin(ticket)

    def _put_aside(self) -> None:
        """The person of a parked ticket comes back: what was typed waits for them, and survives a crash too."""
        parked = {row.id for row in self._page.queue.panel.parked} if self._page.queue.panel else set()
        if self.ticket_id not in parked or self.is_done:
            return
        self.aside[self.ticket_id] = replace(self._page.whole_draft(), set_aside=())
        number, self.ticket_id = self.number, None
        self._page.clear()
        self._page.banner.say(f"{number} 的内容已留着，恢复办理时自动回来。", "info")

    @property
    def is_done(self) -> bool:
        """Nothing would be lost: no item is chosen and nobody new is being typed."""
        people = self._page.people
        return self._page.item.item is None and people.applicant.begun is None and not people.with_agent

    def brought(self, form: Form) -> bool:
        """Whether the ticket itself brought along everything that stands in the form."""
        if self.ticket_id is None or form.agent is not None or self._page.people.applicant.begun is not None:
            return False
        who, item = form.applicant, form.item
        known = who is None or (who.row is not None and who.row.id == self._holder and not who.phone + who.address)
        return known and (item is None or item.item_id == self._item)

    def begin(self, ticket: TicketRow | None) -> None:
        self.ticket_id = ticket.id if ticket is not None else None
        self.number = ticket.number if ticket is not None else ""
        self._holder = ticket.person_id if ticket is not None else None
        self._item = ticket.item_id if ticket is not None else None
        if self.ticket_id is not None and not self._page.restorer.pending:
            self._page.banner.hide()
        if ticket is None:
            if self.is_done:
                self._page.clear()
            self._page.show_outcome()
            return
        self._page.outcome.show_done("")
        self._page.clear()
        waiting = self.aside.pop(ticket.id, None)
        if waiting is not None:
            self._page.restorer.put_back(waiting)
            return
        if ticket.person_id is not None:
            self._page.people.show_person(ticket.person_id)
        if ticket.item_id is not None:
            self._page.item.choose(ticket.item_id)
