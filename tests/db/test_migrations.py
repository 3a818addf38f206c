"""Migrations and models say the same, on both databases; another schema is refused with a sentence."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, text

from db.engine import embedded_url, make_engine
from db.errors import Unavailable
from db.ids import new_id
from db.migrations import initial
from db.migrations.compare import OPTIONS
from db.migrations.upgrade import config, prepare, upgrade
from db.migrations.version import HEAD, REVISIONS, SchemaState, check_schema, schema_state
from db.registry import METADATA


@pytest.fixture
def empty_embedded(tmp_path: Path) -> Iterator[Engine]:
    engine = make_engine(embedded_url(tmp_path / "empty.sqlite"))
    yield engine
    engine.dispose()


@pytest.fixture
def empty_postgres(postgres_server: str) -> Iterator[Engine]:
    name = f"empty_{new_id().hex}"
    admin = create_engine(
        postgres_server.replace("/template_hall?", "/postgres?").replace("postgresql://", "postgresql+psycopg://"),
        isolation_level="AUTOCOMMIT",
    )
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0"))
    engine = make_engine(postgres_server.replace("/template_hall?", f"/{name}?"))
    yield engine
    engine.dispose()
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(params=["embedded", "postgres"])
def empty(request: pytest.FixtureRequest) -> Engine:
    engine: Engine = request.getfixturevalue(f"empty_{request.param}")
    return engine


def triggers(engine: Engine) -> set[str]:
    query = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        if engine.dialect.name == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with engine.connect() as connection:
        return set(connection.execute(text(query)).scalars())


def stamp(engine: Engine, version: str) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})


def test_an_upgraded_database_has_exactly_the_tables_of_the_models(empty: Engine) -> None:
    assert upgrade(empty)
    with empty.connect() as connection:
        context = MigrationContext.configure(connection, opts={**OPTIONS, "target_metadata": METADATA})
        assert compare_metadata(context, METADATA) == []
    assert {name for name in triggers(empty) if name.startswith("journal_entry")}


def test_upgrade_and_create_all_make_the_same_triggers(
    empty: Engine, request: pytest.FixtureRequest, postgres_engine: Engine, embedded_file: Path
) -> None:
    upgrade(empty)
    created = postgres_engine if empty.dialect.name == "postgresql" else make_engine(embedded_url(embedded_file))
    assert triggers(empty) == triggers(created)


def test_the_generated_first_revision_makes_the_tables_of_the_models(empty: Engine) -> None:
    space: dict[str, object] = {}
    code = compile(initial.initial_script(), "0001_initial.py", "exec")
    exec(code, space)
    from alembic.operations import Operations

    with empty.begin() as connection:
        context = MigrationContext.configure(connection, opts={**OPTIONS, "target_metadata": METADATA})
        with Operations.context(context):
            space["upgrade"]()  # type: ignore[operator]
        assert compare_metadata(context, METADATA) == []


def test_the_draft_of_the_next_revision_is_empty_when_nothing_changed() -> None:
    draft = initial.next_script("0002", "Nothing.")
    assert 'down_revision = "0001"' in draft
    assert "pass" in draft
    assert "op.create_table" not in draft


def test_upgrading_twice_does_nothing_the_second_time(empty: Engine) -> None:
    assert upgrade(empty)
    assert not upgrade(empty)
    check_schema(empty)


def test_two_clients_that_upgrade_at_once_do_it_once(empty: Engine) -> None:
    faults: list[BaseException] = []
    start = threading.Barrier(2)
    url = empty.url

    def client() -> None:
        engine = make_engine(url)
        try:
            start.wait(30)
            prepare(engine)
        except BaseException as error:  # noqa: BLE001 - told below
            faults.append(error)
        finally:
            engine.dispose()

    threads = [threading.Thread(target=client) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert faults == []
    assert schema_state(empty) is SchemaState.CURRENT


def test_the_known_revisions_are_those_of_the_scripts() -> None:
    scripts = ScriptDirectory.from_config(config())
    assert [script.revision for script in reversed(list(scripts.walk_revisions()))] == list(REVISIONS)
    assert scripts.get_current_head() == HEAD


def test_an_empty_database_is_prepared_at_start(empty: Engine) -> None:
    assert schema_state(empty) is SchemaState.EMPTY
    with pytest.raises(Unavailable, match="空数据库"):
        check_schema(empty)
    prepare(empty)
    prepare(empty)
    assert schema_state(empty) is SchemaState.CURRENT


def test_a_newer_schema_is_refused(empty: Engine) -> None:
    prepare(empty)
    stamp(empty, "9999")
    for open_it in (prepare, check_schema, upgrade):
        with pytest.raises(Unavailable, match=r"更新版本.*更新到同一版本"):
            open_it(empty)


def test_an_older_schema_is_refused_at_start_with_the_way_to_upgrade(
    empty: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(empty)
    monkeypatch.setattr("db.migrations.version.REVISIONS", ("0000", HEAD))
    stamp(empty, "0000")
    with pytest.raises(Unavailable, match=r"先备份.*db upgrade"):
        prepare(empty)


def test_the_database_of_another_program_is_left_alone(empty: Engine) -> None:
    with empty.begin() as connection:
        connection.execute(text("CREATE TABLE somebody_elses (id integer)"))
    for open_it in (prepare, check_schema, upgrade):
        with pytest.raises(Unavailable, match="别的程序"):
            open_it(empty)


def test_a_failed_upgrade_changes_nothing(empty: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def dangling(_connection: object) -> None:
        raise Unavailable("升级已撤销")

    monkeypatch.setattr("db.migrations.upgrade._refuse_dangling", dangling)
    with pytest.raises(Unavailable, match="升级已撤销"):
        upgrade(empty)
    assert schema_state(empty) is SchemaState.EMPTY
