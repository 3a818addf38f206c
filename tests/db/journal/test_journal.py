"""The journal in the database: append-only, verified, filtered, exported."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import delete, event, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from db.action import Actor
from db.base import table_of
from db.errors import NotAllowed, Unavailable
from db.ids import new_id
from db.journal import queries
from db.journal.actions import note_export, note_verification
from db.journal.chain import Fault
from db.journal.check import journal_faults, repeated_entries, untold_operations, verify_chain
from db.journal.export import safe_text, write_xlsx
from db.journal.guard import REFUSAL
from db.journal.models import JournalEntry, JournalHead
from db.journal.queries import JournalFilter, JournalRow
from db.journal.rules import chained
from db.session import Hall
from db.staff.actions import lock_screen, log_out
from db.vault import Vault
from db.verbs import title, titles

Run = Callable[..., Any]
ENTRY = table_of(JournalEntry)


def work(run: Run, clerk: Actor, now: datetime, clicks: int = 6) -> None:
    for minute in range(clicks):
        run(clerk, lock_screen, at=now + timedelta(minutes=minute), idle=bool(minute % 2))


def tamper(hall: Hall, *statements: Any) -> None:
    """What somebody with the database's password, but without the data key, can do."""
    with hall.transaction() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("ALTER TABLE journal_entry DISABLE TRIGGER USER"))
        else:
            session.execute(text("DROP TRIGGER IF EXISTS journal_entry_no_update"))
            session.execute(text("DROP TRIGGER IF EXISTS journal_entry_no_delete"))
        for statement in statements:
            session.execute(statement)


def findings(hall: Hall, centre_id: UUID) -> list[tuple[Fault, int, int]]:
    found = hall.read(verify_chain, hall.vault, centre_id, lambda *_: None)
    return [(finding.fault, finding.first, finding.last) for finding in found]


@pytest.mark.parametrize(
    "statement",
    [update(ENTRY).values(tag="x"), delete(ENTRY), update(ENTRY).values(seq=ENTRY.c.seq + 100)],
    ids=["update", "delete", "renumber"],
)
def test_the_database_itself_refuses_to_change_the_journal(
    hall: Hall, run: Run, clerk: Actor, now: datetime, statement: Any
) -> None:
    work(run, clerk, now, 2)
    with pytest.raises(IntegrityError, match=REFUSAL), hall.transaction() as session:
        session.execute(statement)
    assert findings(hall, clerk.centre_id) == []


def test_postgresql_refuses_to_truncate_the_journal(postgres_hall: Hall) -> None:
    with pytest.raises(DBAPIError, match=REFUSAL), postgres_hall.transaction() as session:
        session.execute(text("TRUNCATE journal_entry"))


def test_work_leaves_a_whole_journal_in_every_centre(hall: Hall, run: Run, clerk: Actor, now: datetime) -> None:
    assert findings(hall, clerk.centre_id) == []
    work(run, clerk, now)
    assert findings(hall, clerk.centre_id) == []
    assert findings(hall, new_id()) == []


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([update(ENTRY).where(ENTRY.c.seq == 4).values(staff_name="别人")], [(Fault.CHANGED, 4, 4)]),
        ([update(ENTRY).where(ENTRY.c.seq == 4).values(facts='{"idle":false} ')], [(Fault.CHANGED, 4, 4)]),
        ([delete(ENTRY).where(ENTRY.c.seq == 4)], [(Fault.REMOVED, 4, 4)]),
        ([delete(ENTRY).where(ENTRY.c.seq > 4)], [(Fault.REMOVED, 5, 6)]),
        (
            [
                update(ENTRY).where(ENTRY.c.seq == 2).values(seq=100),
                update(ENTRY).where(ENTRY.c.seq == 5).values(seq=2),
                update(ENTRY).where(ENTRY.c.seq == 100).values(seq=5),
            ],
            [(Fault.MOVED, 2, 2), (Fault.MOVED, 5, 5)],
        ),
        ([delete(JournalHead)], [(Fault.HEAD, 6, 6)]),
    ],
    ids=["changed name", "one blank more", "removed", "cut off", "swapped", "head removed"],
)
def test_tampering_is_found_and_named(
    hall: Hall,
    run: Run,
    clerk: Actor,
    now: datetime,
    statements: list[Any],
    expected: list[tuple[Fault, int, int]],
) -> None:
    work(run, clerk, now)
    tamper(hall, *statements)
    assert findings(hall, clerk.centre_id) == expected


