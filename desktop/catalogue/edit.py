"""Adding and changing an item: every field, in four parts. What was typed stays until it is saved or thrown away."""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from db.catalogue import actions
from db.catalogue.queries import item
from db.catalogue.rows import ItemDetail
from db.catalogue.rules import (
    CASE_TYPES,
    CATEGORIES,
    ITEM_TYPES,
    LABELS,
    ROLES,
    UNITS,
    ItemContent,
    faults,
    join_aliases,
    split_aliases,
)
from db.errors import Refusal, RuleBroken
from db.text import code, line, note
from desktop.catalogue.materials import MaterialsTable
from desktop.shell.desk import Desk
from desktop.shell.twice import Twice
from desktop.widgets.ask import confirm
from desktop.widgets.form import Form, scrolled

NOT_SET = "未填"
_LISTS: dict[str, tuple[tuple[str, ...], bool]] = {  # words, whether others may be typed
    "item_type": (("", *ITEM_TYPES), False),
    "category": (("", *CATEGORIES), True),
    "role": (("", *ROLES), False),
    "case_type": (CASE_TYPES, False),
    "promise_unit": (UNITS, False),
    "legal_unit": (UNITS, False),
}
_NUMBERS = {"promise_limit": 3650, "legal_limit": 3650, "visits": 20}
_LONG = ("conditions", "process", "basis", "note")
_CODES = ("local_code", "basic_code", "implementation_code", "business_code")
_PARTS: dict[str, tuple[str, ...]] = {
    "基本": (
        "local_code", "name", "aliases", "department", "delegating_department", "item_type", "category",
        "service_object", "role", "forward_to", "seal_delegated",
    ),
    "时限与收费": (
        "case_type", "promise_limit", "promise_unit", "legal_limit", "legal_unit", "limit_confirmed", "visits", "fee",
        "result", "phone", "complaint_phone",
    ),
    "条件与流程": ("conditions", "process", "basis", "note"),
    "编码": ("basic_code", "implementation_code", "business_code", "batch"),
}  # fmt: skip
_TICKS = {
    "limit_confirmed": "已核对（没有勾选的，不打印承诺日期）",
    "seal_delegated": "主管部门已委托（没有委托的，只出收件凭证，不出受理通知书）",
}
_HINTS = {
    "aliases": "群众在窗口怎么叫它，用“、”隔开，查找时都能找到。",
    "basic_code": "12 位数字，可不填。",
    "implementation_code": "31 位，可不填。",
    "business_code": "33 位，前 31 位与实施编码相同，可不填。",
}


