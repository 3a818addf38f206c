"""Commands on the database as a whole: upgrade, check, backup, restore, demo, key."""

import argparse
from pathlib import Path

from sqlalchemy import make_url

from db.backup import back_up, restore
from db.backup_embedded import database_file
from db.check import run_checks
from db.console.desk import Console, ask_line, progress, with_password
from db.engine import make_engine
from db.errors import RuleBroken, Unavailable
from db.keys import kept_check, new_vault, open_vault, restore_key
from db.migrations.upgrade import upgrade
from db.migrations.version import HEAD, SchemaState, check_schema, schema_state
from db.moving import move
from db.recovery import recovery_code
from db.server.secure import is_secured
from db.session import Hall
from db.verbs import load

OK, FOUND = 0, 1


def upgrade_database(console: Console, _options: argparse.Namespace) -> int:
    """`upgrade`"""
    if console.engine.dialect.name == "sqlite":
        _make_folder(database_file(console.engine))
    print(f"已升级到版本 {HEAD}。" if upgrade(console.engine) else f"已经是版本 {HEAD}，不需要升级。")
    return OK


def check_database(console: Console, _options: argparse.Namespace) -> int:
    """`check`"""
    console.must_exist()
    check_schema(console.engine)
    if kept_check(console.engine) is None:
        raise RuleBroken("数据库里还没有中心，没有什么可检查。要是刚才的搬迁或恢复中断了，请再运行一次。")
    load()
    findings = run_checks(console.hall, progress, console.store)
    for sentence in findings:
        print(sentence)
    console.journal("check.run", findings=len(findings))
    print(f"发现 {len(findings)} 个问题。" if findings else "没有发现问题：数据完整，没有断号、重号，操作日志链完整。")
    return FOUND if findings else OK


def make_backup(console: Console, options: argparse.Namespace) -> int:
    """`backup FILE`"""
    console.must_exist()
    check_schema(console.engine)
    made = back_up(console.engine, options.file, progress)
    print(f"已备份并核对：{made.file}（{made.size / 1e6:.1f} MB，{'、'.join(made.centres) or '还没有中心'}）。")
    print("备份里的个人信息是加密的：请另外保管好恢复码（python -m db key show）。")
    return OK


def restore_backup(console: Console, options: argparse.Namespace) -> int:
    """`restore FILE`"""
    done = restore(console.engine, options.file, console.clock(), progress)
    print(f"已恢复：{'、'.join(done.backup.centres) or '还没有中心'}，操作日志 {done.backup.journal} 条。")
    if done.kept_aside is not None:
        print(f"恢复前的数据另存为 {done.kept_aside}。")
    if schema_state(console.engine) is SchemaState.OLDER:
        print("备份是旧版本的，请运行 python -m db upgrade。")
        return OK
    if kept_check(console.engine) is None:
        return OK
    try:
        open_vault(console.engine, console.store)
    except Unavailable as refusal:
        print(refusal.sentence)
        return FOUND
    console.journal("backup.restore", file_name=options.file.name, journal=done.backup.journal)
    return OK


def move_database(console: Console, options: argparse.Namespace) -> int:
    """`move --to URL`"""
    console.must_exist()
    target = make_engine(with_password(make_url(options.to)))
    try:
        if target.dialect.name == "sqlite":
            _make_folder(database_file(target))
        moved = move(console.engine, target, progress)
        load()
        there = Hall(target, console.hall.vault)
        findings = run_checks(there, progress, console.store)
        with target.connect() as connection:
            walled = is_secured(connection)
    finally:
        target.dispose()
    print(f"已搬迁 {moved.tables} 张表、{moved.rows} 行，逐行核对一致；原数据库没有改动。")
    for sentence in findings:
        print(sentence)
    if walled:
        print("各账号还没有服务器用户：请先给系统管理员建立（python -m db --database … server-account 登录名），")
        print("其余的由系统管理员在窗口的“人员”页里建立。")
    print("其他电脑第一次连接新数据库时要输入恢复码（python -m db key show 可显示）。")
    return FOUND if findings else OK


def key(console: Console, options: argparse.Namespace) -> int:
    """`key show` and `key restore`"""
    if options.what == "restore":
        console.must_exist()
        check_schema(console.engine)
        where = restore_key(console.engine, console.store, ask_line("请输入恢复码（13 组，每组 5 个字符）："))
        console.journal("key.restore")
        print(f"数据密钥已恢复，存放在{where}。")
        return OK
    vault = console.hall.vault
    if kept_check(console.engine) is None:
        raise RuleBroken("数据库里还没有中心，请先打开邻里前台完成设置。")
    console.journal("key.show")
    groups = recovery_code(vault.reveal()).split("-")
    print("恢复码（请抄在纸上，与备份分开、锁起来保管；谁有它和备份，谁就能读出个人信息）：")
    for start in range(0, len(groups), 5):
        print("   " + "-".join(groups[start : start + 5]))
    return OK


def build_demo(console: Console, _options: argparse.Namespace) -> int:
    """`demo`: a throw-away hall in an empty database, its key kept so that the window can open it."""
    from db.demo import build  # late: only this command needs it

    upgrade_database(console, _options)
    if kept_check(console.engine) is not None:
        raise RuleBroken("这个数据库里已经有中心，演示中心只建在空数据库里。请用 --database 指定一个新文件。")
    vault = new_vault()
    console.store.keep(vault)
    print("正在建立演示中心，请稍候……")
    accounts = build(Hall(console.engine, vault))
    print("演示账号（密码是这一次随机生成的，请抄下）：")
    for account in accounts:
        print(f"  {account.login:<12} {account.password}  {account.name}（{account.title}）")
    return OK


def _make_folder(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable(f"建不了文件夹 {file.parent}：{error.strerror or error}。") from error
