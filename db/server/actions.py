"""What is done with the login roles of accounts on a PostgreSQL server, from the accounts page and by everybody for themselves."""

from uuid import UUID

from sqlalchemy import select

from db.action import Act, action
from db.errors import RuleBroken
from db.server import accounts
from db.server.scram import ServerSecret
from db.staff.models import Staff
from db.staff.permissions import Permission


@action("server.admit", Permission.STAFF_MANAGE, "建立服务器用户、重发密码")
def admit(act: Act, *, staff_id: UUID, secret: ServerSecret) -> str:
    """Give an account its login role on the server, or a new one-time password for it. Returns the role's name.

    Raises:
        RuleBroken: one's own account, an account out of use, no server, or the role's name belongs to somebody else.
        NotAllowed: who is connected to the server may not do it.
        Unavailable: nobody may make roles there; the sentence says what to do.
    """
    account = _of_others(act, staff_id)
    if not account.active:
        raise RuleBroken("这个账号已停用，请先恢复账号。")
    name = accounts.admit(act.session, account.id, secret)
    act.on("staff", account.id)
    act.note(server_user=name)
    return name


@action("server.dismiss", Permission.STAFF_MANAGE, "取消服务器用户")
def dismiss(act: Act, *, staff_id: UUID) -> None:
    """Take an account's login role away; the account, and what it did, stay.

    Raises:
        RuleBroken, NotAllowed, Unavailable: as `admit`.
    """
    account = _of_others(act, staff_id)
    accounts.dismiss(act.session, account.id)
    act.on("staff", account.id)


@action("server.change_secret", Permission.ACCOUNT_OWN, "修改自己的服务器密码")
def change_secret(act: Act, *, secret: ServerSecret) -> None:
    """Another password for the role one is logged in to the server as.

    Raises:
        RuleBroken: one is not connected as one's own role.
    """
    own = accounts.own_account(act.session)
    if own is None or own.staff_id != act.actor.staff_id:
        raise RuleBroken("这个窗口不是用您自己的服务器用户连接的，请退出后重新登录再改。")
    accounts.change_own(act.session, secret)
    act.on("staff", act.actor.staff_id)


def _of_others(act: Act, staff_id: UUID) -> Staff:
    account = act.session.scalar(
        select(Staff).where(Staff.centre_id == act.centre_id, Staff.id == staff_id).with_for_update(key_share=True)
    )
    if account is None:
        raise RuleBroken("找不到这个账号，请刷新列表后再试。")
    if account.id == act.actor.staff_id:
        raise RuleBroken("自己的服务器密码请在“设置 › 数据库服务器”里修改。")
    return account
