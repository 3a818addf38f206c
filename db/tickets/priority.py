"""Who is called before others, and which proof a clerk must have seen.

Classes: shared rules of the halls of Fujian (老年人、残疾人、孕妇、现役/退役军人、烈属、消防救援人员). The proofs are the
documents such a person carries; only the *kind* of proof is recorded, never its number.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import Final

from db.errors import RuleBroken


class Priority(StrEnum):
    """Class of a ticket; `NONE` is an ordinary one."""

    NONE = ""
    ELDERLY = "elderly"
    DISABLED = "disabled"
    PREGNANT = "pregnant"
    MILITARY = "military"
    MARTYR_KIN = "martyr_kin"
    FIREFIGHTER = "firefighter"


class Proof(StrEnum):
    """Kind of proof that was seen at the desk."""

    NONE = ""
    IDENTITY_CARD = "identity_card"
    ELDER_CARD = "elder_card"
    DISABILITY_CARD = "disability_card"
    PREGNANCY_RECORD = "pregnancy_record"
    SEEN = "seen"
    SERVICE_CARD = "service_card"
    VETERAN_CARD = "veteran_card"
    MARTYR_KIN_CARD = "martyr_kin_card"
    RESCUE_CARD = "rescue_card"


PRIORITY_NAMES: Final = MappingProxyType(
    {
        Priority.NONE: "普通",
        Priority.ELDERLY: "老年人",
        Priority.DISABLED: "残疾人",
        Priority.PREGNANT: "孕妇",
        Priority.MILITARY: "现役/退役军人",
        Priority.MARTYR_KIN: "烈属",
        Priority.FIREFIGHTER: "消防救援人员",
    }
)

# One character that says the class where there is no room for its name (beside a shape, never instead of words).
PRIORITY_MARKS: Final = MappingProxyType(
    {
        Priority.NONE: "",
        Priority.ELDERLY: "老",
        Priority.DISABLED: "残",
        Priority.PREGNANT: "孕",
        Priority.MILITARY: "军",
        Priority.MARTYR_KIN: "烈",
        Priority.FIREFIGHTER: "消",
    }
)

PROOF_NAMES: Final = MappingProxyType(
    {
        Proof.NONE: "无",
        Proof.IDENTITY_CARD: "身份证（按年龄）",
        Proof.ELDER_CARD: "敬老优待证",
        Proof.DISABILITY_CARD: "残疾人证",
        Proof.PREGNANCY_RECORD: "孕产妇保健手册",
        Proof.SEEN: "当面看到",
        Proof.SERVICE_CARD: "军官证/士兵证",
        Proof.VETERAN_CARD: "退役军人优待证/退役证",
        Proof.MARTYR_KIN_CARD: "烈士遗属优待证",
        Proof.RESCUE_CARD: "消防救援证件",
    }
)

# What counts for which class; the first one is what the dialog offers.
ACCEPTED_PROOFS: Final = MappingProxyType(
    {
        Priority.NONE: (Proof.NONE,),
        Priority.ELDERLY: (Proof.IDENTITY_CARD, Proof.ELDER_CARD),
        Priority.DISABLED: (Proof.DISABILITY_CARD, Proof.SEEN),
        Priority.PREGNANT: (Proof.PREGNANCY_RECORD, Proof.SEEN),
        Priority.MILITARY: (Proof.SERVICE_CARD, Proof.VETERAN_CARD),
        Priority.MARTYR_KIN: (Proof.MARTYR_KIN_CARD,),
        Priority.FIREFIGHTER: (Proof.RESCUE_CARD,),
    }
)


def require_proof(priority: Priority, proof: Proof) -> None:
    """Refuse a priority without a proof that fits it (and a proof without a priority)."""
    if proof in ACCEPTED_PROOFS[priority]:
        return
    if priority is Priority.NONE:
        raise RuleBroken(f"普通号不需要证明；如因“{PROOF_NAMES[proof]}”优先，请先选择优先类别。")
    accepted = "、".join(PROOF_NAMES[each] for each in ACCEPTED_PROOFS[priority])
    raise RuleBroken(f"{PRIORITY_NAMES[priority]}优先须先查看证明：{accepted}。")