class EditDialog(QDialog):
    """One item. `detail` None: a new one."""

    def __init__(self, desk: Desk, detail: ItemDetail | None, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._detail = detail
        self._before = detail.content if detail else ItemContent(local_code="", name="")
        self.setWindowTitle(f"编辑事项 — {self._before.name}" if detail else "新增事项")
        self.resize(900, 640)
        self._get: dict[str, Callable[[], Any]] = {}
        self.widgets: dict[str, QWidget] = {}
        self.forms: dict[str, Form] = {}
        self.tabs = QTabWidget(self)
        for title, names in _PARTS.items():
            self.tabs.addTab(scrolled(self._part(title, names)), title)
        self.materials = MaterialsTable(self._before.materials, self)
        self.tabs.insertTab(2, self.materials, "材料")
        self.save = QPushButton("保存（Ctrl+S）")
        self.save.setObjectName("primary")
        self.save.setShortcut("Ctrl+S")
        self.save.setDefault(True)
        self.save.clicked.connect(self._save)
        leave = QPushButton("取消（Esc）")
        leave.setAutoDefault(False)
        leave.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(leave)
        buttons.addWidget(self.save)
        layout = QVBoxLayout(self)
        layout.addWidget(self.tabs, 1)
        layout.addLayout(buttons)
        if detail is not None:
            self.widgets["local_code"].setEnabled(False)
            self.widgets["name"].setFocus()
            self._twice: Twice[ItemDetail] = Twice(
                self, desk, read=lambda session: item(session, desk.centre_id, detail.id),
                twin=lambda row: EditDialog(desk, row, self), adopt=self._adopt, failed=self._failed,
            )  # fmt: skip

    def content(self) -> ItemContent:
        """The item as the fields say it.

        Raises:
            RuleBroken: a text that cannot be kept.
        """
        values = {name: get() for name, get in self._get.items()}
        if values["case_type"] == "即办件":
            values["promise_limit"] = None
        return replace(self._before, materials=self.materials.materials(), **values)

    def reject(self) -> None:
        """Leave; ask first when something was typed."""
        try:
            untouched = self.content() == self._before
        except RuleBroken:
            untouched = False
        if untouched or confirm(self, "放弃修改", "改过的内容还没有保存。要放弃吗？", "放弃修改"):
            super().reject()

    def _part(self, title: str, names: tuple[str, ...]) -> Form:
        form = self.forms[title] = Form()
        form.layout().setContentsMargins(12, 12, 12, 12)  # type: ignore[union-attr]
        for name in names:
            widget, self._get[name] = self._field(name)
            self.widgets[name] = widget
            form.add(LABELS[name], widget, _HINTS.get(name, ""))
        return form

    def _field(self, name: str) -> tuple[QWidget, Callable[[], Any]]:
        value, label = getattr(self._before, name), LABELS[name]
        if name in _LISTS:
            words, free = _LISTS[name]
            combo = QComboBox()
            combo.addItems(list(words))
            combo.setEditable(free)
            combo.setCurrentText(value)
            return combo, lambda: line(combo.currentText(), label)
        if name in _NUMBERS:
            spin = QSpinBox()
            spin.setRange(-1 if name == "visits" else 0, _NUMBERS[name])
            spin.setSpecialValueText(NOT_SET)
            spin.setValue(spin.minimum() if value is None else value)
            return spin, lambda: None if spin.value() == spin.minimum() else spin.value()
        if isinstance(value, bool):
            box = QCheckBox(_TICKS[name])
            box.setChecked(value)
            return box, box.isChecked
        if name in _LONG:
            text = QPlainTextEdit(value)
            text.setTabChangesFocus(True)
            text.setMinimumHeight(90)
            return text, lambda: note(text.toPlainText(), label, 4000)
        edit = QLineEdit(join_aliases(value) if name == "aliases" else value)
        if name == "aliases":
            return edit, lambda: split_aliases(line(edit.text(), label, 4000))
        if name in _CODES:
            return edit, lambda: code(line(edit.text(), label))
        return edit, lambda: line(edit.text(), label, 4000)

    def _save(self) -> None:
        try:
            content = self.content()
        except RuleBroken as refusal:
            self._complain(refusal.sentence, None)
            return
        wrong = faults(content)
        if wrong:
            self._complain(wrong[0].sentence, wrong[0].field)
            return
        self.save.setEnabled(False)
        if self._detail is None:
            self._desk.do(self, actions.add_item, content=content, then=self._saved, failed=self._refused)
        else:
            self._desk.do(
                self,
                actions.edit_item,
                item_id=self._detail.id,
                version=self._detail.version,
                content=content,
                then=self._saved,
                failed=self._refused,
            )

    def _saved(self, result: UUID | int) -> None:
        self._desk.messages.info(f"“{self.widgets['name'].text()}”已保存。")  # type: ignore[attr-defined]
        self.accept()

    def _refused(self, refusal: Refusal) -> None:
        if self._detail is None or not self._twice.meets(refusal):
            self._failed(refusal)

    def _failed(self, refusal: Refusal) -> None:
        self.save.setEnabled(True)
        self._complain(refusal.sentence, None)

    def _adopt(self, detail: ItemDetail) -> None:
        self._detail, self._before = detail, detail.content
        self._save()

    def _complain(self, sentence: str, field: str | None) -> None:
        """Say what is wrong where it is: the part is brought up, the field marked."""
        for form in self.forms.values():
            form.complain("")
        if field == "materials":
            self.tabs.setCurrentWidget(self.materials)
            self._desk.messages.problem(sentence)
            return
        title = next((title for title, names in _PARTS.items() if field in names), "")
        if not title:
            self._desk.messages.problem(sentence)
            title = self.tabs.tabText(self.tabs.currentIndex())
        else:
            self.tabs.setCurrentIndex([self.tabs.tabText(at) for at in range(self.tabs.count())].index(title))
        if title in self.forms:
            self.forms[title].complain(sentence, self.widgets.get(field or ""))


EDITED = frozenset(name for names in _PARTS.values() for name in names) | {"materials"}
assert {field.name for field in fields(ItemContent)} == EDITED, "every field of an item can be edited"
