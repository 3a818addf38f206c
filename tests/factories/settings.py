"""What is set for a centre: forms to test with, and an example of each action."""

from db.centre.queries import centre, counters
from db.centre.rules import CentreFields, CentreSettings
from tests.factories.stage import Example, Stage


def centre_fields(**fields: str) -> CentreFields:
    """What a form of a centre holds, with defaults."""
    given = {"name": "东街社区邻里中心", "code": "DJ01", "phone": "0591-87654321", "seal_org": "东街社区居民委员会"}
    return CentreFields(**(given | fields))


def _edit_centre(stage: Stage) -> dict[str, object]:
    row = stage.read(centre, stage.centre_id)
    return {"version": row.version, "fields": centre_fields(code=row.fields.code)}


def _change_settings(stage: Stage) -> dict[str, object]:
    return {"version": stage.read(centre, stage.centre_id).version, "settings": CentreSettings(idle_minutes=9)}


def _edit_counter(stage: Stage) -> dict[str, object]:
    row = stage.read(counters, stage.centre_id)[0]
    return {"counter_id": row.id, "version": row.version, "number": "88", "name": "民政", "active": True}


EXAMPLES: dict[str, Example] = {
    "centre.edit": _edit_centre,
    "centre.settings": _change_settings,
    "counter.add": lambda _stage: {"number": "99", "name": "社保"},
    "counter.edit": _edit_counter,
    "counter.sit_down": lambda stage: {"counter_id": stage.counter()},
}
