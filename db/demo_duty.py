"""Duties of the demo hall: who takes turns since October, November on the wall, this morning's sessions, December to be made."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from db.action import Action, Actor
from db.clock import CHINA, business_date
from db.demo_duty_people import BODIES, LAWYERS, STUDIO, VETERANS
from db.demo_play import Player
from db.duty.attendance import absent, arrive, depart
from db.duty.bodies import RuleFields, Saved, save_body, save_rule
from db.duty.building import problem_of
from db.duty.changing import LeaveEntered, leave, substitute
from db.duty.placing import place
from db.duty.plan_queries import plan_slots, sittings_of
from db.duty.plans import PlanMade, PlanSaved, plan_fill, plan_new
from db.duty.publishing import publish
from db.duty.queries import seats
from db.duty.reception import (
    Received,
    ReceptionFields,
    receive,
    reception_pass,
    reception_redirect,
    reception_tell,
)
from db.duty.rows import DutyRow, SeatRow, SlotRow
from db.duty.solve.candidates import candidates
from db.duty.solve.greedy import greedy
from db.duty.solve.outcome import Planned, Settings
from db.duty.solve.problem import Half, Want
from db.duty.stands import StandFields, enter_stand, save_pair
from db.duty.states import COMING, EXPECTED, SignMethod
from db.duty.taking_in import import_roster
from db.rooms.admin import BorrowerFields, save_borrower
from db.rooms.bookings import book
from db.rooms.rules import BorrowerKind
from db.session import Hall

NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))
DECEMBER = (date(2026, 12, 1), date(2026, 12, 31))
_STANDS = (
    ("方静", StandFields(Want.CANNOT, weekday=1, half=Half.MORNING, first=date(2026, 11, 1), last=date(2026, 11, 14), why="开庭")),
    ("高文斌", StandFields(Want.CANNOT, date(2026, 12, 7), date(2026, 12, 18), why="出差")),
    ("何启明", StandFields(Want.AVOID, weekday=2, why="有课")),
    ("江雪", StandFields(Want.PREFER, weekday=2, half=Half.MORNING)),
    ("郭丽娜", StandFields(Want.CANNOT, weekday=0, why="门诊")),
    ("林德福", StandFields(Want.PREFER, weekday=1)),
    ("陈玉珍", StandFields(Want.CANNOT, date(2026, 12, 1), date(2026, 12, 11), why="住院")),
    ("王庆丰", StandFields(Want.AVOID, weekday=4)),
    ("严磊", StandFields(Want.CANNOT, date(2026, 12, 14), date(2026, 12, 18), why="集训")),
)  # fmt: skip
"""What people asked for by phone in October."""
_RECEPTIONS = (
    # days ago, body, category, visitor, grid, what, wish, answer
    (
        13,
        STUDIO,
        "民生服务",
        "周阿婆",
        "第三网格",
        "楼道灯坏了两周，晚上上下楼不方便。",
        "尽快修好楼道灯",
        "已记下，转社区物业。",
    ),
    (11, VETERANS, "邻里纠纷", "", "第一网格", "楼上住户深夜拖桌椅。", "请人上门劝一劝", "老党员当日上门沟通。"),
    (7, STUDIO, "环境卫生", "许先生", "第二网格", "垃圾投放点清运不及时。", "每天清运两次", "联系环卫所调整班次。"),
    (7, LAWYERS, "涉法涉诉", "刘女士", "", "对法院判决不服。", "想要改判", "说明申诉渠道。"),
    (
        0,
        LAWYERS,
        "劳动社保",
        "赖先生",
        "第四网格",
        "公司拖欠两个月工资。",
        "要回工资",
        "先准备合同和考勤记录，可申请劳动仲裁。",
    ),
    (0, VETERANS, "意见建议", "", "第二网格", "希望增设电动车充电桩。", "增设充电桩", ""),
)


@dataclass
class DutyPlay:
    """The manager and a clerk at the counter, who see to the duties."""

    hall: Hall
    manager: Actor
    clerk: Actor
    rooms: dict[str, UUID]
    bodies: dict[str, UUID] = field(default_factory=dict)
    people: dict[str, SeatRow] = field(default_factory=dict)
    november: UUID | None = None

    def prepare(self, at: datetime) -> None:
        """In October: bodies, rules, members with what they did before, wishes; November is planned and hung up."""
        for number, body in enumerate(BODIES):
            saved: Saved = self._do(at, save_body, fields=body.fields)
            self.bodies[body.fields.name] = saved.id
            for rule in body.rules:
                fields = RuleFields(rule.pattern, rule.times, rule.composition, self.rooms[rule.room])
                self._do(at, save_rule, body_id=saved.id, fields=fields)
            self._do(at, import_roster, drafts=body.past(), listed=body.listed(number * 100), body_id=saved.id)
        for seat in self.hall.read(seats, self.manager.centre_id):
            self.people[seat.member_name] = seat
        for name, asked in _STANDS:
            self._do(
                at + timedelta(days=1), enter_stand, self.clerk, member_id=self.people[name].member_id, fields=asked
            )
        veterans = (self.people["林德福"].member_id, self.people["黄金水"].member_id)
        body_id = self.bodies[VETERANS]
        self._do(at, save_pair, body_id=body_id, one_id=veterans[0], other_id=veterans[1], together=False)
        self.november = self._plan(at + timedelta(days=5), *NOVEMBER)
        self._fill_and_publish(at + timedelta(days=5), self.november)

    def until(self, now: datetime) -> None:
        """From the first of November to yesterday: who came, who did not, and whom they received."""
        today = business_date(now)
        for slot in self._slots():
            if slot.day < today and not slot.cancelled:
                for at, duty in enumerate(slot.duties):
                    self._attend(slot, duty, at)
        for row in _RECEPTIONS:
            if row[0]:
                self._receive(row, now)

    def today(self, now: datetime) -> None:
        """Somebody fell ill yesterday and is covered; this morning they came; December waits to be made."""
        self._cover(now - timedelta(hours=18))
        for slot in self._slots():
            if slot.day == business_date(now) and _instant(slot.day, slot.starts) < now:
                for at, duty in enumerate(duty for duty in slot.duties if duty.state in EXPECTED):
                    came = _instant(slot.day, slot.starts) - timedelta(minutes=6 - 4 * at)
                    self._do(came, arrive, self.clerk, duty_id=duty.id, version=duty.version)
        for row in _RECEPTIONS:
            if not row[0]:
                self._receive(row, now)
        self._draft(now)

    def _plan(self, at: datetime, first: date, last: date) -> UUID:
        made: PlanMade = self._do(
            at, plan_new, body_ids=tuple(self.bodies.values()), first=first, last=last,
            title=f"{first.year}年{first.month}月轮值表",
        )  # fmt: skip
        return made.plan_id

    def _fill_and_publish(self, at: datetime, plan_id: UUID) -> None:
        """By the rule of thumb (least loaded first): the demo must not wait for a solver."""
        outcome = greedy(self.hall.read(problem_of, self.manager.centre_id, plan_id), Settings())
        if not isinstance(outcome, Planned):
            raise AssertionError("the demo's November can be planned")
        plan = outcome.plan
        filled: PlanSaved = self._do(
            at, plan_fill, plan_id=plan_id, version=1, sittings=plan.sittings, proof=plan.proof
        )
        self._do(at, publish, plan_id=plan_id, version=filled.version)

    def _attend(self, slot: SlotRow, duty: DutyRow, at: int) -> None:
        """One does not come, one signs in by phone, the others come a little early and leave when it is over."""
        begins, ends = _instant(slot.day, slot.starts), _instant(slot.day, slot.ends)
        if slot.body_name == VETERANS and slot.day == date(2026, 11, 6) and at == 1:
            self._do(ends, absent, self.clerk, duty_id=duty.id, version=duty.version, reason="未到岗，电话联系不上")
            return
        phone = slot.day == date(2026, 11, 11) and at == 0
        signed = self._do(
            begins - timedelta(minutes=4), arrive, self.clerk, duty_id=duty.id, version=duty.version,
            method=SignMethod.PHONE if phone else SignMethod.HAND, reason="直接去了会议室，电话报到" if phone else "",
        )  # fmt: skip
        received = (slot.day.day + at * 2) % 4
        self._do(ends, depart, self.clerk, duty_id=duty.id, version=signed.version, received=received)

    def _cover(self, at: datetime) -> None:
        """One of this morning's old party members is ill; who has done least and may, covers."""
        slot = next(each for each in self._slots() if each.body_name == VETERANS and each.day == date(2026, 11, 17))
        ill = slot.duties[0]
        entered: LeaveEntered = self._do(
            at, leave, self.clerk, member_id=ill.member_id, first=slot.day, last=date(2026, 11, 19), why="感冒发烧"
        )
        problem = self.hall.read(problem_of, self.manager.centre_id, slot.plan_id)
        now = self._slots()
        found = candidates(problem, sittings_of(now), slot.id, ill.need)
        best = next(each for each in found if not each.broken)
        duty = next(each for row in now for each in row.duties if each.id == entered.hit[0])
        self._do(
            at + timedelta(minutes=20), substitute, duty_id=duty.id, version=duty.version, seat_id=best.seat_id,
            reason="感冒发烧，电话请假",
        )  # fmt: skip

    def _receive(self, row: tuple[int, str, str, str, str, str, str, str], now: datetime) -> None:
        days, body, category, visitor, grid, content, demand, answer = row
        wanted = business_date(now) - timedelta(days=days)
        slot = min(
            (each for each in self._slots() if each.body_name == body and not each.cancelled),
            key=lambda each: abs((each.day - wanted).days),
        )
        at = min(_instant(slot.day, slot.starts) + timedelta(minutes=35), now)
        receiver = [duty for duty in slot.duties if duty.state in COMING][-1]
        fields = ReceptionFields(
            category, at, slot.id, receiver.member_id, anonymous=not visitor, visitor=visitor, grid=grid,
            content=content, demand=demand, answer=answer,
        )  # fmt: skip
        made: Received = self._do(at, receive, self.clerk, fields=fields)
        given = {"reception_id": made.reception_id, "version": made.version}
        if category == "涉法涉诉":
            self._do(at, reception_redirect, self.clerk, **given, whither="区人民法院诉讼服务中心（申诉窗口）")
        elif category in ("民生服务", "环境卫生"):
            passed: Received = self._do(at, reception_pass, self.clerk, **given, unit="榕荫社区物业服务站", days=5)
            if category == "民生服务":
                given["version"] = passed.version
                done = at + timedelta(days=4)
                self._do(
                    done, reception_tell, self.clerk, **given, outcome="已更换楼道灯 3 盏", told_on=business_date(done),
                    told_how="电话", satisfaction="非常满意", visited_by="陈欣",
                )  # fmt: skip

    def _draft(self, now: datetime) -> None:
        """December: one place locked by hand, and a room that somebody else has booked on one of its days."""
        earlier = now - timedelta(minutes=50)
        plan_id = self._plan(earlier, *DECEMBER)
        slot = next(
            each for each in self._slots(plan_id)
            if each.body_name == STUDIO and self.people["江雪"].kind in each.needs[0].kinds
        )  # fmt: skip
        self._do(earlier, place, slot_id=slot.id, version=slot.version, seat_id=self.people["江雪"].id)
        school = self._do(
            now, save_borrower, fields=BorrowerFields(BorrowerKind.PARTNER_UNIT, "区委党校", "教务处", "")
        )
        day = date(2026, 12, 8)
        self._do(
            now, book, room_id=self.rooms["203"], starts_at=_instant(day, time(8, 30)), ends_at=_instant(day, time(11, 30)),
            borrower_id=school, use="党建引领", purpose="入党积极分子培训", responsible="教务处", people=28,
        )  # fmt: skip

    def _slots(self, plan_id: UUID | None = None) -> tuple[SlotRow, ...]:
        wanted = plan_id or self.november
        if wanted is None:
            raise AssertionError("November is planned first")
        return self.hall.read(plan_slots, self.manager.centre_id, wanted)

    def _do(self, at: datetime, action: Action[..., Any], who: Actor | None = None, /, **given: Any) -> Any:
        return Player(self.hall, who or self.manager, at).do(action, **given)


def _instant(day: date, at: time) -> datetime:
    return datetime.combine(day, at, CHINA)
