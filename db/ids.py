"""Primary keys: UUIDv7, made by the client, so that rows sort by birth and never need the server to be named."""

from uuid import UUID

import uuid_utils


def new_id() -> UUID:
    """A fresh UUIDv7 (RFC 9562)."""
    return UUID(bytes=uuid_utils.uuid7().bytes)
