"""Dates and times in fields: from Qt to Python and back, without a time zone in between."""

from datetime import date, time
from typing import TypeVar

from PySide6.QtCore import QDate, QTime
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QDateEdit,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QTimeEdit,
    QWidget,
)

from db.rooms.rules import USES
from desktop.shell import theme


def qdate(day: date) -> QDate:
    """A day for a field."""
    return QDate(day.year, day.month, day.day)


def pydate(field: QDateEdit) -> date:
    """The day in a field."""
    day = field.date()
    return date(day.year(), day.month(), day.day())


def pytime(field: QTimeEdit) -> time:
    """The time in a field."""
    at = field.time()
    return time(at.hour(), at.minute())


def date_field(day: date, name: str) -> QDateEdit:
    """A field for a day, with a calendar."""
    field = QDateEdit(qdate(day))
    field.setCalendarPopup(True)
    field.setDisplayFormat("yyyy-MM-dd")
    field.setAccessibleName(name)
    return field


def time_field(minutes: int, name: str) -> QTimeEdit:
    """A field for a time of day, given in minutes since midnight."""
    field = QTimeEdit(QTime(minutes // 60 % 24, minutes % 60))
    field.setDisplayFormat("HH:mm")
    field.setAccessibleName(name)
    return inset(field)


Spin = TypeVar("Spin", bound=QAbstractSpinBox)


def inset(field: Spin) -> Spin:
    """A field with its text off the edge: the style sheet's padding does not reach it."""
    field.lineEdit().setTextMargins(theme.px(7), 0, 0, 0)
    return field


def use_field(name: str = "用途", every: str = "") -> QComboBox:
    """The uses of a centre (1+6+X); `every` is what stands first."""
    box = QComboBox()
    box.setAccessibleName(name)
    box.addItem(every or "（未选）", "")
    for use in USES:
        box.addItem(use, use)
    return box


def side_by_side(*parts: QWidget, fill: bool = False) -> QWidget:
    """Fields in a row; with `fill` the last one takes what width is left."""
    held = QWidget()
    box = QHBoxLayout(held)
    box.setContentsMargins(0, 0, 0, 0)
    for part in parts:
        box.addWidget(part, 1 if fill and part is parts[-1] else 0)
    if fill:
        held.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    else:
        box.addStretch(1)
    return held


def named(title: str, field: QWidget) -> QWidget:
    """A field with its name before it, where several stand in a row."""
    name = QLabel(title)
    name.setBuddy(field)
    field.setAccessibleName(title)
    return side_by_side(name, field, fill=isinstance(field, QLineEdit))
