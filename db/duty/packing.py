"""What plans keep as JSON in a text column besides what `db.duty.kept` knows: proofs, snapshots, sheets."""

import msgspec

from db.duty.solve.problem import Proof

_PROOF = msgspec.json.Decoder(Proof)
_ENCODER = msgspec.json.Encoder(order="deterministic")


def packed(value: object) -> str:
    """Plain values as JSON; equal values give equal text."""
    return _ENCODER.encode(value).decode()


def proof_of(kept: str) -> Proof | None:
    """What is proved about a plan, None before it was solved."""
    return _PROOF.decode(kept) if kept else None
