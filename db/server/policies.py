"""Row-level security, as SQL: which rows of each table somebody sees and writes.

Every row belongs to a centre; whoever is logged in sees the rows of their account's centre, also with psql. Rooms that are
shared with neighbours (阵地共享), and what is booked in them, are the exception. Who somebody is comes from the role they
logged in as (`session_user`), never from a setting that they could change.
"""

from sqlalchemy import Table

from db.server import roles
from db.server.functions import MANAGING

_HERE, _ME = "linli_centre()", "linli_staff()"
"""Who is logged in: asked when a plan is made, a constant in it (`db.server.functions.knowing`)."""
_SHARED_ROOM, _SHARED_PART, _SHARING = (
    "linli_room_shared({room})",
    "linli_part_shared({part})",
    "linli_sharing({centre})",
)

WIDER: dict[str, tuple[tuple[str, str], ...]] = {
    # table → (verb, what may be seen or written beyond one's own centre)
    "centre": (("SELECT", _SHARING.format(centre="centre.id")),),
    "room": (("SELECT", "shared"),),
    "room_takes": (("SELECT", _SHARED_ROOM.format(room="room_takes.room_id")),),
    "room_hours": (("SELECT", _SHARED_ROOM.format(room="room_hours.room_id")),),
    "room_closure": (("SELECT", _SHARED_ROOM.format(room="room_closure.room_id")),),
    "room_part": (("SELECT", _SHARED_PART.format(part="room_part.id")),),
    "occupancy": (("ALL", _SHARED_PART.format(part="occupancy.part_id")),),
    "booking": (
        ("SELECT", _SHARED_ROOM.format(room="booking.room_id")),
        ("ALL", f"asked_by = {_HERE}"),
    ),
    "booking_event": (
        (
            "ALL",
            "EXISTS (SELECT 1 FROM booking WHERE booking.id = booking_event.booking_id"
            f" AND booking.asked_by = {_HERE})",
        ),
    ),
    "number_series": (
        ("ALL", "starts_with(series, 'booking/') AND " + _SHARING.format(centre="number_series.centre_id")),
    ),
}

NARROWER: dict[str, tuple[tuple[str, str], ...]] = {
    # table → (verb, what has to hold besides)
    "staff": (("UPDATE", f"id = {_ME} OR (SELECT linli_may_manage())"),),
    "staff_role": tuple((verb, f"staff_id <> {_ME}") for verb in ("INSERT", "UPDATE", "DELETE")),
    "journal_entry": (("INSERT", f"staff_id IS NULL OR staff_id = {_ME}"),),
    "operation": (("INSERT", f"staff_id = {_ME}"),),
    "intake_draft": (("ALL", f"staff_id = {_ME}"),),
}
"""Nobody changes somebody else's account or their own roles, signs a journal entry with somebody else's name, or reads what
somebody else has not yet handed in."""

_FORGET = """
DO $$ DECLARE old name; BEGIN
    FOR old IN SELECT policyname FROM pg_policies
        WHERE schemaname = 'public' AND tablename = '{table}' AND starts_with(policyname, 'linli_')
    LOOP EXECUTE format('DROP POLICY %I ON {table}', old); END LOOP;
END $$"""
"""Of an older version, or of a backup of one, no policy stays under a name of its own: what lets in more would go on doing so."""


def table_policies(table: Table) -> list[str]:
    """Who sees and writes which rows of a table."""
    name = table.name
    mine = f"({'centre_id' if 'centre_id' in table.columns else 'id'} = {_HERE})"
    made = [
        f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY",
        _FORGET.format(table=name),
        _policy(name, "linli_mine", f"USING {mine} WITH CHECK {mine}"),
    ]
    # PostgreSQL tries the policies of a row from the last name to the first: first the cheap one, then those that look around.
    for number, (verb, rule) in enumerate(WIDER.get(name, ())):
        made.append(_policy(name, f"linli_also_{number}", f"FOR {verb} USING ({rule})"))
    for number, (verb, rule) in enumerate(NARROWER.get(name, ())):
        clause = f"WITH CHECK ({rule})" if verb == "INSERT" else f"USING ({rule})"
        made.append(_policy(name, f"linli_narrower_{number}", f"AS RESTRICTIVE FOR {verb} {clause}"))
    return made


def login_policies(database: str) -> list[str]:
    """Everybody sees which server role is their own; who manages accounts sees those of the centre; nobody writes.

    What holds for managers is a policy of their roles alone: others are not asked by it.
    """
    managers = ", ".join(f'"{roles.group(database, role)}"' for role in MANAGING)
    return [
        "ALTER TABLE linli_login ENABLE ROW LEVEL SECURITY",
        _FORGET.format(table="linli_login"),
        _policy("linli_login", "linli_mine", "FOR SELECT USING (role_name = session_user)"),
        _policy("linli_login", "linli_centres", f"FOR SELECT TO {managers} USING (centre_id = {_HERE})"),
    ]


def _policy(table: str, name: str, rule: str) -> str:
    return f"CREATE POLICY {name} ON {table} {rule}"
