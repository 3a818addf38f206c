"""Counting the hall's working days, so that a rest between two duties is a difference of two numbers. Plain values."""

from bisect import bisect_right
from datetime import date

from db.calendar.rules import Calendar

EPOCH = date(2000, 1, 3)
"""The Monday from which working days are counted, so that the count of a day is the same in every plan."""


class Workdays:
    """The count of the hall's working days up to and with a day; Monday to Friday where a year is not published."""

    def __init__(self, calendar: Calendar) -> None:
        shifts: list[tuple[date, int]] = sorted(
            (day, int(works) - int(day.weekday() < 5))
            for day, works in calendar.exceptions.items()
            if works != (day.weekday() < 5) and day.year in calendar.published
        )
        self._days = [day for day, _ in shifts]
        self._sums = [0]
        for _, shift in shifts:
            self._sums.append(self._sums[-1] + shift)

    def of(self, day: date) -> int:
        """The count: a rest between two days is the difference of their counts."""
        weeks, left = divmod((day - EPOCH).days + 1, 7)
        return weeks * 5 + min(left, 5) + self._sums[bisect_right(self._days, day)]
