"""Giving accounts their login roles, as functions in the database that run with the owner's rights (CREATEROLE).

Who calls them never says which role is meant: the name follows from the account. A role that is there already is taken
over only when its comment says that this hall made it for this very account: nobody gets at the owner, a group, or
somebody else's role by way of an account of their own. When the roles of an account change, or it is deactivated, its
rights on the server follow in the same transaction (triggers).
"""

from db.server import roles
from db.server.functions import HERE, PLPGSQL
from db.staff.permissions import Role

NO_RIGHT, NO_CREATEROLE, NAME_TAKEN, NO_ACCOUNT, NO_VERIFIER = "LN001", "LN002", "LN003", "LN004", "LN005"
"""SQLSTATEs of our own: not your business; the owner may not make roles; the name belongs to another; no such account."""

FOR_MANAGERS = ("linli_admit(uuid, text)", "linli_dismiss(uuid)")
"""Only 系统管理员 may call these."""
FOR_NOBODY = (
    "linli_refit(uuid)",
    "linli_role_for(uuid)",
    "linli_must_manage(uuid)",
    "linli_guard_staff()",
    "linli_follow_role()",
    "linli_follow_staff()",
)
"""Called by the other functions and by triggers only."""

LOGIN_TABLE = (
    "CREATE TABLE IF NOT EXISTS linli_login (role_name name PRIMARY KEY, staff_id uuid NOT NULL UNIQUE"
    " REFERENCES staff (id), centre_id uuid NOT NULL REFERENCES centre (id), one_time boolean NOT NULL DEFAULT true)"
)
"""Which role is whose; `one_time`: its password was given out by somebody and has to be changed at the first login."""


def admitting(database: str) -> list[str]:
    """The functions and triggers, in the order in which they need each other."""
    return [
        _role_name(database),
        _must_manage(database),
        _role_for(),
        _refit(database),
        _admit(),
        _dismiss(),
        _own_secret(),
        *_following(),
    ]


def _role_name(database: str) -> str:
    """`db.server.roles.account` once more, in SQL."""
    code, login = "lower(code)", "login"
    plain = f"'{database}_' || {code} || '_' || {login}"
    stripped = (
        f"'{database}_' || regexp_replace({code}, '[^a-z0-9]+', '', 'g')"
        f" || '_' || regexp_replace({login}, '[^a-z0-9.]+', '', 'g')"
    )
    digest = f"left(encode(sha256(convert_to({code} || '/' || {login}, 'UTF8')), 'hex'), {roles.MARK})"
    return (
        "CREATE OR REPLACE FUNCTION linli_role_name(code text, login text) RETURNS text LANGUAGE sql IMMUTABLE"
        f" SET search_path = pg_catalog, pg_temp AS $$SELECT CASE WHEN length({plain}) <= {roles.LONGEST}"
        f" AND {code} ~ '^[a-z0-9]+$' AND {login} ~ '^[a-z0-9.]+$' THEN {plain}"
        f" ELSE left({stripped}, {roles.LONGEST - roles.MARK - 1}) || '_' || {digest} END$$"
    )


def _must_manage(database: str) -> str:
    """The owner of the tables, or a 系统管理员 of the same centre; and the owner has to be able to make roles."""
    return PLPGSQL.format(
        head="linli_must_manage(who uuid) RETURNS void",
        body=f"""
BEGIN
    IF NOT EXISTS (SELECT 1 FROM staff WHERE id = who) THEN
        RAISE EXCEPTION 'no such account' USING ERRCODE = '{NO_ACCOUNT}'; END IF;
    IF NOT pg_has_role(session_user, '{roles.owner(database)}', 'member') AND NOT (
        pg_has_role(session_user, '{roles.group(database, Role.SYSADMIN)}', 'member')
        AND {HERE} = (SELECT centre_id FROM staff WHERE id = who)
    ) THEN RAISE EXCEPTION 'not allowed' USING ERRCODE = '{NO_RIGHT}'; END IF;
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = current_user AND (rolcreaterole OR rolsuper)) THEN
        RAISE EXCEPTION '% may not create roles', current_user USING ERRCODE = '{NO_CREATEROLE}'; END IF;
END""",
    )


def _role_for() -> str:
    """The role of an account, made where there is none yet."""
    return PLPGSQL.format(
        head="linli_role_for(who uuid) RETURNS name",
        body=f"""
DECLARE wanted name; owned text; BEGIN
    SELECT known.role_name INTO wanted FROM linli_login AS known WHERE known.staff_id = who;
    IF wanted IS NULL THEN
        SELECT linli_role_name(centre.code, staff.login) INTO wanted
            FROM staff JOIN centre ON centre.id = staff.centre_id WHERE staff.id = who;
    END IF;
    owned := format('linli %s %s', current_database(), who);
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = wanted) THEN
        EXECUTE format('CREATE ROLE %I LOGIN', wanted);
        EXECUTE format('COMMENT ON ROLE %I IS %L', wanted, owned);
    ELSIF coalesce(shobj_description((SELECT oid FROM pg_roles WHERE rolname = wanted), 'pg_authid'), '') <> owned THEN
        RAISE EXCEPTION 'role % belongs to another', wanted USING ERRCODE = '{NAME_TAKEN}';
    END IF;
    RETURN wanted;
END""",
    )


