"""A hall's present roster comes in: shown first, history included, twice is once."""

from collections.abc import Callable, Iterable
from datetime import date, time
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.action import Actor, Request
from db.duty.building import problem_of
from db.duty.exporting import write_roster
from db.duty.import_undoing import drop_import
from db.duty.importing import Preview, named_in, preview
from db.duty.kept import needs_of
from db.duty.levels import levels
from db.duty.models import Duty, DutyMember, DutyPlan, DutySeat, DutySlot
from db.duty.plan_queries import plan_slots, plans
from db.duty.queries import bodies, members, seats, turns_before
from db.duty.reading_roster import Draft, Roster, Sitter, read_roster
from db.duty.reception import ReceptionFields, receive
from db.duty.rules import Composition, Turn
from db.duty.solve.problem import Need
from db.duty.states import DutyState, PlanState
from db.duty.taking_in import RosterImported, import_roster
from db.errors import RuleBroken, Stale
from db.ids import new_id
from db.session import Hall
from db.staff.permissions import Role
from tests.conftest import NOW
from tests.db.duty.kit import put_duty, put_plan, put_slot
from tests.db.duty.test_reading_roster import sheet
from tests.factories.centre import make_centre
from tests.factories.duty import BODY, KINDS, make_body, make_member, make_rule, make_seat
from tests.factories.rooms import make_room
from tests.factories.staff import make_staff

Run = Callable[..., Any]
TODAY = date(2026, 11, 17)
HEADS = ("日期", "时段", "地点", "姓名", "身份", "单位职务", "状态", "替班人", "接待人数")
ROWS = (
    HEADS,
    ("2026-10-14", "9:00-11:00", "203", "林敏", "党代表", "区教育局", "已到岗", "", 4),
    ("2026-10-21", "9:00-11:00", "203", "陈国栋", "人大代表", "", "请假", "黄䶮", ""),
    ("2026-10-28", "9:00-11:00", "小会议室", "黄䶮", "政协委员", "", "缺席", "", ""),
    ("2026-11-04", "9:00-11:00", "203", "林敏、陈国栋", "党代表、人大代表", "", "", "", ""),
    ("2026-11-18", "9:00-11:00", "203", "黄䶮", "政协委员", "", "", "", ""),
    ("2026-12-02", "上午", "203", "林敏", "党代表", "", "", "", ""),
)  # fmt: skip


@pytest.fixture
def body(hall: Hall, manager: Actor) -> UUID:
    return make_body(hall, manager, NOW)


def read(tmp_path: Path, *rows: Iterable[Any]) -> Roster:
    return read_roster(sheet(tmp_path / "a.xlsx", *(rows or ROWS)), TODAY)


def seen(hall: Hall, actor: Actor, found: Roster, body: UUID | None) -> Preview:
    return hall.read(preview, actor.centre_id, found.drafts, found.listed, body, TODAY)


def counted(hall: Hall) -> tuple[int, ...]:
    models = (DutyMember, DutySeat, DutyPlan, DutySlot, Duty)
    return hall.read(
        lambda session: tuple(session.scalar(select(func.count()).select_from(model)) or 0 for model in models)
    )


def test_the_preview_tells_what_each_row_becomes_and_writes_nothing(
    hall: Hall, manager: Actor, body: UUID, tmp_path: Path
) -> None:
    make_room(hall, manager, NOW, "203")
    found = seen(hall, manager, read(tmp_path), body)
    assert [(line.names, line.past, line.trouble) for line in found.lines] == [
        ("林敏", True, ""), ("陈国栋", True, ""), ("黄䶮", True, ""), ("林敏、陈国栋", True, ""), ("黄䶮", False, ""),
        ("林敏", False, ""),
    ]  # fmt: skip
    assert [line.notes for line in found.lines if line.notes] == [
        ("没有房间“小会议室”，记在备注里",), ("时段按09:00–11:00算",),
    ]  # fmt: skip
    assert [(each.name, each.kind, each.new_member, each.place[-5:]) for each in found.people] == [
        ("林敏", "党代表", True, "第 2 行"), ("陈国栋", "人大代表", True, "第 3 行"), ("黄䶮", "", True, "第 3 行"),
    ]  # fmt: skip
    assert counted(hall) == (0, 0, 0, 0, 0)


