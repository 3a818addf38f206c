"""Vouching for the limits of an item: from 待核 to 已核."""

from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from db.catalogue import actions
from db.catalogue.queries import item
from db.catalogue.rows import ItemDetail
from db.catalogue.rules import AT_ONCE, UNITS
from db.errors import Refusal
from desktop.shell.desk import Desk
from desktop.shell.twice import Twice
from desktop.widgets.form import Form
from desktop.widgets.words import label

QUESTION = (
    "请对照实施清单或主管部门的文件核对时限。确认以后，窗口受理这个事项就会按这里的时限算出承诺日期，并印在凭证上。"
)


class ConfirmLimitDialog(QDialog):
    """Both limits with their units; saving them confirms them."""

    def __init__(self, desk: Desk, detail: ItemDetail, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._detail = detail
        content = detail.content
        self.setWindowTitle(f"核对办结时限 — {content.name}")
        self.setMinimumWidth(520)
        self.form = Form()
        self.promise, self.promise_unit = self._limit("承诺办结时限", content.promise_limit, content.promise_unit)
        self.legal, self.legal_unit = self._limit("法定办结时限", content.legal_limit, content.legal_unit)
        if content.case_type == AT_ONCE:
            self.promise.setEnabled(False)
            self.promise.setSpecialValueText("即办")
            self.promise_unit.setEnabled(False)
        buttons = QDialogButtonBox(self)
        self.ok = buttons.addButton("核对无误，确认（回车）", QDialogButtonBox.ButtonRole.AcceptRole)
        self.ok.setObjectName("primary")
        buttons.addButton("取消（Esc）", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self._confirm)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(label(QUESTION, wrap=True))
        layout.addWidget(self.form)
        layout.addWidget(buttons)
        self._twice: Twice[ItemDetail] = Twice(
            self, desk, read=lambda session: item(session, desk.centre_id, detail.id),
            twin=lambda row: ConfirmLimitDialog(desk, row, self), adopt=self._adopt, failed=self._failed,
        )  # fmt: skip

    def _limit(self, title: str, days: int | None, unit: str) -> tuple[QSpinBox, QComboBox]:
        spin, units = QSpinBox(), QComboBox()
        spin.setRange(0, 3650)
        spin.setSpecialValueText("未定")
        spin.setValue(days or 0)
        units.addItems(list(UNITS))
        units.setCurrentText(unit)
        units.setAccessibleName(f"{title}的单位")
        held = QWidget()
        row = QHBoxLayout(held)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(spin, 1)
        row.addWidget(units)
        self.form.add(title, held)
        held.setFocusProxy(spin)
        spin.setAccessibleName(title)
        return spin, units

    def _confirm(self) -> None:
        self._desk.do(
            self,
            actions.confirm_limit,
            item_id=self._detail.id,
            version=self._detail.version,
            promise_limit=self.promise.value() or None,
            promise_unit=self.promise_unit.currentText(),
            legal_limit=self.legal.value() or None,
            legal_unit=self.legal_unit.currentText(),
            then=self._confirmed,
            failed=self._refused,
        )

    def _confirmed(self, number: int) -> None:
        self._desk.messages.info(f"“{self._detail.content.name}”的时限已核对，从现在起打印承诺日期。")
        self.accept()

    def _refused(self, refusal: Refusal) -> None:
        if not self._twice.meets(refusal):
            self._failed(refusal)

    def _adopt(self, detail: ItemDetail) -> None:
        self._detail = detail
        self._confirm()

    def _failed(self, refusal: Refusal) -> None:
        self.form.complain(refusal.sentence, self.promise)