def _refit(database: str) -> str:
    """Group roles as the account's roles are, and a login only while it is active."""
    kinds = ", ".join(f"'{role}'" for role in Role)
    groups = " ".join(f"WHEN '{role}' THEN '{roles.group(database, role)}'" for role in Role)
    return PLPGSQL.format(
        head="linli_refit(who uuid) RETURNS void",
        body=f"""
DECLARE grantee name; kind text; belongs name; BEGIN
    SELECT known.role_name INTO grantee FROM linli_login AS known WHERE known.staff_id = who;
    IF grantee IS NULL OR NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = grantee) THEN RETURN; END IF;
    FOREACH kind IN ARRAY ARRAY[{kinds}] LOOP
        belongs := CASE kind {groups} END;
        IF EXISTS (SELECT 1 FROM staff_role JOIN staff ON staff.id = staff_role.staff_id
                   WHERE staff_role.staff_id = who AND staff_role.role = kind AND staff.active) THEN
            IF NOT pg_has_role(grantee, belongs, 'member') THEN
                EXECUTE format('GRANT %I TO %I', belongs, grantee); END IF;
        ELSIF pg_has_role(grantee, belongs, 'member') THEN
            EXECUTE format('REVOKE %I FROM %I', belongs, grantee);
        END IF;
    END LOOP;
    EXECUTE format('ALTER ROLE %I %s', grantee,
        CASE WHEN (SELECT active FROM staff WHERE id = who) THEN 'LOGIN' ELSE 'NOLOGIN' END);
END""",
    )


def _admit() -> str:
    return PLPGSQL.format(
        head="linli_admit(who uuid, verifier text) RETURNS name",
        body=f"""
DECLARE grantee name; BEGIN
    PERFORM linli_must_manage(who);
    IF verifier NOT LIKE 'SCRAM-SHA-256$%' THEN
        RAISE EXCEPTION 'not a verifier' USING ERRCODE = '{NO_VERIFIER}'; END IF;
    grantee := linli_role_for(who);
    INSERT INTO linli_login SELECT grantee, staff.id, staff.centre_id FROM staff WHERE staff.id = who
        ON CONFLICT (staff_id) DO UPDATE SET one_time = true;
    EXECUTE format('ALTER ROLE %I PASSWORD %L', grantee, verifier);
    PERFORM linli_refit(who);
    RETURN grantee;
END""",
    )


def _dismiss() -> str:
    """Its connections end too: a pooler would keep them, and give them to a role of the same name that is made later."""
    return PLPGSQL.format(
        head="linli_dismiss(who uuid) RETURNS void",
        body="""
DECLARE grantee name; BEGIN
    PERFORM linli_must_manage(who);
    DELETE FROM linli_login WHERE staff_id = who RETURNING role_name INTO grantee;
    IF grantee IS NOT NULL AND EXISTS (SELECT 1 FROM pg_roles WHERE rolname = grantee) THEN
        EXECUTE format('GRANT %I TO %I', grantee, current_user);
        PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = grantee;
        EXECUTE format('DROP ROLE %I', grantee);
    END IF;
END""",
    )


def _own_secret() -> str:
    """Whoever is logged in changes the password of their own role, and of no other."""
    return PLPGSQL.format(
        head="linli_own_secret(verifier text) RETURNS void",
        body=f"""
DECLARE grantee name; BEGIN
    UPDATE linli_login SET one_time = false WHERE role_name = session_user RETURNING role_name INTO grantee;
    IF grantee IS NULL THEN RAISE EXCEPTION 'not an account' USING ERRCODE = '{NO_ACCOUNT}'; END IF;
    IF verifier NOT LIKE 'SCRAM-SHA-256$%' THEN
        RAISE EXCEPTION 'not a verifier' USING ERRCODE = '{NO_VERIFIER}'; END IF;
    EXECUTE format('ALTER ROLE %I PASSWORD %L', grantee, verifier);
END""",
    )


def _following() -> list[str]:
    return [
        PLPGSQL.format(
            head="linli_follow_role() RETURNS trigger",
            body="BEGIN PERFORM linli_refit(coalesce(NEW.staff_id, OLD.staff_id)); RETURN NULL; END",
        ),
        PLPGSQL.format(
            head="linli_follow_staff() RETURNS trigger", body="BEGIN PERFORM linli_refit(NEW.id); RETURN NULL; END"
        ),
        "CREATE OR REPLACE TRIGGER linli_follow AFTER INSERT OR UPDATE OR DELETE ON staff_role"
        " FOR EACH ROW EXECUTE FUNCTION linli_follow_role()",
        "CREATE OR REPLACE TRIGGER linli_follow AFTER UPDATE OF active ON staff"
        " FOR EACH ROW WHEN (OLD.active IS DISTINCT FROM NEW.active) EXECUTE FUNCTION linli_follow_staff()",
    ]