def test_a_confirmed_roster_becomes_people_history_and_a_draft(
    hall: Hall, run: Run, manager: Actor, body: UUID, tmp_path: Path
) -> None:
    room = make_room(hall, manager, NOW, "203")
    found = read(tmp_path)
    made = run(manager, import_roster, drafts=found.drafts, body_id=body)
    assert made == RosterImported(members=3, seats=3, sessions=6, duties=8, repeated=0)
    kinds = {row.member_name: row.kind for row in hall.read(seats, manager.centre_id)}
    assert kinds == {"林敏": "党代表", "陈国栋": "人大代表", "黄䶮": "政协委员"}
    names = {row.id: row.member_name for row in hall.read(seats, manager.centre_id)}
    totals = {names[each.seat_id]: each.total for each in hall.read(levels, manager.centre_id, [body])}
    assert totals == {"林敏": 2, "陈国栋": 1, "黄䶮": 1}  # leave and absence are no duties, covering is one
    plans = hall.read(lambda session: session.scalars(select(DutyPlan).order_by(DutyPlan.first)).all())
    assert [(plan.state, plan.first, plan.last) for plan in plans] == [
        (PlanState.ARCHIVED, date(2026, 10, 14), date(2026, 11, 4)),
        (PlanState.DRAFT, date(2026, 11, 18), date(2026, 11, 18)),
        (PlanState.DRAFT, date(2026, 12, 2), date(2026, 12, 2)),
    ]
    slots = hall.read(lambda session: session.scalars(select(DutySlot).order_by(DutySlot.day)).all())
    assert [slot.room_id == room for slot in slots] == [True, True, False, True, True, True]
    assert (slots[2].note, needs_of(slots[3].needs)) == ("地点：小会议室", (Need(2),))
    problem = hall.read(problem_of, manager.centre_id, plans[2].id)
    assert ([each.why for each in problem.fixed], len(problem.done)) == (["已锁定"], 4)
    assert {problem.names[seat.person_id]: seat.before for seat in problem.seats} == totals


def test_who_covered_is_kept_beside_who_was_on_leave(
    hall: Hall, run: Run, manager: Actor, body: UUID, tmp_path: Path
) -> None:
    run(manager, import_roster, drafts=read(tmp_path).drafts[:2], body_id=body)
    duties = hall.read(lambda session: session.scalars(select(Duty).order_by(Duty.id)).all())
    assert [duty.state for duty in duties] == [DutyState.LEFT, DutyState.ON_LEAVE, DutyState.LEFT]
    assert (duties[2].covers, duties[0].received) == (duties[1].id, 4)


def test_the_same_file_twice_doubles_nothing(hall: Hall, run: Run, manager: Actor, body: UUID, tmp_path: Path) -> None:
    found = read(tmp_path)
    run(manager, import_roster, drafts=found.drafts, body_id=body)
    before = counted(hall)
    again = seen(hall, manager, found, body)
    assert ({(line.repeated, line.trouble) for line in again.lines}, again.people, again.fit) == ({(True, "")}, (), ())
    made = run(manager, import_roster, drafts=found.drafts, body_id=body)
    assert (made, counted(hall)) == (RosterImported(0, 0, 0, 0, 6), before)


def test_a_longer_file_adds_what_is_new_to_the_history_that_is_there(
    hall: Hall, run: Run, manager: Actor, body: UUID, tmp_path: Path
) -> None:
    run(manager, import_roster, drafts=read(tmp_path).drafts[:1], body_id=body)
    more = read(
        tmp_path, HEADS,
        ("2026-10-14", "9:00-11:00", "", "林敏", "", "", "", "", ""),
        ("2026-10-14", "9:00-11:00", "", "王建华", "", "", "", "", ""),
        ("2026-09-16", "9:00-11:00", "", "王建华", "", "", "", "", ""),
    )  # fmt: skip
    made = run(manager, import_roster, drafts=more.drafts, body_id=body)
    assert made == RosterImported(members=1, seats=1, sessions=1, duties=2, repeated=1)
    slots = hall.read(lambda session: session.scalars(select(DutySlot).order_by(DutySlot.day)).all())
    assert [sum(need.count for need in needs_of(slot.needs)) for slot in slots] == [1, 2]
    plans = hall.read(lambda session: session.scalars(select(DutyPlan)).all())
    assert [(plan.first, plan.last) for plan in plans] == [(date(2026, 9, 16), date(2026, 10, 14))]


