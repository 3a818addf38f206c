"""The steps of the tour, in order. Each works the window with keys and clicks and checks what came of it."""

from collections.abc import Callable
from typing import Any, cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from db.demo_people import PEOPLE, id_number
from db.receipts.queries import ReceiptFilter, receipts
from desktop.login.page import LoginPage
from desktop.shell.start import Start
from desktop.tour.duty import STEPS as DUTY
from desktop.tour.guide import FolderPrinter, Guide
from desktop.tour.rooms import STEPS as ROOMS

Step = Callable[[Guide, Start, FolderPrinter], None]
Key = Qt.Key
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


def log_in(guide: Guide, start: Start, _printer: FolderPrinter) -> None:
    """A clerk types login and password."""
    page = _login_page(start)
    guide.wait("登录页", lambda: page.counter.count() > 1)
    guide.picture("登录")
    _enter(guide, start, "chenxin")
    guide.picture("窗口-刚登录")


def call_next(guide: Guide, start: Start, _printer: FolderPrinter) -> None:
    """One key calls the next, the same key begins to serve."""
    page = _counter(start)
    if page.queue.current is not None:
        guide.key(Key.Key_F7)
        guide.wait("上一位办完", lambda: page.queue.current is None)
    guide.key(Key.Key_F5)
    guide.wait("叫到下一位", lambda: page.queue.current is not None)
    guide.picture("叫号")
    if str(page.queue.current.state) == "called":
        guide.key(Key.Key_F5)
    guide.wait("开始办理", lambda: page.queue.current is not None and str(page.queue.current.state) == "serving")


def accept_returning(guide: Guide, start: Start, printer: FolderPrinter) -> None:
    """A returning person's card is read; item by initials, papers, one large button."""
    page = _counter(start)
    guide.key(Key.Key_F8)
    guide.scan(id_number(PEOPLE[3]))
    guide.wait("找到来过的人", lambda: page.people.applicant.party is not None)
    guide.picture("来过的人-以前的办件")
    guide.type("gljt")
    guide.picture("事项-首字母查找")
    guide.key(Key.Key_Return)
    guide.wait("材料清单", lambda: page.papers.papers)
    guide.picture("材料清单")
    guide.type("0")
    guide.wait("可以按大按钮", page.outcome.main.isEnabled)
    guide.picture("材料齐全-承诺日期")
    _press_and_wait(guide, start, printer)
    guide.picture("收件完成")


def new_person_missing_papers(guide: Guide, start: Start, printer: FolderPrinter) -> None:
    """Somebody new with a rare name, one paper missing: told once, on paper."""
    page = _counter(start)
    guide.key(Key.Key_F8)
    guide.key(Key.Key_N, ALT)
    guide.wait("直接登记", lambda: page.people.applicant.typed.name.isVisible())
    guide.type("䶮·𠮷祥", page.people.applicant.typed.name)
    guide.picture("登记新人-生僻字")
    page.people.applicant.typed.name.setFocus()
    guide.key(Key.Key_Return, CTRL) if page.people.applicant.party else guide.key(Key.Key_Return)
    for _ in range(8):
        if page.people.applicant.party is not None:
            break
        guide.key(Key.Key_Return)
    guide.wait("登记好新人", lambda: page.people.applicant.party is not None)
    guide.key(Key.Key_F3)
    guide.type("低保")
    guide.key(Key.Key_Return)
    guide.wait("材料清单", lambda: page.papers.papers)
    guide.type("2")
    guide.type("0")
    guide.wait("可以按大按钮", page.outcome.main.isEnabled)
    guide.picture("缺材料-一次性告知")
    _press_and_wait(guide, start, printer)
    guide.picture("一次性告知完成")


