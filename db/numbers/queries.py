"""Where the counters of number series stand."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.numbers.models import NumberSeries


def counters(session: Session, centre_id: UUID, prefix: str) -> dict[str, int]:
    """The last number of every series whose name begins with `prefix`, by name."""
    rows = session.execute(
        select(NumberSeries.series, NumberSeries.last)
        .where(NumberSeries.centre_id == centre_id, NumberSeries.series.startswith(prefix, autoescape=True))
        .order_by(NumberSeries.series)
    )
    return {row.series: row.last for row in rows}
