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

P = Permission
_CLERK = {
    P.ACCOUNT_OWN, P.TICKET_TAKE, P.TICKET_CALL, P.CASE_READ, P.CASE_HANDLE, P.RECEIPT_PRINT,
    P.PERSON_EDIT, P.PERSON_UNMASK, P.CATALOGUE_READ, P.ROOM_BOOK,
}  # fmt: skip
_MANAGER = _CLERK | {
    P.TICKET_MANAGE, P.CASE_CORRECT, P.RECEIPT_VOID, P.CATALOGUE_EDIT, P.CALENDAR_EDIT, P.CENTRE_EDIT,
    P.ROOM_APPROVE, P.ROOM_EDIT, P.BACKUP_RUN, P.CHECK_RUN,
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