def test_people_who_are_known_are_found_again_and_those_of_one_name_told_apart(
    hall: Hall, run: Run, manager: Actor, body: UUID, tmp_path: Path
) -> None:
    for name, post in (("林敏", "区教育局"), ("林敏", "榕荫社区"), ("陈国栋", "")):
        make_member(hall, manager, NOW, name, unit_post=post)
    found = read(
        tmp_path, ("日期", "时段", "姓名", "单位职务"),
        ("2026-10-14", "上午", "林敏", ""),
        ("2026-10-15", "上午", "林敏", "榕荫社区"),
        ("2026-10-16", "上午", "陈 国 栋", ""),
    )  # fmt: skip
    lines = seen(hall, manager, found, body).lines
    assert lines[0].trouble == "有 2 位轮值人员都叫“林敏”，请在表里写明单位职务。"
    assert [line.trouble for line in lines[1:]] == ["", ""]
    with pytest.raises(RuleBroken, match=r"有 1 行不能导入，一行也没有导入：\n.*第 2 行：有 2 位"):
        run(manager, import_roster, drafts=found.drafts, body_id=body)
    made = run(manager, import_roster, drafts=found.drafts[1:], body_id=body)
    assert (made.members, made.seats, len(hall.read(members, manager.centre_id))) == (0, 2, 3)


def test_what_a_plan_of_this_program_has_is_not_overwritten(
    hall: Hall, run: Run, manager: Actor, body: UUID, tmp_path: Path
) -> None:
    seat = make_seat(hall, manager, NOW, make_member(hall, manager, NOW, "林敏"), body)
    plan = put_plan(hall, manager, [body], date(2026, 11, 1), date(2026, 11, 30), PlanState.PUBLISHED)
    put_duty(hall, manager, put_slot(hall, manager, plan, body, date(2026, 11, 4)), seat, DutyState.PUBLISHED)
    found = read(
        tmp_path, ("日期", "时段", "姓名"),
        ("2026-11-04", "上午", "林敏"),
        ("2026-11-04", "上午", "陈国栋"),
        ("2026-11-11", "上午", "陈国栋"),
        ("2026-11-25", "上午", "陈国栋"),
    )  # fmt: skip
    lines = seen(hall, manager, found, body).lines
    assert lines[0].repeated
    assert lines[1].trouble == "这一班已在“测试”里，人员不同，不覆盖。请在排班里调整。"
    assert all("已有轮值表“测试”" in line.trouble for line in lines[2:])


def test_rows_name_their_body_or_take_the_chosen_one(hall: Hall, manager: Actor, body: UUID, tmp_path: Path) -> None:
    make_body(hall, manager, NOW, "公益律师")
    found = read(
        tmp_path, ("日期", "时段", "姓名", "轮值单位"),
        ("2026-10-14", "上午", "林敏", "公益律师"),
        ("2026-10-14", "上午", "林敏", ""),
        ("2026-10-14", "上午", "林敏", "没有的单位"),
        ("2026-10-15", "上午", "林敏", "两代表一委员工作室"),
    )  # fmt: skip
    chosen, none = seen(hall, manager, found, body), seen(hall, manager, found, None)
    assert [line.body for line in chosen.lines] == [
        "公益律师",
        "“两代表一委员”工作室",
        "没有的单位",
        "“两代表一委员”工作室",
    ]
    assert chosen.lines[2].trouble == "没有轮值单位“没有的单位”，请先建立，或改成已有的名称。"
    assert none.lines[1].trouble == "请先选择这份轮值表是哪个轮值单位的。"


def test_a_list_of_members_brings_their_history_once(
    hall: Hall, run: Run, manager: Actor, body: UUID, tmp_path: Path
) -> None:
    make_seat(hall, manager, NOW, make_member(hall, manager, NOW, "陈国栋"), body, history=2)
    found = read(
        tmp_path, ("姓名", "身份", "届别", "联系电话", "历史次数"),
        ("林敏", "党代表", "十四届", "13800138000", 12),
        ("陈国栋", "人大代表", "", "", 5),
    )  # fmt: skip
    people = seen(hall, manager, found, body).people
    assert [(each.name, each.new_seat, each.before, each.history, each.phone_masked) for each in people] == [
        ("林敏", True, 0, 12, "138****8000"), ("陈国栋", False, 2, 5, ""),
    ]  # fmt: skip
    for _ in range(2):
        run(manager, import_roster, listed=found.listed, body_id=body)
    plain_list = read(tmp_path, ("姓名", "身份", "单位职务"), ("林敏", "党代表", ""))
    line = seen(hall, manager, plain_list, body).people[0]
    assert (line.new_seat, line.before, line.history) == (False, 12, 12)  # a list without counts forgets none
    run(manager, import_roster, listed=plain_list.listed, body_id=body)
    rows = {row.member_name: row for row in hall.read(seats, manager.centre_id)}
    assert {name: (row.history, row.credit, row.kind) for name, row in rows.items()} == {
        "林敏": (12, 0, "党代表"), "陈国栋": (5, 0, "人大代表"),
    }  # fmt: skip
    assert rows["林敏"].session == "十四届"


