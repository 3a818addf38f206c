"""人员与规则: bodies at the left; of the chosen one its facts, its rules as sentences, its members, leave, and pairs."""

from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QPushButton, QSplitter, QTabWidget, QVBoxLayout, QWidget

from db.changes import Changes
from db.clock import business_date
from db.duty.bodies import drop_rule, retire_body
from db.duty.members import retire_member
from db.duty.rows import BodyRow, MemberRow
from db.duty.rules import BodyRule
from db.staff.permissions import Permission
from desktop.duty.body_form import BodyForm
from desktop.duty.pairs import PairForm, PairsTab
from desktop.duty.people_pane_card import BodyCard, RulesBox
from desktop.duty.people_pane_keys import Key, bind, listed, press
from desktop.duty.people_pane_look import BODY_COLUMNS, BodyModel
from desktop.duty.people_pane_meanwhile import bodies_as_seen, members_as_seen, rules_as_seen
from desktop.duty.people_pane_members import MembersTab
from desktop.duty.people_pane_seen import People, Placed, look_at_people
from desktop.duty.rule_form_words import rule_sentence
from desktop.duty.stand_form import StandForm
from desktop.duty.stand_form_list import StandsTab
from desktop.shell import theme
from desktop.shell.again import ALREADY, do_with
from desktop.shell.desk import Desk
from desktop.widgets.ask import confirm
from desktop.widgets.table import RowTable
from desktop.widgets.words import EmptyHint

if TYPE_CHECKING:
    from desktop.shell.printing import Printing

KINDS = frozenset(
    {"duty_body", "duty_rule", "duty_member", "duty_seat", "duty_stand", "duty_pair", "duty_plan", "room"}
)
_RELOAD_MS = 120


