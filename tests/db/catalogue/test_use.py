"""An item that a clerk works with comes first the next time."""

from db.action import REGISTRY
from db.catalogue import queries
from db.session import Hall
from tests.conftest import NOW
from tests.factories.cases import EXAMPLES
from tests.factories.stage import Stage, set_stage


def test_showing_the_way_counts_as_a_use(embedded_hall: Hall) -> None:
    stage: Stage = set_stage(embedded_hall, NOW)
    stage.run(REGISTRY["case.refer"], **EXAMPLES["case.refer"](stage))
    (use,) = stage.read(queries.uses, stage.centre_id, stage.actor.staff_id)
    assert (use.own, use.uses, use.last_at) == (True, 1, NOW)
