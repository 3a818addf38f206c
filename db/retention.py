"""Which automatic backups are kept, and when the next is due: pure rules on times."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from db.clock import business_date

LAST = 12
DAYS = 10
WEEKS = 9
EVERY = timedelta(minutes=30)


def to_keep(made_at: Iterable[datetime]) -> frozenset[datetime]:
    """Of the times at which backups were made, those that are kept.

    The last 12; the newest of each of the last 10 days that have one; the newest of each of the last 9 weeks (Monday to
    Sunday) that have one. Days and weeks without a backup do not count, so a long holiday takes nothing away.
    """
    newest_first = sorted(made_at, reverse=True)
    by_day: dict[date, datetime] = {}
    by_week: dict[tuple[int, int], datetime] = {}
    for at in newest_first:
        day = business_date(at)
        by_day.setdefault(day, at)
        by_week.setdefault(day.isocalendar()[:2], at)
    return (
        frozenset(newest_first[:LAST])
        | frozenset(list(by_day.values())[:DAYS])
        | frozenset(list(by_week.values())[:WEEKS])
    )


def is_due(last_backup: datetime | None, last_change: datetime | None, now: datetime) -> bool:
    """Whether an automatic backup is due during work: something changed since the last one, 30 minutes ago or more.

    A clock that was set back (the last backup lies in the future) does not put backups off.
    """
    if last_change is None:
        return False
    if last_backup is None or last_backup > now:
        return True
    return last_change > last_backup and now - last_backup >= EVERY


def is_due_at_exit(last_backup: datetime | None, last_change: datetime | None) -> bool:
    """Whether a backup is due when the window closes: anything changed since the last one."""
    return last_change is not None and (last_backup is None or last_change > last_backup)
