"""The right side of the catalogue page: everything an item says, or the refusal of a forbidden proof."""

from html import escape

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QTextBrowser, QVBoxLayout, QWidget

from db.catalogue.rows import ItemDetail
from db.catalogue.rules import AT_ONCE, UNCONFIRMED, ItemContent, Material, join_aliases, limit_text
from db.catalogue.starter import Proof
from desktop.catalogue.refusal import refusal_html
from desktop.shell import theme
from desktop.widgets.badge import Badge
from desktop.widgets.words import label

ROLES = {
    "直办": "本中心直接办理",
    "收件": "本中心收件，转报主管部门办理",
    "代办": "本中心帮办、代办",
    "导办": "本中心引导，到主管部门办理",
}
NOTHING = "从左边选一个事项，这里显示它的条件、材料、时限和本中心能办到哪一步。"


class DetailPane(QFrame):
    """Shows one item or one proof. `shown` is told when another one stands there."""

    shown = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.detail: ItemDetail | None = None
        self.proof: Proof | None = None
        self.title = label("", "itemName", wrap=True, select=True)
        self.badges = QHBoxLayout()
        self.badges.setSpacing(6)
        self.body = QTextBrowser(self)
        self.body.setObjectName("itemBody")
        self.body.setFrameShape(QFrame.Shape.NoFrame)
        self.body.setOpenLinks(False)
        self.body.setAccessibleName("事项详情")
        self.body.setTabChangesFocus(True)
        box = QVBoxLayout(self)
        box.addWidget(self.title)
        box.addLayout(self.badges)
        box.addWidget(self.body, 1)
        theme.watch.changed.connect(self._draw)
        self.show_nothing()

    def show_nothing(self) -> None:
        """Nothing is chosen."""
        self.detail = self.proof = None
        self._draw()

    def show_item(self, detail: ItemDetail) -> None:
        """Show an item."""
        self.detail, self.proof = detail, None
        self._draw()

    def show_proof(self, proof: Proof) -> None:
        """Show why a proof is refused, and where people go."""
        self.detail, self.proof = None, proof
        self._draw()

    def _draw(self) -> None:
        while (taken := self.badges.takeAt(0)) is not None:
            widget = taken.widget()
            if widget is not None:
                widget.deleteLater()
        if self.proof is not None:
            self.title.setText(self.proof.name)
            self.badges.addWidget(Badge("不应出具", "bad", shape=True))
            self.body.setHtml(refusal_html(self.proof))
        elif self.detail is not None:
            self.title.setText(self.detail.content.name)
            for badge in _badges(self.detail):
                self.badges.addWidget(badge)
            muted = theme.colour("muted").name()
            self.body.setHtml(item_html(self.detail, muted))
        else:
            self.title.setText("")
            self.body.setPlainText(NOTHING)
        self.badges.addStretch(1)
        self.shown.emit()


def _badges(detail: ItemDetail) -> list[QLabel]:
    content = detail.content
    marks: list[QLabel] = [Badge(text, "info") for text in (content.role, content.case_type, content.item_type) if text]
    if not content.limit_confirmed:
        marks.append(Badge(f"时限{UNCONFIRMED}", "warn", shape=True))
    if not detail.enabled:
        marks.append(Badge("已停用", "", shape=True))
    return marks


def item_html(detail: ItemDetail, muted: str) -> str:
    """Everything an item says, as rich text; `muted` is the colour of its small headings."""
    content = detail.content
    rows = [
        ("俗称", join_aliases(content.aliases)),
        ("本中心", _centre(content)),
        ("办结时限", _limits(content)),
        ("收费", content.fee),
        ("结果", content.result),
        ("主管部门", _department(content)),
        ("服务对象", content.service_object),
        ("到现场", f"{content.visits} 次" if content.visits is not None else ""),
        ("咨询电话", content.phone),
        ("监督电话", content.complaint_phone),
    ]
    last = [
        ("设定依据", content.basis),
        ("编码", _codes(content)),
        ("下放批次", content.batch),
        ("分类", content.category),
        ("备注", content.note),
        ("版本", f"第 {detail.number} 版，编号 {content.local_code}"),
    ]
    parts = [
        _table(rows, muted),
        _text("受理条件", content.conditions, muted),
        _materials(content.materials, muted),
        _text("办理流程", content.process, muted),
        _table(last, muted),
    ]
    return "".join(parts)


def _centre(content: ItemContent) -> str:
    said = ROLES.get(content.role, "未填本中心权限")
    sealed = "；主管部门已委托受理章，可以出具受理通知书" if content.seal_delegated else ""
    return f"{content.role}：{said}{f'（{content.forward_to}）' if content.forward_to else ''}{sealed}"


def _limits(content: ItemContent) -> str:
    if content.case_type == AT_ONCE:
        promise, waiting = "即办（当场办结）", UNCONFIRMED
    else:
        promise = f"承诺 {limit_text(content.promise_limit, content.promise_unit) or '未定'}"
        waiting = f"{UNCONFIRMED}：核对前不打印承诺日期"
    legal = f"；法定 {limit_text(content.legal_limit, content.legal_unit)}" if content.legal_limit else ""
    return f"{promise}{legal}" if content.limit_confirmed else f"{promise}{legal}（{waiting}）"


def _department(content: ItemContent) -> str:
    delegated = f"（委托部门：{content.delegating_department}）" if content.delegating_department else ""
    return f"{content.department}{delegated}" if content.department else ""


def _codes(content: ItemContent) -> str:
    codes = (
        ("基本", content.basic_code),
        ("实施", content.implementation_code),
        ("业务办理项", content.business_code),
    )
    return "；".join(f"{name} {code}" for name, code in codes if code)


def _table(rows: list[tuple[str, str]], muted: str) -> str:
    cells = "".join(
        f'<tr><td style="color:{muted};white-space:nowrap;padding:2px 12px 2px 0">{name}</td>'
        f'<td style="padding:2px 0">{_escaped(text)}</td></tr>'
        for name, text in rows
        if text
    )
    return f'<table cellspacing="0">{cells}</table>' if cells else ""


def _text(title: str, text: str, muted: str) -> str:
    return f'<p style="margin:8px 0 2px 0"><b>{title}</b></p><p style="margin:0">{_escaped(text)}</p>' if text else ""


def _materials(materials: tuple[Material, ...], muted: str) -> str:
    if not materials:
        return '<p style="margin:8px 0 2px 0"><b>申请材料</b></p><p style="margin:0">不需要材料</p>'
    lines = "".join(
        f"<li>{_escaped(material.name)}<span style='color:{muted}'>　{_escaped(_facts(material))}</span></li>"
        for material in materials
    )
    return f'<p style="margin:8px 0 2px 0"><b>申请材料</b>（{len(materials)} 项）</p><ol style="margin:0">{lines}</ol>'


def _facts(material: Material) -> str:
    copies = f"{material.copies} 份" if material.form != "现场" else ""
    return "，".join(part for part in (material.necessity, material.form, copies, material.note) if part)


def _escaped(text: str) -> str:
    return escape(text).replace("\n", "<br>").replace("→", " → ")
