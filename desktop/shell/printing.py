"""From a print job in the hall's records to paper: silently, one after the other on each printer, off the window's thread.

The way of a job: an action queues it in the transaction that makes the paper; its commit is heard here; it is taken
(so that no other window prints it too), rendered, sent, and reported as sent or failed. A failure is said in a sentence
and stays in the queue of the receipts page, where it can be tried again. A window that dies in between loses nothing.
"""

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from db.action import Action, Actor, Request
from db.changes import Changes
from db.errors import Refusal, Unavailable
from db.ids import new_id
from db.receipts import jobs, queries
from db.receipts.content import Medium, PaperContent, PaperKind
from db.receipts.queries import JobPaper, JobRow
from db.receipts.rules import JobState
from desktop.paper import render
from desktop.paper.render import Rendered
from desktop.shell import print_settings
from desktop.shell.desk import Desk
from desktop.shell.print_settings import PrintSettings, Route
from desktop.shell.printers import Printers, PrinterTrouble, printers_here

Show = Callable[[JobPaper, Route, Callable[[], None]], None]


@dataclass(frozen=True, slots=True)
class Ended:
    """A job this window has done with: it was sent, or it was not and waits in the queue."""

    job_id: UUID
    sent: bool


class Printing(QObject):
    """The printing of one window. `settings_changed` and `printers_found` tell the settings page."""

    settings_changed = Signal(object)  # PrintSettings
    printers_found = Signal(object)  # tuple of names
    job_ended = Signal(object)  # Ended

    def __init__(self, desk: Desk, settings_file: Path, printers: Printers | None = None) -> None:
        super().__init__(desk)
        self._desk = desk
        self._file = settings_file
        self._printers = printers or printers_here()
        self._known: set[UUID] = set()
        self._lines: defaultdict[str, deque[tuple[Actor, Route, JobPaper]]] = defaultdict(deque)
        self._busy: set[str] = set()
        self._show: Show | None = None
        self.settings = PrintSettings()
        self._load()
        self._fresh: set[UUID] = set()
        self._asking = False
        desk.changed.connect(self._heard)
        desk.renewed.connect(self._ask_next)
        desk.actor_changed.connect(self._seated)

    def show_before(self, show: Show) -> None:
        """How a paper is shown before it is printed, where its route asks for that; `show` calls back to print it."""
        self._show = show

    def find_printers(self) -> None:
        """Ask the machine for its printers; they come with `printers_found`."""
        self._desk.work.read(self, self._printers.names, self.printers_found.emit, self._say)

    def configure(self, settings: PrintSettings) -> None:
        """Use and keep other settings."""
        self.settings = settings
        self.settings_changed.emit(settings)
        self._desk.work.write(self, lambda: _saved(self._file, settings), None, self._say)

    def print_apart(
        self, pdf: bytes, title: str, printer: str = "", copies: int = 1, like: PaperKind = PaperKind.BOOKING
    ) -> None:
        """Print what is no paper of the records (a poster for the wall, A4 or A3 as its pages are); not queued.

        Without a printer it goes where papers of the kind `like` go.
        """
        named = printer or self.settings.route(like).printer
        self._desk.job(
            self,
            lambda _progress: self._printers.send(pdf, named, title, Medium.A4, copies),
            then=lambda _: self._desk.messages.info(f"{title}已送打印。"),
            failed=lambda refusal: self._desk.messages.problem(f"{title}没有打出来：{refusal.sentence}"),
            title=f"打印 {title}",
        )

    def retry(self, job: JobRow) -> None:
        """Send a job again that waits, failed or was cancelled."""
        self._known.add(job.id)
        self._ask_for(frozenset({job.id}), self._enqueue_all)

    def _load(self) -> None:
        before = self.settings

        def loaded(found: tuple[PrintSettings, str]) -> None:
            settings, sentence = found
            if sentence:
                self._desk.messages.warn(sentence)
            if self.settings is before:  # not set by hand in the meantime
                self.settings = settings
                self.settings_changed.emit(settings)

        self._desk.work.read(self, lambda: print_settings.load(self._file), loaded, self._say)

    def _seated(self, actor: Actor | None) -> None:
        """Somebody sat down: remind them of what they wanted printed and nobody saw come out."""
        if actor is None:
            return

        def told(found: tuple[JobRow, ...]) -> None:
            left = [job for job in found if job.id not in self._known]
            if left:
                self._desk.messages.warn(f"您有 {len(left)} 张纸还没有打印出来，请到“回执 › 打印队列”查看并重打。")

        self._desk.ask(self, queries.unfinished_jobs, actor.centre_id, actor.staff_id, then=told)

    def _heard(self, changes: Changes) -> None:
        self._fresh |= {change.id for change in changes if change.kind == "print_job"} - self._known
        self._ask_next()

    def _ask_next(self) -> None:
        """One question at a time, for answers overtake each other and papers come out in the order of the clicks."""
        if self._asking or not self._fresh or self._desk.actor is None:
            return
        asked, self._fresh, self._asking = frozenset(self._fresh), set(), True

        def answered(papers: tuple[JobPaper, ...]) -> None:
            self._asking = False
            self._take_up(papers)
            self._ask_next()

        def failed(refusal: Refusal) -> None:
            self._asking = False
            self._fresh |= asked  # with the next one, or when the link is back
            self._desk.tell(refusal)

        self._desk.ask(self, queries.job_papers, self._desk.centre_id, asked, then=answered, failed=failed)

    def _ask_for(self, job_ids: frozenset[UUID], then: Callable[[tuple[JobPaper, ...]], None]) -> None:
        self._desk.ask(self, queries.job_papers, self._desk.centre_id, job_ids, then=then)

    def _take_up(self, papers: tuple[JobPaper, ...]) -> None:
        """Print what whoever sits here has just asked for; what others asked for is printed at their window."""
        actor = self._desk.actor
        for paper in papers:
            job = paper.job
            mine = actor is not None and job.created_by == actor.staff_id
            if not mine or job.id in self._known or job.attempts or job.state is not JobState.WAITING:
                continue
            self._known.add(job.id)
            route = self.settings.route(job.kind)
            if route.ask and self._show is not None:
                self._show(paper, route, lambda paper=paper: self._enqueue(paper))  # type: ignore[misc]
            else:
                self._enqueue(paper)

    def _enqueue_all(self, papers: tuple[JobPaper, ...]) -> None:
        for paper in papers:
            self._enqueue(paper)

    def _enqueue(self, paper: JobPaper) -> None:
        actor = self._desk.actor
        if actor is None:
            return  # the job waits in the queue for whoever logs in next
        route = self.settings.route(paper.job.kind)
        self._lines[route.printer].append((actor, route, paper))
        self._next(route.printer)

    def _next(self, line: str) -> None:
        if line in self._busy or not self._lines[line]:
            return
        self._busy.add(line)
        self._print(_Sheet(line, *self._lines[line].popleft()))

    def _print(self, sheet: "_Sheet") -> None:
        """Take the job, then send it; what was taken by another window in the meantime is left to it."""
        self._act(
            sheet,
            jobs.take_job,
            lambda _job_id: self._send(sheet),
            attempts=sheet.paper.job.attempts,
            printer=sheet.route.printer,
            medium=sheet.medium,
        )

    def _send(self, sheet: "_Sheet") -> None:
        title = sheet.paper.job.title

        def sent(warning: str) -> None:
            if warning:
                self._desk.messages.warn(warning)
            self._act(sheet, jobs.report_sent, lambda _job_id: self._ended(sheet, sent=True))

        def failed(refusal: Refusal) -> None:
            self._desk.messages.problem(f"{title}没有打出来：{refusal.sentence}")
            self._act(sheet, jobs.report_failed, lambda _job_id: self._ended(sheet, sent=False), error=refusal.sentence)

        self._desk.job(
            self, lambda _progress: sheet.to(self._printers), then=sent, failed=failed, title=f"打印 {title}"
        )

    def _act(self, sheet: "_Sheet", action: Action[..., UUID], then: Callable[[UUID], None], **more: object) -> None:
        """Note what became of a job, as whoever asked for it, even when they have logged out meanwhile."""
        request = Request(sheet.actor, self._desk.now(), new_id())
        job_id = sheet.paper.job.id

        def refused(refusal: Refusal) -> None:
            self._say(refusal)
            self._ended(sheet, sent=False)

        self._desk.work.write(self, lambda: self._desk.hall.run(request, action, job_id=job_id, **more), then, refused)

    def _ended(self, sheet: "_Sheet", sent: bool) -> None:
        self._busy.discard(sheet.line)
        self.job_ended.emit(Ended(sheet.paper.job.id, sent))
        self._next(sheet.line)

    def _say(self, refusal: Refusal) -> None:
        self._desk.messages.problem(refusal.sentence)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A paper on its way: the line it stands in (a printer), who wants it, and where it goes."""

    line: str
    actor: Actor
    route: Route
    paper: JobPaper

    @property
    def medium(self) -> Medium:
        return self.paper.job.medium or self.route.medium

    def to(self, printers: Printers) -> str:
        """Render and send; blocks. Returns a sentence about characters no font had, or ""."""
        job = self.paper.job
        made = rendered(self.paper.content, self.medium, job.large or self.route.large, job.reprint, self.paper.void)
        printers.send(made.pdf, self.route.printer, job.title, self.medium, job.copies)
        return render.warning(made.missing)


def rendered(content: PaperContent, medium: Medium, large: bool, reprint: int, void: str) -> Rendered:
    """The PDF of a paper. Raises PrinterTrouble where its QR code is too large for the roll."""
    try:
        return render.render(content, medium, large, reprint, void)
    except render.QrTooLarge as error:
        raise PrinterTrouble("这张纸的二维码在这种纸上印不下，请改用更宽的纸，或请管理员缩短核验网址。") from error


def _saved(file: Path, settings: PrintSettings) -> None:
    try:
        print_settings.save(file, settings)
    except OSError as error:
        raise Unavailable(f"打印机设置没有存下来（{error.strerror}），本次仍按新设置打印。请检查磁盘。") from error
