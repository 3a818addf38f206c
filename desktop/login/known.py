"""What this computer remembers of the hall on the server, so that its login page needs nobody's connection."""

from typing import TYPE_CHECKING

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session

from db.centre.queries import centre, counters
from db.server import roles
from db.server.accounts import own_account
from db.server.secrets import without_user
from desktop.shell.machine import KnownCounter, KnownHall

if TYPE_CHECKING:
    from desktop.shell.opening import Opened


def seen_by(session: Session, address: str) -> KnownHall | None:
    """The hall of whoever is logged in to the server; None where that is not an account's own role."""
    own = own_account(session)
    if own is None:
        return None
    found = centre(session, own.centre_id)
    rows = counters(session, own.centre_id)
    shown = tuple(KnownCounter(row.id, row.number, row.title) for row in rows)
    return KnownHall(without_user(make_url(address)), own.centre_id, found.fields.code, found.fields.name, shown)


def known_of(opened: "Opened") -> KnownHall | None:
    """The hall that has just been opened, where people take turns: on a server, as an account's own role.

    Raises:
        Unavailable: it cannot be read.
    """
    address = opened.engine.url.render_as_string(hide_password=True)
    return opened.hall.read(seen_by, address) if opened.engine.dialect.name == "postgresql" else None


def is_of(known: KnownHall | None, address: str) -> bool:
    """Whether what is remembered is of the server at an address, which may be no good address at all."""
    if known is None or not address.startswith("postgresql"):
        return False
    try:
        return known.server == without_user(make_url(address))
    except (ArgumentError, ValueError):
        return False


def role_of(known: KnownHall, login: str) -> str:
    """As whom somebody with that login logs in to the server."""
    return roles.account(make_url(known.server).database or "", known.code, login)