class PeoplePane(QWidget):
    """Read-only for a clerk, except that leave and wishes are entered by whoever takes the call."""

    hit = Signal(object, int)  # MemberRow, published duties that a leave has opened

    def __init__(self, desk: Desk, printing: "Printing | None" = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.printing = desk, printing
        self.seen = People()
        self.dialog: QDialog | None = None
        self._wanted: UUID | None = None
        self._soon = QTimer(self, singleShot=True, interval=_RELOAD_MS)
        self._soon.timeout.connect(self.refresh)
        self._make()
        self._lay_out()
        self._connect()
        bind(self, self._keys())

    # ---- what the page calls

    def refresh(self) -> None:
        """Read everything anew."""
        today = business_date(self.desk.now())
        self.desk.ask(self, look_at_people, self.desk.centre_id, today, then=self._show, topic="people")

    def changed(self, changes: Changes) -> None:
        """Something was committed."""
        if any(change.kind in KINDS for change in changes) and not self._soon.isActive():
            self._soon.start()

    def keys(self) -> list[tuple[str, str]]:
        """Every key of the pane."""
        return [*listed(self._keys()), ("回车", "修改光标所在的人员或规则"), ("Del", "取消光标所在的请假、同班或回避")]

    def scanned(self, text: str) -> bool:
        """Codes are another pane's matter."""
        return False

    # ---- what is chosen

    @property
    def body(self) -> BodyRow | None:
        """The chosen body."""
        return self.bodies.current()

    def choose_body(self, body_id: UUID) -> None:
        """Show another body; one that is not read yet, when it is."""
        self._wanted = body_id
        for at, row in enumerate(self.bodies.rows.rows):
            if row.id == body_id:
                self.bodies.selectRow(at)
                self._wanted = None

    # ---- what somebody does

    def enter_leave(self, member: MemberRow | None = None) -> None:
        """The form for a phone call."""
        form = StandForm(self.desk, member, self)
        form.hit.connect(self.hit)
        self._open(form)

    def add_body(self) -> None:
        """A form for a new body."""
        self._open(BodyForm(self.desk, None, len(self.seen.bodies), self))

    def edit_body(self) -> None:
        """The form of the chosen body."""
        if self.body is not None:
            self._open(BodyForm(self.desk, self.body, self.body.position, self))

    def retire_body(self) -> None:
        """Take the chosen body out of use, or back."""
        body = self.body
        if body is None:
            return
        text = f"“{body.name}”停用后不再排新班，已公示的班次不变；以后可以恢复。"
        if not body.active or confirm(self, "停用轮值单位", text, "停用"):
            back = not body.active
            do_with(
                self, self.desk, bodies_as_seen(self.desk, self), body, f"{'恢复' if back else '停用'}“{body.name}”", retire_body,
                lambda now: {"body_id": now.id, "version": now.version, "back": back},
                hindered=lambda now: ALREADY if now.active is back else "",
            )  # fmt: skip

    def edit_rule(self, rule: BodyRule | None) -> None:
        """The form of a rule, or of a new one."""
        from desktop.duty.rule_form import RuleForm

        if self.body is not None:
            self._open(RuleForm(self.desk, self.body, rule, self.seen.kinds(self.body.id), self))

    def drop_rule(self, rule: BodyRule) -> None:
        """Take a rule away, after a question."""
        text = f"{rule_sentence(rule, self.seen.room_name(rule.room_id))}\n\n删除后不再按它排班；已排的班次不变。"
        if confirm(self, "删除轮值规则", text, "删除规则"):
            do_with(
                self, self.desk, rules_as_seen(self.desk, self.seen.room_name), rule, "删除这条轮值规则", drop_rule,
                lambda now: {"rule_id": now.id, "version": now.version},
            )  # fmt: skip

    def edit_member(self, row: Placed | None) -> None:
        """The form of a member, or of a new one."""
        from desktop.duty.member_form import MemberForm

        if self.body is not None:
            everybody = () if row else self.seen.known
            self._open(
                MemberForm(
                    self.desk, self.body, row.member if row else None, self.seen.kinds(self.body.id), everybody, self
                )
            )

    def end_member(self, row: Placed) -> None:
        """A place ends, or somebody goes altogether, or comes back."""
        from desktop.duty.member_form_end import EndForm

        if row.member.active:
            self._open(EndForm(self.desk, row.member, row.seat, self))
        else:
            do_with(
                self, self.desk, members_as_seen(self.desk), row.member, f"恢复{row.member.name}", retire_member,
                lambda now: {"member_id": now.id, "version": now.version, "back": True},
                hindered=lambda now: ALREADY if now.active else "",
            )  # fmt: skip

    def show_phone(self, row: Placed) -> None:
        """The phone behind its mask."""
        from desktop.duty.member_form_phone import PhoneDialog

        self._open(PhoneDialog(self.desk, row.member.id, row.member.name, row.member.phone_masked, self))

    def show_card(self, row: Placed) -> None:
        """Duty cards: print, or make the old one void."""
        from desktop.duty.member_form_card import CardForm

        self._open(CardForm(self.desk, self.printing, row.member, self))

    def add_pair(self) -> None:
        """The form for two who go together or must not."""
        if self.body is not None:
            self._open(PairForm(self.desk, self.body, self.seen.known, self))

    def import_roster(self) -> None:
        """The hall's present Excel roster, seen first."""
        from desktop.duty.import_roster import ImportDialog

        self._open(ImportDialog(self.desk, self.seen.bodies, self))

    def take_import_back(self) -> None:
        """An imported history that was the wrong file."""
        from desktop.duty.import_drop import ImportedDialog

        self._open(ImportedDialog(self.desk, self))

    # ---- how it is put together

    def _show(self, seen: People) -> None:
        self.seen = seen
        shown = tuple(body for body in seen.bodies if body.active or self.idle.isChecked())
        self.bodies.show_rows(shown, key=lambda body: body.id)
        if self._wanted is not None:
            self.choose_body(self._wanted)
        if shown and self.body is None:
            self.bodies.selectRow(0)
        self._show_body(self.body)

    def _show_body(self, body: BodyRow | None) -> None:
        self.right.setVisible(body is not None)
        self.empty.setVisible(body is None)
        if body is None:
            return
        self.card.show_body(body)
        self.rules.show_rules(body, self.seen)
        self.members.show_people(self.seen, body.id)
        stands, pairs = self.seen.stands_of(body.id), tuple(row for row in self.seen.pairs if row.body_id == body.id)
        self.stands.show_stands(stands)
        self.pairs.show_pairs(pairs)
        self.tabs.setTabText(0, f"人员（{body.members}）")
        self.tabs.setTabText(1, f"请假与意愿（{len(stands)}）")
        self.tabs.setTabText(2, f"同班与回避（{len(pairs)}）")

    def _make(self) -> None:
        self.bodies = RowTable(BODY_COLUMNS, "还没有轮值单位", model=BodyModel(BODY_COLUMNS))
        self.bodies.setAccessibleName("轮值单位")
        self.idle = QCheckBox("含停用的")
        self.add_button, self.import_button = QPushButton("新增单位（Ctrl+B）"), QPushButton("导入花名册…（Ctrl+O）")
        self.drop_button = QPushButton("撤回导入…")
        self.drop_button.setToolTip("导入了错误的文件或导到了错误的单位时，把历史班次整份去掉")
        theme.dress(self.add_button, "fa6s.plus")
        theme.dress(self.import_button, "fa6s.file-import")
        theme.dress(self.drop_button, "fa6s.rotate-left")
        self.leave_button = QPushButton("登记请假（Ctrl+G）")
        self.leave_button.setObjectName("primary")
        self.leave_button.setToolTip("有人来电请假或说明意愿时：姓名首字母 回车，时间 回车，原因 回车")
        self.leave_button.setEnabled(self.desk.may(Permission.DUTY_ATTEND))
        self.card, self.rules = BodyCard(self.desk), RulesBox(self.desk)
        self.members = MembersTab(self.desk, business_date(self.desk.now()))
        self.stands, self.pairs = StandsTab(self.desk), PairsTab(self.desk)
        may = self.desk.may(Permission.DUTY_PLAN)
        for button in (self.add_button, self.import_button, self.drop_button):
            button.setEnabled(may)
        self.empty = EmptyHint(
            "还没有轮值单位",
            "先新增一个轮值单位（例如“两代表一委员”工作室、法官、律师），再写轮值规则、登记人员；\n"
            "也可以直接导入现在用的 Excel 花名册。" if may else "请中心负责人先新增轮值单位、规则和人员。",
            "新增单位（Ctrl+B）" if may else "",
        )  # fmt: skip

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.leave_button)
        column.addWidget(self.bodies, 1)
        column.addWidget(self.idle)
        column.addWidget(self.add_button)
        column.addWidget(self.import_button)
        column.addWidget(self.drop_button)
        left.setMinimumWidth(theme.px(210))
        self.tabs = QTabWidget()
        for widget, title in ((self.members, "人员"), (self.stands, "请假与意愿"), (self.pairs, "同班与回避")):
            self.tabs.addTab(widget, title)
        self.right = QWidget()
        inner = QVBoxLayout(self.right)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(theme.px(8))
        inner.addWidget(self.card)
        inner.addWidget(self.rules)
        inner.addWidget(self.tabs, 1)
        beside = QWidget()
        both = QHBoxLayout(beside)
        both.setContentsMargins(0, 0, 0, 0)
        both.addWidget(self.right)
        both.addWidget(self.empty)
        self.right.hide()
        self.empty.hide()  # until it is known that there is nothing
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(left)
        split.addWidget(beside)
        split.setStretchFactor(1, 1)
        split.setSizes([theme.px(272), theme.px(904)])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(10), theme.px(10), theme.px(10), theme.px(8))
        layout.addWidget(split)
        self.setFocusProxy(self.bodies)

    def _connect(self) -> None:
        self.bodies.picked.connect(self._show_body)
        self.bodies.opened.connect(lambda _: press(self.card.edit_button)())
        self.idle.toggled.connect(lambda _: self._show(self.seen))
        self.add_button.clicked.connect(self.add_body)
        self.empty.pressed.connect(self.add_body)
        self.import_button.clicked.connect(self.import_roster)
        self.drop_button.clicked.connect(self.take_import_back)
        self.card.edit_wanted.connect(self.edit_body)
        self.card.retire_wanted.connect(self.retire_body)
        self.rules.add_wanted.connect(lambda: self.edit_rule(None))
        self.rules.edit_wanted.connect(self.edit_rule)
        self.rules.drop_wanted.connect(self.drop_rule)
        self.members.add_wanted.connect(lambda: self.edit_member(None))
        self.members.edit_wanted.connect(self.edit_member)
        self.members.end_wanted.connect(self.end_member)
        self.members.phone_wanted.connect(self.show_phone)
        self.members.card_wanted.connect(self.show_card)
        self.leave_button.clicked.connect(lambda: self.enter_leave())
        self.members.leave_wanted.connect(lambda row: self.enter_leave(row.member if row else None))
        self.stands.add_wanted.connect(lambda: self.enter_leave())
        self.pairs.add_wanted.connect(self.add_pair)

    def _keys(self) -> tuple[Key, ...]:
        return (
            ("Ctrl+G", "登记请假和意愿（姓名首字母、时间、原因）", press(self.leave_button)),
            ("Ctrl+F", "查找人员", self._seek),
            ("Ctrl+N", "新增人员", press(self.members.add_button)),
            ("Ctrl+R", "新增轮值规则", press(self.rules.add_button)),
            ("Ctrl+B", "新增轮值单位", press(self.add_button)),
            ("Ctrl+O", "导入花名册", press(self.import_button)),
            ("F2", "修改轮值单位", press(self.card.edit_button)),
            ("F3", "到轮值单位列表", self.bodies.setFocus),
            ("F6", "翻看人员、请假、同班与回避", self._next_tab),
            ("Alt+T", "查看手机（要写原因）", press(self.members.phone_button)),
        )

    def _seek(self) -> None:
        self.tabs.setCurrentWidget(self.members)
        self.members.seek.setFocus()
        self.members.seek.selectAll()

    def _next_tab(self) -> None:
        self.tabs.setCurrentIndex((self.tabs.currentIndex() + 1) % self.tabs.count())

    def _open(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(lambda _: self._forget(dialog))
        self.dialog = dialog
        dialog.open()

    def _forget(self, dialog: QDialog) -> None:
        if self.dialog is dialog:
            self.dialog = None
