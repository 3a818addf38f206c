"""A member's duty card (轮值证): printed, or made anew after it was lost, which makes the older one void."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QButtonGroup, QRadioButton, QVBoxLayout, QWidget

from db.duty.attendance import card_new
from db.duty.rows import MemberRow
from desktop.duty.people_pane_dialog import FormDialog
from desktop.shell.desk import Desk
from desktop.widgets.words import label

if TYPE_CHECKING:
    from desktop.shell.printing import Printing


class CardForm(FormDialog):
    """What follows is the page of papers with this member's card."""

    def __init__(
        self, desk: Desk, printing: "Printing | None", member: MemberRow, parent: QWidget | None = None
    ) -> None:
        super().__init__(desk, f"轮值证：{member.name}", "继续", parent, width=520)
        self.member, self.printing, self._host = member, printing, parent
        self.as_is = QRadioButton("打印轮值证")
        self.anew = QRadioButton("遗失或损坏，换发新证（旧证立即作废）")
        self._group = QButtonGroup(self)
        held = QWidget()
        box = QVBoxLayout(held)
        box.setContentsMargins(0, 0, 0, 0)
        for button in (self.as_is, self.anew):
            self._group.addButton(button)
            box.addWidget(button)
        self.as_is.setChecked(True)
        self.form.add("办理", held)
        self.form.add(
            "", label("证上只有姓名、身份和签名二维码，没有电话和证件号；到岗离岗时扫一下即可。", "hint", wrap=True)
        )
        self.as_is.setFocus()

    def save(self) -> None:
        if self.as_is.isChecked():
            self._print()
            return
        self.ok.setEnabled(False)
        self.desk.do(
            self, card_new, member_id=self.member.id, then=lambda _: self._print(), failed=self._refused
        )  # fmt: skip

    def _print(self) -> None:
        from desktop.duty.outputs import What, open_outputs

        host = self._host
        self._saved()
        if host is not None:
            open_outputs(host, self.desk, self.printing, what=What.CARDS, member_id=self.member.id)
