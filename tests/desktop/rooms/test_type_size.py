"""The rooms page in large type on a low screen: nothing of it is cut, also when the size is changed while it stands."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QFontMetricsF, QHelpEvent
from PySide6.QtWidgets import QApplication, QPushButton, QScrollArea, QToolTip

from db.rooms.admin import close_room
from db.rooms.rules import USES
from desktop.rooms.borrowers import BorrowersDialog
from desktop.rooms.find import FindDialog
from desktop.rooms.import_dialog import ImportDialog
from desktop.rooms.legend import SIGNS, Legend
from desktop.rooms.room_form import RoomForm
from desktop.rooms.rooms_dialog import RoomsDialog
from desktop.rooms.utilisation import UtilisationDialog
from desktop.shell import theme
from desktop.shell.theme import Look, Mode
from tests.desktop.rooms.conftest import TODAY, Place, at


@pytest.fixture
def large(place: Place, qapp: QApplication) -> Iterator[Place]:
    """The page as it stood at 100 %, made larger."""
    theme.apply(qapp, Look(Mode.LIGHT, 100))
    place.page.resize(1110, 640)
    theme.apply(qapp, Look(Mode.DARK, 150))
    place.qtbot.waitUntil(lambda: place.page.bar.back.width() == theme.px(38))
    yield place
    theme.apply(qapp, Look(Mode.LIGHT, 100))


def test_buttons_of_one_sign_keep_it(large: Place) -> None:
    bar = large.page.bar
    for button in (bar.back, bar.forth, bar.smaller, bar.larger):
        assert button.width() == theme.px(38)


def test_the_legend_tells_every_use_and_sign(large: Place) -> None:
    legend = large.page.findChild(Legend)
    assert isinstance(legend, Legend)
    metrics = QFontMetricsF(legend._font())
    placed = list(legend._placed(legend.width()))
    assert [text for _, _, text, _ in placed] == [*USES, *SIGNS]
    assert all(left + metrics.horizontalAdvance(text) <= legend.width() for _, left, text, _ in placed)
    large.qtbot.waitUntil(lambda: legend.height() >= legend.heightForWidth(legend.width()))


def test_the_side_needs_no_scrolling_sideways(large: Place) -> None:
    made = large.book("201", 10, 11, responsible="一位名字很长很长的负责人")
    large.shown(made)
    page = large.page
    for at_tab in range(page.tabs.count()):
        page.tabs.setCurrentIndex(at_tab)
        QApplication.processEvents()
        for area in page.tabs.currentWidget().findChildren(QScrollArea):
            assert area.horizontalScrollBar().maximum() == 0
        for button in page.tabs.currentWidget().findChildren(QPushButton):
            assert not button.isVisible() or button.width() >= button.minimumSizeHint().width()
    page.pick(large.row(made))
    large.qtbot.waitUntil(lambda: page.pane.row is not None)
    QApplication.processEvents()
    for button in (each for each in page.pane.buttons.values() if each.isVisible()):
        assert button.width() >= button.minimumSizeHint().width()
        assert button.mapTo(page.tabs, button.rect().topRight()).x() <= page.tabs.width()


def test_no_dialog_opens_larger_than_the_screen(large: Place) -> None:
    desk, page = large.desk, large.page
    room = large.page.seen.board.rooms[0] if large.page.seen else None
    for dialog in (
        RoomsDialog(desk, page), RoomForm(desk, room, (), page), BorrowersDialog(desk, page), UtilisationDialog(desk, page),
        FindDialog(desk, (), TODAY, page), ImportDialog(desk, page),
    ):  # fmt: skip
        large.qtbot.addWidget(dialog)
        dialog.show()
        room_there = dialog.screen().availableSize()
        assert dialog.height() < room_there.height(), type(dialog).__name__
        assert dialog.width() < max(room_there.width(), dialog.minimumSizeHint().width() + 1), type(dialog).__name__
        dialog.reject()


def test_the_name_of_a_room_tells_all_of_it_when_pointed_at(place: Place) -> None:
    grid = place.page.grid
    point = place.point(place.slot("201", 10, 11))
    point.setY(int(grid.frame.head / 2))
    told = hovered(place, QPointF(point))
    assert told.startswith("201 多功能室201")
    assert "投影" in told


def test_what_closes_a_room_says_so_in_its_own_words(place: Place) -> None:
    place.run(close_room, room_id=place.rooms["202"], reason="地板检修", starts_at=at(10), ends_at=at(12))
    place.page.refresh()
    place.qtbot.waitUntil(lambda: bool(place.page.seen and place.page.seen.board.closures))
    told = hovered(place, QPointF(place.point(place.slot("202", 10, 12))))
    assert told == "停用：地板检修"


def hovered(place: Place, point: QPointF) -> str:
    """What the tooltip says where the mouse rests."""
    view = place.page.grid.viewport()
    QToolTip.hideText()
    event = QHelpEvent(QHelpEvent.Type.ToolTip, point.toPoint(), view.mapToGlobal(point).toPoint())
    QApplication.sendEvent(view, event)
    place.qtbot.waitUntil(lambda: bool(QToolTip.text()))
    return QToolTip.text()
