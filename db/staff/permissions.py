"""Atomic permissions, and the roles that are sets of them.

Administration is separated as 等保2.0 asks: 系统管理员, 安全管理员 and 审计员 are three roles, and an auditor is nothing else.
"""

from enum import StrEnum


class Permission(StrEnum):
    """One thing somebody may do."""

    TICKET_TAKE = "ticket.take"
    TICKET_CALL = "ticket.call"
    TICKET_MANAGE = "ticket.manage"
    CASE_READ = "case.read"
    CASE_HANDLE = "case.handle"
    CASE_CORRECT = "case.correct"
    RECEIPT_PRINT = "receipt.print"
    RECEIPT_VOID = "receipt.void"
    PERSON_EDIT = "person.edit"
    PERSON_UNMASK = "person.unmask"
    ROOM_BOOK = "room.book"
    ROOM_APPROVE = "room.approve"
    ROOM_EDIT = "room.edit"
    DUTY_ATTEND = "duty.attend"
    DUTY_PLAN = "duty.plan"
    CATALOGUE_READ = "catalogue.read"
    CATALOGUE_EDIT = "catalogue.edit"
    CALENDAR_EDIT = "calendar.edit"
    CENTRE_EDIT = "centre.edit"
    STAFF_MANAGE = "staff.manage"
    STAFF_ROLES = "staff.roles"
    JOURNAL_READ = "journal.read"
    JOURNAL_EXPORT = "journal.export"
    BACKUP_RUN = "backup.run"
    CHECK_RUN = "check.run"
    KEY_MANAGE = "key.manage"
    ACCOUNT_OWN = "account.own"


class Role(StrEnum):
    """What somebody is in the centre."""

    CLERK = "clerk"
    MANAGER = "manager"
    SYSADMIN = "sysadmin"
    SECADMIN = "secadmin"
    AUDITOR = "auditor"


ROLE_TITLES = {
    Role.CLERK: "窗口人员",
    Role.MANAGER: "中心负责人",
    Role.SYSADMIN: "系统管理员",
    Role.SECADMIN: "安全管理员",
    Role.AUDITOR: "审计员",
}

PERMISSION_TITLES = {
    Permission.TICKET_TAKE: "取号",
    Permission.TICKET_CALL: "叫号、过号、挂起、转窗口",
    Permission.TICKET_MANAGE: "调整排队规则和窗口分工",
    Permission.CASE_READ: "查看办件",
    Permission.CASE_HANDLE: "受理和办理办件",
    Permission.CASE_CORRECT: "更正受理错误的办件",
    Permission.RECEIPT_PRINT: "打印、补打回执",
    Permission.RECEIPT_VOID: "作废、重开回执",
    Permission.PERSON_EDIT: "登记和修改办事人",
    Permission.PERSON_UNMASK: "查看完整证件号和电话（须写原因，留日志）",
    Permission.ROOM_BOOK: "预订活动室",
    Permission.ROOM_APPROVE: "审批活动室预订",
    Permission.ROOM_EDIT: "设置活动室",
    Permission.DUTY_ATTEND: "查看轮值表，登记请假、签到和接待",
    Permission.DUTY_PLAN: "排班、公示、调班，设置轮值单位和人员",
    Permission.CATALOGUE_READ: "查看事项目录",
    Permission.CATALOGUE_EDIT: "修改、导入事项目录",
    Permission.CALENDAR_EDIT: "修改、导入工作日历",
    Permission.CENTRE_EDIT: "修改中心资料",
    Permission.STAFF_MANAGE: "新建、停用、解锁账号，重置密码",
    Permission.STAFF_ROLES: "给账号设置角色",
    Permission.JOURNAL_READ: "查看、核对操作日志",
    Permission.JOURNAL_EXPORT: "导出操作日志",
    Permission.BACKUP_RUN: "备份",
    Permission.CHECK_RUN: "检查数据库",
    Permission.KEY_MANAGE: "显示恢复码，更换签名密钥",
    Permission.ACCOUNT_OWN: "登录，修改自己的密码",
}

P = Permission
_CLERK = {
    P.ACCOUNT_OWN, P.TICKET_TAKE, P.TICKET_CALL, P.CASE_READ, P.CASE_HANDLE, P.RECEIPT_PRINT,
    P.PERSON_EDIT, P.PERSON_UNMASK, P.CATALOGUE_READ, P.ROOM_BOOK, P.DUTY_ATTEND,
}  # fmt: skip
_MANAGER = _CLERK | {
    P.TICKET_MANAGE, P.CASE_CORRECT, P.RECEIPT_VOID, P.CATALOGUE_EDIT, P.CALENDAR_EDIT, P.CENTRE_EDIT,
    P.ROOM_APPROVE, P.ROOM_EDIT, P.DUTY_PLAN, P.BACKUP_RUN, P.CHECK_RUN,
}  # fmt: skip

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.CLERK: frozenset(_CLERK),
    Role.MANAGER: frozenset(_MANAGER),
    Role.SYSADMIN: frozenset(
        {P.ACCOUNT_OWN, P.STAFF_MANAGE, P.CENTRE_EDIT, P.CATALOGUE_READ, P.CATALOGUE_EDIT, P.CALENDAR_EDIT}
        | {P.BACKUP_RUN, P.CHECK_RUN}
    ),
    Role.SECADMIN: frozenset({P.ACCOUNT_OWN, P.STAFF_ROLES, P.KEY_MANAGE, P.CHECK_RUN}),
    Role.AUDITOR: frozenset({P.ACCOUNT_OWN, P.JOURNAL_READ, P.JOURNAL_EXPORT, P.CHECK_RUN}),
}


def permissions_of(roles: frozenset[Role]) -> frozenset[Permission]:
    """Everything that somebody with these roles may do."""
    return frozenset().union(*(ROLE_PERMISSIONS[role] for role in roles))
