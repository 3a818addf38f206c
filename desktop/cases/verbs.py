"""The moves of a case as buttons: which action does it, which key presses it, which paper it will print."""

from dataclasses import dataclass
from typing import Any

from db.action import Action
from db.cases import actions
from db.cases.status import Verb


@dataclass(frozen=True)
class Button:
    """A move as the clerk sees it. `prints` names the paper it owes, "" if none; `weight` sorts, main moves first."""

    verb: Verb
    action: Action[..., Any]
    title: str
    key: str
    icon: str
    prints: str = ""
    weight: int = 5


BUTTONS: dict[Verb, Button] = {
    each.verb: each
    for each in (
        Button(Verb.SUPPLEMENT, actions.supplement, "登记补交", "Alt+B", "mdi6.tray-arrow-down", "收件材料接收凭证", 2),
        Button(
            Verb.INSTANT, actions.finish_instantly_later, "即办", "Alt+J", "mdi6.flash", "办结通知书（取件凭证）", 0
        ),
        Button(
            Verb.ACCEPT,
            actions.accept_later,
            "受理",
            "Alt+S",
            "mdi6.check-decagram-outline",
            "受理通知书（有受理章时）",
            1,
        ),
        Button(
            Verb.TOLERATE,
            actions.tolerate_later,
            "容缺受理",
            "Alt+R",
            "mdi6.file-clock-outline",
            "容缺受理信用承诺书",
            3,
        ),
        Button(
            Verb.CORRECT,
            actions.request_correction_later,
            "补正告知",
            "Alt+G",
            "mdi6.file-alert-outline",
            "补齐补正通知书",
            2,
        ),
        Button(Verb.FINISH, actions.finish, "办结", "Alt+E", "mdi6.flag-checkered", "办结通知书（取件凭证）", 1),
        Button(Verb.DELIVER, actions.deliver, "送达", "Alt+D", "mdi6.hand-extended-outline", "送达回执", 0),
        Button(Verb.RESUME, actions.resume, "恢复计时", "Alt+H", "mdi6.play-outline", "", 0),
        Button(Verb.ADVANCE, actions.advance, "转入办理", "Alt+L", "mdi6.arrow-right-circle-outline", "", 3),
        Button(Verb.TRANSFER, actions.transfer, "转报", "Alt+Z", "mdi6.send-outline", "转报交接单", 4),
        Button(Verb.PAUSE, actions.pause, "挂起", "Alt+P", "mdi6.pause", "特殊程序告知书", 5),
        Button(
            Verb.REFUSE, actions.refuse_later, "不予受理", "Alt+U", "mdi6.close-octagon-outline", "不予受理通知书", 6
        ),
        Button(Verb.RETURN, actions.return_case, "退件", "Alt+T", "mdi6.undo-variant", "退件通知书", 7),
        Button(Verb.WITHDRAW, actions.withdraw, "撤回", "Alt+C", "mdi6.account-cancel-outline", "撤回申请确认书", 8),
    )
}
"""更正 has a dialog of its own (desktop.cases.rectify)."""
