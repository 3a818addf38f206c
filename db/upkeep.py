"""Upkeep that somebody does at a screen, so that the journal tells of it: backup, check, showing the recovery code."""

from db.action import Act, action
from db.staff.permissions import Permission


@action("backup.run", Permission.BACKUP_RUN, "备份")
def note_backup(act: Act, *, file_name: str, size: int) -> None:
    """A backup was made by hand; `file_name` without its folder, `size` in bytes."""
    act.note(file_name=file_name, size=size)


@action("check.run", Permission.CHECK_RUN, "检查数据库")
def note_check(act: Act, *, findings: int) -> None:
    """The database was checked, with so many findings."""
    act.note(findings=findings)


@action("key.show", Permission.KEY_MANAGE, "显示恢复码")
def note_key_shown(act: Act) -> None:
    """The recovery code is about to be shown; refused to everybody but a security administrator."""
    act.on("centre", act.centre_id)
