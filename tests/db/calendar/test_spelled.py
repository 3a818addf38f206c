"""A calendar that came as two texts counts the same dates as the one read row by row."""

from datetime import date, timedelta
from uuid import UUID

from db.calendar.models import CalendarDay, CalendarYear
from db.calendar.queries import calendar_of
from db.calendar.rules import due_date
from db.calendar.spelled import Spelled, spelled
from db.session import Hall
from tests.conftest import NOW
from tests.factories.calendar import make_calendar
from tests.factories.centre import make_centre

TODAY = date(2026, 9, 20)


def test_it_says_of_every_day_from_the_asked_one_on_what_the_rows_say(hall: Hall, centre_id: UUID) -> None:
    make_calendar(hall, centre_id)
    with hall.transaction() as session:
        session.add(CalendarYear(centre_id=centre_id, year=2027, published=False))
    with hall.transaction() as session:
        whole = calendar_of(session, centre_id)
        found = spelled(session, centre_id, TODAY).calendar
    assert found.published == whole.published
    assert found.exceptions == {day: works for day, works in whole.exceptions.items() if day >= TODAY}
    assert any(found.exceptions.values())
    for ahead in range(0, 60, 7):
        begun = TODAY + timedelta(days=ahead)
        assert due_date(found, begun, 10, "工作日") == due_date(whole, begun, 10, "工作日")


def test_a_changed_day_is_another_calendar_at_once(hall: Hall, centre_id: UUID) -> None:
    make_calendar(hall, centre_id)
    with hall.transaction() as session:
        before = spelled(session, centre_id, TODAY)
        session.add(CalendarDay(centre_id=centre_id, day=date(2026, 11, 18), working=False))
    with hall.transaction() as session:
        after = spelled(session, centre_id, TODAY)
    assert before.calendar.works(date(2026, 11, 18)) is True
    assert after.calendar.works(date(2026, 11, 18)) is False


def test_a_centre_without_a_calendar_promises_nothing(hall: Hall, centre_id: UUID) -> None:
    make_calendar(hall, make_centre(hall, now=NOW, code="QG02", name="泉港邻里中心"))
    with hall.transaction() as session:
        found = spelled(session, centre_id, TODAY)
    assert found == Spelled("", "")
    assert found.calendar.works(TODAY) is None
