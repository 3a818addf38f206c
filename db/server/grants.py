"""What each permission needs of each table: the least a role gets on a PostgreSQL server.

Plain values. `tests/db/server/test_roles.py` does every declared action as a database role with nothing more than this.
Verbs: S select, s select of every column but the hidden ones, I insert, U update of every column that may change,
u update of a few columns (`FEW`), L lock a row (an update of one harmless column), D delete.
"""

from collections.abc import Mapping

from db.staff.permissions import ROLE_PERMISSIONS, Permission, Role

P = Permission

EVERYBODY: Mapping[str, str] = {
    "alembic_version": "S",
    "calendar_day": "S",
    "calendar_year": "S",
    "centre": "S",
    "centre_channel": "S",
    "counter": "S",
    "journal_entry": "SI",
    "journal_head": "SIU",
    "linli_login": "S",
    "number_series": "SIU",
    "operation": "SI",
    "staff": "s",
    "staff_role": "S",
}
"""Who works at the hall at all: what a click needs before it does anything."""

_CASES = {
    **dict.fromkeys(("case_file", "case_material", "case_pause"), "SIU"),
    "case_event": "SI",
    "intake_draft": "SIUD",
    **dict.fromkeys(("item", "item_version", "item_material", "counter_item"), "S"),
    "item_use": "SIU",
    "person": "SIU",
    **dict.fromkeys(("ticket", "ticket_day", "ticket_letter", "ticket_owner", "ticket_period", "ticket_policy"), "S"),
}
_PAPERS = {"receipt": "SIu", "signing_key": "SI", "print_job": "SIU", "centre": "L", "case_file": "S"}
_QUEUE = {
    "ticket": "SIU",
    "ticket_day": "SIU",
    "ticket_desk": "SIU",
    "ticket_owner": "SI",
    "ticket_period": "SIU",
    **dict.fromkeys(("ticket_letter", "ticket_policy", "counter_item", "item", "item_version", "person"), "S"),
    "print_job": "SI",
}
_ROOMS = {
    **dict.fromkeys(("booking", "room_waiting"), "SIU"),
    **dict.fromkeys(("booking_event", "booking_series"), "SI"),
    "occupancy": "SID",
    "borrower": "SIU",
    **dict.fromkeys(("room", "room_part", "room_takes", "room_hours", "room_closure"), "S"),
}
_DUTY_READ = dict.fromkeys(
    (
        "duty_body", "duty_pattern", "duty_member", "duty_seat", "duty_stand", "duty_pair", "duty_plan", "duty_edition",
        "duty_slot", "duty", "duty_change", "duty_reception", "room", "room_takes", "occupancy",
    ),
    "S",
)  # fmt: skip

