"""Backup now, check now: what an administrator otherwise does with `python -m db`."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QLabel, QPlainTextEdit, QPushButton
from sqlalchemy import Engine

from db.backup import back_up
from db.backup_facts import Backup
from db.check import run_checks
from db.clock import local
from db.recovery import recovery_code
from db.server.accounts import ServerAccount, own_account
from db.staff.permissions import Permission
from db.upkeep import note_backup, note_check, note_key_shown
from desktop.settings.panel import Panel
from desktop.shell.desk import Desk
from desktop.widgets.ask import confirm
from desktop.widgets.words import label

HERE = "窗口会自动备份：有新内容时最多每 30 分钟一次，关闭时再备一次，并核对后才算数。另存一份请放到别的磁盘或 U 盘。"
ON_SERVER = (
    "数据在数据库服务器上，窗口不做备份，也不能做：窗口里的账号只看得到自己大厅的数据。"
    "备份由服务器管理员每天做，做法见手册“数据库服务器”里的“备份、恢复”。"
)


class SafetyPanel(Panel):
    """Both run off the window's thread, with progress and cancel."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "备份和检查")
        self.hint: QLabel = label(HERE, "hint", wrap=True)
        self.box.insertWidget(1, self.hint)
        self.backup = QPushButton("立即备份到文件…")
        if desk.may(Permission.BACKUP_RUN):
            self.backup.clicked.connect(self._back_up)
            self.form.add("备份", self.backup)
        self.check = QPushButton("立即检查")
        self.check.clicked.connect(self._check)
        self.form.add("检查", self.check, "数据完整性、编号断号重号、日志链、密钥；几秒到几分钟，可以取消")
        if desk.may(Permission.KEY_MANAGE):
            self.code = QPushButton("查看恢复码…")
            self.code.clicked.connect(self._show_code)
            self.form.add("数据密钥", self.code, "换电脑或密钥丢失时，只有恢复码能打开证件号、电话和住址")
        self.found = QPlainTextEdit()
        self.found.setReadOnly(True)
        self.found.setAccessibleName("检查结果")
        self.found.setPlaceholderText("检查结果会显示在这里")
        self.form.add("结果", self.found)

    def refresh(self) -> None:
        self.desk.ask(self, own_account, then=self._connected_as, topic="own")

    def _connected_as(self, own: ServerAccount | None) -> None:
        """A server's accounts see their own hall only: no window backs a server up."""
        self.hint.setText(HERE if own is None else ON_SERVER)
        self.backup.setEnabled(own is None)

    def _back_up(self) -> None:
        name = f"邻里前台-{local(self.desk.now()):%Y%m%d-%H%M}.backup"
        chosen, _ = QFileDialog.getSaveFileName(self, "备份到", name, "备份 (*.backup)")
        bind = self.desk.hall.bind
        if chosen and isinstance(bind, Engine):
            self.desk.job(
                self, lambda progress: back_up(bind, Path(chosen), progress.step), then=self._backed_up, title="备份"
            )

    def _backed_up(self, backup: Backup) -> None:
        self.found.setPlainText(f"已备份并核对：{backup.file}\n大小 {backup.size / 1_000_000:.1f} MB。")
        self.desk.messages.info("备份完成，已重新打开核对。")
        self.desk.do(self, note_backup, file_name=backup.file.name, size=backup.size)

    def _check(self) -> None:
        hall = self.desk.hall
        self.found.clear()
        self.desk.job(self, lambda progress: run_checks(hall, progress.step), then=self._checked, title="检查")

    def _show_code(self) -> None:
        """The code is shown once it stands in the journal that somebody wanted to see it."""
        question = "恢复码能打开全部个人信息，查看会记入日志。现在只有您在屏幕前吗？"
        if confirm(self, "查看恢复码", question, "查看"):
            self.desk.do(self, note_key_shown, then=self._code_noted)

    def _code_noted(self, _result: None) -> None:
        code = recovery_code(self.desk.hall.vault.reveal())
        self.found.setPlainText(f"恢复码（请抄在纸上，锁进保险柜，和备份分开保管）：\n\n{code}")

    def _checked(self, findings: list[str]) -> None:
        self.desk.do(self, note_check, findings=len(findings))
        if findings:
            self.found.setPlainText("\n".join(f"■ {finding}" for finding in findings))
            self.desk.messages.problem(f"检查发现 {len(findings)} 处问题，请看检查结果，并联系系统管理员。")
        else:
            self.found.setPlainText("● 没有发现问题：数据完整，编号不断不重，日志链完好。")
