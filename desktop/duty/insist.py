"""A step that rules may stand in the way of: the broken rules are told, and a reason does it all the same."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from db.action import Action
from db.duty.overriding import Objection
from db.errors import Refusal
from desktop.shell.desk import Desk
from desktop.widgets.ask import ask_reason

OVERRIDES = ("已和本人商定", "负责人决定")
TOLD = 8
"""Broken rules that are told in the question: a plan may break hundreds."""


def ask_override(owner: QWidget, sentences: Sequence[str], doing: str) -> str:
    """The reason for doing it all the same, where `doing` names it (“安排”, “调整”); "" where the question was left."""
    told = "\n".join(f"■ {each}" for each in sentences[:TOLD])
    more = f"\n……共 {len(sentences)} 条" if len(sentences) > TOLD else ""
    question = f"这样{doing}不合规则：\n{told}{more}\n仍要{doing}，请写明原因："
    return ask_reason(owner, "不合规则", question, button=f"仍要{doing}", suggestions=OVERRIDES) or ""


def insist(
    desk: Desk,
    owner: QWidget,
    action: Action[..., Any],
    doing: str,
    *,
    then: Callable[[Any], None],
    failed: Callable[[Refusal], None],
    left: Callable[[], object] | None = None,
    override: str = "",
    **given: Any,
) -> None:
    """Do it; where rules object, ask for a reason and do it again with that. `left` is called when the question is left,
    `failed` with any other refusal.
    """

    def refused(refusal: Refusal) -> None:
        if not isinstance(refusal, Objection):
            failed(refusal)
            return
        reason = ask_override(owner, refusal.sentences, doing)
        if reason:
            insist(desk, owner, action, doing, then=then, failed=failed, left=left, override=reason, **given)
        elif left is not None:
            left()

    more = {"override": override} if override else {}
    desk.do(owner, action, then=then, failed=refused, **given, **more)