NEEDS: Mapping[Permission, Mapping[str, str]] = {
    P.ACCOUNT_OWN: {"staff": "u", "counter": "u"},
    P.TICKET_TAKE: _QUEUE,
    P.TICKET_CALL: _QUEUE,
    P.TICKET_MANAGE: {
        **_QUEUE,
        "ticket_letter": "SID",
        "ticket_policy": "SIU",
        "counter_item": "SID",
        "counter": "U",
    },
    P.CASE_READ: dict.fromkeys(
        ("case_file", "case_material", "case_pause", "case_event", "item", "item_version", "item_material", "person"), "S"
    ),
    P.CASE_HANDLE: {**_CASES, **_PAPERS, "case_file": "SIU"},
    P.CASE_CORRECT: {**_CASES, **_PAPERS, "case_file": "SIU"},
    P.RECEIPT_PRINT: {**_PAPERS, "item": "S", "item_version": "S", "item_material": "S", "booking": "SU", "room": "S"},
    P.RECEIPT_VOID: {**_PAPERS, "receipt": "SIU"},
    P.PERSON_EDIT: {"person": "SIU"},
    P.PERSON_UNMASK: {"person": "SU", "duty_member": "SL", "duty_reception": "SL", "borrower": "S"},
    P.ROOM_BOOK: _ROOMS,
    P.ROOM_APPROVE: _ROOMS,
    P.ROOM_EDIT: {
        **_ROOMS,
        "room": "SIU",
        "room_part": "SI",
        "room_takes": "SID",
        "room_hours": "SID",
        "room_closure": "SIU",
    },
    P.DUTY_ATTEND: {
        **_DUTY_READ,
        "duty_stand": "SIU",
        "duty_member": "SL",
        "duty_plan": "SU",
        "duty_slot": "SU",
        "duty": "SIU",
        "duty_change": "SI",
        "duty_edition": "SI",
        "duty_reception": "SIU",
    },
    P.DUTY_PLAN: {
        **_DUTY_READ,
        **dict.fromkeys(
            ("duty_body", "duty_pattern", "duty_member", "duty_seat", "duty_stand", "duty_pair", "duty_plan"), "SIUD"
        ),
        **dict.fromkeys(("duty_slot", "duty", "duty_draft_step"), "SIUD"),
        "duty_edition": "SI",
        "duty_change": "SIU",
        "duty_reception": "SIU",
        **_PAPERS,
        "occupancy": "SID",
        "booking": "SU",
        **dict.fromkeys(("booking_event",), "SI"),
        **dict.fromkeys(("room_hours", "room_part", "room_closure", "borrower"), "S"),
    },
    P.CATALOGUE_READ: dict.fromkeys(("item", "item_version", "item_material", "item_use", "counter_item"), "S"),
    P.CATALOGUE_EDIT: {"item": "SIU", "item_version": "SI", "item_material": "SI"},
    P.CALENDAR_EDIT: {"calendar_year": "SIU", "calendar_day": "SIUD", "case_file": "SU", "case_pause": "S", "item_version": "S"},
    P.CENTRE_EDIT: {"centre": "U", "counter": "SIU"},
    P.STAFF_MANAGE: {"staff": "sIU"},
    P.STAFF_ROLES: {"staff": "sL", "staff_role": "SID"},
    P.JOURNAL_READ: {},
    P.JOURNAL_EXPORT: {},
    P.BACKUP_RUN: {},
    P.CHECK_RUN: {},
    P.KEY_MANAGE: {"signing_key": "sIU", "centre": "L"},
}  # fmt: skip

FROZEN: Mapping[str, frozenset[str]] = {
    "receipt": frozenset(
        [
            "id",
            "centre_id",
            "kind",
            "year",
            "seq",
            "number",
            "case_id",
            "case_number",
            "item_code",
            "item_name",
            "content",
            "sha256",
            "salt",
            "payload",
            "issued_at",
            "issued_on",
            "issued_by",
            "issuer_name",
            "replaces",
        ]
    ),
    "signing_key": frozenset({"id", "centre_id", "number", "public", "private_sealed", "created_at"}),
    "journal_entry": frozenset({"*"}),
    "operation": frozenset({"*"}),
    "staff": frozenset({"id", "centre_id", "login", "created_at"}),
    "centre": frozenset({"id", "code", "key_check", "created_at"}),
    "case_file": frozenset({"id", "centre_id", "number", "query_code", "received_at"}),
    "ticket": frozenset({"id", "centre_id", "business_date", "letter", "seq", "taken_at"}),
    "booking": frozenset({"id", "centre_id", "number", "asked_by", "asked_by_name", "created_at", "created_by"}),
    "print_job": frozenset({"id", "centre_id", "receipt_id", "kind", "content", "created_at", "created_by"}),
    "number_series": frozenset({"centre_id", "series"}),
}
"""Columns that nobody updates who works at a counter: what was printed, numbered and journalled stays as it was."""

HIDDEN: Mapping[str, frozenset[str]] = {
    "staff": frozenset({"password_hash"}),
    "signing_key": frozenset({"private_sealed"}),
}
"""Columns that only those read who have to. Everybody's own hash comes from `linli_own_hash()`, nobody else's from anywhere."""

FEW: Mapping[str, frozenset[str]] = {
    "staff": frozenset(
        {"password_hash", "password_changed_at", "must_change", "failures", "locked_until", "last_login_at", "version"}
    ),
    "counter": frozenset({"occupied_by"}),
    "receipt": frozenset({"prints"}),
}
"""What logging in, sitting down, a new password and printing again change: of one's own account never the name, the post or the
standing, of a receipt never whether it is void."""

LOCKABLE = "version"
"""The column whose update is granted to whom may only lock a row."""


def needs_of(role: Role) -> dict[str, str]:
    """Table → verbs of a role: those of its permissions together."""
    found: dict[str, set[str]] = {table: set(verbs) for table, verbs in EVERYBODY.items()}
    for permission in ROLE_PERMISSIONS[role]:
        for table, verbs in NEEDS[permission].items():
            found.setdefault(table, set()).update(verbs)
    return {table: "".join(sorted(verbs)) for table, verbs in sorted(found.items())}
