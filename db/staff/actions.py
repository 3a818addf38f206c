"""What can be done with accounts. Logging in is in `db.staff.login`; hashing in `db.staff.passwords`, before these run."""

from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db.action import Act, action
from db.errors import RuleBroken, Stale
from db.ids import new_id
from db.staff.hashes import hash_of
from db.staff.models import Staff, StaffRole
from db.staff.passwords import HashedPassword
from db.staff.permissions import ROLE_PERMISSIONS, Permission, Role
from db.staff.rules import POST_MAX, check_login, check_roles, tidy_staff_name
from db.text import line


@action("staff.log_out", Permission.ACCOUNT_OWN, "退出登录")
def log_out(act: Act) -> None:
    """The person leaves; only the journal changes."""
    act.on("staff", act.actor.staff_id)


@action("staff.lock_screen", Permission.ACCOUNT_OWN, "锁定屏幕")
def lock_screen(act: Act, *, idle: bool) -> None:
    """The screen was locked, by the clock (`idle`) or by hand; `db.staff.login.prove` opens it."""
    act.on("staff", act.actor.staff_id)
    act.note(idle=idle)


@action("staff.change_password", Permission.ACCOUNT_OWN, "修改自己的密码")
def change_password(act: Act, *, proven: str, new: HashedPassword) -> None:
    """Change one's own password.

    Args:
        act: the transaction.
        proven: what `db.staff.login.prove` returned for the old password.
        new: the new password, from `hash_password`.

    Raises:
        Stale: the password changed after it was proven.
    """
    account = _account(act, act.actor.staff_id)
    if hash_of(act.session, account.id) != proven:
        raise Stale("密码刚刚在别处被更改，请重新登录后再试。")
    _set_password(act, account, new, must_change=False)


@action("staff.create", Permission.STAFF_MANAGE, "新建账号")
def create_staff(
    act: Act, *, login: str, name: str, password: HashedPassword, post: str = "", roles: frozenset[Role] = frozenset()
) -> UUID:
    """Make an account with a one-time password. Giving it roles at once needs STAFF_ROLES too.

    Raises:
        RuleBroken: the login is taken or ill-formed, the name is, or the roles do not go together.
        NotAllowed: roles were given without the permission for it.
    """
    check_login(login)
    name, post = tidy_staff_name(name), line(post, "岗位", POST_MAX)
    if act.session.scalar(select(Staff.id).where(Staff.centre_id == act.centre_id, Staff.login == login)):
        raise RuleBroken(f"登录名“{login}”已有人使用，请换一个。")
    _hold_to(password, login)
    account = Staff(
        id=new_id(),
        centre_id=act.centre_id,
        login=login,
        name=name,
        post=post,
        password_hash=password.hash,
        password_changed_at=act.now,
        must_change=True,
        created_at=act.now,
    )
    act.session.add(account)
    act.session.flush()
    act.on("staff", account.id)
    act.note(login=login)
    if roles:
        act.require(Permission.STAFF_ROLES)
        check_roles(roles)
        _write_roles(act.session, account, roles)
        act.note(roles=_spelled(roles))
    return account.id


@action("staff.edit", Permission.STAFF_MANAGE, "修改账号资料")
def edit_staff(act: Act, *, staff_id: UUID, name: str, post: str, version: int) -> None:
    """Change somebody's name and post; the login stays.

    Raises:
        RuleBroken: the name is ill-formed.
        Stale: somebody else edited the account first.
    """
    name, post = tidy_staff_name(name), line(post, "岗位", POST_MAX)
    account = _account(act, staff_id, version)
    account.name, account.post = name, post
    _touched(act, account)


@action("staff.set_roles", Permission.STAFF_ROLES, "设置角色")
def set_roles(act: Act, *, staff_id: UUID, roles: frozenset[Role], version: int) -> None:
    """Give somebody exactly these roles.

    Raises:
        RuleBroken: one's own account, roles that exclude each other, or nobody would be left to administer accounts.
        Stale: somebody else edited the account first.
    """
    check_roles(roles)
    account = _account(act, staff_id, version)
    _not_oneself(act, account, "不能修改自己的角色，请由另一位安全管理员修改。")
    before = _roles(act.session, account.id)
    _write_roles(act.session, account, roles)
    _somebody_administers(act)
    act.note(before=_spelled(before), after=_spelled(roles))
    _touched(act, account)


@action("staff.deactivate", Permission.STAFF_MANAGE, "停用账号")
def deactivate(act: Act, *, staff_id: UUID, version: int) -> None:
    """Take an account out of use; it can do nothing from the next click on. Its history stays.

    Raises:
        RuleBroken: one's own account, already out of use, or nobody would be left to administer accounts.
        Stale: somebody else edited the account first.
    """
    account = _account(act, staff_id, version)
    _not_oneself(act, account, "不能停用自己的账号，请由另一位系统管理员停用。")
    if not account.active:
        raise RuleBroken("这个账号已经停用。")
    account.active = False
    act.session.flush()
    _somebody_administers(act)
    _touched(act, account)


