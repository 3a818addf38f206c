"""A counter at which cases are made, on each database in turn."""

from uuid import UUID

import pytest

from db.action import Actor
from db.session import Hall
from db.staff.permissions import Role
from tests.conftest import NOW
from tests.factories.cases import Counter, make_counter_for_cases
from tests.factories.centre import make_counter
from tests.factories.staff import make_staff


@pytest.fixture
def actor(hall: Hall, centre_id: UUID) -> Actor:
    """A clerk who is also the centre's manager, at counter 1."""
    counter_id = make_counter(hall, centre_id)
    return make_staff(hall, centre_id, Role.CLERK, Role.MANAGER, now=NOW, counter_id=counter_id)


@pytest.fixture
def counter(hall: Hall, actor: Actor) -> Counter:
    """A counter with a 直办 承诺件 of 10 working days, at 9:30 on Tuesday 17 November 2026."""
    return make_counter_for_cases(hall, actor, NOW)
