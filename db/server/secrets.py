"""The server password of this computer's user: in the system's keyring, never in a settings file."""

from sqlalchemy import URL, Engine, event

from db.keyring_store import SystemKeyring


def with_secret(url: URL, keyring: SystemKeyring) -> URL:
    """The address with the password from the keyring, where it has none of its own and one is kept."""
    if url.get_backend_name() != "postgresql" or url.password or not url.username:
        return url
    kept = keyring.read(_name(url))
    return url.set(password=kept) if kept else url


def remember(url: URL, secret: str, keyring: SystemKeyring) -> bool:
    """Keep the password for an address; False where there is no keyring: then it is asked for at every start."""
    return keyring.write(_name(url), secret)


def without_secret(url: URL) -> str:
    """The address as it may be written into a settings file."""
    return url._replace(password=None).render_as_string(hide_password=False)  # `set` takes None for “as it is”


def use_secret(engine: Engine, secret: str) -> None:
    """The password has just been changed: connections that are made from now on log in with the new one.

    Those that rest are closed: a pooler logs in to the server with what its client's latest login has told it (SCRAM keys).
    """

    def put(_dialect: object, _record: object, _arguments: object, named: dict[str, object]) -> None:
        named["password"] = secret

    event.listen(engine, "do_connect", put)
    engine.url = engine.url.set(password=secret)
    engine.dispose()


def as_user(url: URL, user: str) -> URL:
    """The same database for somebody else; a password that stands in the address is not theirs."""
    return url if url.username == user else url.set(username=user)._replace(password=None)


def without_user(url: URL) -> str:
    """Where the database is, whoever logs in."""
    return url._replace(drivername="postgresql", username=None, password=None).render_as_string(hide_password=False)


def _name(url: URL) -> str:
    return f"server:{url.username}@{url.host or 'localhost'}:{url.port or 5432}/{url.database}"
