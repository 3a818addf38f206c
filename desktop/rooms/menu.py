"""What is not needed every minute: administration, paper, files."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from db.staff.permissions import Permission

if TYPE_CHECKING:
    from desktop.rooms.page import RoomsPage


def fill_menu(menu: QMenu, page: "RoomsPage") -> None:
    """Put the entries that whoever is logged in may use into the menu."""
    from desktop.rooms import dialogs
    from desktop.rooms.files import ask_and_export

    menu.addAction("打印公示：一周安排、门牌…", lambda: dialogs.open_wall(page))
    menu.addAction("导出日历（.ics）…", lambda: ask_and_export(page, "ics"))
    menu.addAction("导出表格（.xlsx）…", lambda: ask_and_export(page, "xlsx"))
    menu.addAction("导入预约（.ics、.xlsx）…", lambda: dialogs.open_import(page))
    menu.addSeparator()
    if page.desk.may(Permission.ROOM_EDIT):
        menu.addAction("房间管理…", lambda: dialogs.open_rooms(page))
    menu.addAction("借用方…", lambda: dialogs.open_borrowers(page))
    menu.addAction("使用率…", lambda: dialogs.open_utilisation(page))
