"""Items to test with, and one example per action of the catalogue."""

from dataclasses import replace
from uuid import UUID

from db.catalogue.actions import plant
from db.catalogue.comparison import fingerprint
from db.catalogue.queries import item, standing
from db.catalogue.rules import ItemContent, Material
from db.catalogue.starter import starter_items
from db.session import Hall
from tests.factories.stage import Example, Stage


def content(code: str = "T001", **fields: object) -> ItemContent:
    """An item that may go into a catalogue."""
    facts: dict[str, object] = {
        "local_code": code,
        "name": f"高龄津贴申领{code}",
        "aliases": ("老龄补贴",),
        "department": "民政",
        "item_type": "行政给付",
        "category": "老有所养",
        "service_object": "自然人",
        "role": "收件",
        "promise_limit": 10,
        "legal_limit": 20,
        "materials": (Material("居民身份证"), Material("申请表", note="中心备有空白表")),
    }
    return ItemContent(**{**facts, **fields})  # type: ignore[arg-type]


def make_item(hall: Hall, centre_id: UUID, now: object, **fields: object) -> UUID:
    """An item in a centre's catalogue; returns its id."""
    with hall.transaction() as session:
        return plant(session, centre_id, [content(**fields)], now=now, by=None)[0]  # type: ignore[arg-type]


def make_starter(hall: Hall, centre_id: UUID, now: object) -> list[UUID]:
    """The 108 starter items in a centre's catalogue; their ids in the starter's order."""
    with hall.transaction() as session:
        return plant(session, centre_id, starter_items(), now=now, by=None)  # type: ignore[arg-type]


def many(count: int) -> list[ItemContent]:
    """A catalogue of any size with names as real lists have them: the starter, then the same services for other people."""
    starter = starter_items()
    people = (
        "城镇居民",
        "农村居民",
        "企业职工",
        "个体经营者",
        "在校学生",
        "返乡人员",
        "港澳台居民",
        "外籍人员",
        "重点优抚对象",
    )
    stages = ("申请", "变更", "延续", "补办", "注销", "复核", "年审", "转移")
    made = list(starter)
    for number in range(len(starter), count):
        of = starter[number % len(starter)]
        turn = number // len(starter)
        who, what = people[turn % len(people)], stages[turn // len(people) % len(stages)]
        made.append(
            replace(
                of,
                local_code=f"N{number:05d}",
                name=f"{who}{of.name.split('(')[0]}{what}",
                aliases=tuple(f"{who[:2]}{alias}" for alias in of.aliases[:2]),
            )
        )
    return made[:count]


def _known(stage: Stage) -> dict[str, object]:
    item_id = make_item(stage.hall, stage.centre_id, stage.now)
    return {"item_id": item_id, "version": stage.read(item, stage.centre_id, item_id).version}


def _limits(stage: Stage) -> dict[str, object]:
    return _known(stage) | {"promise_limit": 8, "promise_unit": "工作日", "legal_limit": 20, "legal_unit": "工作日"}


def _import(stage: Stage) -> dict[str, object]:
    make_item(stage.hall, stage.centre_id, stage.now)
    seen = fingerprint(stage.read(standing, stage.centre_id))
    return {"rows": (content(name="高龄津贴申领（新）"), content("T002")), "seen": seen}


EXAMPLES: dict[str, Example] = {
    "catalogue.seed": lambda stage: {},
    "catalogue.add": lambda stage: {"content": content()},
    "catalogue.edit": lambda stage: _known(stage) | {"content": content(fee="不收费")},
    "catalogue.aliases": lambda stage: _known(stage) | {"aliases": ("老龄补贴", "长寿补贴")},
    "catalogue.enable": lambda stage: _known(stage) | {"enabled": False},
    "catalogue.confirm": _limits,
    "catalogue.import": _import,
}
