"""What people type: requests for a room, and opening hours."""

from datetime import date, time

import pytest

from db.errors import RuleBroken
from db.rooms.asking import Asked, read_request
from db.rooms.hours import read_hours, write_hours
from db.rooms.rules import Hours

TUESDAY = date(2026, 11, 17)
TOOLS = ("投影", "音响", "空调")


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("30 人、投影、周六下午、2 小时", Asked(30, ("投影",), "", date(2026, 11, 21), (13, 18), 120)),
        ("明天上午一个半小时，15个人", Asked(15, (), "", date(2026, 11, 18), (8, 12), 90)),
        ("大后天晚上", Asked(0, (), "", date(2026, 11, 20), (18, 22), 0)),
        ("12月3日 9点到11点 音响、空调", Asked(0, ("空调", "音响"), "", date(2026, 12, 3), (9, 11), 0)),
        ("下周一 90分钟 党建引领", Asked(0, (), "党建引领", date(2026, 11, 23), None, 90)),
        ("周一", Asked(day=date(2026, 11, 23))),  # this week's Monday has passed
        ("2月30日", Asked()),
        ("随便看看", Asked()),
    ],
)
def test_a_request_is_read_as_it_is_asked_at_the_counter(text: str, asked: Asked) -> None:
    assert read_request(text, TUESDAY, TOOLS) == asked


def test_opening_hours_are_read_and_written_as_lines() -> None:
    text = "周一至周五 08:00-12:00 14:30-17:30\n周六、周日 09:00-11:30（06-01至09-30）"
    hours = read_hours(text)
    assert len(hours) == 12
    assert Hours(5, time(9), time(11, 30), 601, 930) in hours
    assert read_hours(write_hours(hours)) == tuple(
        sorted(hours, key=lambda h: (h.season_from, h.season_to, h.weekday, h.opens))
    )


def test_every_day_and_full_width_signs_are_understood() -> None:
    assert len(read_hours("每天 8：00—21：00")) == 7
    assert write_hours(read_hours("每天 08:00-21:00")) == "每天 08:00-21:00"


@pytest.mark.parametrize("text", ["周一至周五", "星期八 08:00-12:00", "每天 25:00-26:00", "周一 08:00-12:00（夏天）"])
def test_what_is_not_understood_is_quoted(text: str) -> None:
    with pytest.raises(RuleBroken, match=r"看不懂|没有"):
        read_hours(text)
