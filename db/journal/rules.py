"""The journal's chain: every entry is sealed with the hall's key, and every hash covers a seal and the hash before it.

The seal (HMAC-SHA256) covers what the entry tells and the newest entry that its writer saw. So somebody who can write to the
database but lacks the data key cannot change an entry, and cannot take one out, move it or put one in and compute the hashes
anew: entries written later bear witness to the hashes as they were. The hash (SHA-256) needs no key, so that a server can
count the entries of many counters one behind the other while it commits them (`db.journal.write`).
Source: GB/T 22239-2019 (等保2.0) 安全审计: records must be protected against change.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID

import msgspec

GENESIS = bytes(32)
"""The “hash before” the first entry of a centre."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One journal entry. `facts` is JSON text exactly as it is kept; `nth` counts the entries of one click from 0;
    `seen_seq` and `seen` are number and hash of the newest entry when the click began."""

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
    nth: int
    seen_seq: int
    seen: bytes


def canonical(entry: Entry) -> bytes:
    """The bytes that are sealed: a JSON array of the entry's fields but its number, times in UTC microseconds."""
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    return msgspec.json.encode(
        [
            entry.centre_id, at, entry.op, entry.staff_id, entry.staff_name, entry.counter_id,
            entry.tag, entry.subject_kind, entry.subject_id, entry.facts, entry.nth, entry.seen_seq, entry.seen.hex(),
        ]
    )  # fmt: skip


def sealed(key: bytes, entry: Entry) -> bytes:
    """The seal (32 bytes) of an entry; its number is not part of it."""
    mac = _keyed(key).copy()
    mac.update(canonical(entry))
    return mac.digest()


@lru_cache(maxsize=4)
def _keyed(key: bytes) -> hmac.HMAC:
    """What every seal begins with; a copy costs half of beginning anew."""
    return hmac.new(key, digestmod="sha256")


def chained(previous: bytes, seq: int, seal: bytes) -> bytes:
    """The hash (32 bytes) of the entry with number `seq` that follows the entry hashed `previous`."""
    return hashlib.sha256(previous + seq.to_bytes(8, "big") + seal).digest()
