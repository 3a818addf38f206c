"""The numbers of the queue's law (叫号规则): how much priority may overtake, how 过号 lines up again."""

from PySide6.QtWidgets import QSpinBox
from sqlalchemy.orm import Session

from db.tickets.queries import policy
from db.tickets.rules import QueuePolicy
from db.tickets.setup import set_policy
from desktop.settings.panel import RowPanel
from desktop.shell.desk import Desk

_FIELDS = (
    ("burst", "连续优先叫号", " 个优先号之后必叫一个普通号", 1, 10),
    ("overtake_limit", "最多被越过", " 次，之后先叫他", 0, 50),
    ("requeue_behind", "过号重排", " 个人之后再叫", 0, 20),
    ("requeue_times", "过号最多重排", " 次", 0, 10),
    ("undo_minutes", "可以撤销", " 分钟内的操作", 1, 60),
)


class QueuePanel(RowPanel[QueuePolicy]):
    """Holds from the next call on."""

    title = "叫号规则"
    hint = "优先号和普通号穿插，普通号不会一直被越过。改动从下一次叫号起生效。"
    kinds = frozenset({"ticket_policy"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.numbers: dict[str, QSpinBox] = {}
        for name, title, suffix, least, most in _FIELDS:
            spin = QSpinBox()
            spin.setRange(least, most)
            spin.setSuffix(suffix)
            self.form.add(title, spin)
            self.numbers[name] = spin
        self.add_save()
        self.twice.begin()

    def refresh(self) -> None:
        if self.desk.actor is not None:
            self.desk.ask(self, policy, self.desk.centre_id, then=self._show, topic="policy")

    def save(self) -> None:
        values = {name: spin.value() for name, spin in self.numbers.items()}
        self.desk.do(self, set_policy, **values, seen=self._row, then=self.kept, failed=self.refused)

    def _show(self, kept: QueuePolicy) -> None:
        if self._row is None or not self.twice.dirty:  # what is being typed stays
            self._put(kept)
            self.twice.begin()

    def _now(self, session: Session) -> QueuePolicy:
        return policy(session, self.desk.centre_id)

    def _put(self, kept: QueuePolicy) -> None:
        self._row = kept
        for name, spin in self.numbers.items():
            spin.setValue(getattr(kept, name))
