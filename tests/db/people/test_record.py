"""A person as plain values is the row of the database."""

from db.people.models import Person
from db.people.record import PersonRecord


def test_a_record_has_the_columns_of_its_table() -> None:
    assert set(PersonRecord.__slots__) == set(Person.__table__.columns.keys())
