"""The catalogue in memory: what others change is read once for a burst, and nothing but that."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from pytestqt.qtbot import QtBot

from db.action import Actor, Request
from db.catalogue.actions import edit_item, plant, set_enabled
from db.catalogue.queries import item, items
from db.catalogue.rules import ItemContent, Material
from db.catalogue.shelf import load
from db.changes import Change
from db.ids import new_id
from db.live import MANY
from desktop.catalogue.stock import Stock
from desktop.shell.desk import Desk
from tests.conftest import NOW

Asked = list[tuple[str, Any]]


@pytest.fixture
def known(desk: Desk, seated: Actor) -> tuple[UUID, ...]:
    """Three items of the catalogue, by code."""
    said = tuple(
        ItemContent(local_code=f"LY{at}", name=f"第{at}项", materials=(Material("身份证"),)) for at in (1, 2, 3)
    )
    with desk.hall.transaction() as session:
        made = plant(session, seated.centre_id, said, now=NOW, by=None)
    return tuple(made)


@pytest.fixture
def stock(desk: Desk, known: tuple[UUID, ...], qtbot: QtBot) -> Stock:
    made = Stock.of(desk)
    qtbot.waitUntil(lambda: made.shelf is not None and len(made.shelf.items) == 3)
    return made


@pytest.fixture
def asked(desk: Desk, stock: Stock, monkeypatch: pytest.MonkeyPatch) -> Asked:
    """What the stock asks from now on: the name of the query, and of `follow` which items."""
    noted: Asked = []
    ask = desk.ask

    def spy(owner: Any, query: Any, *args: Any, **more: Any) -> None:
        if owner is stock:
            noted.append((query.__name__, args[2] if query.__name__ == "follow" else None))
        ask(owner, query, *args, **more)

    monkeypatch.setattr(desk, "ask", spy)
    return noted


@pytest.fixture
def renamed(desk: Desk, seated: Actor) -> Callable[[UUID, str], None]:
    def do(item_id: UUID, name: str) -> None:
        now = desk.hall.read(item, seated.centre_id, item_id)
        content = replace(now.content, name=name)
        desk.hall.run(Request(seated, NOW, new_id()), edit_item, item_id=item_id, version=now.version, content=content)

    return do


def test_a_burst_of_changes_is_read_once_and_only_what_changed(
    stock: Stock, known: tuple[UUID, ...], asked: Asked, renamed: Callable[[UUID, str], None], qtbot: QtBot
) -> None:
    old = stock.shelf
    renamed(known[0], "老人证")
    renamed(known[2], "优待证")
    renamed(known[2], "老年人优待证")
    qtbot.waitUntil(lambda: stock.shelf is not old)
    assert asked == [("follow", frozenset({known[0], known[2]}))]
    assert stock.shelf is not None
    assert [row.name for row in stock.shelf.items] == ["老人证", "第2项", "老年人优待证"]
    assert next(found.row.name for found in stock.find("优待")) == "老年人优待证"
    assert old is not None
    assert stock.shelf.by_id[known[1]] is old.by_id[known[1]]  # what did not change was not read


def test_what_is_followed_is_what_would_be_loaded(
    desk: Desk, seated: Actor, stock: Stock, known: tuple[UUID, ...], qtbot: QtBot
) -> None:
    desk.hall.run(Request(seated, NOW, new_id()), set_enabled, item_id=known[1], version=1, enabled=False)
    with desk.hall.transaction() as session:
        [new] = plant(session, seated.centre_id, (ItemContent(local_code="LY0", name="新项"),), now=NOW, by=None)
    desk.changed.emit(frozenset({Change("item", new)}))
    qtbot.waitUntil(lambda: stock.shelf is not None and len(stock.shelf.items) == 4)
    whole = desk.hall.read(load, seated.centre_id, seated.staff_id, NOW)
    assert stock.shelf is not None
    assert stock.shelf.items == whole.items
    assert stock.shelf.boosts == whole.boosts
    assert desk.hall.read(items, seated.centre_id, known[:1]) == (whole.by_id[known[0]],)
    assert desk.hall.read(items, seated.centre_id, ()) == ()


@pytest.mark.parametrize("change", [Change("item", MANY), Change("centre", MANY)])
def test_more_than_can_be_named_is_read_whole(
    desk: Desk, stock: Stock, asked: Asked, qtbot: QtBot, change: Change
) -> None:
    with qtbot.waitSignal(stock.renewed):
        desk.changed.emit(frozenset({change}))
    assert asked == [("load", None)]


def test_after_the_link_was_lost_everything_is_read_anew(desk: Desk, stock: Stock, asked: Asked, qtbot: QtBot) -> None:
    with qtbot.waitSignal(stock.renewed):
        desk.renewed.emit()
    assert asked == [("load", None)]


def test_what_changes_while_an_answer_is_under_way_is_asked_next(
    desk: Desk, stock: Stock, known: tuple[UUID, ...], asked: Asked, renamed: Callable[[UUID, str], None], qtbot: QtBot
) -> None:
    renamed(known[0], "甲")
    stock._soon.timeout.emit()  # asked; the answer has not come
    renamed(known[1], "乙")
    stock._soon.timeout.emit()
    assert [name for name, _ in asked] == ["follow"]
    qtbot.waitUntil(
        lambda: stock.shelf is not None and [row.name for row in stock.shelf.items] == ["甲", "乙", "第3项"]
    )
    assert asked == [("follow", frozenset({known[0]})), ("follow", frozenset({known[1]}))]


def test_a_catalogue_that_is_wanted_while_a_question_is_under_way_is_read_behind_it(
    desk: Desk, stock: Stock, known: tuple[UUID, ...], asked: Asked, renamed: Callable[[UUID, str], None], qtbot: QtBot
) -> None:
    stock.reload()
    first = asked[:]
    with desk.hall.transaction() as session:  # nobody tells
        plant(session, desk.centre_id, (ItemContent(local_code="LY4", name="第4项"),), now=NOW, by=None)
    stock.reload()
    assert asked == first == [("load", None)]
    qtbot.waitUntil(lambda: stock.shelf is not None and len(stock.shelf.items) == 4)
    assert asked == [("load", None), ("load", None)]
