"""What is read of receipts and jobs to be changed are columns of their tables."""

import pytest

from db.receipts.models import PrintJob, Receipt
from db.receipts.record import JobRecord, ReceiptRecord


@pytest.mark.parametrize(("record", "model"), [(ReceiptRecord, Receipt), (JobRecord, PrintJob)])
def test_the_fields_of_a_record_are_columns(record: type, model: type) -> None:
    assert set(record.__slots__) <= set(model.__table__.columns.keys())  # type: ignore[attr-defined]
