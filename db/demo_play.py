"""What happened in the demo hall: four weeks of cases, and this morning's queue; every step through its action."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update

from db.action import Action, Actor, Request
from db.cases import actions as cases
from db.cases.counter import Answers, Served, Who, take_in
from db.cases.intake import MaterialGiven
from db.cases.ledger import Moved
from db.cases.status import MaterialState, Necessity, Verb
from db.catalogue import actions as catalogue
from db.catalogue.queries import item_version
from db.catalogue.rows import ItemRow
from db.clock import business_date
from db.ids import new_id
from db.people.actions import keep_person
from db.people.rules import PersonDetails
from db.receipts.models import PrintJob
from db.receipts.rules import JobState
from db.session import Hall
from db.staff.models import Staff
from db.tickets import actions as tickets
from db.tickets.actions import Called, TicketTaken
from db.tickets.priority import Priority, Proof

GRANT, LEAVE, WOMEN = "高龄津贴申领", "城乡居民基本养老保险待遇申领", "困难残疾人生活补贴申领"
CARD, INSURE, ALLOW = "福建省老年人优待证申领", "城乡居民基本医疗保险参保登记", "最低生活保障申请"
PENSION, BIRTH, HOUSING, JOB = (
    "城乡居民基本养老保险参保登记",
    "生育登记",
    "公共租赁住房(保障性住房)申请收件",
    "失业登记",
)
ITEMS = (GRANT, LEAVE, WOMEN, CARD, INSURE, ALLOW, PENSION, BIRTH, HOUSING, JOB)
MISSING = MaterialState.MISSING


@dataclass
class Player:
    """Somebody who acts at a time of the past."""

    hall: Hall
    actor: Actor
    at: datetime

    def do(self, action: Action[..., Any], /, **kwargs: Any) -> Any:
        """One click."""
        return self.hall.run(Request(self.actor, self.at, new_id()), action, **kwargs)

    def settle_password(self, staff_id: UUID) -> None:
        """Nobody has to change a password that lives for one demo."""
        with self.hall.transaction() as session:
            session.execute(update(Staff).where(Staff.id == staff_id).values(must_change=False))


@dataclass
class Play:
    """The clerks at counters 1 to 3, their manager, the people and the items."""

    hall: Hall
    clerks: list[Actor]
    manager: Actor
    at: datetime
    people: list[UUID] = field(default_factory=list)
    items: dict[str, ItemRow] = field(default_factory=dict)

    def do(self, action: Action[..., Any], /, clerk: int = 0, **kwargs: Any) -> Any:
        """One click of a clerk, half a minute after the last one."""
        self.at += timedelta(seconds=31)
        return Player(self.hall, self.clerks[clerk % len(self.clerks)], self.at).do(action, **kwargs)

    def manage(self, action: Action[..., Any], /, **kwargs: Any) -> Any:
        """One click of the manager."""
        self.at += timedelta(seconds=31)
        return Player(self.hall, self.manager, self.at).do(action, **kwargs)

    def register(self, details: PersonDetails) -> UUID:
        """A person who has been here before."""
        found: UUID = self.do(keep_person, details=details)
        return found

    def confirm_limits(self) -> None:
        """The manager has vouched for the limits of the usual items; the others stay 待核."""
        for name in (GRANT, LEAVE, WOMEN, ALLOW, HOUSING, CARD, INSURE, PENSION):
            row = self.items[name]
            self.manage(
                catalogue.confirm_limit,
                item_id=row.id,
                version=row.version,
                promise_limit=row.promise_limit,
                promise_unit=row.promise_unit,
                legal_limit=None,
                legal_unit=row.promise_unit,
            )

    def served(self, verb: Verb, name: str, person: int, *, clerk: int = 0, lacks: int = 0, **more: Any) -> Moved:
        """A person brings the papers for an item, the last `lacks` of them missing; what the clerk makes of it."""
        row = self.items[name]
        detail = self.hall.read(item_version, self.manager.centre_id, self._version_of(row))
        papers = detail.content.materials
        given = tuple(
            MaterialGiven(
                paper.name,
                MISSING if at >= len(papers) - lacks and paper.necessity != Necessity.OPTIONAL else MaterialState.OK,
                pages=1,
                copies=paper.copies,
                form=paper.form,
                necessity=Necessity(paper.necessity),
            )
            for at, paper in enumerate(papers)
        )
        done: Served = self.do(
            take_in,
            clerk=clerk,
            verb=verb,
            applicant=Who(person_id=self.people[person % len(self.people)]),
            item_version_id=detail.version_id,
            materials=given,
            **more,
        )
        return done.moved

    def move(self, case: Moved, action: Action[..., Any], /, **kwargs: Any) -> Moved:
        """The next step of a case."""
        moved: Moved = self.do(action, case_id=case.case_id, version=case.version, **kwargs)
        return moved

    def earlier_weeks(self, now: datetime) -> None:
        """Cases of the last four weeks, in every state there is."""
        self._day(now, 21)
        old = [
            self.served(Verb.ACCEPT if self._accepts(n) else Verb.RECEIVE, n, p) for p, n in enumerate((GRANT, WOMEN))
        ]
        self.served(Verb.CORRECT, HOUSING, 6, lacks=1)
        paused = self.served(Verb.RECEIVE, ALLOW, 9, clerk=1)
        withdrawn = self.served(Verb.RECEIVE, LEAVE, 7, clerk=2)
        self._day(now, 20)
        old = [self.move(case, cases.transfer, agency="鼓楼区民政局") for case in old]
        paused = self.move(paused, cases.transfer, agency="鼓楼区民政局")
        self.move(withdrawn, cases.withdraw, reason="材料要更新，过几天再来")
        for days, person in ((15, 14), (14, 15), (13, 23)):  # overdue by a day, due today, due tomorrow
            self._day(now, days)
            case = self.served(Verb.RECEIVE, GRANT, person, clerk=person)
            case = self.move(case, cases.transfer, agency="鼓楼区民政局")
            self.move(case, cases.accept_later, accepted_on=business_date(self.at))
        self._day(now, 12)
        accepted = [self.move(case, cases.accept_later, accepted_on=business_date(self.at)) for case in (*old, paused)]
        self.move(accepted[2], cases.pause, kind="现场核查", reason="入户核对家庭经济状况", special_limit="15个工作日")
        self._day(now, 8)
        done = self.move(accepted[0], cases.finish, outcome="granted")
        self.move(done, cases.deliver, way="直接送达")
        self.served(Verb.INSTANT, INSURE, 4, answers=Answers())
        self._day(now, 6)
        for person, name in ((1, GRANT), (13, GRANT), (8, WOMEN), (17, LEAVE)):
            fresh = self.served(Verb.RECEIVE, name, person, clerk=person)
            self.move(fresh, cases.transfer, agency="鼓楼区民政局")
        refused = self.served(Verb.RECEIVE, HOUSING, 22)
        self.move(refused, cases.return_case, reason="户籍不在本区，应向户籍所在区申请")
        self._day(now, 3)
        for person, name in ((10, GRANT), (20, CARD), (25, BIRTH)):
            self.served(Verb.RECEIVE if self._accepts(name) is False else Verb.ACCEPT, name, person, clerk=person)
        self.served(Verb.CORRECT, LEAVE, 18, lacks=1)
        self._day(now, 1)
        self.served(Verb.INSTANT, PENSION, 11, answers=Answers())
        self.served(Verb.REFUSE, HOUSING, 28, answers=Answers(
            reason="申请人在福州市已有住房，不符合公租房申请条件", basis="《公共租赁住房管理办法》第七条", agency="区住建局",
        ))  # fmt: skip

    def this_morning(self, now: datetime) -> None:
        """Thirty people since eight o'clock: served, being served, gone for a moment, and waiting."""
        self.at = now - timedelta(minutes=138)
        names = [*ITEMS, *ITEMS, *ITEMS]
        taken = [self._take(at, names[at]) for at in range(14)]
        for at in range(9):
            self._serve(taken, at % 3, at)
        taken += [self._take(at, names[at]) for at in range(14, 30)]
        self.at = max(self.at, now - timedelta(minutes=26))
        for clerk in range(3):
            called: Called = self.do(tickets.call_next, clerk=clerk)
            if clerk == 1:
                self.do(tickets.skip, clerk=clerk, ticket_id=called.ticket_id)
                called = self.do(tickets.call_next, clerk=clerk)
            if clerk == 2:
                self.do(tickets.start_serving, clerk=clerk, ticket_id=called.ticket_id)
                self.do(tickets.park, clerk=clerk, ticket_id=called.ticket_id, reason="回家取户口簿")
                called = self.do(tickets.call_next, clerk=clerk)
            if clerk:
                self.do(tickets.start_serving, clerk=clerk, ticket_id=called.ticket_id)
            else:
                self.do(tickets.start_serving, clerk=clerk, ticket_id=called.ticket_id)
                self.do(tickets.finish, clerk=clerk, ticket_id=called.ticket_id)

    def settle_printing(self, now: datetime) -> None:
        """What was printed came out, but for the last two: the printer had run out of paper."""
        with self.hall.transaction() as session:
            jobs = session.query(PrintJob).order_by(PrintJob.created_at).all()
            for job in jobs:
                job.state, job.attempts, job.finished_at = JobState.SENT, 1, job.created_at
                job.printer = "HP LaserJet（1号窗口）"
            for job in jobs[-2:]:
                job.state, job.error = JobState.FAILED, "打印机缺纸，请装纸后在打印队列里重试。"

    def _take(self, at: int, name: str) -> TicketTaken:
        first = {3: (Priority.ELDERLY, Proof.IDENTITY_CARD), 8: (Priority.DISABLED, Proof.DISABILITY_CARD),
                 17: (Priority.ELDERLY, Proof.ELDER_CARD), 21: (Priority.PREGNANT, Proof.SEEN),
                 26: (Priority.MILITARY, Proof.VETERAN_CARD)}.get(at, (Priority.NONE, Proof.NONE))  # fmt: skip
        self.at += timedelta(seconds=70)
        item_id = None if at % 5 == 4 else self.items[name].id
        taken: TicketTaken = self.do(
            tickets.take_ticket, clerk=0, item_id=item_id, priority=first[0], proof=first[1], slip=False
        )
        return taken

    def _serve(self, taken: list[TicketTaken], clerk: int, at: int) -> None:
        called: Called = self.do(tickets.call_next, clerk=clerk)
        self.do(tickets.start_serving, clerk=clerk, ticket_id=called.ticket_id)
        self.at += timedelta(minutes=3)
        name = (CARD, GRANT, PENSION, INSURE, WOMEN, LEAVE, BIRTH, JOB, ALLOW)[at]
        lacks = 1 if at in (5, 8) else 0
        verb = Verb.CORRECT if lacks else self._usual(name)
        self.served(verb, name, at + 2, clerk=clerk, lacks=lacks, ticket_id=called.ticket_id)
        self.do(tickets.finish, clerk=clerk, ticket_id=called.ticket_id)

    def _usual(self, name: str) -> Verb:
        if not self._accepts(name):
            return Verb.RECEIVE
        return Verb.INSTANT if self.items[name].case_type == "即办件" else Verb.ACCEPT

    def _accepts(self, name: str) -> bool:
        return self.items[name].role == "直办"

    def _version_of(self, row: ItemRow) -> UUID:
        from db.catalogue.queries import item

        return self.hall.read(item, self.manager.centre_id, row.id).version_id

    def _day(self, now: datetime, days: int) -> None:
        """Half past nine, so many days before."""
        self.at = now.replace(hour=1, minute=30) - timedelta(days=days)
