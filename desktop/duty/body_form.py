"""A rotating body (轮值单位): its name and colour, what it receives people for, whom to call, and its limits."""

from uuid import UUID

from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QSpinBox, QWidget
from sqlalchemy.orm import Session

from db.duty.bodies import BodyFields, save_body
from db.duty.queries import bodies
from db.duty.rows import BodyRow
from desktop.duty.people_pane_dialog import FormDialog
from desktop.duty.people_pane_look import colour_field
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.shell.twice import Twice

USUAL = ("“两代表一委员”工作室", "纪检监察", "法官", "检察官", "民警", "律师", "老党员")
"""Bodies of the field, offered by name for the first ones; the list is open."""


class BodyForm(FormDialog):
    """Numbers left at 0 ask nothing."""

    def __init__(self, desk: Desk, body: BodyRow | None, position: int, parent: QWidget | None = None) -> None:
        super().__init__(desk, f"修改 {body.name}" if body else "新增轮值单位", "保存", parent, width=620)
        self.body, self._position = body, position
        self.name = self.form.line("名称", body.name if body else "", placeholder="例如：" + "、".join(USUAL[:3]))
        self.colour = colour_field(body.colour if body else position)
        self.form.add("颜色", self.colour)
        self.scope = QPlainTextEdit(body.scope if body else "")
        self.scope.setTabChangesFocus(True)
        self.scope.setFixedHeight(theme.px(64))
        self.scope.setPlaceholderText("例如：倾听民意、政策咨询、矛盾调解")
        self.form.add("接待范围", self.scope, "印在公示表和门牌上")
        self.liaison = self.form.line("联络员", body.liaison if body else "")
        self.office_phone = self.form.line(
            "办公电话", body.office_phone if body else "", hint="公示用，只填办公电话，不要填私人手机号"
        )
        self.rest = _number(body.rest if body else 0, " 个工作日", 250)
        self.form.add("两次轮值至少间隔", self.rest, "同一个人在所有单位的轮值之间；0 表示不限")
        self.most_a_month = _number(body.most_a_month if body else 0, " 次", 31)
        self.form.add("每人每月最多", self.most_a_month)
        self.least_a_year = _number(body.least_a_year if body else 0, " 次", 250)
        self.form.add("每人每年不少于", self.least_a_year, "例如：每名代表每年不少于 2 次")
        self.note = QLineEdit(body.note if body else "")
        self.form.add("备注", self.note)
        self.name.setFocus()
        if body is not None:
            self.twice = Twice(
                self, desk, read=lambda session: _body(session, desk.centre_id, body.id),
                twin=lambda row: BodyForm(desk, row, position, self), adopt=self._adopt, failed=self._failed,
            )  # fmt: skip

    def _adopt(self, body: BodyRow) -> None:
        self.body = body
        self.save()

    def save(self) -> None:
        fields = BodyFields(
            name=self.name.text(), colour=int(self.colour.currentData()), scope=self.scope.toPlainText(),
            liaison=self.liaison.text(), office_phone=self.office_phone.text(), rest=self.rest.value(),
            most_a_month=self.most_a_month.value(), least_a_year=self.least_a_year.value(), note=self.note.text(),
            position=self.body.position if self.body else self._position,
        )  # fmt: skip
        self.ok.setEnabled(False)
        self.desk.do(
            self, save_body, fields=fields, body_id=self.body.id if self.body else None,
            version=self.body.version if self.body else 0, then=self._saved, failed=self._refused,
        )  # fmt: skip


def _body(session: Session, centre_id: UUID, body_id: UUID) -> BodyRow | None:
    return next((row for row in bodies(session, centre_id, idle=True) if row.id == body_id), None)


def limits_words(body: BodyRow) -> str:
    """The limits of a body in one line; "" where there are none."""
    parts = []
    if body.rest:
        parts.append(f"间隔不少于 {body.rest} 个工作日")
    if body.most_a_month:
        parts.append(f"每月最多 {body.most_a_month} 次")
    if body.least_a_year:
        parts.append(f"每年不少于 {body.least_a_year} 次")
    return "，".join(parts)


def _number(value: int, suffix: str, most: int) -> QSpinBox:
    field = QSpinBox(maximum=most, value=value, suffix=suffix)
    field.setSpecialValueText("不限")
    return field
