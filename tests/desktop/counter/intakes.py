"""Intakes made past the page or with a few keys, and what is in the hall after them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt
from sqlalchemy import select

from db.cases.counter import Who, take_in
from db.cases.intake import MaterialGiven
from db.cases.models import Case
from db.cases.status import MaterialState, Verb
from db.catalogue.models import Item
from db.people.actions import keep_person
from desktop.counter.page import CounterPage
from desktop.shell.desk import Desk
from tests.desktop.counter.conftest import Hands
from tests.factories.people import details, made_up_id

Act = Callable[..., Any]
ID = made_up_id()


def cases(desk: Desk) -> list[Case]:
    with desk.hall.transaction() as session:
        return list(session.scalars(select(Case).order_by(Case.id)))


def rows(desk: Desk, model: Any) -> list[Any]:
    with desk.hall.transaction() as session:
        return list(session.scalars(select(model)))


def been_here(desk: Desk, act: Act, items: dict[str, UUID]) -> UUID:
    """Somebody whose case with three good papers was accepted before."""
    with desk.hall.transaction() as session:
        version = session.get_one(Item, items["老年人优待证办理"]).current_version_id
    person: UUID = act(keep_person, details=details())
    act(
        take_in, verb=Verb.ACCEPT, applicant=Who(person), item_version_id=version,
        materials=tuple(MaterialGiven(name, MaterialState.OK, pages=1) for name in ("居民身份证", "申请表", "近期照片")),
    )  # fmt: skip
    return person


def filled_in(hands: Hands, desk: Desk, act: Act, items: dict[str, UUID]) -> None:
    """Somebody known, an item of two letters, every paper good: all that is left is F9."""
    been_here(desk, act, items)
    hands.type(ID[-4:])
    hands.press(Qt.Key.Key_Return)
    hands.type("lrz")
    hands.press(Qt.Key.Key_Return)
    hands.type("0")


def typed_in(page: CounterPage, hands: Hands, item: str = "老人证") -> None:
    """Somebody whom nobody knows, typed, and an item found by its words: what comes next are the papers."""
    hands.type(ID)
    hands.press(Qt.Key.Key_Return)
    hands.type("吴秀英")
    page.focus_item()
    hands.type(item)
    hands.press(Qt.Key.Key_Return)
