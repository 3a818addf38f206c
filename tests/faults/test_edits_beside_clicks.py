"""Who edits the centre, an account or an item in the back office holds up no counter: its clicks only point at those rows."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select, text

from db.action import Act, Request
from db.cases.actions import accept
from db.catalogue.actions import import_items, plant, set_enabled
from db.catalogue.comparison import fingerprint
from db.catalogue.models import Item
from db.catalogue.queries import standing
from db.catalogue.rules import ItemContent
from db.centre.actions import edit_centre
from db.centre.queries import centre
from db.engine import make_engine
from db.errors import Stale
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


def test_of_two_imports_at_once_the_second_is_told_of_the_first(postgres_url: str) -> None:
    """Both have seen the same catalogue; the second waits for the first, where it ran into its rows."""
    hall = Hall(engine := make_engine(postgres_url), Vault(TEST_KEY))
    centre_id = make_centre(hall, now=NOW)
    chief = make_staff(hall, centre_id, Role.MANAGER, now=NOW)
    known, new = ItemContent(local_code="A", name="甲"), ItemContent(local_code="B", name="乙")
    with hall.transaction() as session:
        plant(session, centre_id, (known,), now=NOW, by=None)
    given: dict[str, Any] = {"rows": (known, new), "seen": fingerprint(hall.read(standing, centre_id))}
    with ThreadPoolExecutor(1) as other:
        with engine.begin() as connection:
            act = Act(connection, Request(chief, NOW, new_id()), hall.vault)
            import_items(act, **given)
            act.flush()
            second = other.submit(hall.run, Request(chief, NOW, new_id()), import_items, **given)
            waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
            while not hall.read(lambda session: session.scalar(waiting)):
                assert not second.done()
            act.close()
        with pytest.raises(Stale, match="预览之后目录又有改动"):
            second.result()
    engine.dispose()