def forbidden_proof(guide: Guide, start: Start, _printer: FolderPrinter) -> None:
    """Asked for a proof that a 居委会 must not issue: the refusal and where to go."""
    page = _counter(start)
    guide.key(Key.Key_F8)
    guide.key(Key.Key_F3)
    guide.type("无犯罪记录证明")
    guide.breathe(600)
    guide.picture("不得开具的证明")
    guide.key(Key.Key_Escape)
    guide.key(Key.Key_F8)
    guide.wait("表单已清空", lambda: page.form.empty)


def take_a_number(guide: Guide, start: Start, printer: FolderPrinter) -> None:
    """A number with priority, printed."""
    before = len(printer.printed)
    guide.key(Key.Key_T, CTRL)
    guide.wait("取号窗口", guide.dialog)
    guide.key(Key.Key_1, ALT)
    guide.key(Key.Key_1)
    guide.picture("取号-优先")
    guide.key(Key.Key_Return)
    guide.wait("号票打印", lambda: len(printer.printed) > before)
    guide.picture("取号完成")
    guide.close_dialog()


def finish_ticket(guide: Guide, start: Start, _printer: FolderPrinter) -> None:
    """One key finishes."""
    page = _counter(start)
    guide.key(Key.Key_F2)
    guide.key(Key.Key_F7)
    guide.wait("本号完成", lambda: page.queue.current is None)


def cases(guide: Guide, start: Start, _printer: FolderPrinter) -> None:
    """The table, a case's timeline, the deadlines."""
    page = _go(start, "cases")
    guide.wait("办件列表", lambda: page.table.model().rowCount() > 5)
    guide.picture("办件")
    guide.click(page.head.deadlines_button)
    guide.breathe(600)
    guide.picture("期限提醒")
    guide.click(page.head.deadlines_button)


def catalogue(guide: Guide, start: Start, _printer: FolderPrinter) -> None:
    """Search, detail, and the 一次性告知书 in large type before anything is filed."""
    page = _go(start, "catalogue")
    guide.breathe(400)
    page.field.setFocus()
    page.field.selectAll()
    guide.type("yl保险")
    guide.breathe(400)
    guide.picture("事项-混合查找")
    guide.wait("事项详情", page.buttons["large"].isEnabled)
    guide.click(page.buttons["large"])
    guide.wait("告知书预览", guide.dialog)
    guide.breathe(1200)
    guide.picture("一次性告知书-大字")
    guide.close_dialog()


def scan_receipt(guide: Guide, start: Start, _printer: FolderPrinter) -> None:
    """A receipt's QR is scanned on the counter page and opens; an altered one is refused."""
    window = start.window
    centre_id = start.desk.centre_id
    row = start.desk.hall.read(receipts, centre_id, ReceiptFilter(), start.desk.now().date(), limit=1)[0]
    payload = _payload(start, row.id)
    _go(start, "receipts")
    guide.breathe(600)
    guide.picture("回执")
    start.window.scanned(payload)
    guide.breathe(800)
    guide.picture("扫码验真")
    other = payload[:-1] + ("1" if payload[-1] != "1" else "2")
    window.scanned(other)
    guide.breathe(800)
    guide.picture("扫码-改动过的被拒")


def search_everywhere(guide: Guide, start: Start, _printer: FolderPrinter) -> None:
    """Ctrl+K finds items, cases, receipts and people."""
    guide.key(Key.Key_K, CTRL)
    seek = cast(QLineEdit, start.window.seek)
    guide.wait("查找框", seek.hasFocus)
    guide.type("林", seek)
    guide.breathe(900)
    guide.picture("到处查找")
    guide.key(Key.Key_Escape)


def look(guide: Guide, start: Start, _printer: FolderPrinter) -> None:
    """Dark, and large type."""
    _go(start, "counter")
    start.window.memory.flip()
    guide.picture("深色")
    start.window.memory.flip()
    start.window.memory.bigger(2)
    guide.picture("大字号")
    start.window.memory.bigger(-2)