def test_terms_remarks_and_doubtful_phones_of_a_list(
    hall: Hall, run: Run, manager: Actor, body: UUID, tmp_path: Path
) -> None:
    make_seat(hall, manager, NOW, make_member(hall, manager, NOW, "陈国栋"), body, first=date(2021, 1, 1))
    found = read(
        tmp_path, ("姓名", "身份", "单位职务", "电话", "任期", "备注"),
        ("林敏", "党代表", "", "123", "2022.1-2026.12", "周三不行"),
        ("陈国栋", "人大代表", "", "", "2021.1-2025.12", ""),
    )  # fmt: skip
    people = {each.name: each for each in seen(hall, manager, found, body).people}
    assert people["林敏"].notes == ("电话“123”可能不完整，请核对",)
    assert (str(people["陈国栋"].term_before), str(people["陈国栋"].term)) == (
        "2021-01-01 起",
        "2021-01-01 至 2025-12-31",
    )
    assert people["陈国栋"].notes == ("任期已满，不会再排",)
    run(manager, import_roster, listed=found.listed, body_id=body)
    terms = {row.member_name: (row.first, row.last) for row in hall.read(seats, manager.centre_id)}
    assert terms == {
        "林敏": (date(2022, 1, 1), date(2026, 12, 31)), "陈国栋": (date(2021, 1, 1), date(2025, 12, 31)),
    }  # fmt: skip
    assert {row.name: row.note for row in hall.read(members, manager.centre_id)}["林敏"] == "周三不行"


def test_a_session_to_come_outside_the_term_beside_it_is_in_the_way(
    hall: Hall, manager: Actor, body: UUID, tmp_path: Path
) -> None:
    found = read(
        tmp_path, ("日期", "时段", "姓名", "任期"),
        ("2026-10-14", "9:00-11:00", "林敏", "2022-2025"), ("2026-11-18", "9:00-11:00", "林敏", "2022-2025"),
    )  # fmt: skip
    assert [line.trouble for line in seen(hall, manager, found, body).lines] == [
        "", "林敏的任期（2022-01-01 至 2025-12-31）不含这一天，请核对。",
    ]  # fmt: skip


def test_the_rotation_of_kinds_goes_on_from_the_imported_sessions(
    hall: Hall, run: Run, manager: Actor, body: UUID, tmp_path: Path
) -> None:
    rule = make_rule(hall, manager, NOW, body, composition=Composition(Turn.IN_TURN, 1, KINDS))
    run(manager, import_roster, drafts=read(tmp_path).drafts[:3], body_id=body)
    assert hall.read(turns_before, manager.centre_id, [body], TODAY) == {rule: KINDS}


def test_what_one_hall_exports_another_takes_in(
    hall: Hall, run: Run, manager: Actor, body: UUID, tmp_path: Path
) -> None:
    run(manager, import_roster, drafts=read(tmp_path).drafts[:4], body_id=body)
    (archived,) = hall.read(plans, manager.centre_id, archived=True)
    exported = hall.read(plan_slots, manager.centre_id, archived.id)
    assert write_roster(tmp_path / "out.xlsx", exported) == 5  # who was absent leaves an empty line
    found = read_roster(tmp_path / "out.xlsx", TODAY)
    assert [(fault.sentence, fault.passed_by) for fault in found.faults] == [("这一班写着“暂缺”，不导入。", True)]
    assert [line.repeated for line in seen(hall, manager, found, None).lines] == [True] * 4
    other = make_staff(hall, make_centre(hall, now=NOW, code="LL02"), Role.MANAGER, now=NOW)
    theirs = make_body(hall, other, NOW)
    made = run(other, import_roster, drafts=found.drafts)
    assert (made.members, made.duties) == (3, 5)
    totals = [each.total for each in hall.read(levels, other.centre_id, [theirs])]
    assert sorted(totals) == [1, 1, 2]
    states = hall.read(
        lambda session: session.scalars(select(Duty.state).where(Duty.centre_id == other.centre_id)).all()
    )
    assert list(states).count(DutyState.ON_LEAVE) == 1  # whoever was covered is known there too


def test_the_one_liaison_that_a_file_names_is_kept_where_none_was(
    hall: Hall, run: Run, manager: Actor, body: UUID, tmp_path: Path
) -> None:
    lawyers = make_body(hall, manager, NOW, "律师", liaison="吴婷")
    rows = (("2026-10-14", "上午", "林敏", "郑悦"), ("2026-10-15", "上午", "林敏", ""))
    found = read(tmp_path, ("日期", "时段", "姓名", "联络员"), *rows)
    for each in (body, lawyers):
        run(manager, import_roster, drafts=found.drafts, body_id=each)
    assert {row.name: row.liaison for row in hall.read(bodies, manager.centre_id)} == {BODY: "郑悦", "律师": "吴婷"}


