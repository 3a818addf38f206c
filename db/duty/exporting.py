"""Rosters, counts, records and the reception book as .xlsx. What is written of a roster can be read in again."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from db.clock import local
from db.duty.posting import coming, note_text, public, weekday_text
from db.duty.rows import CountRow, DutyRow, ReceptionRow, RecordRow, SlotRow
from db.duty.states import DUTY_NAMES, RECEPTION_NAMES
from db.workbook import Cell, Sheet, write_book

ROSTER = (
    "日期", "星期", "开始", "结束", "轮值单位", "地点", "姓名", "身份", "届别", "层级", "单位职务", "接待范围", "状态", "替谁",
    "备注",
)  # fmt: skip
COUNTS = ("轮值单位", "姓名", "身份", "此前次数", "本期次数", "合计", "应有份额", "其中替班")
RECORDS = ("姓名", "轮值单位", "身份", "单位职务", "应到", "已履职", "其中替班", "缺席", "时长（小时）", "接待人数")
RECEPTIONS = (
    "编号", "时间", "轮值单位", "接待人", "来访人", "电话", "网格", "人数", "类别", "当场答复", "拟办意见", "转办单位", "期限",
    "结果", "反馈日期", "反馈方式", "满意度", "回访人", "引导去向", "状态",
)  # fmt: skip


def write_roster(path: Path, slots: Iterable[SlotRow]) -> int:
    """One line for each duty, in order; a session without anybody has an empty name. Returns the number of lines.

    Raises:
        Unavailable: the file cannot be written.
    """
    table: list[Sequence[Cell]] = [ROSTER]
    for slot in sorted(slots, key=lambda slot: (slot.day, slot.starts, slot.body_name, slot.id)):
        people: tuple[DutyRow | None, ...] = coming(slot) or (None,)
        table += [_duty_line(slot, duty) for duty in people]
    return _written(path, "轮值表", table)


def write_counts(path: Path, counts: Iterable[CountRow]) -> int:
    """How often everybody sits: before, in the plan, together, their share, covering. Returns the number of lines.

    Raises:
        Unavailable: the file cannot be written.
    """
    table: list[Sequence[Cell]] = [COUNTS]
    table += [
        (row.body_name, row.member_name, row.kind, row.history, row.term, row.total, round(row.share, 1), row.covering)
        for row in counts
    ]
    return _written(path, "轮值次数", table)


def write_records(path: Path, year: int, records: Iterable[RecordRow]) -> int:
    """The yearly statistics (履职记录). Returns the number of lines.

    Raises:
        Unavailable: the file cannot be written.
    """
    table: list[Sequence[Cell]] = [RECORDS]
    table += [
        (
            row.member_name, row.body_name, row.kind, public(row.unit_post), row.planned, row.done, row.covered, row.absent,
            round(row.hours, 1), row.received,
        )
        for row in records
    ]  # fmt: skip
    return _written(path, f"{year}年履职记录", table)


def write_receptions(path: Path, receptions: Iterable[ReceptionRow]) -> int:
    """The reception book, masked: what visitors said and where they live is not in it. Returns the number of lines.

    Raises:
        Unavailable: the file cannot be written.
    """
    table: list[Sequence[Cell]] = [RECEPTIONS, *map(_reception_line, receptions)]
    return _written(path, "接待登记", table)


def _duty_line(slot: SlotRow, duty: DutyRow | None) -> Sequence[Cell]:
    when = (f"{slot.day:%Y-%m-%d}", weekday_text(slot.day), f"{slot.starts:%H:%M}", f"{slot.ends:%H:%M}")
    where = (slot.body_name, slot.room_name)
    if duty is None:
        return (
            *when,
            *where,
            "",
            "",
            "",
            "",
            "",
            slot.scope,
            "停班" if slot.cancelled else "暂缺",
            "",
            note_text(slot),
        )
    who = (duty.member_name, duty.kind, duty.session, duty.level, public(duty.unit_post))
    return (*when, *where, *who, slot.scope, DUTY_NAMES[duty.state], duty.covers_name, note_text(slot))


def _reception_line(row: ReceptionRow) -> Sequence[Cell]:
    return (
        row.number, f"{local(row.at):%Y-%m-%d %H:%M}", row.body_name, row.receiver_name,
        "匿名" if row.anonymous else row.visitor_masked, row.phone_masked, row.grid, row.people, row.category,
        public(row.answer), public(row.proposal), row.passed_to, f"{row.due_on:%Y-%m-%d}" if row.due_on else "",
        public(row.outcome), f"{row.told_on:%Y-%m-%d}" if row.told_on else "", row.told_how, row.satisfaction,
        row.visited_by, row.redirected, RECEPTION_NAMES[row.state],
    )  # fmt: skip


def _written(path: Path, title: str, table: Sequence[Sequence[Cell]]) -> int:
    write_book(path, [Sheet(title, table, width=0)])
    return len(table) - 1
