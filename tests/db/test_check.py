"""The checks find what is wrong, in sentences, and nothing in a healthy hall."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, text, update
from sqlalchemy.orm import Session

from db import check
from db.action import Actor
from db.backup_embedded import database_file
from db.base import table_of
from db.centre.models import Centre
from db.check import damage, dangling, feature_checks, lost, run_checks, unguarded
from db.engine import embedded_url, make_engine
from db.errors import Unavailable
from db.ids import new_id
from db.journal.models import JournalEntry, Operation
from db.journal.write import Author, Note, append
from db.keyfile import KeyFolder
from db.keys import KeyStore
from db.migrations.upgrade import prepare
from db.session import Hall
from db.staff.actions import lock_screen
from db.vault import Vault
from tests.conftest import NOW, TEST_KEY
from tests.factories.centre import make_centre


def silent(*_: object) -> None:
    """Progress that nobody watches."""


def stamped(hall: Hall) -> Hall:
    """The test's hall, as a database that a client has set up."""
    with hall.transaction() as session:
        session.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        session.execute(text("INSERT INTO alembic_version VALUES ('0001')"))
    return hall


def test_a_healthy_hall_has_no_findings(hall: Hall, run: Callable[..., Any], clerk: Actor) -> None:
    run(clerk, lock_screen, idle=True)
    told: list[str] = []
    assert run_checks(stamped(hall), lambda _done, _total, words: told.append(words)) == []
    assert told[-1] == "检查完毕"
    assert any("操作日志" in words for words in told)


def test_a_tampered_journal_is_found(embedded_hall: Hall, now: datetime) -> None:
    centre_id = make_centre(embedded_hall, now=now)
    with embedded_hall.transaction() as session:
        append(session, embedded_hall.vault, Author(centre_id, None, "甲", None, now, new_id()), [Note("a.b")])
        session.execute(text("DROP TRIGGER journal_entry_no_update"))
        session.execute(update(table_of(JournalEntry)).values(staff_name="乙"))
    findings = run_checks(stamped(embedded_hall), silent)
    assert len(findings) == 2
    assert "journal_entry_no_update" in findings[0]
    assert "第 1 条被改动" in findings[1]


def test_a_switched_off_trigger_is_found(postgres_hall: Hall) -> None:
    assert postgres_hall.read(unguarded) == []
    with postgres_hall.transaction() as session:
        session.execute(text("ALTER TABLE journal_entry DISABLE TRIGGER journal_entry_no_change"))
    assert "journal_entry_no_change" in postgres_hall.read(unguarded)[0]


def test_a_centre_with_another_key_and_an_open_key_file_are_found(
    embedded_hall: Hall, now: datetime, tmp_path: Path
) -> None:
    make_centre(embedded_hall, now=now)
    store = KeyStore(KeyFolder(tmp_path / "keys"), None)
    store.keep(embedded_hall.vault)
    for path in (tmp_path / "keys").iterdir():
        path.chmod(0o640)
    with embedded_hall.transaction() as session:
        session.execute(update(Centre).values(name="泉港邻里"))
    assert "chmod 600" in run_checks(stamped(embedded_hall), silent, store)[0]
    with embedded_hall.transaction() as session:
        session.execute(update(Centre).values(key_check=b"x" * 32))
    assert "“泉港邻里”登记的数据密钥不是现在这一把" in run_checks(embedded_hall, silent, store)[0]


def test_dangling_rows_are_counted(embedded_hall: Hall) -> None:
    assert isinstance(embedded_hall.bind, Engine)
    connection = embedded_hall.bind.raw_connection()
    connection.cursor().execute("PRAGMA foreign_keys=OFF")
    connection.cursor().execute(
        "INSERT INTO counter (id, centre_id, number, name, letters, departments, active, version) "
        "VALUES ('aa', 'bb', '1', '', '', '', 1, 1)"
    )
    connection.cursor().execute("PRAGMA foreign_keys=ON")
    connection.close()
    assert embedded_hall.read(dangling) == ["表 counter 有 1 条记录找不到对应的 centre。"]


def test_rows_that_name_what_is_not_there_are_counted(hall: Hall, clerk: Actor) -> None:
    assert hall.read(lost) == []
    with hall.transaction() as session:
        session.add(Operation(centre_id=new_id(), op=new_id(), tag="x", staff_id=None, at=NOW, result=b""))
    assert hall.read(lost) == ["表 operation 有 1 条记录找不到对应的 centre。"]


def test_a_damaged_file_is_found(embedded_hall: Hall, now: datetime) -> None:
    assert isinstance(embedded_hall.bind, Engine)
    for number in range(40):
        make_centre(embedded_hall, now=now, code=f"C{number}", name="很长的名字" * 200)
    with embedded_hall.bind.connect() as connection:
        page = connection.exec_driver_sql(
            "SELECT rootpage FROM sqlite_master WHERE name = 'uq_centre_code' OR name LIKE 'sqlite_autoindex_centre%' LIMIT 1"
        ).scalar_one()
        size = connection.exec_driver_sql("PRAGMA page_size").scalar_one()
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    embedded_hall.bind.dispose()
    file = database_file(embedded_hall.bind)
    content = bytearray(file.read_bytes())
    content[(page - 1) * size + 200 : page * size] = b"\xff" * (size - 200)
    file.write_bytes(content)
    try:
        findings = embedded_hall.read(damage)
    except Unavailable as refusal:
        findings = [refusal.sentence]
    assert findings
    assert "损坏" in findings[0]


def test_another_schema_is_found(embedded_hall: Hall) -> None:
    assert "别的程序" in run_checks(embedded_hall, silent)[0]


def test_a_database_made_by_migration_is_healthy(tmp_path: Path, now: datetime) -> None:
    engine = make_engine(embedded_url(tmp_path / "hall.sqlite"))
    prepare(engine)
    hall = Hall(engine, Vault(TEST_KEY))
    make_centre(hall, now=now)
    assert run_checks(hall, silent) == []
    engine.dispose()


def test_features_bring_their_own_checks(embedded_hall: Hall, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "receipts" in [name for name, _ in feature_checks()]
    centre_id = make_centre(embedded_hall, now=now)
    asked: list[UUID] = []

    def problems(_session: Session, of: UUID) -> list[str]:
        asked.append(of)
        return ["A 号票缺 3 号。"]

    monkeypatch.setattr(check, "feature_checks", lambda: iter([("tickets", problems)]))
    assert run_checks(stamped(embedded_hall), silent) == ["A 号票缺 3 号。"]
    assert asked == [centre_id]
