"""Login roles of accounts: given, given anew, taken away, and one's own password changed; what hinders is a sentence."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from db.errors import NotAllowed, Refusal, RuleBroken, Unavailable
from db.server import admission
from db.server.scram import ServerSecret
from db.server.secure import is_secured

NOT_A_SERVER = "这个大厅的数据不在设置好的数据库服务器上，账号不需要服务器用户。"
_NO_RIGHT = "您的账号不能管理服务器用户，请系统管理员在“人员”页操作。"
_NO_CREATEROLE = (
    "服务器上的属主角色没有建立用户的权限（CREATEROLE），服务器用户没有改动。"
    "请服务器管理员重新运行 python -m db setup-postgres，再试一次。"
)
_NAME_TAKEN = "服务器上已有同名的用户，不属于这个账号，没有改动它。请服务器管理员先改名或删除那个用户。"


@dataclass(frozen=True, slots=True)
class ServerAccount:
    """The login role of an account. `one_time`: its password was given out and has not been changed yet."""

    staff_id: UUID
    centre_id: UUID
    role_name: str
    one_time: bool


def admit(session: Session, staff_id: UUID, secret: ServerSecret) -> str:
    """Give an account its login role, or a new password for it; it has to be changed at the first login.

    Args:
        session: as the owner of the tables, or as a 系统管理员 of the same centre.
        staff_id: the account.
        secret: the password, as the server may know it.

    Returns:
        The name of the role.

    Raises:
        RuleBroken: no such account, the name belongs to another role, or this is no server.
        NotAllowed: who is connected may not do it.
        Unavailable: the owner of the tables may not make roles.
    """
    with _in_words(session.connection()):
        made = session.execute(
            text("SELECT linli_admit(:who, :verifier)"), {"who": staff_id, "verifier": secret.verifier}
        )
        return str(made.scalar_one())


def dismiss(session: Session, staff_id: UUID) -> None:
    """Take an account's login role away; the account and what it did stay.

    Raises:
        RuleBroken, NotAllowed, Unavailable: as `admit`.
    """
    with _in_words(session.connection()):
        session.execute(text("SELECT linli_dismiss(:who)"), {"who": staff_id})


def change_own(session: Session, secret: ServerSecret) -> None:
    """Another password for the role one is logged in as.

    Raises:
        RuleBroken: one is not logged in as an account's role.
    """
    with _in_words(session.connection()):
        session.execute(text("SELECT linli_own_secret(:verifier)"), {"verifier": secret.verifier})


def server_accounts(session: Session, centre_id: UUID) -> tuple[ServerAccount, ...] | None:
    """The login roles of a centre's accounts, as far as one may see them; None where there is no server with roles."""
    return _found(session, "centre_id = :centre", centre=centre_id)


def own_account(session: Session) -> ServerAccount | None:
    """The account whose role one is logged in to the server as; None for everybody else."""
    found = _found(session, "role_name = session_user")
    return found[0] if found else None


def anybody_admitted(engine: Engine) -> bool:
    """Whether any account of any centre can log in to a server; asked as the owner of its tables."""
    with engine.connect() as connection:
        return connection.scalar(text("SELECT EXISTS (SELECT 1 FROM linli_login)")) is True


def _found(session: Session, which: str, **given: UUID) -> tuple[ServerAccount, ...] | None:
    if not is_secured(session.connection()):
        return None
    asked = f"SELECT staff_id, centre_id, role_name::text, one_time FROM linli_login WHERE {which} ORDER BY role_name"
    return tuple(ServerAccount(*row) for row in session.execute(text(asked), given))


@contextmanager
def _in_words(connection: Connection) -> Iterator[None]:
    if not is_secured(connection):
        raise RuleBroken(NOT_A_SERVER)
    try:
        yield
    except DBAPIError as error:
        state = getattr(error.orig, "sqlstate", None) or ""
        if state == "42501" and not getattr(getattr(error.orig, "diag", None), "context", None):
            state = admission.NO_RIGHT  # refused at the door, not within the function: only 系统管理员 may call it
        refusal = _meant(state)
        if refusal is None:
            raise
        raise refusal from error


def _meant(state: str) -> Refusal | None:
    return {
        admission.NO_RIGHT: NotAllowed(_NO_RIGHT),
        admission.NO_CREATEROLE: Unavailable(_NO_CREATEROLE),
        "42501": Unavailable(_NO_CREATEROLE),  # it may make roles, but not these: somebody else made the groups
        admission.NAME_TAKEN: RuleBroken(_NAME_TAKEN),
        admission.NO_ACCOUNT: RuleBroken("没有找到这个账号的服务器用户，请刷新后重试。"),
    }.get(state)
