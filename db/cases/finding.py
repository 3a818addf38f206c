"""Quick find: what a clerk types or scans to get at a case. Every way is answered by an index.

A whole case number, today's running number (7), the query code, a number of another system, an ID number or phone (by
its blind index: the plain number never meets the database), or the beginning of a name.
"""

import re
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, literal_column, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from db.cases.listing import CaseRow, rows_of
from db.cases.models import Case
from db.cases.numbers import QUERY_ALPHABET, QUERY_LENGTH, fold_number
from db.centre.models import Centre
from db.people import queries as people
from db.vault import Vault

MOST = 50
_LAST = "\U0010ffff"
_RUNNING_NUMBER = re.compile(r"[0-9]{1,4}")
_QUERY_CODE = re.compile(f"[{QUERY_ALPHABET}]{{{QUERY_LENGTH}}}")
_ID_OR_PHONE = re.compile(r"[0-9A-Z+-]{7,20}")


def find(session: Session, vault: Vault, centre_id: UUID, text: str, today: date) -> tuple[CaseRow, ...]:
    """The cases that a text means, the likeliest first, at most 50; empty for an empty text."""
    folded, name = fold_number(text), text.strip()
    if not name:
        return ()
    ids: dict[UUID, None] = {}
    for found in _ways(session, vault, centre_id, folded, name, today):
        left = MOST - len(ids)
        if left <= 0:
            break
        ids |= dict.fromkeys(session.scalars(found.limit(left)))
    return rows_of(session, centre_id, list(ids)[:MOST], today)


def find_number(session: Session, centre_id: UUID, number: str) -> UUID | None:
    """The case with exactly this number (as scanned), or None."""
    return session.scalar(select(Case.id).where(Case.centre_id == centre_id, Case.number == fold_number(number)))


def _ways(session: Session, vault: Vault, centre_id: UUID, folded: str, name: str, today: date) -> list[Select[UUID]]:
    ways = [_newest(centre_id, Case.number == folded)]
    if _RUNNING_NUMBER.fullmatch(folded):
        code = session.get_one(Centre, centre_id).code
        ways.append(_starting(centre_id, Case.number, f"{code}-{today:%Y%m%d}-{int(folded):04d}-"))
    if _QUERY_CODE.fullmatch(folded.replace("-", "")):
        ways.append(_newest(centre_id, Case.query_code == folded.replace("-", "")))
    if "-" in folded:
        ways.append(_starting(centre_id, Case.number, folded))
    if folded.isascii():
        ways.append(_newest(centre_id, Case.external_number == folded).where(_given(Case.external_number)))
        ways.append(_newest(centre_id, Case.hotline_number == folded).where(_given(Case.hotline_number)))
    if _ID_OR_PHONE.fullmatch(folded):
        ways += [_newest(centre_id, Case.person_id == each) for each in _people(session, vault, centre_id, folded)]
        ways.append(_starting(centre_id, Case.external_number, folded).where(_given(Case.external_number)))
    if not folded.isdigit():
        ways.append(_newest(centre_id, Case.applicant == name))
        ways.append(_starting(centre_id, Case.applicant, name))
    return ways


def _people(session: Session, vault: Vault, centre_id: UUID, number: str) -> list[UUID]:
    by_number = people.find_by_number(session, vault, centre_id, number)
    by_phone = people.find_by_phone(session, vault, centre_id, number)
    return list(dict.fromkeys(row.id for row in (*by_number, *by_phone)))


def _newest(centre_id: UUID, condition: ColumnElement[bool]) -> Select[UUID]:
    return select(Case.id).where(Case.centre_id == centre_id, condition).order_by(Case.id.desc())


def _given(column: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """What the index of such a column says of itself, to the letter: only then the embedded database uses it."""
    return column != literal_column("''")


def _starting(centre_id: UUID, column: InstrumentedAttribute[str], prefix: str) -> Select[UUID]:
    """Texts with this beginning, as a range of the index (LIKE would read the whole table on one of the databases)."""
    return (
        select(Case.id)
        .where(Case.centre_id == centre_id, column >= prefix, column < prefix + _LAST)
        .order_by(column, Case.id)
    )


def find_people(session: Session, vault: Vault, centre_id: UUID, text: str) -> tuple[tuple[UUID, str], ...]:
    """Registered people by ID number, phone or name, with what tells them apart; ID numbers masked."""
    folded = fold_number(text)
    rows = [] if not _ID_OR_PHONE.fullmatch(folded) else [
        *people.find_by_number(session, vault, centre_id, folded), *people.find_by_phone(session, vault, centre_id, folded)
    ]  # fmt: skip
    found = rows or people.find_by_name(session, vault, centre_id, text)
    return tuple((row.id, f"{row.name}　{row.id_masked or '无证件'}　{row.phone_masked}") for row in found)
