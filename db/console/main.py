"""The command line of `python -m db`: reads the options, runs one command, turns refusals into sentences.

Exit codes: 0 done; 1 done, and something was found (a fault, a receipt that is not genuine, errors in a sheet);
2 wrong options; 3 refused or not possible, with the reason as one sentence on stderr.
"""

import argparse
import io
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import NoReturn

from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from db.console.desk import Console
from db.errors import Refusal
from db.trouble import translated

FOUND, WRONG, REFUSED = 1, 2, 3
Clock = Callable[[], datetime]


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(WRONG, f"参数不对（{message}）。用 --help 查看用法。\n")


def main(arguments: list[str], clock: Clock) -> int:
    """Run one command; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a console that lacks a character must not end the work
    options = parser().parse_args(arguments)
    console = Console(options.database, options.centre, options.login, clock)
    try:
        command: Callable[[Console, argparse.Namespace], int] = _command(options.command)
        with translated():
            return command(console, options)
    except Refusal as refusal:
        return _refuse(refusal.sentence)
    except (ArgumentError, NoSuchModuleError):
        return _refuse(
            "--database 的写法不对。例子：sqlite:////home/me/hall.sqlite 或 postgresql://用户@服务器/数据库。"
        )
    except KeyboardInterrupt:
        return _refuse("已中断。")
    finally:
        console.close()


def parser() -> argparse.ArgumentParser:
    """Every command and option."""
    top = _Parser(prog="python -m db", description="邻里前台的数据库维护：不开窗口就能做的事。")
    top.add_argument("--database", metavar="URL", help="数据库位置；不写就用本机用户数据文件夹里的数据库")
    top.add_argument("--centre", metavar="代码", default="", help="数据库里有几个中心时，指定中心代码")
    top.add_argument("--login", metavar="登录名", default="", help="导入时以谁的账号操作（随后会问密码）")
    commands = top.add_subparsers(dest="command", required=True, metavar="命令")
    commands.add_parser("upgrade", help="建立数据表，或把旧版本的数据库升级")
    commands.add_parser("check", help="检查完整性、断号、重号和操作日志链")
    _with_file(commands.add_parser("backup", help="备份到文件"))
    _with_file(commands.add_parser("restore", help="用备份恢复；现有数据库会另存一份"))
    moving = commands.add_parser("move", help="把整个数据库搬到另一个数据库（本机文件与服务器互搬），逐行核对")
    moving.add_argument("--to", metavar="URL", required=True, help="搬到哪里；必须是空的数据库")
    server = commands.add_parser("setup-postgres", help="在 PostgreSQL 服务器上建立角色、数据库、权限和第一位管理员")
    server.add_argument("--centre-code", default="", metavar="代码")
    server.add_argument("--centre-name", default="", metavar="名称")
    server.add_argument("--administrator", default="", metavar="姓名")
    server.add_argument("--administrator-login", default="", metavar="登录名")
    server.add_argument("--empty", action="store_true", help="不建中心（随后用 move 把现有数据搬进来）")
    _generating(server)
    account = commands.add_parser("server-account", help="给账号建立服务器用户、换密码，或取消")
    account.add_argument("account", metavar="登录名")
    account.add_argument("--drop", action="store_true", help="取消这个账号的服务器用户")
    _generating(account)
    commands.add_parser("demo", help="在空数据库里建立演示中心")
    catalogue = _with_file(commands.add_parser("import-catalogue", help="导入事项目录（.xlsx、.xls、.csv）"))
    catalogue.add_argument("--dry-run", action="store_true", help="只看会改什么，不导入")
    catalogue.add_argument("--disable-gone", action="store_true", help="停用表格里没有的事项")
    calendar = _with_file(commands.add_parser("import-calendar", help="导入工作日历（.xlsx、.xls、.ods、.csv）"))
    calendar.add_argument("--source", default="", metavar="文号", help="放假通知的文号或来源")
    _roster(commands.add_parser("roster", help="排轮值表：数据库里各中心的草稿，或一个文件夹里的排班问题"))
    receipt = commands.add_parser("verify-receipt", help="核验回执二维码里的文字")
    receipt.add_argument("text", metavar="文字")
    key = commands.add_parser("key", help="数据密钥：显示恢复码，或用恢复码恢复")
    key.add_argument("what", choices=["show", "restore"], nargs="?", default="show")
    return top


def _roster(command: argparse.ArgumentParser) -> None:
    command.add_argument("--problems", type=Path, metavar="文件夹", help="不用数据库，排这个文件夹里的 *.json")
    command.add_argument("--out", type=Path, metavar="文件夹", help="把排好的表写到这里（*.plan.json）")
    command.add_argument("--save", action="store_true", help="填入草稿（用 --login 说明是谁；只排他的中心）")
    command.add_argument("--processes", type=int, default=2, metavar="个数", help="同时用几个进程，默认 2")
    command.add_argument("--year", action="store_true", help="不逐月排，整段时间一起求最好的表")
    command.add_argument("--holes", action="store_true", help="实在没有人时允许空缺")
    command.add_argument("--effort", type=float, default=0.0, metavar="秒", help="最多算多久（求解器的确定性秒数）")


def _with_file(command: argparse.ArgumentParser) -> argparse.ArgumentParser:
    command.add_argument("file", type=Path, metavar="文件")
    return command


def _generating(command: argparse.ArgumentParser) -> None:
    command.add_argument("--generate", action="store_true", help="服务器密码自动生成，不询问")


def _command(name: str) -> Callable[[Console, argparse.Namespace], int]:
    from db.console import roster, server, sheets, upkeep  # late: `--help` needs none of it

    return {
        "upgrade": upkeep.upgrade_database,
        "check": upkeep.check_database,
        "backup": upkeep.make_backup,
        "restore": upkeep.restore_backup,
        "demo": upkeep.build_demo,
        "move": upkeep.move_database,
        "setup-postgres": server.set_up_server,
        "server-account": server.server_account,
        "key": upkeep.key,
        "import-catalogue": sheets.import_catalogue,
        "import-calendar": sheets.import_calendar,
        "roster": roster.solve_rosters,
        "verify-receipt": sheets.verify_receipt,
    }[name]


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return REFUSED
