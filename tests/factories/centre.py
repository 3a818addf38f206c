"""Centres and counters to test with."""

from datetime import datetime
from uuid import UUID

from db.centre.models import Centre, CentreChannel, Counter
from db.ids import new_id
from db.session import Hall


def make_centre(hall: Hall, *, now: datetime, code: str = "JM01", name: str = "军门社区“党建+”邻里中心") -> UUID:
    """A centre; returns its id."""
    centre_id = new_id()
    with hall.transaction() as session:
        session.add(
            Centre(
                id=centre_id,
                code=code,
                name=name,
                short_name="军门邻里",
                address="福州市鼓楼区东街街道军门社区",
                phone="0591-87654321",
                complaint_phone="0591-12345",
                hours="周一至周日 8:30–12:00 14:30–18:00",
                seal_org="军门社区居民委员会",
                key_check=hall.vault.blind("key-check", "key-check"),
                created_at=now,
            )
        )
        session.flush()
        session.add(CentreChannel(centre_id=centre_id))
    return centre_id


def make_counter(hall: Hall, centre_id: UUID, *, number: str = "1", **fields: str) -> UUID:
    """A counter; returns its id."""
    counter_id = new_id()
    with hall.transaction() as session:
        session.add(Counter(id=counter_id, centre_id=centre_id, number=number, **fields))
    return counter_id
