"""The 安全管理员 sees the signing keys, changes them, and revokes one with a reason."""

from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from db.action import Actor, Request
from db.ids import new_id
from db.receipts import queries
from db.receipts.actions import issue
from db.receipts.check import Standing, check_scanned
from db.receipts.content import PaperKind
from db.staff.permissions import Role
from desktop.settings import signing
from desktop.settings.signing import SigningPanel
from desktop.shell.desk import Desk
from tests.conftest import NOW
from tests.factories.receipts import case_facts
from tests.factories.staff import make_staff


@pytest.fixture
def printed(desk: Desk, seated: Actor) -> str:
    """The QR text of a receipt, signed with the first key; the 安全管理员 then sits down."""
    request = Request(seated, NOW, new_id())
    issued = desk.hall.run(request, issue, kind=PaperKind.RECEIVED, case=case_facts(), case_id=None, printed=False)
    found = desk.hall.read(queries.receipt, desk.centre_id, issued.receipt_id)
    assert found is not None
    desk.log_in(make_staff(desk.hall, seated.centre_id, Role.SECADMIN, now=NOW))
    return found.content.qr


def states(panel: SigningPanel) -> list[str]:
    return [key.state for key in panel.table.rows.rows]


def test_a_key_is_changed_and_the_old_one_still_verifies(
    qtbot: QtBot, desk: Desk, printed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = SigningPanel(desk)
    qtbot.addWidget(panel)
    panel.refresh()
    qtbot.waitUntil(lambda: states(panel) == ["使用中"])
    monkeypatch.setattr(signing, "confirm", lambda *_asked: True)
    panel.rotate.click()
    qtbot.waitUntil(lambda: states(panel) == ["使用中", "已更换"])
    assert desk.hall.read(check_scanned, desk.centre_id, printed).standing is Standing.GENUINE


def test_a_key_is_revoked_only_when_it_is_picked_and_a_reason_is_given(
    qtbot: QtBot, desk: Desk, printed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: list[Any] = [None, "电脑失窃"]
    monkeypatch.setattr(signing, "ask_reason", lambda *_asked, **_more: answers.pop(0))
    panel = SigningPanel(desk)
    qtbot.addWidget(panel)
    panel.refresh()
    qtbot.waitUntil(lambda: states(panel) == ["使用中"])
    assert not panel.revoke.isEnabled()
    panel.table.selectRow(0)
    panel.revoke.click()
    assert states(panel) == ["使用中"]
    panel.revoke.click()
    qtbot.waitUntil(lambda: states(panel) == ["使用中", "已吊销"])
    assert desk.hall.read(check_scanned, desk.centre_id, printed).standing is Standing.FORGED
