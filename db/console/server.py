"""Commands for the administrator of a PostgreSQL server: set a hall up on it, give accounts their login roles."""

import argparse

from sqlalchemy import URL, make_url, select
from sqlalchemy.orm import Session

from db.centre.founding import FirstStart, found_centre
from db.centre.rules import CentreFields
from db.console.desk import COMMAND_LINE, Console, ask_line, ask_new_secret, progress, with_password
from db.errors import RuleBroken
from db.ids import new_id
from db.journal.write import Author, Note, append
from db.keys import kept_check, new_vault, open_vault
from db.server.accounts import admit, anybody_admitted, dismiss
from db.server.scram import server_secret
from db.server.secrets import without_secret
from db.server.secure import is_secured
from db.server.setup import as_owner, set_up
from db.session import Hall
from db.staff.models import Staff
from db.staff.passwords import hash_password, one_time_password

OK = 0


def set_up_server(console: Console, options: argparse.Namespace) -> int:
    """`setup-postgres`: roles, database, schema, grants, and (where there is none yet) the centre and its administrator."""
    url = with_password(_server(console), to_be_made=True)
    set_up(url, progress)
    engine = as_owner(url)
    try:
        if kept_check(engine) is None and not options.empty:
            vault = new_vault()
            where = console.store.keep(vault)
            _found(console, Hall(engine, vault), options)
            role_name = _admitted(console, Hall(engine, vault), options.administrator_login, options.generate)
            print(f"数据密钥在这台电脑的{where}。其他电脑要用恢复码：请运行 key show 抄在纸上，锁起来。")
            print(f"窗口里填的服务器地址：{without_secret(url.set(username=role_name))}")
        nobody = not anybody_admitted(engine)
    finally:
        engine.dispose()
    if nobody:
        print("还没有账号能登录这台服务器：请运行 server-account 登录名，先给管理员开通。")
    print("服务器已准备好。可以重复运行这条命令：已有的数据和账号都会保留。")
    return OK


def server_account(console: Console, options: argparse.Namespace) -> int:
    """`server-account LOGIN`: the login role of an account, made, given a new password, or dropped."""
    engine = as_owner(with_password(_server(console)))
    try:
        hall = Hall(engine, open_vault(engine, console.store))
        with engine.connect() as connection:
            if not is_secured(connection):
                raise RuleBroken("这个数据库还没有用 setup-postgres 设置过，请先运行它。")
        if options.drop:
            _dismissed(console, hall, options.account)
            print(f"账号 {options.account} 不能再登录服务器；它的办件和日志都保留。")
            return OK
        _admitted(console, hall, options.account, options.generate)
    finally:
        engine.dispose()
    return OK


def _server(console: Console) -> URL:
    url = make_url(console.url or "sqlite://")
    if url.get_backend_name() != "postgresql":
        raise RuleBroken("请在命令里写上服务器，例：--database postgresql://postgres@服务器/linli。")
    return url


def _found(console: Console, hall: Hall, options: argparse.Namespace) -> None:
    code = options.centre_code or ask_line("中心代码（字母和数字，如 JM01）：")
    name = options.centre_name or ask_line("中心名称：")
    person = options.administrator or ask_line("第一位管理员的姓名：")
    options.administrator_login = options.administrator_login or ask_line("登录名（字母）：")
    password = ask_new_secret("登录密码（至少 10 位）：")
    hashed = hash_password(password, options.administrator_login, person)
    found_centre(hall, FirstStart(CentreFields(name, code), person, hashed), now=console.clock(), op=new_id())
    print(f"已建立 {name}（{code}），管理员 {person}。")


def _admitted(console: Console, hall: Hall, login: str, generate: bool) -> str:
    """Give the account its role and tell its password; returns the role's name."""
    with hall.transaction() as session:
        account = _account(session, login)
        typed = "" if generate else ask_new_secret("这个账号的服务器密码（直接回车则自动生成）：")
        password = typed or one_time_password(login, account.name)
        role_name = admit(session, account.id, server_secret(password, login, account.name))
        author = Author(account.centre_id, None, COMMAND_LINE, None, console.clock(), new_id())
        note = Note("server.admit", "staff", account.id, {"server_user": role_name})
        append(session, hall.vault, author, [note])
    print(f"{account.name} 的服务器用户：{role_name}")
    if not typed:
        print(f"服务器密码（只显示这一次，请交给本人；本人第一次登录时要改掉）：{password}")
    return role_name


def _dismissed(console: Console, hall: Hall, login: str) -> None:
    with hall.transaction() as session:
        account = _account(session, login)
        dismiss(session, account.id)
        author = Author(account.centre_id, None, COMMAND_LINE, None, console.clock(), new_id())
        append(session, hall.vault, author, [Note("server.dismiss", "staff", account.id)])


def _account(session: Session, login: str) -> Staff:
    found = session.scalars(select(Staff).where(Staff.login == login)).all()
    if len(found) != 1:
        raise RuleBroken(f"没有登录名为 {login} 的账号，或有好几个中心都有，请先在窗口的“人员”页里核对。")
    return found[0]