@action("staff.reactivate", Permission.STAFF_MANAGE, "恢复账号")
def reactivate(act: Act, *, staff_id: UUID, password: HashedPassword, version: int) -> None:
    """Take an account into use again, with a new one-time password.

    Raises:
        RuleBroken: it is in use.
        Stale: somebody else edited the account first.
    """
    account = _account(act, staff_id, version)
    if account.active:
        raise RuleBroken("这个账号正在使用中，不需要恢复。")
    account.active = True
    _set_password(act, account, password, must_change=True)


@action("staff.reset_password", Permission.STAFF_MANAGE, "重置密码")
def reset_password(act: Act, *, staff_id: UUID, password: HashedPassword, version: int) -> None:
    """Give somebody a one-time password that must be changed at the next login; opens a locked account too.

    Raises:
        RuleBroken: one's own account (change the password instead), or an account out of use.
        Stale: somebody else edited the account first.
    """
    account = _account(act, staff_id, version)
    _not_oneself(act, account, "自己的密码请用“修改密码”更改。")
    if not account.active:
        raise RuleBroken("这个账号已停用，请先恢复账号。")
    _set_password(act, account, password, must_change=True)


@action("staff.unlock", Permission.STAFF_MANAGE, "解锁账号")
def unlock(act: Act, *, staff_id: UUID) -> None:
    """Open an account that was locked after failed logins.

    Raises:
        RuleBroken: one's own account, or an account without failed logins.
    """
    account = _account(act, staff_id)
    _not_oneself(act, account, "不能解锁自己的账号，请由另一位系统管理员解锁。")
    if not account.failures:
        raise RuleBroken("这个账号没有被锁定。")
    act.note(failures=account.failures)
    account.failures, account.locked_until = 0, None
    _touched(act, account)


def _account(act: Act, staff_id: UUID, version: int | None = None) -> Staff:
    account = act.session.scalar(
        select(Staff).where(Staff.centre_id == act.centre_id, Staff.id == staff_id).with_for_update(key_share=True)
    )
    if account is None:
        raise RuleBroken("找不到这个账号，请刷新列表后再试。")
    if version is not None and account.version != version:
        raise Stale("这个账号刚刚被别人修改过，请刷新后再试。")
    return account


def _touched(act: Act, account: Staff) -> None:
    account.version += 1
    act.on("staff", account.id)


def _set_password(act: Act, account: Staff, password: HashedPassword, *, must_change: bool) -> None:
    _hold_to(password, account.login)
    account.password_hash, account.password_changed_at = password.hash, act.now
    account.must_change = must_change
    account.failures, account.locked_until = 0, None
    _touched(act, account)


def _hold_to(password: HashedPassword, login: str) -> None:
    if password.login != login:
        raise ValueError("this password was checked for another login")


def _not_oneself(act: Act, account: Staff, sentence: str) -> None:
    if account.id == act.actor.staff_id:
        raise RuleBroken(sentence)


def _roles(session: Session, staff_id: UUID) -> frozenset[Role]:
    return frozenset(session.scalars(select(StaffRole.role).where(StaffRole.staff_id == staff_id)))


def _write_roles(session: Session, account: Staff, roles: frozenset[Role]) -> None:
    session.execute(delete(StaffRole).where(StaffRole.staff_id == account.id))
    session.add_all(StaffRole(staff_id=account.id, role=role, centre_id=account.centre_id) for role in sorted(roles))
    session.flush()


def _somebody_administers(act: Act) -> None:
    """Refuse a change after which no active account could manage accounts, or give roles."""
    held = act.session.scalars(
        select(StaffRole.role)
        .join(Staff, Staff.id == StaffRole.staff_id)
        .where(StaffRole.centre_id == act.centre_id, Staff.centre_id == act.centre_id, Staff.active)
        .with_for_update(of=Staff, key_share=True)  # two administrators who take each other out at the same moment
    ).all()
    permissions = frozenset().union(*(ROLE_PERMISSIONS[role] for role in held))
    if Permission.STAFF_MANAGE not in permissions:
        raise RuleBroken("这样就没有系统管理员能管理账号了，请先让另一位同事担任系统管理员。")
    if Permission.STAFF_ROLES not in permissions:
        raise RuleBroken("这样就没有安全管理员能设置角色了，请先让另一位同事担任安全管理员。")


def _spelled(roles: frozenset[Role]) -> str:
    return ",".join(sorted(roles))
