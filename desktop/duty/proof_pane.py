"""What is proved about the plan, in a sentence; and what each part of the sentence means."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFrame, QHBoxLayout, QLayout, QPushButton, QVBoxLayout, QWidget

from db.duty.rows import PlanRow
from db.duty.solve.problem import Method, Proof
from db.duty.solve.wording import proof_sentence
from db.duty.states import PlanState
from desktop.shell import theme
from desktop.widgets.badge import SHAPES
from desktop.widgets.tone import retone
from desktop.widgets.words import label


def proof_tone(proof: Proof | None) -> str:
    """Good when everything holds and is proved, warn when something is only found."""
    if proof is None:
        return "info"
    proved = proof.method is Method.SOLVER and proof.fair and proof.covered and not proof.unfilled
    return "good" if proved else "warn"


def said(row: PlanRow, marks: int) -> tuple[str, str]:
    """The sentence of the banner and its tone. `marks` counts the places that break a rule."""
    empty = row.places - row.filled
    if row.proof is None and not row.filled:
        return "还没有排班。按“排班”（F9）自动排出，或回车逐个选人。", "info"
    if marks:
        tail = f"；还有 {empty} 个空缺" if empty else ""
        return f"有 {marks} 处不合规则，表中以 ▲ 标出{tail}", "bad"
    if row.proof is None:
        tail = f"还有 {empty} 个空缺。" if empty else "所有位置都有人。"
        hand = "手工调整后没有重新证明，" if row.state is PlanState.DRAFT else ""
        return f"{hand}规则都满足；{tail}", "warn"
    return proof_sentence(row.proof), proof_tone(row.proof)


class ProofBanner(QFrame):
    """One line over the board."""

    explain_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.text = label("", "nextStep", wrap=True, select=True)
        self.button = QPushButton("说明")
        self.button.setObjectName("link")
        self.button.setAccessibleName("这句话说明了什么")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.px(12), theme.px(4), theme.px(8), theme.px(4))
        layout.addWidget(self.text, 1)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.button.clicked.connect(self.explain_wanted)

    def show_plan(self, row: PlanRow, marks: int) -> None:
        """Say what is known of a plan."""
        sentence, tone = said(row, marks)
        self.text.setText(f"{SHAPES.get(tone, '')} {sentence}".strip())
        self.button.setVisible(row.proof is not None)
        retone(self, tone)


class ProofDialog(QDialog):
    """What the sentence means, part by part, for whoever is asked about it."""

    def __init__(self, row: PlanRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("证明了什么")
        layout = QVBoxLayout(self)
        layout.setSpacing(theme.px(6))
        assert row.proof is not None
        head = label(proof_sentence(row.proof), "nextStep", wrap=True, select=True)
        head.setMinimumWidth(theme.px(560))  # of the label: the layout sets the dialog's own
        layout.addWidget(head)
        for title, text in explained(row.proof):
            layout.addWidget(label(title, "sectionTitle"))
            layout.addWidget(label(text, "", wrap=True, select=True))
        layout.addStretch(1)
        buttons = QDialogButtonBox()
        buttons.addButton("关闭（Esc）", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        layout.setSizeConstraint(QLayout.SizeConstraint.SetMinAndMaxSize)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)


def explained(proof: Proof) -> list[tuple[str, str]]:
    """Each claim with what it means and how sure it is."""
    if proof.method is Method.GREEDY:
        return [("没有证明", "没有用求解组件，按“次数最少者优先”逐班排出：规则都遵守，但不保证再没有更公平的排法。")]
    fair = (
        "同一单位、同一身份的人，连同以前的次数，相差不超过这里所说的次数；再公平的排法不存在，由网络流的上下界证明。"
        if proof.fair
        else f"现在相差 {proof.spread} 次；至少要相差 {proof.spread_bound} 次，中间是否还有更公平的排法没有证明。"
    )
    parts = [("公平", fair)]
    if proof.rest is not None:
        rest = f"同一个人两次值班之间至少隔 {proof.rest} 个工作日（跨单位一起算）。"
        if proof.rest_proved and proof.rest_bound is not None:
            rest += f"在这样公平的前提下，最多能做到 {proof.rest_bound} 个工作日，已证明。"
            if proof.rest < proof.rest_bound:
                rest += "留出的余地用来照顾大家的意愿。"
        parts.append(("间隔", rest))
    if proof.wishes_all:
        best = "已证明不能再多" if proof.wishes_proved else f"最多不超过 {proof.wishes_bound} 次"
        parts.append(("意愿", f"{proof.wishes_all} 次有人表示过意愿的值班里，{proof.wishes_kept} 次合意；{best}。"))
    if proof.unfilled:
        parts.append(("空缺", f"{proof.unfilled} 个位置没有人能来，公示前要写明原因。"))
    return parts
