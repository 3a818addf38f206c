"""Row-level security and the few functions that run with the owner's rights, as SQL.

Every row belongs to a centre; whoever is logged in sees the rows of their account's centre, also with psql. Rooms that are
shared with neighbours (阵地共享), and what is booked in them, are the exception.
"""

from sqlalchemy import Table

from db.server import roles
from db.staff.permissions import Role

_MINE = "(centre_id = (SELECT linli_centre()))"
_SHARED_ROOM, _SHARED_PART, _SHARING = (
    "linli_room_shared({room})",
    "linli_part_shared({part})",
    "linli_sharing({centre})",
)

WIDER: dict[str, tuple[tuple[str, str], ...]] = {
    # table → (verb, what may be seen or written beyond one's own centre)
    "room": (("SELECT", "shared"),),
    "room_takes": (("SELECT", _SHARED_ROOM.format(room="room_takes.room_id")),),
    "room_hours": (("SELECT", _SHARED_ROOM.format(room="room_hours.room_id")),),
    "room_closure": (("SELECT", _SHARED_ROOM.format(room="room_closure.room_id")),),
    "room_part": (("SELECT", _SHARED_PART.format(part="room_part.id")),),
    "occupancy": (("ALL", _SHARED_PART.format(part="occupancy.part_id")),),
    "booking": (
        ("SELECT", _SHARED_ROOM.format(room="booking.room_id")),
        ("ALL", "asked_by = (SELECT linli_centre())"),
    ),
    "booking_event": (
        (
            "ALL",
            "EXISTS (SELECT 1 FROM booking WHERE booking.id = booking_event.booking_id"
            " AND booking.asked_by = (SELECT linli_centre()))",
        ),
    ),
    "number_series": (
        ("ALL", "starts_with(series, 'booking/') AND " + _SHARING.format(centre="number_series.centre_id")),
    ),
}


def table_policies(table: Table) -> list[str]:
    """Who sees and writes which rows of a table."""
    name = table.name
    mine = _MINE if "centre_id" in table.columns else "(id = (SELECT linli_centre()))"
    made = [
        f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY",
        f"DROP POLICY IF EXISTS linli_mine ON {name}",
        f"CREATE POLICY linli_mine ON {name} USING {mine} WITH CHECK {mine}",
    ]
    wider = WIDER.get(name, ())
    if name == "centre":
        wider = (("SELECT", _SHARING.format(centre="centre.id")),)
    for number, (verb, rule) in enumerate(wider):
        made.append(f"DROP POLICY IF EXISTS linli_wider_{number} ON {name}")
        made.append(f"CREATE POLICY linli_wider_{number} ON {name} FOR {verb} USING ({rule})")
    if name == "staff":
        made += [
            "DROP POLICY IF EXISTS linli_self ON staff",
            "CREATE POLICY linli_self ON staff AS RESTRICTIVE FOR UPDATE"
            " USING (id = (SELECT linli_staff()) OR (SELECT linli_may_manage()))",
        ]
    return made


