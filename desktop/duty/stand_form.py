"""Leave and wishes while somebody is on the phone: who ⏎ when ⏎ why ⏎."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QButtonGroup, QComboBox, QLineEdit, QRadioButton, QSizePolicy, QWidget

from db.clock import business_date
from db.duty.changing import leave
from db.duty.rows import MemberRow
from db.duty.solve.problem import Time, Want
from db.duty.stands import StandFields, enter_stand
from db.errors import Refusal, RuleBroken
from desktop.counter.suggest import line_of, suggestions
from desktop.duty.people_pane_dialog import FormDialog, side_by_side
from desktop.duty.people_pane_find import known_members
from desktop.duty.stand_form_when import EXAMPLES, read_when, when_words
from desktop.duty.stand_form_who import WhoField
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.widgets.tone import retone
from desktop.widgets.words import label

WANTS = ((Want.CANNOT, "不能来（请假）"), (Want.AVOID, "尽量不排"), (Want.PREFER, "希望排"))
WANT_NAMES = {Want.CANNOT: "请假", Want.AVOID: "尽量不排", Want.PREFER: "希望排"}
REASONS = ("因公出差", "生病", "会议冲突", "家中有事", "外出学习", "开庭")


class StandForm(FormDialog):
    """Enter goes from field to field and saves at the last one."""

    hit = Signal(object, int)  # MemberRow, how many published duties lie in it

    def __init__(self, desk: Desk, member: MemberRow | None = None, parent: QWidget | None = None) -> None:
        super().__init__(desk, "登记请假和意愿", "登记", parent, width=620)
        self._today = business_date(desk.now())
        self._times: tuple[Time, ...] = ()
        self._entered = 0
        self.who = WhoField()
        self.form.add("谁", self.who)
        self.when = QLineEdit()
        self.when.setPlaceholderText(EXAMPLES)
        self.form.add("什么时候", self.when)
        self.read_back = label("", "nextStep", wrap=True)
        self.read_back.setAccessibleName("读出的时间")
        self.read_back.setMinimumHeight(theme.px(22))
        self.form.add("", self.read_back)
        self.why: QComboBox = suggestions(REASONS, "可以不填，回车登记")
        self.why.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.form.add("为什么", self.why)
        self.wants = QButtonGroup(self)
        buttons = []
        for at, (_, words) in enumerate(WANTS):
            button = QRadioButton(f"{words}（Alt+{at + 1}）")
            button.setShortcut(f"Alt+{at + 1}")
            button.setChecked(at == 0)
            self.wants.addButton(button, at)
            buttons.append(button)
        self.form.add("意愿", side_by_side(*buttons))
        self.body = QComboBox()
        self.form.add("只对", self.body)
        self._connect()
        self._show_bodies(member)
        self.who.setFocus()
        if member is not None:
            self.who.choose(member)
            QTimer.singleShot(0, self, self.when.setFocus)
        desk.ask(self, known_members, desk.centre_id, then=self.who.show_known)
        self._look()

    def showEvent(self, event: QShowEvent) -> None:
        """Enter goes on to the next field: the box of buttons makes the first one the default when it is shown."""
        super().showEvent(event)
        self.ok.setDefault(False)

    @property
    def want(self) -> Want:
        """What they ask for."""
        return WANTS[self.wants.checkedId()][0]

    def save(self) -> None:
        """Enter one line for each weekday that was named."""
        if self.who.chosen is None:
            self.form.complain("请先选择是谁：输入姓名或拼音首字母后回车。")
            self.who.setFocus()
            return
        try:
            self._times = read_when(self.when.text(), self._today)
        except RuleBroken as wrong:
            self.form.complain(wrong.sentence, self.when)
            return
        self.form.complain("")
        self.ok.setEnabled(False)
        self._entered = 0
        self._enter_next(0, 0)

    def _enter_next(self, opened: int, standing: int) -> None:
        """`opened` published duties are free by now, `standing` are hit and stay as they are."""
        member = self.who.chosen
        assert member is not None
        if self._entered == len(self._times):
            self._tell(member, opened, standing)
            return
        time = self._times[self._entered]
        fields = StandFields(
            self.want, time.first, time.last, time.weekday, time.half, self.why.currentText(), self.body.currentData()
        )

        def entered(more: int, stay: int) -> None:
            self._entered += 1
            self._enter_next(opened + more, standing + stay)

        if self.want is Want.CANNOT and time.first is not None and time.last is not None:
            self.desk.do(
                self, leave, member_id=member.id, first=time.first, last=time.last, why=fields.why,
                weekday=time.weekday, half=time.half, body_id=fields.body_id,
                then=lambda made: entered(len(made.hit), 0), failed=self._not_entered,
            )  # fmt: skip
        else:
            self.desk.do(
                self, enter_stand, member_id=member.id, fields=fields, then=lambda made: entered(0, made.duties),
                failed=self._not_entered,
            )  # fmt: skip

    def _not_entered(self, refusal: Refusal) -> None:
        """What was entered before the refusal stands; only the rest stays to be entered."""
        self._refused(refusal)
        if self._entered:
            self.form.complain(f"前 {self._entered} 条已登记。{refusal.sentence}")
            self.saved.emit()

    def _tell(self, member: MemberRow, opened: int, standing: int) -> None:
        when = "；".join(when_words(time) for time in self._times)
        self.desk.messages.info(f"已登记：{member.name} {when} {WANT_NAMES[self.want]}。")
        if standing:
            self.desk.messages.warn(
                f"{member.name}在这些时间有 {standing} 班已公示，没有改动，请到“排班”里换人（草稿会按新的时间排）。"
            )
        if opened:
            self.desk.messages.warn(
                f"{member.name}在这段时间有 {opened} 班已公示，现已空出，请安排替班或到“排班”里重排。"
            )
        self._saved()
        if opened:
            self.hit.emit(member, opened)  # when this form is away: whoever hears it may open the next

    def _look(self) -> None:
        """Say how the time is understood, while it is typed."""
        text = self.when.text().strip()
        if not text:
            self._say("", "")
            return
        try:
            found = read_when(text, self._today)
            self.form.complain("")
            self._say("→ " + "；".join(when_words(time) for time in found), "good")
        except RuleBroken as wrong:
            self._say(f"▲ {wrong.sentence}", "warn")

    def _say(self, text: str, tone: str) -> None:
        self.read_back.setText(text)
        retone(self.read_back, tone)

    def _shrink(self) -> None:
        """The list of those who were found is gone: no hole stays where it pushed the window open."""
        self.resize(self.width(), max(self.box.totalHeightForWidth(self.width()), self.box.totalMinimumSize().height()))

    def _show_bodies(self, member: MemberRow | None) -> None:
        self.body.clear()
        self.body.addItem("所有轮值单位", None)
        for seat in member.seats if member else ():
            if seat.active:
                self.body.addItem(seat.body_name, seat.body_id)
        self.body.setEnabled(self.body.count() > 2)

    def _connect(self) -> None:
        self.who.taken.connect(self.when.setFocus)
        self.who.taken.connect(lambda: QTimer.singleShot(0, self, self._shrink))
        self.who.changed.connect(lambda: self._show_bodies(self.who.chosen))
        self.when.textChanged.connect(self._look)
        self.when.returnPressed.connect(self._when_done)
        line_of(self.why).returnPressed.connect(self.save)
        self.ok.setAutoDefault(False)
        self.no.setAutoDefault(False)
        for field in (self.why, self.body):
            field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def _when_done(self) -> None:
        try:
            read_when(self.when.text(), self._today)
        except RuleBroken as wrong:
            self.form.complain(wrong.sentence, self.when)
            return
        self.form.complain("")
        self.why.setFocus()
