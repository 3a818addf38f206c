"""Everything that can be asked of cases, in one place to import from."""

from db.cases.deadlines import Counts, DeadlineGroup, Group, counts, deadlines
from db.cases.finding import find, find_number
from db.cases.listing import CaseFilter, CaseRow, Cursor, Listing, Sort, count, page, place
from db.cases.returning import EarlierCase, Return, ReusablePaper, earlier_cases, history, reusable_papers
from db.cases.sheets import CaseSheet, EventRow, MaterialRow, PauseRow, event_title, sheet, visits

__all__ = [
    "CaseFilter",
    "CaseRow",
    "CaseSheet",
    "Counts",
    "Cursor",
    "DeadlineGroup",
    "EarlierCase",
    "EventRow",
    "Group",
    "Listing",
    "MaterialRow",
    "PauseRow",
    "Return",
    "ReusablePaper",
    "Sort",
    "count",
    "counts",
    "deadlines",
    "earlier_cases",
    "event_title",
    "find",
    "find_number",
    "history",
    "page",
    "place",
    "reusable_papers",
    "sheet",
    "visits",
]
