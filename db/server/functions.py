"""The small functions that run with the owner's rights: who am I, what is shared, what is my own password hash."""

from db.server import roles
from db.staff.permissions import Role

MANAGING = (Role.SYSADMIN, Role.SECADMIN)
"""Whose work the accounts of others are."""
HERE, ME = (
    f"(SELECT linli_login.{column} FROM linli_login WHERE linli_login.role_name = session_user)"
    for column in ("centre_id", "staff_id")
)
"""The centre and the account of whoever is logged in, asked anew at each call. For bodies of functions: the server keeps
their plans whoever calls them, so that what is folded into a plan (`knowing`) is not for them."""
PLPGSQL = "CREATE OR REPLACE FUNCTION {head} LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $${body}$$"


def knowing(database: str) -> list[str]:
    """Questions that policies and clients ask.

    Who is logged in (`session_user`) never changes in a session, and neither do the account and the centre of a role: a role
    that is taken away loses its connections (`linli_dismiss`). So these two are declared IMMUTABLE, although they read a
    table: the server asks them when it makes a plan and writes the answer into it, and no longer once for each table of each
    statement (measured: a sixth of the server's CPU of a click). A plan that obeys policies is made anew for another role
    (PostgreSQL 17, “Row Security Policies”; `plancache.c`), so nobody is given somebody else's.
    """
    managing = " OR ".join(f"pg_has_role(session_user, '{roles.group(database, role)}', 'member')" for role in MANAGING)
    return [
        _asked("linli_centre()", "uuid", f"SELECT {HERE}", changes="IMMUTABLE"),
        _asked("linli_staff()", "uuid", f"SELECT {ME}", changes="IMMUTABLE"),
        _asked("linli_may_manage()", "boolean", f"SELECT {managing}"),
        _asked(
            "linli_own_hash()",
            "text",
            "SELECT staff.password_hash FROM staff JOIN linli_login ON linli_login.staff_id = staff.id"
            " WHERE linli_login.role_name = session_user",
        ),
        *_sharing(),
    ]


def guarding(database: str) -> list[str]:
    """Of the accounts of others, 安全管理员 moves the version on and nothing else: policies know rows, not columns."""
    sysadmin = roles.group(database, Role.SYSADMIN)
    return [
        PLPGSQL.format(
            head="linli_guard_staff() RETURNS trigger",
            body=f"""
BEGIN
    IF {ME} <> OLD.id AND NOT pg_has_role(session_user, '{sysadmin}', 'member')
        AND to_jsonb(NEW) - 'version' <> to_jsonb(OLD) - 'version'
    THEN RAISE EXCEPTION 'not your account' USING ERRCODE = 'insufficient_privilege'; END IF;
    RETURN NEW;
END""",
        ),
        "CREATE OR REPLACE TRIGGER linli_guard BEFORE UPDATE ON staff FOR EACH ROW EXECUTE FUNCTION linli_guard_staff()",
    ]


def _sharing() -> list[str]:
    return [
        _asked(
            "linli_room_shared(which uuid)", "boolean", "SELECT EXISTS (SELECT 1 FROM room WHERE id = which AND shared)"
        ),
        _asked(
            "linli_part_shared(which uuid)",
            "boolean",
            "SELECT EXISTS (SELECT 1 FROM room_takes JOIN room ON room.id = room_takes.room_id"
            " WHERE room_takes.part_id = which AND room.shared)",
        ),
        _asked(
            "linli_sharing(which uuid)",
            "boolean",
            "SELECT EXISTS (SELECT 1 FROM room WHERE room.centre_id = which AND room.shared)",
        ),
    ]


def _asked(head: str, returns: str, body: str, *, changes: str = "STABLE") -> str:
    return (
        f"CREATE OR REPLACE FUNCTION {head} RETURNS {returns} LANGUAGE sql {changes} SECURITY DEFINER"
        f" SET search_path = public, pg_temp AS $${body}$$"
    )
