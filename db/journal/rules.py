"""The journal's chain: every entry's hash covers its content and the hash before it, keyed per hall.

A keyed hash (HMAC-SHA256) is used, so that somebody who can write to the database but lacks the data key cannot
recompute the chain after changing it. Source: GB/T 22239-2019 (等保2.0) 安全审计: records must be protected against change.
"""

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import msgspec

GENESIS = bytes(32)
"""The “hash before” the first entry of a centre."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One journal entry; `facts` is JSON text exactly as it is kept."""

    centre_id: UUID
    seq: int
    at: datetime
    op: UUID
    staff_id: UUID | None
    staff_name: str
    counter_id: UUID | None
    tag: str
    subject_kind: str
    subject_id: UUID | None
    facts: str


def canonical(entry: Entry) -> bytes:
    """The bytes that are hashed: a JSON array of the entry's fields in their order, times in UTC microseconds."""
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    return msgspec.json.encode(
        [
            entry.centre_id, entry.seq, at, entry.op, entry.staff_id, entry.staff_name, entry.counter_id,
            entry.tag, entry.subject_kind, entry.subject_id, entry.facts,
        ]
    )  # fmt: skip


def chained(key: bytes, previous: bytes, entry: Entry) -> bytes:
    """The hash (32 bytes) of an entry that follows the entry hashed `previous`."""
    return hmac.digest(key, previous + canonical(entry), "sha256")
