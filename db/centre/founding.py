"""Setting up a new centre (初始设置): everything that the first start of the window asks for, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from db.calendar.actions import seed_years
from db.catalogue.actions import plant
from db.catalogue.starter import starter_items
from db.centre.models import Centre, CentreChannel, Counter
from db.centre.queries import centres
from db.centre.rules import CentreFields, checked
from db.clock import business_date
from db.errors import RuleBroken
from db.ids import new_id
from db.keys import key_check
from db.session import Hall
from db.staff.bootstrap import create_first_administrator
from db.staff.passwords import HashedPassword


@dataclass(frozen=True, slots=True)
class FirstStart:
    """The answers of the first start. `password` was hashed before, off the window's thread."""

    centre: CentreFields
    administrator: str
    password: HashedPassword
    counters: Sequence[tuple[str, str]] = field(default=(("1", "综合受理"),))
    starter_catalogue: bool = True


def found_centre(hall: Hall, answers: FirstStart, *, now: datetime, op: UUID) -> UUID:
    """Make the centre, its counters, calendar, catalogue and first administrator: all or nothing. Returns its id.

    Raises:
        RuleBroken: an answer breaks a rule, or a centre of this code is there already.
    """
    fields = checked(answers.centre)
    with hall.transaction() as session:
        if any(row.fields.code == fields.code for row in centres(session)):
            raise RuleBroken(f"数据库里已有代码为 {fields.code} 的中心，请换一个代码。")
        centre = Centre(
            id=new_id(),
            code=fields.code,
            name=fields.name,
            short_name=fields.short_name,
            address=fields.address,
            phone=fields.phone,
            complaint_phone=fields.complaint_phone,
            hours=fields.hours,
            seal_org=fields.seal_org,
            key_check=key_check(hall.vault),
            created_at=now,
        )
        session.add(centre)
        session.flush()
        session.add(CentreChannel(centre_id=centre.id))
        session.add_all(
            Counter(id=new_id(), centre_id=centre.id, number=number, name=name) for number, name in answers.counters
        )
        seed_years(session, centre.id, range(business_date(now).year - 1, business_date(now).year + 3))
        create_first_administrator(
            session,
            hall.vault,
            centre_id=centre.id,
            name=answers.administrator,
            password=answers.password,
            now=now,
            op=op,
        )
        if answers.starter_catalogue:
            plant(session, centre.id, starter_items(), now=now, by=None)
        return centre.id
