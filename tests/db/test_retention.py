"""Thinning and timing of automatic backups."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from db.clock import business_date
from db.retention import DAYS, EVERY, LAST, WEEKS, is_due, is_due_at_exit, to_keep

NOW = datetime(2026, 11, 17, 10, 0, tzinfo=UTC)
times = st.lists(
    st.integers(min_value=0, max_value=730 * 24 * 60).map(lambda minutes: NOW - timedelta(minutes=minutes)),
    unique=True,
    max_size=300,
)


def work_days(days: int) -> list[datetime]:
    """Backups of so many days up to NOW, every half hour from 08:30 to 18:00 in Fujian."""
    return [NOW - timedelta(days=day, minutes=30 * step) for day in range(days) for step in range(20)]


def test_a_year_of_work_leaves_the_last_twelve_ten_days_and_nine_weeks() -> None:
    kept = to_keep(work_days(365))
    newest_first = sorted(kept, reverse=True)
    assert newest_first[:12] == [NOW - timedelta(minutes=30 * step) for step in range(12)]
    assert len({business_date(at) for at in kept if at > NOW - timedelta(days=10)}) == 10
    assert len({business_date(at).isocalendar()[:2] for at in kept}) == 9
    assert len(kept) == 12 + 9 + 6  # today is one of the ten days; they reach into three of the nine weeks


def test_the_newest_of_a_day_is_the_one_that_is_kept() -> None:
    older = [NOW - timedelta(days=3, hours=hour) for hour in range(5)]
    assert NOW - timedelta(days=3) in to_keep(work_days(1) + older)
    assert NOW - timedelta(days=3, hours=1) not in to_keep(work_days(1) + older)


def test_a_long_holiday_takes_nothing_away() -> None:
    before = work_days(30)
    after = NOW + timedelta(days=60)
    gone = to_keep(before) - to_keep([*before, after])
    # one backup after the holiday pushes out the oldest of the twelve, of the ten days and of the nine weeks, no more
    assert len(gone) <= 3
    assert len({business_date(at) for at in to_keep([*before, after])}) >= 10


@given(times)
def test_the_newest_is_always_kept_and_nothing_is_invented(made: list[datetime]) -> None:
    kept = to_keep(made)
    assert kept <= set(made)
    assert len(kept) <= LAST + DAYS + WEEKS
    assert len(kept) >= min(len(made), LAST)
    if made:
        assert max(made) in kept


@given(times)
def test_thinning_twice_changes_nothing(made: list[datetime]) -> None:
    assert to_keep(to_keep(made)) == to_keep(made)


@given(times)
def test_a_backup_once_thinned_out_would_never_have_come_back(made: list[datetime]) -> None:
    """Thinning after every backup keeps at least what thinning once at the end keeps."""
    kept: frozenset[datetime] = frozenset()
    for at in sorted(made):
        kept = to_keep({*kept, at})
    assert kept == to_keep(made)


def test_a_backup_is_due_after_thirty_minutes_with_a_change() -> None:
    assert is_due(None, NOW, NOW)
    assert not is_due(None, None, NOW)
    assert not is_due(NOW - timedelta(minutes=29), NOW, NOW)
    assert is_due(NOW - EVERY, NOW, NOW)
    assert not is_due(NOW - timedelta(hours=5), NOW - timedelta(hours=6), NOW)


def test_a_clock_set_back_does_not_put_backups_off() -> None:
    assert is_due(NOW + timedelta(days=400), NOW, NOW)


def test_at_exit_every_change_is_backed_up() -> None:
    assert is_due_at_exit(NOW - timedelta(minutes=1), NOW)
    assert not is_due_at_exit(NOW, NOW - timedelta(minutes=1))
    assert not is_due_at_exit(None, None)