def test_a_journal_cut_off_with_its_head_set_back_is_found_by_the_operations(
    hall: Hall, run: Run, clerk: Actor, now: datetime
) -> None:
    work(run, clerk, now)
    assert hall.read(untold_operations, clerk.centre_id) == []
    third = hall.read(queries.page, clerk.centre_id, JournalFilter())[3]
    tamper(
        hall, delete(ENTRY).where(ENTRY.c.seq > third.seq), update(JournalHead).values(seq=third.seq, hash=third.hash)
    )
    assert findings(hall, clerk.centre_id) == []
    told = hall.read(untold_operations, clerk.centre_id)
    assert len(told) == 3
    assert "“锁定屏幕”没有日志记录" in told[0]


def chained_anew(rows: list[dict[str, Any]], centre_id: UUID) -> list[Any]:
    """Entries in a new order, with the numbers and hashes that anybody can compute."""
    statements: list[Any] = [delete(ENTRY)]
    previous = bytes(32)
    for seq, row in enumerate(rows, 1):
        hashed = chained(previous, seq, row["seal"])
        statements.append(insert(ENTRY).values(row | {"seq": seq, "previous": previous, "hash": hashed}))
        before, previous = previous, hashed
    head = {"seq": len(rows), "previous": before, "hash": previous}
    return [*statements, update(JournalHead).where(JournalHead.centre_id == centre_id).values(head)]


def rows_of(hall: Hall) -> list[dict[str, Any]]:
    return hall.read(
        lambda session: [dict(row) for row in session.execute(select(ENTRY).order_by(ENTRY.c.seq)).mappings()]
    )


def test_an_entry_taken_out_of_a_chain_that_was_computed_anew_is_found_by_the_entries_behind_it(
    hall: Hall, run: Run, clerk: Actor, now: datetime
) -> None:
    work(run, clerk, now)
    rows = rows_of(hall)
    tamper(hall, *chained_anew([*rows[:2], *rows[3:]], clerk.centre_id))
    assert findings(hall, clerk.centre_id) == [(Fault.REWRITTEN, 2, 3)]


def test_a_copy_of_an_entry_at_the_end_of_a_chain_that_fits_is_found(
    hall: Hall, run: Run, clerk: Actor, now: datetime
) -> None:
    work(run, clerk, now)
    assert hall.read(repeated_entries, clerk.centre_id) == []
    rows = rows_of(hall)
    tamper(hall, *chained_anew([*rows, rows[4]], clerk.centre_id))
    told = hall.read(journal_faults, hall.vault, clerk.centre_id, lambda *_: None)
    assert told == ["操作日志第 7 条是第 5 条的抄件，不是系统写入的。"]


def test_another_key_finds_every_entry_foreign(hall: Hall, run: Run, clerk: Actor, now: datetime) -> None:
    work(run, clerk, now)
    found = hall.read(verify_chain, Vault(b"x" * 32), clerk.centre_id, lambda *_: None)
    assert [finding.first for finding in found] == [1, 2, 3, 4, 5, 6]


def test_verification_tells_its_progress_and_can_be_stopped(hall: Hall, run: Run, clerk: Actor, now: datetime) -> None:
    work(run, clerk, now)
    told: list[tuple[int, int]] = []
    hall.read(verify_chain, hall.vault, clerk.centre_id, lambda done, total, _text: told.append((done, total)))
    assert told[-1] == (6, 6)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        hall.read(verify_chain, hall.vault, clerk.centre_id, stop)


def seqs(hall: Hall, centre_id: UUID, wanted: JournalFilter, **more: Any) -> list[int]:
    return [row.seq for row in hall.read(queries.page, centre_id, wanted, **more)]


def test_pages_go_back_from_the_newest_without_gap_or_double(hall: Hall, run: Run, clerk: Actor, now: datetime) -> None:
    work(run, clerk, now, 7)
    shown: list[int] = []
    while page := seqs(hall, clerk.centre_id, JournalFilter(), before=shown[-1] if shown else None, limit=3):
        shown += page
        if len(page) < 3:
            break
        run(clerk, log_out)  # somebody works on meanwhile
    assert shown == [7, 6, 5, 4, 3, 2, 1]


def test_what_is_of_one_person_tag_or_thing_is_found_by_its_index_and_not_by_walking_the_journal(
    embedded_hall: Hall,
) -> None:
    for narrow in ({"staff_id": new_id()}, {"tags": ("staff.log_out",)}, {"subject_id": new_id()}):
        wanted = JournalFilter(**narrow)
        seen: list[str] = []

        def look(session: Any, wanted: JournalFilter = wanted, seen: list[str] = seen) -> None:
            connection = session.connection()

            def explain(_c: Any, _k: Any, sql: str, given: Any, *_: Any) -> None:
                if sql.startswith("SELECT"):
                    plan = connection.connection.cursor().execute(f"EXPLAIN QUERY PLAN {sql}", given)
                    seen.extend(row[3] for row in plan)

            event.listen(connection, "before_cursor_execute", explain)
            queries.page(session, new_id(), wanted)

        embedded_hall.read(look)
        assert "USING COVERING INDEX ix_journal_entry_centre_id_" in seen[0]
        assert not [step for step in seen if step.endswith("PRIMARY KEY (centre_id=?)")]


