"""Logging in and proving who one is again: the one entry that has no actor yet.

Three steps: read the account; verify the password (0.1 s, under no lock); then, in one short write transaction with the
account locked, decide, count, and write the journal. A refusal is raised only after that transaction has committed, so
that the counter and the journal keep what happened. An unknown login costs the same time as a wrong password and gets
the same sentence. Source: GB/T 22239-2019 身份鉴别 b).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.action import Actor
from db.errors import NotAllowed, Refusal, RuleBroken, Stale
from db.journal.write import Author, Fact, Note, append
from db.session import Hall
from db.staff.hashes import hash_of, hash_of_login
from db.staff.models import Staff, StaffRole
from db.staff.passwords import NOBODY, is_right, needs_rehash, rehash
from db.staff.permissions import permissions_of
from db.staff.rules import locked_until_after, minutes_to_wait, password_expired, tidy_login

WRONG = "登录名或密码不正确，请重新输入。"
LOG_IN, LOG_IN_REFUSED = "staff.log_in", "staff.log_in_refused"
PROVE, PROVE_REFUSED = "staff.prove", "staff.prove_refused"


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A successful login: the actor to work as, and what to tell the person."""

    actor: Actor
    login: str
    must_change: bool
    why_change: str
    last_login_at: datetime | None
    failures_before: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: by whom (as typed), at which centre and counter, when, with which click."""

    centre_id: UUID
    login: str
    now: datetime
    op: UUID
    counter_id: UUID | None = None


def log_in(hall: Hall, attempt: Attempt, password: str) -> LoggedIn:
    """Log somebody in. Takes about 0.1 s: call it off the GUI thread.

    Raises:
        NotAllowed: wrong login or password, locked account (with the minutes to wait), deactivated account.
        Stale: the password was changed while it was being verified.
        Unavailable: the database cannot be reached, or the kept password is damaged.
    """
    seen = hall.read(hash_of_login, attempt.centre_id, tidy_login(attempt.login))
    right = is_right(password, seen or NOBODY)
    better = rehash(password) if right and seen and needs_rehash(seen) else None
    with _decided_then_raised(hall) as (session, verdict):
        account = _locked_account(session, attempt)
        refusal = _judge(session, account, seen, right, attempt.now)
        facts = _count(account, refusal, right, attempt.now)
        entry = _author(attempt, account)
        append(session, hall.vault, entry, [_entry_note(LOG_IN_REFUSED if refusal else LOG_IN, account, facts)])
        if refusal is None and account is not None:
            verdict.logged_in = _welcome(session, account, attempt, facts)
            account.last_login_at = attempt.now
            if better is not None:
                account.password_hash = better
        verdict.refusal = refusal
    assert verdict.logged_in is not None
    return verdict.logged_in


def prove(hall: Hall, actor: Actor, password: str, now: datetime, op: UUID) -> str:
    """The person at the keyboard proves again who they are: to unlock the idle screen, or to change the password.

    Failures count towards the same lockout. Takes about 0.1 s: call it off the GUI thread.

    Returns:
        The hash the password was verified against: what `change_password` wants as `proven`.

    Raises:
        NotAllowed, Stale, Unavailable: as `log_in`.
    """
    login, seen = hall.read(_login_and_hash, actor.centre_id, actor.staff_id)
    right = is_right(password, seen)
    attempt = Attempt(actor.centre_id, login, now, op, actor.counter_id)
    with _decided_then_raised(hall) as (session, verdict):
        account = _locked_account(session, attempt)
        verdict.refusal = _judge(session, account, seen, right, now)
        facts = _count(account, verdict.refusal, right, now)
        tag = PROVE_REFUSED if verdict.refusal else PROVE
        append(session, hall.vault, _author(attempt, account), [_entry_note(tag, account, facts)])
    return seen


@dataclass(slots=True)
class _Verdict:
    refusal: Refusal | None = None
    logged_in: LoggedIn | None = None


@contextmanager
def _decided_then_raised(hall: Hall) -> Iterator[tuple[Session, _Verdict]]:
    """A transaction that commits what the body wrote, and only then raises the refusal the body decided on."""
    verdict = _Verdict()
    with hall.transaction() as session:
        yield session, verdict
    if verdict.refusal is not None:
        raise verdict.refusal


def _login_and_hash(session: Session, centre_id: UUID, staff_id: UUID) -> tuple[str, str]:
    login = session.scalar(select(Staff.login).where(Staff.centre_id == centre_id, Staff.id == staff_id))
    kept = hash_of(session, staff_id)
    if login is None or kept is None:
        raise RuleBroken("账号不存在，请重新登录。")
    return login, kept


def _locked_account(session: Session, attempt: Attempt) -> Staff | None:
    return session.scalar(
        select(Staff)
        .where(Staff.centre_id == attempt.centre_id, Staff.login == tidy_login(attempt.login))
        .with_for_update(key_share=True)
    )


def _judge(session: Session, account: Staff | None, seen: str | None, right: bool, now: datetime) -> Refusal | None:
    """Why this attempt is refused, None when it is good. A locked account refuses the right password too."""
    if account is None:
        return NotAllowed(WRONG)
    if account.locked_until is not None and (minutes := minutes_to_wait(account.locked_until, now)):
        return NotAllowed(f"密码连续输错次数过多，账号已锁定，请 {minutes} 分钟后再试，或请系统管理员解锁。")
    if hash_of(session, account.id) != seen:
        return Stale("这个账号的密码刚刚被更改，请重新输入。")
    if not right:
        return NotAllowed(WRONG)
    if not account.active:
        return NotAllowed("这个账号已停用，请联系系统管理员。")
    return None


def _count(account: Staff | None, refusal: Refusal | None, right: bool, now: datetime) -> dict[str, Fact]:
    """Keep the counter of failures on the account; what the journal is told about it."""
    if account is None:
        return {"account": "unknown"}
    open_now = account.locked_until is None or not minutes_to_wait(account.locked_until, now)
    if refusal is None:
        before, account.failures, account.locked_until = account.failures, 0, None
        return {"failures_before": before}
    if not open_now:
        return {"reason": "locked", "right": right}
    if right:
        return {"reason": "changed" if isinstance(refusal, Stale) else "inactive"}
    account.failures += 1
    until = locked_until_after(account.failures, now)
    account.locked_until = until
    return {"reason": "password", "failures": account.failures, "locked": until is not None}


def _welcome(session: Session, account: Staff, attempt: Attempt, facts: dict[str, Fact]) -> LoggedIn:
    roles = frozenset(session.scalars(select(StaffRole.role).where(StaffRole.staff_id == account.id)))
    why = ""
    if account.must_change:
        why = "这是一次性密码，请先改成自己的密码。"
    elif password_expired(account.password_changed_at, attempt.now):
        why = "密码已使用超过 90 天，请更换。"
    return LoggedIn(
        actor=Actor(account.id, account.centre_id, account.name, permissions_of(roles), attempt.counter_id),
        login=account.login,
        must_change=bool(why),
        why_change=why,
        last_login_at=account.last_login_at,
        failures_before=int(facts["failures_before"] or 0),
    )


def _author(attempt: Attempt, account: Staff | None) -> Author:
    """Who the journal names. Never the text typed as login: people type their password there by mistake."""
    staff_id, name = (account.id, account.name) if account else (None, "")
    return Author(attempt.centre_id, staff_id, name, attempt.counter_id, attempt.now, attempt.op)


def _entry_note(tag: str, account: Staff | None, facts: dict[str, Fact]) -> Note:
    return Note(tag, "staff" if account else "", account.id if account else None, facts)
