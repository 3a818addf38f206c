"""Two who keep accounts at one account: what it says now."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from db.staff.permissions import ROLE_TITLES, Role
from db.staff.queries import StaffRow, account
from desktop.shell.again import Kind
from desktop.shell.desk import Desk

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def as_seen(desk: Desk) -> Kind[StaffRow]:
    """What is read and told of an account."""
    centre_id = desk.centre_id

    def read(session: "Session", row: StaffRow) -> StaffRow | None:
        return account(session, centre_id, row.id)

    return Kind(read, _facts)


def titles(roles: Collection[Role]) -> str:
    """“窗口人员、中心负责人”."""
    return "、".join(ROLE_TITLES[role] for role in Role if role in roles) or "没有角色"


def _facts(row: StaffRow) -> Mapping[str, str]:
    return {
        "姓名": row.name,
        "岗位": row.post,
        "角色": titles(row.roles),
        "状态": "使用中" if row.active else "已停用",
        "密码": "一次性密码，还没有改过" if row.must_change else "本人已设置",
        "改动": f"第 {row.version} 次保存",  # a second one-time password looks like the first
    }
