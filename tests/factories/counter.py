"""One click of the counter, to test with."""

from __future__ import annotations

from db.cases.counter import Who
from db.cases.status import Verb
from tests.factories.calendar import make_calendar
from tests.factories.cases import ALL_OK, make_item
from tests.factories.people import details
from tests.factories.stage import Example, Stage


def _intake(stage: Stage) -> dict[str, object]:
    make_calendar(stage.hall, stage.centre_id)
    return {
        "verb": Verb.ACCEPT,
        "applicant": Who(details=details()),
        "item_version_id": make_item(stage.hall, stage.centre_id, stage.now),
        "materials": ALL_OK,
    }


EXAMPLES: dict[str, Example] = {"case.intake": _intake}
