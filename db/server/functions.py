"""The small functions that run with the owner's rights: who am I, what is shared, what is my own password hash."""

from db.server import roles
from db.staff.permissions import Role

MANAGING = (Role.SYSADMIN, Role.SECADMIN)
"""Whose work the accounts of others are."""
PLPGSQL = "CREATE OR REPLACE FUNCTION {head} LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $${body}$$"


def knowing(database: str) -> list[str]:
    """Questions that policies and clients ask."""
    managing = " OR ".join(f"pg_has_role(session_user, '{roles.group(database, role)}', 'member')" for role in MANAGING)
    return [
        _asked("linli_centre()", "uuid", "SELECT centre_id FROM linli_login WHERE role_name = session_user"),
        _asked("linli_staff()", "uuid", "SELECT staff_id FROM linli_login WHERE role_name = session_user"),
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
    IF linli_staff() <> OLD.id AND NOT pg_has_role(session_user, '{sysadmin}', 'member')
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


def _asked(head: str, returns: str, body: str) -> str:
    return (
        f"CREATE OR REPLACE FUNCTION {head} RETURNS {returns} LANGUAGE sql STABLE SECURITY DEFINER"
        f" SET search_path = public, pg_temp AS $${body}$$"
    )
