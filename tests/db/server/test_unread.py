"""What is secret is read by nobody who does not need it: hashes, sealed keys, drafts, other people's server passwords."""

import pytest
from sqlalchemy import text

from db.errors import NotAllowed
from db.ids import new_id
from db.registry import METADATA
from db.server.grants import HIDDEN
from db.session import Hall
from db.staff.hashes import hash_of, hash_of_login
from db.staff.login import Attempt, log_in, prove
from db.staff.permissions import Role
from db.vault import Vault
from tests.conftest import NOW, TEST_KEY
from tests.db.server.conftest import HASH, Server, Town, refused
from tests.factories.accounts import FIRST, hashed
from tests.factories.staff import make_staff

WAYS = (
    "SELECT password_hash FROM staff",
    "SELECT * FROM staff",
    "SELECT staff FROM staff",
    "SELECT to_jsonb(staff) FROM staff",
    "SELECT count(*) FROM staff WHERE password_hash LIKE '$argon2id$%'",
    "SELECT id FROM staff ORDER BY password_hash",
    "COPY staff TO STDOUT",
    "COPY staff (password_hash) TO STDOUT",
    "UPDATE staff SET version = version RETURNING password_hash",
    "UPDATE staff SET post = password_hash",
    "SELECT rolpassword FROM pg_authid",
    "SELECT passwd FROM pg_shadow",
    "SELECT * FROM pg_statistic",
)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("way", WAYS)
def test_no_role_reads_anybodys_password_hash_by_any_way(town: Town, role: Role, way: str) -> None:
    with town.doors[role].connect() as connection:
        assert refused(connection, way)


@pytest.mark.parametrize("role", list(Role))
def test_statistics_tell_no_hash_either(server: Server, town: Town, role: Role) -> None:
    with server.superuser.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE staff"))
        seen = "SELECT count(*) FROM pg_stats WHERE tablename = 'staff' AND attname = 'password_hash'"
        assert connection.scalar(text(seen)) == 1
    with town.doors[role].connect() as connection:
        assert connection.scalar(text(seen)) == 0


@pytest.mark.parametrize("role", list(Role))
def test_everybody_is_told_their_own_hash_and_it_alone(town: Town, role: Role) -> None:
    me, other = town.accounts[role], next(one for kind, one in town.accounts.items() if kind is not role)
    hall = Hall(town.doors[role], Vault(TEST_KEY))
    assert hall.read(hash_of_login, town.here, me.name) == HASH
    assert hall.read(hash_of, me.staff_id) == HASH
    assert hall.read(hash_of_login, town.here, other.name) is None
    assert hall.read(hash_of, other.staff_id) is None
    assert hall.read(hash_of, town.neighbour.staff_id) is None


def test_somebody_logs_in_as_their_own_role_and_wrong_passwords_count(server: Server, town: Town) -> None:
    clerk = make_staff(server.hall, town.here, Role.CLERK, now=NOW, password_hash=hashed(FIRST, "x").hash)
    hall = Hall(server.let_in(clerk.staff_id), Vault(TEST_KEY))

    def attempt(password: str) -> object:
        return log_in(hall, Attempt(town.here, clerk.name, NOW, new_id()), password)

    assert log_in(hall, Attempt(town.here, clerk.name, NOW, new_id()), FIRST).actor.staff_id == clerk.staff_id
    assert prove(hall, clerk, FIRST, NOW, new_id()) == hashed(FIRST, "x").hash
    for _ in range(5):
        with pytest.raises(NotAllowed, match="登录名或密码不正确"):
            attempt("Wrong-8826-shan")
    with pytest.raises(NotAllowed, match="已锁定"):
        attempt(FIRST)
    colleague = town.accounts[Role.MANAGER]
    with pytest.raises(NotAllowed, match="登录名或密码不正确"):
        log_in(hall, Attempt(town.here, colleague.name, NOW, new_id()), FIRST)


SIGNERS = {Role.CLERK, Role.MANAGER}


@pytest.mark.parametrize("role", list(Role))
def test_the_private_half_of_the_signing_key_is_read_by_who_signs_alone(town: Town, role: Role) -> None:
    with town.doors[role].connect() as connection:
        assert refused(connection, "SELECT private_sealed FROM signing_key") is (role not in SIGNERS)
        assert refused(connection, "SELECT public FROM signing_key") is (role not in {*SIGNERS, Role.SECADMIN})


def test_every_hidden_column_is_a_column() -> None:
    for table, columns in HIDDEN.items():
        assert columns <= {column.name for column in METADATA.tables[table].columns}


@pytest.mark.parametrize("role", [Role.CLERK, Role.MANAGER])
def test_what_a_colleague_has_not_handed_in_is_not_read(town: Town, role: Role) -> None:
    with town.doors[role].connect() as connection:
        assert connection.scalars(text("SELECT staff_id FROM intake_draft")).all() == []
        assert refused(connection, "DELETE FROM intake_draft")


@pytest.mark.parametrize("role", list(Role))
def test_whose_server_role_is_whose_is_told_to_who_manages_accounts(town: Town, role: Role) -> None:
    with town.doors[role].connect() as connection:
        seen = set(connection.scalars(text("SELECT staff_id FROM linli_login")))
    mine = {town.accounts[role].staff_id}
    assert seen >= mine
    assert (seen > mine) is (role in {Role.SYSADMIN, Role.SECADMIN})
    assert town.neighbour.staff_id not in seen
