"""Every key of the counter, in one place: bound here, listed in the window's page of keys and in the manual."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut

from db.cases.rules import title_of
from db.cases.status import Verb
from desktop.counter.outcome import VERB_KEYS

if TYPE_CHECKING:
    from desktop.counter.page import CounterPage

Bound = Callable[["CounterPage"], None]


def _new_person(page: "CounterPage") -> None:
    editor = page.people.agent if page.people.with_agent and page.people.applicant.party else page.people.applicant
    editor.begin_typed()


def _again(at: int) -> Bound:
    return lambda page: page.people.applicant.card.again_at(at)


def _verb(verb: Verb) -> Bound:
    return lambda page: page.outcome.press_verb(verb)


KEYS: tuple[tuple[str, str, Bound], ...] = (
    ("F2", "到服务对象", lambda page: page.people.applicant.focus_first()),
    ("F3", "到事项", lambda page: page.focus_item()),
    ("Shift+F3", "换事项", lambda page: page.change_item()),
    ("F4", "到材料", lambda page: page.papers.focus_first()),
    ("F6", "登记或收起代办人", lambda page: page.toggle_agent()),
    ("F8", "清空，换下一位", lambda page: page.clear()),
    ("F9", "按下大按钮（受理、收件、告知……）", lambda page: page.outcome.press()),
    ("Ctrl+Return", "按下大按钮", lambda page: page.outcome.press()),
    ("Alt+N", "不查找，直接登记一位（无证件也可以）", _new_person),
    ("Alt+A", "再办一次：以前办过的第一件", _again(0)),
    ("Alt+S", "再办一次：第二件", _again(1)),
    ("Alt+D", "再办一次：第三件", _again(2)),
    *((f"Ctrl+{number}", title_of(verb), _verb(verb)) for verb, number in VERB_KEYS.items()),
    ("Alt+P", "看和打印这个事项的一次性告知书", lambda page: page.show_notice()),
    ("Alt+B", "窗口窄时：显示或收起排队", lambda page: page.toggle_queue()),
    ("Alt+Y", "提示条：第一个答复", lambda page: page.banner.answer(0)),
    ("Alt+U", "提示条：第二个答复", lambda page: page.banner.answer(1)),
    ("Alt+X", "提示条：知道了", lambda page: page.banner.hide()),
)


def bind(page: "CounterPage") -> None:
    """Make the keys work while the page or anything in it has the focus."""
    for keys, told, act in KEYS:
        shortcut = QShortcut(QKeySequence(keys), page)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.setAutoRepeat(False)
        shortcut.setWhatsThis(told)
        shortcut.activated.connect(lambda act=act: act(page))
