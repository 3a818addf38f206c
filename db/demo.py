"""A demo hall (演示大厅): made through the same actions as a real one, so that it looks like a Tuesday morning and is true.

Its people do not exist: the ID numbers carry sequence codes that are never given out (000, and 999 for the living).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from db.action import Actor
from db.catalogue.queries import items
from db.centre.founding import FirstStart, found_centre
from db.centre.queries import counters
from db.centre.rules import CentreFields
from db.demo_duty import DutyPlay
from db.demo_people import PEOPLE, details
from db.demo_play import Play, Player
from db.demo_rooms import build_rooms, furnish
from db.ids import new_id
from db.session import Hall
from db.staff import actions as staff
from db.staff.passwords import hash_password, one_time_password
from db.staff.permissions import ROLE_TITLES, Role, permissions_of
from db.staff.queries import accounts as staff_accounts

DEMO_NOW = datetime(2026, 11, 17, 2, 20, tzinfo=UTC)
"""Tuesday, 17 November 2026, 10:20 in Fujian."""
FIRST_DAY = DEMO_NOW - timedelta(days=28)

CENTRE = CentreFields(
    name="榕荫社区“党建+”邻里中心",
    code="RY01",
    short_name="榕荫邻里",
    address="福州市鼓楼区榕荫路8号（演示）",
    phone="0591-00000001",
    complaint_phone="0591-00000002、12345",
    hours="周一至周五 8:00–12:00、14:30–17:30\n错时：周一至周五 12:00–14:30\n周末及节假日 9:00–11:30、15:00–17:00",
    seal_org="榕荫社区居民委员会",
)
COUNTERS = (("1", "综合受理"), ("2", "综合受理"), ("3", "民生社保"), ("4", "党群服务"))


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account of the demo hall; the password is random and lives as long as the hall."""

    login: str
    name: str
    title: str
    password: str


_STAFF = (
    ("chenxin", "陈欣", "综合窗口", (Role.CLERK,)),
    ("huanglei", "黄磊", "综合窗口", (Role.CLERK,)),
    ("wuting", "吴婷", "民生窗口", (Role.CLERK,)),
    ("zhengyue", "郑悦", "中心主任", (Role.MANAGER, Role.CLERK)),
    ("caiwen", "蔡文", "监督专员", (Role.AUDITOR,)),
)


def build(hall: Hall, now: datetime = DEMO_NOW) -> tuple[DemoAccount, ...]:
    """Fill an empty database; takes a few seconds. Returns the accounts, clerks first."""
    login, name = "linmin", "林敏"
    password = one_time_password(login, name)
    hashed = hash_password(password, login, name)
    answers = FirstStart(CENTRE, name, hashed, COUNTERS)
    centre_id = found_centre(hall, answers, now=FIRST_DAY, op=new_id())
    admin_id = hall.read(staff_accounts, centre_id)[0].id
    admin = Actor(admin_id, centre_id, name, permissions_of(frozenset({Role.MANAGER, Role.SYSADMIN, Role.SECADMIN})))
    known = [DemoAccount(login, name, "负责人、系统和安全管理员", password)]
    player = Player(hall, admin, FIRST_DAY)
    actors: list[Actor] = []
    for login, name, post, roles in _STAFF:
        actor, account = _account(player, login, name, post, frozenset(roles))
        actors.append(actor)
        known.append(account)
    seats = hall.read(counters, centre_id)
    clerks = [_seated(actor, seat.id) for actor, seat in zip(actors, seats, strict=False)]
    play = Play(hall, clerks[:3], clerks[3], FIRST_DAY)
    for person in PEOPLE:
        play.people.append(play.register(details(person)))
    play.items = {row.name: row for row in hall.read(items, centre_id)}
    play.confirm_limits()
    rooms = build_rooms(hall, clerks[3], FIRST_DAY)
    duty = DutyPlay(hall, clerks[3], clerks[0], rooms)
    duty.prepare(FIRST_DAY)
    play.earlier_weeks(now)
    duty.until(now)
    play.this_morning(now)
    furnish(hall, clerks[3], now, rooms)
    duty.today(now)
    play.settle_printing(now)
    return (*known[1:5], known[0], *known[5:])


def _account(player: Player, login: str, name: str, post: str, roles: frozenset[Role]) -> tuple[Actor, DemoAccount]:
    password = one_time_password(login, name)
    staff_id: UUID = player.do(
        staff.create_staff,
        login=login,
        name=name,
        post=post,
        roles=roles,
        password=hash_password(password, login, name),
    )
    player.settle_password(staff_id)
    title = "、".join(ROLE_TITLES[role] for role in Role if role in roles)
    return (
        Actor(staff_id, player.actor.centre_id, name, permissions_of(roles)),
        DemoAccount(login, name, title, password),
    )


def _seated(actor: Actor, counter_id: UUID) -> Actor:
    return Actor(actor.staff_id, actor.centre_id, actor.name, actor.permissions, counter_id)
