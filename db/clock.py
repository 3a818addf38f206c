"""Times: aware UTC datetimes everywhere, shown and dated in Asia/Shanghai."""

from datetime import UTC, date, datetime, timedelta, timezone

# China has kept UTC+8 without summer time since 1991; a fixed offset needs no tz database on Windows.
CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")


def local(at: datetime) -> datetime:
    """The wall-clock time in China of an aware datetime."""
    return at.astimezone(CHINA)


def business_date(at: datetime) -> date:
    """The day (业务日期) on which something that happened at `at` counts."""
    return local(at).date()


def start_of(day: date) -> datetime:
    """The instant, in UTC, at which a day begins in China."""
    return datetime(day.year, day.month, day.day, tzinfo=CHINA).astimezone(UTC)
