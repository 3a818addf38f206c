"""Commands that bring something in, or judge a scanned text."""

import argparse

from db.action import Request
from db.calendar.actions import import_days
from db.calendar.sheet import read_sheet
from db.catalogue.actions import import_items
from db.catalogue.columns import guess, missing
from db.catalogue.comparison import Comparison, fingerprint
from db.catalogue.importing import plan
from db.catalogue.queries import standing
from db.catalogue.sheet import read_tables
from db.console.desk import Console, progress
from db.errors import RuleBroken, Unavailable
from db.ids import new_id
from db.receipts.check import Standing, check_scanned

OK, FOUND = 0, 1
SHOWN = 40


def import_catalogue(console: Console, options: argparse.Namespace) -> int:
    """`import-catalogue FILE`: all of the first worksheet that can be read, or nothing."""
    hall, centre_id = console.hall, console.centre_id()
    table = read_tables(options.file, progress)[0]
    mapping = guess(table)
    if lacking := missing(mapping):
        raise RuleBroken(
            f"工作表“{table.name}”缺少这些列：{'、'.join(lacking)}。请核对表头，或在窗口里导入并指定各列。"
        )
    there = hall.read(standing, centre_id)
    planned = plan(table, mapping, {code: known.content for code, known in there.items()}, progress)
    for error in planned.errors[:SHOWN]:
        print(error)
    if planned.errors:
        print(f"共 {len(planned.errors)} 处错误，没有导入任何内容。")
        return FOUND
    _tell(planned.comparison)
    if options.dry_run:
        return OK
    done = hall.run(
        Request(console.actor(), console.clock(), new_id()),
        import_items,
        rows=planned.rows,
        seen=fingerprint(there),
        disable_gone=options.disable_gone,
    )
    print(f"已导入：新增 {done.added}，修改 {done.changed}，不变 {done.unchanged}，停用 {done.disabled}。")
    return OK


def import_calendar(console: Console, options: argparse.Namespace) -> int:
    """`import-calendar FILE`: replaces and publishes the years in the file."""
    hall = console.hall
    try:
        content = options.file.read_bytes()
    except OSError as error:
        raise Unavailable(f"读不了文件 {options.file}：{error.strerror or error}。") from error
    sheet = read_sheet(options.file.name, content)
    for fault in sheet.faults[:SHOWN]:
        print(f"第 {fault.row} 行：{fault.sentence}")
    if sheet.faults:
        print(f"共 {len(sheet.faults)} 处错误，没有导入任何内容。")
        return FOUND
    done = hall.run(
        Request(console.actor(), console.clock(), new_id()),
        import_days,
        days=sheet.days,
        source=options.source or options.file.name,
        publish=True,
    )
    print(f"已导入 {done.days} 天并发布：{'、'.join(str(year) for year in done.years)} 年。")
    return OK


def verify_receipt(console: Console, options: argparse.Namespace) -> int:
    """`verify-receipt TEXT`"""
    verdict = console.hall.read(check_scanned, console.centre_id(), options.text)
    print(verdict.sentence)
    return OK if verdict.standing is Standing.GENUINE else FOUND


def _tell(comparison: Comparison) -> None:
    print(
        f"新增 {len(comparison.new)}，修改 {len(comparison.changed)}，不变 {len(comparison.unchanged)}，"
        f"表格里没有 {len(comparison.gone)}。"
    )
    for change in comparison.changed[:SHOWN]:
        print(f"  修改 {change.after.local_code} {change.after.name}：{len(change.differences)} 处")
