"""What an action may refuse with. The message is a sentence that a clerk understands and can act on."""

LINK_LOST = "与数据库的连接中断，内容仍在窗口里。请检查网络后重试。"
"""Of a click whose server was away: true until the link is back."""


class Refusal(Exception):
    """A known refusal; `sentence` is shown as it is. Anything else that is raised is a bug."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class RuleBroken(Refusal):
    """A rule of the field or a constraint of the data forbids it."""


class NotAllowed(Refusal):
    """The person at the keyboard has no permission for it."""


class Stale(Refusal):
    """Somebody else changed the same thing first."""


class Unavailable(Refusal):
    """The database cannot be reached, is locked, read-only, full, or of another version."""
