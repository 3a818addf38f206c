"""What can be asked about centres and their counters."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.centre.models import Centre, Counter
from db.centre.rules import CentreFields, CentreSettings, settings_of


@dataclass(frozen=True, slots=True)
class CentreRow:
    """A centre."""

    id: UUID
    version: int
    fields: CentreFields
    settings: CentreSettings


@dataclass(frozen=True, slots=True)
class CounterRow:
    """A counter (窗口) as settings and the login page show it."""

    id: UUID
    version: int
    number: str
    name: str
    active: bool

    @property
    def title(self) -> str:
        """“1号窗口 综合受理”."""
        return f"{self.number}号窗口 {self.name}".strip()


def centres(session: Session) -> tuple[CentreRow, ...]:
    """Every centre of the database, by name; empty in one that nobody has set up."""
    return tuple(_row(row) for row in session.scalars(select(Centre).order_by(Centre.name)))


def centre(session: Session, centre_id: UUID) -> CentreRow:
    """One centre."""
    return _row(session.get_one(Centre, centre_id))


def counters(session: Session, centre_id: UUID, *, idle: bool = False) -> tuple[CounterRow, ...]:
    """The counters in the order of their numbers; with `idle` those out of use too."""
    rows = session.scalars(select(Counter).where(Counter.centre_id == centre_id))
    found = [CounterRow(row.id, row.version, row.number, row.name, row.active) for row in rows if idle or row.active]
    return tuple(sorted(found, key=lambda row: (len(row.number), row.number)))


def _row(row: Centre) -> CentreRow:
    fields = CentreFields(
        row.name, row.code, row.short_name, row.address, row.phone, row.complaint_phone, row.hours, row.seal_org
    )
    return CentreRow(row.id, row.version, fields, settings_of(row.settings))
