"""The hall's calendar of working days (工作日历)."""

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CentreRef


class CalendarYear(Base):
    """A year that somebody entered. No date may be promised in a year that is not `published` or has no row."""

    __tablename__ = "calendar_year"

    centre_id: Mapped[CentreRef] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    published: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)


class CalendarDay(Base):
    """A day that differs from the plain week: a holiday (working false) or a 补班 (working true)."""

    __tablename__ = "calendar_day"

    centre_id: Mapped[CentreRef] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    working: Mapped[bool]
    name: Mapped[str] = mapped_column(default="")
