"""Counter rows for the numbers that people see."""

from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CentreRef


class NumberSeries(Base):
    """The last number given out of one series of a centre, e.g. “ticket/2026-11-22/A” or “receipt/受理/2026”."""

    __tablename__ = "number_series"

    centre_id: Mapped[CentreRef] = mapped_column(primary_key=True)
    series: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(default=0)