def functions(database: str) -> list[str]:
    """What runs with the owner's rights: who am I, and giving accounts their login roles."""
    owner = roles.owner(database)
    managing = " OR ".join(
        f"pg_has_role(session_user, '{roles.group(database, role)}', 'member')"
        for role in (Role.SYSADMIN, Role.SECADMIN)
    )
    cases = " ".join(f"WHEN '{role}' THEN '{roles.group(database, role)}'" for role in Role)
    return [
        "CREATE TABLE IF NOT EXISTS linli_login (role_name name PRIMARY KEY, staff_id uuid NOT NULL UNIQUE"
        " REFERENCES staff (id), centre_id uuid NOT NULL REFERENCES centre (id))",
        _function("linli_centre()", "uuid", "SELECT centre_id FROM linli_login WHERE role_name = session_user"),
        _function("linli_staff()", "uuid", "SELECT staff_id FROM linli_login WHERE role_name = session_user"),
        _function(
            "linli_room_shared(which uuid)", "boolean", "SELECT EXISTS (SELECT 1 FROM room WHERE id = which AND shared)"
        ),
        _function(
            "linli_part_shared(which uuid)",
            "boolean",
            "SELECT EXISTS (SELECT 1 FROM room_takes JOIN room ON room.id = room_takes.room_id"
            " WHERE room_takes.part_id = which AND room.shared)",
        ),
        _function(
            "linli_sharing(which uuid)",
            "boolean",
            "SELECT EXISTS (SELECT 1 FROM room WHERE room.centre_id = which AND room.shared)",
        ),
        _function("linli_may_manage()", "boolean", f"SELECT {managing}"),
        _function("linli_group(kind text)", "name", f"SELECT (CASE kind {cases} END)::name", volatility="IMMUTABLE"),
        _PLPGSQL.format(
            head="linli_refit(who uuid) RETURNS void",
            body=f"""
DECLARE grantee name; kind text; BEGIN
    SELECT known.role_name INTO grantee FROM linli_login AS known WHERE known.staff_id = who;
    IF grantee IS NULL OR NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = grantee) THEN RETURN; END IF;
    FOREACH kind IN ARRAY ARRAY[{", ".join(f"'{role}'" for role in Role)}] LOOP
        IF EXISTS (SELECT 1 FROM staff_role JOIN staff ON staff.id = staff_role.staff_id
                   WHERE staff_role.staff_id = who AND staff_role.role = kind AND staff.active) THEN
            EXECUTE format('GRANT %I TO %I', linli_group(kind), grantee);
        ELSIF pg_has_role(grantee, linli_group(kind), 'member') THEN
            EXECUTE format('REVOKE %I FROM %I', linli_group(kind), grantee);
        END IF;
    END LOOP;
    EXECUTE format('ALTER ROLE %I %s', grantee,
        CASE WHEN (SELECT active FROM staff WHERE id = who) THEN 'LOGIN' ELSE 'NOLOGIN' END);
END""",
        ),
        _PLPGSQL.format(
            head="linli_admit(who uuid, grantee name, secret text) RETURNS void",
            body=f"""
BEGIN
    IF NOT pg_has_role(session_user, '{owner}', 'member') AND NOT (
        pg_has_role(session_user, '{roles.group(database, Role.SYSADMIN)}', 'member')
        AND linli_centre() = (SELECT centre_id FROM staff WHERE id = who)
    ) THEN RAISE EXCEPTION 'not allowed' USING ERRCODE = 'insufficient_privilege'; END IF;
    IF grantee NOT LIKE '{database}\\_%' THEN
        RAISE EXCEPTION 'not a role of this hall' USING ERRCODE = 'insufficient_privilege'; END IF;
    SELECT coalesce((SELECT known.role_name FROM linli_login AS known WHERE known.staff_id = who), grantee) INTO grantee;
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = grantee) THEN
        EXECUTE format('CREATE ROLE %I LOGIN', grantee);
    END IF;
    INSERT INTO linli_login SELECT grantee, staff.id, staff.centre_id FROM staff WHERE staff.id = who
        ON CONFLICT DO NOTHING;
    EXECUTE format('ALTER ROLE %I PASSWORD %L', grantee, secret);
    PERFORM linli_refit(who);
END""",
        ),
        _PLPGSQL.format(
            head="linli_dismiss(who uuid) RETURNS void",
            body=f"""
DECLARE grantee name; BEGIN
    IF NOT pg_has_role(session_user, '{owner}', 'member') AND NOT (
        pg_has_role(session_user, '{roles.group(database, Role.SYSADMIN)}', 'member')
        AND linli_centre() = (SELECT centre_id FROM staff WHERE id = who)
    ) THEN RAISE EXCEPTION 'not allowed' USING ERRCODE = 'insufficient_privilege'; END IF;
    DELETE FROM linli_login WHERE staff_id = who RETURNING role_name INTO grantee;
    IF grantee IS NOT NULL THEN EXECUTE format('DROP ROLE %I', grantee); END IF;
END""",
        ),
        _PLPGSQL.format(
            head="linli_follow_role() RETURNS trigger",
            body="BEGIN PERFORM linli_refit(coalesce(NEW.staff_id, OLD.staff_id)); RETURN NULL; END",
        ),
        _PLPGSQL.format(
            head="linli_follow_staff() RETURNS trigger",
            body="BEGIN PERFORM linli_refit(NEW.id); RETURN NULL; END",
        ),
        "CREATE OR REPLACE TRIGGER linli_follow AFTER INSERT OR UPDATE OR DELETE ON staff_role"
        " FOR EACH ROW EXECUTE FUNCTION linli_follow_role()",
        "CREATE OR REPLACE TRIGGER linli_follow AFTER UPDATE OF active ON staff"
        " FOR EACH ROW WHEN (OLD.active IS DISTINCT FROM NEW.active) EXECUTE FUNCTION linli_follow_staff()",
    ]


_PLPGSQL = "CREATE OR REPLACE FUNCTION {head} LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $${body}$$"


def _function(head: str, returns: str, body: str, *, volatility: str = "STABLE") -> str:
    return (
        f"CREATE OR REPLACE FUNCTION {head} RETURNS {returns} LANGUAGE sql {volatility} SECURITY DEFINER"
        f" SET search_path = public, pg_temp AS $${body}$$"
    )