def test_filters_by_time_who_what_and_subject(
    hall: Hall, run: Run, clerk: Actor, manager: Actor, now: datetime
) -> None:
    work(run, clerk, now)  # 1–6
    run(manager, log_out, at=now + timedelta(hours=1))  # 7
    centre = clerk.centre_id
    assert seqs(hall, centre, JournalFilter(since=now + timedelta(minutes=4))) == [7, 6, 5]
    assert seqs(hall, centre, JournalFilter(until=now + timedelta(minutes=1))) == [1]
    assert seqs(hall, centre, JournalFilter(staff_id=manager.staff_id)) == [7]
    assert seqs(hall, centre, JournalFilter(tags=("staff.log_out",))) == [7]
    assert seqs(hall, centre, JournalFilter(subject_kind="staff", subject_id=manager.staff_id)) == [7]
    assert seqs(hall, centre, JournalFilter(words='"idle":true')) == [6, 4, 2]
    assert seqs(hall, centre, JournalFilter(words="100%_")) == []
    assert hall.read(queries.count, centre, JournalFilter(staff_id=clerk.staff_id)) == 6
    assert seqs(hall, new_id(), JournalFilter()) == []


def exported(file: Path, sheet: str) -> list[list[Any]]:
    return CalamineWorkbook.from_path(str(file)).get_sheet_by_name(sheet).to_python()


def test_the_export_holds_every_entry_oldest_first(
    hall: Hall, run: Run, clerk: Actor, now: datetime, tmp_path: Path
) -> None:
    work(run, clerk, now, 3)
    file = tmp_path / "journal.xlsx"
    count = hall.read(
        lambda session: write_xlsx(file, queries.every(session, clerk.centre_id, JournalFilter()), titles(), "末尾 3")
    )
    rows = exported(file, "操作日志")
    assert count == 3
    assert [row[0] for row in rows] == ["序号", "1", "2", "3"]
    assert rows[1][1] == "2026-11-17 09:30:00"
    assert rows[1][3] == "锁定屏幕"
    assert json.loads(rows[2][7]) == {"idle": True}
    assert exported(file, "说明")[0][0] == "末尾 3"


@pytest.mark.parametrize("evil", ["=1+1", "+86", "-2", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_exported_text_can_become_a_formula(tmp_path: Path, now: datetime, evil: str) -> None:
    row = JournalRow(1, now, None, evil, None, evil, evil, None, evil, new_id(), b"h" * 32)
    write_xlsx(tmp_path / "j.xlsx", [row], {}, evil)
    cells = exported(tmp_path / "j.xlsx", "操作日志")[1]
    assert all(str(cells[column]).startswith("'") for column in (2, 4, 5, 7))
    assert safe_text("2026") == "2026"


def test_a_text_longer_than_a_cell_says_that_it_was_cut() -> None:
    assert safe_text("长" * 40_000).endswith("（过长，已截断）")
    assert len(safe_text("长" * 40_000)) < 32_767


def test_an_export_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "journal.xlsx"
    file.write_text("old")

    def broken() -> Any:
        yield from ()
        raise Unavailable("连接中断")

    with pytest.raises(Unavailable, match="连接中断"):
        write_xlsx(file, broken(), {}, "")
    assert file.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["journal.xlsx"]
    with pytest.raises(Unavailable, match="写不进"):
        write_xlsx(tmp_path / "no folder" / "j.xlsx", [], {}, "")


def test_exporting_and_verifying_leave_a_trace_and_need_an_auditor(
    hall: Hall, run: Run, auditor: Actor, manager: Actor
) -> None:
    run(auditor, note_export, entries=3)
    run(auditor, note_verification, entries=3, faults=0)
    with pytest.raises(NotAllowed):
        run(manager, note_export, entries=3)
    with pytest.raises(NotAllowed):
        run(manager, note_verification, entries=3, faults=0)
    assert [row.tag for row in hall.read(queries.page, auditor.centre_id, JournalFilter())] == [
        "journal.verify",
        "journal.export",
    ]


def test_tags_have_chinese_titles() -> None:
    assert title("staff.log_in_refused") == "登录失败"
    assert title("staff.lock_screen") == "锁定屏幕"
    assert title("gone.verb") == "gone.verb"
