"""Choices in combo boxes by what they stand for. Qt compares Python objects by identity; here equal is equal."""

from PySide6.QtWidgets import QComboBox


def index_of(box: QComboBox, data: object) -> int:
    """The entry that stands for something, -1 where none does."""
    return next((at for at in range(box.count()) if box.itemData(at) == data), -1)


def choose(box: QComboBox, data: object) -> None:
    """Choose the entry that stands for something; without one the first stays chosen."""
    box.setCurrentIndex(max(index_of(box, data), 0))
