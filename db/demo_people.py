"""The people of the demo hall. None of them exists: their ID numbers carry sequence codes that are never given out."""

from dataclasses import dataclass

from stdnum.cn import ric

from db.people.rules import IdType, PersonDetails


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Name, birthday (YYYYMMDD), man or woman, street of the demo quarter."""

    name: str
    born: str
    man: bool
    street: str


def _people(*rows: tuple[str, str, bool, str]) -> tuple[DemoPerson, ...]:
    return tuple(DemoPerson(*row) for row in rows)


PEOPLE = _people(
    ("林秀珠", "19440312", False, "榕荫路12号"),
    ("陈国栋", "19510820", True, "榕荫路16号3楼"),
    ("吴·秀英", "19580105", False, "榕荫路20号"),
    ("黄䶮", "19870614", True, "桂香巷3号"),
    ("郑美玲", "19920228", False, "桂香巷7号201"),
    ("王建华", "19661130", True, "桂香巷9号"),
    ("李雪梅", "19790415", False, "桂香巷11号402"),
    ("张伟民", "19560707", True, "安泰里2号"),
    ("刘丽萍", "19831009", False, "安泰里5号603"),
    ("蔡志强", "19740322", True, "安泰里8号"),
    ("杨玉兰", "19390918", False, "安泰里8号"),
    ("周海燕", "19950511", False, "水流湾1号"),
    ("许文斌", "19890123", True, "水流湾4号501"),
    ("何淑芬", "19480630", False, "水流湾6号"),
    ("高𠮷祥", "19620216", True, "水流湾9号"),
    ("阿依古丽·买买提", "19970819", False, "水流湾12号"),
    ("谢晓东", "19850303", True, "学院前5号"),
    ("罗金花", "19530427", False, "学院前7号"),
    ("邱明辉", "19711212", True, "学院前9号302"),
    ("苏雅琴", "20010606", False, "学院前11号"),
    ("叶春生", "19460214", True, "榕荫路30号"),
    ("曾庆兰", "19680909", False, "榕荫路32号"),
    ("方志远", "19901118", True, "榕荫路36号"),
    ("彭小燕", "19930707", False, "桂香巷15号"),
    ("董福生", "19410525", True, "桂香巷17号"),
    ("钟慧", "19880812", False, "安泰里12号"),
    ("沈建平", "19590301", True, "安泰里16号"),
    ("江美云", "19751020", False, "水流湾18号"),
    ("赖宇航", "20030915", True, "水流湾20号"),
    ("翁素贞", "19361201", False, "学院前15号"),
)


def details(person: DemoPerson) -> PersonDetails:
    """A person as the counter would have typed them."""
    return PersonDetails(
        name=person.name,
        id_type=IdType.RESIDENT,
        id_number=id_number(person),
        phone=f"1380000{PEOPLE.index(person):04d}",
        address=f"福州市鼓楼区{person.street}（演示）",
    )


def id_number(person: DemoPerson) -> str:
    """An ID number with a right check digit and a sequence code (000 or 999) that nobody alive was given."""
    body = f"350102{person.born}{'999' if person.man else '000'}"
    return body + str(ric.calc_check_digit(body + "0"))
