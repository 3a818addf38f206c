"""What the window's search box asks of the records: cases, receipts and people that a text means. Runs on a worker."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from db.cases import finding
from db.cases.status import STATUS_TITLES
from db.people import queries as people
from db.people.queries import PersonRow
from db.receipts import queries as receipts
from db.receipts.queries import ReceiptFilter
from db.vault import Vault
from desktop.shell.hits import MOST, Hit


def records(session: Session, vault: Vault, centre_id: UUID, text: str, today: date) -> tuple[Hit, ...]:
    """Cases, receipts and people that a text means; people lead to their cases."""
    cases = [
        Hit(
            "办件",
            "cases",
            row.number,
            f"{row.applicant}　{row.item_name}",
            f"{row.number}　{STATUS_TITLES[row.status]}",
        )
        for row in finding.find(session, vault, centre_id, text, today)[:MOST]
    ]
    papers = [
        Hit("回执", "receipts", row.number, row.number, row.item_name)
        for row in receipts.receipts(session, centre_id, ReceiptFilter(text=text), today, limit=MOST)
    ]
    persons = [
        Hit("人员", "cases", row.name, row.name, row.id_masked) for row in _people(session, vault, centre_id, text)
    ]
    return (*cases, *papers, *persons)


def _people(session: Session, vault: Vault, centre_id: UUID, text: str) -> tuple[PersonRow, ...]:
    """By ID number or phone (the blind index), else by name from two characters on."""
    if text.isascii():
        found = (
            *people.find_by_number(session, vault, centre_id, text),
            *people.find_by_phone(session, vault, centre_id, text),
        )
        return tuple({row.id: row for row in found}.values())[:MOST]
    return people.find_by_name(session, vault, centre_id, text)[:MOST] if len(text) > 1 else ()
