"""What happened to a case while a dialog about it was open: what its line and its last step say now."""

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QWidget
from sqlalchemy.orm import Session

from db.cases.queries import CaseSheet, sheet
from db.cases.status import STATUS_TITLES
from db.clock import business_date, local
from db.errors import Refusal
from desktop.shell.again import Kind
from desktop.shell.desk import Desk
from desktop.shell.twice import Twice


def facts(case: CaseSheet) -> Mapping[str, str]:
    """What somebody must know before they go on."""
    row = case.row
    last = case.events[-1] if case.events else None
    due = f"{row.due_on:%Y-%m-%d}" if row.due_on else ""
    return {
        "状态": STATUS_TITLES[row.status],
        "最近一步": f"{local(last.at):%m-%d %H:%M} {last.staff_name} {last.title}" if last else "",
        "经办人": row.handler,
        "承诺办结": due,
        "申请人": row.applicant,
        "未齐的材料": "、".join(paper.name for paper in case.materials if paper.opinion),
        "代办": case.proxy_step,
    }


def as_seen(desk: Desk) -> Kind[CaseSheet]:
    """What is read and told of a case when somebody else was first."""
    centre_id, today = desk.centre_id, business_date(desk.now())
    return Kind(lambda session, case: sheet(session, centre_id, case.row.id, today), facts)


def twice(
    editor: QWidget,
    desk: Desk,
    case: CaseSheet,
    twin: Callable[[CaseSheet], QWidget],
    adopt: Callable[[CaseSheet], None],
    failed: Callable[[Refusal], None],
) -> Twice[CaseSheet]:
    """For a dialog about one case; made when its fields are filled."""

    kind = as_seen(desk)
    read: Callable[[Session], CaseSheet | None] = lambda session: kind.read(session, case)  # noqa: E731
    return Twice(editor, desk, read=read, twin=twin, adopt=adopt, failed=failed, facts=(case, kind.facts))