def test_the_title_of_a_file_tells_the_body_where_it_names_just_one() -> None:
    one, two = UUID(int=1), UUID(int=2)
    names = {one: "“两代表一委员”工作室", two: "律师"}
    assert named_in('榕荫社区"两代表一委员"工作室2026年3月轮值公示表', names) == one
    assert named_in("2026年3月值班表", names) is None
    assert named_in("两代表一委员工作室、律师值班表", names) is None


def test_a_history_of_the_wrong_file_is_taken_back_whole_and_nothing_else(
    hall: Hall, run: Run, manager: Actor, body: UUID, tmp_path: Path
) -> None:
    found = read(tmp_path)
    run(manager, import_roster, drafts=found.drafts, body_id=body)
    archived = next(row for row in hall.read(plans, manager.centre_id, archived=True) if row.sessions == 4)
    with pytest.raises(Stale):
        run(manager, drop_import, plan_id=archived.id, version=archived.version - 1)
    assert run(manager, drop_import, plan_id=archived.id, version=archived.version) == 6
    assert counted(hall) == (3, 3, 2, 2, 2)  # people and the drafts stay
    assert {each.total for each in hall.read(levels, manager.centre_id, [body])} == {0}
    draft = hall.read(plans, manager.centre_id, archived=True)[0]
    with pytest.raises(RuleBroken, match="不是从表格导入的历史轮值"):
        run(manager, drop_import, plan_id=draft.id, version=draft.version)
    again = run(manager, import_roster, drafts=found.drafts, body_id=body)
    assert (again.duties, again.repeated) == (6, 2)


def test_a_history_with_receptions_stays(hall: Hall, run: Run, manager: Actor, body: UUID, tmp_path: Path) -> None:
    run(manager, import_roster, drafts=read(tmp_path).drafts[:1], body_id=body)
    (archived,) = hall.read(plans, manager.centre_id, archived=True)
    (slot,) = hall.read(plan_slots, manager.centre_id, archived.id)
    fields = ReceptionFields("政策咨询", slot_id=slot.id, anonymous=True, content="问医保")
    run(manager, receive, fields=fields)
    with pytest.raises(RuleBroken, match="已有接待登记"):
        run(manager, drop_import, plan_id=archived.id, version=archived.version)


def test_a_phone_that_is_none_is_told_with_its_row(hall: Hall, manager: Actor, body: UUID, tmp_path: Path) -> None:
    found = read(tmp_path, ("日期", "时段", "姓名", "电话"), ("2026-10-14", "上午", "林敏", "没有"))
    assert "电话里没有号码" in seen(hall, manager, found, body).lines[0].trouble


rows_of_a_roster = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from((time(9), time(15))), st.sampled_from(("林敏", "陈国栋", "黄䶮"))),
    min_size=1,
    max_size=12,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=rows_of_a_roster, second=rows_of_a_roster)
def test_however_files_overlap_everybody_has_each_duty_once(
    embedded_hall: Hall, first: list[tuple[int, time, str]], second: list[tuple[int, time, str]]
) -> None:
    manager = make_staff(embedded_hall, make_centre(embedded_hall, now=NOW, code=new_id().hex), Role.MANAGER, now=NOW)
    body = make_body(embedded_hall, manager, NOW)
    for rows in (first, second, first):
        drafts = tuple(
            Draft(f"第 {at} 行", date(2026, 10, 1 + day), starts, time(starts.hour + 2), (Sitter(name),))
            for at, (day, starts, name) in enumerate(rows)
        )
        embedded_hall.run(Request(manager, NOW, new_id()), import_roster, drafts=drafts, body_id=body)

    def query(session: Session) -> tuple[int, list[DutySlot]]:
        duties = select(func.count()).select_from(Duty).where(Duty.centre_id == manager.centre_id)
        slots = session.scalars(select(DutySlot).where(DutySlot.centre_id == manager.centre_id))
        return session.scalar(duties) or 0, list(slots)

    duties, slots = embedded_hall.read(query)
    every = {*first, *second}
    assert duties == len(every)
    assert {(slot.day.day - 1, slot.starts) for slot in slots} == {(day, starts) for day, starts, _ in every}
    assert sum(need.count for slot in slots for need in needs_of(slot.needs)) == len(every)
