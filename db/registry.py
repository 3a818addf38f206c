"""Imports every feature's models, so that mappers, Alembic and the tests see all tables."""

from db.base import Base
from db.calendar import models as calendar
from db.cases import models as cases
from db.catalogue import models as catalogue
from db.centre import models as centre
from db.duty import models as duty
from db.journal import models as journal
from db.numbers import models as numbers
from db.people import models as people
from db.receipts import models as receipts
from db.rooms import models as rooms
from db.staff import models as staff
from db.tickets import models as tickets

FEATURES = (calendar, cases, catalogue, centre, duty, journal, numbers, people, receipts, rooms, staff, tickets)
METADATA = Base.metadata
