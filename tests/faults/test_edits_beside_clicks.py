"""Who edits the centre, an account or an item in the back office holds up no counter: its clicks only point at those rows."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, text

from db.action import Act, Request
from db.cases.actions import accept
from db.catalogue.actions import set_enabled
from db.catalogue.models import Item
from db.centre.actions import edit_centre
from db.centre.queries import centre
from db.engine import make_engine
from db.ids import new_id
from db.session import Hall
from db.staff.actions import edit_staff
from db.staff.permissions import Role
from db.tickets.actions import call_next, take_ticket
from db.vault import Vault
from tests.conftest import NOW, TEST_KEY
from tests.factories.cases import Counter, make_counter_for_cases
from tests.factories.centre import make_centre, make_counter
from tests.factories.staff import make_staff


def _edit_centre(act: Act, _counter: Counter) -> None:
    row = centre(act.session, act.centre_id)
    edit_centre(act, version=row.version, fields=row.fields)


def _edit_staff(act: Act, counter: Counter) -> None:
    edit_staff(act, staff_id=counter.actor.staff_id, name="李一", post="", version=1)


def _edit_item(act: Act, counter: Counter) -> None:
    item = act.session.scalars(select(Item).where(Item.current_version_id == counter.version_id)).one()
    set_enabled(act, item_id=item.id, version=item.version, enabled=False)


@pytest.mark.parametrize("edit", [_edit_centre, _edit_staff, _edit_item])
def test_counters_go_on_while_an_edit_is_under_way(postgres_url: str, edit: Callable[..., None]) -> None:
    hall = Hall(engine := make_engine(postgres_url), Vault(TEST_KEY))
    centre_id = make_centre(hall, now=NOW)
    seat = make_counter(hall, centre_id, number="1")
    clerk = make_staff(hall, centre_id, Role.CLERK, now=NOW, counter_id=seat)
    chief = make_staff(hall, centre_id, Role.MANAGER, Role.SYSADMIN, now=NOW)
    counter = make_counter_for_cases(hall, clerk, NOW)

    def click(action: Any, **given: Any) -> Any:
        return hall.run(Request(clerk, NOW, new_id()), action, **given)

    click(accept, intake=counter.intake())  # the centre's first paper makes its key
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL lock_timeout = '5s'"))
        act = Act(connection, Request(chief, NOW, new_id()), hall.vault)
        edit(act, counter)
        act.flush()
        click(take_ticket, item_id=None)
        click(call_next)
        click(accept, intake=counter.intake())
        act.close()
    engine.dispose()
