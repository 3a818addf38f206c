"""Signing keys: made when first needed, sealed, rotated without doubt on old papers, revoked with doubt on them."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from db.action import Actor
from db.errors import NotAllowed, RuleBroken, Unavailable
from db.receipts import qr, queries
from db.receipts.actions import issue
from db.receipts.check import Standing, check_keys, check_scanned, problems
from db.receipts.content import PaperKind
from db.receipts.keys import revoke_key, rotate_key
from db.receipts.models import SigningKey
from db.session import Hall
from db.vault import Vault
from tests.factories.receipts import case_facts

Run = Callable[..., Any]


def printed(hall: Hall, run: Run, actor: Actor) -> str:
    """The text of the QR code of a new receipt."""
    issued = run(actor, issue, kind=PaperKind.RECEIVED, case=case_facts(), case_id=None)
    found = hall.read(queries.receipt, actor.centre_id, issued.receipt_id)
    assert found is not None
    return found.content.qr


def keys(session: Session) -> list[SigningKey]:
    return list(
        session.scalars(select(SigningKey).options(undefer(SigningKey.private_sealed)).order_by(SigningKey.number))
    )


def standing(hall: Hall, actor: Actor, text: str) -> Standing:
    return hall.read(check_scanned, actor.centre_id, text).standing


def test_the_first_receipt_makes_the_key_and_the_second_uses_it(hall: Hall, clerk: Actor, run: Run) -> None:
    printed(hall, run, clerk)
    printed(hall, run, clerk)
    [key] = hall.read(keys)
    private = hall.vault.open_bytes(key.private_sealed, "signing_key", "private_sealed", key.id)
    assert qr.public_of(private) == key.public
    assert private not in key.private_sealed


def test_the_private_key_opens_only_with_the_halls_data_key(hall: Hall, clerk: Actor, run: Run) -> None:
    printed(hall, run, clerk)
    [key] = hall.read(keys)
    with pytest.raises(Unavailable):
        Vault(b"another key of thirty-two bytes!").open_bytes(
            key.private_sealed, "signing_key", "private_sealed", key.id
        )


def test_after_rotation_old_and_new_receipts_are_genuine(hall: Hall, clerk: Actor, secadmin: Actor, run: Run) -> None:
    old = printed(hall, run, clerk)
    made = run(secadmin, rotate_key)
    new = printed(hall, run, clerk)
    assert made.number == 2
    assert [standing(hall, clerk, text) for text in (old, new)] == [Standing.GENUINE] * 2
    assert made.key_id in hall.read(check_keys)
    assert hall.read(problems, clerk.centre_id) == []


def test_what_a_revoked_key_signed_proves_nothing_but_stays_in_the_records(
    hall: Hall, clerk: Actor, secadmin: Actor, run: Run
) -> None:
    old = printed(hall, run, clerk)
    [named] = hall.read(check_keys)
    made = run(secadmin, revoke_key, key_id=named, reason="存放密钥的电脑失窃")
    assert made.key_id != named
    verdict = hall.read(check_scanned, clerk.centre_id, old)
    assert verdict.standing is Standing.FORGED
    assert "吊销" in verdict.sentence
    assert standing(hall, clerk, printed(hall, run, clerk)) is Standing.GENUINE
    assert hall.read(problems, clerk.centre_id) == []
    with pytest.raises(RuleBroken, match="早已吊销"):
        run(secadmin, revoke_key, key_id=named, reason="再来一次")


def test_an_unknown_key_cannot_be_revoked(secadmin: Actor, run: Run) -> None:
    with pytest.raises(RuleBroken, match="没有编号"):
        run(secadmin, revoke_key, key_id="00000000", reason="试一试")


def test_a_clerk_may_not_touch_keys(clerk: Actor, run: Run) -> None:
    with pytest.raises(NotAllowed):
        run(clerk, rotate_key)
