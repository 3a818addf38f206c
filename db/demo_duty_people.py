"""Who takes turns in the demo hall, and when. None of these people exists; their phones are of no network."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import zip_longest

from db.calendar.recurrence import Every, OnHoliday, Pattern
from db.duty.bodies import BodyFields
from db.duty.reading_roster import Draft, Listed, Sitter
from db.duty.rules import Composition, SeasonTime, Turn

KINDS = ("党代表", "人大代表", "政协委员")
STUDIO, LAWYERS, POLICE, VETERANS, JUDGES, WATCH = (
    "“两代表一委员”工作室", "公益法律服务", "社区民警", "老党员议事", "法官工作站", "纪检监察联络站",
)  # fmt: skip


PAST_DAYS = tuple(date(2026, 3, 4) + timedelta(weeks=at) for at in range(26))
"""Wednesdays from March to August 2026, none of them a holiday."""


@dataclass(frozen=True, slots=True)
class DemoRule:
    """A rule of a demo body; `room` is a room's number."""

    pattern: Pattern
    starts: time
    ends: time
    room: str
    composition: Composition = Composition()  # noqa: RUF009 frozen

    @property
    def times(self) -> tuple[SeasonTime, ...]:
        return (SeasonTime(self.starts, self.ends),)


@dataclass(frozen=True, slots=True)
class DemoBody:
    """A demo body: its form, its rules, and its members as “name kind 届别 level post specialty history”."""

    fields: BodyFields
    rules: tuple[DemoRule, ...]
    members: tuple[str, ...]

    def listed(self, phone: int) -> tuple[Listed, ...]:
        """The members as a list of members gives them; phones count up from `phone`."""
        found = []
        done = len(PAST_DAYS) // len(self.members) if self.fields.name == STUDIO else 0
        for at, text in enumerate(self.members):
            name, kind, session, level, post, specialty, history = (
                "" if part == "-" else part for part in text.split()
            )
            sitter = Sitter(name, kind, session, level, post, specialty, f"1380001{phone + at:04d}")
            found.append(Listed(f"第 {at + 1} 行", sitter, int(history) - done))
        return tuple(found)

    def past(self) -> tuple[Draft, ...]:
        """What the studio's old roster tells of this year: every member twice, the kinds in turn."""
        if self.fields.name != STUDIO:
            return ()
        by_kind = [[text.split()[0] for text in self.members if text.split()[1] == kind] for kind in KINDS]
        in_turn = [name for names in zip_longest(*by_kind) for name in names if name is not None]
        return tuple(
            Draft(f"第 {at + 2} 行", day, time(9), time(11), (Sitter(in_turn[at % len(in_turn)]),), received=at % 5)
            for at, day in enumerate(PAST_DAYS)
        )


def _weekly(*days: int, every: int = 1, first: date = date(2026, 1, 5)) -> Pattern:
    return Pattern(Every.WEEK, first, every, weekdays=days, on_holiday=OnHoliday.POSTPONE)


