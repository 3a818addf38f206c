"""The pages of the window: what each is called, who sees it, and how it is made the first time it is shown."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from db.staff.permissions import Permission
from desktop.shell.desk import Desk
from desktop.shell.page import Page

if TYPE_CHECKING:
    from desktop.shell.printing import Printing

Make = Callable[[Desk, "Printing"], Page]


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the navigation. The page's module is imported when the page is first shown: the start stays fast."""

    key: str
    title: str
    icon: str
    permission: Permission
    make: Make


def _page(module: str, name: str, *, printing: bool = False) -> Make:
    def make(desk: Desk, printer: "Printing") -> Page:
        kind = getattr(import_module(module), name)
        page: Page = kind(desk, printer) if printing else kind(desk)
        return page

    return make


PLACES: tuple[Place, ...] = (
    Place("counter", "窗口", "fa6s.user-check", Permission.CASE_HANDLE, _page("desktop.counter.page", "CounterPage")),
    Place("cases", "办件", "fa6s.folder-open", Permission.CASE_READ, _page("desktop.cases.page", "CasesPage")),
    Place(
        "catalogue", "事项", "fa6s.book", Permission.CATALOGUE_READ, _page("desktop.catalogue.page", "CataloguePage")
    ),
    Place(
        "receipts",
        "回执",
        "fa6s.receipt",
        Permission.RECEIPT_PRINT,
        _page("desktop.receipts.page", "ReceiptsPage", printing=True),
    ),
    Place(
        "rooms",
        "房间",
        "fa6s.calendar-days",
        Permission.ROOM_BOOK,
        _page("desktop.rooms.page", "RoomsPage", printing=True),
    ),
    Place(
        "duty",
        "轮值",
        "fa6s.people-arrows",
        Permission.DUTY_ATTEND,
        _page("desktop.duty.page", "DutyPage", printing=True),
    ),
    Place("floor", "窗口现况", "fa6s.table-cells", Permission.TICKET_MANAGE, _page("desktop.floor.page", "FloorPage")),
    Place(
        "journal", "日志", "fa6s.clipboard-list", Permission.JOURNAL_READ, _page("desktop.journal.page", "JournalPage")
    ),
    Place(
        "staff", "人员", "fa6s.users", Permission.STAFF_MANAGE, _page("desktop.staff.page", "StaffPage", printing=True)
    ),
    Place(
        "settings",
        "设置",
        "fa6s.gear",
        Permission.ACCOUNT_OWN,
        _page("desktop.settings.page", "SettingsPage", printing=True),
    ),
)


def places_for(desk: Desk) -> tuple[Place, ...]:
    """The pages that whoever is logged in may see, in order."""
    return tuple(place for place in PLACES if _may_see(desk, place))


def _may_see(desk: Desk, place: Place) -> bool:
    if place.key == "staff":  # 安全管理员 gives roles on the same page
        return desk.may(Permission.STAFF_MANAGE) or desk.may(Permission.STAFF_ROLES)
    return desk.may(place.permission)
