"""`python -m db`: Chinese sentences, exit codes, and no traceback for what is known."""

import io
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter
from sqlalchemy import delete, func, select, text

from db.base import table_of
from db.calendar.models import CalendarDay
from db.catalogue.models import Item
from db.centre.models import Centre
from db.console.main import main
from db.engine import embedded_url, make_engine
from db.ids import new_id
from db.journal.models import JournalEntry
from db.keys import KeyStore, key_check, open_vault
from db.migrations.upgrade import prepare
from db.session import Hall
from db.staff.bootstrap import create_first_administrator
from db.staff.passwords import hash_password

PASSWORD = "Tulou-8826-shan"
Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's data folder; no keyring, so that a test touches nobody's."""
    monkeypatch.setenv("LINLI_DATA_DIR", str(tmp_path / "home"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    return tmp_path / "home"


@pytest.fixture
def cli(home: Path, now: datetime, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """`cli("backup", file, typed="…")` -> exit code, stdout, stderr."""

    def run(*arguments: object, typed: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        capsys.readouterr()
        try:
            code = main([str(argument) for argument in arguments], lambda: now)
        except SystemExit as exit_:
            code = int(exit_.code or 0)
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


@pytest.fixture
def hall(home: Path, cli: Cli, now: datetime) -> Hall:
    """The hall that the command line finds when no database is named, with its first administrator."""
    home.mkdir()
    engine = make_engine(embedded_url(home / "hall.sqlite"))
    prepare(engine)
    hall = Hall(engine, open_vault(engine, KeyStore.at(home / "keys")))
    centre_id, made = new_id(), hash_password(PASSWORD, "zheng", "郑负责")
    with hall.transaction() as session:
        session.add(
            Centre(id=centre_id, code="JM01", name="军门邻里中心", key_check=key_check(hall.vault), created_at=now)
        )
        session.flush()
        create_first_administrator(
            session, hall.vault, centre_id=centre_id, name="郑负责", password=made, now=now, op=new_id()
        )
    engine.dispose()
    return hall


def tags(hall: Hall) -> list[str]:
    return hall.read(lambda session: list(session.scalars(select(JournalEntry.tag).order_by(JournalEntry.seq))))


def count(hall: Hall, model: type) -> int:
    return hall.read(lambda session: session.scalar(select(func.count()).select_from(model)) or 0)


def test_upgrade_makes_the_database_and_its_folder(cli: Cli, home: Path) -> None:
    assert cli("upgrade") == (0, "已升级到版本 0001。\n", "")
    assert (home / "hall.sqlite").exists()
    assert cli("upgrade")[1] == "已经是版本 0001，不需要升级。\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("check",),
        ("backup", "x.backup"),
        ("key",),
        ("key", "restore"),
        ("verify-receipt", "1"),
        ("import-calendar", "x"),
    ],
)
def test_a_database_that_is_not_there_is_a_sentence_and_is_not_made(
    cli: Cli, home: Path, arguments: tuple[str, ...]
) -> None:
    code, _, told = cli(*arguments)
    assert code == 3
    assert "找不到数据库" in told
    assert not (home / "hall.sqlite").exists()


@pytest.mark.parametrize(
    "url",
    ["nonsense", "oracle://x/y", "postgresql://nobody@127.0.0.1:1/none", "sqlite:////nowhere/at/all/hall.sqlite"],
)
def test_a_database_that_cannot_be_reached_is_a_sentence(cli: Cli, url: str) -> None:
    code, out, told = cli("--database", url, "check")
    assert (code, out) == (3, "")
    assert "。" in told
    assert "Traceback" not in told


def test_wrong_options_are_told_in_chinese(cli: Cli) -> None:
    code, _, told = cli("frobnicate")
    assert code == 2
    assert "参数不对" in told
    assert cli()[0] == 2
    assert "恢复" in cli("--help")[1]


def test_check_of_a_healthy_hall_says_so_and_is_journalled(cli: Cli, hall: Hall) -> None:
    code, out, _ = cli("check")
    assert (code, out.splitlines()[-1]) == (0, "没有发现问题：数据完整，没有断号、重号，操作日志链完整。")
    assert tags(hall) == ["staff.bootstrap", "check.run"]


def test_check_names_the_removed_entry(cli: Cli, hall: Hall) -> None:
    cli("check")
    with hall.transaction() as session:
        session.execute(text("DROP TRIGGER journal_entry_no_delete"))
        session.execute(delete(table_of(JournalEntry)).where(table_of(JournalEntry).c.seq == 1))
    code, out, _ = cli("check")
    assert code == 1
    assert "操作日志第 1 条被删除。" in out


def test_backup_and_restore_come_full_circle(cli: Cli, hall: Hall, tmp_path: Path) -> None:
    file = tmp_path / "周五.backup"
    code, out, _ = cli("backup", file)
    assert code == 0
    assert "军门邻里中心" in out
    assert "恢复码" in out
    with hall.transaction() as session:
        session.get_one(Centre, session.scalars(select(Centre.id)).one()).name = "改坏了"
    assert isinstance(hall.bind, object)
    hall.bind.dispose()  # type: ignore[union-attr]
    code, out, told = cli("restore", file)
    assert (code, told) == (0, "")
    assert "恢复前的数据另存为" in out
    assert hall.read(lambda session: session.scalars(select(Centre.name)).one()) == "军门邻里中心"
    assert tags(hall)[-1] == "backup.restore"
    assert cli("backup", file)[0] == 3


def test_restore_on_a_new_computer_asks_for_the_recovery_code(
    cli: Cli, hall: Hall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("backup", tmp_path / "hall.backup")
    code, shown, _ = cli("key", "show")
    assert code == 0
    assert tags(hall)[-1] == "key.show"
    recovery = "-".join(re.findall(r"[0-9A-Z]{5}", shown))
    monkeypatch.setenv("LINLI_DATA_DIR", str(tmp_path / "new"))
    code, out, _ = cli("restore", tmp_path / "hall.backup")
    assert code == 1
    assert "没有这个数据库的数据密钥" in out
    code, _, told = cli("key", "restore", typed=recovery[:-1] + ("0" if recovery[-1] != "0" else "1") + "\n")
    assert code == 3
    assert "第 13 组" in told
    code, out, _ = cli("key", "restore", typed=recovery.lower() + "\n")
    assert code == 0
    assert "密钥文件" in out
    assert cli("check")[0] == 0


def test_restore_of_a_file_that_is_no_backup_changes_nothing(cli: Cli, hall: Hall, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("no")
    code, _, told = cli("restore", tmp_path / "x")
    assert code == 3
    assert told.count("\n") == 1
    assert cli("check")[0] == 0


def calendar_file(folder: Path) -> Path:
    file = folder / "2027.csv"
    file.write_text("日期,类型,说明\n2027-01-01,休,元旦\n2027-02-06,休,春节\n", encoding="utf-8")
    return file


def test_importing_needs_a_login_and_the_right_password(cli: Cli, hall: Hall, tmp_path: Path) -> None:
    file = calendar_file(tmp_path)
    assert "--login" in cli("import-calendar", file)[2]
    code, _, told = cli("--login", "zheng", "import-calendar", file, typed="wrong\n")
    assert (code, "不正确" in told) == (3, True)
    code, out, _ = cli("--login", "zheng", "import-calendar", file, "--source", "国办发明电", typed=PASSWORD + "\n")
    assert (code, out) == (0, "已导入 2 天并发布：2027 年。\n")
    assert count(hall, CalendarDay) == 2
    assert "calendar.import" in tags(hall)


def test_a_calendar_with_an_error_imports_nothing(cli: Cli, hall: Hall, tmp_path: Path) -> None:
    file = tmp_path / "2027.csv"
    file.write_text("日期,类型\n2027-01-01,休\n2027-13-01,休\n", encoding="utf-8")
    code, out, _ = cli("--login", "zheng", "import-calendar", file, typed=PASSWORD + "\n")
    assert code == 1
    assert "第 3 行" in out
    assert count(hall, CalendarDay) == 0
    assert "读不了文件" in cli("import-calendar", tmp_path / "none.csv")[2]


def catalogue_file(folder: Path, *rows: tuple[str, ...]) -> Path:
    file = folder / "目录.xlsx"
    book = xlsxwriter.Workbook(str(file))
    sheet = book.add_worksheet()
    for number, row in enumerate((("事项编号", "事项名称", "主管部门", "办件类型"), *rows)):
        for column, cell in enumerate(row):
            sheet.write_string(number, column, cell)
    book.close()
    return file


def test_a_catalogue_is_previewed_and_imported(cli: Cli, hall: Hall, tmp_path: Path) -> None:
    file = catalogue_file(
        tmp_path, ("A-001", "高龄津贴申领", "民政局", "承诺件"), ("A-002", "灵活就业登记", "人社局", "即办件")
    )
    code, out, _ = cli("import-catalogue", file, "--dry-run")
    assert (code, out.splitlines()[0]) == (0, "新增 2，修改 0，不变 0，表格里没有 0。")
    assert count(hall, Item) == 0
    code, out, _ = cli("--login", "zheng", "import-catalogue", file, typed=PASSWORD + "\n")
    assert (code, out.splitlines()[-1]) == (0, "已导入：新增 2，修改 0，不变 0，停用 0。")
    assert count(hall, Item) == 2


def test_a_catalogue_with_an_error_imports_nothing(cli: Cli, hall: Hall, tmp_path: Path) -> None:
    file = catalogue_file(tmp_path, ("A-001", "高龄津贴申领", "民政局", "承诺件"), ("A-002", "", "人社局", "即办件"))
    code, out, _ = cli("--login", "zheng", "import-catalogue", file, typed=PASSWORD + "\n")
    assert code == 1
    assert "第 3 行" in out
    assert count(hall, Item) == 0


def test_a_text_that_is_no_receipt_is_told(cli: Cli, hall: Hall) -> None:
    code, out, _ = cli("verify-receipt", "hello")
    assert code == 1
    assert "。" in out


def test_several_centres_must_be_told_apart(cli: Cli, hall: Hall, now: datetime) -> None:
    with hall.transaction() as session:
        session.add(Centre(id=new_id(), code="QG02", name="泉港", key_check=key_check(hall.vault), created_at=now))
    assert "--centre" in cli("verify-receipt", "x")[2]
    assert "没有代码为“XX”的中心" in cli("--centre", "XX", "verify-receipt", "x")[2]
    assert cli("--centre", "QG02", "verify-receipt", "x")[0] == 1


def test_it_runs_as_a_module_without_a_traceback(home: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "db", "check"],
        capture_output=True,
        text=True,
        timeout=300,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    assert done.returncode == 3
    assert done.stderr.startswith("找不到数据库")
    assert done.stdout == ""


def test_the_demo_hall_passes_its_own_check_and_is_built_only_in_an_empty_database(cli: Cli, home: Path) -> None:
    code, out, _ = cli("demo")
    assert code == 0
    assert len(re.findall(r"  \S+ +\w{4}-\w{4}-\w{4}  ", out)) >= 5
    assert cli("check")[0] == 0
    assert "只建在空数据库里" in cli("demo")[2]
