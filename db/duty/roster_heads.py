"""The headings of a roster, in the words that halls use, and what its title tells of the month."""

import re
from collections.abc import Iterable
from datetime import date

from db.catalogue.sheet import Cell, Table
from db.duty.roster_cells import HALVES, text_of

COLUMNS = {
    "day": "日期 轮值日期 值班日期 接待日期 坐班日期 年月日",
    "weekday": "星期 周 周几 星期几",
    "span": "时段 时间 轮值时间 值班时间 接待时间 轮值时段 值班时段 起止时间 班次",
    "starts": "开始 开始时间 上班时间",
    "ends": "结束 结束时间 下班时间",
    "room": "房间 地点 轮值地点 值班地点 接待地点 场所 位置 接待室",
    "names": "姓名 轮值人员 值班人员 人员 接待人 接待人员 接待代表 轮值代表 代表姓名 委员姓名 坐班人员 轮值人",
    "kind": "身份 身份类别 代表类别 类别 人员类别 界别",
    "session": "届别 届次",
    "level": "层级 级别",
    "unit_post": "单位职务 单位及职务 工作单位及职务 工作单位 单位职务名称 单位",
    "post": "职务 职位",
    "specialty": "专长 特长 专业特长 擅长领域",
    "phone": "电话 联系电话 手机 手机号 手机号码 联系方式",
    "state": "状态 到岗情况 出勤 出勤情况 完成情况 签到情况",
    "cover": "替班人 替班 代班人 替班人员 顶班人",
    "covers": "替谁 代谁 顶替谁",
    "body": "轮值单位 工作室 轮值班组 轮值团队 轮值部门",
    "liaison": "联络员 联系人",
    "people": "接待人数 接待人次 接待数",
    "note": "备注 说明",
    "history": "历史次数 已轮值次数 累计次数 已值班次数 累计轮值次数",
    "term": "任期 聘期 任职期限 任期起止 任期起止时间 任职时间 聘任期限",
    "first": "任期开始 任期起 任期自 任期起始 任期开始日期 任期开始时间 任职日期 聘任日期 聘期开始",
    "last": "任期结束 任期止 任期至 任期届满 任期到期 任期结束日期 任期结束时间 离任日期 聘期结束",
}
NUMBERS = frozenset(["序号", "编号", "号", "接待范围"])
"""Columns that are left out without a word: a number of the row, and what our own export says of the body."""
_OF_SESSIONS = frozenset(["weekday", "span", "starts", "ends", "room", "state", "cover", "covers", "liaison", "people"])
MEANING = {word: column for column, words in COLUMNS.items() for word in words.split()}


def headings(table: Table) -> tuple[int, dict[str, int], dict[str, int]] | None:
    """Where the headings stand, the columns by meaning, and columns that are headed by a half of the day."""
    for at, cells in enumerate(table.rows[:20]):
        words = _words(cells)
        columns: dict[str, int] = {}
        for column, word in enumerate(words):
            if word in MEANING:
                columns.setdefault(MEANING[word], column)
        if "day" not in columns and {"names", "span"} <= columns.keys():
            columns["day"] = columns["span"]  # “时间” holds the day too: 3月12日上午9:00–11:00
        halves = {text_of(cells[column]): column for column, word in enumerate(words) if word in HALVES}
        dated = "day" in columns and ("names" in columns or halves)
        if dated or {"names", "history"} <= columns.keys() or {"names", "kind", "unit_post"} <= columns.keys():
            return at, columns, halves if "names" not in columns else {}
    return None


def left_out(table: Table, at: int, columns: dict[str, int], halves: dict[str, int]) -> tuple[str, ...]:
    """The headings of columns that hold something and that nobody reads: not known, told twice, or of the other kind of list."""
    unread = _OF_SESSIONS if "day" not in columns else {"history"}
    read = {column for name, column in columns.items() if name not in unread} | set(halves.values())
    return tuple(
        text_of(cell).replace("\n", "")
        for column, (cell, word) in enumerate(zip(table.rows[at], _words(table.rows[at]), strict=True))
        if word
        and word not in NUMBERS
        and column not in read
        and any(column < len(row) and text_of(row[column]) for row in table.rows[at + 1 :])
    )


def _words(cells: Iterable[Cell]) -> list[str]:
    """Headings as they are compared: without blanks, marks, and what stands in brackets."""
    return [re.sub(r"[\s*＊:：]|[（(].*?[）)]", "", text_of(cell)) for cell in cells]


def titled_month(text: str) -> date | None:
    """The first of the month, or of the year, that a title names."""
    found = re.search(r"(20\d\d)\s*(?:年|[-./])\s*(\d{1,2})?", text)
    if found is None:
        return None
    month = int(found[2] or 1)
    return date(int(found[1]), month if 1 <= month <= 12 else 1, 1)
