"""Opening the embedded database."""

import pytest
import sqlcipher3.dbapi2

from db import engine


class Cursor:
    """Refuses what SQLite does not wait for, so and so many times."""

    def __init__(self, refusals: int, words: str = "database is locked") -> None:
        self.refusals, self.words, self.asked = refusals, words, 0

    def execute(self, _statement: str) -> None:
        self.asked += 1
        if self.asked <= self.refusals:
            raise sqlcipher3.dbapi2.OperationalError(self.words)


def test_who_opens_a_new_file_at_the_same_moment_as_another_waits_for_them() -> None:
    cursor = Cursor(2)
    engine._write_ahead(cursor)
    assert cursor.asked == 3


def test_who_waits_in_vain_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0)
    with pytest.raises(sqlcipher3.dbapi2.OperationalError, match="locked"):
        engine._write_ahead(Cursor(1_000_000))


def test_a_file_that_is_no_database_is_told_at_once() -> None:
    cursor = Cursor(1, "file is not a database")
    with pytest.raises(sqlcipher3.dbapi2.OperationalError):
        engine._write_ahead(cursor)
    assert cursor.asked == 1