def help_and_lock(guide: Guide, start: Start, _printer: FolderPrinter) -> None:
    """The manual, the keys, the lock."""
    from desktop.shell.manual import Manual

    start.window.open_manual()
    manual = start.window.findChild(Manual)
    assert manual is not None
    guide.picture("手册", manual)
    manual.close()
    start.window.show_keys()
    guide.wait("快捷键表", guide.dialog)
    guide.picture("快捷键")
    guide.close_dialog()
    start.window.lock.cover(idle=False)
    guide.wait("锁屏", start.window.lock.isVisible)
    guide.picture("锁屏")
    start.window.lock.password.setText(_account(start, "chenxin").password)
    start.window.lock.unlock.click()
    guide.wait("解锁", lambda: not start.window.lock.isVisible())


def manager(guide: Guide, start: Start, _printer: FolderPrinter) -> None:
    """The person in charge: settings, calendar, staff."""
    start.window.leave()
    _enter(guide, start, "linmin")
    page = _go(start, "settings")
    guide.wait("设置", lambda: page.list.count() > 4)
    titles = [section.title for section in page.sections]
    for title in ("中心资料", "备份和检查"):
        page.list.setCurrentRow(titles.index(title))
        guide.breathe(600)
        guide.picture(f"设置-{title}")
    _go(start, "staff")
    guide.breathe(600)
    guide.picture("人员")


def auditor(guide: Guide, start: Start, _printer: FolderPrinter) -> None:
    """The auditor verifies the journal's chain."""
    start.window.leave()
    _enter(guide, start, "caiwen")
    _go(start, "journal")
    guide.breathe(900)
    guide.picture("日志")


STEPS: tuple[tuple[str, Step], ...] = (
    ("登录", log_in),
    ("叫号", call_next),
    ("来过的人：收件并打印", accept_returning),
    ("缺材料：一次性告知", new_person_missing_papers),
    ("不得开具的证明", forbidden_proof),
    ("取号", take_a_number),
    ("办完", finish_ticket),
    ("办件和期限", cases),
    ("事项和告知书", catalogue),
    ("回执验真", scan_receipt),
    ("到处查找", search_everywhere),
    ("深色和大字", look),
    *ROOMS,
    ("手册、快捷键、锁屏", help_and_lock),
    ("负责人：设置和人员", manager),
    *DUTY,
    ("审计员：日志", auditor),
)


def _enter(guide: Guide, start: Start, login: str) -> None:
    guide.breathe()
    page = _login_page(start)
    guide.wait("登录页", lambda: page.counter.count() > 1)
    account = _account(start, login)
    page.login.clear()
    guide.type(account.login, page.login)
    guide.type(account.password, page.password)
    page.password.setFocus()
    guide.key(Key.Key_Return)
    guide.wait("登录成功", lambda: start.desk.actor is not None)
    guide.breathe(900)


def _login_page(start: Start) -> LoginPage:
    """The one on the screen: that of the last person may not be quite gone yet."""
    return next(page for page in start.window.findChildren(LoginPage) if page.isVisible())


def _account(start: Start, login: str) -> Any:
    return next(one for one in start.accounts if one.login == login)


def _counter(start: Start) -> Any:
    return _go(start, "counter")


def _go(start: Start, key: str) -> Any:
    page = start.window.go(key)
    assert page is not None, f"没有页面 {key}"
    return page


def _press_and_wait(guide: Guide, start: Start, printer: FolderPrinter) -> None:
    page, before = _counter(start), len(printer.printed)
    page.outcome.main.setFocus()
    guide.key(Key.Key_F9)
    guide.wait("办好", lambda: page.outcome.done.text().startswith("✓"))
    guide.wait("打印", lambda: len(printer.printed) > before)


def _payload(start: Start, receipt_id: Any) -> str:
    from db.receipts.queries import receipt

    sheet = start.desk.hall.read(receipt, start.desk.centre_id, receipt_id)
    assert sheet is not None
    return sheet.content.qr