BODIES = (
    DemoBody(
        BodyFields(
            STUDIO, 0, "党的建设、民生实事、社区治理、政策咨询；涉法涉诉事项引导到法定渠道", "郑悦", "0591-00000011", rest=5,
            most_a_month=3, least_a_year=2, position=0,
        ),
        (
            DemoRule(_weekly(2), time(9), time(11), "105", Composition(Turn.IN_TURN, 1, KINDS)),
            DemoRule(
                Pattern(Every.MONTH_DAY, date(2026, 1, 1), month_days=(10, 20), on_holiday=OnHoliday.POSTPONE),
                time(15), time(17), "105", Composition(Turn.TOGETHER, 1, KINDS[:2]),
            ),
        ),
        (
            "林晓岚 党代表 第十四届 区级 榕荫社区党委书记 社区治理 5", "陈立群 党代表 第十四届 区级 区教育局副局长 教育政策 4",
            "苏建新 党代表 第十二届 街道 街道党工委委员 党建 5", "翁美珍 党代表 第十二届 街道 榕荫幼儿园园长 学前教育 4",
            "高文斌 人大代表 第十八届 区级 榕荫建设公司经理 工程质量 5", "郭丽娜 人大代表 第十八届 区级 区医院主任医师 医疗健康 4",
            "许志强 人大代表 第十八届 区级 个体工商户 市场管理 5", "阿迪力·吐尔逊 人大代表 第十四届 市级 民族中学教师 民族团结 4",
            "何启明 政协委员 第十届 区级 福州大学教授 城市规划 4", "江雪 政协委员 第十届 区级 文化馆馆长 公共文化 5",
            "魏𬱖 政协委员 第十届 区级 会计师事务所合伙人 财税咨询 4",
            "方静 政协委员 第十届 区级 榕城律师事务所 婚姻家事 4", "罗晓峰 政协委员 第十届 区级 科技企业负责人 创业就业 4",
        ),
    ),
    DemoBody(
        BodyFields(
            LAWYERS, 1, "婚姻家事、劳动争议、合同审查、法律援助指引", "吴婷", "0591-00000012", rest=4, most_a_month=2, position=1
        ),
        (DemoRule(_weekly(1), time(9), time(11, 30), "106"),),
        (
            "方静 律师 - - 榕城律师事务所 婚姻家事 6", "丁浩然 律师 - - 榕城律师事务所 劳动争议 6",
            "沈一诺 律师 - - 左海律师事务所 合同纠纷 6", "潘国荣 律师 - - 左海律师事务所 房产物业 5",
            "蒋雨桐 律师 - - 乌山律师事务所 未成年人保护 6", "程立 律师 - - 乌山律师事务所 交通事故 5",
        ),
    ),
    DemoBody(
        BodyFields(POLICE, 2, "户籍咨询、反诈宣传、邻里纠纷、流动人口登记", "黄磊", "0591-00000013", rest=1, position=2),
        (DemoRule(_weekly(0, 3), time(9), time(11), "105"),),
        (
            "严磊 民警 - - 榕荫派出所 户籍 18", "董志军 民警 - - 榕荫派出所 反诈 17",
            "任海峰 民警 - - 榕荫派出所 纠纷调解 18", "傅佳 民警 - - 榕荫派出所 治安 17",
        ),
    ),
    DemoBody(
        BodyFields(VETERANS, 3, "邻里矛盾、环境卫生、楼道堆物、民意收集", "陈欣", "0591-00000014", rest=3, position=3),
        (DemoRule(_weekly(1, 4), time(9), time(11), "203", Composition(people=2)),),
        (
            "林德福 老党员 - - 退休教师 邻里调解 15", "陈玉珍 老党员 - - 退休护士 健康关怀 15",
            "黄金水 老党员 - - 退休工人 楼道治理 14", "郑秀华 老党员 - - 退休会计 物业账目 15",
            "王庆丰 老党员 - - 退休干部 政策宣讲 15", "李阿妹 老党员 - - 退休教师 课后托管 14",
            "张世荣 老党员 - - 退伍军人 志愿服务 15", "刘桂香 老党员 - - 退休工人 环境卫生 14",
            "吴国平 老党员 - - 退休工程师 加装电梯 15", "蔡月娥 老党员 - - 退休医生 慢病管理 14",
        ),
    ),
    DemoBody(
        BodyFields(JUDGES, 4, "诉前调解、诉讼指引、普法宣传", "吴婷", "0591-00000015", rest=5, position=4),
        (DemoRule(_weekly(1, every=2, first=date(2026, 11, 3)), time(15), time(17), "106"),),
        (
            "梁慧敏 法官 - - 区法院民事审判庭 家事纠纷 3", "袁野 法官 - - 区法院民事审判庭 物业纠纷 3",
            "侯思远 法官 - - 区法院立案庭 诉讼服务 2",
        ),
    ),
    DemoBody(
        BodyFields(WATCH, 5, "群众身边不正之风和腐败问题线索、作风监督", "郑悦", "0591-00000016", rest=5, position=5),
        (
            DemoRule(
                Pattern(Every.MONTH_WEEKDAY, date(2026, 1, 1), weekdays=(2,), nth=2, on_holiday=OnHoliday.POSTPONE),
                time(15), time(17), "106",
            ),
        ),
        (
            "章文 纪检干部 - - 街道纪工委 作风监督 3", "石秀清 纪检干部 - - 社区纪检委员 居务公开 4",
            "卢振华 纪检干部 - - 街道纪工委 信访受理 4",
        ),
    ),
)  # fmt: skip
"""Six bodies, 38 people, one of them in two bodies."""
