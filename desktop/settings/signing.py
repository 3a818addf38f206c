"""The keys that sign receipts: which there are, a fresh one, and one that must not be trusted any more."""

from PySide6.QtWidgets import QPushButton

from db.clock import local
from db.receipts.keys import KeyMade, revoke_key, rotate_key
from db.receipts.queries import KeyRow, signing_keys
from db.staff.permissions import Permission
from desktop.settings.panel import Panel
from desktop.shell.desk import Desk
from desktop.widgets.ask import ask_reason, confirm
from desktop.widgets.table import Column, RowTable

TONES = {"使用中": "good", "已更换": "info", "已吊销": "bad"}
COLUMNS = (
    Column[KeyRow]("序号", lambda key: str(key.number), 56, right=True),
    Column[KeyRow]("密钥编号", lambda key: key.key_id, 120),
    Column[KeyRow]("状态", lambda key: key.state, 100, tone=lambda key: TONES[key.state]),
    Column[KeyRow]("启用", lambda key: f"{local(key.created_at):%Y-%m-%d %H:%M}", 150),
    Column[KeyRow]("吊销原因", lambda key: key.reason),
)


class SigningPanel(Panel):
    """For the 安全管理员. Every change is journalled."""

    kinds = frozenset({"signing_key"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk,
            "回执签名密钥",
            "回执二维码用它签名。第一张回执开出时自动生成，加密存放。更换后，旧回执照样验得过；吊销后，那把密钥签过的二维码不再算数。",
        )
        self.table: RowTable[KeyRow] = RowTable(COLUMNS, "还没有密钥。开出第一张回执时会自动生成。")
        self.table.setAccessibleName("签名密钥")
        self.box.insertWidget(2, self.table, 5)
        self.form.hide()
        self.rotate = QPushButton("更换密钥（Alt+G）")
        self.rotate.setShortcut("Alt+G")
        self.revoke = QPushButton("吊销选中的密钥（Alt+D）")
        self.revoke.setShortcut("Alt+D")
        self.revoke.setObjectName("danger")
        self.foot.addWidget(self.rotate)
        self.foot.addWidget(self.revoke)
        self.rotate.clicked.connect(self._rotate)
        self.revoke.clicked.connect(self._revoke)
        self.table.picked.connect(self._picked)
        self._picked(None)

    def refresh(self) -> None:
        self.desk.ask(self, signing_keys, self.desk.centre_id, then=self._show, topic="keys")

    def _show(self, keys: tuple[KeyRow, ...]) -> None:
        self.table.show_rows(keys, key=lambda key: key.key_id)
        self.rotate.setEnabled(self.desk.may(Permission.KEY_MANAGE))
        self._picked(self.table.current())

    def _picked(self, key: KeyRow | None) -> None:
        self.revoke.setEnabled(key is not None and key.revoked_at is None and self.desk.may(Permission.KEY_MANAGE))

    def _rotate(self) -> None:
        if confirm(self, "更换密钥", "以后的回执用新密钥签名，已开出的回执照样有效。现在更换？", "更换"):
            self.desk.do(self, rotate_key, then=self._made, failed=self.refused)

    def _revoke(self) -> None:
        key = self.table.current()
        if key is None:
            return
        question = (
            f"吊销 {key.key_id}：它签过的回执，二维码从此不能作为凭证，只能凭编号查台账。只在怀疑密钥泄露时使用。原因："
        )
        reason = ask_reason(self, "吊销密钥", question, button="吊销")
        if reason is not None:
            self.desk.do(self, revoke_key, key_id=key.key_id, reason=reason, then=self._made, failed=self.refused)

    def _made(self, made: KeyMade) -> None:
        self.desk.messages.info(f"现在用密钥 {made.key_id}（第 {made.number} 把）签名。")
        self.refresh()
