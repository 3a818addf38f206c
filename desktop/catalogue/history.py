"""What an item said before: its versions, newest first, with what each changed."""

from html import escape
from uuid import UUID

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from db.catalogue import queries
from db.catalogue.rows import VersionRow
from db.clock import local
from desktop.shell import theme
from desktop.shell.desk import Desk


class HistoryDialog(QDialog):
    """The versions of one item."""

    def __init__(self, desk: Desk, item_id: UUID, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"历次版本 — {name}")
        self.resize(720, 560)
        self.body = QTextBrowser(self)
        self.body.setAccessibleName("历次版本")
        buttons = QDialogButtonBox(self)
        buttons.addButton("关闭（Esc）", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.body, 1)
        layout.addWidget(buttons)
        desk.ask(self, queries.history, desk.centre_id, item_id, then=self._show)

    def _show(self, versions: tuple[VersionRow, ...]) -> None:
        muted = theme.colour("muted").name()
        self.body.setHtml("".join(_version(version, muted) for version in versions))


def _version(version: VersionRow, muted: str) -> str:
    when = f"{local(version.created_at):%Y-%m-%d %H:%M}"
    who = version.created_by or "随程序装入"
    head = f"<p><b>第 {version.number} 版</b><span style='color:{muted}'>　{when}　{escape(who)}</span></p>"
    if not version.changes:
        return f"{head}<p style='margin-left:16px'>最初的内容</p>"
    lines = "".join(
        f"<tr><td style='color:{muted};padding:2px 12px 2px 16px'>{change.label}</td>"
        f"<td style='padding:2px 0'><s>{escape(change.before or '（空）')}</s><br>{escape(change.after or '（空）')}</td></tr>"
        for change in version.changes
    )
    return f"{head}<table cellspacing='0'>{lines}</table>"
