"""Everything that can be asked of cases, in one place to import from."""

from db.cases.choices import Choices, choices
from db.cases.deadlines import Counts, DeadlineGroup, Group, counts, deadlines
from db.cases.finding import find, find_number, find_people
from db.cases.listing import PAGE, CaseFilter, CaseRow, Cursor, Listing, Sort, count, page, place
from db.cases.returning import EarlierCase, Return, ReusablePaper, earlier_cases, history, reusable_papers
from db.cases.sheets import CaseSheet, EventRow, MaterialRow, PauseRow, event_title, sheet, visits

__all__ = [
    "PAGE",
    "CaseFilter",
    "CaseRow",
    "CaseSheet",
    "Choices",
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
    "choices",
    "count",
    "counts",
    "deadlines",
    "earlier_cases",
    "event_title",
    "find",
    "find_number",
    "find_people",
    "history",
    "page",
    "place",
    "reusable_papers",
    "sheet",
    "visits",
]
