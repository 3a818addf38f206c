"""The table holds pages, not cases: what is in view is fetched, the rest is forgotten."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from db.cases import actions as cases
from db.cases import listing as listing_module
from db.errors import Unavailable
from desktop.cases import model as model_module
from desktop.cases.page import CasesPage
from tests.desktop.conftest import OnTheirWay
from tests.factories.cases import Counter


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of three rows, of which four are kept."""
    monkeypatch.setattr(model_module, "PAGE", 3)
    monkeypatch.setattr(model_module, "KEPT_PAGES", 14)
    monkeypatch.setattr(listing_module.page, "__defaults__", (None, None, 3))
    monkeypatch.setattr(listing_module.place, "__defaults__", (3,))


@pytest.mark.usefixtures("small_pages")
def test_scrolling_to_the_end_and_back_shows_every_case_in_its_place(
    page: CasesPage, counter: Counter, qtbot: QtBot
) -> None:
    made = []
    for _ in range(60):
        made.append(counter.make(cases.accept).number)
        counter.later(seconds=1)
    made.reverse()
    page.resize(1200, 420)
    page.refresh()
    model, table = page.table.model_of_cases, page.table
    qtbot.waitUntil(lambda: model.total == 60)

    def in_view() -> list[str]:
        first, last = table.rowAt(0), table.rowAt(table.viewport().height() - 1)
        return [model.index(at, 1).data() for at in range(first, (last if last >= 0 else 59) + 1)]

    def expected() -> list[str]:
        first, last = table.rowAt(0), table.rowAt(table.viewport().height() - 1)
        return made[first : (last if last >= 0 else 59) + 1]

    for position in (0, 60, 30, 5, 55, 0):
        table.verticalScrollBar().setValue(position)
        qtbot.waitUntil(lambda: in_view() == expected())
    assert len(model._pages) <= 14


def test_a_row_that_is_not_here_yet_is_said_with_dots(page: CasesPage, counter: Counter, qtbot: QtBot) -> None:
    counter.make()
    page.refresh()
    model = page.table.model_of_cases
    qtbot.waitUntil(lambda: model.total == 1)
    model._pages.clear()
    assert model.index(0, 0).data() == "…"
    assert model.index(0, 0).data(Qt.ItemDataRole.ForegroundRole) is None
    assert model.row_at(model.index(0, 0)) is None
    page.table.viewport().update()
    model.look_at(0, 0)
    qtbot.waitUntil(lambda: model.index(0, 1).data() != "…")


def test_what_is_committed_while_the_first_page_is_under_way_is_read_behind_it(
    page: CasesPage, counter: Counter, under_way: OnTheirWay
) -> None:
    model = page.table.model_of_cases
    page.refresh()
    counter.make()
    model.reload()
    while under_way:
        under_way.arrive()
    assert model.total == 1


def test_what_is_committed_while_a_page_is_under_way_is_not_covered_by_it(
    page: CasesPage, counter: Counter, under_way: OnTheirWay
) -> None:
    counter.make()
    page.refresh()
    while under_way:
        under_way.arrive()
    model = page.table.model_of_cases
    model._stale.add(0)
    model._fetch()  # read before the next commit
    counter.make()
    model.reload()
    under_way.arrive()
    assert 0 in model._stale


def test_a_list_that_could_not_be_read_is_asked_for_again(
    page: CasesPage, counter: Counter, under_way: OnTheirWay, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter.make()
    with monkeypatch.context() as away:
        away.setattr(page.desk.hall, "read", lost)
        page.refresh()
        under_way.arrive()
    model = page.table.model_of_cases
    model.reload()
    while under_way:
        under_way.arrive()
    assert model.total == 1


def lost(*_given: object, **_more: object) -> None:
    raise Unavailable("断了。")
