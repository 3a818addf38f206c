"""Rules are looked at inside the action, so that nothing slips by; who knows better says why (以原因越过)."""

from collections.abc import Iterable, Sequence

from db.action import Act
from db.errors import RuleBroken
from db.text import line


class Objection(RuleBroken):
    """Rules of the roster that would be broken; the same action with a reason in `override` does it all the same."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__("；".join(sentence.rstrip("。") for sentence in sentences) + "。")
        self.sentences = tuple(sentences)


def settle(act: Act, sentences: Iterable[str], override: str) -> str:
    """The reason that is kept with what is done: empty where no rule stands in the way.

    Raises:
        Objection: rules would be broken and no reason is given.
    """
    broken = tuple(dict.fromkeys(sentences))
    reason = line(override, "越过规则的原因")
    if not broken:
        return ""
    if not reason:
        raise Objection(broken)
    act.note(override=reason, broken=len(broken))
    return reason
