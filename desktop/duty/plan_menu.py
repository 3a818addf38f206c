"""What is not needed every minute: the title, all locks, the rules anew, putting a plan away."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from db.duty.states import PlanState

if TYPE_CHECKING:
    from desktop.duty.plan_pane import PlanPane


def fill_menu(menu: QMenu, pane: "PlanPane") -> None:
    """Put the entries that fit the open plan and whoever is here into the menu."""
    menu.clear()
    seen = pane.view.seen
    if seen is None:
        return
    menu.addAction("每人次数的表和图…（F4）", lambda: pane.wanted("counts"))
    if seen.plan.edition:
        menu.addAction("历次公示…", lambda: pane.wanted("editions"))
    if not pane.may_plan:
        return
    menu.addSeparator()
    draft = seen.plan.state is PlanState.DRAFT
    if draft:
        if seen.undo:
            menu.addAction(f"撤销：{seen.undo}（Ctrl+Z）", lambda: pane.wanted("undo"))
        menu.addAction("全部锁定", lambda: pane.wanted("lock_all"))
        menu.addAction("全部解锁", lambda: pane.wanted("unlock_all"))
        menu.addAction("按现在的规则更新班次", lambda: pane.wanted("expand"))
    menu.addAction("改名…", lambda: pane.wanted("rename"))
    if draft:
        menu.addAction("删除这份轮值表…", lambda: pane.wanted("drop"))
    elif seen.plan.state is PlanState.PUBLISHED:
        menu.addAction("归档…", lambda: pane.wanted("archive"))
    elif not seen.plan.edition:
        menu.addAction("撤回导入…", lambda: pane.wanted("drop_import"))
