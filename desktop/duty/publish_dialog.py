"""Before a plan goes on the wall: what is empty, which rooms collide with what could be done, how long it is until the first day."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from db.action import Action
from db.duty.clashes import EmptyPlace, PublishCheck, RoomClash, SlotOffer, publish_check
from db.duty.moving import slot_room, slot_time
from db.duty.plan_queries import plan as plan_query
from db.duty.plan_queries import plan_slots
from db.duty.publishing import Published, Vacant, publish
from db.duty.rows import PlanRow, SlotRow
from db.duty.states import PLAN_NAMES, PlanState
from db.errors import Refusal
from desktop.duty.board_rows import Spot, places_of
from desktop.duty.board_words import day_text, slot_text, time_text
from desktop.duty.meanwhile import Meant, Standing, attempt
from desktop.duty.people_pane_dialog import bounded
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.widgets.badge import Badge
from desktop.widgets.form import scrolled
from desktop.widgets.words import label

AFTERWARDS = (
    "公示以后：\n· 各班的房间随即占用，别人不能再订；\n· 请假、替班、对调都有编号和原因，可以打印调班通知，也可以撤销；\n"
    "· 接着打开“打印公示表”，每个月一张，提前 3 天上墙。"
)
EMPTY_REASONS = "请写明为什么空着，例如：暂无合适人选"


@dataclass(frozen=True, slots=True)
class _Read:
    """What the dialog reads: the plan as it is now, its sessions, and what is to be settled."""

    plan: PlanRow
    slots: tuple[SlotRow, ...]
    check: PublishCheck

    @property
    def standing(self) -> Standing:
        """What the manager has seen."""
        return Standing(self.plan, {slot.id: slot for slot in self.slots})


class PublishDialog(QDialog):
    """Ctrl+Enter publishes; everything that stands in the way can be settled here."""

    published = Signal(str)
    shown = Signal(object)  # Spot: show this place on the board

    def __init__(self, desk: Desk, row: PlanRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.row = desk, row
        self.read: _Read | None = None
        self.reasons: dict[UUID, QLineEdit] = {}
        self.offers: list[QPushButton] = []
        self._said = ""  # why the last step was not done: stands until the next one
        self.setWindowTitle("公示轮值表")
        self.title = label(row.title, "itemName", wrap=True)
        self.summary = label("正在检查空缺和房间…", "nextStep", wrap=True)
        self.notice = label("", "", wrap=True)
        self.body = QWidget()
        self._inner = QVBoxLayout(self.body)
        self._inner.setSpacing(theme.px(6))
        self.note = QLineEdit()
        self.note.setPlaceholderText("公示说明（可不填）")
        self.note.setAccessibleName("公示说明")
        buttons = QDialogButtonBox()
        self.ok = buttons.addButton("公示（Ctrl+Enter）", QDialogButtonBox.ButtonRole.ActionRole)
        self.ok.setObjectName("primary")
        self.ok.setShortcut(Qt.Modifier.CTRL | Qt.Key.Key_Return)
        self.ok.setEnabled(False)
        self.ok.clicked.connect(self.publish)
        buttons.addButton("返回（Esc）", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for widget in (self.title, self.summary, self.notice):
            layout.addWidget(widget)
        layout.addWidget(scrolled(self.body), 1)
        layout.addWidget(self.note)
        layout.addWidget(buttons)
        bounded(self, 760, 540)
        self.reload()

    def reload(self, then: Callable[[], None] | None = None) -> None:
        """Check anew, and go on from there."""
        now, plan_id = self.desk.now(), self.row.id

        def read(session: Any, centre_id: Any) -> _Read | None:
            found = plan_query(session, centre_id, plan_id)
            if found is None:
                return None
            slots = plan_slots(session, centre_id, plan_id)
            return _Read(found, slots, publish_check(session, centre_id, plan_id, now))

        def checked(found: _Read | None) -> None:
            self._show(found)
            if found is not None and then is not None:
                then()

        self.desk.ask(self, read, self.desk.centre_id, then=checked, topic="check")

    def publish(self) -> None:
        """Put it on the wall. What somebody else has changed since the check is told, and checked before it hangs."""
        if self.read is None or not self.ok.isEnabled():
            return
        vacant = tuple(Vacant(slot_id, line.text().strip()) for slot_id, line in self.reasons.items())
        self._begin()
        before = self.read.standing
        meant = Meant(before, lambda now: f"公示“{now.plan.title}”", lambda _now: self.reload(self.publish))
        attempt(
            self, self.desk, meant, publish, "公示", then=self._published, failed=self._refused, left=self.reload,
            plan_id=self.row.id, version=before.plan.version, vacant=vacant, reason=self.note.text().strip(),
        )  # fmt: skip

    def _begin(self) -> None:
        self._said = ""
        self.ok.setEnabled(False)

    def _published(self, made: Published) -> None:
        self.accept()
        self.published.emit(f"已公示第 {made.edition} 版。{made.warning}".strip())

    def _refused(self, refusal: Refusal) -> None:
        self._said = f"■ {refusal.sentence}\n"
        self.reload()

    # ---- what is to be settled

    def _show(self, read: _Read | None) -> None:
        if read is None:
            self.reject()
            return
        kept = {slot_id: line.text() for slot_id, line in self.reasons.items()}
        self.read, self.reasons, self.offers = read, {}, []
        while (item := self._inner.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        check = read.check
        if check.clashes:
            self._inner.addWidget(label(f"房间冲突 {len(check.clashes)} 处，点一项就换过去：", "sectionTitle"))
        for clash in check.clashes:
            self._inner.addWidget(self._clash(clash))
        if check.empty:
            self._inner.addWidget(
                label(f"空缺 {len({each.slot_id for each in check.empty})} 班，补上人员或写明原因：", "sectionTitle")
            )
        lacking: dict[UUID, int] = {}
        for empty in check.empty:
            lacking[empty.slot_id] = lacking.get(empty.slot_id, 0) + empty.missing
        for empty in {each.slot_id: each for each in check.empty}.values():
            self._inner.addWidget(self._empty(empty, lacking[empty.slot_id], kept.get(empty.slot_id, "")))
        if not check.clashes and not check.empty:
            self._inner.addWidget(label(AFTERWARDS, "", wrap=True))
            self.resize(self.width(), theme.px(340))
        self._inner.addStretch(1)
        self.notice.setText(f"▲ {check.notice}")
        self.notice.setVisible(bool(check.notice))
        self._ready()

    def _ready(self) -> None:
        if self.read is None:
            return
        check = self.read.check
        unsaid = sum(not line.text().strip() for line in self.reasons.values())
        parts = [
            f"{len(check.clashes)} 处房间冲突要先解决" if check.clashes else "",
            f"{unsaid} 班空缺没有写原因" if unsaid else "",
        ]
        open_ = "，".join(part for part in parts if part)
        done = f"● 可以公示：{self.read.plan.sessions} 班，{self.read.plan.filled} 人次，房间没有冲突。"
        told, draft = f"■ {open_}。" if open_ else done, self.read.plan.state is PlanState.DRAFT
        hung = f"■ 这份轮值表现在{PLAN_NAMES[self.read.plan.state]}，不用再公示。"
        self.summary.setText(self._said + (told if draft else hung))
        self.ok.setEnabled(draft and not open_)

    def _clash(self, clash: RoomClash) -> QFrame:
        frame, box = _card(
            f"{clash.body_name} {day_text(clash.day)} {time_text(clash.starts, clash.ends)} {clash.room_name}", "bad"
        )
        box.addWidget(label(clash.trouble, "", wrap=True))
        grid = QGridLayout()
        for at, offer in enumerate(clash.offers):
            button = QPushButton(offer.label)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, offer=offer: self._offered(clash, offer))
            self.offers.append(button)
            grid.addWidget(button, at // 2, at % 2)
        box.addLayout(grid)
        if not clash.offers:
            box.addWidget(label("附近没有可换的房间和时间，请在表里改这一班的时间地点（Alt+M）。", "hint", wrap=True))
        return frame

    def _offered(self, clash: RoomClash, offer: SlotOffer) -> None:
        if self.read is not None:
            moved = (offer.day, offer.starts, offer.ends) != (clash.day, clash.starts, clash.ends)
            self._take(clash.slot_id, offer, self.read.standing, moved)

    def _take(self, slot_id: UUID, offer: SlotOffer, before: Standing, moved: bool) -> None:
        """A session goes where an offer says, unless somebody else has changed it since `before`: then it is told first.

        Unless the offer was one of another time (`moved`) the session keeps the time that it has now.
        """
        slot = before.slots.get(slot_id)
        if slot is None:
            return
        meant = Meant(
            before, lambda _now: f"{slot_text(slot)} {offer.label}", lambda now: self._take(slot_id, offer, now, moved), (slot_id,),
            lambda now: "" if slot_id in now.slots else "这一班已经删除。",
        )  # fmt: skip
        given: dict[str, Any] = {"slot_id": slot.id, "version": slot.version, "room_id": offer.room_id}
        action: Action[..., Any] = slot_room
        if moved:
            action = slot_time
            given |= {"day": offer.day, "starts": offer.starts, "ends": offer.ends}
        self._begin()
        attempt(
            self, self.desk, meant, action, "改", then=lambda _: self.reload(), failed=self._refused, left=self.reload,
            **given,
        )  # fmt: skip

    def _empty(self, empty: EmptyPlace, missing: int, text: str) -> QFrame:
        head = f"{empty.body_name} {day_text(empty.day)} {time_text(empty.starts, empty.ends)}"
        frame, box = _card(f"{head}　缺 {missing} 人", "warn")
        row = QHBoxLayout()
        line = QLineEdit(text)
        line.setPlaceholderText(EMPTY_REASONS)
        line.setAccessibleName(f"{head} 空缺原因")
        line.textChanged.connect(lambda _: self._ready())
        self.reasons[empty.slot_id] = line
        go = QPushButton("去补人")
        go.setAutoDefault(False)
        go.clicked.connect(lambda: self._go(empty))
        row.addWidget(line, 1)
        row.addWidget(go)
        if len(self.reasons) == 1 and self._several_empty():
            same = QPushButton("都写这个原因")
            same.setAutoDefault(False)
            same.clicked.connect(lambda: self._same(line.text()))
            row.addWidget(same)
        box.addLayout(row)
        return frame

    def _several_empty(self) -> bool:
        return self.read is not None and len({each.slot_id for each in self.read.check.empty}) > 1

    def _same(self, text: str) -> None:
        for line in self.reasons.values():
            line.setText(text)

    def _go(self, empty: EmptyPlace) -> None:
        slot = self._slot(empty.slot_id)
        places = places_of(slot) if slot is not None else ()
        at = next((at for at, place in enumerate(places) if place.duty is None), 0)
        self.reject()
        self.shown.emit(Spot(empty.slot_id, at))

    def _slot(self, slot_id: object) -> SlotRow | None:
        return next((slot for slot in self.read.slots if slot.id == slot_id), None) if self.read else None


def _card(title: str, tone: str) -> tuple[QFrame, QVBoxLayout]:
    frame = QFrame()
    frame.setObjectName("card")
    box = QVBoxLayout(frame)
    box.setContentsMargins(theme.px(10), theme.px(6), theme.px(10), theme.px(6))
    row = QHBoxLayout()
    row.addWidget(label(title, "nextStep", wrap=True), 1)
    row.addWidget(Badge("冲突" if tone == "bad" else "空缺", tone, shape=True))  # type: ignore[arg-type]
    box.addLayout(row)
    return frame, box
