"""Who came (来访人): name, phone, address, grid, how many; or nobody's name at all, and then nothing of it stays typed."""

from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from db.duty.reception import MOST_PEOPLE
from db.duty.rows import ReceptionRow
from desktop.duty.people_pane_dialog import roomy, side_by_side
from desktop.shell import theme

KEEP = "不改就留空"


class PersonBox(QWidget):
    """Ticking 匿名 hides and clears what would tell who it was."""

    def __init__(self, row: ReceptionRow | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._new = row is None
        self.anonymous = QCheckBox("匿名，不留姓名（Alt+N）")
        self.anonymous.setShortcut("Alt+N")
        self.visitor, self.phone, self.address = QLineEdit(), QLineEdit(), QLineEdit()
        self.grid = QLineEdit(row.grid if row else "")
        self.people = QSpinBox(minimum=1, maximum=MOST_PEOPLE, value=row.people if row else 1, suffix=" 人")
        roomy(self.people)
        for field, name, kept in (
            (self.visitor, "来访人", row.visitor_masked if row else ""), (self.phone, "电话", row.phone_masked if row else ""),
            (self.address, "住址", "" if row is None or row.anonymous else "已登记的"), (self.grid, "网格", ""),
        ):  # fmt: skip
            field.setAccessibleName(name)
            if kept:
                field.setPlaceholderText(f"{kept}，{KEEP}")
        self.people.setAccessibleName("人数")
        self.person = side_by_side(self.visitor, QLabel("电话"), self.phone, QLabel("住址"), self.address, stretch=4)
        self.visitor.setMinimumWidth(theme.px(130))
        self.phone.setMinimumWidth(theme.px(140))
        self.grid.setMaximumWidth(theme.px(220))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(4))
        layout.addWidget(self.person)
        layout.addWidget(side_by_side(self.anonymous, QLabel("　人数"), self.people, QLabel("　网格"), self.grid))
        self.setSizePolicy(self.person.sizePolicy())
        self.anonymous.toggled.connect(self._hide)
        self.anonymous.setChecked(row is not None and row.anonymous)
        self.setFocusProxy(self.visitor)

    def text(self, field: QLineEdit) -> str | None:
        """What was typed; None leaves an entry as it is."""
        typed = field.text().strip()
        return typed if typed or self._new else None

    def _hide(self, anonymous: bool) -> None:
        if anonymous:
            for field in (self.visitor, self.phone, self.address):
                field.clear()
        self.person.setVisible(not anonymous)
